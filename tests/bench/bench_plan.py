"""How long a plan takes, beside the plan of one school in the same run: `make bench`.

Not part of `make test`: a figure in seconds says more about the machine than about the code. What is asserted
here are ratios. A trust is so many schools of 50 people and 20 rules each, a thousand duties a school.
"""

import sys
import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.planning.plan import plan
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Evidence
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK
from bot.status.model import figures
from bot.status.warnings import findings

DAY = date(2026, 11, 20)
SINCE = date(2026, 9, 1)
YEAR = Calendar(
    (
        Term("T1", date(2026, 9, 1), date(2026, 10, 22)),
        Term("T2", date(2026, 11, 2), date(2026, 12, 18)),
        Term("T3", date(2027, 1, 4), date(2027, 7, 21)),
    )
)
CADENCES = (
    "each September",
    "every 12 months",
    "on joining within 10 school days",
    "on every new version within 10 school days",
)
PEOPLE, RULES = 50, 20
SHA = "a" * 64


def trust(schools, *, open_every=100, years=1):
    """Build a trust. One duty in `open_every` is open; the rest were done this term, and in years before."""
    keys = [f"s{number}" for number in range(schools)]
    member = {"roles": frozenset({"teacher"}), "starts_on": SINCE}
    people = {
        f"{key}-p{number}": Person(
            f"{key}-p{number}", f"Person {number}", f"{key}-{number}@x.test", (Membership(key, **member),)
        )
        for key in keys
        for number in range(PEOPLE)
    }
    rules = tuple(rule(key, number) for key in keys for number in range(RULES))
    done = [
        (one, f"{one.school}-p{number}")
        for count, one in enumerate(rules)
        for number in range(PEOPLE)
        if (count * PEOPLE + number) % open_every
    ]
    evidence = tuple(
        Evidence(one.school, one.key, person, date(2026, 9, 10) - timedelta(days=365 * year), version=SHA)
        for one, person in done
        for year in range(years)
    )
    return Snapshot(
        {key: School(key, key, since=SINCE) for key in keys},
        dict.fromkeys(keys, YEAR),
        people,
        {(key, "phones"): Policy("phones", key, "Phones", versions=(Version("1", SHA),)) for key in keys},
        rules,
        evidence=evidence,
    )


def rule(school, number):
    cadence = (parse(CADENCES[number % len(CADENCES)]),)
    who = audience("staff")
    return Obligation(
        f"o{number}", school, Kind.ACKNOWLEDGE, f"O {number}", who, cadence, ASK, policy="phones"
    )


@pytest.mark.benchmark(group="plan: duties")
@pytest.mark.parametrize("duties", [1_000, 10_000, 100_000])
def test_plan(benchmark, duties):
    snapshot = trust(duties // (PEOPLE * RULES))
    decided = benchmark(plan, snapshot, DAY)
    assert done_in(decided) == duties
    assert sum(len(notice.items) for notice in decided.notices) == duties // 100


@pytest.mark.benchmark(group="plan: years of evidence behind 10,000 duties")
@pytest.mark.parametrize("years", [1, 5, 10])
def test_history(benchmark, years):
    decided = benchmark(plan, trust(10, years=years), DAY)
    assert done_in(decided) == PEOPLE * RULES * 10


@pytest.mark.benchmark(group="plan: one in so many of 10,000 duties open")
@pytest.mark.parametrize("open_every", [100, 10, 1])
def test_open(benchmark, open_every):
    decided = benchmark(plan, trust(10, open_every=open_every), DAY)
    assert done_in(decided) == PEOPLE * RULES * 10


@pytest.mark.benchmark(group="pages: 10,000 duties")
@pytest.mark.parametrize("look", [figures, findings], ids=["status", "findings"])
def test_pages(benchmark, look):
    assert benchmark(look, trust(10), DAY) is not None


def done_in(decided):
    """So many duties were decided, told or passed over."""
    return sum(len(notice.items) for notice in decided.notices) + len(decided.skipped)


def seconds(snapshot):
    """Time a plan; the best of three, for a machine that does other things."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        plan(snapshot, DAY)
        best = min(best, time.process_time() - begun)
    return best


def test_a_hundred_schools_cost_no_more_each_than_one():
    assert seconds(trust(100)) < 2.5 * 100 * seconds(trust(1))


def test_what_was_decided_long_ago_costs_nothing():
    school = trust(5)
    old = {
        (f"s{number % 5}", f"o{number % RULES}", f"s0-p{number}", f"old:{number}", "ask"): DecidedStep(SINCE)
        for number in range(200_000)
    }
    assert seconds(replace(school, decided=old)) < 1.5 * seconds(school)


if __name__ == "__main__":
    timing = ["--benchmark-timer=time.process_time", "--benchmark-max-time=0.5", "--benchmark-min-rounds=3"]
    shown = ["--benchmark-columns=min,median,rounds", "--benchmark-sort=fullname", "-q"]
    sys.exit(pytest.main([__file__, *timing, *shown, *sys.argv[1:]]))
