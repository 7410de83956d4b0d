"""A machine whose clock is wrong is told so: by the database's own clock, or by what the schedules noted."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cli.doctor import the_clock_is_right
from bot.database import job_runs
from bot.database.dialect import is_sqlite
from bot.database.job_runs import Slot

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def beaten(store, at):
    slot = Slot("heartbeat", at, "", "one", at + timedelta(minutes=5), timedelta())
    with store.writing() as conn:
        claim = job_runs.claim(
            conn, slot, now=at, lost_after=timedelta(minutes=1), retry_after=timedelta(minutes=1)
        )
        job_runs.finish(conn, claim, now=at, outcome="alive", ok=True)


@pytest.mark.parametrize(("wrong_by_s", "told"), [(0, False), (-20, False), (90, True), (-86400, True)])
def test_a_clock_that_differs_from_the_databases_is_told(store, wrong_by_s, told):
    found = list(the_clock_is_right(store, lambda: datetime.now(UTC) + timedelta(seconds=wrong_by_s)))
    assert [one.code for one in found] == (["H411"] if told and not is_sqlite(store.engine) else [])


@pytest.mark.parametrize(("ahead_s", "told"), [(-3600, False), (20, False), (3600, True)])
def test_schedules_that_ran_later_than_now_show_a_wrong_clock(store, ahead_s, told):
    now = datetime.now(UTC)
    beaten(store, now + timedelta(seconds=ahead_s))
    found = list(the_clock_is_right(store, lambda: now))
    assert [one.code for one in found] == (["H411"] if told else [])
