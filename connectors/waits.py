"""How long a vendor asks us to wait: Retry-After, in seconds or as a date."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime


def seconds(said: str, answered: str, now: datetime | None = None) -> float | None:
    """Read Retry-After; None: nothing that can be read.

    A date is measured against the answer's own (`answered`, its Date), as our clock may be wrong; against
    `now` where the answer has none.
    """
    if said.strip().isdecimal():
        return float(said)
    until, at = _moment(said), _moment(answered) or now
    return None if until is None or at is None else max(0.0, (until - at).total_seconds())


def _moment(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
