"""The queue that machines share: a slot goes in once, what was lost is given out again; and its tables."""

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from job_runs import last_runs
from sqlalchemy import make_url

from schedules.cluster import (
    STEPS,
    Cluster,
    LostRuns,
    RetrySlot,
    _Member,
    _RetryStrategy,
    bring_up,
    options,
    work,
)
from schedules.jobs import Job
from schedules.runner import HANGS_AFTER, Outcome, Runner
from schedules.slots import run_whole

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("own_loop")]

LONDON = ZoneInfo("Europe/London")
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HOURS = timedelta(hours=10)
LAST = max(path.name for path in STEPS.glob("*.sql"))
PRE, POST, LATER = "99.00.00_01_pre_one.sql", "99.00.00_50_post_one.sql", "99.01.00_01_pre_two.sql"


@pytest.fixture
def databases(postgres_databases):
    yield postgres_databases
    postgres_databases.drop()


def for_a_driver(url):
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@pytest.fixture
def address(services):
    found = for_a_driver(services.store.engine.url)
    bring_up(found)
    return found


def job(name="plan the day", parts=("",), **more):
    return Job(
        name, "30 7 * * *", run_whole(lambda *_: "well"), HOURS, "", "", lambda _services: parts, **more
    )


@pytest.fixture
def member(services, address):
    def make(*jobs):
        runner = Runner(services, LONDON, "a process")
        return _Member(runner, Cluster(address, jobs=jobs), threading.Event(), print)

    return make


@dataclass
class Known:
    """A worker of the queue's engine, by the number it has there."""

    worker_id: int | None


def ask(address, query, *given):
    with psycopg.connect(address, options=options()) as conn:
        return conn.execute(query, given).fetchall()


def test_a_slot_goes_into_the_queue_once_however_many_look_for_it(member, address):
    jobs = job(parts=("ash", "beech")), job("deliver", parts=("office@school.example",))
    members = [member(*jobs) for _ in range(3)]

    async def look(one):
        async with one._app.open_async():
            await one._queue_what_is_due()
            one._queued.clear()
            await one._queue_what_is_due()

    async def all_look():
        await asyncio.gather(*map(look, members))

    asyncio.run(all_look())
    rows = ask(address, "select lock, queueing_lock, queue_name from procrastinate_jobs order by lock")
    at = int(MORNING.timestamp())
    locks = ["deliver office@school.example", "plan the day ash", "plan the day beech"]
    assert rows == [(lock, f"{lock} {at}", lock.rpartition(" ")[0]) for lock in locks]


def test_the_most_urgent_is_fetched_first_and_a_mailbox_by_one_at_a_time(member, address, clock):
    one = member(job("keep the list of cases", priority=1), job("deliver"), job("cases", priority=9))

    async def fetch():
        manager = one._app.job_manager
        async with one._app.open_async():
            await one._queue_what_is_due()
            clock.now += timedelta(days=1)
            await one._queue_what_is_due()
            worker = await manager.register_worker()
            fetched = [await manager.fetch_job(None, worker) for _ in range(4)]
            return [found and found.task_name for found in fetched]

    # The second day's slots wait until the first day's are done.
    assert asyncio.run(fetch()) == ["cases", "keep the list of cases", "deliver", None]


def test_what_a_dead_worker_had_is_given_out_again_and_what_a_living_one_has_is_not(member, address):
    one = member(job(parts=("ash", "beech")))

    async def lose():
        manager = one._app.job_manager
        async with one._app.open_async():
            await one._queue_what_is_due()
            for _ in range(2):
                await manager.fetch_job(None, await manager.register_worker())
            ask(
                address,
                "update procrastinate_workers set last_heartbeat = now() - interval '1 day' where id = 1"
                " returning id",
            )
            await LostRuns(one._runner, manager, Known(None), {}).give_out_again()

    asyncio.run(lose())
    rows = ask(address, "select worker_id, status::text from procrastinate_jobs order by id")
    assert [status for _, status in rows] == ["todo", "doing"]


@pytest.mark.parametrize(
    ("began", "second_look"),
    [(None, "todo"), (timedelta(0), "doing"), (HANGS_AFTER, "doing"), (2 * HANGS_AFTER, "todo")],
    ids=["lost", "just begun", "long", "hangs"],
)
def test_what_a_worker_lost_track_of_or_hangs_at_is_given_out_again_at_the_second_look(
    member, address, clock, began, second_look
):
    one = member(job())
    seen = []

    async def lose():
        manager = one._app.job_manager
        async with one._app.open_async():
            await one._queue_what_is_due()
            worker = Known(await manager.register_worker())
            fetched = await manager.fetch_job(None, worker.worker_id)
            running = {} if began is None else {fetched.id: clock() - began}
            lost = LostRuns(one._runner, manager, worker, running)
            for _ in range(2):
                await lost.give_out_again()
                seen.extend(
                    status for (status,) in ask(address, "select status::text from procrastinate_jobs")
                )

    asyncio.run(lose())
    assert seen == ["doing", second_look]


