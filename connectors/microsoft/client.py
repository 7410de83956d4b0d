"""Client of Microsoft Graph: one event loop behind plain calls, the SDK's builders and middleware, paging.

The SDK repeats writes by itself; that is off. It tries a read again where Graph is busy, and we where no
answer came. The SDK is imported only here, by name, as a type checker would read all its 16,000 modules.
Answers are taken as they came (`NativeResponseHandler`): read as the SDK's models, one message costs 2.9 ms
of CPU more and a page of 100 people 370 ms.

Deltas return what changed since a cursor, repetitions put together; from the start where the cursor expired.
"""

from __future__ import annotations

import asyncio
import json
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from kiota_abstractions.authentication import BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.serialization import Parsable, ParseNode, SerializationWriter
from kiota_http.middleware.options import ResponseHandlerOption, RetryHandlerOption

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors import vendor_http
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.credentials import Tokens, explain_code
from connectors.microsoft.errors import GraphResponse, StartOver
from connectors.microsoft.middleware import InTurn, Pace, PaceHandler, RequestIds, Retries, through

# A write is asked once, whatever comes of it; a read as often as this, after the SDK's waits.
ONCE = RetryHandlerOption(should_retry=False)
RETRY_OPTION = RetryHandlerOption(delay=0, max_retries=3)
AS_IT_CAME = ResponseHandlerOption(NativeResponseHandler())

