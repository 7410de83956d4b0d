"""Where the rows of the lists lead: each row has a deed, and every link opens for the person who reads it."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from bot.planning.store import load_snapshot
from bot.rules.duties import Finding
from bot.status import links, warnings
from bot.status.model import figures

SCHOOL = "merriwell-green"
LISTS = (
    "/school",
    "/school/everything",
    "/school/policy-reviews",
    "/school/training",
    "/school/stuck",
    "/school/findings",
    "/school/policies",
    "/office",
)


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def codes():
    """Every code of a finding that `warnings` may give."""
    tree = ast.parse(Path(warnings.__file__).read_text(encoding="utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    named = [one for one in calls if getattr(one.func, "id", "") == "_found"]
    return {one.args[1].value for one in named}


def test_every_finding_has_a_page_that_puts_it_right():
    assert len(codes()) > 10
    assert codes() == set(links.FINDINGS)
    assert links.finding_deed(Finding("account-stopped", "warning", "x", "", SCHOOL, "fb")).href.endswith(
        "/fb"
    )
    with pytest.raises(KeyError):
        links.finding_deed(Finding("no-such-code", "info", "x"))


@pytest.mark.parametrize("reader", ["hd", "y5"])
def test_each_row_leads_to_its_person_its_item_and_a_deed(web_school, reader):
    with web_school.store.reading() as conn:
        snapshot = load_snapshot(conn, web_school.clock().date(), (SCHOOL,))
    (standing,) = figures(snapshot, web_school.clock().date())
    rows = links.linked_rows(snapshot, SCHOOL, standing.lines, reader)
    assert len(rows) == len(standing.lines) > 50
    own = [one for one in rows if one.line.person == reader and one.deed.href.startswith("/me/duty/")]
    assert own
    for one in rows:
        assert one.item.startswith("/")
        assert one.deed.verb
        assert one.deed.href.startswith("/")
        assert one.person.endswith(f"/{one.line.person}")
    others = [one for one in rows if one.line.person != reader]
    assert others
    assert not [one for one in others if one.deed.href.startswith("/me/")]


def test_a_question_that_waits_is_answered_from_its_row(served, member, asks):
    receipt = asks(person="y5")
    head = member("hd")
    rows = soup(head.get("/school/everything?state=paused")).select("tbody tr")
    assert rows
    hrefs = [link["href"] for row in rows for link in row.select("td:last-child a")]
    assert f"/office/questions/{receipt}" in hrefs
    assert soup(head.get("/school")).select_one("[data-line=questions] a[href='/office/questions']")


def test_every_row_of_the_area_lists_has_its_links(served, member):
    head, seen = member("hd"), 0
    for area in ("everything", "training", "policy-reviews", "agreements", "reading-policies"):
        for row in soup(head.get(f"/school/{area}")).select("tbody tr"):
            seen += 1
            assert row.select_one("th a[href^='/office/people/of/']"), row
            assert row.select_one("td[data-label=What] a[href]"), row
            assert row.select_one("td:last-child a[href]"), row
    assert seen > 50


@pytest.mark.parametrize("reader", ["hd", "of"])
def test_no_link_of_the_lists_leads_nowhere(served, member, reader):
    """Each is opened by the person who is shown it; links of one shape are tried twice."""
    client, tried = member(reader, lasts=timedelta(days=1)), {}
    for page in LISTS:
        answer = client.get(page)
        if answer.status_code == 403:
            continue
        for link in soup(answer).select("main a[href^='/']"):
            address = link["href"].partition("#")[0]
            shape = (page, address.count("/"), address.split("/")[1:3][-1])
            if address and len(tried.setdefault(shape, set())) < 2:
                tried[shape].add(address)
    addresses = sorted(set().union(*tried.values()))
    assert len(addresses) >= 10
    assert {one: client.get(one).status_code for one in addresses} == dict.fromkeys(addresses, 200)
