"""The five policies Handbell must run are read as their labels say, today's state included."""

import importlib.util
import json
from datetime import date
from pathlib import Path

import pytest
from looped import each

from bot.reading.service import as_json, read_document

pytestmark = pytest.mark.shared

ON = date(2026, 11, 21)
FIVE = ["hildenborough.txt", "st-james.txt", "higham.txt", "rainbow.txt", "weald.txt"]
EVERY_POLICY = pytest.mark.parametrize("name", FIVE)


@pytest.fixture(scope="module")
def score():
    """The script beside this file, which also says what counts as the same answer."""
    spec = importlib.util.spec_from_file_location("score", Path(__file__).with_name("score.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def expected(shared):
    return json.loads((shared / "policies" / "expected.json").read_text(encoding="utf-8"))


def read(shared, name):
    return as_json(read_document(shared / "policies" / name, ON))


@EVERY_POLICY
def test_every_header_fact_of_a_real_policy_is_read_as_labelled(name, shared, expected, score):
    ours, label = read(shared, name), expected[name]
    wrong = {
        field: (score.value_of(field, ours[field]), score.value_of(field, label[field]))
        for field in score.FIELDS
        if field in label and not score.right(field, score.value_of(field, ours[field]), label)
    }
    assert not wrong


@EVERY_POLICY
def test_every_date_of_a_real_policy_comes_with_the_labelled_words_and_the_line_they_stand_on(
    name, shared, expected, score
):
    ours, label = read(shared, name), expected[name]
    lines = (shared / "policies" / name).read_text(encoding="utf-8").split("\n")
    for field in each(score.DATES):
        if ours[field] is None:
            continue
        quote = ours[field]["quote"]
        assert all(part in lines[ours[field]["line"] - 1] for part in quote.split("\t"))
        if label[field] is not None:
            assert plain(quote) == plain(label[field]["quote"])


@EVERY_POLICY
def test_a_real_policy_stands_today_where_its_label_says(name, shared, expected):
    ours, today = read(shared, name), expected[name]["today_2026-11-21"]
    assert (ours["state"], ours["due_on"]) == (today["state"], today["due_on"])
    assert ours["why"]


@pytest.mark.parametrize("published", [False, True], ids=["as text", "as published"])
def test_labelled_documents_of_other_settings_reach_the_targets(published, shared, score):
    samples = shared / "policies" / "samples"
    pairs = [
        pair for pair in score.folder_cases(samples) if (pair[0].parent.name == "originals") is published
    ]
    cases = score.read_all(pairs)
    assert len(cases) == 15
    shares = score.shares(cases)
    assert shares["dates and cycle"].stated >= 0.95
    assert shares["other fields"].stated >= 0.9
    assert shares["all"].silent >= 0.98


def plain(words):
    return " ".join(words.replace("*", "").split())
