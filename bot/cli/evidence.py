"""handbell evidence, backup, restore and report governors: one signed file, one whole copy, one paper."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.bootstrap.services import clock, make_services, open_data, signing_key
from bot.cases.governors_report import report
from bot.cli.output import forget, must_be_a_file, refused, write_whole
from bot.cli.people import only_school
from bot.cli.verify import newest_entry, number_of_records
from bot.core.config import load_settings
from bot.core.dates import long_date
from bot.core.errors import BadInput, Problem
from bot.core.signatures import fingerprint, new_signing_key, read_signing_key
from bot.database.engine import Store
from bot.evidence_pack.export import export
from bot.operations.backup import ENDS, back_up, look_through
from bot.operations.backup import restore as put_back
from bot.records import register as record_register


def write_backup(given: dict[str, Any], out: Path) -> int:
    """Write a backup while Handbell goes on working. Only this user can read the file."""
    must_be_a_file(out)
    settings = load_settings(**given)
    store = open_data(settings)
    draft = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            held = back_up(store, settings.data, file, clock())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(out)
    except OSError as error:
        forget(draft)
        raise refused(out, f"cannot be written ({error.strerror})") from None
    finally:
        store.close()
    click.echo(f"Written to {out}: {held.rows:,} rows and {held.files} files.")
    click.echo("It names everyone in the school: keep it as safe as the school's records.")
    click.echo("The keys of cases are not in it. Keep them somewhere else; without them no case can be read.")
    click.echo("Nor are the keys that sign links and evidence: a restored installation has its own.")
    return 0


def restore(given: dict[str, Any], source: Path) -> int:
    """Restore a backup into an empty installation."""
    settings = load_settings(**given)
    try:
        # Before the database is opened, which would make one: a file that is refused leaves nothing behind.
        look_through(source)
        store = open_data(settings)
        try:
            held = put_back(store, settings.data, source)
        finally:
            store.close()
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise BadInput([Problem(str(source), None, None, wrong, "Name a backup.")]) from None
    click.echo(f"Restored from {source}, made {held.made_at}: {held.rows:,} rows and {held.files} files.")
    click.echo(ENDS)
    click.echo("Next: handbell doctor")
    return 0


def write_pack(given: dict[str, Any], as_at: date, out: Path, school: str | None) -> int:
    """Write the evidence of one school, or of all, as of the end of a day."""
    settings = load_settings(**given)
    store = open_data(settings)
    try:
        key = signing_key(settings)
        if key is None:
            right = "Give every machine the same: handbell evidence make-key prints one."
            raise BadInput([Problem("settings", None, "HANDBELL_SIGNING_KEY", "is not given", right)])
        pack = export(store, _chosen(store, school), as_at, clock(), key)
        write_whole(out, pack.content)
    finally:
        store.close()
    click.echo(f"Written to {out}: {number_of_records(pack.records)}, as at {long_date(as_at)}.")
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


def _chosen(store: Store, school: str | None) -> list[str]:
    with store.reading() as conn:
        known = record_register.school_keys(conn)
    if school is None and known:
        return known
    if school in known:
        return [school]
    right = (
        f"Name one of these with --setting: {', '.join(known)}." if known else "First: handbell apply FILE."
    )
    wrong = f"{school} is not one of them" if school else "no setting has been loaded yet"
    raise BadInput([Problem("--setting", None, None, wrong, right)])


def write_report(given: dict[str, Any], out: Path, school: str | None, first_on: date | None) -> int:
    """Write the report of one school."""
    services = make_services(load_settings(**given))
    try:
        write_whole(out, report(services, school or only_school(services.store), clock(), first_on))
    finally:
        services.store.close()
    click.echo(f"Written to {out}.")
    return 0
