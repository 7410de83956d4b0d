"""The two lists on a school's site: the list of cases, and the list whose form people report by.

An administrator makes them once: making a list or a column takes Sites.Manage.All, which Handbell is never
granted. Its own right, `write` on the site, is for the items. The connectors check the columns defined here,
and setting up a tenant creates them:

POST /sites/{site}/lists with definition.body(name); PATCH /sites/{site}/lists/{list}/columns/{id} with
TITLE_CHANGES, for the column of every list named TITLE.

Reports are read by delta and removed once stored. Their list is a separate one, so that readers of the list
of cases do not see reports; the author of an item is not read. The list of cases is updated row by row, and
people's own columns stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.ports import ChangesSince, SubmittedForm
from bot.rules.report_fields import FieldKind, asked_outside
from connectors.local.tracked_list import plain
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph, changes
from connectors.microsoft.errors import GraphResponse
from connectors.microsoft.middleware import Pace, site_pace

SCHOOL = ZoneInfo("Europe/London")
MAX_TEXT_LENGTH = 255
# What the names of our columns begin with.
OURS = "Handbell"
# How SharePoint writes a sign that may not stand in a column's name.
ENCODED = re.compile(r"_x([0-9a-f]{4})_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """One type of column: what Graph calls it, how our text becomes a value, and a value our text."""

    definition: Mapping[str, Any]
    value: Callable[[str], str | None]
    text: Callable[[Any], str]


def line(said: str) -> str | None:
    """Return one line of text; a list does not evaluate formulas."""
    return plain(said)[:MAX_TEXT_LENGTH] or None


def _day(said: str) -> str | None:
    """Return a day as noon UTC, so that it is the same day in the site's own time zone."""
    return f"{date.fromisoformat(said)}T12:00:00Z" if said else None


def _moment(said: str) -> str | None:
    if not said:
        return None
    at = datetime.fromisoformat(said).replace(tzinfo=SCHOOL)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day_text(value: Any) -> str:
    return _here(value).date().isoformat() if value else ""


