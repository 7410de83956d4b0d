"""Two processes keep one schedule on one database: each slot runs once, each letter goes out once."""

import asyncio
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.store import outbox
from bot.store.engine import open_store
from bot.store.schema import message

BEFORE = datetime(2026, 11, 23, 7, 28, 30, tzinfo=UTC)
PEOPLE = 25
JOBS = ("plan the day", "deliver", "heartbeat")
# So many seconds of theirs are one of ours; clocks of two machines differ by a little.
HURRIES, DIFFER = 240, timedelta(seconds=2)
# Longer than the busiest machine pauses a process, in their time.
LOST_MINUTES = 30


class Ambush:
    """Holds the server at the end of a certain message until whoever sends it has been killed."""

    def __init__(self, server, at):
        self._at, self._heard = at, 0
        self._reached, self._over = threading.Event(), threading.Event()
        server.watch = self._watch

    async def _watch(self, phase, _server):
        self._heard += phase == "dot"
        if phase == "dot" and self._heard == self._at:
            self._reached.set()
            await asyncio.to_thread(self._over.wait, 30)

    def kill_whoever_sends(self, url, machines):
        """Kill the one that the outbox names, and give it first, then the other."""
        assert self._reached.wait(30)
        store = open_store(url)
        with store.reading() as conn:
            owner = conn.scalar(select(message.c.lease_owner).where(message.c.state == "sending"))
        store.close()
        sender, other = sorted(machines, key=lambda one: f"process {one.child}/" not in owner)
        sender.kill()
        self._over.set()
        return sender, other


def begun(machines, *, minutes, **order):
    """Let each process keep the schedule for so many minutes of theirs."""
    usual = {"do": "schedule", "jobs": JOBS, "began": time.monotonic(), "hurries": HURRIES}
    for number, machine in enumerate(machines):
        now, end = BEFORE + number * DIFFER, BEFORE + timedelta(minutes=minutes)
        machine.begin(**usual, **order, now=now.isoformat(), until=end.isoformat())
        machine.hear("began")


def learnt(machine, url, port, noted):
    """Let it do everything once, so that nothing is left to be made ready when time counts."""
    until = (BEFORE + timedelta(minutes=2)).isoformat()
    order = {"url": url, "port": port, "noted": str(noted), "lost": LOST_MINUTES, "jobs": JOBS}
    now = (BEFORE + timedelta(seconds=100)).isoformat()
    machine.begin(do="schedule", here=True, now=now, until=until, hurries=HURRIES, **order)


@pytest.mark.parametrize("one_dies", [False, True], ids=["both live", "one is killed"])
def test_two_schedulers_run_each_slot_once_and_send_each_letter_once(
    one_dies, oakfield, both_machines, mail_server, trial, tmp_path
):
    fault = "two schedulers, one killed" if one_dies else "two schedulers"
    row, letters = trial.row(fault, "schedules"), trial.row(fault, "deliver")
    noted, minutes = tmp_path / "noted", (45 if trial.long else 12) + (LOST_MINUTES + 4) * one_dies
    for machine in both_machines:
        learnt(machine, oakfield(), mail_server.port, noted)
    for _ in range(4 if trial.long else 1):
        url = oakfield()
        noted.unlink(missing_ok=True)
        mail_server.copies.clear()
        ambush = Ambush(mail_server, trial.chance.randrange(2, PEOPLE)) if one_dies else None
        order = {"url": url, "port": mail_server.port, "noted": str(noted), "lost": LOST_MINUTES}
        begun(both_machines, minutes=minutes, **order)
        if ambush is not None:
            killed, other = ambush.kill_whoever_sends(url, both_machines)
            assert (killed.ended(), other.ended()) == (True, False)
        else:
            assert [machine.ended() for machine in both_machines] == [False, False]
        mail_server.watch = None
        count(row, noted.read_text(encoding="utf-8").splitlines(), allowed=one_dies)
        check(url, mail_server, letters, allowed=one_dies)
    assert (row.harmed, letters.harmed) == ((0, 0, 0), (0, 0, 0))


def count(row, lines, allowed):
    """Each slot ran once; one that was in hand when its process died is begun again."""
    ran = Counter(lines)
    row.runs += 1
    row.done += len(lines)
    row.twice += len(lines) - len(ran)
    row.twice_outside += max(len(lines) - len(ran) - allowed, 0)
    assert sum(line.startswith("plan the day") for line in ran) == 1


def check(url, mail_server, row, allowed):
    """Everybody has one letter; whoever's was under way at the kill may have two, with one Message-ID."""
    store = open_store(url)
    with store.reading() as conn:
        assert outbox.counts(conn) == {"sent": PEOPLE}
    store.close()
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
