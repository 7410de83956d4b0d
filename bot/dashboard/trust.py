"""The trust's view: the figures of schools side by side.

A reader sees a school only if its own list of people has them in a trust role there. A few schools are
counted at once; for many, a job counts them, and the page says when.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core.clock import SCHOOL_TIMEZONE, local_date
from bot.dashboard.trust_access import TrustLevel, level_of
from bot.database.engine import Connection
from bot.planning.duties import PlanningContext, planning_context
from bot.planning.snapshot import Snapshot
from bot.planning.store import FEW, load_in_batches, load_people_named, load_snapshot
from bot.records import register as record_register
from bot.records import school_figures, school_plan
from bot.records.school_figures import NEVER, SchoolFigures
from bot.reviews.model import review_calendar
from bot.rules.duties import State
from bot.rules.people import Person, School
from bot.services import Services
from bot.status.model import AREAS, StatusLine, counts_of, figures
from bot.status.trend import Point, trend
from bot.status.warnings import count_warnings
from bot.status.year import SchoolYear, year_of

# So many are counted while someone waits.
SCHOOLS_A_PAGE = 20
DATES_AHEAD = timedelta(days=120)
# Why a task is on hold or not needed stays with the school, and so does who it is about.
NAMED_STATES = frozenset({State.OVERDUE, State.NO_RECORD, State.DUE_SOON, State.DUE})


@dataclass(frozen=True, slots=True)
class TrustSchool:
    """One school in numbers. `counts`: of everything; `by_area`: area -> state -> how many.

    `problems` counts what Handbell noticed and called a problem; no one is named anywhere.
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
    """The schools that a reader may see, those with most overdue or unknown first.

    `counted_at`: of the oldest figures; None: all were counted just now.
    """

    on: date
    schools: tuple[TrustSchool, ...]
    counted_at: datetime | None = None

    @property
    def areas(self) -> tuple[str, ...]:
        """List the areas in which any school is asked for something."""
        return tuple(area for area in AREAS if any(area in one.by_area for one in self.schools))


@dataclass(frozen=True, slots=True)
class TrustDate:
    """One day of one school: a meeting, its papers, or a review. `state`: late, planned or not recorded."""

    on: date
    key: str
    school: str
    what: str
    state: State


@dataclass(frozen=True, slots=True)
class SchoolDetail:
    """One school as its trust may see it: figures, year, trend and dates.

    `open`: who has what still to do, the most pressing first; None: the school grants figures alone.
    """

    on: date
    figures: TrustSchool
    year: SchoolYear
    trend: tuple[Point, ...]
    dates: tuple[TrustDate, ...]
    open: tuple[StatusLine, ...] | None = None


@dataclass(frozen=True, slots=True)
class SchoolInYear:
    """One school's year among those of its trust."""

    key: str
    name: str
    year: SchoolYear


def trust_view(services: Services, person: str, now: datetime) -> TrustView:
    """Read the figures of every school that names a person as a reader at the trust today."""
    on = local_date(now)
    with services.store.reading() as conn:
        known = load_people_named(conn, [person]).people.get(person)
        keys = schools_of(known, on) if known else ()
        found = school_figures.find(conn, keys) if len(keys) > SCHOOLS_A_PAGE else {}
        fresh = [key for key in keys if key not in found]
        found |= {one.school: one for one in _count(conn, fresh, now)}
        schools = record_register.schools(conn, keys)
    seen = [_school(schools[key], found[key]) for key in keys]
    seen.sort(key=lambda one: (-_weight(one), one.name))
    oldest = min((one.counted_at for one in found.values()), default=now)
    return TrustView(on, tuple(seen), oldest if oldest < now else None)


def trust_dates(services: Services, person: str, now: datetime) -> tuple[date, tuple[TrustDate, ...]]:
    """Return today, and the late and coming days of up to SCHOOLS_A_PAGE schools, the first first."""
    on = local_date(now)
    with services.store.reading() as conn:
        known = load_people_named(conn, [person]).people.get(person)
        keys = schools_of(known, on)[:SCHOOLS_A_PAGE] if known else ()
        found = [
            one
            for snapshot in load_in_batches(conn, on, keys)
            for key in sorted(snapshot.schools)
            if key in keys
            for one in _dates(snapshot, key, on)
        ]
    return on, tuple(sorted(found, key=lambda one: (one.on, one.school, one.what)))


def trust_years(services: Services, person: str, now: datetime) -> tuple[date, tuple[SchoolInYear, ...]]:
    """Return today, and the school year of up to SCHOOLS_A_PAGE schools, by name."""
    on = local_date(now)
    with services.store.reading() as conn:
        known = load_people_named(conn, [person]).people.get(person)
        keys = schools_of(known, on)[:SCHOOLS_A_PAGE] if known else ()
        found = [
            SchoolInYear(
                one.school,
                snapshot.schools[one.school].name,
                year_of(snapshot, one.school, one.lines, on),
            )
            for snapshot in load_in_batches(conn, on, keys)
            for one in figures(snapshot, on)
            if one.school in keys
        ]
    return on, tuple(sorted(found, key=lambda one: one.name))


