"""Which occurrence counts on a day, from when, until when, and whether its date can have passed."""

from datetime import date

import pytest

from bot.core.dates import long_date
from bot.planning.occurrences import (
    ObligationFacts,
    PersonFacts,
    check_registered,
    next_occurrence_on,
    occurrences,
)
from bot.rules.audience import parse as audience
from bot.rules.cadence import CADENCES, Cadence, parse
from bot.rules.calendar import Calendar, Days, Term
from bot.rules.evidence import Event
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK


def on(text):
    return date.fromisoformat(text)


def term(name, first, last):
    return Term(name, on(first), on(last))


T1, T6 = term("T1", "2026-09-01", "2026-10-22"), term("T6", "2027-06-07", "2027-07-21")
T2_LATE = term("T2", "2026-11-05", "2026-12-18")
YEAR = Calendar((T1, term("T2", "2026-11-02", "2026-12-18"), term("T3", "2027-01-04", "2027-02-12"), T6))

HALVES = Calendar(
    (
        term("Autumn 1", "2026-09-01", "2026-10-22"),
        term("Autumn 2", "2026-11-02", "2026-12-18"),
        term("Spring 1", "2027-01-04", "2027-02-12"),
        T6,
    )
)


def facts(day, *, since="2026-09-01", kind=Kind.ACKNOWLEDGE, versions=None, events=(), calendar=YEAR):
    rule = Obligation("it", "larkfield", kind, "It", audience("staff"), (), ASK)
    policy = None if versions is None else Policy("phones", "larkfield", "Phones", versions=versions)
    return ObligationFacts(
        rule, School("larkfield", "Larkfield", since=on(since)), Days(calendar), on(day), policy, events
    )


def found(words, day, started=None, last=None, **more):
    asking = PersonFacts(started and on(started), last and on(last))
    return occurrences(parse(words), facts(day, **more), asking)


def dates(words, day, started=None, last=None, **more):
    one, *_ = found(words, day, started, last, **more)
    return one.key, str(one.opens_on), str(one.due_on), one.dated


TRAIN = {"kind": Kind.TRAIN}
JOIN, YEARLY, SEPTEMBER = "on joining within 10 school days", "every 12 months", "each September"


