"""Table rows wrapped over several printed lines put back together: the label's rest, the value's rest."""

from __future__ import annotations

from bot.reading.dates import begins_with_date
from bot.reading.labels import Label, labels_on
from bot.reading.lines import Line
from bot.reading.people import has_body_word, names

_MOST_MORE = 4
_LABEL_LONGEST = 60
_LABEL_REST_WORDS = 3


def join_wrapped(lines: list[Line]) -> list[Line]:
    """The same lines by number; a row's further lines are emptied into the row's first."""
    joined = list(lines)
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


def _together(row: Line, more: Line) -> Line | None:
    """The row with what continues it, or None when the next line is a row or a paragraph of its own."""
    if len(row.cells) < 2 or not row.cells[0] or not more.cells or len(row.cells[0]) > _LABEL_LONGEST:
        return None
    rest = more.cells if len(more.cells) > 1 else (more.cells[0], *[""] * (len(row.cells) - 1))
    if _under_the_value(row, more):
        rest = ("", *more.cells)
    if len(rest) > len(row.cells) or not _continues(row, rest) or (not rest[0] and _dated(row, rest)):
        return None
    rest = (*rest, *[""] * (len(row.cells) - len(rest)))
    cells = tuple(_joined(*pair) for pair in zip(row.cells, rest, strict=True))
    return Line(row.number, f"{row.raw}\n{more.raw}", cells)


def _dated(row: Line, rest: tuple[str, ...]) -> bool:
    """Under one date another: each has a line of its own, as reviews have one after another."""
    return begins_with_date(row.cells[1]) and begins_with_date(rest[1])


def _under_the_value(row: Line, more: Line) -> bool:
    """The line stands where the row's second cell does, with nothing under its first."""
    if len(more.cells) >= len(row.cells):
        return False
    indent = len(more.raw) - len(more.raw.lstrip(" "))
    return more.raw.startswith("\t") or (indent > 2 and abs(indent - row.raw.find(row.cells[1])) <= 2)


def _joined(above: str, below: str) -> str:
    """One cell of both lines; two whole names under one another are two people."""
    people = above and below and all(names(words) == [words] for words in (above, below))
    return f"{above}, {below}" if people else " ".join(filter(None, (above, below)))


def _continues(row: Line, rest: tuple[str, ...]) -> bool:
    if not rest[0]:
        return _first_label(row.cells[0]) is not None
    if not rest[0][:1].islower() or len(rest[0].split()) > _LABEL_REST_WORDS:
        return False
    cell = f"{row.cells[0]} {rest[0]}"
    label = _first_label(cell)
    if label is None:
        return False
    beyond = cell[len(label.words) :].strip(" :()")
    return not beyond or (has_body_word(beyond) and len(beyond.split()) <= 2)


def _first_label(cell: str) -> Label | None:
    """The label at the head of a table's cell, which there needs no colon."""
    labels = labels_on(Line(1, cell, (cell, "")))
    return labels[0] if labels and labels[0].start == 0 else None
