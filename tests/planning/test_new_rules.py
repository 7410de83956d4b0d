"""A rule asks first for what comes after it was there; nobody is late for what was before it."""

from dataclasses import replace
from datetime import date

import pytest
from asked import asked
from school_years import YEARS

from bot.forecast.simulate import simulate
from bot.planning.duties import duties
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.duties import State
from bot.rules.evidence import Event
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.register import Register, rule_since
from bot.rules.reminder_ladder import ASK


def on(text):
    return date.fromisoformat(text)


BEGAN, ADDED = "2025-09-01", "2026-11-16"
PHONES = Policy("phones", "larkfield", "Phones", versions=(Version("1", "a" * 64, on("2026-10-01")),))
JOIN, DECEMBER, SEPTEMBER = "on joining within 10 school days", "each December", "each September"
VERSION, TRIP = "on every new version within 10 school days", "on event trip within 5 school days"


def rule(words, added=ADDED, kind=Kind.ACKNOWLEDGE):
    one = Obligation(
        "it", "larkfield", kind, "It", audience("person:jo"), (parse(words),), ASK, policy="phones"
    )
    return replace(one, since=added and on(added))


def school(words, *, began=BEGAN, started="2020-01-06", added=ADDED, kind=Kind.ACKNOWLEDGE, events=()):
    jo = Membership("larkfield", frozenset({"teacher"}), starts_on=on(started))
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on(began))},
        {"larkfield": YEARS},
        {"jo": Person("jo", "Jo", "jo@larkfield.test", (jo,))},
        {("larkfield", "phones"): PHONES},
        (rule(words, added, kind),),
        events=tuple(Event(f"trip-{day}", "larkfield", "trip", on(day)) for day in events),
    )


def owed(words, day, **more):
    known = asked(school(words, **more), on(day))
    return [(one.cycle, str(one.due_on), one.state.value) for one in duties(known, on(day))]


@pytest.mark.parametrize(
    ("words", "day", "more", "expected"),
    [
        # Added in November: not last December's, and this one's as to everybody.
        (DECEMBER, "2026-11-16", {}, []),
        (DECEMBER, "2026-12-01", {}, [("2026-12", "2026-12-18", "due")]),
        (DECEMBER, "2026-11-16", {"kind": Kind.TRAIN}, []),
        (SEPTEMBER, "2026-11-16", {}, []),
        # A rule that came with the register asks for what it promised since our records began.
        (SEPTEMBER, "2026-11-16", {"added": None}, [("2026-09", "2026-09-30", "overdue")]),
        # Records that begin in November: of that school year, and of none before.
        (DECEMBER, "2026-11-16", {"added": None, "began": ADDED}, []),
        (SEPTEMBER, "2026-11-16", {"added": None, "began": ADDED}, [("2026-09", "2026-12-14", "no record")]),
        (SEPTEMBER, "2026-11-16", {"began": "2026-11-01"}, []),
        # What was still open is asked for; where less than a week of school is left, there is time for it.
        ("each November", "2026-11-16", {}, [("2026-11", "2026-11-30", "due")]),
        ("each November", "2026-11-23", {"added": "2026-11-23"}, [("2026-11", "2026-11-30", "due soon")]),
        ("each November", "2026-11-24", {"added": "2026-11-24"}, [("2026-11", "2026-12-08", "due")]),
        ("each term", "2026-11-16", {}, [("term:2026-09-01", "2026-12-18", "due")]),
        ("each term", "2027-01-05", {"added": "2026-12-21"}, [("term:2027-01-04", "2027-03-25", "due")]),
        ("weekly in term on Friday", "2026-11-16", {}, []),
        ("weekly in term on Friday", "2026-11-20", {}, [("week:2026-W47", "2026-11-20", "due soon")]),
        (TRIP, "2026-11-16", {"events": ("2026-11-13",)}, []),
        (
            TRIP,
            "2026-11-17",
            {"events": ("2026-11-16",)},
            [("event:trip-2026-11-16", "2026-11-23", "due soon")],
        ),
        # Anyone who joined long before it has no day that could have passed; anyone who just did has time.
        (JOIN, "2026-11-16", {"started": "2026-09-14"}, [("joining", "None", "no record")]),
        (JOIN, "2026-11-16", {"started": "2026-11-09"}, [("joining", "2026-11-23", "due soon")]),
        ("every 12 months", "2026-11-16", {}, [("first", "2026-12-14", "no record")]),
        (VERSION, "2026-11-16", {}, [(f"v:{'a' * 12}", "2026-11-30", "no record")]),
    ],
)
def test_a_rule_asks_first_for_what_comes_after_it(words, day, more, expected):
    assert owed(words, day, **more) == expected


@pytest.mark.parametrize("words", [DECEMBER, SEPTEMBER, "each term", JOIN, VERSION])
def test_no_one_is_late_within_a_month_of_a_new_rule(words):
    for day in ("2026-11-16", "2026-11-27"):
        assert State.OVERDUE not in [one.state for one in duties(school(words), on(day))]


def test_the_first_message_of_each_december_is_in_december():
    days = simulate(school(DECEMBER), on(ADDED), on("2027-02-01"))
    first = next(day.on for day in days if day.notices)
    assert first == on("2026-12-01")


TODAY = on("2026-11-16")


def register(*rules):
    return Register(School("larkfield", "Larkfield"), obligations=rules)


@pytest.mark.parametrize(
    ("before", "given", "since"),
    [
        (None, rule(DECEMBER, None), None),
        (register(), rule(DECEMBER, None), None),
        (register(rule(DECEMBER, None)), rule(DECEMBER, None), None),
        (register(rule(DECEMBER, "2026-10-01")), rule(DECEMBER, None), on("2026-10-01")),
        (register(replace(rule(JOIN, None), key="other")), rule(DECEMBER, None), TODAY),
        (register(replace(rule(DECEMBER, None), active=False)), rule(DECEMBER, None), TODAY),
        (register(rule(SEPTEMBER, None)), rule(DECEMBER, None), TODAY),
        (register(rule(SEPTEMBER, None)), rule(JOIN, None), None),
    ],
)
def test_a_rule_is_here_since_it_was_added_to_a_register_that_was_there(before, given, since):
    assert rule_since(given, before, TODAY) == replace(given, since=since)


@pytest.mark.parametrize(
    ("day", "stands"), [("2026-10-01", "due"), ("2026-10-12", "due soon"), ("2026-10-13", "overdue")]
)
def test_a_person_who_joins_two_days_before_a_month_ends_has_the_time_of_an_induction(day, stands):
    joined = {"added": None, "started": "2026-09-28"}
    assert owed(SEPTEMBER, day, **joined) == [("2026-09", "2026-10-12", stands)]


def test_a_person_who_joins_has_the_days_of_the_rule_s_own_induction():
    one = school(SEPTEMBER, added=None, started="2026-09-28")
    both = replace(one.obligations[0], cadence=(parse("on joining within 15 school days"), parse(SEPTEMBER)))
    (duty,) = duties(replace(one, obligations=(both,)), on("2026-09-28"))
    assert duty.due_on == on("2026-10-19")
