"""Who may see a case, through every address there is: each role, however it stands to the case.

Anyone who may not see a case gets, byte for byte, what they would get in a school that has none. That school
stands beside the one with the cases, and is asked the same once.
"""

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import count, product

import httpx
import pytest
from matrix import WHOLE
from reported import report_of

from bot.bootstrap.web_app import create_app
from bot.cases.case_pages import STEPS
from bot.cases.context import CaseSession, open_desk
from bot.core.encryption import seal_under
from bot.identity.service import session_digest
from bot.records import people as record_people
from bot.records import sign_ins
from bot.records.sign_ins import StoredSession
from bot.reports.service import receive
from bot.web.security import CsrfTokens

HERE, OTHER, ABSENT = "merriwell-green", "hill-top", "0000-0000"
ROLES = {
    "headteacher": "hd",
    "dsl": "dh",
    "deputy-dsl": "ey",
    "chair": "gc",
    "vice-chair": "gv",
    "safeguarding-governor": "gs",
    "governor": "g4",
    "parent-governor": "g5",
    "clerk": "cl",
    "business-manager": "sb",
    "office": "of",
    "dpo": "sen",
    "teacher": "y1",
    "teaching-assistant": "ta1",
    "site-manager": "st",
    "it-technician": "it",
    "volunteer": "vo",
}
# Which roles see a case nobody gave them, written down here and not asked of the code under test.
BY_ROLE = {
    "visitor": {"headteacher", "dsl", "deputy-dsl"},
    "data-breach": {"headteacher", "dsl", "deputy-dsl", "dpo"},
    "concern-about-head": {"chair"},
}
# How somebody may stand to a case of their school. A case is there for each, all at the same time.
STANDINGS = ("named", "named and given", "none", "assignee", "watcher")
# Their double at another school, and they themselves after their last day: to the case that they have.
AWAY = ("other setting", "left")
LISTS = ("", "/list.csv", "?state=open&sort=received")
# Beside the page of a case and the search for its number, each cell is tried in some of these ways.
WAYS = ("HEAD", "searched file", *STEPS, "no-such-step")
WAYS_A_CELL = 3 if WHOLE else 2
# The seal of a page holds the minute it was made in.
SEAL = re.compile(rb'name="seal" value="[^"]*"')


def may(category, role, relation):
    """Return what the answer has to be."""
    if relation in {"assignee", "watcher"}:
        # A concern about the head names the head, no matter who gave it to them.
        return not (category == "concern-about-head" and role == "headteacher")
    return relation == "none" and role in BY_ROLE[category]


def cells(role):
    """Return what a role may see, and what it may not: the category and the relation of each."""
    whole = list(product(BY_ROLE, (*STANDINGS, *AWAY)))
    seen = [cell for cell in whole if may(cell[0], role, cell[1])]
    return seen, [cell for cell in whole if cell not in seen]


def ways_of(role, cell):
    """Deal out the ways, so that every role and every relation meets each of them."""
    first = WAYS_A_CELL * (cells(role)[1].index(cell) + list(ROLES).index(role))
    return [WAYS[(first + one) % len(WAYS)] for one in range(WAYS_A_CELL)]


def test_no_cell_is_left_out_and_every_role_and_relation_meets_every_way():
    assert sum(len(cells(role)[0]) for role in ROLES) == 108
    assert sum(len(cells(role)[1]) for role in ROLES) == 249
    met = [(role, cell[1], way) for role in ROLES for cell in cells(role)[1] for way in ways_of(role, cell)]
    for role in ROLES:
        assert {way for who, _, way in met if who == role} == set(WAYS)
    for relation in (*STANDINGS[:3], *AWAY):
        assert {way for _, how, way in met if how == relation} == set(WAYS)


