"""The next reader is named in the turn that ends a message; whatever then happens, each message is itself."""

import socket
import time

import pytest

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from bot.ports import Address


@pytest.fixture
def pipelines():
    """Only such a server takes commands behind the end of a message."""
    return True


@pytest.fixture
def two(message):
    """Two messages for two readers."""
    return tuple(
        message(id=name, to=Address(f"{name}@merriwell.example", name), text=f"For {name}.\n")
        for name in ("ann", "ben")
    )


def following(*messages):
    """Return each message with its delay."""
    return lambda later: messages[later - 1] if later <= len(messages) else None


def heard(server, phase, times):
    """Wait until a server heard a command so often; a minute passes only where it never does."""
    ends = time.monotonic() + 60
    while server.heard[phase] < times and time.monotonic() < ends:
        time.sleep(0.005)
    return server.heard[phase] == times


def ids(server):
    return [mail["Message-ID"].strip("<>").partition("@")[0] for mail in server.inbox.mails()]


def test_the_next_reader_is_named_with_the_end_of_a_message(unruly, mailer_at, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port)
    mailer.send(ann, following(ben))
    assert heard(server, "data", 2)
    assert ids(server) == ["ann"]
    mailer.send(ben, following(ann))
    mailer.send(ann)
    assert ids(server) == ["ann", "ben", "ann"]
    assert server.inbox.connections == 1
    assert server.heard["mail"] == 3


def test_over_tls_as_well(unruly, certified, mailer_at, two):
    server, (ann, ben) = unruly(tls=certified), two
    mailer = mailer_at(server.port, security="tls")
    for one, then in ((ann, ben), (ben, ann), (ann, None)):
        mailer.send(one, following(then))
    assert ids(server) == ["ann", "ben", "ann"]
    assert (server.inbox.connections, server.heard["mail"]) == (1, 3)


@pytest.mark.parametrize("at_a_time", [1, 9, 400])
def test_all_goes_however_little_the_system_takes_at_once(unruly, mailer_at, two, monkeypatch, at_a_time):
    take = socket.socket.send
    monkeypatch.setattr(socket.socket, "send", lambda sock, data: take(sock, data[:at_a_time]))
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port)
    for one, then in ((ann, ben), (ben, None)):
        mailer.send(one, following(then))
    bodies = [mail.get_body("plain").get_content() for mail in server.inbox.mails()]
    assert bodies == ["For ann.\r\n", "For ben.\r\n"]
    assert (server.inbox.connections, server.heard["mail"]) == (1, 2)


def test_an_answer_is_heard_though_only_half_of_the_next_was_named(
    unruly, mailer_at, two, monkeypatch, impatient
):
    take, rest = socket.socket.send, socket.socket.sendall

    def take_short(sock, data):
        return take(sock, data.removesuffix(b"ATA\r\n"))

    def lose_the_rest(sock, data):
        if data == b"ATA\r\n":
            raise ConnectionResetError
        rest(sock, data)

    monkeypatch.setattr(socket.socket, "send", take_short)
    monkeypatch.setattr(socket.socket, "sendall", lose_the_rest)
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port, timeout=impatient)
    mailer.send(ann, following(ben))
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]
    assert server.inbox.connections == 2


def test_what_follows_and_cannot_be_written_harms_no_one_before_it(unruly, mailer_at, message, two):
    server, (ann, ben) = unruly(), two
    broken = message(id="eve", subject=None)
    mailer = mailer_at(server.port)
    mailer.send(ann, following(broken))
    with pytest.raises(AttributeError):
        mailer.send(broken)
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]


def test_a_recipient_named_ahead_whose_message_does_not_come_gets_nothing(unruly, mailer_at, message, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port)
    mailer.send(ann, following(ben))
    mailer.send(message(id="cas"))
    assert ids(server) == ["ann", "cas"]
    assert server.inbox.connections == 2


