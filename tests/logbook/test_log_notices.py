"""A pupil's phone or a device taken not recorded as given back: who is emailed, when, and how often."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from sqlalchemy import delete, insert, select

from bot.core.clock import local_date
from bot.database.job_runs import JobTurn
from bot.logbook import service as logbook_service
from bot.logbook.service import LogActor
from bot.messages.tables import message
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.records.school_setup import first_run
from bot.records.tables import term
from bot.rules.people import ALIASES
from schedules.jobs import JOBS

SCHOOL, KIND = "merriwell-green", "not-given-back"
CHILD = "Q.Z. in Year 5"
PHONE = {"child": CHILD, "what": "a violet phone", "kept": "office safe"}
TAKEN = {
    "child": CHILD,
    "what": "a violet watch",
    "why": "worn in a test",
    "authorised": "the head",
    "present": "two members of staff",
    "kept": "office safe",
    "dsl": "",
}
BACK = {"pupil-phone": ("given-back", {"to": "The child"}), "taken": ("released", {"to": "The child"})}
(JOB,) = [job for job in JOBS if job.name == "ask for what was not given back"]
FORMS = count(1)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def at(school, day, clock):
    school.clock.at = datetime.combine(day, time.fromisoformat(clock), UTC)


def run(school, day=None, clock=None):
    if day:
        at(school, day, clock)
    return JOB.action(school.services, JobTurn(school.clock(), "", "a test"))


def keeper(school, person):
    with school.store.reading() as conn:
        known = load_snapshot(conn, local_date(school.clock()), (SCHOOL,)).people[person]
    roles = frozenset(ALIASES.get(one, one) for one in known.membership(SCHOOL).roles)
    return LogActor(SCHOOL, known, roles, "a test", f"form {next(FORMS)}")


def write(school, person="y1", kind="pupil-phone", happened_at=None):
    now, said = school.clock(), PHONE if kind == "pupil-phone" else TAKEN
    return logbook_service.write(school.store, keeper(school, person), kind, said, happened_at or now, now)


def give_back(school, reference, kind="pupil-phone", person="of"):
    step, said = BACK[kind]
    logbook_service.add(school.store, keeper(school, person), reference, step, said, school.clock())


def told(school):
    """List who was emailed on which day, in the order of asking."""
    query = select(message.c.person, message.c.planned_on).where(message.c.kind == KIND)
    with school.store.reading() as conn:
        return [tuple(row) for row in conn.execute(query.order_by(message.c.created_at, message.c.person))]


def texts(school, email):
    """What arrived at an address, each whole: its subject, the text and the page."""
    mails = school.received(email)
    parts = [[one.get_content() for one in mail.walk() if not one.is_multipart()] for mail in mails]
    return ["\n".join([mail["subject"], *some]) for mail, some in zip(mails, parts, strict=True)]


def address(school, person):
    with school.store.reading() as conn:
        return record_people.roster(conn, SCHOOL)[person].email


@pytest.fixture(autouse=True)
def _opened(school):
    at(school, MONDAY, "08:45")


@pytest.mark.parametrize("kind", ["pupil-phone", "taken"])
def test_its_recorder_is_emailed_in_the_afternoon_and_the_head_next_morning_each_once(school, kind):
    write(school, kind=kind)
    run(school, MONDAY, "14:45")
    assert told(school) == []
    for clock in ("15:45", "15:45", "16:45", "17:45"):
        run(school, MONDAY, clock)
        assert told(school) == [("y1", MONDAY)]
    for day in (TUESDAY, TUESDAY + timedelta(days=1)):
        for clock in ("07:45", "08:45", "15:45"):
            run(school, day, clock)
            assert told(school) == [("y1", MONDAY), ("hd", TUESDAY)]


@pytest.mark.parametrize("kind", ["pupil-phone", "taken"])
def test_no_one_is_emailed_once_the_return_is_recorded(school, kind):
    back, late = write(school, kind=kind), write(school, "y4", kind)
    at(school, MONDAY, "15:20")
    give_back(school, back, kind)
    run(school, MONDAY, "15:45")
    give_back(school, late, kind)
    run(school, TUESDAY, "07:45")
    assert told(school) == [("y4", MONDAY)]


def test_an_email_not_sent_yet_is_withdrawn_when_the_return_is_recorded(school):
    reference = write(school)
    run(school, MONDAY, "15:45")
    give_back(school, reference)
    assert school.deliver() == {"withdrawn": 1}


def test_the_email_names_kind_and_day_links_to_the_log_and_says_nothing_of_the_child(school):
    write(school)
    write(school, kind="taken")
    run(school, MONDAY, "15:45")
    assert school.deliver() == {"sent": 1}
    run(school, TUESDAY, "07:45")
    assert school.deliver() == {"sent": 1}
    for person in ("y1", "hd"):
        (text,) = texts(school, address(school, person))
        assert f"{school.services.base_url}/log" in text.split()
        assert f'href="{school.services.base_url}/log"' in text
        for said in ("phone or device handed in", "device taken from a child", "Monday 23 November"):
            assert said in " ".join(text.split())
        for private in (CHILD, "Q.Z.", "Year 5", "violet", "office safe", "worn in"):
            assert private not in text


def test_entries_are_gathered_into_one_email_and_one_added_later_is_told_next_morning(school):
    write(school)
    write(school)
    run(school, MONDAY, "15:45")
    at(school, MONDAY, "16:10")
    write(school, happened_at=datetime(2026, 11, 23, 8, 50, tzinfo=UTC))
    write(school, "y4", happened_at=datetime(2026, 11, 23, 8, 50, tzinfo=UTC))
    run(school, MONDAY, "16:45")
    assert told(school) == [("y1", MONDAY), ("y4", MONDAY)]
    run(school, TUESDAY, "07:45")
    assert told(school)[2:] == [("hd", TUESDAY), ("y1", TUESDAY)]


def test_after_an_outage_all_are_told_on_the_next_school_morning(school):
    write(school)
    run(school, TUESDAY, "09:45")
    assert told(school) == [("hd", TUESDAY), ("y1", TUESDAY)]


def test_no_one_is_told_on_a_weekend_or_in_a_holiday_but_on_the_first_day_back(school):
    with school.store.writing() as conn:
        conn.execute(delete(term).where(term.c.setting == SCHOOL))
        for name, first, last in (
            ("Autumn", date(2026, 9, 1), MONDAY),
            ("Spring", TUESDAY + timedelta(days=7), date(2027, 7, 21)),
        ):
            conn.execute(insert(term), {"setting": SCHOOL, "name": name, "first_on": first, "last_on": last})
    at(school, MONDAY, "17:59")
    write(school)
    days = 0
    for after in range(1, 8):
        run(school, MONDAY + timedelta(days=after), "07:45")
        run(school, MONDAY + timedelta(days=after), "15:45")
        assert told(school) == []
        days += 1
    assert days == 7
    back = TUESDAY + timedelta(days=7)
    run(school, back, "07:45")
    assert told(school) == [("hd", back), ("y1", back)]


def test_a_school_that_is_not_live_yet_is_told_from_its_first_day_on(school):
    write(school)
    with school.store.writing() as conn:
        one = {"setting": SCHOOL, "begun_at": school.clock(), "live_on": TUESDAY}
        conn.execute(insert(first_run), one)
    run(school, MONDAY, "15:45")
    assert told(school) == []
    run(school, TUESDAY, "07:45")
    assert told(school) == [("hd", TUESDAY), ("y1", TUESDAY)]


def test_many_entries_of_many_days_are_a_line_for_each_kind(school):
    for day in (19, 20, 23):
        at(school, MONDAY, f"08:{day}")
        write(school, happened_at=datetime(2026, 11, day, 8, 0, tzinfo=UTC))
    run(school, MONDAY, "15:45")
    school.deliver()
    (text,) = texts(school, address(school, "y1"))
    (line,) = [one for one in text.splitlines() if one.startswith("- ")]
    assert "3, the first on" in line
    assert "Thursday 19 November 2026" in " ".join(text.split())


def leave(school):
    school.change("y1", leaves_on=MONDAY - timedelta(days=1))


def away(school):
    school.pause("y1")


def unreachable(school):
    with school.store.writing() as conn:
        record_people.mark_unreachable(conn, "y1", "550 no such mailbox")


def works_else(school):
    school.change("y1", working_days=frozenset({1, 2, 3, 4}))


@pytest.mark.parametrize("cannot", [leave, away, unreachable, works_else])
def test_the_office_is_told_instead_of_a_recorder_who_cannot_be(school, cannot):
    write(school)
    cannot(school)
    run(school, MONDAY, "15:45")
    assert told(school) == [("of", MONDAY)]


def test_without_recorder_and_office_it_is_the_head(school):
    write(school)
    for person in ("y1", "of", "sb"):
        school.pause(person)
    run(school, MONDAY, "15:45")
    assert told(school) == [("hd", MONDAY)]


def test_the_deputy_is_told_of_what_the_head_recorded_and_while_the_head_is_away(school):
    write(school, "hd")
    run(school, MONDAY, "15:45")
    run(school, TUESDAY, "07:45")
    assert told(school) == [("hd", MONDAY), ("dh", TUESDAY)]
    at(school, TUESDAY, "08:45")
    write(school)
    school.pause("hd")
    run(school, TUESDAY + timedelta(days=1), "07:45")
    assert {("dh", TUESDAY + timedelta(days=1))} == {one for one in told(school)[2:] if one[0] != "y1"}


def test_many_machines_at_once_tell_each_once(school):
    write(school)
    write(school, "y4")
    at(school, MONDAY, "15:45")
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: run(school), range(8)))
    assert told(school) == [("y1", MONDAY), ("y4", MONDAY)]
    assert max(said).startswith("2 ")


def test_it_goes_out_on_a_day_with_another_message_and_takes_no_other_message_s_place(school):
    at(school, MONDAY, "07:40")
    write(school, happened_at=datetime(2026, 11, 20, 8, 50, tzinfo=UTC))
    run(school, MONDAY, "07:45")
    assert told(school) == [("y1", MONDAY)]
    assert "y1" in {one.person for one in school.plan().notices}
    at(school, MONDAY, "08:45")
    write(school, "y4")
    assert "y4" in school.posted()
    run(school, MONDAY, "15:45")
    assert told(school) == [("y1", MONDAY), ("y4", MONDAY)]


def test_an_email_that_was_refused_for_good_does_not_count_as_told(school):
    write(school)
    run(school, MONDAY, "15:45")
    school.server.answers[address(school, "y1")] = ["550 5.1.1 no such user"]
    school.deliver()
    run(school, MONDAY, "16:45")
    assert told(school)[-1] == ("of", MONDAY)
