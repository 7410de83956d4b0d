"""START READING HERE: plan(snapshot, today) -> the notices to send today, and everyone skipped with a reason.

Pure and repeatable: planning the same snapshot twice gives the same answer, and planning again after the
notices were stored gives nothing new. After an outage the latest step of each ladder is sent once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.duties import Duty
from bot.domain.snapshot import NaturalKey


@dataclass(frozen=True, slots=True)
class Item:
    """One duty in a message. `about` is the person who owes it; for a hand-over that is not the recipient."""

    duty: Duty
    step: str
    kind: str
    about: str

    def key(self) -> NaturalKey:
        one = self.duty.obligation
        return (one.setting, one.key, self.about, self.duty.cycle, self.step)


@dataclass(frozen=True, slots=True)
class Notice:
    """What one person is told on one day: the most pressing item first. At most one a person a day."""

    setting: str
    person: str
    kind: str
    step: str
    items: tuple[Item, ...]
    channel: str = "email"


@dataclass(frozen=True, slots=True)
class Skip:
    """Somebody who is not told today, and the name of the reason."""

    person: str
    obligation: str
    reason: str
    setting: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole decision for one day."""

    on: date
    notices: tuple[Notice, ...]
    skipped: tuple[Skip, ...]
