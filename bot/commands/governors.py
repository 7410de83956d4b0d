"""handbell report governors: the termly paper as a PDF file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.actions.governors_report import report
from bot.bootstrap import clock, make_services
from bot.commands.output import write_whole
from bot.commands.people import only_setting
from bot.settings import load_settings


def write(given: dict[str, Any], out: Path, setting: str | None, first_on: date | None) -> int:
    """Write the report of one setting."""
    services = make_services(load_settings(**given))
    try:
        write_whole(out, report(services, setting or only_setting(services.store), clock(), first_on))
    finally:
        services.store.close()
    click.echo(f"Written to {out}.")
    return 0
