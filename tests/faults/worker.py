"""A machine that can die: forks a child for each order on its input, and lets the test end it at any instant.

One order a line, as JSON: {"do": one of DO, "url", "port", "now", "lease", ...}. It prints the child's
number, whatever the child says (where it serves, how many steps it took, that the database is away), and when
the child has ended, how; the child is kept as a zombie until the next order, so that its number cannot have
become somebody else's when the test kills it.

An order with "here" is carried out without a child: the children after it begin with everything imported,
compiled and at hand, and spend their short lives on the work itself.

An order with "dies_at" is ended from within, at that step: a step is a statement, a commit or what follows
it, a file opened for writing, written, renamed or removed.
"""

import asyncio
import contextlib
import ctypes
import io
import json
import os
import signal
import socket
import sqlite3
import sys
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
import uvicorn
from sqlalchemy import event, make_url

from bot.bootstrap.web_app import create_app
from bot.cases.jobs import mirror_case_list
from bot.core.encryption import CaseKeys
from bot.core.errors import DatabaseUnavailable
from bot.core.links import Links
from bot.database import job_runs
from bot.database.engine import open_store
from bot.delivery.service import deliver
from bot.people.import_service import RosterList, import_roster
from bot.planning.service import plan_day
from bot.ports import Address, ChangesSince, SubmittedForm
from bot.reports.intake import take_reports
from bot.services import CaseListExport, Mailbox, Services
from connectors.local.roster import CsvRoster
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings
from connectors.local.tracked_list import TrackedFile
from schedules.cluster import Cluster, work
from schedules.embedded import run_due
from schedules.jobs import JOBS
from schedules.runner import Runner

LONDON = ZoneInfo("Europe/London")
SCHOOL = "oakfield"
PR_SET_PDEATHSIG = 1
WRITES = os.O_WRONLY | os.O_RDWR


def say(**words):
    os.write(1, f"{json.dumps(words)}\n".encode())


@dataclass(frozen=True)
class Clock:
    """Stands still at `at`, or goes on from there, so many times as fast as the world's."""

    at: datetime
    hurries: int
    began: float

    def __call__(self):
        return self.at + timedelta(seconds=self.hurries * (time.monotonic() - self.began))


@dataclass(frozen=True)
class FolderIntake:
    """A form outside: one file a report; what was taken away leaves an empty file."""

    folder: Path

    def filled(self, cursor):
        found = sorted(self.folder.glob("*.json"))
        texts = [
            (path.stem, path.read_text(encoding="utf-8")) for path in found if path.stem > (cursor or "")
        ]
        return ChangesSince(
            tuple(SubmittedForm(key, json.loads(text)) for key, text in texts if text),
            max((key for key, _ in texts), default=cursor),
        )

    def taken(self, key):
        (self.folder / f"{key}.json").write_text("", encoding="utf-8")


class Steps:
    """Counts what a child does to the world; ends it at one of them."""

    def __init__(self, last):
        self.taken, self.last = 0, last

    def __call__(self, *_, **__):
        self.taken += 1
        if self.taken == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(self, name, args):
        written = name == "open" and isinstance(args[2], int) and args[2] & WRITES
        if written or name in {"os.rename", "os.remove"}:
            self()

    def called(self, _frame, what, function):
        """Between the opening of a file and its end: what is written, and when it is on the disk."""
        if what == "c_call" and function.__name__ in {"write", "fsync"}:
            whose = getattr(function, "__self__", None)
            if function is os.fsync or isinstance(whose, io.BufferedWriter):
                self()

    def watch(self, engine):
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, self)
        event.listen(engine.pool, "checkin", self)
        sys.addaudithook(self.heard)
        sys.setprofile(self.called)


# SQL compiled once, whatever the database's address; and what serves each database's pages.
COMPILED = {}
APPS = {}


def limit(order, connection, _record):
    """Wait less long for a lock than Handbell does; let the file grow no more."""
    if "busy_ms" in order:
        ours = isinstance(connection, sqlite3.Connection)
        words = "pragma busy_timeout = {}" if ours else "set lock_timeout = {}"
        connection.execute(words.format(int(order["busy_ms"])))
    if "full" in order:
        connection.execute("pragma max_page_count = 1")
    connection.commit()


def mailer_for(order, port, clock):
    final = order.get("patience", 10)
    settings = SmtpSettings("127.0.0.1", port, "none", per_minute=600_000, timeout=final, final_timeout=final)
    return SmtpMailer(settings, clock=clock)


