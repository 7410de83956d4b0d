"""handbell status: the dashboard's figures in a terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from bot.actions.gather import gather
from bot.bootstrap import open_data
from bot.commands.show import in_words, print_json
from bot.domain.status import figures
from bot.settings import load_settings


def show(given: dict[str, Any], on: date, *, as_json: bool) -> int:
    """Print where each setting stands on a day."""
    with open_data(load_settings(**given)).reading() as conn:
        snapshot = gather(conn, on)
    standing = figures(snapshot, on)
    if as_json:
        print_json({"on": on, "settings": standing})
        return 0
    if not snapshot.settings:
        click.echo("No setting has been loaded yet. Begin with: handbell read POLICY... --register OUT.yaml")
    return _print(standing, on)


def _print(standing: Any, on: date) -> int:
    for one in standing:
        click.secho(f"{one.name}, {in_words(on)}", bold=True)
        for tile in one.tiles:
            counts = ", ".join(f"{count} {state}" for state, count in tile.counts.items() if count)
            click.echo(f"\n  {tile.area}: {counts or 'nothing to do'}")
            click.echo(f"    {tile.why}")
            click.echo(f"    {tile.next_step}")
    return 0
