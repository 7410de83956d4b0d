"""handbell evidence export and handbell verify: evidence as one file, and its check."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.actions.evidence_check import check
from bot.actions.evidence_pack import export
from bot.bootstrap import clock, open_data
from bot.commands.output import write_whole
from bot.commands.show import print_json
from bot.domain.days import plain
from bot.errors import BadInput, Problem
from bot.settings import load_settings
from bot.store import registers
from bot.store.engine import Store


def write(given: dict[str, Any], as_at: date, out: Path, setting: str | None) -> int:
    """Write the evidence of one setting, or of all, as it was at the end of a day."""
    store = open_data(load_settings(**given))
    try:
        pack = export(store, _chosen(store, setting), as_at, clock())
        write_whole(out, pack.content)
    finally:
        store.close()
    click.echo(f"Written to {out}: {_records(pack.records)}, as at {plain(as_at)}.")
    click.echo(_head(pack.entries, pack.head))
    return 0


def verify(path: Path, *, as_json: bool) -> int:
    """Say whether a file of evidence holds; 1 when anything in it was changed."""
    try:
        found = check(path)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise BadInput([Problem(str(path), None, None, wrong, "Name a file of evidence.")]) from None
    if as_json:
        print_json(asdict(found))
        return 1 if found.wrong else 0
    if found.wrong:
        for one in found.wrong:
            click.echo(f"{path}: {one}.", err=True)
        return 1
    of, as_at = ", ".join(found.settings), plain(date.fromisoformat(found.as_at))
    click.echo(f"{path} holds: {_records(found.records)} of {of}, as at {as_at}.")
    click.echo(_head(found.entries, found.head))
    return 0


def _chosen(store: Store, setting: str | None) -> list[str]:
    with store.reading() as conn:
        known = registers.setting_keys(conn)
    if setting is None and known:
        return known
    if setting in known:
        return [setting]
    right = (
        f"Name one of these with --setting: {', '.join(known)}." if known else "First: handbell apply FILE."
    )
    wrong = f"{setting} is not one of them" if setting else "no setting has been loaded yet"
    raise BadInput([Problem("--setting", None, None, wrong, right)])


def _records(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"


def _head(entries: int, head: str) -> str:
    return f"Newest entry of the chain: {entries}, {head}. Note it somewhere else to prove it later."
