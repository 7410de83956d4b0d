"""What goes to a body's meetings with its papers: due on the papers day of each, whatever the terms are."""

from datetime import date

import pytest
from asked import asked

from bot.planning.duties import duties
from bot.planning.plan import plan_with_plan_again_on
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Evidence
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.reminder_ladder import GENTLE
from bot.status.model import figures


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-02-12")),
        Term("T4", on("2027-02-22"), on("2027-03-25")),
        Term("T5", on("2027-04-12"), on("2027-05-28")),
        Term("T6", on("2027-06-07"), on("2027-07-21")),
    )
)
MEETINGS = tuple(Meeting(day, on(day)) for day in ("2026-12-10", "2027-03-18", "2027-07-08"))
FGB = Body("fgb", "larkfield", "Governing body", meetings=MEETINGS)
LEAD = Person("lead", "Lead", "lead@larkfield.test", (Membership("larkfield", frozenset({"dsl"})),))


def school(*acts, words="before each meeting of fgb", bodies=(FGB,)):
    rule = Obligation("it", "larkfield", Kind.REPORT, "It", audience("role:dsl"), (parse(words),), GENTLE)
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {"lead": LEAD},
        obligations=(rule,),
        bodies={("larkfield", one.key): one for one in bodies},
        evidence=acts,
    )


@pytest.mark.parametrize(
    ("day", "cycle", "opens", "due"),
    [
        # Papers go out on 2 December; it is asked for fifteen school days before.
        ("2026-11-11", "meeting:2026-12-10", "2026-11-11", "2026-12-02"),
        ("2026-12-10", "meeting:2026-12-10", "2026-11-11", "2026-12-02"),
        # Not done, it stays in sight until the next is asked for.
        ("2027-02-01", "meeting:2026-12-10", "2026-11-11", "2026-12-02"),
        ("2027-03-01", "meeting:2027-03-18", "2027-02-10", "2027-03-10"),
        ("2027-06-30", "meeting:2027-07-08", "2027-06-09", "2027-06-30"),
        ("2027-07-20", "meeting:2027-07-08", "2027-06-09", "2027-06-30"),  # no later one is known
    ],
)
def test_it_is_due_with_the_papers_of_each_meeting(day, cycle, opens, due):
    (found,) = duties(asked(school(), on(day)), on(day))
    assert (found.cycle, str(found.opens_on), str(found.due_on)) == (cycle, opens, due)


def test_before_the_first_and_without_a_body_nothing_is_asked():
    assert duties(school(), on("2026-11-10")) == ()
    assert duties(school(bodies=()), on("2026-12-01")) == ()


def test_what_was_done_for_one_meeting_is_asked_again_for_the_next():
    done = Evidence("larkfield", "it", "lead", on("2026-12-01"), cycle="meeting:2026-12-10")
    states = [duties(school(done), on(day))[0].state.value for day in ("2026-12-03", "2027-03-01")]
    assert states == ["done", "due"]
    assert figures(school(done), on("2027-03-01"))[0].lines[0].cycle == "meeting:2027-03-18"


def test_a_school_stays_quiet_until_it_is_asked_for():
    planned, until_on = plan_with_plan_again_on(school(), on("2026-11-04"))
    assert planned.notices == ()
    assert until_on <= on("2026-11-11")


def test_the_words_are_read_back():
    assert str(parse("before each meeting of fgb")) == "before each meeting of fgb"
