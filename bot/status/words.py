"""The figures in words: the one figure of a school, its areas, and what is next in each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.text import join_words
from bot.planning.review_duties import DATES, DRAFT, MEETINGS, MINUTE, NO_MEETING
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.status.model import AreaStatus, SchoolStatus, StatusLine, slug

# The order of the bar and of the words under it: what is open and what we do not know, side by side.
SHOWN = (
    State.OVERDUE,
    State.NO_RECORD,
    State.DUE_SOON,
    State.DUE,
    State.PAUSED,
    State.EXCUSED,
    State.DONE,
)
NAMED = 2
NONE_IN_TIME = "No meeting is in time."
WITHOUT_MEETING = {
    NO_MEETING: "Agree with {} how it will be approved. See details for the options.",
    MEETINGS: "{} can add it to the meeting dates.",
}
# What a review waits for next, and from whom.
NEXT_STEPS: Mapping[str | None, str] = {
    DRAFT: "Next: the draft, from {}.",
    MINUTE: "Next: the minute, from {}.",
    DATES: "Next come its dates, from {}.",
}


@dataclass(frozen=True, slots=True)
class Area:
    """A tile as it is shown."""

    title: str
    slug: str
    counts: Mapping[str, int]
    why: str
    next_step: str
    lines: tuple[StatusLine, ...]


def areas(standing: SchoolStatus) -> tuple[Area, ...]:
    """Return the areas as they are shown, each with the slug of its address."""
    return tuple(_area(tile) for tile in standing.tiles)


def _area(tile: AreaStatus) -> Area:
    counts = in_order(tile.counts)
    worst = [line for line in tile.lines if line.state is tile.state]
    why = brief(tile.why)
    if tile.state is State.OVERDUE and not _is_review(worst):
        # The reason alone does not say of what.
        why = f"{worst[0].title}. {why}"
    return Area(tile.area, slug(tile.area), counts, why, next_step(worst), tile.lines)


def in_order(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the number of every state, in the order in which pages show them."""
    return {state.value: counts.get(state.value, 0) for state in SHOWN}


def brief(why: str) -> str:
    """Leave out the choices a clerk has when no meeting is in time; the list behind the number has them."""
    reason, found, _ = why.partition(NONE_IN_TIME)
    return reason + found


def _is_review(lines: Sequence[StatusLine]) -> bool:
    return lines[0].kind is Kind.REVIEW


def next_step(lines: Sequence[StatusLine]) -> str:
    """Return what to do next, and with whom, for lines of one state."""
    state, first, who = lines[0].state, lines[0], names(lines)
    if state in (State.DONE, State.EXCUSED):
        return "Nothing to do."
    if first.subject in WITHOUT_MEETING:
        return WITHOUT_MEETING[first.subject].format(first.name)
    if _is_review(lines):
        steps = {line.subject for line in lines}
        return NEXT_STEPS.get(first.subject if len(steps) == 1 else None, "With {}.").format(who)
    if state is State.OVERDUE:
        return f"Speak to {who}."
    if state is State.NO_RECORD and first.kind is Kind.TRAIN:
        return f"Ask {who} for the date or the certificate."
    return f"On hold: {who}." if state is State.PAUSED else f"Waiting for {who}."


def names(lines: Sequence[StatusLine]) -> str:
    """Return two people and count the rest."""
    found = list(dict.fromkeys(line.name for line in lines))
    rest = len(found) - NAMED
    return join_words([*found[:NAMED], f"{rest} more"]) if rest > 0 else join_words(found)


@dataclass(frozen=True, slots=True)
class DoneFigure:
    """The one figure of a school, and the sentence of what it leaves out."""

    percent: int
    rest: str

    @property
    def says(self) -> str:
        return f"{self.percent}% done"


@dataclass(frozen=True, slots=True)
class Overview:
    """A school on one day as everything draws it: browser, Teams tab, card, A4 page and the trust's page.

    `figure` None: nothing is asked. Of its areas, what others may see carries the counts alone.
    """

    name: str
    on: date
    figure: DoneFigure | None
    areas: tuple[Area, ...]

    @property
    def headline(self) -> str:
        return self.figure.says if self.figure else "Nothing is asked yet"


def overview(standing: SchoolStatus) -> Overview:
    """Return the figures of a school as they are drawn."""
    shown = areas(standing)
    return Overview(standing.name, standing.on, done_figure(one.counts for one in shown), shown)


def done_figure(counted: Iterable[Mapping[str, int]]) -> DoneFigure | None:
    """Return how much of what some areas ask is done, rounded down; None: nothing is asked."""
    counts: Counter[str] = Counter()
    for one in counted:
        counts.update(one)
    total = counts.total()
    if not total:
        return None
    late, unknown, done = (counts[state.value] for state in (State.OVERDUE, State.NO_RECORD, State.DONE))
    rest = f"{late} overdue, {unknown} not recorded, {total - done - late - unknown} more to do or on hold."
    return DoneFigure(100 * done // total, rest)
