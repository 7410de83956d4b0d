"""My duties: what stands on the page, in what order, and an answer given by somebody who is signed in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from bot.planning.service import plan_day
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.evidence import EvidenceRecord
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind

READ = ("y5", "read-mobile")


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def order(page):
    """The states of the open duties, as they stand."""
    soup = BeautifulSoup(page.text, "html.parser")
    return [card.select_one(".chip").get_text(strip=True) for card in soup.select(".duties > li")]


def trained(school, person, days_ago):
    return EvidenceRecord(
        idempotency_key=f"a list {days_ago}",
        school="merriwell-green",
        obligation="safeguarding-training",
        person=person,
        person_name="Adam Sorley",
        acted_on=school.clock().date() - timedelta(days=days_ago),
        recorded_at=school.clock(),
        identified_by="the office's training list",
        channel="import",
    )


def agreed(school, person, number):
    return replace(
        trained(school, person, number),
        idempotency_key=f"agreed {number}",
        obligation="account-agreement",
        policy_title="Mobile, Smart Technology and Social Media Policy",
        version_number="1",
    )


@pytest.fixture
def answer_of(served):
    """Open a duty as somebody signed in, and return a function that sends the form."""

    def opened(client, person, obligation):
        address = f"/me/duty/{obligation}/{served.cycle(person, obligation)}"
        page = client.get(address)
        assert page.status_code == 200, page.text
        (form,) = (
            one
            for one in BeautifulSoup(page.text, "html.parser").find_all("form")
            if one["action"] != "/sign-out"
        )
        hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
        return lambda **typed: client.post(form["action"], data=hidden | typed)

    return opened


def test_the_page_lists_what_is_owed_with_its_reason_and_its_minutes(member):
    page = member("y5").get("/me")
    assert page.status_code == 200
    said = words(page)
    for part in (
        "Merriwell Green Primary School",
        "Adam Sorley",
        "Read and confirm",
        "Mobile, Smart Technology and Social Media Policy",
        "It takes about 6 minutes.",
        "Why: Mobile, Smart Technology and Social Media Policy 4.1.",
    ):
        assert part in said


def test_what_is_to_be_read_is_called_by_its_document_and_anything_else_by_its_own_name(member, served):
    with served.store.reading() as conn:
        register = record_register.load_register(conn, "merriwell-green")
    documents = {one.key: one.title for one in register.policies}
    page = BeautifulSoup(member("y5").get("/me").text, "html.parser")
    shown = {
        card.a["href"].split("/")[3]: card.h3.find(string=True, recursive=False)
        for card in page.select(".duties > li")
    }
    asked = [one for one in register.obligations if one.key in shown]
    assert {one.kind for one in asked} > {Kind.ACKNOWLEDGE}
    assert shown == {
        one.key: documents[one.policy] if one.kind is Kind.ACKNOWLEDGE else one.title for one in asked
    }


def test_the_most_pressing_stands_first(member, served):
    with served.store.writing() as conn:
        record_evidence.record(conn, trained(served, "y5", days_ago=391))
    states = order(member("y5").get("/me"))
    assert states == ["overdue", "not recorded", "not recorded", "not recorded"]


def test_looking_writes_nothing(member, served):
    client = member("y5")
    before = served.written()
    for address in ("/me", f"/me/duty/read-mobile/{served.cycle(*READ)}"):
        assert client.get(address).status_code == 200
        assert client.head(address).status_code == 200
    assert served.written() == before


@pytest.mark.parametrize(
    ("how", "identified", "channel"),
    [
        ("entra", "signed in with Microsoft", "web"),
        ("google", "signed in with Google", "web"),
        ("email link", "signed in by an e-mail link", "web"),
        ("first link", "signed in by a one-time link", "web"),
        ("kiosk", "kiosk, own PIN", "kiosk"),
    ],
)
def test_what_is_recorded_says_how_the_person_was_known(member, served, answer_of, how, identified, channel):
    client = member("y5", how)
    answered = answer_of(client, *READ)(outcome="done")
    assert answered.status_code == 303
    (record,) = served.kept(*READ)
    assert (record.identified_by, record.channel, record.typed_name) == (identified, channel, None)
    assert record.outcome is Outcome.DONE
    receipt = client.get(answered.headers["location"])
    assert "You need do nothing more" in receipt.text
    assert "Name you typed" not in receipt.text


def test_an_agreement_is_signed_with_a_typed_name_too(member, served, answer_of):
    send = answer_of(member("y5", "entra"), "y5", "agree-acceptable-use")
    refused = send(outcome="done")
    assert refused.status_code == 422
    assert "Enter your name as shown: Adam Sorley." in refused.text
    assert send(outcome="done", name="Adam Sorley").status_code == 303
    (record,) = served.kept("y5", "agree-acceptable-use")
    assert record.identified_by == "signed in with Microsoft, typed name"


def test_the_same_answer_by_link_and_signed_in_is_one_record(member, served, answer_of, form):
    by_link, signed_in = form(served.duty(*READ)), answer_of(member("y5"), *READ)
    first, second = signed_in(outcome="done"), by_link.send(outcome="done", name="Adam Sorley")
    assert first.headers["location"].rpartition("/")[2] == second.headers["location"].rpartition("/")[2]
    assert len(served.kept(*READ)) == 1


def test_what_is_done_stands_there_with_its_day_and_its_receipt(member, answer_of):
    client = member("y5")
    before = client.get("/me")
    receipt = answer_of(client, *READ)(outcome="done").headers["location"]
    after = client.get("/me")
    assert len(order(after)) == len(order(before)) - 1
    assert f'href="{receipt}"' in after.text
    done = BeautifulSoup(after.text, "html.parser").select_one(f"a[href='{receipt}']").find_parent("li")
    assert "Mon 23 Nov" in done.get_text()


def test_what_is_done_is_called_as_it_was_asked_and_of_several_accounts_for_which(member, served):
    with served.store.reading() as conn:
        accounts = [
            one for one in record_register.load_register(conn, "merriwell-green").accounts if one.ours
        ]
    signed = [replace(agreed(served, "y4", number), subject=one.key) for number, one in enumerate(accounts)]
    with served.store.writing() as conn:
        for one in (*signed, trained(served, "y4", 3)):
            record_evidence.record(conn, one)
    page = BeautifulSoup(member("y4").get("/me").text, "html.parser")
    done = [one.get_text() for one in page.select("section[aria-labelledby=done-heading] a")]
    assert sorted(done) == sorted(
        [
            "Safeguarding and child protection training",
            *(f"Social media account agreement, version 1: {one.called}" for one in accounts),
        ]
    )


def test_the_receipt_of_what_the_office_recorded_says_what_and_when_and_never_none(member, served):
    with served.store.writing() as conn:
        receipt = record_evidence.record(conn, trained(served, "y4", 3))
    said = words(member("y4").get(f"/me/receipt/{receipt}"))
    assert "None" not in said
    assert "What it is about Safeguarding and child protection training" in said
    assert "The office recorded Done on Friday 20 November 2026" in said
    assert "A copy goes to" not in said


def test_the_receipt_of_an_agreement_names_its_account(member, served):
    accounts = {"facebook": "Merriwell Green Primary School on Facebook"}
    with served.store.writing() as conn:
        one = replace(agreed(served, "y4", 1), subject="facebook", statement="I will.", sha256_bytes="0" * 64)
        receipt = record_evidence.record(conn, one)
    page = BeautifulSoup(member("y4").get(f"/me/receipt/{receipt}").text, "html.parser")
    assert page.title.text.startswith(f"Recorded: Social media account agreement, for {accounts['facebook']}")
    assert f"Account {accounts['facebook']}" in " ".join(page.get_text(" ").split())


def test_a_question_waits_until_a_person_answers_it(member, served, answer_of):
    client = member("y5")
    answer_of(client, *READ)(outcome="question", question="Does this cover my watch?")
    said = words(client.get("/me"))
    assert "You asked a question on Monday 23 November 2026: “Does this cover my watch?”" in said
    assert "Grace Pellow will answer you." in said
    (asked,) = served.kept(*READ)
    with served.store.writing() as conn:
        reply = EvidenceRecord(
            idempotency_key="an answer",
            school=asked.school,
            obligation=asked.obligation,
            person=asked.person,
            person_name=asked.person_name,
            cycle=asked.cycle,
            acted_on=asked.acted_on,
            recorded_at=served.clock(),
            identified_by="the office",
            channel="web",
            outcome=Outcome.ANSWERED,
            words="Yes, a watch as well.",
        )
        record_evidence.record(conn, reply)
    assert "Answered on Monday 23 November 2026: “Yes, a watch as well.”" in words(client.get("/me"))


def test_a_form_of_another_session_is_not_taken_and_what_was_typed_is_kept(member, served, answer_of):
    mine, theirs = member("y5"), member("y6")
    other = BeautifulSoup(theirs.get("/me").text, "html.parser").find("input", {"name": "seal"})["value"]
    refused = answer_of(mine, *READ)(outcome="question", question="My own words", seal=other)
    assert refused.status_code == 422
    assert "Nothing is recorded yet" in refused.text
    assert "My own words" in refused.text
    assert served.kept(*READ) == []


def test_no_one_opens_what_another_owes_or_did(member, served, answer_of):
    receipt = answer_of(member("y5"), *READ)(outcome="done").headers["location"]
    assert member("y6").get(receipt).status_code == 404
    cycle = served.cycle("dh", "dsl-training")
    assert member("y6").get(f"/me/duty/dsl-training/{cycle}").status_code == 410
    assert member("y6").get("/me/duty/no-such-thing/first").status_code == 410


def test_a_new_starter_sees_the_first_day_week_and_month_and_who_is_who(member, answer_of, served):
    # On their second day; nobody is late for what they were not asked in time.
    served.clock.turn(days=-9)
    client = member("ta4")
    said = words(client.get("/me"))
    assert "Week 1" in said
    assert "Month 1" in said
    assert "Who is who" in said
    assert "Tom Okafor-Lane" in said
    assert "0 of " in said
    answer_of(client, "ta4", "read-child-protection")(outcome="done")
    assert "1 of " in words(client.get("/me"))
    served.clock.turn(days=69)
    later = words(member("ta4").get("/me"))
    assert "Week 1" not in later


def places(client):
    """Under which of a new starter's headings each thing stands, what is done included."""
    page = client.get("/me")
    assert page.status_code == 200, page.text
    soup = BeautifulSoup(page.text, "html.parser")
    for eyebrow in soup.select("h3 .eyebrow"):
        eyebrow.decompose()
    return {
        one.get_text(" ", strip=True): part.h2.get_text(strip=True)
        for part in soup.select("section[aria-labelledby^=part-]")
        for one in part.select(".duties > li h3, .plain > li > span:first-child")
    }


