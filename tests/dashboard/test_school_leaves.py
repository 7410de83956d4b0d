"""Lists of many messages stand a page at a time: nobody is missing, and a tick counts for the page shown."""

import pytest
from bs4 import BeautifulSoup

from bot.dashboard.holds import todays
from bot.delivery.service import deliver
from bot.messages import store as message_store
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.rules.people import Membership, Person
from bot.web.render import LEAF, leaf

SCHOOL = "merriwell-green"
TOLD = 45


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def waiting(served):
    with served.store.reading() as conn:
        known = load_snapshot(conn, served.clock().date(), (SCHOOL,))
        return todays(conn, known, SCHOOL, served.clock())


@pytest.fixture
def told(served):
    """Write down the messages of a morning on which many people are told something."""
    teacher = (Membership(SCHOOL, frozenset({"teacher"})),)
    names = [f"{chr(ord('A') + number)}sa Wren" for number in range(20)]
    more = [Person(f"more-{name[0]}", name, f"{name[0]}@merriwell.example", teacher) for name in names]
    with served.store.writing() as conn:
        record_people.save_people(conn, more, served.clock())
    plan_day(served.services, served.clock())
    assert len(waiting(served)) == TOLD
    return served


def ticks(page, form=0):
    boxes = page.select("main form:not([action='/sign-out'])")[form].select("input[name=message]")
    return [box["value"] for box in boxes]


def turns(page, name):
    nav = page.find("nav", attrs={"aria-label": name})
    return {link["rel"][0]: link["href"] for link in nav.select("a")} if nav else {}


def send(client, page, which=0, **typed):
    form = page.select("main form:not([action='/sign-out'])")[which]
    hidden = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}
    return client.post(form["action"], data=hidden | typed)


def test_everybody_stands_on_one_of_the_pages_and_the_theme_goes_along(told, member):
    head, address, seen, pages = member("hd"), "/school/messages?theme=dark", [], 0
    while address:
        page = soup(head.get(address.partition("#")[0]))
        seen += ticks(page)
        assert "What you tick counts for the names on this page" in page.get_text(" ")
        after = turns(page, "More messages that wait")
        assert ("prev" in after) == (pages > 0)
        pages, address = pages + 1, after.get("next")
        assert address is None or ("theme=dark" in address and address.endswith("#choose"))
    assert pages == 3
    assert seen == [one.id for one in waiting(told) if not one.goes]


def test_what_is_ticked_on_a_page_stays_there_when_the_reason_is_missing_and_after(told, member):
    head = member("hd")
    second = soup(head.get("/school/messages?page=2"))
    chosen = ticks(second)[3]
    again = soup(send(head, second, message=chosen))
    assert ticks(again) == ticks(second)
    assert again.find("input", value=chosen).has_attr("checked")
    answer = send(head, again, message=chosen, why="Not today.")
    assert answer.status_code == 303
    after = soup(head.get(answer.headers["location"]))
    assert "1 message held back." in after.get_text()
    assert "21 to 40 of 44" in after.get_text(" ")


def test_all_about_one_thing_is_held_on_every_page_and_let_go_page_by_page(told, member):
    head = member("hd")
    page = soup(head.get("/school/messages"))
    assert "For everybody, on every page of the list." in page.get_text()
    assert page.find("input", value="read-mobile")
    send(head, page, about="read-mobile", why="It is being mended.")
    held = [one.id for one in waiting(told) if one.held_by]
    assert len(held) > 2 * LEAF
    last = soup(head.get("/school/messages?held=3"))
    assert ticks(last, -1) == held[2 * LEAF :]
    assert "next" not in turns(last, "More messages held back")
    answer = send(head, last, -1, message=held[-1])
    assert "held=3" in answer.headers["location"]
    assert [one.id for one in waiting(told) if one.held_by] == held[:-1]


def test_a_page_that_is_not_there_opens_at_the_nearest_one(told, member):
    head = member("hd")
    first, last = (soup(head.get(f"/school/messages?page={number}")) for number in (-3, 900))
    assert len(ticks(first)) == LEAF
    assert len(ticks(last)) == TOLD - 2 * LEAF
    assert head.get("/school/messages?page=two").status_code == 422


def test_the_office_turns_the_pages_of_what_it_asked_for_newest_first(told, member):
    deliver(told.services, now=told.clock(), limit=25)
    office, seen = member("of"), 0
    address = "/office/messages?state=sent"
    for number, (before, after) in enumerate(((False, True), (True, False)), start=1):
        page = soup(office.get(address.partition("#")[0]))
        links = turns(page, "More messages")
        assert ("prev" in links, "next" in links) == (before, after)
        assert all("state=sent" in link for link in links.values())
        seen += len(page.select("tbody tr"))
        assert f"Messages {1 if number == 1 else 21} to {seen}" in page.get_text()
        address = links.get("next")
    assert seen == 25
    beyond = soup(office.get("/office/messages?state=sent&page=9")).get_text()
    assert "There are no earlier messages." in beyond
    with told.store.reading() as conn:
        latest = [one.id for one in message_store.recent(conn, school=SCHOOL, limit=30)]
        assert [one.id for one in message_store.recent(conn, school=SCHOOL, limit=10, skip=20)] == latest[20:]


@pytest.mark.parametrize(
    ("number", "items", "beside"),
    [(1, "ab", (0, 2)), (2, "cd", (1, 3)), (3, "e", (2, 0)), (0, "ab", (0, 2)), (99, "e", (2, 0))],
)
def test_a_leaf_knows_what_is_before_and_after_it(number, items, beside):
    found = leaf("abcde", number, 2)
    assert ("".join(found.items), (found.before, found.after), found.total) == (items, beside, 5)
    assert "abcde"[found.first - 1 : found.last] == items
    empty = leaf("", 3, 2)
    assert (empty.items, empty.first, empty.last, empty.whole) == ((), 0, 0, True)
