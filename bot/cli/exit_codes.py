"""What every command has in common: errors become exit codes, and words become days and shares."""

from __future__ import annotations

import math
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import click

from bot.core.errors import HandbellError
from bot.rules.hash_chain import Anchor, read_anchor

# As the shell says of a program whose reader went away (128 + SIGPIPE): cat, grep and git end so under bash.
# Not 0, for not all was printed; not 1, which is a finding or refused input, and nothing changed.
READER_LEFT = 141
# EX_IOERR of sysexits.h: what was asked may have been done, so it is not 1 either.
NOT_PRINTED = 74


class Handbell(click.Group):
    """Turns our own errors into exit code 1 with the message on stderr; failed output has its own codes."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _printing():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _printing():
                return super().invoke(ctx)
        except HandbellError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@contextmanager
def _printing() -> Iterator[None]:
    """End in a line, or quietly, when no one takes what is printed; any other OSError is not ours to hide."""
    try:
        yield
    except OSError as error:
        if not _while_printing(error):
            raise
        _turn_output_away()
        if isinstance(error, BrokenPipeError):
            sys.exit(READER_LEFT)
        says = f"What it says cannot be printed ({error.strerror}). Make room there, or send it elsewhere."
        click.echo(f"{says} Whatever it changed before that stays changed.", err=True)
        sys.exit(NOT_PRINTED)


def _while_printing(error: OSError) -> bool:
    """Return whether click was printing: a full disk elsewhere is told by the person who writes there."""
    return any(frame.f_code is click.echo.__code__ for frame, _ in traceback.walk_tb(error.__traceback__))


def _turn_output_away() -> None:
    """Redirect stdout to nowhere: Python's last flush would fail again, with a traceback."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class Day(click.ParamType):  # type: ignore[type-arg]  # click 8.2 cannot be told of what
    """A day as the list of people takes it: ISO or British, in a year that is likely."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from connectors.local.roster import day  # noqa: PLC0415 - where a day is given

        try:
            found = day(str(value).strip())
        except ValueError as error:
            wrong, right = error.args
            self.fail(f"{wrong}. {right}", param, ctx)
        if found is None:
            self.fail("no date is given. Write it as 4/12/2026 or 2026-12-04.", param, ctx)
        return found


class Code(click.ParamType):  # type: ignore[type-arg]  # as above
    """A code of the ledger, as it was printed or mailed."""

    name = "code"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Anchor:
        try:
            return read_anchor(str(value))
        except ValueError as error:
            self.fail(f"{error}.", param, ctx)


class Share(click.FloatRange):
    """A number from 0 to 1; "nan" is neither under nor over either, and is refused."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f'"{value}" is not a number from 0 to 1.', param, ctx)
        return found
