"""Every duty a policy creates: its kind, who must act, how often, and the words that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.clause_cadence import cadence_of
from bot.reading.clause_sentences import Sentence, sentences
from bot.reading.clause_who import audience_of
from bot.reading.facts import Clause, Header, Text
from bot.reading.kinds import Rule
from bot.reading.kinds_table import RULES

_MOST_WORDS = 25
_FEWEST_WORDS = 4
_SAME = 0.7
_STATEMENT = re.compile(
    r"^(?:(?:the )?(?:purpose|aims?) of\b|we (?:believe|recognise|understand|acknowledge)\b|this policy (?:applies|aims|links|has been)\b|as (?:outlined|set out) in"
    r"\b(?=.*\bsee\b)|it takes into account\b|the term\b)"
    r"|\b(?:recognises|acknowledges|identifies|believes) (?:that|its|the)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[a-z]{3,}")


def find_clauses(text: Text, header: Header) -> tuple[Clause, ...]:
    """The document's duties in reading order, each once."""
    found: list[tuple[Rule, Sentence, Clause]] = []
    for sentence in sentences(text.lines):
        reading = _read(sentence, text.lines)
        if reading:
            _keep(found, *reading)
    clauses = [clause for _, _, clause in found]
    return tuple(sorted([*_printed_review(header), *clauses], key=lambda clause: clause.line))


def _read(sentence: Sentence, lines: tuple[str, ...]) -> tuple[Rule, Sentence, Clause] | None:
    words = sentence.words
    if words.count(" ") < _FEWEST_WORDS - 1 or _STATEMENT.search(words):
        return None
    lowered = words.lower()
    for rule in RULES:
        match = rule.reads(words, lowered)
        if match:
            quote, line = _quote(sentence, match, lines)
            cadence, stated = cadence_of(words, rule)
            clause = Clause(rule.kind, audience_of(sentence, rule), cadence, stated, quote, line)
            return rule, sentence, clause
    return None


def _keep(found: list[tuple[Rule, Sentence, Clause]], rule: Rule, sentence: Sentence, clause: Clause) -> None:
    """Add the clause, unless the same duty is there. A review the cover announces gives way to the one in the text."""
    for index, (other, before, _) in enumerate(found):
        if other.kind != rule.kind:
            continue
        if rule.once and other is rule:
            if rule.kind == "REV":
                found[index] = (rule, sentence, clause)
            return
        if _alike(before.words, sentence.words):
            return
    found.append((rule, sentence, clause))


def _alike(one: str, other: str) -> bool:
    first, second = set(_PLAIN.findall(one.lower())), set(_PLAIN.findall(other.lower()))
    return len(first & second) >= _SAME * max(1, len(first | second))


def _printed_review(header: Header) -> Iterator[Clause]:
    """The next review a cover prints is a duty of its own: it has a date."""
    printed = header.next_review
    if printed:
        months = header.review_cycle_months
        cadence = f"every {months or 12} months"
        yield Clause("REV", "role:headteacher", cadence, months is not None, printed.quote, printed.line)


def _quote(sentence: Sentence, match: re.Match[str], lines: tuple[str, ...]) -> tuple[str, int]:
    """At most 25 words of the line on which the duty is worded, as they stand there."""
    places = sentence.places
    line = places[match.start()][0]
    columns = [column for number, column in places if number == line]
    raw = lines[line - 1]
    found = [word for word in _WORD.finditer(raw, columns[0], columns[-1] + 1)]
    if len(found) > _MOST_WORDS:
        begin = next(i for i, word in enumerate(found) if word.end() > places[match.start()][1])
        first = 0 if begin < _MOST_WORDS // 2 else min(begin, len(found) - _MOST_WORDS)
        found = found[first : first + _MOST_WORDS]
    return raw[found[0].start() : found[-1].end()], line
