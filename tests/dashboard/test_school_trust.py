"""The trust's view: the schools that name somebody, side by side, in figures and without a person's name."""

import csv
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from paused import pause
from planned import plan_today

from bot.core.clock import SCHOOL_TIMEZONE
from bot.dashboard import trust
from bot.dashboard.trust import SCHOOLS_A_PAGE, count_schools
from bot.people.import_service import given_here
from bot.planning.store import load_in_batches
from bot.records import ledger, school_figures
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.school_figures import SchoolFigures
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from bot.status.words import SHOWN

SCHOOL = "merriwell-green"
# The sample school, another one, and as many more.
EVERY = SCHOOLS_A_PAGE + 2
COUNTED = "{} of {} schools counted; {} stand as they were"


@pytest.fixture
def trust_lead(served, second_school):
    """Make somebody who looks at these settings for their trust, and return their key."""

    def made(*settings, role="trust-lead", leaves_on=None):
        here = tuple(Membership(key, frozenset({role}), leaves_on=leaves_on) for key in settings)
        with served.store.writing() as conn:
            record_people.save_people(
                conn, [Person("tl", "Tess Lark", "tess@trust.example", here)], served.clock()
            )
        return "tl"

    return made


def page_of(member, person, school=SCHOOL):
    answer = member(person, school=school).get("/school/trust")
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


def test_schools_stand_side_by_side_with_unknown_beside_overdue(member, trust_lead, second_school):
    page = page_of(member, trust_lead(SCHOOL, second_school))
    rows = [one.select_one("th a").get_text() for one in page.select("tbody tr")]
    assert rows == ["Merriwell Green Primary School", "Otherfield Primary School"]
    heads = [one.get_text(strip=True) for one in page.select("thead th")]
    assert heads.index("not recorded") - heads.index("overdue") == 1


def test_states_stand_in_the_order_of_every_other_page(member, trust_lead):
    client = member(trust_lead(SCHOOL))
    page = BeautifulSoup(client.get(f"/school/trust/{SCHOOL}").text, "html.parser")
    order = [state.value for state in SHOWN]
    lists = [[chip["class"][1] for chip in one.select(".chip")] for one in page.select(".area-rows ul.chips")]
    bars = [[rect["class"][0] for rect in one.select("rect")] for one in page.select("svg.stacked")]
    shown = [[name.removeprefix("is-").replace("-", " ") for name in one] for one in (*lists, *bars)]
    assert any(len(one) > 2 for one in shown)
    assert shown == [sorted(one, key=order.index) for one in shown]


@pytest.mark.parametrize(
    ("school", "shown", "hidden"),
    [(SCHOOL, "Merriwell", "Otherfield"), ("otherfield", "Otherfield", "Merriwell")],
)
def test_a_school_that_does_not_name_them_is_not_there(member, trust_lead, school, shown, hidden):
    said = page_of(member, trust_lead(school), school).select_one("main").get_text()
    assert shown in said
    assert hidden not in said


def test_no_person_is_named(served, member, trust_lead, second_school):
    said = page_of(member, trust_lead(SCHOOL, second_school)).select_one("main").get_text()
    with served.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values() if one.key != "tl"]
    assert [name for name in names if name in said] == []


def test_the_head_of_one_school_has_no_such_page_and_the_trust_no_list_of_names(member, trust_lead):
    assert member("hd").get("/school/trust").status_code == 403
    client = member(trust_lead(SCHOOL))
    assert client.get("/school").status_code == client.get("/school/everything").status_code == 403


def test_the_menu_leads_there(member, trust_lead):
    menu = page_of(member, trust_lead(SCHOOL)).select("nav.menu a")
    assert [one["href"] for one in menu if one.has_attr("aria-current")] == ["/school/trust"]


def test_a_person_who_left_one_school_does_not_see_it_any_more(served, member, trust_lead, second_school):
    key = trust_lead(SCHOOL, second_school)
    with served.store.writing() as conn:
        known = record_people.roster(conn, second_school)[key]
        gone = replace(known.membership(second_school), leaves_on=served.clock().date().replace(day=1))
        here = record_people.roster(conn, SCHOOL)[key].membership(SCHOOL)
        record_people.save_people(conn, [replace(known, memberships=(here, gone))], served.clock())
    assert "Otherfield" not in page_of(member, key).select_one("main").get_text()


