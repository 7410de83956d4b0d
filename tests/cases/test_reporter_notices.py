"""Who gave an address with a report is told that an answer waits, once for each, and nothing of the case."""

import pytest
from unsealed import case_messages

from bot.cases import context as case_context
from bot.cases import service as case_service
from bot.cases.context import REPORTER
from bot.cases.model import CaseState
from bot.reports.service import inbox, write_back

SCHOOL = "merriwell-green"
PARENT = "parent@mail.example"
WORDS = ("Zanzibar", "photographs", "Kettle", "visitor")


@pytest.fixture
def answered(cases):
    """Report, answer, and deliver; return what was received by the school's reporter."""

    def act(*answers, who="dh", **given):
        taken = cases.send(**given)
        for words in answers:
            cases.do(case_service.post_to_reporter, taken.number, who, words=words)
        return taken

    return act


def queued(cases):
    found = case_messages(cases.school.store, cases.services.case_keys)
    return [(row.kind, row.state) for row, person, _ in found if person == REPORTER]


def text(mail):
    return "".join(mail.get_body((part,)).get_content() for part in ("plain", "html"))


def test_an_answer_is_told_to_the_address_that_was_given_without_a_word_of_the_case(cases, answered):
    taken = answered("Zanzibar is closed.", reporter_name="Kettle", reporter_email=PARENT)
    cases.school.deliver()
    [mail] = cases.school.received(PARENT)
    assert mail["Subject"] == "The school has answered"
    assert mail["Reply-To"] is None
    said = text(mail)
    assert f"https://handbell.merriwell.example/report/{SCHOOL}/inbox" in said
    assert "Open it with your passphrase." in said
    hidden = (*WORDS, taken.number, taken.passphrase)
    assert [word for word in hidden if word in said + str(mail["Subject"])] == []
    assert queued(cases) == [("case", "sent")]


def test_each_answer_is_told_once(cases, answered):
    answered("First.", "Second.", reporter_email=PARENT)
    cases.school.deliver()
    cases.school.deliver()
    assert len(cases.school.received(PARENT)) == 2


@pytest.mark.parametrize(
    "email", [None, "", "no address", "a@b.example, c@d.example", "x@y.example\nBcc: z@y.example"]
)
def test_no_one_is_written_to_where_no_address_was_given(cases, answered, email):
    answered("Thank you.", reporter_email=email)
    assert queued(cases) == []


def test_an_address_of_a_person_the_case_is_about_is_not_written_to(cases, answered):
    answered("Thank you.", who="hd", about="Samuel Kerr", reporter_email="S.Kerr@merriwell.example")
    answered("Thank you.", who="hd", about="Samuel Kerr", person="y1", reporter_email=PARENT)
    assert queued(cases) == []


def test_a_person_who_is_named_before_it_goes_gets_no_letter(cases, answered):
    taken = answered("Thank you.", who="hd", reporter_email="s.kerr@merriwell.example")
    assert queued(cases) == [("case", "waiting")]
    write_back(cases.services, SCHOOL, taken.passphrase, "It was Samuel Kerr.", cases.school.clock())
    cases.school.deliver()
    assert queued(cases) == [("case", "withdrawn")]


def test_the_letter_is_queued_with_the_answer_or_not_at_all(cases, answered):
    with pytest.raises(case_context.TransitionBlocked):
        answered("\n", reporter_email=PARENT)
    assert queued(cases) == []


def test_the_inbox_says_who_has_it_and_when_it_was_answered(cases):
    taken = cases.send()

    def says():
        return inbox(cases.services, SCHOOL, taken.passphrase, cases.school.clock()).state

    assert says() == "We have your report. The designated safeguarding lead has it."
    cases.do(case_service.post_to_reporter, taken.number, "dh", words="Thank you.")
    cases.school.clock.turn(days=1)
    assert says().endswith("has it. We wrote to you on Monday 23 November: it stands below.")
    cases.do(case_service.move, taken.number, "dh", to=CaseState.TRIAGED)
    assert says().startswith("Someone has read your report and is deciding what happens next. The ")
