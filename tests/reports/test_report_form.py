"""The report form, as a browser without scripts sends it: five questions, a last look, a receipt."""

import logging
import re
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from neighbours import put_beside
from sqlalchemy import text

from bot.bootstrap.web_app import create_app
from bot.cases.service import open_case

ADDRESS = "/report/merriwell-green"
ANSWERS = {
    "category": {"category": "staff-devices"},
    "what": {"what": "A telephone was used at the gate."},
    "where": {"where_when": "At the gate on Friday."},
    "about": {"about": "A visitor"},
    "you": {"told": "anonymous"},
}


def hidden(page):
    found = BeautifulSoup(page.text, "html.parser").find("form")
    return {one["name"]: one["value"] for one in found.find_all("input", type="hidden")}


def heading(page):
    return BeautifulSoup(page.text, "html.parser").h1.get_text(" ", strip=True)


@pytest.fixture
def send(client):
    """Press a button of a page: `send(page, "next", what="...")` gives the page that comes after."""
    return lambda page, go, **typed: client.post(ADDRESS, data=hidden(page) | {"go": go} | typed)


@pytest.fixture
def check(client, served, send):
    """Answer all five questions; return the page on which they are looked through."""

    def answered(**changed):
        page = send(client.get(ADDRESS), "next")
        for step, typed in (ANSWERS | changed).items():
            assert hidden(page)["step"] == step
            page = send(page, "next", **typed)
        served.clock.turn(seconds=60)
        assert heading(page) == "Check your report, then send it"
        return page

    return answered


def receipt(page):
    found = BeautifulSoup(page.text, "html.parser")
    return found.find(id="number").text, found.find(id="passphrase").text


def rows(school, table):
    with school.store.reading() as conn:
        return conn.scalar(text(f"select count(*) from {table}"))


def test_five_questions_make_a_case_and_the_receipt_says_what_happens_next(served, check, send):
    page = send(check(), "send")
    number, passphrase = receipt(page)
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", number)
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", passphrase)
    assert "It goes to the headteacher." in page.text
    assert "Wednesday 25 November 2026" in page.text
    assert rows(served, "case_file") == 1


def test_nothing_is_kept_and_no_cookie_set_until_it_is_sent(served, client, check, send):
    before = served.written()
    page = check()
    assert served.written() == before
    assert rows(served, "case_file") == 0
    assert "set-cookie" not in send(page, "send").headers
    assert not client.cookies


def test_the_same_page_sent_twice_is_one_case_with_one_receipt(served, check, send):
    page = check()
    assert receipt(send(page, "send")) == receipt(send(page, "send"))
    assert rows(served, "case_file") == 1


def test_changed_words_sent_after_the_receipt_are_a_report_of_their_own_and_not_lost(served, check, send):
    page = check()
    first = receipt(send(page, "send"))
    changed = send(send(page, "where"), "next", where_when="In the hall, on Monday.")
    assert receipt(send(changed, "send")) != first
    assert rows(served, "case_file") == 2


def test_back_keeps_what_was_typed_and_what_comes_after(client, send):
    page = send(client.get(ADDRESS), "next")
    page = send(page, "next", category="filtering")
    page = send(page, "next", what="The filter let a game through.", personal_data="yes")
    page = send(page, "back", where_when="Room 4")
    found = BeautifulSoup(page.text, "html.parser")
    assert found.textarea.text.strip() == "The filter let a game through."
    assert found.find(id="personal_data").has_attr("checked")
    page = send(send(page, "back", what="Another game.", personal_data="yes"), "next", category="filtering")
    assert BeautifulSoup(page.text, "html.parser").textarea.text.strip() == "Another game."
    page = send(page, "next", what="Another game.")
    assert BeautifulSoup(page.text, "html.parser").textarea.text.strip() == "Room 4"


def test_back_from_the_first_question_shows_the_first_screen_and_keeps_the_answer(client, send):
    page = send(send(client.get(ADDRESS), "next"), "back", category="visitor")
    assert heading(page) == "Report a concern"
    page = send(page, "next")
    assert BeautifulSoup(page.text, "html.parser").find(id="category-visitor").has_attr("checked")


def test_one_answer_changed_at_the_end_leads_back_to_the_end(check, send):
    page = send(check(), "about")
    assert BeautifulSoup(page.text, "html.parser").textarea.text.strip() == "A visitor"
    page = send(page, "next", about="Two visitors", about_roles=["chair", "no such role"])
    assert heading(page) == "Check your report, then send it"
    assert "Two visitors" in page.text
    assert "The chair of governors" in page.text
    assert "no such role" not in page.text


