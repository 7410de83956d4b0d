"""Leavers' accounts and second steps: the jobs, the rows and the pages, against a double of Microsoft 365."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")

from bot.accounts.two_step import check_two_step
from bot.core.clock import local_date
from bot.core.errors import TryAgain
from bot.people.leavers import LeaverReading, check_leavers, open_points, readings
from bot.ports import AccountState
from bot.records import ledger
from connectors.local.roster import CsvRoster
from connectors.microsoft.directory import GroupDirectory
from connectors.microsoft.two_step import RegistrationReport

SCHOOL = "merriwell-green"
STAFF, GOVERNORS = "group-staff", "group-governors"
READINGS = "/it/readings"


@pytest.fixture
def rest(school_on_graph):
    rest = school_on_graph.rest
    rest.groups |= {STAFF: [], GOVERNORS: []}
    rest.person("hd", "Head", groups=[STAFF])
    rest.person("ch", "Chair", groups=[GOVERNORS])
    return rest


@pytest.fixture
def connected(web_school, school_on_graph, rest):
    """The school's services, with its Microsoft 365."""
    directory = school_on_graph.part(GroupDirectory, {"staff": STAFF, "governor": GOVERNORS})
    report = school_on_graph.part(RegistrationReport)
    return replace(web_school.services, rosters={SCHOOL: directory}, two_step={SCHOOL: report})


@pytest.fixture
def looks(web_school, connected):
    """A morning: the clock goes on, the accounts of leavers are read, and what is open is returned."""

    def look(*, days=1):
        web_school.clock.turn(days=days)
        check_leavers(connected, web_school.clock())
        return {key: one for key, one in readings(connected, SCHOOL).items() if not one.is_settled}

    return look


def leaves(school, key, *, days=0):
    """Somebody's last day is today, or so many days ago."""
    school.change_person(key, leaves_on=local_date(school.clock()) - timedelta(days=days))


def entries(school, word):
    with school.store.reading() as conn:
        return [one for _, one in reversed(ledger.entries(conn, limit=500)) if word in one.action]


def page(client, at, status=200):
    answer = client.get(at)
    assert answer.status_code == status
    return BeautifulSoup(answer.text, "html.parser")


def hrefs(client):
    return [one["href"] for one in page(client, "/me").select("a[href]")]


def test_a_leaver_is_read_the_morning_after_until_all_is_settled(web_school, rest, looks, connected):
    rest.person("y5", "Teacher", groups=[STAFF])
    leaves(web_school, "y5")
    check_leavers(connected, web_school.clock())
    assert readings(connected, SCHOOL) == {}
    found = looks()["y5"]
    assert (found.groups, found.enabled) == (("staff",), True)
    rest.groups[STAFF].remove("y5")
    found = looks()["y5"]
    assert (found.groups, found.enabled) == ((), True)
    rest.people["y5"]["accountEnabled"] = False
    assert looks() == {}
    assert [one.data["groups"] for one in entries(web_school, "leaver’s account is")] == [["staff"], [], []]
    assert entries(web_school, "leaver’s account is settled")[0].subject == f"person:{SCHOOL}/y5"
    before = len(rest.double.calls)
    looks()
    assert len(rest.double.calls) == before


def test_what_did_not_change_is_entered_once(web_school, rest, looks):
    rest.person("y5", "Teacher", groups=[STAFF])
    leaves(web_school, "y5")
    for _ in range(3):
        assert "y5" in looks()
    assert len(entries(web_school, "leaver’s account is")) == 1


@pytest.mark.parametrize(
    ("groups", "enabled", "left"),
    [
        ([GOVERNORS], True, ()),
        ([GOVERNORS, STAFF], True, ("staff",)),
        ([], False, ()),
        ([STAFF], False, ("staff",)),
    ],
)
def test_who_stays_as_governor_keeps_the_account_and_no_staff_group(
    web_school, rest, looks, groups, enabled, left
):
    rest.person("y5", "Teacher", groups=groups, accountEnabled=enabled)
    leaves(web_school, "y5")
    open_ones = looks()
    assert open_ones.get("y5", LeaverReading(date.min, web_school.clock())).groups == left
    assert ("y5" in open_ones) == bool(left)


def test_a_deleted_account_is_settled(web_school, looks, connected):
    leaves(web_school, "y5")
    assert looks() == {}
    assert readings(connected, SCHOOL)["y5"].is_settled


def test_after_thirty_days_it_is_read_no_more_and_stays_a_row(web_school, rest, looks, member):
    rest.person("y5", "Teacher", groups=[STAFF])
    leaves(web_school, "y5")
    looks(days=30)
    before = len(rest.double.calls)
    assert "y5" in looks()
    assert len(rest.double.calls) == before
    client = member("it")
    assert READINGS in hrefs(client)
    seal = {"seal": web_school.seal_of(client), "then": "again"}
    assert client.post(f"{READINGS}/leavers/y5", data=seal).status_code == 303
    rest.people["y5"]["accountEnabled"] = False
    rest.groups[STAFF].remove("y5")
    assert looks() == {}
    assert entries(web_school, "look at a leaver")[0].actor == "person:it"


