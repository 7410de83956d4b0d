"""Reports that people fill in through a form of Microsoft Lists, read by delta and taken away once kept.

The list is one of its own: whoever may read the list of cases must not read what is reported. Who made an
item is not asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from bot.errors import GiveUp, TryAgain
from bot.ports import Filled, News
from connectors.microsoft import lists
from connectors.microsoft.changes import changes
from connectors.microsoft.client import Graph
from connectors.microsoft.list_columns import name_of
from connectors.microsoft.pace import Pace, site_pace
from connectors.microsoft.site_list import SiteList


class ListForm:
    """A list whose form the school shares with its staff. `categories`: what may be chosen there."""

    def __init__(
        self,
        graph: Graph,
        site: str,
        name: str,
        *,
        categories: Sequence[str],
        pace: Pace | None = None,
    ) -> None:
        self._graph = graph
        self._pace = pace or site_pace()
        self._name = name
        self._list = SiteList(graph, site, name, pace=self._pace)
        self._columns = lists.reports(categories).columns

    def filled(self, cursor: str | None) -> News[Filled]:
        """Read what was filled in since a cursor, an empty form too, not what is gone. Raises TryAgain."""
        try:
            self._list.ready(self._columns)
            found = changes(
                self._graph,
                self._list.since(),
                # A place in a list that was deleted since is a place in nothing.
                cursor if cursor is not None and self._list.id in unquote(cursor) else None,
                pace=self._pace,
                doing=f'read the list "{self._name}" on the school\'s site',
            )
        except TryAgain:
            self._list.forget()
            raise
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        items = tuple(self._filled(one) for one in found.items if "deleted" not in one)
        return News(items, found.cursor)

    def taken(self, key: str) -> None:
        """Take the item away; the site keeps it in its recycle bin for 93 days."""
        self._list.ready(self._columns)
        list_id, _, item = key.partition("/")
        if list_id == self._list.id:
            self._list.remove(item)

    def check(self) -> None:
        self._list.check(self._columns)

    def _filled(self, item: dict[str, Any]) -> Filled:
        """Read a form, named by its list too: another list of the same name counts its items from one again.

        What was typed into the list's own title belongs to what happened.
        """
        if "fields" not in item:
            raise TryAgain(f'Microsoft 365 did not say what stands in an item of the list "{self._name}".')
        fields = self._list.named(item["fields"])
        cells = {
            cell: str(fields.get(name_of(title)) or "").strip() for cell, title in lists.REPORT_CELLS.items()
        }
        title = str(fields.get(lists.TITLE) or "").strip()
        cells["what"] = "\n\n".join(filter(None, (title, cells["what"])))
        return Filled(f"{self._list.id}/{item['id']}", cells)
