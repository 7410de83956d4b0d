"""The week's card for a channel, judged in Chromium, without a network, by the library hosts draw with."""

import json

import pytest

from bot.dashboard.weekly_card import STYLES, CardArea, CardFacts, dashboard_card, draw_card
from connectors.microsoft.channel_workflow import LARGEST

SCHOOL = "merriwell-green"
# What Teams takes: an older one is drawn, a newer one is not.
NEWEST = (1, 5)
DRAW = """(given) => {
  const context = new AdaptiveCards.SerializationContext();
  const card = new AdaptiveCards.AdaptiveCard();
  card.parse(given, context);
  const found = card.validateProperties().validationEvents;
  const wrong = [...found, ...Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at))];
  const opened = [];
  card.onExecuteAction = (action) => opened.push(action.url);
  document.body.replaceChildren(card.render());
  document.querySelectorAll("button").forEach((one) => one.click());
  return { wrong: wrong.map((one) => one.message), opened, text: document.body.innerText,
           wide: document.documentElement.scrollWidth };
}"""


@pytest.fixture(scope="module")
def library(npm_package):
    return (
        npm_package("adaptivecards@3.0.6")
        / "node_modules"
        / "adaptivecards"
        / "dist"
        / "adaptivecards.min.js"
    )


@pytest.fixture
def drawn(library, visitor):
    """Draw a card as a host does: `drawn(card)` says what was wrong, what it reads and what it opens."""
    page = visitor(width=360)
    page.context.set_offline(offline=True)
    page.set_content("<!doctype html><html lang=en><title>A channel</title><body>")
    page.add_script_tag(content=library.read_text("utf-8"))
    return lambda card: page.evaluate(DRAW, card)


@pytest.fixture
def card(web_school):
    return draw_card(web_school.services, SCHOOL, web_school.clock())


@pytest.mark.browser
def test_the_card_is_drawn_without_a_fault_and_opens_the_dashboard(card, web_school, drawn):
    seen = drawn(card)
    assert seen["wrong"] == []
    assert seen["opened"] == [f"{web_school.services.base_url}/school"]
    said = " ".join(seen["text"].split())
    for one in card["body"]:
        for block in [one, *one.get("items", [])]:
            assert " ".join(block.get("text", "").split()) in said
    assert seen["wide"] <= 360


@pytest.mark.browser
def test_the_library_finds_a_card_that_is_not_valid(card, drawn):
    broken = [
        card | {"body": [*card["body"], {"type": "Handbell"}]},
        card | {"body": [{"type": "TextBlock", "text": "x", "color": "puce"}]},
        card | {"actions": [{"type": "Action.OpenUrl", "title": "Open"}]},
    ]
    assert all(drawn(one)["wrong"] for one in broken)


def test_the_card_is_no_newer_than_teams_draws(card):
    assert tuple(int(part) for part in card["version"].split(".")) <= NEWEST


def test_the_largest_card_there_can_be_is_small_enough_for_teams():
    counts = tuple((state, 999) for state in STYLES)
    area = CardArea("Something with a long name", "overdue", counts)
    whole = dashboard_card(
        CardFacts(
            "A school with a long name" * 3,
            "Monday",
            "x" * 200,
            "y" * 200,
            (area,) * 10,
            "It ran. " * 20,
            "https://x",
        )
    )
    assert len(json.dumps(whole, ensure_ascii=False).encode()) < LARGEST
