"""Messages of one mould are, byte for byte, what each would be if it were written by itself."""

import email
import email.policy
import os
import random
import re
from datetime import UTC, datetime

import pytest

from bot.core.errors import AddressRefused
from bot.ports import Address, Attachment, PersonalParts, TemplateParts
from connectors.local import mime

TO = re.compile(rb"(?m)^To:.*\r\n(?:[ \t].*\r\n)*")
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGH éłŷßÓ学'-.,\"()<>@=?_:;"
MOULD = TemplateParts(
    ("Elm\n\nHello ", ",\n\nPlease read it – soon.\nRead it:\n", "\n.\n" + "long " * 40 + "\n"),
    (
        '<html lang="en">\n<h1>Hello ',
        ',</h1><p>Please read it – soon.</p>\n<a href="',
        '">Read it</a>\n</html>',
    ),
)


def filled(message, words, **changed):
    """A message of the mould with a reader's own words set in."""
    text = "".join(map("".join, zip(MOULD.text, (*words, ""), strict=True)))
    html = "".join(map("".join, zip(MOULD.html, (*words, ""), strict=True)))
    return message(text=text, html=html, own=PersonalParts(MOULD, words, words), **changed)


def same(message):
    """The same bytes; a name outside ASCII may be encoded in other words that read the same."""
    cast, alone = mime.encode_cached(message, NOW), mime.as_bytes(message, NOW)
    if message.to.name.isascii():
        assert cast == alone
        return
    assert TO.sub(b"", cast, count=1) == TO.sub(b"", alone, count=1)
    (one,), (other,) = (read(some)["To"].addresses for some in (cast, alone))
    # Python writes some long names in two encoded words and reads them back with a space between.
    assert one.display_name in {other.display_name, message.to.name}
    assert one.addr_spec == other.addr_spec
    assert max(map(len, TO.search(cast)[0].splitlines())) <= mime.LONGEST_LINE


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
def test_any_name_makes_the_header_it_makes_by_itself(message, name):
    same(filled(message, ("Jo", "https://h.example/d/1"), to=Address("jo@x.example", name)))


@pytest.mark.parametrize(
    "words", ["Jo", "Zoë", "学" * 60, "x" * 500, ".", "=20", "a ", "", "Jo\nQUIT", "\x85"]
)
def test_any_words_make_the_lines_they_make_by_themselves(message, words):
    same(filled(message, (words, words)))


def test_any_reader_gets_the_bytes_they_would_get_by_themselves(message):
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
def test_an_address_is_written_as_it_is_by_itself(message, email):
    same(filled(message, ("Jo", "x"), to=Address(email, "Jo Bell")))


def test_an_address_that_is_none_is_refused(message):
    with pytest.raises(AddressRefused):
        mime.encode_cached(filled(message, ("Jo", "x"), to=Address("jo@x\r\nRCPT TO:<all@x>", "Jo")), NOW)


def test_a_message_with_a_file_is_written_by_itself(message):
    file = Attachment("dates.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    same(filled(message, ("Jo", "x"), attachments=(file,)))


def test_the_same_message_is_the_same_bytes(message):
    file = Attachment("dates.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")
    for one in (message(), message(attachments=(file,))):
        assert mime.as_bytes(one, NOW) == mime.as_bytes(one, NOW)


def test_a_mould_whose_words_are_written_in_another_way_is_not_cut(message):
    odd = TemplateParts(("a\rb ", "\n"), ("c ", ""))
    same(message(text="a\rb Jo\n", html="c Jo", own=PersonalParts(odd, ("Jo",), ("Jo",))))
