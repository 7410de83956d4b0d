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
from itertools import chain, zip_longest

from bot.ports import Address, Message, Mould
from connectors.local import mime

# A display name of such words stands in a header as it is: no quotes, no RFC 2047.
PLAIN_NAME = re.compile(r"[A-Za-z0-9'-]+(?: [A-Za-z0-9'-]+)*")
# So many bytes of a name fill one encoded word of at most 75 characters.
ONE_WORD = 45
# The headers that differ from reader to reader.
OWN_HEADERS = re.compile(rb"(?m)^(?:To|Date|Message-ID):.*\r\n(?:[ \t].*\r\n)*")
SOMEBODY, SOME_DAY = Address("x@x.invalid", "x"), datetime(2026, 1, 1, tzinfo=UTC)

NEWLINE = "\n"
# Bytes that are the same for everybody; or the pieces of lines with a reader's own words between them.
Part = bytes | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cast:
    """One mould as bytes: what stands around a reader's own headers and around their lines."""

    headers: tuple[bytes, ...]
    text: tuple[Part, ...]
    between: bytes
    html: tuple[Part, ...]
    end: bytes


def as_bytes(message: Message, dated_at: datetime) -> bytes:
    """Write the whole message. One with files, or made for its reader alone, is written by itself."""
    own, cast = message.own, None
    if own is not None and not message.attachments and _is_plain(*own.text, *own.html):
        cast = _cast(own.mould, message.sender, message.reply_to, message.subject)
    if own is None or cast is None:
        return mime.as_bytes(message, dated_at)
    theirs = (_to(message.to), _date(dated_at), _header("Message-ID", mime.message_id(message)))
    headers = chain.from_iterable(zip_longest(cast.headers, theirs, fillvalue=b""))
    text, html = _written(cast.text, own.text), _written(cast.html, own.html)
    return b"".join((*headers, text, cast.between, html, cast.end))


def _is_plain(*words: str) -> bool:
    return all(map(str.isprintable, words))


@lru_cache(maxsize=128)
def _cast(mould: Mould, sender: Address, reply_to: Address | None, subject: str) -> _Cast | None:
    """Cut the message as it is written for somebody; None: their lines do not stand where they should."""
    text, html = _parts(mould.text), _parts(mould.html)
    own = "x"
    somebodys = Message("x", sender, SOMEBODY, subject, own.join(mould.text), own.join(mould.html), reply_to)
    whole = mime.as_bytes(somebodys, SOME_DAY)
    before, in_text, rest = whole.partition(_written(text, [own] * len(mould.text)))
    between, in_html, end = rest.partition(_written(html, [own] * len(mould.html)))
    headers = tuple(OWN_HEADERS.split(before))
    return _Cast(headers, text, between, html, end) if in_text and in_html and len(headers) == 4 else None


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
    lines = quoprimime.body_encode(words.encode().decode("latin-1"), mime.LONGEST_LINE)
    return lines.replace(NEWLINE, "\r\n").encode("ascii")


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