@pytest.fixture
def many(served, trust_lead):
    """Make more schools than are counted while somebody waits, all named by one reader; return their keys."""
    others = [f"school-{number:02}" for number in range(SCHOOLS_A_PAGE)]
    with served.store.writing() as conn:
        for key in others:
            record_register.save_register(conn, Register(School(key, key.title())), served.clock())
    trust_lead(SCHOOL, *others)
    return SCHOOL, *others


def rows_of(page):
    return {
        row.select_one("th a").get_text(): [cell.get_text() for cell in row.select("td")]
        for row in page.select("tbody tr")
    }


def test_many_schools_are_shown_as_they_were_last_counted_and_one_that_is_opened_as_it_is(
    served, member, many
):
    assert count_schools(served.services, served.clock()) == COUNTED.format(EVERY, EVERY, 0)
    counted = rows_of(page_of(member, "tl"))
    with served.store.writing() as conn:
        for key in record_people.roster(conn, SCHOOL):
            pause(conn, SCHOOL, key, paused=True)
    later = served.clock() + timedelta(minutes=5)
    assert rows_of(page_of(member, "tl")) == counted
    opened = BeautifulSoup(member("tl").get(f"/school/trust/{SCHOOL}").text, "html.parser")
    assert opened.select(".area-rows .is-paused")
    count_schools(served.services, later)
    now = rows_of(page_of(member, "tl"))
    assert now.pop("Merriwell Green Primary School") != counted.pop("Merriwell Green Primary School")
    assert now == counted


def test_a_schools_figures_are_those_of_its_areas_together_and_nothing_where_none_was_counted(
    served, member, many
):
    kept = {"Training": {"done": 3, "overdue": 1}, "Reviews": {"done": 2}}
    with served.store.writing() as conn:
        school_figures.keep(conn, [SchoolFigures(key, served.clock(), kept, 4, 0) for key in many])
    row = page_of(member, "tl").select_one("tbody tr")
    assert "83% done" in row.get_text()
    shown = {
        one["data-label"]: int(re.findall(r"\d+", one.get_text())[-2 if one["data-label"] == "Done" else 0])
        for one in row.select("td")
    }
    assert {state: number for state, number in shown.items() if number} == {
        "Done": 5,
        "Overdue": 1,
        "Problems": 4,
    }


def test_a_page_of_many_says_when_they_were_counted(served, member, many):
    said = page_of(member, "tl").select_one(".lead").get_text()
    assert "Counted on" not in said
    count_schools(served.services, served.clock() - timedelta(minutes=20))
    said = page_of(member, "tl").select_one(".lead").get_text()
    assert "Counted on" in said


def test_a_school_of_many_that_does_not_name_them_is_not_opened(served, member, many, second_school):
    assert member("tl").get(f"/school/trust/{SCHOOL}").status_code == 200
    assert member("tl").get(f"/school/trust/{second_school}").status_code == 404


def test_few_schools_are_not_counted_before_a_person_looks(served, second_school):
    assert count_schools(served.services, served.clock()) == "few enough to be counted when somebody looks"


def test_a_count_that_is_to_stop_stops_between_a_few_schools(served, many):
    stopped = replace(served.services, stopping=lambda: True)
    assert count_schools(stopped, served.clock()) == COUNTED.format(0, EVERY, 0)


def test_a_school_is_counted_again_when_something_changed_in_it_or_on_another_day(served, member, many):
    def count(minutes):
        return count_schools(served.services, served.clock() - timedelta(minutes=minutes))

    plan_today(served.services, served.clock())
    assert count(60) == COUNTED.format(EVERY, EVERY, 0)
    assert count(50) == COUNTED.format(0, 0, EVERY)
    said = page_of(member, "tl").select_one(".lead").get_text()
    assert f"{(served.clock() - timedelta(minutes=50)).astimezone(SCHOOL_TIMEZONE):%H:%M}" in said
    with served.store.writing() as conn:
        pause(conn, "school-01", "tl", paused=True)
    # A plan made since takes no change away from the figures.
    plan_today(served.services, served.clock())
    assert count(40) == COUNTED.format(1, 1, EVERY - 1)
    assert count(20) == COUNTED.format(0, 0, EVERY)
    assert count(-24 * 60) == COUNTED.format(EVERY, EVERY, 0)


