"""How many messages a person may get in a day and in a week: the one place of the rule.

Planning (plan.py), queueing (queue_store.py) and the preview and simulation of days (bot/forecast) all ask
`limit_reached`. What counts is each planned message and each reminder of a feature. What answers something a
person did does not count (bot/messages/kinds.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import repeat
from typing import Protocol, TypeVar

from bot.planning.snapshot import Snapshot
from bot.rules.reminder_holds import hold_on

MESSAGES_A_DAY = 1
# An urgent message, of a duty with a clock of hours, is sent while the person had fewer than these that day.
URGENT_A_DAY = 1

# Why a person is not written to.
WRITTEN = "already written to today"
BUDGET = "enough messages this week"


class Addressed(Protocol):
    """A message to a person on a day."""

    @property
    def school(self) -> str: ...
    @property
    def person(self) -> str: ...
    @property
    def on(self) -> date: ...


Reminder = TypeVar("Reminder", bound=Addressed)


def limit_reached(days: Iterable[date], on: date, *, urgent: bool = False, a_week: int | None = None) -> str:
    """Return why a person gets no further message on a day; empty: they may get one.

    days: when they were written to, one for each message that counts. a_week: how many messages their school
    allows in a calendar week; None: a week has no limit, as for an urgent message.
    """
    days = tuple(days)
    if days.count(on) >= (URGENT_A_DAY if urgent else MESSAGES_A_DAY):
        return WRITTEN
    if urgent or a_week is None:
        return ""
    week = on.isocalendar()[:2]
    return BUDGET if sum(day.isocalendar()[:2] == week for day in days) >= a_week else ""


def also_written(snapshot: Snapshot, on: date, messages: Mapping[str, int]) -> Snapshot:
    """Return the snapshot as if people had got so many messages more on a day. `messages`: by person."""
    also = {
        key: (*snapshot.messaged.get(key, ()), *repeat(on, messages[key]))
        for key in snapshot.people.keys() & messages.keys()
    }
    return replace(snapshot, messaged={**snapshot.messaged, **also}) if also else snapshot


def apply_daily_limit(
    snapshot: Snapshot, wanted: Iterable[Reminder], before: Sequence[Reminder] = ()
) -> Iterator[Reminder]:
    """Pass those reminders that people may get on their days and no hold keeps; first come, first served.

    `before`: reminders that go out besides what the snapshot knows. What is left out is wanted again the next
    day, as is what is for a person whose address refuses mail.
    """
    taken = Counter((one.person, one.on) for one in before)
    for one in wanted:
        mine = (one.person, one.on)
        if hold_on(snapshot.reminder_holds, one.school, one.person, None, one.on) is not None:
            continue
        days = (*snapshot.messaged.get(one.person, ()), *repeat(one.on, taken[mine]))
        if not snapshot.people[one.person].unreachable and not limit_reached(days, one.on):
            taken[mine] += 1
            yield one
