"""The page of what a case taught: sharing, keeping back, and the lines for the register."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from bot.register.load import load, parse
from bot.sealing import CaseKeys, new_master_key
from bot.web.app import create_app

LESSON = {"words": "Tell visitors about cameras when they sign in.", "change": "training"}


@pytest.fixture
def lesson(served, case_of):
    """The page of a case that the deputy head, who is the DSL, has."""
    return f"{served.cases('dh', case_of(category='visitor'))}/lesson"


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


def lines(client, address, **chosen):
    return soup(client.get(address, params=chosen)).find("pre").text


def test_the_case_leads_to_it_and_it_leads_back(lesson, client):
    case = lesson.removesuffix("/lesson")
    path = "/" + lesson.split("/", 3)[3]
    assert path in {one["href"] for one in soup(client.get(case)).find_all("a")}
    assert path.removesuffix("/lesson") in {one["href"] for one in soup(client.get(lesson)).find_all("a")}


def test_a_lesson_is_shared_worded_anew_and_kept_back(lesson, client):
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


def test_the_lines_for_the_register_follow_what_was_chosen_and_can_be_applied(
    lesson, client, served, register
):
    send(client, lesson, "share", **LESSON)
    chosen = {"who": "role:headteacher", "month": "3", "policy": "child-protection"}
    given = lines(client, lesson, **chosen)
    text = register.read_text(encoding="utf-8")
    added = parse(text.replace("obligations:\n", f"obligations:\n{given}\n", 1)).obligations[0]
    assert (added.key, added.who, added.when) == ("learnt-training", "role:headteacher", ["each March"])
    assert added.source.policy == "child-protection"
    assert added.statement == LESSON["words"]

    register.write_text(text.replace("obligations:\n", f"obligations:\n{given}\n", 1), encoding="utf-8")
    assert len(load(register).obligations) > 1
    served.apply(register)
    answer = send(client, lesson, "in-register", duty="learnt-training")
    assert answer.headers["location"].endswith("#in-register")
    page = words(soup(client.get(lesson)))
    assert "It is in the register now." in page
    assert "Which duty holds it?" not in page


def test_what_is_not_on_the_lists_is_not_taken(lesson, client):
    send(client, lesson, "share", **LESSON)
    usual = lines(client, lesson)
    assert "who: staff\n" in usual
    assert "when: each December\n" in usual
    assert lines(client, lesson, who="role:x\n  key: y", month="13", policy="none") == usual


def test_the_lines_tell_nothing_of_the_case(lesson, client):
    send(client, lesson, "share", **LESSON)
    number = lesson.split("/")[-2]
    for told in (number, "visitor took", "2026", "Visitor's"):
        assert told not in lines(client, lesson)


def test_a_duty_that_is_not_in_the_register_is_refused(lesson, client):
    send(client, lesson, "share", **LESSON)
    answer = send(client, lesson, "in-register", duty="")
    assert answer.status_code == 422
    assert "Choose the duty that holds it." in words(soup(answer).select_one(".errors"))


def test_a_form_that_no_page_of_ours_made_does_nothing(lesson, served, case_of, client):
    other = f"{served.cases('dh', case_of())}/lesson"
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
def test_one_that_is_not_theirs_and_one_that_is_not_there_are_alike(served, case_of, client, about):
    person = "dh" if about == "themselves" else "y1"
    number = case_of(about="Mr Okafor-Lane")
    answers = []
    for asked in (number, "0000-0000"):
        address = f"{served.cases(person, asked)}/lesson"
        token = address.split("/")[-3]
        posted = client.post(f"{address}/share", data=LESSON | {"seal": served.seal(token, asked)})
        sealed = client.post(f"{address}/share", data=LESSON)
        answers.append([(one.status_code, one.content) for one in (client.get(address), posted, sealed)])
    assert answers[0] == answers[1]
    assert {status for status, _ in answers[0]} == {404}


def test_without_the_keys_it_says_so(served, case_of, client, stage):
    number = case_of()
    for keys in (None, CaseKeys((new_master_key(),))):
        stage.app = create_app(replace(served.services, case_keys=keys))
        address = f"{served.cases('dh', number)}/lesson"
        assert client.get(address).status_code == 503
        assert client.post(f"{address}/share", data=LESSON).status_code == 503