def test_who_leaves_after_naming_a_person_says_nothing_more(unruly, mailer_at, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port)
    mailer.send(ann, following(ben))
    mailer.close()
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]
    assert server.heard["quit"] == 0


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_takes_one_command_at_a_time_is_asked_so(real_server, mailer_at, two, security):
    (port, inbox), (ann, ben) = real_server(security), two
    mailer = mailer_at(port, security=security)
    mailer.send(ann, following(ben))
    mailer.send(ben)
    assert [mail["To"].addresses[0].username for mail in inbox.mails()] == ["ann", "ben"]


def test_a_slow_mailbox_keeps_no_server_waiting(unruly, mailer_at, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port, per_minute=599, sleep=lambda _: None)
    mailer.send(ann, following(ben))
    mailer.send(ben)
    assert server.heard["rset"] == 0
    assert ids(server) == ["ann", "ben"]
    mailer.send(ann, following(ben))
    # Who had named somebody would leave without this word.
    mailer.close()
    assert heard(server, "quit", 1)
    assert server.heard["mail"] == 3


def test_no_one_is_named_where_the_connection_ends(unruly, mailer_at, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port, messages_per_connection=2)
    for one, then in ((ann, ben), (ben, ann), (ann, ben)):
        mailer.send(one, following(then))
    assert ids(server) == ["ann", "ben", "ann"]
    assert (server.inbox.connections, server.heard["quit"]) == (2, 1)


@pytest.mark.parametrize(
    ("reply", "error"), [("550 5.1.1 no such user", AddressRefused), ("450 4.2.0 greylisted", TryAgain)]
)
def test_a_reader_refused_ahead_is_refused_in_their_turn(unruly, mailer_at, two, reply, error):
    server, (ann, ben) = unruly(rcpt=["250 2.1.5 ok", reply]), two
    mailer = mailer_at(server.port)
    mailer.send(ann, following(ben))
    with pytest.raises(error, match=reply):
        mailer.send(ben, following(ann))
    mailer.send(ann)
    assert ids(server) == ["ann", "ann"]
    assert server.inbox.connections == 1


@pytest.mark.parametrize("reply", ["354 go on", "250 not that"])
def test_who_waits_for_a_content_that_no_one_may_get_is_left_at_once(unruly, mailer_at, two, reply):
    server, (ann, ben) = unruly(rcpt=["550 5.1.1 no such user"], data=[reply]), two
    mailer, began = mailer_at(server.port, timeout=60), time.monotonic()
    with pytest.raises(AddressRefused):
        mailer.send(ann)
    mailer.send(ben)
    assert time.monotonic() - began < 60
    assert ids(server) == ["ben"]
    assert (server.inbox.connections, server.heard["rset"]) == (2, 0)


def test_a_strange_word_before_the_content_means_that_it_was_certainly_not_taken(unruly, mailer_at, two):
    server, (ann, _) = unruly(data=["250 not that"]), two
    mailer = mailer_at(server.port)
    with pytest.raises(TryAgain, match="250 not that"):
        mailer.send(ann)
    mailer.send(ann)
    assert ids(server) == ["ann"]


def test_an_address_that_nothing_can_be_sent_to_waits_for_its_turn(unruly, mailer_at, message, two):
    server, (ann, _) = unruly(), two
    nobody = message(id="dee", to=Address("not an address"))
    mailer = mailer_at(server.port)
    mailer.send(ann, following(nobody))
    with pytest.raises(AddressRefused):
        mailer.send(nobody, following(ann))
    mailer.send(ann)
    assert ids(server) == ["ann", "ann"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [("451 4.3.0 later", TryAgain), ("554 5.6.0 not this", GiveUp), ("huh?", OutcomeUnknown)],
)
def test_a_message_refused_at_its_end_leaves_the_next_alone(unruly, mailer_at, two, reply, error):
    server, (ann, ben) = unruly(dot=[reply]), two
    mailer = mailer_at(server.port)
    with pytest.raises(error):
        mailer.send(ann, following(ben))
    mailer.send(ben)
    assert ids(server) == ["ben"]
    assert server.heard["rset"] == 0


