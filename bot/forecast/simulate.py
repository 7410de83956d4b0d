"""Simulation: plan every day of a span as if all messages were sent, to see a year's load beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.database.engine import Connection
from bot.forecast.preview import (
    ExpectedMessage,
    Preview,
    also_reminded,
    expected_messages,
    reminders,
    waiting,
)
from bot.messages.store import NewMessage
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
    """What changes from day to day; everything else stays as the snapshot has it."""

    decided: dict[tuple[str, str, str, str, str], DecidedStep]
    messaged: dict[str, tuple[date, ...]]
    evidence: list[Evidence]
    reminded: list[NewMessage] = field(default_factory=list)


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
        decided = plan(also_reminded(known, day, letters), day)
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
