"""A log entry that should be closed is a row of Today, for its writer and for those who keep the log."""

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.logbook import service as logbook_service
from bot.logbook.service import LogActor
from bot.planning.store import load_snapshot

SCHOOL = "merriwell-green"
PHONE = {"child": "A.B. in Year 5", "what": "a phone", "kept": "office safe"}


@pytest.fixture
def keeper(web_school):
    def make(person, sent="first"):
        with web_school.store.reading() as conn:
            known = load_snapshot(conn, local_date(web_school.clock()), (SCHOOL,)).people[person]
        return LogActor(SCHOOL, known, known.membership(SCHOOL).usual_roles, "a test", sent)

    return make


def rows(client):
    page = BeautifulSoup(client.get("/me").text, "html.parser")
    return [one["href"] for one in page.select('main a[href^="/log/entry/"]')]


def test_a_phone_that_is_not_given_back_is_a_row_until_it_is(web_school, member, keeper):
    now = web_school.clock()
    at = "/log/entry/" + logbook_service.write(web_school.store, keeper("y1"), "pupil-phone", PHONE, now, now)
    assert rows(member("y1")) == []
    web_school.clock.turn(hours=9)
    assert rows(member("y1")) == rows(member("of")) == [at]
    assert rows(member("y2")) == []
    client = member("y1")
    assert PHONE["child"] not in BeautifulSoup(client.get("/me").text, "html.parser").get_text(" ")
    logbook_service.add(
        web_school.store,
        keeper("y1", "second"),
        at.rpartition("/")[2],
        "given-back",
        {"to": "The child"},
        web_school.clock(),
    )
    assert rows(client) == rows(member("of")) == []