GENERATED = "msgraph.generated"
# Every builder on the way to what we ask, so that none is read in the middle of a call.
BUILDERS = (
    "users.users_request_builder",
    "users.item.user_item_request_builder",
    "users.item.messages.messages_request_builder",
    "users.item.messages.item.message_item_request_builder",
    "users.item.messages.item.send.send_request_builder",
    "users.item.messages.item.value.content_request_builder",
    "users.item.mail_folders.mail_folders_request_builder",
    "users.item.mail_folders.item.mail_folder_item_request_builder",
    "users.item.mail_folders.item.messages.messages_request_builder",
    "users.item.mail_folders.item.messages.delta.delta_request_builder",
    "users.item.events.events_request_builder",
    "users.item.events.item.event_item_request_builder",
    "users.item.manager.manager_request_builder",
    "users.item.teamwork.teamwork_request_builder",
    "users.item.teamwork.send_activity_notification.send_activity_notification_request_builder",
    "groups.groups_request_builder",
    "groups.item.group_item_request_builder",
    "groups.item.transitive_members.transitive_members_request_builder",
    "sites.sites_request_builder",
    "sites.item.site_item_request_builder",
    "sites.item.lists.lists_request_builder",
    "sites.item.lists.item.list_item_request_builder",
    "sites.item.lists.item.columns.columns_request_builder",
    "sites.item.lists.item.items.items_request_builder",
    "sites.item.lists.item.items.delta.delta_request_builder",
    "sites.item.lists.item.items.item.list_item_item_request_builder",
    "sites.item.lists.item.items.item.fields.fields_request_builder",
    "drives.drives_request_builder",
    "drives.item.drive_item_request_builder",
    "drives.item.items.items_request_builder",
    "drives.item.items.item.drive_item_item_request_builder",
    "drives.item.items.item.content.content_request_builder",
    "drives.item.items.item.delta.delta_request_builder",
)
NOTICE = "users.item.teamwork.send_activity_notification"
# What is written, by module and class.
MODELS = (
    "models.attendee.Attendee",
    "models.attendee_type.AttendeeType",
    "models.body_type.BodyType",
    "models.date_time_time_zone.DateTimeTimeZone",
    "models.email_address.EmailAddress",
    "models.event.Event",
    "models.field_value_set.FieldValueSet",
    "models.free_busy_status.FreeBusyStatus",
    "models.item_body.ItemBody",
    "models.key_value_pair.KeyValuePair",
    "models.list_item.ListItem",
    "models.message.Message",
    "models.single_value_legacy_extended_property.SingleValueLegacyExtendedProperty",
    "models.teamwork_activity_topic.TeamworkActivityTopic",
    "models.teamwork_activity_topic_source.TeamworkActivityTopicSource",
    f"{NOTICE}.send_activity_notification_post_request_body.SendActivityNotificationPostRequestBody",
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    GraphRequestAdapter: Any = import_module("msgraph").GraphRequestAdapter
    GraphServiceClient: Any = import_module("msgraph").GraphServiceClient
    for name in BUILDERS:
        import_module(f"{GENERATED}.{name}")
    models: Any = SimpleNamespace()
    for module, _, name in (one.rpartition(".") for one in MODELS):
        setattr(models, name, getattr(import_module(f"{GENERATED}.{module}"), name))


def get(builder: Any, **query: Any) -> RequestInformation:
    """Read what a builder names, again where Graph is busy; `query` by the SDK's own names: select=["id"]."""
    named = getattr(builder, f"{type(builder).__name__}GetQueryParameters")(**query) if query else None
    asked = RequestConfiguration(options=[RETRY_OPTION, AS_IT_CAME], query_parameters=named)
    request: RequestInformation = builder.to_get_request_information(asked)
    return request


def write(ask: Callable[..., RequestInformation], *body: Parsable) -> RequestInformation:
    """Return a write request that the SDK does not retry.

    `ask`: a builder's `to_post_request_information` or other.
    """
    return ask(*body, RequestConfiguration(options=[ONCE, AS_IT_CAME]))


def batch(reads: Mapping[str, RequestInformation]) -> RequestInformation:
    """Return one batch request of several reads, each under its own key; retried as a whole.

    The SDK's own batches need a package that it does not install (msgraph-core 1.5.2 and `deprecated`).
    """
    parts = [
        {"id": key, "method": Method.GET.value, "url": one.url.replace("%24", "$")}
        for key, one in reads.items()
    ]
    request = RequestInformation(Method.POST, "{+baseurl}/$batch")
    request.add_request_options([RETRY_OPTION, AS_IT_CAME])
    request.headers.try_add("Accept", "application/json")
    request.set_stream_content(json.dumps({"requests": parts}).encode(), "application/json")
    return request


def write_json(ask: Callable[..., RequestInformation], said: Mapping[str, Any]) -> RequestInformation:
    """Return a write request, not retried, whose body is Graph's JSON already.

    Used for an email's draft: the SDK's models take 0.45 ms of CPU, a tenth of a whole message, and this 0.02
    ms. Also for setting up a tenant, whose models would otherwise be imported at every start.
    """
    return write_bytes(ask, json.dumps(said, ensure_ascii=False).encode(), "application/json")


def write_bytes(ask: Callable[..., RequestInformation], content: bytes, media: str) -> RequestInformation:
    """Return a write request, not retried, with a body of any media type."""
    request = write(ask, _Nothing())
    request.headers.remove("Content-Type")
    request.set_stream_content(content, media)
    return request


def load(builders: Iterable[str]) -> None:
    """Read builders that only some programs use, as quietly as the others."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        for name in builders:
            import_module(f"{GENERATED}.{name}")


class _Nothing(Parsable):
    """A body that says nothing."""

    def serialize(self, writer: SerializationWriter) -> None:
        """Write nothing."""

    def get_field_deserializers(self) -> dict[str, Callable[[ParseNode], None]]:
        """It is never read."""
        return {}


T = TypeVar("T")
# As SharePoint asks programs to say who they are: it slows those down first that do not.
US = "NONISV|Handbell|Handbell/1.0"
PREFER = "Prefer"
# How often an unanswered read is tried.
TRIES = 4
NEVER_REACHED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for a whole answer, file and token, before a read is tried again, and at most before that."""

    answer_s: float = 60
    fetch_s: float = 300
    sign_in_s: float = 60
    first_wait_s: float = 1
    longest_wait_s: float = 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: it may be empty and still not the last. The last of a delta has `delta_link`."""

    items: tuple[dict[str, Any], ...]
    delta_link: str | None


class Graph:
    """Client of one school's Graph, for any thread.

    `close` ends its event loop and is called once by its maker.
    """

    def __init__(
        self, base_url: str, credential: TokenCredential, *, timeouts: Timeouts | None = None
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts or Timeouts()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="graph", daemon=True)
        self._thread.start()
        self._tokens = Tokens(credential, urlsplit(base_url).hostname or "", self._timeouts.sign_in_s)
        self._http = _http_client(self._timeouts)
        signs = BaseBearerTokenAuthenticationProvider(self._tokens)
        self._adapter = GraphRequestAdapter(signs, client=self._http)
        self._adapter.base_url = self._base_url
        # The builders' client takes the base URL over when it is made.
        self.builders = GraphServiceClient(request_adapter=self._adapter)

    def sign_in(self) -> None:
        """Fetch a token without calling Graph. TryAgain says in plain words why there is none."""
        try:
            self._wait(self._tokens.fetch())
        except AzureError as error:
            raise _not_signed_in(error) from error

    def read(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> GraphResponse:
        """Send a read, retried while Graph is busy or hangs up. Raise TryAgain if it stays so."""
        return self._wait(self._read(request, pace, units))

    def read_on(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> GraphResponse:
        """Send a read and follow one redirect to content stored elsewhere, without our token."""
        answer = self.read(request, pace, units=units)
        if not answer.is_elsewhere:
            return answer
        if urlsplit(answer.leads_to).scheme != urlsplit(self._base_url).scheme:
            raise TryAgain(f"Microsoft 365 leads on to no safe address. {microsoft_errors.BETWEEN}")
        return self._wait(self._fetch(answer.leads_to))

    def write(self, request: RequestInformation, pace: Pace, *, units: float = 0) -> GraphResponse:
        """Send a write once. TryAgain: it was never sent. OutcomeUnknown: no answer came, it may be done."""
        return self._wait(self._once(request, pace, units))

    def pages(
        self, request: RequestInformation, pace: Pace, *, doing: str, units: float = 0
    ) -> Iterator[Page]:
        """Read a list to its end, across empty pages; a page that is refused raises."""
        asked: RequestInformation | None = request
        link = None
        while asked is not None:
            answer = self.read(asked, pace, units=units)
            yield Page(tuple(microsoft_errors.listed(answer, doing)), answer.body.get("@odata.deltaLink"))
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
        # A builder with a full address requests that address and nothing else.
        request = get(self.builders.users.with_url(link))
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

    async def _read(self, request: RequestInformation, pace: Pace, units: float) -> GraphResponse:
        for tried in range(TRIES):
            try:
                answer = await self._once(request, pace, units)
            except OutcomeUnknown:
                # The SDK waits between tries that Graph answers, and knows nothing of one that hangs up.
                await asyncio.sleep(self._timeouts.first_wait_s * 2**tried)
                continue
            if answer.status in microsoft_errors.BUSY:
                raise TryAgain(
                    f"Microsoft 365 is busy: {answer.status} {answer.code}".rstrip() + ".", answer.after
                )
            return answer
        raise TryAgain("Microsoft 365 gave no answer.")

    async def _fetch(self, address: str) -> GraphResponse:
        try:
            async with asyncio.timeout(self._timeouts.fetch_s):
                return microsoft_errors.read(await self._http.get(address))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise TryAgain(
                f"What Microsoft 365 leads on to gave no answer ({type(error).__name__})."
            ) from error

    async def _once(self, request: RequestInformation, pace: Pace, units: float) -> GraphResponse:
        self._written_out(request)
        if pace.rests_s > self._timeouts.longest_wait_s:
            raise TryAgain("Microsoft 365 has asked us to wait.", pace.rests_s)
        request.add_request_options([InTurn(pace, units)])
        try:
            response: Any = await self._adapter.send_primitive_async(request, "bytes", {})
        except NEVER_REACHED as error:
            raise TryAgain(f"Microsoft 365 cannot be reached ({type(error).__name__}).") from error
        except AzureError as error:
            raise _not_signed_in(error) from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"Microsoft 365 gave no answer ({type(error).__name__}).") from error
        answer = microsoft_errors.read(response)
        if answer.status == microsoft_errors.NOT_SIGNED_IN:
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
    right = explain_code(str(error)) or "Check the tenant, the app registration and its certificate."
    return TryAgain(f"{said} {right}")


def _http_client(timeouts: Timeouts) -> httpx.AsyncClient:
    """Make the client of every call; the machine's proxy is used where it has one."""
    times = httpx.Timeout(timeouts.answer_s, connect=30)
    client = httpx.AsyncClient(
        http2=True, verify=vendor_http.trusted(), timeout=times, headers={"User-Agent": US}
    )
    tries = Retries(timeouts.first_wait_s, timeouts.longest_wait_s)
    return through(client, tries, RequestIds(), PaceHandler(timeouts.answer_s))


# What one page costs where units are counted for reading, as SharePoint does.
DELTA_UNITS = 1


@dataclass(frozen=True, slots=True)
class Changes:
    """The latest state of each thing that changed, in the order it came last; and where to go on."""

    items: tuple[dict[str, Any], ...]
    cursor: str


def changes(
    graph: Graph,
    everything: RequestInformation,
    cursor: str | None,
    *,
    pace: Pace,
    doing: str,
    units: float = DELTA_UNITS,
) -> Changes:
    """Read on from a cursor; from the beginning without one, or with one that Graph no longer knows.

    Later pages are asked for with the same preferences as the first.
    """

    def read(request: RequestInformation) -> Changes:
        return _read(graph.pages(request, pace, doing=doing, units=units), doing)

    if cursor is None:
        return read(everything)
    try:
        return read(graph.follow(cursor, like=everything))
    except StartOver:
        return read(everything)


def _read(pages: Iterable[Page], doing: str) -> Changes:
    latest: dict[str, dict[str, Any]] = {}
    link = None
    for page in pages:
        for item in page.items:
            # The last entry of an item counts, at the position of that entry.
            latest.pop(str(item["id"]), None)
            latest[str(item["id"])] = item
        link = page.delta_link
    if link is None:
        raise TryAgain(f"Handbell could not {doing}: Microsoft 365 did not say where to go on from.")
    return Changes(tuple(latest.values()), link)
