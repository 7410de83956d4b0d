"""The page of one person: what they are asked, signed and hold, to the office and their line manager."""

import pytest
from bs4 import BeautifulSoup

from bot.planning.plan import PRESSING
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.status.model import lines_of

SCHOOL = "merriwell-green"
PAGE = "/office/people/of/"


def soup(page):
    assert page.status_code == 200, page.text[:300]
    return BeautifulSoup(page.text, "html.parser")


def snapshot(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, school.clock().date(), (SCHOOL,))


def manager_of(school, key):
    with school.store.reading() as conn:
        return record_people.roster(conn, SCHOOL)[key].membership(SCHOOL).manager


def test_the_page_has_every_open_task_with_its_item_and_its_deed(served, member):
    lines = lines_of(snapshot(served), SCHOOL, "y5", served.clock().date())
    wanted = [one.obligation for one in lines if one.state in PRESSING]
    assert len(wanted) > 1
    page = soup(member("of").get(f"{PAGE}y5"))
    rows = page.select("section[aria-labelledby=open-heading] li")
    assert [row["id"] for row in rows] == wanted
    for row in rows:
        item, *deeds = (one["href"] for one in row.select("a[href]"))
        assert item
        assert row.select("form[action$='/remind'] button")
        assert any(not one.startswith("/office/people/tasks/") for one in deeds)


def test_what_was_signed_stands_with_its_receipt_and_no_longer_among_the_tasks(served, member, asks):
    asks(person="y5", obligation="read-mobile", outcome="declined", said="Not on my own phone")
    page = soup(member("hd").get(f"{PAGE}y5"))
    assert "Not on my own phone" not in page.get_text()
    (held,) = page.select("section[aria-labelledby=aside-heading] li")
    assert held.select_one("a[href^='/office/questions/']")
    assert page.find(id="signed")
    assert page.find(id="read-mobile") is None


def test_the_line_manager_sees_it_without_forms_and_a_colleague_does_not(served, member):
    manager = manager_of(served, "y5")
    assert manager not in {None, "y5"}
    seen = soup(member(manager).get(f"{PAGE}y5"))
    assert seen.select("section[aria-labelledby=open-heading] li")
    colleague = next(key for key in ("y6", "y3") if key != manager)
    assert member(colleague).get(f"{PAGE}y5").status_code == 403
    own = soup(member("y5").get(f"{PAGE}y5"))
    assert own.select(f"form[action^='{PAGE}']") == []
    assert own.select("section[aria-labelledby=open-heading] a[href^='/me/duty/']")
    assert own.select("main a[href^='/office/']") == []
    assert soup(member("of").get(f"{PAGE}y5")).select(f"form[action^='{PAGE}']")


@pytest.mark.parametrize("key", ["nobody", "oh"])
def test_someone_of_no_school_here_is_not_there(served, member, key):
    assert member("of").get(f"{PAGE}{key}").status_code in {403, 404}


def test_an_account_that_they_hold_is_linked(served, member):
    account = next(one for one in snapshot(served).accounts if one.school == SCHOOL and one.holders)
    key = min(account.holders)
    page = soup(member("hd").get(f"{PAGE}{key}"))
    assert page.select_one(f"section[aria-labelledby=holds-heading] a[href='/accounts/{account.key}']")
