"""What it takes among many schools: each job when nothing is due, and what one school's office does.

`pytest -s tests/bench/bench_among_many.py`. Each figure stands beside the same in an installation of one
school: work in proportion to what is due is as quick among many. HANDBELL_BENCH_MANY makes the 600 fewer.
"""

import gc
import os
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.clock import local_date
from bot.database.engine import open_store
from bot.database.job_runs import HEARTBEAT
from bot.identity.actor import Actor
from bot.identity.service import ask_by_email
from bot.messages.bounces import note_bounces
from bot.people.import_service import import_roster
from bot.people.person_form import add_person, details_of
from bot.people.service import mend_address
from bot.planning.store import load_snapshot
from bot.ports import Bounce, RosterEntry
from bot.records import people as record_people
from schedules.jobs import JOBS
from schedules.runner import Runner
from schedules.slots import next_slot

MANY = int(os.environ.get("HANDBELL_BENCH_MANY", "600"))
PEOPLE = 45
SCHOOL, OFFICE = "s00000", "s00000-p0"
WEEK = frozenset(range(5))
ZONE = ZoneInfo("Europe/London")


class Turns:
    """An instant that goes on from job to job."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        return self.at


@pytest.fixture
def installations(authority, databases, serve):
    """The services of one school alone, and of one among many, each with its own clock."""
    opened = []

    def make(schools):
        store = open_store(databases.current())
        opened.append(store)
        authority.fill(store, authority.Size(schools, people=PEOPLE, open=0))
        return replace(serve.services_of(store), clock=Turns(authority.MORNING))

    yield make(1), make(MANY)
    for store in opened:
        store.close()


def a_quiet_turn(services, job, spent):
    """Run a job at three slots; return what the last took, and a look when all is done.

    Not the second: figures that are the first are counted once more.
    """
    runner = Runner(services, ZONE, "the bench")
    for _ in range(3):
        services.clock.at = next_slot(job.cron, services.clock.at, ZONE) + job.span + timedelta(seconds=1)
        gc.collect()
        with spent() as took:
            for slot in runner.look(job):
                assert runner.take(job, slot).ran
        with spent() as looked:
            assert not list(runner.look(job))
    return took.cpu, looked.cpu


def test_each_job_when_nothing_is_due(installations, figure, spent):
    sort = installations[0].store.engine.dialect.name
    # The heartbeat would say that the others are late: each is run at a time of its own here.
    for job in (one for one in JOBS if one.name != HEARTBEAT):
        (alone, idle), (among, idle_among) = (a_quiet_turn(one, job, spent) for one in installations)
        figure(
            f"{job.name}, nothing due, {sort}",
            f"{among * 1000:.0f} ms processor among {MANY} schools, then a look {idle_among * 1000:.1f} ms",
            "what is due",
            f"alone {alone * 1000:.0f} ms, {idle * 1000:.1f} ms",
        )


def doer(services):
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(services.clock()), (SCHOOL,))
    return Actor(snapshot.schools[SCHOOL], snapshot.people[OFFICE], "the bench")


def add(services, number):
    said = replace(
        details_of(services.store, SCHOOL, OFFICE), name=f"New {number}", email=f"n{number}@x.example"
    )
    assert add_person(services, said, doer(services), services.clock()) == said.email


def mend(services, number):
    mend_address(services, f"{SCHOOL}-p{number}", f"m{number}@x.example", doer(services), services.clock())


def ask(services, number):
    ask_by_email(services, f"{SCHOOL}-p{number}@x.example", services.clock())


def bounce(services, number):
    came_back = Bounce(f"{SCHOOL}-p{number + 10}@x.example", None, "550 gone")
    (noted,) = note_bounces(services.store, [came_back], now=services.clock(), actor="the bench")
    assert noted.person is not None


def import_list(services, number):
    with services.store.reading() as conn:
        known = record_people.roster(conn, SCHOOL).values()
    entries = [
        RosterEntry(
            one.key,
            f"{one.name} {number}",
            one.email,
            frozenset({"teacher"}),
            frozenset(),
            None,
            None,
            WEEK,
            None,
        )
        for one in known
    ]
    done = import_roster(services.store, SCHOOL, entries, now=services.clock(), actor="the bench")
    assert len(done.changes) == len(entries)


ACTS = {
    "somebody added by the office": add,
    "an address mended": mend,
    "somebody asks to sign in": ask,
    "a letter that came back": bounce,
    "a list of 45 people": import_list,
}


def the_middle(services, act, spent):
    """Do it six times, each time to somebody else, and say what the middle one took: wall, processor."""
    times = []
    for number in range(10, 16):
        with spent() as one:
            act(services, number)
        times.append((one.wall * 1000, one.cpu * 1000))
    return sorted(times)[len(times) // 2]


def test_what_an_office_does(installations, figure, spent):
    sort = installations[0].store.engine.dialect.name
    for name, act in ACTS.items():
        (alone, alone_cpu), (among, among_cpu) = (the_middle(one, act, spent) for one in installations)
        figure(
            f"{name}, {sort}",
            f"{among:.0f} ms wall, {among_cpu:.0f} ms processor, among {MANY} schools",
            "as alone",
            f"alone {alone:.0f} and {alone_cpu:.0f} ms",
        )
