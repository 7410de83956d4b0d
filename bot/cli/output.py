"""Files a command writes for people: whole or not at all, and a plain reason when it cannot."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bot.core.errors import BadInput, Problem
from connectors.local import whole_file


def forget(draft: Path) -> None:
    """Delete an unfinished draft, if there is one."""
    with contextlib.suppress(OSError):
        draft.unlink()


def must_be_a_file(out: Path) -> None:
    """Refuse a device, pipe or folder before anything is made: the rename at the end would replace it.

    BadInput: something that is no file has that name, or there is no folder to write it into.
    """
    try:
        if out.exists() and not out.is_file():
            wrong = "is there already and is no ordinary file, so it is left as it is"
            raise refused(out, wrong)
        if not out.parent.is_dir():
            raise refused(out, f"cannot be written: there is no folder {out.parent}")
    except OSError as error:
        raise refused(out, f"cannot be written ({error.strerror})") from None


def refused(out: Path, wrong: str) -> BadInput:
    """Return why a file cannot be written."""
    return BadInput([Problem(str(out), None, None, wrong, "Name a file you may write.")])


def write_whole(out: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the earlier one or the new one, never half. BadInput: it cannot."""
    must_be_a_file(out)
    try:
        whole_file.write_whole(out, content)
    except OSError as error:
        raise refused(out, f"cannot be written ({error.strerror})") from None
