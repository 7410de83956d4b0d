"""The figures of the dashboard: what matters first, the areas, what needs a person, and what is unknown."""

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from planned import plan_today

from bot.bootstrap.web_app import create_app
from bot.cases.context import case_transaction
from bot.cases.model import CaseState
from bot.core.encryption import CaseKeys, new_master_key
from bot.core.errors import GiveUp, OutcomeUnknown
from bot.dashboard import attention
from bot.database import sync_state
from bot.delivery.service import deliver
from bot.messages import bounces as message_bounces
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.records import people as record_people
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.status import words as status_words
from bot.status.model import StatusLine

SCHOOL = "merriwell-green"
MONDAY = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)
AREAS = ["Policy reviews", "Reading policies", "Training", "Agreements", "Checks, reports and decisions"]


@pytest.fixture
def dashboard_page(member):
    """Open the dashboard, or a page below it, as the headteacher: `dashboard_page("/training")`."""
    head = member("hd", lasts=timedelta(days=7))

    def opened(below=""):
        return soup(head.get(f"/school{below}"))

    return opened


def soup(page):
    assert page.status_code == 200, page.text
    return BeautifulSoup(page.text, "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


def said_of(page, line):
    """What the dashboard says of a page behind it, in one line."""
    return words(page.select_one(f"[data-line={line}]"))


def areas_of(page):
    """The rows of the areas, by title."""
    return {words(row.h3): row for row in page.select(".area-rows > li")}


def number(page):
    """How many rows a list has, those of its further pages among them."""
    return int(page.table["data-total"]) if page.table else 0


def line(state=State.OVERDUE, name="Jo Bell", **given):
    plain = StatusLine(
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


def test_the_page_names_the_school_the_day_and_what_matters_first(dashboard_page):
    page = dashboard_page()
    counted = {state: number(dashboard_page(f"/everything?state={state}")) for state in State}
    late, unknown, done = (counted[one] for one in (State.OVERDUE, State.NO_RECORD, State.DONE))
    total = sum(counted.values())
    more = total - late - unknown - done
    said = f"{late} overdue, {unknown} not recorded, {more} more to do or on hold."
    assert words(page.h1) == f"Monday 23 November 2026 {100 * done // total}% done {said}"
    first = words(page.find("ol", class_="first"))
    assert "Review of the Mobile, Smart Technology and Social Media Policy" in first
    assert "Call an extra meeting" not in first
    assert "Helen Achebe" in words(page.header)


def test_unknowns_stand_in_the_row_of_the_overdue_and_nothing_is_a_bare_percentage(dashboard_page):
    page = dashboard_page()
    tiles = {title: [words(one) for one in row.select(".chip")] for title, row in areas_of(page).items()}
    assert list(tiles) == AREAS
    assert "1 overdue" in tiles["Policy reviews"]
    assert tiles["Training"] == ["29 not recorded", "1 due soon"]
    assert words(page).count("%") == words(page.h1).count("%") == 1
    assert "“Not recorded” means Handbell has no record" in words(page)


def test_every_number_has_its_list(web_school, dashboard_page):
    rows = areas_of(dashboard_page())
    assert list(rows) == AREAS
    for title, row in rows.items():
        listed = dashboard_page(row.h3.a["href"].removeprefix("/school"))
        counted = sum(int(words(chip).split()[0].replace(",", "")) for chip in row.select(".chip"))
        assert number(listed) == counted
        assert listed.h1.contents[-1].strip() == title


@pytest.mark.parametrize(("area", "head"), [("policy-reviews", "When"), ("training", "Due")])
def test_the_day_beside_a_review_says_whether_it_is_its_own_or_its_next_steps(dashboard_page, area, head):
    page = dashboard_page(f"/{area}")
    assert [one.get_text() for one in page.select("thead th")][3] == head
    days = [words(row.select("td")[2]) for row in page.select("tbody tr")]
    said = {" ".join(one.split()[:2]) for one in days if one != "no date"}
    asked = {"review due", "meeting on"}
    assert said == asked if area == "policy-reviews" else asked.isdisjoint(said)


def test_the_list_holds_the_choices_when_no_meeting_is_in_time(dashboard_page):
    listed = words(dashboard_page("/policy-reviews"))
    assert "Call an extra meeting" in listed


def test_an_answer_moves_the_figures(web_school, dashboard_page, form):
    def counts():
        return words(areas_of(dashboard_page())["Agreements"].ul)

    assert "done" not in counts()
    form(web_school.duty("y5", "agree-acceptable-use")).send(outcome="done", name="Adam Sorley")
    assert "1 done" in counts()


def test_questions_and_refusals_wait_where_the_head_sees_them(web_school, dashboard_page, form):
    assert "None waiting" in said_of(dashboard_page(), "questions")
    form(web_school.duty("y5", "read-mobile")).send(
        outcome="question", name="Adam Sorley", question="My watch?"
    )
    form(web_school.duty("y6", "read-mobile")).send(outcome="declined", name="Nadia Karim", reason="No.")
    page = dashboard_page()
    assert "2 waiting" in said_of(page, "questions")
    assert page.select_one("ol.first li[data-area=refusal]")
    assert "My watch?" not in words(page)


def test_what_goes_out_next_names_the_letters_about_accounts_too(web_school, dashboard_page):
    assert said_of(dashboard_page(), "messages").startswith("Next messages Today, to ")
    page = words(dashboard_page("/messages"))
    assert "Helen Achebe Should not post now: Merriwell Green Primary School" in page
    plan_today(web_school.services, web_school.clock())
    deliver(web_school.services, now=web_school.clock(), limit=500)
    assert "Should not post" not in words(dashboard_page("/messages"))


def test_an_absence_is_no_question():
    assert list(attention._talks("merriwell-green", [line(State.PAUSED)], {})) == []


def test_once_told_no_one_is_told_again_the_same_day(web_school, dashboard_page):
    assert "Today" in said_of(dashboard_page(), "messages")
    plan_day(web_school.services, web_school.clock())
    deliver(web_school.services, now=web_school.clock(), limit=500)
    assert "oday" not in said_of(dashboard_page(), "messages")


def test_when_everybody_has_left_nothing_goes_out_for_two_weeks(web_school):
    with web_school.store.reading() as conn:
        everybody = set(record_people.roster(conn, "merriwell-green"))
    for key in everybody - {"vo"}:
        web_school.change_person(key, leaves_on=date(2026, 11, 20))
    web_school.change_person("vo", roles=frozenset({"visitor"}))
    with web_school.store.reading() as conn:
        snapshot = load_snapshot(conn, MONDAY.date(), (SCHOOL,))
    assert attention.going_out(web_school.store, snapshot, SCHOOL, MONDAY.date()) == (None, ())


def test_whom_we_cannot_reach_is_named_once_with_what_to_do(web_school, dashboard_page):
    with web_school.store.writing() as conn:
        record_people.mark_unreachable(conn, "y5", "550 no such mailbox")
    page = dashboard_page("/findings")
    assert "Irene Castle has no e-mail address." in words(page)
    assert len([one for one in page.select("main li strong") if "Sorley" in words(one)]) == 1
    assert page.select_one("a[href='/office/people/of/y5']")
    assert "550 no such mailbox" in words(page)


@pytest.mark.parametrize(
    ("answer", "said", "hint"),
    [
        (GiveUp("550 no such mailbox"), "Adam Sorley: 550 no such mailbox", "Correct the address"),
        (OutcomeUnknown("the line went dead"), "Adam Sorley: It may have arrived", "Ask whether it arrived."),
    ],
)
def test_a_message_that_reached_no_one_is_shown_with_its_reason(
    web_school, dashboard_page, member, answer, said, hint
):
    plan_day(web_school.services, web_school.clock())
    deliver(replace(web_school.services, mailer=Refusing(answer)), now=web_school.clock(), limit=100)
    shown = words(dashboard_page("/findings"))
    assert said in shown
    assert hint in shown
    assert said in words(soup(member("hd").get("/me")).main)


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


def test_looking_at_the_figures_writes_nothing(web_school, member):
    head, before = member("hd"), web_school.written()
    for _ in range(5):
        assert head.get("/school").status_code == head.head("/school").status_code == 200
    assert web_school.written() == before


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line()], "Speak to Jo Bell."),
        ([line(State.NO_RECORD)], "Ask Jo Bell for the date or the certificate."),
        ([line(State.NO_RECORD, kind=Kind.SIGN)], "Waiting for Jo Bell."),
        ([line(State.DUE_SOON), line(State.DUE_SOON, "Sam Reed")], "Waiting for Jo Bell and Sam Reed."),
        ([line(name=n) for n in ("A", "B", "C", "D")], "Speak to A, B and 2 more."),
        ([line(kind=Kind.REVIEW)], "With Jo Bell."),
        (
            [line(kind=Kind.REVIEW, subject="no meeting")],
            "Agree with Jo Bell how it will be approved. See details for the options.",
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
    assert status_words.next_step(lines) == expected


def test_a_school_that_asks_nothing_yet_is_told_what_will_stand_here(web_school, dashboard_page):
    with sqlite3.connect(web_school.store.engine.url.database) as database:
        database.execute("update obligation set listed = 0")
    database.close()
    first = dashboard_page().select("ol.first li")
    assert {one["data-area"] for one in first} <= {"account", "stopped account", "finding", "unreachable"}
    page = words(dashboard_page())
    assert "Figures will show here once your rules are in use." in page


def test_cases_are_counted_with_their_late_clocks(web_school, dashboard_page, case_of):
    assert "no case" in said_of(dashboard_page(), "cases")
    case_of(category="allegation")
    assert "1 case is open" in said_of(dashboard_page(), "cases")
    assert "late" not in said_of(dashboard_page(), "cases")
    web_school.clock.turn(days=3)
    assert "1 late" in said_of(dashboard_page(), "cases")


def test_a_closed_case_is_counted_no_more(web_school, dashboard_page, case_of):
    case_of()
    with case_transaction(web_school.services, SCHOOL, case_of(), "dh", web_school.clock()) as pen:
        pen.move(state=CaseState.CLOSED.value, closed_at=web_school.clock())
    assert "1 case is open" in said_of(dashboard_page(), "cases")


@pytest.mark.parametrize(("person", "opener"), [("hd", "gc"), ("dh", "hd")])
def test_a_case_about_the_reader_changes_nothing(web_school, member, case_of, person, opener):
    case_of(about="Somebody")
    reader = member(person)

    def seen():
        return words(soup(reader.get("/school")).main)

    before = seen()
    assert "1 case is open" in before
    name = {"hd": "Helen Achebe", "dh": "Mr Okafor-Lane"}[person]
    number = case_of(about=name, category="allegation")
    assert seen() == before
    with case_transaction(web_school.services, SCHOOL, number, opener, web_school.clock()) as pen:
        pen.move(state=CaseState.CLOSED.value, closed_at=web_school.clock())
    assert seen() == before


@pytest.mark.parametrize("keys", [None, CaseKeys((new_master_key(),))], ids=["none", "others"])
def test_without_the_keys_of_the_cases_the_page_stands_without_their_number(
    web_school, stage, dashboard_page, case_of, keys
):
    without = said_of(dashboard_page(), "cases")
    case_of()
    assert said_of(dashboard_page(), "cases") != without
    stage.app = create_app(replace(web_school.services, case_keys=keys))
    assert said_of(dashboard_page(), "cases") == without


def test_letters_that_come_back_for_a_limit_of_ours_are_told_at_the_top(web_school, dashboard_page):
    with web_school.store.writing() as conn:
        sync_state.note(
            conn, SCHOOL, message_bounces.SORT, "k1", value="550 5.7.233 limit", now=web_school.clock()
        )
    (said,) = (one for one in map(words, dashboard_page().find_all("p", role="status")) if "refused" in one)
    assert said.startswith("Our sending is refused: 1 letter came back, the last on ")
    assert "Nobody’s address is wrong." in said
