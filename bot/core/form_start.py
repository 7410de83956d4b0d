"""Optimistic concurrency for forms: a submission from a stale page does not undo newer changes.

A page puts `start_of` its values into the hidden field `was`. The transaction that saves compares it with the
values stored by then.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from bot.core.validation import FieldError, ValidationFailed

T = TypeVar("T")
CHANGED = FieldError(
    "main",
    "Someone else changed these details after you opened this page. Check them below, then make your change"
    " again. Nothing you sent was saved.",
)


def start_of(*facts: object) -> str:
    """Return a SHA-256 of facts, the same in every process: sets are hashed in order."""
    return sha256(
        repr([sorted(one) if isinstance(one, frozenset) else one for one in facts]).encode()
    ).hexdigest()


def is_older(was: str, *facts: object) -> bool:
    """Return whether a form started from other facts; `was` empty: no page said what it was."""
    return was not in {"", start_of(*facts)}


def check_start(was: str, *facts: object) -> None:
    """Refuse, with CHANGED, a form that started from other facts."""
    if is_older(was, *facts):
        raise ValidationFailed(CHANGED)


def unless_older(was: str, shows: Callable[[T], object], change: Callable[[T], T]) -> Callable[[T], T]:
    """Guard a change: it raises Refused where the form started from something else than `shows` says now.

    What would change nothing is no fault: the same form sent twice is taken twice.
    """

    def guarded(known: T) -> T:
        changed = change(known)
        if changed != known:
            check_start(was, shows(known))
        return changed

    return guarded
