"""Running slots on real databases: each once, after a failure again, after a death by somebody else."""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from job_runs import last_runs

from bot.bootstrap import services as bootstrap_services
from bot.core.errors import BadInput, Problem, TryAgain
from bot.database import job_runs
from bot.database.job_runs import JobTurn, each
from bot.delivery.morning_plan import plan_part
from bot.messages import store as message_store
from bot.planning.service import plan_parts, planned_with, planning_version
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.people import family_of
from bot.rules import audience
from bot.rules.cadence import OnJoining, Span
from bot.rules.calendar import Term
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from schedules import embedded
from schedules.embedded import LOOKS_EVERY, run_due
from schedules.jobs import JOBS, Job
from schedules.runner import HANGS_AFTER, LOST_AFTER, TRY_AGAIN_AFTER, Outcome, Runner
from schedules.slots import run_for, run_whole, schools_with

LONDON = ZoneInfo("Europe/London")
MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
HOURS = timedelta(hours=10)


@pytest.fixture
def runner(services):
    return Runner(services, LONDON, "this process")


@pytest.fixture
def ran():
    return []


@pytest.fixture
def job(ran):
    def note(_services, now):
        ran.append(now)
        return "noted"

    return Job("plan the day", "30 7 * * *", run_whole(note), HOURS, "to see", "nothing")


def test_a_slot_runs_once_however_often_and_by_however_many_it_is_looked_for(services, job, ran):
    runners = [Runner(services, LONDON, f"process {number}") for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda runner: run_due(job, runner), runners))
    assert sorted(answers) == [0] * 11 + [1]
    assert len(ran) == 1
    with services.store.reading() as conn:
        (run,) = last_runs(conn)
    assert (run.slot_at, run.outcome, run.ok) == (MORNING, "noted", True)
    assert run.next_at == MORNING + timedelta(days=1)


def test_nothing_runs_before_its_time(runner, job, ran, clock):
    clock.now = MORNING - timedelta(seconds=1)
    assert runner.run(job, "") is Outcome.NOT_DUE
    assert ran == []


def test_a_slot_missed_while_we_were_down_runs_inside_its_grace_and_not_after(runner, job, ran, clock):
    clock.now = MORNING + timedelta(hours=3)
    assert run_due(job, runner) == 1
    clock.now = MORNING + timedelta(days=1, hours=11)
    assert run_due(job, runner) == 0
    assert ran == [MORNING + timedelta(hours=3)]


def test_a_failure_is_noted_and_tried_again_after_a_while(services, runner, clock, caplog):
    tries = []

    def fails_once(_services, now):
        tries.append(now)
        if len(tries) == 1:
            raise BadInput([Problem("roster.csv", 3, "email", "is not an address", "Give an address.")])
        return "well"

    job = Job("read the rosters", "30 7 * * *", run_whole(fails_once), HOURS, "to see", "nothing")
    assert runner.run(job, "") is Outcome.FAILED
    assert "roster.csv" in caplog.text
    assert runner.take(job, next(runner.look(job))) is Outcome.HELD
    clock.now += TRY_AGAIN_AFTER
    assert runner.run(job, "") is Outcome.WELL
    clock.now += TRY_AGAIN_AFTER
    assert run_due(job, runner) == 0
    assert len(tries) == 2


def test_a_fault_of_ours_is_noted_too_and_told_to_the_log_whole(services, runner):
    def faulty(_services, _now):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.run(Job("plan the day", "30 7 * * *", run_whole(faulty), HOURS, "", ""), "")
    with services.store.reading() as conn:
        (run,) = last_runs(conn)
    assert (run.ok, run.failed_said) == (False, "failed: ZeroDivisionError")


def test_a_process_knows_by_which_rules_it_plans_before_an_upgrade_changes_the_files(services):
    """By its first plan the files may be of the next version, which would believe what this one planned."""
    planning_version.cache_clear()
    Runner(services, LONDON, "me")
    assert planning_version.cache_info().currsize == 1


