"""Clocks that change, jump and were wrong, machines that were off: each slot once, none missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from bot.core.links import Links
from bot.database import job_runs
from bot.database.engine import open_store
from bot.delivery.morning_plan import plan_part
from bot.delivery.service import deliver_waiting
from bot.messages import store as message_store
from bot.ports import Address
from bot.services import Services
from connectors.local.folder_mailer import FolderMailer
from schedules.embedded import run_due
from schedules.jobs import JOBS
from schedules.runner import Runner

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE = 25
ROW = {job.name: job for job in JOBS}
ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock(MONDAY)


@pytest.fixture
def services(oakfield, tmp_path, clock):
    store = open_store(oakfield())
    yield Services(
        store=store,
        mailer=FolderMailer(tmp_path / "sent", clock),
        clock=clock,
        links=Links("k" * 48),
        base_url="https://handbell.oakfield.example",
        sender=Address("office@oakfield.example", "Oakfield Primary School"),
    )
    store.close()


def noted(_services, _turn):
    return "noted"


class Watched:
    """Rows of the table that note which slots they ran, besides what they do."""

    def __init__(self, services, clock, *names, does=noted, **more):
        self.ran = {name: [] for name in names}
        self.clock, self._services, self._does = clock, services, does
        self._jobs = [replace(ROW[name], action=partial(self._noting, name), **more) for name in names]
        self._runner = Runner(services, LONDON, "this process")

    def _noting(self, name, services, turn):
        with services.store.reading() as conn:
            self.ran[name].append(job_runs.of_job(conn, name)[turn.part].slot_at)
        return self._does(services, turn)

    def look(self):
        for job in self._jobs:
            run_due(job, self._runner)

    def go_on(self, lasts, every):
        """Advance the clock, looking every so often."""
        end = self.clock.now + lasts
        while self.clock.now < end:
            self.look()
            self.clock.now += every()


def wanted(cron, begin, end):
    """Every minute in which a clock on a London wall shows what a row of the table asks for."""
    minutes, hours = cron.split()[:2]
    at = begin.replace(second=0, microsecond=0)
    while at < end:
        local = at.astimezone(LONDON)
        if at >= begin and fits(minutes, local.minute) and fits(hours, local.hour):
            yield at
        at += timedelta(minutes=1)


def fits(field, number):
    if field.startswith("*/"):
        return number % int(field[2:]) == 0
    return field == "*" or str(number) in field.split(",")


NIGHTS = [date(2026, 10, 25), date(2027, 3, 28), date(2026, 3, 29)]
# Both nights change at 01:00 UTC; the morning's jobs come at the school's own half past six and seven.
SPANS = (
    ("00:40", 100, 25, ("deliver", "heartbeat", "watch the library")),
    ("05:10", 160, 240, ("read the rosters", "look after cases", "plan the day")),
)


def wait(chance, usual):
    """Wait a while, never for two minutes of a job of every minute."""
    return timedelta(seconds=chance.uniform(usual / 2, usual * 1.9))


@ON_SQLITE
@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_in_a_night_when_the_clocks_change_every_slot_runs_once(night, services, clock, trial):
    if night == NIGHTS[2] and not trial.long:
        pytest.skip("a third night, in the long form")
    row = trial.row("the clocks change", "schedules")
    for begins, minutes, seconds, names in SPANS:
        begin = clock.now = datetime.fromisoformat(f"{night} {begins}").replace(tzinfo=UTC)
        watched = Watched(services, clock, *names)
        watched.go_on(timedelta(minutes=minutes), partial(wait, trial.chance, seconds))
        for name in names:
            slots = list(
                wanted(ROW[name].cron, begin + timedelta(minutes=1), begin + timedelta(minutes=minutes - 10))
            )
            ran = [slot for slot in watched.ran[name] if slots[0] <= slot <= slots[-1]]
            row.runs += len(slots)
            row.done += len(ran)
            row.lost += len(set(slots) - set(ran))
            row.twice_outside += len(ran) - len(set(ran))
            assert set(ran) <= set(slots), "at an hour that the table does not name"
    assert row.harmed == (0, 0, 0)


@ON_SQLITE
@pytest.mark.parametrize("jump", [timedelta(minutes=3), timedelta(hours=3), timedelta(days=1)], ids=str)
def test_a_clock_that_jumps_and_is_put_right_runs_nothing_twice_and_holds_nothing_up(
    jump, services, clock, trial
):
    row = trial.row("the clock jumps", "schedules")
    watched = Watched(services, clock, "plan the day", "deliver", "heartbeat")
    every = lambda: timedelta(seconds=30)  # noqa: E731
    watched.go_on(timedelta(minutes=5), every)
    clock.now += jump
    watched.go_on(timedelta(minutes=5), every)
    clock.now -= jump
    begin = clock.now
    watched.go_on(timedelta(minutes=20), every)
    for name in ("deliver", "heartbeat"):
        ran = watched.ran[name]
        row.runs, row.done = row.runs + 1, row.done + len(ran)
        # What a wrong clock did a day early is done again on its day; a slot of today is run once today.
        today = [slot for slot in ran if slot <= clock.now]
        row.twice_outside += len(today) - len(set(today))
        # A slot may be held up for as long as clocks may differ, and no longer.
        due = wanted(ROW[name].cron, begin + timedelta(minutes=6), clock.now - every() * 2)
        row.lost += len(set(due) - set(ran))
    planned = watched.ran["plan the day"]
    assert len(planned) == len(set(planned)) + (jump >= timedelta(days=1))
    assert row.harmed == (0, 0, 0)


@ON_SQLITE
@pytest.mark.parametrize("came_to", ["died", "failed"])
@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=1)], ids=str)
def test_a_process_that_died_with_a_wrong_clock_blocks_no_one(ahead, came_to, services, clock, trial):
    if (ahead >= timedelta(days=1)) != (came_to == "died") and not trial.long:
        pytest.skip("every pair of them, in the long form")
    row, wrong = trial.row("dead, its clock wrong", "schedules"), MONDAY + ahead
    runner = Runner(services, LONDON, "dead")
    for name in ("plan the day", "deliver"):
        clock.now = wrong
        (slot,) = runner.look(replace(ROW[name], parts=lambda _: ("",)))
        with services.store.writing() as conn:
            claim = job_runs.claim(
                conn, slot, now=wrong, lost_after=runner.lost_after, retry_after=timedelta(minutes=5)
            )
            assert claim
            if came_to == "failed":
                assert job_runs.finish(conn, claim, now=wrong, outcome="failed: a disk", ok=False)
    clock.now = MONDAY
    watched = Watched(services, clock, "plan the day", "deliver", parts=lambda _: ("",))
    watched.go_on(timedelta(minutes=5), lambda: timedelta(seconds=30))
    for name, slots in {
        "plan the day": {MONDAY},
        "deliver": set(wanted("* * * * *", MONDAY, clock())),
    }.items():
        row.runs, row.done = row.runs + 1, row.done + len(watched.ran[name])
        row.lost += len(slots - set(watched.ran[name]))
        row.twice_outside += len(watched.ran[name]) - len(set(watched.ran[name]))
    assert row.harmed == (0, 0, 0)


def letters(store, states=("sent",)):
    with store.reading() as conn:
        found = message_store.recent(conn, states=states, limit=1000)
    return [(one.planned_on, one.person, tuple({item.step for item in one.items})) for one in found]


@ON_SQLITE
@pytest.mark.parametrize(
    ("back_at", "step"),
    [("2026-12-01 07:40", "remind"), ("2026-12-08 11:15", "due"), ("2026-12-11 16:00", "late")],
)
def test_after_an_outage_the_latest_step_is_sent_once_and_the_missed_ones_never(
    back_at, step, services, clock, trial
):
    row = trial.row("away, then back", "plan, deliver")
    does = {"plan the day": plan_part, "deliver": deliver_waiting}
    day = [replace(ROW[name], action=action) for name, action in does.items()]

    def morning(owner):
        for _ in range(3):
            for job in day:
                run_due(job, Runner(services, LONDON, owner))
            clock.now += timedelta(minutes=1)

    morning("before")
    first = letters(services.store)
    assert len(first) == PEOPLE
    assert {steps for _, _, steps in first} == {("ask",)}
    clock.now = datetime.fromisoformat(back_at).replace(tzinfo=UTC)
    morning("after")
    new = [one for one in letters(services.store) if one not in first]
    row.runs, row.done = 1, len(new)
    row.lost = PEOPLE - len({person for _, person, _ in new})
    row.twice_outside = len(new) - len({person for _, person, _ in new})
    assert {steps for _, _, steps in new} == {(step,)}
    assert letters(services.store, ("waiting", "leased", "sending", "unknown")) == []
    assert row.harmed == (0, 0, 0)
