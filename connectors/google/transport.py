"""Carries one request to Google and never sends it a second time by itself.

httplib2, which Google's library uses when left alone, sends a POST again when the server hangs up without
an answer (httplib2/__init__.py, `_conn_request`, 0.32): mail would arrive twice.
"""

from __future__ import annotations

import ssl
import weakref
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import httplib2  # type: ignore[import-untyped]
import httpx
from google.auth import transport
from google.auth.exceptions import TransportError


def open_http(timeout: float) -> httpx.Client:
    """Open a way out that follows nobody elsewhere."""
    return httpx.Client(timeout=timeout, verify=_trusted(), follow_redirects=False)


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Read the authorities that are trusted once: it takes longer than a message does."""
    return httpx.create_ssl_context()


class OneSend:
    """Stands where Google's library expects an `httplib2.Http`; each request bears the present token.

    Its connections end with it: a thread that is done leaves none open.
    """

    def __init__(self, http: httpx.Client, token: Callable[[], str]) -> None:
        self._http = http
        self._token = token
        self._end = weakref.finalize(self, http.close)

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,  # noqa: ARG002 - none is ever followed
        connection_type: object = None,  # noqa: ARG002
    ) -> tuple[httplib2.Response, bytes]:
        signed = {**(headers or {}), "authorization": f"Bearer {self._token()}"}
        answer = self._http.request(method, uri, content=body, headers=signed)
        said = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        said.reason = answer.reason_phrase
        return said, answer.content

    def close(self) -> None:
        self._end()


class TokenTransport(transport.Request):
    """Fetches tokens through the same way out, proxies included. Asking for a token twice harms nobody."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_kwargs: Any,
    ) -> transport.Response:
        try:
            answer = self._http.request(
                method, url, content=body, headers=headers, timeout=timeout or self._http.timeout
            )
        except httpx.TransportError as error:
            raise TransportError(error) from error  # type: ignore[no-untyped-call]
        return _Answer(answer)


class _Answer(transport.Response):
    def __init__(self, answer: httpx.Response) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        return self._answer.headers

    @property
    def data(self) -> bytes:
        return self._answer.content
