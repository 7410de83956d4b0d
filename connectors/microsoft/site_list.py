"""A list on the school's site: made when it is not there, its columns added when they are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.microsoft import answers, sdk
from connectors.microsoft.answers import Answer
from connectors.microsoft.client import Graph
from connectors.microsoft.list_columns import OURS
from connectors.microsoft.pace import Pace, site_pace

# What SharePoint counts one call for.
SEVERAL = 2
NO_LIST = "00000000-0000-0000-0000-000000000000"
NOT_ALLOWED = {401, 403}


class SiteList:
    """One list by its name. Whoever asks says which columns it has to have; others are never touched."""

    def __init__(self, graph: Graph, site: str, name: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        self._lists = graph.builders.sites.by_site_id(site).lists
        self._pace = pace or site_pace()
        self._name = name
        self._id: str | None = None
        self._outdated: tuple[str, ...] = ()

    def ready(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """See that the list is there with these columns, once while this process lives."""
        if self._id is not None:
            return
        found = self._find()
        if found is None:
            found = str(self._made(columns).body["id"])
        else:
            self._add_missing(found, columns)
        self._id = found

    def forget(self) -> None:
        """Look for the list again the next time."""
        self._id = None

    def items(self, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Read every item with these of its fields."""
        asked = sdk.get(self._list.items, expand=[f"fields($select={','.join(fields)})"], top=500)
        try:
            for page in self._graph.pages(asked, self._pace, doing=self._doing("read"), units=SEVERAL):
                yield from page.items
        except TryAgain:
            self.forget()
            raise

    def since(self) -> RequestInformation:
        """Make the request for every item and then for what changes."""
        return sdk.get(self._list.items.delta, expand=["fields"])

    def add(self, fields: Mapping[str, Any]) -> None:
        """Add one item. Doing it again is safe where a column of it is unique."""
        answer = self._write(Method.POST, self._list.items, {"fields": dict(fields)})
        if answer.status == 409:
            raise TryAgain(f'The list "{self._name}" has this key already; it is read again.')
        self._taken(answer)

    def change(self, item: str, fields: Mapping[str, Any]) -> None:
        self._taken(self._write(Method.PATCH, self._list.items.by_list_item_id(item).fields, fields))

    def remove(self, item: str) -> None:
        """Take an item away; it may be gone already."""
        answer = self._write(Method.DELETE, self._list.items.by_list_item_id(item), None)
        if answer.status != 404:
            self._taken(answer)

    def check(self) -> None:
        """Look for the list, read a little of it in the way that changes are read, and write to no list.

        Whoever may write is told that there is none.
        """
        found = self._find()
        if found is not None:
            some = sdk.get(self._lists.by_list_id(found).items.delta, top=1)
            answers.listed(self._graph.read(some, self._pace, units=SEVERAL), self._doing("read"))
        said = {"displayName": self._name}
        answer = self._write(Method.PATCH, self._lists.by_list_id(NO_LIST), said)
        if answer.status in NOT_ALLOWED:
            raise answers.refused(answer, self._doing("write to"))

    @property
    def outdated(self) -> tuple[str, ...]:
        """Name the columns that we made once and that are not asked for any more."""
        return self._outdated

    @property
    def id(self) -> str:
        """Give the list's own id, once it is known to be there."""
        return self._id or ""

    @property
    def _list(self) -> Any:
        return self._lists.by_list_id(self._id)

    def _find(self) -> str | None:
        quoted = self._name.replace("'", "''")
        asked = sdk.get(self._lists, filter=f"displayName eq '{quoted}'", select=["id", "displayName"])
        answer = self._graph.read(asked, self._pace, units=SEVERAL)
        found = answers.listed(answer, self._doing("look for"))
        return str(found[0]["id"]) if found else None

    def _made(self, columns: Sequence[Mapping[str, Any]]) -> Answer:
        said = {"displayName": self._name, "list": {"template": "genericList"}, "columns": list(columns)}
        answer = self._write(Method.POST, self._lists, said)
        if answer.status == 409:
            raise TryAgain(f'The list "{self._name}" is being made.')
        return answers.taken(answer, self._doing("make"))

    def _add_missing(self, found: str, columns: Sequence[Mapping[str, Any]]) -> None:
        where = self._lists.by_list_id(found).columns
        answer = self._graph.read(
            sdk.get(where, select=["name", "indexed", "enforceUniqueValues"]), self._pace
        )
        there = {one["name"]: one for one in answers.listed(answer, self._doing("read"))}
        for one in columns:
            known = there.pop(one["name"], None)
            if known is None:
                answers.taken(self._write(Method.POST, where, one), self._doing("add a column to"))
            elif one.get("enforceUniqueValues") and not known.get("enforceUniqueValues"):
                raise GiveUp(
                    f'The column {one["displayName"]} of the list "{self._name}" takes one value twice. In'
                    " its settings choose: enforce unique values."
                )
        self._outdated = tuple(name for name in there if name.startswith(OURS))

    def _write(self, method: Method, where: Any, said: Mapping[str, Any] | None) -> Answer:
        try:
            return self._graph.write(sdk.send(method, where, said), self._pace, units=SEVERAL)
        except Unclear as error:
            raise TryAgain(f'The list "{self._name}" did not confirm a change. {error}') from error

    def _taken(self, answer: Answer) -> None:
        if answer.status == 404:
            self.forget()
        answers.taken(answer, self._doing("write to"))

    def _doing(self, what: str) -> str:
        return f'{what} the list "{self._name}" on the school\'s site'
