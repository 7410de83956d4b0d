"""Running slots on real databases: each once, after a failure again, after a death by somebody else."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import bootstrap
from bot.errors import BadInput, Problem
from bot.links import Links
from bot.ports import Address
from bot.services import Services
from bot.store import runs
from connectors.local.folder import FolderMailer
from schedules import embedded
from schedules.embedded import TAKE_OVER_AFTER, TRY_AGAIN_AFTER, run_due
from schedules.jobs import JOBS, Job

LONDON = ZoneInfo("Europe/London")
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock(MORNING + timedelta(seconds=5))


@pytest.fixture
def services(store, tmp_path, clock):
    return Services(
        store=store,
        mailer=FolderMailer(tmp_path / "sent", clock),
        clock=clock,
        links=Links("k" * 40),
        base_url="http://127.0.0.1:8000",
        sender=Address("office@school.example", "A School"),
    )


@pytest.fixture
def ran():
    return []


@pytest.fixture
def job(ran):
    def note(_services, now):
        ran.append(now)
        return "noted"

    return Job("plan the day", "30 7 * * *", note, timedelta(hours=10), "to see", "nothing")


def test_a_slot_runs_once_however_often_and_by_however_many_it_is_looked_for(services, job, ran):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: run_due(job, services, LONDON), range(12)))
    assert sorted(answers) == [False] * 11 + [True]
    assert len(ran) == 1
    with services.store.reading() as conn:
        (run,) = runs.last_runs(conn)
    assert (run.slot_at, run.outcome, run.ok) == (MORNING, "noted", True)


def test_nothing_runs_before_its_time(services, job, ran, clock):
    clock.now = MORNING - timedelta(seconds=1)
    assert not run_due(job, services, LONDON)
    assert ran == []


def test_a_slot_missed_while_we_were_down_runs_inside_its_grace_and_not_after(services, job, ran, clock):
    clock.now = MORNING + timedelta(hours=3)
    assert run_due(job, services, LONDON)
    clock.now = MORNING + timedelta(days=1, hours=11)
    assert not run_due(job, services, LONDON)
    assert ran == [MORNING + timedelta(hours=3)]


def test_a_failure_is_noted_and_tried_again_after_a_while(services, clock, caplog):
    tries = []

    def fails_once(_services, now):
        tries.append(now)
        if len(tries) == 1:
            raise BadInput([Problem("roster.csv", 3, "email", "is not an address", "Give an address.")])
        return "well"

    job = Job("read the rosters", "30 7 * * *", fails_once, timedelta(hours=10), "to see", "nothing")
    assert run_due(job, services, LONDON)
    assert "roster.csv" in caplog.text
    assert not run_due(job, services, LONDON)
    clock.now += TRY_AGAIN_AFTER
    assert run_due(job, services, LONDON)
    clock.now += TRY_AGAIN_AFTER
    assert not run_due(job, services, LONDON)
    assert len(tries) == 2


def test_a_slot_whose_runner_died_is_taken_over(services, job, ran, clock):
    def dies(_services, _now):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_due(Job("plan the day", "30 7 * * *", dies, timedelta(hours=10), "", ""), services, LONDON)
    assert not run_due(job, services, LONDON)
    clock.now += TAKE_OVER_AFTER
    assert run_due(job, services, LONDON)
    assert len(ran) == 1


def test_the_whole_table_runs_on_an_empty_installation(services, clock):
    clock.now = MORNING + timedelta(minutes=1)
    assert all(run_due(job, services, LONDON) for job in JOBS)
    with services.store.reading() as conn:
        outcomes = {run.job: (run.outcome, run.ok) for run in runs.last_runs(conn)}
    assert outcomes == {
        "read the rosters": ("no directory is connected", True),
        "plan the day": ("0 people to tell, 0 skipped", True),
        "look after cases": ("looked after", True),
        "keep the list of cases": ("no list of cases is kept", True),
        "read what came back": ("no inbox is read", True),
        "take reports from outside": ("no form outside is read", True),
        "keep the calendar": ("no calendar is kept outside", True),
        "watch the library": ("no library is watched", True),
        "post the week's card": ("nothing to post", True),
        "deliver": ("nothing waiting", True),
        "heartbeat": ("alive", True),
    }


def test_the_scheduler_looks_at_once_and_stops_when_told(services):
    ran = threading.Event()

    def beat(_services, _now):
        ran.set()
        return "alive"

    job = Job("heartbeat", "*/5 * * * *", beat, timedelta(minutes=10), "", "")
    scheduler = embedded.start(replace(services, clock=bootstrap.clock), LONDON, (job,))
    assert ran.wait(20)
    scheduler.shutdown()
    assert not scheduler.running
