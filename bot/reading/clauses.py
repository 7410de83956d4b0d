"""Every duty a policy creates: its kind, who must act, how often, and the words that say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.binding import BINDS, DESCRIBES
from bot.reading.clause_cadence import cadence_of
from bot.reading.clause_sentences import Sentence, sentences
from bot.reading.clause_who import audience_of
from bot.reading.facts import Clause, Header, Text
from bot.reading.kinds import Rule, wording
from bot.reading.kinds_table import RULES
from bot.reading.kinds_topics import TOPICS

_MOST_WORDS = 25
_FEWEST_WORDS = 4
_SAME = 0.7
_SAME_NEAR = 0.05
_STATEMENT = wording(
    "^(?:the )?(?:purpose|aims?|objectives?) of",
    "^we (?:believe|recognise|understand|acknowledge|aim|are aware)",
    "^this policy (?:applies|aims|links|has been|is written)",
    "^(?:it takes into account|the term|this will be achieved)",
    "(?:recognises|acknowledges|identifies|believes|understands) (?:that|its|the)",
)
_ADVICE_TO_OTHERS = wording(
    "<pupils> .. (?:<be>|are) (?:advised|encouraged|taught|educated|reminded)",
    "all members of ... (?:community|staff) are (?:advised|encouraged)",
)
_TURN = re.compile(
    r"(?:;|,| and|, and|, who|, which)\s+(?=(?:the|a|an|it|they|he|she|is|are|will|shall|must|we)\b)"
)
_FORBIDS = wording("not|never|unacceptable|inappropriate|misuse|breach~|include|includes|example~|prohibited")
_LEADS = wording("<leaders> ?:?$")
_BESIDES = frozenset({("IND", "TRN")})  # two duties that often share a sentence
_WORD = re.compile(r"\S+")
_PLAIN = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class _Found:
    """A clause with what made it one."""

    clause: Clause
    rule: Rule
    sentence: Sentence


def find_clauses(text: Text, header: Header) -> tuple[Clause, ...]:
    """The document's duties in reading order, each once."""
    found: list[_Found] = []
    for sentence in sentences(text.lines):
        for clause in _read(sentence, text.lines):
            _keep(found, clause)
    clauses = [*_printed_review(header), *(each.clause for each in found)]
    return tuple(sorted(clauses, key=lambda clause: clause.line))


def _read(sentence: Sentence, lines: tuple[str, ...]) -> Iterator[_Found]:
    words = sentence.words
    if words.count(" ") < _FEWEST_WORDS - 1 or words.endswith(" to") or _STATEMENT.search(words):
        return
    if _ADVICE_TO_OTHERS.search(sentence.lead):
        return
    matched = _first(words)
    if matched:
        rule, match = matched
        yield _found(sentence, rule, match, lines)
        also = _first(words[match.end() :])
        if also and (rule.kind, also[0].kind) in _BESIDES:
            yield _found(sentence.after(match.end()), *also, lines)
    elif _binds(sentence):
        matched = _first(words, TOPICS)
        if matched:
            yield _found(sentence, *matched, lines)
    if matched:
        yield from _besides(sentence, *matched, lines)


def _besides(
    sentence: Sentence, rule: Rule, match: re.Match[str], lines: tuple[str, ...]
) -> Iterator[_Found]:
    """Another duty of another kind, behind an "and" of the same sentence."""
    for turn in _TURN.finditer(sentence.words, match.end()):
        rest = sentence.after(turn.end())
        also = _first(rest.words, TOPICS) if BINDS.search(rest.words) else None
        if also and also[0].kind != rule.kind and rest.words.count(" ") >= _FEWEST_WORDS:
            yield _found(rest, *also, lines)
            return


def _binds(sentence: Sentence) -> bool:
    """The sentence says what somebody has to do, or how often they do it; or it is such a list's item."""
    if DESCRIBES.search(sentence.words) or sentence.words.endswith(("?", ":")):
        return False
    if sentence.item and _FORBIDS.search(sentence.lead):
        return False
    led = sentence.item and (
        BINDS.search(sentence.lead) is not None or _LEADS.search(sentence.lead) is not None
    )
    return led or BINDS.search(sentence.words) is not None


def _first(words: str, rules: tuple[Rule, ...] = RULES) -> tuple[Rule, re.Match[str]] | None:
    lowered = words.lower()
    for rule in rules:
        match = rule.reads(words, lowered)
        if match:
            return rule, match
    return None


def _found(sentence: Sentence, rule: Rule, match: re.Match[str], lines: tuple[str, ...]) -> _Found:
    quote, line = _quote(sentence, match, lines)
    cadence, stated = cadence_of(sentence.words, rule)
    clause = Clause(rule.kind, audience_of(sentence, rule), cadence, stated, quote, line)
    return _Found(clause, rule, sentence)


def _keep(found: list[_Found], new: _Found) -> None:
    """Add the clause, unless the same duty is there. A cover's review gives way to the one in the text."""
    for index, old in enumerate(found):
        if old.clause.kind != new.clause.kind:
            continue
        if new.rule.once and old.rule is new.rule:
            if new.clause.kind == "REV":
                found[index] = new
            return
        near = old.rule is new.rule and old.sentence.block == new.sentence.block
        if _alike(old.sentence.words, new.sentence.words, _SAME_NEAR if near else _SAME):
            return
    found.append(new)


def _alike(one: str, other: str, share: float) -> bool:
    first, second = set(_PLAIN.findall(one.lower())), set(_PLAIN.findall(other.lower()))
    return len(first & second) >= share * max(1, len(first | second))


def _printed_review(header: Header) -> Iterator[Clause]:
    """The next review a cover prints is a duty of its own: it has a date."""
    printed = header.next_review
    if printed:
        months = header.review_cycle_months
        cadence = f"every {months or 12} months"
        yield Clause("REV", "role:headteacher", cadence, months is not None, printed.quote, printed.line)


def _quote(sentence: Sentence, match: re.Match[str], lines: tuple[str, ...]) -> tuple[str, int]:
    """At most 25 words of the line on which the duty is worded, as they stand there."""
    places = sentence.places[match.start() : match.end()]
    line = Counter(number for number, _ in places).most_common(1)[0][0]
    columns = [column for number, column in sentence.places if number == line]
    raw = lines[line - 1]
    found = list(_WORD.finditer(raw, columns[0], columns[-1] + 1))
    if len(found) > _MOST_WORDS:
        duty = next(column for number, column in places if number == line)
        begin = next(index for index, word in enumerate(found) if word.end() > duty)
        first = 0 if begin < _MOST_WORDS // 2 else min(begin, len(found) - _MOST_WORDS)
        found = found[first : first + _MOST_WORDS]
    return raw[found[0].start() : found[-1].end()], line
