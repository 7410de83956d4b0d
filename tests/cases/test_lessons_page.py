"""The page of what a case taught: sharing, keeping back, and the rule that it adds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.cases import service as case_service
from bot.core.clock import local_date
from bot.core.encryption import CaseKeys, new_master_key
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import register as record_register
from bot.register.service import change_register

SCHOOL = "merriwell-green"
LESSON = {"words": "Tell visitors about cameras when they sign in.", "change": "training"}


@pytest.fixture
def client(member):
    """The deputy head, who is the DSL, signed in."""
    return member("dh", lasts=timedelta(days=400))


@pytest.fixture
def lesson(served, case_of):
    """The page of a case that the deputy head, who is the DSL, has."""
    return f"{served.cases(case_of(category='visitor'))}/lesson"


def soup(answer):
    return BeautifulSoup(answer.text, "html.parser")


def words(found):
    return " ".join(found.get_text(" ").split())


def send(client, address, step, **typed):
    """Send one form of the page as a browser would, hidden fields and all."""
    forms = soup(client.get(address)).find_all("form", method="post")
    form = next(one for one in forms if one["action"].endswith(f"/{step}"))
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    return client.post(form["action"], data=hidden | typed)


def test_the_case_leads_to_it_and_it_leads_back(lesson, client):
    case = lesson.removesuffix("/lesson")
    path = "/" + lesson.split("/", 3)[3]
    assert path in {one["href"] for one in soup(client.get(case)).find_all("a")}
    assert path.removesuffix("/lesson") in {one["href"] for one in soup(client.get(lesson)).find_all("a")}


def test_a_lesson_is_shared_worded_again_and_kept_back(lesson, client):
    assert "Nothing is shared." in client.get(lesson).text
    answer = send(client, lesson, "share", **LESSON)
    assert (answer.status_code, answer.headers["location"].partition("#")[2]) == (303, "share")
    assert words(soup(client.get(lesson)).select_one(".statement")) == LESSON["words"]
    assert "Governors read it once the case is closed." in words(soup(client.get(lesson)))
    send(client, lesson, "share", words="Better <b>words</b>.", change="nothing")
    assert "Better &lt;b&gt;words&lt;/b&gt;." in client.get(lesson).text
    assert "register.yaml" not in client.get(lesson).text
    send(client, lesson, "keep-back")
    assert "Nothing is shared." in client.get(lesson).text


def test_the_same_form_twice_is_shared_once_and_may_be_shared_again_from_a_new_page(lesson, client):
    page = soup(client.get(lesson))
    form = next(one for one in page.find_all("form", method="post") if one["action"].endswith("/share"))
    sent = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")} | LESSON
    answers = [client.post(form["action"], data=sent) for _ in range(2)]
    assert {(one.status_code, one.headers["location"].partition("#")[2]) for one in answers} == {
        (303, "share")
    }
    case = lesson.removesuffix("/lesson")
    assert client.get(case).text.count("Lesson to share.") == 1


REFUSED = [
    ({"words": "Mr Sorley had it.", "change": "policy"}, "Write it without names"),
    ({"words": "", "change": "policy"}, "without names."),
    ({"words": "Plain words.", "change": ""}, "Choose what changes."),
    ({"words": "Plain words.", "change": "everything"}, "Choose what changes."),
]


@pytest.mark.parametrize(("typed", "says"), REFUSED)
def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(lesson, client, typed, says):
    answer = send(client, lesson, "share", **typed)
    assert answer.status_code == 422
    page = soup(answer)
    assert says in words(page.select_one(".errors"))
    assert page.select_one(".errors a")["href"] == "#share"
    assert page.find("textarea", {"name": "words"}).text.strip() == typed["words"]
    chosen = [one["value"] for one in page.find_all("input", type="radio") if one.has_attr("checked")]
    assert chosen == ([typed["change"]] if typed["change"] == "policy" else [])
    assert "Nothing is shared." in client.get(lesson).text


@pytest.fixture
def office(lesson, member):
    """The holder of the case, signed in as the office or the leadership in the same browser."""
    signed_in = member("dh")
    send(signed_in, lesson, "share", **LESSON)
    return signed_in


def rules(served):
    with served.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, SCHOOL).obligations}


def form_of(client, address, **chosen):
    """The form that adds the duty, as a browser would send it."""
    page = soup(client.get(address, params=chosen))
    form = next(one for one in page.find_all("form", method="post") if one["action"].endswith("/add"))
    return form["action"], {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}


def test_a_person_who_may_change_the_register_sees_what_the_duty_asks_and_adds_it_once(
    lesson, office, served
):
    chosen = {"who": "role:headteacher", "month": "12", "policy": "mobile-and-social-media"}
    said = words(soup(office.get(lesson, params=chosen)).select_one("#in-register"))
    assert "Training on what we learnt" in said
    assert LESSON["words"] in said
    assert "Helen Achebe, by Thursday 31 December 2026. And by the end of December each year." in said
    known = rules(served)
    address, sent = form_of(office, lesson, **chosen)
    answers = [office.post(address, data=sent) for _ in range(2)]
    assert {(one.status_code, one.headers["location"].partition("#")[2]) for one in answers} == {
        (303, "in-register")
    }
    (added,) = (one for key, one in rules(served).items() if key not in known)
    assert known.items() <= rules(served).items()
    assert (added.key, str(added.audience)) == ("learnt-training", "role:headteacher")
    assert [str(one) for one in added.cadence] == ["each December"]
    assert (added.statement, added.source.policy) == (LESSON["words"], "mobile-and-social-media")
    page = words(soup(office.get(lesson)).select_one("#in-register"))
    assert page.endswith(
        "It is in your rules, or waits for a second yes. You do not need to do anything else."
    )
    with served.store.reading() as conn:
        noted = [one for _, one in ledger.entries(conn, limit=9) if one.action == "register applied"]
        assert ledger.verify(conn) is None
    # The newest first; the other is the register as the sample school applied it.
    assert [one.actor for one in noted] == ["person:dh", "a test"]
    number = lesson.split("/")[-2]
    assert number not in f"{noted} {added}"
    assert office.get(lesson.removesuffix("/lesson")).text.count("What changes is in the rules.") == 1


def test_a_rule_about_safeguarding_waits_for_a_second_yes(lesson, office, member, served):
    known = rules(served)
    address, sent = form_of(office, lesson, month="12", policy="child-protection")
    assert office.post(address, data=sent).status_code == 303
    assert rules(served) == known
    assert "waits for a second yes" in office.get(lesson.removesuffix("/lesson")).text
    leader = member("hd")
    [row] = soup(leader.get("/office/rules")).select("#waiting li")
    seal = {"seal": served.seal_of(leader), "then": "agree"}
    assert leader.post(row.a["href"], data=seal).status_code == 303
    [key] = rules(served).keys() - known.keys()
    assert key == "learnt-training"


def test_the_duty_that_was_added_asks_whom_the_page_named(lesson, office, served):
    page = words(soup(office.get(lesson, params={"month": "11"})).select_one("#in-register"))
    address, sent = form_of(office, lesson, month="11")
    assert office.post(address, data=sent).status_code == 303
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = [one for one in duties(load_snapshot(conn, today, (SCHOOL,)), today) if _is_learnt(one)]
    assert f"{len(owed)} people, by Monday 30 November 2026." in page


def test_a_month_that_is_still_to_come_is_asked_for_then_and_not_for_last_year(lesson, office, served):
    def older(known):
        return replace(known, school=replace(known.school, since=date(2025, 9, 1)))

    change_register(served.store, SCHOOL, older, now=served.clock(), actor="a test")
    said = words(soup(office.get(lesson, params={"month": "12"})).select_one("#in-register"))
    assert "people, by Thursday 31 December 2026." in said
    assert "They hear of it from Tuesday 1 December 2026 on." in said


def _is_learnt(duty):
    return duty.obligation.key == "learnt-training"


def test_who_has_the_case_and_may_not_change_rules_is_told_who_may(lesson, office, member, served):
    number = lesson.split("/")[-2]
    case_service.watch(served.services, SCHOOL, number, "dh", who="y1", now=served.clock())
    browser = member("y1")
    page = soup(browser.get(lesson))
    assert "Add this rule" not in words(page)
    assert "The office and the leadership can add it" in words(page)
    address, sent = form_of(office, lesson)
    seal = {"seal": served.seal_of(browser, f"{number} lesson")}
    answer = browser.post(address, data=sent | seal)
    assert answer.status_code == 422
    assert "Sign in first" in words(soup(answer).select_one(".errors"))
    assert "Add this rule" in words(soup(office.get(lesson)))


def test_who_may_change_the_register_and_not_open_the_case_sees_nothing(lesson, office, member):
    browser = member("of")
    address, sent = form_of(office, lesson)
    assert [browser.get(lesson).status_code, browser.post(address, data=sent).status_code] == [404, 404]
    assert "learnt" not in browser.get(lesson).text


@pytest.mark.parametrize("wrong", [{"who": "role:nobody"}, {"month": "13"}, {"policy": "x"}, {"shown": ""}])
def test_a_duty_that_the_page_did_not_show_is_not_added(lesson, office, served, wrong):
    known = rules(served)
    address, sent = form_of(office, lesson)
    answer = office.post(address, data=sent | wrong)
    assert answer.status_code == 422
    assert "Something changed meanwhile." in words(soup(answer).select_one(".errors"))
    assert rules(served) == known


def test_a_lesson_that_was_worded_again_meanwhile_is_looked_at_again(lesson, office, served):
    address, sent = form_of(office, lesson)
    send(office, lesson, "share", words="Other words.", change="training")
    assert office.post(address, data=sent).status_code == 422
    first, again = form_of(office, lesson), form_of(office, lesson, month="3")
    assert office.post(first[0], data=first[1]).status_code == 303
    late = office.post(again[0], data=again[1])
    assert "What changes is in the rules already." in words(soup(late).select_one(".errors"))
    assert [key for key in rules(served) if key.startswith("learnt")] == ["learnt-training"]


def test_a_duty_that_is_not_in_the_register_is_refused(lesson, client):
    send(client, lesson, "share", **LESSON)
    answer = send(client, lesson, "in-register", duty="")
    assert answer.status_code == 422
    assert "Choose the rule that does this already." in words(soup(answer).select_one(".errors"))


def test_a_form_that_no_page_of_ours_made_does_nothing(lesson, served, case_of, client):
    other = f"{served.cases(case_of())}/lesson"
    seal = soup(client.get(other)).find("input", {"name": "seal"})["value"]
    for forged in ("", "forged", seal):
        answer = client.post(f"{lesson}/share", data=LESSON | {"seal": forged})
        assert answer.status_code == 422
        assert LESSON["words"] in answer.text
    assert client.post(f"{lesson}/unheard-of", data={"seal": "x"}).status_code == 422
    assert "Nothing is shared." in client.get(lesson).text


def test_a_get_changes_nothing(lesson, client):
    for step in ("share", "keep-back", "in-register"):
        assert client.get(f"{lesson}/{step}").status_code in {404, 405}


@pytest.mark.parametrize("about", ["themselves", "not theirs"])
def test_one_that_is_not_theirs_and_one_that_is_not_there_are_alike(served, case_of, member, about):
    client = member("dh" if about == "themselves" else "y1")
    number = case_of(about="Mr Okafor-Lane")
    answers = []
    for asked in (number, "0000-0000"):
        address = f"{served.cases(asked)}/lesson"
        seal = served.seal_of(client, f"{asked} lesson")
        posted = client.post(f"{address}/share", data=LESSON | {"seal": seal})
        sealed = client.post(f"{address}/share", data=LESSON)
        answers.append([(one.status_code, one.content) for one in (client.get(address), posted, sealed)])
    assert answers[0] == answers[1]
    assert {status for status, _ in answers[0]} == {404}


def test_without_the_keys_it_says_so(served, case_of, client, stage):
    number = case_of()
    for keys in (None, CaseKeys((new_master_key(),))):
        stage.app = create_app(replace(served.services, case_keys=keys))
        address = f"{served.cases(number)}/lesson"
        assert client.get(address).status_code == 503
        assert client.post(f"{address}/share", data=LESSON).status_code == 503
