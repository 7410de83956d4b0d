"""handbell coverage: how many clauses Handbell carries out, by status."""

from __future__ import annotations

from pathlib import Path

import click

from bot.commands.show import print_json
from bot.register.coverage import count


def show(path: Path, *, as_json: bool) -> int:
    """Print the counts of a coverage table."""
    figures = count(path)
    if as_json:
        print_json(figures)
    else:
        click.echo(str(figures))
    return 0