@pytest.mark.parametrize("told", [False, True], ids=["never told", "told late"])
@pytest.mark.parametrize("leaves_in", [None, 4], ids=["stays", "leaves soon"])
def test_what_is_done_keeps_its_place_among_the_first_days(member, served, answer_of, told, leaves_in):
    """Nobody asked them in time, so that it is due later than they were meant to do it."""
    if leaves_in:
        served.clock.turn(days=-9)
        served.change_person("ta4", leaves_on=served.clock().date() + timedelta(days=leaves_in))
    if told:
        plan_day(served.services, served.clock())
        served.clock.turn(days=1)
    client = member("ta4")
    before = places(client)
    assert len(before) > 2
    for obligation in ("read-child-protection", "read-mobile", "agree-acceptable-use"):
        answered = answer_of(client, "ta4", obligation)(outcome="done", name="Peter Quill")
        assert answered.status_code == 303
    assert places(client) == before
    served.clock.turn(days=1)
    assert places(member("ta4")) == before


def test_a_month_later_the_same_person_is_no_new_starter(member, served):
    served.change_person("ta4", starts_on=served.clock().date() - timedelta(days=60))
    assert "Who is who" not in member("ta4").get("/me").text
    served.change_person("ta4", starts_on=served.clock().date() - timedelta(days=59))
    assert "Who is who" in member("ta4").get("/me").text


