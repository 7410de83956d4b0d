"""How long an entry of the log is kept: a default for each kind, which the DPO confirms once a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.domain.log_book import Entry
from bot.domain.retention import Kept


@dataclass(frozen=True, slots=True)
class Rule:
    """So many whole years after the one in which its last line was written, and why."""

    years: int
    why: str


OTHERWISE = Rule(6, "as long as somebody may still ask about it")
RULES = {
    "visitor": Rule(6, "as schools keep visitors’ books"),
    # A child is at a primary for seven years at most.
    "consent": Rule(13, "while the child is here, seven years at most, and six more"),
    "pupil-phone": Rule(1, "a daily list, of no use for longer"),
    "storage": Rule(1, "a daily list, of no use for longer"),
    "trip-phone": Rule(1, "a daily list, of no use for longer"),
}


def rule_of(kind: str) -> Rule:
    """Say how long entries of a kind are kept."""
    return RULES.get(kind, OTHERWISE)


def entry_kept_until(entry: Entry) -> Kept:
    """Say until when an entry is kept; while something of it is open, or it is held, whatever its age."""
    if entry.held:
        return Kept(None, "held")
    if entry.missing:
        return Kept(None, "still open")
    rule = rule_of(entry.first.kind)
    return Kept(date(entry.ended_at.year + rule.years, 12, 31), rule.why)
