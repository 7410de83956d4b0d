"""What a tab of Teams shows: others may see the screen, so its overviews name no one but their reader.

A task's own page names the person who answers questions about it, and a document names whom it names.
"""

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.planning.store import load_snapshot

SCHOOL = "merriwell-green"
# Pages that act, download or leave.
NOT_SHOWN = ("/sign-in", "/static", "/health", "/teams", "/robots.txt", "/report", "/library")


@pytest.fixture
def others(served):
    """The names of everyone at the school but the headteacher."""
    with served.store.reading() as conn:
        people = load_snapshot(conn, served.clock().date(), (SCHOOL,)).people
    return [one.name for key, one in people.items() if key != "hd"]


@pytest.fixture
def plain_pages(served):
    """The addresses of all pages without a variable part."""
    app = create_app(served.services)
    found = {route.path for route in app.routes if "GET" in (getattr(route, "methods", None) or ())}
    return sorted(path for path in found if "{" not in path and not path.startswith(NOT_SHOWN))


def named(client, path, others):
    page = client.get(path)
    if page.status_code != 200 or "html" not in page.headers["content-type"]:
        return None
    said = BeautifulSoup(page.text, "html.parser").select_one("main").get_text(" ")
    return [name for name in others if name in said]


def test_no_overview_in_a_tab_names_anyone_else(member, others, plain_pages):
    in_browser, in_tab = member("hd"), member("hd", how="teams")
    outside = {path: named(in_browser, path, others) for path in plain_pages}
    inside = {path: named(in_tab, path, others) for path in plain_pages}
    assert sum(bool(names) for names in outside.values()) > 10
    assert [path for path, names in inside.items() if names] == []
    assert [path for path, names in inside.items() if names is not None] != []


def test_a_page_that_may_name_others_leads_to_the_browser(member):
    page = member("hd", how="teams").get("/office/people?show=all")
    assert page.status_code == 403
    link = BeautifulSoup(page.text, "html.parser").select_one("main a.button")
    assert (link["href"], link["target"]) == ("/office/people?show=all", "_blank")
