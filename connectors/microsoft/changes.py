"""What is new since a cursor: Graph's delta, its repetitions put together; from the start if it ran out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiota_abstractions.request_information import RequestInformation

from bot.errors import TryAgain
from connectors.microsoft.answers import StartOver
from connectors.microsoft.client import Graph, Page
from connectors.microsoft.pace import Pace

# What one page costs where units are counted for reading, as SharePoint does.
DELTA_UNITS = 1


@dataclass(frozen=True, slots=True)
class Changes:
    """The latest state of each thing that changed, in the order it came last; and where to go on."""

    items: tuple[dict[str, Any], ...]
    cursor: str


def changes(
    graph: Graph,
    everything: RequestInformation,
    cursor: str | None,
    *,
    pace: Pace,
    doing: str,
    units: float = DELTA_UNITS,
) -> Changes:
    """Read on from a cursor; from the beginning without one, or with one that Graph no longer knows.

    Later pages are asked for with the same preferences as the first.
    """

    def read(request: RequestInformation) -> Changes:
        return _read(graph.pages(request, pace, doing=doing, units=units), doing)

    if cursor is None:
        return read(everything)
    try:
        return read(graph.follow(cursor, like=everything))
    except StartOver:
        return read(everything)


def _read(pages: Iterable[Page], doing: str) -> Changes:
    latest: dict[str, dict[str, Any]] = {}
    link = None
    for page in pages:
        for item in page.items:
            # The last word on a thing counts, and it stands where it came last.
            latest.pop(str(item["id"]), None)
            latest[str(item["id"])] = item
        link = page.delta_link
    if link is None:
        raise TryAgain(f"Handbell could not {doing}: Microsoft 365 did not say where to go on from.")
    return Changes(tuple(latest.values()), link)