def test_a_person_a_part_of_many_schools_failed_for_is_named(services, runner):
    """A share of the schools names none of them: doctor could not say in which of hundreds to look."""

    def faulty(_services, turn):
        return str(each({"ash": 1, "beech": 0}, lambda _key, end: 1 / end))

    job = Job("plan the day", "30 7 * * *", faulty, HOURS, "", "")
    for part, said in (("share 3 of 32", " for beech"), ("beech", "")):
        with pytest.raises(ZeroDivisionError):
            runner.run(job, part)
        with services.store.reading() as conn:
            assert job_runs.of_part(conn, job.name, part).failed_said == f"failed{said}: ZeroDivisionError"


def test_a_slot_whose_runner_died_is_taken_over_once_it_is_silent(services, runner, job, ran, clock, caplog):
    def dies(_services, _now):
        raise KeyboardInterrupt

    died = Runner(services, LONDON, "a process that died")
    with pytest.raises(KeyboardInterrupt):
        died.run(Job("plan the day", "30 7 * * *", run_whole(dies), HOURS, "", ""), "")
    assert run_due(job, runner) == 0
    clock.now += LOST_AFTER
    assert run_due(job, runner) == 1
    assert len(ran) == 1
    assert "a process that died fell silent" in caplog.text


def test_a_long_job_that_says_it_lives_keeps_its_slot(services, runner, clock):
    other, seen = Runner(services, LONDON, "another process"), []

    def long(_services, _now):
        for _ in range(8):
            clock.now += runner.beats_every
            runner.keep_alive()
            seen.append(other.run(job, ""))
        return "at last"

    job = Job("plan the day", "30 7 * * *", run_whole(long), HOURS, "", "")
    assert runner.run(job, "") is Outcome.WELL
    assert seen == [Outcome.HELD] * 8
    assert other.run(job, "") is Outcome.DONE


def test_one_school_s_vendor_that_is_away_holds_up_no_other_school(services, runner, clock):
    class Directory:
        def __init__(self, away):
            self.away = away

    def read(narrowed, _now):
        ((school, directory),) = narrowed.rosters.items()
        if directory.away:
            raise TryAgain("the directory is away")
        return school

    schools = {f"school-{number}": Directory(away=number == 2) for number in range(5)}
    runner = replace(runner, services=replace(services, rosters=schools))
    job = Job(
        "read the rosters", "30 7 * * *", run_for("rosters", read), HOURS, "", "", schools_with("rosters")
    )
    assert run_due(job, runner) == 5
    with services.store.reading() as conn:
        assert {run.part: run.ok for run in last_runs(conn)} == {key: key != "school-2" for key in schools}
    clock.now += TRY_AGAIN_AFTER
    assert run_due(job, runner) == 1


class Waits:
    """A job with three mailboxes; one waits at a server until it is let go; begun again, it goes well."""

    def __init__(self):
        self.began, self.let_go, self.ran = threading.Event(), threading.Event(), []
        self.job = Job(
            "deliver", "30 7 * * *", self.act, HOURS, "", "", lambda _services: ("ash", "bad", "cedar")
        )

    def act(self, _services, turn):
        if turn.part == "bad" and not self.began.is_set():
            self.began.set()
            assert self.let_go.wait(60)
            return "at last"
        self.ran.append((turn.part, turn.lost))
        return "sent"


@pytest.fixture
def waits():
    """It, with one thread at its work."""
    one = Waits()
    with ThreadPoolExecutor(1) as pool:
        one.pool = pool
        yield one
        one.let_go.set()


def test_a_mailbox_whose_server_stalls_holds_up_the_others_for_one_look(runner, waits, clock):
    first = waits.pool.submit(run_due, waits.job, runner)
    assert waits.began.wait(60)
    assert run_due(waits.job, runner) == 0
    clock.now += LOOKS_EVERY
    assert run_due(waits.job, runner) == 1
    assert waits.ran == [("ash", None), ("cedar", None)]
    assert run_due(waits.job, runner) == 0
    waits.let_go.set()
    assert first.result(60) == 2
    assert waits.ran == [("ash", None), ("cedar", None)]