@pytest.mark.parametrize(
    ("step", "typed", "says"),
    [
        ("category", {}, "Choose what it is about."),
        ("category", {"category": "nonsense"}, "Choose what it is about."),
        ("what", {"what": "  \n "}, "Say in your own words what happened."),
        ("what", {"what": "é" * 4001}, "Please say it in 4,000 letters; these are 1 more."),
        ("where", {"where_when": "x" * 1001}, "Please say it in 1,000 letters; these are 1 more."),
        ("you", {}, "Choose one of the two."),
        ("you", {"told": "perhaps"}, "Choose one of the two."),
        ("you", {"told": "named"}, "Type your name, or choose to stay anonymous."),
        ("you", {"told": "named", "name": "Kim", "email": "kim at home"}, "Write the address as in"),
    ],
)
def test_an_answer_that_needs_something_is_shown_again_with_what(client, send, step, typed, says):
    page = send(client.get(ADDRESS), "next")
    for earlier in list(ANSWERS)[: list(ANSWERS).index(step)]:
        page = send(page, "next", **ANSWERS[earlier])
    page = send(page, "next", **typed)
    assert page.status_code == 422
    assert hidden(page)["step"] == step
    found = BeautifulSoup(page.text, "html.parser")
    assert says in found.select_one(".errors").text
    assert found.find(id=found.select_one(".errors a")["href"][1:]) is not None
    assert found.title.text.startswith("Please check: ")


@pytest.mark.parametrize(
    ("step", "typed", "says"),
    [
        ("what", {"what": "A pupil disclosed that her uncle hits her."}, "may be hurt or at risk"),
        ("what", {"what": "A nude picture goes round in year 6."}, "an intimate picture of a child"),
        ("where", {"where_when": "On the bus; he self-harmed there."}, "may be hurt or at risk"),
        ("about", {"about": "The girl in the naked photo"}, "an intimate picture of a child"),
    ],
)
def test_what_must_not_be_kept_is_turned_away_kindly_and_carried_nowhere(
    served, client, send, step, typed, says
):
    page = send(client.get(ADDRESS), "next")
    for earlier in list(ANSWERS)[: list(ANSWERS).index(step)]:
        page = send(page, "next", **ANSWERS[earlier])
    page = send(page, "next", **typed)
    assert says in heading(page)
    assert "0800 028 0285" in page.text
    assert "What you wrote was not kept." in page.text
    (words,) = typed.values()
    draft = served.drafts.open(hidden(page)["draft"], "merriwell-green", served.clock())
    assert words not in str(draft)
    assert words not in page.text
    again = send(page, step)
    assert hidden(again)["step"] == step
    assert BeautifulSoup(again.text, "html.parser").textarea.text.strip() == ""
    assert rows(served, "case_file") == 0


def test_the_guard_asks_again_when_it_is_sent(served, check, send):
    draft = served.drafts.open(hidden(check())["draft"], "merriwell-green", served.clock())
    slipped = served.drafts.seal(draft | {"what": "A pupil disclosed abuse."}, served.clock())
    page = send(check(), "send", draft=slipped)
    assert page.status_code == 422
    assert "may be hurt or at risk" in heading(page)
    assert rows(served, "case_file") == 0


def test_a_report_about_the_head_goes_to_the_chair(check, send):
    page = send(check(about={"about": "", "about_roles": ["headteacher"]}), "send")
    assert "It goes to the chair of governors." in page.text


def test_where_everybody_is_shut_out_it_says_whom_to_telephone(check, send):
    everybody = ["headteacher", "dsl", "deputy-dsl", "chair"]
    page = send(check(about={"about": "All of them", "about_roles": everybody}), "send")
    assert "Telephone the local authority designated officer (LADO)" in page.text
    assert "It goes to" not in page.text


def test_a_form_filled_by_a_machine_is_not_taken(served, client, check, send):
    page = send(check(), "send", leave_empty="https://spam.example")
    assert page.status_code == 422
    assert "Not sent yet" in page.text
    assert rows(served, "case_file") == 0
    assert receipt(send(page, "send"))


def test_a_form_sent_within_seconds_has_to_be_looked_through_once_more(served, client, send):
    page = send(client.get(ADDRESS), "next")
    for typed in ANSWERS.values():
        page = send(page, "next", **typed)
    page = send(page, "send")
    assert page.status_code == 422
    assert rows(served, "case_file") == 0
    served.clock.turn(seconds=6)
    assert receipt(send(page, "send"))


