"""Names, subjects, file names and calendar fields cannot add a line to a message or a calendar."""

import email
import email.policy
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.calendar_file import CalendarEntry, invite
from bot.ports import Address, Attachment, Email, PersonalParts, TemplateParts
from connectors.local import mime

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
]
ENCODED = [
    "Helen Achebe =?utf-8?q?=0d=0aBcc:_x@y.example=0d=0aX:?=",
    "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxlDQpYOg==?=",
    "=?utf-8?q?a?= =?utf-8?q?=0aBcc:_x@y.example?=",
    "=\x00?utf-8?q?=0d=0aBcc:_x@y.example?=",
    "==?utf-8?q?=0d=0aBcc:_x@y.example?=",
    "=\r\n?utf-8?q?=0aBcc:_x@y.example?=",
    "Zo\u00eb =?utf-8?q?=0aBcc:_x@y.example?=",
    "x\r\nBcc: x@y.example",
    "x\u2028Bcc: x@y.example",
]
PIECES = [
    "=",
    "?",
    "=?utf-8?q?",
    "=?utf-8?b?",
    "?=",
    "=0d=0a",
    "DQo=",
    "\r",
    "\n",
    ":",
    " ",
    "\u00eb",
    "Bcc:",
    '"',
]
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map("".join)


def headers_of(content):
    """The header lines as any mail server splits them: a line that starts with white space continues one."""
    head, _, _ = content.partition(b"\r\n\r\n")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line[:1].isspace()]


def written(text, *, shared):
    """The message with this text in every place that a person or a school can fill."""
    address = Address("jo@x.example", text)
    own = (
        PersonalParts(TemplateParts(("Hello ", "\n"), ("<p>", "</p>\n")), (text,), (text,))
        if shared
        else None
    )
    attached = () if shared else (Attachment(text, "text/plain", b"x"),)
    message = Email("id-1", address, address, text, "Hello\n", "<p>Hello</p>\n", address, attached, own=own)
    return mime.as_bytes(message, NOW)


@pytest.mark.parametrize("shared", [True, False], ids=["of a template", "by itself"])
@pytest.mark.parametrize("text", ENCODED)
def test_no_encoded_word_becomes_a_header(text, shared):
    content = written(text, shared=shared)
    assert sorted(headers_of(content)) == sorted(HEADERS)
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["jo@x.example"]
    assert mail["Bcc"] is None


@given(HOSTILE)
def test_no_text_at_all_becomes_a_header(text):
    for shared in (True, False):
        assert sorted(headers_of(written(text, shared=shared))) == sorted(HEADERS)


def test_the_file_name_of_an_attachment_adds_no_header():
    for text in ENCODED:
        mail = email.message_from_bytes(written(text, shared=False), policy=email.policy.default)
        (attached,) = mail.iter_attachments()
        assert {name.lower() for name in attached} <= {
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "mime-version",
        }


CALENDAR = """BEGIN VERSION PRODID METHOD NAME REFRESH-INTERVAL X-PUBLISHED-TTL X-WR-CALNAME BEGIN SUMMARY
DTSTART DTEND DTSTAMP UID SEQUENCE DESCRIPTION ORGANIZER TRANSP END END""".split()


@given(HOSTILE)
def test_no_text_becomes_a_line_of_a_calendar(text):
    entry = CalendarEntry("uid@x.example", date(2026, 12, 3), text, note=f"Papers: {text}")
    whole = invite([entry], NOW, "office@x.example", name=f"Elm {text}")
    lines = whole.removesuffix(b"\r\n").replace(b"\r\n ", b"").split(b"\r\n")
    assert sorted(line.split(b":")[0].split(b";")[0].decode() for line in lines) == sorted(CALENDAR)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
