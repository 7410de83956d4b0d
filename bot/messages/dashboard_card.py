"""The dashboard as one Adaptive Card 1.5: states by area, why and whose turn it is, and no person's name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VERSION = "1.5"
# A card may lie in a channel that many read.
CASES = "Cases are not on this card: each reader sees the numbers of their own on the page."
# The colours a card may name. The word always stands beside them.
STYLES = {
    "overdue": "attention",
    "no record": "accent",
    "due soon": "warning",
    "due": "accent",
    "paused": "default",
    "excused": "default",
    "done": "good",
}
BARS = {name: "emphasis" if style == "default" else style for name, style in STYLES.items()}


@dataclass(frozen=True, slots=True)
class CardArea:
    """One area: its worst state, its counts in the order shown, why, and whose turn it is, by role."""

    title: str
    state: str
    counts: tuple[tuple[str, int], ...]
    why: str
    who: str


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card says. `ran` is a sentence; `address` is the page it opens."""

    name: str
    day: str
    headline: str
    areas: tuple[CardArea, ...]
    ran: str
    address: str


def dashboard_card(facts: CardFacts) -> dict[str, Any]:
    """Make the card."""
    said = "; ".join(f"{one.title}: {_counted(one)}" for one in facts.areas)
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "lang": "en",
        "fallbackText": _without_links(f"{facts.name}, {facts.day}. {facts.headline}. {said}."),
        "body": [
            _text(f"{facts.name}, {facts.day}", isSubtle=True, size="Small"),
            _text(facts.headline, size="Large", weight="Bolder", style="heading"),
            *(_area(one) for one in facts.areas),
            _text(CASES, separator=True),
            _text(facts.ran, isSubtle=True, size="Small"),
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open the dashboard", "url": facts.address}],
    }


def _area(one: CardArea) -> dict[str, Any]:
    words = [one.why, f"Next: {one.who}." if one.who else ""]
    return {
        "type": "Container",
        "separator": True,
        "items": [
            _text(one.title, weight="Bolder"),
            _bar(one),
            _text(_counted(one), color=_colour(one.state), spacing="Small"),
            *(_text(said, spacing="None") for said in words if said),
        ],
    }


def _bar(one: CardArea) -> dict[str, Any]:
    """Draw the counts as a bar of columns, as wide as the numbers. A host that cannot leaves it out."""
    return {
        "type": "ColumnSet",
        "spacing": "Small",
        "fallback": "drop",
        "columns": list(_columns(one)),
    }


def _columns(one: CardArea) -> Iterator[dict[str, Any]]:
    for state, number in one.counts:
        yield {
            "type": "Column",
            "width": number,
            "style": BARS[state],
            "minHeight": "12px",
            "spacing": "None",
            "items": [],
        }


def _counted(one: CardArea) -> str:
    return ", ".join(f"{number} {state}" for state, number in one.counts) or "nothing is asked"


def _colour(state: str) -> str:
    return STYLES[state].capitalize()


def _text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _without_links(said), "wrap": True, **more}


def _without_links(said: str) -> str:
    """Teams reads Markdown, and a title is somebody's own words: a link in it is shown as it was written."""
    return said.replace("](", "] (")