@pytest.mark.parametrize(
    ("told", "kept"),
    [("named", ("y5", "Adam Sorley")), ("anonymous", (None, None))],
)
def test_a_person_who_comes_by_a_personal_link_is_known_only_if_they_choose_it(
    served, client, send, told, kept
):
    token = served.token("y5", "read-mobile")
    assert f'href="/d/{token}/report"' in client.get(f"/d/{token}").text
    before = served.written()
    page = send(client.get(f"/d/{token}/report"), "next")
    assert served.written() == before
    for typed in list(ANSWERS.values())[:4]:
        page = send(page, "next", **typed)
    name = BeautifulSoup(page.text, "html.parser").find(id="name")["value"]
    page = send(page, "next", told=told, name=name)
    served.clock.turn(minutes=1)
    number, _ = receipt(send(page, "send"))
    facts = open_case(served.services, "merriwell-green", number, "hd", served.clock()).facts
    assert (facts.reporter_person, facts.answers["reporter_name"]) == kept


def test_a_link_of_a_person_who_left_begins_no_report(served, client):
    token = served.token("y5", "read-mobile")
    served.change_person("y5", leaves_on=date(2026, 11, 20))
    assert client.get(f"/d/{token}/report").status_code == 410
    assert client.get("/d/spoilt/report").status_code == 404


def test_a_flood_from_one_address_is_held_back_and_ends(served, check, send):
    for _ in range(10):
        assert send(check(), "send").status_code == 200
    page = check()
    # Each form took a minute, which gave one back.
    for one in range(12):
        held = send(send(page, "about"), "next", about=f"Visitor {one}")
        answer = send(held, "send")
    assert answer.status_code == 429
    assert "retry-after" in answer.headers
    served.clock.turn(minutes=2)
    assert send(held, "send").status_code == 200


@pytest.mark.parametrize("forged", ["nonsense", "gAAAAABnonsense", "é"])
def test_a_forged_page_begins_again_and_says_that_nothing_was_sent(client, forged):
    page = client.post(ADDRESS, data={"draft": forged, "step": "check", "go": "send"})
    assert page.status_code == 422
    assert "Start again. Nothing was sent." in page.text


def test_a_page_older_than_two_days_begins_again(served, check, send):
    page = check()
    served.clock.turn(days=3)
    assert "Please begin again" in send(page, "send").text


def test_a_page_of_another_setting_is_not_taken_here(served, check, send):
    draft = served.drafts.open(hidden(check())["draft"], "merriwell-green", served.clock())
    other = served.drafts.seal(draft | {"setting": "elsewhere"}, served.clock())
    assert "Please begin again" in send(check(), "send", draft=other).text


def test_a_page_that_skips_the_questions_is_asked_them(served, client, send):
    page = send(client.get(ADDRESS), "next")
    answer = client.post(ADDRESS, data={"draft": hidden(page)["draft"], "step": "check", "go": "send"})
    assert hidden(answer)["step"] == "category"
    assert answer.status_code == 422
    assert heading(client.post(ADDRESS, data={"step": "no such step"})).endswith("What is it about?")


def test_no_picture_and_no_file_can_be_sent(client, check, send):
    page = check()
    assert 'type="file"' not in page.text
    sent = client.post(ADDRESS, data=hidden(page), files={"what": ("a.png", b"\x89PNG", "image/png")})
    assert sent.status_code == 422


def test_the_first_screen_says_what_to_do_and_who_may_see_it_before_anything_is_typed(client):
    found = BeautifulSoup(client.get(ADDRESS).text, "html.parser")
    said = found.main.get_text(" ", strip=True)
    order = [
        "Call 999",
        "Do not look at it. Do not copy it, send it or save it.",
        "Only the people listed below",
        "Start",
        "Who may see",
    ]
    assert sorted(order, key=said.index) == order
    assert "This form is not for child-protection detail." in said
    assert "0800 028 0285" in said
    assert "(LADO)" in said
    assert not found.find_all(["textarea", "select"])
    assert {one["type"] for one in found.find_all("input")} == {"hidden"}


def test_the_numbers_of_the_register_stand_where_a_person_has_to_ring(client, served, register):
    numbers = "phones: {office: '01234 567800', dsl: '01234 567801', lado: '01234 567802'}"
    register.write_text(re.sub(r"phones: \{.*\}", numbers, register.read_text(), count=1))
    served.apply(register)
    page = BeautifulSoup(client.get(ADDRESS).text, "html.parser")
    rung = [one["href"] for one in page.find_all("a", href=re.compile("^tel:"))]
    assert [rung.count(f"tel:0123456780{last}") for last in (0, 1, 2)] == [0, 2, 1]
    register.write_text(re.sub(r"  phones: \{.*\}\n", "", register.read_text(), count=1))
    served.apply(register)
    without = client.get(ADDRESS).text
    assert "the office finds them" in without
    assert "Your council’s website has the number" in without


