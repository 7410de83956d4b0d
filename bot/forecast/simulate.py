"""Simulation: plan every day of a span as if all messages were sent, to see a year's load beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.database.engine import Connection
from bot.forecast.preview import (
    ExpectedMessage,
    Preview,
    also_reminded,
    expected_messages,
    receipts_ahead,
    reminders,
    waiting,
)
from bot.messages.store import NewMessage
from bot.planning.daily_limit import also_written
from bot.planning.plan import OF_OTHERS, Reminder, plan
from bot.planning.service import planned_at
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.evidence import Evidence

Answers = Callable[[Reminder], bool]


def nobody(_item: Reminder) -> bool:
    """Answer nothing: the heaviest year there can be."""
    return False


@dataclass(slots=True)
class _World:
    """What changes from day to day; everything else stays as the snapshot has it.

    `named`: whom a message named their waiting answers to.
    """

    decided: dict[tuple[str, str, str, str, str], DecidedStep]
    messaged: dict[str, tuple[date, ...]]
    evidence: list[Evidence]
    reminded: list[NewMessage] = field(default_factory=list)
    named: set[str] = field(default_factory=set)


def simulate(
    snapshot: Snapshot,
    first: date,
    last: date,
    answers: Answers = nobody,
    conn: Connection | None = None,
) -> Iterator[Preview]:
    """Yield the plan of each day from `first` to `last`, both included.

    `answers(item)` says whether the person does what an item asks on the day they are told. `conn`: where the
    snapshot was gathered, to know of the letters other than the notices; None: there are none.
    """
    world = _World(dict(snapshot.decided), dict(snapshot.messaged), list(snapshot.evidence))
    day = first
    while day <= last:
        known = replace(
            snapshot, decided=world.decided, messaged=world.messaged, evidence=tuple(world.evidence)
        )
        letters = tuple(_letters(world, conn, known, day)) if conn is not None else ()
        reminded = also_reminded(known, day, letters)
        decided = plan(reminded, day)
        world.named.update(one.person for one in letters if one.reminds)
        world.named.update(one.person for one in decided.notices)
        if conn is not None:
            told = also_written(reminded, day, Counter(one.person for one in decided.notices))
            letters += tuple(_receipts(world, conn, told, day))
        today = Preview(day, decided.notices, decided.skipped, letters=letters)
        _live(world, today, answers)
        yield today
        day += timedelta(days=1)


def _letters(world: _World, conn: Connection, snapshot: Snapshot, day: date) -> Iterator[ExpectedMessage]:
    yield from waiting(conn, snapshot, snapshot.schools, day)
    for one in reminders(conn, snapshot, snapshot.schools, planned_at(day), world.reminded):
        for ahead in expected_messages(snapshot, day, (one,)):
            world.reminded.append(one)
            yield ahead


def _receipts(world: _World, conn: Connection, snapshot: Snapshot, day: date) -> Iterator[ExpectedMessage]:
    """Name the answers of those whom no message has named them to yet."""
    for ahead in expected_messages(snapshot, day, receipts_ahead(conn, snapshot, day)):
        if ahead.person not in world.named:
            world.named.add(ahead.person)
            yield ahead


def _live(world: _World, today: Preview, answers: Answers) -> None:
    for letter in today.letters:
        if letter.reminds:
            world.messaged[letter.person] = (*world.messaged.get(letter.person, ()), today.on)
    for notice in today.notices:
        world.messaged[notice.person] = (*world.messaged.get(notice.person, ()), today.on)
        for item in notice.items:
            world.decided[item.key()] = DecidedStep(today.on)
            if item.kind not in OF_OTHERS and answers(item):
                world.evidence.append(_done(item, today.on))


def _done(item: Reminder, on: date) -> Evidence:
    duty = item.duty
    return Evidence(
        school=duty.obligation.school,
        obligation=duty.obligation.key,
        person=item.about,
        on=on,
        cycle=duty.cycle,
        subject=duty.subject,
        version=duty.version,
    )
