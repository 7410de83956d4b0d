"""The head's dashboard: what it shows to whom, and that every number opens the list behind it."""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup

from bot.dashboard.pages import TREND_TITLE
from bot.database import job_runs
from bot.delivery.service import deliver
from bot.onboarding.service import begin_school, first_head
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import evidence as record_evidence
from bot.records import register as record_register
from bot.records.evidence import EvidenceRecord
from bot.rules.evidence import Outcome
from bot.rules.people import School
from bot.status.trend import group_word, points, trend

SCHOOL = "merriwell-green"
PAGES = (
    "",
    "/people-by-task",
    "/trend",
    "/trend.svg",
    "/policies",
    "/stuck",
    "/findings",
    "/messages",
    "/training",
)


def soup(page):
    assert page.status_code == 200, page.text[:600]
    return BeautifulSoup(page.text, "html.parser")


def words(page):
    return " ".join(soup(page).get_text(" ").split())


def rows(page):
    """Count the rows of a list, those of its further pages among them."""
    table = soup(page).select_one("table")
    return int(table.get("data-total") or len(table.select("tbody tr")))


def snapshot(school):
    with school.store.reading() as conn:
        return load_snapshot(conn, school.clock().date(), (SCHOOL,))


def trained(school, person, days_ago):
    with school.store.writing() as conn:
        record = EvidenceRecord(
            idempotency_key=f"{person} {days_ago}",
            school=SCHOOL,
            obligation="safeguarding-training",
            person=person,
            person_name=person,
            acted_on=school.clock().date() - timedelta(days=days_ago),
            recorded_at=school.clock(),
            identified_by="the office's training list",
            channel="import",
            outcome=Outcome.DONE,
        )
        record_evidence.record(conn, record)


@pytest.mark.parametrize(
    ("person", "status"), [("hd", 200), ("dh", 200), ("y5", 403), ("of", 403), ("gc", 403)]
)
def test_the_head_and_the_deputy_may_see_it_and_no_one_else(member, person, status):
    client = member(person)
    assert {page: client.get(f"/school{page}").status_code for page in PAGES} == dict.fromkeys(PAGES, status)


def test_a_person_who_is_not_signed_in_is_asked_to(client):
    answer = client.get("/school?theme=dark")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/school%3Ftheme%3Ddark")


def test_every_number_of_an_area_opens_a_list_of_that_many(served, member):
    trained(served, "y5", 400)
    head = member("hd")
    checked = 0
    for link in soup(head.get("/school")).select("a.to-list[href^='/school/']"):
        number = int(re.match(r"\d+", link.get_text(strip=True))[0])
        assert rows(head.get(link["href"])) == number, link["href"]
        checked += 1
    assert checked >= 6


def test_every_number_of_the_trend_opens_a_list_of_that_many(served, member):
    trained(served, "y1", 10)
    head = member("hd")
    for address in ("/school/trend", "/school/trend?area=training"):
        links = soup(head.get(address)).select("td a.number")
        assert len(links) > 4
        for link in links:
            number = int(re.match(r"\d+", link.get_text(strip=True))[0])
            assert rows(head.get(link["href"])) == number, link["href"]


def test_who_is_late_stands_on_today_and_the_reason_in_the_list(served, member):
    trained(served, "y5", 400)
    head = member("hd")
    assert "Adam Sorley" in soup(head.get("/me")).main.get_text()
    assert "Last done on" in words(head.get("/school/training"))


def test_who_is_stuck_stands_under_their_line_manager(served, member):
    trained(served, "y5", 400)
    page = soup(member("hd").get("/school/stuck"))
    team = page.find("h2", string="Tom Okafor-Lane").find_parent("section")
    assert "Adam Sorley" in team.get_text()


def test_each_policy_stands_once_in_the_month_of_its_review(served, member):
    page = soup(member("hd").get("/school/policies"))
    named = [one.get_text() for one in page.select("section li .row > a")]
    titles = [one.title for one in snapshot(served).policies.values()]
    assert sorted(named) == sorted(titles)


def test_cases_are_counted_only_for_the_person_who_may_open_them(served, member, case_of):
    case_of()
    assert "1 case is open" in words(member("hd").get("/school"))
    about_head = case_of(category="concern-about-head")
    head = member("hd").get("/school").text
    assert "1 case is open" in head
    assert about_head not in head


def jobs_in_sight(page):
    ran = BeautifulSoup(page.text, "html.parser").select_one("section[aria-labelledby=ran-heading]")
    return [one.get_text() for one in ran.select("strong") if one.find_parent("details") is None]


