"""The kind of a duty by what it means: who does what to what, and who hears of it.

`kinds.json` is the table: how each kind is worded (`find`), words that show it is something else (`unless`), words
that must stand there too (`needs`), and an example. The first rule that reads the words decides; who is outside the
school stands before what is done, and that before what is kept.

A kind is a hint and no more. The kinds were made for phones, pictures and social media: a sentence of another topic
has none of them, be its words ever so like. Consent for medicine is no consent for photographs.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from bot.reading.text.wording import wording

TABLE = Path(__file__).with_name("kinds.json")


@dataclass(frozen=True, slots=True)
class _KindRule:
    """One way a kind of duty is worded."""

    kind: str
    find: re.Pattern[str]
    unless: re.Pattern[str] | None
    needs: re.Pattern[str] | None

    def reads(self, words: str) -> bool:
        return (
            self.find.search(words) is not None
            and not (self.unless and self.unless.search(words))
            and (self.needs is None or self.needs.search(words) is not None)
        )


def _rules() -> tuple[_KindRule, ...]:
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["kinds"]
    return tuple(
        _KindRule(
            row["kind"],
            wording(*row["find"]),
            *(wording(*row[ways]) if ways in row else None for ways in ("unless", "needs")),
        )
        for row in rows
    )


_RULES = _rules()
_TOPIC = re.compile(
    r"\b(?:mobile|(?:smart)?phones?|telephones?|devices?|cameras?|photo\w*|images?|pictures?|video\w*|film\w*|footage|social media|social network\w*|online|e-?safety|internet|filter\w*"
    r"|passwords?|tablets?|laptops?|computers?|computing|network|apps?|accounts?|facebook|instagram|tapestry|smart ?watch\w*|technolog\w+|digital|IT|ICT|acceptable use|AUP|posts?)\b",
    re.IGNORECASE,
)
# Kinds that mean the same whatever a document is about.
_OF_ANY_TOPIC = frozenset({"REV", "TRN", "LADO"})


def kind_hint(words: str, heading: str, title: str) -> str | None:
    """The kind of a duty, or None where it is not sure."""
    rule = next((rule for rule in _RULES if rule.reads(words)), None)
    if rule is None:
        return None
    if rule.kind not in _OF_ANY_TOPIC and not _TOPIC.search(f"{words} {heading} {title}"):
        return None
    return rule.kind