def test_a_school_whose_register_names_a_person_of_another_is_always_counted_again(served, many):
    """What changes about them is noted in their own school alone."""
    with served.store.writing() as conn:
        first = record_register.load_register(conn, "school-00")
        record_register.save_register(conn, replace(first, roles={"chair": ["hd"]}), served.clock())
    plan_today(served.services, served.clock())
    for _ in range(3):
        said = count_schools(served.services, served.clock())
    assert said == COUNTED.format(1, 1, EVERY - 1)


def test_a_change_that_comes_while_a_school_is_counted_is_counted_next(served, many, monkeypatch):
    def leader(*, paused):
        with served.store.writing() as conn:
            pause(conn, SCHOOL, "tl", paused=paused)

    def changed_and_planned_meanwhile(conn, *given):
        found = list(load_in_batches(conn, *given))
        leader(paused=False)
        plan_today(served.services, served.clock())
        return found

    plan_today(served.services, served.clock())
    for _ in range(2):
        count_schools(served.services, served.clock())
    leader(paused=True)
    with monkeypatch.context() as patched:
        patched.setattr(trust, "load_in_batches", changed_and_planned_meanwhile)
        assert count_schools(served.services, served.clock()) == COUNTED.format(1, 1, EVERY - 1)
    assert count_schools(served.services, served.clock()) == COUNTED.format(1, 1, EVERY - 1)
    assert count_schools(served.services, served.clock()) == COUNTED.format(0, 0, EVERY)


def test_schools_are_compared_area_by_area(member, trust_lead, second_school):
    client = member(trust_lead(SCHOOL, second_school))
    page = BeautifulSoup(client.get("/school/trust/compare").text, "html.parser")
    tables = page.select("section table")
    assert len(tables) > 3
    assert all(
        {row.select_one("a")["href"] for row in one.select("tbody tr")}
        == {f"/school/trust/{SCHOOL}", f"/school/trust/{second_school}"}
        for one in tables
    )
    whole = rows_of(BeautifulSoup(client.get("/school/trust").text, "html.parser"))
    overdue = [int(one.get_text()) for one in page.select("td[data-label=Overdue]")]
    assert sum(overdue) == sum(int(cells[1]) for cells in whole.values())


def test_dates_of_all_schools_stand_in_order(member, trust_lead, second_school):
    client = member(trust_lead(SCHOOL, second_school))
    lines = client.get("/school/trust/dates.csv").text.splitlines()[1:]
    days = [line.split(",")[0] for line in lines]
    assert len(days) > 2
    assert days == sorted(days)
    page = BeautifulSoup(client.get("/school/trust/dates").text, "html.parser")
    assert len(page.select("tbody tr")) == len(days)


def test_one_school_is_opened_without_a_name_and_only_by_whom_it_names(
    served, member, trust_lead, second_school
):
    client = member(trust_lead(SCHOOL))
    page = BeautifulSoup(client.get(f"/school/trust/{SCHOOL}").text, "html.parser")
    assert {"by-area", "year-heading", "trend-heading"} <= {one.get("id") for one in page.select("h2")}
    with served.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values() if one.key != "tl"]
    said = page.select_one("main").get_text()
    assert names
    assert [name for name in names if name in said] == []
    assert client.get(f"/school/trust/{second_school}").status_code == 404
    assert member("hd").get(f"/school/trust/{SCHOOL}").status_code == 403


def levels(client):
    page = BeautifulSoup(client.get("/school/trust-access").text, "html.parser")
    return {one["data-person"]: one["data-level"] for one in page.select("[data-person]")}, page


def grant(client, person, level):
    _, page = levels(client)
    seal = page.select_one("input[name=seal]")["value"]
    return client.post("/school/trust-access", data={"seal": seal, "person": person, "level": level})


