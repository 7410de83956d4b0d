"""What Graph's answers mean for us: taken, try again after so long, or refused for good."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.core.errors import GiveUp, TryAgain
from connectors import vendor_http

BUSY = {408, 429, 500, 502, 503, 504, 509}
NOT_SIGNED_IN = 401
# Ours to set right, and no message's or person's fault: permissions, the mailbox's or the site's name.
NOT_ALLOWED = {NOT_SIGNED_IN, 403, 404}
BETWEEN = "Something between this machine and Microsoft 365, such as a web filter, may have answered."


# How Graph says that a cursor ran out, with whatever 4xx status (delta-query-overview, driveitem-delta).
GONE = 410
CURSOR_LOST = {
    "syncstatenotfound",
    "resyncrequired",
    "resyncchangesapplydifferences",
    "resyncchangesuploaddifferences",
}


class StartOver(GiveUp):
    """A cursor ran out: what it went on from is read from the beginning."""


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """One answer: its status, its JSON (empty where there was none) and how long we are asked to wait.

    `content`: the bytes as they came, for what is no JSON, and `media` what they are said to be; `leads_to`:
    where else to ask.
    """

    status: int
    body: Mapping[str, Any]
    after: float | None = None
    content: bytes = field(default=b"", repr=False)
    leads_to: str = field(default="", repr=False)
    media: str = ""

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_elsewhere(self) -> bool:
        return 300 <= self.status < 400

    @property
    def code(self) -> str:
        """Return the vendor's first error code, or an empty string."""
        return next(iter(self.codes), "")

    @property
    def codes(self) -> tuple[str, ...]:
        """List the error's code and those of the errors within it, the outermost first."""
        found, error = [], self.body.get("error")
        while isinstance(error, dict):
            found.append(str(error.get("code", "")))
            error = error.get("innerError") or error.get("innererror")
        return tuple(found)


def wait_s(response: httpx.Response) -> float | None:
    """How many seconds the answer asks to wait; None: it says nothing of that."""
    said = response.headers.get("Retry-After")
    return None if said is None else vendor_http.seconds(said, response.headers.get("Date", ""))


def read(response: httpx.Response) -> GraphResponse:
    """Read an answer; a body that is no JSON object (a gateway's page) counts as none."""
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    heads = response.headers
    leads_to = heads.get("Location", "")
    media = heads.get("Content-Type", "").partition(";")[0].strip().casefold()
    return GraphResponse(
        response.status_code,
        said,
        wait_s(response),
        response.content,
        leads_to,
        media,
    )


def of_part(said: Mapping[str, Any]) -> GraphResponse:
    """Read the answer to one part of a batch."""
    heads = {str(name).casefold(): str(value) for name, value in (said.get("headers") or {}).items()}
    after = vendor_http.seconds(heads.get("retry-after", ""), heads.get("date", ""))
    body = said.get("body")
    return GraphResponse(int(said["status"]), body if isinstance(body, dict) else {}, after)


def refused(answer: GraphResponse, doing: str) -> TryAgain | GiveUp:
    """Make the error for an answer that says no; `doing` ends the sentence "Handbell could not ..."."""
    said = f"Microsoft 365 answered {answer.status} {answer.code}".rstrip()
    if _cursor_lost(answer):
        return StartOver(f"Handbell could not {doing}: {said}.")
    if answer.status in NOT_ALLOWED:
        return TryAgain(
            f"Handbell could not {doing}: {said}. Check the connection's permissions and names.", answer.after
        )
    if answer.status in BUSY:
        return TryAgain(f"Handbell could not {doing} just now: {said}.", answer.after)
    if answer.is_elsewhere:
        return TryAgain(f"Handbell could not {doing}: {said}. {BETWEEN}")
    return GiveUp(f"Handbell could not {doing}: {said}.")


def _cursor_lost(answer: GraphResponse) -> bool:
    if not 400 <= answer.status < 500:
        return False
    return answer.status == GONE or not CURSOR_LOST.isdisjoint(map(str.casefold, answer.codes))


def taken(answer: GraphResponse, doing: str) -> GraphResponse:
    """Return the answer of a successful request; raise the error that any other means for us."""
    if answer.taken:
        return answer
    raise refused(answer, doing)


def listed(answer: GraphResponse, doing: str) -> list[dict[str, Any]]:
    """Return the items of a list. An answer without a list is not from Graph and is not an empty list."""
    items = taken(answer, doing).body.get("value")
    if not isinstance(items, list):
        raise TryAgain(f"Handbell could not {doing}: the answer was no list. {BETWEEN}")
    return items
