"""What an official account says of itself is changed on its page and undone; one comes off the list."""

import pytest
from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import register as record_register

SCHOOL, AT = "merriwell-green", "/office/accounts/facebook"


def account(school):
    with school.store.reading() as conn:
        known = record_register.load_register(conn, SCHOOL)
    return next((one for one in known.accounts if one.key == "facebook"), None)


def shown(client, at):
    return BeautifulSoup(client.get(at).text, "html.parser")


def fields(client):
    form = shown(client, f"{AT}/facts").find("form", action=f"{AT}/facts")
    sent = {one["name"]: one.get("value", "") for one in form.select("input")}
    return sent | {"reach": form.select_one("option[selected]")["value"]}


@pytest.fixture
def seal(web_school):
    return lambda client: {"seal": web_school.seal_of(client)}


def test_a_change_keeps_the_holders_and_is_undone(web_school, member, seal):
    client, before = member("hd"), account(web_school)
    sent = fields(client) | {"purpose": "News", "why": "Shorter"}
    assert client.post(f"{AT}/facts", data=sent).status_code == 303
    after = account(web_school)
    assert (after.purpose, after.holders) == ("News", before.holders)
    with web_school.store.reading() as conn:
        entry = next(one for _, one in ledger.entries(conn) if one.action == "changed an account")
    assert (entry.actor, entry.data["why"]) == ("person:hd", "Shorter")
    assert client.post(f"{AT}/facts", data=sent | {"purpose": "Old page"}).status_code == 422
    undo = shown(client, "/accounts/facebook").find("form", action=f"{AT}/undo")
    assert client.post(undo["action"], data=seal(client)).status_code == 303
    assert account(web_school) == before


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": " "}, "name"),
        ({"channel": ""}, "channel"),
        ({"address": "javascript:x"}, "address"),
        ({"reach": "all"}, "reach"),
        ({"purpose": "x" * 300}, "purpose"),
        ({"purpose": "the password is hunter2"}, "purpose"),
    ],
)
def test_what_does_not_fit_is_refused(web_school, member, typed, field):
    client, before = member("hd"), account(web_school)
    refused = client.post(f"{AT}/facts", data=fields(client) | typed)
    assert refused.status_code == 422
    assert BeautifulSoup(refused.text, "html.parser").find(id=f"{field}-wrong") is not None
    assert account(web_school) == before


def test_an_account_comes_off_the_list_with_a_reason_and_comes_back(web_school, member, seal):
    client, before = member("hd"), account(web_school)
    assert client.post(f"{AT}/retire", data=seal(client)).status_code == 422
    assert client.post(f"{AT}/retire", data=seal(client) | {"why": "Closed"}).status_code == 303
    assert account(web_school) is None
    undo = shown(client, "/accounts").find("form", action=f"{AT}/undo")
    assert client.post(undo["action"], data=seal(client)).status_code == 303
    assert account(web_school).name == before.name
    assert account(web_school).holders == before.holders


def test_a_holder_who_does_not_lead_changes_none_of_it(member):
    assert member("y4").get(f"{AT}/facts").status_code == 403
    assert member("hd").get("/office/accounts/none/facts").status_code == 404
