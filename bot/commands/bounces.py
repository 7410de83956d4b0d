"""handbell bounces: what mail servers sent back, noted and shown to the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bot.actions.bounces import Noted, note_bounces
from bot.bootstrap import clock, open_data
from bot.settings import load_settings
from connectors.local.bounces import read_bounces


def note(given: dict[str, Any], files: tuple[Path, ...]) -> int:
    """Read every file before anything is noted; then print whom each notice is about."""
    bounces = [bounce for file in files for bounce in read_bounces(file)]
    noted = note_bounces(open_data(load_settings(**given)), bounces, now=clock(), actor="command line")
    for one in noted:
        click.echo(f"{_who(one)} <{one.bounce.address}>: {one.bounce.says}")
    click.echo(f"{sum(one.person is not None for one in noted)} people cannot be written to.")
    refused = sum(one.bounce.of_sending for one in noted)
    if refused:
        click.echo(f"{refused} came back because our own sending is refused: see handbell doctor, H203.")
    return 0


def _who(one: Noted) -> str:
    if one.bounce.of_sending:
        return "our own sending is refused"
    return one.person.name if one.person is not None else "nobody here"
