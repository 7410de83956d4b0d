"""How Google's library behaves in our hands: reads are asked again, writes never."""

import threading
from datetime import UTC, datetime

import pytest
from googleapiclient.errors import HttpError
from httplib2 import Response

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.google.errors import Busy, RequestRefused, of_refusal


def profile(client):
    return client.service("gmail", "v1").users().getProfile(userId="me")


def draft(client, **changed):
    body = {"message": {"raw": "VG86IGpvQG1lcnJpd2VsbC5leGFtcGxlDQoNCkhlbGxv"}} | changed
    return client.service("gmail", "v1").users().drafts().create(userId="me", body=body)


PASSING = ["503 after", "502 after", "drop before", "drop after", "stall before", "stall after",
           "nonsense after", "half after"]  # fmt: skip


@pytest.mark.parametrize("fault", PASSING)
def test_a_read_is_asked_again(google, client, fault):
    google.spoil("gmail.users.getProfile", fault)
    assert client.read(profile(client))["emailAddress"] == "handbell@merriwell.example"
    assert google.heard["gmail.users.getProfile"] == 2


@pytest.mark.parametrize("fault", PASSING)
def test_a_write_that_may_have_been_taken_is_sent_once_and_called_unclear(google, client, fault):
    google.spoil("gmail.users.drafts.create", fault)
    with pytest.raises(OutcomeUnknown):
        client.write(draft(client))
    assert google.heard["gmail.users.drafts.create"] == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (403, "quotaExceeded"), (429, "anything")],
)
def test_a_write_that_came_too_soon_was_not_taken(google, gmail, client, refusal, status, reason):
    google.spoil("gmail.users.drafts.create", refusal(status, reason, "slower"))
    with pytest.raises(Busy, match="asks us to go slower"):
        client.write(draft(client))
    assert google.heard["gmail.users.drafts.create"] == 1
    assert gmail.mailboxes["handbell@merriwell.example"].drafts == {}


def test_a_read_waits_as_long_as_google_asks_and_else_longer_each_time(google, client, refusal, slept):
    google.spoil("gmail.users.getProfile", refusal(429, "rateLimitExceeded", retry_after="17"), "503 after",
                 "503 after")  # fmt: skip
    client.read(profile(client))
    assert slept == [17.0, 2.5, 4.5]


@pytest.mark.parametrize(
    ("heads", "waits"),
    [
        ({"retry-after": "Tue, 24 Nov 2026 08:00:50 GMT", "date": "Tue, 24 Nov 2026 08:00:20 GMT"}, 30.0),
        ({"retry-after": "Tue, 24 Nov 2026 08:00:50 GMT"}, 50.0),
        ({"retry-after": "Tue, 24 Nov 2026 07:00:00 GMT"}, 0.0),
        ({"retry-after": "17"}, 17.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-0000"}, None),
        ({}, None),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(heads, waits):
    refused = HttpError(Response({"status": "429", **heads}), b"{}")
    error = of_refusal(refused, writing=False, now=datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert (type(error), error.after) == (Busy, waits)


def test_no_one_is_followed_elsewhere(google, client, refusal):
    elsewhere = f"{google.root}/gmail/v1/users/me/drafts"
    google.spoil("gmail.users.drafts.create", refusal(307, "moved", location=elsewhere))
    with pytest.raises(OutcomeUnknown, match="307"):
        client.write(draft(client))
    google.spoil("gmail.users.getProfile", *[refusal(302, "moved", location=elsewhere)] * 9)
    with pytest.raises(Busy, match="302"):
        client.read(profile(client))
    assert google.heard.total() == 1 + 5


def test_a_read_gives_way_after_five_askings(google, client):
    google.spoil("gmail.users.getProfile", *["503 after"] * 9)
    with pytest.raises(Busy, match="503 backendError"):
        client.read(profile(client))
    assert google.heard["gmail.users.getProfile"] == 5


def test_a_read_told_to_wait_for_long_leaves_it_to_the_caller(google, client, refusal, slept):
    until = "User-rate limit exceeded.  Retry after 2026-11-24T09:00:00.000Z"
    google.spoil("gmail.users.getProfile", refusal(429, "rateLimitExceeded", until))
    with pytest.raises(TryAgain) as caught:
        client.read(profile(client))
    assert (caught.value.after, slept) == (3600.0, [])


def test_a_token_that_ends_mid_flight_is_replaced_for_a_read(google, client, credentials):
    client.read(profile(client))
    google.grants.clear()
    client.read(profile(client))
    assert credentials.asked == 2


def test_a_write_with_a_token_that_ended_was_not_taken_and_the_next_has_a_new_one(google, client):
    client.read(profile(client))
    google.grants.clear()
    with pytest.raises(TryAgain, match="no longer took our token"):
        client.write(draft(client))
    assert client.write(draft(client))["id"]


def test_a_school_that_has_not_granted_us_anything_reads_what_to_check(client, credentials):
    credentials.refused = "unauthorized_client: Client is unauthorized to retrieve access tokens"
    with pytest.raises(TryAgain, match=r"unauthorized_client.*domain-wide delegation"):
        client.read(profile(client))


def test_a_scope_that_was_not_granted_is_our_matter_and_no_ones_address(client, credentials):
    credentials.granted = {"gmail.metadata"}
    with pytest.raises(TryAgain, match=r"insufficient authentication scopes.*nobody's address is at fault"):
        client.write(draft(client))


def test_a_request_that_google_does_not_describe_is_refused(client):
    with pytest.raises(GiveUp, match=r"unknown field Draft\.messsage"):
        client.write(draft(client, messsage={}))


@pytest.mark.parametrize("status", [400, 404, 409, 410, 412])
def test_what_is_refused_for_good_says_how(google, client, refusal, status):
    google.spoil("gmail.users.drafts.create", refusal(status, "word", "because"))
    with pytest.raises(RequestRefused) as caught:
        client.write(draft(client))
    assert (caught.value.status, caught.value.reason) == (status, "word")


def test_a_day_that_is_used_up_waits_for_hours(google, client, refusal):
    google.spoil("gmail.users.drafts.create", refusal(403, "dailyLimitExceeded"))
    with pytest.raises(TryAgain) as caught:
        client.write(draft(client))
    assert caught.value.after == 6 * 3600


def test_a_google_that_is_not_there_took_nothing(google, client):
    request = draft(client)
    google.stop()
    with pytest.raises(TryAgain, match="could not be reached"):
        client.write(request)


def test_every_thread_has_its_own_service_and_keeps_it(client):
    here, there = client.service("gmail", "v1"), []
    thread = threading.Thread(target=lambda: there.append(client.service("gmail", "v1")))
    thread.start()
    thread.join()
    assert here is client.service("gmail", "v1")
    assert there[0] is not here


def test_a_closed_client_opens_again(client):
    client.read(profile(client))
    client.close()
    client.close()
    assert client.read(profile(client))
