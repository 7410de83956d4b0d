"""handbell cases: making and rotating the keys that seal them. No command shows what a case says."""

from __future__ import annotations

from typing import Any

import click

from bot.actions.case_keys import rotate
from bot.bootstrap import clock, make_services
from bot.sealing import new_master_key
from bot.settings import load_settings


def make_key() -> int:
    """Print a new master key, and nothing else on stdout."""
    click.echo(new_master_key())
    said = "Put it first in HANDBELL_CASE_KEYS, or in the file that HANDBELL_CASE_KEYS_FILE names."
    click.echo(f"{said} Keep a copy apart from the data folder and from its backups.", err=True)
    return 0


def rotate_keys(given: dict[str, Any]) -> int:
    """Wrap every case's key by the first master key of the list."""
    services = make_services(load_settings(**given))
    try:
        count = rotate(services, clock(), "command line")
    finally:
        services.store.close()
    told = "1 case is" if count == 1 else f"{count} cases are"
    click.echo(f"{told} under the newest key now. The older keys can be taken out of the list.")
    return 0
