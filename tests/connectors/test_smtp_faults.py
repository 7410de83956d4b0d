"""A mail server that refuses, hangs up or falls silent at every point of the conversation."""

import time
from datetime import UTC, datetime

import pytest

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from connectors.local.folder_mailer import FolderMailer

EIGHT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

OURS = ["greeting", "ehlo", "mail", "rcpt", "data", "dot"]
BEFORE_THE_DOT = ["greeting", "ehlo", "mail", "rcpt", "data"]


@pytest.fixture(params=[False, True], ids=["one by one", "pipelined"])
def pipelines(request):
    """Every server twice: one that takes each command alone, and one that takes several at once."""
    return request.param


@pytest.mark.parametrize("phase", OURS)
@pytest.mark.parametrize("reply", ["421 4.3.2 closing down", "450 4.2.0 greylisted", "452 4.3.1 full"])
def test_a_temporary_refusal_anywhere_is_tried_again_and_then_taken(unruly, mailer_at, message, phase, reply):
    server = unruly(**{phase: [reply]})
    mailer = mailer_at(server.port)
    with pytest.raises(TryAgain, match=reply[:3]):
        mailer.send(message())
    assert server.inbox.contents == []
    mailer.send(message())
    assert len(server.inbox.contents) == 1


@pytest.mark.parametrize("phase", BEFORE_THE_DOT)
def test_a_hang_up_before_the_final_dot_is_certainly_not_taken(unruly, mailer_at, message, phase):
    server = unruly(**{phase: ["drop"]})
    mailer = mailer_at(server.port)
    with pytest.raises(TryAgain):
        mailer.send(message())
    assert server.inbox.contents == []
    mailer.send(message())
    assert len(server.inbox.contents) == 1


@pytest.mark.parametrize("phase", BEFORE_THE_DOT)
def test_silence_before_the_final_dot_is_certainly_not_taken(unruly, mailer_at, message, phase):
    server = unruly(**{phase: ["stall"]})
    mailer = mailer_at(server.port, timeout=0.2)
    with pytest.raises(TryAgain):
        mailer.send(message())
    assert server.inbox.contents == []


@pytest.mark.parametrize("phase", BEFORE_THE_DOT)
def test_a_reply_that_drips_is_none(unruly, mailer_at, message, phase):
    server = unruly(**{phase: ["drip"]})
    mailer = mailer_at(server.port, timeout=0.5)
    begun = time.monotonic()
    with pytest.raises(TryAgain):
        mailer.send(message())
    assert time.monotonic() - begun < 6
    assert server.inbox.contents == []


def test_a_yes_that_drips_is_unclear(unruly, mailer_at, message):
    server = unruly(dot=["drip"])
    mailer = mailer_at(server.port, final_timeout=0.5)
    begun = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert time.monotonic() - begun < 6


def test_a_hang_up_amid_the_content_is_certainly_not_taken(unruly, mailer_at, message):
    server = unruly(content=["drop"])
    with pytest.raises((TryAgain, OutcomeUnknown)):
        mailer_at(server.port).send(message(text="x\n" * 500_000))
    assert server.inbox.contents == []


@pytest.mark.parametrize("fault", ["drop", "stall", "drop after taking"])
def test_no_word_after_the_final_dot_is_unclear(unruly, mailer_at, message, impatient, fault):
    server = unruly(dot=[fault])
    mailer = mailer_at(server.port, final_timeout=impatient)
    with pytest.raises(OutcomeUnknown):
        mailer.send(message())
    assert mailer.look_up("0f3a9c") is None
    mailer.send(message())
    taken = len(server.inbox.contents)
    assert taken == (2 if fault == "drop after taking" else 1)


def test_only_the_word_after_the_final_dot_is_waited_for_long(unruly, mailer_at, message, impatient):
    server = unruly(dot=["250 2.0.0 taken at last"], mail=["250 ok", "stall", "stall"])
    mailer = mailer_at(server.port, timeout=impatient, final_timeout=60)
    assert mailer.send(message()).reference == "2.0.0 taken at last"
    began = time.monotonic()
    with pytest.raises(TryAgain):
        mailer.send(message())
    assert time.monotonic() - began < 60


def test_nonsense_after_the_final_dot_is_unclear(unruly, mailer_at, message):
    server = unruly(dot=["hello?"])
    with pytest.raises(OutcomeUnknown):
        mailer_at(server.port).send(message())


@pytest.mark.parametrize(
    "reply", ["550 5.1.1 no such user", "553 5.1.3 bad address", "552 5.2.2 mailbox full"]
)
def test_a_refused_recipient_is_given_up_and_the_connection_goes_on(unruly, mailer_at, message, reply):
    server = unruly(rcpt=[reply])
    mailer = mailer_at(server.port)
    with pytest.raises(AddressRefused, match=f"refused the address: {reply}"):
        mailer.send(message())
    mailer.send(message())
    assert server.heard["rset"] == 1
    assert server.inbox.connections == 1
    assert len(server.inbox.contents) == 1


@pytest.mark.parametrize("phase", ["data", "dot"])
def test_refused_content_is_given_up(unruly, mailer_at, message, phase):
    server = unruly(**{phase: ["554 5.6.0 not this"]})
    with pytest.raises(GiveUp, match=r"refused the message: 554 5\.6\.0 not this") as refused:
        mailer_at(server.port).send(message())
    assert not isinstance(refused.value, AddressRefused)


