"""A new school on its pages: from its first policy to the first message, and nothing before its day."""

from datetime import timedelta

import httpx
import pytest
from bs4 import BeautifulSoup
from sent_lists import send_list

from bot.core.clock import local_date
from bot.onboarding.service import begin_school, first_head
from bot.planning.service import plan_day
from bot.records import ledger
from bot.records import register as record_register
from bot.rules.people import School

KEY, SETUP = "newfield", "/office/setup"
ROSTER = (
    "name,email,roles,working days\n"
    "Anna Lee,a.lee@newfield.example,staff; headteacher,Mon-Fri\n"
    "Ben Oak,b.oak@newfield.example,staff; teacher,Mon-Fri\n"
    "Cay Ash,c.ash@newfield.example,staff; office,Mon-Fri\n"
)
TERMS = "Autumn 2, 2026-11-02, 2026-12-18\nSpring 1, 2027-01-04, 2027-02-12"
POLICY = "mobile-smart-technology-and-social-media"


def soup(page, status=200):
    assert page.status_code == status, page.text[:500]
    return BeautifulSoup(page.text, "html.parser")


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


@pytest.fixture
def head(served, member):
    """The head of a school that has nothing but a name, signed in."""
    school = School(KEY, "Newfield School", since=local_date(served.clock()))
    person = first_head(KEY, "Anna Lee", "A.Lee@newfield.example")
    begin_school(served.store, school, person, served.clock(), "a test")
    return member("a.lee@newfield.example", school=KEY)


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


@pytest.fixture
def send(served):
    def sent(client, files):
        data = {"seal": served.seal_of(client)}
        sending = [("file", (name, content, "text/markdown")) for name, content in files]
        return client.post(SETUP, data=data, files=sending)

    return sent


@pytest.fixture
def policies(register):
    return [(path.name, path.read_bytes()) for path in sorted((register.parent / "policies").glob("*.md"))]


@pytest.fixture
def phones(policies):
    return next(one for one in policies if one[0].startswith("mobile"))


def people(head, served):
    files = {"file": ("people.csv", ROSTER.encode(), "text/csv")}
    sent = send_list(head, served, files["file"][1], name=files["file"][0])
    assert post(head, served, sent.headers["location"]).status_code == 303


def card(client, policy=POLICY, sentence=""):
    page = soup(client.get(f"{SETUP}/{policy}" + (f"?sentence={sentence}" if sentence else "")))
    return page, page.select_one("#card [name=sentence]")["value"]


def decide(client, served, sentence, then="keep", policy=POLICY, **more):
    return post(client, served, f"{SETUP}/{policy}", sentence=sentence, then=then, **more)


def rules(served, school=KEY):
    with served.store.reading() as conn:
        return {one.key: one for one in record_register.load_register(conn, school).obligations}


def written_to(served, school=KEY):
    plan = plan_day(served.services, served.clock())
    return {one.person for one in plan.notices if one.school == school}


def test_a_school_goes_from_one_policy_to_its_first_message(head, served, send, phones):
    assert "Set up Handbell for your school" in words(head.get("/office/start"))
    people(head, served)
    was = soup(head.get("/office/settings")).select_one("form[action='/office/settings/year'] [name=was]")
    year = {"was": was["value"], "terms": TERMS, "inset": "", "closed": "", "nation": "England"}
    assert post(head, served, "/office/settings/year", **year).status_code == 303
    assert send(head, [phones]).headers["location"] == f"{SETUP}/{POLICY}"
    for sentence in ("28.2", "45.1"):
        assert decide(head, served, sentence).status_code == 303
    assert written_to(served) == set()
    assert post(head, served, f"{SETUP}/{POLICY}/start").headers["location"] == "/office/start#people"
    assert written_to(served) == set()
    assert "people get a message" in words(head.get("/office/start/week"))
    assert post(head, served, "/office/start/live", live_on="2026-11-24").status_code == 303
    assert "Live from Tuesday 24 November 2026" in words(head.get("/office/start"))
    assert written_to(served) == set()
    served.clock.at += timedelta(days=1)
    # The office checks the signs; everyone has a training to record.
    assert "c.ash@newfield.example" in written_to(served)


