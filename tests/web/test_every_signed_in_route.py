"""Every signed-in route, as found in the application: who may pass, and what no setting sees of another.

A route that somebody adds is tried here without anybody writing a test for it.
"""

import re
from dataclasses import replace

import pytest
from fastapi.routing import APIRoute
from looped import each
from sqlalchemy import inspect

from bot.bootstrap.web_app import create_app
from bot.core.roles import may
from bot.database.columns import tables
from bot.identity.guard import guards
from bot.identity.member import SignedIn
from bot.identity.service import ask_by_email
from bot.records import people as record_people

FIRST, HEAD_THERE = "merriwell-green", "oh"
# The clerk works for both schools, so both may name her.
OF_BOTH = {"cl"}
# Stands in the sample letters that the settings page shows to any office.
IN_SAMPLES = "Child Protection and Safeguarding Policy"
EVERY_ROLE = frozenset(
    {"headteacher", "office", "business-manager", "chair", "clerk", "governor", "dsl", "staff"}
)
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def signed_in_routes(school):
    """Every route of somebody signed in: method, path, its guard."""
    found = []
    for route, standing in guards(create_app(school.services)).items():
        method, _, path = route.partition(" ")
        found += [(method, path, one) for one in standing if isinstance(one, SignedIn) and method != "HEAD"]
    assert len(found) > 20
    return found


def form_fields(school):
    """The fields each POST reads, by path."""
    fields = {}
    for route in create_app(school.services).routes:
        if isinstance(route, APIRoute) and "POST" in route.methods:
            for one in route.dependant.body_params:
                model = getattr(one.field_info, "annotation", None)
                names = getattr(model, "model_fields", {one.name: None})
                fields.setdefault(route.path, []).extend(names)
    return fields


@pytest.fixture
def told(lived):
    """What the first school has, by what a route may call it; and words of its own."""
    with lived.store.reading() as conn:
        roster = record_people.roster(conn, FIRST)
        rows = {
            table: conn.exec_driver_sql(f"select key from {table} where setting = '{FIRST}' limit 2")
            .scalars()
            .all()
            for table in ("obligation", "policy", "account", "governing_body")
        }
        titles = conn.exec_driver_sql(f"select title from policy where setting = '{FIRST}'").scalars().all()
        message = conn.exec_driver_sql("select id from message limit 1").scalar_one()
        meeting = conn.exec_driver_sql("select key from meeting limit 1").scalar()
    ids = {"person": ["y5"], "message": [message], "meeting": [meeting], **rows, "cycle": ["2026-09-01"]}
    words = [one.name for key, one in roster.items() if key not in OF_BOTH]
    words += [one.email for key, one in roster.items() if one.email and key not in OF_BOTH]
    return ids, [*words, *(one for one in titles if one != IN_SAMPLES), "Merriwell"]


@pytest.fixture
def lived(served, member):
    """The first school with something of everything that a form of its own can leave behind."""
    seal = served.seal_of
    teacher, office = member("y5"), member("of")
    teacher.post("/me/pin", data={"seal": seal(teacher), "pin": "4815", "again": "4815"})
    office.post("/kiosk/start", data={"seal": seal(office), "name": "Staff room"})
    ask_by_email(served.services, "a.sorley@merriwell.example", served.clock())
    return served


@pytest.fixture
def stranger(lived, second_school, member):
    """Somebody in every role of another school."""
    with lived.store.writing() as conn:
        known = record_people.roster(conn, second_school)[HEAD_THERE]
        here = replace(known.membership(second_school), roles=EVERY_ROLE)
        record_people.save_people(conn, [replace(known, memberships=(here,))], lived.clock())
    return member(HEAD_THERE, school=second_school)


def filled(path, ids):
    """Return a path with every id of the first school that its parameters may stand for."""
    names = PARAMETER.findall(path)
    if not names:
        return [path]
    known = [ids.get(name) or sorted({one for some in ids.values() for one in some}) for name in names]
    longest = max(len(some) for some in known)
    return [
        PARAMETER.sub(
            lambda found, n=number: known[names.index(found[1])][n % len(known[names.index(found[1])])], path
        )
        for number in range(longest)
    ]


def everything_of(school, key):
    """Every row of a school, whatever table it is in; when sessions end is nobody's business here."""
    with school.store.reading() as conn:
        found = {}
        for name in inspect(school.store.engine).get_table_names():
            columns = tables.tables[name].columns if name in tables.tables else ()
            if "setting" in columns and name != "session":
                rows = conn.exec_driver_sql(f"select * from {name} where setting = '{key}'")
                found[name] = sorted(str(row) for row in rows)
        found["people"] = sorted(
            str(row)
            for row in conn.exec_driver_sql(
                f"select key, name, email from person where key <> '{HEAD_THERE}'"
            )
        )
    return found


