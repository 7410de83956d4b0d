"""The school year of one school or one person: what was done, is planned, is late or not recorded, by week.

Nothing is stored for it: days come from meetings, evidence and the lines of the figures. A day outside the
year stands at its nearest week, so that what is late since before September is not left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.planning.occurrences import monday_of
from bot.planning.review_duties import APPROVE, MINUTE, PAPERS
from bot.planning.snapshot import Snapshot
from bot.rules.calendar import Calendar, school_year, usual_terms
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import Body, days_before
from bot.rules.obligations import Kind
from bot.status.model import StatusLine

WEEK = timedelta(days=7)
# The states of the picture, the worst first, with the words beside their shapes.
STATES: Mapping[State, str] = {
    State.OVERDUE: "overdue",
    State.NO_RECORD: "not recorded",
    State.DUE: "planned",
    State.DONE: "done",
}
MEETINGS, PAPERS_OUT, REVIEWS, TRAINING, SIGNING, CHECKS = (
    "Meetings",
    "Papers out",
    "Policy reviews",
    "Training",
    "Reading, signing",
    "Checks, reports",
)
# Row -> the page with its list.
ROWS: Mapping[str, str] = {
    MEETINGS: "/governors",
    PAPERS_OUT: "/governors",
    REVIEWS: "/school/policies",
    TRAINING: "/school/training",
    SIGNING: "/school/people-by-task",
    CHECKS: "/school/checks-reports-and-decisions",
}
ROW_OF: Mapping[Kind, str] = {
    Kind.REVIEW: REVIEWS,
    Kind.TRAIN: TRAINING,
    Kind.ACKNOWLEDGE: SIGNING,
    Kind.SIGN: SIGNING,
    Kind.CHECK: CHECKS,
    Kind.REPORT: CHECKS,
    Kind.DECIDE: CHECKS,
}
SEASONS = {9: "Autumn", 10: "Autumn", 11: "Autumn", 12: "Autumn", 1: "Spring", 2: "Spring", 3: "Spring"}
OPEN = frozenset({State.DUE, State.DUE_SOON, State.PAUSED})


@dataclass(frozen=True, slots=True)
class HalfTerm:
    """Weeks of school without a holiday between them."""

    name: str
    first_on: date
    last_on: date

    @property
    def short(self) -> str:
        """Return a name for a narrow column: "Autumn 1" is "Aut 1"."""
        season, _, number = self.name.partition(" ")
        return f"{season[:3]} {number}".strip()


@dataclass(frozen=True, slots=True)
class YearMark:
    """One row in one week: how many of each state; `state` is the worst of them."""

    row: str
    week: date
    counts: Mapping[State, int]

    @property
    def state(self) -> State:
        return next(one for one in STATES if self.counts.get(one))

    @property
    def worst(self) -> int:
        """Return how many are in the worst state."""
        return self.counts[self.state]


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """One school year. `weeks`: the Mondays of the weeks with school days; `rows`: those with a mark."""

    start: int
    today: date
    half_terms: tuple[HalfTerm, ...]
    weeks: tuple[date, ...]
    marks: tuple[YearMark, ...]

    @property
    def name(self) -> str:
        return f"{self.start} to {self.start + 1}"

    @property
    def rows(self) -> tuple[str, ...]:
        held = {one.row for one in self.marks}
        return tuple(row for row in ROWS if row in held)

    @property
    def week(self) -> int:
        """Return the number of the latest week of school that has begun."""
        return sum(one <= self.today for one in self.weeks)

    @property
    def counts(self) -> dict[State, int]:
        """Count all marks by state, in the order of STATES."""
        return {state: sum(one.counts.get(state, 0) for one in self.marks) for state in STATES}

    def at(self, day: date) -> float:
        """Return where a day stands between the first and the last of the year, from 0 to 1."""
        first, last = self.half_terms[0].first_on, self.half_terms[-1].last_on
        return min(max((day - first) / (last - first), 0.0), 1.0)

    def half_term_of(self, week: date) -> HalfTerm:
        """Return the half-term of a week: the latest that had begun by its end."""
        begun = [one for one in self.half_terms if one.first_on < week + WEEK]
        return begun[-1] if begun else self.half_terms[0]

    def by_half_term(self, row: str) -> tuple[YearMark, ...]:
        """Return the marks of a row added up, one a half-term; those without any are left out."""
        found: dict[date, Counter[State]] = {}
        for one in self.marks:
            if one.row == row:
                found.setdefault(self.half_term_of(one.week).first_on, Counter()).update(one.counts)
        return tuple(YearMark(row, first_on, counted) for first_on, counted in found.items())


def year_of(
    snapshot: Snapshot, school: str, lines: Iterable[StatusLine], on: date, person: str = ""
) -> SchoolYear:
    """Return the year that `on` lies in, of a school by its `lines`, or of one `person` by theirs."""
    start = school_year(on)
    weeks = tuple(_weeks(snapshot.calendars[school], start))
    half_terms = tuple(_half_terms(weeks))
    counted: dict[tuple[str, date], Counter[State]] = {}
    for row, day, state in _days(snapshot, school, lines, on, person):
        week = min(max(monday_of(day), weeks[0]), weeks[-1])
        counted.setdefault((row, week), Counter())[state] += 1
    order = list(ROWS)
    marks = sorted(counted.items(), key=lambda one: (one[0][1], order.index(one[0][0])))
    return SchoolYear(
        start, on, half_terms, weeks, tuple(YearMark(row, week, some) for (row, week), some in marks)
    )


def _weeks(calendar: Calendar, start: int) -> Iterator[date]:
    """Yield the Mondays of the weeks in which pupils are at school."""
    told = tuple(one for one in calendar.terms if school_year(one.last_on) == start)
    terms = told or usual_terms(start)
    week, end = monday_of(min(one.first_on for one in terms)), max(one.last_on for one in terms)
    while week <= end:
        days = [week + timedelta(days=number) for number in range(5)]
        if any(
            calendar.is_staff_day(day) and any(t.first_on <= day <= t.last_on for t in terms) for day in days
        ):
            yield week
        week += WEEK


def _half_terms(weeks: tuple[date, ...]) -> Iterator[HalfTerm]:
    """Split the weeks into half-terms at weeks without school; each is named by season and number."""
    runs: list[list[date]] = []
    for week in weeks:
        if runs and week - runs[-1][-1] == WEEK:
            runs[-1].append(week)
        else:
            runs.append([week])
    # A year may begin on the last Monday of August.
    seasons = [SEASONS.get((run[0] + timedelta(days=6)).month, "Summer") for run in runs]
    for number, run in enumerate(runs):
        of_season = seasons[number]
        name = (
            of_season
            if seasons.count(of_season) == 1
            else f"{of_season} {seasons[:number].count(of_season) + 1}"
        )
        yield HalfTerm(name, run[0], run[-1] + timedelta(days=4))


def _days(
    snapshot: Snapshot, school: str, lines: Iterable[StatusLine], on: date, person: str
) -> Iterator[tuple[str, date, State]]:
    """Yield each thing of the year: its row, its day and its state."""
    acts = _acts(snapshot, school, school_year(on))
    for body in snapshot.bodies.values():
        if body.school == school and (not person or person in {*body.members, body.clerk, body.chair}):
            yield from _meetings(body, snapshot.calendars[school], acts, on)
    kinds = {one.key: one.kind for one in snapshot.obligations if one.school == school}
    for act in acts:
        kind = kinds.get(act.obligation)
        is_whole = kind is not Kind.REVIEW or act.subject in {None, APPROVE, MINUTE}
        # A review is the act of a body; a person's year has their own acts alone.
        if kind is not None and is_whole and (not person or act.person == person):
            yield ROW_OF[kind], act.on, State.DONE
    for line in lines:
        if not person or line.person == person:
            yield from _line(line, on)


def _acts(snapshot: Snapshot, school: str, start: int) -> tuple[Evidence, ...]:
    """List what was done in a school year and was not taken out later."""
    here = [one for one in snapshot.evidence if one.school == school]
    taken_out = {one.reference for one in here if one.outcome is Outcome.WITHDRAWN}
    return tuple(
        one
        for one in here
        if one.outcome is Outcome.DONE
        and school_year(one.on) == start
        and (one.receipt is None or one.receipt not in taken_out)
    )


def _meetings(
    body: Body, calendar: Calendar, acts: tuple[Evidence, ...], on: date
) -> Iterator[tuple[str, date, State]]:
    for meeting in body.meetings:
        if school_year(meeting.on) != school_year(on):
            continue
        told = {act.subject for act in acts if act.cycle and f"/{meeting.on.isoformat()}" in f"/{act.cycle}"}
        papers_on = days_before(body, meeting, calendar).papers_on
        yield MEETINGS, meeting.on, _stands(meeting.on, on, told=bool(told & {None, APPROVE, MINUTE}))
        yield PAPERS_OUT, papers_on, _stands(papers_on, on, told=PAPERS in told)


def _stands(day: date, on: date, *, told: bool) -> State:
    if told:
        return State.DONE
    return State.DUE if day >= on else State.NO_RECORD


def _line(line: StatusLine, on: date) -> Iterator[tuple[str, date, State]]:
    row, due_on = ROW_OF[line.kind], line.due_on
    if line.state in {State.OVERDUE, State.NO_RECORD}:
        yield row, due_on or on, line.state
    elif due_on is not None and school_year(due_on) == school_year(on):
        # A course that is done counts until its day; then it is wanted again.
        wanted_again = line.state is State.DONE and line.kind is Kind.TRAIN and due_on > on
        if line.state in OPEN or wanted_again:
            yield row, due_on, State.DUE