def test_one_setting_needs_no_choice_and_an_unknown_one_has_no_page(client):
    answer = client.get("/report")
    assert (answer.status_code, answer.headers["location"]) == (303, ADDRESS)
    for address in ("/report/elsewhere", "/report/elsewhere/inbox", "/report/elsewhere/poster.pdf"):
        assert client.get(address).status_code == 404
    assert client.post("/report/elsewhere").status_code == 404


def schools_of(answer):
    return [one["href"] for one in BeautifulSoup(answer.text, "html.parser").main.find_all("a")]


def test_where_there_are_several_settings_one_chooses(served, client):
    put_beside(served.store, {"ashby": "Ashby Preschool"})
    found = BeautifulSoup(client.get("/report").text, "html.parser")
    assert [(one["href"], one.text) for one in found.main.find_all("a")] == [
        ("/report/ashby", "Ashby Preschool"),
        ("/report/merriwell-green", "Merriwell Green Primary School"),
    ]


def test_where_there_are_many_settings_one_looks_for_a_word_of_the_name(served, client):
    put_beside(served.store, {f"s{n:02}": f"Market Ashby School {n:02}" for n in range(52)})
    put_beside(served.store, {"mary": "St. Mary’s C of E Primary, Long Tŷ", "tree": "The Appletree Nursery"})
    first = client.get("/report")
    assert (schools_of(first), first.text.count('type="search"')) == ([], 1)
    for asked in (
        "st marys",
        "ST MARY'S prim",
        "ty long",
        "Tŷ",
        "saint mary",
        "the ce primary",
        "Church of England",
    ):
        assert schools_of(client.get("/report", params={"q": asked})) == ["/report/mary"], asked
    many = client.get("/report", params={"q": "ashby"})
    assert len(schools_of(many)) == 50
    assert "52 schools found" in many.text
    assert "the first 50" in many.text
    for asked in ("tree", "mary tree", "?!"):
        none = client.get("/report", params={"q": asked})
        assert schools_of(none) == [], asked
        assert "No school here has a name like" in none.text, asked
    assert "&lt;b&gt;" in client.get("/report", params={"q": "<b>"}).text


def test_settings_of_one_name_are_told_apart(served, client):
    put_beside(served.store, {"elm-north": "Elm Primary", "elm-south": "Elm Primary"})
    found = BeautifulSoup(client.get("/report").text, "html.parser")
    assert [one.text for one in found.main.find_all("a")][:2] == [
        "Elm Primary (elm-north)",
        "Elm Primary (elm-south)",
    ]


def test_a_data_protection_officer_is_named_only_where_the_school_has_one(served, client):
    says = "The data protection officer too"
    assert says not in client.get(ADDRESS).text
    served.change_person("sen", roles=frozenset({"staff", "data-protection-officer"}))
    assert says in client.get(ADDRESS).text


def test_without_keys_no_report_is_taken_and_it_says_whom_to_telephone(served, client, stage):
    stage.app = create_app(replace(served.services, case_keys=None))
    for address in (ADDRESS, f"{ADDRESS}/inbox"):
        page = client.get(address)
        assert heading(page) == "Reports are not taken on this page"
        assert "0800 028 0285" in page.text
        assert "<form" not in page.text
    for address in (ADDRESS, f"{ADDRESS}/inbox", f"{ADDRESS}/inbox/write"):
        assert client.post(address).status_code == 503


def test_nothing_of_a_report_or_its_sender_is_logged(served, client, check, send, caplog):
    caplog.set_level(logging.DEBUG)
    page = check(what={"what": "Zanzibar was said."}, you={"told": "named", "name": "Kettle"})
    number, passphrase = receipt(send(page, "send"))
    client.post(f"{ADDRESS}/inbox", data={"passphrase": passphrase})
    said = "\n".join(
        one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))
    )
    for word in ("Zanzibar", "Kettle", passphrase, number, "127.0.0.1"):
        assert word not in said


def test_a_report_that_could_not_be_numbered_says_so_and_keeps_the_answers(
    served, client, check, send, stage
):
    stage.app = create_app(replace(served.services, chance=lambda count: b"x" * count))
    assert receipt(send(check(), "send"))
    page = send(check(what={"what": "Another thing."}), "send")
    assert page.status_code == 422
    assert "Send it again." in BeautifulSoup(page.text, "html.parser").select_one(".errors").text
    assert "Another thing." in page.text
    assert rows(served, "case_file") == 1


def test_asking_for_screens_faster_than_people_do_is_held_back(client):
    answers = [client.post(ADDRESS).status_code for _ in range(121)]
    assert answers == [200] * 120 + [429]
