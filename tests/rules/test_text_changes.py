"""What changed between two texts: nothing lost on either side, and said as a person would."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rules import text_changes
from bot.rules.text_changes import MAX_PASSAGE_WORDS, ChangeKind, compare, passages

OLD = """\
# Phones

Staff keep their phones in the locker during the day.

- Visitors sign in at the office.
- Parents wait outside.

The headteacher reviews this policy every year.
"""
LINES = st.lists(
    st.text(alphabet="ab c.\n-#*|1)", max_size=40) | st.sampled_from(OLD.splitlines()), max_size=14
)
TEXTS = LINES.map("\n".join)
# No example takes too long on a busy machine.
PROFILE = settings(deadline=None)


def said(text):
    return " ".join(passages(text)).split()


def side(changes, left_out):
    return " ".join(
        piece.words for one in changes.passages for piece in one.pieces if piece.sort is not left_out
    ).split()


@given(TEXTS, TEXTS)
@settings(PROFILE, max_examples=200)
def test_both_texts_can_be_read_back_word_for_word_from_what_is_shown(old, new):
    changes = compare(old, new)
    assert side(changes, ChangeKind.ADDED) == said(old)
    assert side(changes, ChangeKind.TAKEN) == said(new)


@PROFILE
@given(TEXTS)
def test_a_text_compared_with_itself_has_no_change(text):
    changes = compare(text, text)
    assert not changes.any
    assert changes.sentence() == "No words changed"
    assert all(same for same, _ in changes.runs())


@given(TEXTS, TEXTS)
@PROFILE
def test_there_is_a_change_exactly_when_a_passage_differs_and_pieces_fit_their_passage(old, new):
    changes = compare(old, new)
    assert changes.any == (passages(old) != passages(new))
    for one in changes.passages:
        assert all(piece.words for piece in one.pieces)
        if one.sort is not ChangeKind.CHANGED:
            assert [piece.sort for piece in one.pieces] == [one.sort]
        else:
            assert {piece.sort for piece in one.pieces} & {ChangeKind.ADDED, ChangeKind.TAKEN}


@PROFILE
@given(TEXTS)
def test_no_passage_is_longer_than_can_be_compared(text):
    assert all(len(one.split(" ")) <= MAX_PASSAGE_WORDS for one in passages(text * 20))


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("in the locker", "in their own locker", "1 paragraph changed"),
        ("- Parents wait outside.\n", "", "1 paragraph taken out"),
        ("- Parents wait outside.\n", "- Parents wait outside.\n- Dogs stay at home.\n", "1 paragraph added"),
        ("# Phones", "# Telephones and watches in school", "1 paragraph added, 1 taken out"),
        ("during the day.", "during the school\nday.", "1 paragraph changed"),
        ("- Visitors", "* Visitors", "No words changed"),
        ("# Phones", "**Phones**", "No words changed"),
    ],
)
def test_the_first_line_says_how_much_changed(was, now, sentence):
    assert was in OLD
    assert compare(OLD, OLD.replace(was, now)).sentence() == sentence


def test_a_changed_word_is_shown_where_it_stands():
    changes = compare(OLD, OLD.replace("every year", "every second year"))
    (one,) = (passage for passage in changes.passages if passage.sort is ChangeKind.CHANGED)
    assert [(piece.sort.value, piece.words) for piece in one.pieces] == [
        ("same", "The headteacher reviews this policy every"),
        ("added", "second"),
        ("same", "year."),
    ]
    assert " ".join(piece.words for piece in one.before) == "The headteacher reviews this policy every year."
    assert " ".join(piece.words for piece in one.after).endswith("every second year.")


def test_a_changed_passage_is_known_again_behind_one_that_is_new():
    changes = compare("Visitors sign in.", "Dogs stay at home with friends.\n\nVisitors sign out.")
    assert [one.sort for one in changes.passages] == [ChangeKind.ADDED, ChangeKind.CHANGED]


def test_what_stayed_the_same_is_gathered_and_so_is_what_did_not():
    changes = compare("One.\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nFour.\n\nFive.")
    assert [(same, len(some)) for same, some in changes.runs()] == [(True, 2), (False, 3)]


def test_lines_that_are_wrapped_elsewhere_are_the_same_paragraph():
    long = "Staff keep their phones switched off and in the locker " * 4
    words = long.split()
    rewrapped = " ".join(words[:10]) + "\n" + " ".join(words[10:])
    assert passages(rewrapped) == passages(long)


@pytest.mark.parametrize("kind", ["one paragraph without an end", "another text altogether"])
def test_a_long_text_is_compared_in_a_few_seconds(kind):
    words = [f"word{number % 50}" for number in range(12_000)]
    if kind == "one paragraph without an end":
        old, new = " ".join(words), " ".join([*words[:6000], "new", *words[6000:]])
    else:
        old = "\n\n".join(" ".join(words[at : at + 12]) + f" a{at}" for at in range(0, 6000, 12))
        new = "\n\n".join(" ".join(words[at : at + 12]) + f" b{at}" for at in range(6000, 12_000, 12))
    began = time.perf_counter()
    assert compare(old, new).any
    assert time.perf_counter() - began < 15


@pytest.mark.parametrize(
    ("paragraph", "many"),
    [
        ("- b\n\nParents wait outside.\n\n", 15_000),
        ("# h\n\n", 40_000),
        ("word a{0} a{0} a{0}\n\n", 15_000),
        ("word " * 60 + "end{0}\n\n", 1_500),
    ],
)
def test_no_file_can_hold_a_page_up(paragraph, many):
    old = "".join(paragraph.format(number) for number in range(many))
    new = "".join(paragraph.format(-number) for number in range(many, 0, -1)).replace("word", "other", 700)
    began = time.process_time()
    changes = compare(old, new)
    assert time.process_time() - began < 15
    assert side(changes, ChangeKind.ADDED) == said(old)
    assert side(changes, ChangeKind.TAKEN) == said(new)


@pytest.fixture
def costly(monkeypatch):
    monkeypatch.setattr(text_changes, "MAX_COST", 0)


@given(TEXTS, TEXTS)
@settings(PROFILE, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_that_costs_too_much_can_be_read_back_too(costly, old, new):
    changes = compare(old, new)
    assert side(changes, ChangeKind.ADDED) == said(old)
    assert side(changes, ChangeKind.TAKEN) == said(new)
    assert changes.any == (passages(old) != passages(new))


def test_of_a_text_that_costs_too_much_what_stands_once_is_found_again(costly):
    old = "Same.\n\nOne.\n\nSame.\n\nTwo.\n\nSame.\n\nThree.\n\nSame."
    new = "Same.\n\nTwo.\n\nOne.\n\nSame.\n\nThree.\n\nSame.\n\nSame."
    same = [one for one in compare(old, new).passages if one.sort is ChangeKind.SAME]
    words = [" ".join(piece.words for piece in one.pieces) for one in same]
    assert words == ["Same.", "Two.", "Same.", "Three.", "Same."]
