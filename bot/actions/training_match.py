"""Who and what the lines of a provider's file mean: people by address or name, courses by either's name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from bot.actions.sign import OLDEST
from bot.actions.training_import import Line, Table, read_date
from bot.domain.called import called
from bot.domain.evidence import Outcome
from bot.domain.obligations import Kind, Obligation
from bot.domain.people import Person
from bot.domain.snapshot import Snapshot
from bot.store.training import ProviderHeading

LEAVE_OUT = "-"
EVERY_LINE = ""


@dataclass(frozen=True, slots=True)
class Good:
    """A line that says who finished what, when. `by_name`: not by their address; `known`: recorded before."""

    line: int
    person: Person
    course: Obligation
    on: date
    by_name: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot be taken as it stands, and why."""

    line: Line
    says: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would do. `unknown`: courses we cannot place. `left_out`: lines of those not asked here."""

    good: tuple[Good, ...]
    bad: tuple[Bad, ...]
    unknown: tuple[str, ...]
    left_out: int

    @property
    def new(self) -> tuple[Good, ...]:
        return tuple(one for one in self.good if not one.known)


def courses_of(snapshot: Snapshot, setting: str) -> tuple[Obligation, ...]:
    """List the courses of a setting, in the order of its register."""
    every = snapshot.obligations
    return tuple(one for one in every if one.setting == setting and one.kind is Kind.TRAIN and one.active)


def match(snapshot: Snapshot, setting: str, table: Table, heading: ProviderHeading, on: date) -> Preview:
    """Say what every line of a file means, and change nothing."""
    matching = _Matching(snapshot, setting, table, heading, on)
    good: list[Good] = []
    bad: list[Bad] = []
    unknown: dict[str, None] = {}
    for line in table.lines:
        printed = matching.printed_course(line)
        if matching.is_left_out(printed):
            continue
        if printed and matching.course(printed) is None:
            unknown.setdefault(printed)
        try:
            good.append(matching.read(line))
        except ValueError as error:
            bad.append(Bad(line, str(error)))
    left_out = len(table.lines) - len(good) - len(bad)
    return Preview(tuple(good), tuple(bad), tuple(unknown), left_out)


class _Matching:
    """Looks people and courses up by what a provider calls them."""

    def __init__(
        self, snapshot: Snapshot, setting: str, table: Table, heading: ProviderHeading, on: date
    ) -> None:
        self._table, self._heading, self._today = table, heading, on
        here = [
            person
            for person in snapshot.people.values()
            if (member := person.membership(setting)) and member.here_on(on)
        ]
        self._people = snapshot.people
        self._called = called(here)
        self._by_name = {squashed(person.name): person for person in here}
        self._names = Counter(squashed(person.name) for person in here)
        self._courses = {one.key: one for one in courses_of(snapshot, setting)}
        self._by_title = {squashed(one.title): one for one in self._courses.values()}
        self._known = {
            (act.person, act.obligation, act.on)
            for act in snapshot.evidence
            if act.setting == setting and act.outcome is Outcome.DONE
        }

    def printed_course(self, line: Line) -> str:
        """Give the provider's name for the course of a line; empty where the file is about one course."""
        return self._cell(line, "course")

    def is_left_out(self, printed: str) -> bool:
        return self._heading.courses.get(squashed(printed)) == LEAVE_OUT

    def course(self, printed: str) -> Obligation | None:
        """Find our course by a provider's name for it: said before, or the same as ours."""
        said = self._heading.courses.get(squashed(printed), "")
        return self._courses.get(said) or self._by_title.get(squashed(printed))

    def read(self, line: Line) -> Good:
        """Match one line; ValueError says what is not right with it."""
        person, by_name = self._person(line)
        course = self.course(self.printed_course(line))
        if course is None:
            name = self.printed_course(line)
            raise ValueError(f"We do not know the course “{name}”." if name else "No course is named.")
        on = self._date(line)
        act = (person.key, course.key, on)
        known = act in self._known
        self._known.add(act)
        return Good(line.number, person, course, on, by_name, known)

    def _person(self, line: Line) -> tuple[Person, bool]:
        email = self._cell(line, "email")
        name = " ".join(filter(None, (self._cell(line, "name"), self._cell(line, "surname"))))
        found = self._called.get(email.casefold()) if email else None
        if found is not None:
            return self._people[found], False
        if self._names[squashed(name)] > 1:
            raise ValueError(f"Two people here are called {name}; the e-mail address has to say which.")
        named = self._by_name.get(squashed(name)) if name else None
        if named is None:
            raise ValueError(f"Nobody here is known as {name or email or 'this'}.")
        return named, True

    def _date(self, line: Line) -> date:
        said = self._cell(line, "date")
        if not said:
            raise ValueError("There is no day on which it was finished.")
        on = read_date(said)
        if on > self._today:
            raise ValueError(f"“{said}” is still to come.")
        if self._today - on > OLDEST:
            raise ValueError(f"“{said}” is more than ten years ago.")
        return on

    def _cell(self, line: Line, column: str) -> str:
        return self._table.cell(line, self._heading.columns.get(column, ""))


def squashed(said: str) -> str:
    return " ".join(said.casefold().split())
