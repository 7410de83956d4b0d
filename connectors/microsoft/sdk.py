"""What we use of Microsoft's SDK: its builders, and the models of what we write. Nothing else imports it.

Loaded by name, as a type checker would read all its 16,000 modules; and quietly, as they warn of their own
old names while they are read.
"""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

MESSAGES = "msgraph.generated.users.item.messages"
MODELS = "msgraph.generated.models"

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    GraphRequestAdapter: Any = import_module("msgraph").GraphRequestAdapter
    GraphServiceClient: Any = import_module("msgraph").GraphServiceClient
    GraphClientFactory: Any = import_module("msgraph_core").GraphClientFactory
    MessagesRequestBuilder: Any = import_module(f"{MESSAGES}.messages_request_builder").MessagesRequestBuilder
    # The builders on the way to these are read here too, and not in the middle of a call.
    import_module("msgraph.generated.users.users_request_builder")
    import_module("msgraph.generated.users.item.user_item_request_builder")
    import_module(f"{MESSAGES}.item.message_item_request_builder")
    import_module(f"{MESSAGES}.item.send.send_request_builder")
    BodyType: Any = import_module(f"{MODELS}.body_type").BodyType
    EmailAddress: Any = import_module(f"{MODELS}.email_address").EmailAddress
    FileAttachment: Any = import_module(f"{MODELS}.file_attachment").FileAttachment
    InternetMessageHeader: Any = import_module(f"{MODELS}.internet_message_header").InternetMessageHeader
    ItemBody: Any = import_module(f"{MODELS}.item_body").ItemBody
    Message: Any = import_module(f"{MODELS}.message").Message
    Recipient: Any = import_module(f"{MODELS}.recipient").Recipient
    ExtendedProperty: Any = import_module(
        f"{MODELS}.single_value_legacy_extended_property"
    ).SingleValueLegacyExtendedProperty