def school_detail(services: Services, person: str, school: str, now: datetime) -> SchoolDetail | None:
    """Read one school for a reader at its trust. None: the school does not name them, or grants nothing."""
    on = local_date(now)
    with services.store.reading() as conn:
        known = load_people_named(conn, [person]).people.get(person)
        if known is None or school not in schools_of(known, on):
            return None
        snapshot = load_snapshot(conn, on, (school,))
    here = known.membership(school)
    named = here is not None and level_of(here.usual_roles) is TrustLevel.NAMES
    looked = planning_context(snapshot, on)
    counted = next(one for one in _counted(looked, now) if one.school == school)
    lines = next(one for one in figures(snapshot, on) if one.school == school).lines
    return SchoolDetail(
        on,
        _school(snapshot.schools[school], counted),
        year_of(snapshot, school, lines, on),
        trend(snapshot, school, on),
        tuple(_dates(snapshot, school, on)),
        tuple(one for one in lines if one.state in NAMED_STATES) if named else None,
    )


def _dates(snapshot: Snapshot, school: str, on: date) -> Iterator[TrustDate]:
    """Yield the days of meetings, papers and reviews of a school, and every review that is late."""
    name, until = snapshot.schools[school].name, on + DATES_AHEAD
    calendar = review_calendar(snapshot, school, on)
    for plan in calendar.meetings:
        if plan.days.meeting.on <= until:
            yield TrustDate(plan.days.meeting.on, school, name, plan.body.name, State.DUE)
            if plan.days.papers_on >= on:
                yield TrustDate(plan.days.papers_on, school, name, f"Papers out: {plan.body.name}", State.DUE)
    for review in calendar.every:
        if review.due is not None and review.due.due_on <= until:
            state = review.state if review.state is State.OVERDUE else State.DUE
            yield TrustDate(review.due.due_on, school, name, f"Review: {review.policy.title}", state)


def count_schools(services: Services, now: datetime) -> str:
    """Count the schools that are too many to be counted while a reader waits, and store the figures.

    Only those whose figures may have changed: the day is another one, or something was changed there.
    """
    today = datetime.combine(local_date(now), time(), SCHOOL_TIMEZONE)
    with services.store.reading() as conn:
        keys = record_register.school_keys(conn)
        outdated = school_figures.outdated(conn, today) if len(keys) > SCHOOLS_A_PAGE else []
    if len(keys) <= SCHOOLS_A_PAGE:
        return "few enough to be counted when somebody looks"
    done = 0
    for at in range(0, len(outdated), FEW):
        some = outdated[at : at + FEW]
        if services.stopping():
            break
        with services.store.reading() as conn:
            # Before the schools are read: what is changed in the meantime makes the figures outdated.
            known = school_plan.changes(conn, some)
            counts = _count(conn, some, now)
            figures = [one if one.after == NEVER else replace(one, after=known[one.school]) for one in counts]
        with services.store.writing() as conn:
            school_figures.keep(conn, figures)
        done += len(figures)
    with services.store.writing() as conn:
        school_figures.still_hold(conn, today, now)
    return f"{done} of {len(outdated)} schools counted; {len(keys) - len(outdated)} stand as they were"


def schools_of(person: Person, on: date) -> tuple[str, ...]:
    """List the schools that name a person as a reader at the trust, and in which they are on that day."""
    return tuple(
        sorted(
            one.school
            for one in person.memberships
            if one.here_on(on) and level_of(one.usual_roles) is not TrustLevel.NOTHING
        )
    )


def _count(conn: Connection, keys: Collection[str], now: datetime) -> Iterable[SchoolFigures]:
    """Count schools a few at a time: no one's figures need another school's people."""
    on = local_date(now)
    for snapshot in load_in_batches(conn, on, keys):
        yield from _counted(planning_context(snapshot, on), now)


def _counted(looked: PlanningContext, now: datetime) -> Iterator[SchoolFigures]:
    problems = Counter(one.school for one in count_warnings(looked) if one.level == "problem")
    for key, areas in counts_of(looked).items():
        by_area = {
            area: {state.value: some[state] for state in State} for area, some in areas.items() if some
        }
        # What changes about someone of another school is noted there and not here.
        after = NEVER if key in looked.snapshot.names_others else 0
        yield SchoolFigures(key, now, by_area, problems[key], after)


def _school(school: School, one: SchoolFigures) -> TrustSchool:
    counts = {state.value: sum(some.get(state.value, 0) for some in one.by_area.values()) for state in State}
    return TrustSchool(school.key, school.name, school.kind, counts, one.by_area, one.problems)


def _weight(one: TrustSchool) -> int:
    return one.counts[State.OVERDUE.value] + one.counts[State.NO_RECORD.value]
