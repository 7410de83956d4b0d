"""The kind of a duty by likeness: the examples are sound, and tell of sentences that they do not hold."""

from collections import Counter

import pytest

from bot.reading.clauses import find_clauses
from bot.reading.facts import Header, Text
from bot.reading.kinds_likely import SHOWN, USUAL, likelier, likeliest
from bot.reading.kinds_likeness import NO_DUTY, examples, learned, likeness
from bot.reading.kinds_meaning import MEANINGS
from bot.reading.kinds_wordings import WORDINGS

EXAMPLES = tuple(examples())
PARTS = 5


def found(words):
    text = Text("policy.txt", "text/plain", tuple(words.split("\n")), "", "")
    return [(clause.kind, clause.likely) for clause in find_clauses(text, Header())]


def test_each_example_is_one_sentence_of_a_known_kind_and_stands_once():
    kinds = Counter(kind for kind, _ in EXAMPLES)
    assert kinds.keys() == {*USUAL, NO_DUTY}
    assert {rule.kind for rule in (*MEANINGS, *WORDINGS)} <= USUAL.keys()
    assert min(kinds.values()) > 50
    assert not [words for _, words in EXAMPLES if not 12 < len(words) < 260 or "\t" in words]
    assert max(Counter(words.casefold() for _, words in EXAMPLES).values()) == 1
    assert list(EXAMPLES) == sorted(EXAMPLES)


def test_four_fifths_of_the_examples_tell_most_of_the_fifth_they_have_not_seen():
    right = seen = 0
    for part in range(PARTS):
        taught = learned(one for place, one in enumerate(EXAMPLES) if place % PARTS != part)
        for kind, words in EXAMPLES[part :: 7 * PARTS]:
            scores = taught.scores(words)
            right += max(scores, key=lambda kind: scores[kind]) == kind
            seen += 1
    assert seen > 90
    assert right > 0.65 * seen


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("MON", "The browsing summary is printed every Friday and gone through by the deputy."),
        ("FILT", "Test searches are tried on a pupil's log-in each half term to see what gets through."),
        ("WIPE", "Snaps of outings come off the tablet before the children go home."),
    ],
)
def test_a_sentence_that_nobody_wrote_before_is_told_by_its_likes(kind, sentence):
    assert sentence not in {words for _, words in EXAMPLES}
    assert found(sentence) == [(kind, True)]


def test_what_does_not_seem_to_bind_is_a_duty_where_its_words_are_surely_one_kinds():
    surely = "Old pictures of leavers: out of the shared drive, the camera cards and the cloud by half term."
    assert found(surely) == [("WIPE", True)]
    assert found("Photographs of outings are a joy, and our families love to see them.") == []
    assert found("The school website shows photographs of outings.") == []


def test_a_rule_that_misreads_gives_way_and_one_that_may_be_right_does_not():
    searches = (
        "The coordinator tries test searches on a learner's log-in each half term and keeps the results."
    )
    rule = next(rule for rule in MEANINGS if rule.kind == "SRCH")
    assert likelier(rule, searches, "").kind == "FILT"
    confiscated = (
        "A phone may be searched by the head with a second adult present, and the search is recorded."
    )
    assert likelier(rule, confiscated, "") is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Packed lunches are eaten in the hall every day.",
        "The guinea pigs must be fed before register.",
        "Library books must be returned every Thursday.",
        "Every summer the playground markings are painted.",
    ],
)
def test_what_is_done_about_other_matters_is_no_duty_of_these_kinds(sentence):
    assert found(sentence) == []


def test_it_goes_on_with_the_duty_before_it():
    assert likeliest("This is done again each May.", "", "DEV", least=SHOWN).kind == "DEV"
    assert likeliest("This is done again each May.", "", "", least=SHOWN).kind != "DEV"


def test_a_heading_counts_for_less_than_the_sentence():
    alone, headed = (likeness().scores("They are renewed every term.", title) for title in ("", "Passwords"))
    assert headed["CRED"] > alone["CRED"]
    assert headed["CRED"] < likeness().scores("Passwords: they are renewed every term.")["CRED"]
