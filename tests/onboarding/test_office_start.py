"""A new school on its pages: from its policies to the first message, and nothing is sent before its day."""

import re
from datetime import date

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.core.clock import local_date
from bot.onboarding.service import begin_school, first_head
from bot.planning.service import plan_day
from bot.records import register as record_register
from bot.records import school_setup
from bot.rules.people import School

KEY = "newfield"
TERMS = "Autumn 2, 2026-11-02, 2026-12-18\nSpring 1, 2027-01-04, 2027-02-12"
ROSTER = (
    "name,email,roles,working days\n"
    "Anna Lee,a.lee@newfield.example,staff; headteacher,Mon-Fri\n"
    "Ben Oak,b.oak@newfield.example,staff; teacher,Mon-Fri\n"
    "Cay Ash,c.ash@newfield.example,staff; office,Mon-Fri\n"
)


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


@pytest.fixture
def head(served, member):
    """The head of a school that has nothing but a name, signed in."""
    setting = School(KEY, "Newfield School", since=local_date(served.clock()))
    person = first_head(KEY, "Anna Lee", "A.Lee@newfield.example")
    begin_school(served.store, setting, person, served.clock(), "a test")
    return member("a.lee@newfield.example", setting=KEY)


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


@pytest.fixture
def send(served):
    def sent(client, files):
        data = {"seal": served.seal_of(client)}
        sending = [("file", (name, content, "text/markdown")) for name, content in files]
        return client.post("/office/start/policies", data=data, files=sending)

    return sent


@pytest.fixture
def policies(register):
    return [(path.name, path.read_bytes()) for path in sorted((register.parent / "policies").glob("*.md"))]


def fields(page):
    found = BeautifulSoup(page.text, "html.parser").find_all(["input", "textarea"])
    return {
        one["name"]: one.get("value", one.text) for one in found if one.get("name", "").startswith("line-")
    }


def label(page, key):
    return BeautifulSoup(page.text, "html.parser").find("label", attrs={"for": key}).text


def answers_to(page, wanted):
    """Answer the questions whose words hold one of these; the others keep what stands there."""
    given = fields(page)
    for key in given:
        for part, answer in wanted.items():
            if part in label(page, key):
                given[key] = answer
    return given


def test_an_older_page_of_questions_takes_back_no_answer(head, served, send, policies):
    """Answers are known by their line, and an answer of several lines moves the others."""
    send(head, policies)
    asked = head.get("/office/start/register")
    older = {"was": BeautifulSoup(asked.text, "html.parser").find("input", {"name": "was"})["value"]}
    terms = older | answers_to(asked, {"first and last day of each term": TERMS})
    assert post(head, served, "/office/start/register", then="keep", **terms).status_code == 303
    stands = fields(head.get("/office/start/register"))
    assert stands != fields(asked)
    assert post(head, served, "/office/start/register", then="keep", **terms).status_code == 303
    late = older | answers_to(asked, {"Who chairs": "Jo"})
    refused = post(head, served, "/office/start/register", then="keep", **late)
    assert refused.status_code == 422
    assert fields(head.get("/office/start/register")) == stands
    assert fields(refused) == stands


def test_a_school_goes_from_its_policies_to_its_first_message(head, served, send, policies):
    start = head.get("/office/start")
    assert "Set up Handbell for your school" in words(start)
    assert send(head, policies).status_code == 303
    files = {"file": ("people.csv", ROSTER.encode(), "text/csv")}
    sent = head.post("/office/people/import", data={"seal": served.seal_of(head)}, files=files)
    assert post(head, served, sent.headers["location"]).status_code == 303
    assert "3 people are in the list." in words(head.get("/office/start"))
    assert "We read 3 policies" in words(head.get("/office/start"))
    asked = head.get("/office/start/register")
    assert "Who is the Designated Safeguarding Lead?" in words(asked)
    given = answers_to(
        asked,
        {
            "Who is in charge": "Anna Lee",
            "first and last day of each term": TERMS,
            "which days does it meet": "2026-12-10, 2027-03-11",
        },
    )
    used = post(head, served, "/office/start/register", then="use", **given)
    assert used.status_code == 303, words(used)
    with served.store.reading() as conn:
        register = record_register.load_register(conn, KEY)
        texts = [len(record_register.versions(conn, KEY, one.key)) for one in register.policies]
    assert [term.name for term in register.terms] == ["Autumn 2", "Spring 1"]
    assert register.roles["head"] == ("a.lee@newfield.example",)
    assert texts == [1, 1, 1]
    assert "people get a message" in words(head.get("/office/start/week"))

    def written_to():
        plan = plan_day(served.services, served.clock())
        return {one.person for one in plan.notices if one.setting == KEY}

    assert written_to() == set()
    assert post(head, served, "/office/start/live", live_on="2026-11-24").status_code == 303
    assert "Live from Tuesday 24 November 2026" in words(head.get("/office/start"))
    assert written_to() == set()
    served.clock.turn(days=1)
    assert "b.oak@newfield.example" in written_to()


