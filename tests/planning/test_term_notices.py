"""The head and the office are asked for term dates weekly, until there are some; then reminders go on."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from planned import plan_today
from sqlalchemy import delete, insert, select

from bot.forecast.preview import preview
from bot.messages.tables import message
from bot.records import people as record_people
from bot.records.tables import term

SCHOOL, KIND = "merriwell-green", "term-dates"


def enter(school, *ends):
    """Replace the school's terms with those that end on these days."""
    with school.store.writing() as conn:
        conn.execute(delete(term).where(term.c.setting == SCHOOL))
        for number, end in enumerate(ends):
            first = date(2026, 9, 1 + number)
            one = {"setting": SCHOOL, "first_on": first, "last_on": end, "name": f"T{number}"}
            conn.execute(insert(term), one)


def asked(school):
    query = select(message.c.person, message.c.planned_on).where(message.c.kind == KIND)
    with school.store.reading() as conn:
        return sorted(conn.execute(query.order_by(message.c.planned_on)).all())


def live(school, days):
    """Go through so many days; on each, what a preview shows is what is asked."""
    for _ in range(days):
        today = school.clock().date()
        shown = sorted(one.person for one in preview(school.store, today).letters if one.kind == KIND)
        plan_today(school.services, school.clock())
        assert shown == [person for person, on in asked(school) if on == today]
        school.clock.turn(days=1)


def days_of(school, person):
    return [on for key, on in asked(school) if key == person]


@pytest.mark.parametrize("ends", [(), (date(2026, 12, 11),), (date(2026, 11, 20),)])
def test_head_and_office_are_asked_once_a_week_and_no_one_else(school, ends):
    enter(school, *ends)
    live(school, 16)
    assert {person for person, _ in asked(school)} == {"hd", "of"}
    for person in ("hd", "of"):
        days = days_of(school, person)
        assert len(days) >= 2
        gaps = [later - before for before, later in pairwise(days)]
        assert all(timedelta(days=7) <= gap <= timedelta(days=10) for gap in gaps)


def test_no_one_is_asked_where_the_last_term_ends_later_than_in_a_month(school):
    enter(school, date(2026, 12, 25))
    plan_today(school.services, school.clock())
    assert asked(school) == []
    school.clock.turn(days=1)
    live(school, 3)
    assert asked(school)


def test_no_one_away_or_out_of_reach_is_asked_and_entered_dates_take_the_email_back(school):
    enter(school, date(2026, 11, 20))
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, "of", "550 no such mailbox")
    school.pause("hd")
    live(school, 3)
    assert {"of", "hd"}.isdisjoint({person for person, _ in asked(school)})
    school.pause("hd", paused=False)
    live(school, 3)
    assert len(days_of(school, "hd")) == 1


def test_the_email_links_to_the_form_and_is_not_sent_once_the_dates_are_there(school):
    enter(school, date(2026, 11, 20))
    plan_today(school.services, school.clock())
    for _ in range(4):
        if days_of(school, "of"):
            break
        school.clock.turn(days=1)
        plan_today(school.services, school.clock())
    (on,) = days_of(school, "of")
    school.clock.at = datetime.combine(on, school.clock().time(), school.clock().tzinfo)
    school.clock.turn(hours=2)
    school.deliver(limit=500)
    texts = [str(mail) for mail in school.received("office@merriwell.example")]
    assert any("/office/settings#year" in text.replace("=\n", "") for text in texts)


def test_a_held_school_that_is_quiet_is_planned_again_once_its_dates_are_entered(school):
    enter(school, date(2026, 11, 20))
    assert preview(school.store, date(2026, 11, 23)).notices == ()
    assert "term dates not known" in {one.reason for one in preview(school.store, date(2026, 11, 23)).skipped}
    assert school.plan().notices == ()
    assert school.plan().notices == ()
    enter(school, date(2026, 12, 18), date(2027, 7, 21))
    assert school.plan().notices
