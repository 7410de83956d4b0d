"""How long a closed case is kept: a default for each category, which the DPO confirms once a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.rules.policies import add_months

# Years after closing. Allegations: to normal pension age, or ten years if that is longer; the form asks.
YEARS = {
    "allegation": 10,
    "concern-about-head": 10,
    "data-breach": 6,
    "data-complaint": 6,
}
OTHERWISE = 6


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when, and why. `until` None: held, whatever its age."""

    until: date | None
    why: str


def kept_until(
    category: str, closed_on: date, *, held: str = "", not_before: date | None = None
) -> Retention:
    """Return until when a closed case is kept. `held`: why it is on hold; `not_before`: a later date set."""
    if held:
        return Retention(None, f"held: {held}")
    years = YEARS.get(category, OTHERWISE)
    until = add_months(closed_on, years * 12)
    if not_before is not None and not_before > until:
        return Retention(not_before, "as set for this case")
    return Retention(until, f"{years} years after closing")


def due_for_disposal(kept: Retention, today: date) -> bool:
    """Return whether it belongs on the yearly list that a person signs off."""
    return kept.until is not None and kept.until < today
