"""Says why somebody is asked: the documents by their titles, and the place where a reader can look it up.

A proposed register cites lines of the text it was read from ("L226; other-policy L370"). Whoever is asked
sees no lines; they are told the document, with a clause where there is one ("4.2", "Part 2").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from bot.domain.obligations import Obligation, Source
from bot.domain.policies import Policy

Policies = Mapping[tuple[str, str], Policy]
LINES = re.compile(r"(?:L|[Ll]ines? )\d+(?:\s*[-–]\s*L?\d+)?")
# What ends a clause of one document and begins that of another.
BETWEEN = ";"


def because(policies: Policies, one: Obligation) -> str:
    """Say it to whoever is asked: titles and clauses, no lines."""
    named = {title: _clauses(places) for title, places in _places(policies, one).items()}
    if not named:
        return one.source.cites()
    if any(named.values()):
        said = "; ".join(f"{title} {clauses}".strip() for title, clauses in named.items())
    else:
        said = f"as {' and '.join(named)} {'says' if len(named) == 1 else 'say'}"
    return said + _timing(one.source)


def in_full(policies: Policies, one: Obligation) -> str:
    """Say it to the office: titles, clauses and lines."""
    named = _places(policies, one)
    said = "; ".join(f"{title} {', '.join(places)}".strip() for title, places in named.items())
    return said + _timing(one.source) if named else one.source.cites()


def _clauses(places: Iterable[str]) -> str:
    return ", ".join(place for place in places if not LINES.fullmatch(place))


def _timing(source: Source) -> str:
    return "" if source.stated else " (timing is the setting's own choice)"


def _places(policies: Policies, one: Obligation) -> dict[str, list[str]]:
    """Map the documents' titles to their places; the first part is about the source's own policy."""
    own, found = one.source.policy, dict[str, list[str]]()
    if own is None:
        return found
    for number, part in enumerate((one.source.clause or "").split(BETWEEN)):
        key, _, rest = part.strip().partition(" ")
        other = policies.get((one.setting, key)) if number else None
        known = other or policies.get((one.setting, own))
        places = rest if other is not None else part.strip()
        title = known.title if known else own
        found.setdefault(title, []).extend(place for place in places.split(", ") if place)
    return found
