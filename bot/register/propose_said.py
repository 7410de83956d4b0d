"""What a document's lines say that its header does not hold: the data protection officer, urgent numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.phones import phones_in
from bot.reading.people import names_with_places

DATA_OFFICER = re.compile(
    r"\b(?:data protection officer|DPO)s?\b(?:\s*\(\s*(?:DPO|data protection officer)\s*\))?"
    r"(?:\s+(?:for|at|of|in)\s+(?:the|our|this)\s+(?:school|trust|setting|pre-?school))?"
    r"\s*(?:[:–,|(-]|\b(?:is|are|will be)\b[: ]*|\bname\b[: ]*)[\s:–(-]*",
    re.IGNORECASE,
)
TO_BE_DATA_OFFICER = re.compile(
    r"^[\s(,–-]*(?:is|as|acts as|,)?\s*(?:the|our)?\s*(?:school['’]s\s+)?(?:data protection officer|DPO)\b",
    re.IGNORECASE,
)
FARTHEST = 4
# Whose number a line gives, by its words; the first that fits counts.
WHOSE = (
    ("lado", re.compile(r"\bLADO\b|local authority designated officer", re.IGNORECASE)),
    (
        "dsl",
        re.compile(
            r"^(?!.*\b(?:deputy|DDSL|alternate)\b).*(?:\bDSL\b|designated safeguarding lead)", re.IGNORECASE
        ),
    ),
    ("office", re.compile(r"\b(?:school|main|our|pre-?school|nursery) office\b|^\W*office\b", re.IGNORECASE)),
)
OTHERS = re.compile(
    r"\b(?:NSPCC|Ofsted|police|ICO|Childline|CEOP|helpline|MASH|MARU|front ?door|out of hours|fax)\b",
    re.IGNORECASE,
)


def data_officers(lines: Sequence[str]) -> tuple[str, ...]:
    """Name whom the lines call data protection officer: a name right behind the words, or right before."""
    return tuple(dict.fromkeys(name for line in lines for name in _officers(line)))


def _officers(line: str) -> Iterator[str]:
    if re.search(r"data protection officer|\bDPO\b", line, re.IGNORECASE) is None:
        return
    line = line.replace("\t", ": ")  # a cell of a table
    ends = [found.end() for found in DATA_OFFICER.finditer(line)]
    for name, start, end in names_with_places(line):
        follows = any(0 <= start - at <= FARTHEST for at in ends)
        if follows or TO_BE_DATA_OFFICER.match(line[end:]):
            yield name


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A telephone number and the line it stands in, counted from 1."""

    number: str
    line: int


def urgent_numbers(lines: Sequence[str]) -> dict[str, tuple[PrintedNumber, ...]]:
    """Find the numbers beside the words for the council's LADO, the DSL and the office, each number once."""
    found: dict[str, dict[str, PrintedNumber]] = {whose: {} for whose, _ in WHOSE}
    for at, line in enumerate(lines, start=1):
        whose = next((one for one, words in WHOSE if words.search(line)), None)
        numbers = list(phones_in(line))
        # Of two numbers in a line nobody can tell which counts: two people's, or one by day and one by night.
        if whose is not None and len(numbers) == 1 and not OTHERS.search(line):
            found[whose].setdefault(numbers[0], PrintedNumber(numbers[0], at))
    return {whose: tuple(printed.values()) for whose, printed in found.items()}
