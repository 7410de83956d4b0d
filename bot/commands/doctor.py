"""handbell doctor: what is wrong or missing, with a hint for each finding."""

from __future__ import annotations

from typing import Any

import click

from bot.bootstrap import clock
from bot.checks import examine as examine_installation
from bot.checks import of_settings
from bot.commands.show import print_json
from bot.errors import BadInput
from bot.settings import load_settings

COLOURS = {"problem": "red", "warning": "yellow", "info": "blue"}


def examine(given: dict[str, Any], *, as_json: bool) -> int:
    """Print the findings; exit 1 when one of them is a problem."""
    try:
        found = examine_installation(load_settings(**given), clock())
    except BadInput as error:
        found = of_settings(error)
    if as_json:
        print_json({"findings": found})
    elif not found:
        click.echo("All is well.")
    for finding in () if as_json else found:
        click.secho(f"{finding.code} {finding.level}", fg=COLOURS[finding.level], bold=True, nl=False)
        where = f" ({finding.setting})" if finding.setting else ""
        click.echo(f"{where}: {finding.says}")
        if finding.hint:
            click.echo(f"    {finding.hint}")
    return 1 if any(finding.level == "problem" for finding in found) else 0
