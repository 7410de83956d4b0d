"""Past the terms told ordinary reminders wait; what is urgent goes, and nothing is lost when dates come."""

from datetime import date, timedelta

import pytest

from bot.planning.plan import NO_TERMS, plan, plan_with_plan_again_on
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Event
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.reminder_ladder import ASK, SAME_DAY
from bot.status.warnings import findings

AUTUMN = Term("Autumn", date(2026, 9, 1), date(2026, 12, 18))
SPRING = Term("Spring", date(2027, 1, 4), date(2027, 4, 1))
SUMMER = Term("Summer", date(2027, 4, 19), date(2027, 7, 21))
EVE = date(2026, 12, 24)


def school(*terms, rules=("every 12 months",), events=()):
    obligations = tuple(
        Obligation(
            f"rule{number}",
            "larkfield",
            Kind.REPORT if "event" in words else Kind.TRAIN,
            words,
            audience("staff"),
            (parse(words),),
            SAME_DAY if "event" in words else ASK,
        )
        for number, words in enumerate(rules)
    )
    member = Membership("larkfield", frozenset({"staff", "headteacher"}), starts_on=date(2020, 9, 1))
    return Snapshot(
        schools={"larkfield": School("larkfield", "Larkfield", since=date(2026, 9, 1))},
        calendars={"larkfield": Calendar(terms)},
        people={"jo": Person("jo", "Jo", "jo@x.example", (member,))},
        obligations=obligations,
        events=events,
    )


@pytest.mark.parametrize(
    ("terms", "until", "asks_from"),
    [
        ((), None, date.min),
        ((AUTUMN,), date(2026, 12, 18), date(2026, 11, 17)),
        ((AUTUMN, SPRING), date(2027, 4, 1), date(2027, 3, 1)),
        ((SUMMER, AUTUMN, SPRING), date(2027, 8, 31), date(2027, 6, 20)),
    ],
)
def test_terms_end_with_the_last_one_or_with_the_summer_after_a_whole_year(terms, until, asks_from):
    calendar = Calendar(terms)
    assert calendar.known_until == until
    assert calendar.wants_terms(asks_from)
    assert asks_from == date.min or not calendar.wants_terms(asks_from - timedelta(days=1))
    if until is None:
        assert not calendar.has_ended(date.max)
    else:
        assert calendar.knows(until)
        assert not calendar.knows(until + timedelta(days=1))
        assert (calendar.has_ended(until), calendar.has_ended(until + timedelta(days=1))) == (False, True)


def test_no_reminder_goes_on_christmas_eve_where_only_the_autumn_is_told():
    decided = plan(school(AUTUMN), EVE)
    assert decided.notices == ()
    assert [one.reason for one in decided.skipped] == [NO_TERMS]


def test_a_school_that_told_no_terms_is_told_as_before():
    assert len(plan(school(), EVE).notices) == 1


def test_a_live_clock_goes_and_takes_no_ordinary_reminder_with_it():
    urgent = school(
        AUTUMN,
        rules=("every 12 months", "on event allegation within 24 hours"),
        events=(Event("e", "larkfield", "allegation", EVE),),
    )
    decided = plan(urgent, EVE + timedelta(days=1))
    assert [[item.duty.live for item in one.items] for one in decided.notices] == [[True]]
    assert NO_TERMS in {one.reason for one in decided.skipped}


def test_when_dates_come_the_latest_step_goes_once_and_the_quiet_held_school_is_not_believed():
    held, until = plan_with_plan_again_on(school(AUTUMN), date(2027, 1, 4))
    assert held.notices == ()
    for day in range((min(until, date(2027, 2, 1)) - date(2027, 1, 4)).days):
        assert plan(school(AUTUMN), date(2027, 1, 4) + timedelta(days=day)).notices == ()
    released = plan(school(AUTUMN, SPRING, SUMMER), date(2027, 1, 4))
    assert [len(one.items) for one in released.notices] == [1]


def test_it_is_noticed_as_a_problem_of_its_own():
    codes = {one.code: one.level for one in findings(school(AUTUMN), EVE)}
    assert codes["terms-ended"] == "problem"
    assert "no-terms" not in codes