def test_the_steps_stand_in_the_order_in_which_each_has_what_it_needs(head, served, send, policies):
    def steps():
        page = BeautifulSoup(head.get("/office/start").text, "html.parser")
        return [
            (one.h2.text, one.find(class_="chip").text.split()[-1])
            for one in page.find_all("li", class_="card")
        ]

    assert [title for title, _ in steps()] == [
        "1. Upload your policies",
        "2. Add your people",
        "3. Answer a few questions",
        "4. Look at the first week",
        "5. Go live",
    ]
    send(head, policies)
    assert "with the list above you choose them by name" in words(head.get("/office/start"))
    assert "First steps, 3 of 5" in words(head.get("/office/start/register"))
    files = {"file": ("people.csv", ROSTER.encode(), "text/csv")}
    sent = head.post("/office/people/import", data={"seal": served.seal_of(head)}, files=files)
    post(head, served, sent.headers["location"])
    assert [state for _, state in steps()] == ["done", "done", "due", "due", "due"]
    page = BeautifulSoup(head.get("/office/start/register").text, "html.parser")
    assert [one["value"] for one in page.find(id="people").find_all("option")] == [
        "Anna Lee",
        "Ben Oak",
        "Cay Ash",
    ]


def test_an_answer_that_does_not_fit_is_named_where_it_stands_and_all_are_kept(head, served, send, policies):
    send(head, policies)
    asked = head.get("/office/start/register")
    given = answers_to(asked, {"Who is in charge": "nobody at all", "Who chairs": "chair@newfield.example"})
    refused = post(head, served, "/office/start/register", then="use", **given)
    assert refused.status_code == 422
    assert "Your answers are saved. Your rules are not in use yet." in words(refused)
    assert "nobody at all" in refused.text
    again = head.get("/office/start/register")
    assert "chair@newfield.example" in again.text
    with served.store.reading() as conn:
        assert record_register.load_register(conn, KEY).policies == ()


def test_days_and_people_are_taken_as_they_are_written(head, served, send, policies):
    send(head, policies)
    asked = head.get("/office/start/register")
    given = answers_to(
        asked,
        {
            "Who is in charge": "anna lee",
            "Designated Safeguarding Lead?": "Anna Lee, d.elm@newfield.example",
            "first and last day of each term": "Autumn 2: 2 November 2026 to Friday 18 December 2026",
            "INSET days": "30/11/2026",
            "which days does it meet": "Thursday 3 December 2026 and 11th March 2027",
        },
    )
    used = post(head, served, "/office/start/register", then="use", **given)
    assert used.status_code == 303, words(used)
    with served.store.reading() as conn:
        register = record_register.load_register(conn, KEY)
    assert register.roles["head"] == ("a.lee@newfield.example",)
    assert register.roles["dsl"] == ("a.lee@newfield.example", "d.elm@newfield.example")
    assert register.terms[0].last_on == date(2026, 12, 18)
    assert register.inset_on == {date(2026, 11, 30)}
    assert [one.on for one in register.bodies[0].meetings] == [date(2026, 12, 3), date(2027, 3, 11)]


