"""Who opens cases: confirmed by somebody else, from the first head on; a new address of theirs waits."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from confirmed import confirm_everybody
from sqlalchemy import select
from unsealed import case_messages

from bot.database.columns import tables
from bot.delivery.service import deliver
from bot.identity.case_roles import settle_all
from bot.onboarding.service import begin_school, first_head
from bot.people.address_changes import take_effect
from bot.people.import_service import import_roster
from bot.records import case_roles as record_case_roles
from bot.records import ledger
from bot.records import people as record_people
from bot.register.service import apply_register, change_register
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from connectors.local.roster import CsvRoster

SCHOOL, NEW = "merriwell-green", "newfield"
HEAD, OFFICE = "head@newfield.example", "office@newfield.example"


def states(page):
    """What the page says of each role: (person, role) -> confirmed or waits."""
    rows = BeautifulSoup(page.text, "html.parser").select("li[data-role]")
    return {(one["data-person"], one["data-role"]): one["data-state"] for one in rows}


def opens(member, person, number, school=SCHOOL):
    """Return whether somebody who is signed in opens a case."""
    answer = member(person, school=school).get(f"/cases/{number}")
    assert answer.status_code in {200, 403, 404}
    return answer.status_code == 200


def press(served, client, path, **typed):
    return client.post(f"/case-roles/{path}", data={"seal": served.seal_of(client)} | typed)


def entries(school, action):
    """Who did what about whom, as the ledger has it: actor, subject, data."""
    with school.store.reading() as conn:
        return [(one.actor, one.subject, one.data) for _, one in ledger.entries(conn) if one.action == action]


def letters(school, kind):
    """Who is written to, and about what: person, reference."""
    message = tables.tables["message"]
    with school.store.reading() as conn:
        query = select(message.c.person, message.c.step).where(message.c.kind == kind)
        return [tuple(row) for row in conn.execute(query)]


def told(school):
    """Who is written to about access, and on what occasion."""
    return {(person, step.partition(" ")[0]) for person, step in letters(school, "access")}


@pytest.fixture
def begun(served):
    """A school that is being set up: its head by the command, its office by the head's page."""
    school = School(NEW, "Newfield School", since=date(2026, 11, 1))
    begin_school(served.store, school, first_head(NEW, "Hanna Bly", HEAD), served.clock(), "command line")
    office = Person(OFFICE, "Ned Orr", OFFICE, (Membership(NEW, frozenset({"staff", "office"})),))
    with served.store.writing() as conn:
        record_people.save_people(conn, [office], served.clock())
    return school


def take_over(served, school):
    """Name the office for every role that opens cases, as its own register's file."""
    roles = dict.fromkeys(("headteacher", "dsl", "deputy-dsl", "chair", "dpo"), (OFFICE,))
    register = Register(school, roles=roles)
    apply_register(served.store, register, documents={}, now=served.clock(), actor=f"person:{OFFICE}")


def test_an_office_that_names_itself_before_going_live_opens_nothing(served, begun, case_of, member, client):
    take_over(served, begun)
    number = case_of(school=NEW, about="Hanna Bly", category="allegation")
    office, head = member(OFFICE, school=NEW), member(HEAD, school=NEW)
    assert not opens(member, OFFICE, number, NEW)
    assert number not in office.get("/cases").text
    every = states(office.get("/case-roles"))
    waits = {key for key, state in every.items() if state == "waits"}
    assert waits == {(OFFICE, role) for role in ("headteacher", "dsl", "deputy-dsl", "chair", "dpo")}
    assert every[HEAD, "headteacher"] == "confirmed"
    for person, role in sorted(waits):
        assert press(served, office, "confirm", person=person, role=role).status_code == 422
    assert press(served, head, "confirm", person=HEAD, role="headteacher").status_code == 422
    confirmed = [entry[:2] for entry in entries(served, "role that opens cases confirmed")]
    assert confirmed == [*confirmed[:-1], ("command line", f"person:{NEW}/{HEAD}")]
    assert f"person:{NEW}/{OFFICE}" not in {subject for _, subject in confirmed}


def test_a_report_waits_unopened_and_its_pages_print_the_numbers(served, begun, case_of, member, client):
    with served.store.writing() as conn:
        record_case_roles.end(conn, NEW, [(HEAD, "headteacher")], served.clock())
    page = BeautifulSoup(client.get(f"/report/{NEW}").text, "html.parser").find(id="waits")
    assert "tel:08000280285" in {one["href"] for one in page.find_all("a")}
    number = case_of(school=NEW)
    assert not opens(member, HEAD, number, NEW)
    with served.store.writing() as conn:
        record_case_roles.name(conn, NEW, [(HEAD, "headteacher")], served.clock())
    confirm_everybody(served.store, NEW, served.clock())
    assert BeautifulSoup(client.get(f"/report/{NEW}").text, "html.parser").find(id="waits") is None
    assert opens(member, HEAD, number, NEW)


