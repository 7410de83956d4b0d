"""Reads a list of Google's to its end, or not at all: half a list would make leavers of people who stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.errors import TryAgain
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient

BEGINNINGS = 3
# A page token that ran out, or that Google no longer knows.
TOKEN_GONE = frozenset({400, 404, 410})


def every(
    client: GoogleClient, ask: Callable[[], Any], go_on: Callable[[Any, Any], Any], *, under: str
) -> list[Any]:
    """List everything that stands under one name on every page. Begins again when a page token ran out."""
    for _ in range(BEGINNINGS):
        found = _to_the_end(client, ask(), go_on, under)
        if found is not None:
            return found
    raise TryAgain("Google's pages ran out while they were read", 60.0)


def _to_the_end(
    client: GoogleClient, request: Any, go_on: Callable[[Any, Any], Any], under: str
) -> list[Any] | None:
    found = list((page := client.read(request)).get(under, ()))
    while (request := go_on(request, page)) is not None:
        try:
            page = client.read(request)
        except Refused as refused:
            if refused.status in TOKEN_GONE:
                return None
            raise
        found += page.get(under, ())
    return found
