"""The page behind a personal link: what it shows, what it records, and what it asks for again."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.actions.gather import gather
from bot.domain.evidence import Outcome
from bot.domain.owing import duties
from bot.store import ledger

READ = ("y5", "read-mobile")
TRAIN = ("y5", "safeguarding-training")
STATEMENT = "I have read the Mobile, Smart Technology and Social Media Policy and will follow it."


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def test_the_page_shows_the_school_the_reader_the_text_and_what_will_be_recorded(school, client):
    page = client.get(school.duty(*READ))
    said = words(page)
    for part in (
        "Merriwell Green Primary School",
        "Adam Sorley",
        "Read and acknowledge",
        "Staff keep personal phones switched off and out of sight",
        "version 1",
        STATEMENT,
        "What is recorded",
        "Looking at this page records nothing.",
    ):
        assert part in said


def test_the_reason_names_the_document_and_not_its_key(school, client):
    said = words(client.get(school.duty(*READ)))
    assert "Why you are asked: Mobile, Smart Technology and Social Media Policy 4.1." in said


@pytest.mark.parametrize(
    ("kept_at", "linked"),
    [
        ("https://policies.merriwell.example/mobile", True),
        ("javascript:alert(1)", False),
        ("the office", False),
    ],
)
def test_a_document_kept_elsewhere_is_linked_to_when_it_has_a_web_address(
    school, client, register, kept_at, linked
):
    text = register.read_text(encoding="utf-8")
    here = "file: policies/mobile-and-social-media.md"
    register.write_text(text.replace(here, f'link: "{kept_at}"'), encoding="utf-8")
    school.apply(register)
    page = client.get(school.duty("y4", "account-agreement"))
    assert (f'href="{kept_at}"' in page.text) is linked
    assert ("javascript:" in page.text) is False


def test_acknowledging_records_exactly_what_was_shown(school, form):
    answered = form(school.duty(*READ)).send(outcome="done", name="  adam   SORLEY ")
    assert answered.status_code == 303
    (record,) = school.kept(*READ)
    assert record.outcome is Outcome.DONE
    assert record.statement == STATEMENT
    assert (record.person_name, record.typed_name) == ("Adam Sorley", "adam SORLEY")
    assert (record.identified_by, record.channel) == ("personal link, typed name", "web")
    assert record.recorded_at == school.clock()
    assert (record.policy, record.version_number) == ("mobile-and-social-media", "1")
    assert len(record.sha256_bytes) == len(record.sha256_text) == 64


def test_the_receipt_names_what_was_recorded_and_a_copy_goes_out_by_mail(school, client, form):
    answered = form(school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    said = words(client.get(answered.headers["location"]))
    for part in (
        "Recorded",
        "You need do nothing more for this.",
        STATEMENT,
        "Monday 23 November 2026 at 08:10",
        "HB-",
    ):
        assert part in said
    assert "A copy goes to a.sorley@merriwell.example." in said
    assert school.letters() == [("receipt", "y5")]
    with school.store.reading() as conn:
        assert ledger.verify(conn) is None
        (_, entry), *_ = ledger.entries(conn)
    assert (entry.actor, entry.action) == ("person:y5", "answered: done")


def test_an_answered_page_says_so_and_asks_nothing(school, client, form):
    form(school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    page = client.get(school.duty(*READ))
    assert "You acknowledged this on Monday 23 November 2026 at 08:10." in words(page)
    assert "<form" not in page.text


def test_a_question_is_kept_and_put_to_the_policys_owner(school, client, form):
    asked = form(school.duty(*READ)).send(outcome="question", name="Adam Sorley", question="And my watch?")
    (record,) = school.kept(*READ)
    assert (record.outcome, record.words) == (Outcome.QUESTION, "And my watch?")
    assert sorted(school.letters()) == [("question", "y4"), ("receipt", "y5")]
    assert "Your question is on its way" in words(client.get(asked.headers["location"]))
    again = client.get(school.duty(*READ))
    assert "You asked a question on Monday 23 November 2026" in words(again)
    assert "<form" in again.text


def test_a_refusal_is_kept_with_its_reason_and_a_human_hears_of_it(school, client, form):
    refused = form(school.duty(*READ)).send(outcome="declined", name="Adam Sorley", reason="I need my phone.")
    (record,) = school.kept(*READ)
    assert (record.outcome, record.words) == (Outcome.DECLINED, "I need my phone.")
    assert sorted(school.letters()) == [("question", "hd"), ("receipt", "y5")]
    said = words(client.get(refused.headers["location"]))
    assert "What you were asked to say" in said
    assert "I need my phone." in said


def test_somebody_who_asked_may_still_acknowledge(school, form):
    form(school.duty(*READ)).send(outcome="question", name="Adam Sorley", question="And my watch?")
    form(school.duty(*READ)).send(outcome="done", name="Adam Sorley")
    assert [record.outcome for record in school.kept(*READ)] == [Outcome.QUESTION, Outcome.DONE]


def test_training_is_recorded_on_the_day_it_was_done_with_its_reference(school, form):
    page = form(school.duty(*TRAIN))
    page.send(outcome="done", name="Adam Sorley", done_on="2026-11-20", note="certificate 4471")
    (record,) = school.kept(*TRAIN)
    assert (record.acted_on.isoformat(), record.reference, record.words) == (
        "2026-11-20",
        "certificate 4471",
        None,
    )


@pytest.mark.parametrize("answer", ["done", "question", "declined"])
def test_the_same_form_sent_twice_is_one_record(school, form, answer):
    before = school.written()
    page = form(school.duty(*READ))
    typed = {"outcome": answer, "name": "Adam Sorley", "question": "Why?", "reason": "No."}
    first, second = page.send(**typed), page.send(**typed)
    assert first.headers["location"] == second.headers["location"]
    letters = 1 if answer == "done" else 2
    assert school.written() == (before[0] + 1, before[1] + 1, before[2] + letters)


def test_a_form_sent_many_times_at_once_is_one_record(school, form):
    before = school.written()
    page = form(school.duty(*READ))
    with ThreadPoolExecutor(6) as hands:
        sent = [hands.submit(page.send, outcome="done", name="Adam Sorley") for _ in range(6)]
    assert len({one.result().headers["location"] for one in sent}) == 1
    assert school.written() == (before[0] + 1, before[1] + 1, before[2] + 1)


@pytest.mark.parametrize(
    ("duty", "typed", "said"),
    [
        (READ, {"name": "Adam Sorley"}, "Choose one of the three answers."),
        (READ, {"outcome": "sideways", "name": "Adam Sorley"}, "Choose one of the three answers."),
        (READ, {"outcome": "done"}, "Type your name as it stands here: Adam Sorley."),
        (READ, {"outcome": "done", "name": "Helen Achebe"}, "Type your name as it stands here: Adam Sorley."),
        (READ, {"outcome": "question", "name": "Adam Sorley", "question": "  "}, "Write your question."),
        (READ, {"outcome": "declined", "name": "Adam Sorley"}, "Say in a few words why you cannot agree."),
        (
            READ,
            {"outcome": "question", "name": "Adam Sorley", "question": "?" * 4001},
            "under 4000 characters",
        ),
        (READ, {"outcome": "done", "name": "Adam Sorley", "leave_empty": "x"}, "press the button once more"),
        (READ, {"outcome": "done", "name": "Adam Sorley", "seal": "made up"}, "press the button once more"),
        (TRAIN, {"outcome": "done", "name": "Adam Sorley"}, "Give the day you did it"),
        (TRAIN, {"outcome": "done", "name": "Adam Sorley", "done_on": "soon"}, "Give the day you did it"),
        (TRAIN, {"outcome": "done", "name": "Adam Sorley", "done_on": "2026-11-24"}, "has not come yet"),
        (
            TRAIN,
            {"outcome": "done", "name": "Adam Sorley", "done_on": "2010-01-01"},
            "more than ten years ago",
        ),
    ],
)
def test_what_is_not_right_yet_is_asked_for_again_and_nothing_is_written(school, form, duty, typed, said):
    before = school.written()
    page = form(school.duty(*duty)).send(**typed)
    assert page.status_code == 422
    assert "Nothing is recorded yet" in words(page)
    assert said in words(page)
    assert school.written() == before


def test_every_error_leads_to_its_field_and_nothing_typed_is_lost(school, form):
    typed = {"outcome": "question", "name": "Somebody Else", "question": "<b>Why?</b>"}
    page = BeautifulSoup(form(school.duty(*READ)).send(**typed).text, "html.parser")
    for link in page.select(".errors a"):
        assert page.find(id=link["href"][1:]) is not None
    assert page.find(id="name")["value"] == "Somebody Else"
    assert page.find(id="question").string == "<b>Why?</b>"
    assert page.find(id="outcome-question").has_attr("checked")


def test_a_page_left_open_for_days_asks_to_press_again_and_then_takes_the_answer(school, form):
    page = form(school.duty(*READ))
    school.clock.turn(days=3)
    answer = page.send(outcome="done", name="Adam Sorley")
    assert "This page had been open for a long time." in words(answer)
    seal = BeautifulSoup(answer.text, "html.parser").find("input", {"name": "seal"})["value"]
    assert page.send(outcome="done", name="Adam Sorley", seal=seal).status_code == 303


def test_an_answer_to_a_text_that_changed_meanwhile_is_not_taken(school, form, client, register):
    address = school.duty(*READ)
    page = form(address)
    policy = register.parent / "policies" / "mobile-and-social-media.md"
    policy.write_text(policy.read_text(encoding="utf-8") + "\n\n6.3 Watches too.\n", encoding="utf-8")
    school.apply(register)
    refused = page.send(outcome="done", name="Adam Sorley")
    assert refused.status_code == 422
    assert "The document or the wording changed while you had it open." in words(refused)
    assert school.kept(*READ) == []
    said = words(client.get(address))
    assert "6.3 Watches too." in said
    assert "version 2" in said


def test_a_governor_told_of_a_review_is_asked_for_nothing(school, client):
    school.clock.turn(days=14)
    page = client.get(school.duty("g4", "review-mobile"))
    assert "nothing is asked of you here" in words(page)
    assert "<form" not in page.text


def test_the_clerk_says_what_the_meeting_decided(school, client, form):
    school.clock.turn(days=18)
    with school.store.reading() as conn:
        owed = duties(gather(conn, date(2026, 12, 11), ("merriwell-green",)), date(2026, 12, 11))
    cycle = next(one.cycle for one in owed if one.subject == "minute" and one.person == "cl")
    address = school.duty("cl", "review-mobile", cycle)
    said = words(client.get(address))
    assert "Record what the meeting decided" in said
    assert "Mobile, Smart Technology and Social Media Policy was approved at the meeting." in said
    assert "It was not approved Then we count back from the next meeting" in said
    answer = form(address).send(outcome="done", name="Helena Novak", done_on="2026-12-10", note="12/26")
    assert answer.status_code == 303
    (kept,) = school.kept("cl", "review-mobile")
    assert (kept.subject, kept.acted_on) == ("minute", date(2026, 12, 10))


def test_the_page_of_an_unknown_meeting_leads_to_its_date_and_records_no_word_of_having_told(school, client):
    today = school.clock().date()
    with school.store.reading() as conn:
        owed = duties(gather(conn, today, ("merriwell-green",)), today)
    asked = next(one for one in owed if one.subject == "meetings")
    page = BeautifulSoup(client.get(school.duty("cl", asked.obligation.key, asked.cycle)).text, "html.parser")
    assert "We know of no coming meeting of the Resources committee" in page.get_text()
    assert page.find("a", href="/governors/meetings?body=resources-committee")
    assert page.find("input", value="question")
    assert page.find("input", value="done") is None


def test_an_account_is_named_with_its_agreement(school, client, form):
    said = words(client.get(school.duty("y4", "account-agreement")))
    assert re.search(r"For the account \S.* on (Facebook|Instagram)\.", said)
    assert "I will run this account as the policy says" in said


def test_names_and_words_from_outside_are_never_taken_for_markup(school, client, form):
    shown = form(school.duty(*READ)).send(
        outcome="declined", name="Adam Sorley", reason="<script>alert(1)</script>"
    )
    page = client.get(shown.headers["location"])
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
