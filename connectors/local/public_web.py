"""Fetches public addresses: what a school's website shows. Never anything on our own network.

The address of a connection is resolved once and checked, and the connection is made to the address that was
checked, so a name that resolves differently a moment later leads nowhere else. Each redirect is checked anew.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpcore

from bot.core.errors import GiveUp, TryAgain, VendorNotFound
from bot.ports import WebCopy
from connectors import vendor_http
from connectors.vendor_http import Deadline, Stream

US = "Handbell"
# The whole of a call: robots.txt, every redirect, the last byte.
ANSWERS_WITHIN_S = 30.0
LARGEST = 20 * 1024 * 1024
LARGEST_RULES = 512 * 1024
MOST_REDIRECTS = 5
PORTS = {"http": 80, "https": 443}
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOT_THERE = frozenset({404, 410})
SIGN_IN = frozenset({401, 403, 407})
NAT64 = IPv6Network("64:ff9b::/96")
# A name and a port -> the addresses it stands for.
Resolver = Callable[[str, int], Sequence[str]]


class PrivateAddress(GiveUp):
    """A name leads to an address that is not on the public internet."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    content: bytes


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask this machine's resolver."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TryAgain(f"{host} has no address") from error
    return tuple(str(where[0]) for *_, where in found)


class PublicWebReader:
    """Client of public websites, a connection a request. `allowed`: private addresses of tests."""

    def __init__(
        self,
        *,
        resolver: Resolver = resolve,
        allowed: Collection[str] = (),
        within_s: float = ANSWERS_WITHIN_S,
        largest: int = LARGEST,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver
        self._allowed = frozenset(allowed)
        self._within_s = within_s
        self._largest = largest
        self._trusted = trusted

    def fetch(self, address: str, *, etag: str = "", modified: str = "") -> WebCopy:
        """Fetch an address within the time; see `bot.ports.PublicWeb`."""
        until = Deadline()
        until.at = time.monotonic() + self._within_s
        asked = {"If-None-Match": etag, "If-Modified-Since": modified}
        conditions = {name: value for name, value in asked.items() if value}
        address = _encoded(address)
        for _ in range(MOST_REDIRECTS + 1):
            self._check_may_read(address, until)
            answer = self._get(address, until, conditions, largest=self._largest)
            if answer.status not in REDIRECTS or "location" not in answer.headers:
                return _copy(address, answer, conditions)
            address = _encoded(urljoin(address, answer.headers["location"]))
        raise GiveUp(f"it leads on more than {MOST_REDIRECTS} times")

    def _check_may_read(self, address: str, until: Deadline) -> None:
        """Raise GiveUp where the website's robots.txt tells programs to stay away (RFC 9309)."""
        rules = self._get(urljoin(address, "/robots.txt"), until, {}, largest=LARGEST_RULES)
        if rules.status >= 500 or rules.status == 429:
            raise TryAgain(f"its robots.txt answered {rules.status}")
        if rules.status != 200:
            return
        robots = RobotFileParser()
        robots.parse(rules.content.decode("utf-8", "replace").splitlines())
        if not robots.can_fetch(US, address):
            raise GiveUp("the website asks programs not to read it (robots.txt)")

    def _get(self, address: str, until: Deadline, headers: dict[str, str], *, largest: int) -> _Answer:
        place = _place(address, self._allowed)
        usual = {"Host": place, "User-Agent": US, "Accept": "*/*", "Accept-Encoding": "identity"}
        asked: list[tuple[str | bytes, str | bytes]] = [*usual.items(), *headers.items()]
        network = _CheckedNetwork(self._resolver, self._allowed, until)
        try:
            with (
                httpcore.ConnectionPool(
                    ssl_context=self._trusted or vendor_http.trusted(), network_backend=network
                ) as pool,
                pool.stream("GET", address, headers=asked) as reply,
            ):
                said = {
                    name.decode("ascii").lower(): value.decode("latin-1") for name, value in reply.headers
                }
                return _Answer(reply.status, said, _body(reply, said, largest))
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise TryAgain(f"it gave no whole answer ({type(error).__name__})") from error


class _CheckedNetwork(httpcore.NetworkBackend):
    """httpcore's sockets, connected to addresses that were checked and to no others."""

    def __init__(self, resolver: Resolver, allowed: frozenset[str], until: Deadline) -> None:
        self._resolver = resolver
        self._allowed = allowed
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
        """Connect to the first address of a name, all of which have to be public."""
        found = [host] if _is_address(host) else self._resolved(host, port)
        for one in found:
            _check_public(one, self._allowed)
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for one in found:
            try:
                left = self._until.left(timeout, httpcore.ConnectTimeout)
                stream = self._sockets.connect_tcp(one, port, left, local_address, socket_options)
            except (httpcore.ConnectTimeout, httpcore.ConnectError) as error:
                failed = error
                continue
            _check_public(str(stream.get_extra_info("server_addr")[0]), self._allowed)
            return Stream(stream, self._until)
        raise failed

    def _resolved(self, host: str, port: int) -> list[str]:
        """Resolve a name within the time; the system's resolver takes no limit of its own."""
        found: list[str] = []
        failed: list[Exception] = []

        def ask() -> None:
            try:
                found.extend(self._resolver(host, port))
            except TryAgain as error:
                failed.append(error)

        thread = threading.Thread(target=ask, name="resolve", daemon=True)
        thread.start()
        thread.join(self._until.left(None, httpcore.ConnectTimeout))
        if thread.is_alive():
            raise httpcore.ConnectTimeout("no address in time")
        if failed:
            raise failed[0]
        return found


def _check_public(address: str, allowed: frozenset[str]) -> None:
    one = ip_address(address.partition("%")[0])
    if isinstance(one, IPv6Address) and one.ipv4_mapped is not None:
        one = one.ipv4_mapped
    if str(one) in allowed:
        return
    # An address that carries an IPv4 one inside (6to4, Teredo, NAT64) may lead back to our own network.
    tunnels = isinstance(one, IPv6Address) and (
        one.sixtofour is not None or one.teredo is not None or one in NAT64
    )
    if not one.is_global or one.is_multicast or tunnels:
        raise PrivateAddress("it leads to an address that is not on the public internet")


def _encoded(address: str) -> str:
    """Write an address as it is sent: spaces and letters beyond ASCII encoded, without its fragment."""
    return quote(urldefrag(address.strip()).url, safe="%/:=&?~+!$,;'@()*[]-._")


def _place(address: str, allowed: frozenset[str]) -> str:
    """Return the host of an address as its header has it. GiveUp: it is no plain web address."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise GiveUp("it is no web address") from None
    if not parts.hostname or parts.username is not None:
        raise GiveUp("it is no web address")
    if port != PORTS[parts.scheme] and not allowed:
        raise GiveUp("it names a port that websites do not use")
    return parts.netloc


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _body(reply: httpcore.Response, said: dict[str, str], largest: int) -> bytes:
    if said.get("content-encoding", "identity").casefold() not in {"", "identity"}:
        raise GiveUp("it comes packed, though that was not asked for")
    content = bytearray()
    for piece in reply.iter_stream():
        content += piece
        if len(content) > largest:
            raise GiveUp(f"it is larger than {largest // (1024 * 1024)} MB")
    return bytes(content)


def _copy(address: str, answer: _Answer, conditions: dict[str, str]) -> WebCopy:
    headers = answer.headers
    etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
    if answer.status == 304 and conditions:
        etag = etag or conditions.get("If-None-Match", "")
        modified = modified or conditions.get("If-Modified-Since", "")
        return WebCopy(address, etag=etag, modified=modified, unchanged=True)
    if answer.status in NOT_THERE:
        raise VendorNotFound("nothing is there any more")
    if answer.status in SIGN_IN:
        raise GiveUp("it asks for a sign-in, so families cannot read it either")
    if answer.status != 200:
        raise TryAgain(f"it answered {answer.status}")
    media = headers.get("content-type", "").partition(";")[0].strip().casefold()
    return WebCopy(address, media, answer.content, etag, modified)
