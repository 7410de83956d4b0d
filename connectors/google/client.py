"""Google's library, tamed: services per thread, writes sent once, reads asked again, our errors only."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from googleapiclient.discovery import build_from_document  # type: ignore[import-untyped]
from googleapiclient.discovery_cache import get_static_doc  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

from connectors.google import answers
from connectors.google.answers import Busy
from connectors.google.tokens import Tokens
from connectors.google.transport import OneSend, open_http

# How often a read is asked, and the longest single wait: a minute's quota is back within the minute.
READS = 5
LONGEST_WAIT = 64.0
TOKEN_REFUSED = 401


@dataclass(frozen=True, slots=True)
class Rim:
    """Time and chance, from outside. `chance` is a number from 0 to 1: it keeps many askers apart."""

    clock: Callable[[], datetime]
    chance: Callable[[], float]
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class GoogleClient:
    """Reaches every API as one account. `root` stands for Google in tests (http://127.0.0.1:port)."""

    def __init__(self, tokens: Tokens, rim: Rim, *, timeout: float = 60.0, root: str | None = None) -> None:
        self.rim = rim
        self._tokens = tokens
        self._timeout = timeout
        self._root = root
        self._own = threading.local()

    def service(self, api: str, version: str) -> Any:
        """Give this thread's own service; it stays the same until `close`."""
        services = self._services()
        if (api, version) not in services:
            services[api, version] = build_from_document(self._document(api, version), http=self._transport())
        return services[api, version]

    def resource(self, api: str, version: str, *names: str) -> Any:
        """Give this thread's own resource, such as users, drafts: making one anew costs a millisecond."""
        services = self._services()
        if (api, version, *names) not in services:
            made = self.service(api, version)
            for name in names:
                made = getattr(made, name)()
            services[api, version, *names] = made
        return services[api, version, *names]

    def read(self, request: Any) -> Any:
        """Ask, and ask again while that may help. Raises TryAgain or Refused."""
        for asked in range(1, READS):
            try:
                return self._execute(request, writing=False)
            except Busy as busy:
                wait = self._wait(asked, busy.after)
                if wait > LONGEST_WAIT:
                    raise
                self.rim.sleep(wait)
        return self._execute(request, writing=False)

    def ask(self, request: Any) -> Any:
        """Ask a single time, where nothing hangs on the answer. Raises TryAgain or Refused."""
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
            raise answers.of_refusal(error, writing=writing, now=self.rim.clock()) from error
        except httpx.TransportError as error:
            raise answers.of_silence(error, writing=writing) from error
        if isinstance(said, str):  # what the library makes of a success that is no JSON
            raise answers.of_nonsense(said, writing=writing)
        return said

    def _wait(self, asked: int, after: float | None) -> float:
        """Wait as Google asks; else twice as long each time, and a little by chance (Google's own rule)."""
        return after if after is not None else min(2.0 ** (asked - 1) + self.rim.chance(), LONGEST_WAIT)

    def _transport(self) -> OneSend:
        if not hasattr(self._own, "transport"):
            self._own.transport = OneSend(self._open(), self._tokens.current)
        transport: OneSend = self._own.transport
        return transport

    def _open(self) -> httpx.Client:
        return open_http(self._timeout)

    def _services(self) -> dict[tuple[str, ...], Any]:
        if not hasattr(self._own, "services"):
            self._own.services = {}
        services: dict[tuple[str, ...], Any] = self._own.services
        return services

    def _document(self, api: str, version: str) -> dict[str, Any]:
        """Take the description shipped with the library: nothing is fetched to learn what an API is."""
        document: dict[str, Any] = json.loads(get_static_doc(api, version))
        if self._root is not None:
            document["rootUrl"] = f"{self._root}/"
            document.pop("mtlsRootUrl", None)
        return document
