"""Text that people type and read: words of a sentence, text as it is compared, telephone numbers, passwords.

No password is ever kept: `looks_like_a_password` finds one by words and by shape. It misses some, so each
form that asks about an account says the same beforehand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

NO_PASSWORDS = "This looks like a password. Handbell never keeps one: please take it out."

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
    """Return whether a text states a password, or contains a word made like one."""
    plain = _ELSEWHERE.sub(" ", text)
    given = any(pattern.search(plain) for pattern in (*_GIVEN, _NUMBER))
    return given or any(_made_like_one(word.strip(_EDGES)) for word in plain.split())


def _made_like_one(word: str) -> bool:
    """Return whether a word mixes letters and digits as passwords do."""
    if len(word) < _SHORTEST or not any(sign.isdigit() for sign in word):
        return False
    small, large = any(sign.islower() for sign in word), any(sign.isupper() for sign in word[1:])
    signs = _SIGNS.search(word[1:]) is not None
    begins_like_a_name = word[0].isupper() and word[1:].rstrip("0123456789").islower()
    return (small and large) or (small and signs) or (begins_like_a_name and not signs)


# Characters whose plain form is not found by removing combining marks, as English keyboards write them.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold_text(text: str) -> str:
    """Return the text in lower case without accents; other characters stay."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


LONGEST_ADDRESS = 500
RIGHT = "Write digits and spaces: 01234 567890."
_PHONE_NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{1,18}[0-9](?: ext\.? ?[0-9]{1,6})?")
_PRINTED = re.compile(r"(?<![\w./-])(?:\+44[ ]?(?:\(0\))?[ ]?|\(?0)\d[\d ()-]{6,13}\d(?![\w/-])")
SHORTEST, LONGEST = 10, 11


def is_phone(text: str) -> bool:
    """Return whether this is a phone number: digits, spaces, hyphens, brackets, perhaps an extension."""
    return _PHONE_NUMBER.fullmatch(text) is not None


def is_web_address(text: str) -> bool:
    """Return whether a text is a whole http or https address without a name and password in it."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    plain = len(text) <= LONGEST_ADDRESS and text.isprintable() and " " not in text
    return plain and parts.scheme in {"http", "https"} and bool(host) and parts.username is None


def phones_in(text: str) -> Iterator[str]:
    """List the numbers of the United Kingdom that a text prints, as they can be kept: "01234 567890"."""
    for found in _PRINTED.finditer(text):
        number = " ".join(found.group().replace("(0)", "").replace("(", "").replace(")", " ").split())
        digits = re.sub(r"\D", "", number.replace("+44", "0"))
        if SHORTEST <= len(digits) <= LONGEST and is_phone(number):
            yield number


def count(number: int, one: str, many: str | None = None) -> str:
    """Return "1 person", "3 people"; `many` is `one` with an s where it is not given."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def about_minutes(minutes: int | None) -> str:
    """Return "about 4 minutes"; empty for none."""
    if not minutes:
        return ""
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"; empty for none. `last`: the word before the last, such as "or"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def capitalise(sentence: str) -> str:
    """Return a sentence with a capital first letter; the rest stays (unlike str.capitalize)."""
    return sentence[:1].upper() + sentence[1:]


def one_line(typed: str) -> str:
    """Return a text on one line: runs of white space as one space, no NUL and no lone surrogate."""
    return " ".join(typed.replace("\0", "").encode("utf-8", "replace").decode().split())
