"""A mailer that sends nothing: each message becomes one .eml file in a folder, named by its id."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from bot.core.errors import TryAgain
from bot.ports import Email, NextMessage, SendReceipt, nothing
from connectors.local.mime import as_bytes
from connectors.local.whole_file import write_whole


@dataclass(frozen=True, slots=True)
class FolderMailer:
    """Writing the same message twice leaves one file: the folder answers every `look_up` for certain."""

    folder: Path
    clock: Callable[[], datetime]
    repeats_are_marked: bool = True

    def send(
        self,
        message: Email,
        then: NextMessage = nothing,  # noqa: ARG002 - none waits
        *,
        before: datetime | None = None,  # noqa: ARG002 - files replace each other
    ) -> SendReceipt:
        content = as_bytes(message, self.clock())
        path = self._path(message.id)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        return SendReceipt(path.name)

    def look_up(self, message_id: str) -> bool | None:
        return self._path(message_id).is_file()

    def check(self) -> None:
        """Write a file into the folder and take it away again."""
        probe = self.folder / f".check.{os.getpid()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def close(self) -> None:
        """Nothing is held open."""

    def _path(self, message_id: str) -> Path:
        return self.folder / f"{quote(message_id, safe='')}.eml"


def _unwritable(folder: Path, error: OSError) -> TryAgain:
    return TryAgain(f"the folder {folder} cannot be written ({error.strerror})")
