"""Clients of Google's APIs: one credentials file, and for each part a client with its scopes alone.

Services are kept per thread; writes are sent once, reads are tried again, and only our own errors are
raised. A list is read to its end or not at all: half a list would make leavers of people who stay.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from googleapiclient.discovery import build_from_document  # type: ignore[import-untyped]
from googleapiclient.discovery_cache import get_static_doc  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

from bot.core.errors import TryAgain
from connectors.google import errors as google_errors
from connectors.google.credentials import Tokens, from_file
from connectors.google.errors import Busy, NotTrusted, RequestRefused
from connectors.google.transport import OneSend
from connectors.vendor_http import Calls

# How often a read is asked, and the longest single wait: a minute's quota is back within the minute.
READS = 5
LONGEST_WAIT = 64.0
TOKEN_REFUSED = 401


@dataclass(frozen=True, slots=True)
class Runtime:
    """Time and chance, from outside. `chance` is a number from 0 to 1: it keeps many askers apart."""

    clock: Callable[[], datetime]
    chance: Callable[[], float]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class GoogleClient:
    """Client of every API as one account. `timeout`: seconds for a whole answer.

    `root` replaces Google in tests (http://127.0.0.1:port).
    """

    def __init__(
        self, tokens: Tokens, runtime: Runtime, *, timeout: float = 60.0, root: str | None = None
    ) -> None:
        self.runtime = runtime
        self._tokens = tokens
        self._timeout = timeout
        self._root = root
        self._own = threading.local()

    def service(self, api: str, version: str) -> Any:
        """Return this thread's own service, cached until `close`."""
        services = self._services()
        if (api, version) not in services:
            services[api, version] = build_from_document(self._document(api, version), http=self._transport())
        return services[api, version]

    def resource(self, api: str, version: str, *names: str) -> Any:
        """Return this thread's own resource, such as users, drafts; building one takes a millisecond."""
        services = self._services()
        if (api, version, *names) not in services:
            made = self.service(api, version)
            for name in names:
                made = getattr(made, name)()
            services[api, version, *names] = made
        return services[api, version, *names]

    def read(self, request: Any) -> Any:
        """Send a read, retried while that may help. Raises TryAgain or RequestRefused."""
        for asked in range(1, READS):
            try:
                return self._execute(request, writing=False)
            except Busy as busy:
                wait = self._wait(asked, busy.after)
                if wait > LONGEST_WAIT:
                    raise
                self.runtime.sleep(wait)
        return self._execute(request, writing=False)

    def ask(self, request: Any) -> Any:
        """Send a read once, where nothing depends on the answer. Raises TryAgain or RequestRefused."""
        return self._execute(request, writing=False)

    def write(self, request: Any) -> Any:
        """Send once. Raises TryAgain (not carried out), Refused, or Unclear."""
        return self._execute(request, writing=True)

    def close(self) -> None:
        """End this thread's connections; the next call opens new ones."""
        transport: OneSend | None = getattr(self._own, "transport", None)
        self._own.__dict__.clear()
        if transport is not None:
            transport.close()

    def _execute(self, request: Any, *, writing: bool) -> Any:
        try:
            said = request.execute(http=self._transport(), num_retries=0)
        except HttpError as error:
            if error.resp.status == TOKEN_REFUSED:
                self._tokens.refuse()
            raise google_errors.of_refusal(error, writing=writing, now=self.runtime.clock()) from error
        except httpx.TransportError as error:
            raise google_errors.of_silence(error, writing=writing) from error
        if isinstance(said, str):  # what the library makes of a success that is no JSON
            raise google_errors.of_nonsense(said, writing=writing)
        return said

    def _wait(self, asked: int, after: float | None) -> float:
        """Wait as Google asks; else twice as long each time, and a little by chance (Google's own rule)."""
        return after if after is not None else min(2.0 ** (asked - 1) + self.runtime.chance(), LONGEST_WAIT)

    def _transport(self) -> OneSend:
        if not hasattr(self._own, "transport"):
            self._own.transport = OneSend(self._open(), self._tokens.current, self._timeout)
        transport: OneSend = self._own.transport
        return transport

    def _open(self) -> Calls:
        return Calls()

    def _services(self) -> dict[tuple[str, ...], Any]:
        if not hasattr(self._own, "services"):
            self._own.services = {}
        services: dict[tuple[str, ...], Any] = self._own.services
        return services

    def _document(self, api: str, version: str) -> dict[str, Any]:
        """Load the API description that comes with the library, so that none is fetched."""
        document: dict[str, Any] = json.loads(get_static_doc(api, version))
        if self._root is not None:
            document["rootUrl"] = f"{self._root}/"
            document.pop("mtlsRootUrl", None)
        return document


@dataclass(frozen=True, slots=True)
class Account:
    """A service account.

    `act_as`: the account that a federated identity impersonates. `root` is for tests.
    """

    file: Path
    runtime: Runtime
    act_as: str | None = None
    root: str | None = None

    def client(self, scopes: Sequence[str], subject: str | None, *, timeout: float = 60.0) -> GoogleClient:
        """Reach Google as the service account itself, or as the one person named."""
        return GoogleClient(self._tokens(scopes, subject), self.runtime, timeout=timeout, root=self.root)

    def not_granted(self, scopes: Sequence[str], subject: str | None) -> tuple[str, ...]:
        """Return the scopes that are not delegated. Asks for each alone: Google refuses them as a whole."""
        return tuple(scope for scope in scopes if not self._is_granted(scope, subject))

    @property
    def email(self) -> str:
        """Whom to share things with."""
        return self._kept_value("client_email") or self.act_as or "the service account"

    @property
    def client_id(self) -> str:
        """What domain-wide delegation goes by."""
        return self._kept_value("client_id") or f"(the numeric one of {self.email})"

    def _is_granted(self, scope: str, subject: str | None) -> bool:
        try:
            self._tokens([scope], subject).current()
        except NotTrusted:
            return False
        return True

    def _tokens(self, scopes: Sequence[str], subject: str | None) -> Tokens:
        return Tokens(from_file(self.file, scopes=scopes, subject=subject, act_as=self.act_as))

    def _kept_value(self, name: str) -> str:
        said = json.loads(self.file.read_text(encoding="utf-8")).get(name)
        return str(said) if said else ""


BEGINNINGS = 3
# A page token that ran out, or that Google no longer knows.
TOKEN_GONE = frozenset({400, 404, 410})


def list_all_pages(
    client: GoogleClient, ask: Callable[[], Any], go_on: Callable[[Any, Any], Any], *, under: str
) -> list[Any]:
    """Return the items under one name from all pages. Starts again when a page token expired."""
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
        except RequestRefused as refused:
            if refused.status in TOKEN_GONE:
                return None
            raise
        found += page.get(under, ())
    return found
