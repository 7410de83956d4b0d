"""Two processes keep one schedule on one database: each slot runs once, each letter goes out once."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.store import outbox
from bot.store.engine import open_store

BEFORE = datetime(2026, 11, 23, 7, 28, 30, tzinfo=UTC)
PEOPLE = 25
JOBS = ("plan the day", "deliver", "heartbeat")
# So many seconds of theirs are one of ours; clocks of two machines differ by a little.
HURRIES, DIFFER = 240, timedelta(seconds=2)
# Longer than the busiest machine pauses a process, in their time.
LOST = timedelta(minutes=30)


@pytest.mark.parametrize("one_dies", [False, True], ids=["both live", "one is killed"])
def test_two_schedulers_run_each_slot_once_and_send_each_letter_once(
    one_dies, oakfield, both_machines, mail_server, trial, tmp_path
):
    fault = "two schedulers, one killed" if one_dies else "two schedulers"
    row, letters = trial.row(fault, "schedules"), trial.row(fault, "deliver")
    url, noted, began = oakfield(), tmp_path / "noted", time.monotonic()
    minutes = (40 if trial.long else 8) + (LOST.total_seconds() / 60 + 2 if one_dies else 0)
    usual = {"do": "schedule", "url": url, "port": mail_server.port, "jobs": JOBS, "noted": str(noted)}
    usual |= {"began": began, "hurries": HURRIES, "lost": LOST.total_seconds() / 60}
    for number, machine in enumerate(both_machines):
        end = BEFORE + timedelta(minutes=minutes)
        machine.begin(**usual, now=(BEFORE + number * DIFFER).isoformat(), until=end.isoformat())
        machine.hear("began")
    first, second = both_machines
    if one_dies:
        time.sleep(trial.chance.uniform(0.3, 1.2))
        first.kill()
    assert first.ended() == one_dies
    assert not second.ended()
    row.runs = letters.runs = 2
    ran = Counter(noted.read_text(encoding="utf-8").splitlines())
    row.done = sum(ran.values())
    # A slot that was in hand when its process died is taken over, and so begun twice.
    row.twice, allowed = sum(ran.values()) - len(ran), len(JOBS) if one_dies else 0
    row.twice_outside = max(row.twice - allowed, 0)
    check(url, mail_server, letters, allowed)
    assert (row.harmed, letters.harmed) == ((0, 0, 0), (0, 0, 0))


def check(url, mail_server, row, allowed):
    """Everybody has one letter."""
    store = open_store(url)
    with store.reading() as conn:
        assert outbox.counts(conn) == {"sent": PEOPLE}
    store.close()
    copies = Counter(copy.to for copy in mail_server.copies)
    row.done, row.lost = len(copies), PEOPLE - len(copies)
    row.twice = sum(copies.values()) - len(copies)
    row.twice_outside = max(row.twice - bool(allowed), 0)


@pytest.fixture
def both_machines(machine, second_machine):
    return machine, second_machine