def test_an_address_refused_only_after_the_content_is_still_the_addresss_fault(unruly, mailer_at, message):
    server = unruly(dot=["550 5.1.10 recipient not found"])
    with pytest.raises(AddressRefused, match=r"550 5\.1\.10"):
        mailer_at(server.port).send(message())


@pytest.mark.parametrize(
    ("phase", "reply"),
    [
        ("greeting", "554 no service"),
        ("ehlo", "550 not you"),
        ("mail", "553 5.7.1 sender not yours"),
        ("rcpt", "530 5.7.0 sign in first"),
        ("rcpt", "550 5.7.1 relaying denied"),
        ("rcpt", "554 relay access denied"),
        ("data", "503 5.5.1 bad sequence"),
    ],
)
def test_a_refusal_that_is_our_own_matter_blames_no_recipient(unruly, mailer_at, message, phase, reply):
    server = unruly(**{phase: [reply]})
    with pytest.raises(TryAgain, match="nobody's address is at fault"):
        mailer_at(server.port).send(message())


def test_a_server_that_is_not_there_is_tried_again(mailer_at, message):
    with pytest.raises(TryAgain, match="did not let us in"):
        mailer_at(1).send(message())


def test_a_wrong_password_is_our_own_matter(real_server, mailer_at, message):
    port, inbox = real_server("starttls", auth=True)
    with pytest.raises(TryAgain, match="refused our sign-in: 535"):
        mailer_at(port, security="starttls", username="bell", password="wrong").send(message())
    assert inbox.contents == []


def test_a_password_is_never_sent_in_the_clear(unruly, mailer_at, message):
    server = unruly()
    with pytest.raises(TryAgain, match="STARTTLS"):
        mailer_at(server.port, security="starttls", username="bell", password="s3cret").send(message())
    assert server.heard["auth"] == 0
    assert server.inbox.contents == []


def test_a_certificate_from_a_stranger_is_refused(real_server, mailer_at, message):
    port, inbox = real_server("starttls")
    with pytest.raises(TryAgain, match="certificate"):
        mailer_at(port, security="starttls", tls=None).send(message())
    assert inbox.contents == []


def test_a_certificate_for_another_host_is_refused(real_server, mailer_at, message):
    port, inbox = real_server("tls")
    with pytest.raises(TryAgain, match="certificate"):
        mailer_at(port, security="tls", host="127.0.0.1").send(message())
    assert inbox.contents == []


def test_one_connection_carries_many_messages(unruly, mailer_at, message):
    server = unruly()
    mailer = mailer_at(server.port)
    for number in range(20):
        mailer.send(message(id=str(number)))
    assert server.inbox.connections == 1
    assert len(server.inbox.contents) == 20


def test_a_connection_is_left_before_the_server_tires_of_it(unruly, mailer_at, message):
    server = unruly()
    mailer = mailer_at(server.port, messages_per_connection=5)
    for number in range(20):
        mailer.send(message(id=str(number)))
    assert server.inbox.connections == 4
    assert server.heard["quit"] == 4


def test_a_connection_gone_stale_is_opened_again_without_a_word(unruly, mailer_at, message):
    server = unruly()
    mailer = mailer_at(server.port)
    mailer.send(message(id="one"))
    server.hang_up()
    mailer.send(message(id="two"))
    assert server.inbox.connections == 2
    assert len(server.inbox.contents) == 2


def test_a_mailbox_keeps_its_pace(unruly, mailer_at, message):
    server = unruly()
    now, slept = [100.0], []

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    mailer = mailer_at(server.port, per_minute=30, monotonic=lambda: now[0], sleep=sleep)
    mailer.send(message())
    mailer.send(message())
    now[0] += 0.5
    mailer.send(message())
    now[0] += 60
    mailer.send(message())
    assert slept == [2.0, 1.5]


@pytest.mark.parametrize("phase", ["greeting", "ehlo", "noop"])
@pytest.mark.parametrize("reply", ["421 4.3.2 closing down", "554 5.3.2 not you", "drop", "stall"])
def test_a_check_says_when_the_server_does_not_take_us(unruly, mailer_at, impatient, phase, reply):
    server = unruly(**{phase: [reply]})
    mailer = mailer_at(server.port, timeout=impatient)
    with pytest.raises(TryAgain, match="did not let us in"):
        mailer.check()
    mailer.check()
    assert server.inbox.contents == []


def test_a_check_signs_in_and_leaves(real_server, mailer_at):
    port, _ = real_server("starttls", auth=True)
    mailer_at(port, security="starttls", username="bell", password="s3cret").check()
    with pytest.raises(TryAgain, match="refused our sign-in: 535"):
        mailer_at(port, security="starttls", username="bell", password="wrong").check()


def test_a_check_of_a_server_that_is_not_there_says_so(mailer_at):
    with pytest.raises(TryAgain, match="did not let us in"):
        mailer_at(1).check()


def test_a_folder_that_cannot_be_written_is_found_by_a_check_and_by_sending(tmp_path, message):
    (tmp_path / "file").write_text("not a folder")
    mailer = FolderMailer(tmp_path / "file" / "sent", lambda: EIGHT)
    with pytest.raises(TryAgain, match="cannot be written"):
        mailer.check()
    with pytest.raises(TryAgain, match="cannot be written"):
        mailer.send(message())
