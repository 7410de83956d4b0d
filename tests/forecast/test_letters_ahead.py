"""A preview shows the letters besides the notices, and keeps the one message a day that planning keeps."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from planned import plan_today
from sqlalchemy import Select, event, func, insert, select, update

from bot.accounts import emails as account_emails
from bot.accounts.requests import NewAccountInput, ask
from bot.accounts.service import AccountActor
from bot.cli.planning import letters_as_json
from bot.forecast.preview import preview
from bot.forecast.simulate import simulate
from bot.messages.tables import message
from bot.planning.service import plan_day, queue_reminders
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.records import school_setup
from bot.records.school_setup import first_run
from bot.register.service import change_register

SCHOOL = "merriwell-green"
# From a Monday to the Tuesday of the next week.
DAYS_BETWEEN = [1, 1, 1, 1, 3, 1]
STOPPED = "Should not post now: Merriwell Green Primary School and 1 more"


@pytest.fixture
def queued(school):
    """To whom something is queued for a day: as its notice, and as another letter."""

    def listed(on):
        query = select(message.c.person, message.c.kind).where(message.c.planned_on == on)
        with school.store.reading() as conn:
            rows = list(conn.execute(query))
        letters = sorted(row.person for row in rows if row.kind in {"account", "request"})
        return sorted(row.person for row in rows if row.kind not in {"account", "request"}), letters

    return listed


def test_what_a_preview_shows_is_what_goes_out_and_no_one_is_told_twice_a_day(school, queued):
    school.change("y4", leaves_on=date(2026, 12, 11))
    reminded = set()
    for forward in DAYS_BETWEEN:
        today = school.clock().date()
        shown = preview(school.store, today)
        plan_today(school.services, school.clock())
        notices, letters = queued(today)
        assert (notices, letters) == (
            sorted(one.person for one in shown.notices),
            sorted(one.person for one in shown.letters),
        )
        assert len({*notices, *letters}) == len([*notices, *letters])
        reminded |= set(letters)
        school.clock.turn(minutes=10)
        school.deliver(limit=500)
        school.clock.turn(days=forward, minutes=-10)
    assert reminded == {"hd", "of"}


def test_a_preview_names_the_letter_and_says_why_the_rest_waits(school):
    shown = preview(school.store, school.clock().date())
    (one,) = shown.letters
    assert (one.school, one.person, one.kind, one.says) == (SCHOOL, "hd", "account", STOPPED)
    assert "hd" not in {notice.person for notice in shown.notices}
    assert {skip.reason for skip in shown.skipped if skip.person == "hd"} >= {"already written to today"}
    assert letters_as_json(shown) == {
        "letters": [
            {
                "setting": SCHOOL,
                "person": "hd",
                "kind": "account",
                "says": STOPPED,
                "reminds": True,
                "channel": "email",
            }
        ]
    }


def test_a_preview_shows_what_waits_for_its_day_and_tells_nothing_of_cases(school, cases):
    school.clock.turn(days=-2)  # a Saturday
    who = AccountActor(SCHOOL, "y1", "Samuel Kerr", frozenset({"teacher"}), "email link", "a form")
    ask(
        school.services,
        who,
        NewAccountInput("Instagram", "Our garden", "Plants", "closed", "None yet"),
        school.clock(),
    )
    cases.send(category="visitor")
    with school.store.writing() as conn:
        conn.execute(update(message).where(message.c.kind == "case").values(planned_on=date(2026, 11, 23)))
    shown = preview(school.store, date(2026, 11, 23)).letters
    assert [(one.person, one.says, one.reminds) for one in shown] == [
        ("hd", "Please decide: a new official account", False),
        ("hd", STOPPED, True),
    ]
    assert preview(school.store, date(2026, 11, 22)).letters == ()


def test_playing_a_span_says_each_letter_on_the_day_it_goes_and_once(school, queued):
    school.change("y4", leaves_on=date(2026, 12, 11))
    first = school.clock().date()
    with school.store.reading() as conn:
        played = list(simulate(load_snapshot(conn, first), first, first + timedelta(days=8), conn=conn))
    told = [(day.on, one.person) for day in played for one in day.letters]
    for day in played:
        people = [one.person for one in (*day.notices, *day.letters)]
        assert len(people) == len(set(people))
    gone = []
    for day in played:
        plan_today(school.services, school.clock())
        gone += [(day.on, person) for person in queued(day.on)[1]]
        school.clock.turn(days=1)
    assert told == gone
    assert {person for _, person in told} == {"hd", "of"}


def test_a_reason_that_comes_up_within_the_span_is_told_once_and_without_the_old_ones(school):
    first = school.clock().date()
    with school.store.reading() as conn:
        played = list(simulate(load_snapshot(conn, first), first, date(2027, 7, 20), conn=conn))
    stopped = [one.says for day in played for one in day.letters if one.says.startswith("Should not post")]
    assert stopped[0] == STOPPED
    assert len(stopped) < 6
    with school.store.reading() as conn:
        assert preview(school.store, first).letters == played[0].letters


def test_reminders_of_a_weekend_do_not_gather_on_its_monday(school):
    def head_runs_it(register):
        listed = (replace(one, holders=frozenset({"hd", "y4"})) for one in register.accounts)
        return replace(register, accounts=tuple(listed))

    change_register(school.store, SCHOOL, head_runs_it, now=school.clock(), actor="a test")
    school.change("y4", leaves_on=date(2026, 12, 11))
    school.clock.turn(days=-2)
    for _ in range(3):
        plan_today(school.services, school.clock())
        school.clock.turn(days=1)
    monday = date(2026, 11, 23)
    query = select(func.count()).where(message.c.person == "hd", message.c.planned_on == monday)
    with school.store.reading() as conn:
        assert conn.scalar(query) == 1


def test_a_school_that_is_not_live_reminds_no_one_and_its_first_day_shows_what_it_will(school, queued):
    today = school.clock().date()
    with school.store.writing() as conn:
        conn.execute(insert(first_run), {"setting": SCHOOL, "begun_at": school.clock(), "live_on": None})
    plan_today(school.services, school.clock())
    assert queued(today) == ([], [])
    assert preview(school.store, today).letters == ()
    with school.store.writing() as conn:
        school_setup.go_live(conn, SCHOOL, today)
    assert [one.says for one in preview(school.store, today).letters] == [STOPPED]


def test_whose_address_refuses_mail_is_reminded_once_it_is_mended(school, queued):
    today = school.clock().date()
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, "hd", "no such mailbox")
    plan_today(school.services, school.clock())
    assert queued(today)[1] == []
    assert preview(school.store, today).letters == ()
    school.change("hd", email="h.achebe@merriwell.example")
    school.clock.turn(days=1)
    plan_today(school.services, school.clock())
    assert queued(school.clock().date())[1] == ["hd"]


@pytest.mark.parametrize("databases", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.parametrize("first", ["the plan", "the reminder"])
def test_a_person_who_two_workers_plan_at_once_has_one_message_all_the_same(school, queued, first):
    """One who was taken for lost goes on beside the other: each had read before the other wrote."""
    school.change("y4", leaves_on=date(2026, 12, 11))
    acts = {
        "the plan": lambda: plan_day(school.services, school.clock()),
        "the reminder": lambda: queue_reminders(school.services, account_emails.REMINDERS, school.clock()),
    }
    engine, done = school.store.engine, []

    def meanwhile(_conn, statement, *_):
        if not done and isinstance(statement, Select) and "pg_advisory_xact_lock" in str(statement):
            done.append(True)
            acts[first]()

    event.listen(engine, "before_execute", meanwhile)
    acts["the reminder" if first == "the plan" else "the plan"]()
    event.remove(engine, "before_execute", meanwhile)
    notices, letters = queued(school.clock().date())
    assert done
    assert notices
    assert len({*notices, *letters}) == len([*notices, *letters])
