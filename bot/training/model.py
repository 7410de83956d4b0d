"""Training matrix of a school on one day: people by courses, with the state of each cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.planning.duties import PlanningContext, list_duties, planning_context
from bot.planning.evidence_index import last_done
from bot.planning.exemptions import CourseCover, booked_for, cover, is_with_office, valid_until
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Duty, State
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import ALIASES, Membership, Person

# The order of what a reader should look at first.
PRESSING = (
    State.OVERDUE,
    State.DUE_SOON,
    State.DUE,
    State.NO_RECORD,
    State.PAUSED,
    State.EXCUSED,
    State.DONE,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One person and one course. `valid_until` None: never done, or it does not run out."""

    duty: Duty
    done_on: date | None
    valid_until: date | None
    booked_on: date | None
    with_office: bool

    @property
    def state(self) -> State:
        return self.duty.state


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person, and their cells by the course's key: only those courses that are theirs."""

    person: Person
    membership: Membership
    cells: Mapping[str, Cell]

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(ALIASES.get(role, role) for role in self.membership.roles)


@dataclass(frozen=True, slots=True)
class Matrix:
    """All people with a required course. `covers`: courses that a number of people must hold."""

    on: date
    courses: tuple[Obligation, ...]
    rows: tuple[PersonRow, ...]
    covers: Mapping[str, CourseCover]

    def row(self, person: str) -> PersonRow | None:
        return next((row for row in self.rows if row.person.key == person), None)


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What a reader asks to see; empty: everything."""

    course: str = ""
    role: str = ""
    state: str = ""
    manager: str = ""

    def of(self, matrix: Matrix) -> Matrix:
        """Filter rows and courses. With a state, only cells in that state are kept."""
        courses = tuple(one for one in matrix.courses if self.course in {"", one.key})
        keys = {one.key for one in courses}
        rows = (self._row(row, keys) for row in matrix.rows)
        return replace(matrix, courses=courses, rows=tuple(row for row in rows if row is not None))

    def _row(self, row: PersonRow, courses: set[str]) -> PersonRow | None:
        if self.role and self.role not in row.roles:
            return None
        if self.manager and row.membership.manager != self.manager:
            return None
        cells = {
            key: cell
            for key, cell in row.cells.items()
            if key in courses and self.state in {"", cell.state.value}
        }
        return replace(row, cells=cells) if cells else None


def matrix(snapshot: Snapshot, school: str, on: date) -> Matrix:
    """Return the state of each required course for each person of a school."""
    courses = tuple(
        one for one in snapshot.obligations if one.school == school and one.kind is Kind.TRAIN and one.active
    )
    looked = planning_context(replace(snapshot, obligations=courses), on)
    by_person: dict[str, dict[str, Cell]] = {}
    for duty in list_duties(looked):
        cells = by_person.setdefault(duty.person, {})
        known = cells.get(duty.obligation.key)
        if known is None or _presses(duty) < _presses(known.duty):
            cells[duty.obligation.key] = _cell(looked, duty)
    people = sorted(by_person, key=lambda key: (snapshot.people[key].name.rpartition(" ")[2].casefold(), key))
    here = looked.rolls[school].here
    rows = tuple(PersonRow(snapshot.people[key], here[key], by_person[key]) for key in people)
    return Matrix(on, courses, rows, dict(_covers(looked, courses)))


def _cell(looked: PlanningContext, duty: Duty) -> Cell:
    course = duty.obligation
    acts = looked.evidence.of_person(course.school, course.key, duty.person, duty.subject)
    done = last_done(acts)
    pauses = acts if duty.state is State.EXCUSED else ()
    return Cell(
        duty=duty,
        done_on=done.on if done else None,
        valid_until=valid_until(course, done.on, looked.days[course.school]) if done else None,
        booked_on=booked_for(pauses, looked.on),
        with_office=is_with_office(pauses, looked.on),
    )


def _covers(looked: PlanningContext, courses: Iterable[Obligation]) -> Iterator[tuple[str, CourseCover]]:
    for course in courses:
        found = cover_of(looked, course)
        if found is not None:
            yield course.key, found


def cover_of(looked: PlanningContext, course: Obligation) -> CourseCover | None:
    """Count who of those a course is for holds it today."""
    roll = looked.rolls[course.school]
    people = {one.person: roll.here[one.person] for one in roll.asked(course.audience)}
    days, acts_of = looked.days[course.school], looked.evidence.of_person
    return cover(
        course,
        people,
        lambda key: acts_of(course.school, course.key, key, None),
        days=days,
        on=looked.on,
    )


def _presses(duty: Duty) -> int:
    return PRESSING.index(duty.state)
