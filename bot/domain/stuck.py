"""Who is stuck: people with something overdue, or with no record past its day, under their line manager."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from bot.domain.duties import State
from bot.domain.obligations import Kind
from bot.domain.roll import rolls
from bot.domain.snapshot import Snapshot
from bot.domain.status import Line, Standing


@dataclass(frozen=True, slots=True)
class Stuck:
    """One person, with what does not move on. `since`: the earliest day that passed; `away`: not in today."""

    person: str
    name: str
    lines: tuple[Line, ...]
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
    """The people of one line manager who are stuck. `name` empty: nobody is named as their manager."""

    manager: str
    name: str
    people: tuple[Stuck, ...]


def stuck(snapshot: Snapshot, standing: Standing) -> tuple[Team, ...]:
    """List who is stuck by line manager, the largest team first. Reviews are the meetings' matter."""
    held: dict[str, list[Line]] = defaultdict(list)
    for line in standing.lines:
        if line.kind is not Kind.REVIEW and _passed(line, standing.on):
            held[line.person].append(line)
    here = rolls(snapshot, standing.on)[standing.setting].here
    teams: dict[str, list[Stuck]] = defaultdict(list)
    for key, lines in held.items():
        manager = here[key].manager or ""
        away = here[key].away_on(standing.on)
        teams[manager if manager in here else ""].append(_stuck(snapshot, key, lines, away=away))
    return tuple(_team(snapshot, key, people) for key, people in sorted(teams.items(), key=_largest))


def _passed(line: Line, on: date) -> bool:
    unknown = line.state is State.NO_RECORD and line.due_on is not None and line.due_on < on
    return line.state is State.OVERDUE or unknown


def _stuck(snapshot: Snapshot, key: str, lines: list[Line], *, away: bool) -> Stuck:
    person = snapshot.people[key]
    since = min((line.due_on for line in lines if line.due_on), default=None)
    return Stuck(key, person.name, tuple(lines), since, bool(person.email) and not person.unreachable, away)


def _team(snapshot: Snapshot, manager: str, people: list[Stuck]) -> Team:
    name = snapshot.people[manager].name if manager else ""
    ordered = sorted(people, key=lambda one: (-one.overdue, -one.unknown, one.name))
    return Team(manager, name, tuple(ordered))


def _largest(team: tuple[str, list[Stuck]]) -> tuple[int, str]:
    return -len(team[1]), team[0]
