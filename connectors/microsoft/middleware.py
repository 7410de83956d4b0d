"""Middleware of every call to Graph: the SDK's retries, and under them our own rate limit.

Each try waits for its own turn, so that a call waiting for its retry does not block others. The SDK's
RedirectHandler is left out: it would follow a school's web filter, whose page looks like a success. A rate
limit is so many units a minute, evenly spread, with so many calls at the same time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from kiota_abstractions.request_option import RequestOption
from kiota_http.kiota_client_factory import KiotaClientFactory
from kiota_http.middleware import BaseMiddleware, RetryHandler
from kiota_http.middleware.middleware import REQUEST_OPTIONS_KEY
from kiota_http.middleware.options import RetryHandlerOption

from connectors.microsoft import errors as microsoft_errors


class Pace:
    """Rate limit shared by all calls to one mailbox or site.

    A call of no units waits without delaying others.
    """

    def __init__(
        self, *, per_minute: float, at_once: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._every_s = 60 / per_minute
        self._room = asyncio.Semaphore(at_once)
        self._monotonic = monotonic
        self._free_at = self._rests_until = monotonic()

    @property
    def rests_s(self) -> float:
        """Return the seconds for which nothing may be sent."""
        return max(0.0, self._rests_until - self._monotonic())

    def rest(self, seconds: float) -> None:
        """Send nothing for so many seconds: calls during throttling prolong it."""
        self._rests_until = max(self._rests_until, self._monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, units: float = 0) -> AsyncIterator[None]:
        """Wait for room and for time; the room is given back at the end."""
        async with self._room:
            now = self._monotonic()
            begins_at = max(now, self._free_at, self._rests_until)
            if units:
                self._free_at = begins_at + units * self._every_s
            await asyncio.sleep(begins_at - now)
            yield


def mailbox_pace(monotonic: Callable[[], float] = time.monotonic) -> Pace:
    """Return a limit below Exchange's 30 messages a minute and four concurrent calls for a mailbox."""
    return Pace(per_minute=25, at_once=2, monotonic=monotonic)


def site_pace(monotonic: Callable[[], float] = time.monotonic) -> Pace:
    """Return a limit below SharePoint's 1,200 units a minute for an app in a small tenant."""
    return Pace(per_minute=1_000, at_once=4, monotonic=monotonic)


def directory_pace() -> Pace:
    """Return a limit far below the 3,500 units in ten seconds of a small tenant."""
    return Pace(per_minute=6_000, at_once=2)


log = logging.getLogger(__name__)
OUR_ID, GRAPHS_ID = "client-request-id", "request-id"


class Retries(RetryHandler):
    """The SDK's retries of every temporary status; off unless a request turns them on.

    A Retry-After above `longest_wait_s` is not waited for: the answer goes to the caller.
    """

    def __init__(self, first_wait_s: float, longest_wait_s: float) -> None:
        super().__init__(RetryHandlerOption(should_retry=False))
        self.retry_on_status_codes = microsoft_errors.BUSY
        # The SDK begins with half of its factor, and adds up to a second by chance.
        self.backoff_factor = 2 * first_wait_s
        self.backoff_max = 16 * first_wait_s  # type: ignore[assignment] # it compares, and a float does
        self._longest_wait_s = longest_wait_s

    def get_delay_time(
        self,
        retry_count: int,
        response: httpx.Response | None = None,
        delay: float = RetryHandlerOption.DEFAULT_DELAY,
    ) -> float:
        """Wait as the SDK does; its own largest delay, which it never waits, where that is too long."""
        wait = super().get_delay_time(retry_count, response, delay)
        return wait if wait <= self._longest_wait_s else RetryHandlerOption.MAX_DELAY


class InTurn(RequestOption):
    """Whose pace a request keeps, and how many units it costs there."""

    def __init__(self, pace: Pace, units: float) -> None:
        self.pace, self.units = pace, units

    @staticmethod
    def get_key() -> str:
        return "HandbellInTurn"


class RequestIds(BaseMiddleware):
    """Gives each try an id of its own, which Graph keeps: Microsoft's support asks for it and for Graph's."""

    def __init__(self, new_id: Callable[[], str] = lambda: str(uuid4())) -> None:
        super().__init__()
        self._new_id = new_id

    async def send(self, request: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        """Send, and log the ids of what was refused or not answered; its address may name people."""
        if InTurn.get_key() not in request.extensions.get(REQUEST_OPTIONS_KEY, {}):
            # Where Graph leads on to is not Graph.
            return await super().send(request, transport)
        ours = request.headers[OUR_ID] = self._new_id()
        try:
            response = await super().send(request, transport)
        except httpx.HTTPError as error:
            log.info("Microsoft 365 gave no answer (%s); %s %s", type(error).__name__, OUR_ID, ours)
            raise
        if response.is_error:
            graphs = response.headers.get(GRAPHS_ID, "none")
            status = response.status_code
            log.info("Microsoft 365 answered %s; %s %s, %s %s", status, GRAPHS_ID, graphs, OUR_ID, ours)
        return response


class PaceHandler(BaseMiddleware):
    """Sends each try in its turn, and lets the pace rest for as long as Graph asks. The last of the chain.

    A whole answer may take `answer_s` seconds: a server that says a little now and then would hold its turn.
    """

    def __init__(self, answer_s: float) -> None:
        super().__init__()
        self._answer_s = answer_s

    async def send(self, request: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        """Send; the turn lasts until the whole answer is there.

        A request without a limit is sent directly.
        """
        asked: InTurn | None = request.extensions.get(REQUEST_OPTIONS_KEY, {}).get(InTurn.get_key())
        if asked is None:
            return await transport.handle_async_request(request)
        async with asked.pace.turn(asked.units):
            try:
                async with asyncio.timeout(self._answer_s):
                    response = await transport.handle_async_request(request)
                    await response.aread()
            except TimeoutError as error:
                said = f"no whole answer within {self._answer_s:g} s"
                raise httpx.ReadTimeout(said, request=request) from error
        if response.status_code in microsoft_errors.BUSY:
            asked.pace.rest(microsoft_errors.wait_s(response) or 0)
        # The SDK's retries count themselves in its headers.
        response.request = request
        return response


def through(client: httpx.AsyncClient, *middleware: BaseMiddleware) -> httpx.AsyncClient:
    """Lead a client's calls through the middleware, in this order.

    The factory of Graph's own package does the same, but never closes its connections (msgraph-core 1.5.2).
    """
    return KiotaClientFactory.create_with_custom_middleware(list(middleware), client)
