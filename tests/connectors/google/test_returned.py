"""Mail that came back: whose address, which of our messages; by headers alone."""

import pytest

from bot.core.errors import OutcomeUnknown, TryAgain
from bot.ports import Address, Bounce
from connectors.google.bounces import ReturnedToGmail
from connectors.google.scopes import MAIL_WHOLE

MAILBOX = "handbell@merriwell.example"
REPORT = 'multipart/report; report-type=delivery-status; boundary="b"'
FAILED = "Delivery Status Notification (Failure)"


@pytest.fixture
def returned(client, journal):
    return ReturnedToGmail(client, journal)


@pytest.fixture
def notice(box, gmail):
    def arrive(
        address="jo.bell@merriwell.example", *, sender="mailer-daemon@googlemail.com", thread="t", **more
    ):
        headers = {"From": f"Mail Delivery Subsystem <{sender}>", "Subject": FAILED} | more
        if address:
            headers["X-Failed-Recipients"] = address
        return gmail.receive(box, headers, thread)

    return arrive


def test_a_message_that_came_back_is_told_with_our_own_id(returned, mailer, message, notice, box):
    cursor = returned.bounces(None).cursor
    receipt = mailer.send(message(id="k1", to=Address("gone@elsewhere.example")))
    ((sent, thread),) = box.threads.items()
    assert sent != thread == receipt.reference
    notice("gone@elsewhere.example", thread=thread)
    news = returned.bounces(cursor)
    assert news.items == (Bounce("gone@elsewhere.example", "k1", FAILED),)
    assert returned.bounces(news.cursor).items == ()


def test_a_message_whose_sending_was_proved_later_is_told_with_our_own_id(
    returned, mailer, message, notice, google, box
):
    cursor = returned.bounces(None).cursor
    google.spoil("gmail.users.drafts.send", "drop after")
    with pytest.raises(OutcomeUnknown):
        mailer.send(message(id="k1", to=Address("gone@elsewhere.example")))
    assert mailer.look_up("k1") is True
    ((sent, thread),) = box.threads.items()
    assert sent != thread
    notice("gone@elsewhere.example", thread=thread)
    assert [one.message_id for one in returned.bounces(cursor).items] == ["k1"]


def test_a_limit_of_the_mailbox_that_sends_is_no_ones_address(returned, notice, box):
    box.snippets[notice("a@x.example")] = "You have reached a limit for sending mail. It was not sent."
    box.snippets[notice("b@x.example")] = "Address not found. Your message wasn't delivered."
    found = {one.address: one.of_sending for one in returned.bounces(None).items}
    assert found == {"a@x.example": True, "b@x.example": False}


def test_one_notice_may_name_several_and_a_message_no_one_knows(returned, notice):
    notice("a@x.example, b@x.example")
    assert returned.bounces(None).items == (
        Bounce("a@x.example", None, FAILED),
        Bounce("b@x.example", None, FAILED),
    )


def test_a_sender_that_only_claims_to_be_gmail_is_not_believed(returned, notice):
    notice("head@merriwell.example", sender="mailer-daemon@elsewhere.example")
    assert returned.bounces(None).items == ()


@pytest.fixture
def opened(client_of, journal):
    """The inbox where the school lets notices be opened."""
    return ReturnedToGmail(client_of(MAIL_WHOLE, MAILBOX), journal, whole=True)


@pytest.fixture
def report(box, gmail):
    """Deliver a bounce of another mail server (RFC 3464)."""

    def arrive(
        action="failed", status="5.1.1", *, sender="postmaster@elsewhere.example", thread="t", kind=REPORT
    ):
        said = (
            f"From: {sender}\r\nSubject: Undeliverable\r\nContent-Type: {kind}\r\n\r\n--b\r\n"
            "Content-Type: text/plain\r\n\r\nIt did not arrive.\r\n--b\r\n"
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.elsewhere.example\r\n\r\n"
            f"Final-Recipient: rfc822; gone@elsewhere.example\r\nAction: {action}\r\nStatus: {status}\r\n"
            "Diagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n"
        )
        return gmail.receive(box, {}, thread, said.encode())

    return arrive


def test_a_notice_of_another_server_is_opened_and_names_our_message(opened, mailer, message, report):
    receipt = mailer.send(message(id="k1", to=Address("gone@elsewhere.example")))
    report(thread=receipt.reference)
    assert opened.bounces(None).items == (Bounce("gone@elsewhere.example", "k1", "550 no such user"),)


@pytest.mark.parametrize(
    "given",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"sender": "parent@x.example"},
        {"kind": 'multipart/mixed; boundary="b"'},
    ],
)
def test_what_is_no_notice_of_failure_is_passed_over_or_not_even_opened(opened, report, google, given):
    report(**given)
    assert opened.bounces(None).items == ()
    assert google.heard["gmail.users.messages.get"] == (2 if "action" in given else 1)


def test_without_leave_no_notice_is_opened(returned, report, google):
    report()
    assert returned.bounces(None).items == ()
    assert google.heard["gmail.users.messages.get"] == 1


@pytest.mark.parametrize(
    "given",
    [
        {"address": None, "Subject": "Delivery Status Notification (Delay)"},
        {"sender": "parent@x.example"},
        {"address": None, "sender": "jo.bell@merriwell.example", "Subject": "Out of office"},
    ],
)
def test_a_delay_an_answer_and_other_peoples_mail_are_no_failures(returned, notice, given):
    notice(**given)
    assert returned.bounces(None).items == ()


def test_many_pages_of_arrivals_are_read(returned, notice):
    cursor = returned.bounces(None).cursor
    for number in range(7):
        notice(f"p{number}@x.example")
    assert len(returned.bounces(cursor).items) == 7


def test_a_history_that_google_forgot_begins_with_the_latest(returned, notice, box):
    cursor = returned.bounces(None).cursor
    notice("a@x.example")
    box.history_from = box.history_id + 1
    assert [one.address for one in returned.bounces(cursor).items] == ["a@x.example"]


def test_a_notice_that_a_person_threw_away_meanwhile_is_passed_over(returned, notice, box, google, refusal):
    notice("a@x.example")
    google.spoil("gmail.users.messages.get", refusal(404, "notFound"))
    assert returned.bounces(None).items == ()


@pytest.mark.parametrize("fault", ["503 after", "drop after", "stall after", "nonsense after"])
@pytest.mark.parametrize("method", ["getProfile", "history.list", "messages.get", "messages.list"])
def test_a_silence_is_asked_again(returned, notice, google, method, fault):
    cursor = returned.bounces(None).cursor
    notice("a@x.example")
    google.spoil(f"gmail.users.{method}", fault)
    found = returned.bounces(None if method == "messages.list" else cursor)
    assert [one.address for one in found.items] == ["a@x.example"]


def test_an_inbox_we_may_not_read_is_tried_again(returned, credentials):
    credentials.granted = {"gmail.compose"}
    with pytest.raises(TryAgain, match="insufficient authentication scopes"):
        returned.bounces("1000")