def test_it_says_when_handbell_did_not_run(served, member):
    assert "We hold no record that the schedules ever ran" in words(member("hd").get("/school"))
    now = served.clock()
    for job, ok in (("heartbeat", True), ("read the rosters", False)):
        with served.store.writing() as conn:
            slot, hour = job_runs.Slot(job, now), timedelta(hours=1)
            claim = job_runs.claim(conn, slot, now=now, lost_after=hour, retry_after=hour)
            job_runs.finish(conn, claim, now=now, outcome="another-school: 3 people", ok=ok)
    said = words(member("hd").get("/school"))
    assert "Handbell is running." in said
    assert "Did not end well on Monday 23 November 2026 at 08:10" in said
    assert "another-school" not in said
    # What is not well stands in sight; the rest is folded away.
    assert jobs_in_sight(member("hd").get("/school")) == ["Read the rosters."]
    with served.store.writing() as conn:
        for part, days in (("", 1), ("another-school", 0)):
            slot = job_runs.Slot("plan the day", now, part, "", now + timedelta(days=days))
            claim = job_runs.claim(conn, slot, now=now, lost_after=hour, retry_after=hour)
            job_runs.finish(conn, claim, now=now, outcome="well", ok=True)
    said = words(member("hd").get("/school"))
    assert (
        "Ended well on Monday 23 November 2026 at 08:10. Next on Tuesday 24 November 2026 at 08:10." in said
    )
    served.clock.turn(hours=1)
    assert "Late:" not in words(member("hd").get("/school"))
    assert "The schedules were last alive on Monday 23 November 2026 at 08:10" in words(
        member("hd").get("/school")
    )
    served.clock.turn(days=1)
    late = "Late: it should have begun on Tuesday 24 November 2026 at 08:10. It last ended well on Monday"
    assert late in words(member("hd").get("/school"))


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("dark", "dark"),
        ("contrast", "contrast"),
        ("light", "light"),
        ("default", "light"),
        ('x" onload="', None),
    ],
)
def test_the_theme_of_the_teams_tab_is_taken_and_goes_along(member, asked, given):
    page = soup(member("hd").get("/school", params={"theme": asked}))
    assert page.html.get("data-theme") == given
    links = [link["href"] for link in page.select("main a[href^='/school/']")]
    assert links
    assert all((f"theme={given}" in link) == (given is not None) for link in links)


@pytest.mark.parametrize(
    "address",
    [
        "/school/nothing-of-the-sort",
        "/school/training?state=late",
        "/school/training?group=many",
        "/school/training?on=2026-11-05",
        "/school/training?on=yesterday",
        "/school/trend?area=nothing",
        "/school/trend.svg?area=nothing",
        "/school/trend.svg?shape=round",
    ],
)
def test_an_address_that_names_nothing_is_not_found(member, address):
    assert member("hd").get(address).status_code == 404


