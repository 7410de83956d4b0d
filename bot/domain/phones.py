"""Telephone numbers: what is one, and which a text prints."""

from __future__ import annotations

import re
from collections.abc import Iterator

RIGHT = "Write digits and spaces: 01234 567890."
_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{1,18}[0-9](?: ext\.? ?[0-9]{1,6})?")
_PRINTED = re.compile(r"(?<![\w./-])(?:\+44[ ]?(?:\(0\))?[ ]?|\(?0)\d[\d ()-]{6,13}\d(?![\w/-])")
SHORTEST, LONGEST = 10, 11


def is_phone(text: str) -> bool:
    """Say whether somebody could ring it: digits with spaces, hyphens and brackets, an extension or none."""
    return _NUMBER.fullmatch(text) is not None


def phones_in(text: str) -> Iterator[str]:
    """List the numbers of the United Kingdom that a text prints, as they can be kept: "01234 567890"."""
    for found in _PRINTED.finditer(text):
        number = " ".join(found.group().replace("(0)", "").replace("(", "").replace(")", " ").split())
        digits = re.sub(r"\D", "", number.replace("+44", "0"))
        if SHORTEST <= len(digits) <= LONGEST and is_phone(number):
            yield number