def test_what_hangs_is_begun_again_by_its_own_process_and_says_no_more(
    services, runner, waits, clock, caplog
):
    first = waits.pool.submit(run_due, waits.job, runner)
    assert waits.began.wait(60)
    clock.now += HANGS_AFTER - LOST_AFTER
    runner.keep_alive()
    clock.now += LOST_AFTER
    runner.keep_alive()
    assert ("bad", "this process") not in waits.ran
    assert run_due(waits.job, runner) == 2
    assert waits.ran == [("ash", None), ("bad", "this process"), ("cedar", None)]
    waits.let_go.set()
    first.result(60)
    assert runner.in_hand == {}
    assert "deliver was taken over before it ended here" in caplog.text
    with services.store.reading() as conn:
        assert job_runs.of_part(conn, "deliver", "bad").outcome == "sent"


def test_the_scheduler_looks_again_while_a_part_waits(services, waits):
    began = bootstrap_services.clock()

    def fast():
        return began + 100 * (bootstrap_services.clock() - began)

    # Half a day from either slot, whatever the hour: none begins while this runs, nor does a grace end.
    before = (began - timedelta(hours=12)).astimezone(LONDON)
    daily = replace(waits.job, cron=f"{before.minute} {before.hour} * * *", grace=timedelta(days=2))
    fast_services, soon = replace(services, clock=fast), timedelta(milliseconds=50)
    scheduler = embedded.start(fast_services, LONDON, (daily,), lost_after=HOURS, looks_every=soon)
    assert waits.began.wait(60)
    until = time.monotonic() + 60
    while len(waits.ran) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    waits.let_go.set()
    scheduler.shutdown()
    assert {part for part, _ in waits.ran} == {"ash", "cedar"}


def school(key):
    """One school that asks its staff to read something."""
    asked = Obligation(
        key="read-it",
        school=key,
        kind=Kind.ACKNOWLEDGE,
        title="Read the policy",
        audience=audience.parse("staff"),
        cadence=(OnJoining(Span(10, "school days")),),
        ladder=ASK,
        source=Source("policy", "1"),
        statement="I have read it.",
    )
    return Register(
        school=School(key, key.title(), since=date(2026, 9, 1)),
        obligations=(asked,),
        terms=(Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),),
    )


def test_schools_that_share_people_are_planned_together_and_by_themselves_otherwise(services, store):
    def person(key, *settings):
        held = (Membership(one, frozenset({"staff"}), starts_on=MORNING.date()) for one in settings)
        return Person(key, key, f"{key}@x.example", tuple(held))

    assert plan_parts(services) == ("",)
    with store.writing() as conn:
        for key in ("ash", "beech", "cedar"):
            record_register.save_register(conn, school(key), MORNING)
        both = [person("kit", "cedar", "ash"), person("sam", "beech"), person("jo", "ash")]
        record_people.save_people(conn, both, MORNING)
        assert [family_of(conn, key) for key in ("cedar", "beech")] == [["ash", "cedar"], ["beech"]]
        assert [planned_with(conn, key) for key in ("cedar", "beech")] == ["ash", "beech"]
    assert plan_parts(services) == ("ash", "beech")
    assert plan_part(services, JobTurn(MORNING, "ash", "me")).startswith("2 people to tell")
    with store.reading() as conn:
        queued = {one.person: {item.school for item in one.items} for one in message_store.recent(conn)}
    assert queued == {"kit": {"ash", "cedar"}, "jo": {"ash"}}
    assert plan_part(services, JobTurn(MORNING, "beech", "me")).startswith("1 people to tell")


def test_what_is_no_part_any_more_is_forgotten_after_a_day(services, runner, ran, clock):
    def note(_services, _now):
        return "noted"

    def job(*parts):
        return Job("a job", "30 7 * * *", run_whole(note), HOURS, "", "", lambda _services: parts)

    assert run_due(job("ash", "beech"), runner) == 2
    for days in (1, 2):
        clock.now = MORNING + timedelta(days=days)
        run_due(job("ash"), runner)
        with services.store.reading() as conn:
            assert [run.part for run in last_runs(conn)] == (["ash", "beech"] if days == 1 else ["ash"])


