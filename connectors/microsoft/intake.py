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
from connectors.microsoft.changes import changes
from connectors.microsoft.client import Graph
from connectors.microsoft.list_columns import LINE, WORDS, choice, column, name_of
from connectors.microsoft.pace import Pace, site_pace
from connectors.microsoft.site_list import SiteList

WHAT, WHERE, ABOUT = "What happened", "Where and when", "Who it is about"
CATEGORY, NAME, EMAIL = "What it is about", "Your name", "Your e-mail address"
CELLS = {
    "category": CATEGORY,
    "what": WHAT,
    "where_when": WHERE,
    "about": ABOUT,
    "reporter_name": NAME,
    "reporter_email": EMAIL,
}


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
        self._columns = [
            choice(CATEGORY, tuple(categories)),
            column(WHAT, WORDS),
            column(WHERE, WORDS),
            column(ABOUT, WORDS),
            column(NAME, LINE),
            column(EMAIL, LINE),
        ]

    def filled(self, cursor: str | None) -> News[Filled]:
        """Read what was filled in since a cursor; what is empty or gone is left out. Raises TryAgain."""
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
        items = (_filled(self._list.id, one) for one in found.items if "deleted" not in one)
        return News(tuple(one for one in items if any(one.cells.values())), found.cursor)

    def taken(self, key: str) -> None:
        """Take the item away; the site keeps it in its recycle bin for 93 days."""
        self._list.ready(self._columns)
        list_id, _, item = key.partition("/")
        if list_id == self._list.id:
            self._list.remove(item)

    def check(self) -> None:
        self._list.check()


def _filled(list_id: str, item: dict[str, Any]) -> Filled:
    """Name a form by its list too: another list of the same name counts its items from one again."""
    fields = item.get("fields") or {}
    cells = {ours: str(fields.get(name_of(title)) or "").strip() for ours, title in CELLS.items()}
    return Filled(f"{list_id}/{item['id']}", cells)
