"""People down, tasks across: who has done what they are asked, of one kind of task or of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.rules.obligations import Kind
from bot.status.links import LinkedRow, linked_rows, person_page, policy_page
from bot.status.model import AREAS, REVIEWS, SchoolStatus, slug

# Reviews are asked of a body, not of each person: they have pages of their own.
KINDS: Mapping[str, tuple[str, tuple[Kind, ...]]] = {
    slug(title): (title, kinds) for title, kinds in AREAS.items() if title != REVIEWS
}


@dataclass(frozen=True, slots=True)
class Column:
    """One task, with the page that says what it asks."""

    key: str
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One person. `cells`: for each column the lines of theirs, the most pressing first; empty: not asked."""

    person: str
    name: str
    href: str
    cells: tuple[tuple[LinkedRow, ...], ...]

    @property
    def open(self) -> int:
        """Return how many tasks are not done."""
        return sum(one.line.state in PRESSING for cell in self.cells for one in cell)

    @property
    def settled(self) -> int:
        """Return how many tasks are done, on hold or not needed."""
        return sum(len(cell) for cell in self.cells) - self.open


@dataclass(frozen=True, slots=True)
class Matrix:
    """Tasks and the people who are asked for them. `open`: how many people have something open."""

    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def open(self) -> int:
        return sum(1 for one in self.rows if one.open)


def matrix(snapshot: Snapshot, standing: SchoolStatus, reader: str, kind: str = "", task: str = "") -> Matrix:
    """Return who stands where with the tasks of a kind of KINDS, or with one task; empty: with all."""
    kinds = KINDS[kind][1] if kind else tuple(one for _, some in KINDS.values() for one in some)
    lines = [one for one in standing.lines if one.kind in kinds and task in {"", one.obligation}]
    of: dict[tuple[str, str], list[LinkedRow]] = {}
    for row in linked_rows(snapshot, standing.school, lines, reader):
        of.setdefault((row.line.person, row.line.obligation), []).append(row)
    columns = tuple(sorted(_columns(row for some in of.values() for row in some), key=lambda one: one.title))
    names = {row.line.person: row.line.name for some in of.values() for row in some}
    rows = tuple(
        MatrixRow(key, name, person_page(key), tuple(tuple(of.get((key, one.key), ())) for one in columns))
        for key, name in sorted(names.items(), key=lambda pair: pair[1])
    )
    return Matrix(columns, rows)


def _columns(rows: Iterable[LinkedRow]) -> Iterable[Column]:
    found: dict[str, Column] = {}
    for row in rows:
        line = row.line
        rule = f"/office/rules/{quote(line.obligation, safe='')}"
        found.setdefault(
            line.obligation,
            Column(line.obligation, line.title, policy_page(line.policy) if line.policy else rule),
        )
    return found.values()
