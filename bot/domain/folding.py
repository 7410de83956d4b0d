"""Text as it is compared where people type it: in small letters, without accents."""

from __future__ import annotations

import unicodedata

# Letters that stay themselves when their marks are taken away, as English keyboards write them.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def folded(text: str) -> str:
    """Give the text in small plain letters; signs that are no letters stay."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
