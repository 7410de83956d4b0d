"""handbell evidence export and make-key: evidence as one signed file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.actions.evidence_pack import export
from bot.bootstrap import clock, open_data, signing_key
from bot.commands.output import write_whole
from bot.commands.verify import newest_entry, number_of_records
from bot.domain.days import plain
from bot.errors import BadInput, Problem
from bot.settings import load_settings
from bot.signatures import fingerprint, new_signing_key, read_signing_key
from bot.store import registers
from bot.store.engine import Store


def write(given: dict[str, Any], as_at: date, out: Path, setting: str | None) -> int:
    """Write the evidence of one setting, or of all, as it was at the end of a day."""
    settings = load_settings(**given)
    store = open_data(settings)
    try:
        key = signing_key(settings)
        if key is None:
            right = "Give every machine the same: handbell evidence make-key prints one."
            raise BadInput([Problem("settings", None, "HANDBELL_SIGNING_KEY", "is not given", right)])
        pack = export(store, _chosen(store, setting), as_at, clock(), key)
        write_whole(out, pack.content)
    finally:
        store.close()
    click.echo(f"Written to {out}: {number_of_records(pack.records)}, as at {plain(as_at)}.")
    click.echo(f"Signed with the key {pack.key}.")
    click.echo(newest_entry(pack.entries, pack.head))
    for receipt in pack.missing:
        click.echo(f"{receipt} is noted in the ledger, and its record is gone.", err=True)
    for receipt in pack.unnoted:
        click.echo(f"{receipt} is kept, and the ledger does not note it.", err=True)
    if pack.missing or pack.unnoted:
        click.echo("handbell verify will say so too. First: handbell doctor.", err=True)
    return 1 if pack.missing or pack.unnoted else 0


def make_key() -> int:
    """Print a new key, and nothing else on stdout."""
    key = new_signing_key()
    click.echo(key)
    click.echo(f"Its fingerprint: {fingerprint(read_signing_key(key).public)}.", err=True)
    said = "Put it into the file that HANDBELL_SIGNING_KEY_FILE names, the same on every machine."
    click.echo(f"{said} Keep a copy apart from the data folder and from its backups.", err=True)
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
