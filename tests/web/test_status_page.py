"""The head's page: what matters first, figures by area, what needs a person; honest about unknowns."""

import re
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup

from bot.actions import sending_refused
from bot.actions.case_lessons import Lesson, share_lesson
from bot.actions.case_pen import at_work
from bot.actions.case_work import CaseRow
from bot.actions.deliver import deliver
from bot.actions.plan_day import plan_day
from bot.actions.plan_parts import plan_today
from bot.domain.cases import CaseState
from bot.domain.duties import State
from bot.domain.obligations import Kind
from bot.domain.status import Line
from bot.errors import GiveUp, Unclear
from bot.links import Link
from bot.sealing import CaseKeys, new_master_key
from bot.store import outside, people
from bot.web import attention, dashboard
from bot.web.app import create_app
from bot.web.casecard import next_step

SETTING = "merriwell-green"
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
AREAS = ["Policy reviews", "Reading policies", "Training", "Agreements", "Checks, reports and decisions"]


def soup(page):
    assert page.status_code == 200, page.text
    return BeautifulSoup(page.text, "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


def section(page, heading):
    found = next(one for one in page.find_all("h2") if words(one) == heading)
    return words(found.find_parent("section"))


def line(state=State.OVERDUE, name="Jo Bell", **given):
    plain = Line(
        person=name,
        name=name,
        obligation="train",
        title="Safeguarding training",
        kind=Kind.TRAIN,
        cycle="first",
        state=state,
        due_on=None,
        why="It is asked for every 12 months.",
        subject=None,
        cites="",
    )
    return replace(plain, **given)


def area(*lines, title="Training"):
    return dashboard.Area(title, dashboard.slug(title), {}, "", "", lines)


def test_the_page_names_the_school_the_day_and_what_matters_first(school, client):
    page = soup(client.get(school.status()))
    assert words(page.h1) == "Monday 23 November 2026 Three things first"
    first = words(page.find("ol", class_="first"))
    assert "Review of the Mobile, Smart Technology and Social Media Policy" in first
    assert "No meeting is in time." in first
    assert "Call an extra meeting" not in first
    assert "Helen Achebe" in words(page.header)


def test_unknowns_stand_in_the_row_of_the_overdue_and_nothing_is_a_bare_percentage(school, client):
    page = soup(client.get(school.status()))
    tiles = {words(tile.h3): words(tile.ul) for tile in page.find_all("article")}
    assert list(tiles) == AREAS
    assert "1 overdue" in tiles["Policy reviews"]
    assert tiles["Training"] == "29 no record 1 due soon"
    assert "%" not in words(page)
    assert "“No record” means that we hold none" in words(page)


def test_every_number_has_its_list(school, client):
    page = soup(client.get(school.status()))
    for tile in page.find_all("article"):
        link = tile.find("a")
        listed = soup(client.get(link["href"]))
        rows = listed.find("tbody").find_all("tr")
        counted = sum(int(words(chip).split()[0].replace(",", "")) for chip in tile.select(".chip"))
        assert len(rows) == counted == int(words(link).split()[2])
        assert words(listed.h1).endswith(words(tile.h3))


@pytest.mark.parametrize(("area", "head"), [("policy-reviews", "When"), ("training", "Due")])
def test_the_day_beside_a_review_says_whether_it_is_its_own_or_its_next_steps(school, client, area, head):
    page = soup(client.get(f"{school.status()}/{area}"))
    assert [one.get_text() for one in page.select("thead th")][3] == head
    days = [words(row.select("td")[2]) for row in page.select("tbody tr")]
    said = {" ".join(one.split()[:2]) for one in days if one != "no date"}
    asked = {"review due", "meeting on"}
    assert said == asked if area == "policy-reviews" else asked.isdisjoint(said)


def test_the_list_holds_the_choices_when_no_meeting_is_in_time(school, client):
    listed = words(soup(client.get(f"{school.status()}/policy-reviews")))
    assert "Call an extra meeting" in listed


def test_an_answer_moves_the_figures(school, client, form):
    def counts():
        page = soup(client.get(school.status()))
        tile = next(one for one in page.find_all("article") if words(one.h3) == "Agreements")
        return words(tile.ul)

    assert "done" not in counts()
    form(school.duty("y5", "agree-acceptable-use")).send(outcome="done", name="Adam Sorley")
    assert "1 done" in counts()


def test_questions_and_refusals_wait_where_the_head_sees_them(school, client, form):
    waiting = "Waiting for an answer"
    assert "Nobody waits." in section(soup(client.get(school.status())), waiting)
    form(school.duty("y5", "read-mobile")).send(outcome="question", name="Adam Sorley", question="My watch?")
    form(school.duty("y6", "read-mobile")).send(outcome="declined", name="Nadia Karim", reason="No.")
    said = section(soup(client.get(school.status())), waiting)
    assert "Adam Sorley has a question about Mobile, Smart Technology and Social Media Policy." in said
    assert "Nadia Karim cannot agree: Mobile, Smart Technology and Social Media Policy." in said
    assert "Since Monday 23 November 2026." in said
    assert "My watch?" not in said


def test_what_goes_out_next_names_the_letters_about_accounts_too(school, client):
    said = section(soup(client.get(school.status())), "What goes out next")
    assert "Monday 23 November 2026, today" in said
    assert "Helen Achebe Should not post now: Merriwell Green Primary School" in said
    plan_today(school.services, school.clock())
    deliver(school.services, now=school.clock(), limit=500)
    assert "Should not post" not in section(soup(client.get(school.status())), "What goes out next")


def test_an_absence_is_no_question():
    assert list(attention._talks("merriwell-green", [line(State.PAUSED)], {})) == []


def test_what_goes_out_next_is_named_with_its_day(school, client):
    said = section(soup(client.get(school.status())), "What goes out next")
    assert re.search(r"Monday 23 November 2026,? ?, today", said)
    assert re.search(r"And \d+ more people\.", said)


def test_once_told_nobody_is_told_again_the_same_day(school, client):
    plan_day(school.services, school.clock())
    said = section(soup(client.get(school.status())), "What goes out next")
    assert "today" not in said


def test_when_everybody_has_left_nothing_goes_out_for_two_weeks(school, client):
    with school.store.reading() as conn:
        everybody = set(people.roster(conn, "merriwell-green"))
    for key in everybody - {"vo"}:
        school.change_person(key, leaves_on=date(2026, 11, 20))
    school.change_person("vo", roles=frozenset({"visitor"}))
    said = section(soup(client.get(school.status("vo"))), "What goes out next")
    assert "Nothing goes out in the next two weeks." in said


def test_whom_we_cannot_reach_is_named_once_with_what_to_do(school, client):
    with school.store.writing() as conn:
        people.mark_unreachable(conn, "y5", "550 no such mailbox")
    said = section(soup(client.get(school.status())), "People we could not reach")
    assert "Irene Castle has no e-mail address." in said
    assert said.count("Sorley") == 1
    assert "550 no such mailbox" in said


@pytest.mark.parametrize(
    ("answer", "said", "hint"),
    [
        (GiveUp("550 no such mailbox"), "Adam Sorley: 550 no such mailbox", "Correct the address"),
        (Unclear("the line went dead"), "Adam Sorley: It may have arrived", "Ask whether it arrived."),
    ],
)
def test_a_message_that_reached_nobody_is_shown_with_its_reason(school, client, answer, said, hint):
    plan_day(school.services, school.clock())
    deliver(replace(school.services, mailer=Refusing(answer)), now=school.clock(), limit=100)
    shown = section(soup(client.get(school.status())), "People we could not reach")
    assert said in shown
    assert hint in shown


class Refusing:
    """A mailer whose server never takes anything and never tells."""

    repeats_are_marked = False

    def __init__(self, answer):
        self.answer = answer

    def send(self, message, then=None, *, before=None):
        raise self.answer

    def look_up(self, message_id):
        return None

    def close(self):
        """Nothing is held open."""


def test_a_reader_who_has_left_sees_nothing(school, client):
    address = school.status()
    school.change_person("hd", leaves_on=date(2026, 11, 20))
    page = client.get(address)
    assert page.status_code == 404
    assert "somebody who is not here now" in page.text
    assert "Merriwell" not in page.text


@pytest.mark.parametrize("person", ["nobody", "hd"])
def test_a_link_of_another_setting_or_an_unknown_person_shows_nothing(school, client, person):
    setting = "merriwell-green" if person == "nobody" else "elsewhere"
    token = school.services.links.make(Link("status", setting, person), school.clock())
    page = client.get(f"/s/{token}")
    assert page.status_code == 404
    assert "Merriwell" not in page.text


def test_an_area_that_is_not_there_says_so(school, client):
    assert client.get(f"{school.status()}/secrets").status_code == 404


def test_looking_at_the_figures_writes_nothing(school, client):
    before = school.written()
    for _ in range(5):
        client.get(school.status())
        client.head(school.status())
    assert school.written() == before


def test_the_status_link_runs_out_too(school, client):
    address = school.status()
    school.clock.turn(days=61)
    assert client.get(address).status_code == 410


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line()], "A word with Jo Bell helps now."),
        ([line(State.NO_RECORD)], "A date or a certificate from Jo Bell is enough."),
        ([line(State.NO_RECORD, kind=Kind.SIGN)], "Still to answer: Jo Bell."),
        ([line(State.DUE_SOON), line(State.DUE_SOON, "Sam Reed")], "Still to answer: Jo Bell and Sam Reed."),
        ([line(name=n) for n in ("A", "B", "C", "D")], "A word with A, B and 2 more helps now."),
        ([line(kind=Kind.REVIEW)], "With Jo Bell."),
        (
            [line(kind=Kind.REVIEW, subject="no meeting")],
            "Choose a way with Jo Bell; the list has the choices.",
        ),
        (
            [line(kind=Kind.REVIEW, subject="meetings")],
            "Jo Bell can add it to the meeting dates.",
        ),
        ([line(State.PAUSED)], "On hold: Jo Bell."),
        ([line(State.DONE)], "Nothing to do."),
    ],
)
def test_the_next_step_names_whom_and_what_helps(lines, expected):
    assert dashboard.next_step(lines) == expected


