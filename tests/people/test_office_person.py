"""One person added or changed on the page: by the rules of the list, and told in the ledger."""

from datetime import date

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.people.import_service import compare_roster
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import people as record_people
from connectors.local.roster import CsvRoster

SCHOOL = "merriwell-green"
ADD = "/office/people/add"
NORA = {
    "name": "Nora  Bright",
    "email": "N.Bright@merriwell.example",
    "roles": ["staff", "teacher"],
    "days": ["0", "1", "2"],
    "manager": "hd",
    "groups": "Early Years, trip leaders",
}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


def known(served, key, school=SCHOOL):
    with served.store.reading() as conn:
        return record_people.roster(conn, school).get(key)


def noted(served, limit=1):
    with served.store.reading() as conn:
        return [entry for _, entry in ledger.entries(conn, limit=limit)]


def form_of(page):
    """What a browser would send from the form as it stands."""
    form = BeautifulSoup(page.text, "html.parser").find("form", action=lambda at: at and "/change/" in at)
    ticked = [one for one in form.find_all("input", type="checkbox") if one.has_attr("checked")]
    chosen = form.find("select", id="manager").find("option", selected=True)
    return {
        "name": form.find(id="name")["value"],
        "groups": form.find(id="groups")["value"],
        "starts_on": form.find(id="starts_on")["value"],
        "manager": chosen["value"] if chosen else "",
        "roles": [one["value"] for one in ticked if one["name"] == "roles"],
        "days": [one["value"] for one in ticked if one["name"] == "days"],
    }


def asked(served, person):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        return {
            one.obligation.key
            for one in duties(load_snapshot(conn, today, (SCHOOL,)), today)
            if one.person == person
        }


def test_a_person_is_added_is_asked_what_their_roles_owe_and_the_ledger_holds_no_name(member, served):
    client = member("of")
    added = post(client, served, ADD, **NORA)
    assert added.headers["location"] == "/office/people/of/n.bright%40merriwell.example"
    assert "Nora Bright" in words(client.get(added.headers["location"]))
    one = known(served, "n.bright@merriwell.example")
    here = one.membership(SCHOOL)
    assert (one.name, here.roles, here.manager) == ("Nora Bright", {"staff", "teacher"}, "hd")
    assert (here.working_days, here.groups) == ({0, 1, 2}, {"early-years", "trip-leaders"})
    assert "read-mobile" in asked(served, one.key)
    (entry,) = noted(served)
    assert (entry.actor, entry.action) == ("person:of", "added a person")
    assert entry.data["roles"] == ["staff", "teacher"]
    assert "Nora" not in str(entry)


def test_somebody_without_an_address_needs_a_reference(member, served):
    client = member("of")
    refused = post(client, served, ADD, **NORA | {"email": ""})
    assert refused.status_code == 422
    assert "Give an e-mail address, or a reference" in words(refused)
    added = post(client, served, ADD, **NORA | {"email": "", "reference": "P-107"})
    assert added.status_code == 303
    assert known(served, "P-107").email is None


