"""What we use of Microsoft's SDK: its builders, and nothing of its models. Nothing else imports it.

Loaded by name, as a type checker would read all its 16,000 modules; and quietly, as they warn of their own
old names while they are read. What is sent and answered is the JSON that Graph's reference shows.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

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

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    GraphRequestAdapter: Any = import_module("msgraph").GraphRequestAdapter
    GraphServiceClient: Any = import_module("msgraph").GraphServiceClient
    for name in BUILDERS:
        import_module(f"{GENERATED}.{name}")


def get(builder: Any, **query: str | int) -> RequestInformation:
    """Ask for what a builder names; `query` without its dollar signs: select="id"."""
    request = RequestInformation(Method.GET, builder.url_template, dict(builder.path_parameters))
    request.query_parameters.update({f"%24{name}": value for name, value in query.items()})
    request.headers.try_add("Accept", "application/json")
    return request


def send(method: Method, builder: Any, body: Mapping[str, Any] | None = None) -> RequestInformation:
    """Ask for a change of what a builder names."""
    request = RequestInformation(method, builder.url_template, dict(builder.path_parameters))
    request.headers.try_add("Accept", "application/json")
    if body is not None:
        request.set_stream_content(json.dumps(body, ensure_ascii=False).encode(), "application/json")
    return request
