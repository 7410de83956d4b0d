"""Printing: JSON alone on stdout, tables for people, colour only where click finds a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, TypeVar

import click

Thing = TypeVar("Thing")
JSON_NAMES = {"school": "setting"}


def print_json(document: Any) -> None:
    """Print one JSON document and a line end."""
    click.echo(json.dumps(document, default=_plain, ensure_ascii=False, indent=2))


def record_as_json(record: Any) -> dict[str, Any]:
    """Return a dataclass with the names its fields have in JSON: a school's key is `setting`."""
    return asdict(record, dict_factory=lambda pairs: {JSON_NAMES.get(name, name): one for name, one in pairs})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return record_as_json(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)


def print_rows(rows: Sequence[Sequence[str]], indent: str = "  ") -> None:
    """Print columns, each as wide as its widest cell but the last, which runs on."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo(indent + "  ".join([*cells, row[-1]]).rstrip())


@contextmanager
def progress(things: Sequence[Thing], label: str, *, quiet: bool) -> Iterator[Iterator[Thing]]:
    """Walk `things` with a bar on stderr when there are many and a person is watching."""
    if quiet or len(things) < 2 or not sys.stderr.isatty():
        yield iter(things)
        return
    with click.progressbar(things, label=label, file=sys.stderr) as bar:
        yield iter(bar)


def show_waiting(waiting: Sequence[Sequence[str]], otherwise: str = "") -> None:
    """Print what rules wait for, an event a line, with when it rings; nothing where none does."""
    if waiting:
        said = f" ({otherwise})" if otherwise else ""
        click.secho(f"\nrules that wait for something to happen{said}", bold=True)
        print_rows(waiting)