def test_overdue_comes_before_no_record_and_reviews_before_others():
    shown = [
        area(line(State.NO_RECORD, obligation="sign"), line(), line(name="Sam Reed"), line(State.DONE)),
        area(line(kind=Kind.REVIEW, obligation="review", title="Review"), title="Policy reviews"),
    ]
    things = dashboard.first_things(shown)
    assert [(one.state, one.says) for one in things] == [
        (State.OVERDUE, "Review"),
        (State.OVERDUE, "Safeguarding training: 2 people"),
        (State.NO_RECORD, "Safeguarding training"),
    ]
    assert dashboard.headline(things) == "Three things first"


def test_a_quiet_day_says_so():
    assert dashboard.first_things([area(line(State.DUE), line(State.DONE))]) == ()
    assert dashboard.headline(()) == "Nothing needs you today"


def test_a_thing_is_dated_by_the_earliest_of_its_dates():
    days = [date(2026, 11, 20), None, date(2026, 11, 13)]
    (thing,) = dashboard.first_things([area(*(line(due_on=day) for day in days))])
    assert thing.due_on == date(2026, 11, 13)


def test_a_school_that_asks_nothing_yet_is_told_what_will_stand_here(school, client):
    with sqlite3.connect(school.store.engine.url.database) as database:
        database.execute("update obligation set listed = 0")
    database.close()
    page = words(soup(client.get(school.status())))
    assert "Nothing needs you today" in page
    assert "It stands here as soon as a register has been applied." in page


