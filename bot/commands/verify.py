"""handbell verify: the check of an evidence pack. It needs the file and nothing else of Handbell's data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from bot.actions.evidence_check import Checked, check
from bot.commands.show import print_json
from bot.domain.days import plain
from bot.errors import BadInput, Problem


def verify(path: Path, key: str | None, *, as_json: bool) -> int:
    """Say whether a pack holds; 1 when anything in it was changed, or `key` did not sign it."""
    found = _checked(path, key)
    if as_json:
        print_json(asdict(found))
        return 1 if found.wrong else 0
    if found.wrong:
        for one in found.wrong:
            click.echo(f"{path}: {one}.", err=True)
        return 1
    of = ", ".join(f"{name} ({key})" if name else key for key, name in (found.settings or {}).items())
    as_at = plain(date.fromisoformat(found.as_at))
    click.echo(f"{path} holds: {number_of_records(found.records)} of {of}, as at {as_at}.")
    if found.key:
        click.echo(f"Signed with the key {found.key}{', as you named it' if key is not None else ''}.")
    for one in found.unproven:
        click.echo(f"The file cannot show {one}.")
    click.echo(newest_entry(found.entries, found.head))
    return 0


def _checked(path: Path, key: str | None) -> Checked:
    try:
        return check(path, key)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise BadInput([Problem(str(path), None, None, wrong, "Name a file of evidence.")]) from None


def number_of_records(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"


def newest_entry(entries: int, head: str) -> str:
    """Tell the newest entry of the chain, in the same words where a pack is made and where it is checked."""
    return f"Newest entry of the chain: {entries}, {head}. Note it somewhere else to prove it later."
