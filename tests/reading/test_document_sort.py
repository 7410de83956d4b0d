"""What sort of document it is, and drafts, which are never due for review."""

from datetime import date

import pytest

from bot.reading.document_sort import document_sort, draft_line
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
    assert draft_line(["# Fire Safety Policy", "", line]) == (3, line)


def test_a_policy_that_speaks_of_drafts_is_none():
    assert draft_line(["# Fire Safety Policy", "The clerk will draft the minutes."]) is None


def test_a_draft_is_not_due(tmp_path):
    file = tmp_path / "fire.md"
    file.write_text("# Fire Safety Policy\n\nDRAFT\n\nNext review date: September 2020\n", encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert (found["state"], found["due_on"]) == ("draft", None)
    assert found["document"] == {
        "is": "policy",
        "why": 'Its title is "Fire Safety Policy".',
        "country": None,
    }


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
    assert "how often" not in missed(file, f"# Fire Policy\n\n{dates}")
    assert "how often" in missed(file, "# Fire Policy\n\nDate approved: 1 May 2026\n")


def missed(file, words):
    file.write_text(words, encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))["findings"]
    return next(one["says"] for one in found if one["code"] == "not-stated")


def test_no_one_asks_a_childminder_who_approves(tmp_path):
    says = missed(
        tmp_path / "sleep.md", "# Sleep Policy\n\nKit Marl, childminder\n\nChildren sleep in cots.\n"
    )
    assert "approves" not in says
    assert "when it was approved" in says


def test_an_empty_place_for_the_date_is_pointed_at(tmp_path):
    says = missed(tmp_path / "a.md", "# Sleep Policy\n\nAdopted on ...............\n\nCots are aired.\n")
    assert "(the place for it is empty, line 3)" in says


@pytest.mark.parametrize(
    ("lines", "sort"),
    [
        (["Policy statement", "Cots are aired."], "policy"),
        (["Everybody keeps to this policy."], "policy"),
        (["Dear parents,", "We close on Friday."], "letter"),
        (["Job purpose", "To air the cots."], "role description"),
        (["Cots are aired."], None),
    ],
)
def test_where_the_title_does_not_say_the_text_may(lines, sort):
    assert document_sort("Cots", lines).is_ == sort


ABROAD = (
    "# Child Protection Policy",
    "The Designated Liaison Person (DLP) is Ann Marl.",
    "Our safeguarding lead (DSL) is Ann Marl. Concerns go to Tusla or An Garda Síochána.",
    "We keep the Children First Act 2015.",
)


def test_a_document_from_abroad_is_called_so_first_and_names_no_lead_of_ours(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("\n\n".join(ABROAD), encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))
    assert found["document"]["country"] == "Ireland"
    assert found["findings"][0]["code"] == "not-from-uk"
    assert (found["dsl"], found["deputy_dsl"]) == ([], [])
    assert {one["kind"] for one in found["obligations"]} <= {None}


def test_a_document_of_ours_may_speak_of_another_country():
    lines = [
        "# Trips Policy",
        "We visit Dublin each year. Ofsted and the local authority know.",
        "The Care Inspectorate too.",
    ]
    assert document_sort("Trips Policy", lines).country is None


def test_what_is_not_a_policy_is_said_first_and_misses_nothing(tmp_path):
    file = tmp_path / "a.md"
    file.write_text("# Our Prospectus\n\nWelcome.\n", encoding="utf-8")
    found = as_json(read_document(file, date(2026, 11, 21)))["findings"]
    assert [one["code"] for one in found] == ["not-a-policy"]
