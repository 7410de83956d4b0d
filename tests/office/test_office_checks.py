"""A weekly check that nobody recorded for four weeks: head and office do it, give it away or change it."""

import pytest
from bs4 import BeautifulSoup

from bot.register.service import register_of
from bot.register.weekly_checks import find_check

SETTING = "merriwell-green"


@pytest.fixture
def check(served):
    """A weekly check of the sample school, four weeks on, in which nobody recorded anything."""
    rules = register_of(served.services, SETTING).obligations
    served.clock.turn(days=28)
    return next(
        one for one in rules if one.active and any(str(when).startswith("weekly") for when in one.cadence)
    )


def offers(client, page, rule):
    links = [one["href"] for one in BeautifulSoup(client.get(page).text, "html.parser").find_all("a")]
    return [one for one in links if one.startswith(f"/office/checks/{rule}")]


@pytest.mark.parametrize(("person", "page"), [("hd", "/school"), ("of", "/office")])
def test_head_and_office_are_offered_to_give_it_away_and_to_change_it(member, check, person, page):
    assert offers(member(person), page, check.key) == [
        f"/office/checks/{check.key}#who",
        f"/office/checks/{check.key}#when",
    ]


def post(client, rule, **given):
    page = BeautifulSoup(client.get(f"/office/checks/{rule}").text, "html.parser")
    seal = page.find("form", action=f"/office/checks/{rule}").find("input", attrs={"name": "seal"})["value"]
    return client.post(f"/office/checks/{rule}", data={"seal": seal, **given})


def test_given_to_its_reader_they_can_do_it_there(member, check, served):
    client = member("of")
    assert post(client, check.key, who="of").status_code == 303
    after = find_check(register_of(served.services, SETTING), check.key)
    assert (str(after.audience), after.cadence) == ("person:of", check.cadence)
    served.clock.turn(days=28)
    links = BeautifulSoup(member("of").get("/office").text, "html.parser").find_all("a")
    assert any(one["href"].startswith(f"/me/duty/{check.key}/week:") for one in links)


def test_changed_to_each_term_it_is_a_weekly_check_no_more(member, check, served):
    client = member("hd")
    assert post(client, check.key, when="each term").status_code == 303
    rules = {one.key: one for one in register_of(served.services, SETTING).obligations}
    assert [str(one) for one in rules[check.key].cadence] == ["each term"]
    assert rules[check.key].audience == check.audience
    assert client.get(f"/office/checks/{check.key}").status_code == 404
    assert offers(client, "/school", check.key) == []


@pytest.mark.parametrize("given", [{"who": "nobody-here"}, {"when": "whenever"}])
def test_what_is_not_in_the_lists_changes_nothing(member, check, served, given):
    before = register_of(served.services, SETTING)
    assert post(member("of"), check.key, **given).status_code == 422
    assert register_of(served.services, SETTING) == before


def test_nobody_else_changes_it(member, check):
    assert member("y5").get(f"/office/checks/{check.key}").status_code == 403
    assert member("of").get("/office/checks/no-such-check").status_code == 404
