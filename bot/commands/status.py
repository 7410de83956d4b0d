"""handbell status: the dashboard's figures in a terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from bot.actions.dashboard import read_dashboard
from bot.actions.gather import gather, gather_by_few, school_day
from bot.bootstrap import clock, make_services, open_data
from bot.commands.show import print_json
from bot.domain.days import full
from bot.domain.status import figures
from bot.errors import BadInput, Problem
from bot.messages.dashboard_card import dashboard_card
from bot.settings import load_settings
from bot.store import registers
from bot.web.schoolcard import card_facts


def show(given: dict[str, Any], on: date, *, as_json: bool) -> int:
    """Print where each setting stands on a day."""
    with open_data(load_settings(**given)).reading() as conn:
        standing = tuple(one for snapshot in gather_by_few(conn, on) for one in figures(snapshot, on))
    if as_json:
        print_json({"on": on, "settings": standing})
        return 0
    if not standing:
        click.echo("No setting has been loaded yet. Begin with: handbell read POLICY... --register OUT.yaml")
    return _print(standing, on)


def show_card(given: dict[str, Any], setting: str | None) -> int:
    """Print the dashboard of one setting as an Adaptive Card."""
    services = make_services(load_settings(**given))
    now = clock()
    today = school_day(now)
    with services.store.reading() as conn:
        key = _the_one(tuple(registers.setting_keys(conn)), setting)
        snapshot = gather(conn, today, (key,))
    seen = read_dashboard(services, snapshot, key, None, now)
    print_json(dashboard_card(card_facts(seen, snapshot, f"{services.base_url}/school")))
    return 0


def _the_one(known: tuple[str, ...], setting: str | None) -> str:
    """Choose the setting: the one named, or the only one."""
    if setting is None and len(known) == 1:
        return known[0]
    if setting in known:
        return setting
    right = f"Name one of these with --setting: {', '.join(known) or 'none is loaded'}."
    raise BadInput(
        [Problem("status", None, "--setting", f"{setting or 'nothing'} is not one of them", right)]
    )


def _print(standing: Any, on: date) -> int:
    for one in standing:
        click.secho(f"{one.name}, {full(on)}", bold=True)
        for tile in one.tiles:
            counts = ", ".join(f"{count} {state}" for state, count in tile.counts.items() if count)
            click.echo(f"\n  {tile.area}: {counts or 'nothing to do'}")
            click.echo(f"    {tile.why}")
            click.echo(f"    {tile.next_step}")
    return 0
