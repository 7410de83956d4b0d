"""Duties in lists: without bullets, in the form of a deed being done, behind "This includes:"."""

import pytest

from bot.reading.duties.service import find_clauses
from bot.reading.facts import Header, Text


def found(words):
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    return [clause.line for clause in find_clauses(text, Header())]


FORMS = [
    "{} is responsible for:\nTesting the filter each half term\nTelling the governors what was found\n",
    "{} will:\nTest the filter each half term\nTell the governors what was found\n",
    "{} will:\ntest the filter each half term;\ntell the governors what was found\n",
]


@pytest.mark.parametrize("words", FORMS)
@pytest.mark.parametrize("doer", ["The computing lead", "Mrs Quillfeather, who looks after computing,"])
def test_items_whose_bullets_a_converter_lost_are_items(words, doer):
    items = words.format(doer)
    assert found(f"Roles\n{items}Online safety at Hillybrook\n") in ([3, 4], [2, 4])


def test_a_paragraph_of_another_form_ends_a_list_without_bullets():
    words = "The computing lead is responsible for:\nTesting the filter each half term\n"
    assert found(f"{words}The history of the school\nWe are proud of our orchard.\n") == [2]


@pytest.mark.parametrize(
    "item",
    [
        "Providing the trustees with a summary every term",
        "Keeping the tablets locked in the trolley",
        "Agreeing to the conditions on use of the network",
        "Regularly checking and reviewing the filter",
        "Putting the guidance for families on the website",
    ],
)
def test_an_item_that_tells_a_deed_being_done_orders_it(item):
    assert found(f"The office manager is responsible for:\n- {item}\n") == [2]


def test_a_thing_at_the_head_of_an_item_is_no_deed():
    assert found("Every year these must take place:\n- Training is given by the deputy\n") == [2]
    assert found("We are proud of:\n- Keeping our orchard\n- Providing a warm welcome\n") == []


def test_what_this_includes_is_asked_by_the_sentence_before():
    items = "- Locking laptops away before they go home\n"
    assert found(f"Staff must look after equipment. This includes, but is not limited to:\n{items}")[-1:] == [
        2
    ]
    assert found(f"Some misuse is unacceptable. This includes:\n{items}") == []


@pytest.mark.parametrize(
    "words",
    [
        "Our online rules\n\n- We ask an adult before we go online.\n- We never give out our passwords.\n",
        "When I use the tablets I will:\n- tell my teacher about any nasty message\n",
        "I will be kind; report any message that upsets me to my teacher.\n",
        "I ask the headteacher for permission for my child to bring a phone.\n",
    ],
)
def test_what_children_promise_and_parents_ask_on_a_form_are_no_duties_of_the_setting(words):
    assert found(words) == []


def test_what_a_setting_says_of_itself_is_no_childs_promise():
    words = "Our ways\n\n- We lock the tablets away each evening.\n- We never give out our passwords.\n"
    assert found(words) == [3]


@pytest.mark.parametrize(
    "words",
    [
        "Office: log-in issued ________ entered on the register by the clerk",
        "Signed by the principal: .................. Date: 4 May",
        "Annex C: Request to the headteacher to bring a telephone to school each day",
        "Teachers have no power to search a pupil's bag.",
    ],
)
def test_what_is_to_be_filled_in_and_what_no_one_may_do_is_not_a_duty(words):
    assert found(words) == []


def test_numbered_clauses_that_share_a_paragraph_are_clauses_each():
    words = "7.1 The filter is tested each half term. 7.2 Staff must sign the agreement before using laptops."
    assert found(words) == [1, 1]
