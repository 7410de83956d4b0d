"""The office's pages: what needs it, what was sent, questions from staff; and nobody else gets in."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.delivery.service import deliver
from bot.messages import claim_store
from bot.messages import store as message_store
from bot.planning.service import plan_day
from bot.records import people as record_people

SCHOOL = "merriwell-green"
READ = ("y5", "read-mobile")
PAGES = ["/office", "/office/messages", "/office/people", "/office/people/import", "/office/questions"]


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


def refuse(served, person, reason="550 5.1.1 no such user"):
    """Mail to somebody came back: their letter of today was given up."""
    plan_day(served.services, served.clock())
    with served.store.writing() as conn:
        record_people.mark_unreachable(conn, person, reason)
        (one,) = message_store.recent(conn, school=SCHOOL, person=person)
        claim_store.lease(conn, now=served.clock(), owner="a test", limit=500, lease_for=timedelta(minutes=5))
        message_store.begin_attempt(conn, one.id, owner="a test", now=served.clock())
        message_store.settle_given_up(conn, one.id, owner="a test", now=served.clock(), reason=reason)
        message_store.decide_again(conn, one.id)
    return one.id


@pytest.mark.parametrize("address", PAGES)
def test_the_office_opens_its_pages_and_looking_writes_nothing(member, served, address):
    client = member("of")
    before = served.written()
    assert client.get(address).status_code == 200
    assert client.head(address).status_code == 200
    assert served.written() == before


@pytest.mark.parametrize("address", [*PAGES, "/office/people/of/ck"])
@pytest.mark.parametrize("person", ["y5", "gc", "cl"])
def test_no_one_else_opens_them(member, address, person):
    page = member(person).get(address)
    assert page.status_code == 403
    assert "Beth Larkin" not in page.text


def test_a_person_who_is_not_signed_in_is_sent_to_sign_in(client):
    assert client.get("/office").headers["location"] == "/sign-in?to=/office"


def test_the_first_page_says_what_needs_the_office_and_what_to_do(member, served, asks):
    asks()
    refuse(served, "ck")
    said = words(member("of").get("/office"))
    assert "Adam Sorley asks about Mobile, Smart Technology and Social Media Policy" in said
    assert "1 person not getting email" in said
    assert (
        "kitchen@merriwell.example. No such address. Correct the address. Their tasks will go there next."
        in said
    )
    assert "1 person has no e-mail address: Irene Castle" in said
    assert "No coming meeting of the Resources committee is known." in said


def test_a_leaver_of_the_next_weeks_is_told_of(member, served):
    served.change_person("y6", leaves_on=local_date(served.clock()) + timedelta(days=10))
    assert "Nadia Karim leaves on Thursday 3 December 2026." in words(member("of").get("/office"))


def test_messages_say_what_became_of_them_in_words(member, served):
    refuse(served, "ck")
    said = words(member("of").get("/office/messages?person=ck"))
    assert "Lucia Ferrante" in said
    assert "No such address. It was refused for good. Mend the address, then this can go again." in said
    assert "The mail server said: 550 5.1.1 no such user" in said
    assert "Send again" not in said


def test_messages_are_found_by_person_and_by_what_became_of_them(member, served):
    plan_day(served.services, served.clock())
    deliver(served.services, now=served.clock(), limit=3)
    client = member("of")
    everything = words(client.get("/office/messages"))
    waiting = words(client.get("/office/messages?state=waiting"))
    sent = words(client.get("/office/messages?state=sent"))
    assert "3 messages" in sent
    assert "3 messages" not in waiting
    assert "Not before" in everything
    assert "No message is like that." in words(client.get("/office/messages?state=refused"))
    assert words(client.get("/office/messages?state=spoilt")) == everything


def test_no_message_about_a_case_is_ever_listed(member, served, case_of):
    case_of()
    page = words(member("hd").get("/office/messages"))
    assert "Nothing has been sent yet." in page


def test_a_refused_message_goes_again_once_the_address_is_mended(member, served):
    message = refuse(served, "ck")
    client = member("of")
    refused = post(client, served, f"/office/messages/{message}/again")
    assert refused.status_code == 422
    assert "still refuses mail" in words(refused)
    mended = post(client, served, "/office/people/of/ck/address", email="lucia.ferrante@merriwell.example")
    assert mended.status_code == 303
    again = post(client, served, f"/office/messages/{message}/again")
    assert again.status_code == 303
    assert "told in their next planned message" in words(client.get(again.headers["location"]))
    served.clock.turn(days=1)
    plan_day(served.services, served.clock())
    with served.store.reading() as conn:
        newest = message_store.recent(conn, school=SCHOOL, person="ck")[0]
    assert newest.id != message
    assert newest.state == "waiting"


def test_a_refused_question_goes_again_as_it_was(member, served, asks):
    asks()
    with served.store.writing() as conn:
        letter = next(one for one in message_store.recent(conn, school=SCHOOL) if one.kind == "question")
        claim_store.lease(conn, now=served.clock(), owner="a test", limit=500, lease_for=timedelta(minutes=5))
        message_store.begin_attempt(conn, letter.id, owner="a test", now=served.clock())
        message_store.settle_given_up(
            conn, letter.id, owner="a test", now=served.clock(), reason="552 too large"
        )
    client = member("of")
    again = post(client, served, f"/office/messages/{letter.id}/again")
    assert "It goes again" in words(client.get(again.headers["location"]))
    with served.store.reading() as conn:
        waiting = message_store.find(conn, SCHOOL, letter.id)
    assert (waiting.state, waiting.settled_at) == ("waiting", None)
    with served.store.writing() as conn:
        everybodys = {"now": served.clock(), "limit": 500, "lease_for": timedelta(minutes=5)}
        assert letter.id in [one.id for one in claim_store.lease(conn, owner="another", **everybodys)]


def test_a_message_of_another_school_cannot_be_let_go(member, served, second_school):
    message = refuse(served, "ck")
    other = member("oo", school=second_school)
    refused = post(other, served, f"/office/messages/{message}/again")
    assert refused.status_code == 422
    assert "not here any more" in words(refused)
    assert "Lucia" not in refused.text
