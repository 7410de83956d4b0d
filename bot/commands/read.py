"""handbell read: documents in, facts out."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from bot.commands.output import must_be_a_file, write_whole
from bot.commands.show import print_json, print_rows, progress
from bot.errors import UnreadableDocument
from bot.reading.document import as_json as reading_as_json
from bot.reading.facts import DateFact, Reading
from bot.reading.isolated import IsolatedReader
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
    click.secho(f"\n{header.title or 'No title found'}", bold=True)
    click.echo(f"  {header.setting or 'no setting named'}, {reading.text.file}")
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
    likely = sum(clause.likely for clause in reading.clauses)
    unsure = f"; of {likely} we are not sure what sort they are" if likely else ""
    click.echo(f"\n  {len(reading.clauses)} duties, {stated} with their timing stated{unsure}")
    for finding in reading.findings:
        click.echo(f"\n  {finding.level}: {finding.says}")
        if finding.quote:
            click.echo(f"    line {finding.line}: {finding.quote}")


def _date(fact: DateFact | None) -> str:
    return f"{fact.value}  line {fact.line}: {fact.quote}" if fact else "not stated"


def _cycle(months: int | None) -> str:
    return f"every {months} months" if months else "not stated"
