"""Writes a register as YAML that a person likes to edit: sections explained, short lists on one line.

The JSON Schema of register.yaml, for editors: help for every field while someone types.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.register.file_models import RegisterFile
from bot.register.problems import Place

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Make the schema from the models. Whatever may be left out may also be left empty."""
    made = RegisterFile.model_json_schema()
    for part in (made, *made["$defs"].values()):
        required = set(part.get("required", ()))
        for name, field in part.get("properties", {}).items():
            field.pop("title", None)
            if name not in required:
                part["properties"][name] = _may_be_empty(field)
    meetings = made["$defs"]["BodyPart"]["properties"]["meetings"]["anyOf"][0]
    meetings["items"] = {"anyOf": [{"type": "string", "format": "date"}, meetings["items"]]}
    return {"$schema": DIALECT, **made, "title": "Handbell register"}


def schema_text() -> str:
    """Write the schema as it stands in deploy/register.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _may_be_empty(field: dict[str, Any]) -> dict[str, Any]:
    notes: dict[str, Any] = {name: field.pop(name) for name in ("description", "default") if name in field}
    choices = field.pop("anyOf", None) or [field]
    if {"type": "null"} not in choices:
        choices = [*choices, {"type": "null"}]
    return {"anyOf": choices, **notes}


if __name__ == "__main__":
    sys.stdout.write(schema_text())

SCHEMA_LINE = "# yaml-language-server: $schema=register.schema.json"
WIDEST = 96
Notes = Mapping[Place, Sequence[str]]


def write(file: RegisterFile) -> str:
    """Write a register; reading it back gives the same register."""
    return as_yaml(file.model_dump(mode="json", exclude_defaults=True))


def as_yaml(tree: Mapping[str, Any], notes: Notes | None = None, head: Sequence[str] = ()) -> str:
    """Write a tree of plain values with a comment before each place that has a note."""
    sections: dict[Place, Sequence[str]] = {(name,): _about(name) for name in tree}
    node = _node(tree, (), {**sections, **(notes or {})})
    yaml = YAML(typ="rt")
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 4096
    stream = io.StringIO()
    yaml.dump(node, stream)
    said = "".join(f"# {line}".rstrip() + "\n" for line in head)
    return f"{SCHEMA_LINE}\n{said}{stream.getvalue()}"


def _about(section: str) -> tuple[str, ...]:
    field = RegisterFile.model_fields.get(section)
    # Its first line; what an editor shows beside it would be a wall of words in the file.
    return ("", (field.description or "").partition("\n")[0]) if field is not None else ("",)


def _node(value: Any, place: Place, notes: Notes) -> Any:
    if isinstance(value, Mapping):
        return _mapping(value, place, notes)
    if isinstance(value, list | tuple):
        return _sequence(value, place, notes)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return date.fromisoformat(value)
    return value


def _mapping(value: Mapping[str, Any], place: Place, notes: Notes) -> CommentedMap:
    node = CommentedMap({name: _node(inner, (*place, name), notes) for name, inner in value.items()})
    for name in value:
        _note(node, name, (*place, name), notes)
    if place and place[-1] in {"source", "hours"}:
        node.fa.set_flow_style()
    return node


def _sequence(value: Sequence[Any], place: Place, notes: Notes) -> CommentedSeq:
    node = CommentedSeq([_node(inner, (*place, number), notes) for number, inner in enumerate(value)])
    for number in range(len(value)):
        _note(node, number, (*place, number), notes)
    short = sum(len(str(inner)) + 2 for inner in value) <= WIDEST
    if short and not any(isinstance(inner, Mapping) for inner in value):
        node.fa.set_flow_style()
    if not value or (place and place[-1] == "terms"):
        for inner in node:
            inner.fa.set_flow_style()
    return node


def _note(node: CommentedMap | CommentedSeq, step: str | int, place: Place, notes: Notes) -> None:
    lines = notes.get(place)
    if lines:
        in_items = sum(isinstance(inner, int) for inner in place[:-1])
        indent = 2 * (len(place) - 1 - in_items) + 2 * in_items
        node.yaml_set_comment_before_after_key(step, before="\n".join(map(_safe, lines)), indent=indent)


def _safe(line: str) -> str:
    """Keep a comment on its line: a document's own words may hold anything."""
    return " ".join(line.split())
