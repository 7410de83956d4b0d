"""A school of many, a machine that dies on demand, and a mail server that knows who heard its last word."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import audience
from bot.domain.cadence import OnJoining, Span
from bot.domain.calendar import Term
from bot.domain.ladder import ASK
from bot.domain.obligations import Kind, Obligation, Source
from bot.domain.people import Membership, Person, Setting
from bot.domain.register import Register
from bot.store import outbox, people, registers
from bot.store.engine import open_store

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
LEASE = 2
PEOPLE = 25
OAKFIELD = Register(
    setting=Setting("oakfield", "Oakfield Primary School", since=date(2026, 9, 1)),
    obligations=(
        Obligation(
            key="read-it",
            setting="oakfield",
            kind=Kind.ACKNOWLEDGE,
            title="Read the policy",
            audience=audience.parse("staff"),
            cadence=(OnJoining(Span(10, "school days")),),
            ladder=ASK,
            source=Source("policy", "1"),
            statement="I have read it.",
        ),
    ),
    terms=(Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),),
)


def fill(store):
    """Twenty-five people who all began this morning and have one thing to read."""
    joined = Membership("oakfield", frozenset({"staff"}), starts_on=MORNING.date())
    everybody = [
        Person(f"p{number}", f"Person {number}", f"p{number}@oakfield.example", (joined,))
        for number in range(PEOPLE)
    ]
    with store.writing() as conn:
        registers.save_register(conn, OAKFIELD, MORNING)
        people.save_people(conn, everybody, MORNING)


class Machine:
    """Does one order at a time, unless it is killed first."""

    def __init__(self):
        program = [sys.executable, str(Path(__file__).parent / "worker.py")]
        self._process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.child = None

    def begin(self, **order):
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self.child = self._said()["child"]

    def kill(self):
        """End the child as a power cut would; one that has ended already feels nothing."""
        if self.child is not None:
            os.kill(self.child, signal.SIGKILL)

    def ended(self):
        """Wait for the child's end; say whether it was killed. Whatever else went wrong fails the test."""
        said = self._said()
        self.child = None
        assert said["killed"] or said["status"] == 0, said
        return said["killed"]

    def stop(self):
        self._process.stdin.close()
        self._process.stdout.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(30)

    def _said(self):
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="session")
def machine():
    made = Machine()
    yield made
    made.stop()


@dataclass
class Tally:
    """What a whole test came to."""

    kills: Counter = field(default_factory=Counter)
    rounds: int = 0
    messages: int = 0
    lost: int = 0
    second_copies: int = 0

    @property
    def killed(self):
        return sum(self.kills.values())

    def __str__(self):
        killed = ", ".join(f"{count} {where}" for where, count in sorted(self.kills.items()))
        return (
            f"{self.killed} kills ({killed}); {self.messages} messages in {self.rounds} rounds; "
            f"{self.lost} lost; {self.second_copies} second copies, each after an unheard 250"
        )


@dataclass
class Round:
    """One morning at the school: its database, the time of the next life, and what the server took."""

    url: str
    server: object
    machine: Machine
    chance: random.Random
    tally: Tally
    takes: dict
    now: datetime = MORNING

    def live(self, do, kill):
        """One life of the machine, ended by `kill()` or by itself; the next begins when its lease is over."""
        now = self.now
        self.now += timedelta(minutes=LEASE if do == "deliver" else 0, seconds=1)
        self.machine.begin(do=do, url=self.url, port=self.server.port, now=now.isoformat(), lease=LEASE)
        where = kill()
        killed = self.machine.ended()
        self.server.watch = None
        if killed:
            self.tally.kills[where] += 1
        return killed

    def at_an_instant(self, do, share):
        """Kill at some instant of that share of the time it takes undisturbed."""

        def kill():
            time.sleep(self.chance.uniform(0, share * self.takes[do]))
            self.machine.kill()
            return "at any instant"

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
        return {"taken": "before the last 250", "answered": "after the last 250"}.get(phase, f"at {phase}")

    def counts(self):
        store = open_store(self.url)
        with store.reading() as conn:
            found = outbox.counts(conn)
        store.close()
        return found

    def check(self):
        """Everything arrived; a second copy only where the client never heard, or never noted, the 250."""
        copies = defaultdict(list)
        for copy in self.server.copies:
            copies[copy.to].append(copy)
        assert set(copies) <= {f"p{number}@oakfield.example" for number in range(PEOPLE)}
        self.tally.lost += PEOPLE - len(copies)
        for theirs in copies.values():
            assert len({copy.id for copy in theirs}) == 1
            assert len({copy.mail.get_body(("plain",)).get_content() for copy in theirs}) == 1
            # The client goes on to its next word only when it has noted the answer to the last one.
            assert [copy.heard_on for copy in theirs[:-1]] == [False] * (len(theirs) - 1)
            self.tally.second_copies += len(theirs) - 1
        assert len({copy.id for copy in self.server.copies}) == PEOPLE
        assert self.counts() == {"sent": PEOPLE}
        self.tally.rounds += 1
        self.tally.messages += PEOPLE


@pytest.fixture
def chance(request):
    """The same throws every time; HANDBELL_SEED for others."""
    return random.Random(f"{os.environ.get('HANDBELL_SEED', '1')} {request.node.name}")


@pytest.fixture
def new_round(databases, machine, mail_server, chance):
    """Begin a morning: nothing planned, an empty mail server."""
    order = {"port": mail_server.port, "now": MORNING.isoformat(), "lease": LEASE}
    first, second = databases.like(fill), databases.like(fill)
    takes = {}
    for do in ("plan", "deliver"):
        machine.begin(do=do, url=first, here=True, **order)
        began = time.monotonic()
        machine.begin(do=do, url=second, **order)
        assert not machine.ended()
        takes[do] = time.monotonic() - began

    def begin(tally):
        mail_server.copies.clear()
        mail_server.watch = None
        return Round(databases.like(fill), mail_server, machine, chance, tally, takes)

    return begin


@pytest.fixture
def tally(record_property, capsys, request):
    """Counts, and says at the end what it came to."""
    made = Tally()
    yield made
    record_property("tally", str(made))
    with capsys.disabled():
        print(f"\n{request.node.name}: {made}")


@pytest.fixture
def kills_wanted(request):
    """How many kills are enough; HANDBELL_KILLS for more."""
    given = os.environ.get("HANDBELL_KILLS")
    sort = request.node.callspec.params["databases"]
    return lambda **usual: int(given) if given else usual[sort]
