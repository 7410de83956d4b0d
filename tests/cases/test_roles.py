"""Roles by their other spellings, likely slips, and who is staff of those who come from outside."""

from datetime import date

import pytest

from bot.cases.access import route
from bot.core.roles import slip_of
from bot.planning.active_members import active_members
from bot.planning.snapshot import Snapshot
from bot.rules.calendar import Calendar
from bot.rules.people import Membership, Person, School

DAY = date(2026, 11, 23)


def school(**roles):
    people = {key: Person(key, key.title(), None, (Membership("a", held),)) for key, held in roles.items()}
    known = Snapshot(schools={"a": School("a", "A School")}, people=people, calendars={"a": Calendar()})
    return active_members(known, DAY)["a"]


@pytest.mark.parametrize(
    ("spelt", "role"),
    [
        ("data-protection-officer", "dpo"),
        ("designated-safeguarding-lead", "dsl"),
        ("deputy-designated-safeguarding-lead", "deputy-dsl"),
        ("head-teacher", "headteacher"),
        ("chair-of-governors", "chair"),
    ],
)
def test_a_usual_spelling_is_the_role_it_means(spelt, role):
    roll = school(jo=frozenset({spelt}))
    assert roll.here["jo"].roles == {role}
    assert (roll.holders(role), roll.holders(spelt)) == (["jo"], ["jo"])
    assert (roll.acting(role), roll.acting(spelt)) == ("jo", "jo")


def test_a_data_protection_officer_from_outside_is_no_one_s_staff():
    assert not Membership("a", frozenset({"data-protection-officer"})).is_staff


def test_a_route_takes_a_usual_spelling_and_passes_over_the_deputy_of_a_person_named():
    roll = school(ds=frozenset({"dsl"}), dd=frozenset({"deputy-dsl"}), hd=frozenset({"headteacher"}))
    told = ("designated-safeguarding-lead", "deputy-designated-safeguarding-lead", "head")
    assert route("online-conduct", (), roll, told).person == "ds"
    assert route("online-conduct", ("ds",), roll, told).person == "hd"


@pytest.mark.parametrize(
    ("roles", "staff"),
    [
        ("contractor it", False),
        ("contractor first-aider dsl", False),
        ("contractor supply-teacher", True),
        ("contractor it staff", True),
        ("volunteer reading-helper", False),
        ("volunteer volunteer-assistant", False),
        ("volunteer teaching-assistant", True),
        ("visitor cook", True),
        ("governor it", False),
        ("governor senco", True),
        ("governor forest-school", False),
        ("parent office", True),
        ("dpo it", False),
        ("it", True),
        ("it first-aider", True),
        ("dsl", True),
        ("chair clerk", False),
    ],
)
def test_a_task_makes_no_one_staff_who_comes_from_outside(roles, staff):
    assert Membership("a", frozenset(roles.split())).is_staff is staff


@pytest.mark.parametrize(("role", "meant"), [("clerc", "clerk"), ("clerk", None), ("cook", None)])
def test_a_slip_is_told_by_the_role_it_is_nearly_spelt_like(role, meant):
    assert slip_of(role, frozenset({"clerk", "dsl"})) == meant
