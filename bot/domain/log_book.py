"""The log book: entries, what is still open of them and since when. Nothing written is ever changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.log_kinds import KINDS, Later, LogKind

# What any entry may get besides what its kind names: a correction, word that it was a mistake, and word
# that it is to be kept whatever its age, until somebody lets it go again.
CORRECTED, MISTAKEN = "corrected", "mistaken"
HELD, LET_GO = "held", "let-go"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One line. `follows` is the reference of the entry it belongs to, and `step` what it says of that."""

    reference: str
    setting: str
    kind: str
    happened_at: datetime
    recorded_at: datetime
    by: str
    by_name: str
    identified_by: str
    said: Mapping[str, str]
    follows: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with everything written about it later, oldest first."""

    first: Written
    after: tuple[Written, ...]

    @property
    def kind(self) -> LogKind:
        return KINDS[self.first.kind]

    @property
    def mistaken(self) -> bool:
        return any(one.step == MISTAKEN for one in self.after)

    @property
    def held(self) -> bool:
        """Say whether it is kept whatever its age."""
        said = [one.step for one in self.after if one.step in {HELD, LET_GO}]
        return said[-1:] == [HELD]

    @property
    def ended_at(self) -> datetime:
        """Say when the last of it was written down; how long it is kept says nothing of it."""
        said = [one.recorded_at for one in self.after if one.step not in {HELD, LET_GO}]
        return max([self.first.recorded_at, *said])

    @property
    def missing(self) -> tuple[Later, ...]:
        """Name what is still to come; of an entry written by mistake nothing is."""
        done = {one.step for one in self.after}
        return tuple(
            one
            for one in self.kind.later
            if not self.mistaken and one.key not in done and not self.first.said.get(one.said_at_once)
        )

    def late(self, now: datetime) -> tuple[Later, ...]:
        """Name what should have come by now."""
        since = now - self.first.happened_at
        return tuple(one for one in self.missing if one.late_after is not None and since > one.late_after)


def entries(written: Iterable[Written]) -> list[Entry]:
    """Put every line to the entry it belongs to; the newest entry first."""
    lines = list(written)
    after: dict[str, list[Written]] = {one.reference: [] for one in lines if not one.follows}
    for one in sorted(lines, key=lambda one: one.recorded_at):
        if one.follows in after:
            after[one.follows].append(one)
    found = [Entry(one, tuple(after[one.reference])) for one in lines if not one.follows]
    return sorted(found, key=lambda one: one.first.happened_at, reverse=True)


def open_ones(found: Sequence[Entry], now: datetime) -> list[Entry]:
    """List what is open: what is late first, then the longest open."""
    waiting = [one for one in found if one.missing]
    return sorted(waiting, key=lambda one: (not one.late(now), one.first.happened_at))