def test_a_kept_promise_is_the_rule_its_card_shows_with_its_sentence(head, served, send, phones):
    people(head, served)
    send(head, [phones])
    page, _ = card(head, sentence="45.1")
    shown = page.select_one("#card")
    assert [mark.get_text() for mark in shown.select("mark")] == ["All staff", "at least annually"]
    assert shown.select_one("dd details p").get_text() == "Anna Lee, Ben Oak, Cay Ash"
    assert decide(head, served, "45.1").status_code == 303
    [made] = rules(served).values()
    assert (str(made.audience), [str(one) for one in made.cadence]) == ("staff", ["every 12 months"])
    assert made.source.quotes == ("All staff receive online safety training at least annually.",)
    assert (made.source.stated, made.since) == (True, None)
    page, sentence = card(head)
    assert sentence != "45.1"
    assert page.select_one("progress")["value"] == "1"


def test_what_is_not_printed_and_what_is_about_safety_is_looked_at_twice(head, served, send, phones):
    send(head, [phones])
    # 53.1 prints no time; the safeguarding governor has a safety role.
    for sentence in ("53.1", "59.1"):
        page = soup(decide(head, served, sentence))
        assert page.select_one("#look") is not None
        assert page.select_one("#card [name=looked]")["value"] == "yes"
        assert rules(served) == {} or sentence == "59.1"
        before = len(rules(served))
        assert decide(head, served, sentence, looked="yes").status_code == 303
        assert len(rules(served)) == before + 1


def test_later_comes_after_all_others_and_is_kept(head, served, send, phones):
    send(head, [phones])
    _, first = card(head)
    assert decide(head, served, first, then="later").status_code == 303
    page, second = card(head)
    assert second != first
    [row] = [one for one in page.select("#waiting li") if one.strong is not None]
    assert f"sentence={first}" in row.a["href"]
    assert row is page.select("#waiting li")[-1]
    for _ in range(20):
        page = soup(head.get(f"{SETUP}/{POLICY}"))
        found = page.select_one("#card [name=sentence]")
        if found["value"] == first:
            break
        decide(head, served, found["value"], then="later" if found["value"] != first else "keep")
    assert rules(served) == {}


def test_a_promise_is_merged_with_a_rule_and_taken_apart_again(head, served, send, phones):
    send(head, [phones])
    decide(head, served, "45.1")
    [key] = rules(served)
    refused = soup(decide(head, served, "43.1", then="merge"), 422)
    assert refused.select_one("#rule-wrong") is not None
    assert decide(head, served, "43.1", then="merge", rule=key).status_code == 303
    [made] = rules(served).values()
    assert [one.split()[1] for one in made.source.quotes] == ["staff", "new"]
    page = soup(head.get(f"{SETUP}/{POLICY}"))
    assert page.select_one("progress")["value"] == "2"
    assert page.select_one("#kept").get_text() == "1"
    assert decide(head, served, "43.1", then="again").headers["location"].endswith("?sentence=43.1#card")
    assert [one.split()[1] for one in rules(served)[key].source.quotes] == ["staff"]
    assert decide(head, served, "45.1", then="again").status_code == 303
    assert rules(served) == {}


def test_not_us_and_change_come_back_to_the_next_promise(head, served, send, phones):
    send(head, [phones])
    page, _ = card(head, sentence="45.1")
    links = {one.get_text(): one["href"] for one in page.select("#card a.button")}
    not_us = post(head, served, links["Not us"], why="We have no such training")
    assert not_us.headers["location"] == f"{SETUP}/{POLICY}"
    [made] = rules(served).values()
    assert not made.active
    page = soup(head.get(f"{SETUP}/{POLICY}"))
    assert page.select_one("progress")["value"] == "1"
    assert page.select_one("#kept").get_text() == "0"
    assert soup(head.get(links["Change"])).select_one("[name=quotes]") is not None


