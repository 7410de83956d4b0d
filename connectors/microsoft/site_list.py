"""A list on the school's site, which an administrator made (connectors/microsoft/lists.py): its items.

Handbell may write items there and make neither lists nor columns; what is missing is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kiota_abstractions.request_information import RequestInformation

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.microsoft import answers, sdk
from connectors.microsoft.answers import Answer
from connectors.microsoft.client import Graph
from connectors.microsoft.list_columns import OURS, names_in
from connectors.microsoft.pace import Pace, site_pace

# What SharePoint counts one call for.
SEVERAL = 2
# The highest number of an item: no list of ours gets so far.
NO_ITEM = "2147483647"
HOW = "An administrator makes it (deploy/microsoft.md, step 4)."
NOT_ALLOWED = {401, 403}


class SiteList:
    """One list by its name. Whoever asks says which columns it has to have; others are never touched."""

    def __init__(self, graph: Graph, site: str, name: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        self._lists = graph.builders.sites.by_site_id(site).lists
        self._pace = pace or site_pace()
        self._name = name
        self._id: str | None = None
        self._names: dict[str, str] = {}
        self._outdated: tuple[str, ...] = ()

    def ready(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """See that the list is there with these columns, once while this process lives.

        Raises TryAgain where the list or a column is missing, GiveUp where a key may come twice.
        """
        if self._id is not None:
            return
        found = self._find()
        if found is None:
            raise TryAgain(f'There is no list "{self._name}" on the school\'s site. {HOW}')
        self._compare(found, columns)
        self._id = found

    def forget(self) -> None:
        """Look for the list again the next time."""
        self._id = None

    def items(self, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Read every item with these of its fields, under our own names of them."""
        names = ",".join(self._names.get(one, one) for one in fields)
        asked = sdk.get(self._list.items, expand=[f"fields($select={names})"], top=500)
        try:
            for page in self._graph.pages(asked, self._pace, doing=self._doing("read"), units=SEVERAL):
                for item in page.items:
                    yield item | {"fields": self.named(item.get("fields") or {})}
        except TryAgain:
            self.forget()
            raise

    def since(self) -> RequestInformation:
        """Make the request for every item and then for what changes."""
        return sdk.get(self._list.items.delta, expand=["fields"])

    def named(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Put the fields of an item under our own names; others keep theirs."""
        ours = {name: own for own, name in self._names.items()}
        return {ours.get(name, name): said for name, said in fields.items()}

    def add(self, fields: Mapping[str, Any]) -> None:
        """Add one item. Doing it again is safe where a column of it is unique."""
        item = sdk.models.ListItem(fields=self._as_there(fields))
        answer = self._write(sdk.write(self._list.items.to_post_request_information, item))
        if answer.status == 409:
            raise TryAgain(f'The list "{self._name}" has this key already; it is read again.')
        self._taken(answer)

    def change(self, item: str, fields: Mapping[str, Any]) -> None:
        change = self._list.items.by_list_item_id(item).fields.to_patch_request_information
        self._taken(self._write(sdk.write(change, self._as_there(fields))))

    def remove(self, item: str) -> None:
        """Take an item away; it may be gone already."""
        answer = self._write(sdk.write(self._list.items.by_list_item_id(item).to_delete_request_information))
        if answer.status != 404:
            self._taken(answer)

    def check(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """Look for the list and these columns, and read a little in the way that changes are read.

        Whoever may write items is told that there is no such item.
        """
        self.forget()
        self.ready(columns)
        some = sdk.get(self._list.items.delta, top=1)
        answers.listed(self._graph.read(some, self._pace, units=SEVERAL), self._doing("read"))
        change = self._list.items.by_list_item_id(NO_ITEM).fields.to_patch_request_information
        answer = self._write(sdk.write(change, self._as_there({"Title": None})))
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

    def _compare(self, found: str, columns: Iterable[Mapping[str, Any]]) -> None:
        """Hold the columns that are there against those that have to be, and note what they are called."""
        wanted = list(columns)
        asked = sdk.get(
            self._lists.by_list_id(found).columns,
            select=["name", "displayName", "indexed", "enforceUniqueValues"],
        )
        pages = self._graph.pages(asked, self._pace, doing=self._doing("read"))
        there = {one["name"]: one for page in pages for one in page.items}
        self._names = names_in(wanted, there.values())
        missing = [one["displayName"] for one in wanted if one["name"] not in self._names]
        if missing:
            raise TryAgain(f'The list "{self._name}" has no column {" or ".join(missing)}. {HOW}')
        for one in wanted:
            known = there.pop(self._names[one["name"]])
            if one.get("enforceUniqueValues") and not known.get("enforceUniqueValues"):
                raise GiveUp(
                    f'The column {one["displayName"]} of the list "{self._name}" takes one value twice. In'
                    " its settings choose: enforce unique values."
                )
        self._outdated = tuple(name for name in there if name.startswith(OURS))

    def _as_there(self, fields: Mapping[str, Any]) -> Any:
        """Write fields as Graph's model of them, under the names that the list gives them."""
        named = {self._names.get(name, name): said for name, said in fields.items()}
        return sdk.models.FieldValueSet(additional_data=named)

    def _write(self, request: RequestInformation) -> Answer:
        try:
            return self._graph.write(request, self._pace, units=SEVERAL)
        except Unclear as error:
            raise TryAgain(f'The list "{self._name}" did not confirm a change. {error}') from error

    def _taken(self, answer: Answer) -> None:
        if answer.status == 404:
            self.forget()
        answers.taken(answer, self._doing("write to"))

    def _doing(self, what: str) -> str:
        return f'{what} the list "{self._name}" on the school\'s site'
