"""Simulate: plan every day of a span as if all went out, to see a year's load before it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.actions.letters_ahead import Ahead, also_reminded, planned_at, reminders, said, waiting
from bot.actions.plan_day import Preview
from bot.domain.evidence import Evidence
from bot.domain.plan import OF_OTHERS, Item, plan
from bot.domain.snapshot import Decided, Snapshot
from bot.store.engine import Connection
from bot.store.letters import NewLetter

Answers = Callable[[Item], bool]


def nobody(_item: Item) -> bool:
    """Answer nothing: the heaviest year there can be."""
    return False


@dataclass(slots=True)
class _World:
    """What changes from day to day; everything else stays as the snapshot has it."""

    decided: dict[tuple[str, str, str, str, str], Decided]
    messaged: dict[str, tuple[date, ...]]
    evidence: list[Evidence]
    reminded: list[NewLetter] = field(default_factory=list)


def simulate(
    snapshot: Snapshot,
    first: date,
    last: date,
    answers: Answers = nobody,
    conn: Connection | None = None,
) -> Iterator[Preview]:
    """Yield the plan of each day from `first` to `last`, both included.

    `answers(item)` says whether the person does what an item asks on the day they are told. `conn`: where the
    snapshot was gathered, to know of the letters besides the notices; None: there are none.
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


def _letters(world: _World, conn: Connection, snapshot: Snapshot, day: date) -> Iterator[Ahead]:
    yield from waiting(conn, snapshot, snapshot.settings, day)
    for one in reminders(conn, snapshot, snapshot.settings, planned_at(day), world.reminded):
        for ahead in said(snapshot, day, (one,)):
            world.reminded.append(one)
            yield ahead


def _live(world: _World, today: Preview, answers: Answers) -> None:
    for letter in today.letters:
        if letter.reminds:
            world.messaged[letter.person] = (*world.messaged.get(letter.person, ()), today.on)
    for notice in today.notices:
        world.messaged[notice.person] = (*world.messaged.get(notice.person, ()), today.on)
        for item in notice.items:
            world.decided[item.key()] = Decided(today.on)
            if item.kind not in OF_OTHERS and answers(item):
                world.evidence.append(_done(item, today.on))


def _done(item: Item, on: date) -> Evidence:
    duty = item.duty
    return Evidence(
        setting=duty.obligation.setting,
        obligation=duty.obligation.key,
        person=item.about,
        on=on,
        cycle=duty.cycle,
        subject=duty.subject,
        version=duty.version,
    )
