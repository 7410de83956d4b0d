"""The trend: duties done, open or unknown at the end of each month, computed from evidence by its date.

Nothing is stored for it. A past day is evaluated with what had happened by then, so that a record handed in
later counts from the day on which the duty was done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.planning.snapshot import Snapshot
from bot.rules.duties import State, state_word
from bot.rules.policies import Policy, add_months
from bot.status.model import SchoolStatus, figures

# At most five groups: a chart of more colours cannot be read.
GROUPS: Mapping[str, tuple[State, ...]] = {
    "overdue": (State.OVERDUE,),
    "no record": (State.NO_RECORD,),
    "due": (State.DUE_SOON, State.DUE),
    "waiting": (State.PAUSED, State.EXCUSED),
    "done": (State.DONE,),
}
# What a group is called where it is not one state's word.
GROUP_WORDS: Mapping[str, str] = {"due": "still to do", "waiting": "on hold or not needed"}
LOOKS_BACK = 12
# With fewer month's ends than this there is no trend to see: the weeks show one.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A school on one day. `counts`: group -> number; `by_area`: area -> the same."""

    on: date
    term: str
    counts: Mapping[str, int]
    by_area: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def trend(snapshot: Snapshot, school: str, until: date) -> tuple[Point, ...]:
    """Return a school's points up to a day: the days of `points`, the last of them `until`."""
    since = snapshot.schools[school].since
    return tuple(_point(snapshot, school, day) for day in points(since, until))


def points(since: date, until: date) -> tuple[date, ...]:
    """Return the days of a trend: the first record, month ends (or Fridays, at first), and `until`."""
    first = max(since, add_months(until, -LOOKS_BACK))
    between = list(_month_ends(first, until))
    if len(between) < FEWEST:
        between = list(_fridays(first, until))
    return tuple(dict.fromkeys([min(first, until), *between, until]))


def standing_then(snapshot: Snapshot, school: str, on: date) -> SchoolStatus:
    """Return the figures of a school on a past day, by what had happened until then."""
    return next(one for one in figures(as_it_was(snapshot, on), on) if one.school == school)


def as_it_was(snapshot: Snapshot, on: date) -> Snapshot:
    """Return a snapshot without what came after a day: evidence, events, texts and delegations."""
    return replace(
        snapshot,
        policies={key: _as_it_was(one, on) for key, one in snapshot.policies.items()},
        evidence=tuple(one for one in snapshot.evidence if one.on <= on),
        events=tuple(one for one in snapshot.events if one.on <= on),
        account_log=tuple(one for one in snapshot.account_log if one.on <= on),
        delegations={key: one for key, one in snapshot.delegations.items() if one.given_on <= on},
    )


def group_of(state: State) -> str:
    """Return the group of GROUPS in which a state is counted."""
    return next(name for name, states in GROUPS.items() if state in states)


def group_word(name: str) -> str:
    """Return what a group of GROUPS is called on pages, pictures and downloads."""
    return GROUP_WORDS.get(name) or state_word(name)


def _as_it_was(policy: Policy, on: date) -> Policy:
    """Remove texts that came later. What the text before them stated of its dates no one told us."""
    versions = tuple(one for one in policy.versions if one.issued_on is None or one.issued_on <= on)
    stated = (policy.reviewed_on, policy.approved_on)
    if any(day is not None and day.first > on for day in stated):
        return replace(policy, versions=versions, reviewed_on=None, approved_on=None, next_review=None)
    return replace(policy, versions=versions)


def _point(snapshot: Snapshot, school: str, on: date) -> Point:
    standing = standing_then(snapshot, school, on)
    by_area = {tile.area: _grouped(tile.counts) for tile in standing.tiles}
    counts = {name: sum(some[name] for some in by_area.values()) for name in GROUPS}
    term = snapshot.calendars[school].latest_term(on)
    return Point(on, term.name if term else "", counts, by_area)


def _grouped(counts: Mapping[str, int]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for state, number in counts.items():
        found[group_of(State(state))] += number
    return {name: found[name] for name in GROUPS}


def _month_ends(first: date, until: date) -> Iterator[date]:
    month = date(first.year, first.month, 1)
    while (end := add_months(month, 1) - timedelta(days=1)) < until:
        if end > first:
            yield end
        month = add_months(month, 1)


def _fridays(first: date, until: date) -> Iterator[date]:
    day = first + timedelta(days=(4 - first.weekday()) % 7 or 7)
    while day < until:
        yield day
        day += timedelta(days=7)
