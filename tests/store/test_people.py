"""People as the roster states them, and what only the office says about them."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.people import Absence, Membership, Person
from bot.domain.register import Register
from bot.store import people, registers

MEMBER = Membership(
    setting="oakfield",
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
def save(school, cast):
    def write(*everybody):
        with school.writing() as conn:
            people.save_people(conn, everybody, cast.now)

    return write


@pytest.fixture
def roster(school):
    def read(setting="oakfield"):
        with school.reading() as conn:
            return people.roster(conn, setting)

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


def test_a_roster_does_not_wake_a_paused_person(save, roster, school):
    save(JO)
    with school.writing() as conn:
        people.pause(conn, "oakfield", "jo-bell", paused=True)
    save(JO)
    assert roster()["jo-bell"].memberships[0].paused is True
    with school.writing() as conn:
        people.pause(conn, "oakfield", "jo-bell", paused=False)
    assert roster()["jo-bell"].memberships[0].paused is False


def test_a_refused_address_stays_refused_until_it_changes(save, roster, school):
    save(JO)
    with school.writing() as conn:
        people.mark_unreachable(conn, "jo-bell", "550 no such mailbox")
    save(JO)
    assert roster()["jo-bell"].unreachable == "550 no such mailbox"
    save(replace(JO, email="j.bell@oakfield.example"))
    assert roster()["jo-bell"].unreachable is None


def test_one_person_in_two_settings_is_one_person(save, roster, school, cast):
    with school.writing() as conn:
        elm = replace(cast.register.setting, key="elm-tree")
        registers.save_register(conn, Register(elm), cast.now)
    save(JO)
    save(replace(JO, memberships=(Membership("elm-tree"),)))
    assert roster() == {"jo-bell": JO}
    assert [one.setting for one in roster("elm-tree")["jo-bell"].memberships] == ["elm-tree"]
    with school.reading() as conn:
        both = people.load_people(conn, None)["jo-bell"].memberships
    assert [one.setting for one in both] == ["elm-tree", "oakfield"]


def test_a_membership_of_an_unknown_setting_is_refused_whole(save, roster):
    with pytest.raises(IntegrityError):
        save(JO, Person("a-b", "A B", None, (Membership("nowhere"),)))
    assert roster() == {}