@pytest.mark.parametrize(
    ("words", "day", "started", "last", "more", "expected"),
    [
        # Anyone who was here before the records began has no date of joining that can have passed.
        (JOIN, "2026-11-21", None, None, {}, ("joining", "2026-09-01", "None", False)),
        (JOIN, "2026-11-21", "2025-01-06", None, {}, ("joining", "2025-01-06", "None", False)),
        (JOIN, "2026-11-21", "2026-09-01", None, {}, ("joining", "2026-09-01", "2026-09-15", True)),
        (JOIN, "2026-11-21", "2026-11-02", None, {}, ("joining", "2026-11-02", "2026-11-16", True)),
        # Every so many months from the last time; politely asked for where there is no record.
        (YEARLY, "2026-11-21", None, None, {}, ("first", "2026-09-01", "2026-09-29", False)),
        (YEARLY, "2026-11-21", "2020-09-01", None, {}, ("first", "2026-09-01", "2026-09-29", False)),
        (YEARLY, "2026-11-21", "2026-09-01", None, {}, ("first", "2026-09-01", "2026-09-29", True)),
        (YEARLY, "2026-11-21", "2026-11-02", None, {}, ("first", "2026-11-02", "2026-11-30", True)),
        (YEARLY, "2026-11-21", "2026-11-02", None, TRAIN, ("first", "2026-11-02", "2026-11-30", False)),
        (
            YEARLY,
            "2026-11-21",
            None,
            "2026-01-15",
            {},
            ("after:2026-01-15", "2026-12-18", "2027-01-15", True),
        ),
        (
            "every month",
            "2026-11-21",
            None,
            "2026-10-31",
            {},
            ("after:2026-10-31", "2026-11-15", "2026-11-30", True),
        ),
        # Each September, from the first school day to the last day of the month.
        (SEPTEMBER, "2026-11-21", None, None, {}, ("2026-09", "2026-09-01", "2026-09-30", True)),
        (SEPTEMBER, "2026-11-21", None, None, TRAIN, ("2026-09", "2026-09-01", "2026-09-30", False)),
        (SEPTEMBER, "2026-11-21", None, "2025-09-10", TRAIN, ("2026-09", "2026-09-01", "2026-09-30", True)),
        (SEPTEMBER, "2026-09-01", None, None, {}, ("2026-09", "2026-09-01", "2026-09-30", True)),
        (SEPTEMBER, "2026-11-21", "2026-09-01", None, TRAIN, ("2026-09", "2026-09-01", "2026-09-30", False)),
        (SEPTEMBER, "2026-11-21", "2026-09-14", None, {}, ("2026-09", "2026-09-14", "2026-09-30", True)),
        (SEPTEMBER, "2026-11-21", "2026-09-30", None, {}, ("2026-09", "2026-09-30", "2026-10-14", True)),
        # Anyone who joins near its end has the time of an induction.
        (SEPTEMBER, "2026-09-28", "2026-09-28", None, TRAIN, ("2026-09", "2026-09-28", "2026-10-12", False)),
        (
            "each term",
            "2026-10-21",
            "2026-10-21",
            None,
            {},
            ("term:2026-09-01", "2026-10-21", "2026-11-12", True),
        ),
        (
            SEPTEMBER,
            "2026-11-21",
            None,
            None,
            {"since": "2026-09-14"},
            ("2026-09", "2026-09-14", "2026-10-12", False),
        ),
        (
            SEPTEMBER,
            "2026-08-31",
            None,
            None,
            {"since": "2025-09-01"},
            ("2025-09", "2025-09-01", "2025-09-30", True),
        ),
        (
            "each August",  # 1 August 2026 is a Saturday, so this year's has not opened
            "2026-08-01",
            None,
            None,
            {"since": "2025-01-01"},
            ("2025-08", "2025-08-01", "2025-08-29", True),
        ),
        ("each term", "2026-11-21", None, None, {}, ("term:2026-11-02", "2026-11-20", "2026-12-18", True)),
        ("each term", "2026-10-26", None, None, {}, ("term:2026-09-01", "2026-09-24", "2026-10-22", True)),
        # Last term's, not done, stays open for fifteen school days of the next.
        ("each term", "2026-11-20", None, None, {}, ("term:2026-09-01", "2026-09-24", "2026-10-22", True)),
        (
            "each term",
            "2026-11-05",
            None,
            "2026-10-05",
            {},
            ("term:2026-11-02", "2026-11-20", "2026-12-18", True),
        ),
        (
            "each term",
            "2026-11-05",
            None,
            "2026-09-01",  # on its first day
            {},
            ("term:2026-11-02", "2026-11-20", "2026-12-18", True),
        ),
        (
            "each term",
            "2026-11-05",
            "2026-10-22",  # the last day of last term
            None,
            {},
            ("term:2026-09-01", "2026-10-22", "2026-11-13", True),
        ),
        (
            "each term",
            "2026-11-05",
            "2026-10-26",
            None,
            {},
            ("term:2026-11-02", "2026-11-20", "2026-12-18", True),
        ),
        (
            "each term",
            "2026-11-05",
            None,
            None,
            {"since": "2026-10-05"},
            ("term:2026-11-02", "2026-11-20", "2026-12-18", True),
        ),
        # The halves of a term are one; the second does not ask again.
        (
            "each term",
            "2026-11-20",
            None,
            None,
            {"calendar": HALVES},
            ("term:2026-09-01", "2026-11-20", "2026-12-18", True),
        ),
        (
            "each term",
            "2027-01-15",
            "2027-01-04",
            None,
            {"calendar": HALVES},
            ("term:2027-01-04", "2027-01-15", "2027-02-12", True),
        ),
        # Weekly in term, on the day or the last school day before it.
        ("weekly in term", "2026-11-20", None, None, {}, ("week:2026-W47", "2026-11-20", "2026-11-20", True)),
        ("weekly in term", "2026-11-25", None, None, {}, ("week:2026-W47", "2026-11-20", "2026-11-20", True)),
        ("weekly in term", "2026-10-22", None, None, {}, ("week:2026-W43", "2026-10-22", "2026-10-22", True)),
        ("weekly in term", "2026-10-28", None, None, {}, ("week:2026-W43", "2026-10-22", "2026-10-22", True)),
        (
            "weekly in term",
            "2026-12-13",  # the last day on which the check of the week before the holiday is open
            None,
            None,
            {"calendar": Calendar((T1, T6))},
            ("week:2026-W43", "2026-10-22", "2026-10-22", True),
        ),
        (
            "weekly in term",
            "2026-10-24",  # of this week only Monday was in term
            None,
            None,
            {"calendar": Calendar((term("T1", "2026-09-01", "2026-10-19"), T6))},
            ("week:2026-W43", "2026-10-19", "2026-10-19", True),
        ),
    ],
)
def test_a_cadence_opens_and_falls_due(words, day, started, last, more, expected):
    assert dates(words, day, started, last, **more) == expected


