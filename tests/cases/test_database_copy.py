"""A copy of the database without the key tells nobody who has, opened, changed or was told of which case."""

import hashlib
import logging
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from row_links import every_row, leading_to
from sqlalchemy import insert, select, update

from bot.bootstrap.web_app import create_app
from bot.cases.jobs import run_daily_case_job
from bot.cases.store import case_file
from bot.database.columns import tables
from bot.delivery.service import deliver
from bot.identity.service import begin_session
from bot.messages.tables import message
from bot.reports.service import inbox, write_back

SCHOOL, CATEGORY = "merriwell-green", "data-breach"
REPORT = f"/report/{SCHOOL}"
ANSWERS = {
    "category": {"category": CATEGORY},
    "what": {"what": "A list of pupils was left on the bus."},
    "where": {"where_when": "On the 42 on Friday."},
    "about": {"about": "A visitor"},
    "you": {"told": "anonymous"},
}
OURS = {"bot", "connectors", "schedules"}
# Who has to do with the case, by key, address and name.
PEOPLE = {
    "hd": ("hd", "head@merriwell.example", "person:hd"),
    "dh": ("dh", "deputy@merriwell.example", "person:dh"),
    "y4": ("y4", "person:y4"),
}


class Ticking:
    """A clock that is never the same twice, so that one instant in two rows is one event."""

    def __init__(self, at):
        self.at = at

    def __call__(self):
        self.at += timedelta(seconds=3, microseconds=17)
        return self.at


def fields(page, ends_with=""):
    forms = BeautifulSoup(page.text, "html.parser").find_all("form", method="post")
    form = next(one for one in forms if one["action"] != "/sign-out" and one["action"].endswith(ends_with))
    given = {one["name"]: one.get("value", "") for one in form.find_all("input", type="hidden")}
    return form["action"], given


@pytest.fixture
def told(school, stage, caplog):
    """The sample school with one case that was reported, given, opened, worked on and mailed; its number."""
    for package in OURS:
        caplog.set_level(logging.DEBUG, package)
    services = replace(school.services, clock=Ticking(school.clock()), base_url="http://127.0.0.1")
    stage.app = create_app(services)

    def browser(person=None):
        client = httpx.Client(base_url=stage.address, timeout=20)
        if person is not None:
            token = begin_session(services, SCHOOL, person, how="entra", now=services.clock())
            client.cookies.set("handbell", token)
        return client

    def press(client, address, ends_with="", **typed):
        page = client.get(address)
        assert page.status_code == 200, (address, page.status_code, page.headers)
        action, given = fields(page, ends_with)
        return client.post(action, data=given | typed)

    def mails(to, about):
        deliver(services, now=services.clock(), limit=100)
        found = [mail for mail in school.received(to) if about in str(mail["Subject"])]
        return [one.get_body(("plain",)).get_content() for one in found]

    with browser() as reporter:
        page = reporter.post(REPORT, data=fields(reporter.get(REPORT))[1] | {"go": "next"})
        for typed in ANSWERS.values():
            page = reporter.post(REPORT, data=fields(page)[1] | {"go": "next"} | typed)
        services.clock.at += timedelta(minutes=1)
        page = BeautifulSoup(reporter.post(REPORT, data=fields(page)[1] | {"go": "send"}).text, "html.parser")
    number, passphrase = page.find(id="number").text, page.find(id="passphrase").text
    case = f"/cases/{number}"

    [text] = mails("head@merriwell.example", number)
    with browser() as by_link:
        link = re.search(r"http://127\.0\.0\.1(/c/\S+)", text)[1]
        assert press(by_link, link).headers["location"] == case
        assert press(by_link, case, "/note", words="Rang the bus company.").status_code == 303
    with browser("hd") as head:
        assert press(head, case, "/watch", who="y4").status_code == 303
        due = services.clock().date().isoformat()
        assert press(head, case, "/add-task", words="Ring the parents", who="dh", on=due).status_code == 303
        assert press(head, case, "/post", words="We found it.").status_code == 303
        assert press(head, case, "/assign", who="dh").status_code == 303
    with browser() as asking:
        to = asking.get(case).headers["location"]
        answer = press(asking, to, email="deputy@merriwell.example")
        assert answer.status_code == 200
        [text] = mails("deputy@merriwell.example", "link to sign in")
        way = re.search(r"/sign-in/link/[\w-]+", text)[0]
        assert press(asking, way).headers["location"] == case
        assert asking.get(case).status_code == 200
        assert press(asking, case, "/note", words="I have it now.").status_code == 303
    assert write_back(services, SCHOOL, passphrase, "Thank you.", services.clock())
    assert len(inbox(services, SCHOOL, passphrase, services.clock()).posts) == 2
    services.clock.at += timedelta(days=1)
    run_daily_case_job(services, services.clock())
    assert mails("deputy@merriwell.example", number)
    return replace(school, services=services), number


