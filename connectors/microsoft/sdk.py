"""What we use of Microsoft's SDK: request builders, models of what is written, retries. Imported only here.

Loaded by name, as a type checker would read all its 16,000 modules; and quietly, as they warn of their own
old names while they are read. Answers are taken as they came (`NativeResponseHandler`): read as the SDK's
models, one message costs 2.9 ms of CPU more and a page of 100 people 370 ms.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.serialization import Parsable, ParseNode, SerializationWriter
from kiota_http.middleware.options import ResponseHandlerOption, RetryHandlerOption

# A write is asked once, whatever comes of it; a read as often as this, after the SDK's waits.
ONCE = RetryHandlerOption(should_retry=False)
AGAIN = RetryHandlerOption(delay=0, max_retries=3)
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
    asked = RequestConfiguration(options=[AGAIN, AS_IT_CAME], query_parameters=named)
    request: RequestInformation = builder.to_get_request_information(asked)
    return request


def write(ask: Callable[..., RequestInformation], *body: Parsable) -> RequestInformation:
    """Ask for a change, once. `ask`: a builder's `to_post_request_information`, or another of its writes."""
    return ask(*body, RequestConfiguration(options=[ONCE, AS_IT_CAME]))


def batch(reads: Mapping[str, RequestInformation]) -> RequestInformation:
    """Ask several reads in one, each under a key of its own; tried again as a whole.

    The SDK's own batches need a package that it does not bring (msgraph-core 1.5.2 and `deprecated`).
    """
    parts = [
        {"id": key, "method": Method.GET.value, "url": one.url.replace("%24", "$")}
        for key, one in reads.items()
    ]
    request = RequestInformation(Method.POST, "{+baseurl}/$batch")
    request.add_request_options([AGAIN, AS_IT_CAME])
    request.headers.try_add("Accept", "application/json")
    request.set_stream_content(json.dumps({"requests": parts}).encode(), "application/json")
    return request


def write_json(ask: Callable[..., RequestInformation], said: Mapping[str, Any]) -> RequestInformation:
    """Ask for a change, once, with a body that is Graph's JSON already.

    For an email's draft: as the SDK's models it costs 0.45 ms of CPU, a tenth of a whole message, and 0.02 ms
    so. And for the setting up of a tenant, whose models would be read at every start.
    """
    return write_bytes(ask, json.dumps(said, ensure_ascii=False).encode(), "application/json")


def write_bytes(ask: Callable[..., RequestInformation], content: bytes, media: str) -> RequestInformation:
    """Ask for a change, once, with a body of any kind."""
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
