"""The dashboard's card: valid by the schema of Adaptive Cards 1.5, the same figures, and nobody's name."""

import json

import jsonschema
import pytest

from bot.dashboard.service import read_dashboard
from bot.dashboard.weekly_card import CardArea, CardFacts, card_facts, dashboard_card
from bot.planning.store import load_snapshot
from bot.rules.duties import state_word

SCHOOL = "merriwell-green"
PAGE = "https://handbell.merriwell.example/school"


@pytest.fixture
def seen(school):
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, school.clock().date(), (SCHOOL,))
    return read_dashboard(school.services, snapshot, SCHOOL, None, school.clock()), snapshot


def card(seen):
    return dashboard_card(card_facts(seen[0], PAGE))


def validator(shared):
    path = shared / "contracts" / "adaptive-card-1.5.0.json"
    if not path.exists():
        pytest.skip("the schema of Adaptive Cards is not beside this checkout")
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema.Draft6Validator(schema)


def empty():
    return dashboard_card(CardFacts("Larkfield", "Monday", "Nothing is asked yet", "", (), "It runs.", PAGE))


@pytest.mark.shared
def test_the_card_is_valid_by_the_schema(seen, shared):
    check = validator(shared)
    for made in (card(seen), empty()):
        assert [error.message for error in check.iter_errors(made)] == []


@pytest.mark.shared
def test_the_schema_finds_a_card_that_is_not_valid(seen, shared):
    made = card(seen)
    made["body"][3]["items"].append({"type": "Chart.Donut"})
    assert list(validator(shared).iter_errors(made))


def test_the_card_counts_by_area_and_says_nothing_of_any_person_or_task(seen):
    said = json.dumps(card(seen), ensure_ascii=False)
    assert [person.name for person in seen[1].people.values() if person.name in said] == []
    assert [key for key in ("email", "@") if key in said] == []
    assert [one.title for one in seen[0].standing.lines if one.title in said] == []
    figure = seen[0].overview.figure
    assert f"{figure.percent}% done" in said
    assert figure.rest in said


def test_the_card_says_the_figures_of_every_area_and_opens_the_page(seen):
    made = card(seen)
    said = json.dumps(made, ensure_ascii=False)
    for tile in seen[0].standing.tiles:
        assert tile.area in said
        for state, number in tile.counts.items():
            assert not number or f"{number} {state_word(state)}" in said
    assert [(one["type"], one["url"]) for one in made["actions"]] == [("Action.OpenUrl", PAGE)]
    assert made["version"] == "1.5"


def test_the_bar_is_as_wide_as_the_numbers_and_can_be_left_out():
    area = CardArea("Training", "overdue", (("overdue", 1), ("paused", 2), ("done", 25)))
    made = dashboard_card(CardFacts("Larkfield", "Monday", "89% done", "Rest.", (area,), "It runs.", PAGE))
    title, bar, counted = made["body"][3]["items"]
    assert [(one["width"], one["style"]) for one in bar["columns"]] == [
        (1, "attention"),
        (2, "emphasis"),
        (25, "good"),
    ]
    assert bar["fallback"] == "drop"
    assert (title["text"], counted["text"], counted["color"]) == (
        "Training",
        "1 overdue, 2 on hold, 25 done",
        "Attention",
    )


def test_a_link_in_a_persons_own_words_is_shown_and_does_not_lead_anywhere():
    area = CardArea("[Sign](https://evil.example)", "due", ())
    made = dashboard_card(CardFacts("Oak", "Monday", "First", "", (area,), "It runs.", PAGE))
    said = json.dumps(made)
    assert "[Sign] (https://evil.example)" in said
    assert "](" not in said


def test_no_number_of_a_case_is_on_the_card(seen, school, cases):
    before = json.dumps(card(seen))
    cases.send()
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, school.clock().date(), (SCHOOL,))
    after = read_dashboard(school.services, snapshot, SCHOOL, None, school.clock())
    assert json.dumps(card((after, snapshot))) == before
