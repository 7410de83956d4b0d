"""One HTTP call that ends in time. httpx limits each wait alone: a byte now and then holds it for ever."""

from __future__ import annotations

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import httpx


def request(method: str, address: str, *, within_s: float, **given: Any) -> httpx.Response:
    """Ask once, follow nobody elsewhere, and read the answer whole. Raises httpx.HTTPError, InvalidURL.

    ReadTimeout: no whole answer came within `within_s` seconds. ConnectTimeout, after half of them: nothing
    was sent. `given` as httpx takes it (content, data, headers, params).
    """
    asked = _request(method, address, within_s, given)
    # A loop of its own, as whoever calls may be in one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asked).result()


async def _request(method: str, address: str, within_s: float, given: dict[str, Any]) -> httpx.Response:
    times = httpx.Timeout(within_s, connect=within_s / 2)
    try:
        async with (
            asyncio.timeout(within_s),
            httpx.AsyncClient(timeout=times, follow_redirects=False, verify=_trusted()) as client,
        ):
            return await client.request(method, address, **given)
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"no whole answer within {within_s:g} s") from error


@cache
def _trusted() -> ssl.SSLContext:
    """Read the certificates we trust once; it takes longer than asking."""
    return httpx.create_ssl_context()