def test_a_head_grants_names_and_figures_and_ends_both_at_once(served, member, trust_lead, second_school):
    trust_lead(SCHOOL, second_school)
    head, reader = member("hd"), member("tl")
    with served.store.reading() as conn:
        names = {one.name for one in record_people.roster(conn, SCHOOL).values()}

    def shown():
        answer = reader.get(f"/school/trust/{SCHOOL}")
        return answer.status_code, any(name in answer.text for name in names - {"Tess Lark"})

    def downloaded():
        return reader.get(f"/school/trust/{SCHOOL}/open.csv").status_code

    assert levels(head)[0]["tl"] == "figures"
    assert (shown(), downloaded()) == ((200, False), 404)
    assert grant(head, "tl", "names").status_code == 303
    assert levels(head)[0]["tl"] == "names"
    assert (shown(), downloaded()) == ((200, True), 200)
    grant(head, "tl", "figures")
    assert (shown(), downloaded()) == ((200, False), 404)
    grant(head, "tl", "nothing")
    assert (shown()[0], downloaded()) == (404, 404)
    assert "Merriwell" not in page_of(member, "tl").select_one("main table").get_text()
    assert "Otherfield" in page_of(member, "tl").select_one("main table").get_text()
    with served.store.reading() as conn:
        found = [one for _, one in ledger.entries(conn) if one.action == "changed what the trust sees"]
    moved = [(one.data["from"], one.data["to"]) for one in reversed(found)]
    assert moved == [("figures", "names"), ("names", "figures"), ("figures", "nothing")]


def test_names_carry_no_reason_and_nothing_on_hold(served, member, trust_lead):
    trust_lead(SCHOOL)
    grant(member("hd"), "tl", "names")
    lines = member("tl").get(f"/school/trust/{SCHOOL}/open.csv").text.splitlines()
    assert lines[0].removeprefix("\ufeff") == "Who,What,State,Due"
    states = {line.split(",")[-2] for line in lines[1:]}
    assert states
    assert states <= {"overdue", "not recorded", "due soon", "to do"}


def test_what_was_granted_here_outlasts_a_list_that_names_the_reader(served, member, trust_lead):
    trust_lead(SCHOOL)
    grant(member("hd"), "tl", "nothing")
    with served.store.reading() as conn:
        held = record_people.roster(conn, SCHOOL)["tl"].membership(SCHOOL)
    assert "trust-nothing" in given_here(held)
    assert trust.schools_of(Person("tl", "Tess Lark", None, (held,)), served.clock().date()) == ()


@pytest.mark.parametrize(
    ("person", "level", "field"), [("y5", "names", "person"), ("tl", "everything", "level")]
)
def test_only_readers_at_the_trust_are_granted_one_of_three(member, trust_lead, person, level, field):
    trust_lead(SCHOOL)
    answer = grant(member("hd"), person, level)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.text, "html.parser").select_one(f".errors a[href='#{field}']")


@pytest.mark.parametrize("reader", ["tl", "of", "y5"])
def test_no_one_else_decides_what_the_trust_sees(member, trust_lead, reader):
    trust_lead(SCHOOL)
    assert member(reader).get("/school/trust-access").status_code == 403


def test_each_schools_year_is_drawn_with_the_numbers_of_its_table(member, trust_lead, second_school):
    client = member(trust_lead(SCHOOL, second_school))
    page = BeautifulSoup(client.get("/school/trust/years").text, "html.parser")
    assert [one["data-school"] for one in page.select("[data-school]")] == [SCHOOL, second_school]
    pictures = page.select(f"[data-school={SCHOOL}] svg[role=img]")
    assert pictures
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))
    row = page.select_one("tbody tr")
    shown = [int(cell.get_text()) for cell in row.select("td")]
    marks = list(csv.reader(client.get("/school/trust/years.csv").text.splitlines()))[1:]
    mine = [line for line in marks if line[0] == "Merriwell Green Primary School"]
    assert sum(shown) > 0
    assert shown == [sum(int(line[at]) for line in mine) for at in (3, 4, 5, 6)]