@pytest.mark.parametrize(
    ("words", "day", "started", "more"),
    [
        ("always", "2026-11-21", None, {}),
        (SEPTEMBER, "2026-11-21", "2026-10-05", {}),  # started after it was due
        ("on every new version", "2026-11-21", None, {}),
        ("on every new version", "2026-11-21", None, {"versions": ()}),
        (
            "each term",
            "2026-09-02",
            None,
            {"calendar": Calendar((term("T1", "2026-09-03", "2026-10-22"), T6))},
        ),
        ("weekly in term", "2026-12-14", None, {"calendar": Calendar((T1, T6))}),  # no school for two months
        ("on event trip-returned", "2026-11-21", None, {}),
    ],
)
def test_a_cadence_may_have_no_occurrence(words, day, started, more):
    assert found(words, day, started, **more) == ()


def test_a_cadence_that_no_one_registered_is_an_error():
    with pytest.raises(TypeError, match="soon"):
        occurrences("soon", facts("2026-11-21"), PersonFacts(None, None))
    with pytest.raises(TypeError, match="soon"):
        next_occurrence_on("soon", facts("2026-11-21"))


def test_a_cadence_without_occurrences_is_an_error_at_import():
    check_registered(CADENCES.values())
    with pytest.raises(TypeError, match="no occurrences are registered for Cadence"):
        check_registered([Cadence])


BANK_HOLIDAY_WEEK = Calendar(
    (term("T1", "2026-09-01", "2026-12-18"), T6), closed_on=frozenset({on("2026-11-16")})
)


@pytest.mark.parametrize(
    ("words", "day", "calendar", "expected"),
    [
        ("weekly in term on Monday", "2026-11-16", BANK_HOLIDAY_WEEK, ("2026-W46", "2026-11-09")),
        ("weekly in term on Monday", "2026-11-17", BANK_HOLIDAY_WEEK, ("2026-W47", "2026-11-17")),
        ("weekly in term on Monday", "2026-11-20", BANK_HOLIDAY_WEEK, ("2026-W47", "2026-11-17")),
        ("weekly in term on Tuesday", "2026-11-18", BANK_HOLIDAY_WEEK, ("2026-W47", "2026-11-17")),
        # A term that begins on a Thursday: Wednesday's check is asked that day, Friday's on its own.
        (
            "weekly in term on Wednesday",
            "2026-11-05",
            Calendar((T1, T2_LATE, T6)),
            ("2026-W45", "2026-11-05"),
        ),
        ("weekly in term on Friday", "2026-11-06", Calendar((T1, T2_LATE, T6)), ("2026-W45", "2026-11-06")),
    ],
)
def test_a_week_whose_day_is_not_a_school_day_is_asked_on_another_of_that_week(
    words, day, calendar, expected
):
    (one,) = found(words, day, since="2026-09-01", calendar=calendar)
    assert (one.key, str(one.opens_on), str(one.due_on)) == (f"week:{expected[0]}", expected[1], expected[1])


FIRST = Version("1", "a" * 64)
SECOND = Version("2", "b" * 64, on("2026-11-02"))
TYPO = Version("2.1", "c" * 64, on("2026-11-10"), minor=True)


@pytest.mark.parametrize(
    ("versions", "started", "expected", "counting", "shown"),
    [
        ((FIRST,), None, (f"v:{'a' * 12}", "2026-09-01", "2026-09-29", False), "a", "a"),
        ((FIRST,), "2026-11-02", (f"v:{'a' * 12}", "2026-11-02", "2026-11-30", True), "a", "a"),
        ((FIRST, SECOND), None, (f"v:{'b' * 12}", "2026-11-02", "2026-11-16", True), "b", "b"),
        ((FIRST, SECOND), "2026-11-09", (f"v:{'b' * 12}", "2026-11-09", "2026-11-23", True), "b", "b"),
        ((FIRST, SECOND, TYPO), None, (f"v:{'b' * 12}", "2026-11-02", "2026-11-16", True), "bc", "c"),
        ((FIRST, TYPO), None, (f"v:{'a' * 12}", "2026-09-01", "2026-09-29", False), "ac", "c"),
        ((TYPO,), None, (f"v:{'c' * 12}", "2026-11-10", "2026-11-24", True), "c", "c"),
    ],
)
def test_a_new_version_asks_again_and_a_minor_one_does_not(versions, started, expected, counting, shown):
    (one,) = found("on every new version within 10 school days", "2026-11-21", started, versions=versions)
    assert (one.key, str(one.opens_on), str(one.due_on), one.dated) == expected
    assert one.versions == {letter * 64 for letter in counting}
    assert one.version == shown * 64