def found(school, number, person):
    return leading_to(every_row(school.store), number, PEOPLE[person], (SCHOOL, "127.0.0.1"))


@pytest.mark.parametrize("person", PEOPLE)
def test_no_row_leads_from_a_case_to_a_person_who_has_to_do_with_it(told, person):
    school, number = told
    assert found(school, number, person) == []


def test_no_row_that_belongs_to_a_case_tells_what_it_is_about(told):
    school, number = told
    rows = every_row(school.store)
    assert leading_to(rows, number, (CATEGORY, "Personal information lost", "ICO"), (SCHOOL,)) == []


def test_who_was_told_cannot_be_tried_out_by_digests_that_need_no_key(told):
    school, number = told
    said = "\n".join(value for _, values in every_row(school.store) for value in values)
    for person in PEOPLE:
        for why in ("given", "data", "watch", "task", "again", "told"):
            for entry in range(60):
                tried = f"letter|case|{person}|{number} {why} {entry}"
                assert hashlib.sha256(tried.encode()).hexdigest()[:32] not in said


def test_no_line_of_the_log_names_a_case(told, caplog):
    _, number = told
    ours = [one for one in caplog.get_records("setup") if one.name.partition(".")[0] in OURS]
    assert any("delivered" in one.getMessage() for one in ours)
    assert [one.getMessage() for one in ours if number in one.getMessage()] == []


def planted_in_the_clear(conn, number):
    conn.execute(update(message).where(message.c.kind == "sign-in").values(step=f"{number} given 3"))


def planted_by_an_identifier(conn, number):
    """A row with the case and an id, and another with that id and the person."""
    meta = tables.tables["meta"]
    conn.execute(insert(meta), {"key": f"a case {number}", "value": "4f2c9d0e7a61b835"})
    conn.execute(insert(meta), {"key": "4f2c9d0e7a61b835 was read", "value": "person:dh"})


def planted_by_an_instant(conn, number):
    at = conn.scalar(select(case_file.c.received_at).where(case_file.c.number == number))
    assert isinstance(at, datetime)
    said = at.astimezone(UTC).isoformat(timespec="microseconds")
    conn.execute(insert(tables.tables["meta"]), {"key": "last seen", "value": f"dh {said}"})


PLANTED = (planted_in_the_clear, planted_by_an_identifier, planted_by_an_instant)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda one: one.__name__)
def test_what_is_looked_for_would_be_found(told, plant):
    school, number = told
    with school.store.writing() as conn:
        plant(conn, number)
    assert found(school, number, "dh")


def test_a_table_that_was_added_is_looked_at(told):
    school, number = told
    with school.store.writing() as conn:
        conn.exec_driver_sql("create table of_tomorrow (what text, who text)")
        conn.exec_driver_sql(f"insert into of_tomorrow values ('{number}', 'dh')")
    assert [name for name, _ in found(school, number, "dh")] == ["of_tomorrow"]