def _moment_text(value: Any) -> str:
    return _here(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _here(value: Any) -> datetime:
    at = datetime.fromisoformat(str(value))
    return at.astimezone(SCHOOL) if at.tzinfo else datetime.combine(at, time.min, SCHOOL)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


LINE = ColumnKind({"text": {"allowMultipleLines": False, "maxLength": MAX_TEXT_LENGTH}}, line, _plain)
WORDS = ColumnKind(
    {"text": {"allowMultipleLines": True, "textType": "plain"}}, lambda said: said or None, _plain
)
DAY = ColumnKind({"dateTime": {"format": "dateOnly", "displayAs": "standard"}}, _day, _day_text)
MOMENT = ColumnKind({"dateTime": {"format": "dateTime", "displayAs": "standard"}}, _moment, _moment_text)

# The columns of the list of cases that are no plain line, by their titles.
COLUMN_KINDS = {"Received": DAY, "Closed": DAY, "Next due": MOMENT}


def kind_of(title: str) -> ColumnKind:
    return COLUMN_KINDS.get(title, LINE)


def name_of(title: str) -> str:
    """Return the internal name of a column, which stays when it is retitled.

    ASCII letters only: SharePoint encodes others.
    """
    return OURS + _letters("".join(word.capitalize() for word in title.split()))


def names_in(wanted: Iterable[Mapping[str, Any]], there: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the column names of a list by our names of them; missing columns are left out.

    A column is matched by its internal name, also as SharePoint encodes it (`_x002d_` for a hyphen), or by
    its title, for one that was made by hand.
    """
    by_name: dict[str, str] = {}
    by_title: dict[str, str] = {}
    for one in there:
        by_name.setdefault(_letters(ENCODED.sub(_decoded, one["name"])), one["name"])
        by_title.setdefault(str(one.get("displayName")).casefold(), one["name"])
    found = {
        one["name"]: by_name.get(one["name"]) or by_title.get(one["displayName"].casefold()) for one in wanted
    }
    return {ours: name for ours, name in found.items() if name is not None}


def _letters(words: str) -> str:
    return "".join(sign for sign in words if sign.isalpha())


def _decoded(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def column(title: str, kind: ColumnKind, *, is_key: bool = False) -> dict[str, Any]:
    """Describe a column to Graph; a key's values are unique, which needs an index."""
    unique = {"indexed": True, "enforceUniqueValues": True} if is_key else {}
    return {"name": name_of(title), "displayName": title, **kind.definition, **unique}


def choice(title: str, among: tuple[str, ...]) -> dict[str, Any]:
    """Describe a column whose value is one of several."""
    offered = {"allowTextEntry": False, "choices": list(among), "displayAs": "dropDownMenu"}
    return {"name": name_of(title), "displayName": title, "choice": offered}


# The column that every list has. SharePoint wants it filled in unless it is told otherwise.
TITLE = "Title"
TITLE_CHANGES: Mapping[str, Any] = {"required": False}

# The columns of the list of reports: a field's name, and the title people see.
REPORT_CELLS = {one.name: one.label for one in asked_outside()}


@dataclass(frozen=True, slots=True)
class ListDefinition:
    """The columns of one list, each as Graph describes a column (columnDefinition)."""

    columns: tuple[Mapping[str, Any], ...]

    def body(self, name: str) -> dict[str, Any]:
        """Describe the whole list to Graph; `name` is what the settings call it."""
        return {
            "displayName": name,
            "list": {"template": "genericList"},
            "columns": [dict(one) for one in self.columns],
        }


def cases(titles: Sequence[str]) -> ListDefinition:
    """Describe the list of cases: its columns by their titles, the key first, whose values are unique."""
    return ListDefinition(
        tuple(column(title, kind_of(title), is_key=not place) for place, title in enumerate(titles))
    )


def reports(categories: Sequence[str]) -> ListDefinition:
    """Describe the list of reports; `categories`: what may be chosen there."""
    return ListDefinition(
        tuple(
            choice(one.label, tuple(categories))
            if one.kind is FieldKind.CHOICE
            else column(one.label, WORDS if one.kind is FieldKind.TEXT else LINE)
            for one in asked_outside()
        )
    )


# What SharePoint counts one call for.
SEVERAL = 2
# The highest number of an item: no list of ours gets so far.
NO_ITEM = "2147483647"
HOW = "An administrator makes it (deploy/microsoft.md, step 4)."
NOT_ALLOWED = {401, 403}


class SiteList:
    """One list by its name. The caller names the columns it needs; other columns are never touched."""

    def __init__(self, graph: Graph, site: str, name: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        self._lists = graph.builders.sites.by_site_id(site).lists
        self._pace = pace or site_pace()
        self._name = name
        self._id: str | None = None
        self._names: dict[str, str] = {}
        self._outdated: tuple[str, ...] = ()

    def ready(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """Check once per process that the list has these columns.

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
        """Forget the list, so that the next use looks it up again."""
        self._id = None

    def items(self, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Read every item with these of its fields, under our own names of them."""
        names = ",".join(self._names.get(one, one) for one in fields)
        asked = microsoft_client.get(self._list.items, expand=[f"fields($select={names})"], top=500)
        try:
            for page in self._graph.pages(asked, self._pace, doing=self._doing("read"), units=SEVERAL):
                for item in page.items:
                    yield item | {"fields": self.named(item.get("fields") or {})}
        except TryAgain:
            self.forget()
            raise

    def since(self) -> RequestInformation:
        """Make the request for every item and then for what changes."""
        return microsoft_client.get(self._list.items.delta, expand=["fields"])

    def named(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of an item under our own column names; others keep theirs."""
        ours = {name: own for own, name in self._names.items()}
        return {ours.get(name, name): said for name, said in fields.items()}

    def add(self, fields: Mapping[str, Any]) -> None:
        """Add one item. Doing it again is safe where a column of it is unique."""
        item = microsoft_client.models.ListItem(fields=self._as_there(fields))
        answer = self._write(microsoft_client.write(self._list.items.to_post_request_information, item))
        if answer.status == 409:
            raise TryAgain(f'The list "{self._name}" has this key already; it is read again.')
        self._taken(answer)

    def change(self, item: str, fields: Mapping[str, Any]) -> None:
        change = self._list.items.by_list_item_id(item).fields.to_patch_request_information
        self._taken(self._write(microsoft_client.write(change, self._as_there(fields))))

    def remove(self, item: str) -> None:
        """Delete an item; a missing one is no error."""
        answer = self._write(
            microsoft_client.write(self._list.items.by_list_item_id(item).to_delete_request_information)
        )
        if answer.status != 404:
            self._taken(answer)

    def check(self, columns: Sequence[Mapping[str, Any]]) -> None:
        """Check the list and these columns, and read one page of changes.

        The right to write is tested on an item that does not exist.
        """
        self.forget()
        self.ready(columns)
        some = microsoft_client.get(self._list.items.delta, top=1)
        microsoft_errors.listed(self._graph.read(some, self._pace, units=SEVERAL), self._doing("read"))
        change = self._list.items.by_list_item_id(NO_ITEM).fields.to_patch_request_information
        answer = self._write(microsoft_client.write(change, self._as_there({"Title": None})))
        if answer.status in NOT_ALLOWED:
            raise microsoft_errors.refused(answer, self._doing("write to"))

    @property
    def outdated(self) -> tuple[str, ...]:
        """Return the columns that we made once and that are not asked for any more."""
        return self._outdated

    @property
    def id(self) -> str:
        """Return the list's own id; empty before `ready`."""
        return self._id or ""

    @property
    def _list(self) -> Any:
        return self._lists.by_list_id(self._id)

    def _find(self) -> str | None:
        quoted = self._name.replace("'", "''")
        asked = microsoft_client.get(
            self._lists, filter=f"displayName eq '{quoted}'", select=["id", "displayName"]
        )
        answer = self._graph.read(asked, self._pace, units=SEVERAL)
        found = microsoft_errors.listed(answer, self._doing("look for"))
        return str(found[0]["id"]) if found else None

    def _compare(self, found: str, columns: Iterable[Mapping[str, Any]]) -> None:
        """Compare the list's columns with those required, and store their names."""
        wanted = list(columns)
        asked = microsoft_client.get(
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
        return microsoft_client.models.FieldValueSet(additional_data=named)

    def _write(self, request: RequestInformation) -> GraphResponse:
        try:
            return self._graph.write(request, self._pace, units=SEVERAL)
        except OutcomeUnknown as error:
            raise TryAgain(f'The list "{self._name}" did not confirm a change. {error}') from error

    def _taken(self, answer: GraphResponse) -> None:
        if answer.status == 404:
            self.forget()
        microsoft_errors.taken(answer, self._doing("write to"))

    def _doing(self, what: str) -> str:
        return f'{what} the list "{self._name}" on the school\'s site'


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
        self._columns = reports(categories).columns

    def filled(self, cursor: str | None) -> ChangesSince[SubmittedForm]:
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
        return ChangesSince(items, found.cursor)

    def taken(self, key: str) -> None:
        """Delete the item; the site keeps it in its recycle bin for 93 days."""
        self._list.ready(self._columns)
        list_id, _, item = key.partition("/")
        if list_id == self._list.id:
            self._list.remove(item)

    def check(self) -> None:
        self._list.check(self._columns)

    def _filled(self, item: dict[str, Any]) -> SubmittedForm:
        """Read a form, named by its list too: another list of the same name counts its items from one again.

        What was typed into the list's own title belongs to what happened.
        """
        if "fields" not in item:
            raise TryAgain(f'Microsoft 365 did not say what stands in an item of the list "{self._name}".')
        fields = self._list.named(item["fields"])
        cells = {cell: str(fields.get(name_of(title)) or "").strip() for cell, title in REPORT_CELLS.items()}
        title = str(fields.get(TITLE) or "").strip()
        cells["what"] = "\n\n".join(filter(None, (title, cells["what"])))
        return SubmittedForm(f"{self._list.id}/{item['id']}", cells)


Row = Mapping[str, str]


class SiteTrackedList:
    """The list of cases. Rows with a key are ours; items and columns that people add are never touched.

    A column of ours that is not exported any more is emptied and stays. Rows are added and changed first and
    removed last, so that a reader at the same time misses none.
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
        there.ready(cases(columns).columns)
        wanted = {_shown(columns[0], row[0]): dict(zip(columns, row, strict=True)) for row in rows}
        known = _ours(there, columns)
        for key, row in wanted.items():
            item = known.get(key)
            if item is None:
                there.add({TITLE: key, **_fields(row)})
                continue
            changed = {title: said for title, said in row.items() if _shown(title, said) != item.cells[title]}
            if changed or item.left:
                there.change(item.id, _fields(changed) | dict.fromkeys(item.left))
        for key, item in known.items():
            if key not in wanted:
                there.remove(item.id)

    def check(self) -> None:
        self._list(self._columns).check(cases(self._columns).columns)

    def _list(self, columns: tuple[str, ...]) -> SiteList:
        """Return the list for a set of columns; a new set is checked before it is written."""
        if columns not in self._lists:
            self._lists[columns] = SiteList(self._graph, self._site, self._name, pace=self._pace)
        return self._lists[columns]


@dataclass(frozen=True, slots=True)
class _Item:
    """A row of ours as stored: its cells as text, and the former columns that still have text."""

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
    """Return the text that a cell shows once it is written."""
    kind = kind_of(title)
    return kind.text(kind.value(said))
