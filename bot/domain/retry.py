"""When to try a delivery again, and when to stop and tell a person."""

from __future__ import annotations

from datetime import timedelta

# Quick at first, for a server that restarts; then patient, for one that is down. About a day in all.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 480))


def after_failure(attempts: int, after: float | None = None) -> timedelta | None:
    """Say how long to wait after attempt number `attempts`; None: give up.

    `after` is what the vendor asked for, in seconds; it can lengthen a wait and never shortens one.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1]
    return wait if after is None else max(wait, timedelta(seconds=after))
