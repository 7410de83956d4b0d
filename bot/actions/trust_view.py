"""The trust's view: schools side by side, in figures. A school is seen by whom its own people list names.

Nobody is let in by what they are elsewhere: the role has to be held in each school that is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.actions.gather import gather, gather_whoever, school_day
from bot.domain.duties import State
from bot.domain.noticing import noticed
from bot.domain.owing import Looked, look
from bot.domain.people import ALIASES, Person
from bot.domain.status import AREAS, counts_of
from bot.services import Services

AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class School:
    """One school in numbers. `counts`: of everything; `by_area`: area -> state -> how many.

    `problems` counts what Handbell noticed and called a problem; nobody is named anywhere.
    """

    key: str
    name: str
    kind: str
    counts: Mapping[str, int]
    by_area: Mapping[str, Mapping[str, int]]
    problems: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class TrustView:
    """All the schools somebody may look at, those with most overdue or unknown first, and their areas."""

    on: date
    schools: tuple[School, ...]
    areas: tuple[str, ...]


def trust_view(services: Services, person: str, roles: Collection[str], now: datetime) -> TrustView:
    """Read the figures of every school in which a person holds one of these roles today."""
    on = school_day(now)
    with services.store.reading() as conn:
        known = gather_whoever(conn, person).people.get(person)
        settings = schools_of(known, roles, on) if known else ()
        # A few at a time: nobody's figures need another school's people, and a trust's would fill the memory.
        some = (settings[at : at + AT_ONCE] for at in range(0, len(settings), AT_ONCE))
        seen = [one for keys in some for one in _schools(look(gather(conn, on, keys), on))]
    seen.sort(key=lambda one: (-_weight(one), one.name))
    areas = tuple(area for area in AREAS if any(area in one.by_area for one in seen))
    return TrustView(on, tuple(seen), areas)


def schools_of(person: Person, roles: Collection[str], on: date) -> tuple[str, ...]:
    """List the settings that name somebody in one of these roles, and in which they are here today."""
    return tuple(
        sorted(
            one.setting
            for one in person.memberships
            if one.here_on(on) and any(ALIASES.get(role, role) in roles for role in one.roles)
        )
    )


def _schools(looked: Looked) -> Iterator[School]:
    problems = Counter(one.setting for one in noticed(looked) if one.level == "problem")
    for key, areas in counts_of(looked).items():
        setting = looked.snapshot.settings[key]
        by_area = {
            area: {state.value: some[state] for state in State} for area, some in areas.items() if some
        }
        counts = {state.value: sum(some[state] for some in areas.values()) for state in State}
        yield School(key, setting.name, setting.kind, counts, by_area, problems[key])


def _weight(one: School) -> int:
    return one.counts[State.OVERDUE.value] + one.counts[State.NO_RECORD.value]
