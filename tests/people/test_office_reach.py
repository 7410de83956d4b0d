"""How far the office reaches: nobody of another school is taken over, however their reference is written."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from bot.core.clock import local_date
from bot.core.validation import ValidationFailed
from bot.database.engine import open_store
from bot.forecast.preview import preview
from bot.identity.actor import Actor
from bot.people.edit_policy import why_not_editable
from bot.people.person_form import PersonInput, add_person
from bot.planning.service import plan_day
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules import audience
from bot.rules.cadence import EveryMonths
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
# Each is another word once its letters are folded: a sharp s, a ligature, the sign of the kelvin.
REFERENCES = ("weiß", "she\ufb03eld", "\u212ait")


def school_of(key, **given):
    return Register(School(key, f"{key.title()} Primary School", since=date(2026, 9, 1)), **given)


def somebody(key, name, email, school, *roles):
    return Person(key, name, email, (Membership(school, frozenset({"staff", *roles})),))


OFFICE = somebody("off", "Olive Office", "off@ash.example", "ash", "office")


@pytest.fixture
def two_schools(databases):
    """Ash, whose office does things, and Beech, with what it has."""
    opened = []

    def make(*there, roles=None):
        store = open_store(databases.current())
        opened.append(store)
        head = somebody("hd", "Hana Head", "hd@ash.example", "ash", "headteacher")
        with store.writing() as conn:
            record_register.save_register(conn, school_of("ash"), NOW)
            record_register.save_register(conn, school_of("beech", roles=roles or {}), NOW)
            record_people.save_people(conn, [OFFICE, head, *there], NOW)
        return SimpleNamespace(store=store, rosters={})

    yield make
    for store in opened:
        store.close()


def add(services, name, reference):
    said = PersonInput(name=name, roles=frozenset({"staff"}), email="new@ash.example", reference=reference)
    return add_person(services, said, Actor(School("ash", "Ash"), OFFICE, "email link"), NOW)


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("name", ["Bea White", "Mal Other"])
def test_no_one_gets_the_reference_of_a_person_of_another_school(two_schools, name, reference):
    services = two_schools(somebody(reference, "Bea White", "bea@beech.example", "beech", "headteacher"))
    with pytest.raises(ValidationFailed):
        add(services, name, reference)


@pytest.mark.parametrize("reference", [*REFERENCES, "weiss", "WEISS"])
def test_no_one_gets_a_reference_that_another_schools_register_names(two_schools, reference):
    services = two_schools(roles={"headteacher": [*REFERENCES]})
    with pytest.raises(ValidationFailed):
        add(services, "Mal Other", reference)


def test_a_person_who_shares_an_address_with_another_person_is_still_known_elsewhere(two_schools):
    """Two people with one address: which of them a third register means is the same for every reader."""
    jo = somebody("jo", "Jo Field", "fam@x.example", "ash")
    al = somebody("al", "Al Field", "fam@x.example", "beech")
    services = two_schools(jo, al)
    with services.store.writing() as conn:
        record_register.save_register(conn, school_of("cedar", roles={"headteacher": ["fam@x.example"]}), NOW)
        moved = somebody("jo", "Jo Field", "jo@ash.example", "ash")
        found = why_not_editable(conn, Actor(School("ash", "Ash"), OFFICE, "email link"), {"jo": moved}, NOW)
    assert [one.key for one in found] == ["jo"]


def test_a_preview_writes_to_no_one_twice_a_day_as_planning_does_not(two_schools):
    """Sam belongs to Ash, and Beech's register names him: the two schools are planned one after the other."""
    sam = somebody("sam", "Sam Reed", "sam@ash.example", "ash", "dsl")
    rules = tuple(
        Obligation(
            key="train",
            school=school,
            kind=Kind.TRAIN,
            title="Train",
            audience=audience.parse("role:dsl"),
            cadence=(EveryMonths(12),),
            ladder=ASK,
            source=Source("safeguarding", "1", stated=False),
        )
        for school in ("ash", "beech")
    )
    services = two_schools(sam)
    with services.store.writing() as conn:
        for one in rules:
            roles = {"dsl": ["sam@ash.example"]} if one.school == "beech" else {}
            record_register.save_register(conn, school_of(one.school, roles=roles, obligations=(one,)), NOW)
    seen = preview(services.store, local_date(NOW))
    assert [(one.person, one.school) for one in seen.notices] == [("sam", "ash")]
    assert [(one.person, one.school) for one in seen.skipped] == [("sam", "beech")]
    done = plan_day(services, NOW)
    assert (done.notices, done.skipped) == (seen.notices, seen.skipped)
