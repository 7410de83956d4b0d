"""Encodes an email as MIME (RFC 5322, 2045 to 2047): CRLF line ends, 7 bit, the same bytes each time.

Python's `email` package writes headers and attached files. The two bodies are encoded here: what the emails
of one template have in common is encoded once and cached, the recipient's own lines for each.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email import quoprimime
from email.headerregistry import Address as HeaderAddress
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from bot.core.errors import AddressRefused, TryAgain
from bot.ports import Address, Attachment, Email, TemplateParts

# Our id in a header that vendors keep when they rewrite the Message-ID.
OUR_ID = "X-Handbell-Message"
# CRLF line ends, and no byte above 127, so that a server without 8BITMIME reads it too.
LONGEST_LINE = 78
SEVEN_BIT = SMTP.clone(cte_type="7bit", max_line_length=LONGEST_LINE)

# The encoded form of a text is always the same and never contains "=_" (RFC 2045, 6.7).
_ALTERNATIVES = (
    b'Content-Type: multipart/alternative; boundary="=_handbell-words"\r\n\r\n--=_handbell-words\r\n'
    b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
_BETWEEN_BODIES = (
    b"\r\n--=_handbell-words\r\n"
    b'Content-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
)
_END_OF_ALTERNATIVES = b"\r\n--=_handbell-words--\r\n"
_WITH_FILES = b'Content-Type: multipart/mixed; boundary="=_handbell-files"\r\n\r\n--=_handbell-files\r\n'
_NEXT_FILE = b"\r\n--=_handbell-files\r\n"
_END_OF_FILES = b"\r\n--=_handbell-files--\r\n"

# The dot-atom form of RFC 5322 with a domain of Unicode letters, digits and hyphens. Nothing a
# header or a command line could be broken with; quoted local parts are not used by any school.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[^\W_]([\w-]*[^\W_])?"
UNSAID = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*")


def as_bytes(message: Email, dated_at: datetime) -> bytes:
    """Encode an email with its text, its HTML and its files.

    Raises AddressRefused for a recipient's address that no header can hold, TryAgain for such a sender.
    """
    headers = (
        _from(message.sender, sent_from(message)),
        _to(message.to),
        _reply_to(message.reply_to),
        _subject(message.subject),
        _date(dated_at),
        _header("Message-ID", message_id(message)),
        # RFC 3834: no out-of-office answers to us; nothing else hangs on it.
        b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
    )
    bodies = (_ALTERNATIVES, *_bodies(message), _END_OF_ALTERNATIVES)
    if message.attachments:
        files = [part for attachment in message.attachments for part in (_NEXT_FILE, _file(attachment))]
        return b"".join((*headers, _WITH_FILES, *bodies, *files, _END_OF_FILES))
    return b"".join((*headers, *bodies))


def message_id(message: Email) -> str:
    """Return the Message-ID. It is derived from our id, so that a duplicate can be recognised."""
    domain = sent_from(message).rpartition("@")[2]
    return f"<{quote(message.id, safe='')}@{domain}>"


def one_line(words: str) -> str:
    """Return text that is safe as a header value or file name, on one line.

    Control characters become spaces. "=?" is broken up: the header registry of `email` would decode what
    follows as an RFC 2047 encoded word, which can contain line ends and so inject headers.
    """
    return " ".join((words if words.isprintable() else UNSAID.sub(" ", words)).split()).replace("=?", "= ?")


def on_the_wire(address: Address) -> str:
    """Return the address in ASCII.

    Raise AddressRefused, with a message for the office, if it has no such form.
    """
    ascii_address = _in_ascii(address.email)
    if ascii_address is None:
        raise AddressRefused(_no_address(address))
    return ascii_address


def sent_from(message: Email) -> str:
    """Return the sender's address in ASCII. Raise TryAgain if it has none: the recipient is not at fault."""
    ascii_address = _in_ascii(message.sender.email)
    if ascii_address is None:
        raise TryAgain(
            f"{_no_address(message.sender)}. Check HANDBELL_MAIL_FROM; nobody's address is at fault."
        )
    return ascii_address


def is_address(address: Address) -> bool:
    """Return whether a header can hold the address."""
    return _in_ascii(address.email) is not None


@lru_cache(maxsize=1024)
def _in_ascii(email: str) -> str | None:
    local, _, domain = email.rpartition("@")
    if not ADDRESS.fullmatch(email):
        return None
    try:
        return f"{local}@{_domain(domain)}"
    except UnicodeError:
        return None


@lru_cache(maxsize=1024)
def _domain(name: str) -> str:
    return name.encode("idna").decode("ascii")


def _no_address(address: Address) -> str:
    return f'"{one_line(address.email)}" is not an e-mail address that mail can be sent to'


def header(address: Address, on_wire: str) -> HeaderAddress:
    """Build the address object of a header."""
    return HeaderAddress(display_name=one_line(address.name), addr_spec=on_wire)


