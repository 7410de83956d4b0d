"""How often the document itself promises to be reviewed; cycles of other things are left alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.cadence import find_cycle, vague_words
from bot.reading.lines import Sentence
from bot.reading.sheet import Stated

_REVIEW = re.compile(
    r"\b(?:re-?)?(?:review(?:ed|s|ing)?|updat(?:ed?|es)|revis(?:ed?|es|it(?:ed|s)?)|re-?adopted|re-?issued"
    r"|(?:look(?:s|ed)?|comes?|gone)\s+(?:at|over|through|back\s+to)|refreshed|renew(?:ed|s)|checked)\b",
    re.IGNORECASE,
)
_KIND = (
    r"(?:policy|policies|document|statement|procedures?|plan|guidance|guidelines|code|protocol|scheme"
    r"|charter|agreement|notice|booklet|handbook|strategy|framework)"
)
_THIS = re.compile(
    rf"\b(?:this|these)\s+(?:\w+[ -]){{0,4}}?{_KIND}\b|\b(?:this|it)\s+(?:will|is|shall|should|must"
    rf"|is to)\s+(?:also\s+|then\s+)?(?:be\s+)?(?:\w+ly\s+)?(?:review|updat|revis|look)"
    r"|^it\s+(?:is\s+a\s+living\b|is\s+subject\s+to\b|has\s+an?\b).{0,80}\breview"
    r"|\bit\s+is\s+(?:next\s+)?due\s+(?:for|to\s+be)\s+(?:its\s+)?(?:\w+\s+)?review",
    re.IGNORECASE,
)
_THE = re.compile(
    rf"\b(?:the|our|each|every|all)\s+{_KIND}(?!\s+for\b)\b|^{_KIND}\b|\bpolicy\s+review\b"
    rf"|\breview\s+of\s+(?:the|this|our)\b",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b((?:[\w’'&/-]+\s+){{1,6}}?){_KIND}\b", re.IGNORECASE)
_OTHER = re.compile(
    r"\b(?:training|risk assessments?|DBS|register|records?|EHC|EHCP|care plans?|IEPs?|appraisal|insurance"
    r"|contacts?|staff will|filter(?:ing|s)?|consent|curriculum|targets?|provision|passwords?|objectives"
    r"|healthcare plans?|audits?|data|school improvement|home.school|fees?|acceptable use agreements?|asset"
    r"|complaints log|KCSIE|safeguarding training)\b",
    re.IGNORECASE,
)
_FAR = 130


@dataclass(frozen=True, slots=True)
class Cycle:
    """A stated cycle, or the vague words that stand in its place."""

    months: int | None
    quote: str
    line: int
    rank: int


def find_cycles(pairs: list[Stated], sentences: list[Sentence], title: str | None) -> list[Cycle]:
    """Every statement of how often this document is reviewed, the plainest first."""
    found = [cycle for pair in pairs if (cycle := _labelled(pair)) is not None]
    for sentence in sentences:
        cycle = _promised(sentence, title or "")
        if cycle:
            found.append(cycle)
    return sorted(found, key=lambda cycle: (cycle.months is None, cycle.rank))


def _labelled(pair: Stated) -> Cycle | None:
    """ "Review cycle: annual" and "Next review: annually"."""
    if pair.group not in {"cycle", "next", "review", "last"} or len(pair.value) > 90:
        return None
    cycle = find_cycle(pair.value)
    aside = cycle is not None and "(" in pair.value[: cycle[1]] and ")" in pair.value[cycle[2] :]
    if cycle and (pair.group == "cycle" or ((cycle[1] < 12 or aside) and pair.group != "last")):
        return Cycle(cycle[0], pair.quote, pair.line, 0 if pair.group == "cycle" else 2)
    if pair.group == "cycle" and vague_words(pair.value):
        return Cycle(None, pair.quote, pair.line, 0)
    return None


def _promised(sentence: Sentence, title: str) -> Cycle | None:
    text = sentence.text
    if len(text) > 700 or not _REVIEW.search(text):
        return None
    above: int | None = None
    for clause in _clauses(text):
        rank = about_this_document(clause, title)
        if rank is None and clause.lstrip().startswith("it "):
            rank = above
        above = rank
        review = _REVIEW.search(clause)
        if rank is None or review is None:
            continue
        cycle = find_cycle(clause)
        if cycle and _near(clause, review, cycle[1], cycle[2]):
            return Cycle(cycle[0], _short(text, clause), sentence.line, rank)
        if cycle is None and vague_words(clause) and rank == 1:
            return Cycle(None, _short(text, clause), sentence.line, rank)
    return None


def _clauses(text: str) -> list[str]:
    return [piece for piece in re.split(r";|\t", text) if len(piece) > 10]


def _short(text: str, clause: str) -> str:
    return text if len(text) <= 240 else clause.strip()


_OF_ANOTHER = re.compile(
    r"\s+(?:[\w’'-]+\s+){0,3}?(?:training|reports?|audits?|meetings?|checks?|assessments?|appraisals?"
    r"|surveys?|governors['’] report)\b",
    re.IGNORECASE,
)


def _near(text: str, review: re.Match[str], start: int, end: int) -> bool:
    """The cadence belongs to the review: close to one of the review words, with nothing else between."""
    if _OF_ANOTHER.match(text, end):
        return False
    for found in _REVIEW.finditer(text):
        if 0 <= start - found.end() < _FAR and not _OTHER.search(text[found.end() : start]):
            return True
        if 0 <= found.start() - end < 40:
            return True
    return review.start() <= start <= review.end()


def about_this_document(text: str, title: str) -> int | None:
    """How surely the sentence speaks of this document: 1 "this policy", 2 "the policy", 3 by its title."""
    if _THIS.search(text):
        return 1
    named = _ANY.search(text)
    if named and not _THE.search(text):
        words = [word for word in re.findall(r"[a-z]+", named.group(1).lower()) if word not in _EMPTY]
        known = set(re.findall(r"[a-z]+", title.lower()))
        return 3 if words and 2 * len(set(words) & known) >= len(set(words)) else None
    return 2 if _THE.search(text) and not _OTHER.search(text) else None


_EMPTY = frozenset(
    "the our a an all and of setting school s ensure that is are will be s governing body its their academy"
    " trust headteacher review reviews reviewed effective".split()
)
