"""Table rows wrapped over several printed lines put back together: the label's rest, the value's rest."""

from __future__ import annotations

import itertools
import re

from bot.reading.dates import find_dates
from bot.reading.labels import Label, labels_on
from bot.reading.lines import Line
from bot.reading.people import has_body_word, names

_MOST_MORE = 4
_LABEL_LONGEST = 60
_LABEL_REST_WORDS = 3
_NARROW = 16
_OPEN_END = re.compile(r"\b(?:for|of|and|the)$|&$", re.IGNORECASE)
_BODY_GOES_ON = re.compile(r"(?:Body|Board|Committee|Trustees|Governors)\b")


def join_wrapped(lines: list[Line]) -> list[Line]:
    """The same lines by number; a row's further lines are emptied into the row's first."""
    joined = _years_below(_narrow(lines))
    place = 0
    while place < len(joined):
        end = place + 1
        while end < len(joined) and end - place <= _MOST_MORE:
            whole = _together(joined[place], joined[end])
            if whole is None:
                break
            joined[place] = whole
            joined[end] = Line(joined[end].number, joined[end].raw, ())
            end += 1
        place = end
    return joined


_ENDS_IN_A_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$|\bterm$", re.IGNORECASE
)
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d\.?")


def _years_below(lines: list[Line]) -> list[Line]:
    """ "Date approved: 4 March" and on the next line "2025": the year goes with its day."""
    joined = list(lines)
    for place, (upper, lower) in enumerate(itertools.pairwise(lines)):
        if _ENDS_IN_A_MONTH.search(upper.text) and _YEAR_ALONE.fullmatch(lower.text):
            *before, last = upper.cells
            cells = (*before, f"{last} {lower.text}")
            joined[place] = Line(upper.number, f"{upper.raw}\n{lower.raw}", cells)
            joined[place + 1] = Line(lower.number, lower.raw, ())
    return joined


def _narrow(lines: list[Line]) -> list[Line]:
    """Paragraphs of a narrow column that are one label ("Date / of / next / review") or one date."""
    joined = list(lines)
    for worded, run in itertools.groupby(lines, key=lambda line: bool(line.cells)):
        rows = list(run)
        if not worded or not 1 < len(rows) <= _MOST_MORE or any(len(row.text) > _NARROW for row in rows):
            continue
        text = " ".join(row.text for row in rows)
        first, *rest = rows
        if (_is_label(text) and all(row.text[:1].islower() for row in rest)) or _is_date(text, first):
            joined[first.number - 1] = Line(first.number, "\n".join(row.raw for row in rows), (text,))
            for row in rest:
                joined[row.number - 1] = Line(row.number, row.raw, ())
    return joined


def _is_label(text: str) -> bool:
    found = labels_on(Line(1, text, (text,)))
    return bool(found) and found[0].start == 0 and len(found[0].words) == len(text)


def _is_date(text: str, first: Line) -> bool:
    found = find_dates(text)
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(text)
    return whole and not find_dates(first.text)


def _together(row: Line, more: Line) -> Line | None:
    """The row with what continues it, or None when the next line is a row or a paragraph of its own."""
    if len(row.cells) < 2 or not row.cells[0] or not more.cells or len(row.cells[0]) > _LABEL_LONGEST:
        return None
    rest = more.cells if len(more.cells) > 1 else (more.cells[0], *[""] * (len(row.cells) - 1))
    if _under_the_value(row, more) or _names_a_body(row, more):
        rest = ("", *more.cells)
    if len(rest) > len(row.cells) or not _continues(row, rest) or (not rest[0] and _dated(row, rest)):
        return None
    rest = (*rest, *[""] * (len(row.cells) - len(rest)))
    cells = tuple(_joined(*pair) for pair in zip(row.cells, rest, strict=True))
    return Line(row.number, f"{row.raw}\n{more.raw}", cells)


def _dated(row: Line, rest: tuple[str, ...]) -> bool:
    """Under one date another: each has a line of its own, as reviews have one after another."""
    return bool(find_dates(row.cells[1]) and find_dates(rest[1]))


def _under_the_value(row: Line, more: Line) -> bool:
    """The line stands where the row's second cell does, with nothing under its first."""
    if len(more.cells) >= len(row.cells):
        return False
    indent = len(more.raw) - len(more.raw.lstrip(" "))
    tabbed = more.raw.startswith("\t") and not row.raw.startswith("\t")
    return tabbed or (indent > 2 and abs(indent - row.raw.find(row.cells[1])) <= 2)


def _names_a_body(row: Line, more: Line) -> bool:
    """ "Approved by: Full Governing" and below it "Body": the rest of the value, under whichever cell."""
    return row.cells[1].endswith(("Governing", " of", " &", " and")) and bool(_BODY_GOES_ON.match(more.text))


def _joined(above: str, below: str) -> str:
    """One cell of both lines; two whole names under one another are two people."""
    people = above and below and all(names(words) == [words] for words in (above, below))
    return f"{above}, {below}" if people else " ".join(filter(None, (above, below)))


def _continues(row: Line, rest: tuple[str, ...]) -> bool:
    if not rest[0]:
        return _first_label(row.cells[0]) is not None
    if len(rest[0].split()) > _LABEL_REST_WORDS:
        return False
    cell = f"{row.cells[0]} {rest[0]}"
    if not rest[0][:1].islower():
        # "Foundation governor for" and below it "Safeguarding"
        return _OPEN_END.search(row.cells[0]) is not None and not any(rest[1:]) and not _is_label(rest[0])
    label = _first_label(cell)
    if label is None:
        return False
    beyond = cell[len(label.words) :].strip(" :()")
    return not beyond or (has_body_word(beyond) and len(beyond.split()) <= 2)


def _first_label(cell: str) -> Label | None:
    """The label at the head of a table's cell, which there needs no colon."""
    labels = labels_on(Line(1, cell, (cell, "")))
    return labels[0] if labels and labels[0].start == 0 else None
