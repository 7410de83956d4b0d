"""Why somebody is asked, in words they can look up: titles and clauses for them, lines for the office too."""

from types import SimpleNamespace

import pytest

from bot.rules.obligations import Kind, Obligation, Source, in_full, source_citation

PHONES, CHILD = "mobile-and-smart-technology", "child-protection"
TITLES = {PHONES: "Mobile and Smart Technology Policy", CHILD: "Child Protection Policy"}
POLICIES = {("s", key): SimpleNamespace(title=title) for key, title in TITLES.items()}
CHOICE = " (timing is the setting's own choice)"


def rule(source, **given):
    usual = {"kind": Kind.TRAIN, "title": "Training: online safety", "audience": None, "cadence": ()}
    return Obligation(key="k", school="s", ladder=None, source=source, **usual | given)


@pytest.mark.parametrize(
    ("source", "told", "office"),
    [
        (Source(), "the setting's own choice", "the setting's own choice"),
        (Source(CHILD, "4.2"), "Child Protection Policy 4.2", "Child Protection Policy 4.2"),
        (Source(CHILD, "Part 2"), "Child Protection Policy Part 2", "Child Protection Policy Part 2"),
        (Source(CHILD), "as Child Protection Policy says", "Child Protection Policy"),
        (Source(CHILD, "L226"), "as Child Protection Policy says", "Child Protection Policy L226"),
        (
            Source(CHILD, "L226, L230-231, line 240, 4.2"),
            "Child Protection Policy 4.2",
            "Child Protection Policy L226, L230-231, line 240, 4.2",
        ),
        (
            Source(CHILD, f"L226; {PHONES} L370"),
            "as Child Protection Policy and Mobile and Smart Technology Policy say",
            "Child Protection Policy L226; Mobile and Smart Technology Policy L370",
        ),
        (
            Source(CHILD, f"4.2; {PHONES} L370, 3.1", stated=False),
            f"Child Protection Policy 4.2; Mobile and Smart Technology Policy 3.1{CHOICE}",
            f"Child Protection Policy 4.2; Mobile and Smart Technology Policy L370, 3.1{CHOICE}",
        ),
        (Source(CHILD, "4.2; 4.3"), "Child Protection Policy 4.2, 4.3", "Child Protection Policy 4.2, 4.3"),
        (Source("gone", "L1"), "as gone says", "gone L1"),
    ],
)
def test_a_reason_names_every_document_by_its_title_and_lines_are_for_the_office(source, told, office):
    assert source_citation(POLICIES, rule(source)) == told
    assert in_full(POLICIES, rule(source)) == office


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "Online safety"),
        ({"title": "First aid"}, "First aid"),
        ({"kind": Kind.CHECK}, "Training: online safety"),
    ],
)
def test_a_course_is_not_called_training_twice(given, named):
    assert rule(Source(), **given).named == named
