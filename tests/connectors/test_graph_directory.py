"""People from the groups of a directory: who is listed, what is asked for, and what never is."""

import pytest

from bot.core.errors import BadInput, GiveUp, TryAgain
from connectors.microsoft.directory import GroupDirectory

STAFF, GOVERNORS = "group-staff", "group-governors"


@pytest.fixture
def directory(school_on_graph):
    school_on_graph.rest.groups |= {STAFF: []}
    return school_on_graph.part(GroupDirectory, {"staff": STAFF})


@pytest.fixture
def two_groups(school_on_graph):
    school_on_graph.rest.groups |= {STAFF: [], GOVERNORS: []}
    return school_on_graph.part(GroupDirectory, {"staff": STAFF, "governor": GOVERNORS})


def listed(directory):
    return {entry.key: entry for entry in directory.roster()}


def test_a_person_in_two_groups_is_one_person_with_two_roles(school_on_graph, two_groups):
    school_on_graph.rest.person("jo", "Jo  Bell", groups=[STAFF, GOVERNORS], department="Key Stage 1")
    (entry,) = two_groups.roster()
    assert (entry.key, entry.name, entry.email) == ("jo", "Jo Bell", "jo@merriwell.example")
    assert entry.roles == {"staff", "governor"}
    assert entry.groups == {"key-stage-1"}


def test_a_person_who_may_not_sign_in_any_more_is_left_out_and_so_leaves(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo Bell", groups=[STAFF])
    school_on_graph.rest.person("sam", "Sam Ash", groups=[STAFF], accountEnabled=False)
    assert set(listed(directory)) == {"jo"}


def test_a_governor_who_is_a_guest_has_their_own_address(school_on_graph, two_groups):
    upn = "pat_home.example#EXT#@merriwell.example"
    school_on_graph.rest.person("jo", "Jo Bell", groups=[STAFF])
    school_on_graph.rest.person(
        "pat", "Pat", groups=[GOVERNORS], mail="Pat@Home.example", userPrincipalName=upn
    )
    school_on_graph.rest.person("lee", "Lee", groups=[GOVERNORS], mail=None, userPrincipalName=upn)
    assert {key: entry.email for key, entry in listed(two_groups).items()} == {
        "jo": "jo@merriwell.example",
        "pat": "pat@home.example",
        "lee": None,
    }


def test_contacts_are_counted_and_said(school_on_graph, two_groups, caplog):
    school_on_graph.rest.person("jo", "Jo Bell", groups=[STAFF])
    kind = {"@odata.type": "#microsoft.graph.orgContact", "accountEnabled": None}
    for key in ("pat", "lee"):
        school_on_graph.rest.person(key, "Pat Shah", groups=[GOVERNORS], **kind)
    for _ in range(2):
        assert set(listed(two_groups)) == {"jo"}
        assert two_groups.left_out == {"governor": 2}
    assert "2 in the group for governor are contacts, and are left out" in caplog.text
    assert "Pat" not in caplog.text


def test_groups_and_devices_within_are_no_people(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo Bell", groups=[STAFF])
    kind = {"@odata.type": "#microsoft.graph.group", "accountEnabled": None}
    school_on_graph.rest.person("kit", "Team", groups=[STAFF], **kind)
    directory.check()
    assert set(listed(directory)) == {"jo"}


def test_forty_five_people_keep_their_managers_and_a_manager_elsewhere_is_none(school_on_graph, directory):
    school_on_graph.rest.person("head", "Head", groups=[STAFF], manager="somebody-at-the-trust")
    for number in range(44):
        school_on_graph.rest.person(f"p{number}", f"P {number}", groups=[STAFF], manager="head")
    managers = {key: entry.manager for key, entry in listed(directory).items()}
    assert managers == {"head": None} | {f"p{number}": "head" for number in range(44)}
    assert [path for _, path in school_on_graph.double.calls].count("/$batch") == 3


def test_a_list_longer_than_a_page_is_read_to_its_end(school_on_graph, directory):
    for number in range(230):
        school_on_graph.rest.person(f"p{number}", f"P {number}", groups=[STAFF])
    assert len(directory.roster()) == 230


@pytest.mark.parametrize("call", ["members", "batch"])
@pytest.mark.parametrize("fault", ["429 wait 0", "503", "drop", "504 after"])
def test_a_call_that_fails_once_changes_nothing(school_on_graph, directory, call, fault):
    school_on_graph.rest.person("head", "Head", groups=[STAFF])
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF], manager="head")
    school_on_graph.double.fails(**{call: [fault]})
    assert listed(directory)["jo"].manager == "head"


