"""Words that nobody can act on: intervals without a length, and what a template left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.clause_sentences import Sentence
from bot.reading.facts import Finding, Text

_VAGUE = r"\b(?:regular(?:ly)?|periodic(?:ally)?|from time to time|as and when)\b"
_TOPICS = (
    ("review", r"\b(?:review\w*|evaluat\w*)\b"),
    ("training", r"\btraining\b"),
    ("reports", r"\breports? (?:to|on)\b"),
    ("checks", r"\b(?:check\w*|monitor\w*|audit\w*)\b"),
)
_NEAR = r"\W+(?:\w+\W+){0,4}?"
_PLACEHOLDER = re.compile(
    r"[\[<{(](?:please |to )?(?:insert|add|enter|name of"
    r"|school(?:[’']?s)? name|setting name|your (?:school|setting)"
    r"|date|dd/mm)"
    r"\b[^\]>})]{0,60}[\]>})]"
    r"|[\[<](?:(?:the )?(?:school|setting|head ?teacher|DSL|academy)(?: name)?|name|names)[\]>]"
    r"|\bX{3,}\b|\bxxx+\b|\bdelete (?:as|where|if) (?:appropriate|applicable|not applicable)\b|\bTBC\b"
    r"|\binsert (?:school|setting|name|date|details?)\b(?: name| here)?"
    r"|\bschool/setting\b|\bsetting/school\b|\bcontrol/monitor/restrict\b|\blorem ipsum\b",
    re.IGNORECASE,
)
_STALE = (
    (
        re.compile(r"\b(?:covid(?:-19)?|coronavirus)\b", re.IGNORECASE),
        "It still speaks of Covid-19. Remove what no longer applies.",
    ),
)


def vague_cadences(sentences: list[Sentence]) -> Iterator[Finding]:
    """One finding for each matter, naming every line."""
    told: set[int] = set()
    for topic, words in _TOPICS:
        near = re.compile(f"{_VAGUE}{_NEAR}{words}|{words}{_NEAR}{_VAGUE}", re.IGNORECASE)
        places = [(each, match) for each in sentences if (match := near.search(each.words))]
        if places and places[0][0].places[0][0] not in told:
            first, match = places[0]
            lines = [each.places[found.start()][0] for each, found in places]
            more = f" Also on line {', '.join(map(str, lines[1:]))}." if lines[1:] else ""
            says = (
                f"How often ({topic})? “{match[0]}” sets no interval. State one, such as “each term”.{more}"
            )
            told.add(first.places[0][0])
            yield Finding("vague-cadence", "warning", says, first.words, lines[0])


def residue(text: Text) -> Iterator[Finding]:
    """What a template left in, each wording once; and passages that time has overtaken."""
    seen: set[str] = set()
    for number, line in enumerate(text.lines, 1):
        for found in _PLACEHOLDER.finditer(line):
            if found[0].lower() not in seen:
                seen.add(found[0].lower())
                says = f"“{found[0]}” looks like a template's words. Put your own in its place."
                yield Finding("template-residue", "warning", says, line.strip(), number)
    for words, says in _STALE:
        for number, line in enumerate(text.lines, 1):
            if words.search(line):
                yield Finding("out-of-date-text", "info", says, line.strip(), number)
                break
