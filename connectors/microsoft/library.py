"""A folder of policies on the school's site: which files are new or changed, and their bytes."""

from __future__ import annotations

from typing import Any

from bot.errors import GiveUp, TryAgain
from bot.ports import LibraryFile, News
from connectors import cursors
from connectors.microsoft import answers, sdk
from connectors.microsoft.changes import changes
from connectors.microsoft.client import Graph
from connectors.microsoft.pace import Pace, site_pace

READ = "read the library of policies"
WANTED = "id,name,size,file,deleted,cTag"


class PolicyLibrary:
    """One drive (a document library), with all its folders. Old versions and rights are not asked for."""

    def __init__(self, graph: Graph, drive: str, *, pace: Pace | None = None) -> None:
        self._graph, self._drive = graph, drive
        self._items = graph.builders.drives.by_drive_id(drive).items
        self._pace = pace or site_pace()

    def changes(self, cursor: str | None) -> News[LibraryFile]:
        """List files that are new or changed. A rename or a change of rights comes with the same revision."""
        root = self._items.by_drive_item_id("root").delta
        try:
            place = cursors.within(self._drive, cursor)
            found = changes(self._graph, sdk.get(root, select=WANTED), place, pace=self._pace, doing=READ)
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        return News(
            tuple(_file(one) for one in found.items if "file" in one or "deleted" in one),
            cursors.of(self._drive, found.cursor),
        )

    def content(self, file: LibraryFile) -> bytes:
        """Fetch the bytes; where the site sends us on to is asked without our token."""
        request = sdk.get(self._items.by_drive_item_id(file.key).content)
        request.headers.clear()
        answer = self._graph.read_on(request, self._pace, units=1)
        if answer.status == 404:
            raise GiveUp(f"{file.name} is not there any more.")
        return answers.taken(answer, f"fetch {file.name}").content

    def check(self) -> None:
        """Read the first page of what there is, in the way that changes are read."""
        root = self._items.by_drive_item_id("root").delta
        answers.listed(self._graph.read(sdk.get(root, select="id", top=1), self._pace), READ)


def _file(one: dict[str, Any]) -> LibraryFile:
    gone = "deleted" in one
    return LibraryFile(
        str(one["id"]), str(one.get("name", "")), str(one.get("cTag", "")), int(one.get("size") or 0), gone
    )
