"""Emails read back as what was written, by Python's own parser; a cached template changes no byte."""

import email
import email.policy
import os
import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.errors import AddressRefused
from bot.ports import Address, Attachment, PersonalParts, TemplateParts
from connectors.local import mime

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGH éłŷßÓ学'-.,\"()<>@=?_:;"
TEMPLATE = TemplateParts(
    ("Elm\n\nHello ", ",\n\nPlease read it – soon.\nRead it:\n", "\n.\n" + "long " * 40 + "\n"),
    (
        '<html lang="en">\n<h1>Hello ',
        ',</h1><p>Please read it – soon.</p>\n<a href="',
        '">Read it</a>\n</html>',
    ),
)


def filled(message, words, **changed):
    """A message of the template with a reader's own words set in."""
    text = "".join(map("".join, zip(TEMPLATE.text, (*words, ""), strict=True)))
    html = "".join(map("".join, zip(TEMPLATE.html, (*words, ""), strict=True)))
    return message(text=text, html=html, own=PersonalParts(TEMPLATE, words, words), **changed)


def same(message):
    """Read back as written; and the bytes without the cached template are the same."""
    content = mime.as_bytes(message, NOW)
    assert content == mime.as_bytes(replace(message, own=None), NOW)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998
    mail = read(content)
    (to,) = mail["To"].addresses
    # A long name is spread over two encoded words, which Python's parser reads with a space between.
    assert to.display_name.replace(" ", "") == mime.one_line(message.to.name).replace(" ", "")
    assert to.addr_spec == mime.on_the_wire(message.to)
    for body, words in (("plain", message.text), ("html", message.html)):
        assert mail.get_body((body,)).get_content().replace("\r\n", "\n") == lines(words)
    files = [(file.get_filename(), file.get_payload(decode=True)) for file in mail.iter_attachments()]
    assert files == [(file.filename, file.content) for file in message.attachments]


def lines(words):
    whole = words.replace("\r\n", "\n").replace("\r", "\n")
    return whole if whole.endswith("\n") else f"{whole}\n"


def read(content):
    return email.message_from_bytes(content, policy=email.policy.default)


@pytest.mark.parametrize(
    "name",
    [
        "Jo Bell",
        "Zoë Ó Súilleabháin",
        "学校",
        "Mrs. Bell, Head",
        'J"Q',
        "=?utf-8?q?x?=",
        "O'Neill-Smith",
        "-",
        "",
        "x" * 300,
        "Jo Bell " * 12,
        "Jo\r\nBcc: all@x.example",
    ],
)
def test_any_name_reads_back(message, name):
    same(filled(message, ("Jo", "https://h.example/d/1"), to=Address("jo@x.example", name)))


@pytest.mark.parametrize(
    "words", ["Jo", "Zoë", "Jo\r\n.\r\n", "学" * 60, "x" * 500, ".", "=20", "a ", "", "Jo\nQUIT", "\x85"]
)
def test_any_first_name_and_link_read_back(message, words):
    same(filled(message, (words, words)))


def test_random_names_and_links_read_back(message):
    """HANDBELL_LONG=1 tries thousands."""
    chance = random.Random(11)
    for number in range(5000 if os.environ.get("HANDBELL_LONG") else 60):
        name = "".join(chance.choices(LETTERS, k=chance.randint(1, 90)))
        first = "".join(chance.choices(LETTERS, k=chance.randint(1, 50)))
        link = f"https://h.example/d/{number}/" + "".join(
            chance.choices("abcXYZ019-_.", k=chance.randint(0, 200))
        )
        to, reply_to = Address(f"p{number}@x.example", name), Address("office@x.example", "Zoë in the office")
        same(filled(message, (first, link), to=to, reply_to=reply_to, id=f"id{number}"))


@pytest.mark.parametrize("email", ["jo@müller.example", "j" * 90 + "@x.example"])
def test_international_and_long_addresses(message, email):
    same(filled(message, ("Jo", "x"), to=Address(email, "Jo Bell")))


def test_an_invalid_address_is_refused(message):
    with pytest.raises(AddressRefused):
        mime.as_bytes(filled(message, ("Jo", "x"), to=Address("jo@x\r\nRCPT TO:<all@x>", "Jo")), NOW)


def test_a_file_is_attached(message):
    file = Attachment("dates.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    same(filled(message, ("Jo", "x"), attachments=(file,)))


def test_the_same_message_is_the_same_bytes(message):
    file = Attachment("dates.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    for one in (message(), message(attachments=(file,))):
        assert mime.as_bytes(one, NOW) == mime.as_bytes(one, NOW)


def test_a_carriage_return_in_a_template_ends_a_line(message):
    odd = TemplateParts(("a\rb ", "\n"), ("c ", ""))
    same(message(text="a\rb Jo\n", html="c Jo", own=PersonalParts(odd, ("Jo",), ("Jo",))))
