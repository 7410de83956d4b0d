"""What size costs: a school's day, a trust's, a million duties; a page, a list of 20,000 people, a start.

`pytest -s tests/bench/bench_scale.py`. HANDBELL_BENCH_DUTIES makes the million fewer. The million stands
beside a bare read of the same rows in the same run. Pages among many schools: bench_trust.py.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import psutil
import pytest
from sqlalchemy import func, select

from bot.database import job_runs
from bot.database.engine import open_store
from bot.identity.service import begin_session
from bot.people.import_service import RosterList, import_roster
from bot.planning.plan import plan
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.ports import RosterEntry
from bot.records import people as record_people
from bot.records.evidence import ACTS
from bot.records.school_plan import school_plan

DUTIES = int(os.environ.get("HANDBELL_BENCH_DUTIES", "1000000"))
MB = 1024 * 1024


class Planning:
    """All that planning asks of the services."""

    def __init__(self, store):
        self.store = store


@pytest.fixture
def filled(authority, databases):
    opened = []

    def make(size):
        store = open_store(databases.current())
        opened.append(store)
        authority.fill(store, size)
        return store

    yield make
    for store in opened:
        store.close()


def best(work, spent, times=5):
    """The least of several, on the processor: other programs are on this machine."""
    found = []
    for _ in range(times):
        gc.collect()
        with spent() as took:
            work()
        found.append(took)
    return min(found, key=lambda one: one.cpu)


def sort_of(store):
    return "SQLite" if store.engine.dialect.name == "sqlite" else "PostgreSQL"


def test_a_day_of_one_school(authority, filled, figure, spent):
    store = filled(authority.Size(1, people=45, open=1))
    with store.reading() as conn:
        whole = best(lambda: plan(load_snapshot(conn, authority.TODAY, ["s00000"]), authority.TODAY), spent)
        assert len(plan(load_snapshot(conn, authority.TODAY, ["s00000"]), authority.TODAY).notices) == 45
    figure(f"plan a day, 1 school of 45, {sort_of(store)}", f"{whole.cpu * 1000:.0f} ms processor", "50 ms")


def test_a_trust_of_a_hundred_schools(authority, filled, figure, spent):
    store = filled(authority.Size(100, open=1))
    with store.reading() as conn:
        looked = best(lambda: plan(load_snapshot(conn, authority.TODAY), authority.TODAY), spent, times=2)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with spent() as queued:
        decided = plan_day(Planning(store), authority.MORNING)
    assert len(decided.notices) == 6000
    with spent() as again:
        assert not plan_day(Planning(store), authority.MORNING + timedelta(minutes=1)).notices
    figure(
        f"plan 72,000 duties, {sort_of(store)}",
        f"{looked.cpu:.1f} s processor; with 6,000 queued {queued.cpu:.1f} s; again {again.cpu:.1f} s",
        "3 s, 250 MB",
        f"most memory of this process {peak:.0f} MB",
    )


def test_a_quiet_day_of_a_hundred_schools(authority, filled, figure, spent):
    """The day after a day on which everything was done: what is not due is not looked at."""
    store = filled(authority.Size(100, open=0))
    planning = Planning(store)
    with spent() as first:
        whole = plan_day(planning, authority.MORNING)
    with spent() as same_day:
        nothing = plan_day(planning, authority.MORNING + timedelta(hours=1))
    with spent() as next_day:
        tomorrow = plan_day(planning, authority.MORNING + timedelta(days=1))
    proved = planned_on(store, authority.TODAY + timedelta(days=1))
    assert len(whole.skipped) == 72_000
    assert not nothing.skipped
    assert len(tomorrow.skipped) == proved * 720
    assert 0 < proved < 100
    figure(
        f"a quiet day of 100 schools with 72,000 duties, {sort_of(store)}",
        f"{same_day.cpu * 1000:.0f} ms processor with no school due; the next day {next_day.cpu:.2f} s, "
        f"{proved} schools planned in full on their day of the week",
        "in proportion to what is due",
        f"the first day, all schools planned, {first.cpu:.1f} s",
    )


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
@pytest.mark.parametrize("workers", [1, 2])
def test_a_million_duties(authority, databases, program, figure, spent, workers):
    """In full, as after every change of the program: nothing is known of any school from the day before."""
    schools = DUTIES // 720
    url = databases.current()
    store = open_store(url)
    authority.fill(store, authority.Size(schools, open=0))
    rows, counted, fetched, scanned = scans(store, spent)
    assert rows == schools * 720
    scan = (
        f"count of the same rows in the server {counted.wall:.1f} s; the same rows fetched by psycopg "
        f"{fetched.wall:.1f} s ({fetched.cpu:.1f} s), "
        f"by SQLAlchemy {scanned.wall:.1f} s ({scanned.cpu:.1f} s)"
    )
    today = Morning(program, url, authority.MORNING + timedelta(hours=1), workers)
    assert skipped_in(store) == rows
    figure(
        f"plan {rows:,} duties, PostgreSQL, workers: {workers}",
        f"{today.wall:.1f} s ({today.cpu:.1f} s processor): {today.wall / fetched.wall:.1f} times that fetch",
        "3 times the scan, memory flat",
        f"{scan}; memory of a worker grew {today.grew / MB:.0f} MB",
    )
    gc.collect()
    with spent() as quiet:
        plan_day(Planning(store), authority.MORNING + timedelta(hours=2))
    figure(
        f"plan {rows:,} duties on a quiet day, PostgreSQL",
        f"{quiet.wall:.2f} s ({quiet.cpu:.2f} s processor), {quiet.wall / fetched.wall:.3f} times that fetch",
        "in proportion to what is due",
        scan,
    )
    tomorrow = Morning(program, url, authority.MORNING + timedelta(days=1, hours=1), workers)
    proved = planned_on(store, authority.TODAY + timedelta(days=1))
    assert 0 < proved < schools
    assert skipped_in(store) == proved * 720
    figure(
        f"plan {rows:,} duties on the day after, PostgreSQL, workers: {workers}",
        f"{tomorrow.wall:.1f} s ({tomorrow.cpu:.1f} s processor): "
        f"{tomorrow.wall / fetched.wall:.1f} times that fetch",
        "in proportion to what is due",
        f"{proved:,} of {schools:,} schools planned in full, on their day of the week",
    )
    store.close()


class Morning:
    """Workers plan a morning together. `wall` and `cpu` in seconds, `grew` in bytes, the most of one."""

    def __init__(self, program, url, now, workers):
        started = [program("plan_all", url, f"worker {number}", now.isoformat()) for number in range(workers)]
        for one in started:
            assert one.stdout.readline() == "ready\n"
        for one in started:
            one.stdin.write("go\n")
            one.stdin.flush()
        said = [json.loads(one.stdout.readline()) for one in started]
        self.wall = max(one["ended"] for one in said) - min(one["began"] for one in said)
        self.cpu = sum(one["cpu"] for one in said)
        self.grew = max(one["grew"] for one in said)


def skipped_in(store):
    """Count the duties the last runs of planning looked at; they told nobody anything."""
    with store.reading() as conn:
        said = [one.outcome for one in job_runs.of_job(conn, "plan the day").values()]
    assert all(one.startswith("0 people to tell, ") for one in said), said
    return sum(int(one.split()[-2]) for one in said)


def planned_on(store, day):
    """Count the schools that were planned on a day."""
    with store.reading() as conn:
        return conn.scalar(select(func.count()).where(school_plan.c.planned_on == day))


def scans(store, spent):
    """Read the evidence whole: counted in the server, fetched by the driver alone, and by SQLAlchemy."""
    with store.reading() as conn, spent() as counted:
        rows = conn.exec_driver_sql("select count(*), max(acted_on), max(receipt) from evidence").one()[0]
    with store.reading() as conn:
        said = str(ACTS.every.compile(conn))
        with conn.connection.driver_connection.cursor(name="scan") as cursor, spent() as fetched:
            cursor.itersize = 1000
            assert sum(1 for _ in cursor.execute(said)) == rows
    with store.reading() as conn, spent() as scanned:
        assert sum(1 for _ in conn.execution_options(yield_per=1000).execute(ACTS.every)) == rows
    return rows, counted, fetched, scanned


def test_a_list_of_twenty_thousand_people(authority, filled, figure, spent):
    store = filled(authority.Size(1, people=10, rules=1))
    entries = tuple(
        RosterEntry(
            f"k{number}",
            f"Person {number}",
            f"k{number}@x.example",
            frozenset({"teacher"}),
            frozenset(),
            None,
            None,
            frozenset(range(5)),
            None,
        )
        for number in range(20_000)
    )
    with spent() as took:
        import_roster(
            store,
            "s00000",
            entries,
            now=authority.MORNING,
            actor="the bench",
            listing=RosterList(many_leavers=True),
        )
    with store.reading() as conn:
        assert set(record_people.roster(conn, "s00000")) >= {one.key for one in entries}
    figure(
        f"import of 20,000 people, {sort_of(store)}",
        f"{took.wall:.1f} s ({took.cpu:.1f} s processor)",
        "10 s",
    )


def test_the_pages_of_one_school(authority, filled, serve, asked, figure):
    store = filled(authority.Size(1, people=45, open=2))
    services = serve.services_of(store)
    token = begin_session(services, "s00000", "s00000-p0", how="email link", now=services.clock())
    pages = {
        "nothing but a sign of life": "/health/live",
        "Today": "/me",
        "School": "/school",
        "the school year": "/school/year",
        "people by task": "/school/people-by-task",
        "a person": "/office/people/of/s00000-p1",
    }
    for called, page in pages.items():
        figure(f"{called}, a school of 45, {sort_of(store)}", asked(store, token, page, 100), "p99 150 ms")


def test_a_start(free_port, figure, tmp_path):
    handbell, given = [sys.executable, "-m", "bot"], ["--data", str(tmp_path), "run", "--port"]
    for _ in range(2):
        port = free_port()
        began = time.perf_counter()
        process = psutil.Popen([*handbell, *given, str(port)], stdout=subprocess.DEVNULL)
        while not answers(port):
            assert process.poll() is None, "it ended before a page answered"
            time.sleep(0.02)
        wall, spent = time.perf_counter() - began, sum(process.cpu_times()[:2])
        time.sleep(5)
        idle = process.memory_info().rss / MB
        process.terminate()
        process.wait(timeout=30)
    figure("start of handbell run", f"{wall:.1f} s ({spent:.1f} s processor)", "2 s")
    figure("idle process, pages and schedules", f"{idle:.0f} MB", "150 MB")


def answers(port):
    """Return whether a page is given; the port is taken long before."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=5).status_code == 200
    except httpx.TransportError:
        return False
