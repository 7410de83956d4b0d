"""The calendar to subscribe to: what is in it, whom it names (nobody), and when its address stops working."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar

from bot.planning.duties import list_duties, planning_context
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.records import review_delegations
from bot.rules.policies import Delegation
from bot.today.calendar_feed import calendar_link, new_calendar_link

SCHOOL = "merriwell-green"


@pytest.fixture
def subscribe(served, member):
    """Make somebody's address on their page, and return its path."""

    def made(person="gc"):
        client = member(person)
        form = BeautifulSoup(client.get("/me/calendar").text, "html.parser").find(id="make")
        hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
        assert client.post(form["action"], data=hidden).status_code == 303
        page = BeautifulSoup(client.get("/me/calendar").text, "html.parser")
        served.clock.turn(seconds=1)
        return page.find(id="address")["value"].removeprefix("http://127.0.0.1")

    return made


@pytest.fixture
def events(client, subscribe):
    """What a calendar program gets, by title."""
    answer = client.get(subscribe())
    assert answer.status_code == 200
    return {str(one["summary"]): one for one in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_it_holds_meetings_papers_and_reviews_as_whole_days(events):
    meeting = events["Full governing body meets"]
    assert meeting["dtstart"].dt.weekday() == 3
    papers = events["Papers go out: Full governing body of 10 December 2026"]
    assert papers["dtstart"].dt == date(2026, 12, 2)
    assert str(papers["description"]) == (
        "To approve: Mobile, Smart Technology and Social Media Policy; "
        "Child Protection and Safeguarding Policy."
    )
    review = events["Review due: Child Protection and Safeguarding Policy"]
    assert review["dtstart"].dt == date(2026, 12, 17)
    assert str(review["description"]) == "It goes to the Full governing body on 10 December 2026."
    acceptable = events["Review due: Staff Acceptable Use of Technology Policy"]
    assert str(acceptable["description"]) == "No coming meeting of the Resources committee is known."
    for event in events.values():
        assert event["dtstart"].params["value"] == "DATE"
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(days=1)


def test_it_keeps_the_rules_of_calendar_files(client, subscribe, served):
    answer = client.get(subscribe())
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["version"]), str(calendar["method"])) == ("2.0", "PUBLISH")
    assert calendar["refresh-interval"].dt == timedelta(days=1)
    assert str(calendar["name"]) == "Merriwell Green Primary School: my dates"
    names = [str(one["uid"]) for one in calendar.walk("VEVENT")]
    assert len(set(names)) == len(names)
    for event in calendar.walk("VEVENT"):
        assert event["dtstamp"].dt.utcoffset() == timedelta(0)
        assert str(event["organizer"]) == "mailto:office@merriwell.example"
        assert event.get("attendee") is None
        assert event.errors == []


def test_it_names_no_one(client, subscribe, served):
    with served.store.writing() as conn:
        to = Delegation("dh", date(2026, 11, 27), date(2026, 11, 23))
        review_delegations.delegate(conn, SCHOOL, "child-protection", to=to, by="cl", now=served.clock())
    text = client.get(subscribe()).content.decode().replace("\r\n ", "")
    with served.store.reading() as conn:
        names = [one.name for one in record_people.roster(conn, SCHOOL).values()]
    assert [name for name in names if name in text or name.split()[-1] in text] == []


def test_a_date_that_moves_keeps_its_name_and_its_number_rises(client, subscribe, served, register):
    address = subscribe()
    before = {str(one["uid"]): one for one in Calendar.from_ical(client.get(address).content).walk("VEVENT")}
    text = register.read_text(encoding="utf-8").replace(
        'next_review: "2026-12-17"', 'next_review: "2026-12-11"'
    )
    register.write_text(text, encoding="utf-8")
    served.clock.turn(days=1)
    served.apply(register)
    after = {str(one["uid"]): one for one in Calendar.from_ical(client.get(address).content).walk("VEVENT")}
    assert before.keys() == after.keys()
    moved = [uid for uid in after if after[uid]["dtstart"].dt != before[uid]["dtstart"].dt]
    reviews = [uid for uid in moved if str(after[uid]["summary"]).startswith("Review due")]
    assert [after[uid]["dtstart"].dt for uid in reviews] == [date(2026, 12, 11)]
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in after)


