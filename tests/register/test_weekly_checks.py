"""Which weekly checks were not recorded for weeks, and of whom they were asked."""

from dataclasses import replace
from datetime import date

import pytest

from bot.planning.duties import planning_context
from bot.planning.snapshot import Snapshot
from bot.register.weekly_checks import unrecorded
from bot.rules.accounts import Account
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Evidence
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.reminder_ladder import SAME_DAY


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (Term("T1", on("2026-09-01"), on("2026-10-22")), Term("T2", on("2026-11-02"), on("2026-12-18")))
)


def person(key, **member):
    held = Membership("larkfield", frozenset({"teacher"}), **member)
    return Person(key, key.title(), f"{key}@larkfield.test", (held,))


def rule(words="weekly in term on Friday", to="person:jo", **more):
    return Obligation("it", "larkfield", Kind.CHECK, "It", audience(to), (parse(words),), SAME_DAY, **more)


def found(day, *acts, rules=None, people=None, weeks=4, accounts=()):
    everybody = people or (person("jo"),)
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in everybody},
        obligations=rules or (rule(),),
        evidence=acts,
        accounts=accounts,
    )
    return [
        (one.person, one.weeks, one.cycle)
        for one in unrecorded(planning_context(snapshot, on(day)), "larkfield", weeks)
    ]


def act(day):
    return Evidence("larkfield", "it", "jo", on(day))


@pytest.mark.parametrize(
    ("day", "acts", "expected"),
    [
        ("2026-09-24", (), []),  # the 4th, 11th and 18th
        ("2026-09-25", (), [("jo", 4, "week:2026-W39")]),
        # Half term is no week; of the last eight weeks the others count.
        ("2026-11-20", (), [("jo", 7, "week:2026-W47")]),
        ("2026-11-20", (act("2026-10-23"),), []),
        ("2026-11-27", (act("2026-10-23"),), [("jo", 4, "week:2026-W48")]),
    ],
)
def test_weeks_without_a_record_are_counted_since_the_last_one(day, acts, expected):
    assert found(day, *acts) == expected


def test_no_one_is_counted_before_they_or_the_rule_were_here_or_while_they_were_away():
    day = "2026-11-20"
    assert found(day, people=(person("jo", starts_on=on("2026-11-02")),)) == []
    assert found(day, rules=(rule(since=on("2026-11-02")),)) == []
    away = person("jo", absences=(Absence(on("2026-09-21"), on("2026-11-06")),))
    assert found(day, people=(away,)) == []
    assert found("2026-09-03", weeks=1) == []


def test_other_rules_and_those_that_ask_no_one_are_left_out():
    day = "2026-11-20"
    stopped, monthly = rule(active=False), rule("every month")
    elsewhere = replace(rule(), school="oakfield")
    assert found(day, rules=(stopped, monthly)) == []
    assert found(day, rules=(rule(), elsewhere)) == [("jo", 7, "week:2026-W47")]


def test_of_an_account_its_name_stands_before_the_week():
    account = Account("fb", "larkfield", "Facebook", "Larkfield", frozenset({"jo"}))
    assert found("2026-11-20", rules=(rule(to="holder"),), accounts=(account,)) == [
        ("jo", 7, "fb/week:2026-W47")
    ]
