"""Dates in every form UK schools write them, day first, as exact as the words and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.rules.policies import PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TERMS = {
    "spring": "spring", "lent": "spring",
    "summer": "summer", "trinity": "summer",
    "autumn": "autumn", "michaelmas": "autumn",
    "gwanwyn": "spring", "haf": "summer", "hydref": "autumn",
}  # fmt: skip

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:r?uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|ionawr|chwefror|mawrth|ebrill|mai|mehefin|gorffennaf|awst|medi|hydref|tachwedd|rhagfyr)\.?"
)
_WELSH = {
    name: number
    for number, name in enumerate(
        "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr".split(), 1
    )
}
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DAY_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth"
    " fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third"
    " twenty-fourth"
    " twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
_DAY_WORD = "|".join(sorted(_DAY_WORDS, key=len, reverse=True))
_ORDINAL = r"\s?(?:st|nd|rd|th)?\.?"
_SHORT = r"(?:(?:19|20)\d{2}|['’‘]?\d{2})"
_SEP = r"(?:[\s,/\-–.]{1,3})"

_DATE = re.compile(
    rf"""(?:(?<![\w/.\-])|(?<=\bmid-))(?:
      (?P<iso>(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?![\d\-])
    | (?P<d1>{_DAY}){_ORDINAL}(?:\s+day)?(?:\s+of)?[\s,/\-–.]*(?P<m1>{_MONTH}){_SEP}?(?P<y1>{_SHORT})
    | (?P<m2>{_MONTH})\s+(?P<d2>{_DAY})\s?(?:st|nd|rd|th)?(?:,\s*|\s+)(?P<y2>(?:19|20)\d\d)
    | (?P<d3>{_DAY})\s?(?P<sep>[/.\-])\s?(?P<n3>0?[1-9]|1[0-2])\s?(?P=sep)\s?(?P<y3>(?:19|20)\d\d|\d\d)
    | (?P<y6>(?:19|20)\d\d)[/.](?P<n6>0?[1-9]|1[0-2])[/.](?P<d6>{_DAY})
    | (?P<term>aut(?:umn)?|spr(?:ing)?|sum(?:mer)?|michaelmas|lent|trinity)(?:\s+term)?(?:\s+[1-6](?!\d))?
        (?:\s*(?:of|in))?{_SEP}?(?P<y4>{_SHORT})(?P<span>\s?[/\-–]\s?\d\d(?:\d\d)?(?!\d))?
    | tymor\s+(?:yr?\s+)?(?P<welsh>gwanwyn|haf|hydref){_SEP}?(?P<y11>{_SHORT})
    | (?P<d8>{_DAY_WORD})(?:\s+day)?\s+of\s+(?P<m8>{_MONTH}),?\s+(?P<y8>(?:19|20)\d\d)
    | (?P<m5>{_MONTH}){_SEP}?(?:of\s+)?(?P<y5>{_SHORT})
    | (?P<n9>0?[1-9]|1[0-2])/(?P<d9>1[3-9]|2\d|3[01])/(?P<y9>(?:19|20)\d\d)
    | (?P<n7>0?[1-9](?=/)|0[1-9]|1[0-2])[/.](?P<y7>(?:19|20)\d\d)
    | end\s+of\s+(?:the\s+)?(?:(?:school|academic)\s+year|session)\s+(?P<y10>20\d\d)\s?[/\-–]\s?(?:20)?\d\d
    )(?![\w]|[/\-]\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR_ALONE = re.compile(
    r"\s*(?:(?:(?:academic|school) year|session)\s+)?((?:19|20)\d\d)(?:\s?[/\-–]\s?(?:20)?\d\d)?\s*[.)]?\s*",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(r"\s*(0?[1-9]|1[0-2])\s?[/.]\s?([1-4]\d)\s*")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date inside a text: its value and where its words stand."""

    value: str
    start: int
    end: int


def _year(words: str) -> int:
    digits = words.lstrip("'’‘")
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month(words: str) -> int:
    name = words.lower().rstrip(".")
    return _WELSH.get(name) or _MONTHS.index(name[:3]) + 1


def _day(words: str) -> int:
    return int(words) if words.isdigit() else _DAY_WORDS.index(words.lower()) + 1


def _term(name: str, year: str, *, academic_year: bool) -> str:
    """ "Spring 2024/25" is the spring of 2025; "Spring 2024" is that year's."""
    term = _TERMS.get(name.lower()) or next(one for one in _TERMS if one.startswith(name.lower()))
    later = academic_year and term != "autumn"
    return f"{_year(year) + later}-{term}"


def _value(found: re.Match[str]) -> str:
    part = found.groupdict()
    if part["iso"]:
        return str(part["iso"])
    term = part["term"] or part["welsh"] or (part["y10"] and "summer")
    if term:
        span = part["y10"] is not None or part["span"] is not None
        return _term(term, part["y4"] or part["y11"] or part["y10"], academic_year=span)
    for day, month, year in (("d1", "m1", "y1"), ("d2", "m2", "y2"), ("d8", "m8", "y8")):
        if part[day]:
            return f"{_year(part[year])}-{_month(part[month]):02}-{_day(part[day]):02}"
    for day, month, year in (("d3", "n3", "y3"), ("d6", "n6", "y6"), ("d9", "n9", "y9")):
        if part[day]:
            return f"{_year(part[year])}-{int(part[month]):02}-{int(part[day]):02}"
    if part["m5"]:
        return f"{_year(part['y5'])}-{_month(part['m5']):02}"
    return f"{_year(part['y7'])}-{int(part['n7']):02}"


def _possible(value: str) -> bool:
    try:
        parsed = PartialDate.parse(value)
    except ValueError:
        return False
    return 1985 <= parsed.first.year <= 2060


def find_dates(text: str) -> list[FoundDate]:
    """Every date in the text, left to right. A day no calendar has is not a date."""
    if not any(sign.isdigit() for sign in text):
        return []
    found = (FoundDate(_value(match), match.start(), match.end()) for match in _DATE.finditer(text))
    return [date for date in found if _possible(date.value)]


def begins_with_date(text: str) -> bool:
    """Return whether the text's first words are a date."""
    dates = find_dates(text)
    return bool(dates) and dates[0].start == 0


def date_alone(text: str) -> str | None:
    """What is a date only when the text is nothing else: a year, an academic year (its first), "11/27"."""
    found = _YEAR_ALONE.fullmatch(text)
    if found:
        return found.group(1) if _possible(found.group(1)) else None
    month = _MONTH_ALONE.fullmatch(text)
    return f"20{month.group(2)}-{int(month.group(1)):02}" if month else None