# The card about cases


CARD = "Cases you may open"


def card(client, address):
    page = soup(client.get(address))
    return section(page, CARD) if CARD in words(page) else None


def close(school, number, person, **given):
    with at_work(school.services, SETTING, number, person, school.clock()) as pen:
        pen.move(state=CaseState.CLOSED.value, closed_at=school.clock())
        pen.change(**given)


def test_without_a_case_there_is_no_card(school, client):
    assert card(client, school.status()) is None


def test_the_card_tells_how_many_by_state_what_they_are_about_and_what_comes_first(school, client, case_of):
    numbers = [case_of(), case_of(), case_of(category="filtering")]
    close(school, numbers[1], "dh")
    said = card(client, school.status())
    assert "2 cases are open." in said
    assert "By state 2 received, 1 closed" in said
    assert "About A visitor's phone or conduct: 2 Filtering and monitoring: 1" in said
    assert "late" not in said


def test_a_late_clock_is_counted_and_comes_first(school, client, case_of):
    number = case_of(category="allegation")
    assert f"First: tell the LADO, 24 hours left (case {number})." in card(client, school.status())
    school.clock.turn(days=3)
    said = card(client, school.status())
    assert "1 case is open, 1 late." in said
    assert "overdue 1 case late" in said
    assert f"(case {number})" in said


