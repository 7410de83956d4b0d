"""Where a problem stands in the file, and how it is said to a school office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.register.file_models import RegisterFile

Place = tuple[str | int, ...]
SAID = {
    "bool": ("is not yes or no", "Write true or false."),
    "date": ("is not a date", "Write it as 2026-09-01."),
    "int": ("is not a whole number", "Write a whole number."),
    "greater": ("is too small", ""),
    "less": ("is too large", ""),
    "list": ("is not a list", "Put each one on a line of its own that begins with a hyphen."),
    "dict": ("is not a list of names with a value each", "Write name: value on lines of their own."),
    "model": ("is not a part with fields", "Write field: value on lines of their own, set in by two spaces."),
    "string": ("is empty or not text", "Write a few words, in quotes if they are only digits."),
    "too_short": ("is empty", "Write at least one."),
}


def line_of(tree: Mapping[Any, Any], place: Place) -> int | None:
    """Find the line a place stands on; of something missing, the line of the part it is missing from."""
    node: Any = tree
    line = 1
    for step in place:
        try:
            if isinstance(node, CommentedMap) and step in node:
                line = node.lc.key(step)[0] + 1
            elif isinstance(node, CommentedSeq) and isinstance(step, int):
                line = node.lc.item(step)[0] + 1
            else:
                return line
            node = node[step]
        except (KeyError, IndexError):
            return line
    return line


def field_name(tree: Mapping[Any, Any], place: Place) -> str:
    """Return a field's path in words: obligations > annual-training > who."""
    node: Any = tree
    names: list[str] = []
    for step in place:
        node = _inside(node, step)
        key = node.get("key") if isinstance(node, Mapping) else None
        if isinstance(step, str):
            names.append(step)
        else:
            names.append(key if isinstance(key, str) else f"number {step + 1}")
    return " > ".join(names)


def explain(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return a validation error as two sentences: what is wrong, what would be right."""
    kind, place, given = error["type"], error["loc"], error["input"]
    if kind == "register":
        return str(error["ctx"]["wrong"]), str(error["ctx"]["right"])
    if kind == "missing":
        return "is missing", _help(place)
    if kind == "extra_forbidden":
        return "is not known here", _nearest(place)
    return _wrong_value(kind, place, given, error.get("ctx", {}))


def _wrong_value(
    kind: str, place: Sequence[Any], given: object, limits: Mapping[str, Any]
) -> tuple[str, str]:
    if given is None:
        return "is empty", _help(place)
    shown = f'"{given}" ' if isinstance(given, str | int | float) else ""
    if kind in {"enum", "literal_error"}:
        return f"{shown}is not one of them", f"Use one of: {limits['expected']}."
    for start, (wrong, right) in SAID.items():
        if kind.startswith(start):
            return f"{shown}{wrong}", right or _help(place)
    return f"{shown}is not right", _help(place)


def nearest(given: str, known: Sequence[str]) -> str:
    """Propose the nearest known name, or list them all."""
    close = get_close_matches(given, known, n=1, cutoff=0.6)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"Use one of: {', '.join(known)}." if known else "None is known yet; add it first."


def _nearest(place: Sequence[Any]) -> str:
    model = _model(place[:-1])
    return nearest(str(place[-1]), list(model.model_fields)) if model is not None else ""


def _help(place: Sequence[Any]) -> str:
    model = _model(place[:-1])
    field = model.model_fields.get(str(place[-1])) if model is not None else None
    said = field.description if field is not None else None
    return (
        f"What belongs here: {said[0].lower()}{said[1:]}" if said else "Write a value, or take the line out."
    )


def _model(place: Sequence[Any]) -> type[BaseModel] | None:
    """Walk down the models along a place, past the lists and mappings on the way."""
    model: type[BaseModel] | None = RegisterFile
    for step in place:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step) if model is not None else None
        model = _part_of(field.annotation) if field is not None else None
    return model


def _part_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None and not isinstance(annotation, UnionType):
        return None
    parts = [_part_of(inner) for inner in get_args(annotation)]
    return next((part for part in parts if part is not None), None)


def _inside(node: Any, step: str | int) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
