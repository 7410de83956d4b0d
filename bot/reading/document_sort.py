"""What sort of document it is, by its title; and whether it calls itself a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_POLICY = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|code of (?:conduct|practice)|protocol|strategy|guidelines?|statement|plan)\b",
    re.IGNORECASE,
)
# The first that fits its title; a policy may be about any of them ("Prospectus policy").
_OTHERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (word, re.compile(pattern, re.IGNORECASE))
    for word, pattern in (
        ("privacy notice", r"\bprivacy notice\b"),
        ("prospectus", r"\bprospectus\b|\bwelcome (?:pack|booklet)\b"),
        ("newsletter", r"\bnewsletter\b"),
        ("minutes", r"\bminutes\b"),
        (
            "role description",
            r"\b(?:job|role|person) (?:description|specification)\b|\broles and responsibilities\b",
        ),
        ("form", r"\b(?:consent|application|registration|booking|referral) form\b"),
        ("agenda", r"\bagenda\b"),
        ("report", r"\b(?:annual|inspection) report\b"),
    )
)
_DRAFT = re.compile(
    r"\bDRAFT\b|^\W*(?i:draft)\W*$|\b(?i:status|version)\W+(?i:draft)\b|\bNOT (?:CURRENTLY |YET )?(?:RATIFIED|APPROVED|ADOPTED)\b"
)
_FIRST_LINES = 20


@dataclass(frozen=True, slots=True)
class DocumentSort:
    """`is_` is "policy", another word for what it is, or None where its title does not say."""

    is_: str | None
    why: str


def document_sort(title: str | None) -> DocumentSort:
    """Tell the sort of a document from its title."""
    if title is None:
        return DocumentSort(None, "It prints no title.")
    if _POLICY.search(title):
        return DocumentSort("policy", f'Its title is "{title}".')
    other = next((word for word, pattern in _OTHERS if pattern.search(title)), None)
    return DocumentSort(other, f'Its title is "{title}".')


def is_draft(lines: Sequence[str]) -> bool:
    """Say whether one of the first lines calls the document a draft, or not yet approved."""
    printed = [line for line in lines if line.strip()][:_FIRST_LINES]
    return any(_DRAFT.search(line) for line in printed)
