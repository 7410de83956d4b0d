"""What an answer of Google's, or none, means for us: try again, give up, or look it up."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

from bot.core.errors import GiveUp, HandbellError, OutcomeUnknown, TryAgain
from connectors import vendor_http

# The request was not carried out; Google wants fewer of them. Older APIs say so with 403.
PACE = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "RATE_LIMIT_EXCEEDED",
                  "RESOURCE_EXHAUSTED"})  # fmt: skip
FOR_TODAY = "dailyLimitExceeded"
HOURS = 6 * 3600.0
# The token, the mailbox or the project is not set up: 400 failedPrecondition is a mailbox without a subject.
SET_UP = frozenset({"failedPrecondition", "FAILED_PRECONDITION"})
SWITCHED_OFF = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
# A matter of this one file: too large, its owner forbids it, it holds malware, or too many fetched it today.
OF_ONE_FILE = frozenset({"exportSizeLimitExceeded", "cannotExportFile", "fileNotExportable",
                         "cannotDownloadFile", "fileNotDownloadable", "cannotDownloadAbusiveFile",
                         "insufficientFilePermissions", "downloadQuotaExceeded"})  # fmt: skip
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
UNTIL = re.compile(r"[Rr]etry after (\d{4}-\d\d-\d\dT[\d:.]+Z)")


class Busy(TryAgain):
    """Passes within moments: worth an immediate retry where a repeat does no harm."""


class NotTrusted(TryAgain):
    """Google gave no token. `by_scope`: because something that was asked for is not delegated."""

    def __init__(self, says: str, *, by_scope: bool) -> None:
        self.by_scope = by_scope
        super().__init__(says)


class NotAllowed(TryAgain):
    """Our token is good and the set-up is not: an API is off, a file is not shared, a role is not given."""

    def __init__(self, says: str, *, switched_off: bool) -> None:
        self.switched_off = switched_off
        super().__init__(says)


class RequestRefused(GiveUp):
    """Google understood and said no. `status` tells the caller which no: 404, 409, 410, 412."""

    def __init__(self, says: str, status: int, reason: str) -> None:
        self.status = status
        self.reason = reason
        super().__init__(says)


@dataclass(frozen=True, slots=True)
class VendorError:
    """One refusal: the status, Google's word for it, its sentence, and the wait it asks for in seconds."""

    status: int
    reason: str
    says: str
    after: float | None

    def __str__(self) -> str:
        return f"{self.status} {self.reason} {self.says}".replace("  ", " ").strip()


def of_refusal(error: HttpError, *, writing: bool, now: datetime) -> HandbellError:
    """Choose our error for an answer that is not the one hoped for."""
    answer = _read(error, now)
    used_up = answer.reason == FOR_TODAY or "usage limits" in answer.says  # the latter is Calendar's own
    if answer.status == 403 and used_up:
        return TryAgain(f"Google takes no more of us today: {answer}", answer.after or HOURS)
    if answer.status == 429 or (answer.status == 403 and answer.reason in PACE):
        return Busy(f"Google asks us to go slower: {answer}", answer.after)
    if answer.status == 401:
        return Busy(f"Google no longer took our token: {answer}")
    if (answer.status == 403 and answer.reason not in OF_ONE_FILE) or answer.reason in SET_UP:
        says = f"Google does not let us: {answer}. Check the set-up; nobody's address is at fault."
        return NotAllowed(says, switched_off=answer.reason in SWITCHED_OFF)
    if 400 <= answer.status < 500 and answer.status != 408:
        return RequestRefused(f"Google refused it: {answer}", answer.status, answer.reason)
    return _unheard(f"Google answered {answer}", writing=writing, after=answer.after)


def of_silence(error: httpx.TransportError, *, writing: bool) -> HandbellError:
    """Choose our error for a connection that failed: before anything was sent, or perhaps after."""
    says = f"Google could not be reached ({type(error).__name__}: {error})"
    return Busy(says) if isinstance(error, NOT_SENT) else _unheard(says, writing=writing)


def of_nonsense(said: str, *, writing: bool) -> HandbellError:
    """Choose our error for a success that is no JSON: a proxy's page, or half an answer."""
    return _unheard(f"the answer was not Google's ({said[:80]!r})", writing=writing)


def _unheard(says: str, *, writing: bool, after: float | None = None) -> HandbellError:
    return OutcomeUnknown(says) if writing else Busy(says, after)


def _read(error: HttpError, now: datetime) -> VendorError:
    body = _error_of(error.content)
    says = " ".join(str(body.get("message", "")).split())[:300]
    return VendorError(int(error.resp.status), _reason(body), says, _wait(error, says, now))


def _error_of(content: bytes) -> dict[str, object]:
    try:
        whole = json.loads(content)
    except ValueError:
        return {}
    said = whole.get("error") if isinstance(whole, dict) else None
    return said if isinstance(said, dict) else {}


def _reason(body: dict[str, object]) -> str:
    """Older APIs put the word into `errors`, newer ones into `details`, all of them a status beside it."""
    for name in ("errors", "details"):
        entries = body.get(name)
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and isinstance(entry.get("reason"), str):
                return str(entry["reason"])
    return str(body.get("status", ""))


def _wait(error: HttpError, says: str, now: datetime) -> float | None:
    heads = error.resp
    asked = vendor_http.seconds(str(heads.get("retry-after", "")), str(heads.get("date", "")), now)
    if asked is not None:
        return asked
    until = UNTIL.search(says)
    if until is None:
        return None
    try:
        at = datetime.fromisoformat(until[1]).astimezone(UTC)
    except ValueError:
        return None
    return max(0.0, (at - now).total_seconds())
