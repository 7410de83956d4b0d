"""Spots a password in what somebody typed about an account: none is ever kept, so the text is not taken.

It looks for words and shapes. It cannot know what it does not see, so the form says the same beforehand.
"""

from __future__ import annotations

import re

_NAMES = r"(?:pass\s?words?|pass\s?codes?|pass\s?phrases?|pwd|pins?|log-?\s?in code|back-?\s?up codes?)"
_HARMLESS = r"(?:not|now|never|changed|kept|known|sealed|set|reset|safe|secret|shared|strong|locked|here)"
_GIVEN = (
    re.compile(rf"\b{_NAMES}\b\s*[:=]\s*\S", re.IGNORECASE),
    re.compile(rf"\b{_NAMES}\b\s+(?:is|are|was)\s+(?:[\"'“‘]|\S*\d)", re.IGNORECASE),
    re.compile(rf"\b{_NAMES}\b\s+(?:is|was)\s+(?!{_HARMLESS}\b)\w+\s*(?:[.!,;]|$)", re.IGNORECASE),
)
_NUMBER = re.compile(rf"\b{_NAMES}\s+\d{{4,}}\b", re.IGNORECASE)
_ELSEWHERE = re.compile(r"www\.\S+|\S+/\S*|\b[\w.+-]+@[\w-]+\.[\w.-]+", re.IGNORECASE)
_EDGES = "\"'“”‘’()[]<>.,;:!?"
_SHORTEST = 8
_SIGNS = re.compile(r"[!$%^&*#?~@+=_]")


def looks_like_a_password(text: str) -> bool:
    """Say whether a text gives a password, or holds a word made like one."""
    plain = _ELSEWHERE.sub(" ", text)
    given = any(pattern.search(plain) for pattern in (*_GIVEN, _NUMBER))
    return given or any(_made_like_one(word.strip(_EDGES)) for word in plain.split())


def _made_like_one(word: str) -> bool:
    """Say whether one word mixes letters and digits as passwords do and ordinary words do not."""
    if len(word) < _SHORTEST or not any(sign.isdigit() for sign in word):
        return False
    small, large = any(sign.islower() for sign in word), any(sign.isupper() for sign in word[1:])
    signs = _SIGNS.search(word[1:]) is not None
    begins_like_a_name = word[0].isupper() and word[1:].rstrip("0123456789").islower()
    return (small and large) or (small and signs) or (begins_like_a_name and not signs)
