"""A slot runs once, is taken over from the dead, and is tried again after a failure."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.store import runs

SILENT = timedelta(minutes=10)
AGAIN = timedelta(minutes=5)


@pytest.fixture
def claim(store, cast):
    def ask(after=timedelta(0), *, job="plan the day", slot=timedelta(0)):
        with store.writing() as conn:
            return runs.claim_slot(
                conn,
                job,
                cast.now + slot,
                now=cast.now + after,
                take_over_after=SILENT,
                retry_after=AGAIN,
            )

    return ask


@pytest.fixture
def finish(store, cast):
    def note(*, ok, outcome="done", after=timedelta(minutes=1)):
        with store.writing() as conn:
            runs.finish(conn, "plan the day", cast.now, now=cast.now + after, outcome=outcome, ok=ok)

    return note


def test_a_slot_is_claimed_by_one(claim):
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: claim(), range(4))) == [False, False, False, True]


def test_each_job_and_each_slot_is_its_own(claim):
    assert claim()
    assert claim(job="deliver")
    assert claim(slot=timedelta(days=1))


def test_a_silent_runner_is_replaced_and_a_finished_one_is_not(claim, finish):
    claim()
    assert not claim(SILENT - timedelta(seconds=1))
    assert claim(SILENT)
    assert not claim(SILENT + timedelta(seconds=1))
    finish(ok=True)
    assert not claim(timedelta(days=1))


def test_a_failed_slot_may_be_run_again_after_a_while(claim, finish, store, cast):
    claim()
    finish(ok=False, outcome="failed: no disk")
    with store.reading() as conn:
        assert runs.last_finished_at(conn, "plan the day") is None
        (last,) = runs.last_runs(conn)
    assert (last.outcome, last.ok) == ("failed: no disk", False)
    assert not claim(timedelta(minutes=1) + AGAIN - timedelta(seconds=1))
    assert claim(timedelta(minutes=1) + AGAIN)
    finish(ok=True, after=timedelta(minutes=7))
    with store.reading() as conn:
        assert runs.last_finished_at(conn, "plan the day") == cast.now + timedelta(minutes=7)


def test_the_latest_slot_of_each_job_is_listed_and_old_ones_are_forgotten(claim, store, cast):
    claim(slot=timedelta(days=-20), after=timedelta(days=-20))
    claim()
    claim(job="deliver")
    with store.reading() as conn:
        assert [(one.job, one.slot_at) for one in runs.last_runs(conn)] == [
            ("deliver", cast.now),
            ("plan the day", cast.now),
        ]
        assert conn.exec_driver_sql("select count(*) from job_slot").scalar() == 2
