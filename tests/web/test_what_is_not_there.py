"""Whatever is asked for that is not there, no page breaks: every route, with ids that nothing bears."""

import re
from dataclasses import replace
from itertools import product

import pytest
from fastapi.routing import APIRoute
from matrix import WHOLE, whole

from bot.bootstrap.web_app import create_app
from bot.core.links import Link
from bot.identity.case_links import add_case_link
from bot.identity.guard import KioskDevice, PersonalLink, guards
from bot.identity.service import ask_by_email
from bot.records import people as record_people
from bot.web.security import CsrfTokens

SCHOOL = "merriwell-green"
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
MISSING = ("nothing-here", "9" * 25, "É%20%00", *whole("0", "2026-02-30", "a.b", "x" * 300))
EVERY_ROLE = frozenset(
    {"headteacher", "office", "business-manager", "chair", "clerk", "governor", "dsl", "staff", "it", "trust"}
)
# What a form may say where an id, a day or a choice belongs.
SAID = ("nothing-here", "É\x00", *whole("", "2026-02-30"))
PATIENT = 3


@pytest.fixture
def world(served, member, case_of, asks):
    """A school with something of everything, and somebody in every role of it."""
    number = case_of(category="visitor")
    reference = asks()
    with served.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)["hd"]
        roles = replace(known.membership(SCHOOL), roles=EVERY_ROLE)
        record_people.save_people(conn, [replace(known, memberships=(roles,))], served.clock())
        link = Link("case", SCHOOL, "hd", number, "a message")
        add_case_link(conn, served.services.case_keys, link, served.clock(), begins_at=served.clock())
        rows = {
            table: conn.exec_driver_sql(f"select min(key) from {table} where setting = '{SCHOOL}'").scalar()
            for table in ("policy", "account", "governing_body", "obligation")
        }
        meeting = conn.exec_driver_sql("select key from meeting limit 1").scalar()
    ask_by_email(served.services, "a.sorley@merriwell.example", served.clock())
    known = rows | {
        "setting": SCHOOL,
        "person": "y5",
        "key": "y5",
        "number": number,
        "reference": reference,
        "receipt": reference,
        "meeting": meeting,
        "cycle": served.cycle("y5", "read-mobile"),
        "area": "training",
        "step": "note",
        "on": "2026-12-10",
        "provider": "entra",
    }
    return served, {name: one for name, one in known.items() if one}


def routes(school):
    """Every route: method, path, the fields its form reads, its guards."""
    app = create_app(school.services)
    standing = guards(app)
    for route in app.routes:
        assert isinstance(route, APIRoute), route
        fields = []
        for one in route.dependant.body_params:
            model = getattr(one.field_info, "annotation", None)
            fields += list(getattr(model, "model_fields", {one.name: None}))
        for method in sorted(route.methods - {"HEAD"}):
            yield method, route.path, fields, standing[f"{method} {route.path}"]


def filled(path, known):
    """The path with each of its parameters there or not, and with not one of them there in every way."""
    names = PARAMETER.findall(path)
    ways = [(known.get(name, MISSING[0]), MISSING[0]) for name in names]
    found = [dict(zip(names, some, strict=True)) for some in product(*ways)]
    found += [dict.fromkeys(names, one) for one in MISSING] if names else []
    seen = {PARAMETER.sub(lambda one, ids=ids: ids[one[1]], path) for ids in found}
    return sorted(seen)


def tokens(school, purpose, number):
    """Good links to what is not there, of the right and of the wrong kind."""
    obligations = (number, "read-mobile", "nothing-here", "")
    for key, person, obligation, cycle in product(
        (SCHOOL, "nowhere"), ("hd", "nobody"), obligations, ("a message", "2026-09", "x/y", "1", "")
    ):
        link = Link(purpose, key, person, obligation, cycle)
        yield school.services.links.make(link, school.clock())


def test_no_route_breaks_over_what_is_not_there(world, member):
    school, known = world
    client, tried, broken = member("hd"), 0, []

    def ask(client, method, address, **given):
        nonlocal tried
        tried += 1
        school.clock.turn(seconds=PATIENT)
        answer = client.request(method, address, **given)
        if answer.status_code >= 500:
            broken.append((method, address, given.get("data")))

    for method, path, fields, standing in routes(school):
        if any(isinstance(one, PersonalLink | KioskDevice) for one in standing) or path.startswith(
            "/sign-out"
        ):
            continue
        there = PARAMETER.sub(lambda one: known.get(one[1], MISSING[0]), path)
        for address in filled(path, known):
            shortened = not WHOLE and address != there
            if method == "GET":
                ask(client, method, address)
                if shortened:
                    continue
                ask(
                    client,
                    method,
                    address,
                    params=dict.fromkeys(("person", "entry", "on", "to"), "nothing-here"),
                )
                continue
            number = address.split("/")[2] if address.startswith("/cases/") else ""
            for said in SAID[:1] if shortened else SAID:
                # Some forms end the session they are sent with.
                client = member("hd")
                shown = f"{number} lesson" if "/lesson/" in address else f"{number} 1"
                sealed = school.seal_of(client, shown)
                ask(client, method, address, data=dict.fromkeys(fields, said) | {"seal": sealed})
    assert tried > (1000 if WHOLE else 800)
    assert broken == [], "\n".join(map(str, broken))


def test_no_personal_link_breaks_over_what_is_not_there(world, client):
    school, known = world
    tried, broken = 0, []
    found = [
        (method, path, fields, guard)
        for method, path, fields, standing in routes(school)
        for guard in standing
        if isinstance(guard, PersonalLink)
    ]
    assert {guard.purpose for *_, guard in found} == {"duty", "case", "calendar"}
    for method, path, fields, guard in found:
        for token in tokens(school, guard.purpose, known["number"]):
            address = PARAMETER.sub(lambda one, token=token: token if one[1] == "token" else MISSING[0], path)
            seal = CsrfTokens(school.services.links.secret).make(token, "nothing", school.clock())
            school.clock.turn(seconds=PATIENT)
            sent = {"data": dict.fromkeys(fields, "x") | {"seal": seal}} if method == "POST" else {}
            answer = client.request(method, address, **sent)
            tried += 1
            if answer.status_code >= 500:
                broken.append((method, path, school.services.links.open(token, school.clock())))
    assert tried > 200
    assert broken == [], "\n".join(map(str, broken))


@pytest.mark.usefixtures("world")
def test_the_tablet_breaks_over_nothing_that_is_not_there(member, post):
    client = member("of")
    started = post(client, "/kiosk/start", name="Staff room")
    assert started.status_code == 303
    for person in MISSING:
        assert client.get("/kiosk/who", params={"person": person}).status_code == 404
        sent = client.post("/kiosk/who", data={"person": person, "pin": "4815", "seal": "x"})
        assert sent.status_code == 404
