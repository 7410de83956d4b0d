"""The documents a register names: each file's text, with what the register says about its version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import BadInput, Problem, UnreadableDocument
from bot.reading.facts import Text

if TYPE_CHECKING:
    # Every start of the pages loads this module, and hardly one needs the models of a register.
    from bot.register.models import PolicyPart, RegisterFile


@dataclass(frozen=True, slots=True)
class Document:
    """One policy's version in force. `number` None: the register does not say; it is counted.

    `text` None: the policy is read elsewhere, by its link, and only the number tells versions apart.
    """

    policy: str
    text: Text | None
    number: str | None = None
    minor: bool = False


def documents_of(file: RegisterFile, folder: Path) -> Mapping[str, Document]:
    """Read every file the register names, by policy, and the version it gives of a policy without a file.

    Raises BadInput naming each file that cannot be read.
    """
    found: dict[str, Document] = {}
    problems: list[Problem] = []
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415 - see below

    with IsolatedReader() as reader:
        for part in file.policies:
            if part.file is None:
                if part.version is not None:
                    found[part.key] = Document(part.key, None, part.version, part.minor)
                continue
            try:
                text = reader.extract(folder / part.file)
                found[part.key] = Document(part.key, text, part.version, part.minor)
            except UnreadableDocument as error:
                problems.append(_problem(part, error))
    if problems:
        raise BadInput(problems)
    return found


def _problem(part: PolicyPart, error: UnreadableDocument) -> Problem:
    right = "Name a file beside the register, or take the line out and give a link."
    return Problem("register", None, f"policies > {part.key} > file", str(error), right)
