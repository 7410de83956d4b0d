"""Schools with mailboxes of their own: one whose server stalls holds up no other, and each has one sender."""

import asyncio
import os
import signal
import threading
import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from bot.database import job_runs
from bot.database.engine import open_store
from bot.messages import store as message_store

LETTERS, STALLS_AT = 6, 2
PATIENCE_S = 90
BOXES = {f"office@{name}.example" for name in ("oakfield", "ash", "elm", "oak")}


class Stall:
    """Holds a mail server at a certain message until the test has seen enough."""

    def __init__(self, server, at):
        self._at, self._taken = at, 0
        self.reached, self.over = threading.Event(), threading.Event()
        server.watch = self._watch

    async def _watch(self, word, _server):
        self._taken += word == "taken"
        if word == "taken" and self._taken == self._at:
            self.reached.set()
            await asyncio.to_thread(self.over.wait, PATIENCE_S)


def until(found):
    deadline = time.monotonic() + PATIENCE_S
    while not found():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


@pytest.fixture
def store(postgres_databases, with_letters):
    made = open_store(postgres_databases.like(with_letters(ash=LETTERS, elm=0, oak=LETTERS)))
    yield made
    made.close()


def senders(store):
    with store.reading() as conn:
        return job_runs.of_job(conn, "deliver")


def owners(store):
    with store.reading() as conn:
        rows = conn.exec_driver_sql("select part, owner from job_run where job = 'deliver'")
        return dict(map(tuple, rows))


def counted(store):
    with store.reading() as conn:
        return message_store.counts(conn)


@pytest.mark.postgres
def test_a_mailbox_that_stalls_holds_up_no_other_and_each_has_one_sender(
    store, machine, second_machine, mail_server, post_office, trial
):
    trial.database = "postgres"
    row, stall = trial.row("one mailbox of three stalls", "deliver"), Stall(mail_server, STALLS_AT)
    came, sessions = len(post_office.copies), post_office.connections
    both, now = (machine, second_machine), datetime.now(UTC).isoformat()
    url = store.engine.url.render_as_string(hide_password=False)
    # Nobody listens at the third: it has no mail, and nobody calls.
    ports = {"ash": mail_server.port, "elm": 1, "oak": post_office.port}
    for one in both:
        one.begin(do="work", url=url, mailboxes=ports, now=now, hurries=1, lost=8, patience=PATIENCE_S)
    assert stall.reached.wait(PATIENCE_S)
    until(lambda: len(post_office.copies) == came + LETTERS)
    until(lambda: senders(store).keys() == BOXES)
    others = {name: run for name, run in senders(store).items() if name != "office@ash.example"}
    until(lambda: all(senders(store)[name].ok for name in others))
    assert owners(store)["office@ash.example"] != owners(store)["office@oak.example"]
    assert (mail_server.connections, post_office.connections) == (1, sessions + 1)
    stall.over.set()
    until(lambda: counted(store) == {"sent": 2 * LETTERS})
    for one in both:
        os.kill(one.child, signal.SIGTERM)
    assert not any(one.ended() for one in both)
    row.runs = 1
    for school, copies in (("ash", mail_server.copies), ("oak", post_office.copies[came:])):
        to = Counter(copy.to for copy in copies)
        row.done += len(to)
        row.lost += LETTERS - len(to)
        row.twice_outside += sum(to.values()) - len(to)
        assert {copy.mail["From"].addresses[0].addr_spec for copy in copies} == {f"office@{school}.example"}
    assert row.harmed == (0, 0, 0)
