"""Today, as the head, the office and a teacher see it: everything that waits, and a page behind each verb."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bot.planning.store import load_snapshot

SCHOOL = "merriwell-green"


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def items(page):
    """The rows of the page: area and address."""
    return [(row["data-area"], row.select_one("a.button")["href"]) for row in page.select("li.todo")]


def test_a_refusal_stands_first_with_the_head_and_with_no_one_else(served, member, asks):
    receipt = asks(person="y5", outcome="declined", said="Not on my own phone")
    page = soup(member("hd").get("/me"))
    assert ("refusal", f"/office/questions/{receipt}") in items(page)[:3]
    assert "Not on my own phone" not in page.get_text()
    for other in ("of", "y5", "y6"):
        assert receipt not in member(other).get("/me").text.replace(f"/me/receipt/{receipt}", "")


def test_a_question_stands_with_the_policys_owner_alone(served, member, asks):
    receipt = asks(person="y5", outcome="question")
    holders = [who for who in ("hd", "dh", "of", "y4", "y6") if receipt in member(who).get("/me").text]
    assert len(holders) == 1
    (owner,) = holders
    assert ("question", f"/office/questions/{receipt}") in items(soup(member(owner).get("/me")))


def test_the_heads_own_tasks_stand_among_the_rest(served, member):
    rows = items(soup(member("hd").get("/me")))
    areas = {area for area, _ in rows}
    assert "task" in areas
    assert len(areas) > 1
    assert len(rows) == len(set(rows))


def test_the_number_in_the_heading_is_that_of_the_rows(served, member):
    page = soup(member("hd").get("/me"))
    rows = len(page.select("li.todo"))
    later = len(page.select("section[aria-labelledby=coming-heading] li.todo"))
    assert int(page.find("h1")["data-count"]) == rows - later > 3
    assert len(page.select("section[aria-labelledby=first-heading] li.todo")) == 3


@pytest.mark.parametrize("reader", ["hd", "of", "dh"])
def test_every_verb_opens_its_page_for_its_reader(served, member, asks, reader):
    asks(person="y5", outcome="declined")
    client = member(reader, lasts=timedelta(days=1))
    addresses = {href.partition("#")[0] for _, href in items(soup(client.get("/me")))}
    assert addresses
    assert {one: client.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 200)


def test_the_dashboards_three_are_the_first_three_of_today(served, member, asks):
    asks(person="y5", outcome="declined")
    head = member("hd")
    first = soup(head.get("/me")).select("section[aria-labelledby=first-heading] a.button")
    shown = soup(head.get("/school")).select("ol.first a")
    assert [one["href"] for one in shown] == [one["href"] for one in first]


def test_a_tab_in_teams_counts_by_area_and_names_no_one(served, member, asks, case_of):
    case_of()
    asks(person="y5", outcome="declined")
    page = soup(member("hd", how="teams").get("/school")).select_one("main")
    with served.store.reading() as conn:
        people = load_snapshot(conn, served.clock().date(), (SCHOOL,)).people.values()
    said = page.get_text(" ")
    assert [one.name for one in people if one.name in said] == []
    assert page.select("a[href^='/cases'], a[href^='/office/questions']") == []
    rows = page.select("section[aria-labelledby=first-heading] li[data-area]")
    waiting = Counter(area for area, _ in items(soup(member("hd").get("/me"))))
    counted = {row["data-area"]: int(row.get_text().split()[0]) for row in rows}
    assert counted == {area: number for area, number in waiting.items() if area not in {"case", "refusal"}}


def test_a_shared_device_shows_a_persons_own_tasks_alone(served, member, asks):
    asks(person="y5", outcome="declined")
    at_kiosk = soup(member("hd", how="kiosk").get("/me"))
    assert at_kiosk.select("li.todo") == []
    assert at_kiosk.select("a[href^='/me/duty/']")


def test_a_teacher_with_tasks_only_keeps_the_plain_list(served, member):
    page = soup(member("y6").get("/me"))
    assert page.select("li.todo") == []
    assert page.select("ul.duties a[href^='/me/duty/']")


def number(client, page="/me/requests"):
    """The number beside Today in the menu; None: there is none."""
    found = soup(client.get(page)).select_one("nav.menu [data-count]")
    return int(found["data-count"]) if found else None


@pytest.mark.parametrize("reader", ["hd", "of", "y5", "gc"])
def test_the_menu_has_the_number_of_today_on_every_page(served, member, reader):
    client = member(reader)
    heading = soup(client.get("/me")).h1
    said = heading.get("data-count") or re.search(r"(\d+) things? to do", heading.get_text(" "))[1]
    assert number(client) == number(client, "/me") == int(said)


def test_a_form_that_is_sent_counts_again(served, member, asks):
    head = member("hd")
    before = number(head)
    asks(person="y5", outcome="declined")
    assert number(head) == before + 1


@pytest.mark.parametrize("how", ["kiosk", "teams"])
def test_a_screen_that_others_see_has_no_number(served, member, how):
    assert number(member("hd", how=how), "/me") is None


def test_after_an_answer_the_next_task_is_offered(served, member):
    teacher = member("y5")
    page = soup(teacher.get("/me"))
    first, second = [one["href"] for one in page.select("ul.duties a.button")][:2]
    form = soup(teacher.get(first)).select_one("#answer form")
    seal = form.select_one("input[name=seal]")["value"]
    sent = teacher.post(
        form["action"], data={"seal": seal, "outcome": "question", "question": "Which one?", "name": ""}
    )
    assert sent.status_code == 303, sent.text[:300]
    receipt = soup(teacher.get(sent.headers["location"]))
    assert receipt.select_one("#next a.button")["href"] == second


def test_today_in_teams_counts_what_is_not_ones_own_task_and_names_no_one(served, member, asks, case_of):
    case_of()
    asks(person="y5", outcome="declined")
    page = soup(member("hd", how="teams").get("/me")).select_one("main")
    assert page.select("li.todo, a[href^='/cases'], a[href^='/office/questions/']") == []
    counted = page.select("section[aria-labelledby=counted-heading] li[data-area]")
    assert {row["data-area"] for row in counted}.isdisjoint({"case", "refusal", "question", "task"})
    assert counted
    assert "Nadia Karim" not in page.get_text(" ")
    assert "Adam Sorley" not in page.get_text(" ")
