"""Letter -> subject, text and HTML. Templates are compiled once; a word that is missing is an error."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from bot.messages import days
from bot.messages.letter import Card, Letter, Rendered
from bot.messages.wording import fill

# Every kind has a folder of this name with subject.txt, opening.txt and closing.txt.
KINDS = (
    "acknowledge",
    "training",
    "agreement",
    "review",
    "papers",
    "minute",
    "no meeting",
    "meetings",
    "governors",
    "check",
    "duty",
    "hand-over",
    "weekly",
    "receipt",
    "question",
    "answered",
    "case",
    "reporter",
    "sign-in",
    "request",
    "account",
    "digest",
    "access",
    "term-dates",
    "gathered",
)
WIDTH = 72


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of running text: a paragraph, a list, or somebody else's words quoted."""

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


def render(letter: Letter) -> Rendered:
    """Put a letter into words, twice the same: once as text, once as HTML."""
    parts = parts_of(letter.kind)
    first = letter.cards[0]
    given: dict[str, object] = {"letter": letter, "card": first, "phase": phase(letter, first)}
    own = fill(letter.own_words, letter, first)
    opening = blocks(own or parts.opening.render(given))
    closing = blocks(parts.closing.render(given))
    subject = " ".join(parts.subject.render(given).split())
    given |= {"opening": opening, "closing": closing, "subject": subject}
    return Rendered(subject, _spaced(parts.text.render(given)), parts.html.render(given))


@cache
def parts_of(kind: str) -> Parts:
    """Compile a kind's templates, once. A kind may bring its own body.html or body.txt."""
    if kind not in KINDS:
        message = f'"{kind}" is not a kind of notice; there are {", ".join(KINDS)}'
        raise ValueError(message)
    folder = re.sub(r"\W", "_", kind)
    words = _environment(escape=False)
    pages = _environment(escape=True)
    return Parts(
        subject=words.get_template(f"{folder}/subject.txt"),
        opening=words.get_template(f"{folder}/opening.txt"),
        closing=words.get_template(f"{folder}/closing.txt"),
        text=words.select_template([f"{folder}/body.txt", "layout/body.txt"]),
        html=pages.select_template([f"{folder}/body.html", "layout/body.html"]),
    )


def phase(letter: Letter, card: Card) -> Literal["ask", "remind", "today", "late"]:
    """Say how far along a duty is: it colours the first sentence, never the tone."""
    if card.due_on is not None and card.due_on < letter.on:
        return "late"
    if card.due_on == letter.on:
        return "today"
    return "ask" if letter.step == "ask" else "remind"


def blocks(words: str) -> tuple[Block, ...]:
    """Split running text at its empty lines; "- " begins a list's line, "> " a quoted one."""
    return tuple(_block(part.strip("\n")) for part in re.split(r"\n[ \t]*\n", words) if part.strip())


def quoted(words: str) -> str:
    """Mark somebody else's words, so that nothing they wrote is taken for ours."""
    return "\n".join(f"> {line}" for line in words.splitlines() if line.strip())


def inside(name: str) -> str:
    """Write a name as it stands inside a sentence: "Full governing body" is no proper name, "FGB" is."""
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
        loader=PackageLoader("bot.messages", ""),
        # Ours do not change while we run; each would be looked for on the disk again at every letter.
        auto_reload=False,
        autoescape=escape,  # noqa: S701 - False makes plain text only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": days.day,
        "due": days.due,
        "by": days.by,
        "about_minutes": days.about_minutes,
        "quoted": quoted,
        "wrapped": wrapped,
        "fill": _fill,
        "inside": inside,
    }
    return environment
