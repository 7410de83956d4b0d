"""A space in Google Chat by its incoming webhook: one card at a time, never sent twice.

The address is a secret: it gives the right to write. It cannot be used to find out whether a card arrived.
The weekly card is an Adaptive Card and is translated to Google Chat's cards v2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors import vendor_http

# Chat takes a few of HTML's words in a text; a colour is given by its number. All pass AA on white.
COLOURS = {"Attention": "#b3261e", "Warning": "#8a4b00", "Good": "#1b6e3c"}


def chat_message(card: Mapping[str, Any], *, card_id: str) -> dict[str, Any]:
    """Make the message. `fallbackText` is what notices show, and who cannot see cards."""
    title, subtitle, body = _head(card)
    sections = [section for one in body if (section := _section(one))]
    if buttons := list(_buttons(card)):
        sections.append({"widgets": [{"buttonList": {"buttons": buttons}}]})
    said = {"header": {"title": title, "subtitle": subtitle}, "sections": sections}
    return {
        "fallbackText": str(card.get("fallbackText", title)),
        "cardsV2": [{"cardId": card_id, "card": said}],
    }


def _head(card: Mapping[str, Any]) -> tuple[str, str, list[Any]]:
    """Split the card into title and subtitle, which are its first two texts, and the rest."""
    body = list(card.get("body", ()))
    texts = [one for one in body[:2] if one.get("type") == "TextBlock"]
    if len(texts) < 2:
        return "Handbell", "", body
    return str(texts[1]["text"]), str(texts[0]["text"]), body[2:]


def _section(one: Mapping[str, Any]) -> dict[str, Any]:
    texts = [one] if one.get("type") == "TextBlock" else one.get("items", ())
    widgets = [{"textParagraph": {"text": _text(text)}} for text in texts if text.get("type") == "TextBlock"]
    return {"widgets": widgets} if widgets else {}


def _text(one: Mapping[str, Any]) -> str:
    said = escape(str(one.get("text", "")), quote=False)
    if one.get("weight") == "Bolder":
        return f"<b>{said}</b>"
    colour = COLOURS.get(str(one.get("color")))
    return f'<font color="{colour}">{said}</font>' if colour else said


def _buttons(card: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for action in card.get("actions", ()):
        if action.get("type") == "Action.OpenUrl":
            yield {"text": str(action["title"]), "onClick": {"openLink": {"url": str(action["url"])}}}


HOST = "chat.googleapis.com"
# Chat takes 32,000 bytes with one message.
LARGEST = 31_000
NEVER_TAKEN = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
REMOVED = frozenset({400, 401, 403, 404, 410})
ANSWER_S = 30.0


class ChatSpace:
    """One space. `host` replaces Google in tests."""

    def __init__(self, address: str, *, root: str | None = None, answer_s: float = ANSWER_S) -> None:
        self._address = address
        self._root = root
        self._answer_s = answer_s

    def post(self, card: Mapping[str, object]) -> None:
        """Send one card; raise TryAgain (certainly not taken), GiveUp or Unclear."""
        said = json.dumps(card, sort_keys=True, ensure_ascii=False)
        message = chat_message(card, card_id=sha256(said.encode()).hexdigest()[:16])
        body = json.dumps(message, ensure_ascii=False).encode()
        if len(body) > LARGEST:
            raise GiveUp("The card is larger than Google Chat takes.")
        status = self._sent(body)
        if status == 429:
            raise TryAgain("Google Chat asks us to go slower.", 60.0)
        if status in REMOVED:
            raise GiveUp(
                f"Google Chat answered {status}: the webhook was removed, or webhooks are not allowed."
            )
        if not 200 <= status < 300:
            raise OutcomeUnknown(f"Google Chat answered {status}; the card may be there.")

    def check(self) -> None:
        """Check the form of the address only: any call would post a card."""
        found = urlsplit(self._address)
        given = parse_qs(found.query)
        shaped = found.path.startswith("/v1/spaces/") and found.path.endswith("/messages")
        if (
            found.scheme != "https"
            or found.hostname != HOST
            or not shaped
            or not {"key", "token"} <= given.keys()
        ):
            raise GiveUp("HANDBELL_GOOGLE_CHAT is not the address of a Chat webhook.")

    def _sent(self, body: bytes) -> int:
        address = (
            self._address if self._root is None else self._address.replace(f"https://{HOST}", self._root)
        )
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        try:
            answer = vendor_http.request(
                "POST", address, within_s=self._answer_s, content=body, headers=headers
            )
        except NEVER_TAKEN as error:
            raise TryAgain(f"Google Chat cannot be reached ({type(error).__name__}).") from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"Google Chat gave no answer ({type(error).__name__}).") from error
        return answer.status_code