def test_a_person_of_whom_nothing_is_asked_is_told_so(member, served):
    served.change_person("vo", roles=frozenset({"visitor"}))
    said = words(member("vo").get("/me"))
    assert "You have nothing to do" in said
    assert "What you have done will be listed here" in said


def test_what_a_governor_is_only_told_is_not_counted_as_owed(member):
    said = words(member("g4").get("/me"))
    assert "You have nothing to do for it." in said


def test_no_one_signed_in_is_led_to_sign_in(client):
    assert client.get("/me").headers["location"] == "/sign-in?to=/me"


def test_a_person_who_sends_a_form_after_the_session_ended_hears_that_nothing_was_sent_and_comes_back(client):
    page = f"{client.base_url}/me/requests/new?kind=own-device"
    answer = client.post("/me/requests/new", data={"words": "A long story."}, headers={"referer": page})
    assert answer.headers["location"] == "/sign-in?to=/me/requests/new%3Fkind%3Down-device&ended=1"
    said = client.get(answer.headers["location"])
    assert "nothing was sent" in words(said)
    assert 'value="/me/requests/new?kind=own-device"' in said.text


@pytest.mark.parametrize("page", ["https://elsewhere.example/me/requests", "http://[", ""])
def test_a_form_from_nowhere_leads_to_their_own_page(client, page):
    answer = client.post("/me/requests/new", headers={"referer": page})
    assert answer.headers["location"] == "/sign-in?to=/me&ended=1"


def test_a_person_who_leaves_reads_by_their_last_day_and_why_in_words_to_them(served, member):
    with served.store.writing() as conn:
        record_people.set_leaving(conn, "merriwell-green", "y5", date(2026, 11, 27))
    client = member("y5")
    mine = words(client.get("/me"))
    assert "Your last day is 27 November 2026." in mine
    assert "Their last day" not in mine
    cycle = served.cycle("y5", "read-mobile")
    assert "Your last day is 27 November 2026." in words(client.get(f"/me/duty/read-mobile/{cycle}"))
