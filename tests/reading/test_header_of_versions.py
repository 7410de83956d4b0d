"""Who approved and keeps a document, where a table of its versions says so; who is only a deputy."""

import pytest

from bot.reading.facts import Text
from bot.reading.header.service import find_header


def header(words):
    lines = tuple(words.split("\n"))
    return find_header(Text("policy.md", "text/markdown", lines, words, "0" * 64)).header


HISTORY = """# Trips Policy

| Version | Date | Author | Changes | Approved by |
|---|---|---|---|---|
| 1.0 | 06/09/2022 | K. Oakapple | New form | Trust Board |
| 1.1 | 12/09/2023 | K. Oakapple | Section 6 rewritten | Local Governing Committee |
| 2.0 | 08/07/2025 | R. Mapley | New first-day calls | Local Governing Committee |
"""


def test_the_last_row_of_a_history_that_names_its_approver_is_the_approval():
    found = header(HISTORY)
    assert (found.approved_on.value, found.version, found.owner) == ("2025-07-08", "2.0", "R. Mapley")


@pytest.mark.parametrize("post", ["Depute Head Teacher", "Deputy Head Teacher"])
def test_a_deputy_is_not_the_head(post):
    assert header(f"# Trips Policy\n\n{post}: Jane Mapley").headteacher is None
    assert header("# Trips Policy\n\nHead Teacher: Jane Mapley").headteacher == "Jane Mapley"


def test_how_often_a_task_is_done_is_no_review_cycle():
    table = "| Task | Frequency |\n|---|---|\n| Update the record of trips | Termly |"
    assert header(f"# Trips Policy\n\n{table}").review_cycle_months is None
    assert header("# Trips Policy\n\nReview cycle: termly").review_cycle_months == 4


@pytest.mark.parametrize(
    ("words", "school"),
    [
        (
            "# Illness\n\n**Rosie Mapley – Registered Childminder, Tadpole Cottage**",
            "Rosie Mapley – Registered Childminder",
        ),
        (
            "# Illness\n\nWe wash hands.\n\n© Larkfield Preparatory School 2025. Cookies.",
            "Larkfield Preparatory School",
        ),
        ("# Illness\n\nLead: Sister Imelda Mapley, Senior School Nurse\n\nWe wash hands.", None),
    ],
)
def test_whose_document_it_is(words, school):
    assert header(words).school == school