def test_looking_from_another_school_shows_nothing_of_this_one(lived, told, stranger):
    ids, words = told
    seen, opened = [], 0
    for method, path, _ in signed_in_routes(lived):
        if method == "GET":
            for address in filled(path, ids):
                query = {
                    "person": "y5",
                    "setting": FIRST,
                    "q": "Adam",
                    "key": "y5",
                    "account": ids["account"][0],
                }
                answer = stranger.get(address, params=query)
                assert answer.status_code < 500, (address, answer.status_code)
                opened += answer.status_code == 200
                text = answer.text.replace("Adam", "") if answer.status_code == 404 else answer.text
                seen += [(address, word) for word in words if word in text]
    assert seen == []
    assert opened > 10


def test_nothing_sent_from_another_school_changes_this_one(lived, told, stranger):
    ids, _ = told
    fields, before = form_fields(lived), everything_of(lived, FIRST)
    seal = lived.seal_of(stranger)
    values = {name: some[0] for name, some in ids.items()} | {
        "seal": seal,
        "setting": FIRST,
        "outcome": "done",
    }
    tried = 0
    for method, path, _ in signed_in_routes(lived):
        if method == "POST" and not path.startswith("/sign-out"):
            for address in filled(path, ids)[:3]:
                sent = {name: values.get(name, "y5") for name in fields.get(path, ())} | {"seal": seal}
                answer = stranger.post(address, data=sent)
                assert answer.status_code < 500, (address, answer.status_code)
                tried += 1
    assert tried > 10
    assert everything_of(lived, FIRST) == before


def test_no_one_who_is_not_signed_in_passes(lived, told, client):
    ids, _ = told
    client.cookies.clear()
    for method, path, _ in each(signed_in_routes(lived)):
        address = filled(path, ids)[0]
        answer = client.request(method, address, data={"seal": "x"} if method == "POST" else None)
        assert answer.status_code == 303, (method, address)
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("person", ["ta1", "gs", "cl", "of"])
def test_no_one_passes_without_one_of_the_roles_a_route_names(lived, told, member, person):
    ids, _ = told
    client = member(person)
    with lived.store.reading() as conn:
        held = record_people.roster(conn, FIRST)[person].membership(FIRST).roles
    refused = 0
    for method, path, guard in signed_in_routes(lived):
        if guard.permission and not may(held | _by_register(lived, person), guard.permission):
            answer = client.request(
                method, filled(path, ids)[0], data={"seal": "x"} if method == "POST" else None
            )
            assert answer.status_code == 403, (method, path, answer.status_code)
            assert "You cannot open this page" in answer.text
            refused += 1
    assert refused > 3 or person == "of"


def test_a_device_in_the_staff_room_opens_pages_of_ones_own_only(lived):
    for method, path, guard in each(signed_in_routes(lived)):
        if guard.at_kiosk:
            assert guard.permission is None, path
            assert path.split("/")[1] in {"me", "sign-out"}, (method, path)


def test_every_page_says_what_a_browser_may_do_with_it_and_sets_no_cookie(lived, member):
    head = member("hd")
    for method, path, _ in each(signed_in_routes(lived)):
        if method == "GET" and "{" not in path:
            headers = head.get(path).headers
            # A chart is shown again on the way back; nobody but this browser may keep it, and it asks first.
            kept = "private, no-cache" if path.endswith(".svg") else "no-store"
            assert headers["cache-control"] in {kept, "no-store"}, path
            assert "default-src 'none'" in headers["content-security-policy"], path
            framed = "sandbox" if path.endswith(".svg") else "frame-ancestors"
            assert framed in headers["content-security-policy"], path
            assert headers["x-content-type-options"] == "nosniff", path
            assert "set-cookie" not in headers, path


def test_looking_writes_nothing(lived, member):
    head, before = member("hd"), everything_of(lived, FIRST)
    for method, path, _ in signed_in_routes(lived):
        if method == "GET" and "{" not in path:
            head.get(path)
    assert everything_of(lived, FIRST) == before


def test_no_form_works_without_its_seal(lived, told, member):
    ids, _ = told
    head, before, fields = member("hd"), everything_of(lived, FIRST), form_fields(lived)
    values = {name: some[0] for name, some in ids.items()}
    stolen = lived.seal_of(member("sb"))
    for method, path, _ in signed_in_routes(lived):
        if method == "POST":
            for seal in ("", "forged", stolen):
                sent = {name: values.get(name, "y5") for name in fields.get(path, ())} | {"seal": seal}
                assert head.post(filled(path, ids)[0], data=sent).status_code < 500, path
    assert everything_of(lived, FIRST) == before
    assert head.get("/me").status_code == 200


def _by_register(school, person):
    """The roles the register itself gives somebody."""
    with school.store.reading() as conn:
        rows = conn.exec_driver_sql(
            f"select role from role_holder where setting = '{FIRST}' and person = '{person}'"
        )
        email = conn.exec_driver_sql(f"select email from person where key = '{person}'").scalar()
        named = conn.exec_driver_sql(
            f"select role from role_holder where setting = '{FIRST}' and person = '{email}'"
        )
        roles = {*rows.scalars(), *named.scalars()}
    return roles | ({"headteacher"} if "head" in roles else set())
