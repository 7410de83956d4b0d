"""People from a CSV file: everybody, or nobody and a list of every cell that is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bot.errors import BadInput, Problem
from bot.ports import RosterEntry
from connectors.local import roster_cells
from connectors.local.mime import ADDRESS
from connectors.local.roster_table import Row, read_rows, refused

T = TypeVar("T")
UNUSUAL = re.compile(r"[^\w .-]")
LONGEST_NAME = 80
WHO = ("name", "first name", "surname", "reference", "email")


@dataclass(frozen=True, slots=True)
class CsvRoster:
    """A file that the office keeps. A person's key is their reference, or else their e-mail address."""

    path: Path

    def roster(self) -> list[RosterEntry]:
        """List everybody; raise BadInput with every wrong cell: its line, its column, what would be right."""
        rows = read_rows(self.path)
        if not rows:
            raise refused(self.path.name, "nobody is listed", "Write one person a line under the headings.")
        sheet = _Sheet(self.path.name)
        entries = [sheet.entry(row) for row in rows]
        sheet.find_doubles(rows)
        entries = sheet.with_managers(rows, entries)
        if sheet.problems:
            raise BadInput(sorted(sheet.problems, key=lambda one: one.line or 0))
        return entries


def read_people(filename: str, content: bytes) -> list[RosterEntry]:
    """List everybody in a file that somebody sent, as CsvRoster does for one that lies here."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / (UNUSUAL.sub("_", filename)[-LONGEST_NAME:].strip(". ") or "people.csv")
        path.write_bytes(content)
        return CsvRoster(path).roster()


class _Sheet:
    """One reading of one file, gathering every problem on the way."""

    def __init__(self, file: str) -> None:
        self._file = file
        self.problems: list[Problem] = []

    def entry(self, row: Row) -> RosterEntry:
        for column in WHO:
            self._read(row, column, roster_cells.readable, None)
        starts_on = self._read(row, "start", roster_cells.day, None)
        leaves_on = self._read(row, "leave", roster_cells.day, None)
        if starts_on and leaves_on and leaves_on < starts_on:
            self._wrong(row, "leave", "this day is before the start date", "Check both dates.")
        return RosterEntry(
            key=self._key(row),
            name=self._name(row),
            email=self._email(row),
            roles=roster_cells.roles(row.cell("roles")),
            groups=roster_cells.names(row.cell("groups")),
            starts_on=starts_on,
            leaves_on=leaves_on,
            working_days=self._read(row, "working days", roster_cells.working_days, frozenset()),
            manager=None,
            absences=self._read(row, "absences", roster_cells.absences, ()),
            line=row.line,
        )

    def find_doubles(self, rows: list[Row]) -> None:
        """One person is one line; two lines with one address would send one person's duties to another."""
        for column, called in (("reference", "reference"), ("email", "e-mail address")):
            first_seen: dict[str, int] = {}
            for row in rows:
                said = row.cell(column).casefold()
                if said and first_seen.setdefault(said, row.line) != row.line:
                    wrong = f"line {first_seen[said]} has the same {called}"
                    right = "Keep one line for each person; leave the address empty for whoever has none."
                    self._wrong(row, column, wrong, right)

    def with_managers(self, rows: list[Row], entries: list[RosterEntry]) -> list[RosterEntry]:
        """Turn the manager's address, reference or full name into that person's key."""
        known = _everybody(entries)
        return [replace(e, manager=self._manager(r, e, known)) for r, e in zip(rows, entries, strict=True)]

    def _manager(self, row: Row, entry: RosterEntry, known: dict[str, set[str]]) -> str | None:
        said = row.cell("manager")
        if not said:
            return None
        keys = known.get(said.casefold(), set())
        if len(keys) == 1 and keys != {entry.key}:
            return next(iter(keys))
        wrong = {0: f'"{said}" is nobody in this file', 1: "nobody is their own manager"}.get(
            len(keys), f'"{said}" may be one of {len(keys)} people'
        )
        self._wrong(row, "manager", wrong, "Write the e-mail address or reference of a person in this file.")
        return None

    def _key(self, row: Row) -> str:
        key = row.cell("reference") or row.cell("email").casefold()
        if not key:
            right = "Give an e-mail address, or a reference for whoever has none."
            self._wrong(row, "email", "this line says nobody in particular", right)
        return key

    def _name(self, row: Row) -> str:
        name = row.cell("name") or f"{row.cell('first name')} {row.cell('surname')}".strip()
        if not name:
            self._wrong(row, "name", "this line has no name", "Write the person's name.")
        return name

    def _email(self, row: Row) -> str | None:
        email = row.cell("email")
        if email and not ADDRESS.fullmatch(email) and roster_cells.UNSEEN.search(email) is None:
            right = "Write one address such as jo.bell@school.example, or leave it empty."
            self._wrong(row, "email", f'"{email}" is not an e-mail address', right)
        return email.casefold() or None

    def _read(self, row: Row, column: str, read: Callable[[str], T], otherwise: T) -> T:
        try:
            return read(row.cell(column))
        except ValueError as error:
            wrong, right = error.args
            self._wrong(row, column, wrong, right)
            return otherwise

    def _wrong(self, row: Row, column: str, wrong: str, right: str) -> None:
        self.problems.append(Problem(self._file, row.line, column, wrong, right))


def _everybody(entries: list[RosterEntry]) -> dict[str, set[str]]:
    known: dict[str, set[str]] = {}
    for entry in entries:
        for said in {entry.key, entry.email or entry.key, entry.name}:
            known.setdefault(said.casefold(), set()).add(entry.key)
    return known
