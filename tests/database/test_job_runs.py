"""A slot runs once, is taken over from the silent, and is tried again after a failure."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from job_runs import last_runs
from sqlalchemy import func, select

from bot.database import job_runs
from bot.database.job_runs import job_run

LOST = timedelta(seconds=30)
AGAIN = timedelta(minutes=5)
DAY = timedelta(days=1)


class Desk:
    """Claims and finishes slots of one job, at instants counted from the first slot."""

    def __init__(self, store, now):
        self.store, self.now = store, now
        self.claims = {}

    def slot(self, at=timedelta(0), owner="one", **more):
        return job_runs.Slot(**({"job": "plan the day", "slot_at": self.now + at, "owner": owner} | more))

    def claim(self, slot, after=timedelta(0)):
        with self.store.writing() as conn:
            claim = job_runs.claim(conn, slot, now=self.now + after, lost_after=LOST, retry_after=AGAIN)
        if claim is not None:
            self.claims[slot] = claim
        return claim

    def finish(self, slot, after=timedelta(minutes=1), *, ok=True, outcome="done", claim=None):
        with self.store.writing() as conn:
            return job_runs.finish(
                conn, claim or self.claims[slot], now=self.now + after, outcome=outcome, ok=ok
            )

    def runs(self):
        with self.store.reading() as conn:
            return last_runs(conn)


@pytest.fixture
def desk(store, cast):
    return Desk(store, cast.now)


def test_a_slot_is_claimed_by_one(desk):
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda owner: desk.claim(desk.slot(owner=str(owner))), range(4)))
    assert sum(one is not None for one in claims) == 1


def test_each_job_and_each_part_is_its_own(desk):
    assert desk.claim(desk.slot())
    assert desk.claim(desk.slot(job="deliver"))
    assert desk.claim(desk.slot(part="oakfield"))


def test_the_next_slot_waits_until_the_last_one_ended(desk):
    first = desk.slot()
    assert desk.claim(first)
    with desk.store.writing() as conn:
        job_runs.still_alive(conn, "one", now=desk.now + DAY, since=desk.now - DAY)
    assert not desk.claim(desk.slot(DAY), DAY)
    desk.finish(first, DAY)
    assert desk.claim(desk.slot(DAY), DAY)
    assert not desk.claim(first, DAY)


def test_a_silent_worker_is_taken_over_named_and_can_write_nothing_more(desk):
    theirs, ours = desk.slot(owner="dead"), desk.slot(owner="alive")
    assert desk.claim(theirs).lost is None
    assert not desk.claim(ours, LOST - timedelta(seconds=1))
    assert desk.claim(ours, LOST).lost == "dead"
    assert not desk.finish(theirs)
    assert desk.finish(ours)
    assert not desk.claim(theirs, DAY)


def test_what_hung_can_say_nothing_of_what_the_same_process_has_begun_again(desk):
    hung = desk.claim(desk.slot())
    again = desk.claim(desk.slot(), LOST)
    assert again.lost == "one"
    assert not desk.finish(hung.slot, LOST, claim=hung)
    assert desk.finish(again.slot, LOST * 2, claim=again)


def test_a_worker_with_a_heartbeat_is_not_taken_over(desk):
    desk.claim(desk.slot())
    with desk.store.writing() as conn:
        job_runs.still_alive(conn, "one", now=desk.now + LOST, since=desk.now - DAY)
        job_runs.still_alive(conn, "one", now=desk.now + DAY, since=desk.now)
        job_runs.still_alive(conn, "two", now=desk.now + DAY, since=desk.now - DAY)
    assert not desk.claim(desk.slot(owner="two"), LOST * 2 - timedelta(seconds=1))
    assert desk.claim(desk.slot(owner="two"), LOST * 2)


def test_a_failed_slot_is_tried_again_after_a_while_and_both_are_remembered(desk):
    slot, again = desk.slot(), timedelta(minutes=1) + AGAIN
    desk.claim(slot)
    desk.finish(slot, ok=False, outcome="failed: no disk")
    assert not desk.claim(slot, again - timedelta(seconds=1))
    assert desk.claim(slot, again)
    desk.finish(slot, again)
    (run,) = desk.runs()
    assert (run.ok, run.outcome, run.well_at) == (True, "done", desk.now + again)
    assert (run.failed_at, run.failed_said) == (desk.now + timedelta(minutes=1), "failed: no disk")


@pytest.mark.parametrize(
    ("whom", "said", "short"),
    [
        ((), "failed: no disk: full", "failed: no disk: full"),
        (("ash", "elm"), "failed for ash, elm: no disk: full", "failed for ash, elm: no disk: full"),
        (tuple("abcdefg"), None, "failed for a, b, c, d, e and 2 more: no disk: full"),
    ],
)
def test_a_failure_names_everybody_it_was_for_and_says_a_few_of_them(desk, whom, said, short):
    line = job_runs.failure(whom, "no disk: full")
    assert said in (None, line)
    slot = desk.slot()
    desk.claim(slot)
    desk.finish(slot, ok=False, outcome=line)
    (run,) = desk.runs()
    assert (run.failed_for, run.failed_in_short) == (whom, short)


def test_a_slot_that_a_wrong_clock_claimed_blocks_no_one(desk):
    ahead = desk.slot(365 * DAY)
    desk.claim(ahead, 365 * DAY)
    desk.finish(ahead, 365 * DAY)
    assert desk.claim(desk.slot(DAY), DAY)


def test_what_is_late_or_failed_is_in_trouble(desk):
    for job, due, ok in (("late", timedelta(0), True), ("failed", DAY, False), ("well", DAY, True)):
        slot = desk.slot(job=job, next_at=desk.now + due)
        desk.claim(slot)
        desk.finish(slot, timedelta(0), ok=ok)
    now = desk.now + job_runs.LATE_AFTER + timedelta(seconds=1)
    with desk.store.reading() as conn:
        found = {run.job: run.is_late(now) for run in job_runs.in_trouble(conn, now)}
    assert found == {"late": True, "failed": False}


def test_however_often_a_job_runs_it_is_one_row_and_forgotten_with_its_part(desk):
    for day in range(30):
        slot = desk.slot(DAY * day, part="oakfield")
        assert desk.claim(slot, DAY * day)
        desk.finish(slot, DAY * day)
    with desk.store.writing() as conn:
        assert conn.scalar(select(func.count()).select_from(job_run)) == 1
        assert job_runs.last_finished_at(conn, "plan the day") == desk.now + 29 * DAY
        job_runs.forget(conn, "plan the day", ["oakfield"])
    assert desk.runs() == []
