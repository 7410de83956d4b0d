"""The middleware that every call to Graph goes through: the SDK's retries, and under them our own pace.

Each try waits for its own turn, so a call that waits to be tried again holds nobody else up. The SDK's
RedirectHandler is left out: it would follow a school's web filter, whose page looks like a yes.
"""

from __future__ import annotations

import httpx
from kiota_abstractions.request_option import RequestOption
from kiota_http.kiota_client_factory import KiotaClientFactory
from kiota_http.middleware import BaseMiddleware, RetryHandler
from kiota_http.middleware.middleware import REQUEST_OPTIONS_KEY
from kiota_http.middleware.options import RetryHandlerOption

from connectors.microsoft import answers
from connectors.microsoft.pace import Pace


class Retries(RetryHandler):
    """The SDK's retries, of every status that may pass; off unless a request turns them on.

    Nobody sleeps longer than `longest_wait_s` for a Retry-After: such an answer goes to the caller.
    """

    def __init__(self, first_wait_s: float, longest_wait_s: float) -> None:
        super().__init__(RetryHandlerOption(should_retry=False))
        self.retry_on_status_codes = answers.BUSY
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


class PaceHandler(BaseMiddleware):
    """Sends each try in its turn, and lets the pace rest for as long as Graph asks. The last of the chain."""

    async def send(self, request: httpx.Request, transport: httpx.AsyncBaseTransport) -> httpx.Response:
        """Send; the turn lasts until the whole answer is there. What names no pace is sent at once."""
        asked: InTurn | None = request.extensions.get(REQUEST_OPTIONS_KEY, {}).get(InTurn.get_key())
        if asked is None:
            return await transport.handle_async_request(request)
        async with asked.pace.turn(asked.units):
            response = await transport.handle_async_request(request)
            await response.aread()
        after = answers.wait_s(response)
        if response.status_code in answers.BUSY and after:
            asked.pace.rest(after)
        # The SDK's retries count themselves in its headers.
        response.request = request
        return response


def through(client: httpx.AsyncClient, *middleware: BaseMiddleware) -> httpx.AsyncClient:
    """Lead a client's calls through the middleware, in this order.

    The factory of Graph's own package does the same, but never closes its connections (msgraph-core 1.5.2).
    """
    return KiotaClientFactory.create_with_custom_middleware(list(middleware), client)
