"""Drive as far as a folder of policies goes: files in folders, changes since a token, revisions, bytes."""

import hashlib
import re
from dataclasses import dataclass, field

NOT_FOUND = (404, "notFound", "File not found: .")
IN_FOLDER = re.compile(r"'(.*)' in parents and trashed = false")
FOLDER = "application/vnd.google-apps.folder"
DOCUMENT = "application/vnd.google-apps.document"


@dataclass
class Drive:
    """`log`: every change, oldest first; a page token is a place in it, unless that was forgotten."""

    description: object
    refusal: type
    readers: set = field(default_factory=set)
    files: dict = field(default_factory=dict)
    content: dict = field(default_factory=dict)
    revisions: dict = field(default_factory=dict)
    log: list = field(default_factory=list)
    page: int = 2
    forgotten: int = 0
    of_people: object = None

    def put(self, key, name, *, within="policies", kind="application/pdf", content=b"", **more):
        """Save a file, new or changed, as a person does."""
        at = f"2026-11-24T08:{len(self.log):02d}:00.000Z"
        self.files[key] = {"id": key, "name": name, "mimeType": kind, "trashed": False, "parents": [within],
                           "modifiedTime": at} | more  # fmt: skip
        self.content[key] = content
        if kind == DOCUMENT:
            self.revisions.setdefault(key, []).append({"id": str(len(self.log) + 1)})
        elif kind != FOLDER:
            digest = hashlib.sha256(content).hexdigest()
            self.files[key] |= {"size": str(len(content)), "sha256Checksum": digest}
        self.log.append(key)

    def do(self, method, subject, given, body):
        if self.of_people is not None and subject in self.of_people.people:
            return self.of_people.do(method, subject, given, body)
        if subject not in self.readers:
            raise self.refusal(*NOT_FOUND)
        return getattr(self, method.removeprefix("drive.").replace(".", "_"))(given)

    def files_get(self, given):
        if given["fileId"] not in self.files:
            raise self.refusal(*NOT_FOUND)
        return self.content[given["fileId"]] if given.get("alt") == "media" else self.files[given["fileId"]]

    def files_export(self, given):
        content = self.files_get(given | {"alt": "media"})
        if len(content) > 10_000_000:
            raise self.refusal(403, "exportSizeLimitExceeded", "This file is too large to be exported.")
        return content

    def files_list(self, given):
        if given.get("includeItemsFromAllDrives") != "true" or given.get("supportsAllDrives") != "true":
            return {"files": []}
        inside = IN_FOLDER.fullmatch(given["q"])
        found = [one for one in self.files.values() if not one["trashed"] and
                 (inside[1] in one["parents"] if inside else one["mimeType"] == FOLDER)]  # fmt: skip
        return self._page(found, given, "files")

    def changes_getStartPageToken(self, given):  # noqa: N802 - Google's own name
        return {"startPageToken": str(len(self.log))}

    def changes_list(self, given):
        begin = int(given["pageToken"])
        if begin < self.forgotten:
            raise self.refusal(410, "pageTokenInvalid", "The page token is no longer valid.")
        keys, reached = self.log[begin : begin + self.page], begin + self.page
        changes = [{"changeType": "file", "fileId": key} | self._now(key) for key in keys]
        last = {"newStartPageToken": str(len(self.log))}
        return {"changes": changes} | ({"nextPageToken": str(reached)} if reached < len(self.log) else last)

    def _now(self, key):
        return {"file": self.files[key]} if key in self.files else {"removed": True}

    def revisions_list(self, given):
        return self._page(self.revisions.get(given["fileId"], []), given, "revisions")

    def _page(self, found, given, name):
        begin = int(given.get("pageToken", 0))
        more = {"nextPageToken": str(begin + self.page)} if begin + self.page < len(found) else {}
        return {name: found[begin : begin + self.page]} | more
