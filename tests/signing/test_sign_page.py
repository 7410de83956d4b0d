"""The page behind a personal link: what it shows, what it records, and what it asks for again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.core.validation import PAGE_EXPIRED
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.rules.evidence import Outcome

READ = ("y5", "read-mobile")
TRAIN = ("y5", "safeguarding-training")
STATEMENT = "I have read the Mobile, Smart Technology and Social Media Policy and will follow it."


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_the_page_shows_the_school_the_reader_the_text_and_what_will_be_recorded(web_school, client):
    page = client.get(web_school.duty(*READ))
    said = words(page)
    for part in (
        "Merriwell Green Primary School",
        "Adam Sorley",
        "Read and confirm",
        "Staff keep personal phones switched off and out of sight",
        "version 1",
        STATEMENT,
        "What is recorded",
        "Looking at this page records nothing.",
    ):
        assert part in said


def test_the_reason_names_the_document_and_not_its_key(web_school, client):
    said = words(client.get(web_school.duty(*READ)))
    assert "Why: Mobile, Smart Technology and Social Media Policy 4.1." in said


@pytest.mark.parametrize(
    ("kept_at", "linked"),
    [
        ("https://policies.merriwell.example/mobile", True),
        ("javascript:alert(1)", False),
        ("the office", False),
    ],
)
def test_a_document_kept_elsewhere_is_linked_to_when_it_has_a_web_address(
    web_school, client, register, kept_at, linked
):
    text = register.read_text(encoding="utf-8")
    here = "file: policies/mobile-and-social-media.md"
    register.write_text(text.replace(here, f'link: "{kept_at}"'), encoding="utf-8")
    web_school.apply(register)
    page = client.get(web_school.duty("y4", "account-agreement"))
    assert (f'href="{kept_at}"' in page.text) is linked
    assert ("javascript:" in page.text) is False


def test_acknowledging_records_exactly_what_was_shown(web_school, form):
    answered = form(web_school.duty(*READ)).send(outcome="done", name="  adam   SORLEY ")
    assert answered.status_code == 303
    (record,) = web_school.kept(*READ)
    assert record.outcome is Outcome.DONE
    assert record.statement == STATEMENT
    assert (record.person_name, record.typed_name) == ("Adam Sorley", "adam SORLEY")
    assert (record.identified_by, record.channel) == ("personal link, typed name", "web")
    assert record.recorded_at == web_school.clock()
    assert (record.policy, record.version_number) == ("mobile-and-social-media", "1")
    assert len(record.sha256_bytes) == len(record.sha256_text) == 64


def test_the_receipt_names_what_was_recorded_and_when_an_email_does(web_school, client, form):
    answered = form(web_school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    said = words(client.get(answered.headers["location"]))
    for part in (
        "Recorded",
        "You need do nothing more for this.",
        STATEMENT,
        "Monday 23 November 2026 at 08:10",
        "HB-",
    ):
        assert part in said
    assert "Your next email names it, to a.sorley@merriwell.example." in said
    assert web_school.letters() == []
    with web_school.store.reading() as conn:
        assert ledger.verify(conn) is None
        (_, entry), *_ = ledger.entries(conn)
    assert (entry.actor, entry.action) == ("person:y5", "answered: done")


def test_an_answered_page_says_so_and_asks_nothing(web_school, client, form):
    form(web_school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    page = client.get(web_school.duty(*READ))
    assert "You confirmed this on Monday 23 November 2026 at 08:10." in words(page)
    assert "<form" not in page.text


def test_a_question_is_kept_and_put_to_the_policys_owner(web_school, client, form):
    asked = form(web_school.duty(*READ)).send(
        outcome="question", name="Adam Sorley", question="And my watch?"
    )
    (record,) = web_school.kept(*READ)
    assert (record.outcome, record.words) == (Outcome.QUESTION, "And my watch?")
    assert sorted(web_school.letters()) == [("question", "y4")]
    assert "Your question has been sent" in words(client.get(asked.headers["location"]))
    again = client.get(web_school.duty(*READ))
    assert "You asked a question on Monday 23 November 2026" in words(again)
    assert "<form" in again.text


def test_a_refusal_is_kept_with_its_reason_and_a_human_hears_of_it(web_school, client, form):
    refused = form(web_school.duty(*READ)).send(
        outcome="declined", name="Adam Sorley", reason="I need my phone."
    )
    (record,) = web_school.kept(*READ)
    assert (record.outcome, record.words) == (Outcome.DECLINED, "I need my phone.")
    assert sorted(web_school.letters()) == [("question", "hd")]
    said = words(client.get(refused.headers["location"]))
    assert "What you were asked to say" in said
    assert "I need my phone." in said


def test_a_person_who_asked_may_still_acknowledge(web_school, form):
    form(web_school.duty(*READ)).send(outcome="question", name="Adam Sorley", question="And my watch?")
    form(web_school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    assert [record.outcome for record in web_school.kept(*READ)] == [Outcome.QUESTION, Outcome.DONE]


def test_training_is_recorded_on_the_day_it_was_done_with_its_reference(web_school, form):
    page = form(web_school.duty(*TRAIN))
    page.send(outcome="done", name="Adam Sorley", done_on="2026-11-20", note="certificate 4471")
    (record,) = web_school.kept(*TRAIN)
    assert (record.acted_on.isoformat(), record.reference, record.words) == (
        "2026-11-20",
        "certificate 4471",
        None,
    )


@pytest.mark.parametrize("answer", ["done", "question", "declined"])
def test_the_same_form_sent_twice_is_one_record(web_school, form, answer):
    before = web_school.written()
    page = form(web_school.duty(*READ))
    typed = {"outcome": answer, "name": "Adam Sorley", "question": "Why?", "reason": "No."}
    first, second = page.send(**typed), page.send(**typed)
    assert first.headers["location"] == second.headers["location"]
    letters = 0 if answer == "done" else 1
    assert web_school.written() == (before[0] + 1, before[1] + 1, before[2] + letters)


def test_a_form_sent_many_times_at_once_is_one_record(web_school, form):
    before = web_school.written()
    page = form(web_school.duty(*READ))
    with ThreadPoolExecutor(6) as hands:
        sent = [hands.submit(page.send, outcome="done", name="Adam Sorley") for _ in range(6)]
    assert len({one.result().headers["location"] for one in sent}) == 1
    assert web_school.written() == (before[0] + 1, before[1] + 1, before[2])


@pytest.mark.parametrize(
    ("duty", "typed", "said"),
    [
        (READ, {"name": "Adam Sorley"}, "Choose an answer."),
        (READ, {"outcome": "sideways", "name": "Adam Sorley"}, "Choose an answer."),
        (READ, {"outcome": "done"}, "Enter your name as shown: Adam Sorley."),
        (READ, {"outcome": "done", "name": "Helen Achebe"}, "Enter your name as shown: Adam Sorley."),
        (READ, {"outcome": "question", "name": "Adam Sorley", "question": "  "}, "Write your question."),
        (READ, {"outcome": "declined", "name": "Adam Sorley"}, "Say in a few words why you cannot agree."),
        (
            READ,
            {"outcome": "question", "name": "Adam Sorley", "question": "?" * 4001},
            "under 4000 characters",
        ),
        (READ, {"outcome": "done", "name": "Adam Sorley", "leave_empty": "x"}, PAGE_EXPIRED),
        (READ, {"outcome": "done", "name": "Adam Sorley", "seal": "made up"}, PAGE_EXPIRED),
        (TRAIN, {"outcome": "done", "name": "Adam Sorley"}, "Give the day you did it"),
        (TRAIN, {"outcome": "done", "name": "Adam Sorley", "done_on": "soon"}, "Give the day you did it"),
        (
            TRAIN,
            {"outcome": "done", "name": "Adam Sorley", "done_on": "2026-11-24"},
            "must not be in the future",
        ),
        (
            TRAIN,
            {"outcome": "done", "name": "Adam Sorley", "done_on": "2010-01-01"},
            "more than 10 years ago",
        ),
    ],
)
def test_what_is_not_right_yet_is_asked_for_again_and_nothing_is_written(web_school, form, duty, typed, said):
    before = web_school.written()
    page = form(web_school.duty(*duty)).send(**typed)
    assert page.status_code == 422
    assert "Nothing is recorded yet" in words(page)
    assert said in words(page)
    assert web_school.written() == before


def test_every_error_leads_to_its_field_and_nothing_typed_is_lost(web_school, form):
    typed = {"outcome": "question", "name": "Somebody Else", "question": "<b>Why?</b>"}
    page = BeautifulSoup(form(web_school.duty(*READ)).send(**typed).text, "html.parser")
    for link in page.select(".errors a"):
        assert page.find(id=link["href"][1:]) is not None
    assert page.find(id="name")["value"] == "Somebody Else"
    assert page.find(id="question").string == "<b>Why?</b>"
    assert page.find(id="outcome-question").has_attr("checked")


def test_a_page_left_open_for_days_asks_to_press_again_and_then_takes_the_answer(web_school, form):
    page = form(web_school.duty(*READ))
    web_school.clock.turn(days=3)
    answer = page.send(outcome="done", name="Adam Sorley")
    assert "This page was open too long." in words(answer)
    seal = BeautifulSoup(answer.text, "html.parser").find("input", {"name": "seal"})["value"]
    assert page.send(outcome="done", name="Adam Sorley", seal=seal).status_code == 303


def test_an_answer_to_a_text_that_changed_meanwhile_is_not_taken(web_school, form, client, register):
    address = web_school.duty(*READ)
    page = form(address)
    policy = register.parent / "policies" / "mobile-and-social-media.md"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n\n6.3 Watches too.\n", encoding="utf-8")
    web_school.apply(register)
    refused = page.send(outcome="done", name="Adam Sorley")
    assert refused.status_code == 422
    assert "The document or the wording changed while you had it open." in words(refused)
    assert web_school.kept(*READ) == []
    said = words(client.get(address))
    assert "6.3 Watches too." in said
    assert "version 2" in said


def test_a_governor_told_of_a_review_is_asked_for_nothing(web_school, client):
    web_school.clock.turn(days=14)
    page = client.get(web_school.duty("g4", "review-mobile"))
    assert "For information only." in words(page)
    assert "<form" not in page.text


def test_the_clerk_says_what_the_meeting_decided(web_school, client, form):
    web_school.clock.turn(days=18)
    with web_school.store.reading() as conn:
        owed = duties(load_snapshot(conn, date(2026, 12, 11), ("merriwell-green",)), date(2026, 12, 11))
    cycle = next(one.cycle for one in owed if one.subject == "minute" and one.person == "cl")
    address = web_school.duty("cl", "review-mobile", cycle)
    said = words(client.get(address))
    assert "Record what the meeting decided" in said
    assert "Mobile, Smart Technology and Social Media Policy was approved at the meeting." in said
    assert "It was not approved Then we count back from the next meeting" in said
    answer = form(address).send(outcome="done", name="Helena Novak", done_on="2026-12-10", note="12/26")
    assert answer.status_code == 303
    (kept,) = web_school.kept("cl", "review-mobile")
    assert (kept.subject, kept.acted_on) == ("minute", date(2026, 12, 10))


def test_the_page_of_an_unknown_meeting_leads_to_its_date_and_records_no_word_of_having_told(
    web_school, client
):
    today = web_school.clock().date()
    with web_school.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, ("merriwell-green",)), today)
    asked = next(one for one in owed if one.subject == "meetings")
    page = BeautifulSoup(
        client.get(web_school.duty("cl", asked.obligation.key, asked.cycle)).text, "html.parser"
    )
    assert "We know of no coming meeting of the Resources committee" in page.get_text()
    assert page.find("a", href="/governors/meetings?body=resources-committee")
    assert page.find("input", value="question")
    assert page.find("input", value="done") is None


def test_an_account_is_named_with_its_agreement(web_school, client, form):
    said = words(client.get(web_school.duty("y4", "account-agreement")))
    assert re.search(r"For the account \S.* on (Facebook|Instagram)\.", said)
    assert "I will run this account as the policy says" in said


def test_names_and_words_from_outside_are_never_taken_for_markup(web_school, client, form):
    shown = form(web_school.duty(*READ)).send(
        outcome="declined", name="Adam Sorley", reason="<script>alert(1)</script>"
    )
    page = client.get(shown.headers["location"])
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


def named_before(client, address):
    return BeautifulSoup(client.get(address).text, "html.parser").find(id="name")["value"]


def test_a_name_is_typed_once_a_sitting_and_never_offered_to_another(web_school, client, form):
    other = web_school.duty("y3", "read-mobile")
    second = web_school.duty("y5", "read-child-protection")
    assert named_before(client, second) == ""
    answered = form(web_school.duty(*READ)).send(outcome="done", name="Adam  Sorley")
    assert answered.status_code == 303
    assert named_before(client, second) == "Adam Sorley"
    assert named_before(client, other) == ""
    web_school.clock.turn(hours=2)
    assert named_before(client, second) == ""
