"""Turns a message into the bytes every mail server reads. The same message gets the same Message-ID."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from bot.errors import AddressRefused, TryAgain
from bot.ports import Address, Attachment, Message

# Our id in a header that vendors leave alone, where they may write the Message-ID anew.
OUR_ID = "X-Handbell-Message"
# CRLF line ends, and no byte above 127, so that a server without 8BITMIME reads it too.
LONGEST_LINE = 78
SEVEN_BIT = SMTP.clone(cte_type="7bit", max_line_length=LONGEST_LINE)

# Words are always encoded alike, and "=_" stands in nothing that is encoded so (RFC 2045, 6.7).
ENCODED = "quoted-printable"
ALTERNATIVES, ATTACHED = "=_handbell-words", "=_handbell-files"

# The dot-atom form of RFC 5322 with a domain of letters (of any script), digits and hyphens. Nothing a
# header or a command line could be broken with; quoted local parts are not used by any school.
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[^\W_]([\w-]*[^\W_])?"
UNSAID = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
ADDRESS = re.compile(rf"{ATOM}(\.{ATOM})*@{LABEL}(\.{LABEL})*")


def as_bytes(message: Message, dated_at: datetime) -> bytes:
    """Write the whole message, text and HTML, CRLF line ends, the same bytes each time.

    Raises AddressRefused for a bad address.
    """
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = header(message.sender, sent_from(message))
    mail["To"] = header(message.to, on_the_wire(message.to))
    if message.reply_to is not None and is_address(message.reply_to):
        mail["Reply-To"] = header(message.reply_to, on_the_wire(message.reply_to))
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(dated_at)
    mail["Message-ID"] = message_id(message)
    # RFC 3834: no out-of-office answers to us; nothing else hangs on it.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text, cte=ENCODED)
    mail.add_alternative(message.html, subtype="html", cte=ENCODED)
    mail.set_boundary(ALTERNATIVES)
    for attachment in message.attachments:
        _attach(mail, attachment)
    if message.attachments:
        mail.set_boundary(ATTACHED)
    return mail.as_bytes()


def message_id(message: Message) -> str:
    """Give the Message-ID: derived from our id, so that a second copy shows itself."""
    domain = sent_from(message).rpartition("@")[2]
    return f"<{quote(message.id, safe='')}@{domain}>"


def one_line(words: str) -> str:
    """Return text that is safe as a header value or file name, on one line.

    Control characters become spaces. "=?" is broken up: email's header registry would decode what follows
    as an RFC 2047 encoded word, which can hold line ends and so add headers of somebody else's choosing.
    """
    return " ".join((words if words.isprintable() else UNSAID.sub(" ", words)).split()).replace("=?", "= ?")


def on_the_wire(address: Address) -> str:
    """Give the address in ASCII; raise AddressRefused, in words for the office, where there can be none."""
    ascii_address = _in_ascii(address.email)
    if ascii_address is None:
        raise AddressRefused(_no_address(address))
    return ascii_address


def sent_from(message: Message) -> str:
    """Give the sender's address in ASCII; where it is none, that is our matter and no recipient's."""
    ascii_address = _in_ascii(message.sender.email)
    if ascii_address is None:
        raise TryAgain(
            f"{_no_address(message.sender)}. Check HANDBELL_MAIL_FROM; nobody's address is at fault."
        )
    return ascii_address


def is_address(address: Address) -> bool:
    """Say whether a header can hold the address."""
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
    """Name somebody as a header does."""
    return HeaderAddress(display_name=one_line(address.name), addr_spec=on_wire)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    media, _, parameters = attachment.media.partition(";")
    maintype, _, subtype = media.strip().partition("/")
    mail.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=one_line(attachment.filename),
        params=dict(_parameter(one) for one in parameters.split(";") if "=" in one),
    )


def _parameter(said: str) -> tuple[str, str]:
    name, _, value = said.strip().partition("=")
    return name, value
