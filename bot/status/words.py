"""The figures in words for a headteacher: the areas, and the three things that matter first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.text import count, join_words
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
FIRST = (State.OVERDUE, State.NO_RECORD, State.DUE_SOON)
NAMED = 2
HEADLINES = ("Nothing needs you today", "One thing first", "Two things first", "Start with these 3 things")
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
class Thing:
    """One of the things that matter first. `due_on`: the earliest date behind it, of what `day_of`."""

    state: State
    says: str
    why: str
    next_step: str
    slug: str
    due_on: date | None
    day_of: str = "by"


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


def first_things(shown: Iterable[Area]) -> tuple[Thing, ...]:
    """Choose the three things that matter most: the same thing asked of many people is one thing."""
    grouped: dict[tuple[str, str, State], list[StatusLine]] = {}
    for area in shown:
        for line in area.lines:
            if line.state in FIRST:
                grouped.setdefault((area.slug, line.obligation, line.state), []).append(line)
    ranked = sorted(
        grouped.items(), key=lambda one: (FIRST.index(one[0][2]), not _is_review(one[1]), -len(one[1]))
    )
    return tuple(_thing(state, lines, where) for (where, _, state), lines in ranked[:3])


def _is_review(lines: Sequence[StatusLine]) -> bool:
    return lines[0].kind is Kind.REVIEW


def _thing(state: State, lines: Sequence[StatusLine], where: str) -> Thing:
    first = lines[0]
    alone = len(lines) == 1 or _is_review(lines)
    says = first.title if alone else f"{first.title}: {count(len(lines), 'person', 'people')}"
    due_on = min((line.due_on for line in lines if line.due_on), default=None)
    return Thing(state, says, brief(first.why), next_step(lines), where, due_on, first.day_of)


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
    """Name two people and count the rest."""
    found = list(dict.fromkeys(line.name for line in lines))
    rest = len(found) - NAMED
    return join_words([*found[:NAMED], f"{rest} more"]) if rest > 0 else join_words(found)


@dataclass(frozen=True, slots=True)
class DoneFigure:
    """The one figure of a school, and the sentence of what it leaves out."""

    percent: int
    rest: str


def done_figure(standing: SchoolStatus) -> DoneFigure | None:
    """Return how much of what is asked is done, rounded down; None: nothing is asked."""
    counts = {state: sum(tile.counts.get(state.value, 0) for tile in standing.tiles) for state in SHOWN}
    total = sum(counts.values())
    if not total:
        return None
    late, unknown = counts[State.OVERDUE], counts[State.NO_RECORD]
    more = total - counts[State.DONE] - late - unknown
    rest = f"{late} overdue, {unknown} not recorded, {more} more to do or on hold."
    return DoneFigure(100 * counts[State.DONE] // total, rest)


def headline(things: Sequence[object]) -> str:
    """Return how much needs the reader, in a few words."""
    return HEADLINES[len(things)]
