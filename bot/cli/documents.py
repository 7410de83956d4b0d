"""handbell read and handbell coverage: facts out of documents, and what is done with each known clause.

Coverage has four words. `does`: acts or proves by itself. `records`: keeps what the clause asks for, item by
item. `asks`: reminds someone and keeps a bare answer or a note. `says`: stands in a text that people agree
to. `later` and `outside` mean that it is not done.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast, get_args

import click

from bot.cli.output import must_be_a_file, write_whole
from bot.cli.show import print_json, print_rows, progress
from bot.core.errors import BadInput, Problem, UnreadableDocument
from bot.reading.document_sort import document_sort
from bot.reading.facts import DateFact, Reading
from bot.reading.isolated import IsolatedReader
from bot.reading.service import as_json as reading_as_json
from bot.register.propose import propose


def run(files: tuple[Path, ...], on: date, register: Path | None, *, as_json: bool) -> int:
    """Read each file; print what it says, or write a proposed register. Exit 1 if any could not be read."""
    if register is not None and register.exists():
        click.echo(f"{register} is there already. Choose another name; no answer in it is lost.", err=True)
        return 1
    if register is not None:
        must_be_a_file(register)
    readings, refused = _read_all(files, on, quiet=as_json)
    for message in refused:
        click.echo(message, err=True)
    if register is not None and not refused:
        beside = [Path(os.path.relpath(file, register.parent)).as_posix() for file in files]
        write_whole(register, propose(readings, beside).encode())
        click.echo(f"Wrote {register}. Answer its questions, then: handbell apply {register}", err=as_json)
    if as_json:
        print_json([reading_as_json(reading) for reading in readings])
    elif register is None:
        for reading in readings:
            _show(reading)
    return 1 if refused else 0


def _read_all(files: tuple[Path, ...], on: date, *, quiet: bool) -> tuple[list[Reading], list[str]]:
    readings, refused = [], []
    with IsolatedReader() as reader, progress(files, "Reading", quiet=quiet) as each:
        for file in each:
            try:
                readings.append(reader.read(file, on))
            except UnreadableDocument as error:
                refused.append(str(error))
    return readings, refused


def _show(reading: Reading) -> None:
    header = reading.header
    unlike = document_sort(header.title, reading.text.lines).first_line
    if unlike:
        click.secho(f"\n{unlike}", bold=True)
    click.secho(f"\n{header.title or 'No title found'}", bold=True)
    click.echo(f"  {header.school or 'no school named'}, {reading.text.file}")
    click.echo(f"  {reading.standing.state}: {reading.standing.why}\n")
    print_rows(
        [
            ("reviewed", _date(header.last_reviewed)),
            ("approved", _date(header.approved_on)),
            ("next review", _date(header.next_review)),
            ("cycle", _cycle(header.review_cycle_months)),
            ("approver", header.approver or "not stated"),
            ("owner", header.owner or "not stated"),
            ("DSL", ", ".join(header.dsl) or "not stated"),
            ("channels", ", ".join(header.official_channels) or "none stated"),
        ]
    )
    stated = sum(clause.stated for clause in reading.clauses)
    click.echo(f"\n  {len(reading.clauses)} duties, {stated} of them with who must do it")
    for clause in reading.clauses:
        who, when = clause.who or "not said", clause.when or "always"
        click.echo(f"    line {clause.line}: {who}: {clause.what} ({when})")
    for finding in reading.findings:
        click.echo(f"\n  {finding.level}: {finding.says}")
        if finding.quote:
            click.echo(f"    line {finding.line}: {finding.quote}")


def _date(fact: DateFact | None) -> str:
    return f"{fact.value}  line {fact.line}: {fact.quote}" if fact else "not stated"


def _cycle(months: int | None) -> str:
    return f"every {months} months" if months else "not stated"


Status = Literal["does", "records", "asks", "says", "later", "outside"]
NOT_DONE = ("later", "outside")
COLUMNS = ("id", "setting", "kind", "handled_by", "status", "note")


@dataclass(frozen=True, slots=True)
class Covered:
    """One clause and what carries it out: keys of obligations, or route:CATEGORY."""

    id: str
    school: str
    kind: str
    handled_by: tuple[str, ...]
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a coverage table, by status. `later` says which part of the work does the rest."""

    clauses: int
    does: int
    records: int
    asks: int
    says: int
    later: Mapping[str, int]
    outside: int
    by_setting: Mapping[str, Mapping[str, int]]

    def __str__(self) -> str:
        later = sum(self.later.values())
        counted = f"{self.does} does, {self.records} records, {self.asks} asks, {self.says} says"
        lines = [f"{self.clauses} clauses: {counted}, {later} later, {self.outside} outside"]
        lines += [f"  later, with {part}: {count}" for part, count in self.later.items()]
        lines += [f"  {school}: {_in_words(counts)}" for school, counts in self.by_setting.items()]
        return "\n".join(lines)


def count(path: Path) -> Figures:
    """Count a coverage table, or raise BadInput with every wrong line."""
    rows = read(path)
    by_setting: dict[str, Counter[str]] = {}
    for row in rows:
        by_setting.setdefault(row.school, Counter())[row.status] += 1
    later = Counter(row.note.partition(":")[0] for row in rows if row.status == "later")
    statuses = Counter(row.status for row in rows)
    schools = {
        school: {status: counts[status] for status in get_args(Status) if counts[status]}
        for school, counts in by_setting.items()
    }
    return Figures(
        clauses=len(rows),
        does=statuses["does"],
        records=statuses["records"],
        asks=statuses["asks"],
        says=statuses["says"],
        later=dict(later),
        outside=statuses["outside"],
        by_setting=schools,
    )


def read(path: Path) -> list[Covered]:
    """Read a coverage table."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            given = list(table)
            columns = tuple(table.fieldnames or ())
    except (OSError, UnicodeDecodeError) as error:
        wrong = f"cannot be read ({error})"
        raise BadInput([Problem(str(path), None, None, wrong, "Name a coverage table.")]) from None
    if columns != COLUMNS:
        right = f"The columns are {', '.join(COLUMNS)}."
        raise BadInput([Problem(path.name, 1, None, "does not have the columns of a coverage table", right)])
    problems = [problem for line, row in enumerate(given, 2) for problem in _problems(path.name, line, row)]
    if problems:
        raise BadInput(problems)
    return [_covered(row) for row in given]


def _problems(file: str, line: int, row: Mapping[str, str]) -> list[Problem]:
    found = []
    if row["status"] not in get_args(Status):
        wrong = f'"{row["status"]}" is not a status'
        found.append(Problem(file, line, "status", wrong, f"Use {', '.join(get_args(Status))}."))
    if row["status"] in NOT_DONE and not row["note"]:
        right = "Say which part of the work does it, or why it is outside."
        found.append(Problem(file, line, "note", "is empty", right))
    if row["status"] != "outside" and not row["handled_by"]:
        found.append(Problem(file, line, "handled_by", "is empty", "Name the obligation or route."))
    return found


def _covered(row: Mapping[str, str]) -> Covered:
    return Covered(
        id=row["id"],
        school=row["setting"],
        kind=row["kind"],
        handled_by=tuple(row["handled_by"].split()),
        status=cast("Status", row["status"]),
        note=row["note"],
    )


def _in_words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {status}" for status, number in counts.items())


def show(path: Path, *, as_json: bool) -> int:
    """Print the counts of a coverage table."""
    figures = count(path)
    if as_json:
        print_json(figures)
    else:
        click.echo(str(figures))
    return 0