def test_the_first_head_confirms_others_by_their_link_and_what_waited_reaches_them(
    served, begun, case_of, member, client
):
    dsl = Person(
        "d@newfield.example", "Dee Es", "d@newfield.example", (Membership(NEW, frozenset({"staff"})),)
    )
    with served.store.writing() as conn:
        record_people.save_people(conn, [dsl], served.clock())
    register = Register(begun, roles={"dsl": (dsl.key,)})
    apply_register(served.store, register, documents={}, now=served.clock(), actor="a test")
    number = case_of(school=NEW, about="Hanna Bly", category="online-conduct")
    assert not opens(member, dsl.key, number, NEW)
    assert (HEAD, "named") in told(served)
    head = member(HEAD, how="first link", school=NEW)
    assert press(served, head, "confirm", person=dsl.key, role="dsl").status_code == 303
    given = {"role": "dsl", "how": "signed in by a one-time link"}
    kept = (f"person:{HEAD}", f"person:{NEW}/{dsl.key}", given)
    assert kept in entries(served, "role that opens cases confirmed")
    second = case_of(school=NEW, category="online-conduct")
    assert opens(member, dsl.key, second, NEW)


def pass_dsl_on(served):
    """Make Beth Larkin the DSL in the place of the deputy head."""
    for key, roles in (("dh", {"staff", "deputy-head"}), ("ta1", {"staff", "dsl"})):
        with served.store.writing() as conn:
            known = record_people.roster(conn, SCHOOL)[key]
            here = replace(known.membership(SCHOOL), roles=frozenset(roles))
            record_people.save_people(conn, [replace(known, memberships=(here,))], served.clock())
    change_register(
        served.store,
        SCHOOL,
        lambda one: replace(one, roles={**one.roles, "first-aider": ("y1",)}),
        now=served.clock(),
        actor="a test",
    )


def test_a_person_who_held_a_role_hears_who_is_confirmed_in_it_and_their_own_ends(
    served, case_of, member, client
):
    pass_dsl_on(served)
    number = case_of(category="online-conduct")
    assert not opens(member, "ta1", number)
    assert not opens(member, "dh", number)
    assert opens(member, "ey", number)
    assert press(served, member("hd"), "confirm", person="ta1", role="dsl").status_code == 303
    assert ("dh", "confirmed") in told(served)
    with served.store.writing() as conn:
        record_people.set_leaving(conn, SCHOOL, "dh", date(2026, 11, 20))
    deliver(served.services, now=served.clock())
    sent = [path.read_text() for path in served.services.sent_folder.glob("*.eml")]
    assert len([one for one in sent if "deputy@merriwell.example" in one]) == 1
    assert opens(member, "ta1", case_of(category="online-conduct"))


def test_a_role_that_was_lost_is_confirmed_again(served, case_of, member, client):
    for roles in ({"staff"}, {"staff", "dsl"}):
        with served.store.writing() as conn:
            known = record_people.roster(conn, SCHOOL)["dh"]
            here = replace(known.membership(SCHOOL), roles=frozenset(roles))
            record_people.save_people(conn, [replace(known, memberships=(here,))], served.clock())
        change_register(
            served.store,
            SCHOOL,
            lambda one: replace(one, roles={**one.roles, f"first-aider-{len(one.roles)}": ("y1",)}),
            now=served.clock(),
            actor="a test",
        )
    assert states(member("hd").get("/case-roles"))["dh", "dsl"] == "waits"
    assert not opens(member, "dh", case_of(category="online-conduct"))


def test_a_school_that_was_live_before_keeps_its_holders(served, case_of, client, member):
    with served.store.writing() as conn:
        for name in ("case_role", "confirming"):
            conn.execute(tables.tables[name].delete())
    number = case_of(category="online-conduct")
    assert opens(member, "dh", number)
    settle_all(served.services, served.clock())
    assert set(states(member("hd").get("/case-roles")).values()) == {"confirmed"}
    assert {actor for actor, *_ in entries(served, "role that opens cases confirmed")} == {"upgrade"}
    assert opens(member, "dh", number)


NEXT = "helen@merriwell.example"


def by_the_page(served, member):
    """The head's address, by a page of somebody who leads; the office itself may not change it at all."""
    client = member("dh")
    sent = client.post("/office/people/of/hd/address", data={"seal": served.seal_of(client), "email": NEXT})
    assert sent.status_code == 303