def test_a_second_policy_of_a_live_school_asks_no_one_before_it_is_started(member, served, send):
    office = member("of")
    text = (
        "# Fire safety policy\n\n1. Drills\n\nThe office tests the fire alarm every week.\n\n"
        "All staff read the fire plan each September.\n\n"
        "The Designated Safeguarding Lead checks the list of visitors each term.\n"
    )
    at = send(office, [("fire.md", text.encode())]).headers["location"]
    before = rules(served, "merriwell-green").keys()
    while (found := soup(office.get(at)).select_one("#card [name=sentence]")) is not None:
        done = post(office, served, at, sentence=found["value"], then="keep", looked="yes")
        assert done.status_code == 303
    added = rules(served, "merriwell-green").keys() - before
    assert len(added) == 3
    served.clock.at += timedelta(days=14)
    office = member("of")

    def asked():
        planned = plan_day(served.services, served.clock())
        return {item.duty.obligation.key for one in planned.notices for item in one.items} & added

    assert asked() == set()
    # A rule about safeguarding needs the head or the DSL, and then a second person.
    refused = soup(post(office, served, f"{at}/start"), 422)
    assert "headteacher or the DSL" in refused.select_one(".errors").get_text()
    assert asked() == set()
    leader = member("hd")
    to = post(leader, served, f"{at}/start").headers["location"]
    assert to.endswith("?done=waits")
    assert len(rules(served, "merriwell-green").keys() & added) == 2
    waiting = soup(leader.get("/office/rules")).select("#waiting li")
    assert len(waiting) == 1
    with served.store.reading() as conn:
        [entry] = [one for _, one in ledger.entries(conn) if one.action == "started a policy"]
    assert (entry.actor, entry.data) == ("person:hd", {"rules": 2, "waiting": 1})
    assert office.get(at).status_code == 404
    found = set()
    for _ in range(10):
        served.clock.at += timedelta(days=1)
        found |= asked()
    assert found


def test_a_file_that_cannot_be_read_keeps_none_of_those_sent_with_it(head, served, send, policies):
    refused = send(head, [*policies, ("picture.png", b"\x89PNG")])
    assert refused.status_code == 422
    assert "picture.png" in words(refused)
    assert soup(head.get(SETUP)).select("#begun li") == []
    assert "Choose the file of the policy." in words(send(head, []))


def test_policies_that_are_sent_twice_by_one_form_are_there_once(head, served, send, policies):
    assert [send(head, policies).status_code for _ in range(2)] == [303, 303]
    assert len(soup(head.get(SETUP)).select("#begun li")) == len(policies)
    served.clock.at += timedelta(seconds=1)
    assert "is here already" in words(send(head, policies[:1]))


@pytest.mark.parametrize("live_on", ["2026-11-24", ""])
def test_no_one_goes_live_with_half_of_it(head, served, live_on):
    refused = post(head, served, "/office/start/live", live_on=live_on)
    assert refused.status_code == 422
    assert "First start one policy" in words(refused)


def test_nothing_is_started_with_nothing_kept(head, served, send, phones):
    send(head, [phones])
    refused = post(head, served, f"{SETUP}/{POLICY}/start")
    assert "Keep at least one promise first." in words(refused)


def test_a_school_that_is_begun_knows_whom_reports_go_to(head, served):
    with served.store.reading() as conn:
        known = record_register.load_register(conn, KEY)
    assert {one.category for one in known.routes} >= {"allegation", "concern-about-head", "data-breach"}
    assert all(one.to for one in known.routes)


def test_a_school_that_runs_is_shown_what_is_done(member, served):
    client = member("of")
    assert "Merriwell Green Primary School is live" in words(client.get("/office/start"))
    assert "This school is live" in words(post(client, served, "/office/start/live", live_on="2026-12-01"))
    assert client.get("/office/start/week").status_code == 200


def test_no_one_but_the_office_opens_it(member, served, stage):
    for address in ("/office/start", "/office/start/week", SETUP):
        assert member("y5").get(address).status_code == 403
    with httpx.Client(base_url=stage.address) as nobody:
        assert nobody.get("/office/start").status_code == 303
