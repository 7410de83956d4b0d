"""handbell verify: the check of an evidence pack. It needs the file and nothing else of Handbell's data."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from bot.cli.show import print_json
from bot.core.dates import long_date
from bot.core.errors import BadInput, Problem
from bot.evidence_pack.verify import VerificationInputs, VerificationResult, check
from bot.rules.hash_chain import anchor_code


def verify(path: Path, against: VerificationInputs, *, as_json: bool) -> int:
    """Return whether a pack holds by itself and against what is known beside it; 1 when it does not."""
    found = _checked(path, against)
    if as_json:
        print_json(asdict(found))
        return 1 if found.wrong else 0
    if found.wrong:
        for one in found.wrong:
            click.echo(f"{path}: {one}.", err=True)
        return 1
    of = ", ".join(f"{name} ({key})" if name else key for key, name in (found.settings or {}).items())
    as_at = long_date(date.fromisoformat(found.as_at))
    click.echo(f"{path} holds: {number_of_records(found.records)} of {of}, as at {as_at}.")
    if found.key:
        click.echo(
            f"Signed with the key {found.key}{', as you named it' if against.key is not None else ''}."
        )
    for anchor in against.anchors:
        click.echo(f"Entry {anchor.seq} of the ledger has the hash that the code names.")
    if against.after is not None:
        click.echo(f"It continues {against.after}: the same chain, the same key, and every record of it.")
    for stamp in found.stamps:
        by = " by the authority you named" if against.authority is not None else ""
        click.echo(f"Entry {stamp.entry} was stamped at {stamp.at}{by}.")
    for one in found.unproven:
        click.echo(f"The file cannot show {one}.")
    click.echo(newest_entry(found.entries, found.head))
    return 0


def _checked(path: Path, against: VerificationInputs) -> VerificationResult:
    try:
        return check(path, against)
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise BadInput([Problem(str(path), None, None, wrong, "Name a file of evidence.")]) from None


def number_of_records(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"


def newest_entry(entries: int, head: str) -> str:
    """Return one line on the newest entry of the chain, as export and verify print it."""
    code = f" Its code: {anchor_code(entries, head)}." if entries else ""
    return f"Newest entry of the chain: {entries}, {head}.{code} Note it somewhere else to prove it later."