@pytest.mark.parametrize("fault", ["429 wait 0", "503 wait 0", "429 wait 1", "504"])
def test_parts_of_a_batch_that_are_throttled_are_asked_again_alone(school_on_graph, directory, fault):
    school_on_graph.rest.person("head", "Head", groups=[STAFF])
    for number in range(30):
        school_on_graph.rest.person(f"p{number}", f"P {number}", groups=[STAFF], manager="head")
    school_on_graph.double.fails(part=["", fault, "", fault])
    managers = {key: entry.manager for key, entry in listed(directory).items()}
    assert managers == {"head": None} | {f"p{number}": "head" for number in range(30)}
    assert len(school_on_graph.rest.parts) == 31, "what was answered is not asked again"


def test_a_manager_that_is_never_told_takes_no_ones_away(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF])
    school_on_graph.double.fails(part=["429 wait 0"] * 10)
    with pytest.raises(TryAgain, match="could not ask for managers"):
        directory.roster()


def test_a_wait_beyond_our_timeout_ends_the_reading(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF])
    school_on_graph.double.fails(part=["429 wait 300"])
    with pytest.raises(TryAgain) as raised:
        directory.roster()
    assert raised.value.after == pytest.approx(300, abs=5)


def test_where_an_application_is_told_no_managers_people_are_listed_without(
    school_on_graph, directory, caplog
):
    school_on_graph.rest.person("head", "Head", groups=[STAFF])
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF], manager="head")
    school_on_graph.rest.denied.add("managers")
    assert {entry.manager for entry in directory.roster()} == {None}
    assert "does not tell Handbell anybody's manager" in caplog.text
    with pytest.raises(TryAgain, match="could not ask for managers: Microsoft 365 answered 403"):
        directory.check()


def test_one_manager_that_is_refused_takes_no_ones_away(school_on_graph, directory):
    for key in ("jo", "sam"):
        school_on_graph.rest.person(key, key, groups=[STAFF])
    school_on_graph.double.fails(part=["403"])
    with pytest.raises(TryAgain, match="could not ask for managers"):
        directory.roster()


def test_a_group_of_everybody_is_refused_before_it_is_read(school_on_graph, directory):
    for number in range(900):
        school_on_graph.rest.person(f"p{number}", f"P {number}", groups=[STAFF])
    with pytest.raises(BadInput, match=r"more than 500 members\. Name a group of staff alone"):
        directory.roster()
    assert len(school_on_graph.double.calls) == 6


def test_a_school_of_more_than_five_hundred_says_so_and_is_read(school_on_graph):
    for number in range(620):
        school_on_graph.rest.person(f"p{number}", f"P {number}", groups=[STAFF])
    large = school_on_graph.part(GroupDirectory, {"staff": STAFF}, most=700)
    assert len(large.roster()) == 620


@pytest.mark.parametrize("empty", [STAFF, GOVERNORS])
@pytest.mark.parametrize("hidden", [True, False])
def test_a_group_that_shows_no_one_is_told_and_no_one_leaves(school_on_graph, two_groups, empty, hidden):
    """Graph shows a group with hidden membership as empty where Member.Read.Hidden is not granted."""
    for key, group in (("jo", STAFF), ("pat", GOVERNORS)):
        school_on_graph.rest.person(key, key, groups=[group] if hidden or group != empty else [])
    school_on_graph.rest.hidden |= {empty} if hidden else set()
    for ask in (two_groups.roster, two_groups.check):
        with pytest.raises(BadInput) as raised:
            ask()
        (problem,) = raised.value.problems
        assert {STAFF: "staff", GOVERNORS: "governor"}[empty] in problem.field
        assert "Member.Read.Hidden" in problem.right


def test_a_group_whose_groups_hide_their_members_is_told(school_on_graph, two_groups):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF])
    kind = {"@odata.type": "#microsoft.graph.group", "accountEnabled": None}
    school_on_graph.rest.person("board", "The board", groups=[GOVERNORS], **kind)
    with pytest.raises(BadInput):
        two_groups.roster()


def test_a_group_that_is_gone_is_no_ones_leaving(school_on_graph, two_groups):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF])
    del school_on_graph.rest.groups[GOVERNORS]
    with pytest.raises(TryAgain, match="the group for governor: Microsoft 365 answered 404"):
        two_groups.roster()


def test_names_that_microsoft_hides_are_told_apart_from_people_without_names(school_on_graph, directory):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF])
    school_on_graph.rest.denied.add("User.Read.All")
    for ask in (directory.roster, directory.check):
        with pytest.raises(TryAgain, match=r"User\.Read\.All is missing"):
            ask()


def test_nothing_is_asked_about_users_at_large(school_on_graph, two_groups):
    school_on_graph.rest.person("jo", "Jo", groups=[STAFF, GOVERNORS])
    two_groups.roster()
    paths = {path for _, path in school_on_graph.double.calls}
    assert paths == {
        f"/groups/{STAFF}/transitiveMembers",
        f"/groups/{GOVERNORS}/transitiveMembers",
        "/$batch",
    }


def test_a_refusal_for_good_is_one(school_on_graph, directory):
    school_on_graph.double.fails(members=["400"])
    with pytest.raises(GiveUp):
        directory.roster()
