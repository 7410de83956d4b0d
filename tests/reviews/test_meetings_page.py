"""The dates of meetings: added, moved and removed by the clerk; everything is counted from them."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.planning.service import plan_day
from bot.records import ledger
from bot.records import register as record_register
from bot.register.load import parse
from bot.rules.meetings import Meeting

SCHOOL = "merriwell-green"
LIST = "/governors/meetings"
BODY = "full-governing-body"
HELD_ON, NEXT_ON = date(2026, 11, 19), date(2026, 12, 10)
REFUSED = [
    ({"on": ""}, "Choose the day, like 2027-01-07."),
    ({"on": "soon"}, "Choose the day, like 2027-01-07."),
    ({"on": "2026-11-22"}, "This day has passed."),
    ({"on": "2062-12-03"}, "more than two years away. Check the year."),
    ({"on": "2026-12-10", "papers_on": "2026-12-01"}, "It meets on 10 December 2026 already."),
    ({"on": "2027-01-14", "papers_on": "2027-01-14"}, "Papers go out before the meeting."),
    ({"on": "2027-01-14", "papers_on": "x"}, "Choose the day, like 2027-01-07."),
    ({"on": "2027-01-14", "body": "nobody"}, "Choose who meets."),
]


def soup(answer):
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


def meetings(served, body=BODY):
    with served.store.reading() as conn:
        register = record_register.load_register(conn, SCHOOL)
    return next(one for one in register.bodies if one.key == body).meetings


def days(served):
    return [one.on for one in meetings(served)]


def send(client, address, act="", **typed):
    """Fill in a form of a page as a browser would."""
    form = soup(client.get(address)).find("form", action=address + act)
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | typed)


@pytest.fixture
def clerk(member):
    return member("cl")


def test_a_meeting_is_added_once_and_everything_else_stays(served, clerk):
    before = days(served)
    for _ in range(2):
        answer = send(clerk, LIST, body=BODY, on="2027-01-14", papers_on="2027-01-05")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?body={BODY}")
    assert days(served) == sorted([*before, date(2027, 1, 14)])
    added = next(one for one in meetings(served) if one.on == date(2027, 1, 14))
    assert (added.key, added.papers_on) == ("2027-01-14", date(2027, 1, 5))
    assert "Thursday 14 January 2027 papers by Tuesday 5 January 2027" in words(soup(clerk.get(LIST)))
    assert "Thursday 14 January 2027" in words(soup(clerk.get("/governors")))
    with served.store.reading() as conn:
        entries = [one for _, one in ledger.entries(conn, limit=2) if one.action == "register applied"]
    assert [one.actor for one in entries] == ["person:cl"]


def test_a_moved_meeting_keeps_its_key_and_another_may_take_its_day(served, clerk):
    address = f"{LIST}/{BODY}/{NEXT_ON}"
    form = soup(clerk.get(address)).find("form", action=address)
    assert form.find("input", {"name": "on"})["value"] == str(NEXT_ON)
    assert send(clerk, address, on="2026-12-16").headers["location"] == LIST
    assert next(one.key for one in meetings(served) if one.on == date(2026, 12, 16)) == str(NEXT_ON)
    assert send(clerk, LIST, body=BODY, on=str(NEXT_ON)).status_code == 303
    assert next(one.key for one in meetings(served) if one.on == NEXT_ON) == f"{NEXT_ON}-2"


def test_a_meeting_is_taken_off_and_its_reviews_go_elsewhere(served, clerk):
    page = words(soup(clerk.get("/governors")))
    assert "Thursday 10 December 2026" in page
    for _ in range(2):
        address = f"{LIST}/{BODY}/{NEXT_ON}"
        hidden = {"seal": served.seal_of(clerk)}
        assert clerk.post(f"{address}/off", data=hidden).headers["location"] == LIST
    assert NEXT_ON not in days(served)
    assert clerk.get(address).status_code == 404
    plan_day(served.services, served.clock())
    assert "Thursday 10 December 2026" not in words(soup(clerk.get("/governors")))


@pytest.mark.parametrize(("typed", "says"), REFUSED)
def test_days_that_cannot_be_are_refused_with_what_was_typed(served, clerk, typed, says):
    before = meetings(served)
    answer = send(clerk, LIST, **({"body": BODY} | typed))
    assert answer.status_code == 422
    page = soup(answer)
    assert says in words(page.select_one(".errors"))
    assert page.find("input", {"name": "on"})["value"] == typed["on"]
    assert meetings(served) == before


def test_a_move_onto_another_meeting_or_into_the_past_is_refused(served, clerk):
    send(clerk, LIST, body=BODY, on="2027-01-14")
    before = meetings(served)
    for on, says in [("2026-12-10", "already"), ("2026-11-01", "has passed")]:
        answer = send(clerk, f"{LIST}/{BODY}/2027-01-14", on=on)
        assert (answer.status_code, says in words(soup(answer).select_one(".errors"))) == (422, True)
    assert meetings(served) == before


def test_what_was_held_is_not_touched(served, clerk):
    with served.store.writing() as conn:
        known = record_register.load_register(conn, SCHOOL)
        held = Meeting(str(HELD_ON), HELD_ON)
        bodies = [replace(one, meetings=(held, *one.meetings)) for one in known.bodies]
        record_register.save_register(conn, replace(known, bodies=tuple(bodies)), served.clock())
    before = meetings(served)
    assert before[0] == held
    assert clerk.get(f"{LIST}/{BODY}/{HELD_ON}").status_code == 404
    sent = {"seal": served.seal_of(clerk), "on": "2027-01-14"}
    assert clerk.post(f"{LIST}/{BODY}/{HELD_ON}", data=sent).status_code == 404
    answer = clerk.post(f"{LIST}/{BODY}/{HELD_ON}/off", data=sent)
    assert (answer.status_code, "not among the coming ones" in answer.text) == (422, True)
    assert meetings(served) == before


@pytest.mark.parametrize(("person", "status"), [("cl", 200), ("hd", 200), ("gc", 403), ("y5", 403)])
def test_only_the_person_who_clerks_changes_dates(served, member, person, status):
    client, before = member(person), meetings(served)
    assert client.get(LIST).status_code == status
    assert (f'href="{LIST}"' in client.get("/governors").text) is (status == 200)
    if status == 403:
        sent = {"seal": served.seal_of(client), "body": BODY, "on": "2027-01-14"}
        assert client.post(LIST, data=sent).status_code == 403
        assert meetings(served) == before


def test_the_rules_file_holds_the_meetings_as_it_takes_them(served, clerk, member):
    send(clerk, LIST, body=BODY, on="2027-01-14", papers_on="2027-01-05")
    bodies = {one.key: one for one in parse(member("of").get("/office/rules.yaml").text).bodies}
    said = [(one.on, one.papers_by) for one in bodies[BODY].meetings]
    assert (date(2027, 1, 14), date(2027, 1, 5)) in said
    assert said == [(one.on, one.papers_on) for one in meetings(served)]
