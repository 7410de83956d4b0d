"""Whose accounts and whose policies: each case of `layouts/links.txt` is read as it says, in both facts."""

import time
from pathlib import Path

import pytest

from bot.reading.facts import Text
from bot.reading.header.service import find_header

CASES = Path(__file__).with_name("layouts") / "links.txt"
HEAD = "Marlpit Lane Primary School\nOnline Safety Policy\nReviewed: May 2024\n\n"
FACTS = ("official_channels", "linked_policies")


def header(words):
    lines = tuple((HEAD + words).replace("⇥", "\t").split("\n"))
    return find_header(Text("policy.txt", "text/plain", lines, "", "")).header


def cases():
    for piece in CASES.read_text(encoding="utf-8").split("\n=== ")[1:]:
        heading, _, rest = piece.partition("\n")
        words, _, facts = rest.partition("\n---\n")
        said = dict(line.split(": ", 1) for line in facts.splitlines() if line)
        yield pytest.param(words, said, id=heading)


@pytest.mark.parametrize(("words", "said"), list(cases()))
def test_accounts_and_policies_are_the_settings_own_and_no_others(words, said):
    found = header(words)
    assert {fact: "; ".join(getattr(found, fact)) for fact in FACTS} == {
        fact: said.get(fact, "") for fact in FACTS
    }


ODD = [
    "our " + "social media accounts on " * 40 + "zzz Facebook",
    "The school " + "its the school " * 60 + "zzz Facebook",
    "we share, on " * 70 + "zzz Facebook",
    "Facebook and the our on account page (" * 20 + "zzz",
    "this policy should be read with " * 21,
    "policies and documents and policies, and " * 17,
    "related policies: " + "the following other school policies and " * 16,
]


@pytest.mark.parametrize("words", ODD)
def test_words_that_fit_the_rules_in_many_ways_are_read_in_no_time(words):
    start = time.process_time()
    header("\n".join([words] * 20))
    assert time.process_time() - start < 5
