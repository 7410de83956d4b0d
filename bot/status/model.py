"""The figures of a school on one day: an area's states and counts, and who is stuck.

`figures` has an AreaStatus for each area (a duty without a record counts in the same row as an overdue one),
`counts_of` only its counts, and `stuck` the people with something overdue, or with no record past its due
date, under their line manager. Pure functions of a Snapshot.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.dates import full_date
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.duties import PlanningContext, duties_of, list_duties, planning_context
from bot.planning.plan import PRESSING
from bot.planning.review_duties import APPROVE, DATES, DRAFT, MEETINGS, MINUTE, NO_MEETING, as_whole
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Duty, State
from bot.rules.obligations import Kind

REVIEWS = "Policy reviews"
AREAS: Mapping[str, tuple[Kind, ...]] = {
    REVIEWS: (Kind.REVIEW,),
    "Reading policies": (Kind.ACKNOWLEDGE,),
    "Training": (Kind.TRAIN,),
    "Agreements": (Kind.SIGN,),
    "Checks, reports and decisions": (Kind.CHECK, Kind.REPORT, Kind.DECIDE),
}
AREA_OF = {kind: area for area, kinds in AREAS.items() for kind in kinds}
STEP_BY: Mapping[str | None, str] = {DRAFT: "draft by", MINUTE: "minute by", DATES: "dates by"}
WORST_FIRST = (
    State.OVERDUE,
    State.DUE_SOON,
    State.NO_RECORD,
    State.DUE,
    State.PAUSED,
    State.EXCUSED,
    State.DONE,
)


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One line of the list behind a number. `occasion`: the event it is about and its day, in words.

    `policy`: the policy whose rule it is; None: a rule of the school's own.
    """

    person: str
    name: str
    obligation: str
    title: str
    kind: Kind
    cycle: str
    state: State
    due_on: date | None
    why: str
    subject: str | None
    cites: str
    occasion: str | None = None
    policy: str | None = None

    @property
    def day_of(self) -> str:
        """Return the words before `due_on`: "review due", "meeting on", "draft by" and the like, or "by"."""
        if self.kind is not Kind.REVIEW or self.due_on is None:
            return "by"
        days = dict(zip(self.cycle.split("/"), ("review due", "meeting on"), strict=False))
        return days.get(self.due_on.isoformat()) or STEP_BY.get(self.subject, "by")


@dataclass(frozen=True, slots=True)
class AreaStatus:
    """One area: its worst state, a count for every state, a sentence why and the next step with who."""

    area: str
    state: State
    counts: Mapping[str, int]
    why: str
    next_step: str
    lines: tuple[StatusLine, ...]


@dataclass(frozen=True, slots=True)
class SchoolStatus:
    """One school on one day."""

    school: str
    name: str
    on: date
    tiles: tuple[AreaStatus, ...]

    @property
    def lines(self) -> tuple[StatusLine, ...]:
        """Every line of every tile, the most pressing first."""
        return tuple(sorted((line for tile in self.tiles for line in tile.lines), key=_pressing))


def slug(title: str) -> str:
    """Return the address of a title: "Policy reviews" -> "policy-reviews"."""
    return re.sub(r"[^a-z]+", "-", title.casefold()).strip("-")


def figures(snapshot: Snapshot, on: date) -> tuple[SchoolStatus, ...]:
    """Return the figures of each school of a snapshot."""
    owed: dict[str, list[Duty]] = {key: [] for key in snapshot.schools}
    looked = planning_context(snapshot, on)
    for one in list_duties(looked):
        owed[one.obligation.school].append(one)
    return tuple(
        SchoolStatus(key, school.name, on, tuple(_tiles(snapshot, looked.rolls[key], owed[key])))
        for key, school in snapshot.schools.items()
    )


def lines_of(snapshot: Snapshot, school: str, person: str, on: date) -> tuple[StatusLine, ...]:
    """Return a line for each duty of one person at a school, the most pressing first."""
    theirs = (one for one in duties_of(snapshot, on, person) if one.obligation.school == school)
    return tuple(sorted((_line(snapshot, one) for one in theirs), key=_pressing))


def counts_of(looked: PlanningContext) -> dict[str, dict[str, Counter[State]]]:
    """Return school -> area -> state -> number, as `figures` counts them, without areas that ask nothing."""
    owed: dict[str, dict[str, list[Duty]]] = {key: defaultdict(list) for key in looked.snapshot.schools}
    for duty in list_duties(looked):
        owed[duty.obligation.school][AREA_OF[duty.obligation.kind]].append(duty)
    return {
        key: {
            area: Counter(
                duty.state for duty in (_one_a_policy(some, looked.on) if area == REVIEWS else some)
            )
            for area, some in areas.items()
        }
        for key, areas in owed.items()
    }


def _tiles(snapshot: Snapshot, roll: ActiveMembers, owed: list[Duty]) -> Iterable[AreaStatus]:
    for area, kinds in AREAS.items():
        inside = [duty for duty in owed if duty.obligation.kind in kinds]
        if area == REVIEWS:
            inside = _one_a_policy(inside, roll.day)
        if inside:
            yield _tile(snapshot, roll, area, inside)


