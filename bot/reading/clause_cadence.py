"""How often a duty falls due: as the sentence states it, or as proposed for its kind."""

from __future__ import annotations

import re

from bot.domain.cadence import MONTHS
from bot.reading.clause_months import YEARLY, cadence_of_months
from bot.reading.kinds import Rule

_COUNT = {"two": 2, "three": 3, "four": 4, "five": 5}
_MONTHS = "|".join(MONTHS)
_STATED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), cadence)
    for pattern, cadence in (
        (
            r"\b(?:start|beginning) of (?:each|every|the) (?:new )?(?:academic|school) year\b",
            "each September",
        ),
        (r"\bweekly\b|\b(?:each|every|once a) week\b|\ba week's worth\b", "weekly in term on Friday"),
        (r"\btermly\b|\b(?:each|every|once a|per) term\b", "each term"),
        (YEARLY.pattern, "every 12 months"),
        (r"\b(?:half-yearly|twice (?:a|each|every) year|every (?:6|six) months)\b", "every 6 months"),
        (r"\b(?:quarterly|(?:each|every|once a) quarter|every (?:3|three) months)\b", "every 3 months"),
        (r"(?<!\w)(?:monthly|(?:each|every|once a) month)\b", "every month"),
        (rf"\b(?:biennial(?:ly)?|every (?:other|second) (?:year|{_MONTHS}))\b", "every 24 months"),
        (
            r"\binduction\b|\bon (?:joining|entry|appointment|admission|enrolment)\b|\bwhen (?:they|a child|children|staff) (?:join|start)s?\b|\bnew (?:starters|staff|members of staff)\b",
            "on joining within 10 school days",
        ),
        (r"\bat all times\b", "always"),
    )
)
# What falls due oftener than a cadence can say is proposed with the next one below it, for a person to confirm.
_OFTENER: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(?:half[ -]term(?:ly)?|(?:each|every) half term)\b", re.IGNORECASE), "every month"),
    (
        re.compile(
            r"\b(?:daily|(?:each|every) (?:day|morning)|fortnightly|(?:each|every) fortnight)\b",
            re.IGNORECASE,
        ),
        "weekly in term on Friday",
    ),
)
_OFTEN = re.compile(
    r"\b(?:(?:week|month|term|quarter)ly|(?:each|every|once a|per) (?:week|month|term|quarter))\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\b(?:each|every) (?P<day>monday|tuesday|wednesday|thursday|friday)\b", re.IGNORECASE)
_YEARS = re.compile(r"\bevery (?P<n>two|three|four|five|\d) years?\b", re.IGNORECASE)
_AT_ONCE = re.compile(
    r"\b(?:immediately|without (?:delay|hesitation)|straight ?away|at once|as soon as|promptly|the same day|prior to|before)\b",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"\bwithin (?P<n>\d{1,3}|one|two|three|five|ten|twenty) (?P<unit>hours?|(?:working|school|calendar)? ?days?|weeks?)\b",
    re.IGNORECASE,
)
_NUMBER = {"one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "twenty": 20}


# Joining beside a rhythm: "annually, and for all new starters".
_ON_JOINING = re.compile(
    r"\binduct(?:ion|ed)\b|\b(?:on|upon|at|when|as|before) (?:they |staff |first )?(?:join(?:ing|s)?|start(?:ing|s)?"
    r"|entry|appointment|appointed|employment|commenc(?:ing|ement|e))\b"
    r"|\b(?:new|newly[ -]appointed|joining) (?:[\w-]+ ){0,2}?(?:starters?|staff|members?|employees?|joiners?"
    r"|colleagues?|recruits?|appointments?|teachers?|volunteers?|practitioners?|workers?)\b|\bnewcomers?\b",
    re.IGNORECASE,
)


def asks_on_joining(words: str) -> bool:
    """Say whether a sentence asks it of whoever joins, be it beside a rhythm it states."""
    return _ON_JOINING.search(words) is not None


def cadence_of(words: str, rule: Rule) -> tuple[str, bool]:
    """The cadence, and whether the document states it."""
    years = _YEARS.search(words)
    if years:
        number = years["n"].lower()
        return f"every {12 * (_COUNT.get(number) or int(number))} months", True
    weekday = _WEEKDAY.search(words)
    if weekday:
        return f"weekly in term on {weekday['day'].capitalize()}", True
    for pattern, cadence in _OFTENER:
        if pattern.search(words):
            return cadence, False
    rhythm = _rhythm(words)
    if rhythm:
        return rhythm, True
    if rule.when.startswith("on event"):
        return _event(words, rule.when)
    return rule.when, False


def _rhythm(words: str) -> str | None:
    months = None if _OFTEN.search(words) else cadence_of_months(words)
    return months or next((cadence for pattern, cadence in _STATED if pattern.search(words)), None)


def _event(words: str, proposed: str) -> tuple[str, bool]:
    within = _WITHIN.search(words)
    event = " ".join(proposed.split()[:3])
    if within:
        return f"{event} within {_span(within)}", True
    return proposed, _AT_ONCE.search(words) is not None


def _span(within: re.Match[str]) -> str:
    said, unit = within["n"].lower(), within["unit"].lower().strip()
    number = _NUMBER.get(said) or int(said)
    if unit.startswith("week"):
        number, unit = number * 7, "days"
    if unit.startswith("hour"):
        return f"{number} hours"
    word = (
        "working day" if unit.startswith("working") else "school day" if unit.startswith("school") else "day"
    )
    return f"{number} {word}{'' if number == 1 else 's'}"