def test_no_one_has_an_address_before_they_make_one(client, served):
    assert calendar_link(served.services, SCHOOL, "gc", served.clock()) == ""
    made = new_calendar_link(served.services, SCHOOL, "g4", served.clock())
    path = made.removeprefix("http://127.0.0.1")
    assert client.get(path).status_code == 200
    assert client.get(path.replace(".ics", "x.ics")).status_code == 404


def test_a_new_address_makes_the_old_one_useless(client, subscribe, served):
    first, others = subscribe("gc"), subscribe("g4")
    second = subscribe("gc")
    answer = client.get(first)
    assert answer.status_code == 404
    assert "This calendar link is not used any more." in answer.text
    assert {client.get(one).status_code for one in (second, others)} == {200}


def test_the_same_form_twice_makes_one_address(member, served):
    client = member("gc")
    form = BeautifulSoup(client.get("/me/calendar").text, "html.parser").find(id="make")
    hidden = {one["name"]: one["value"] for one in form.find_all("input", type="hidden")}
    for _ in range(2):
        assert client.post("/me/calendar", data=hidden).status_code == 303
    with served.store.reading() as conn:
        assert review_delegations.calendar_serial(conn, SCHOOL, "gc") == 1


def test_a_form_no_page_of_ours_sent_makes_no_address(member, served):
    answer = member("gc").post("/me/calendar", data={"seal": "forged"})
    assert answer.status_code == 422
    assert "open too long" in answer.text
    assert calendar_link(served.services, SCHOOL, "gc", served.clock()) == ""


def test_an_address_opens_nothing_for_who_has_left(client, subscribe, served):
    address = subscribe("g4")
    assert client.get(address).status_code == 200
    served.change_person("g4", leaves_on=date(2026, 11, 20))
    assert client.get(address).status_code == 404


def test_who_is_no_governor_any_more_has_only_their_own_tasks(client, subscribe, served):
    address = subscribe("g4")
    assert "meets" in client.get(address).text
    served.change_person("g4", roles=frozenset({"volunteer"}))
    assert "meets" not in client.get(address).text
    assert "Review due" not in client.get(address).text


def test_a_teacher_has_their_own_open_tasks_by_their_due_days(client, subscribe, served):
    events = Calendar.from_ical(client.get(subscribe("y5")).content).walk("VEVENT")
    found = {(str(one["summary"]), one["dtstart"].dt) for one in events}
    with served.store.reading() as conn:
        snapshot = load_snapshot(conn, served.clock().date(), (SCHOOL,))
    expected = {
        (f"Due: {one.obligation.named}", one.due_on)
        for one in list_duties(planning_context(snapshot, served.clock().date()), "y5")
        if one.due_on and one.state.value in {"no record", "overdue", "due soon", "open"}
    }
    assert expected
    assert expected <= found
    assert all(title.startswith("Due: ") for title, _ in found)


def test_the_page_leads_to_the_calendar_programs(member):
    client = member("y5")
    page = BeautifulSoup(client.get("/me/calendar").text, "html.parser")
    assert page.find(id="address") is None
    seal = page.find(id="make").find("input", {"name": "seal"})["value"]
    client.post("/me/calendar", data={"seal": seal})
    page = BeautifulSoup(client.get("/me/calendar").text, "html.parser")
    address = page.find(id="address")["value"]
    links = [link["href"] for link in page.select("main a.button")]
    assert f"webcal:{address.partition(':')[2]}" in links
    hosts = {link.split("/")[2] for link in links if link.startswith("https:")}
    assert hosts == {"outlook.office.com", "calendar.google.com"}
    assert client.get("/governors/calendar", follow_redirects=False).headers["location"] == "/me/calendar"


def test_an_address_lasts_for_years(client, subscribe, served):
    address = subscribe()
    served.clock.turn(days=900)
    assert client.get(address).status_code == 200


def test_the_link_of_another_page_opens_no_calendar(client, served):
    token = served.duty("gc", "read-child-protection").rpartition("/")[2]
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_it_is_kept_up_at_any_address_of_its_reader(client, subscribe, served):
    """It is made on a page and never mailed; a calendar program would fall silent without a word."""
    feed = subscribe("cl")
    with served.store.writing() as conn:
        record_people.mark_reachable(conn, "cl", "clerk.new@merriwell.example", served.clock())
    assert client.get(feed).status_code == 200
