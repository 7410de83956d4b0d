"""The day on which those who decide signed the document, where nothing else says when they approved it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from bot.reading.dates import FoundDate, find_dates
from bot.reading.lines import Line
from bot.reading.sheet import Stated

_SIGNED = re.compile(
    r"(?:signed|signature)\b(?!\s+(?:off|copy|copies|agreements?|forms?|consent))", re.IGNORECASE
)
_WHO_DECIDES = re.compile(
    r"\b(?:chair(?:person|man|woman)?|governors?|governing|trustees?|committee|proprietor|board|registered\s+person)\b",
    re.IGNORECASE,
)
# What is signed with a policy and is not the policy: "I have read it", a form, another's agreement.
_ANOTHER = re.compile(
    r"\b(?:i\s|parents?|carers?|pupil|child|employee|staff|borrower|witness|consent|review\w*)\b",
    re.IGNORECASE,
)
# "Draft 2, November 2025": the day of what nobody has approved yet.
_DRAFT = re.compile(r"\bdraft\b|\bfor\s+consultation\b", re.IGNORECASE)
_LINES = 6
_LONGEST = 110
_YEAR_ONLY = 4


def signatures(lines: list[Line]) -> Iterator[Stated]:
    """An approval for each block of signature lines that names a chair or a board, and a day."""
    worded = [line for line in lines if line.cells]
    for place, line in enumerate(worded):
        if not _SIGNED.match(line.text):
            continue
        block = list(itertools.takewhile(_short, worded[place : place + _LINES]))
        words = " ".join(one.text for one in block)
        if _ANOTHER.search(words) or not _WHO_DECIDES.search(words):
            continue
        days = [(one, day) for one in block for day in _days(one)]
        if len({day.value for _, day in days}) == 1:
            one, day = days[0]
            value = one.text[day.start : day.end]
            yield Stated("approve", "signed", value, one.number, one.raw.strip(), True, line.number)


def _short(line: Line) -> bool:
    if _DRAFT.search(line.text):
        return False
    return len(line.text) <= _LONGEST and not line.raw.lstrip().startswith("#")


def _days(line: Line) -> list[FoundDate]:
    return [day for day in find_dates(line.text) if len(day.value) > _YEAR_ONLY]