def by_a_list(served, _member):
    """The head's address by the next list, from a file, a page or a directory."""
    folder = served.services.sent_folder.parent
    (folder / "next.csv").write_text(
        (folder / "roster.csv").read_text().replace("head@merriwell.example", NEXT)
    )
    listed = tuple(CsvRoster(folder / "next.csv").roster())
    for _ in range(2):
        import_roster(served.store, SCHOOL, listed, now=served.clock(), actor="schedule")


def address(served, key="hd"):
    with served.store.reading() as conn:
        return record_people.email_of(conn, key)


@pytest.fixture(params=[by_the_page, by_a_list])
def changed(request, served, member):
    request.param(served, member)
    return "dh" if request.param is by_the_page else None


def test_a_leaders_new_address_waits_and_case_mail_goes_to_neither(served, changed, case_of, member):
    assert address(served) == "head@merriwell.example"
    assert {("hd", "address"), ("gc", "address")} <= told(served)
    assert (changed, "address") not in told(served)
    number = case_of(category="staff-devices")
    deliver(served.services, now=served.clock())
    found = case_messages(served.store, served.services.case_keys)
    about = {person for _, person, step in found if number in step}
    assert about
    assert "hd" not in about
    notices = [path for path in served.services.sent_folder.glob("*.eml") if "head@" in path.read_text()]
    assert len(notices) == 1
    assert not [path for path in served.services.sent_folder.glob("*.eml") if NEXT in path.read_text()]


def test_a_leaders_new_address_counts_after_a_day(served, changed):
    served.clock.turn(hours=23, minutes=59)
    take_effect(served.services, served.clock())
    assert address(served) == "head@merriwell.example"
    served.clock.turn(minutes=1)
    take_effect(served.services, served.clock())
    assert address(served) == NEXT


def test_a_leaders_new_address_counts_with_a_second_leaders_yes(served, changed, member):
    head = member("hd")
    for person in filter(None, ("hd", changed, "of")):
        assert press(served, member(person), "address", person="hd", go="yes").status_code in {403, 422}
    assert address(served) == "head@merriwell.example"
    assert press(served, member("gc"), "address", person="hd", go="yes").status_code == 303
    assert address(served) == NEXT
    assert head.get("/me").status_code == 303


def test_a_second_leader_or_its_owner_refuses_a_new_address(served, changed, member):
    assert press(served, member("hd"), "address", person="hd", go="no").status_code == 303
    served.clock.turn(days=2)
    take_effect(served.services, served.clock())
    assert address(served) == "head@merriwell.example"


def waits(member, person):
    """What the office's page of a person says of an address that waits: instants, who may agree."""
    page = member("of").get(f"/office/people/of/{person}")
    assert page.status_code == 200
    found = BeautifulSoup(page.text, "html.parser").find(id="address-waits")
    if found is None:
        return None
    instants = [datetime.fromisoformat(one["datetime"]) for one in found.find_all("time")]
    return instants, {one["data-person"] for one in found.select("[data-person]")}


def test_the_offices_page_of_a_leader_shows_an_address_that_waits(served, changed, member):
    asked_at = served.clock()
    leading = {"headteacher", "dsl", "deputy-dsl", "chair"}
    every = states(member("gc").get("/case-roles"))
    leaders = {one for (one, role), state in every.items() if role in leading and state == "confirmed"}
    assert len(leaders) > 2
    assert waits(member, "hd") == ([asked_at, asked_at + timedelta(days=1)], leaders - {"hd", changed})
    assert waits(member, "dh") is None
    assert press(served, member("gc"), "address", person="hd", go="yes").status_code == 303
    assert waits(member, "hd") is None


def test_a_person_who_may_agree_to_an_address_is_led_there_from_the_page_of_its_person(
    served, changed, member
):
    def led(reader):
        page = BeautifulSoup(member(reader).get("/office/people/of/hd").text, "html.parser")
        return page.select_one("#address-waits a[href='/case-roles']") is not None

    assert {one: led(one) for one in ("hd", "dh", "of")} == {"hd": True, "dh": True, "of": False}


def test_an_address_of_anybody_else_counts_at_once(served, member):
    client = member("of")
    sent = client.post(
        "/office/people/of/y5/address", data={"seal": served.seal_of(client), "email": "adam@x.example"}
    )
    assert (sent.status_code, address(served, "y5")) == (303, "adam@x.example")
    assert told(served) == set()


def test_no_one_takes_an_address_that_another_has_by_the_time_it_counts(served, changed):
    with served.store.writing() as conn:
        record_people.mark_reachable(conn, "y5", NEXT, served.clock())
    served.clock.turn(days=1)
    take_effect(served.services, served.clock())
    assert (address(served), address(served, "y5")) == ("head@merriwell.example", NEXT)