@pytest.mark.parametrize(
    ("typed", "says", "at"),
    [
        ({"name": " "}, "Write the person’s name.", "name"),
        ({"name": "N\u202ebright"}, "Write the name in under", "name"),
        ({"name": "n" * 121}, "Write the name in under", "name"),
        ({"email": "nora"}, "Give one address", "email"),
        ({"email": "HEAD@merriwell.example"}, "has this address", "email"),
        ({"reference": "y5"}, "Adam Sorley has this reference", "reference"),
        ({"reference": "a/b"}, "without spaces", "reference"),
        ({"roles": []}, "Choose at least one role", "roles"),
        ({"roles": ["emperor"]}, "from the roles that are listed", "roles"),
        ({"manager": "nobody"}, "Choose somebody who works here", "manager"),
        ({"days": []}, "Tick the days they work", "days"),
        ({"days": ["9"]}, "Tick the days they work", "days"),
        ({"starts_on": "1/9/2026"}, "This is not a day.", "starts_on"),
        ({"starts_on": "1890-01-01"}, "Give a first day between", "starts_on"),
        ({"starts_on": "2027-01-04", "leaves_on": "2026-12-18"}, "last day comes before", "starts_on"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_kept(member, served, typed, says, at):
    before = served.written()
    page = post(member("of"), served, ADD, **NORA | typed)
    assert page.status_code == 422
    assert says in words(page)
    seen = BeautifulSoup(page.text, "html.parser")
    assert f"#{at}" in [one["href"] for one in seen.select(".errors a")]
    assert seen.find(id=at) is not None
    assert seen.find(id="groups")["value"] == NORA["groups"]
    assert served.written() == before


def test_the_roles_offered_are_those_of_the_register_and_of_people_here(member):
    page = BeautifulSoup(member("of").get(ADD).text, "html.parser")
    offered = {one["value"] for one in page.select("#roles > .choices input")}
    assert {"staff", "headteacher", "senco", "dsl"} <= offered
    assert "trustee" in {one["value"] for one in page.select("#roles details input")}


def test_a_saved_form_that_no_one_changed_changes_nothing(member, served):
    client, before = member("of"), served.written()
    typed = form_of(client.get("/office/people/change/y5"))
    assert "teacher" in typed["roles"]
    assert post(client, served, "/office/people/change/y5", **typed).status_code == 303
    assert served.written() == before


def test_roles_are_changed_and_the_ledger_says_which(member, served):
    client = member("hd")
    typed = form_of(client.get("/office/people/change/y5"))
    post(client, served, "/office/people/of/y5/away", first_on="2026-12-01", until="2026-12-04")
    old = known(served, "y5")
    roles = [*(one for one in typed["roles"] if one != "teacher"), "senco"]
    saved = post(
        client, served, "/office/people/change/y5", **typed | {"roles": roles, "name": "Adam S. Sorley"}
    )
    assert saved.status_code == 303, words(saved)
    assert saved.headers["location"] == "/office/people/of/y5"
    new = known(served, "y5")
    assert new.membership(SCHOOL).roles == set(roles)
    assert new.membership(SCHOOL).absences == old.membership(SCHOOL).absences
    assert new.email == old.email
    (entry,) = noted(served)
    assert entry.action == "changed a person"
    assert entry.data["given"] == ["senco"]
    assert entry.data["taken"] == ["teacher"]
    assert entry.data["changed"] == ["name", "roles"]
    with served.store.reading() as conn:
        assert ledger.verify(conn) is None


def test_a_person_who_loses_the_role_that_opens_a_page_is_turned_away_at_once(member, served):
    head, office = member("hd"), member("of")
    typed = form_of(head.get("/office/people/change/of"))
    answer = post(head, served, "/office/people/change/of", **typed | {"roles": ["staff"]})
    assert answer.status_code == 303, words(answer)
    assert office.get("/office/people").status_code == 403


def test_a_role_that_leads_or_opens_cases_is_given_by_the_leadership(member, served):
    office, head, before = member("of"), member("hd"), served.written()
    typed = form_of(office.get("/office/people/change/y5"))
    more = typed | {"roles": [*typed["roles"], "deputy-dsl"]}
    refused = post(office, served, "/office/people/change/y5", **more)
    assert "Somebody of the leadership does this" in words(refused)
    assert served.written() == before
    assert post(head, served, "/office/people/change/y5", **more).status_code == 303


def test_no_one_manages_themselves(member, served):
    client = member("of")
    typed = form_of(client.get("/office/people/change/y5"))
    refused = post(client, served, "/office/people/change/y5", **typed | {"manager": "y5"})
    assert "other than the person" in words(refused)


def test_a_first_day_after_the_last_is_refused(member, served):
    client = member("of")
    served.change_person("y5", leaves_on=date(2026, 12, 18))
    typed = form_of(client.get("/office/people/change/y5"))
    refused = post(client, served, "/office/people/change/y5", **typed | {"starts_on": "2027-01-04"})
    assert "last day comes before" in words(refused)


def test_the_next_list_tells_that_a_person_added_here_is_missing_from_it(member, served, register):
    post(member("of"), served, ADD, **NORA)
    entries = tuple(CsvRoster(register.parent / "roster.csv").roster())
    change = compare_roster(served.store, SCHOOL, entries, now=served.clock())
    assert [one.name for one in change.leavers] == ["Nora Bright"]


def test_a_person_of_two_schools_is_one_person(member, served, second_school):
    post(member("of"), served, ADD, **NORA)
    added = post(member("oh", school=second_school), served, ADD, **NORA | {"manager": ""})
    assert added.status_code == 303
    assert known(served, "n.bright@merriwell.example", second_school).name == "Nora Bright"
    assert known(served, "n.bright@merriwell.example").membership(SCHOOL).manager == "hd"


def test_what_comes_from_a_directory_is_added_there(member, served, register):
    object.__setattr__(served.services, "rosters", {SCHOOL: CsvRoster(register.parent / "roster.csv")})
    client, before = member("of"), served.written()
    assert 'name="roles"' not in client.get(ADD).text
    assert "directory" in words(post(client, served, ADD, **NORA))
    typed = {"name": "Adam", "roles": ["staff"], "days": ["0"]}
    assert "directory" in words(post(client, served, "/office/people/change/y5", **typed))
    assert served.written() == before


def test_a_person_of_another_school_cannot_be_changed(member, served, second_school):
    client = member("of")
    assert client.get("/office/people/change/ot").status_code == 404
    assert post(client, served, "/office/people/change/ot", **NORA).status_code == 404


def test_a_teacher_adds_no_one(member, served):
    assert member("y5").get(ADD).status_code == 403
    assert post(member("y5"), served, ADD, **NORA).status_code == 403


def left(served, key):
    served.change_person(key, leaves_on=date(2026, 11, 1))
    return known(served, key)


def test_the_successor_at_an_address_is_a_person_new(member, served):
    old, client = left(served, "y5"), member("of")
    added = post(client, served, ADD, **NORA | {"email": old.email})
    assert added.status_code == 303, words(added)
    assert "Nora Bright" in words(client.get(added.headers["location"]))
    new = known(served, f"{old.email}")
    assert (new.name, new.email) == ("Nora Bright", old.email)
    assert (known(served, "y5").name, known(served, "y5").email) == (old.name, None)
    served.change_person(new.key, leaves_on=date(2026, 11, 2))
    third = post(client, served, ADD, **NORA | {"email": old.email, "name": "Olu Third"})
    assert known(served, f"{old.email}~2").name == "Olu Third"
    assert "Olu Third" in words(client.get(third.headers["location"]))


def test_a_person_who_comes_back_is_who_they_were(member, served):
    old = left(served, "y5")
    added = post(member("of"), served, ADD, **NORA | {"email": old.email, "name": old.name})
    assert added.headers["location"] == "/office/people/of/y5"
    assert known(served, "y5").membership(SCHOOL).leaves_on is None


def test_no_one_becomes_another_person_by_a_name(member, served):
    client, before = member("of"), served.written()
    typed = form_of(client.get("/office/people/change/y5"))
    refused = post(client, served, "/office/people/change/y5", **typed | {"name": "Nina Stone"})
    assert refused.status_code == 422
    assert "quite another name than “Adam Sorley”" in words(refused)
    assert served.written() == before
    for name in ("Adam Stone", "Nina Stone"):
        assert post(client, served, "/office/people/change/y5", **typed | {"name": name}).status_code == 303
    assert known(served, "y5").name == "Nina Stone"


def test_a_person_who_is_here_is_not_added_again_by_an_address_they_had(member, served):
    client, old = member("of"), known(served, "y5")
    post(client, served, "/office/people/of/y5/address", email="adam@merriwell.example")
    before = served.written()
    refused = post(client, served, ADD, **NORA | {"email": old.email, "name": old.name})
    assert refused.status_code == 422
    assert "Adam Sorley is in the list of people already." in words(refused)
    assert served.written() == before


def test_an_older_page_takes_back_nothing_that_another_person_changed(member, served):
    mine, other = member("of"), member("sb")
    address = "/office/people/change/y5"
    older, newer = mine.get(address), other.get(address)
    before = known(served, "y5").membership(SCHOOL)
    sent = form_of(newer) | {"was": was(newer), "days": ["0", "1"]}
    assert post(other, served, address, **sent).status_code == 303
    late = form_of(older) | {"was": was(older), "groups": "trip leaders"}
    answer = post(mine, served, address, **late)
    assert answer.status_code == 422
    now = known(served, "y5").membership(SCHOOL)
    assert (now.working_days, now.groups) == (frozenset({0, 1}), before.groups)
    # The page shows what stands now, and what it shows can be sent.
    assert form_of(answer)["days"] == ["0", "1"]
    again = form_of(answer) | {"was": was(answer), "groups": "trip leaders"}
    assert post(mine, served, address, **again).status_code == 303
    now = known(served, "y5").membership(SCHOOL)
    assert (now.working_days, now.groups) == (frozenset({0, 1}), frozenset({"trip-leaders"}))


def was(page):
    return BeautifulSoup(page.text, "html.parser").find("input", {"name": "was"})["value"]
