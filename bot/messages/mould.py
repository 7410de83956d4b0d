"""Writes many letters of a kind: what they say alike is rendered once, each reader's words set in.

A reader's own words are their first name and the addresses of their links. A letter whose lines would break
elsewhere for a longer name, or that holds a mark of ours, is rendered by itself. Either way it says the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from markupsafe import escape

from bot.messages.letter import Card, Letter, Rendered
from bot.messages.render import render
from bot.ports import Mould, OwnWords

# Private characters that stand for a reader's own words: first the name, then each card's link.
FIRST_MARK = 0xE000
MARK = re.compile("[\ue000-\uf8ff]")
MOST_LINKS = 100
GREETING = "Hello {},"

# What letters may say alike, in order: all but the reader's own words.
OF_LETTERS = tuple(one.name for one in fields(Letter) if one.name not in {"first_name", "cards"})
OF_CARDS = tuple(one.name for one in fields(Card) if one.name != "link")
_of_letter, _of_card = attrgetter(*OF_LETTERS), attrgetter(*OF_CARDS)
# The values of one, and those of each card with whether it has a link: tuples, whose hash costs little.
_Alike = tuple[tuple[Any, ...], tuple[tuple[tuple[Any, ...], bool], ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all letters of a kind say: their pieces, and which mark stands after each but the last."""

    subject: str
    mould: Mould
    text: tuple[int, ...]
    html: tuple[int, ...]


def write(letter: Letter) -> Rendered:
    """Put a letter into words, as `render` does."""
    given = (letter.first_name, *(card.link for card in letter.cards))
    alike = letter.recorded is None and letter.exchange is None and len(given) <= MOST_LINKS
    shape = _shape(_alike(letter)) if alike and all(map(_is_plain, given)) else None
    if shape is None:
        return render(letter)
    escaped = [str(escape(words)) for words in given]
    text, html = tuple(given[at] for at in shape.text), tuple(escaped[at] for at in shape.html)
    own = OwnWords(shape.mould, text, html)
    return Rendered(shape.subject, _set(shape.mould.text, text), _set(shape.mould.html, html), own)


def _is_plain(words: str) -> bool:
    return words.isprintable() and words == words.strip() and MARK.search(words) is None


def _alike(letter: Letter) -> _Alike:
    return _of_letter(letter), tuple([(_of_card(card), bool(card.link)) for card in letter.cards])


def _marked(alike: _Alike) -> Letter:
    """Put marks in the place of the reader's own words; a card without a link keeps having none."""
    said, of_cards = alike
    cards = tuple(
        Card(**dict(zip(OF_CARDS, one, strict=True)), link=chr(FIRST_MARK + at) if linked else "")
        for at, (one, linked) in enumerate(of_cards, start=1)
    )
    return Letter(**dict(zip(OF_LETTERS, said, strict=True)), first_name=chr(FIRST_MARK), cards=cards)


@lru_cache(maxsize=128)
def _shape(alike: _Alike) -> _Shape | None:
    """Render a marked letter and cut it; None: another name or link might change more than its own place."""
    marked = _marked(alike)
    words = render(marked)
    allowed = {GREETING.format(marked.first_name), *(card.link for card in marked.cards)}
    lines = (line for line in words.text.splitlines() if MARK.search(line))
    if MARK.search(words.subject) or not all(line in allowed for line in lines):
        return None
    text, html = _cut(words.text), _cut(words.html)
    if Counter(text[1]) != Counter(html[1]):
        return None
    return _Shape(words.subject, Mould(text[0], html[0]), text[1], html[1])


def _cut(words: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(MARK.split(words)), tuple(ord(mark) - FIRST_MARK for mark in MARK.findall(words))


def _set(pieces: tuple[str, ...], own: tuple[str, ...]) -> str:
    whole = [""] * (len(pieces) + len(own))
    whole[::2], whole[1::2] = pieces, own
    return "".join(whole)
