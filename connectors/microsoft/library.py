"""A folder of policies on the school's site: which files are new or changed, and their bytes."""

from __future__ import annotations

from typing import Any

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.ports import ChangesSince, LibraryFile
from connectors import vendor_http
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph
from connectors.microsoft.client import changes as microsoft_client_changes
from connectors.microsoft.middleware import Pace, site_pace

READ = "read the library of policies"
WANTED = ["id", "name", "size", "file", "deleted", "cTag", "eTag", "lastModifiedDateTime"]
# The listing was allowed with the same rights: a file in quarantine, or one whose rights are its own.
NOT_THIS_ONE = 403
# How files begin: office documents are zips, and one with a password is an older container.
OFFICE = frozenset({"docx", "docm", "dotx", "odt", "xlsx", "pptx"})
ZIP, SEALED = b"PK", bytes.fromhex("d0cf11e0")
PDF, PDF_BEGINS_WITHIN = b"%PDF", 1024
PAGE, PAGES = "text/html", frozenset({"html", "htm"})


class PolicyLibrary:
    """One drive (a document library), with all its folders. Old versions and rights are not asked for."""

    def __init__(self, graph: Graph, drive: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        # A cursor goes on with the properties that were asked for when it was made: it is none of ours where
        # those were others.
        self._place = f"{drive}?{','.join(WANTED)}"
        self._items = graph.builders.drives.by_drive_id(drive).items
        self._pace = pace or site_pace()

    def changes(self, cursor: str | None) -> ChangesSince[LibraryFile]:
        """List files that are new or changed. A rename may come with the same revision."""
        root = self._items.by_drive_item_id("root").delta
        try:
            place = vendor_http.within(self._place, cursor)
            found = microsoft_client_changes(
                self._graph, microsoft_client.get(root, select=WANTED), place, pace=self._pace, doing=READ
            )
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        return ChangesSince(
            tuple(_file(one) for one in found.items if "file" in one or "deleted" in one),
            vendor_http.of(self._place, found.cursor),
        )

    def content(self, file: LibraryFile) -> bytes:
        """Fetch the bytes; where the site sends us on to is asked without our token."""
        request = microsoft_client.get(self._items.by_drive_item_id(file.key).content)
        request.headers.clear()
        answer = self._graph.read_on(request, self._pace, units=1)
        if answer.status == 404:
            raise VendorNotFound(f"{file.name} is not there any more.")
        if answer.status == NOT_THIS_ONE and answer.code:
            raise GiveUp(f"Microsoft 365 does not hand out {file.name}: {answer.status} {answer.code}.")
        content = microsoft_errors.taken(answer, f"fetch {file.name}").content
        if not _is_likely(file.name, content, answer.media):
            raise TryAgain(f"What came is not {file.name}, but something else. {microsoft_errors.BETWEEN}")
        return content

    def check(self) -> None:
        """Read the first page of what there is, in the way that changes are read."""
        root = self._items.by_drive_item_id("root").delta
        microsoft_errors.listed(
            self._graph.read(microsoft_client.get(root, select=["id"], top=1), self._pace), READ
        )


def _is_likely(name: str, content: bytes, media: str) -> bool:
    """Return whether the content fits the file's extension: a web filter's page can come with status 200."""
    kind = name.rpartition(".")[2].casefold()
    if kind in OFFICE:
        return content.startswith((ZIP, SEALED))
    if kind == "pdf":
        return PDF in content[:PDF_BEGINS_WITHIN]
    return kind in PAGES or media != PAGE


def _file(one: dict[str, Any]) -> LibraryFile:
    gone = "deleted" in one
    return LibraryFile(
        str(one["id"]), str(one.get("name", "")), _revision(one), int(one.get("size") or 0), gone
    )


def _revision(one: dict[str, Any]) -> str:
    """Return what changes with the bytes: SharePoint's delta may leave the cTag out.

    The hash is as good; the eTag and the time change with a rename too. "": nothing of them was told.
    """
    hashes = (one.get("file") or {}).get("hashes") or {}
    told = (one.get("cTag"), hashes.get("quickXorHash"), one.get("eTag"), one.get("lastModifiedDateTime"))
    return next((str(said) for said in told if said), "")
