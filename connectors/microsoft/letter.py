"""One of our messages as a draft in the shared mailbox: everything Graph lets a sender say of a letter.

Graph takes one body and writes the plain text itself; a header of ours must begin with x-.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from bot.errors import AddressRefused, GiveUp
from bot.ports import Address, Attachment, Message
from connectors.local import mime

# Our own property on every letter: the only mark that is known to survive sending.
KEY = "String {5e0c7a52-6d0b-4c55-9a1f-3b9d84f2c6e1} Name HandbellKey"
# A draft and its attachments go in one request, and Graph takes 4 MB; base64 makes four bytes of three.
MOST_ATTACHED = 2_900_000


def draft(message: Message) -> dict[str, Any]:
    """Write the draft; raise AddressRefused for an address that is none, GiveUp for too large a letter."""
    if sum(len(one.content) for one in message.attachments) > MOST_ATTACHED:
        raise GiveUp("The attachments are larger than Microsoft 365 takes with one message (about 3 MB).")
    written: dict[str, Any] = {
        "subject": mime.one_line(message.subject),
        "body": {"contentType": "html", "content": message.html},
        "from": _recipient(message.sender, mime.sent_from(message)),
        "toRecipients": [_recipient(message.to, mime.on_the_wire(message.to))],
        "replyTo": _answers_to(message.reply_to),
        "internetMessageId": mime.message_id(message),
        "internetMessageHeaders": [
            {"name": "X-Auto-Response-Suppress", "value": "All"},
            # Exchange may give the letter another Message-ID; a notice that it came back quotes this as well.
            {"name": mime.OUR_ID, "value": quote(message.id, safe="")},
        ],
        "singleValueExtendedProperties": [{"id": KEY, "value": message.id}],
    }
    if message.attachments:
        written["attachments"] = [_attached(one) for one in message.attachments]
    return written


def bears(key: str) -> str:
    """Write the filter that finds every letter with our key, in whichever folder."""
    value = key.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{value}')"


def _recipient(address: Address, on_wire: str) -> dict[str, Any]:
    name = mime.one_line(address.name)
    return {"emailAddress": {"address": on_wire} | ({"name": name} if name else {})}


def _answers_to(address: Address | None) -> list[dict[str, Any]]:
    """Leave out an address for answers that is none: the letter matters more."""
    if address is None:
        return []
    try:
        return [_recipient(address, mime.on_the_wire(address))]
    except AddressRefused:
        return []


def _attached(attachment: Attachment) -> dict[str, str]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": mime.one_line(attachment.filename),
        "contentType": mime.one_line(attachment.media),
        "contentBytes": b64encode(attachment.content).decode(),
    }
