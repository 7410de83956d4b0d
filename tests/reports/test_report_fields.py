"""The declaration of a report's fields: what each follower makes of it, and what it refuses."""

import pytest

from bot.cases.content import FIELDS
from bot.core.roles import SAFEGUARDING
from bot.reports.draft import STEPS, ReportDraft, no_answers
from bot.rules import report_fields
from bot.rules.report_fields import (
    REPORT_FIELDS,
    FieldKind,
    ReportField,
    asked_outside,
    field_of,
    sealed_words,
)
from connectors.google import form as google_form
from connectors.microsoft import lists

# What a page or a case keeps beside the fields, under names of its own.
OF_A_DRAFT = {"setting", "key", "begun_at", "person", "checked"}
OF_A_SCREEN = {"draft", "step", "go", "leave_empty"}


def test_a_google_form_has_these_questions_in_this_order_and_needs_one_of_them():
    assert google_form.TITLES == {
        "category": "What kind of thing is it?",
        "what": "What happened?",
        "where_when": "Where and when was it?",
        "about": "Who is it about?",
        "reporter_name": "Your name",
        "reporter_email": "Your e-mail address",
    }
    assert google_form.NEEDED == ("what",)


def test_a_sharepoint_list_has_these_columns_in_this_order():
    columns = lists.reports(("Filtering", "Something else")).columns
    assert [one["displayName"] for one in columns] == [
        "What it is about",
        "What happened",
        "Where and when",
        "Who it is about",
        "Your name",
        "Your email address",
    ]
    assert columns[0]["choice"]["choices"] == ["Filtering", "Something else"]
    assert [one["text"]["allowMultipleLines"] for one in columns[1:]] == [True, True, True, False, False]


def test_no_field_takes_the_name_of_something_else_that_is_kept_beside_it():
    inputs = [one.input_name for one in REPORT_FIELDS]
    assert len(inputs) == len(set(inputs)) > 5
    assert (OF_A_DRAFT | OF_A_SCREEN).isdisjoint(inputs)
    assert FIELDS.isdisjoint(one.name for one in sealed_words())
    assert {one.screen for one in REPORT_FIELDS} == set(STEPS)


def test_a_field_without_a_name_of_its_own_on_the_form_has_that_of_the_report():
    assert (field_of("what").input_name, field_of("reporter_email").input_name) == ("what", "email")


def test_a_form_takes_half_of_a_long_text_and_all_of_a_line():
    limits = {one.name: (one.limit, one.form_limit) for one in asked_outside() if one.name != "category"}
    assert limits == {
        "what": (8000, 4000),
        "where_when": (2000, 1000),
        "about": (2000, 1000),
        "reporter_name": (200, 200),
        "reporter_email": (254, 254),
    }


@pytest.mark.parametrize("given", [{"kind": FieldKind.TICK}, {"kind": FieldKind.TEXT, "outside": True}])
def test_a_restriction_that_would_not_hold_is_an_error(given):
    with pytest.raises(ValueError, match="seen_before"):
        ReportField(name="seen_before", screen="where", shown_to=SAFEGUARDING, **given)


def test_a_page_from_before_a_field_was_added_or_removed_is_still_read(monkeypatch):
    draft = ReportDraft(school="oakfield", key="k", begun_at="now").answered(
        {"what": "This", "about": "That"}
    )
    kept = tuple(one for one in REPORT_FIELDS if one.name != "about")
    new = ReportField(name="seen_before", kind=FieldKind.TEXT, screen="where")
    monkeypatch.setattr(report_fields, "REPORT_FIELDS", (*kept, new))
    read = ReportDraft.from_state(draft.state())
    assert (read.words("what"), read.words("seen_before")) == ("This", "")
    assert "about" not in read.answers
    assert read.answers.keys() == no_answers().keys()


def test_the_key_of_a_form_is_the_one_that_versions_before_made(monkeypatch):
    """A form sent again after an upgrade is the same report."""
    known = (
        "category what personal_data where_when about about_roles told reporter_name reporter_email".split()
    )
    kept = tuple(one for one in REPORT_FIELDS if one.name in known)
    monkeypatch.setattr(report_fields, "REPORT_FIELDS", kept)
    draft = ReportDraft(school="oakfield", key="ab", begun_at="2026-11-23T08:00:00+00:00", checked=True)
    draft = draft.answered({"category": "other", "what": "A phone was out.", "about_roles": ("chair",)})
    assert draft.form_key() == "ab.c478a1e0cb7281937c31e564d7bbd73e71c32940231e26ffca20b1f8cbc5d0c9"
