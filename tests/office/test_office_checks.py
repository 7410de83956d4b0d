"""A weekly check that nobody recorded for four weeks: head and office do it, give it away or change it."""

import pytest
from bs4 import BeautifulSoup

from bot.register.service import register_of

SCHOOL = "merriwell-green"


@pytest.fixture
def check(served):
    """A weekly check of the sample school, four weeks on, in which nobody recorded anything."""
    rules = register_of(served.services, SCHOOL).obligations
    served.clock.turn(days=28)
    return next(
        one for one in rules if one.active and any(str(when).startswith("weekly") for when in one.cadence)
    )


def offers(client, page, rule):
    links = [one["href"] for one in BeautifulSoup(client.get(page).text, "html.parser").find_all("a")]
    return [one for one in links if one.startswith(f"/office/rules/{rule}")]


@pytest.mark.parametrize(("person", "page"), [("hd", "/school"), ("of", "/office")])
def test_head_and_office_are_offered_to_give_it_away_and_to_change_it(member, check, person, page):
    assert offers(member(person), page, check.key) == [
        f"/office/rules/{check.key}#who",
        f"/office/rules/{check.key}#when",
    ]


def test_the_page_of_the_rule_is_where_both_lead(member, check):
    page = BeautifulSoup(member("of").get(f"/office/rules/{check.key}").text, "html.parser")
    assert {page.find(id=one).name for one in ("who", "when")} == {"fieldset"}