def test_the_whole_table_runs_on_an_empty_installation(services, runner, clock):
    clock.now = MORNING + timedelta(minutes=1)
    assert all(run_due(job, runner) for job in JOBS)
    with services.store.reading() as conn:
        outcomes = {run.job: (run.outcome, run.ok) for run in last_runs(conn)}
    assert outcomes == {
        "read the rosters": ("no directory is connected", True),
        "plan the day": ("0 people to tell, 0 skipped", True),
        "look after cases": ("looked after", True),
        "ask for what was not given back": ("0 people to tell", True),
        "change leaders' addresses": ("0 took effect", True),
        "stamp the ledger": ("no authority is named", True),
        "keep the list of cases": ("no list of cases is kept", True),
        "read what came back": ("no inbox is read", True),
        "take reports from outside": ("no form outside is read", True),
        "keep the calendar": ("no calendar is kept outside", True),
        "check leavers' accounts": ("no directory tells of accounts", True),
        "check two-step sign-in": ("no directory tells of it", True),
        "check the websites": ("no website is read", True),
        "watch the library": ("no library is watched", True),
        "post the week's card": ("nothing to post", True),
        "count the schools": ("few enough to be counted when somebody looks", True),
        "clear away lost files": ("no files are kept here", True),
        "deliver": ("nothing waiting", True),
        "heartbeat": ("alive", True),
    }


def test_the_heartbeat_names_the_jobs_that_are_late_or_failed_and_nothing_else(services, runner, clock):
    def fails(_services, _now):
        raise TryAgain("kit@x.example is not let in")

    heartbeat = next(job for job in JOBS if job.name == "heartbeat")
    daily = Job("plan the day", "30 7 * * *", run_whole(lambda *_: "well"), HOURS, "", "")
    failing = Job("keep the calendar", "30 7 * * *", run_whole(fails), HOURS, "", "")
    for one in (daily, failing):
        runner.run(one, "")
    clock.now = MORNING + timedelta(days=1, minutes=20)
    assert runner.run(heartbeat, "") is Outcome.FAILED
    with services.store.reading() as conn:
        beat = job_runs.of_job(conn, "heartbeat")[""]
        assert job_runs.last_finished_at(conn, "heartbeat") == clock.now
    assert beat.failed_said == "failed: late: keep the calendar, plan the day"
    runner.run(daily, "")
    clock.now += TRY_AGAIN_AFTER
    runner.run(failing, "")
    runner.run(heartbeat, "")
    with services.store.reading() as conn:
        assert (
            job_runs.of_job(conn, "heartbeat")[""].failed_said
            == "failed: did not end well: keep the calendar"
        )


class Dog:
    """Writes down what it hears."""

    def __init__(self):
        self.heard = []

    def began(self, job, run):
        self.heard.append(("began", job, run))

    def well(self, job, run):
        self.heard.append(("well", job, run))

    def failed(self, job, run, why):
        self.heard.append(("failed", job, run, why))


def test_a_watchdog_hears_of_each_run_by_its_own_id_and_never_of_a_person(services, runner, clock):
    def fails(_services, _now):
        raise TryAgain("kit@x.example is not let in")

    dog = Dog()
    runner = replace(runner, services=replace(services, watchdog=dog))
    runner.run(Job("deliver", "30 7 * * *", run_whole(lambda *_: "well"), HOURS, "", ""), "")
    runner.run(Job("keep the calendar", "30 7 * * *", run_whole(fails), HOURS, "", ""), "")
    runner.run(next(job for job in JOBS if job.name == "heartbeat"), "")
    first, second, third = (dog.heard[number][2] for number in (0, 2, 4))
    assert dog.heard == [
        ("began", "deliver", first),
        ("well", "deliver", first),
        ("began", "keep the calendar", second),
        ("failed", "keep the calendar", second, ""),
        ("began", "heartbeat", third),
        ("failed", "heartbeat", third, "did not end well: keep the calendar"),
    ]
    assert len({uuid.UUID(one) for one in (first, second, third)}) == 3


def test_the_scheduler_looks_at_once_and_stops_when_told(services):
    ran = threading.Event()

    def beat(_services, _now):
        ran.set()
        return "alive"

    job = Job("heartbeat", "*/5 * * * *", run_whole(beat), timedelta(minutes=10), "", "")
    scheduler = embedded.start(replace(services, clock=bootstrap_services.clock), LONDON, (job,))
    assert ran.wait(60)
    scheduler.shutdown()
    assert not scheduler.running
