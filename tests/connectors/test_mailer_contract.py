"""What every mailer promises, whichever vendor stands behind it."""

import pytest

from bot.core.errors import AddressRefused, GiveUp, TryAgain
from bot.ports import Address, Attachment


def said(mail, part="plain"):
    return mail.get_body((part,)).get_content().replace("\r\n", "\n")


def test_a_message_arrives_whole(post, message):
    receipt = post.mailer.send(message())
    (mail,) = post.arrived()
    assert receipt.reference
    assert mail["Subject"] == "Please read: Online Safety Policy (by Friday 4 December)"
    assert mail["To"].addresses[0].addr_spec == "jo.bell@merriwell.example"
    assert mail["From"].addresses[0].display_name == "Merriwell Green Primary School"
    assert said(mail) == "Hello Jo,\n\nPlease read it.\n"
    assert "<p>Please read it.</p>" in said(mail, "html")


def test_the_message_id_is_derived_and_a_second_copy_bears_the_same(post, message):
    post.mailer.send(message())
    post.mailer.send(message())
    assert {mail["Message-ID"] for mail in post.arrived()} == {"<0f3a9c@merriwell.example>"}


def every_part_or_skip(post):
    if not post.writes_every_part:
        pytest.skip("this vendor takes one body and writes the plain text, the date and such headers itself")


def test_machines_are_told_not_to_answer_and_the_date_is_the_clocks(post, message):
    every_part_or_skip(post)
    post.mailer.send(message())
    (mail,) = post.arrived()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Tue, 24 Nov 2026 08:00:00 +0000"


def test_every_letter_of_every_language_survives(post, message):
    words = "Zoë Ó Súilleabháin – “yes” … żółć 学校 \U0001f600\n"
    sent = message(
        subject=words.strip(), text=words, html=f"<p>{words}</p>", to=Address("z@x.example", "Zoë Ó")
    )
    post.mailer.send(sent)
    (mail,) = post.arrived()
    assert mail["Subject"] == words.strip()
    assert mail["To"].addresses[0].display_name == "Zoë Ó"
    assert said(mail) == words
    assert words in said(mail, "html")


@pytest.mark.parametrize("dots", ["\n.\nafter\n", ".\n..\n...x\n", "\r\n.\r\nQUIT\r\n"])
def test_lines_of_dots_end_nothing_early(post, message, dots):
    every_part_or_skip(post)
    post.mailer.send(message(text=f"before{dots}"))
    (mail,) = post.arrived()
    assert said(mail) == f"before{dots}".replace("\r\n", "\n")


def test_a_line_of_ten_thousand_letters_survives(post, message):
    every_part_or_skip(post)
    post.mailer.send(message(text="x" * 10_000 + "\n", html=f"<p>{'y' * 10_000}</p>"))
    (mail,) = post.arrived()
    assert said(mail) == "x" * 10_000 + "\n"


def test_an_attachment_arrives_with_its_name_and_media(post, message):
    post.mailer.send(
        message(attachments=(Attachment("dates.ics", "text/calendar; method=PUBLISH", b"BEGIN\r\n"),))
    )
    (mail,) = post.arrived()
    (attachment,) = mail.iter_attachments()
    assert attachment.get_filename() == "dates.ics"
    assert attachment.get_content_type() == "text/calendar"
    assert attachment["Content-Type"].params["method"] == "PUBLISH"
    assert attachment.get_payload(decode=True) == b"BEGIN\r\n"


def test_replies_go_where_the_message_says(post, message):
    post.mailer.send(message(reply_to=Address("office@merriwell.example", "The office")))
    (mail,) = post.arrived()
    assert mail["Reply-To"].addresses[0].addr_spec == "office@merriwell.example"


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\x00"])
def test_no_header_can_be_smuggled_in(post, message, end):
    evil = f"Hello{end}Bcc: everybody@x.example"
    post.mailer.send(
        message(
            subject=evil,
            to=Address("jo@x.example", evil),
            sender=Address("s@x.example", evil),
            reply_to=Address("r@x.example", evil),
            attachments=(Attachment(evil, "text/plain", b"x"),),
        )
    )
    (mail,) = post.arrived()
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: everybody@x.example"


def test_an_encoded_word_in_a_name_adds_no_recipient(post, message):
    evil = "Helen =?utf-8?q?=0d=0aBcc:_everybody@x.example=0d=0aX:?="
    post.mailer.send(
        message(subject=evil, to=Address("jo@x.example", evil), sender=Address("s@x.example", evil))
    )
    (mail,) = post.arrived()
    assert mail["Bcc"] is None
    assert [one.addr_spec for one in mail["To"].addresses] == ["jo@x.example"]


@pytest.mark.parametrize(
    "address",
    ["", "jo", "jo@", "@x.example", "jo bell@x.example", "jo@x.example\nBcc: a@b.example",
     "a@b@c.example", "<jo@x.example>", "jo@x..example", "jo,sam@x.example", ".jo@x.example", "zoë@x.example",
     "jo@-x.example"],
)  # fmt: skip
def test_what_is_not_an_address_is_refused_for_good_and_nothing_leaves(post, message, address):
    with pytest.raises(GiveUp, match="is not an e-mail address"):
        post.mailer.send(message(to=Address(address)))
    assert post.arrived() == []


def test_a_domain_in_other_letters_is_written_as_the_wire_wants_it(post, message):
    post.mailer.send(message(to=Address("jo@schüle.example")))
    (mail,) = post.arrived()
    assert mail["To"].addresses[0].domain == "xn--schle-mva.example"


def test_an_address_that_is_none_is_told_apart_from_a_refused_message(post, message):
    with pytest.raises(AddressRefused):
        post.mailer.send(message(to=Address("jo")))


def test_a_sender_that_is_not_an_address_is_our_own_matter(post, message):
    with pytest.raises(TryAgain, match=r"HANDBELL_MAIL_FROM; nobody's address is at fault"):
        post.mailer.send(message(sender=Address("the office")))
    assert post.arrived() == []


def test_an_answer_to_no_address_is_left_out_and_the_message_arrives(post, message):
    post.mailer.send(message(reply_to=Address("office, ask there")))
    (mail,) = post.arrived()
    assert mail["Reply-To"] is None


def test_checking_sends_nothing_and_sending_goes_on(post, message):
    post.mailer.check()
    assert post.arrived() == []
    post.mailer.send(message())
    post.mailer.check()
    post.mailer.send(message(id="two"))
    assert len(post.arrived()) == 2


def test_looking_up_never_claims_what_it_cannot_know(post, message):
    assert post.mailer.look_up("never-sent") in {False, None}
    post.mailer.send(message())
    assert post.mailer.look_up("0f3a9c") in {True, None}


def test_an_unclear_message_can_be_looked_up_or_its_repeat_shows(post):
    assert post.mailer.repeats_are_marked or post.mailer.look_up("any") is not None


def test_closing_ends_the_session_and_sending_opens_another(post, message):
    post.mailer.close()
    post.mailer.send(message(id="one"))
    post.mailer.close()
    post.mailer.close()
    post.mailer.send(message(id="two"))
    assert {mail["Message-ID"] for mail in post.arrived()} == {
        "<one@merriwell.example>",
        "<two@merriwell.example>",
    }


def test_fifty_messages_in_one_session_all_arrive_once(post, message):
    for number in range(50):
        post.mailer.send(message(id=f"m{number}"))
    assert sorted(mail["Message-ID"] for mail in post.arrived()) == sorted(
        f"<m{number}@merriwell.example>" for number in range(50)
    )
