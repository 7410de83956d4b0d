"""The columns of our lists on a school's site: their types, and how a cell is written and read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from connectors.local.tracked_list import plain

SCHOOL = ZoneInfo("Europe/London")
LONGEST = 255
# What the names of our columns begin with.
OURS = "Handbell"
# How SharePoint writes a sign that may not stand in a column's name.
ENCODED = re.compile(r"_x([0-9a-f]{4})_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of column: what Graph calls it, how our text becomes a value, and a value our text."""

    definition: Mapping[str, Any]
    value: Callable[[str], str | None]
    text: Callable[[Any], str]


def line(said: str) -> str | None:
    """Write one line of text: a list shows it as it stands and works nothing out."""
    return plain(said)[:LONGEST] or None


def _day(said: str) -> str | None:
    """Write a day at noon, so that it is the same day in the site's own zone."""
    return f"{date.fromisoformat(said)}T12:00:00Z" if said else None


def _moment(said: str) -> str | None:
    if not said:
        return None
    at = datetime.fromisoformat(said).replace(tzinfo=SCHOOL)
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day_text(value: Any) -> str:
    return _here(value).date().isoformat() if value else ""


def _moment_text(value: Any) -> str:
    return _here(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _here(value: Any) -> datetime:
    at = datetime.fromisoformat(str(value))
    return at.astimezone(SCHOOL) if at.tzinfo else datetime.combine(at, time.min, SCHOOL)


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


LINE = Kind({"text": {"allowMultipleLines": False, "maxLength": LONGEST}}, line, _plain)
WORDS = Kind({"text": {"allowMultipleLines": True, "textType": "plain"}}, lambda said: said or None, _plain)
DAY = Kind({"dateTime": {"format": "dateOnly", "displayAs": "standard"}}, _day, _day_text)
MOMENT = Kind({"dateTime": {"format": "dateTime", "displayAs": "standard"}}, _moment, _moment_text)

# The columns of the list of cases that are no plain line, by their titles.
KINDS = {"Received": DAY, "Closed": DAY, "Next due": MOMENT}


def kind_of(title: str) -> Kind:
    return KINDS.get(title, LINE)


def name_of(title: str) -> str:
    """Give the name a column keeps whatever it is called later. Letters alone: SharePoint encodes others."""
    return OURS + _letters("".join(word.capitalize() for word in title.split()))


def names_in(wanted: Iterable[Mapping[str, Any]], there: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Find which name each wanted column has in a list, by our name of it; what is not there is left out.

    One is known by its name, however SharePoint wrote it (`_x002d_` for a hyphen), or by its title, as
    somebody may have made it by hand.
    """
    by_name: dict[str, str] = {}
    by_title: dict[str, str] = {}
    for one in there:
        by_name.setdefault(_letters(ENCODED.sub(_decoded, one["name"])), one["name"])
        by_title.setdefault(str(one.get("displayName")).casefold(), one["name"])
    found = {
        one["name"]: by_name.get(one["name"]) or by_title.get(one["displayName"].casefold()) for one in wanted
    }
    return {ours: name for ours, name in found.items() if name is not None}


def _letters(words: str) -> str:
    return "".join(sign for sign in words if sign.isalpha())


def _decoded(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def column(title: str, kind: Kind, *, is_key: bool = False) -> dict[str, Any]:
    """Describe a column to Graph; a key's values are unique, which needs an index."""
    unique = {"indexed": True, "enforceUniqueValues": True} if is_key else {}
    return {"name": name_of(title), "displayName": title, **kind.definition, **unique}


def choice(title: str, among: tuple[str, ...]) -> dict[str, Any]:
    """Describe a column whose value is one of several."""
    offered = {"allowTextEntry": False, "choices": list(among), "displayAs": "dropDownMenu"}
    return {"name": name_of(title), "displayName": title, "choice": offered}
