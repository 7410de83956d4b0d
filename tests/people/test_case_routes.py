"""Whom reports go to, on its page: by name, changed by who leads on safeguarding, with a second yes."""

import pytest
from bs4 import BeautifulSoup

from bot.people.case_routes import route_of
from bot.records import ledger
from bot.records import register as record_register

SCHOOL, HERE, KIND = "merriwell-green", "/case-routes", "online-conduct"


def soup(page, status=200):
    assert page.status_code == status, page.text[:500]
    return BeautifulSoup(page.text, "html.parser")


def route(school, kind=KIND):
    with school.store.reading() as conn:
        return route_of(record_register.load_register(conn, SCHOOL), kind)


def ask(client, **given):
    """Ask for another route as a browser would."""
    form = soup(client.get(f"{HERE}/{KIND}")).find("form", action=f"{HERE}/{KIND}")
    sent = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    return client.post(f"{HERE}/{KIND}", data=sent | given)


def waiting(client):
    return soup(client.get(HERE)).select("#waiting form")


def decide(client, **given):
    [form] = waiting(client)
    seal = form.find("input", attrs={"name": "seal"})["value"]
    return client.post(form["action"], data={"seal": seal} | given)


def actions(school, *wanted):
    with school.store.reading() as conn:
        found = [(one.action, one.actor) for _, one in ledger.entries(conn) if one.action in wanted]
    return found[::-1]


@pytest.fixture
def asked(web_school, member):
    """The head asks that the head takes reports about conduct online."""
    head = member("hd")
    done = ask(head, to=["headteacher", "dsl"], tell=["chair"], why="The DSL is away a lot")
    assert done.headers["location"] == f"{HERE}?done=waits"
    return head


def test_every_kind_of_report_names_who_takes_it(member):
    page = soup(member("hd").get(HERE))
    text = page.get_text(" ")
    assert "Helen Achebe" in text
    assert len(page.select("li .row")) > 8
    assert not any("concern-about-head" in one["href"] for one in page.select("main a"))


def test_a_change_waits_for_a_second_yes_and_then_counts(web_school, member, asked):
    before = route(web_school)
    assert waiting(asked)[0].find("button", value="agree") is None
    leader = member("dh")
    # The second person finds it on Today.
    assert any(one["href"].startswith(f"{HERE}#change-") for one in soup(leader.get("/me")).select("a"))
    assert route(web_school) == before
    assert decide(leader, then="agree").headers["location"] == f"{HERE}?done=agreed"
    after = route(web_school)
    assert (after.to, after.tell) == (("headteacher", "dsl"), ("chair",))
    assert (after.clocks, after.asks) == (before.clocks, before.asks)
    assert waiting(leader) == []
    assert actions(
        web_school, "asked for a second yes to a route", "gave the second yes to a route", "changed a route"
    ) == [
        ("asked for a second yes to a route", "person:hd"),
        ("gave the second yes to a route", "person:dh"),
        ("changed a route", "person:dh"),
    ]


def test_no_one_gives_the_second_yes_to_their_own(web_school, member, asked):
    before = route(web_school)
    assert decide(asked, then="agree").status_code == 422
    assert route(web_school) == before
    assert decide(asked, then="refuse").status_code == 303
    assert waiting(asked) == []
    assert route(web_school) == before


def test_a_refusal_needs_a_reason(web_school, member, asked):
    leader = member("dh")
    assert decide(leader, then="refuse").status_code == 422
    assert decide(leader, then="refuse", why="She is back").status_code == 303
    assert waiting(leader) == []


@pytest.mark.parametrize(
    "given",
    [{"to": [""]}, {"to": ["dsl", "dsl"]}, {"to": ["caretaker"]}, {"to": ["dsl"], "tell": ["pupil"]}],
)
def test_what_is_not_possible_is_refused(web_school, member, given):
    assert ask(member("hd"), **given).status_code == 422
    assert waiting(member("hd")) == []


def test_a_concern_about_the_head_always_goes_to_the_chair(web_school, member):
    head = member("hd")
    at = f"{HERE}/concern-about-head"
    assert soup(head.get(at)).find("form", action=at) is None
    sent = {"seal": web_school.seal_of(head), "to": ["headteacher"]}
    assert head.post(at, data=sent).status_code == 422
    assert route(web_school, "concern-about-head").to == ("chair",)


def test_a_role_that_stands_in_a_route_stays_to_be_chosen(member):
    client, at = member("hd"), f"{HERE}/data-breach"
    page = soup(client.get(at))
    shown = [one.select_one("option[selected]") for one in page.select("select[name=to]")]
    assert "business-manager" in [one["value"] for one in shown if one is not None]


def test_only_who_leads_on_safeguarding_changes_it(web_school, member):
    assert member("y5").get(HERE).status_code == 403
    assert member("of").get(HERE).status_code == 403


def test_a_route_that_counts_is_undone_with_the_same_second_yes_until_the_next_morning(
    web_school, member, asked
):
    before = route(web_school)
    leader = member("dh")
    decide(leader, then="agree")
    at = f"{HERE}/{KIND}/undo"
    assert soup(leader.get(HERE)).find("form", action=at) is not None
    web_school.clock.turn(minutes=1)
    seal = {"seal": web_school.seal_of(leader)}
    assert leader.post(at, data=seal).headers["location"] == f"{HERE}?done=waits"
    assert route(web_school) != before
    decide(asked, then="agree")
    assert route(web_school) == before
    found = actions(web_school, "changed a route", "asked for a second yes to a route")
    assert [actor for action, actor in found if action == "changed a route"] == ["person:dh", "person:hd"]
    web_school.clock.turn(days=1)
    late = member("dh")
    assert soup(late.get(HERE)).find("form", action=at) is None
    assert late.post(at, data={"seal": web_school.seal_of(late)}).status_code == 422
