"""What every list of people promises from any source. A new connector adds a school to read from."""

import csv

import pytest

from bot.core.errors import BadInput, TryAgain
from connectors.local.roster import CsvRoster

COLUMNS = ("reference", "name", "email", "roles", "manager", "leave")


class Office:
    """A school whose office keeps its people in a file."""

    def __init__(self, path):
        self._path = path
        self._rows = {}

    def joins(self, key, name, *roles, manager=""):
        email = f"{key}@merriwell.example"
        self._rows[key] = dict(zip(COLUMNS, (key, name, email, "; ".join(roles), manager, ""), strict=True))

    def leaves(self, key):
        del self._rows[key]

    def is_switched_off(self, key):
        self._rows[key]["leave"] = "01/09/2026"

    def is_called(self, key, name, email):
        self._rows[key] |= {"name": name, "email": email}

    def has_a_pupil(self, key):
        """Nobody writes pupils into a list of staff."""

    def told(self):
        return set(self._rows)

    def breaks_off(self):
        self._rows["bad"] = dict.fromkeys(COLUMNS, "") | {"name": "Kit", "email": "kit at home"}

    def roster(self):
        with self._path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS)
            table.writeheader()
            table.writerows(self._rows.values())
        return CsvRoster(self._path).roster()


class Tenant:
    """A school in Microsoft 365, with a group for each role."""

    def __init__(self, school):
        from connectors.microsoft.directory import GroupDirectory

        self._double, self._rest = school.double, school.rest
        self._rest.groups |= {role: [] for role in ("staff", "governor", "dsl")}
        self.roster = school.part(GroupDirectory, {role: role for role in self._rest.groups}).roster

    def joins(self, key, name, *roles, manager=""):
        self._rest.person(key, name, groups=roles, manager=manager)

    def leaves(self, key):
        for members in self._rest.groups.values():
            members[:] = [one for one in members if one != key]

    def is_switched_off(self, key):
        self._rest.people[key]["accountEnabled"] = False

    def is_called(self, key, name, email):
        self._rest.people[key] |= {"displayName": name, "mail": email}

    def has_a_pupil(self, key):
        self._rest.person(key, "A pupil", groups=["pupils"])

    def told(self):
        return self._rest.told

    def breaks_off(self):
        self._double.fails(members=["", "403"])


@pytest.fixture(params=["CSV", "Microsoft 365"])
def school(request, tmp_path):
    """Every list there is; Google's is held to the same in its own folder."""
    if request.param == "CSV":
        return Office(tmp_path / "people.csv")
    pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")
    return Tenant(request.getfixturevalue("school_on_graph"))


@pytest.fixture
def small(school):
    """Three people: a head, a teacher who is the head's, a governor."""
    school.joins("head", "Sam Okafor", "staff", "dsl")
    school.joins("jo", "Jo Bell", "staff", manager="head")
    school.joins("gita", "Gita Rao", "governor")
    school.joins("ola", "Ola Berg", "governor")
    return school


def listed(school):
    entries = list(school.roster())
    found = {entry.key: entry for entry in entries}
    assert len(found) == len(entries)
    return found


def test_everybody_is_listed_once_with_address_roles_and_manager(small):
    found = listed(small)
    assert {key: (one.name, one.email, one.roles, one.manager) for key, one in found.items()} == {
        "head": ("Sam Okafor", "head@merriwell.example", {"staff", "dsl"}, None),
        "jo": ("Jo Bell", "jo@merriwell.example", {"staff"}, "head"),
        "gita": ("Gita Rao", "gita@merriwell.example", {"governor"}, None),
        "ola": ("Ola Berg", "ola@merriwell.example", {"governor"}, None),
    }


def test_the_same_school_is_the_same_list(small):
    assert list(small.roster()) == list(small.roster())


def test_who_joins_is_there_and_who_leaves_is_gone(small):
    small.joins("zoe", "Zoë Ó Briain", "staff", manager="head")
    small.leaves("gita")
    found = listed(small)
    assert set(found) == {"head", "jo", "zoe", "ola"}
    assert found["zoe"].name == "Zoë Ó Briain"


def test_who_may_not_sign_in_any_more_is_left_out_or_has_a_last_day(small):
    small.is_switched_off("gita")
    gita = listed(small).get("gita")
    assert gita is None or gita.leaves_on is not None


def test_a_person_with_a_new_name_and_address_is_the_same_person(small):
    small.is_called("jo", "Jo  Day ", "Jo.Day@Merriwell.example")
    jo = listed(small)["jo"]
    assert (jo.name, jo.email) == ("Jo Day", "jo.day@merriwell.example")


def test_hundreds_are_listed_to_the_last(small):
    for number in range(450):
        small.joins(f"p{number}", f"P {number}", "staff", manager="head")
    found = listed(small)
    assert len(found) == 454
    assert found["p449"].manager == "head"


def test_nothing_is_heard_of_pupils(small):
    small.has_a_pupil("pupil")
    assert "pupil" not in listed(small)
    assert "pupil" not in small.told()
    assert "jo" in small.told()


def test_a_list_that_breaks_off_is_not_a_list(small):
    small.breaks_off()
    with pytest.raises((TryAgain, BadInput)):
        small.roster()


def test_a_school_of_no_one_is_not_a_list(school):
    with pytest.raises(BadInput):
        school.roster()
