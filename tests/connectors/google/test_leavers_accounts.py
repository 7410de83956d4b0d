"""What Google Workspace says of single accounts: still in a group, still in use, 2-Step Verification."""

import pytest

from bot.core.errors import TryAgain
from bot.ports import AccountState, TellsAccounts
from connectors.google.directory import GoogleDirectory
from connectors.google.scopes import PEOPLE
from connectors.google.two_step import UsersTwoStep

SOURCES = {"staff": "/Staff", "governor": "/Governors", "dsl": "dsl@merriwell.example"}


@pytest.fixture
def people(client_of):
    return GoogleDirectory(client_of(PEOPLE), ("merriwell.example",), SOURCES)


@pytest.fixture
def second_steps(client_of):
    return UsersTwoStep(client_of(PEOPLE), "merriwell.example")


def test_each_account_is_told_with_where_it_still_is(people, directory):
    assert isinstance(people, TellsAccounts)
    found = people.accounts(dict.fromkeys(("1", "2", "3", "6", "99"), None))
    assert found == {
        "1": AccountState(exists=True, enabled=True, roles=frozenset({"staff"})),
        "2": AccountState(exists=True, enabled=True, roles=frozenset({"staff", "dsl"})),
        # Suspended: still filed under /Staff, which opens nothing.
        "3": AccountState(exists=True, enabled=False),
        "6": AccountState(exists=True, enabled=True, roles=frozenset({"governor"})),
        "99": AccountState(exists=False, enabled=False),
    }
    assert people.accounts({}) == {}


def test_a_suspended_account_may_still_be_in_a_group(people, directory):
    next(one for one in directory.users if one["id"] == "2")["suspended"] = True
    assert people.accounts({"2": None})["2"] == AccountState(
        exists=True, enabled=False, roles=frozenset({"dsl"})
    )


def test_an_address_elsewhere_in_a_group_is_found_by_it(people):
    found = people.accounts({"chair": "chair@elsewhere.example"})["chair"]
    assert (found.exists, found.roles) == (False, {"dsl"})


def test_a_person_with_a_key_of_our_own_is_found_by_the_address(people):
    assert people.accounts({"office-7": "jo@merriwell.example"})["office-7"].roles == {"staff"}


def test_who_has_a_second_step(second_steps, directory):
    for one in directory.users[:2]:
        one["isEnrolledIn2Sv"] = one["id"] == "1"
    assert second_steps.two_step({"1": None, "2": None, "6": None, "99": None}) == {"1": True, "2": False}
    assert "5" not in directory.shown


def test_without_the_right_to_read_users_it_says_so(second_steps, people, directory):
    second_steps.check()
    directory.readers.clear()
    with pytest.raises(TryAgain):
        second_steps.check()
    with pytest.raises(TryAgain):
        people.accounts({"1": None})
