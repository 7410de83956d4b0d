"""One of our messages as a draft in the shared mailbox: everything Graph lets a sender say of a letter.

Graph takes one body and writes the plain text itself; a header of ours must begin with x-.
"""

from __future__ import annotations

from typing import Any

from bot.errors import AddressRefused, GiveUp
from bot.ports import Address, Attachment, Message
from connectors.local import mime
from connectors.microsoft import sdk

# Our own property on every letter: the only mark that is known to survive sending.
KEY = "String {5e0c7a52-6d0b-4c55-9a1f-3b9d84f2c6e1} Name HandbellKey"
# A draft and its attachments go in one request, and Graph takes 4 MB; base64 makes four bytes of three.
MOST_ATTACHED = 2_900_000


def draft(message: Message) -> Any:
    """Write the draft; raise AddressRefused for an address that is none, GiveUp for too large a letter."""
    if sum(len(one.content) for one in message.attachments) > MOST_ATTACHED:
        raise GiveUp("The attachments are larger than Microsoft 365 takes with one message (about 3 MB).")
    return sdk.Message(
        subject=mime.one_line(message.subject),
        body=sdk.ItemBody(content_type=sdk.BodyType.Html, content=message.html),
        from_=_recipient(message.sender, mime.sent_from(message)),
        to_recipients=[_recipient(message.to, mime.on_the_wire(message.to))],
        reply_to=_answers_to(message.reply_to),
        internet_message_id=mime.message_id(message),
        internet_message_headers=[sdk.InternetMessageHeader(name="X-Auto-Response-Suppress", value="All")],
        single_value_extended_properties=[sdk.ExtendedProperty(id=KEY, value=message.id)],
        attachments=[_attached(one) for one in message.attachments] or None,
    )


def bears(key: str) -> str:
    """Write the filter that finds every letter with our key, in whichever folder."""
    value = key.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{value}')"


def _recipient(address: Address, on_wire: str) -> Any:
    return sdk.Recipient(
        email_address=sdk.EmailAddress(address=on_wire, name=mime.one_line(address.name) or None)
    )


def _answers_to(address: Address | None) -> list[Any] | None:
    """Leave out an address for answers that is none: the letter matters more."""
    if address is None:
        return None
    try:
        return [_recipient(address, mime.on_the_wire(address))]
    except AddressRefused:
        return None


def _attached(attachment: Attachment) -> Any:
    return sdk.FileAttachment(
        odata_type="#microsoft.graph.fileAttachment",
        name=mime.one_line(attachment.filename),
        content_type=mime.one_line(attachment.media),
        content_bytes=attachment.content,
    )
