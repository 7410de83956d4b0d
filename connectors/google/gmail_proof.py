"""Proves from a mailbox's own history that a message of ours was sent: by our reference, never Message-ID."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Any

from bot.ports import Message
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient
from connectors.google.pages import every

REFERENCE = "X-Handbell-Reference"
# So much of it stands at the foot of the letter, as one word that a person can search a mailbox for.
SHORT = 12
END = "</body>"
FOOT = '<p style="margin:16px;color:#595959;font-size:12px">Reference {word}</p>'
# A message costs 20 units of 6,000 a minute; a mailbox with more sent since is for a person to look at.
MOST = 500


def reference_of(message_id: str) -> str:
    """Give the reference a message bears: of one length, and safe in a header whatever our ids are."""
    return sha256(message_id.encode()).hexdigest()[:32]


def with_foot(message: Message) -> Message:
    """Put the reference at the foot of both texts."""
    word = reference_of(message.id)[:SHORT]
    above, end, below = message.html.rpartition(END)
    html = f"{above or below}{FOOT.format(word=word)}{end}{below if end else ''}"
    return replace(message, text=f"{message.text}\nReference {word}\n", html=html)


def was_sent(client: GoogleClient, message_id: str, history_id: str) -> str | None:
    """Find the sent message that bears our reference; give the id of its thread. None: no proof."""
    wanted = reference_of(message_id)
    for count, sent in enumerate(_sent_since(client, history_id)):
        if count == MOST:
            break
        said = _said(client, sent, REFERENCE)
        if _named(said, REFERENCE) == wanted:
            return str(said.get("threadId") or sent)
    return None


def draft_of(client: GoogleClient, message_id: str) -> str | None:
    """Find the draft that bears our reference; give Gmail's id for it. None: there is none."""
    wanted = reference_of(message_id)
    drafts: Any = client.resource("gmail", "v1", "users", "drafts")
    ask = partial(drafts.list, userId="me", maxResults=500)
    listed = every(client, ask, drafts.list_next, under="drafts")[:MOST]
    found = (str(one["id"]) for one in listed if header(client, one["message"]["id"], REFERENCE) == wanted)
    return next(found, None)


def header(client: GoogleClient, gmail_id: str, name: str) -> str | None:
    """Read one header of a message; None where it has none, or is gone."""
    return _named(_said(client, gmail_id, name), name)


def _said(client: GoogleClient, gmail_id: str, name: str) -> dict[str, Any]:
    """Read a message with one of its headers; nothing where it is gone."""
    messages = client.resource("gmail", "v1", "users", "messages")
    request = messages.get(userId="me", id=gmail_id, format="metadata", metadataHeaders=[name])
    try:
        said: dict[str, Any] = client.read(request)
    except Refused as refused:
        if refused.status == 404:
            return {}
        raise
    return said


def _named(said: Mapping[str, Any], name: str) -> str | None:
    headers: list[dict[str, str]] = said.get("payload", {}).get("headers", [])
    return next((one["value"] for one in headers if one["name"].lower() == name.lower()), None)


def _sent_since(client: GoogleClient, history_id: str) -> Iterator[str]:
    """Give what came into Sent since; nothing where Gmail's history no longer goes back so far (404)."""
    histories: Any = client.resource("gmail", "v1", "users", "history")
    request = histories.list(userId="me", startHistoryId=history_id, labelId="SENT", maxResults=500)
    seen: set[str] = set()
    while request is not None:
        try:
            page = client.read(request)
        except Refused as refused:
            if refused.status == 404:
                return
            raise
        for message in (one for entry in page.get("history", []) for one in entry.get("messages", [])):
            if message["id"] not in seen:
                seen.add(message["id"])
                yield message["id"]
        request = histories.list_next(request, page)