def test_what_does_not_fit_is_said_in_the_words_of_its_question(head, served, send, policies):
    send(head, policies)
    asked = head.get("/office/start/register")
    given = answers_to(asked, {"which days does it meet": "3 December", "Who chairs": "Jo Poe"})
    refused = post(head, served, "/office/start/register", then="use", **given)
    errors = BeautifulSoup(refused.text, "html.parser").find("section", class_="errors").get_text(" ")
    assert 'which days does it meet this school year? "3 December" is not a date.' in errors
    assert "Write it like 3 December 2026." in errors
    assert "Choose someone from your list of people, or enter an email address." in errors
    assert not re.search(r"number \d|bodies >|roles >", errors)


def test_whoever_begins_a_school_is_led_to_its_first_steps_until_it_is_live(head, served, member):
    page = BeautifulSoup(head.get("/me").text, "html.parser")
    assert page.main.find("a", href="/office/start", class_="button").text == "First steps"
    with served.store.writing() as conn:
        school_setup.go_live(conn, KEY, local_date(served.clock()))
    assert "is being set up" not in words(head.get("/me"))
    assert "is being set up" not in words(member("hd").get("/me"))


def test_who_is_who_is_not_asked_again_when_the_list_of_people_says_it(head, served, send, policies):
    send(head, policies)
    asked = fields(head.get("/office/start/register"))
    dsl = "Dee Elm,d.elm@newfield.example,staff; DSL,\n"
    chair = "Ed Fir,e.fir@newfield.example,governor; chair of governors,\n"
    alike = "Flo Gum,f.gum@newfield.example,clerk,\nFlo Gum,f.gum2@newfield.example,clerk,\n"
    files = {"file": ("people.csv", (ROSTER + dsl + chair + alike).encode(), "text/csv")}
    sent = head.post("/office/people/import", data={"seal": served.seal_of(head)}, files=files)
    post(head, served, sent.headers["location"])
    page = head.get("/office/start/register")
    found = {label(page, key): value for key, value in fields(page).items() if value != asked[key]}
    assert sorted(found.values()) == ["Cay Ash", "Dee Elm", "Ed Fir"]
    assert "Anna Lee" in asked.values()
    assert "4 more are filled in from your list of people; please look" in words(page)
    assert "4 more are filled in from your list of people." in words(head.get("/office/start"))
    with served.store.reading() as conn:
        assert not record_register.load_register(conn, KEY).roles
    used = post(head, served, "/office/start/register", then="use", **fields(page))
    assert used.status_code == 303, words(used)
    with served.store.reading() as conn:
        assert record_register.load_register(conn, KEY).roles["dsl"] == ("d.elm@newfield.example",)


def test_a_term_that_is_not_read_is_said_in_its_own_words_and_kept(head, served, send, policies):
    send(head, policies)
    typed = "Autumn 2, 2 November 2026 to 18 December 2026\nSpring 1, after Christmas"
    given = answers_to(head.get("/office/start/register"), {"first and last day of each term": typed})
    refused = post(head, served, "/office/start/register", then="use", **given)
    errors = BeautifulSoup(refused.text, "html.parser").find("section", class_="errors").get_text(" ")
    assert errors.count('We find no first and last day in "Spring 1, after Christmas".') == 1
    assert '"" is not a date' not in errors
    kept = next(one for one in fields(head.get("/office/start/register")).values() if "Autumn" in one)
    assert kept.strip().splitlines()[-1] == "Spring 1, after Christmas"


def test_a_first_name_is_not_taken_for_somebody(head, served, send, policies):
    send(head, policies)
    given = answers_to(head.get("/office/start/register"), {"Who chairs": "Jo"})
    refused = post(head, served, "/office/start/register", then="use", **given)
    assert refused.status_code == 422
    assert '"Jo" is nobody in the list of people.' in words(refused)


