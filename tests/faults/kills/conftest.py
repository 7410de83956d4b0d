"""A morning's post, killed at any instant; and acts, each with the steps at which it can be killed."""

import asyncio
import random
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import open_store
from bot.messages import store as message_store

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE = 25
LEASE = 2


@dataclass
class Round:
    """One morning at the school: its database, the time of the next life, and what the server took."""

    url: str
    server: object
    machine: object
    chance: random.Random
    row: object
    takes: dict
    now: datetime = MORNING

    def live(self, do, kill=None):
        """One life of the machine, ended by `kill()` or by itself; the next begins when its lease is over."""
        now = self.now
        self.now += timedelta(minutes=LEASE if do == "deliver" else 0, seconds=1)
        self.machine.begin(do=do, url=self.url, port=self.server.port, now=now.isoformat(), lease=LEASE)
        if kill is not None:
            kill()
        killed = self.machine.ended()
        self.server.watch = None
        self.row.runs += killed
        return killed

    def at_an_instant(self, do, share):
        """Kill at some instant of that share of the time it takes undisturbed."""

        def kill():
            time.sleep(self.chance.uniform(0, share * self.takes[do]))
            self.machine.kill()

        return kill

    def at_a_word(self):
        """Kill when the server hears a certain word, or has said its last 250 and a little while after."""
        phase = self.chance.choice(["ehlo", "mail", "rcpt", "dot", "taken", "taken", "answered", "answered"])
        after, while_ = self.chance.randrange(3), self.chance.uniform(0, 0.004)
        heard = Counter()

        async def watch(word, server):
            heard[word] += 1
            if word == phase and heard[word] > (0 if phase == "ehlo" else after):
                self.machine.kill()
            if word == "taken" and phase == "answered" and heard[word] > after:
                await server.push("250 2.0.0 taken as 1A2B")
                await asyncio.sleep(while_)
                self.machine.kill()

        self.server.watch = watch

    def counts(self):
        store = open_store(self.url)
        with store.reading() as conn:
            found = message_store.counts(conn)
        store.close()
        return found

    def check(self):
        """Everything arrived; a second copy only where the client never heard, or never noted, the 250."""
        copies = defaultdict(list)
        for copy in self.server.copies:
            copies[copy.to].append(copy)
        assert set(copies) <= {f"p{number}@oakfield.example" for number in range(PEOPLE)}
        self.row.lost += PEOPLE - len(copies)
        self.row.done += PEOPLE
        for theirs in copies.values():
            assert len({copy.id for copy in theirs}) == 1
            assert len({copy.mail.get_body(("plain",)).get_content() for copy in theirs}) == 1
            self.row.twice += len(theirs) - 1
            # The client goes on to its next word only when it has noted the answer to the last one.
            self.row.twice_outside += sum(copy.heard_on for copy in theirs[:-1])
        assert len({copy.id for copy in self.server.copies}) == PEOPLE
        assert self.counts() == {"sent": PEOPLE}


@pytest.fixture
def new_round(lab, mail_server, trial):
    """Begin a morning: nothing planned, an empty mail server."""
    machine, first, second, takes = lab.machine, lab.new(), lab.new(), {}
    for do in ("plan", "deliver"):
        machine.begin(do=do, url=first, port=mail_server.port, here=True)
        began = time.monotonic()
        machine.does(do=do, url=second, port=mail_server.port)
        takes[do] = time.monotonic() - began

    def begin(row):
        mail_server.copies.clear()
        mail_server.watch = None
        return Round(lab.new(), mail_server, machine, trial.chance, row, takes)

    return begin


@dataclass
class Lab:
    """A machine with its schools: `new()` makes a database, and gives its address."""

    machine: object
    new: object
    case_keys: object

    def kill_after(self, seconds):
        """Kill the child then, whatever else goes on meanwhile; `cancel()` on the answer."""
        timer = threading.Timer(seconds, self.machine.kill)
        timer.start()
        return timer


@pytest.fixture
def lab(machine, oakfield, case_keys):
    return Lab(machine, oakfield, case_keys)
