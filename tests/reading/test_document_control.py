"""Lines of document control ask nothing of staff; a sentence of the text about the owner does."""

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text


def found(words):
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    return [clause.line for clause in find_clauses(text, Header())]


@pytest.mark.parametrize(
    "line",
    [
        "Policy owner: Mrs A Quillfeather, Headteacher",
        "Policy owner: the Headteacher is responsible for ensuring that the policy is reviewed annually",
        "Policy owner – the Headteacher is responsible for training staff in this policy each year",
        "Policy owner: DSL – reports any breach to governors",
        "| Policy owner | The Headteacher is responsible for checking each year that staff follow it |",
        "Policy lead: Mrs Quillfeather (DSL), who informs the governors each term",
        "Owner of this policy: the DSL, who checks it every year",
        "Document owner - The DSL will check this document every year",
        "Author: the computing lead, who tests the filter each term",
        "Written by: the DSL, to be signed by all staff in September",
        "Responsible person: the DSL must be told of any breach",
        "Responsible for this policy: Headteacher, who must ensure it is read by all staff",
        "Approved by: Full Governing Body, each September",
        "Ratified by: the Governing Body must approve this each year",
        "Version: 3.1 (checked by the DSL each term)",
        "Linked policies: Staff Code of Conduct (to be signed each September), Safeguarding",
        "Related documents: Staff Code of Conduct; signed by all staff every year",
        "To be read with: Safeguarding Policy, signed by all staff annually",
        "Consultation: staff and parents were asked in September",
        "Status: Statutory; must be published on the website",
        "Published on website: Yes, to be checked by the office each term",
    ],
)
def test_a_line_of_document_control_is_not_a_duty(line):
    assert found(line) == []
    assert found(line.replace(": ", "\t", 1)) == []


def test_a_table_of_control_asks_nothing():
    words = "Policy owner\tThe Headteacher is responsible for making sure that staff sign it each year\n"
    words += "Ratified by\tFull Governing Body, annually\nNext review\tSeptember 2027\n"
    words += "Linked policies\tSafeguarding; Staff Code of Conduct, signed every September\n"
    assert found(words) == []


@pytest.mark.parametrize(
    "words",
    [
        (
            "Version\tDate\tAuthor\tChanges made\n"
            "1.0\tSept 2024\tA Quillfeather\tNew policy; staff must sign it each year\n"
            "2.0\tSept 2025\tA Quillfeather\tAdded: phones are locked away\n"
        ),
        "Version history\n1.2  March 2026  Section on watches added; staff to be told\n",
    ],
)
def test_a_history_of_versions_is_not_a_duty(words):
    assert found(words) == []
    after = found(f"{words}\n\nStaff must report any concern to the headteacher at once.\n")
    assert len(after) == 1


def test_the_text_begins_behind_a_line_of_control():
    words = "Policy owner: Headteacher, who reviews it annually with governors\n"
    assert found(f"{words}Staff must sign the agreement each September.\n") == [2]
    assert found("Policy owner: Headteacher. Staff must sign the agreement each September.\n") == [1]


@pytest.mark.parametrize(
    "sentence",
    [
        "The policy owner reviews this policy every year.",
        "The policy owner checks the list of accounts every year.",
        "The policy owner is responsible for making sure that all staff sign it each September.",
        "Staff must report any breach to the policy owner.",
        "Staff – and this includes volunteers – must report any breach to the headteacher.",
        "Computing lead: checks the filter and writes down what was found.",
        "Policy owner: checks the filter each term and tells the governors.",
        "All staff must read this policy with the linked policies and sign the sheet each September.",
        "Owners of accounts must be listed by the office in the register of accounts.",
    ],
)
def test_what_the_text_asks_of_an_owner_and_others_is(sentence):
    assert found(sentence) == [1]
