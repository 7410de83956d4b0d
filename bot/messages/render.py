"""Rendering: message content -> subject, text and HTML.

Templates are compiled once; an unknown word is an error. Also a school's own opening words with their
placeholders, and mail merge: the shared text of a message is rendered once and each recipient's first name
and links are substituted. A message whose lines would wrap elsewhere for a longer name, or that contains a
mark of ours, is rendered by itself. Both give the same text.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import escape

from bot.core.dates import by, due, full_date
from bot.core.text import about_minutes
from bot.messages.content import ContentBlock, MessageContent, RenderedMessage
from bot.messages.kinds import KINDS
from bot.ports import PersonalParts, TemplateParts

# The placeholders in braces, and what each becomes, in words for the author.
PLACEHOLDERS = {
    "first name": "the reader’s first name",
    "what": "the policy, course or agreement",
    "when": "the day it is due",
    "school": "the school’s name",
}
# For which kinds a school may write its own opening. One thing is asked in each of these; in a message that
# gathers several, ours stand.
WHAT_TO_DO = {name: kind.title for name, kind in KINDS.items() if kind.own_wording}
BRACED = re.compile(r"\{([^{}]*)\}")
ANY_TIME = "as soon as you can"


def unknown(words: str) -> tuple[str, ...]:
    """Return the names in braces that are not placeholders; a lone brace is returned itself."""
    named = tuple(name for name in BRACED.findall(words) if name not in PLACEHOLDERS)
    rest = BRACED.sub("", words)
    return (*named, *(brace for brace in "{}" if brace in rest))


def fill(words: str, letter: MessageContent, card: ContentBlock) -> str:
    """Replace the placeholders by a message's own values."""
    values = {
        "first name": letter.first_name,
        "what": card.thing,
        "when": due(card.due_on, letter.on) if card.due_on else ANY_TIME,
        "school": letter.school,
    }
    return BRACED.sub(lambda found: values.get(found[1], found[0]), words)


WIDTH = 72


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of running text: a paragraph, a list, or a quotation."""

    sort: Literal["paragraph", "list", "quote"]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """One kind's templates."""

    subject: Template
    opening: Template
    closing: Template
    text: Template
    html: Template


def render_uncached(letter: MessageContent) -> RenderedMessage:
    """Render a message as text and as HTML with the same words."""
    parts = parts_of(letter.kind)
    first = letter.cards[0]
    given: dict[str, object] = {"letter": letter, "card": first, "phase": phase(letter, first)}
    own = fill(letter.own_words, letter, first)
    opening = blocks(own or parts.opening.render(given))
    closing = blocks(parts.closing.render(given))
    subject = " ".join(parts.subject.render(given).split())
    given |= {"opening": opening, "closing": closing, "subject": subject}
    return RenderedMessage(subject, _spaced(parts.text.render(given)), parts.html.render(given))


@cache
def parts_of(kind: str) -> Parts:
    """Compile a kind's templates, once. A kind may have a body.html or body.txt of its own.

    ValueError: the registry has no such kind.
    """
    if kind not in KINDS:
        message = f'"{kind}" is not a kind of message; there are {", ".join(KINDS)}'
        raise ValueError(message)
    folder = KINDS[kind].template
    words = _environment(escape=False)
    pages = _environment(escape=True)
    return Parts(
        subject=words.get_template(f"{folder}/subject.txt"),
        opening=words.get_template(f"{folder}/opening.txt"),
        closing=words.get_template(f"{folder}/closing.txt"),
        text=words.select_template([f"{folder}/body.txt", "layout/body.txt"]),
        html=pages.select_template([f"{folder}/body.html", "layout/body.html"]),
    )


def phase(letter: MessageContent, card: ContentBlock) -> Literal["ask", "remind", "today", "late"]:
    """Return how far along a duty is, which selects the first sentence."""
    if card.due_on is not None and card.due_on < letter.on:
        return "late"
    if card.due_on == letter.on:
        return "today"
    return "ask" if letter.step == "ask" else "remind"


def blocks(words: str) -> tuple[Block, ...]:
    """Split running text at its empty lines; "- " begins a list's line, "> " a quoted one."""
    return tuple(_block(part.strip("\n")) for part in re.split(r"\n[ \t]*\n", words) if part.strip())


def quoted(words: str) -> str:
    """Mark quoted lines with ">"."""
    return "\n".join(f"> {line}" for line in words.splitlines() if line.strip())


def inside(name: str) -> str:
    """Return a name as used inside a sentence: "Full governing body" loses its capital, "FGB" does not."""
    return name[:1].lower() + name[1:] if name[1:] == name[1:].lower() else name


