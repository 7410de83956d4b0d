"""Which words of a line are labels, and what each label is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.label_words import LABEL, STEM
from bot.reading.lines import BLANK, WEBSITE, Line

_SEPARATOR = re.compile(r"(?:[\s:=.?–—\-|]|(?<=\s)/(?=\s|$))*")
_STRONG = re.compile(r"[^\S\t]*(?:\([^)]{0,40}\)\s*)?(?:[:=?\t]|[–—-]\s|/\s|$)")
_BREAK_BEFORE = re.compile(r"(?:^|[\t;|.,)(/]\s*|␣\s*|[–—-]\s+)$")
_MARK = re.compile(r"[\t;|.,)(/␣]\s*|[–—-]\s+")
_ASIDE = re.compile(r"\([a-z][^)]*\)|(?i:is|are|on|by|date)")  # "(if different)", which answers nothing
# "Prepared by (name and role):" tells the writer what to put there.
_HINT = re.compile(
    r"\s*\((?:print |insert |please )?(?:name|date|role|title|designation)s?\b[^)]{0,40}\)", re.IGNORECASE
)
_ALSO = re.compile(r"\s*\((?:and|also)\s[^)]{2,40}\)(?=\s*[:=\t])", re.IGNORECASE)  # "Headteacher (and DSL):"
_AFTER_AN_ASIDE = re.compile(r"\w \(\w{2,}\)\s*$")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*[.)]?\s+|[a-z]\)\s+|[ivx]+\)\s+)", re.IGNORECASE)
_LONGEST_LINE = 400
_FARTHEST = 130  # from one label to the next on a longer line: behind that the text itself has begun
_NUMBER_ALONE = re.compile(r"(?<=[vV])\d[\d.]*\s*(?:[\t;|,)]|$)")
_DATE_NEXT = re.compile(
    r"\s*(?:\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|spring|summer|autumn)[a-z]*\.?\s)",
    re.IGNORECASE,
)
_INSIDE_A_CELL = frozenset(
    {"next", "last", "approve", "approve_by", "review", "date", "version", "written", "cycle", "stop"}
)
_WITH_A_COLON = _INSIDE_A_CELL | {"owner", "head", "dsl", "deputy", "governor"}
_COMMITTEE = re.compile("committee", re.IGNORECASE)
_COLON = re.compile(r"\s{0,2}:")
_TITLE_WITHIN = 12  # lines in which "Care Policy Adopted October 2019" is a title and its label
_FIRST_WORD = re.compile(r"\w+\s+")
_KIND_BEFORE = re.compile(r"\b(?:policy|procedures?|plan|statement|code)\s+$", re.IGNORECASE)
_OF_A_PAGE = re.compile(r"\b(?:(?:web)?\s?page|(?:web)?\s?site)\s+$", re.IGNORECASE)  # has dates of its own
_DATE_BEFORE = re.compile(r"(?:\b(?:19|20)\d\d|[/.]\d\d)[\s,.;)]*$")


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
        value = self.value.replace(BLANK, "").strip(" :–-./*")
        return not value or _ASIDE.fullmatch(value) is not None


def labels_on(line: Line) -> list[Label]:
    """Every label of the line, in order."""
    text = line.text
    if len(text) > _LONGEST_LINE:
        text = text[:_LONGEST_LINE]  # a page that a converter put on one line: its head may be a header
    inside = ":" in text or (line.number <= _TITLE_WITHIN and any(map(str.isdigit, text)))
    if (
        not text
        or not STEM.search(text)
        or WEBSITE.search(line.text)
        or not (inside or _begins_a_label(text))
    ):
        return []
    marks: list[re.Match[str]] = []
    far = len(line.text) > _LONGEST_LINE
    for found in _in_cells(text):
        if far and found.start() - (marks[-1].end() if marks else 0) > _FARTHEST:
            break
        if _stands_as_label(text, found, marks[-1].end() if marks else None, line.number):
            marks.append(found)
    labels = []
    for place, found in enumerate(marks):
        end = marks[place + 1].start() if place + 1 < len(marks) else len(text)
        hint = _HINT.match(text, found.end())
        hint = hint or (_ALSO.match(text, found.end()) if found.lastgroup == "head" else None)
        after = _SEPARATOR.match(text, hint.end() if hint else found.end())
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


def _with_first_word(before: str, found: re.Match[str]) -> str:
    word = _FIRST_WORD.match(found.group())
    return before + (word.group() if word else "")


def _stands_as_label(text: str, found: re.Match[str], last_end: int | None, line: int) -> bool:
    """At the head of a cell; or inside one when a colon follows and a value or a stop stands before."""
    before, first = text[: found.start()], last_end is None
    if _OF_A_PAGE.search(before):
        return False
    strong = _STRONG.match(text, found.end()) is not None
    if _BREAK_BEFORE.search(before) or _NUMBERED.fullmatch(before):
        if found.lastgroup == "owner" and found.group()[0].islower() and _AFTER_AN_ASIDE.search(before):
            return False  # "Looked after children (LAC) lead:" leads something else
        if strong or not found.group()[0].islower():
            return True  # in lower case it is the middle of a sentence, but for these two
        after_another = not first and before.rstrip().endswith((";", "|"))
        return _NUMBER_ALONE.match(text, found.end()) is not None or (
            after_another and _DATE_NEXT.match(text, found.end()) is not None
        )
    colon = found.group()[0].isupper() and _COLON.match(text, found.end()) is not None
    if _COMMITTEE.match(found.group()) or found.lastgroup not in _INSIDE_A_CELL:
        return colon and found.lastgroup in _WITH_A_COLON
    after_date = _DATE_BEFORE.search(before) and _DATE_NEXT.match(text, found.end())
    after_title = (
        line <= _TITLE_WITHIN
        and _KIND_BEFORE.search(_with_first_word(before, found))
        and _DATE_NEXT.match(text, found.end())
    )
    shouted = found.group().isupper() and " " in found.group() and _DATE_NEXT.match(text, found.end())
    bare_date = found.lastgroup == "date" and not first and _DATE_NEXT.match(text, found.end())
    after_label = last_end is not None and not text[last_end : found.start()].strip()
    capital = found.group()[0].isupper() or found.lastgroup == "next"
    return (
        colon
        or (strong and not first)
        or (capital and bool(after_date or after_label or after_title or shouted or bare_date))
    )
