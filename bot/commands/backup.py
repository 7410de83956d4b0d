"""handbell backup and handbell restore: an installation as one file, and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from bot.actions.backup import ENDS, back_up, look_through
from bot.actions.backup import restore as put_back
from bot.bootstrap import clock, open_data
from bot.commands.output import forget, must_be_a_file, refused
from bot.errors import BadInput, Problem
from bot.settings import load_settings


def write(given: dict[str, Any], out: Path) -> int:
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
    """Put a backup into an empty installation."""
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