def test_who_left_long_before_is_never_asked_about(web_school, rest, looks):
    leaves(web_school, "y5", days=31)
    before = len(rest.double.calls)
    assert looks() == {}
    assert len(rest.double.calls) == before


def test_a_settled_leaver_is_forgotten_after_a_year(web_school, looks, connected):
    leaves(web_school, "y5")
    looks()
    assert "y5" in readings(connected, SCHOOL)
    looks(days=370)
    assert readings(connected, SCHOOL) == {}


def test_a_directory_that_fails_proves_nothing(web_school, rest, looks, connected):
    leaves(web_school, "y5")
    rest.denied |= {"User.Read.All"}
    with pytest.raises(TryAgain):
        looks()
    assert readings(connected, SCHOOL) == {}


def test_the_row_goes_to_the_person_who_looks_after_it_and_else_to_the_office(
    web_school, rest, looks, member
):
    rest.person("y5", "Teacher", groups=[STAFF])
    leaves(web_school, "y5")
    looks()
    assert READINGS in hrefs(member("it"))
    assert READINGS not in hrefs(member("of"))
    web_school.change_person("it", roles=frozenset({"staff"}))
    assert READINGS in hrefs(member("of"))
    assert READINGS not in hrefs(member("y4"))


def test_an_account_that_stays_needs_a_reason(web_school, rest, looks, member):
    rest.person("y5", "Teacher", groups=[STAFF])
    leaves(web_school, "y5")
    looks()
    client = member("of")
    at, seal = f"{READINGS}/leavers/y5", {"seal": web_school.seal_of(client), "then": "stays"}
    assert page(client, READINGS).find(id="leaver-y5") is not None
    refused = client.post(at, data=seal)
    assert refused.status_code == 422
    assert BeautifulSoup(refused.text, "html.parser").find(id="why-y5-wrong") is not None
    assert client.post(at, data=seal | {"why": "Supply in January"}).status_code == 303
    assert page(client, READINGS).find(id="leaver-y5") is None
    entry = entries(web_school, "account stays")[0]
    assert (entry.actor, entry.data["why"]) == ("person:of", "Supply in January")
    assert client.post(at, data=seal | {"why": "Again"}).status_code == 422
    assert member("y4").get(READINGS).status_code == 403


def test_a_list_in_a_file_tells_of_no_account(web_school, tmp_path):
    services = replace(web_school.services, rosters={SCHOOL: CsvRoster(tmp_path / "people.csv")})
    assert check_leavers(services, web_school.clock()) == "no directory tells of accounts"


def test_a_holder_without_a_second_step_is_told_and_so_is_the_office(web_school, rest, connected, member):
    rest.registered = {"y4": False, "of": True}
    for key in ("y4", "of", "y5"):
        rest.person(key, key, groups=[STAFF])
    assert check_two_step(connected, web_school.clock()) == "2 holders looked up, 1 without"
    assert "y5" not in rest.told
    for key in ("y4", "of"):
        assert "/accounts/facebook" in hrefs(member(key))
    shown = page(member("y4"), "/accounts/facebook").find(id="holders-heading").parent
    assert "no two-step sign-in" in shown.get_text(" ")
    assert "no two-step sign-in" not in page(member("y5"), "/accounts/facebook").get_text(" ")
    rest.registered["y4"] = True
    web_school.clock.turn(days=1)
    check_two_step(connected, web_school.clock())
    assert [one.data["on"] for one in entries(web_school, "two-step") if one.subject.endswith("/y4")] == [
        False,
        True,
    ]
    assert "no two-step sign-in" not in page(member("y4"), "/accounts/facebook").get_text(" ")


def test_what_the_report_does_not_tell_is_not_claimed(web_school, rest, connected, member):
    rest.registered = {"y4": True}
    rest.person("y4", "y4", groups=[STAFF])
    check_two_step(connected, web_school.clock())
    rest.registered = {}
    check_two_step(connected, web_school.clock())
    shown = page(member("y4"), "/accounts/facebook").find(id="holders-heading").parent
    assert "two-step" not in shown.get_text(" ")


@pytest.mark.parametrize(
    ("account", "elsewhere", "open_"),
    [
        (AccountState(exists=True, enabled=True, roles=frozenset({"staff"})), False, (("staff",), True)),
        (AccountState(exists=True, enabled=False, roles=frozenset({"it"})), False, (("it",), False)),
        (AccountState(exists=True, enabled=True, roles=frozenset({"volunteer"})), False, ((), False)),
        (AccountState(exists=True, enabled=True), True, ((), False)),
        (AccountState(exists=True, enabled=True, roles=frozenset({"staff"})), True, (("staff",), False)),
        (AccountState(exists=False, enabled=False, roles=frozenset({"staff"})), False, (("staff",), False)),
    ],
)  # fmt: skip
def test_what_is_still_open(account, elsewhere, open_):
    assert open_points(account, is_elsewhere=elsewhere) == open_
