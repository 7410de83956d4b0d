"""People as the roster states them, and what only the office says about them."""

from dataclasses import replace
from datetime import date

import pytest
from paused import pause
from sqlalchemy.exc import IntegrityError

from bot.database.dialect import is_sqlite
from bot.planning.store import NAMING_BEYOND_ASCII, NAMING_THEM, roles_naming
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.people import Absence, Membership, Person
from bot.rules.register import Register

MEMBER = Membership(
    school="oakfield",
    roles=frozenset({"teacher", "staff"}),
    groups=frozenset({"eyfs"}),
    starts_on=date(2026, 9, 1),
    leaves_on=date(2027, 7, 31),
    working_days=frozenset({0, 2}),
    absences=(Absence(date(2026, 10, 1), date(2026, 10, 9), "leave"), Absence(date(2027, 5, 1))),
    manager="p-shah",
)
JO = Person("jo-bell", "Jo Bell", "jo@oakfield.example", (MEMBER,))


@pytest.fixture
def save(oakfield_store, cast):
    def write(*everybody):
        with oakfield_store.writing() as conn:
            record_people.save_people(conn, everybody, cast.now)

    return write


@pytest.fixture
def roster(oakfield_store):
    def read(school="oakfield"):
        with oakfield_store.reading() as conn:
            return record_people.roster(conn, school)

    return read


def test_people_come_out_as_they_went_in_however_often(save, roster):
    save()
    assert roster() == {}
    save(JO)
    save(JO)
    assert roster() == {"jo-bell": JO}


def test_a_roster_replaces_what_it_says(save, roster):
    save(JO)
    changed = replace(MEMBER, roles=frozenset({"office"}), absences=(), leaves_on=None)
    moved = replace(JO, name="Jo Bell-Shah", memberships=(changed,))
    save(moved)
    assert roster() == {"jo-bell": moved}


def test_a_roster_does_not_wake_a_paused_person(save, roster, oakfield_store):
    save(JO)
    with oakfield_store.writing() as conn:
        pause(conn, "oakfield", "jo-bell", paused=True)
    save(JO)
    assert roster()["jo-bell"].memberships[0].paused is True
    with oakfield_store.writing() as conn:
        pause(conn, "oakfield", "jo-bell", paused=False)
    assert roster()["jo-bell"].memberships[0].paused is False


def test_a_refused_address_stays_refused_until_it_changes(save, roster, oakfield_store):
    save(JO)
    with oakfield_store.writing() as conn:
        record_people.mark_unreachable(conn, "jo-bell", "550 no such mailbox")
    save(JO)
    assert roster()["jo-bell"].unreachable == "550 no such mailbox"
    save(replace(JO, email="j.bell@oakfield.example"))
    assert roster()["jo-bell"].unreachable is None


def test_one_person_in_two_settings_is_one_person(save, roster, oakfield_store, cast):
    with oakfield_store.writing() as conn:
        elm = replace(cast.register.school, key="elm-tree")
        record_register.save_register(conn, Register(elm), cast.now)
    save(JO)
    save(replace(JO, memberships=(Membership("elm-tree"),)))
    assert roster() == {"jo-bell": JO}
    assert [one.school for one in roster("elm-tree")["jo-bell"].memberships] == ["elm-tree"]
    with oakfield_store.reading() as conn:
        both = record_people.load_people(conn, None)["jo-bell"].memberships
    assert [one.school for one in both] == ["elm-tree", "oakfield"]


def test_a_membership_of_an_unknown_setting_is_refused_whole(save, roster):
    with pytest.raises(IntegrityError):
        save(JO, Person("a-b", "A B", None, (Membership("nowhere"),)))
    assert roster() == {}


def test_a_person_is_found_by_a_folded_key_or_address_however_many_are_looked_for(
    save, oakfield_store, cast, monkeypatch
):
    monkeypatch.setattr(record_people, "NAMES_AT_ONCE", 2)
    others = [Person(f"k{number}", "A B", f"K{number}@x.example", (MEMBER,)) for number in range(5)]
    save(JO, *others)
    with oakfield_store.reading() as conn:
        found = record_people.find_named(
            conn, [*(f"k{number}@x.example" for number in range(4)), "k4"], {"k0"}
        )
        roles = roles_naming(conn, {"nobody", "nobody else", "a third"})
    assert set(found) == {"k1", "k2", "k3", "k4"}
    assert not any(one.memberships for one in found.values())
    assert roles == {}


def test_letters_beyond_ascii_are_folded_as_everywhere(save, oakfield_store):
    odd = ["wei\u00df", "she\ufb03eld", "\u212ait", "zo\u00cb"]
    save(*(Person(key, "A B", f"{number}@x.example", (MEMBER,)) for number, key in enumerate(odd)))
    with oakfield_store.reading() as conn:
        for key in odd:
            assert set(record_people.find_named(conn, [key.casefold()], ())) == {key}


@pytest.mark.parametrize("sort", ["people", "roles", "people beyond ASCII", "roles beyond ASCII"])
def test_no_one_is_looked_through_to_find_a_person(oakfield_store, sort):
    """Among a million people signing in would else take seconds."""
    query, index = {
        "people": (record_people.NAMED, "folded"),
        "roles": (NAMING_THEM, "folded"),
        "people beyond ASCII": (
            record_people.BEYOND_ASCII.of(oakfield_store.engine),
            "ix_person_beyond_ascii",
        ),
        "roles beyond ASCII": (NAMING_BEYOND_ASCII.of(oakfield_store.engine), "ix_role_holder_beyond_ascii"),
    }[sort]
    if "beyond" not in sort:
        query = query.params(names=["jo-bell", "jo@oakfield.example"])
    words = str(query.compile(oakfield_store.engine, compile_kwargs={"literal_binds": True}))
    with oakfield_store.writing() as conn:
        if is_sqlite(conn):
            steps = [row[-1] for row in conn.exec_driver_sql(f"explain query plan {words}")]
        else:
            # So few people are looked through anyway, unless the planner is told that it costs.
            conn.exec_driver_sql("set local enable_seqscan = off")
            steps = [row[0] for row in conn.exec_driver_sql(f"explain {words}")]
    # The index of the few who are written with other letters is read whole; no table is.
    whole = [step for step in steps if step.startswith("SCAN") or "Seq Scan" in step]
    assert not [step for step in whole if "beyond_ascii" not in step]
    assert any(index in step for step in steps)