def services_for(order):
    began = order.get("began", time.monotonic())
    clock = Clock(datetime.fromisoformat(order["now"]), order.get("hurries", 0), began)
    store = open_store(order["url"])
    store.engine.update_execution_options(compiled_cache=COMPILED)
    if "busy_ms" in order or "full" in order:
        event.listen(store.engine, "connect", partial(limit, order))
    folder = Path(order.get("folder", "/nowhere"))
    return Services(
        store=store,
        mailer=mailer_for(order, order.get("port", 1), clock),
        clock=clock,
        links=Links(order["secret"]),
        base_url="https://handbell.oakfield.example",
        sender=Address("office@oakfield.example", "Oakfield Primary School"),
        case_keys=CaseKeys((order["case_key"],)),
        intakes={SCHOOL: FolderIntake(folder)},
        tracked={
            SCHOOL: CaseListExport(TrackedFile(folder / "cases.xlsx"), ("office",), ("number", "category"))
        },
    )


def plan(services, _order):
    plan_day(services, services.clock())


def hand_over(services, order):
    deliver(services, now=services.clock(), lease_for=timedelta(minutes=order["lease"]))


def read_roster(services, order):
    entries = tuple(CsvRoster(Path(order["folder"]) / "roster.csv").roster())
    import_roster(
        services.store,
        SCHOOL,
        entries,
        now=services.clock(),
        actor="a test",
        listing=RosterList(many_leavers=True),
    )


def intake(services, _order):
    take_reports(services, services.clock())


def keep_list(services, _order):
    mirror_case_list(services, services.clock())


def serve(_services, order):
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    say(port=listening.getsockname()[1])
    config = uvicorn.Config(
        APPS[order["url"]],
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    uvicorn.Server(config).run(sockets=[listening])


def open_pages(services, order):
    """Make the application, and let it learn what its first visitors would have to wait for."""
    app = APPS[order["url"]] = create_app(services)

    async def look():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as us:
            for path in order["look_at"]:
                (await us.get(path)).raise_for_status()

    asyncio.run(look())


def keep_schedule(services, order):
    """Run the jobs named until told to stop, as one process among several; note of each run which slot."""
    stop = Path(order["stop"])
    noted = os.open(order["noted"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    runner = Runner(services, LONDON, f"process {os.getpid()}", lost_after=timedelta(minutes=order["lost"]))

    def noting(job, services, turn):
        with services.store.reading() as conn:
            slot_at = job_runs.of_job(conn, job.name)[turn.part].slot_at
        os.write(noted, f"{job.name}|{slot_at.isoformat()}\n".encode())
        return job.action(services, turn)

    jobs = [replace(job, action=partial(noting, job)) for job in JOBS if job.name in order["jobs"]]
    threading.Thread(target=keep_alive, args=(runner, order["hurries"]), daemon=True).start()
    say(began=True)
    while not stop.exists():
        for job in jobs:
            run_due(job, runner)
        time.sleep(0.02)


def keep_alive(runner, hurries):
    """Write the heartbeat as often as the scheduler does."""
    while True:
        time.sleep(runner.beats_every.total_seconds() / hurries)
        runner.keep_alive()


def work_along(services, order):
    """Be one of many machines that deliver, one thing at a time; each setting named has its own mailbox."""
    boxes = {
        school: Mailbox(mailer_for(order, port, services.clock), Address(f"office@{school}.example"))
        for school, port in order["mailboxes"].items()
    }
    cluster = Cluster(
        make_url(order["url"]).set(drivername="postgresql").render_as_string(hide_password=False),
        at_once=1,
        jobs=[job for job in JOBS if job.name == "deliver"],
    )
    lost_after = timedelta(seconds=order["lost"])
    work(replace(services, mailboxes=boxes), LONDON, cluster, lost_after, lambda words: say(said=words))


DO = {
    "schedule": keep_schedule,
    "work": work_along,
    "plan": plan,
    "deliver": hand_over,
    "roster": read_roster,
    "intake": intake,
    "mirror": keep_list,
    "pages": open_pages,
    "serve": serve,
}


def obey(order):
    app = APPS.get(order["url"]) if order["do"] == "serve" else None
    services = services_for(order) if app is None else app.state.site.services
    steps = Steps(order.get("dies_at"))
    if "dies_at" in order:
        steps.watch(services.store.engine)
    try:
        DO[order["do"]](services, order)
    except DatabaseUnavailable as error:
        say(away=str(error))
    if "dies_at" in order:
        say(steps=steps.taken)
    services.mailer.close()
    services.store.close()


def die_with_parent():
    """Outlive nobody: a run of the tests that was itself killed leaves no process behind."""
    with contextlib.suppress(AttributeError, OSError):  # Linux alone has it
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main():
    die_with_parent()
    child = None
    for line in sys.stdin:
        order = json.loads(line)
        if order.pop("here", False):
            obey(order)
            say(child=None)
            continue
        if child is not None:
            os.waitpid(child, 0)
        child = os.fork()
        if child == 0:
            die_with_parent()
            obey(order)
            os._exit(0)
        say(child=child)
        ended = os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        say(killed=ended.si_code == os.CLD_KILLED, status=ended.si_status)
    if child is not None:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
