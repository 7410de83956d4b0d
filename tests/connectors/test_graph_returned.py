"""Mail that came back: only notices are opened, each is found once, and a lost place begins again."""

import time

import pytest

from bot.core.errors import TryAgain
from connectors.microsoft.mail import ReturnedMail
from connectors.microsoft.middleware import mailbox_pace

MACHINE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@merriwell.example"


def notice(
    address,
    status="5.1.10",
    header="Message-ID: <k1@merriwell.example>",
    says="5.1.10 RESOLVER.ADR.RecipientNotFound",
):
    return f"""From: postmaster@merriwell.example
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns;exchange

Final-Recipient: rfc822;{address}
Action: failed
Status: {status}
Diagnostic-Code: smtp;550 {says}

--b
Content-Type: text/rfc822-headers

{header}

--b--
""".encode()


@pytest.fixture
def returned(school_on_graph):
    return school_on_graph.part(ReturnedMail, "office@merriwell.example")


def test_an_address_that_failed_is_found_with_our_message_and_why(school_on_graph, returned):
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    (bounce,) = returned.bounces(None).items
    assert (bounce.address, bounce.message_id) == ("jo@old.example", "k1")
    assert "RecipientNotFound" in bounce.says


@pytest.mark.parametrize(
    ("status", "says"),
    [
        ("5.7.232", "5.7.232 your trial tenant exceeded its limit for external recipients"),
        ("5.7.233", "5.7.233 your tenant exceeded its limit for external recipients"),
        ("5.7.705", "5.7.705 Access denied, tenant has exceeded threshold"),
        ("5.1.7", "5.1.7 invalid sender address"),
        ("5.1.8", "5.1.8 Access denied, bad outbound sender"),
        ("5.1.90", "5.1.90 you have reached your daily limit for message recipients"),
        ("5.0.0", "5.7.233 your trial tenant exceeded its limit"),
    ],
)
def test_a_limit_or_a_block_of_our_own_sending_is_no_ones_address(school_on_graph, returned, status, says):
    school_on_graph.rest.arrives(MACHINE, notice("chair@home.example", status, says=says))
    (bounce,) = returned.bounces(None).items
    assert (bounce.of_sending, bounce.message_id) == (True, "k1")
    assert says in bounce.says


def test_an_address_that_failed_is_not_taken_for_a_limit(school_on_graph, returned):
    for status, says in (("5.1.10", "5.1.10 not found, unlike a 5.7.233"), ("5.1.80", "5.1.80 gone")):
        school_on_graph.rest.arrives(MACHINE, notice("chair@home.example", status, says=says))
    assert [one.of_sending for one in returned.bounces(None).items] == [False, False]


def test_our_id_is_found_where_exchange_wrote_the_message_id_again(school_on_graph, returned, message):
    school_on_graph.mailer().send(message(id="k 2"))
    (sent,) = school_on_graph.double.arrived()
    header = f"Message-ID: <AM0PR0@prod.outlook.com>\nX-Handbell-Message: {sent['X-Handbell-Message']}"
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example", header=header))
    (bounce,) = returned.bounces(None).items
    assert bounce.message_id == "k 2"


def test_another_mailbox_begins_at_its_own_beginning(school_on_graph, returned):
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    everything = returned.bounces(None)
    for before in ("other@merriwell.example https://graph.example/delta?token=1", "12345"):
        assert returned.bounces(before).items == everything.items


def test_reading_the_inbox_takes_large_pages_and_none_of_the_letters_allowance(school_on_graph, message):
    pace = mailbox_pace()
    returned = ReturnedMail(school_on_graph.graph, "office@merriwell.example", pace=pace)
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    begun = time.monotonic()
    cursor = returned.bounces(None).cursor
    for _ in range(10):
        cursor = returned.bounces(cursor).cursor
    # One unit of this pace is 2.4 seconds, and 22 pages would take 53.
    assert time.monotonic() - begun < 30
    read = [said for path, said in school_on_graph.double.preferred if path.endswith("messages/delta()")]
    assert len(read) == 22
    assert set(read) == {"odata.maxpagesize=200"}


def test_what_was_read_is_not_read_again(school_on_graph, returned):
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    first = returned.bounces(None)
    school_on_graph.rest.arrives("mailer-daemon@elsewhere.example", notice("sam@old.example"))
    second = returned.bounces(first.cursor)
    assert [one.address for one in second.items] == ["sam@old.example"]
    assert returned.bounces(second.cursor).items == ()


def test_peoples_letters_are_never_opened(school_on_graph, returned):
    school_on_graph.rest.arrives("parent@home.example", b"Subject: about my child")
    assert returned.bounces(None).items == ()
    assert not [path for _, path in school_on_graph.double.calls if path.endswith("$value")]


@pytest.mark.parametrize("content", [b"Subject: Delayed\n\nPlease wait.", notice("jo@old.example", "4.4.7")])
def test_a_delay_is_no_bounce(school_on_graph, returned, content):
    school_on_graph.rest.arrives("postmaster@elsewhere.example", content)
    assert returned.bounces(None).items == ()


def test_a_place_that_is_lost_begins_again(school_on_graph, returned):
    school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    cursor = returned.bounces(None).cursor
    school_on_graph.rest.inbox_delta.forgotten = True
    assert [one.address for one in returned.bounces(cursor).items] == ["jo@old.example"]


def test_a_notice_that_was_thrown_away_is_passed_over(school_on_graph, returned):
    key = school_on_graph.rest.arrives(MACHINE, notice("jo@old.example"))
    school_on_graph.double.fails(notice=["404"])
    assert returned.bounces(None).items == ()
    del school_on_graph.rest.letters[key]
    assert returned.bounces(None).items == ()


@pytest.mark.parametrize("fault", ["403", "400", "401"])
def test_a_mailbox_that_may_not_be_read_is_tried_again(school_on_graph, returned, fault):
    school_on_graph.double.fails(inbox=[fault])
    with pytest.raises(TryAgain, match="read the shared mailbox's inbox"):
        returned.bounces(None)
