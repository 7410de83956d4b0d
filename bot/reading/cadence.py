"""How often: a stated review cycle in months, and words that only sound like one."""

from __future__ import annotations

import re

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "eighteen": 18, "twenty-four": 24, "twenty four": 24, "thirty-six": 36,
    "thirty six": 36,
}  # fmt: skip
_N = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_MONTH_NAME = (
    r"(?:january|february|march|april|may|june|july|august|september|sept|october|november|december)"
)
_TERM_NAME = r"(?:autumn|spring|summer)"

_COUNTED = re.compile(
    rf"""\b(?:
      (?:every|each|within|over|after|for)\s+(?:period\s+of\s+)?\(?{_N}\)?\s*(?:\(\w+\)\s*)?(?:(?:school|academic|calendar|full)\s+)?
        (?P<unit>years?|months?|yrs?|mths?)\b
    | {_N.replace("?P<n>", "?P<n2>")}[\s-]*(?P<unit2>year|month|yr|mth)(?:ly|\s+(?:cycle|basis|period|rolling
      |review|intervals?))?\b
    | {_N.replace("?P<n>", "?P<n3>")}\s*(?:\(\w+\)\s*)?(?P<unit3>years|months|yrs|mths)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNIT_FIRST = re.compile(r"\b(?P<unit>year|month)s?\)?\s*[:=]\s*(?P<n>\d{1,2})\b", re.IGNORECASE)
_NAMED: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), months)
    for pattern, months in (
        (
            (
                r"\bbiennial(?:ly)?\b|\balternate years\b|\b(?:every|each) (?:other|second) "
                rf"(?:(?:\w+ )?year|{_MONTH_NAME}|{_TERM_NAME})\b"
            ),
            24,
        ),
        (r"\btriennial(?:ly)?\b|\bevery third year\b", 36),
        (r"\bevery fourth year\b", 48),
        (r"\bevery fifth year\b", 60),
        (r"\b(?:six[\s-]monthly|half[\s-]yearly|twice (?:a|per|each|every) year|semi-annual(?:ly)?)\b", 6),
        (r"(?<!half)(?<!half[\s-])\b(?:termly|(?:every|each|once (?:a|per|every)) term)\b", 4),
        (r"\bquarterly\b|\bevery quarter\b", 3),
        (
            (
                r"(?<!bi-)(?<!bi )(?<!semi-)\b(?:annual(?:ly)?|yearly|(?:every|each) (?:academic |school "
                r"|calendar )?year"
                r"|once (?:a|per|every|each) (?:academic |school |calendar )?year|per annum"
                rf"|(?:every|each) {_MONTH_NAME}|(?:every|each) {_TERM_NAME}(?: term)?)\b"
            ),
            12,
        ),
        (r"\bevery month\b|(?<![\w-])monthly\b", 1),
    )
)
_VAGUE = re.compile(
    r"\b(?:regular(?:ly)?|periodic(?:ally)?|from time to time|on a rolling (?:programme|basis)"
    r"|rolling programme|frequent(?:ly)?|occasional(?:ly)?|at appropriate intervals"
    r"|as (?:and when )?(?:necessary|required|needed)|bi-?annual(?:ly)?|in due course|when appropriate)\b",
    re.IGNORECASE,
)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.lower()]


def find_cycle(text: str) -> tuple[int, int, int] | None:
    """The first stated cycle: months, and where its words begin and end."""
    options: list[tuple[int, int, int]] = []
    counted = _COUNTED.search(text)
    if counted:
        part = counted.groupdict()
        number = _count(part["n"] or part["n2"] or part["n3"])
        unit = part["unit"] or part["unit2"] or part["unit3"]
        options.append((counted.start(), counted.end(), number * (12 if unit.lower()[0] == "y" else 1)))
    unit_first = _UNIT_FIRST.search(text)
    if unit_first:
        months = int(unit_first["n"]) * (12 if unit_first["unit"].lower() == "year" else 1)
        options.append((unit_first.start(), unit_first.end(), months))
    for pattern, months in _NAMED:
        found = pattern.search(text)
        if found:
            options.append((found.start(), found.end(), months))
    if not options:
        return None
    start, end, months = min(options)
    return (months, start, end) if 0 < months <= 120 else None


def vague_words(text: str) -> str | None:
    """Words that promise a review without saying when; "biannually" may mean twice a year or every two."""
    found = _VAGUE.search(text)
    return found.group() if found else None
