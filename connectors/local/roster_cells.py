"""The cells of a list of people: dates, working days, absences and lists of words, as schools write them.

Each function returns a value or raises ValueError(wrong, right): two sentences for the person who wrote it.
"""

from __future__ import annotations

import re
from datetime import date

from bot.domain.people import WEEKDAYS, Absence
from bot.domain.roles import MEANT, SPELLINGS, employs

DATE = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d+"
DAYS = {
    word: number
    for number, words in enumerate(
        (
            "mon monday",
            "tue tues tuesday",
            "wed weds wednesday",
            "thu thur thurs thursday",
            "fri friday",
            "sat saturday",
            "sun sunday",
        )
    )
    for word in words.split()
}
LONGEST = 200
# Control characters, and those that turn the direction of whatever is written after them.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
RIGHT_DATE = "Write it as 4/12/2026 or 2026-12-04."
RIGHT_DAYS = "Write Mon-Fri, or the days: Mon Tue Wed."
# Signs and words that may stand between two roles of one job title.
JOINED = re.compile(r"[&+()]|\band\b", re.IGNORECASE)
RIGHT_ABSENCE = "Write 4/1/2027 to 12/3/2027 and the reason, or from 4/1/2027; a semicolon between two."
ABSENCE = re.compile(
    rf"(?P<open>from )?(?P<first>{DATE})"
    rf"(?: ?(?:to|until|till|-|–) ?(?P<until>{DATE}))?"
    r"(?:[ :,]+(?P<reason>.+))?",
    re.IGNORECASE,
)


def readable(said: str) -> None:
    """Refuse a name or reference that no person wrote so: with marks nobody sees, or longer than any."""
    unseen = UNSEEN.search(said)
    if unseen:
        wrong = f"character {unseen.start() + 1} of it is a mark that nobody sees (U+{ord(unseen[0]):04X})"
        raise ValueError(wrong, "Type it again by hand; it came along when it was copied.")
    if len(said) > LONGEST:
        raise ValueError(f"it has {len(said):,} characters", f"Write {LONGEST} at most.")


def day(said: str) -> date | None:
    """Read an ISO date or a British one; empty is None."""
    if not said:
        return None
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]+)?", said)
    british = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d+)(?: 0?0:00(?::00)?)?", said)
    if iso:
        return _date(said, *map(int, iso.groups()))
    if british is None:
        raise ValueError(f'"{said}" is not a date', RIGHT_DATE)
    if len(british[3]) != 4:
        raise ValueError(f'"{said}" has no year in four figures', RIGHT_DATE)
    return _date(said, int(british[3]), int(british[2]), int(british[1]))


def working_days(said: str) -> frozenset[int]:
    """Read "Mon Tue Wed", "Mon-Fri", "Monday, Thursday" or "MTW"; empty is Monday to Friday."""
    if not said:
        return WEEKDAYS
    days: set[int] = set()
    for piece in re.split(r"[\s,;/&+]+|\band\b", re.sub(r"\s*(?:-|–|\bto\b)\s*", "-", said)):
        days |= _days(piece, said)
    return frozenset(days)


def names(said: str) -> frozenset[str]:
    """Read "Class Teacher; DSL" as {"class-teacher", "dsl"}."""
    return frozenset(slug for slug in map(_slug, re.split(r"[;,|/]", said)) if slug)


def roles(said: str) -> frozenset[str]:
    """Read a cell of roles; "Deputy Head & DSL" is two, "Arts and Crafts Lead" one."""
    return frozenset(slug for part in re.split(r"[;,|/]", said) for slug in _roles_in(part) if slug)


def _roles_in(part: str) -> list[str]:
    pieces = [slug for slug in map(_slug, JOINED.split(part)) if slug]
    known = all(one in MEANT or one in SPELLINGS or employs(one) for one in pieces)
    return pieces if known else [_slug(part)]


def absences(said: str) -> tuple[Absence, ...]:
    """Read days away, one or several, each with an end or open ("from 4/1/2027")."""
    return tuple(_absence(one.strip()) for one in said.split(";") if one.strip())


def _absence(said: str) -> Absence:
    found = ABSENCE.fullmatch(said)
    if found is None:
        raise ValueError(f'"{said}" is not an absence', RIGHT_ABSENCE)
    first_on, until = day(found["first"]), day(found["until"] or "")
    if first_on is None or (until is not None and until < first_on):
        raise ValueError(f'"{said}" ends before it begins', RIGHT_ABSENCE)
    if until is None and not found["open"]:
        until = first_on
    return Absence(first_on, until, found["reason"] or "away")


def _slug(words: str) -> str:
    return re.sub(r"[\W_]+", "-", words.casefold().replace("'", "")).strip("-")


def _date(said: str, year: int, month: int, day_of_month: int) -> date:
    try:
        found = date(year, month, day_of_month)
    except ValueError:
        raise ValueError(f'"{said}" is not a day that exists', f"{RIGHT_DATE} The day comes first.") from None
    if not 1940 <= year <= 2100:
        raise ValueError(f'"{said}" is not a likely year', RIGHT_DATE)
    return found


def _days(piece: str, said: str) -> set[int]:
    if not piece:
        return set()
    first, dash, last = piece.partition("-")
    if dash:
        begin, end = _named(first), _named(last)
        if begin is not None and end is not None and begin <= end:
            return set(range(begin, end + 1))
        raise ValueError(f'"{said}" is not a list of days', RIGHT_DAYS)
    one = _named(piece)
    return {one} if one is not None else _letters(piece, said)


def _named(word: str) -> int | None:
    return DAYS.get(word.casefold().rstrip("."))


def _letters(piece: str, said: str) -> set[int]:
    """Read "MTW", "MTWThF" or "MTWTF". A lone T beside no W may be Tuesday or Thursday: refused."""
    marks = re.findall(r"Th|Tu|Sa|Su|M|T|W|F", piece)
    if "".join(marks) != piece:
        raise ValueError(f'"{said}" is not a list of days', RIGHT_DAYS)
    fixed = {"M": 0, "Tu": 1, "W": 2, "Th": 3, "F": 4, "Sa": 5, "Su": 6}
    bare = [place for place, mark in enumerate(marks) if mark == "T"]
    if len(bare) == 2:
        return {fixed[mark] for mark in marks if mark != "T"} | {1, 3}
    days = {fixed[mark] for mark in marks if mark != "T"}
    return days | {_tuesday_or_thursday(marks, place, said) for place in bare}


def _tuesday_or_thursday(marks: list[str], place: int, said: str) -> int:
    if "W" in marks[place:] or "Th" in marks:
        return 1
    if "W" in marks[:place] or "Tu" in marks:
        return 3
    raise ValueError(f'"{said}" may mean Tuesday or Thursday', "Write Tu or Th.")
