"""Our weekly card, which is an Adaptive Card, in the words of Google Chat (cards v2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

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
    """Take the first two texts as the card's head: where and when, then how it stands."""
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
