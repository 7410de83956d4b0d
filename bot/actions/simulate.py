"""Simulate: plan every day of a span as if the notices went out, to see a year's load before it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.evidence import Evidence
from bot.domain.plan import HAND_OVER, Item, Plan, plan
from bot.domain.snapshot import Decided, Snapshot

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


def simulate(snapshot: Snapshot, first: date, last: date, answers: Answers = nobody) -> Iterator[Plan]:
    """Yield the plan of each day from `first` to `last`, both included.

    `answers(item)` says whether the person does what an item asks on the day they are told.
    """
    world = _World(dict(snapshot.decided), dict(snapshot.messaged), list(snapshot.evidence))
    day = first
    while day <= last:
        today = plan(
            replace(
                snapshot,
                decided=world.decided,
                messaged=world.messaged,
                evidence=tuple(world.evidence),
            ),
            day,
        )
        _live(world, today, answers)
        yield today
        day += timedelta(days=1)


def _live(world: _World, today: Plan, answers: Answers) -> None:
    for notice in today.notices:
        world.messaged[notice.person] = (*world.messaged.get(notice.person, ()), today.on)
        for item in notice.items:
            world.decided[item.key()] = Decided(today.on)
            if item.kind != HAND_OVER and answers(item):
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