class Asking:
    """Asks a school through its own application; its clock goes on, as forms may not come too fast."""

    def __init__(self, school, stage):
        self.school, self.stage = school, stage
        self.app = create_app(school.services)
        self.client = httpx.Client(base_url=stage.address, timeout=20)

    def sign_in(self, person, school=HERE, only_case=None):
        """Be somebody from now on, in a session that is the same in both schools: its digest is in seals."""
        now, token = self.school.clock(), f"{person} {school} {only_case}"
        sealed = seal_under(token, json.dumps([person, only_case])) if only_case else None
        named = None if sealed else person
        ends_at = now + timedelta(days=1)
        session = StoredSession(session_digest(token), school, named, "email link", now, ends_at, sealed)
        with self.school.store.writing() as conn:
            if sign_ins.find(conn, session.digest, now) is None:
                sign_ins.begin(conn, session)
        self.client.cookies.set("handbell", token)

    def __call__(self, method, address, **given):
        self.stage.app = self.app
        got = self.client.request(method, address, **given)
        kept = {name: value for name, value in got.headers.items() if name not in {"date", "server"}}
        return got.status_code, kept, SEAL.sub(b"", got.content)

    def form(self, address, number, step):
        """Send a form of that case's page as if the page had been there."""
        self.school.clock.turn(seconds=20)
        session = session_digest(self.client.cookies["handbell"])
        seal = CsrfTokens(self.school.services.links.secret).make(session, f"{number} 1", self.school.clock())
        typed = {"seal": seal, "words": "Slipped in", "who": "hd", "to": "triaged", "on": "2026-12-01"}
        return self("POST", f"{address}/{number}/{step}", data=typed)

    def case(self, address, number, ways):
        """What addresses of one case answer: its page, the search for it, and whatever ways else."""
        page, search = self("GET", f"{address}/{number}"), self.search(f"{address}?q={number}", number)
        asked = {"page": unnumbered(page, number), "search": search}
        for way in ways:
            if way == "HEAD":
                asked[way] = unnumbered(self("HEAD", f"{address}/{number}"), number)
            elif way == "searched file":
                asked[way] = self.search(f"{address}/list.csv?q={number}", number)
            else:
                asked[way] = self.form(address, number, way)
        return asked

    def search(self, address, number):
        """Search for a number; the number in the search box is the reader's own."""
        status, headers, body = unnumbered(self("GET", address), number)
        return status, headers, body.replace(number.encode(), b"")

    def searched(self, address):
        """What a search answers that finds nothing."""
        return {
            "search": self.search(f"{address}?q={ABSENT}", ABSENT),
            "searched file": self.search(f"{address}/list.csv?q={ABSENT}", ABSENT),
        }

    def lists(self, address):
        """Everything that gathers cases: the list, its file, and the counts on the dashboard."""
        return [self("GET", one) for one in (*(address + one for one in LISTS), "/school")]

    def as_late_as(self, other):
        self.school.clock.at = other.school.clock.at
        return self

    def close(self):
        self.client.close()
        self.school.store.close()


def unnumbered(answer, number):
    """The answer without the number in the address that signing in leads back to: it is the reader's own."""
    status, headers, body = answer
    return status, {name: value.replace(number, "") for name, value in headers.items()}, body


@pytest.fixture(scope="module")
def peopled(written_school, school_in, tmp_path_factory):
    """The sample school with a data officer, and another school where everybody's double works."""
    folder = tmp_path_factory.mktemp("access") / "school"
    shutil.copytree(written_school, folder)
    school = school_in(folder)
    school.change_person("sen", roles=frozenset({"staff", "dpo"}))
    register = folder / "there.yaml"
    register.write_text((folder / "register.yaml").read_text().replace(HERE, OTHER))
    school.apply(register)
    with school.store.writing() as conn:
        known = record_people.roster(conn, HERE)
        record_people.save_people(
            conn, [double_of(known[person]) for person in ROLES.values()], school.clock()
        )
    school.store.close()
    return folder


def double_of(person):
    there = replace(person.membership(HERE), school=OTHER)
    key = f"{person.key}-there"
    return replace(person, key=key, email=f"{key}@there.example", memberships=(there,))


@pytest.fixture(scope="module")
def without(peopled, school_in, stage):
    """The school without any case, and what it answered once to whatever reader."""
    asking = Asking(school_in(peopled), stage)
    asking.sign_in("y1")
    address = "/cases"
    asking.to_all = asking.case(address, ABSENT, WAYS)
    asking.school.change_person("y1", leaves_on=date(2026, 11, 20))
    asking.to_leavers = asking.case(address, ABSENT, WAYS), asking.lists(address)
    asking.school.change_person("y1", leaves_on=None)
    yield asking
    asking.close()


@pytest.fixture(scope="module")
def reported(peopled, without, school_in, tmp_path_factory):
    """A copy of that school in which a case of each category came in for each standing."""
    folder = tmp_path_factory.mktemp("reported") / "school"
    shutil.copytree(peopled, folder)
    school, sent = school_in(folder), count()

    def chance(length):
        return sha256(f"chance {next(sent)}".encode()).digest()[:length]

    numbers = {}
    for category, standing in product(BY_ROLE, STANDINGS):
        report = report_of(
            school=HERE,
            category=category,
            what="Something was seen.",
            where_when="In the hall, on Friday.",
            about="Somebody",
            form_key=f"form key number {next(sent):010}",
        )
        numbers[category, standing] = receive(school.services, report, school.clock(), chance).number
    school.store.close()
    return folder, numbers


