"""The counts of an installation, on both databases: the outbox, the jobs, the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from bot.cases import store as case_store
from bot.cases.content import ReportedFacts, seal_sheet
from bot.cases.store import CaseRow
from bot.core.encryption import CaseKeys, new_master_key
from bot.database import job_runs
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.database.job_runs import Slot
from bot.database.migrate import watch_errors
from bot.messages.tables import message
from bot.operations.health import JobsInTrouble, beat
from bot.operations.metrics_store import JobFigures, none_leave, read_figures
from bot.records.tables import school
from bot.rules.case_rules import Clock

KEYS = CaseKeys((new_master_key(),))
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
TODAY = NOW.date()
NUMBERS = count()


def settings(conn, many, first=0):
    given = {
        "name": "School",
        "kind": "primary",
        "since_on": TODAY,
        "words": {},
        "opens": time(7, 0),
        "closes": time(18, 0),
        "weekly_budget": 3,
        "staff_means": [],
        "timezone": "Europe/London",
        "saved_at": NOW,
    }
    conn.execute(insert(school), [given | {"key": f"school-{first + number}"} for number in range(many)])


def a_message(conn, state, *, due=NOW, planned_on=TODAY, lease_until=None, made=None, reason=None, **more):
    number = next(NUMBERS)
    row = {
        "id": f"m{number}",
        "setting": "school-0",
        "person": f"p{number}",
        "planned_on": planned_on,
        "kind": "duty",
        "step": "first",
        "channel": "email",
        "payload": [],
        "state": state,
        "not_before_at": due,
        "not_after_at": due + 9 * HOUR,
        "lease_until_at": lease_until,
        "attempts": 0,
        "created_at": made or due,
        "last_reason": reason,
    } | more
    conn.execute(insert(message), row)


def test_an_empty_installation_has_nothing_to_tell(store):
    found = read_figures(store, NOW)
    assert (found.schools, found.due, found.leases_over, found.jobs) == (0, 0, 0, ())
    assert found.oldest_due_at is None
    assert found.messages == {}


def test_what_waits_is_counted_from_when_it_could_go(store):
    with store.writing() as conn:
        settings(conn, 1)
        a_message(conn, "waiting", due=NOW - 2 * HOUR)
        a_message(conn, "waiting", due=NOW - HOUR)
        a_message(conn, "waiting", due=NOW + HOUR)
        a_message(conn, "waiting", due=NOW - 10 * HOUR)
        a_message(conn, "sent", due=NOW - 3 * HOUR)
        a_message(conn, "sent", planned_on=date(2026, 11, 2))
        a_message(conn, "leased", lease_until=NOW - MINUTE)
        a_message(conn, "sending", lease_until=NOW + MINUTE)
    found = read_figures(store, NOW)
    assert found.messages == {"waiting": 4, "sent": 1, "leased": 1, "sending": 1}
    assert (found.due, found.oldest_due_at) == (2, NOW - 2 * HOUR)
    assert found.leases_over == 1


def test_what_the_mail_server_refuses_all_morning_waits_since_it_was_made(store):
    """Each try puts it off a little, so by when it is due next nothing would ever have waited for long."""
    with store.writing() as conn:
        settings(conn, 1)
        a_message(conn, "waiting", due=NOW - MINUTE, made=NOW - 2 * HOUR, reason="There was no time for it.")
        a_message(conn, "waiting", due=NOW + 15 * MINUTE, made=NOW - 3 * HOUR, reason="535 refused")
        a_message(conn, "waiting", due=NOW - 10 * HOUR, made=NOW - 11 * HOUR, reason="535 refused")
        a_message(conn, "waiting", due=NOW - MINUTE, made=NOW - 20 * HOUR)
    found = read_figures(store, NOW)
    assert (found.due, found.oldest_due_at) == (2, NOW - 3 * HOUR)


@pytest.mark.parametrize(
    ("tried", "made_h", "left_h", "none"),
    [
        (1, 2, None, True),
        (1, 2, 3, True),
        (1, 2, 0.5, False),
        (1, 0.5, None, False),
        (0, 2, None, False),
    ],
)
def test_no_letters_leave_when_one_was_refused_long_ago_and_none_left_since(
    store, tried, made_h, left_h, none
):
    with store.writing() as conn:
        settings(conn, 1)
        a_message(conn, "waiting", due=NOW + MINUTE, made=NOW - made_h * HOUR, attempts=tried)
        if left_h is not None:
            a_message(conn, "sent", due=NOW - 4 * HOUR, settled_at=NOW - left_h * HOUR)
        assert none_leave(conn, NOW - HOUR) is none


def test_the_heartbeat_fails_while_no_letters_leave(store):
    services = SimpleNamespace(store=store)
    assert beat(services, NOW) == "alive"
    with store.writing() as conn:
        settings(conn, 1)
        a_message(conn, "waiting", due=NOW + MINUTE, made=NOW - 2 * HOUR, attempts=4)
    with pytest.raises(JobsInTrouble, match=r"^no letters leave: the mail server refuses them$"):
        beat(services, NOW)


def test_a_job_is_counted_over_all_its_parts(store):
    with store.writing() as conn:
        for part, ok, took in (("a", True, 2), ("b", True, 30), ("c", False, 1), ("d", None, 0)):
            slot = Slot("read the rosters", NOW - HOUR, part, "one", next_at=NOW + HOUR)
            claim = job_runs.claim(conn, slot, now=NOW - HOUR, lost_after=MINUTE, retry_after=MINUTE)
            if ok is not None:
                ended_at = NOW - HOUR + timedelta(seconds=took)
                job_runs.finish(conn, claim, now=ended_at, outcome="said", ok=ok)
    (job,) = read_figures(store, NOW).jobs
    longest = pytest.approx(30, abs=0.01)
    well_at = NOW - HOUR + timedelta(seconds=30)
    assert job == JobFigures("read the rosters", 2, 1, 1, 0, longest, well_at)
    (later,) = read_figures(store, NOW + 2 * HOUR).jobs
    assert later.late == 4


def a_case(conn, number, ends, *, closed=None, done=None):
    wrapped = KEYS.new_case_key()
    clock = Clock("Ring", NOW, ends, done)
    stored = CaseRow(
        number=number,
        school="school-0",
        state="closed" if closed else "received",
        received_at=NOW,
        aware_at=NOW,
        closed_at=closed,
        wrapped_key=wrapped,
        sealed=seal_sheet(KEYS, wrapped, ReportedFacts(category="visitor", reported={}, clocks=(clock,))),
    )
    assert case_store.add(conn, stored)


def test_clocks_are_counted_only_where_a_number_tells_no_one_of_a_case(store):
    with store.writing() as conn:
        settings(conn, 4)
        a_case(conn, "1", NOW - HOUR)
        a_case(conn, "2", NOW + HOUR)
        a_case(conn, "3", NOW + 30 * HOUR)
        a_case(conn, "4", NOW - HOUR, closed=NOW)
        a_case(conn, "5", NOW - HOUR, done=NOW)
    assert read_figures(store, NOW, KEYS).clocks is None
    with store.writing() as conn:
        settings(conn, 1, first=4)
    assert read_figures(store, NOW, KEYS).clocks == {"late": 1, "ending": 1}
    for none in (None, CaseKeys((new_master_key(),))):
        assert read_figures(store, NOW, none).clocks is None


def test_every_error_of_the_database_is_told_by_its_kind(store):
    kinds = []
    watch_errors(store, kinds.append)
    with store.writing() as conn:
        settings(conn, 1)
        a_message(conn, "waiting")
    with pytest.raises(IntegrityError), store.writing() as conn:
        conn.execute(update(message).values(state="no such state"))
    assert kinds == ["IntegrityError" if is_sqlite(store.engine) else "CheckViolation"]


def test_a_database_that_is_away_has_no_figures(tmp_path):
    gone = open_store(f"sqlite:///{tmp_path / 'no such folder' / 'x.db'}")
    assert read_figures(gone, NOW) is None
    gone.close()
