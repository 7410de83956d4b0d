"""Plain text of a document as headings, paragraphs, lists and tables; a paragraph where it is not sure.

Nothing is reordered or left out but markers of a shape (#, bullets, |, **).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BULLET = re.compile(r"^\s*[-*+•·▪◦●○–]\s+(?P<words>\S.*)$")
MARKED = re.compile(r"^\s*(?P<marker>\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?P<words>\S.*)$")
HASHES = re.compile(r"^(?P<hashes>#{1,6})\s+(?P<words>\S.*)$")
NUMBERED = re.compile(
    r"^(?:(?:section|part|appendix|annex)\s+\w{1,3}\b|\d{1,2}(?:\.\d{1,2})*\.?\s)\s*\D", re.IGNORECASE
)
BOLD_LINE = re.compile(r"^\*\*(?P<words>[^*]+)\*\*:?$")
EMPHASIS = re.compile(r"\*\*(?P<words>\S(?:[^*]*\S)?)\*\*")
MAX_HEADING_LENGTH = 70
# Rows are filled up to the widest: one wide row among many short ones could make gigabytes of cells.
MAX_TABLE_CELLS = 50_000
WRAPPED_FROM = 60

Shape = Literal["heading", "subheading", "paragraph", "bullets", "marked", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the document. `items` are (marker, words) for lists; `rows` are a table's cells."""

    shape: Shape
    words: str = ""
    items: tuple[tuple[str, str], ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    anchor: str = ""


def blocks(text: str) -> tuple[Block, ...]:
    """Cut a text into blocks."""
    found = [block for chunk in _chunks(text) for block in _shape(chunk)]
    return tuple(_anchored(found))


def contents(found: tuple[Block, ...], besides: tuple[str, ...] = ()) -> tuple[Block, ...]:
    """Return the headings without those named in `besides`; none where there are fewer than five."""
    headings = tuple(block for block in found if block.shape == "heading" and block.words not in besides)
    return headings if len(headings) >= 5 else ()


def _chunks(text: str) -> Iterator[list[str]]:
    chunk: list[str] = []
    for line in [*text.replace("\f", "\n").splitlines(), ""]:
        if line.strip():
            chunk.append(line.rstrip())
        elif chunk:
            yield chunk
            chunk = []


def _shape(chunk: list[str]) -> Iterator[Block]:
    at = 0
    while at < len(chunk):
        at, block = _next(chunk, at)
        if block is not None:
            yield block


def _next(lines: list[str], at: int) -> tuple[int, Block | None]:
    """Return the block that begins at a line, and where the next one begins."""
    heading = _heading(lines[at], alone=at == len(lines) - 1)
    if heading:
        return at + 1, heading
    for pattern, shape in ((BULLET, "bullets"), (MARKED, "marked")):
        following, items = _items(lines, at, pattern)
        if items:
            return following, Block("bullets" if shape == "bullets" else "marked", items=items)
    if lines[at].lstrip().startswith("|"):
        return _table(lines, at)
    return _paragraph(lines, at)


def _heading(line: str, *, alone: bool) -> Block | None:
    said = line.strip()
    if hashes := HASHES.match(said):
        words = hashes["words"].rstrip("#").rstrip() or hashes["words"]
        return Block("heading" if len(hashes["hashes"]) <= 2 else "subheading", _plain(words))
    if alone and (bold := BOLD_LINE.match(said)):
        return Block("subheading", bold["words"].strip())
    short = len(said) <= MAX_HEADING_LENGTH and not said.endswith((".", ",", ";", ":", "?", "!"))
    if not short or not any(letter.isalpha() for letter in said):
        return None
    capitals = said.isupper() and len(said) >= 4
    if capitals or (alone and NUMBERED.match(said) and said.split()[-1].isalpha()):
        deep = re.match(r"^\d+\.\d", said)
        return Block("subheading" if deep else "heading", said)
    return None


def _items(lines: list[str], at: int, pattern: re.Pattern[str]) -> tuple[int, tuple[tuple[str, str], ...]]:
    items: list[tuple[str, list[str]]] = []
    for line in map(lines.__getitem__, range(at, len(lines))):
        match = pattern.match(line)
        if match:
            items.append((match.groupdict().get("marker", ""), [_plain(match["words"])]))
        elif items and line.startswith((" ", "\t")):
            items[-1][1].append(_plain(line.strip()))
        else:
            break
        at += 1
    return at, tuple((marker, " ".join(words)) for marker, words in items)


def _table(lines: list[str], at: int) -> tuple[int, Block | None]:
    rows = []
    for line in map(lines.__getitem__, range(at, len(lines))):
        if not line.lstrip().startswith("|"):
            break
        rows.append(tuple(_plain(cell.strip()) for cell in line.strip().strip("|").split("|")))
    kept = tuple(row for row in rows if not all(re.fullmatch(r":?-*:?", cell) for cell in row))
    wide = max(map(len, kept), default=0)
    if wide * len(kept) > MAX_TABLE_CELLS:
        return at + len(rows), Block("bullets", items=tuple(("", " | ".join(row)) for row in kept))
    return at + len(rows), Block(
        "table", rows=tuple(row + ("",) * (wide - len(row)) for row in kept)
    ) if kept else None


def _paragraph(lines: list[str], at: int) -> tuple[int, Block]:
    """Join lines that were only wrapped; a short line ends its paragraph (an address, a signature)."""
    words = [_plain(lines[at].strip())]
    at += 1
    while at < len(lines) and len(lines[at - 1]) >= WRAPPED_FROM and not _starts_anew(lines[at]):
        words.append(_plain(lines[at].strip()))
        at += 1
    return at, Block("paragraph", " ".join(words))


def _starts_anew(line: str) -> bool:
    marks = BULLET.match(line) or MARKED.match(line) or line.lstrip().startswith("|")
    return bool(marks) or _heading(line, alone=False) is not None


def _plain(words: str) -> str:
    return EMPHASIS.sub(lambda match: match["words"], words)


def _anchored(found: list[Block]) -> Iterator[Block]:
    for number, block in enumerate(found, start=1):
        named = block.shape in {"heading", "subheading"}
        yield Block(block.shape, block.words, block.items, block.rows, f"part-{number}" if named else "")
