"""Which words of a line are labels, and what each label is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.label_words import LABEL, STEM
from bot.reading.lines import BLANK, Line

_SEPARATOR = re.compile(r"[\s:=.–—\-|]*")
_STRONG = re.compile(r"[^\S\t]*(?:\([^)]{0,40}\)\s*)?(?:[:=\t]|[–—-]\s|$)")
_BREAK_BEFORE = re.compile(r"(?:^|[\t;|.,)(/]\s*|␣\s*|[–—-]\s+)$")
_MARK = re.compile(r"[\t;|.,)(/␣]\s*|[–—-]\s+")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+|[a-z]\)\s+|[ivx]+\)\s+)", re.IGNORECASE)
_LONGEST_LINE = 400
_NUMBER_ALONE = re.compile(r"(?<=[vV])\d[\d.]*\s*(?:[\t;|,)]|$)")
_DATE_NEXT = re.compile(
    r"\s*(?:\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|spring|summer|autumn)[a-z]*\.?\s)",
    re.IGNORECASE,
)
_INSIDE_A_CELL = frozenset(
    {"next", "last", "approve", "approve_by", "review", "date", "version", "written", "cycle", "stop"}
)
_COMMITTEE = re.compile("committee", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Label:
    """A label on a line and the words after it, up to the next label."""

    group: str
    words: str
    value: str
    line: int
    start: int
    end: int
    strong: bool

    @property
    def blank(self) -> bool:
        return not self.value.replace(BLANK, "").strip(" :–-.")


def labels_on(line: Line) -> list[Label]:
    """Every label of the line, in order."""
    text = line.text
    if not text or len(text) > _LONGEST_LINE or not STEM.search(text) or not _begins_a_label(text):
        return []
    marks: list[re.Match[str]] = []
    for found in _in_cells(text):
        if _stands_as_label(text, found, first=not marks):
            marks.append(found)
    labels = []
    for place, found in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        after = _SEPARATOR.match(text, found.end())
        begins = min(after.end() if after else found.end(), end)
        strong = _STRONG.match(text, found.end()) is not None
        labels.append(
            Label(
                str(found.lastgroup),
                found.group(),
                text[begins:end].strip(),
                line.number,
                found.start(),
                end,
                strong,
            )
        )
    return labels


def _in_cells(text: str) -> Iterator[re.Match[str]]:
    """Wordings of labels from left to right, none reaching over the edge of its cell."""
    place = 0
    while found := LABEL.search(text, place):
        edge = found.group().find("\t")
        if edge >= 0:
            place = found.start() + edge + 1
            found = LABEL.match(text, found.start(), place)
            if not found:
                continue
        place = max(found.end(), place)
        yield found


def _begins_a_label(text: str) -> bool:
    """Whether a label stands at the head of some cell or part: asked first, because prose seldom has one."""
    numbered = _NUMBERED.match(text)
    heads = [0, *(mark.end() for mark in _MARK.finditer(text)), *([numbered.end()] if numbered else [])]
    return any(LABEL.match(text, head) for head in heads)


def _stands_as_label(text: str, found: re.Match[str], *, first: bool) -> bool:
    """At the head of a cell; or inside one when a colon follows and a value or a stop stands before."""
    before = text[: found.start()]
    strong = _STRONG.match(text, found.end()) is not None
    if _BREAK_BEFORE.search(before) or _NUMBERED.fullmatch(before):
        if strong or not found.group()[0].islower():
            return True  # in lower case it is the middle of a sentence, but for these two
        after_another = not first and before.rstrip().endswith((";", "|"))
        return _NUMBER_ALONE.match(text, found.end()) is not None or (
            after_another and _DATE_NEXT.match(text, found.end()) is not None
        )
    return strong and not first and found.lastgroup in _INSIDE_A_CELL and not _COMMITTEE.match(found.group())
