"""What sort of document it is, and drafts, which are never due for review."""

from datetime import date

import pytest

from bot.reading.document_sort import document_sort, is_draft
from bot.reading.service import as_json, read_document


@pytest.mark.parametrize(
    ("title", "sort"),
    [
        ("Fire Safety Policy", "policy"),
        ("Missing Child Procedure", "policy"),
        ("Privacy Notice for Parents", "privacy notice"),
        ("Our Prospectus", "prospectus"),
        ("Treasurer: Role Description", "role description"),
        ("Welcome", None),
        (None, None),
    ],
)
def test_the_sort_of_a_document_is_told_by_its_title(title, sort):
    assert document_sort(title).is_ == sort


@pytest.mark.parametrize("line", ["DRAFT", "Draft", "Status: draft", "Last updated: NOT YET RATIFIED"])
def test_a_draft_calls_itself_one(line):
    assert is_draft(["# Fire Safety Policy", "", line])


def test_a_policy_that_speaks_of_drafts_is_none():
    assert not is_draft(["# Fire Safety Policy", "The clerk will draft the minutes."])


def test_a_draft_is_not_due(tmp_path):
    file = tmp_path / "fire.md"
    file.write_text("# Fire Safety Policy\n\nDRAFT\n\nNext review date: September 2020\n", encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert (found["state"], found["due_on"]) == ("draft", None)
    assert found["document"] == {"is": "policy", "why": 'Its title is "Fire Safety Policy".'}


def test_front_matter_may_say_how_often_in_two_letters(tmp_path):
    file = tmp_path / "fire.md"
    file.write_text(
        "---\ntitle: Fire Policy\nlast_reviewed: 2025-10-18\nreview_period: 1y\n---\n\n# Fire Policy\n",
        encoding="utf-8",
    )
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert (found["review_cycle_months"], found["due_on"]) == (12, "2026-10-18")


def test_no_cycle_is_missed_where_the_last_date_and_the_next_are_printed(tmp_path):
    file = tmp_path / "fire.md"
    dates = "Date approved: 1 May 2026\n\nNext review date: May 2027\n"
    file.write_text(f"# Fire Policy\n\n{dates}", encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert "no-cycle" not in {one["code"] for one in found["findings"]}
    file.write_text("# Fire Policy\n\nDate approved: 1 May 2026\n", encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert "no-cycle" in {one["code"] for one in found["findings"]}
