"""Asks Graph: one event loop for life behind plain calls, the SDK's builders and middleware, and our paging.

The SDK repeats writes by itself; that is off. It tries a read again where Graph is busy, and we where no
answer came.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from kiota_abstractions.request_information import RequestInformation

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.microsoft import answers, sdk
from connectors.microsoft.answers import Answer
from connectors.microsoft.middleware import InTurn, PaceHandler, RequestIds, Retries, through
from connectors.microsoft.pace import Pace
from connectors.microsoft.sign_in import why
from connectors.microsoft.tokens import Tokens

T = TypeVar("T")
# As SharePoint asks programs to say who they are: it slows those down first that do not.
US = "NONISV|Handbell|Handbell/1.0"
PREFER = "Prefer"
# How often a read is asked that nobody answers.
TRIES = 4
NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds for a whole answer and a whole file, before a read is tried again, and at most before that."""

    answer_s: float = 60
    fetch_s: float = 300
    first_wait_s: float = 1
    longest_wait_s: float = 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: it may be empty and still not the last. The last of a delta has `delta_link`."""

    items: tuple[dict[str, Any], ...]
    delta_link: str | None


class Graph:
    """One school's Graph, for any thread. `close` ends the loop; whoever made it closes it, once."""

    def __init__(
        self, base_url: str, credential: TokenCredential, *, patience: Patience | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._credential = credential
        self._patience = patience or Patience()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="graph", daemon=True)
        self._thread.start()
        self._tokens = Tokens(credential, urlsplit(base_url).hostname or "")
        self._http = _http_client(self._patience)
        signs = BaseBearerTokenAuthenticationProvider(self._tokens)
        self._adapter = sdk.GraphRequestAdapter(signs, client=self._http)
        self._adapter.base_url = self._base_url
        # The builders' client takes the base URL over when it is made.
        self.builders = sdk.GraphServiceClient(request_adapter=self._adapter)

    def sign_in(self) -> None:
        """Come by a token, asking Graph nothing; TryAgain says in plain words why there is none."""
        host = urlsplit(self._base_url).hostname
        try:
            self._credential.get_token(f"https://{host}/.default")
        except AzureError as error:
            raise _not_signed_in(error) from error

    def read(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> Answer:
        """Ask a question, again where Graph is busy or hangs up; TryAgain when it stays so."""
        return self._wait(self._read(request, pace, units))

    def read_on(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> Answer:
        """Ask for what Graph keeps elsewhere: where it leads on to is asked once, without our token."""
        answer = self.read(request, pace, units=units)
        if not answer.is_elsewhere:
            return answer
        if urlsplit(answer.leads_to).scheme != urlsplit(self._base_url).scheme:
            raise TryAgain(f"Microsoft 365 leads on to no safe address. {answers.BETWEEN}")
        return self._wait(self._fetch(answer.leads_to))

    def write(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> Answer:
        """Ask for a change, once. TryAgain: it never left us. Unclear: no answer came, it may be done."""
        return self._wait(self._once(request, pace, units))

    def pages(
        self, request: RequestInformation, pace: Pace, *, doing: str, units: float = 0
    ) -> Iterator[Page]:
        """Read a list to its end, across empty pages; a page that is refused raises."""
        asked: RequestInformation | None = request
        link = None
        while asked is not None:
            answer = self.read(asked, pace, units=units)
            yield Page(tuple(answers.listed(answer, doing)), answer.body.get("@odata.deltaLink"))
            before, link = link, answer.body.get("@odata.nextLink")
            if link is not None and link == before:
                raise TryAgain(f"Handbell could not {doing}: Microsoft 365 gives the same page again.")
            asked = None if link is None else self.follow(link, like=request)

    def follow(self, link: str, *, like: RequestInformation | None = None) -> RequestInformation:
        """Make the request for a link that Graph gave us, with the preferences of the request before.

        A link that leads elsewhere is not followed.
        """
        if urlsplit(link)[:2] != urlsplit(self._base_url)[:2]:
            raise GiveUp(f"Microsoft 365 gave a link that leads elsewhere: {urlsplit(link).hostname}.")
        # Whichever builder is given an address asks for that and nothing else.
        request = sdk.get(self.builders.users.with_url(link))
        for preference in like.headers.get(PREFER) if like is not None else ():
            request.headers.add(PREFER, preference)
        return request

    def close(self) -> None:
        self._wait(self._hang_up())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _hang_up(self) -> None:
        await self._http.aclose()
        # A closed connection is done with in the loop's next turn.
        await asyncio.sleep(0)

    async def _read(self, request: RequestInformation, pace: Pace, units: float) -> Answer:
        for tried in range(TRIES):
            try:
                answer = await self._once(request, pace, units)
            except Unclear:
                # The SDK waits between tries that Graph answers, and knows nothing of one that hangs up.
                await asyncio.sleep(self._patience.first_wait_s * 2**tried)
                continue
            if answer.status in answers.BUSY:
                raise TryAgain(
                    f"Microsoft 365 is busy: {answer.status} {answer.code}".rstrip() + ".", answer.after
                )
            return answer
        raise TryAgain("Microsoft 365 gave no answer.")

    async def _fetch(self, address: str) -> Answer:
        try:
            async with asyncio.timeout(self._patience.fetch_s):
                return answers.read(await self._http.get(address))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise TryAgain(
                f"What Microsoft 365 leads on to gave no answer ({type(error).__name__})."
            ) from error

    async def _once(self, request: RequestInformation, pace: Pace, units: float) -> Answer:
        self._written_out(request)
        if pace.rests_s > self._patience.longest_wait_s:
            raise TryAgain("Microsoft 365 has asked us to wait.", pace.rests_s)
        request.add_request_options([InTurn(pace, units)])
        try:
            response: Any = await self._adapter.send_primitive_async(request, "bytes", {})
        except NEVER_REACHED as error:
            raise TryAgain(f"Microsoft 365 cannot be reached ({type(error).__name__}).") from error
        except AzureError as error:
            raise _not_signed_in(error) from error
        except httpx.HTTPError as error:
            raise Unclear(f"Microsoft 365 gave no answer ({type(error).__name__}).") from error
        answer = answers.read(response)
        if answer.status == answers.NOT_SIGNED_IN:
            self._tokens.forget()
        return answer

    def _written_out(self, request: RequestInformation) -> None:
        """Work the address out here, once, and without what they all begin with.

        The SDK does so wherever it looks at it, and takes a microsecond for each sign.
        """
        address = request.url.replace("%24", "$")
        # A builder's own parameters are not ours to change.
        request.path_parameters = {}
        request.url = self._base_url + address if address.startswith("/") else address


def _not_signed_in(error: Exception) -> TryAgain:
    said = f"Microsoft 365 would not sign Handbell in ({type(error).__name__})."
    right = why(str(error)) or "Check the tenant, the app registration and its certificate."
    return TryAgain(f"{said} {right}")


def _http_client(patience: Patience) -> httpx.AsyncClient:
    """Make the client of every call; the machine's proxy is used where it has one."""
    times = httpx.Timeout(patience.answer_s, connect=30)
    client = httpx.AsyncClient(http2=True, verify=_trusted(), timeout=times, headers={"User-Agent": US})
    tries = Retries(patience.first_wait_s, patience.longest_wait_s)
    return through(client, tries, RequestIds(), PaceHandler(patience.answer_s))


@cache
def _trusted() -> ssl.SSLContext:
    """Read whom this machine trusts, once: that takes as long as many calls."""
    return httpx.create_ssl_context()
