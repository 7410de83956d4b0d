"""Where a setting stands on a day: a tile an area, the unknowns counted in one row with the overdue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.domain.days import full
from bot.domain.duties import Duty, State
from bot.domain.obligations import Kind
from bot.domain.owing import Looked, look, owing
from bot.domain.plan import PRESSING
from bot.domain.review_state import as_whole
from bot.domain.reviews import APPROVE, DATES, DRAFT, MEETINGS, MINUTE, NO_MEETING
from bot.domain.roll import Roll
from bot.domain.snapshot import Snapshot

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
class Line:
    """One line of the list behind a number. `occasion`: the event it is about and its day, in words."""

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

    @property
    def day_of(self) -> str:
        """Say what its day is the day of: of a review its own, its meeting's or a step's; else just "by"."""
        if self.kind is not Kind.REVIEW or self.due_on is None:
            return "by"
        days = dict(zip(self.cycle.split("/"), ("review due", "meeting on"), strict=False))
        return days.get(self.due_on.isoformat()) or STEP_BY.get(self.subject, "by")


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its worst state, a count for every state, a sentence why and the next step with who."""

    area: str
    state: State
    counts: Mapping[str, int]
    why: str
    next_step: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One setting on one day."""

    setting: str
    name: str
    on: date
    tiles: tuple[Tile, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every tile, the most pressing first."""
        return tuple(sorted((line for tile in self.tiles for line in tile.lines), key=_pressing))


def figures(snapshot: Snapshot, on: date) -> tuple[Standing, ...]:
    """Say where each setting stands on a day."""
    owed: dict[str, list[Duty]] = {key: [] for key in snapshot.settings}
    looked = look(snapshot, on)
    for one in owing(looked):
        owed[one.obligation.setting].append(one)
    return tuple(
        Standing(key, setting.name, on, tuple(_tiles(snapshot, looked.rolls[key], owed[key])))
        for key, setting in snapshot.settings.items()
    )


def counts_of(looked: Looked) -> dict[str, dict[str, Counter[State]]]:
    """Count the states of each area that asks for something, setting by setting, as `figures` does."""
    owed: dict[str, dict[str, list[Duty]]] = {key: defaultdict(list) for key in looked.snapshot.settings}
    for duty in owing(looked):
        owed[duty.obligation.setting][AREA_OF[duty.obligation.kind]].append(duty)
    return {
        key: {
            area: Counter(
                duty.state for duty in (_one_a_policy(some, looked.on) if area == REVIEWS else some)
            )
            for area, some in areas.items()
        }
        for key, areas in owed.items()
    }


def _tiles(snapshot: Snapshot, roll: Roll, owed: list[Duty]) -> Iterable[Tile]:
    for area, kinds in AREAS.items():
        inside = [duty for duty in owed if duty.obligation.kind in kinds]
        if area == REVIEWS:
            inside = _one_a_policy(inside, roll.day)
        if inside:
            yield _tile(snapshot, roll, area, inside)


def _one_a_policy(inside: list[Duty], on: date) -> list[Duty]:
    """Count a review once, not once a governor, by where the whole of it stands and not one of its steps."""
    told: dict[str, Duty] = {}
    for duty in inside:
        if duty.subject in (APPROVE, NO_MEETING, MEETINGS, DATES):
            told.setdefault(duty.obligation.key, duty)
    for duty in inside:
        told.setdefault(duty.obligation.key, duty)
    return [as_whole(duty, on) for duty in told.values()]


def _tile(snapshot: Snapshot, roll: Roll, area: str, inside: list[Duty]) -> Tile:
    counted = Counter(duty.state for duty in inside)
    lines = sorted((_line(snapshot, duty) for duty in inside), key=_pressing)
    worst = next(state for state in WORST_FIRST if counted[state])
    counts = {state.value: counted[state] for state in State}
    why, next_step = _sentences(roll, worst, counted, lines)
    return Tile(area, worst, counts, why, next_step, tuple(lines))


def _line(snapshot: Snapshot, duty: Duty) -> Line:
    one = duty.obligation
    return Line(
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
    )


def _pressing(line: Line) -> tuple[int, date, str, str]:
    return PRESSING.get(line.state, len(PRESSING)), line.due_on or date.max, line.name, line.title


def _sentences(roll: Roll, worst: State, counted: Counter[State], lines: list[Line]) -> tuple[str, str]:
    first = lines[0]
    head = roll.setting.words.head
    if worst is State.OVERDUE:
        return first.why, f"{_who(first, head)} next: {first.title}."
    if worst in (State.DUE_SOON, State.DUE) and first.kind is Kind.REVIEW:
        # The day of the next step alone would be taken for the day of the review.
        return first.why, f"{_who(first, head)} next: {first.title}."
    if worst in (State.DUE_SOON, State.DUE):
        day = full(first.due_on) if first.due_on else "no date"
        return f"The next is due on {day}.", f"{_who(first, head)} next: {first.title}."
    if worst is State.NO_RECORD:
        number = counted[State.NO_RECORD]
        return (
            f"We hold no record of {number} of {len(lines)}.",
            "Tell us what was done, or wait for the answers.",
        )
    if worst is State.PAUSED:
        return (
            f"{counted[State.PAUSED]} wait for an answer or a return.",
            f"The {head} looks at the questions.",
        )
    return "Nothing is open.", "Nothing to do."


def _who(line: Line, head: str) -> str:
    return line.name or f"The {head}"
