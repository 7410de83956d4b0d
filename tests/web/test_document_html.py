"""A policy's plain text, shaped for a small screen without losing a word."""

import re
import time

import pytest
from looped import each

from bot.web.document_html import blocks, contents


def shapes(text):
    return [(block.shape, block.words or block.items or block.rows) for block in blocks(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Phones", [("heading", "Phones")]),
        ("### Trips ##", [("subheading", "Trips")]),
        ("INTRODUCTION", [("heading", "INTRODUCTION")]),
        (
            "3. Personal devices\n\nKeep them away.",
            [("heading", "3. Personal devices"), ("paragraph", "Keep them away.")],
        ),
        ("3.2 Trips and visits", [("subheading", "3.2 Trips and visits")]),
        ("**On trips**", [("subheading", "On trips")]),
        ("Take the **school** phone.", [("paragraph", "Take the school phone.")]),
        ("- one\n- two\n  goes on", [("bullets", (("", "one"), ("", "two goes on")))]),
        ("a) one\nb) two", [("marked", (("a)", "one"), ("b)", "two")))]),
        (
            "1. Switch it off.\n2. Put it away.",
            [("marked", (("1.", "Switch it off."), ("2.", "Put it away.")))],
        ),
        ("| Owner | Lead |\n|---|---|\n| Chair | Sam |", [("table", (("Owner", "Lead"), ("Chair", "Sam")))]),
        ("| a | b |\n| c |", [("table", (("a", "b"), ("c", "")))]),
        ("|---|\n\nafter", [("paragraph", "after")]),
        ("| a | b |\nafter", [("table", (("a", "b"),)), ("paragraph", "after")]),
        (
            "Larkfield School\nMill Lane\nNorton",
            [("paragraph", "Larkfield School"), ("paragraph", "Mill Lane"), ("paragraph", "Norton")],
        ),
        ("Is this a heading?", [("paragraph", "Is this a heading?")]),
        ("2026", [("paragraph", "2026")]),
        ("", []),
    ],
)
def test_a_shape_is_seen_only_where_it_is_plain(text, expected):
    assert shapes(text) == expected


def test_lines_that_were_only_wrapped_become_one_paragraph():
    wrapped = "Staff keep their own phones switched off and out of sight while they are\nwith children."
    assert shapes(wrapped) == [("paragraph", wrapped.replace("\n", " "))]


def test_a_wrapped_paragraph_stops_where_a_list_begins():
    text = (
        "Staff keep their own phones switched off and out of sight in all of these:\n- lessons\n- playgrounds"
    )
    assert [shape for shape, _ in shapes(text)] == ["paragraph", "bullets"]


def test_a_long_document_gets_a_list_of_its_parts():
    text = "\n\n".join(f"# Part {number}\n\nWords." for number in range(1, 6))
    assert [block.anchor for block in contents(blocks(text))] == [
        "part-1",
        "part-3",
        "part-5",
        "part-7",
        "part-9",
    ]
    assert contents(blocks("# Part 1\n\nWords.")) == ()
    assert len(contents(blocks(f"# The school\n\n{text}"), besides=("The school",))) == 5


def test_no_word_is_lost_or_moved(root):
    for policy in each(sorted((root / "bot" / "demo" / "policies").glob("*.md"))):
        text = policy.read_text(encoding="utf-8")
        assert _words(_said(blocks(text))) == _words(text)


@pytest.mark.shared
def test_no_word_of_a_real_policy_is_lost_or_moved(shared):
    texts = sorted((shared / "policies").rglob("*.md")) + sorted((shared / "policies").rglob("*.txt"))
    assert texts
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert _words(_said(blocks(text))) == _words(text), path.name


def _said(found):
    for block in found:
        yield block.words
        for marker, words in block.items:
            yield f"{marker} {words}"
        for row in block.rows:
            yield " ".join(row)


def _words(text):
    return re.findall(r"\w+", text if isinstance(text, str) else " ".join(text))


@pytest.mark.parametrize(
    "text",
    [
        "Parents wait\n- outside\n" * 40_000,
        "# h\n" * 100_000,
        "# h" + " " * 100_000 + "x",
        "# h" + " #" * 50_000,
    ],
    ids=["lists", "headings", "spaces", "hashes"],
)
def test_no_text_takes_longer_than_a_page_may(text):
    began = time.process_time()
    assert blocks(text)
    assert time.process_time() - began < 5


def test_one_wide_row_among_many_short_ones_makes_no_cells_that_are_not_there():
    """A file of 210 kB made 75 million cells: 750 MB, before a page was made of them."""
    short, wide = ["|a|"] * 30_000, "|" + "a|" * 2_500
    (listed,) = blocks("\n".join([*short, wide]))
    assert (listed.shape, len(listed.items)) == ("bullets", 30_001)
    assert sum(words.count("a") for _, words in listed.items) == 30_000 + 2_500


def test_an_item_of_very_many_lines_is_read_in_time_that_grows_with_them():
    lines = 600_000
    began = time.perf_counter()
    (one,) = blocks("- a\n" + "  b\n" * lines)
    assert one.items[0][1] == "a" + " b" * lines
    assert time.perf_counter() - began < 8
