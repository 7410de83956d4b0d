"""Files a command writes for people: whole or not at all, and a plain reason when it cannot."""

from __future__ import annotations

import contextlib
from pathlib import Path

from bot.errors import BadInput, Problem
from connectors.local import whole_file


def forget(draft: Path) -> None:
    """Take a draft away that came to nothing, where there is one."""
    with contextlib.suppress(OSError):
        draft.unlink()


def write_whole(out: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the earlier one or the new one, never half. BadInput: it cannot."""
    try:
        whole_file.write_whole(out, content)
    except OSError as error:
        wrong = f"cannot be written ({error.strerror})"
        raise BadInput([Problem(str(out), None, None, wrong, "Name a file you may write.")]) from None
