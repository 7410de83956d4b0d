"""A governing body or committee added, changed, undone and retired on its page."""

import pytest
from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import register as record_register

SCHOOL, NEW, MEETINGS = "merriwell-green", "/governors/bodies/new", "/governors/meetings"
FULL = "/governors/bodies/full-governing-body"


def bodies(school):
    with school.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, SCHOOL).bodies}


def shown(answer):
    return BeautifulSoup(answer.text, "html.parser")


@pytest.fixture
def seal(web_school):
    return lambda client: {"seal": web_school.seal_of(client)}


@pytest.fixture
def add(web_school, member, seal):
    def added(**typed):
        client = member("cl")
        return client.post(NEW, data=seal(client) | {"name": "Pay committee"} | typed)

    return added


def fields(client, at):
    form = shown(client.get(at)).find("form", action=at)
    sent = {one["name"]: one.get("value", "") for one in form.select("input:not([type=checkbox])")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    sent["members"] = [one["value"] for one in form.select("input[type=checkbox][checked]")]
    return sent


def test_a_committee_is_added_with_its_people_and_shows_who_is_emailed(web_school, member, add):
    done = add(chair="hd", members=["gc"], why="The trust asked for it")
    assert done.headers["location"] == "/governors/bodies/pay-committee?done=saved"
    body = bodies(web_school)["pay-committee"]
    assert (body.name, body.chair, body.members, body.clear_days) == ("Pay committee", "hd", {"gc"}, 7)
    page = shown(member("cl").get("/governors/bodies/pay-committee"))
    said = page.find(id="hears-heading").parent.get_text(" ")
    assert "Helen Achebe" in said
    with web_school.store.reading() as conn:
        entry = next(one for _, one in ledger.entries(conn) if one.action == "added a body")
    assert (entry.actor, entry.data["why"]) == ("person:cl", "The trust asked for it")
    assert shown(member("cl").get(MEETINGS)).find("a", href="/governors/bodies/pay-committee") is not None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "Full governing body"}, "name"),
        ({"clear_days": "40"}, "clear_days"),
    ],
)
def test_what_does_not_fit_is_refused(web_school, add, typed, field):
    before = bodies(web_school)
    refused = add(**typed)
    assert refused.status_code == 422
    assert shown(refused).find(id=f"{field}-wrong") is not None
    assert bodies(web_school) == before


def test_a_change_is_saved_and_undone_and_an_older_page_undoes_nothing(web_school, member, seal):
    client, before = member("cl"), bodies(web_school)["full-governing-body"]
    sent = fields(client, FULL)
    assert client.post(FULL, data=sent | {"clear_days": "10"}).status_code == 303
    assert bodies(web_school)["full-governing-body"].clear_days == 10
    assert bodies(web_school)["full-governing-body"].meetings == before.meetings
    assert client.post(FULL, data=sent | {"clear_days": "3"}).status_code == 422
    undo = shown(client.get(MEETINGS)).find("form", action=f"{MEETINGS}/full-governing-body/undo")
    assert client.post(undo["action"], data=seal(client)).status_code == 303
    assert bodies(web_school)["full-governing-body"].clear_days == before.clear_days


def test_a_body_that_a_policy_names_stays_and_one_that_nothing_names_goes_and_comes_back(
    web_school, member, seal, add
):
    client = member("cl")
    refused = client.post(f"{FULL}/retire", data=seal(client) | {"why": "Merged"})
    assert refused.status_code == 422
    assert "full-governing-body" in bodies(web_school)
    add()
    at = "/governors/bodies/pay-committee/retire"
    assert client.post(at, data=seal(client)).status_code == 422
    assert client.post(at, data=seal(client) | {"why": "Merged"}).status_code == 303
    assert "pay-committee" not in bodies(web_school)
    undo = shown(client.get(MEETINGS)).find("form", action=f"{MEETINGS}/pay-committee/undo")
    assert client.post(undo["action"], data=seal(client)).status_code == 303
    assert bodies(web_school)["pay-committee"].name == "Pay committee"


def test_a_teacher_opens_no_body(member):
    assert member("y5").get(FULL).status_code == 403
    assert member("cl").get("/governors/bodies/none").status_code == 404
