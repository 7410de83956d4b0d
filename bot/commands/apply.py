"""handbell apply: show what a register would change, then change it in one transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.actions.configure import Change, apply_register, compare
from bot.actions.happened import waits_of
from bot.bootstrap import clock, open_data
from bot.commands.show import show_waiting
from bot.register.convert import to_domain
from bot.register.documents import documents_of
from bot.register.load import load
from bot.settings import load_settings


def run(given: dict[str, Any], register: Path, *, check: bool, yes: bool) -> int:
    """Compare, ask, apply. Applying the same file twice changes nothing the second time."""
    file = load(register)
    wanted, documents = to_domain(file), documents_of(file, register.parent)
    store = open_data(load_settings(**given))
    changes = compare(store, wanted, documents=documents)
    _print(changes)
    show_waiting(waits_of(wanted.obligations))
    if check or not changes:
        return 0
    if not yes and not click.confirm("Make these changes?"):
        click.echo("Nothing was changed.")
        return 1
    apply_register(store, wanted, documents=documents, now=clock(), actor="command line")
    click.echo(f"{len(changes)} changes made.")
    return 0


def _print(changes: tuple[Change, ...]) -> None:
    if not changes:
        click.echo("Nothing to change: the store agrees with this file.")
    for change in changes:
        click.echo(f"  {change}")
