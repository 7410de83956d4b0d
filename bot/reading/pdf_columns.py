"""A page set in two columns like a newspaper: the left column is read to its end before the right one."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

_LEAST_ROWS = 10  # lines side by side; fewer are a table or a pair of signatures
_LETTERS = 30  # of a line, in the middle: cells of a table are mostly shorter
_WIDE = 0.75  # of the column
_RUNNING = 0.3  # of the lines go on with a small letter
_EVEN = 0.55  # a column has at least so many lines as the other, for each of its
_GAP = 1.35  # of the usual distance between lines
_ROWS_OF_A_TABLE = 0.6


@dataclass(slots=True)
class Run:
    """Letters printed one after another on one base line."""

    base: float
    left: float
    right: float
    height: float
    letters: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.letters).strip()


Row = list[Run]


def in_reading_order(rows: list[Row]) -> list[list[Row]]:
    """The page's lines in the order they are read: all in one list, or a list for each part of a column."""
    edge = _right_column(rows)
    if edge is None:
        return [rows]
    parts: list[list[Row]] = []
    left: list[Row] = []
    right: list[Row] = []
    for row in rows:
        before = [run for run in row if run.right <= edge]
        behind = [run for run in row if run.left >= edge - run.height / 2]
        if len(before) + len(behind) < len(row):
            parts += [left, right, [row]]  # a line across both ends what stands above it
            left, right = [], []
            continue
        left += [before] if before else []
        right += [behind] if behind else []
    return [part for part in (*parts, left, right) if part]


def _right_column(rows: list[Row]) -> float | None:
    """Where the right column begins, if the page is set in two columns of running text."""
    pairs = [row for row in rows if len(row) > 1]
    if len(pairs) < _LEAST_ROWS:
        return None
    edge = Counter(round(row[1].left) for row in pairs).most_common(1)[0][0]
    sided = [row for row in pairs if abs(row[1].left - edge) < row[1].height]
    if len(sided) < _LEAST_ROWS or any(len(row) > 2 for row in sided):
        return None
    top, foot = sided[0][0].base, sided[-1][0].base
    within = [run for row in rows for run in row if foot <= run.base <= top]
    left = [run for run in within if run.right <= edge]
    right = [run for run in within if run.left >= edge - run.height / 2]
    even = min(len(left), len(right)) >= _EVEN * max(len(left), len(right))
    return float(edge) if even and _is_text(left) and _is_text(right) and _apart(left, right) else None


def _is_text(column: Sequence[Run]) -> bool:
    lengths = sorted(len(run.text) for run in column)
    widest = max(run.right - run.left for run in column)
    wide = sum(run.right - run.left >= _WIDE * widest for run in column)
    running = sum(run.text[:1].islower() for run in column)
    return (
        lengths[len(lengths) // 2] >= _LETTERS
        and 2 * wide >= len(column)
        and running >= _RUNNING * len(column)
    )


def _apart(left: Sequence[Run], right: Sequence[Run]) -> bool:
    """Paragraphs end in one column wherever they do in the other: rows of a table end together."""
    ends, others = _paragraphs(left), _paragraphs(right)
    together = sum(any(abs(one - other) < 2 for other in others) for one in ends)
    return together < _ROWS_OF_A_TABLE * max(len(ends), 1)


def _paragraphs(column: Sequence[Run]) -> list[float]:
    """The base lines below a gap."""
    steps = [(upper.base - lower.base, lower.base) for upper, lower in itertools.pairwise(column)]
    usual = sorted(step for step, _ in steps)[len(steps) // 2] if steps else 0
    return [base for step, base in steps if step > _GAP * usual]