def test_a_lesson_stands_there_once_its_case_is_closed_and_names_no_case(school, client, case_of):
    number = case_of()
    lesson = Lesson("Tell visitors about cameras.", "training")
    share_lesson(school.services, SETTING, number, "dh", lesson=lesson, now=school.clock())
    assert "cameras" not in card(client, school.status())
    close(school, number, "dh")
    said = card(client, school.status())
    assert "Lessons learnt Tell visitors about cameras." in said
    assert "1 case closed. Nothing is asked of you." in said


@pytest.mark.parametrize(("person", "opener"), [("hd", "gc"), ("dh", "hd")])
def test_a_case_about_the_reader_changes_not_one_byte(school, client, case_of, person, opener):
    case_of(about="Somebody")
    address = school.status(person)
    before = client.get(address).content
    assert CARD.encode() in before
    name = {"hd": "Helen Achebe", "dh": "Mr Okafor-Lane"}[person]
    number = case_of(about=name, category="allegation")
    assert client.get(address).content == before
    close(school, number, opener, lesson="Only this case taught it.", change="training")
    assert client.get(address).content == before
    assert client.get(school.status(opener)).status_code == 200


def test_whoever_may_open_none_sees_no_card_and_keys_that_are_missing_leave_the_page_whole(
    school, client, case_of, stage
):
    without = client.get(school.status("y1")).content
    case_of()
    assert client.get(school.status("y1")).content == without
    for keys in (None, CaseKeys((new_master_key(),))):
        stage.app = create_app(replace(school.services, case_keys=keys))
        assert card(client, school.status()) is None


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([("A", CaseState.RECEIVED)], "First: look at case A, which came on Monday 23 November 2026."),
        ([("A", CaseState.ACTIONS), ("B", CaseState.TRIAGED)], "No clock runs. The longest open is case A."),
        ([("A", CaseState.CLOSED)] * 2, "2 cases closed. Nothing is asked of you."),
    ],
)
def test_what_comes_first_where_no_clock_runs(rows, says):
    today = date(2026, 11, 23)
    made = [
        CaseRow(number, "other", "Other", state, today, None, None, "", mine=False) for number, state in rows
    ]
    assert next_step(made, MONDAY) == says


def test_letters_that_come_back_for_a_limit_of_ours_are_told_at_the_top(school, client):
    with school.store.writing() as conn:
        outside.note(conn, SETTING, sending_refused.SORT, "k1", value="550 5.7.233 limit", now=school.clock())
    said = words(soup(client.get(school.status())).find("p", role="status"))
    assert said.startswith("Our sending is refused: 1 letter came back, the last on ")
    assert "Nobody’s address is wrong." in said
