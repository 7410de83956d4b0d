"""Several machines over PostgreSQL, as processes: one is killed, one is asked to stop, four begin at once."""

import asyncio
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
from matrix import LONG
from sqlalchemy import make_url

from bot.database import job_runs
from bot.database.engine import open_store
from bot.database.migrate import compare
from bot.messages import store as message_store

LETTERS = 40
KILLED_AT, STOPPED_AT = 10, 25
LOST_AFTER = 2
# Standing still is shown by the long form: HANDBELL_TESTS=long.
ENDS = [signal.SIGKILL, *([signal.SIGSTOP] if LONG else [])]
PATIENCE = 120
OTHERS = "datname = current_database() and pid <> pg_backend_pid()"
WORKERS = "handbell_queue.procrastinate_workers"


class Machine:
    """One process of the installation; what it says is read line by line."""

    def __init__(self, command, folder, url, port=25):
        words = [sys.executable, "-m", "bot", "--data", str(folder), *command]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONUNBUFFERED": "1",
            "HANDBELL_DATABASE_URL": url,
            "HANDBELL_SECRET_KEY": "k" * 48,
            "HANDBELL_MAIL": "smtp",
            "HANDBELL_MAIL_FROM": "office@oakfield.example",
            "HANDBELL_SMTP_HOST": "127.0.0.1",
            "HANDBELL_SMTP_PORT": str(port),
            "HANDBELL_SMTP_SECURITY": "none",
            "HANDBELL_SMTP_PER_MINUTE": "600000",
            "HANDBELL_WORKER_LOST_AFTER": str(LOST_AFTER),
        }
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.pid = self.process.pid

    def says(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        assert ready, "it says nothing"
        return self.process.stdout.readline()

    def stop(self):
        """Ask it to stop; return how it ended and everything it said meanwhile."""
        self.process.send_signal(signal.SIGTERM)
        said, complaints = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said, complaints


@pytest.fixture
def machines(tmp_path):
    made = []

    def start(*command, **given):
        made.append(Machine(command, tmp_path / f"machine-{len(made)}", **given))
        return made[-1]

    yield start
    for one in made:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def opened():
    @contextmanager
    def store(url):
        made = open_store(url)
        yield made
        made.close()

    return store


class Post:
    """Holds the mail server at a certain message, until the test lets it go on."""

    def __init__(self, server):
        self.server, self.taken, self.holds = server, 0, {}
        server.watch = self.watch

    def hold_at(self, number):
        self.holds[number] = threading.Event(), threading.Event()
        return self.holds[number]

    async def watch(self, word, _server):
        if word == "taken":
            self.taken += 1
            if self.taken in self.holds:
                reached, go_on = self.holds[self.taken]
                reached.set()
                await asyncio.to_thread(go_on.wait, PATIENCE)


def sender(store):
    """Return which process delivers."""
    with store.reading() as conn:
        (row,) = conn.exec_driver_sql("select owner from job_run where job = 'deliver'").all()
    return int(row.owner.split("/")[1])


def counted(store):
    with store.reading() as conn:
        return message_store.counts(conn)


def queried(url, query, *given):
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as conn:
        return conn.execute(query, given).fetchone()[0]


def wait_for(found):
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def url(postgres_databases, with_letters):
    """A school with forty people, each with a letter that may go out now."""
    return postgres_databases.like(with_letters(oakfield=LETTERS))


@pytest.mark.postgres
@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.name)
def test_a_worker_that_dies_or_sticks_is_replaced_and_one_that_is_asked_to_stop_gives_back_what_it_has(
    end, machines, url, mail_server, opened, trial
):
    trial.database = "postgres"
    row = trial.row(f"one of two workers: {end.name}", "deliver")
    post = Post(mail_server)
    killed_at, stopped_at = post.hold_at(KILLED_AT), post.hold_at(STOPPED_AT)
    both = [machines("worker", url=url, port=mail_server.port) for _ in range(2)]
    with opened(url) as store:
        assert killed_at[0].wait(PATIENCE)
        (first,) = [one for one in both if one.pid == sender(store)]
        (second,) = [one for one in both if one is not first]
        os.kill(first.pid, end)
        began = time.monotonic()
        killed_at[1].set()
        wait_for(lambda: post.taken > KILLED_AT)
        took = time.monotonic() - began
        assert stopped_at[0].wait(PATIENCE)
        if end is signal.SIGSTOP:
            os.kill(first.pid, signal.SIGCONT)
        assert sender(store) == second.pid
        stopping = threading.Timer(0.5, stopped_at[1].set)
        stopping.start()
        status, said, complaints = second.stop()
        assert (status, "Traceback" in complaints) == (0, False), complaints
        assert re.search(r"Stopping\. Finishing: deliver\.\nStopped\.$", said.strip()), said
        copies = defaultdict(list)
        for copy in mail_server.copies:
            copies[copy.to].append(copy)
        seconds = [copy for theirs in copies.values() for copy in theirs[:-1]]
        left = counted(store)
        row.runs, row.done, row.twice = 1, len(copies), len(seconds)
        row.lost = LETTERS - len(copies) - left.get("waiting", 0)
        # A process that only stood still hears the answer in the end, and may note nothing any more.
        heard = sum(copy.heard_on for copy in seconds) if end is signal.SIGKILL else 0
        row.twice_outside = heard + max(len(seconds) - 1, 0)
        assert row.harmed == (0, 0, 0)
        assert len(copies) == STOPPED_AT - len(seconds)
        assert left == {"sent": len(copies), "waiting": LETTERS - len(copies)}
        with store.reading() as conn:
            assert job_runs.of_job(conn, "deliver")["office@oakfield.example"].ok
    # It beats four times in the time after which it is lost; the rest is for a machine under load.
    trial.tell(
        f"worker A took {KILLED_AT}, {end.name} before the last was answered; worker B had taken over"
        f" {took:.1f} s later, took {len(mail_server.copies) - KILLED_AT} and was asked to stop;"
        f" {left.get('waiting', 0)} of {LETTERS} wait, {row.lost} lost, {row.twice} second copies"
    )
    assert took < 15 * LOST_AFTER


@pytest.mark.postgres
def test_four_begin_at_once_on_an_empty_database_and_stop_politely(machines, postgres_databases, opened):
    url = postgres_databases.empty()
    pages = [machines("web", "--port", "0", url=url) for _ in range(2)]
    workers = [machines("worker", url=url) for _ in range(2)]
    addresses = [re.search(r"http://127\.0\.0\.1:\d+", one.says())[0] for one in pages]
    assert all(one.says().startswith("Handbell works") for one in workers)
    with opened(url) as store:
        assert compare(store) == "right"

        def everything_ran():
            with store.reading() as conn:
                return job_runs.last_finished_at(conn, "heartbeat") is not None

        wait_for(everything_ran)
    assert all(_answers(f"{address}/health") for address in addresses)
    # As when PostgreSQL restarts: everybody is cut off, and goes on by itself.
    cut_at = queried(
        url, f"select now(), count(pg_terminate_backend(pid)) from pg_stat_activity where {OTHERS}"
    )
    wait_for(lambda: queried(url, f"select count(*) from {WORKERS} where last_heartbeat > %s", cut_at) >= 2)
    assert all(_answers(f"{address}/health") for address in addresses)
    for one in (*pages, *workers):
        status, said, complaints = one.stop()
        assert (status, said.splitlines()[-1]) == (0, "Stopped."), complaints
        assert "Traceback" not in complaints


def _answers(address):
    try:
        with urlopen(address, timeout=PATIENCE) as answer:
            return answer.status == 200
    except URLError:
        return False
