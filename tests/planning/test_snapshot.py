"""The snapshot holds what was stored, with people called by their keys and roles from roster and register."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from bot.messages import claim_store
from bot.planning import queue_store
from bot.planning import store as planning_store
from bot.planning.active_members import active_members
from bot.planning.snapshot import DecidedStep
from bot.planning.store import load_people_named
from bot.records import evidence as record_evidence
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.records.tables import school
from bot.rules.audience import parse
from bot.rules.evidence import Event
from bot.rules.people import Membership, Person
from bot.rules.register import Register

CHRISTMAS = frozenset({date(2026, 12, 25)})


def christmas(_nation):
    return CHRISTMAS


@pytest.fixture
def peopled(oakfield_store, cast):
    everybody = [
        Person("jo-bell", "Jo Bell", "jo@oakfield.example", (Membership("oakfield", frozenset({"staff"})),)),
        Person("sam-reed", "Sam Reed", "Sam.Reed@oakfield.example", (Membership("oakfield"),)),
        Person("p-shah", "P Shah", None, (Membership("elm-tree", frozenset({"governor"})),)),
        Person("clerk", "C Lerk", "clerk@oakfield.example", (Membership("elm-tree"),)),
    ]
    with oakfield_store.writing() as conn:
        record_register.save_register(conn, Register(replace(cast.register.school, key="elm-tree")), cast.now)
        record_people.save_people(conn, everybody, cast.now)
    return oakfield_store


@pytest.fixture
def load(peopled, cast):
    def read(*, on=None, schools=None, bank_holidays=christmas):
        with peopled.reading() as conn:
            return planning_store.load(
                conn, on=on or cast.monday, schools=schools, bank_holidays=bank_holidays
            )

    return read


def test_an_empty_store_is_an_empty_snapshot(store, cast):
    with store.reading() as conn:
        found = planning_store.load(conn, on=cast.monday, schools=None, bank_holidays=christmas)
    assert (found.schools, found.people, found.obligations) == ({}, {}, ())


def test_the_register_is_in_the_snapshot_whole(load, cast):
    found = load(schools=["oakfield"])
    assert found.schools == {"oakfield": cast.register.school}
    assert found.obligations == cast.register.obligations
    assert found.policies["oakfield", "safeguarding"] == cast.register.policies[0]
    calendar = found.calendars["oakfield"]
    assert calendar.terms == cast.register.terms
    assert (calendar.inset_on, calendar.closed_on) == (cast.register.inset_on, cast.register.closed_on)
    assert calendar.bank_holidays == CHRISTMAS


def test_bank_holidays_are_those_of_the_nation(load, peopled):
    with peopled.writing() as conn:
        conn.execute(update(school).where(school.c.key == "elm-tree").values(nation="Wales"))
    found = load(bank_holidays=lambda nation: CHRISTMAS if nation == "Wales" else frozenset())
    assert found.calendars["elm-tree"].bank_holidays == CHRISTMAS
    assert found.calendars["oakfield"].bank_holidays == frozenset()
    assert [found.calendars[key].clear_working_days for key in ("elm-tree", "oakfield")] == [True, False]


def test_roles_of_roster_and_register_add_up_by_key_or_address(load):
    found = load(schools=["oakfield"]).people
    roles = {key: one.memberships[0].roles for key, one in found.items()}
    assert roles == {
        "jo-bell": {"staff", "dsl"},
        "sam-reed": {"dsl"},
        # The register makes the chair of one school a member there; the other school stays out of sight.
        "p-shah": {"chair"},
    }
    both = load().people["p-shah"].memberships
    assert {one.school: set(one.roles) for one in both} == {"elm-tree": {"governor"}, "oakfield": {"chair"}}


def test_bodies_and_accounts_name_people_by_key(load):
    found = load()
    governors = found.bodies["oakfield", "governors"]
    assert (governors.clerk, governors.chair) == ("clerk", "p-shah")
    assert governors.members == {"p-shah", "jo-bell"}
    assert [meeting.key for meeting in governors.meetings] == ["autumn-2", "spring-1"]
    assert {one.key: set(one.holders) for one in found.accounts} == {
        "facebook": {"jo-bell", "p-shah"},
        "pta": set(),
    }


def test_owners_and_people_asked_may_be_named_by_address_beside_a_reference(load, peopled, cast):
    owned = replace(cast.register.policies[0], owner="SAM.REED@oakfield.example")
    of_a_role = replace(cast.register.policies[1], owner="role:head")
    named = replace(
        cast.register.obligations[0],
        audience=parse("person:sam.reed@oakfield.example or staff except person:Jo@oakfield.example"),
    )
    changed = replace(cast.register, policies=(owned, of_a_role), obligations=(named,))
    with peopled.writing() as conn:
        record_register.save_register(conn, changed, cast.now)
    found = load()
    assert found.policies["oakfield", owned.key].owner == "sam-reed"
    assert found.policies["oakfield", of_a_role.key].owner == "role:head"
    roll = active_members(found, cast.monday)["oakfield"]
    (rule,) = found.obligations
    assert [one.person for one in roll.asked(rule.audience)] == ["sam-reed"]


def test_policies_carry_their_versions_oldest_first(load, peopled, cast):
    with peopled.writing() as conn:
        record_register.save_version(conn, PolicyText("oakfield", "safeguarding", "1", "a" * 64), cast.now)
        second = PolicyText("oakfield", "safeguarding", "2", "b" * 64, issued_on=cast.monday, minor=True)
        record_register.save_version(conn, second, cast.now)
    versions = load().policies["oakfield", "safeguarding"].versions
    assert [(one.number, one.sha256, one.issued_on, one.minor) for one in versions] == [
        ("1", "a" * 64, None, False),
        ("2", "b" * 64, cast.monday, True),
    ]


def test_what_the_register_dropped_is_not_asked(load, peopled, cast):
    with peopled.writing() as conn:
        record_register.save_register(conn, Register(cast.register.school), cast.now)
    found = load()
    assert (found.obligations, found.policies, found.accounts, found.bodies) == ((), {}, (), {})


def test_notices_are_decided_and_people_messaged_until_they_lapse(load, peopled, cast):
    key = ("oakfield", "kcsie-part-one", "jo-bell", "2026-09", "ask")
    with peopled.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell"), cast.hours, cast.now)
    assert load().decided == {key: DecidedStep(cast.monday)}
    assert load().messaged == {"jo-bell": (cast.monday,)}
    with peopled.writing() as conn:
        claim_store.lapse(conn, now=cast.now + timedelta(hours=11))
    assert load().decided == {key: DecidedStep(cast.monday, lapsed=True)}
    # Nobody gets a second message that day; from the next on, the lapsed one never happened.
    assert load().messaged == {"jo-bell": (cast.monday,)}
    assert load(on=cast.monday + timedelta(days=1)).messaged == {}


def test_messages_of_long_ago_are_left_out(load, peopled, cast):
    with peopled.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell"), cast.hours, cast.now)
    assert load(on=cast.monday + timedelta(days=35)).messaged == {"jo-bell": (cast.monday,)}
    assert load(on=cast.monday + timedelta(days=36)).messaged == {}


def test_events_are_in_the_snapshot(load, peopled, cast):
    left = Event("left-1", "oakfield", "holder-left", cast.monday, subject="facebook")
    with peopled.writing() as conn:
        record_evidence.add(conn, left, cast.now)
    assert load().events == (left,)
    assert load(schools=["elm-tree"]).events == ()


def test_a_name_means_a_settings_own_person_first_however_many_are_read(load, peopled, cast):
    namesake = Person("zz", "Sam Reed", "sam.reed@oakfield.example", (Membership("elm-tree"),))
    with peopled.writing() as conn:
        record_people.save_people(conn, [namesake], cast.now)
    for found in (load(schools=["oakfield"]), load()):
        roles = {key: one.membership("oakfield") for key, one in found.people.items()}
        assert roles["sam-reed"].roles == {"dsl"}
        assert roles.get("zz") is None


def test_a_name_from_outside_is_found_however_it_is_written(load, peopled, cast):
    register = replace(cast.register, roles={"chair": ("P-SHAH",), "clerk": ("ÉLÖDIE@elm.example",)})
    outside = Person("el", "Élodie", "élödie@Elm.example", (Membership("elm-tree"),))
    with peopled.writing() as conn:
        record_register.save_register(conn, register, cast.now)
        record_people.save_people(conn, [outside], cast.now)
    found = load(schools=["oakfield"]).people
    assert found["p-shah"].membership("oakfield").roles == {"chair"}
    assert found["el"].membership("oakfield").roles == {"clerk"}


def test_what_is_read_about_some_obligations_leaves_out_what_was_done_about_others(load, peopled, cast):
    with peopled.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell"), cast.hours, cast.now)
    with peopled.reading() as conn:
        read = partial(
            planning_store.load,
            conn,
            on=cast.monday,
            schools=["oakfield"],
            bank_holidays=christmas,
        )
        mine, others = read(about=["kcsie-part-one"]), read(about=["another"])
    assert (len(mine.decided), len(others.decided)) == (1, 0)
    assert mine.messaged == {}


def test_a_person_is_the_same_read_alone_or_with_everybody(load, peopled, cast):
    """By a key or an address, however it is written: the same roles in the same places, or nobody."""
    register = replace(cast.register, roles=cast.register.roles | {"clerk": ("ÉLÖDIE@elm.example",)})
    others = [
        Person("zz", "Sam Reed", "sam.reed@oakfield.example", (Membership("elm-tree"),)),
        Person("el", "Élodie", "élödie@Elm.example", (Membership("elm-tree"),)),
        # Whose key is somebody else's address.
        Person("jo.bell@oakfield.example", "Jo", "jo@elm.example", (Membership("elm-tree"),)),
    ]
    with peopled.writing() as conn:
        record_register.save_register(conn, register, cast.now)
        record_people.save_people(conn, others, cast.now)
    everybody = load()
    assert len(everybody.people) > 4
    with peopled.reading() as conn:
        for key, person in everybody.people.items():
            for name in (key, key.upper(), person.email, (person.email or "").upper()):
                if name:
                    found = load_people_named(conn, [name])
                    assert belongs(found.people[key]) == belongs(person)
                    assert {one.school for one in person.memberships} <= found.schools.keys()
        assert load_people_named(conn, ["nobody@elm.example", ""]).people == {}


def belongs(person):
    return {(one.school, one.roles, one.starts_on, one.leaves_on) for one in person.memberships}


@pytest.fixture
def moved(peopled, cast):
    """Change somebody's address, by a list of people or on the office's page."""

    def change(key, email, *, days=0, on_a_page=False):
        now = cast.now + timedelta(days=days)
        with peopled.writing() as conn:
            if on_a_page:
                record_people.mark_reachable(conn, key, email, now)
            else:
                person = record_people.load_people(conn, None)[key]
                record_people.save_people(conn, [replace(person, email=email)], now)

    return change


@pytest.mark.parametrize("on_a_page", [False, True])
def test_an_address_that_changed_takes_no_role_post_or_account_away(load, peopled, cast, moved, on_a_page):
    account = replace(cast.register.accounts[0], holders=frozenset({"sam.reed@oakfield.example"}))
    register = replace(cast.register, accounts=(account,))
    for number in range(2):
        moved("sam-reed", f"s{number}@oakfield.example", on_a_page=on_a_page, days=number)
        moved("clerk", f"c{number}@oakfield.example", on_a_page=on_a_page, days=number)
        with peopled.writing() as conn:
            record_register.save_register(conn, register, cast.now)
        found = load(schools=["oakfield"])
        assert found.people["sam-reed"].membership("oakfield").roles == {"dsl"}
        assert found.bodies["oakfield", "governors"].clerk == "clerk"
        assert found.accounts[0].holders == {"sam-reed"}
        with peopled.reading() as conn:
            alone = load_people_named(conn, [f"s{number}@oakfield.example"]).people["sam-reed"]
        assert belongs(alone) == belongs(load().people["sam-reed"])


def test_an_address_that_another_person_has_now_is_theirs(load, peopled, cast, moved):
    moved("sam-reed", "s@oakfield.example")
    moved("jo-bell", "sam.reed@oakfield.example", days=1)
    roles = {key: one.memberships[0].roles for key, one in load(schools=["oakfield"]).people.items()}
    assert (roles["jo-bell"], roles["sam-reed"]) == ({"staff", "dsl"}, set())
    moved("jo-bell", "jo@oakfield.example", days=2)
    roles = {key: one.memberships[0].roles for key, one in load(schools=["oakfield"]).people.items()}
    assert roles["sam-reed"] == set()
    with peopled.reading() as conn:
        found = record_people.load_people(conn, ["oakfield"])
        assert record_people.find_named(conn, ["sam.reed@oakfield.example"], {"jo-bell"}).keys() == {
            "sam-reed"
        }
    assert [one.email for one in found["jo-bell"].formerly] == [
        "jo@oakfield.example",
        "sam.reed@oakfield.example",
    ]


def test_another_school_takes_no_role_with_an_address_it_gives_away(load, peopled, cast, moved):
    moved("sam-reed", "s@oakfield.example")
    moved("p-shah", "sam.reed@oakfield.example", days=1)
    moved("p-shah", "p@elm.example", days=2)
    roles = {key: one.memberships[0].roles for key, one in load(schools=["oakfield"]).people.items()}
    assert roles["sam-reed"] == {"dsl"}
