"""Whom running text names in which role: each case of `layouts/people.txt` is read as it says."""

import time
from pathlib import Path

import pytest

from bot.reading.facts import Text
from bot.reading.header.service import find_header

CASES = Path(__file__).with_name("layouts") / "people.txt"
HEAD = "Marlpit Lane Primary School\nOnline Safety Policy\nReviewed: May 2024\n\n"
ROLES = ("dsl", "deputy_dsl", "headteacher", "lead_governors")


def header(words):
    lines = tuple((HEAD + words).replace("⇥", "\t").split("\n"))
    return find_header(Text("policy.txt", "text/plain", lines, "", "")).header


def shown(value):
    return ("; ".join(value) if isinstance(value, tuple) else value) or "-"


def cases():
    for piece in CASES.read_text(encoding="utf-8").split("\n=== ")[1:]:
        heading, _, rest = piece.partition("\n")
        words, _, facts = rest.partition("\n---")
        said = dict(line.split(": ", 1) for line in facts.splitlines() if line)
        yield pytest.param(words, said, id=heading)


@pytest.mark.parametrize(("words", "said"), list(cases()))
def test_a_text_gives_its_people_their_roles_and_no_one_elses(words, said):
    found = header(words)
    wrong = {
        role: shown(getattr(found, role))
        for role in ROLES
        if shown(getattr(found, role)) not in said.get(role, "-").split(" | ")
    }
    assert not wrong, f"wanted {said}"


ODD = [
    "the governor who takes an interest " + "in the work of the school and " * 20 + "is Jane",
    "when he is " + "away or " * 60 + "takes over",
    "designated safeguarding lead " + "at Overby Hall, " * 40 + "zzz",
    "Mr A B, who " + "is, who acts as, " * 40 + "zzz",
    "Jane Poe, the Head of Year and the Head of Sport, " * 14,
    "safeguarding " + "is led by our " * 40,
]


@pytest.mark.parametrize("words", ODD)
def test_sentences_that_fit_the_rules_in_many_ways_are_read_in_no_time(words):
    start = time.process_time()
    header("\n".join([words] * 20))
    assert time.process_time() - start < 5
