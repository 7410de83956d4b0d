"""People from Google Workspace: those who work here, with their roles; nothing about a pupil is read."""

import pytest

from bot.core.errors import BadInput, TryAgain
from connectors.google.directory import GoogleDirectory
from connectors.google.scopes import PEOPLE

SOURCES = {"staff": "/Staff", "governor": "/Governors", "dsl": "dsl@merriwell.example"}


@pytest.fixture
def people(client_of):
    def make(sources=SOURCES, domains=("merriwell.example",)):
        return GoogleDirectory(client_of(PEOPLE), domains, sources)

    return make


def test_staff_and_governors_are_listed_with_their_roles_and_managers(people):
    found = {one.name: one for one in people().roster()}
    assert list(found) == ["chair@elsewhere.example", "Gita Rao", "Jo Bell", "Sam Okafor"]
    jo, sam = found["Jo Bell"], found["Sam Okafor"]
    assert (jo.key, jo.email, jo.roles, jo.manager) == ("1", "jo@merriwell.example", {"staff"}, "2")
    assert (sam.roles, sam.groups, sam.manager) == ({"staff", "dsl"}, {"early-years"}, None)


def test_a_person_who_is_suspended_or_archived_is_left_out(people):
    assert not {"Ann Left", "Bo Gone"} & {one.name for one in people().roster()}


def test_a_pupil_is_never_read_and_not_let_in_by_a_group(people, directory):
    names = {one.email for one in people().roster()}
    assert "pat@merriwell.example" not in names
    assert "5" not in directory.shown


def test_nothing_is_ever_asked_about_an_org_unit_that_the_settings_do_not_name(people, directory):
    school = people()
    school.check()
    school.roster()
    asked = {
        ("directory.users.list", "orgUnitPath='/Staff'"),
        ("directory.users.list", "orgUnitPath='/Governors'"),
        ("directory.members.list", "dsl@merriwell.example"),
    }
    assert set(directory.asked) == asked


def test_an_org_unit_with_pupils_below_it_is_refused_and_no_one_is_kept(people, directory):
    directory.users[4]["orgUnitPath"] = "/Staff/Work experience/Year 6 pupils"
    with pytest.raises(BadInput, match="has pupils below it, in /Staff/Work experience/Year 6 pupils"):
        people().roster()


@pytest.mark.parametrize(
    "unit",
    [
        "/",
        "//",
        "/Pupils",
        "/Schools/Merriwell/Students/Year 6",
        "/pupils/",
        "/Year 6 Pupils",
        "/All  learners",
    ],
)
def test_an_org_unit_with_pupils_in_it_is_refused_before_anybody_is_read(people, google, unit):
    with pytest.raises(BadInput, match="holds pupils"):
        people({"staff": unit})
    assert google.heard.total() == 0


@pytest.mark.parametrize(
    ("sources", "wrong"),
    [
        ({"staff": "Staff"}, "is neither"),
        ({"staff": "nobody@merriwell.example"}, "no group Google knows"),
        ({"staff": "/Empty"}, "shows no members"),
        ({"staff": "/Staff", "governor": "/Empty"}, "governor: shows no members"),
        ({"staff": "/Staff", "governor": "empty@merriwell.example"}, "governor: shows no members"),
    ],
)
def test_a_source_that_cannot_be_right_says_what_would_be(people, directory, sources, wrong):
    directory.groups["empty@merriwell.example"] = []
    with pytest.raises(BadInput, match=wrong):
        people(sources).roster()


def test_a_group_with_everybody_in_it_is_refused(people, directory):
    directory.groups["all@merriwell.example"] = [{"id": "C1", "type": "CUSTOMER"}]
    with pytest.raises(BadInput, match="pupils too"):
        people({"staff": "all@merriwell.example"}).roster()


def test_a_source_of_hundreds_is_refused(people, directory):
    directory.page = 500
    directory.users = [directory.users[0] | {"id": str(n), "primaryEmail": f"p{n}@merriwell.example"}
                       for n in range(501)]  # fmt: skip
    with pytest.raises(BadInput, match="more than 500"):
        people({"staff": "/Staff"}).roster()


def test_a_school_of_more_than_five_hundred_says_so_and_is_read(client_of, directory):
    directory.page = 500
    directory.users = [directory.users[0] | {"id": str(n), "primaryEmail": f"p{n}@merriwell.example"}
                       for n in range(620)]  # fmt: skip
    large = GoogleDirectory(client_of(PEOPLE), ("merriwell.example",), {"staff": "/Staff"}, most=700)
    assert len(large.roster()) == 620


def test_every_page_is_read_and_a_page_token_that_ran_out_begins_again(people, directory, google):
    directory.expired = 1
    assert {"Jo Bell", "Sam Okafor"} <= {one.name for one in people().roster()}
    assert google.heard["directory.users.list"] > 3


def test_pages_that_keep_running_out_make_leavers_of_no_one(people, directory):
    directory.expired = 99
    with pytest.raises(TryAgain, match="ran out"):
        people().roster()


@pytest.mark.parametrize("fault", ["503 after", "drop after", "nonsense after"])
@pytest.mark.parametrize("method", ["users", "members"])
def test_a_silence_on_any_page_is_asked_again(people, google, method, fault):
    google.spoil(f"directory.{method}.list", fault)
    assert len(people().roster()) == 4


@pytest.mark.parametrize("method", ["users", "members"])
def test_a_list_that_cannot_be_read_to_its_end_is_not_a_list(people, google, refusal, method):
    google.spoil(f"directory.{method}.list", *[refusal(403, "quotaExceeded")] * 9)
    with pytest.raises(TryAgain):
        people().roster()


def test_an_org_unit_may_have_any_name(people, directory):
    directory.users[0]["orgUnitPath"] = "/Head's office"
    assert [one.name for one in people({"head": "/Head's office"}).roster()] == ["Jo Bell"]


def test_a_check_asks_for_one_user_and_one_member_of_each(people, google):
    people().check()
    assert google.heard == {"directory.users.list": 2, "directory.members.list": 1}


def test_a_service_account_without_the_role_reads_what_to_do(people, directory):
    directory.readers.clear()
    with pytest.raises(TryAgain, match="Not Authorized"):
        people().check()


def test_a_person_in_a_group_within_a_group_has_its_role(people, directory):
    inner = {"id": "6", "email": "gita@merriwell.example", "type": "USER", "status": "ACTIVE"}
    directory.groups["inner@merriwell.example"] = [inner]
    (gita,) = [one for one in people().roster() if one.name == "Gita Rao"]
    assert gita.roles == {"governor", "dsl"}


def test_members_without_an_account_are_counted_and_said(people, directory, caplog):
    directory.groups["governors@merriwell.example"] = [
        {"id": "9", "email": "chair@home.example", "type": "USER", "status": "ACTIVE"},
        {"id": "10", "email": "vice@home.example", "type": "EXTERNAL"},
        {"email": "clerk@home.example", "type": "USER"},
        {"id": "7", "email": "other@merriwell.example", "type": "GROUP"},
    ]
    found = people(SOURCES | {"governor": "governors@merriwell.example"})
    for _ in range(2):
        assert "chair@home.example" in {one.email for one in found.roster()}
        assert found.left_out == {"governor": 2}
    assert "2 in the group for governor have no account, and are left out" in caplog.text
    assert "vice" not in caplog.text
