"""A report of an intimate picture: turned away, and somebody hears of the day and of nothing else."""

import email

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from bot.core.codes import passphrase_of
from bot.database.columns import tables
from bot.delivery.service import deliver

ADDRESS = "/report/merriwell-green"
PICTURE = "A nude picture of Ruby goes round in year 6."


def hidden(page):
    found = BeautifulSoup(page.text, "html.parser").find("form")
    return {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}


@pytest.fixture
def report(client):
    """Answer the form up to whom it is about, with a picture in that answer."""

    def answered(category="online-conduct", what="Something at the gate.", about=PICTURE, roles=()):
        page = client.post(ADDRESS, data=hidden(client.get(ADDRESS)) | {"go": "next"})
        for typed in (
            {"category": category},
            {"what": what},
            {"where_when": "At the gate."},
            {"about": about, "about_roles": list(roles)},
        ):
            page = client.post(ADDRESS, data=hidden(page) | {"go": "next"} | typed)
            if page.status_code == 422:
                break
        return page

    return answered


def rows(school):
    message = tables.tables["message"]
    with school.store.reading() as conn:
        query = select(message).where(message.c.kind == "access").order_by(message.c.created_at, message.c.id)
        return list(conn.execute(query))


def told(school):
    return [row.person for row in rows(school)]


def is_said(page):
    return BeautifulSoup(page.text, "html.parser").find(id="told") is not None


def test_the_dsl_hears_the_day_and_nothing_else(served, report):
    page = report()
    assert (page.status_code, is_said(page)) == (422, True)
    assert told(served) == ["dh"]
    assert deliver(served.services, now=served.clock()).counts == {"sent": 1}
    (sent,) = served.services.sent_folder.glob("*.eml")
    mail = email.message_from_bytes(sent.read_bytes())
    assert "deputy@merriwell.example" in mail["To"]
    words = " ".join(
        part.get_payload(decode=True).decode() for part in mail.walk() if not part.is_multipart()
    )
    assert "23 November 2026" in words
    kept = " ".join(str(value) for row in rows(served) for value in row)
    for secret in ("Ruby", "year 6", "gate", "127.0.0.1"):
        assert secret not in words
        assert secret not in kept


def test_one_email_an_hour_at_most(served, report):
    for minutes in (0, 50, 9):
        served.clock.turn(minutes=minutes)
        assert is_said(report())
    assert told(served) == ["dh"]
    served.clock.turn(minutes=1)
    report()
    assert told(served) == ["dh", "dh"]


@pytest.mark.parametrize(
    ("given", "hears"),
    [
        ({"roles": ["dsl"]}, "hd"),
        ({"about": "Tom Okafor-Lane has naked photos"}, "hd"),
        ({"roles": ["dsl", "headteacher"]}, "gc"),
        ({"category": "concern-about-head"}, "gc"),
        ({"what": "Tom Okafor-Lane kept a nude photo."}, "hd"),
    ],
)
def test_where_it_may_concern_the_dsl_the_next_on_the_route_hears(served, report, given, hears):
    report()
    assert told(served) == ["dh"]
    report(**given)
    assert sorted(told(served)) == sorted(["dh", hears])


def test_harm_without_a_picture_rings_no_one(served, report):
    page = report(about="Her uncle, she disclosed abuse.")
    assert (page.status_code, is_said(page), told(served)) == (422, False, [])


def test_a_picture_in_the_inbox_rings_past_the_person_the_case_names(served, client, case_of):
    case_of(about="Tom Okafor-Lane", form_key="form key of this very test")
    key = passphrase_of(served.services.links.secret, "form key of this very test")
    inbox = client.get(f"{ADDRESS}/inbox")
    opened = client.post(f"{ADDRESS}/inbox", data=hidden(inbox) | {"passphrase": key})
    form = BeautifulSoup(opened.text, "html.parser").find("form", action=f"{ADDRESS}/inbox/write")
    fields = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    page = client.post(f"{ADDRESS}/inbox/write", data=fields | {"words": PICTURE})
    assert (page.status_code, is_said(page)) == (422, True)
    assert told(served) == ["hd"]
