"""The sentences of refused forms about accounts: what each says, in the words people read."""

import pytest
from bs4 import BeautifulSoup


@pytest.mark.parametrize(
    ("step", "person", "typed", "says"),
    [
        ("state", "of", {"topic": "two-step", "answer": "perhaps"}, "Choose one of the answers."),
        ("state", "of", {"topic": "two-step"}, "Choose one of the answers."),
        ("state", "of", {"topic": "consent", "words": "  "}, "Say where consent is checked"),
        ("state", "of", {"topic": "consent", "words": "password: hunter2"}, "Handbell never keeps one"),
        (
            "state",
            "of",
            {"topic": "way-in", "answer": "yes", "words": "Facebook2026"},
            "Handbell never keeps one",
        ),
        ("state", "of", {"topic": "consent", "words": "x" * 2001}, "at most 2000 letters"),
        ("state", "of", {"topic": "second-reader", "about": "nobody"}, "Choose somebody who is here."),
        (
            "state",
            "of",
            {"topic": "two-step", "answer": "yes", "on": "2026-11-24"},
            "Give a day that has come",
        ),
        ("state", "of", {"topic": "two-step", "answer": "yes", "on": "soon"}, "Give the day as a date"),
        ("state", "of", {"topic": "approval", "answer": "yes"}, "Only leadership records an approval."),
        ("post", "y4", {}, "Say what the post is about."),
        ("post", "y4", {"words": "x"}, "Say whether children can be recognised in it."),
        ("post", "y4", {"words": "x", "answer": "checked"}, "Say who reads it first"),
        ("post", "y4", {"words": "x", "answer": "checked", "topic": "asked"}, "Choose who reads it."),
        (
            "post",
            "y4",
            {"words": "x", "answer": "checked", "topic": "asked", "about": "y4"},
            "is somebody else.",
        ),
        ("look", "y4", {"answer": "found"}, "Say in a few words what it was."),
        (
            "post",
            "y4",
            {"words": "x", "answer": "no-children", "topic": "no-reader"},
            "Say why nobody could read it first.",
        ),
    ],
)
def test_a_refused_form_says_what_would_be_right(member, sent, step, person, typed, says):
    errors = BeautifulSoup(sent(member(person), step, **typed).text, "html.parser").select_one(".errors")
    assert says in " ".join(errors.get_text(" ").split())
