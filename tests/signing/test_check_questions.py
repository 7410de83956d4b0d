"""Questions after reading: a yes counts once all are right, every attempt is kept, and no answer is lost."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from bot.core.errors import BadInput
from bot.records import ledger
from bot.records.quiz import quiz_attempt

READ = ("y5", "read-mobile")
ASKS = """    statement: I have read the Mobile, Smart Technology and Social Media Policy and will follow it.
    questions:
      - ask: Where is your phone while you teach?
        answers: [Switched off and out of sight, In my pocket]
        right: 1
      - ask: Who may allow something else?
        answers: [Anybody, The office, The headteacher]
        right: 3
"""


@pytest.fixture
def asking(served, register):
    """The register asks two questions after reading; `asking(ASKS)` writes something else."""

    def write(asks):
        text = register.read_text(encoding="utf-8")
        before, _, after = text.partition(ASKS if ASKS in text else ASKS.splitlines(keepends=True)[0])
        register.write_text(before + asks + after, encoding="utf-8")
        served.apply(register)

    write(ASKS)
    return write


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def attempts(school):
    with school.store.reading() as conn:
        assert ledger.verify(conn) is None
        query = select(quiz_attempt).order_by(quiz_attempt.c.id)
        return [(row.person, list(row.given), row.wrong) for row in conn.execute(query)]


def test_the_questions_stand_with_the_answer_and_a_yes_counts_once_all_are_right(
    served, asking, form, client
):
    page = form(served.duty(*READ))
    assert "Where is your phone while you teach?" in words(client.get(served.duty(*READ)))
    refused = page.send(outcome="done", name="Adam Sorley", check_1="1", check_2="2")
    assert refused.status_code == 422
    said = words(refused)
    assert "Question 2: look at this again. The answer is in the text." in said
    assert "Question 1: look" not in said
    soup = BeautifulSoup(refused.text, "html.parser")
    assert soup.find(id="check_1-1").has_attr("checked")
    assert served.kept(*READ) == []
    answered = page.send(outcome="done", name="Adam Sorley", check_1="1", check_2="3")
    assert answered.status_code == 303
    assert attempts(served) == [("y5", [1, 2], 1), ("y5", [1, 3], 0)]
    assert "All right, after 2 tries" in words(client.get(answered.headers["location"]))
    again = page.send(outcome="done", name="Adam Sorley", check_1="1", check_2="3")
    assert again.headers["location"] == answered.headers["location"]
    assert len(attempts(served)) == 2


def test_a_question_that_was_not_answered_is_no_attempt(served, asking, form):
    refused = form(served.duty(*READ)).send(outcome="done", name="Adam Sorley", check_1="1", check_2="x")
    assert "Question 2: choose an answer." in words(refused)
    assert attempts(served) == []


def test_with_another_fault_the_answers_are_not_looked_at_yet(served, asking, form):
    refused = form(served.duty(*READ)).send(outcome="done", name="Somebody Else", check_1="2", check_2="2")
    assert "Enter your name as shown" in words(refused)
    assert attempts(served) == []


def test_asking_a_question_of_ones_own_needs_none_of_them(served, asking, form):
    asked = form(served.duty(*READ)).send(outcome="question", question="And my watch?", name="Adam Sorley")
    assert asked.status_code == 303
    assert attempts(served) == []


def test_a_page_opened_before_the_questions_changed_is_not_taken(served, asking, form, register):
    page = form(served.duty(*READ))
    text = register.read_text(encoding="utf-8")
    register.write_text(text.replace("[Anybody, The office", "[Nobody, The office"), encoding="utf-8")
    served.apply(register)
    refused = page.send(outcome="done", name="Adam Sorley", check_1="1", check_2="3")
    assert "The document or the wording changed while you had it open." in words(refused)
    assert attempts(served) == []


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("right: 3", "right: 4", "there are 3 answers"),
        ("right: 1", "right: 0", "right"),
        ("[Switched off and out of sight, In my pocket]", "[In my pocket]", "answers"),
    ],
)
def test_questions_that_no_one_could_answer_are_refused_with_their_line(served, asking, was, now, says):
    with pytest.raises(BadInput, match=says):
        asking(ASKS.replace(was, now))


def test_questions_after_something_that_is_not_read_are_refused(served, register, asking):
    text = register.read_text(encoding="utf-8").replace("kind: acknowledge", "kind: check", 1)
    register.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="is for reading"):
        served.apply(register)
