"""The month of the year a duty is done in, where its sentence names one: "annually, in May", "every autumn term"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from bot.rules.cadence import MONTHS

YEARLY = re.compile(
    r"\b(?:annual(?:ly)?|yearly|(?:each|every|once (?:a|per)|per) (?:academic |school |calendar )?year|per annum"
    r"|every (?:12|twelve) months)\b",
    re.IGNORECASE,
)
# A term means its last month, as it does for a review; its start means its first.
_TERMS = {"autumn": (9, 12), "michaelmas": (9, 12), "spring": (1, 4), "lent": (1, 4)}
_SUMMER = (4, 7)
# "March" and "May" are also verbs: they are months with a capital, behind words that lead to a month.
_SEASON = re.compile(
    r"(?P<lead>\b(?:(?:each|every)(?! other| second)|in|during|by|(?:no|not) later than|before|at|on|of)\b|[,(\t–-])[ ]*"
    r"(?:(?:late|early|mid)[ -])?(?:the )?(?:(?P<start>start|beginning|first (?:week|day)) of |(?P<end>end|last (?:week|day)) of )?"
    r"(?:(?:the )?(?:first half|second half|month) of )?"
    r"(?:(?:the|each|every) )?(?:new )?(?P<day>\d{1,2}(?:st|nd|rd|th)? (?:of )?)?"
    r"(?:(?P<month>january|february|(?-i:March)|april|(?-i:May)|june|july|august|sept(?:ember)?|october"
    r"|november|december)\b|(?P<term>autumn|spring|summer|michaelmas|lent|trinity) term\b)"
    # With a year behind it, it is one day in the past or to come, and none of every year.
    r"(?!,? (?:of )?(?:19|20)\d\d\b)(?! (?:be|not|have|also|only)\b)",
    re.IGNORECASE,
)
_PARTED = re.compile(
    r"[.;:]|\b(?:was|were|been|last|and|or|but|then|until|from|since|after)\b", re.IGNORECASE
)
_NEAR = 60
# "Objectives are agreed by 31 October": a habit, told without a year. "We will move in May" is done once.
_HABIT = re.compile(r"\b(?:is|are|must|should|each|[a-z]{3,}s)\b")
_ONCE = re.compile(
    r"\. |;|\b(?:will|shall|may|might|could|was|were|been|had|last|next|this year|(?:19|20)\d\d|from|since|until|version|approved|adopted|born)\b",
    re.IGNORECASE,
)
_OF_A_PERSON = re.compile(r"\b(?:who|whose|which|turn|aged|birthday)\b", re.IGNORECASE)
_MOST = 12
# Months of a year have no cadence of their own where there are several.
_SEVERAL = {2: "every 6 months", 3: "each term"}
# "By 1 September" is sooner than September.
_EARLY_DAY = 10


@dataclass(frozen=True, slots=True)
class YearlyMonth:
    """The words that name the month, where they stand in the sentence, and the cadence they make."""

    words: str
    cadence: str
    start: int
    end: int


def cadence_of_months(words: str) -> YearlyMonth | None:
    """Return how often by the months in which the sentence has something done every year: "each September".

    None where it names none, or others besides, whatever it says of them.
    """
    seasons = [season for season in islice(_SEASON.finditer(words), _MOST) if not _is_sooner(season)]
    months = {_month(season) for season in seasons if _is_yearly(season, words)}
    if not months or {_month(season) for season in seasons} != months:
        return None
    cadence = f"each {MONTHS[months.pop() - 1]}" if len(months) == 1 else _SEVERAL.get(len(months))
    if cadence is None:
        return None
    start, end = seasons[0].start(), seasons[-1].end()
    return YearlyMonth(words[start:end].strip(" ,(\t"), cadence, start, end)


def _is_sooner(season: re.Match[str]) -> bool:
    day = re.match(r"\d+", season["day"] or "")
    return season["lead"].lower() == "by" and day is not None and int(day.group()) <= _EARLY_DAY


def _is_yearly(season: re.Match[str], words: str) -> bool:
    """It says so itself ("each May", "the start of the autumn term"), or what stands near it does.

    So does a cell of its own in a table of what is done when.
    """
    said = season.group().lower()
    of_term = season["term"] and (season["start"] or season["end"])
    if "each " in said or "every " in said or of_term or said.startswith("\t"):
        return True
    if season["lead"][0].isalpha() and not YEARLY.search(words):
        before = words[max(0, season.start() - _NEAR // 2) : season.start()]
        return _HABIT.search(words) is not None and not (_ONCE.search(words) or _OF_A_PERSON.search(before))
    between = (
        (min(season.end(), year.end()), max(season.start(), year.start()))
        for year in islice(YEARLY.finditer(words), _MOST)
    )
    return any(end - start < _NEAR and not _PARTED.search(words, start, end) for start, end in between)


def _month(season: re.Match[str]) -> int:
    if season["month"]:
        name = season["month"].lower()[:3]
        return next(number for number, month in enumerate(MONTHS, 1) if month.lower().startswith(name))
    first, last = _TERMS.get(season["term"].lower(), _SUMMER)
    return first if season["start"] else last
