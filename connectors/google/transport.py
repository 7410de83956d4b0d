"""Carries one request to Google and never sends it a second time by itself.

httplib2, which Google's library uses when left alone, sends a POST again when the server hangs up without
an answer (httplib2/__init__.py, `_conn_request`, 0.32): mail would arrive twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httplib2  # type: ignore[import-untyped]
import httpx
from google.auth import transport
from google.auth.exceptions import TransportError

from connectors.vendor_http import Calls


class OneSend:
    """Stands where Google's library expects an `httplib2.Http`; each request bears the present token.

    A whole answer may take `within_s` seconds.
    """

    def __init__(self, calls: Calls, token: Callable[[], str], within_s: float) -> None:
        self._calls = calls
        self._token = token
        self._within_s = within_s

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
        answer = self._calls.request(method, uri, within_s=self._within_s, content=body, headers=signed)
        said = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        said.reason = answer.reason_phrase
        return said, answer.content

    def close(self) -> None:
        self._calls.close()


class TokenTransport(transport.Request):
    """Fetches a token through the same transport, proxies included. A repeat does no harm.

    All its calls together may take `within_s` seconds; a federated identity makes three.
    """

    def __init__(
        self, calls: Calls, within_s: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._calls = calls
        self._monotonic = monotonic
        self._until = monotonic() + within_s

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - ours is shorter
        **_kwargs: Any,
    ) -> transport.Response:
        left = self._until - self._monotonic()
        if left <= 0:
            raise TransportError("no token in time")  # type: ignore[no-untyped-call]
        try:
            answer = self._calls.request(method, url, within_s=left, content=body, headers=headers)
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
