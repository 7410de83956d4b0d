"""People by task: each person once, each cell with its deed, and the filters."""

import pytest
from bs4 import BeautifulSoup

from bot.dashboard.service import standing_of
from bot.planning.store import load_snapshot
from bot.status.matrix import KINDS, matrix

SCHOOL = "merriwell-green"


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def whole(school, kind="", task=""):
    with school.store.reading() as conn:
        today = school.clock().date()
        snapshot = load_snapshot(conn, today, (SCHOOL,))
    return matrix(snapshot, standing_of(snapshot, SCHOOL, today), "hd", kind, task)


def test_each_line_of_the_figures_stands_in_one_cell(served):
    every = whole(served)
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, served.clock().date(), (SCHOOL,))
    standing = standing_of(snapshot, SCHOOL, served.clock().date())
    kinds = {kind for _, some in KINDS.values() for kind in some}
    cells = [one.line for row in every.rows for cell in row.cells for one in cell]
    assert sorted(map(repr, cells)) == sorted(repr(one) for one in standing.lines if one.kind in kinds)
    assert sum(row.open + row.settled for row in every.rows) == len(cells) > 50


def test_the_kinds_part_the_whole(served):
    parts = [whole(served, kind) for kind in KINDS]
    assert sum(len(part.columns) for part in parts) == len(whole(served).columns)
    for (_, kinds), part in zip(KINDS.values(), parts, strict=True):
        assert {one.line.kind for row in part.rows for cell in row.cells for one in cell} <= set(kinds)


@pytest.mark.parametrize("query", ["", "?who=all", "?kind=training", "?task=read-mobile", "?q=sorley"])
def test_every_name_and_every_state_is_a_link_that_opens(served, member, query):
    head = member("hd")
    page = soup(head.get(f"/school/people-by-task{query}"))
    rows = page.select("tbody tr")
    assert rows
    for row in rows:
        assert row.th.a["href"].startswith("/office/people/of/")
        assert all(chip.find_parent("a") for chip in row.select(".chip"))
    addresses = {link["href"].partition("#")[0] for link in page.select("tbody td a, thead a")}
    some = sorted(addresses)[:8]
    assert {one: head.get(one).status_code for one in some} == dict.fromkeys(some, 200)


def test_it_opens_with_those_who_have_something_open(served, member):
    page = soup(member("hd").get("/school/people-by-task"))
    assert int(page.table["data-total"]) == whole(served).open
    everyone = soup(member("hd").get("/school/people-by-task?who=all"))
    assert int(everyone.table["data-total"]) == len(whole(served).rows)


def test_one_task_shows_everyone_who_is_asked(served, member):
    page = soup(member("hd").get("/school/people-by-task?task=read-mobile"))
    assert len(page.select("thead th")) == 2
    assert int(page.table["data-total"]) == len(whole(served, task="read-mobile").rows)


def test_a_kind_that_is_not_there_is_not_found(member):
    assert member("hd").get("/school/people-by-task?kind=swimming").status_code == 404
    assert soup(member("hd").get("/school/people-by-task?q=zzz")).select("tbody tr") == []