@pytest.mark.parametrize(
    "replies",
    [
        {"mail": ["554 5.5.0 synchronization error"]},
        {"mail": ["250 ok\r\n250 stray"]},
        {"data": ["250 not that"]},
        {"data": ["554 5.5.1 no"]},
        {"data": ["354 go on\r\n250 2.0.0 taken already"]},
        *({phase: [fault]} for phase in ("mail", "rcpt", "data") for fault in ("drop", "421 4.3.2 closing")),
    ],
)
def test_whatever_else_is_wrong_with_naming_ahead_the_message_is_asked_about_again(
    unruly, mailer_at, two, replies
):
    ordinary = {"mail": "250 ok", "rcpt": "250 ok", "data": "354 go on"}
    server = unruly(**{phase: [ordinary[phase], *wrong] for phase, wrong in replies.items()})
    mailer, (ann, ben) = mailer_at(server.port), two
    mailer.send(ann, following(ben))
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]
    assert server.inbox.connections == 2


@pytest.mark.parametrize("pipelines", [True, False])
@pytest.mark.parametrize("security", ["none", "tls"])
def test_an_answer_too_many_is_never_taken_for_the_one_to_a_message(
    unruly, certified, mailer_at, two, security
):
    tls = certified if security == "tls" else None
    server, (ann, ben) = unruly(tls, data=["354 go on\r\n250 2.0.0 taken already"]), two
    mailer = mailer_at(server.port, security=security)
    with pytest.raises(TryAgain):
        mailer.send(ann)
    mailer.send(ben)
    assert ids(server) == ["ben"]


def test_a_server_that_does_not_bear_it_is_soon_asked_in_the_usual_way(unruly, mailer_at, message):
    server = unruly(mail=["250 ok", "drop", "250 ok", "drop"])
    mailer = mailer_at(server.port)
    many = [message(id=str(number)) for number in range(6)]
    for one, then in zip(many, [*many[1:], None], strict=True):
        mailer.send(one, following(then))
    assert ids(server) == [one.id for one in many]
    assert server.inbox.connections == 3
    mailer.close()
    mailer.send(many[0], following(many[1]))
    assert heard(server, "mail", 10)


def test_whatever_happens_meanwhile_the_connection_is_not_left_half_way(unruly, mailer_at, two):
    server, (ann, ben) = unruly(), two
    mailer = mailer_at(server.port)

    def stopped(later):
        if later == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mailer.send(ann, stopped)
    mailer.send(ben)
    mailer.close()
    assert ids(server) == ["ann", "ben"]
    assert (server.inbox.connections, server.heard["quit"]) == (2, 1)


@pytest.mark.parametrize("fault", ["drop", "stall", "drop after taking"])
def test_no_word_after_the_end_is_unclear_and_the_next_goes_on_another(
    unruly, mailer_at, two, impatient, fault
):
    server, (ann, ben) = unruly(dot=[fault]), two
    mailer = mailer_at(server.port, final_timeout=impatient)
    with pytest.raises(OutcomeUnknown):
        mailer.send(ann, following(ben))
    mailer.send(ben)
    assert ids(server)[-1] == "ben"
    assert ids(server).count("ben") == 1
    assert server.inbox.connections == 2


@pytest.mark.parametrize("pipelines", [True, False])
def test_an_answer_is_heard_though_the_server_was_gone_before_the_next_was_named(unruly, mailer_at, two):
    server, (ann, ben) = unruly(dot=["250 2.0.0 taken, and that was all"]), two
    mailer = mailer_at(server.port)

    def slowly(later):
        time.sleep(0.1)
        return ben if later == 1 else None

    assert mailer.send(ann, slowly).reference == "2.0.0 taken, and that was all"
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]
    assert server.inbox.connections == 2


@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_server_that_hung_up_meanwhile_is_called_again(unruly, certified, mailer_at, two, security):
    server, (ann, ben) = unruly(tls=certified if security == "tls" else None), two
    mailer = mailer_at(server.port, security=security)
    mailer.send(ann, following(ben))
    assert heard(server, "data", 2)
    server.hang_up()
    mailer.send(ben)
    assert ids(server) == ["ann", "ben"]