@pytest.fixture
def within(reported, school_in, stage, tmp_path):
    """The school with cases, of each test's own."""
    folder, numbers = reported
    shutil.copytree(folder, tmp_path / "school")
    asking = Asking(school_in(tmp_path / "school"), stage)
    asking.numbers = numbers
    yield asking
    asking.close()


def relate(school, person, standings):
    """Make somebody stand so to these cases, and nobody else."""
    with school.store.writing() as conn:
        desk = open_desk(school.services, conn, HERE, school.clock())
        for number, standing in standings.items():
            pen = CaseSession(desk, desk.find(number, to_change=True), person)
            about_head = pen.file.case.category == "concern-about-head"
            named = {person} if standing.startswith("named") else set()
            pen.change(
                assignee=person if standing in {"assignee", "named and given"} else None,
                named=tuple(sorted(named | ({"hd"} if about_head else set()))),
                watchers=(person,) if standing in {"watcher", "named and given"} else (),
            )


@pytest.mark.parametrize("role", ROLES)
def test_every_relation_sees_what_it_may_and_else_nothing(within, without, role, record_property):
    person, numbers, address = ROLES[role], within.numbers, "/cases"
    seen, blind = ([cell for cell in some if cell in numbers] for some in cells(role))

    def both(person, school=HERE):
        within.sign_in(person, school)
        without.as_late_as(within).sign_in(person, school)

    # Those they may see are about them too at first, so that the lists have to be those of no case at all.
    at_first = {number: cell[1] if cell in blind else "named" for cell, number in numbers.items()}
    relate(within.school, person, at_first)
    both(person)
    assert within.lists(address) == without.lists(address)
    search = without.searched(address)
    for cell in blind:
        is_blind(within.case(address, numbers[cell], ways_of(role, cell)), without.to_all | search)
    for cell in blind:
        within.sign_in(person, only_case=numbers[cell])
        assert within("GET", f"{address}/{numbers[cell]}") == without.to_all["page"]

    relate(within.school, person, {numbers[cell]: cell[1] for cell in seen})
    both(person)
    sees(within, address, {numbers[cell] for cell in seen}, {numbers[cell] for cell in blind})
    for cell in seen:
        within.sign_in(person, only_case=numbers[cell])
        sees_one(within, numbers[cell], set(numbers.values()) - {numbers[cell]})

    double = f"{person}-there", OTHER
    both(*double)
    assert within.lists(address) == without.lists(address)
    search = without.searched(address)
    for category in BY_ROLE:
        ways = ways_of(role, (category, "other setting"))
        is_blind(within.case(address, numbers[category, "assignee"], ways), without.to_all | search)

    within.school.change_person(person, leaves_on=date(2026, 11, 20))
    refused, lists = without.to_leavers
    within.sign_in(person)
    assert within.lists(address) == lists
    for category in BY_ROLE:
        ways = ways_of(role, (category, "left"))
        is_blind(within.case(address, numbers[category, "assignee"], ways), refused, says=303)
    away = len(AWAY) * len(BY_ROLE)
    record_property("cells of the access matrix", {"may see": len(seen), "may not": len(blind) + away})


def sees(within, address, seen, unseen):
    """Anyone who may see these cases sees them everywhere, and no other."""
    for one in LISTS:
        body = within("GET", address + one)[2].decode()
        assert {number for number in seen | unseen if number in body} == seen
    said = f"{len(seen)} case{' is' if len(seen) == 1 else 's are'} open"
    assert (said in within("GET", address)[2].decode()) == bool(seen)
    for number in seen:
        assert b"In the hall, on Friday." in within("GET", f"{address}/{number}")[2]
        assert f"/{number}".encode() in within("GET", f"{address}?q={number}")[2]
        assert number.encode() in within("GET", f"{address}/list.csv?q={number}")[2]


def sees_one(within, number, others):
    """A session that an email's link began shows its case, and of any other and of every list nothing."""
    status, _, body = within("GET", f"/cases/{number}")
    assert (status, b"In the hall, on Friday." in body) == (200, True)
    assert not [other for other in others if other.encode() in body]
    other = next(iter(others))
    for path in (f"/cases/{other}", f"/cases/{other}/lesson", *(f"/cases{one}" for one in LISTS)):
        assert within("GET", path)[0] == 303


def is_blind(there, expected, says=404):
    """Anyone who may not see a case gets what a school without any case answers."""
    assert there == {way: expected[way] for way in there}
    assert {status for way, (status, *_) in there.items() if "search" not in way} == {says}