def test_every_question_can_be_answered_without_opening_a_file(head, send, policies):
    send(head, policies)
    page = BeautifulSoup(head.get("/office/start/register").text, "html.parser")
    asked = " ".join(one.get_text(" ") for one in page.find_all("label"))
    assert not re.search(r"\(L\d|role:|A key from|\[20|\[a@|delete it|e-mail address or", asked), asked
    owner = next(one for one in page.find_all("select") if "keeps it up to date" in label_of(page, one))
    assert "Anna Lee" in owner.get_text(" ")
    often = next(one for one in page.find_all("select") if "How often?" in label_of(page, one))
    assert "Each term" in often.get_text(" ")
    assert re.search(r"line \d+: \"", often.find_previous("ul").get_text(" "))
    assert [one["value"] for one in page.find("datalist").find_all("option")] == ["Anna Lee"]


def label_of(page, one):
    return page.find("label", attrs={"for": one["name"]}).text


def test_a_rule_that_nobody_is_sure_of_is_left_out_by_choosing_so(head, served, send):
    send(
        head,
        [("batteries.md", b"# Batteries policy\n\nBatteries and chargers are looked over every August.\n")],
    )
    page = BeautifulSoup(head.get("/office/start/register").text, "html.parser")
    unsure = next(one for one in page.find_all("select") if "Is this asked at all?" in label_of(page, one))

    def answer(said):
        given = {unsure["name"]: said}
        assert post(head, served, "/office/start/register", then="keep", **given).status_code == 303
        return head.get("/office/start/register.yaml").text.count("active: false")

    assert (answer("no"), answer("no"), answer("yes")) == (1, 1, 0)


def test_answers_can_be_kept_for_later_and_the_register_taken_away(head, served, send, policies):
    send(head, policies)
    asked = head.get("/office/start/register")
    given = answers_to(asked, {"Who chairs": "chair@newfield.example"})
    kept = post(head, served, "/office/start/register", then="keep", **given)
    assert kept.headers["location"] == "/office/start/register"
    file = head.get("/office/start/register.yaml")
    assert 'chair: "chair@newfield.example"' in file.text
    assert "key: newfield" in file.text
    assert 'name: "Newfield School"' in file.text


def test_a_file_that_cannot_be_read_keeps_none_of_those_sent_with_it(head, send, policies):
    refused = send(head, [*policies, ("picture.png", b"\x89PNG")])
    assert refused.status_code == 422
    assert "picture.png" in words(refused)
    assert "We read" not in words(head.get("/office/start"))
    assert "Choose the files of your policies." in words(send(head, []))


def test_policies_that_are_sent_twice_by_one_form_are_there_once(head, served, send, policies):
    assert [send(head, policies).status_code for _ in range(2)] == [303, 303]
    with served.store.reading() as conn:
        assert len(school_setup.uploads(conn, KEY, "first policy")) == len(policies)


def test_a_policy_is_taken_out_again(head, served, send, policies):
    send(head, policies[:1])
    form = BeautifulSoup(head.get("/office/start").text, "html.parser").find(
        "form", action=lambda one: one and one.endswith("/out")
    )
    assert post(head, served, form["action"]).status_code == 303
    assert "Upload your policies first." in words(head.get("/office/start"))


@pytest.mark.parametrize(
    ("live_on", "says"), [("2026-11-24", "First confirm the register"), ("", "First confirm the register")]
)
def test_nobody_goes_live_with_half_of_it(head, served, live_on, says):
    refused = post(head, served, "/office/start/live", live_on=live_on)
    assert refused.status_code == 422
    assert says in words(refused)


def test_a_school_that_runs_is_shown_what_is_done_and_keeps_its_register(member, served, send, policies):
    client = member("of")
    assert "Merriwell Green Primary School is live" in words(client.get("/office/start"))
    assert "This school is live" in words(send(client, policies))
    refused = post(client, served, "/office/start/register", then="use")
    assert refused.status_code == 422
    assert "This school is live" in words(refused)
    assert "This school is live" in words(post(client, served, "/office/start/live", live_on="2026-12-01"))
    assert client.get("/office/start/register.yaml").status_code == 404
    assert client.get("/office/start/week").status_code == 200


def test_nobody_but_the_office_opens_it(member, served, stage):
    for address in ("/office/start", "/office/start/register", "/office/start/week"):
        assert member("y5").get(address).status_code == 403
    with httpx.Client(base_url=stage.address) as nobody:
        assert nobody.get("/office/start").status_code == 303
