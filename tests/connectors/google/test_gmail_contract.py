"""Gmail under every mailer's contract. Three of its tests go by Message-ID, which Gmail rewrites."""

import email
import email.policy
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors.google.gmail import reference_of

CONTRACT = Path(__file__).parents[1] / "test_mailer_contract.py"
TOLD_BY_MESSAGE_ID = {
    "test_the_message_id_is_derived_and_a_second_copy_bears_the_same",
    "test_closing_ends_the_session_and_sending_opens_another",
    "test_fifty_messages_in_one_session_all_arrive_once",
}


def _contract():
    spec = importlib.util.spec_from_file_location("gmail_under_contract", CONTRACT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: test for name, test in vars(module).items() if name.startswith("test_")}


PROMISES = _contract()
globals().update({name: test for name, test in PROMISES.items() if name not in TOLD_BY_MESSAGE_ID})


@dataclass
class Post:
    mailer: object
    arrived: object
    writes_every_part: bool = True


FOOT = re.compile(r"\nReference [0-9a-f]{12}\n$|<p [^>]*>Reference [0-9a-f]{12}</p>")


def without_foot(raw):
    """Return a mail as it was handed over, without the line that every letter ends with."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        said = part.get_content().replace("\r\n", "\n")
        assert len(FOOT.findall(said)) == 1
        part.set_content(FOOT.sub("", said), subtype=kind)
    return mail


@pytest.fixture
def post(mailer, gmail):
    return Post(mailer, lambda: [without_foot(raw) for raw in gmail.delivered])


def test_every_promise_is_held_or_told_here_by_our_own_reference():
    assert PROMISES.keys() > TOLD_BY_MESSAGE_ID
    assert len(PROMISES) > 15


def test_the_same_message_handed_over_again_is_not_sent_again(post, message):
    first = post.mailer.send(message())
    assert post.mailer.send(message()) == first
    assert len(post.arrived()) == 1
    assert post.mailer.repeats_are_marked is False


def test_gmail_puts_its_own_message_id_on_mail_and_leaves_our_reference(post, message):
    post.mailer.send(message())
    (mail,) = post.arrived()
    assert mail["Message-ID"].endswith("@mail.gmail.com>")
    assert len(mail["X-Handbell-Reference"]) == 32


@pytest.mark.parametrize(
    ("html", "foot"),
    [
        ("<html><body><p>Hello</p></body></html>", "</p></body></html>"),
        ("<p>Hello</p>", "</p>"),
        ("", "</p>"),
    ],
)
def test_a_letter_bears_the_reference_at_its_foot_as_one_word(mailer, gmail, message, html, foot):
    mailer.send(message(html=html))
    mail = email.message_from_bytes(gmail.delivered[0], policy=email.policy.default)
    word = mail["X-Handbell-Reference"][:12]
    assert mail.get_body(("plain",)).get_content().endswith(f"\r\nReference {word}\r\n")
    said = mail.get_body(("html",)).get_content().rstrip()
    assert said.startswith(html.partition("</body>")[0])
    assert said.endswith(f"Reference {word}{foot}")


def test_closing_ends_the_session_and_sending_opens_another(post, message):
    post.mailer.close()
    post.mailer.send(message(id="one"))
    post.mailer.close()
    post.mailer.close()
    post.mailer.send(message(id="two"))
    references = [mail["X-Handbell-Reference"] for mail in post.arrived()]
    assert references == [reference_of("one"), reference_of("two")]


def test_fifty_messages_in_one_session_all_arrive_once(post, message):
    for number in range(50):
        post.mailer.send(message(id=f"m{number}"))
    references = [mail["X-Handbell-Reference"] for mail in post.arrived()]
    assert references == [reference_of(f"m{number}") for number in range(50)]
