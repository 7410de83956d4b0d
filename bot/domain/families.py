"""Which settings share people: they are planned together, so that nobody gets a message from each."""

from __future__ import annotations

from collections.abc import Iterable


def families(settings: Iterable[str], belongs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map each setting to the first of its family. `belongs`: (person, setting) of whoever is in several."""
    first = {key: key for key in sorted(settings)}
    met: dict[str, str] = {}
    for person, setting in belongs:
        if setting in first:
            one, other = sorted((_first(first, setting), _first(first, met.get(person, setting))))
            first[other] = one
            met[person] = one
    return {key: _first(first, key) for key in first}


def grouped(settings: Iterable[str], belongs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """List each family in order under the first of it."""
    found: dict[str, list[str]] = {}
    for key, first in families(settings, belongs).items():
        found.setdefault(first, []).append(key)
    return found


def _first(first: dict[str, str], key: str) -> str:
    while first[key] != key:
        first[key] = first[first[key]]
        key = first[key]
    return key
