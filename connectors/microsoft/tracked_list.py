"""The list of cases on the school's site, brought up to date row by row; people's own columns stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import GiveUp
from connectors.microsoft import lists
from connectors.microsoft.client import Graph
from connectors.microsoft.list_columns import kind_of, name_of
from connectors.microsoft.pace import Pace
from connectors.microsoft.site_list import SiteList

Row = Mapping[str, str]


class SiteTrackedList:
    """Our rows are those with a key. What people add beside them, items or columns, is never touched.

    A column of ours that is not told any more is emptied, and stays.

    Rows are added and changed first, and taken away last: whoever reads meanwhile misses nothing.
    """

    def __init__(
        self,
        graph: Graph,
        site: str,
        name: str,
        *,
        columns: Sequence[str] = (),
        pace: Pace | None = None,
    ) -> None:
        """`columns`: the titles of what the settings let out, for `check`."""
        self._graph, self._site, self._name, self._pace = graph, site, name, pace
        self._columns = tuple(columns)
        self._lists: dict[tuple[str, ...], SiteList] = {}

    def replace(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Make these our rows; the same again writes nothing."""
        there = self._list(tuple(columns))
        there.ready(lists.cases(columns).columns)
        wanted = {_shown(columns[0], row[0]): dict(zip(columns, row, strict=True)) for row in rows}
        known = _ours(there, columns)
        for key, row in wanted.items():
            item = known.get(key)
            if item is None:
                there.add({lists.TITLE: key, **_fields(row)})
                continue
            changed = {title: said for title, said in row.items() if _shown(title, said) != item.cells[title]}
            if changed or item.left:
                there.change(item.id, _fields(changed) | dict.fromkeys(item.left))
        for key, item in known.items():
            if key not in wanted:
                there.remove(item.id)

    def check(self) -> None:
        self._list(self._columns).check(lists.cases(self._columns).columns)

    def _list(self, columns: tuple[str, ...]) -> SiteList:
        """Keep one list for each set of columns: a new one is looked at before it is written."""
        if columns not in self._lists:
            self._lists[columns] = SiteList(self._graph, self._site, self._name, pace=self._pace)
        return self._lists[columns]


@dataclass(frozen=True, slots=True)
class _Item:
    """One of our rows as it stands: its cells as text, and what it still says in columns we left."""

    id: str
    cells: Row
    left: tuple[str, ...]


def _ours(there: SiteList, columns: Sequence[str]) -> dict[str, _Item]:
    """Read our rows by key."""
    found: dict[str, _Item] = {}
    for item in there.items([*map(name_of, columns), *there.outdated]):
        fields = item.get("fields") or {}
        cells = {title: kind_of(title).text(fields.get(name_of(title))) for title in columns}
        left = tuple(name for name in there.outdated if fields.get(name) is not None)
        key = cells[columns[0]]
        if key in found:
            raise GiveUp(f"Two rows of the list have the key {key}: its column is not unique.")
        if key:
            found[key] = _Item(str(item["id"]), cells, left)
    return found


def _fields(row: Row) -> dict[str, Any]:
    return {name_of(title): kind_of(title).value(said) for title, said in row.items()}


def _shown(title: str, said: str) -> str:
    """Say what a cell shows once it was written."""
    kind = kind_of(title)
    return kind.text(kind.value(said))
