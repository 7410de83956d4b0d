"""HTTP calls to vendors: a deadline over the whole call, Retry-After, and cursors bound to their source.

httpx limits each wait alone: a byte now and then would hold a call for ever. A cursor of another mailbox,
folder or form says nothing of ours.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
import weakref
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpcore
import httpx


def of(place: str, cursor: str) -> str:
    """Return the place in front of a vendor's cursor; `place` is an id or an address, without a space."""
    return f"{place} {cursor}"


def within(place: str, kept: str | None) -> str | None:
    """Return the vendor's cursor; None (start again): there is none, or it is of another place."""
    named, _, cursor = (kept or "").partition(" ")
    return cursor if cursor and named == place else None


def seconds(said: str, answered: str, now: datetime | None = None) -> float | None:
    """Read Retry-After; None: nothing that can be read.

    A date is measured against the answer's own (`answered`, its Date), as our clock may be wrong; against
    `now` where the answer has none.
    """
    if said.strip().isdecimal():
        return float(said)
    until, at = _moment(said), _moment(answered) or now
    return None if until is None or at is None else max(0.0, (until - at).total_seconds())


def _moment(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


# So much is written between two looks at the clock.
PIECE = 65536


class Calls:
    """An HTTP client whose every call ends in time; its connections stay open. For any thread."""

    def __init__(self) -> None:
        self._until = Deadline()
        self._client = _http_client(self._until)
        self._end = weakref.finalize(self, self._client.close)

    def request(self, method: str, address: str, *, within_s: float, **given: Any) -> httpx.Response:
        """Ask once, follow no one elsewhere, and read the answer whole. Raises httpx.HTTPError, InvalidURL.

        ReadTimeout: no whole answer came within `within_s` seconds. ConnectTimeout, after half of them:
        nothing was sent. `given` as httpx takes it (content, data, headers, params).
        """
        self._until.at = time.monotonic() + within_s
        times = httpx.Timeout(within_s, connect=within_s / 2)
        return self._client.request(method, address, timeout=times, **given)

    def close(self) -> None:
        """End the connections; nothing can be asked after it."""
        self._end()


def request(method: str, address: str, *, within_s: float, **given: Any) -> httpx.Response:
    """Ask once over a connection of its own; see `Calls.request`."""
    with closing(Calls()) as calls:
        return calls.request(method, address, within_s=within_s, **given)


class Deadline(threading.local):
    """Until when the call that this thread makes may take, by the clock that never goes back."""

    at = float("inf")

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        """Return the seconds that one wait may take, at most `timeout`; raise where none are left."""
        seconds = self.at - time.monotonic()
        if seconds <= 0:
            raise error("no whole answer in time")
        return seconds if timeout is None else min(seconds, timeout)


class Network(httpcore.NetworkBackend):
    """httpcore's sockets, each of whose waits takes at most what is left of the call's time."""

    def __init__(self, until: Deadline) -> None:
        self._until = until
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a name's addresses that answers: `timeout` is for all of them."""
        connecting = Deadline()
        connecting.at = time.monotonic() + self._until.left(timeout, httpcore.ConnectTimeout)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        failed: Exception | None = None
        for *_, where in found:
            try:
                left = connecting.left(None, httpcore.ConnectTimeout)
                one = self._sockets.connect_tcp(str(where[0]), port, left, local_address, socket_options)
            except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
                failed = error
            else:
                return Stream(one, self._until)
        raise failed or httpcore.ConnectError(f"{host} has no address")


class Stream(httpcore.NetworkStream):
    """One connection; the time is that of the call which uses it now."""

    def __init__(self, stream: httpcore.NetworkStream, until: Deadline) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._until.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for begin in range(0, len(buffer), PIECE):
            left = self._until.left(timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[begin : begin + PIECE], left)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._until.left(timeout, httpcore.ConnectTimeout)
        return Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def _http_client(until: Deadline) -> httpx.Client:
    """Make a client on our network, proxies of the machine's included.

    httpx takes no network of one's own, and with a transport of one's own it looks for no proxies: it is put
    where httpx keeps httpcore's. tests/connectors/test_whole_call.py fails when httpx keeps it elsewhere.
    """
    client = httpx.Client(follow_redirects=False, verify=trusted())
    for transport in (client._transport, *client._mounts.values()):  # noqa: SLF001
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = Network(until)  # noqa: SLF001
    return client


@cache
def trusted() -> ssl.SSLContext:
    """Read the certificates we trust once; it takes longer than asking."""
    return httpx.create_ssl_context()
