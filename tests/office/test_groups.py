"""Groups on their pages: who is in each, changed at once, and what follows for those whom rules ask."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import people as record_people
from bot.register.service import change_register
from bot.rules import audience

SCHOOL, HERE = "merriwell-green", "/office/people/groups"


def shown(client, at):
    answer = client.get(at)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def in_group(school, group):
    with school.store.reading() as conn:
        known = record_people.roster(conn, SCHOOL)
    return {key for key, one in known.items() if group in one.membership(SCHOOL).groups}


@pytest.fixture
def save(web_school, member):
    """Send the form of a group as a browser would, with these people chosen."""

    def sent(group, *members, **typed):
        client = member("of")
        form = shown(client, f"{HERE}/{group}").find("form", action=f"{HERE}/{group}")
        hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
        return client.post(f"{HERE}/{group}", data=hidden | {"members": list(members)} | typed)

    return sent


def test_every_group_names_its_people_and_the_rules_that_ask_it(web_school, member):
    def asks(known):
        rule = replace(known.obligations[0], audience=audience.parse("group:year-2"))
        return replace(known, obligations=(rule, *known.obligations[1:]))

    change_register(web_school.store, SCHOOL, asks, now=web_school.clock(), actor="a test")
    page = shown(member("of"), HERE)
    row = page.find(id="group-year-2")
    assert "Leila Haddad" in row.get_text(" ")
    assert row.select_one('a[href^="/office/rules/"]') is not None
    assert page.find(id="group-leadership") is not None


def test_a_group_is_changed_with_who_and_why_and_nothing_else_of_a_person(web_school, save):
    with web_school.store.reading() as conn:
        before = record_people.roster(conn, SCHOOL)["y3"]
    assert save("year-2", "y2", "y3", why="A swap").status_code == 303
    assert in_group(web_school, "year-2") == {"y2", "y3"}
    with web_school.store.reading() as conn:
        after = record_people.roster(conn, SCHOOL)["y3"]
        entry = next(one for _, one in ledger.entries(conn) if one.action == "changed a group")
    held = after.membership(SCHOOL)
    assert replace(held, groups=before.membership(SCHOOL).groups) == before.membership(SCHOOL)
    assert held.groups == before.membership(SCHOOL).groups | {"year-2"}
    assert (entry.actor, entry.data["added"], entry.data["why"]) == ("person:of", ["y3"], "A swap")


def test_a_group_is_added_and_gone_when_no_one_is_in_it(web_school, member, save):
    assert save("new", "y1", name="Forest School").status_code == 303
    assert in_group(web_school, "forest-school") == {"y1"}
    assert save("forest-school").status_code == 303
    assert shown(member("of"), HERE).find(id="group-forest-school") is None


def test_what_does_not_fit_is_refused(web_school, member, save):
    assert save("new", "y1", name=" - ").status_code == 422
    assert save("year-2", "nobody-here").status_code == 422
    now = in_group(web_school, "year-2")
    assert save("year-2", *now).status_code == 422
    assert save("year-2", "y1", was="an older page").status_code == 422
    assert in_group(web_school, "year-2") == now
    assert member("of").get(f"{HERE}/none").status_code == 404
    assert member("y5").get(HERE).status_code == 403
