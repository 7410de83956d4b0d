"""What Microsoft 365 says of single accounts: still in a group, still in use, a second step at sign-in."""

import pytest

pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")

from bot.core.errors import TryAgain
from bot.ports import AccountState, TellsAccounts
from connectors.microsoft.directory import GroupDirectory
from connectors.microsoft.two_step import RegistrationReport

STAFF, GOVERNORS = "group-staff", "group-governors"


@pytest.fixture
def directory(school_on_graph):
    school_on_graph.rest.groups |= {STAFF: [], GOVERNORS: []}
    for key in ("head", "gita"):
        school_on_graph.rest.person(key, key, groups=[STAFF if key == "head" else GOVERNORS])
    return school_on_graph.part(GroupDirectory, {"staff": STAFF, "governor": GOVERNORS})


@pytest.fixture
def report(school_on_graph):
    return school_on_graph.part(RegistrationReport)


def test_each_account_is_told_with_the_groups_it_is_still_in(school_on_graph, directory):
    rest = school_on_graph.rest
    rest.person("jo", "Jo", groups=[STAFF])
    rest.person("sam", "Sam", groups=[STAFF, GOVERNORS], accountEnabled=False)
    rest.person("lee", "Lee", groups=[])
    rest.person("pupil", "A pupil", groups=["pupils"])
    assert isinstance(directory, TellsAccounts)
    found = directory.accounts(dict.fromkeys(("jo", "sam", "lee", "gone"), None))
    assert found == {
        "jo": AccountState(exists=True, enabled=True, roles=frozenset({"staff"})),
        "sam": AccountState(exists=True, enabled=False, roles=frozenset({"staff", "governor"})),
        "lee": AccountState(exists=True, enabled=True),
        "gone": AccountState(exists=False, enabled=False),
    }
    assert "pupil" not in rest.told


def test_a_person_with_a_key_of_our_own_is_found_by_the_address(school_on_graph, directory):
    school_on_graph.rest.person("guid-7", "Jo", groups=[STAFF], userPrincipalName="Jo@merriwell.example")
    found = directory.accounts({"office-list-7": "jo@merriwell.example", "other": "none@merriwell.example"})
    assert found["office-list-7"] == AccountState(exists=True, enabled=True, roles=frozenset({"staff"}))
    assert not found["other"].exists


def test_no_one_is_asked_about_where_there_is_no_one(school_on_graph, directory):
    before = len(school_on_graph.double.calls)
    assert directory.accounts({}) == {}
    assert len(school_on_graph.double.calls) == before


def test_thirty_leavers_take_two_batches_and_throttled_parts_come_again(school_on_graph, directory):
    for number in range(30):
        school_on_graph.rest.person(f"p{number}", "P", groups=[])
    school_on_graph.double.fails(part=["429 wait 0", "", "503"])
    found = directory.accounts({f"p{number}": None for number in range(30)})
    assert sum(one.exists for one in found.values()) == 30


def test_a_missing_permission_is_no_proof_that_an_account_is_gone(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo", groups=[])
    school_on_graph.rest.denied |= {"User.Read.All"}
    with pytest.raises(TryAgain):
        directory.accounts({"jo": None})


def test_who_has_a_second_step(school_on_graph, report):
    for key in ("jo", "sam", "never-signed-in"):
        school_on_graph.rest.person(key, key, groups=[])
    school_on_graph.rest.registered = {"jo": True, "sam": False}
    assert report.two_step(dict.fromkeys(("jo", "sam", "never-signed-in", "gone"), None)) == {
        "jo": True,
        "sam": False,
    }
    assert report.two_step({}) == {}


def test_the_report_needs_its_own_permission(school_on_graph, report):
    school_on_graph.rest.person("jo", "Jo", groups=[])
    report.check()
    school_on_graph.rest.denied |= {"AuditLog.Read.All"}
    with pytest.raises(TryAgain, match="403"):
        report.check()
    with pytest.raises(TryAgain, match="403"):
        report.two_step({"jo": None})