def wrapped(block: Block) -> str:
    """Set a block in lines of at most 72 characters; a long address is never broken."""
    if block.sort == "paragraph":
        return _fill(" ".join(block.lines))
    mark = "- " if block.sort == "list" else "> "
    return "\n".join(_fill(line, mark, "  " if block.sort == "list" else mark) for line in block.lines)


def _block(part: str) -> Block:
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    for sort, mark in (("list", "- "), ("quote", "> ")):
        if all(line.startswith(mark) for line in lines):
            return Block(sort, tuple(line.removeprefix(mark) for line in lines))  # type: ignore[arg-type]
    return Block("paragraph", tuple(lines))


def _fill(words: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        words,
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _spaced(text: str) -> str:
    """At most one empty line between two, none at the ends."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n"


@cache
def _environment(*, escape: bool) -> Environment:
    environment = Environment(
        loader=PackageLoader("bot.messages"),
        # Ours do not change at run time; otherwise each would be looked for on the disk at every message.
        auto_reload=False,
        autoescape=escape,  # noqa: S701 - False makes plain text only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": full_date,
        "due": due,
        "by": by,
        "about_minutes": about_minutes,
        "quoted": quoted,
        "wrapped": wrapped,
        "fill": _fill,
        "inside": inside,
    }
    return environment


# Private characters that stand for a reader's own words: first the name, then each card's link.
FIRST_MARK = 0xE000
MARK = re.compile("[\ue000-\uf8ff]")
MOST_LINKS = 100
GREETING = "Hello {},"

# What messages may have in common, in order: all but the reader's own words.
OF_LETTERS = tuple(one.name for one in fields(MessageContent) if one.name not in {"first_name", "cards"})
OF_CARDS = tuple(one.name for one in fields(ContentBlock) if one.name != "link")
_of_letter, _of_card = attrgetter(*OF_LETTERS), attrgetter(*OF_CARDS)
# The values of one, and those of each card with whether it has a link: tuples, whose hash costs little.
_SharedContent = tuple[tuple[Any, ...], tuple[tuple[tuple[Any, ...], bool], ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    """The shared text of all messages of a kind: its pieces, and which mark follows each but the last."""

    subject: str
    template: TemplateParts
    text: tuple[int, ...]
    html: tuple[int, ...]


def render(letter: MessageContent) -> RenderedMessage:
    """Render a message as `render_uncached` does, from the cached shared text where there is one."""
    given = (letter.first_name, *(card.link for card in letter.cards))
    can_share = not letter.recorded and letter.exchange is None and len(given) <= MOST_LINKS
    shape = _shape(_shared_content(letter)) if can_share and all(map(_is_plain, given)) else None
    if shape is None:
        return render_uncached(letter)
    escaped = [str(escape(words)) for words in given]
    text, html = tuple(given[at] for at in shape.text), tuple(escaped[at] for at in shape.html)
    own = PersonalParts(shape.template, text, html)
    return RenderedMessage(
        shape.subject, _set(shape.template.text, text), _set(shape.template.html, html), own
    )


def _is_plain(words: str) -> bool:
    return words.isprintable() and words == words.strip() and MARK.search(words) is None


def _shared_content(letter: MessageContent) -> _SharedContent:
    return _of_letter(letter), tuple([(_of_card(card), bool(card.link)) for card in letter.cards])


def _marked(shared: _SharedContent) -> MessageContent:
    """Replace the reader's own words by marks; a block without a link stays without."""
    said, of_cards = shared
    cards = tuple(
        ContentBlock(**dict(zip(OF_CARDS, one, strict=True)), link=chr(FIRST_MARK + at) if linked else "")
        for at, (one, linked) in enumerate(of_cards, start=1)
    )
    return MessageContent(**dict(zip(OF_LETTERS, said, strict=True)), first_name=chr(FIRST_MARK), cards=cards)


@lru_cache(maxsize=128)
def _shape(shared: _SharedContent) -> _Shape | None:
    """Render a marked message and cut it at the marks. None if a name or link may change other text."""
    marked = _marked(shared)
    words = render_uncached(marked)
    allowed = {GREETING.format(marked.first_name), *(card.link for card in marked.cards)}
    lines = (line for line in words.text.splitlines() if MARK.search(line))
    if MARK.search(words.subject) or not all(line in allowed for line in lines):
        return None
    text, html = _cut(words.text), _cut(words.html)
    if Counter(text[1]) != Counter(html[1]):
        return None
    return _Shape(words.subject, TemplateParts(text[0], html[0]), text[1], html[1])


def _cut(words: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    return tuple(MARK.split(words)), tuple(ord(mark) - FIRST_MARK for mark in MARK.findall(words))


def _set(pieces: tuple[str, ...], own: tuple[str, ...]) -> str:
    whole = [""] * (len(pieces) + len(own))
    whole[::2], whole[1::2] = pieces, own
    return "".join(whole)
