"""Obligations as their sentences say them: who, what, when; and the five real policies, by their labels."""

import importlib.util
import json
from pathlib import Path

import pytest

from bot.reading.duties.kind import TABLE, kind_hint
from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text

HERE = Path(__file__).parent


def clauses(words):
    return find_clauses(Text("policy.md", "text/markdown", tuple(words.split("\n")), "", ""), Header())


@pytest.mark.parametrize(
    ("sentence", "who", "audience"),
    [
        ("The club secretary must post the minutes within 7 days.", "The club secretary", "role:club-secretary"),  # noqa: E501
        ("The minutes are posted within 7 days by the clerk.", "the clerk", "role:clerk"),
        ("The landlord is responsible for testing the alarm each year.", "The landlord", "role:landlord"),
        ("It is the responsibility of the bursar to count the till weekly.", "the bursar", "role:bursar"),
        ("If a tap drips, the caretaker mends it.", "the caretaker", "role:caretaker"),
        ("An appeals panel will reply within 21 days.", "An appeals panel", "body:appeals-panel"),
        ("All staff must complete fire training every year.", "All staff", "staff"),
        ("The treasurer and the chair sign the accounts each year.", "The treasurer and the chair", "role:treasurer or role:chair"),  # noqa: E501
        ("Manager – Report faults to the landlord within 2 days", "Manager", "role:manager"),
        ("We will reply to each letter within 5 working days.", "We", None),
        ("The boiler is serviced annually.", None, None),
    ],
)  # fmt: skip
def test_who_is_whom_the_sentence_names_known_to_us_or_not(sentence, who, audience):
    (found,) = clauses(sentence)
    assert (found.who, found.audience, found.stated) == (who, audience, audience is not None)


def test_who_may_stand_in_the_words_that_open_a_list_in_a_heading_or_behind_a_pronoun():
    of_list = clauses("The warden will:\n\n- check the exits each week\n- keep the fire log\n")
    assert [one.audience for one in of_list] == ["role:warden"] * 2
    assert of_list[0].quote == "The warden will: check the exits each week"
    of_heading = clauses("## Treasurer\n\n- Counts the till weekly\n- Keep the receipts\n")
    assert {one.audience for one in of_heading} == {"role:treasurer"}
    of_pronoun = clauses("The cook checks the fridge daily. She must record the temperature each day.")
    assert [one.who for one in of_pronoun] == ["The cook"] * 2


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("The clerk will post the minutes within 7 days.", "Post the minutes"),
        ("If a tap drips, the caretaker must mend it immediately, so that nobody slips.", "Mend it"),
        ("The boiler is serviced annually by the landlord (see the lease).", "The boiler serviced by the landlord"),  # noqa: E501
    ],
)  # fmt: skip
def test_what_is_the_documents_own_verb_and_object_shortened(sentence, what):
    (found,) = clauses(sentence)
    assert found.what == what


def test_when_is_in_the_documents_words_and_nothing_is_filled_in():
    (urgent,) = clauses("Staff must report any injury to the manager immediately.")
    assert (urgent.when, urgent.cadence) == ("immediately", ())
    (standing,) = clauses("The clerk must keep a register of keys.")
    assert (standing.when, standing.cadence) == (None, ("always",))
    (of_event,) = clauses("When a key is lost, the clerk must change the lock.")
    assert (of_event.when, of_event.cadence) == ("When a key is lost", ("on event key-lost",))


@pytest.mark.parametrize(
    "sentence",
    [
        "Our school stands on a hill above the village.",
        "We believe that every child has the right to be happy.",
        "The purpose of this policy is to keep children safe.",
        "The Education Act 2011 gives schools wide powers.",
        "This policy applies to everybody who works here.",
        "Children like to play games on their tablets.",
        "Keeping Children Safe in Education, 2025",
        "Why do we record each visit?",
        "Parents must collect their children on time.",
        "Pupils must be kind to each other.",
        "Call 999 in an emergency.",
        "Staff must treat each other with respect.",
        "Staff may take the lift.",
    ],
)
def test_what_no_one_could_be_reminded_of_is_not_a_duty(sentence):
    assert clauses(sentence) == ()


def test_a_clause_of_another_topic_has_no_kind():
    (consent,) = clauses("Written consent must be obtained by the nurse before any medicine is given.")
    assert consent.kind is None
    (photographs,) = clauses("Written consent must be obtained by the office before photographs are taken.")
    assert photographs.kind == "CON"


def test_the_same_duty_said_twice_is_one():
    said = "Staff must report any concern to the headteacher at once."
    assert len(clauses(f"{said}\n\n{said}")) == 1


def test_a_duty_carries_its_whole_sentence_and_its_lines():
    words = "# Phones\n\nPhones are useful.\n\nStaff must report any concern\nto the headteacher at once.\n"
    (clause,) = clauses(words)
    assert (clause.line, clause.last_line) == (5, 6)
    assert clause.quote == "Staff must report any concern to the headteacher at once."


def test_duties_of_the_five_real_policies_stand_where_people_labelled_them(shared):
    """By the matching of score_clauses.py: same place, each once. The labels count rules of conduct, we do not."""  # noqa: E501
    found = importlib.util.spec_from_file_location("score_clauses", HERE / "score_clauses.py")
    scoring = importlib.util.module_from_spec(found)
    found.loader.exec_module(scoring)
    folder = shared / "policies"
    total, _ = scoring.score(folder, sorted(scoring.labels_of(folder)))
    rates = scoring.rates(total)
    assert rates["found precision"] >= 0.65, rates
    assert rates["found recall"] >= 0.6, rates


@pytest.mark.parametrize(
    ("kind", "example"),
    [(row["kind"], row["example"]) for row in json.loads(TABLE.read_text(encoding="utf-8"))["kinds"]],
)
def test_each_row_of_the_table_of_kinds_reads_its_example(kind, example):
    assert kind_hint(example, "", "Phones and social media") == kind
