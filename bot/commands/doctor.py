"""handbell doctor: what is wrong or missing, with a hint for each finding."""

from __future__ import annotations

from typing import Any

import click

from bot.bootstrap import clock, signing_key
from bot.checks import Outside, of_settings
from bot.checks import examine as examine_installation
from bot.commands.show import print_json
from bot.errors import BadInput, HandbellError
from bot.settings import Settings, load_settings
from bot.signatures import fingerprint

COLOURS = {"problem": "red", "warning": "yellow", "info": "blue"}


def examine(given: dict[str, Any], outside: Outside, *, as_json: bool) -> int:
    """Print the findings and the fingerprint of the key that signs evidence; exit 1 on a problem."""
    key = None
    try:
        settings = load_settings(**given)
        found = examine_installation(settings, clock(), outside)
        key = _fingerprint(settings)
    except BadInput as error:
        found = of_settings(error)
    if as_json:
        print_json({"findings": found, "signing_key": key})
    elif not found:
        click.echo("All is well.")
    for finding in () if as_json else found:
        click.secho(f"{finding.code} {finding.level}", fg=COLOURS[finding.level], bold=True, nl=False)
        where = f" ({finding.setting})" if finding.setting else ""
        click.echo(f"{where}: {finding.says}")
        if finding.hint:
            click.echo(f"    {finding.hint}")
    if key is not None and not as_json:
        click.echo(f"Evidence packs are signed with the key {key}.")
    return 1 if any(finding.level == "problem" for finding in found) else 0


def _fingerprint(settings: Settings) -> str | None:
    """Spell the fingerprint of the key that signs evidence; None: there is none to be had."""
    try:
        key = signing_key(settings)
    except (HandbellError, OSError):
        return None
    return fingerprint(key.public) if key is not None else None