def test_the_chart_is_svg_with_words_and_shows_the_numbers_of_the_trend(served, member):
    answer = member("hd").get("/school/trend.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    root = ET.fromstring(answer.content)
    said = [one.text for one in root.iter("{http://www.w3.org/2000/svg}text")]
    today = trend(snapshot(served), SCHOOL, served.clock().date())[-1]
    for group, number in today.counts.items():
        assert f"{number} {group_word(group)}" in said
    assert root.get("role") == "img"
    assert root.find("{http://www.w3.org/2000/svg}title").text == TREND_TITLE
    assert (
        f"{today.counts['no record']} are not recorded" in root.find("{http://www.w3.org/2000/svg}desc").text
    )
    assert "script" not in answer.text


def test_the_same_chart_is_kept_and_a_changed_one_is_sent_again(served, member):
    head = member("hd")
    first = head.get("/school/trend.svg")
    kept = head.get("/school/trend.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (kept.status_code, kept.content) == (304, b"")
    assert head.get("/school/trend.svg").content == first.content
    trained(served, "y1", 1)
    again = head.get("/school/trend.svg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content == first.content) == (200, False)
    dark = head.get("/school/trend.svg?theme=dark&shape=narrow")
    assert b"#1d222b" in dark.content


@pytest.mark.parametrize(
    ("days_old", "waits"),
    [
        (-7, "From Tuesday 1 December 2026 on, a picture here shows how much was done"),  # live in a week
        (0, "From Tuesday 24 November 2026 on, a picture here shows how much was done"),
        (1, ""),
    ],
)
def test_a_new_school_reads_what_the_trend_will_show_and_from_when(served, member, days_old, waits):
    with served.store.writing() as conn:
        known = record_register.load_register(conn, SCHOOL, to_change=True)
        since = served.clock().date() - timedelta(days=days_old)
        record_register.save_register(
            conn, replace(known, school=replace(known.school, since=since)), served.clock()
        )
    client = member("hd")
    page = client.get("/school/trend")
    assert bool(soup(page).select("img[src*='trend.svg']")) == (not waits)
    assert waits in words(page)
    paper = client.get("/school/report.pdf")
    assert paper.content.startswith(b"%PDF")


def test_a_school_that_asks_nothing_yet_reads_when_the_trend_begins(served, member):
    school = School("newfield", "Newfield School", since=served.clock().date() - timedelta(days=40))
    begin_school(
        served.store, school, first_head("newfield", "Anna Lee", "a@new.example"), served.clock(), "a test"
    )
    page = member("a@new.example", school="newfield").get("/school/trend")
    assert "Nothing is asked of anybody yet. Once something is, a picture here shows" in words(page)
    assert not soup(page).select("img[src*='trend.svg']")


def test_the_trend_has_a_row_for_every_day_and_says_how_it_went(served, member):
    trained(served, "y1", 8)
    page = member("hd").get("/school/trend")
    known = snapshot(served).schools[SCHOOL]
    assert rows(page) == len(points(known.since, served.clock().date()))
    assert "were not recorded" in words(page)


def test_nothing_of_another_school_is_shown(served, member, second_school):
    there = member("oh", school=second_school)
    for page in PAGES:
        if page != "/trend.svg":
            assert "Merriwell" not in there.get(f"/school{page}").text


def hidden(form):
    return {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}


@pytest.fixture
def morning(served):
    """The morning's messages are written down and wait."""
    plan_day(served.services, served.clock())
    return served


@pytest.fixture
def stop(morning, member):
    """Send the form of the stop button as the head."""
    head = member("hd")

    def send(which=0, **typed):
        form = soup(head.get("/school/messages")).select("main form:not([action='/sign-out'])")[which]
        return head.post(form["action"], data=hidden(form) | typed)

    send.head = head
    return send


def waiting_for(morning, person):
    with morning.store.reading() as conn:
        from bot.dashboard.holds import todays

        return next(
            one.id for one in todays(conn, snapshot(morning), SCHOOL, morning.clock()) if one.person == person
        )


def states(morning):
    deliver(morning.services, now=morning.clock(), limit=100)
    from bot.messages import store as outbox

    with morning.store.reading() as conn:
        return {one.person: one.state for one in outbox.recent(conn, limit=200)}


def test_one_persons_message_is_held_with_a_reason_and_shown_as_held(morning, stop):
    answer = stop(message=waiting_for(morning, "y5"), why="We talk about it on Tuesday.")
    assert answer.status_code == 303
    page = words(stop.head.get(answer.headers["location"]))
    assert "1 message held back." in page
    assert "Held by Helen Achebe on Monday 23 November 2026 at 08:10: “We talk about it on Tuesday.”" in page
    assert "1 held back" in words(stop.head.get("/school"))
    found = states(morning)
    assert (found["y5"], found["y6"]) == ("withdrawn", "sent")


def test_all_about_one_thing_is_held_at_once(morning, stop):
    stop(about="read-mobile", why="It is being corrected.")
    assert set(states(morning).values()) >= {"withdrawn"}
    assert states(morning)["y5"] == states(morning)["y6"] == "withdrawn"


def test_what_is_held_can_be_let_go(morning, stop):
    held = waiting_for(morning, "y5")
    stop(message=held, why="Not yet.")
    answer = stop(1, message=held)
    assert "1 message let go." in words(stop.head.get(answer.headers["location"]))
    assert states(morning)["y5"] == "sent"


def test_without_a_reason_nothing_is_held_and_what_was_chosen_stays(morning, stop):
    chosen = waiting_for(morning, "y5")
    answer = stop(message=chosen, why="")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.select_one(".errors a")["href"] == "#why"
    assert page.find("input", value=chosen).has_attr("checked")
    assert "withdrawn" not in states(morning).values()


def test_without_a_choice_the_reason_stays(morning, stop):
    answer = stop(why="Because.")
    page = BeautifulSoup(answer.text, "html.parser")
    assert (answer.status_code, page.find(id="why")["value"]) == (422, "Because.")


def test_a_form_of_another_session_holds_nothing(morning, stop, member):
    deputys = soup(member("dh").get("/school/messages")).find("input", {"name": "seal"})["value"]
    answer = stop(message=waiting_for(morning, "y5"), why="Because.", seal=deputys)
    assert answer.status_code == 422
    assert "open too long" in answer.text
    assert "withdrawn" not in states(morning).values()


def test_what_had_gone_meanwhile_is_said(morning, stop):
    chosen = waiting_for(morning, "y5")
    form = soup(stop.head.get("/school/messages")).select("main form:not([action='/sign-out'])")[0]
    states(morning)
    data = hidden(form) | {"message": chosen, "why": "Too late."}
    answer = stop.head.post("/school/messages", data=data)
    said = words(stop.head.get(answer.headers["location"]))
    assert "0 messages held back. 1 message had gone already" in said


def test_the_address_cannot_make_the_page_say_something(morning, stop):
    for said in ("held 1", "lost 3 2", "held x 2"):
        assert "held back." not in words(stop.head.get("/school/messages", params={"done": said}))


def test_a_school_without_a_register_has_a_page_that_says_what_will_stand_there(
    served, member, second_school
):
    page = soup(member("oh", school=second_school).get("/school"))
    assert page.select("a.to-list") == []
    assert "None yet" in page.select_one("[data-line=accounts]").get_text()
    page = member("oh", school=second_school).get(urljoin("/school/", "policies"))
    assert "No policies added yet." in words(page)
