"""Reads the notices mail servers send back (RFC 3464) from .eml and mbox files that the office saved."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from typing import cast
from urllib.parse import unquote

from bot.core.errors import BadInput, Problem
from bot.ports import Bounce
from connectors.local import mime, smtp_session


def read_bounces(path: Path) -> tuple[Bounce, ...]:
    """List every address a file reports as failed for good. Raises BadInput when it holds no such notice."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror})") from None
    mails = _mbox(path) if content.startswith(b"From ") else [content]
    reports = [mail for mail in map(_parse, mails) if mail.get_content_type() == "multipart/report"]
    if not reports:
        raise _refused(path, "holds no notice of failed delivery")
    return tuple(bounce for report in reports for bounce in _failed(report))


def failed_in(content: bytes) -> tuple[Bounce, ...]:
    """List every address one mail reports as failed for good; none when it is no such notice."""
    mail = _parse(content)
    return tuple(_failed(mail)) if mail.get_content_type() == "multipart/report" else ()


def _mbox(path: Path) -> list[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        return [box.get_bytes(key) for key in box.iterkeys()]
    finally:
        box.close()


def _parse(content: bytes) -> Message:
    """Parse with the lenient legacy policy.

    Headers from outside can be malformed, and the strict one fails on `<>`.
    """
    return message_from_bytes(content)


def _failed(report: Message) -> Iterator[Bounce]:
    """Read the machine's part: one block about the mail, then one for each address."""
    ours = _our_id(report)
    for part in report.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in cast("list[Message]", part.get_payload()):
            status = str(block.get("Status", "")).strip()
            if str(block.get("Action", "")).strip().casefold() == "failed" and status.startswith("5"):
                yield _bounce(block, status, ours)


def _address(block: Message) -> str:
    named = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    return parseaddr(named.partition(";")[2].strip())[1]


def _bounce(block: Message, status: str, ours: str | None) -> Bounce:
    diagnosis = _printable(str(block.get("Diagnostic-Code", "")).partition(";")[2])
    says = diagnosis or _printable(f"status {status}")
    of_sending = smtp_session.is_told_by_notice(status, diagnosis)
    return Bounce(_address(block), ours, says, of_sending=of_sending)


def _printable(said: str) -> str:
    return "".join(sign for sign in " ".join(said.split()) if sign.isprintable())


def _our_id(report: Message) -> str | None:
    """Find the id of the message that came back, in the copy of it or of its headers."""
    for part in report.walk():
        if part.get_content_type() == "message/rfc822":
            returned = cast("list[Message]", part.get_payload())[0]
        elif part.get_content_type() == "text/rfc822-headers":
            returned = _parse(str(part.get_payload()).encode())
        else:
            continue
        named = returned.get(mime.OUR_ID) or returned.get("Message-ID") or ""
        local = str(named).strip().removeprefix("<").partition("@")[0]
        found = unquote(local)
        return found if found.isprintable() and found else None
    return None


def _refused(path: Path, wrong: str) -> BadInput:
    right = "Save the notice itself, as an .eml or mbox file, and name that file."
    return BadInput([Problem(str(path), None, None, wrong, right)])
