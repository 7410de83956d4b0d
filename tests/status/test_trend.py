"""The trend: which days are looked at, and what was done, open or unknown on each of them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from asked import asked

from bot.planning.snapshot import Snapshot
from bot.rules.accounts import AccountEntry, AccountEntryKind
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Delegation, PartialDate, Policy, Version
from bot.rules.reminder_ladder import ASK
from bot.status.model import figures, stuck
from bot.status.trend import GROUPS, as_it_was, group_of, points, standing_then, trend

SINCE = date(2026, 9, 1)
TODAY = date(2026, 11, 23)
TERMS = (Term("autumn", date(2026, 9, 2), date(2026, 12, 18)),)


def person(key, manager=None, **more):
    here = Membership("larkfield", frozenset({"teacher"}), starts_on=date(2020, 1, 6), manager=manager)
    return Person(key, key.title(), more.pop("email", f"{key}@x.test"), (replace(here, **more),))


def rule(kind, words, key="it", **more):
    return Obligation(key, "larkfield", kind, f"The {key}", audience("staff"), (parse(words),), ASK, **more)


def act(key, day, outcome=Outcome.DONE, obligation="it", **more):
    return Evidence("larkfield", obligation, key, day, outcome, **more)


def school(*people, rules, acts=(), since=SINCE, **more):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=since)},
        {"larkfield": Calendar(TERMS)},
        {one.key: one for one in people},
        obligations=rules,
        evidence=acts,
        **more,
    )


def d(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-23", "2026-11-23", ["2026-11-23"]),
        ("2026-12-01", "2026-11-23", ["2026-11-23"]),
        ("2026-11-06", "2026-11-16", ["2026-11-06", "2026-11-13", "2026-11-16"]),
        ("2026-11-02", "2026-11-20", ["2026-11-02", "2026-11-06", "2026-11-13", "2026-11-20"]),
        (
            "2026-08-31",
            "2026-11-30",
            [
                "2026-08-31",
                *["2026-09-04", "2026-09-11", "2026-09-18", "2026-09-25", "2026-10-02", "2026-10-09"],
                *["2026-10-16", "2026-10-23", "2026-10-30", "2026-11-06", "2026-11-13", "2026-11-20"],
                *["2026-11-27", "2026-11-30"],
            ],
        ),
        (
            "2026-07-10",
            "2026-11-23",
            ["2026-07-10", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-23"],
        ),
    ],
)
def test_the_days_are_months_ends_and_at_first_the_weeks(since, until, days):
    assert [one.isoformat() for one in points(d(since), d(until))] == days


def test_no_more_than_a_year_is_looked_back_and_february_ends_right():
    days = points(d("2019-09-01"), d("2028-03-15"))
    assert (days[0], days[1], days[-1]) == (d("2027-03-15"), d("2027-03-31"), d("2028-03-15"))
    assert d("2028-02-29") in days
    assert len(days) == 14


YEARLY = (rule(Kind.TRAIN, "every 12 months"),)


@pytest.mark.parametrize(
    ("acts", "on", "state"),
    [
        ((act("ada", d("2026-10-05")),), "2026-10-04", State.NO_RECORD),
        ((act("ada", d("2026-10-05")),), "2026-10-05", State.DONE),
        ((act("ada", d("2025-10-02")), act("ada", d("2026-10-20"))), "2026-10-19", State.OVERDUE),
        ((act("ada", d("2025-10-02")), act("ada", d("2026-10-20"))), "2026-10-31", State.DONE),
        ((act("ada", d("2026-10-05"), Outcome.QUESTION),), "2026-10-31", State.PAUSED),
        (
            (act("ada", d("2026-10-05"), Outcome.QUESTION), act("ada", d("2026-11-02"), Outcome.ANSWERED)),
            "2026-10-31",
            State.PAUSED,
        ),
    ],
)
def test_a_day_that_is_over_knows_nothing_of_what_came_later(acts, on, state):
    standing = standing_then(school(person("ada"), rules=YEARLY, acts=acts), "larkfield", d(on))
    assert [line.state for line in standing.lines] == [state]


def test_every_state_is_counted_in_one_group_and_no_chart_has_more_than_five():
    assert [group_of(state) for state in State] == [
        *["done", "due", "due", "overdue", "no record", "waiting", "waiting"]
    ]
    assert len(GROUPS) == 5


def test_the_trend_counts_each_area_and_all_of_them_and_names_the_term():
    rules = (*YEARLY, rule(Kind.SIGN, "every 12 months", key="deal"))
    acts = (act("ada", d("2026-09-10")), act("ada", d("2026-10-08"), obligation="deal"))
    found = trend(school(person("ada"), person("ben"), rules=rules, acts=acts), "larkfield", TODAY)
    first, last = found[0], found[-1]
    assert (first.on, first.counts["done"], last.on, last.counts["done"]) == (SINCE, 0, TODAY, 2)
    assert last.by_area["Training"]["done"] == last.by_area["Agreements"]["done"] == 1
    assert {one.total for one in found} == {4}
    assert (first.term, last.term) == ("", "autumn")


def test_the_last_day_of_the_trend_is_what_the_dashboard_says():
    snapshot = school(person("ada"), person("ben"), rules=YEARLY, acts=(act("ada", d("2026-10-05")),))
    (standing,) = figures(snapshot, TODAY)
    assert trend(snapshot, "larkfield", TODAY)[-1].counts["no record"] == len(standing.lines) - 1 == 1


def test_a_person_who_came_later_is_not_counted_before():
    found = trend(
        school(person("ada"), person("ben", starts_on=d("2026-11-02")), rules=YEARLY), "larkfield", TODAY
    )
    assert [one.total for one in (found[0], found[-1])] == [1, 2]


def test_texts_events_and_hand_overs_of_later_days_are_left_out():
    policy = Policy(
        "use",
        "larkfield",
        "Use",
        approved_on=PartialDate.parse("2026-10-08"),
        next_review=PartialDate.parse("2027-10-08"),
        versions=(Version("1", "a" * 64), Version("2", "b" * 64, d("2026-10-08"))),
    )
    entry = AccountEntry(
        reference="1",
        school="larkfield",
        account="page",
        sort=AccountEntryKind.LOOKED,
        on=d("2026-10-08"),
        at=datetime(2026, 10, 8, 9, tzinfo=UTC),
        by="ada",
        by_name="Ada",
    )
    snapshot = school(
        person("ada"),
        rules=YEARLY,
        policies={("larkfield", "use"): policy},
        events=(Event("trip", "larkfield", "trip", d("2026-10-08")),),
        account_log=(entry,),
        delegations={("larkfield", "use"): Delegation("ada", d("2026-12-01"), d("2026-10-08"))},
    )
    before, on_the_day = (as_it_was(snapshot, d(day)) for day in ("2026-10-07", "2026-10-08"))
    then = before.policies["larkfield", "use"]
    assert ([one.number for one in then.versions], then.approved_on, then.next_review) == (["1"], None, None)
    assert (before.events, before.account_log, before.delegations) == ((), (), {})
    assert on_the_day == snapshot


@pytest.mark.parametrize(
    ("people", "acts", "said"),
    [
        ([person("ada")], [act("ada", d("2026-10-05"))], []),
        ([person("ada")], [], [("", "Ada", 1, 0, True, False)]),
        ([person("ada", manager="gone")], [act("ada", d("2025-10-05"))], [("", "Ada", 1, 0, True, False)]),
        (
            [person("ada", manager="ben"), person("ben", email=None, paused=True)],
            [act("ada", d("2025-10-05")), act("ben", d("2025-10-05"))],
            [("Ben", "Ada", 1, 0, True, False)],
        ),
        (
            [person("ada", manager="cat"), person("ben", manager="cat", email=None), person("cat")],
            [act("ben", d("2025-10-05")), act("cat", d("2026-10-05"))],
            [("Cat", "Ada", 1, 0, True, False), ("Cat", "Ben", 1, 0, False, False)],
        ),
    ],
)
def test_who_is_stuck_stands_under_their_line_manager(people, acts, said):
    snapshot = asked(school(*people, rules=YEARLY, acts=tuple(acts)), TODAY)
    (standing,) = figures(snapshot, TODAY)
    found = [
        (team.name, one.name, one.overdue, one.unknown, one.reachable, one.away)
        for team in stuck(snapshot, standing)
        for one in team.people
    ]
    assert found == said
