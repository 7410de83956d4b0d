"""Writes many messages of one mould: what they have in common is encoded once, each reader's own lines apart.

The bytes are those that `mime.as_bytes` makes of the same message, to the last one; but for a name outside
ASCII, which is encoded here in one word (RFC 2047) and reads the same.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import quoprimime
from email.utils import format_datetime
from functools import lru_cache

from bot.ports import Address, Message, Mould
from connectors.local import mime

# A display name of such words stands in a header as it is: no quotes, no RFC 2047.
PLAIN_NAME = re.compile(r"[A-Za-z0-9'-]+(?: [A-Za-z0-9'-]+)*")
# A line that is encoded as it stands: no "=", nothing outside ASCII, no space at its end, and not too long.
AS_IT_IS = re.compile(rf"[ -<>-~]{{0,{mime.LONGEST_LINE - 1}}}[!-<>-~]\n")
# So many bytes of a name fill one encoded word of at most 75 characters.
ONE_WORD = 45
SOMEBODY, SOME_DAY = Address("x@x.invalid", "x"), datetime(2026, 1, 1, tzinfo=UTC)
# What our own headers end with, and words that stand for the text and for the HTML.
LAST_HEADER, TEXT, HTML = "Auto-Submitted", "the text", "the html"

NEWLINE = "\n"
# Bytes that are the same for everybody; or the pieces of lines with a reader's own words between them.
Part = bytes | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cast:
    """One mould as bytes: the pieces of lines, with a reader's own words between them where there are any."""

    text: tuple[Part, ...]
    html: tuple[Part, ...]


def as_bytes(message: Message, dated_at: datetime) -> bytes:
    """Write the whole message. One with files, or made for its reader alone, is written by itself."""
    own = message.own
    if own is None or message.attachments or not _is_plain(*own.text, *own.html):
        return mime.as_bytes(message, dated_at)
    cast, (end_of_headers, between, end) = _cast(own.mould), _frame()
    return b"".join(
        (
            _from(message.sender),
            _to(message.to),
            _reply_to(message.reply_to),
            _subject(message.subject),
            _date(dated_at),
            _header("Message-ID", mime.message_id(message)),
            end_of_headers,
            _written(cast.text, own.text),
            between,
            _written(cast.html, own.html),
            end,
        )
    )


def _is_plain(*words: str) -> bool:
    return all(map(str.isprintable, words))


@lru_cache(maxsize=128)
def _cast(mould: Mould) -> _Cast:
    return _Cast(_parts(mould.text), _parts(mould.html))


@lru_cache(maxsize=1)
def _frame() -> tuple[bytes, bytes, bytes]:
    """Cut a message with two words in it: the end of its headers, what stands between the two, its end."""
    whole = mime.as_bytes(Message("x", SOMEBODY, SOMEBODY, "x", f"{TEXT}\n", f"{HTML}\n"), SOME_DAY)
    _, last_header, rest = whole.partition(f"{LAST_HEADER}:".encode())
    before, _, rest = rest.partition(f"{TEXT}\r\n".encode())
    between, _, end = rest.partition(f"{HTML}\r\n".encode())
    return last_header + before, between, end


def _parts(pieces: tuple[str, ...]) -> tuple[Part, ...]:
    """Part lines that hold a reader's own words from those that do not and are encoded here."""
    parts: list[Part] = []
    line: list[str] = []
    for piece in (*pieces[:-1], f"{pieces[-1].removesuffix(NEWLINE)}{NEWLINE}"):
        head, newline, tail = piece.partition(NEWLINE)
        line.append(head + newline)
        if newline:
            fixed, newline, rest = tail.rpartition(NEWLINE)
            parts += [_closed(line), _encoded(fixed + newline)]
            line = [rest]
    return tuple(parts)


def _closed(line: list[str]) -> Part:
    return _encoded(line[0]) if len(line) == 1 else tuple(line)


def _written(parts: Iterable[Part], own: Iterable[str]) -> bytes:
    """Set a reader's own words into the lines left open for them."""
    words = iter(own)
    return b"".join(part if isinstance(part, bytes) else _line(part, words) for part in parts)


def _line(pieces: tuple[str, ...], words: Iterator[str]) -> bytes:
    return _encoded(pieces[0] + "".join(next(words) + piece for piece in pieces[1:]))


def _encoded(words: str) -> bytes:
    if AS_IT_IS.fullmatch(words):
        return f"{words[:-1]}\r\n".encode("ascii")
    lines = quoprimime.body_encode(words.encode().decode("latin-1"), mime.LONGEST_LINE)
    return lines.replace(NEWLINE, "\r\n").encode("ascii")


@lru_cache(maxsize=128)
def _from(sender: Address) -> bytes:
    return _folded("From", mime.header(sender, mime.on_the_wire(sender)))


@lru_cache(maxsize=1024)
def _reply_to(address: Address | None) -> bytes:
    """Name whom an answer reaches; an address that no header can hold is left out."""
    if address is None or not mime.is_address(address):
        return b""
    return _folded("Reply-To", mime.header(address, mime.on_the_wire(address)))


@lru_cache(maxsize=1024)
def _subject(words: str) -> bytes:
    return _folded("Subject", mime.one_line(words))


def _to(address: Address) -> bytes:
    on_wire, name = mime.on_the_wire(address), mime.one_line(address.name)
    if PLAIN_NAME.fullmatch(name):
        return _header("To", f"{name} <{on_wire}>")
    encoded = name.encode()
    if not name.isascii() and len(encoded) <= ONE_WORD:
        word = b64encode(encoded).decode()
        return f"To: =?utf-8?b?{word}?=\r\n <{on_wire}>\r\n".encode("ascii")
    return _folded("To", mime.header(address, on_wire))


@lru_cache(maxsize=2)
def _date(dated_at: datetime) -> bytes:
    return _header("Date", format_datetime(dated_at))


def _header(name: str, value: str) -> bytes:
    line = f"{name}: {value}"
    return _folded(name, value) if len(line) > mime.LONGEST_LINE else f"{line}\r\n".encode("ascii")


def _folded(name: str, value: object) -> bytes:
    return mime.SEVEN_BIT.fold_binary(name, mime.SEVEN_BIT.header_factory(name, value))
