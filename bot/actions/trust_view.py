"""The trust's view: schools side by side, in figures. A school is seen by whom its own people list names.

Nobody is let in by what they are elsewhere: the role has to be held in each school that is looked at. Few
schools are counted while their reader waits; of many, what a job counted last is shown, with its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from bot.actions.gather import FEW, SCHOOL_TIME, gather_by_few, gather_whoever, school_day
from bot.domain.duties import State
from bot.domain.noticing import noticed
from bot.domain.owing import Looked, look
from bot.domain.people import ALIASES, Person, Setting
from bot.domain.status import AREAS, counts_of
from bot.services import Services
from bot.store import counted, promises, registers
from bot.store.counted import NEVER, Counted
from bot.store.engine import Connection

# So many are counted while somebody waits.
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
    """All the schools somebody may look at, those with most overdue or unknown first, and their areas.

    `opened` are shown area by area. `counted_at`: of the oldest figures; None: all were counted just now.
    """

    on: date
    schools: tuple[School, ...]
    opened: tuple[School, ...]
    areas: tuple[str, ...]
    counted_at: datetime | None = None


def trust_view(
    services: Services, person: str, roles: Collection[str], now: datetime, opened: str = ""
) -> TrustView:
    """Read the figures of every school in which a person holds one of these roles today.

    Of many schools one may be `opened`: it is counted now.
    """
    on = school_day(now)
    with services.store.reading() as conn:
        known = gather_whoever(conn, person).people.get(person)
        keys = schools_of(known, roles, on) if known else ()
        found = counted.find(conn, keys) if len(keys) > AT_ONCE else {}
        fresh = [key for key in keys if key == opened or key not in found]
        found |= {one.setting: one for one in _count(conn, fresh, now)}
        settings = promises.settings(conn, keys)
    seen = [_school(settings[key], found[key]) for key in keys]
    seen.sort(key=lambda one: (-_weight(one), one.name))
    shown = tuple(one for one in seen if len(keys) <= AT_ONCE or one.key == opened)
    areas = tuple(area for area in AREAS if any(area in one.by_area for one in shown))
    oldest = min((one.counted_at for one in found.values()), default=now)
    return TrustView(on, tuple(seen), shown, areas, oldest if oldest < now else None)


def count_schools(services: Services, now: datetime) -> str:
    """Count where the schools stand, where there are too many of them to do so while somebody waits.

    Only those whose figures may be others by now: it is another day, or something was changed there.
    """
    today = datetime.combine(school_day(now), time(), SCHOOL_TIME)
    with services.store.reading() as conn:
        keys = registers.setting_keys(conn)
        outdated = counted.outdated(conn, today) if len(keys) > AT_ONCE else []
    if len(keys) <= AT_ONCE:
        return "few enough to be counted when somebody looks"
    done = 0
    for at in range(0, len(outdated), FEW):
        some = outdated[at : at + FEW]
        if services.stopping():
            break
        with services.store.reading() as conn:
            known = counted.changes(conn, some)
            counts = _count(conn, some, now)
            figures = [
                one if one.after == NEVER else replace(one, after=known[one.setting]) for one in counts
            ]
        with services.store.writing() as conn:
            counted.keep(conn, figures)
        done += len(figures)
    with services.store.writing() as conn:
        counted.still_hold(conn, today, now)
    return f"{done} of {len(outdated)} schools counted; {len(keys) - len(outdated)} stand as they were"


def schools_of(person: Person, roles: Collection[str], on: date) -> tuple[str, ...]:
    """List the settings that name somebody in one of these roles, and in which they are here today."""
    return tuple(
        sorted(
            one.setting
            for one in person.memberships
            if one.here_on(on) and any(ALIASES.get(role, role) in roles for role in one.roles)
        )
    )


def _count(conn: Connection, keys: Collection[str], now: datetime) -> Iterable[Counted]:
    """Count schools a few at a time: nobody's figures need another school's people."""
    on = school_day(now)
    for snapshot in gather_by_few(conn, on, keys):
        yield from _counted(look(snapshot, on), now)


def _counted(looked: Looked, now: datetime) -> Iterator[Counted]:
    problems = Counter(one.setting for one in noticed(looked) if one.level == "problem")
    for key, areas in counts_of(looked).items():
        by_area = {
            area: {state.value: some[state] for state in State} for area, some in areas.items() if some
        }
        # What changes about somebody of another school is noted there and not here.
        after = NEVER if key in looked.snapshot.names_others else 0
        yield Counted(key, now, by_area, problems[key], after)


def _school(setting: Setting, one: Counted) -> School:
    counts = {state.value: sum(some.get(state.value, 0) for some in one.by_area.values()) for state in State}
    return School(setting.key, setting.name, setting.kind, counts, one.by_area, one.problems)


def _weight(one: School) -> int:
    return one.counts[State.OVERDUE.value] + one.counts[State.NO_RECORD.value]
