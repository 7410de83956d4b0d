"""Detection of text that must not be stored: child-protection detail, or a reference to an intimate image.

It matches wordings and can miss or mistake some, so the form asks people to speak to the DSL before anything
is typed. A match is never stored or logged.
"""

from __future__ import annotations

import re
from enum import StrEnum

from bot.rules.report_fields import REPORT_FIELDS


class BlockedText(StrEnum):
    """Why a text must not be stored."""

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
# As much as the longest field of a report holds.
MAX_LENGTH = max(one.limit for one in REPORT_FIELDS)


def guarded(text: str) -> BlockedText | None:
    """Return why a text must not be stored; None if it may be. Reads its first LONGEST characters."""
    said = text[:MAX_LENGTH]
    if any(re.search(pattern, said, re.IGNORECASE) for pattern in _IMAGE):
        return BlockedText.IMAGE
    if any(re.search(pattern, said, re.IGNORECASE) for pattern in _PROTECTION):
        return BlockedText.CHILD_PROTECTION
    return None
