"""The reporter's inbox: only the passphrase opens it, and whatever is wrong is said in the same words."""

from dataclasses import dataclass

import httpx
import pytest
from bs4 import BeautifulSoup
from reported import report_of
from sqlalchemy import text

from bot.cases.corrections import Correction, correct_facts
from bot.cases.service import open_case, post_to_reporter
from bot.reports.service import ReportReceipt, inbox, receive

SCHOOL = "merriwell-green"
ADDRESS = f"/report/{SCHOOL}/inbox"
WRONG = "No report opens with that."


def hidden(page):
    found = BeautifulSoup(page.text, "html.parser").find("form")
    return {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}


@dataclass
class Reporter:
    """Somebody whose report was taken."""

    client: httpx.Client
    received: ReportReceipt

    def open(self, passphrase=None):
        typed = {"passphrase": passphrase or self.received.passphrase}
        return self.client.post(ADDRESS, data=hidden(self.client.get(ADDRESS)) | typed)

    def write(self, words, page=None):
        return self.client.post(f"{ADDRESS}/write", data=hidden(page or self.open()) | {"words": words})


@pytest.fixture
def reporter(served, client):
    report = report_of(
        school=SCHOOL,
        category="staff-devices",
        what="A telephone was used at the gate.",
        where_when="Friday",
        about="A visitor",
        form_key="f" * 32,
    )
    return Reporter(client, receive(served.services, report, served.clock(), served.services.chance))


def posts(page):
    return [one.text for one in BeautifulSoup(page.text, "html.parser").select(".posts .as-typed")]


def letters(school):
    with school.store.reading() as conn:
        return conn.execute(text("select * from message where kind = 'case'")).all()


def test_the_passphrase_opens_the_inbox_however_it_is_written(reporter):
    spelt = reporter.received.passphrase
    for typed in (spelt, spelt.lower(), spelt.replace("-", ""), spelt.replace("-", " ") + " "):
        page = reporter.open(typed)
        assert page.status_code == 200
        assert reporter.received.number in page.text
        assert "We have your report. The headteacher has it." in page.text


def test_messages_stand_in_order_and_say_who_wrote_them(served, reporter):
    number = reporter.received.number
    served.clock.turn(hours=1)
    post_to_reporter(served.services, SCHOOL, number, "hd", words="Which gate?", now=served.clock())
    served.clock.turn(hours=1)
    page = reporter.write("The one by the field.\n\nAt three.")
    assert posts(page) == ["Which gate?", "The one by the field.\n\nAt three."]
    assert "Your message is sent." in page.text
    served.clock.turn(hours=1)
    post_to_reporter(served.services, SCHOOL, number, "hd", words="Thank you.", now=served.clock())
    found = BeautifulSoup(reporter.open().text, "html.parser")
    who = [one.strong.text for one in found.select(".posts li")]
    assert who == ["Merriwell Green Primary School", "You", "Merriwell Green Primary School"]
    assert "Monday 23 November 2026 at 09:10" in found.text


def test_a_person_who_has_the_case_is_told_of_an_answer_without_its_words(served, reporter):
    before = len(letters(served))
    reporter.write("Zanzibar was said.")
    assert len(letters(served)) == before + 1
    assert "Zanzibar" not in str(letters(served))


def test_the_same_words_sent_twice_are_one_message(reporter):
    page = reporter.open()
    reporter.write("The one by the field.", page)
    assert posts(reporter.write("The one by the field.", page)) == ["The one by the field."]
    assert len(posts(reporter.write("And another thing.", page))) == 2


def test_a_message_sent_again_after_an_answer_is_one_and_names_no_one_again(served, reporter):
    number, words = reporter.received.number, "Tom Okafor-Lane saw it too."
    page = reporter.open()
    assert posts(reporter.write(words, page)) == [words]
    served.clock.turn(minutes=30)
    witness = Correction(named=frozenset())
    correct_facts(served.services, SCHOOL, number, "hd", correction=witness, now=served.clock())
    post_to_reporter(served.services, SCHOOL, number, "hd", words="Thank you.", now=served.clock())
    served.clock.turn(minutes=5)
    assert posts(reporter.write(words, page)) == [words, "Thank you."]
    assert open_case(served.services, SCHOOL, number, "dh", served.clock()).case.named == frozenset()
    served.clock.turn(days=7)
    assert posts(reporter.write(words)) == [words, "Thank you.", words]


@pytest.mark.parametrize(
    "typed", ["", "nonsense", "0000-0000-0000-0000", "é" * 90, "x" * 5000, "' or 1=1 --", "\u202e\x00"]
)
def test_wrong_passphrases_all_get_the_same_words(client, reporter, typed):
    page = client.post(ADDRESS, data=hidden(client.get(ADDRESS)) | {"passphrase": typed})
    assert page.status_code == 422
    found = BeautifulSoup(page.text, "html.parser")
    assert found.select_one(".errors li").text.startswith(WRONG)
    assert found.find(id="passphrase").get("value") is None
    assert reporter.received.number not in page.text


def test_a_passphrase_opens_nothing_in_another_setting_or_from_a_forged_page(served, client, reporter):
    assert inbox(served.services, "elsewhere", reporter.received.passphrase, served.clock()) is None
    page = client.post(ADDRESS, data={"passphrase": reporter.received.passphrase, "seal": "forged"})
    assert page.status_code == 422
    assert "Enter the passphrase again" in page.text


def test_trying_passphrases_is_held_back(served, client, reporter):
    answers = {reporter.open(f"{one:016d}").status_code for one in range(10)}
    assert answers == {422}
    assert reporter.open().status_code == 429
    served.clock.turn(seconds=15)
    assert reporter.open().status_code == 200


@pytest.mark.parametrize(
    ("words", "says"),
    [("", "Write your message first."), ("  \n", "Write your message first."), ("x" * 4001, "4,000 letters")],
)
def test_a_message_that_needs_something_is_shown_again(served, reporter, words, says):
    page = reporter.write(words)
    assert page.status_code == 422
    assert says in BeautifulSoup(page.text, "html.parser").select_one(".errors").text
    assert posts(reporter.open()) == []


def test_what_must_not_be_kept_is_turned_away_and_the_way_back_opens_the_inbox(client, reporter):
    page = reporter.write("A pupil disclosed abuse to me.")
    assert page.status_code == 422
    assert "Speak to the designated safeguarding lead (DSL) at once" in page.text
    assert "disclosed" not in page.text
    assert reporter.received.passphrase not in page.text
    assert posts(client.post(ADDRESS, data=hidden(page))) == []
    assert client.post(ADDRESS, data=hidden(page)).status_code == 200


def test_an_open_inbox_page_runs_out_after_two_days(served, reporter):
    page = reporter.open()
    served.clock.turn(days=3)
    answer = reporter.write("Still there?", page)
    assert answer.status_code == 422
    assert "Your message was not sent" in answer.text
    assert posts(reporter.open()) == []


def test_the_passphrase_stands_in_no_address_no_page_and_no_row(served, reporter):
    page = reporter.open()
    assert reporter.received.passphrase not in page.text
    assert reporter.received.passphrase not in str(page.url)
    assert "set-cookie" not in page.headers
    with served.store.reading() as conn:
        kept = str(conn.execute(text("select * from case_file")).all())
    assert reporter.received.passphrase not in kept
    assert reporter.received.passphrase.replace("-", "") not in kept


def test_looking_into_the_inbox_writes_nothing(served, reporter):
    before = served.written()
    reporter.open()
    reporter.client.get(ADDRESS)
    assert served.written() == before
