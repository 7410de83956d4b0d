"""Spots a report that belongs with the DSL and nowhere else: child-protection detail, or an intimate image.

It looks for words, gently: it keeps nothing, and asks the person to speak to the DSL instead. It cannot know
what it does not see, so the form says the same before anything is typed.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Guarded(StrEnum):
    """Why a text is not taken."""

    IMAGE = "an intimate image of a child"
    CHILD_PROTECTION = "harm to a child"


_CHILD = r"(?:child|children|pupil|boy|girl|year \d|son|daughter|baby|toddler|under[- ]?1\d|minor|teen\w*)"
_INTIMATE = r"(?:nude|nudes|semi-?nude|naked|topless|explicit|sexual|indecent|intimate|undressed|underwear)"
_PICTURE = r"(?:image|picture|photo\w*|pic|pics|video|clip|film|screenshot|snap|selfie|deepfake)s?"
_HARM = (
    r"(?:disclosed|disclosure|abus\w+|neglect\w*|self[- ]?harm\w*|suicid\w+|cutting (?:him|her|them)sel\w+"
    r"|groom(?:ed|ing)|molest\w*|rap(?:ed|e)|sexually|touch(?:ed|es|ing) (?:him|her|them|me|a child)"
    r"|beat(?:s|en|ing)? (?:him|her|them)|bruis\w+|hits? (?:him|her|them) at home|fgm|trafficked|radicalis\w+"
    r"|county lines|domestic (?:abuse|violence))"
)
_NEAR = r"(?:\W+\w+){0,12}?\W+"

# Compiled by `re` when first searched for, and kept there: a start need not wait.
_IMAGE = (
    rf"\b{_INTIMATE}{_NEAR}{_PICTURE}\b",
    rf"\b{_PICTURE}{_NEAR}{_INTIMATE}\b",
    r"\b(?:sexting|sexts?|nudes|dick ?pics?|child sexual abuse material|csam)\b",
)
_PROTECTION = (
    rf"\b{_HARM}\b",
    rf"\b{_CHILD}{_NEAR}(?:told me|said)\W+(?:that )?(?:he|she|they|his|her|their)\b",
)
LONGEST = 8000


def guarded(text: str) -> Guarded | None:
    """Say why this text must not be kept here, or None. Reads the first 8,000 characters."""
    said = text[:LONGEST]
    if any(re.search(pattern, said, re.IGNORECASE) for pattern in _IMAGE):
        return Guarded.IMAGE
    if any(re.search(pattern, said, re.IGNORECASE) for pattern in _PROTECTION):
        return Guarded.CHILD_PROTECTION
    return None