def _one_a_policy(inside: list[Duty], on: date) -> list[Duty]:
    """Return one duty for each review, not one for each governor, in the state of the whole review."""
    told: dict[str, Duty] = {}
    for duty in inside:
        if duty.subject in (APPROVE, NO_MEETING, MEETINGS, DATES):
            told.setdefault(duty.obligation.key, duty)
    for duty in inside:
        told.setdefault(duty.obligation.key, duty)
    return [as_whole(duty, on) for duty in told.values()]


def _tile(snapshot: Snapshot, roll: ActiveMembers, area: str, inside: list[Duty]) -> AreaStatus:
    counted = Counter(duty.state for duty in inside)
    lines = sorted((_line(snapshot, duty) for duty in inside), key=_pressing)
    worst = next(state for state in WORST_FIRST if counted[state])
    counts = {state.value: counted[state] for state in State}
    why, next_step = _sentences(roll, worst, counted, lines)
    return AreaStatus(area, worst, counts, why, next_step, tuple(lines))


def _line(snapshot: Snapshot, duty: Duty) -> StatusLine:
    one = duty.obligation
    return StatusLine(
        person=duty.person,
        name=snapshot.people[duty.person].name,
        obligation=one.key,
        title=one.title,
        kind=one.kind,
        cycle=duty.cycle,
        state=duty.state,
        due_on=duty.due_on,
        why=duty.why,
        subject=duty.subject,
        cites=one.source.cites(),
        occasion=duty.occasion,
        policy=one.policy,
    )


def _pressing(line: StatusLine) -> tuple[int, date, str, str]:
    return PRESSING.get(line.state, len(PRESSING)), line.due_on or date.max, line.name, line.title


def _sentences(
    roll: ActiveMembers, worst: State, counted: Counter[State], lines: list[StatusLine]
) -> tuple[str, str]:
    first = lines[0]
    head = roll.school.words.head
    if worst is State.OVERDUE:
        return first.why, f"{_who(first, head)} next: {first.title}."
    if worst in (State.DUE_SOON, State.DUE) and first.kind is Kind.REVIEW:
        # The day of the next step alone would be taken for the day of the review.
        return first.why, f"{_who(first, head)} next: {first.title}."
    if worst in (State.DUE_SOON, State.DUE):
        day = full_date(first.due_on) if first.due_on else "no date"
        return f"The next is due on {day}.", f"{_who(first, head)} next: {first.title}."
    if worst is State.NO_RECORD:
        number = counted[State.NO_RECORD]
        return (
            f"{number} of {len(lines)} not recorded.",
            "Record what has been done, or wait for answers.",
        )
    if worst is State.PAUSED:
        return (
            f"{counted[State.PAUSED]} on hold, waiting for an answer or for someone to come back.",
            f"The {head} looks at the questions.",
        )
    return "Nothing is open.", "Nothing to do."


def _who(line: StatusLine, head: str) -> str:
    return line.name or f"The {head}"


@dataclass(frozen=True, slots=True)
class OverduePerson:
    """One person, with what does not move on. `since`: the earliest day that passed; `away`: not in today."""

    person: str
    name: str
    lines: tuple[StatusLine, ...]
    since: date | None
    reachable: bool
    away: bool

    @property
    def overdue(self) -> int:
        return sum(line.state is State.OVERDUE for line in self.lines)

    @property
    def unknown(self) -> int:
        return sum(line.state is State.NO_RECORD for line in self.lines)


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one line manager who are stuck. `name` empty: no one is named as their manager."""

    manager: str
    name: str
    people: tuple[OverduePerson, ...]


def stuck(snapshot: Snapshot, standing: SchoolStatus) -> tuple[Team, ...]:
    """Return the people who are stuck by line manager, the largest team first; reviews are left out."""
    held: dict[str, list[StatusLine]] = defaultdict(list)
    for line in standing.lines:
        if line.kind is not Kind.REVIEW and _passed(line, standing.on):
            held[line.person].append(line)
    here = active_members(snapshot, standing.on)[standing.school].here
    teams: dict[str, list[OverduePerson]] = defaultdict(list)
    for key, lines in held.items():
        manager = here[key].manager or ""
        away = here[key].away_on(standing.on)
        teams[manager if manager in here else ""].append(_stuck(snapshot, key, lines, away=away))
    return tuple(_team(snapshot, key, people) for key, people in sorted(teams.items(), key=_largest))


def _passed(line: StatusLine, on: date) -> bool:
    unknown = line.state is State.NO_RECORD and line.due_on is not None and line.due_on < on
    return line.state is State.OVERDUE or unknown


def _stuck(snapshot: Snapshot, key: str, lines: list[StatusLine], *, away: bool) -> OverduePerson:
    person = snapshot.people[key]
    since = min((line.due_on for line in lines if line.due_on), default=None)
    return OverduePerson(
        key, person.name, tuple(lines), since, bool(person.email) and not person.unreachable, away
    )


def _team(snapshot: Snapshot, manager: str, people: list[OverduePerson]) -> Team:
    name = snapshot.people[manager].name if manager else ""
    ordered = sorted(people, key=lambda one: (-one.overdue, -one.unknown, one.name))
    return Team(manager, name, tuple(ordered))


def _largest(team: tuple[str, list[OverduePerson]]) -> tuple[int, str]:
    return -len(team[1]), team[0]