@pytest.mark.parametrize(
    ("outcome", "after", "again_after"),
    [
        (Outcome.HELD, timedelta(0), timedelta(seconds=7.5)),
        (Outcome.FAILED, timedelta(0), timedelta(minutes=5)),
        (Outcome.FAILED, HOURS, None),
        (Outcome.HELD, HOURS, None),
    ],
)
def test_a_slot_is_tried_again_while_its_grace_lasts(services, member, clock, outcome, after, again_after):
    clock.now = MORNING + after
    queued = type("Queued", (), {"task_kwargs": {"timestamp": int(MORNING.timestamp())}})
    again = _RetryStrategy(Runner(services, LONDON, "a process"), job())
    decision = again.get_retry_decision(exception=RetrySlot(outcome), job=queued)
    assert (decision.retry_at if decision else None) == (again_after and clock.now + again_after)


def test_a_worker_does_what_is_due_and_stops_when_it_is_asked_to(services, address, store):
    said, begun = [], threading.Event()

    def stop(_services, _now):
        assert begun.wait(60)
        os.kill(os.getpid(), signal.SIGTERM)
        return "asked to stop"

    def wait(services, _now):
        begun.set()
        while not services.stopping():
            time.sleep(0.01)
        return "told to stop"

    handler = signal.getsignal(signal.SIGTERM)
    jobs = [
        Job(name, "30 7 * * *", run_whole(action), HOURS, "", "")
        for name, action in (("first", wait), ("second", stop))
    ]
    work(services, LONDON, Cluster(address, jobs=jobs), timedelta(seconds=4), said.append)
    assert said == ["Stopping. Finishing: first, second."]
    assert signal.getsignal(signal.SIGTERM) is handler
    with store.reading() as conn:
        assert {run.job: run.outcome for run in last_runs(conn)} == {
            "first": "told to stop",
            "second": "asked to stop",
        }
    assert ask(address, "select count(*) from procrastinate_jobs") == [(0,)]
    assert ask(address, "select count(*) from procrastinate_workers") == [(0,)]


def test_the_queue_s_tables_come_up_once_and_stay_out_of_our_own(databases):
    address = for_a_driver(databases.empty())
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(bring_up, [address] * 4))
    assert sorted(applied, key=len) == [[], [], [], [LAST]]
    found = ask(address, "select schemaname from pg_tables where tablename like 'procrastinate_%%'")
    assert {schema for (schema,) in found} == {"handbell_queue"}


def test_a_newer_engine_changes_the_tables_as_far_as_older_workers_bear(databases, tmp_path):
    address = for_a_driver(databases.empty())
    bring_up(address)
    steps = {
        LAST: "never run again",
        PRE: "create table first ()",
        POST: "drop table first",
        LATER: "select 1",
    }
    for name, statements in steps.items():
        (tmp_path / name).write_text(statements)
    ask(address, "insert into procrastinate_workers default values returning id")
    # What an older worker could not bear waits for its end, and so does all that comes after it.
    assert bring_up(address, tmp_path) == [PRE]
    assert bring_up(address, tmp_path) == []
    ask(address, "delete from procrastinate_workers returning id")
    assert bring_up(address, tmp_path) == [POST, LATER]
    assert bring_up(address, tmp_path) == []


def test_a_step_that_fails_changes_nothing(databases, tmp_path):
    address = for_a_driver(databases.empty())
    bring_up(address)
    (tmp_path / PRE).write_text("create table first (); select nonsense")
    with pytest.raises(psycopg.Error):
        bring_up(address, tmp_path)
    assert ask(address, "select to_regclass('first')") == [(None,)]
    (tmp_path / PRE).write_text("create table first ()")
    assert bring_up(address, tmp_path) == [PRE]


def test_a_worker_of_before_leaves_alone_what_it_has_never_heard_of(services, member, address, store):
    newer = member(job("a job of tomorrow"), job("deliver"))

    async def look():
        async with newer._app.open_async():
            await newer._queue_what_is_due()

    asyncio.run(look())

    def stop(_services, _now):
        os.kill(os.getpid(), signal.SIGTERM)
        return "delivered"

    known = Job("deliver", "30 7 * * *", run_whole(stop), HOURS, "", "")
    work(services, LONDON, Cluster(address, jobs=[known]), timedelta(seconds=4), print)
    assert ask(address, "select task_name, status::text from procrastinate_jobs") == [
        ("a job of tomorrow", "todo")
    ]
