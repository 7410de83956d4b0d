"""What is changed on pages of policies and meetings can be undone until the next morning's emails."""

import pytest
from bs4 import BeautifulSoup

from bot.records import ledger
from bot.records import register as record_register

SCHOOL, POLICY = "merriwell-green", "staff-acceptable-use"
FACTS = f"/office/policies/{POLICY}/facts"
MEETINGS = "/governors/meetings"


def known(school):
    with school.store.reading() as conn:
        return record_register.load_register(conn, SCHOOL)


def policy(school):
    return next(one for one in known(school).policies if one.key == POLICY)


def undone(school):
    with school.store.reading() as conn:
        return [one for _, one in ledger.entries(conn) if one.action == "undid a change"]


def shown(client, at):
    return BeautifulSoup(client.get(at).text, "html.parser")


def change(client, **typed):
    form = shown(client, FACTS).find("form", action=FACTS)
    sent = {one["name"]: one.get("value", "") for one in form.select("input")}
    for one in form.select("select"):
        chosen = one.select_one("option[selected]")
        sent[one["name"]] = chosen["value"] if chosen else ""
    assert client.post(FACTS, data=sent | typed).status_code == 303


@pytest.fixture
def seal(web_school):
    return lambda client: {"seal": web_school.seal_of(client)}


def test_a_change_of_a_policy_is_undone_with_an_entry_of_its_own(web_school, member, seal):
    before, client = policy(web_school), member("of")
    change(client, months="24", title="Another title", link="https://school.example/p")
    undo = shown(client, f"/office/policies/{POLICY}").find("form", action=f"{FACTS}/undo")
    assert undo is not None
    assert client.post(undo["action"], data=seal(client)).status_code == 303
    assert policy(web_school) == before
    assert [(one.actor, one.subject) for one in undone(web_school)] == [
        ("person:of", f"policy:{SCHOOL}/{POLICY}")
    ]
    # There is nothing left to undo.
    web_school.clock.turn(minutes=1)
    assert client.post(undo["action"], data=seal(client)).status_code == 422
    assert shown(client, f"/office/policies/{POLICY}").find("form", action=f"{FACTS}/undo") is None


def test_after_the_mornings_emails_it_is_too_late(web_school, member, seal):
    client = member("of")
    change(client, months="24")
    web_school.clock.turn(days=1)
    client = member("of")
    assert shown(client, f"/office/policies/{POLICY}").find("form", action=f"{FACTS}/undo") is None
    assert client.post(f"{FACTS}/undo", data=seal(client)).status_code == 422
    assert policy(web_school).cycle_months == 24


def test_what_changed_again_since_is_not_undone_over_it(web_school, member, seal):
    client = member("of")
    change(client, months="24")
    change(client, months="36")
    assert client.post(f"{FACTS}/undo", data=seal(client)).status_code == 303
    assert policy(web_school).cycle_months == 24


def test_a_meeting_that_was_added_or_cancelled_comes_back(web_school, member, seal):
    client = member("cl")
    body = known(web_school).bodies[0]
    on = {"body": body.key, "on": "2027-02-11", "papers_on": ""}
    assert client.post(MEETINGS, data=seal(client) | on).status_code == 303
    assert len(known(web_school).bodies[0].meetings) == len(body.meetings) + 1
    at = f"{MEETINGS}/{body.key}/undo"
    assert shown(client, MEETINGS).find("form", action=at) is not None
    assert client.post(at, data=seal(client)).status_code == 303
    assert known(web_school).bodies[0] == body
    web_school.clock.turn(minutes=1)
    coming = next(one for one in body.meetings if one.on.isoformat() > "2026-11-24")
    off = f"{MEETINGS}/{body.key}/{coming.key}"
    was = shown(client, off).find("input", attrs={"name": "was"})["value"]
    assert client.post(f"{off}/off", data=seal(client) | {"was": was}).status_code == 303
    assert coming not in known(web_school).bodies[0].meetings
    assert client.post(at, data=seal(client)).status_code == 303
    assert known(web_school).bodies[0] == body


def test_who_may_not_change_a_policy_may_not_undo_it(web_school, member, seal):
    client = member("y5")
    assert client.post(f"{FACTS}/undo", data=seal(client)).status_code == 403
