"""Old entries of the log: listed when they were kept long enough, looked at twice, and then really gone."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.records import ledger

VISITOR = {
    "visitor": "Max Muster",
    "from": "The boiler firm",
    "phone": "Left at the office",
    "agreed": "I have read it and agree to it",
}
YEARS = 7 * 366


def soup(page):
    return BeautifulSoup(page.text, "html.parser")


def words(page):
    return " ".join(soup(page).get_text(" ").split())


def send(client, address, act, **typed):
    page = client.get(address)
    form = next(one for one in soup(page).find_all("form", method="post") if one["action"].endswith(act))
    there = {
        one["name"]: one.get("value", "") for one in form.find_all("input") if one.get("type") != "radio"
    }
    return client.post(form["action"], data=there | typed)


def references(client):
    return [one["value"] for one in soup(client.get("/log/old")).select('input[name="reference"]')]


@pytest.fixture
def written(member, served):
    """A visitor's assurance of long ago, and the head who reads of it years later."""

    def years_later(days=YEARS):
        assert send(member("of"), "/log/visitor", "visitor", **VISITOR).status_code == 303
        served.clock.turn(days=days)
        return member("hd")

    return years_later


def kept(served):
    with served.store.reading() as conn:
        return conn.scalar(text("select count(*) from log_entry"))


def test_what_was_kept_long_enough_is_looked_at_twice_and_then_gone(written, served):
    head = written()
    assert "1 old entry to sign off" in words(head.get("/log"))
    assert "1 old entry of the log to sign off" in words(head.get("/office"))
    (reference,) = references(head)
    check = f"/log/old/check?reference={reference}"
    assert "Max Muster" in words(head.get(check))
    assert kept(served) == 1
    assert send(head, check, "/log/old").headers["location"] == "/log/old"
    assert kept(served) == 0
    said = words(head.get("/log/old"))
    assert "Max Muster" not in said
    assert f"{reference}: A visitor’s assurance at the entrance" in said
    assert head.get(f"/log/entry/{reference}").status_code == 404
    with served.store.reading() as conn:
        assert ledger.verify(conn) is None
        assert [one.action for _, one in ledger.entries(conn, limit=1)] == ["log: disposed of"]


def test_nothing_is_listed_before_its_time(written):
    head = written(days=6 * 365)
    assert references(head) == []
    assert "No entry has to go" in words(head.get("/log/old"))
    assert "This year and 13 more" in words(head.get("/log/old"))


def test_what_is_open_stays_whatever_its_age(member, served):
    phone = {"child": "A.B. in Year 5", "what": "a phone", "kept": "office safe"}
    send(member("y5"), "/log/new/pupil-phone", "pupil-phone", **phone)
    served.clock.turn(days=YEARS)
    assert references(member("hd")) == []


def test_what_must_be_kept_is_held_with_a_reason_until_it_is_let_go(written, served):
    head = written()
    (reference,) = references(head)
    address = f"/log/entry/{reference}"
    assert send(head, address, "held", words="").status_code == 422
    send(head, address, "held", words="A complaint is not settled.")
    assert references(head) == []
    assert "On legal hold" in words(head.get("/log/old"))
    assert "A complaint is not settled." in words(head.get(address))
    send(head, address, "let-go", words="It is settled.")
    assert references(head) == [reference]


def test_nothing_goes_that_the_second_page_did_not_show(written, served):
    head = written()
    (reference,) = references(head)
    assert "Tick the entries that go." in words(head.get("/log/old/check?reference=LG-other"))
    for seal in ("", "forged", served.seal_of(head)):
        assert head.post("/log/old", data={"seal": seal, "reference": reference}).status_code == 422
    page = soup(head.get(f"/log/old/check?reference={reference}"))
    seal = page.select_one('form[action="/log/old"] input[name="seal"]')["value"]
    send(head, f"/log/entry/{reference}", "held", words="A complaint came in meanwhile.")
    refused = head.post("/log/old", data={"seal": seal})
    assert "Nothing was deleted" in words(refused)
    assert kept(served) == 2


def test_only_the_person_who_leads_signs_them_off(written, member):
    written()
    for person in ("of", "y5", "gc"):
        assert member(person).get("/log/old").status_code == 403
        assert member(person).post("/log/old", data={"seal": "x"}).status_code == 403
    assert "to sign off" not in words(member("of").get("/log"))


def test_nothing_of_another_school_is_listed_or_goes(written, member, served, second_school):
    head = written()
    (reference,) = references(head)
    stranger = member("oh", school=second_school)
    assert references(stranger) == []
    assert "Tick the entries" in words(stranger.get(f"/log/old/check?reference={reference}"))
    assert kept(served) == 1


def test_a_line_cannot_be_deleted_past_the_page(written, served):
    written()
    with pytest.raises(DBAPIError, match="append-only"), served.store.writing() as conn:
        conn.execute(text("delete from log_entry"))
    with pytest.raises(DBAPIError, match="append-only"), served.store.writing() as conn:
        conn.execute(text("update log_entry set person_name = 'nobody'"))
