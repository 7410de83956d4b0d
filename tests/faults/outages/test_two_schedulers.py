"""Two processes keep one schedule on one database: each slot runs once, each letter goes out once."""

import asyncio
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database.engine import open_store
from bot.messages import store as message_store
from bot.messages.tables import message

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 7, 29, 30, tzinfo=UTC)
PEOPLE = 25
JOBS = ("plan the day", "deliver", "heartbeat")
# So many seconds of theirs are one of ours; clocks of two machines differ by a little.
HURRIES, DIFFER = 60, timedelta(seconds=2)
# Longer than the busiest machine pauses a process, in their time.
LOST_MINUTES = 10


class Ambush:
    """Holds the server at the end of a certain message until its sender has been killed."""

    def __init__(self, server, at):
        self._at, self._heard = at, 0
        self._reached, self._over = threading.Event(), threading.Event()
        server.watch = self._watch

    async def _watch(self, phase, _server):
        self._heard += phase == "dot"
        if phase == "dot" and self._heard == self._at:
            self._reached.set()
            await asyncio.to_thread(self._over.wait, 30)

    def kill_the_sender(self, url, machines):
        """Kill the one that the outbox names, and return it first, then the other."""
        assert self._reached.wait(30)
        store = open_store(url)
        with store.reading() as conn:
            owner = conn.scalar(select(message.c.lease_owner).where(message.c.state == "sending"))
        store.close()
        sender, other = sorted(machines, key=lambda one: f"process {one.child}/" not in owner)
        sender.kill()
        self._over.set()
        return sender, other


@dataclass
class Schedule:
    """One school's schedule, which two processes keep until they are told to stop."""

    url: str
    port: int
    noted: Path
    stop: Path

    def order(self, now):
        said = {"url": self.url, "port": self.port, "noted": str(self.noted), "stop": str(self.stop)}
        return {**said, "do": "schedule", "jobs": JOBS, "hurries": HURRIES, "lost": LOST_MINUTES, "now": now}

    def begin(self, machines):
        began = time.monotonic()
        for number, machine in enumerate(machines):
            machine.begin(**self.order((BEFORE + number * DIFFER).isoformat()), began=began)
            machine.hear("began")

    def learnt_by(self, machine):
        """Run everything once, so that nothing is left to prepare when time counts."""
        self.stop.touch()
        machine.begin(here=True, **{**self.order(MORNING.isoformat()), "do": "plan"})
        machine.begin(here=True, **{**self.order(MORNING.isoformat()), "do": "deliver"})

    def until(self, slots):
        """Go on until everybody has their letter and so many slots have run."""
        deadline = time.monotonic() + 150
        while self.counts() != {"sent": PEOPLE} or len(self.lines()) < slots:
            assert time.monotonic() < deadline, self.counts()
            time.sleep(0.1)
        self.stop.touch()

    def counts(self):
        store = open_store(self.url)
        with store.reading() as conn:
            found = message_store.counts(conn)
        store.close()
        return found

    def lines(self):
        return self.noted.read_text(encoding="utf-8").splitlines() if self.noted.exists() else []


@pytest.mark.parametrize("one_dies", [False, True], ids=["both live", "one is killed"])
def test_two_schedulers_run_each_slot_once_and_send_each_letter_once(
    one_dies, oakfield, both_machines, mail_server, trial, tmp_path
):
    fault = "two schedulers, one killed" if one_dies else "two schedulers"
    row, letters = trial.row(fault, "schedules"), trial.row(fault, "deliver")
    for machine in both_machines:
        Schedule(oakfield(), mail_server.port, tmp_path / "n", tmp_path / "s").learnt_by(machine)
    for number in range(4 if trial.long else 1):
        mail_server.copies.clear()
        kept = Schedule(oakfield(), mail_server.port, tmp_path / f"noted {number}", tmp_path / f"{number}")
        ambush = Ambush(mail_server, trial.chance.randrange(2, PEOPLE)) if one_dies else None
        kept.begin(both_machines)
        killed = ambush.kill_the_sender(kept.url, both_machines)[0] if ambush is not None else None
        kept.until(40 if trial.long else 8)
        for machine in both_machines:
            assert machine.ended() == (machine is killed)
        mail_server.watch = None
        count(row, kept.lines(), allowed=one_dies)
        check(mail_server, letters, allowed=one_dies)
    assert (row.harmed, letters.harmed) == ((0, 0, 0), (0, 0, 0))


def count(row, lines, allowed):
    """Each slot ran once; one that was in hand when its process died is begun again."""
    ran = Counter(lines)
    row.runs += 1
    row.done += len(lines)
    row.twice += len(lines) - len(ran)
    row.twice_outside += max(len(lines) - len(ran) - allowed, 0)
    assert sum(line.startswith("plan the day") for line in ran) == 1


def check(mail_server, row, allowed):
    """Everybody has one letter; the one under way at the kill may have two, with one Message-ID."""
    copies = Counter((copy.to, copy.id) for copy in mail_server.copies)
    twice = sum(copies.values()) - len(copies)
    row.runs += 1
    row.done += len(copies)
    row.lost += PEOPLE - len({to for to, _ in copies})
    row.twice += twice
    row.twice_outside += max(twice - allowed, 0) + len(copies) - len({to for to, _ in copies})


@pytest.fixture
def both_machines(machine, second_machine):
    return machine, second_machine
