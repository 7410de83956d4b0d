"""handbell admin: the way in for the first administrator, and who opens cases before anybody can confirm."""

from __future__ import annotations

from typing import Any

import click

from bot.actions.case_holders import confirm_as_operator
from bot.actions.sign_in import make_first_link
from bot.bootstrap import clock, make_services
from bot.commands.people import only_setting
from bot.settings import load_settings


def print_link(given: dict[str, Any], setting: str | None, email: str | None) -> int:
    """Print a link that signs the head or the business manager in once, and nothing else on stdout."""
    services = make_services(load_settings(**given))
    try:
        where = setting or only_setting(services.store)
        address, name = make_first_link(services, where, email, clock())
    finally:
        services.store.close()
    click.echo(address)
    click.echo(f"It signs {name} in once, within 24 hours. Give it to nobody else.", err=True)
    return 0


def confirm(given: dict[str, Any], setting: str | None, email: str | None) -> int:
    """Confirm the head, or whoever has an address, in the roles that open cases."""
    services = make_services(load_settings(**given))
    try:
        where = setting or only_setting(services.store)
        done = confirm_as_operator(services, where, email, clock())
    finally:
        services.store.close()
    for name, role in done:
        click.echo(f"{name}: {role}")
    return 0
