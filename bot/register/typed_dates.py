"""Dates as people type them, turned into those that register.yaml holds."""

from __future__ import annotations

import re

from bot.reading.text.dates import find_dates

DAY = re.compile(r"\d{4}-\d\d-\d\d")
# "Summer 1, " of "Summer 1, 12 April 2027": read with the day behind it, its number would be a day too.
NUMBERED = re.compile(r"(?i)\s*[a-z][a-z ]*\d{1,2}\s*[,:;–-]\s*(?=(?:[a-z]+day\s|[a-z]{3,5}\s)?\d)")


def days_as_written(typed: str) -> str:
    """Return days as the register has them: "3 December 2026 and 11/3/2027" is "2026-12-03, 2027-03-11"."""
    found = [one for one in find_dates(typed) if DAY.fullmatch(one.value)]
    rest, at = "", 0
    for one in found:
        rest, at = rest + typed[at : one.start], one.end
    rest += typed[at:]
    words = re.sub(
        r"(?i)\b(?:and|on|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri)\b", "", rest
    )
    return ", ".join(one.value for one in found) if found and not re.search(r"\w", words) else typed


def term_as_written(line: str) -> tuple[str, str, str] | None:
    """Read a line about a term: its name, first day and last day; None: it does not give two days."""
    numbered = NUMBERED.match(line)
    begins = numbered.end() if numbered else 0
    found = [one for one in find_dates(line[begins:]) if DAY.fullmatch(one.value)]
    if len(found) != 2:
        return None
    first, last = found
    name = re.sub(
        r"(?i)[\s,:;–-]*(?:\bfrom|\b(?:mon|tues|wednes|thurs|fri)day)?[\s,:–-]*$",
        "",
        line[: begins + first.start],
    )
    return name.strip(" ,:;") or "Term", first.value, last.value
