"""A school's own opening words for a kind of notice: which placeholders they may hold, and filling them."""

from __future__ import annotations

import re

from bot.messages import days
from bot.messages.letter import Card, Letter

# What may stand in braces, and what it becomes, in words for whoever writes.
PLACEHOLDERS = {
    "first name": "the reader’s first name",
    "what": "the policy, course or agreement",
    "when": "the day it is due",
    "school": "the school’s name",
}
# One thing is asked in each of these; in a message that gathers several, ours stand.
KINDS = {
    "acknowledge": "Read a policy",
    "training": "Do a training",
    "agreement": "Sign an agreement",
    "check": "Do a check",
    "review": "Review a policy",
    "papers": "Send papers",
}
BRACED = re.compile(r"\{([^{}]*)\}")
ANY_TIME = "as soon as you can"


def unknown(words: str) -> tuple[str, ...]:
    """List what stands in braces and is no placeholder; a brace left over stands for itself."""
    named = tuple(name for name in BRACED.findall(words) if name not in PLACEHOLDERS)
    rest = BRACED.sub("", words)
    return (*named, *(brace for brace in "{}" if brace in rest))


def fill(words: str, letter: Letter, card: Card) -> str:
    """Put a letter's own values in the place of the placeholders."""
    values = {
        "first name": letter.first_name,
        "what": card.thing,
        "when": days.due(card.due_on, letter.on) if card.due_on else ANY_TIME,
        "school": letter.setting,
    }
    return BRACED.sub(lambda found: values.get(found[1], found[0]), words)
