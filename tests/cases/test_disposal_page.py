"""The yearly disposal list in a browser: tick, look again, delete for good; and who never sees what."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.cases import service as case_service
from bot.cases.context import case_transaction
from bot.cases.model import CaseState
from bot.core.encryption import CaseKeys, new_master_key

SCHOOL = "merriwell-green"
YEARS = 365 * 6 + 3
# Beside the way out, which is a form as well.
OURS = re.compile("^/cases")


@pytest.fixture
def closed(served, case_of):
    """Report something and close it; return the number."""

    def close(person="dh", **given):
        number = case_of(**given)
        with case_transaction(served.services, SCHOOL, number, person, served.clock()) as pen:
            pen.move(state=CaseState.CLOSED.value, closed_at=served.clock())
        return number

    return close


@pytest.fixture
def client(member):
    """The deputy head, who is the DSL, signed in for as long as a test takes."""
    return member("dh", lasts=timedelta(days=YEARS + 30))


@pytest.fixture
def head(member):
    return member("hd", lasts=timedelta(days=YEARS + 30))


@pytest.fixture
def page(served):
    """The address of the disposal list."""
    return f"{served.cases()}/disposal"


def soup(answer):
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


def ticked(client, address, *numbers):
    """Go on to the second page as a browser would."""
    form = soup(client.get(address)).find("form", action=OURS)
    known = [one["value"] for one in form.find_all("input", type="checkbox")]
    assert set(numbers) <= set(known)
    return client.get(form["action"], params={"number": list(numbers)})


def confirm(client, answer):
    form = soup(answer).find("form", action=OURS)
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden)


def test_the_list_of_cases_leads_to_it_and_a_young_case_is_kept(served, client, closed, page):
    number = closed()
    assert f"{page.removeprefix(served.address)}" in {
        one["href"] for one in soup(client.get(served.cases())).find_all("a")
    }
    said = words(soup(client.get(page)))
    assert "No case has to go" in said
    assert f"{number} A visitor's phone or conduct Until Tuesday 23 November 2032: 6 years after" in said


def test_what_is_ticked_and_confirmed_is_deleted_for_good_and_signed(served, client, head, closed, page):
    gone, stays = closed(), closed()
    served.clock.turn(days=YEARS)
    asked = ticked(client, page, gone)
    assert "Delete this case for good?" in words(soup(asked).h1)
    assert (gone in asked.text, stays in asked.text) == (True, False)
    assert gone in client.get(page).text
    answer = confirm(client, asked)
    assert (answer.status_code, answer.headers["location"].endswith("/disposal/signed")) == (303, True)
    signed = words(soup(client.get(answer.headers["location"])))
    assert "1 case is deleted for good." in signed
    assert f"{gone} done A visitor's phone or conduct" in signed
    listed = client.get(page)
    assert gone not in listed.text
    assert stays in listed.text
    assert client.get(served.cases(gone)).status_code == 404
    assert gone not in head.get(f"{page}/signed").text


def test_a_second_press_does_it_once_and_an_old_page_changes_nothing(served, client, closed, page):
    first, second = closed(), closed()
    served.clock.turn(days=YEARS)
    address = page
    one, both = ticked(client, address, first), ticked(client, address, first, second)
    assert [confirm(client, one).status_code for _ in range(2)] == [303, 303]
    for _ in range(2):
        late = confirm(client, both)
        assert late.status_code == 422
        assert "The list has changed" in words(soup(late).select_one(".errors"))
    assert second in client.get(address).text


def test_nothing_ticked_is_said_above_the_list(served, client, closed, page):
    number = closed()
    served.clock.turn(days=YEARS)
    for chosen in ([], ["0000-0000"]):
        answer = client.get(f"{page}/check", params={"number": chosen})
        assert answer.status_code == 422
        assert "Tick the cases that go." in words(soup(answer).select_one(".errors"))
        assert number in answer.text


def test_a_form_that_no_page_of_ours_made_deletes_nothing(served, client, head, closed, page):
    number = closed()
    served.clock.turn(days=YEARS)
    address = page
    other = ticked(head, page, number)
    seal = soup(other).find("input", {"name": "seal"})["value"]
    for forged in ("", "forged", seal, served.seal_of(client, f"{number} 1")):
        assert client.post(address, data={"seal": forged}).status_code == 422
    assert client.get(f"{address}/signed").text.count(number) == 0
    assert number in client.get(address).text


def test_a_seal_on_a_case_that_is_not_due_or_not_theirs_deletes_nothing(served, client, closed, page):
    young = closed()
    served.clock.turn(days=YEARS)
    mine = closed()
    address = page
    case_service.hold(served.services, SCHOOL, young, "dh", why="A court asks.", now=served.clock())
    for number in (young, mine, "0000-0000"):
        seals = client_seal(served, client, number)
        assert client.post(address, data={"seal": seals}).status_code == 422
    assert {young, mine} <= {one.text for one in soup(client.get(address)).select(".plain a")}


def client_seal(served, client, number):
    return served.seal_of(client, f"disposal {number}")


def test_a_hold_is_said_with_its_reason_and_cannot_be_ticked(served, client, closed, page):
    number = closed()
    case_service.hold(served.services, SCHOOL, number, "dh", why="a court asks", now=served.clock())
    served.clock.turn(days=YEARS)
    said = soup(client.get(page))
    assert said.find("input", type="checkbox") is None
    assert "Whatever its age. Held: a court asks." in words(said)


def test_a_case_about_the_reader_changes_not_one_byte(served, client, head, closed, page):
    other = closed("hd", about="Somebody")
    served.clock.turn(days=YEARS)
    address = page
    places = (address, f"{address}/signed", f"{address}/check?number={other}")

    def seen():
        return [without_seals(client.get(one)) for one in places]

    before, at = seen(), served.clock.at
    served.clock.at = at.replace(year=2026, month=11, day=23)
    number = closed("hd", about="Mr Okafor-Lane")
    served.clock.at = at
    assert number in head.get(page).text
    assert seen() == before
    assert without_seals(client.get(f"{address}/check?number={number}")) == without_seals(
        client.get(f"{address}/check?number=0000-0000")
    )
    assert confirm(head, ticked(head, page, number)).status_code == 303
    assert seen() == before


def without_seals(answer):
    found = soup(answer)
    for one in found.find_all("input", {"name": "seal"}):
        one.decompose()
    return answer.status_code, str(found)


def test_without_the_keys_every_page_says_so(served, client, closed, page, stage):
    closed()
    served.clock.turn(days=YEARS)
    address = page
    seal = client_seal(served, client, "0000-0000")
    for keys in (None, CaseKeys((new_master_key(),))):
        stage.app = create_app(replace(served.services, case_keys=keys))
        for one in (address, f"{address}/check", f"{address}/check?number=x"):
            assert client.get(one).status_code == 503
        assert client.post(address, data={"seal": seal}).status_code == 503
    stage.app = create_app(replace(served.services, case_keys=None))
    assert client.get(f"{address}/signed").status_code == 503
