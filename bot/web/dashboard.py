"""The figures as a head reads them: what matters first, the areas, what goes out next, whom we miss."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.duties import State
from bot.domain.findings import Finding
from bot.domain.noticing import findings
from bot.domain.obligations import Kind
from bot.domain.plan import Notice, plan
from bot.domain.snapshot import Snapshot
from bot.domain.status import Line, Standing, Tile
from bot.store.outbox import Posted
from bot.web.words import count, either

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
NOT_REACHED = frozenset({"no-address", "unreachable"})
LOOKS_AHEAD = 14
NAMED = 2
HEADLINES = ("Nothing needs you today", "One thing first", "Two things first", "Three things first")


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things that matter first."""

    state: State
    says: str
    why: str
    next_step: str
    slug: str


@dataclass(frozen=True, slots=True)
class Area:
    """A tile as it is shown."""

    title: str
    slug: str
    counts: Mapping[str, int]
    why: str
    next_step: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class GoingOut:
    """One person's next message."""

    to: str
    says: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody a message did not reach, and what to do."""

    says: str
    hint: str


def areas(standing: Standing) -> tuple[Area, ...]:
    """Shape the tiles, each with an address of its own."""
    return tuple(_area(tile) for tile in standing.tiles)


def _area(tile: Tile) -> Area:
    counts = {state.value: tile.counts.get(state.value, 0) for state in SHOWN}
    return Area(tile.area, slug(tile.area), counts, tile.why, tile.next_step, tile.lines)


def slug(title: str) -> str:
    """Make an address of a title: "Policy reviews" -> "policy-reviews"."""
    return re.sub(r"[^a-z]+", "-", title.casefold()).strip("-")


def first_things(shown: Iterable[Area]) -> tuple[Thing, ...]:
    """Choose the three things that matter most: the same thing asked of many people is one thing."""
    grouped: dict[tuple[str, str, State], list[Line]] = {}
    for area in shown:
        for line in area.lines:
            if line.state in FIRST:
                grouped.setdefault((area.slug, line.obligation, line.state), []).append(line)
    ranked = sorted(
        grouped.items(), key=lambda one: (FIRST.index(one[0][2]), _review_first(one[1]), -len(one[1]))
    )
    return tuple(_thing(state, lines, where) for (where, _, state), lines in ranked[:3])


def _review_first(lines: Sequence[Line]) -> bool:
    return lines[0].kind is not Kind.REVIEW


def _thing(state: State, lines: Sequence[Line], where: str) -> Thing:
    first = lines[0]
    says = (
        first.title
        if first.kind is Kind.REVIEW
        else f"{count(len(lines), 'person', 'people')}: {first.title}"
    )
    return Thing(state, says, first.why, _next_step(state, lines), where)


def _next_step(state: State, lines: Sequence[Line]) -> str:
    who = names(lines)
    if lines[0].kind is Kind.REVIEW:
        return f"With {who}."
    if state is State.OVERDUE:
        return f"A word with {who} helps now."
    if state is State.NO_RECORD:
        return f"A date or a certificate from {who} is enough."
    return f"{who} {'has' if len(lines) == 1 else 'have'} it; reminders go out by themselves."


def names(lines: Sequence[Line]) -> str:
    """Name two people and count the rest."""
    found = list(dict.fromkeys(line.name for line in lines))
    rest = len(found) - NAMED
    return either([*found[:NAMED], f"{rest} more"]) if rest > 0 else either(found)


def headline(things: Sequence[Thing]) -> str:
    """Say in a few words how much needs the reader."""
    return HEADLINES[len(things)]


def going_out(snapshot: Snapshot, setting: str, today: date) -> tuple[date | None, tuple[GoingOut, ...]]:
    """Find the next day on which something goes out, and to whom."""
    calendar = snapshot.calendars[setting]
    for ahead in range(LOOKS_AHEAD):
        on = today + timedelta(days=ahead)
        if not calendar.is_staff_day(on):
            continue
        notices = [one for one in plan(snapshot, on).notices if one.setting == setting]
        if notices:
            return on, tuple(_going_out(snapshot, one) for one in notices)
    return None, ()


def _going_out(snapshot: Snapshot, notice: Notice) -> GoingOut:
    titles = list(dict.fromkeys(item.duty.obligation.title for item in notice.items))
    return GoingOut(snapshot.people[notice.person].name, "; ".join(titles))


def noticed(snapshot: Snapshot, setting: str, on: date) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Part the findings: what to look at, and who has no address that works."""
    found = [one for one in findings(snapshot, on) if one.setting == setting]
    reach = tuple(one for one in found if one.code in NOT_REACHED)
    return tuple(one for one in found if one.code not in NOT_REACHED), reach


def troubles(posted: Iterable[Posted], snapshot: Snapshot) -> tuple[Trouble, ...]:
    """List the messages that reached nobody, or may not have."""
    hints = {
        "given up": "Correct the address in the list of people; the next message goes there.",
        "unknown": "Ask whether it arrived. It is not sent again by itself.",
    }
    return tuple(
        Trouble(
            f"{_name(snapshot, one.person)}: {one.last_reason or 'no answer from the mail server'}",
            hints[one.state],
        )
        for one in posted
        if one.state in hints
    )


def _name(snapshot: Snapshot, key: str) -> str:
    person = snapshot.people.get(key)
    return person.name if person else key
