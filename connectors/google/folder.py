"""A folder of policies in Drive: which files are new or changed, and their bytes.

Google's own documents have no bytes: they are taken as Word files, as they stand at that moment. What Google
keeps of earlier revisions may vanish, so nothing is left for it to keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.ports import ChangesSince, LibraryFile
from connectors import vendor_http
from connectors.google.client import GoogleClient, list_all_pages
from connectors.google.errors import RequestRefused

GOOGLES = "application/vnd.google-apps."
DOCUMENT, SUBFOLDER = f"{GOOGLES}document", f"{GOOGLES}folder"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FILE = "id,name,mimeType,size,trashed,parents,sha256Checksum,headRevisionId,modifiedTime"
ALL_DRIVES = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}
# A Word file is a zip; anything else is the page of a web filter or captive portal.
ZIP = b"PK"
OF_A_DOCUMENT = "document "
NOT_FOUND = 404
GONE = frozenset({400, NOT_FOUND, 410})


class PolicyFolder:
    """One folder with all within it. The cursor is its id and Drive's page token, which never runs out.

    The size of a document of Google's is not that of the Word file it is taken as.
    """

    def __init__(self, client: GoogleClient, folder: str) -> None:
        self._client = client
        self._folder = folder

    def changes(self, cursor: str | None) -> ChangesSince[LibraryFile]:
        """Return the files that are new or changed.

        Raise TryAgain. A page token Google lost starts from the beginning.
        """
        try:
            drive = self._drive()
            folders = self._folders(drive)
            since = vendor_http.within(self._folder, cursor)
            if since is not None:
                try:
                    return self._since(since, drive, folders)
                except RequestRefused as refused:
                    if refused.status not in GONE:
                        raise
            return self._everything(drive, folders)
        except RequestRefused as refused:
            raise TryAgain(f"The folder of policies cannot be read: {refused}") from refused

    def content(self, file: LibraryFile) -> bytes:
        """Fetch the current content of a file.

        Raise TryAgain, VendorNotFound, or GiveUp if it cannot be had.
        """
        try:
            return self._fetched(file)
        except RequestRefused as refused:
            if refused.status != NOT_FOUND:
                raise
            raise VendorNotFound(f"{file.name} is not there any more.") from refused

    def _fetched(self, file: LibraryFile) -> bytes:
        files = self._service().files()
        if file.revision.startswith(OF_A_DOCUMENT):
            content = self._client.read(files.export_media(fileId=file.key, mimeType=WORD))
            whole = content.startswith(ZIP)
        else:
            content = self._client.read(files.get_media(fileId=file.key, supportsAllDrives=True))
            whole = len(content) == file.size
        if not whole:
            raise TryAgain(f"{file.name} changed while it was fetched, or did not come whole", 60.0)
        return bytes(content)

    def check(self) -> None:
        """Find the folder."""
        self._drive()

    def _drive(self) -> str | None:
        """Return the shared drive of the folder; None if it is a person's own."""
        request = (
            self._service()
            .files()
            .get(fileId=self._folder, supportsAllDrives=True, fields="id,mimeType,driveId,trashed")
        )
        said = self._client.read(request)
        if said.get("mimeType") != SUBFOLDER or said.get("trashed"):
            raise GiveUp("What HANDBELL_GOOGLE_FOLDER names is no folder.")
        drive: str | None = said.get("driveId")
        return drive

    def _folders(self, drive: str | None) -> set[str]:
        """Return the folder and every folder within it."""
        above: dict[str, list[str]] = {}
        query = f"mimeType = '{SUBFOLDER}' and trashed = false"
        for one in self._listed(query, drive):
            for parent in one.get("parents", ()):
                above.setdefault(parent, []).append(str(one["id"]))
        found, waiting = {self._folder}, [self._folder]
        while waiting:
            within = [one for one in above.get(waiting.pop(), ()) if one not in found]
            found.update(within)
            waiting += within
        return found

    def _everything(self, drive: str | None, folders: Iterable[str]) -> ChangesSince[LibraryFile]:
        """List all files. The page token is read first.

        A change in between is reported twice rather than never.
        """
        request = self._service().changes().getStartPageToken(**_of(drive), supportsAllDrives=True)
        cursor = str(self._client.read(request)["startPageToken"])
        found = [
            one
            for folder in sorted(folders)
            for one in self._listed(f"'{folder}' in parents and trashed = false", drive)
        ]
        return ChangesSince(
            tuple(self._file(one) for one in found if _is_text(one)), vendor_http.of(self._folder, cursor)
        )

    def _since(self, cursor: str, drive: str | None, folders: set[str]) -> ChangesSince[LibraryFile]:
        changes = self._service().changes()
        fields = f"nextPageToken,newStartPageToken,changes(fileId,removed,changeType,file({FILE}))"
        items: dict[str, LibraryFile] = {}
        request = changes.list(pageToken=cursor, fields=fields, **_of(drive), **ALL_DRIVES)
        page: dict[str, Any] = {}
        while request is not None:
            page = self._client.read(request)
            for one in page.get("changes", ()):
                if one.get("changeType", "file") == "file":
                    if _came_in(one, folders):
                        return self._everything(drive, folders)
                    items[str(one["fileId"])] = self._changed(one, folders)
            request = changes.list_next(request, page)
        news = tuple(one for one in items.values() if one.gone or one.revision)
        return ChangesSince(news, vendor_http.of(self._folder, str(page["newStartPageToken"])))

    def _changed(self, change: Mapping[str, Any], folders: set[str]) -> LibraryFile:
        file = change.get("file") or {}
        inside = not folders.isdisjoint(file.get("parents", ()))
        if change.get("removed") or file.get("trashed") or not inside:
            return LibraryFile(str(change["fileId"]), "", gone=True)
        return self._file(file) if _is_text(file) else LibraryFile(str(file["id"]), str(file["name"]))

    def _file(self, one: Mapping[str, Any]) -> LibraryFile:
        if one["mimeType"] == DOCUMENT:
            revision = OF_A_DOCUMENT + self._revision(one)
            return LibraryFile(str(one["id"]), f"{one['name']}.docx", revision, int(one.get("size") or 1))
        revision = one.get("sha256Checksum") or one.get("headRevisionId") or one["modifiedTime"]
        return LibraryFile(str(one["id"]), str(one["name"]), str(revision), int(one.get("size") or 0))

    def _revision(self, one: Mapping[str, Any]) -> str:
        """Return a document's latest revision, or the time of change if revisions cannot be listed."""
        revisions = self._service().revisions()
        ask = partial(revisions.list, fileId=one["id"], fields="nextPageToken,revisions(id)", pageSize=1000)
        try:
            found = list_all_pages(self._client, ask, revisions.list_next, under="revisions")
        except (RequestRefused, TryAgain):
            found = []
        return str(found[-1]["id"]) if found else str(one["modifiedTime"])

    def _listed(self, query: str, drive: str | None) -> list[dict[str, Any]]:
        files = self._service().files()
        where = {"corpora": "drive", "driveId": drive} if drive else {}
        fields = f"nextPageToken,files({FILE})"
        ask = partial(files.list, q=query, pageSize=1000, fields=fields, **where, **ALL_DRIVES)
        found: list[dict[str, Any]] = list_all_pages(self._client, ask, files.list_next, under="files")
        return found

    def _service(self) -> Any:
        return self._client.service("drive", "v3")


def _of(drive: str | None) -> dict[str, str]:
    return {"driveId": drive} if drive else {}


def _came_in(change: Mapping[str, Any], folders: set[str]) -> bool:
    """Return whether the change is a folder moved into ours: no change is reported for its files."""
    file = change.get("file") or {}
    return file.get("mimeType") == SUBFOLDER and str(change["fileId"]) in folders


def _is_text(one: Mapping[str, Any]) -> bool:
    """Return whether a file can be a policy.

    A document or an uploaded file, not a table, form or shortcut.
    """
    kind = str(one.get("mimeType", ""))
    return kind == DOCUMENT or not kind.startswith(GOOGLES)
