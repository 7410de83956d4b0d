"""Who runs an official account, chosen by the office; the register keeps its own words."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import people as record_people
from bot.records import register as record_register

SCHOOL = "merriwell-green"


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def accounts(served):
    with served.store.reading() as conn:
        return {one.key: one for one in load_snapshot(conn, local_date(served.clock()), (SCHOOL,)).accounts}


def registered(served):
    with served.store.reading() as conn:
        return {one.key: one.holders for one in record_register.load_register(conn, SCHOOL).accounts}


@pytest.fixture
def ours(served):
    """An account that two people run."""
    return next(one for one in accounts(served).values() if one.ours and one.holders)


def save(client, served, account, holders):
    data = {"seal": served.seal_of(client), "holders": list(holders)}
    return client.post(f"/office/accounts/{account}", data=data)


def test_a_second_holder_is_named_and_the_ledger_knows_without_a_name(member, served, ours):
    client, before = member("of"), registered(served)
    saved = save(client, served, ours.key, {*ours.holders, "y5"})
    assert saved.headers["location"] == f"/accounts/{ours.key}"
    assert accounts(served)[ours.key].holders == {*ours.holders, "y5"}
    assert before[ours.key] < registered(served)[ours.key]
    assert {key: one for key, one in registered(served).items() if key != ours.key} == {
        key: one for key, one in before.items() if key != ours.key
    }
    with served.store.reading() as conn:
        (latest,) = [one for _, one in ledger.entries(conn, limit=1)]
    assert latest.actor == "person:of"
    assert "Sorley" not in str(latest)
    assert "Adam Sorley" in words(client.get(f"/accounts/{ours.key}"))


def test_the_same_people_again_change_nothing(member, served, ours):
    before = served.written()
    assert save(member("of"), served, ours.key, ours.holders).status_code == 303
    assert served.written() == before


@pytest.mark.parametrize(
    ("holders", "says"), [([], "Choose who runs it"), (["nobody"], "Choose people who are here.")]
)
def test_what_does_not_fit_is_refused(member, served, ours, holders, says):
    refused = save(member("of"), served, ours.key, holders)
    assert refused.status_code == 422
    assert says in words(refused)
    assert accounts(served)[ours.key].holders == ours.holders


def test_only_the_office_says_who_runs_an_account_and_only_of_its_own(member, served, ours, second_school):
    address = f"/office/accounts/{ours.key}"
    assert "at least 2 people" in words(member("of").get(address)).casefold()
    assert member("y5").get(address).status_code == 403
    stranger = member("oh", school=second_school)
    assert stranger.get(address).status_code in {403, 404}
    watched = next(one.key for one in accounts(served).values() if not one.ours)
    assert member("of").get(f"/office/accounts/{watched}").status_code == 404


def test_a_holder_who_left_stays_until_a_person_takes_them_out(member, served, ours):
    leaver = min(ours.holders)
    served.change_person(leaver, leaves_on=local_date(served.clock()).replace(day=1))
    client = member("of") if leaver != "of" else member("hd")
    assert "Not here now" in words(client.get(f"/office/accounts/{ours.key}"))
    save(client, served, ours.key, {*ours.holders, "y5"})
    assert leaver in accounts(served)[ours.key].holders
    save(client, served, ours.key, {*ours.holders, "y5"} - {leaver})
    assert leaver not in accounts(served)[ours.key].holders


def test_a_holder_named_by_an_address_they_had_is_kept_and_taken_out(member, served, ours):
    """Their address changed after the register was written; it names them all the same."""
    now, y4 = served.clock(), "g.pellow@merriwell.example"
    with served.store.writing() as conn:
        register = record_register.load_register(conn, SCHOOL)
        changed = [replace(one, holders=frozenset({y4, "of"})) for one in register.accounts]
        record_register.save_register(conn, replace(register, accounts=tuple(changed)), now)
        record_people.mark_reachable(conn, "y4", "grace.pellow@merriwell.example", now)
    assert accounts(served)[ours.key].holders == {"y4", "of"}
    save(member("of"), served, ours.key, {"y4", "of"})
    assert registered(served)[ours.key] == {y4, "of"}
    save(member("of"), served, ours.key, {"of"})
    assert registered(served)[ours.key] == {"of"}
    assert accounts(served)[ours.key].holders == {"of"}
