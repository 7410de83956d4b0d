"""Whose words a sentence is: what pupils promise, or a parent asks on a form, is no duty of the setting."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reading.clause_sentences import Sentence
from bot.reading.kinds import wording

_FIRST_PERSON = re.compile(r"(?:(?:If|When|Whenever) )?(?:I|We|My|we|my)\b")
_LEADS_FIRST_PERSON = wording("\\b(?:I|we) (?:will|agree|promise|must|should)")
# What pupils promise is taught and kept by them; the setting has no duty to follow up.
_PUPILS_PROMISE = wording("<pupils>'?s? .. (?:agreement|promise|rules|code|pledge|charter)")
_ADULT = "(?:an?|my|the|our|another|trusted) (?:\\w+ )?(?:adult|grown-?up|teacher)"
_CHILDS_OWN = wording("my (?:class |form )?(?:teacher|mum|dad|parents?|carers?)")
_CHILDS = wording(
    f"(?:tell|ask|show|talk to) {_ADULT}",
    f"(?:that|which|when|if) {_ADULT} (?:has|is|says)",
)
_PARENTS = wording("my (?:child|son|daughter)(?:ren)?")


def is_promised(said: Sentence, childrens: frozenset[str]) -> bool:
    """It is said by a child, or by a parent on a form. `childrens`: headings of sections that speak as children."""
    if _CHILDS_OWN.search(said.words):
        return True
    if not _in_first_person(said):
        return False
    if _PUPILS_PROMISE.search(said.heading) and said.words.startswith("I "):
        return True
    return (
        (said.item and said.heading in childrens)
        or _CHILDS.search(said.words) is not None
        or _is_parents(said.words)
    )


def sections_of_children(everything: Iterable[Sentence]) -> frozenset[str]:
    """Headings of lists in which a child speaks: "We tell an adult if something worries us"."""
    return frozenset(
        said.heading
        for said in everything
        if said.heading and said.item and _in_first_person(said) and _CHILDS.search(said.words)
    )


def _in_first_person(said: Sentence) -> bool:
    return bool(_FIRST_PERSON.match(said.words) or _LEADS_FIRST_PERSON.search(said.lead))


def _is_parents(words: str) -> bool:
    return words.startswith("I ") and _PARENTS.search(words) is not None