@pytest.mark.parametrize(
    ("words", "happened", "due", "live"),
    [
        ("on event breach within 72 hours", "2026-11-20", "2026-11-23", True),
        ("on event breach within 72 hours", "2026-11-21", "2026-11-24", True),  # today
        ("on event breach within 1 working day", "2026-11-20", "2026-11-23", False),
        ("on event breach within 1 school day", "2026-11-20", "2026-11-23", False),
        ("on event breach within 30 days", "2025-11-21", "2025-12-21", False),
        ("on event breach within 1 working day live", "2026-11-20", "2026-11-23", True),
        ("on event breach within 1 school day live", "2026-11-20", "2026-11-23", True),
    ],
)
def test_an_event_starts_a_clock(words, happened, due, live):
    event = Event("b-1", "larkfield", "breach", on(happened))
    (one,) = found(words, "2026-11-21", events=(event,))
    assert (one.key, one.subject, one.opens_on) == ("event:b-1", "b-1", on(happened))
    assert (str(one.due_on), one.dated, one.live) == (due, True, live)
    assert one.why == f"Breach on {long_date(on(happened))}."


@pytest.mark.parametrize(
    "event",
    [
        Event("e", "larkfield", "trip-returned", on("2026-11-20")),
        Event("e", "larkfield", "breach", on("2026-11-22")),  # tomorrow
        Event("e", "larkfield", "breach", on("2025-11-20")),  # a school year ago and a day
    ],
)
def test_another_a_future_or_an_old_event_starts_none(event):
    assert found("on event breach", "2026-11-21", events=(event,)) == ()


def test_an_event_may_be_about_something():
    event = Event("b-1", "larkfield", "holder-left", on("2026-11-20"), subject="facebook")
    assert found("on event holder-left", "2026-11-21", events=(event,))[0].subject == "facebook"


def test_a_cycle_of_an_account_is_named_by_it():
    one = found(YEARLY, "2026-11-21")[0].about("facebook")
    assert (one.key, one.subject) == ("facebook/first", "facebook")


def test_dates_are_written_as_people_read_them():
    assert long_date(on("2026-12-04")) == "4 December 2026"


@pytest.mark.parametrize(
    ("words", "day", "since", "before", "later"),
    [
        (SEPTEMBER, "2026-10-01", "2026-09-14", "2026-09-07", "2026-09-16"),
        ("each term", "2026-10-10", "2026-10-05", "2026-10-01", "2026-10-07"),
    ],
)
def test_a_person_who_started_before_our_records_is_not_late_for_want_of_one(
    words, day, since, before, later
):
    """Started within the cycle and before the records began: it may have been done where we cannot see it."""
    usual = dates(words, day, "2020-01-06", since=since)
    assert dates(words, day, before, since=since) == usual
    assert usual[3] is False
    assert dates(words, day, later, since=since)[3] is True


def test_training_of_a_person_who_started_within_its_cycle_may_have_been_done_elsewhere():
    assert dates(SEPTEMBER, "2026-11-21", "2026-09-01", **TRAIN)[3] is False
    assert dates(SEPTEMBER, "2026-11-21", "2026-09-14", **TRAIN)[3] is False
    assert dates(SEPTEMBER, "2026-11-21", "2026-09-14", "2026-09-15", **TRAIN)[3] is True


@pytest.mark.parametrize(
    ("started", "asked"), [(None, True), ("2026-09-01", True), ("2026-11-18", True), ("2026-11-19", False)]
)
def test_an_event_asks_a_person_who_was_here_that_day_and_no_one_who_came_later(started, asked):
    event = Event("t", "larkfield", "trip", on("2026-11-18"))
    assert bool(found("on event trip within 1 school day", "2026-11-23", started, events=(event,))) == asked


def test_the_note_of_an_event_stands_in_the_why():
    event = Event("g", "larkfield", "guidance-changed", on("2026-11-18"), note="A new part about AI.")
    (one,) = found("on event guidance-changed", "2026-11-23", events=(event,))
    assert one.why == "Guidance changed on 18 November 2026. “A new part about AI.”"
