"""SHOUTED headings read as other headings do."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHOUTED = re.compile(r"[^a-z]*[A-Z][^a-z]*")
SHOUTED_RUN = re.compile(r"^[^a-z]{6,}$|(?:\(?\b[A-Z][A-Z’'.&]+\b\)?[ ]|&[ ]){2,}\(?[A-Z][A-Z’'.]+\b\)?")
_WORD = re.compile(r"[A-Z][A-Z’']*")
_SMALL = frozenset("a an and at by for from in of on or the to with".split())
_SHORT_FORMS = frozenset(
    "ICT CE C.E. RC R.C. SEND SEN EYFS PSHE RSE GDPR KS1 KS2 AI ADHD CCTV LAC PE RE DSL NHS DBS CPD COSHH H&S"
    " ELSA SMSC EAL FGM UK CP CPS VA VC AUP IT BYOD FOI SRE RSHE LGBT PTA HR TLR ECT NQT LSA MAT CIC".split()
)


def in_title_case(words: str) -> str:
    """Words all in capitals put in title case, short forms kept; anything else as it is."""
    if not _SHOUTED.fullmatch(words):
        return words
    return " ".join(_word(word, first=not place) for place, word in enumerate(words.split()))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("().,:’'")
    if bare in _SHORT_FORMS:
        return word
    if bare.lower() in _SMALL and not first:
        return word.lower()
    return _WORD.sub(lambda part: part.group().capitalize(), word)


def unabridged(title: str, headings: Iterable[str]) -> str:
    """ "SM&M Protocol" of a page's head as the heading has it: "Social Media and Messaging Protocol"."""
    short, _, kind = title.rpartition(" ")
    if not re.fullmatch(r"[A-Z&]{3,7}", short) or short in _SHORT_FORMS:
        return title
    for heading in headings:
        *words, last = heading.split()
        letters = "".join("&" if word.lower() == "and" else word[0].upper() for word in words)
        if last.lower() == kind.lower() and letters == short:
            return in_title_case(heading)
    return title
