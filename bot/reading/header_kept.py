"""Who keeps the document, where a sentence says it of "it" or names the keeper behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.deeds import IT
from bot.reading.header_about import Told
from bot.reading.people import names_with_places

_KEPT = (
    r"(?:written|rewritten|drafted|drawn\s+up|put\s+together|prepared|compiled|produced|looked\s+after|kept"
    r"(?:\s+up\s+to\s+date)?|maintained|held|owned|led|overseen|taken\s+care\s+of)"
)
_KEEPS = (
    r"(?:keeps|looks\s+after|owns|maintains|revises|updates|wrote|writes|drafted|leads(?:\s+on)?|takes\s+care\s+of|has\s+charge\s+of"
    r"|(?:is|are)\s+(?:in\s+charge\s+of|the\s+(?:keeper|author|owner|guardian|writer|custodian)\s+of)"
    r"|(?:is|are)\s+answerable\s+for\s+the\s+upkeep\s+of)"
)
# Behind these words stands who it is.
_BEHIND = re.compile(
    rf"(?<!copy of )(?<!copies of )\b{IT}\s+(?:(?:was|is|has\s+been|were|are)\s+(?:(?:then|first|mostly"
    rf"|also|\w+ly)\s+)?"
    rf"(?:{_KEPT}(?:\s+(?:in|for|with)\s+[\w ]{{2,30}}?)?\s+by|in\s+the\s+(?:care|hands|charge|keeping)\s+of"
    rf"|the\s+work\s+of)|belongs\s+to"
    rf"|(?:rests|lies|sits)\s+with)"
    rf"|\bresponsibility\s+for\s+(?:keeping\s+|the\s+upkeep\s+of\s+)?{IT}(?:\s+up\s+to\s+date)?\s+(?:rests|lies|sits|is)"
    r"\s+with"
    rf"|\b(?:job|task)\s+of\s+(?:keeping|writing|looking\s+after)\s+{IT}(?:\s+up\s+to\s+date)?\s+(?:is|falls\s+to|belongs\s+to)"
    rf"|\b(?:keeper|leader|lead|author|owner|guardian|writer|custodian)\s+of\s+{IT}(?:,\s+who\s+[^,.;]{{3,50}},)?\s+is"
    rf"|\b(?:person|member\s+of\s+staff|colleague|one|leader|teacher)\s+who\s+(?:{_KEEPS})\s+{IT}(?:\s+up\s+to\s+date)?\s+is",
    re.IGNORECASE,
)
_ROLE_FIRST = re.compile(r"\s*(?:by\s+)?(?:(?:the|our|its|their)\s+[\w’'& /-]{2,60}?,?\s*)?", re.IGNORECASE)
# Before these words stands who it is: "Mrs Holt, our SENCO, looks after it".
_BEFORE = re.compile(rf"\b(?:{_KEEPS}\s+{IT}|drew\s+{IT}\s+up)", re.IGNORECASE)
_ROLE_AFTER = re.compile(
    r"(?:\s*\([^)]{2,50}\)|,\s+(?:who\s+is\s+)?[^,.;]{2,50},?)?,?\s+(?:who\s+)?(?:also\s+|now\s+|\w+ly\s+)?",
    re.IGNORECASE,
)
_LONGEST = 500


def keeper(told: Iterator[Told]) -> str | None:
    """The first who is said to write or keep the document."""
    about = (one.sentence.text for one in told if one.rank is not None and len(one.sentence.text) < _LONGEST)
    return next((who for text in about if (who := _named(text))), None)


def _named(text: str) -> str | None:
    behind, before = _BEHIND.search(text), _BEFORE.search(text)
    if not behind and not before:
        return None
    people = names_with_places(text)
    for name, start, end in people:
        if behind and start >= behind.end() and _ROLE_FIRST.fullmatch(text[behind.end() : start]):
            return name.removesuffix("'s").removesuffix("’s")
        if before and end <= before.start() and _ROLE_AFTER.fullmatch(text[end : before.start()]):
            return name
    return None
