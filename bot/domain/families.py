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


def _first(first: dict[str, str], key: str) -> str:
    while first[key] != key:
        first[key] = first[first[key]]
        key = first[key]
    return key
