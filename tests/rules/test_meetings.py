"""The count back from a governors' meeting, and what the choices are when none is in time."""

from dataclasses import replace
from datetime import date

import pytest

from bot.rules.calendar import Calendar, Term
from bot.rules.meetings import (
    Body,
    CountBack,
    Meeting,
    MeetingsUnknown,
    NoMeeting,
    ReviewTooFar,
    count_back,
    days_before,
)


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-02-12")),
        Term("T6", on("2027-06-07"), on("2027-07-21")),
    ),
    bank_holidays=frozenset({on("2026-12-25"), on("2026-12-28"), on("2027-01-01")}),
)
OCTOBER, DECEMBER, JANUARY = (
    Meeting("oct", on("2026-10-15")),
    Meeting("dec", on("2026-12-03")),
    Meeting("jan", on("2027-01-14")),
)


def body(*meetings, **more):
    return Body("fgb", "larkfield", "full governing body", meetings=meetings, **more)


@pytest.mark.parametrize(
    ("meeting", "more", "papers", "agenda", "draft"),
    [
        # Thursday 3 December: papers by Wednesday 25 November, seven clear days before.
        (DECEMBER, {}, "2026-11-25", "2026-11-18", "2026-11-04"),
        # Seven clear days before 14 January is the 6th; agenda and draft fall before Christmas.
        (JANUARY, {}, "2027-01-06", "2026-12-16", "2026-12-02"),
        # Eight days before Monday 9 November is a Sunday in half term: the last school day before it.
        (Meeting("nov", on("2026-11-09")), {}, "2026-10-22", "2026-10-15", "2026-10-01"),
        (
            DECEMBER,
            {"clear_days": 5, "agenda_days_before_papers": 2, "draft_days_before_agenda": 3},
            "2026-11-27",
            "2026-11-25",
            "2026-11-20",
        ),
        (Meeting("own", on("2026-12-03"), on("2026-11-20")), {}, "2026-11-20", "2026-11-13", "2026-10-22"),
    ],
)
def test_papers_agenda_and_draft_are_counted_back(meeting, more, papers, agenda, draft):
    found = days_before(body(meeting, **more), meeting, YEAR)
    assert found == CountBack(meeting, on(draft), on(agenda), on(papers))


def test_papers_in_wales_go_out_five_clear_working_days_before():
    wales = replace(YEAR, clear_working_days=True)
    governors = body(DECEMBER, clear_days=5)
    assert days_before(governors, DECEMBER, wales).papers_on == on("2026-11-25")
    found = count_back(body(JANUARY, clear_days=5), on("2026-12-31"), on("2026-12-04"), wales)
    assert found.choices[0].startswith(
        "Call an extra meeting: papers must go out 5 clear working days before"
    )


@pytest.mark.parametrize(
    ("due", "today", "meeting"),
    [
        ("2026-12-31", "2026-09-01", DECEMBER),  # the last on or before the due date
        ("2026-12-03", "2026-09-01", DECEMBER),
        ("2026-12-02", "2026-09-01", OCTOBER),
        ("2026-12-31", "2026-12-03", DECEMBER),  # a meeting today can still approve
    ],
)
def test_the_last_meeting_in_time_is_the_one(due, today, meeting):
    assert count_back(body(JANUARY, DECEMBER, OCTOBER), on(due), on(today), YEAR).meeting == meeting


@pytest.mark.parametrize(
    ("due", "today", "meetings", "following", "last_choice"),
    [
        (
            "2026-12-31",
            "2026-12-04",
            (OCTOBER, DECEMBER, JANUARY),
            JANUARY,
            "Approve it on Thursday 14 January 2027, 14 days late, and minute the reason.",
        ),
        (
            "2026-10-14",
            "2026-09-01",
            (OCTOBER,),
            OCTOBER,
            "Approve it on Thursday 15 October 2026, 1 day late, and minute the reason.",
        ),
    ],
)
def test_where_no_meeting_is_in_time_the_choices_are_said(due, today, meetings, following, last_choice):
    found = count_back(body(*meetings), on(due), on(today), YEAR)
    assert isinstance(found, NoMeeting)
    assert (found.due_on, found.next_meeting) == (on(due), following)
    assert found.choices[0].startswith("Call an extra meeting: papers must go out 7 clear days before it.")
    assert found.choices[1].startswith("Let a committee or one governor approve it")
    assert found.choices[2] == last_choice


JULY = Meeting("jul", on("2026-07-09"))


@pytest.mark.parametrize(
    ("due", "meetings", "found"),
    [
        # Autumn's meetings are not entered yet: July's is five months before the review is due.
        ("2026-12-03", (JULY,), MeetingsUnknown(on("2026-12-03"), JULY)),
        ("2026-10-09", (JULY,), JULY),  # 92 days
        ("2026-10-10", (JULY,), MeetingsUnknown(on("2026-10-10"), JULY)),
        # The dates beyond the review's day are known, and there is none nearer.
        ("2026-12-03", (JULY, JANUARY), JULY),
    ],
)
def test_the_last_known_meeting_takes_no_review_that_is_due_months_later(due, meetings, found):
    counted = count_back(body(*meetings), on(due), on("2026-06-08"), YEAR)
    assert (counted.meeting if isinstance(counted, CountBack) else counted) == found


@pytest.mark.parametrize(
    ("today", "found"),
    [
        ("2026-12-04", MeetingsUnknown(on("2026-12-31"))),  # October's is over
        ("2027-01-10", MeetingsUnknown(on("2026-12-31"))),
        ("2026-06-30", ReviewTooFar(on("2026-12-31"))),
    ],
)
def test_where_no_coming_meeting_is_known_no_one_can_say_that_none_is_in_time(today, found):
    past = (OCTOBER,) if today > "2026-10-15" else ()
    assert count_back(body(*past), on("2026-12-31"), on(today), YEAR) == found
