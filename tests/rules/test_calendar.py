"""The four clocks, on the dates of 2026-2027: bank holidays, INSET days, half terms, the clock's changes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.rules.cadence import Span
from bot.rules.calendar import Calendar, Days, Term, days_of, hours_after, school_year, usual_terms

LONDON = ZoneInfo("Europe/London")


def on(text):
    return date.fromisoformat(text)


def term(name, first, last):
    return Term(name, on(first), on(last))


AUTUMN = (term("T1", "2026-09-01", "2026-10-22"), term("T2", "2026-11-02", "2026-12-18"))
SPRING = (term("T3", "2027-01-04", "2027-02-12"), term("T4", "2027-02-22", "2027-03-25"))
SUMMER = (term("T5", "2027-04-12", "2027-05-27"), term("T6", "2027-06-07", "2027-07-21"))
BANK_HOLIDAYS = frozenset(
    map(
        on,
        (
            "2026-12-25",
            "2026-12-28",
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-05-03",
            "2027-05-31",
            "2027-08-30",
        ),
    )
)
YEAR = Calendar(
    AUTUMN + SPRING + SUMMER,
    inset_on=frozenset(map(on, ("2026-09-01", "2026-11-02", "2027-07-23"))),
    closed_on=frozenset({on("2026-11-20")}),
    bank_holidays=BANK_HOLIDAYS,
)


@pytest.mark.parametrize(
    ("day", "staff", "working"),
    [
        ("2026-09-01", True, True),  # INSET, a Tuesday
        ("2026-09-03", True, True),
        ("2026-09-05", False, False),  # a Saturday
        ("2026-10-22", True, True),  # the last day before half term
        ("2026-10-23", False, True),
        ("2026-10-30", False, True),
        ("2026-11-02", True, True),  # INSET after half term
        ("2026-11-20", False, True),  # closed by snow
        ("2026-12-18", True, True),
        ("2026-12-21", False, True),  # working days run on in the holidays
        ("2026-12-25", False, False),
        ("2026-12-26", False, False),
        ("2026-12-28", False, False),  # the substitute for Boxing Day
        ("2026-12-29", False, True),
        ("2027-03-26", False, False),  # Good Friday
        ("2027-05-03", False, False),  # a bank holiday within term
        ("2027-05-04", True, True),
        ("2027-07-23", True, True),  # INSET outside every term
        ("2027-08-10", False, True),
        ("2027-09-07", True, True),  # a year nobody has told us about
        ("2027-09-11", False, False),
    ],
)
def test_a_day_is_a_staff_day_or_a_working_day(day, staff, working):
    assert YEAR.is_staff_day(on(day)) is staff
    assert YEAR.is_working_day(on(day)) is working


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-10-21", 3, "2026-11-03"),  # Thursday, then over half term: INSET Monday and Tuesday
        ("2026-11-03", -2, "2026-10-22"),
        ("2026-12-17", 2, "2027-01-04"),
        ("2027-04-30", 1, "2027-05-04"),  # over the May bank holiday
        ("2026-11-19", 1, "2026-11-23"),  # over a closure and a weekend
        ("2026-09-05", 0, "2026-09-05"),
        ("2027-07-21", 1, "2027-07-23"),
        ("2026-09-01", 10, "2026-09-15"),
    ],
)
def test_school_days_leave_out_holidays_closures_and_weekends(start, count, end):
    assert YEAR.add_school_days(on(start), count) == on(end)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-12-18", 1, "2026-12-21"),  # an allegation on the last Friday: the LADO hears on Monday
        ("2026-12-24", 1, "2026-12-29"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2027-03-25", 1, "2027-03-30"),  # over Easter
        ("2026-10-23", 2, "2026-10-27"),
        ("2026-10-23", 0, "2026-10-23"),
    ],
)
def test_working_days_run_in_school_holidays_and_not_on_bank_holidays(start, count, end):
    assert YEAR.add_working_days(on(start), count) == on(end)


@pytest.mark.parametrize(
    ("meeting", "count", "papers"),
    [
        ("2026-12-03", 7, "2026-11-25"),
        ("2027-01-05", 7, "2026-12-28"),  # clear days are calendar days, holidays or not
        ("2026-12-03", 0, "2026-12-02"),
    ],
)
def test_neither_the_day_of_sending_nor_of_meeting_is_a_clear_day(meeting, count, papers):
    assert Calendar().clear_days_before(on(meeting), count) == on(papers)


@pytest.mark.parametrize(
    ("meeting", "count", "papers"),
    [
        ("2026-12-03", 5, "2026-11-25"),  # Thursday to Wednesday are five clear working days
        ("2026-12-07", 5, "2026-11-29"),
        ("2026-12-29", 5, "2026-12-17"),  # Christmas and Boxing Day's substitute are bank holidays
    ],
)
def test_wales_counts_clear_working_days(meeting, count, papers):
    wales = Calendar(bank_holidays=BANK_HOLIDAYS, clear_working_days=True)
    assert wales.clear_days_before(on(meeting), count) == on(papers)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T15:30", 72, "2026-11-23T15:30"),  # found on Friday, due to the ICO by Monday
        ("2026-10-24T12:00", 72, "2026-10-27T11:00"),  # the clocks go back on 25 October
        ("2027-03-26T12:00", 72, "2027-03-29T13:00"),  # and forward on 28 March
        ("2026-10-25T00:30", 1, "2026-10-25T01:30"),
    ],
)
def test_clock_hours_elapse_through_weekends_and_clock_changes(start, hours, end):
    found = hours_after(datetime.fromisoformat(start).replace(tzinfo=LONDON), hours)
    assert found == datetime.fromisoformat(end).replace(tzinfo=LONDON)
    assert found.replace(tzinfo=None).isoformat(timespec="minutes") == end


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-10-21", Span(3), "2026-11-03"),
        ("2026-12-24", Span(1, "working days"), "2026-12-29"),
        ("2026-12-18", Span(30, "days"), "2027-01-17"),
        ("2026-11-20", Span(72, "hours"), "2026-11-23"),
        ("2026-11-20", Span(30, "hours"), "2026-11-21"),
    ],
)
def test_a_span_runs_on_its_own_clock(start, span, end):
    assert YEAR.after(on(start), span) == on(end)
    assert Days(YEAR).after(on(start), span) == on(end)


@pytest.mark.parametrize(
    ("day", "first_from", "last_up_to"),
    [
        ("2026-10-24", "2026-11-02", "2026-10-22"),
        ("2027-01-02", "2027-01-04", "2026-12-18"),
        ("2026-09-03", "2026-09-03", "2026-09-03"),
        ("2027-05-03", "2027-05-04", "2027-04-30"),
    ],
)
def test_the_nearest_staff_days(day, first_from, last_up_to):
    days = Days(YEAR)
    assert YEAR.staff_day_from(on(day)) == days.staff_day_from(on(day)) == on(first_from)
    assert YEAR.staff_day_up_to(on(day)) == days.staff_day_up_to(on(day)) == on(last_up_to)


@pytest.mark.parametrize(
    ("terms", "day", "known"),
    [
        (AUTUMN + SPRING + SUMMER, "2026-09-01", True),
        (AUTUMN + SPRING + SUMMER, "2026-10-28", True),
        (AUTUMN + SPRING + SUMMER, "2027-08-20", True),
        (AUTUMN + SPRING + SUMMER, "2027-09-01", False),
        (AUTUMN + SPRING + SUMMER, "2026-08-31", False),
        (AUTUMN, "2026-12-18", True),
        (AUTUMN, "2027-01-11", False),
        (SPRING, "2027-01-04", True),
        (SPRING, "2026-11-03", False),
        (SPRING, "2027-06-08", False),
        ((term("T1", "2026-09-03", "2026-10-22"), *SUMMER), "2026-09-01", True),
        ((term("T1", "2026-09-30", "2026-10-22"), *SUMMER), "2026-09-01", True),
        ((term("T1", "2026-10-01", "2026-10-22"), *SUMMER), "2026-09-30", False),
        ((*AUTUMN, term("T6", "2027-06-07", "2027-07-01")), "2027-08-20", True),
        ((*AUTUMN, term("T6", "2027-06-07", "2027-06-30")), "2027-07-01", False),
        ((), "2026-11-03", False),
    ],
)
def test_terms_are_known_as_far_as_they_were_told(terms, day, known):
    assert Calendar(terms).knows(on(day)) is known


def test_a_school_that_told_only_the_autumn_is_not_silent_until_the_next():
    only_autumn = Calendar(AUTUMN, bank_holidays=BANK_HOLIDAYS)
    assert only_autumn.staff_day_from(on("2026-12-19")) == on("2026-12-21")
    assert only_autumn.is_staff_day(on("2027-02-01"))
    assert not only_autumn.is_staff_day(on("2027-05-03"))
    assert not only_autumn.is_staff_day(on("2026-10-28"))


@pytest.mark.parametrize(
    ("terms", "day", "name", "first"),
    [
        (AUTUMN + SPRING, "2026-11-21", "T2", "2026-11-02"),
        (AUTUMN + SPRING, "2026-10-28", "T1", "2026-09-01"),
        (AUTUMN + SPRING, "2027-01-04", "T3", "2027-01-04"),
        ((), "2026-11-21", "autumn", "2026-09-01"),
        ((), "2027-01-02", "autumn", "2026-09-01"),
        ((), "2027-04-19", "spring", "2027-01-04"),
        ((), "2027-08-31", "summer", "2027-04-20"),
        (AUTUMN, "2027-01-11", "spring", "2027-01-04"),
    ],
)
def test_the_latest_term_is_the_one_that_began_last(terms, day, name, first):
    latest = Calendar(terms).latest_term(on(day))
    assert (latest.name, latest.first_on) == (name, on(first))


def test_before_the_first_term_there_is_none():
    late_start = Calendar((term("T1", "2026-09-03", "2026-10-22"), *SUMMER))
    assert late_start.latest_term(on("2026-09-02")) is None


def test_the_usual_terms_stand_in_for_those_not_told():
    assert usual_terms(2026) == (
        term("autumn", "2026-09-01", "2026-12-20"),
        term("spring", "2027-01-04", "2027-04-05"),
        term("summer", "2027-04-20", "2027-07-22"),
    )


@pytest.mark.parametrize(("day", "year"), [("2026-08-31", 2025), ("2026-09-01", 2026), ("2027-08-31", 2026)])
def test_a_school_year_is_named_by_its_september(day, year):
    assert school_year(on(day)) == year


def test_what_is_remembered_is_what_the_calendar_says_for_every_day_of_a_year():
    days = days_of(YEAR)
    assert days is days_of(replace(YEAR))
    for ahead in range(400):
        day = on("2026-08-20") + timedelta(days=ahead)
        assert days.is_staff_day(day) == YEAR.is_staff_day(day)
        assert days.staff_day_from(day) == YEAR.staff_day_from(day)
        assert days.staff_day_up_to(day) == YEAR.staff_day_up_to(day)
        for count in (-3, 0, 7):
            assert days.add_school_days(day, count) == YEAR.add_school_days(day, count)


HALVES = (
    term("Autumn 1", "2026-08-31", "2026-10-23"),
    term("Autumn 2", "2026-11-02", "2026-12-18"),
    term("Spring term, first half", "2027-01-04", "2027-02-12"),
    term("Spring term, second half", "2027-02-22", "2027-03-26"),
    term("Summer", "2027-04-12", "2027-07-21"),
    term("Autumn 1", "2027-09-01", "2027-10-22"),
)


@pytest.mark.parametrize(
    ("terms", "day", "whole"),
    [
        (HALVES, "2026-09-10", ("Autumn", "2026-08-31", "2026-12-18")),
        (HALVES, "2026-12-01", ("Autumn", "2026-08-31", "2026-12-18")),
        (HALVES, "2027-02-15", ("Spring", "2027-01-04", "2027-03-26")),
        (HALVES, "2027-05-01", ("Summer", "2027-04-12", "2027-07-21")),
        (HALVES, "2027-09-10", ("Autumn 1", "2027-09-01", "2027-10-22")),
        (AUTUMN, "2026-11-10", ("T2", "2026-11-02", "2026-12-18")),
        ((), "2026-11-10", ("autumn", "2026-09-01", "2026-12-20")),
        (HALVES, "2025-11-10", ("autumn", "2025-09-01", "2025-12-20")),
    ],
)
def test_the_halves_of_a_term_are_one_and_numbered_terms_are_each_their_own(terms, day, whole):
    found = Calendar(terms).latest_whole_term(on(day))
    assert found == term(*whole)


def test_before_the_first_term_there_is_no_whole_one():
    late_start = Calendar(
        (term("Autumn 1", "2026-09-03", "2026-10-23"), term("Autumn 2", "2026-11-02", "2027-07-18"))
    )
    assert late_start.latest_whole_term(on("2026-09-02")) is None