def _file(attachment: Attachment) -> bytes:
    media, _, parameters = attachment.media.partition(";")
    maintype, _, subtype = media.strip().partition("/")
    part = MIMEPart(policy=SEVEN_BIT)
    part.set_content(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        disposition="attachment",
        filename=one_line(attachment.filename),
        params=dict(_parameter(one) for one in parameters.split(";") if "=" in one),
    )
    return part.as_bytes()


def _parameter(said: str) -> tuple[str, str]:
    name, _, value = said.strip().partition("=")
    return name, value


# A display name made of such words needs neither quotes nor RFC 2047.
PLAIN_NAME = re.compile(r"[A-Za-z0-9'-]+(?: [A-Za-z0-9'-]+)*")
# A line that needs no quoted-printable encoding: ASCII, no "=", no space at its end, not too long.
AS_IT_IS = re.compile(rf"[ -<>-~]{{0,{LONGEST_LINE - 1}}}[!-<>-~]\n")
# So many bytes of a name fill one encoded word of at most 75 characters.
ONE_WORD = 45
NEWLINE = "\n"
# Bytes that are the same for every recipient; or the pieces of lines between the recipient's own words.
Part = bytes | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _BodyPieces:
    """A template's bodies as bytes, cut where each recipient's own words go."""

    text: tuple[Part, ...]
    html: tuple[Part, ...]


def _bodies(message: Email) -> tuple[bytes, bytes, bytes]:
    """Encode text and HTML, with what stands between them."""
    own = message.own
    if own is None or not _is_plain(*own.text, *own.html):
        return _encoded(_in_lines(message.text)), _BETWEEN_BODIES, _encoded(_in_lines(message.html))
    pieces = _split_bodies(own.template)
    return _written(pieces.text, own.text), _BETWEEN_BODIES, _written(pieces.html, own.html)


def _in_lines(words: str) -> str:
    """End each line with a line feed, the last one too."""
    return words.replace("\r\n", NEWLINE).replace("\r", NEWLINE).removesuffix(NEWLINE) + NEWLINE


def _is_plain(*words: str) -> bool:
    return all(map(str.isprintable, words))


@lru_cache(maxsize=128)
def _split_bodies(template: TemplateParts) -> _BodyPieces:
    return _BodyPieces(_parts(template.text), _parts(template.html))


def _parts(pieces: tuple[str, ...]) -> tuple[Part, ...]:
    """Separate lines that hold a reader's own words from the others, which are encoded here."""
    parts: list[Part] = []
    line: list[str] = []
    for piece in (*pieces[:-1], f"{pieces[-1].removesuffix(NEWLINE)}{NEWLINE}"):
        head, newline, tail = piece.partition(NEWLINE)
        line.append(head + newline)
        if newline:
            fixed, newline, rest = tail.rpartition(NEWLINE)
            parts += [_encoded(line[0]) if len(line) == 1 else tuple(line), _encoded(fixed + newline)]
            line = [rest]
    return tuple(parts)


def _written(parts: Iterable[Part], own: Iterable[str]) -> bytes:
    """Set a reader's own words into the lines left open for them."""
    words = iter(own)
    return b"".join(part if isinstance(part, bytes) else _line(part, words) for part in parts)


def _line(pieces: tuple[str, ...], words: Iterator[str]) -> bytes:
    return _encoded(pieces[0] + "".join(next(words) + piece for piece in pieces[1:]))


def _encoded(words: str) -> bytes:
    if AS_IT_IS.fullmatch(words):
        return f"{words[:-1]}\r\n".encode("ascii")
    lines = quoprimime.body_encode(words.encode().decode("latin-1"), LONGEST_LINE)
    return lines.replace(NEWLINE, "\r\n").encode("ascii")


@lru_cache(maxsize=128)
def _from(sender: Address, on_wire: str) -> bytes:
    return _folded("From", header(sender, on_wire))


@lru_cache(maxsize=1024)
def _reply_to(address: Address | None) -> bytes:
    """Return the Reply-To header, or nothing if the address does not fit into a header."""
    if address is None or not is_address(address):
        return b""
    return _folded("Reply-To", header(address, on_the_wire(address)))


@lru_cache(maxsize=1024)
def _subject(words: str) -> bytes:
    return _folded("Subject", one_line(words))


def _to(address: Address) -> bytes:
    on_wire, name = on_the_wire(address), one_line(address.name)
    if PLAIN_NAME.fullmatch(name):
        return _header("To", f"{name} <{on_wire}>")
    encoded = name.encode()
    if not name.isascii() and len(encoded) <= ONE_WORD:
        word = b64encode(encoded).decode()
        return f"To: =?utf-8?b?{word}?=\r\n <{on_wire}>\r\n".encode("ascii")
    return _folded("To", header(address, on_wire))


@lru_cache(maxsize=2)
def _date(dated_at: datetime) -> bytes:
    return _header("Date", format_datetime(dated_at))


def _header(name: str, value: str) -> bytes:
    line = f"{name}: {value}"
    return _folded(name, value) if len(line) > LONGEST_LINE else f"{line}\r\n".encode("ascii")


def _folded(name: str, value: object) -> bytes:
    return SEVEN_BIT.fold_binary(name, SEVEN_BIT.header_factory(name, value))
