"""Days in holidays, anniversaries and terms: when something is due, and that a message comes before it."""

from datetime import date, timedelta

import pytest
from asked import asked
from school_years import YEARS

from bot.forecast.simulate import simulate
from bot.planning.duties import duties
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.duties import State
from bot.rules.evidence import Evidence
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.reminder_ladder import ASK, GENTLE


def on(text):
    return date.fromisoformat(text)


def person(key, role, **more):
    member = Membership("larkfield", frozenset({role}), **{"starts_on": on("2020-01-06"), **more})
    return Person(key, key.title(), f"{key}@larkfield.test", (member,))


def school(words, *acts, kind=Kind.CHECK, ladder=ASK, since="2026-09-01", **member):
    cadence = tuple(map(parse, words.split(", ")))
    rule = Obligation("it", "larkfield", kind, "It", audience("person:jo"), cadence, ladder)
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on(since))},
        {"larkfield": YEARS},
        {"jo": person("jo", "teacher", **member), "head": person("head", "headteacher")},
        obligations=(rule,),
        evidence=acts,
    )


def done(day, **more):
    return Evidence("larkfield", "it", "jo", on(day), **more)


def told(snapshot, first, last, answers=lambda _item: False):
    return [
        (str(day.on), item.step, str(item.duty.due_on))
        for day in simulate(snapshot, on(first), on(last), answers)
        for notice in day.notices
        for item in notice.items
    ]


@pytest.mark.parametrize(
    ("words", "acts", "first", "due_on", "late_after"),
    [
        # A certificate that runs out in the summer, a month that ends in a weekend, a start before a holiday.
        ("every 12 months", (done("2025-08-10"),), "2026-07-01", "2026-07-21", "2026-08-10"),
        ("each October", (), "2026-10-01", "2026-10-30", "2026-10-31"),
        ("each December", (), "2026-12-01", "2026-12-18", "2026-12-31"),
        ("on joining within 30 days", (), "2026-11-30", "2026-12-18", "2026-12-30"),
    ],
)
def test_what_falls_due_in_holidays_is_due_on_the_last_school_day_before(
    words, acts, first, due_on, late_after
):
    joiner = {"starts_on": on(first)} if "joining" in words else {}
    course = school(words, *acts, since="2025-09-01", **joiner)
    days = [(day, step) for day, step, due in told(course, first, late_after) if due == due_on]
    assert (due_on, "due") in days
    assert [day for day, _ in days if day > due_on] == []
    known, last = asked(course, on(late_after)), on(late_after)
    stands = [duties(known, day)[0].state for day in (last, last + timedelta(days=1))]
    assert State.OVERDUE not in stands[:1]
    assert stands[1:] == [State.OVERDUE]


def test_a_check_of_every_month_that_is_answered_early_is_asked_for_twelve_times_a_year():
    found = told(school("every 1 months", done("2026-09-01")), "2026-09-01", "2027-09-10", lambda _: True)
    assert len(found) == 12
    assert {day[-2:] for _, _, day in found} <= {"01", *(f"{number}" for number in range(18, 32))}


@pytest.mark.parametrize(
    ("kind", "answered_on", "names", "due_on"),
    [
        (Kind.CHECK, "2026-10-20", "after:2025-11-10", "2027-11-10"),
        (Kind.SIGN, "2026-11-10", "after:2025-11-10", "2027-11-10"),
        # Late, long before, for nothing named, or for another time: from the day on which it was done.
        (Kind.CHECK, "2026-11-16", "after:2025-11-10", "2027-11-16"),
        (Kind.CHECK, "2026-03-02", "after:2025-11-10", "2027-03-02"),
        (Kind.CHECK, "2026-10-20", None, "2027-10-20"),
        (Kind.CHECK, "2026-10-20", "first", "2027-10-20"),
        # A certificate runs out by its own day.
        (Kind.TRAIN, "2026-10-20", "after:2025-11-10", "2027-10-20"),
    ],
)
def test_what_is_answered_shortly_before_its_day_keeps_that_day(kind, answered_on, names, due_on):
    known = school(
        "every 12 months", done("2025-11-10"), done(answered_on, cycle=names), kind=kind, since="2025-09-01"
    )
    (duty,) = duties(known, on("2026-12-01"))
    assert (duty.state, duty.due_on) == (State.DONE, on(due_on))
    assert str(on(answered_on).day) in duty.why


def test_a_term_is_asked_for_weeks_before_its_last_school_day():
    found = told(school("each term", ladder=GENTLE), "2026-09-01", "2027-01-31")
    assert found == [
        ("2026-11-20", "ask", "2026-12-18"),
        ("2026-12-18", "due", "2026-12-18"),
        ("2027-01-15", "hand-over", "2026-12-18"),
    ]


@pytest.mark.parametrize(("act", "settled"), [("2026-09-10", True), ("2026-08-28", False)])
def test_what_was_done_in_a_term_before_it_is_asked_for_is_done(act, settled):
    known = school("each term", done(act), since="2025-09-01")
    assert (told(known, "2026-09-01", "2026-12-18") == []) is settled
    (duty,) = duties(known, on("2026-10-01"))
    assert (duty.state is State.DONE) is settled
