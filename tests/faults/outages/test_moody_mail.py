"""A mail server in every mood, for days: everybody gets their letter, and hardly ever two."""

import asyncio
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from bot.database.engine import open_store
from bot.messages import store as message_store
from bot.planning.plan import HAND_OVER
from bot.records import people as record_people

MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
PEOPLE = 25
UNKNOWN = ("p7@oakfield.example", "p8@oakfield.example")
PATIENCE_S = 0.4
TEMPORARY = ("421 4.3.2 closing down", "450 4.2.0 greylisted", "451 4.3.0 try later", "452 4.3.1 full")
OVER = {"sent", "given up", "lapsed", "unknown"}
MOODS = ("drop", "drop", "421", "421", "stall")


class Moods:
    """Spoils so many words of the conversation; then the server behaves."""

    def __init__(self, chance, most):
        self._chance, self.left = chance, most

    def _struck(self, share):
        struck = self.left > 0 and self._chance.random() < share
        self.left -= struck
        return struck

    async def watch(self, _phase, server):
        if not self._struck(0.12):
            return
        mood = self._chance.choice(MOODS)
        if mood == "421":
            await server.push("421 4.3.2 closing down")
        if mood == "stall":
            await asyncio.sleep(PATIENCE_S * 1.5)
        server.transport.abort()

    def get(self, name):
        """What a recipient, or the end of a message, is answered; None: what is right."""
        if name in UNKNOWN:
            return ["550 5.1.1 no such user"]
        return [self._chance.choice(TEMPORARY)] if self._struck(0.12) else None


class Answers(dict):
    """What the server looks up for each recipient and each message; it takes what is there."""

    def __init__(self, moods):
        super().__init__()
        self._moods = moods

    def get(self, name, default=None):
        self[name] = self._moods.get(name) or []
        return self[name]


def in_state(url):
    store = open_store(url)
    with store.reading() as conn:
        known = record_people.roster(conn, "oakfield")
        # What the head is told of those the server does not know is beside what is counted here.
        theirs = [one for one in message_store.recent(conn, limit=1000) if one.kind != HAND_OVER]
    store.close()
    counts = Counter(one.state for one in theirs)
    unclear = [one for one in theirs if one.state == "unknown"]
    unreachable = {one.email for one in known.values() if one.unreachable}
    return counts, unreachable, {known[one.person].email for one in unclear}


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_server_in_every_mood_gets_every_letter_through(oakfield, machine, mail_server, trial):
    row = trial.row("mail server in every mood", "deliver")
    for _ in range(8 if trial.long else 1):
        url, moods = oakfield(), Moods(trial.chance, 30)
        mail_server.copies.clear()
        mail_server.watch, mail_server.answers = moods.watch, Answers(moods)
        order = {"url": url, "port": mail_server.port, "patience": PATIENCE_S}
        for day in range(3):
            school_day(machine, order, MORNING + timedelta(days=day))
        row.runs += 30 - moods.left
        check(url, mail_server, row)
    assert row.harmed == (0, 0, 0)


def school_day(machine, order, now):
    """Plan and deliver until nothing waits or the school closes; the next day tells who was not reached."""
    evening = now.replace(hour=18, minute=0)
    machine.does(do="plan", now=now.isoformat(), **order)
    while now < evening and not set(in_state(order["url"])[0]) <= OVER:
        machine.does(do="deliver", now=now.isoformat(), **order)
        now += timedelta(minutes=6)


def check(url, mail_server, row):
    """Everybody has it but those the server does not know; of these, and of doubts, the office is told."""
    counts, unreachable, doubtful = in_state(url)
    assert unreachable == set(UNKNOWN)
    counts.pop("lapsed", None)
    assert counts.pop("unknown", 0) == len(doubtful) <= 1
    assert counts == {"sent": PEOPLE - len(UNKNOWN) - len(doubtful), "given up": len(UNKNOWN)}
    copies = defaultdict(list)
    for copy in mail_server.copies:
        if "of your team need" not in copy.mail["Subject"]:
            copies[copy.to].append(copy)
    row.done += PEOPLE - len(UNKNOWN)
    row.lost += PEOPLE - len(UNKNOWN) - len(copies.keys() | doubtful)
    for theirs in copies.values():
        # A letter that the school's hours ended under is told the next day, as that day's letter.
        row.twice += len(theirs) - 1
        row.twice_outside += sum(copy.heard_on for copy in theirs[:-1])
