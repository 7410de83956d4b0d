"""Reads register.yaml, or refuses it with every problem at once: line, field, what is wrong and right.

The documents a register names: each file's text, with what the register says about its version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.core.errors import BadInput, Problem, UnreadableDocument
from bot.reading.facts import Text
from bot.register.file_models import PolicyPart, RegisterFile
from bot.register.problems import Place, explain, field_name, line_of
from bot.register.references import wrong_references


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
                problems.append(_document_problem(part, error))
    if problems:
        raise BadInput(problems)
    return found


def _document_problem(part: PolicyPart, error: UnreadableDocument) -> Problem:
    right = "Name a file beside the register, or take the line out and give a link."
    return Problem("register", None, f"policies > {part.key} > file", str(error), right)


LARGEST = 2_000_000


class _DatesAsWritten(RoundTripConstructor):
    """Leaves dates as text, so that a wrong one is told with its place and a partial one stays partial."""


_DatesAsWritten.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def load(path: Path) -> RegisterFile:
    """Read a register from a file, or raise BadInput with every problem."""
    return parse(_text(path), path.name)


def parse(text: str, file: str = "register.yaml") -> RegisterFile:
    """Read a register from its text; `file` is how messages name it."""
    tree = _tree(text, file)
    problems: list[Problem] = []
    register = None
    try:
        register = RegisterFile.model_validate(tree)
    except ValidationError as error:
        problems += [_problem(tree, file, dict(one)) for one in error.errors()]
    for place, wrong, right in wrong_references(tree):
        problems.append(Problem(file, line_of(tree, place), field_name(tree, place), wrong, right))
    if register is None or problems:
        raise BadInput(sorted(problems, key=lambda problem: problem.line or 0))
    return register


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise BadInput([Problem(str(path), None, None, wrong, "Name a register file.")]) from None
    if len(content) > LARGEST:
        right = "A register is a text file of some pages; check that this is one."
        raise BadInput([Problem(path.name, None, None, f"has {len(content):,} bytes", right)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        right = "Save it as UTF-8 in your editor."
        raise BadInput([Problem(path.name, line, None, "is not UTF-8 text", right)]) from None


def _tree(text: str, file: str) -> CommentedMap:
    yaml = YAML(typ="rt")
    yaml.Constructor = _DatesAsWritten
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        wrong = f"is not YAML here: {(error.problem or 'cannot be read').splitlines()[0]}"
        right = "Check the indent, the colons and the quotes of this line and the one above."
        raise BadInput([Problem(file, mark.line + 1 if mark else None, None, wrong, right)]) from None
    except (YAMLError, ValueError) as error:
        right = "Check the file in an editor that knows YAML."
        raise BadInput(
            [Problem(file, None, None, f"is not YAML: {str(error).splitlines()[0]}", right)]
        ) from None
    except RecursionError:
        right = "A register has four or five levels; check the indent and the brackets."
        raise BadInput([Problem(file, None, None, "is nested deeper than any register", right)]) from None
    if not isinstance(tree, CommentedMap):
        right = "Begin with setting: and the fields of your school under it."
        raise BadInput([Problem(file, 1, None, "holds no register", right)])
    return tree


def _problem(tree: Mapping[Any, Any], file: str, error: Mapping[str, Any]) -> Problem:
    place: Place = tuple(step for step in error["loc"] if step != "[key]")
    wrong, right = explain(error)
    return Problem(file, line_of(tree, place), field_name(tree, place), wrong, right)
