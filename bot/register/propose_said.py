"""What a document's own lines say that its header does not hold: who is the data protection officer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

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
