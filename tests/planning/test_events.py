"""Which events Handbell writes itself, what a register may call them, and whom an event asks."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from bot.logbook.model import KINDS
from bot.planning import events as planning_events
from bot.planning.duties import duties
from bot.planning.plan import plan_with_plan_again_on
from bot.planning.snapshot import Snapshot
from bot.rules.accounts import Account
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Event
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.reminder_ladder import ASK

ON = date.fromisoformat
SINCE = ON("2026-09-01")
YEAR = Calendar(
    (Term("T2", ON("2026-11-02"), ON("2026-12-18")), Term("T3", ON("2027-01-04"), ON("2027-07-21")))
)


def rule(when, who="staff", key="it", **more):
    cadence = tuple(map(parse, when.split(", ")))
    return Obligation(key, "larkfield", Kind.CHECK, "It", audience(who), cadence, ASK, **more)


def person(key, *roles, starts="2020-01-06", leaves=None):
    member = Membership(
        "larkfield", frozenset(roles or ("teacher",)), starts_on=ON(starts), leaves_on=leaves and ON(leaves)
    )
    return Person(key, key.capitalize(), f"{key}@larkfield.test", (member,))


def asked(day, *rules, people, events=(), accounts=()):
    """Who is asked what on a day: person, cycle, and why."""
    return [
        (one.person, one.cycle, one.why)
        for one in duties(school(*rules, people=people, events=events, accounts=accounts), ON(day))
    ]


def school(*rules, people, events=(), accounts=()):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=SINCE)},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        obligations=rules,
        accounts=accounts,
        events=events,
    )


def test_every_happening_of_the_log_is_of_a_kind_and_step_that_exist():
    steps = {(key, step) for key, kind in KINDS.items() for step in ("", *(one.key for one in kind.later))}
    assert planning_events.IN_THE_LOG.keys() <= steps
    answers = {answer for blank in KINDS["consent"].blanks for answer in blank.choices}
    assert planning_events.CONSENT_TAKEN_BACK in answers


def test_every_name_can_stand_in_a_register():
    names = {name for one in planning_events.ALL for name in one.names} | planning_events.OF_CASES
    assert {str(parse(f"on event {name}")) for name in names} == {
        f"on event {name} within 10 school days" for name in names
    }
    assert {name for one in planning_events.ALL for name in one.names}.isdisjoint(planning_events.OF_CASES)


@pytest.mark.parametrize(
    ("used", "name"),
    [
        ({"search"}, "search"),
        ({"search", "device-taken"}, "device-taken"),
        ({"confiscation", "guidance-changed"}, "confiscation"),
        ({"trip"}, None),
        (set(), None),
    ],
)
def test_something_is_called_as_the_register_calls_it_and_by_one_name(used, name):
    assert planning_events.event_name(planning_events.IN_THE_LOG["taken", ""], used) == name


def test_rules_that_wait_are_listed_by_event_and_a_rule_out_of_force_waits_for_nothing():
    one = rule("each September, on event search within 1 school day", key="one")
    two, off = rule("on event search", key="two"), rule("on event trip", key="off", active=False)
    assert planning_events.waiting((one, two, off)) == {"search": [one, two]}


@pytest.mark.parametrize(
    ("name", "used", "says"),
    [
        (
            "guidance-changed",
            {"guidance-changed"},
            "when somebody records it under Something happened, in the office",
        ),
        (
            "breach-reported",
            {"breach-reported"},
            planning_events.NEVER,
        ),
        (
            "search",
            {"search"},
            "when a search that is not complete is written into the log, or a device taken ",
        ),
        (
            "search",
            {"search", "device-taken"},
            "when a search that is not complete is written into the log, or somebody",
        ),
    ],
)
def test_it_is_said_when_a_rule_rings(name, used, says):
    assert planning_events.in_full(name, used).startswith(says)


BEN = sha256(b"ben").hexdigest()[:16]
JOINERS = (person("ann"), person("ben", starts="2026-11-16"), person("gov", "governor", starts="2026-11-16"))


def test_who_joins_is_asked_alone_where_they_are_asked_at_all():
    joined = ("ben", f"event:staff-joined-{BEN}-2026-11-16", "Staff joined on 16 November 2026. “Ben”")
    assert asked("2026-11-20", rule("on event staff-joined"), people=JOINERS) == [joined]
    about_ben = rule("on event staff-joined", who="person:ann")
    assert asked("2026-11-20", about_ben, people=JOINERS) == [("ann", *joined[1:])]
    assert asked("2026-11-13", about_ben, people=JOINERS) == []


def test_who_came_before_our_records_sets_nothing_going():
    early = (person("ann"), person("ben", starts="2026-08-31", leaves="2026-08-31"))
    assert asked("2026-11-20", rule("on event staff-joined, on event staff-left"), people=early) == []


def test_who_leaves_is_seen_to_by_those_the_rule_names():
    gone = (person("ann", "it"), person("ben", leaves="2026-11-18"))
    found = asked("2026-11-20", rule("on event leaver within 1 school day", who="role:it"), people=gone)
    assert found == [("ann", f"event:leaver-{BEN}-2026-11-18", "Leaver on 18 November 2026. “Ben”")]


def test_no_one_joins_where_no_rule_waits_for_it():
    assert asked("2026-11-20", rule("on event trip"), people=JOINERS) == []
    off = rule("on event staff-joined", active=False)
    assert list(planning_events.of_people(school(off, people=JOINERS), ON("2026-11-20"))) == []


def test_who_joined_and_has_left_sets_no_one_else_going():
    people = (person("ann"), person("ben", starts="2026-11-09", leaves="2026-11-16"))
    joined = rule("on event staff-joined")
    assert [who for who, *_ in asked("2026-11-16", joined, people=people)] == ["ben"]
    assert asked("2026-11-17", joined, people=people) == []


def test_a_quiet_school_wakes_on_the_day_a_person_joins():
    coming = (person("ann"), person("ben", starts="2026-11-30"))
    decided, until = plan_with_plan_again_on(
        school(rule("on event staff-joined", who="person:ann"), people=coming), ON("2026-11-20")
    )
    assert not decided.notices
    assert until <= ON("2026-11-30")


ADDED = Event("a", "larkfield", "account-holder-added", ON("2026-11-18"), person="ben", subject="facebook")
ACCOUNTS = tuple(
    Account(key, "larkfield", key, key, frozenset(holders))
    for key, holders in (("facebook", ("ann", "ben")), ("youtube", ("ben",)))
)


def test_a_new_holder_of_an_account_is_asked_for_that_account_alone():
    agreed = rule("on event account-holder-added within 5 school days", who="holder")
    people = (person("ann"), person("ben"))
    found = asked("2026-11-20", agreed, people=people, events=(ADDED,), accounts=ACCOUNTS)
    assert found == [("ben", "facebook/event:a", "Account holder added on 18 November 2026.")]


def test_a_holder_who_stopped_again_leaves_no_one_asked_in_their_place():
    agreed = rule("on event account-holder-added within 5 school days", who="holder")
    people = (person("ann"), person("ben"))
    (facebook, youtube) = ACCOUNTS
    without = (replace(facebook, holders=frozenset({"ann"})), youtube)
    assert asked("2026-11-20", agreed, people=people, events=(ADDED,), accounts=without) == []


def test_a_new_holder_is_told_of_to_the_person_a_rule_names_as_well():
    watched = rule("on event account-holder-added within 5 school days", who="person:ann")
    people = (person("ann"), person("ben"))
    found = asked("2026-11-20", watched, people=people, events=(ADDED,), accounts=ACCOUNTS)
    assert [(who, cycle) for who, cycle, _ in found] == [("ann", "event:a")]


def test_an_event_of_the_whole_school_asks_every_holder():
    told = rule("on event guidance-changed", who="holder")
    event = Event("g", "larkfield", "guidance-changed", ON("2026-11-18"))
    people = (person("ann"), person("ben"))
    found = asked("2026-11-20", told, people=people, events=(event,), accounts=ACCOUNTS)
    assert sorted(cycle for _, cycle, _ in found) == [
        "facebook/event:g",
        "facebook/event:g",
        "youtube/event:g",
    ]


@pytest.mark.parametrize(
    ("when", "never"),
    [
        ("on event breach-reported within 1 working day", True),
        ("on event allegation, on event advice-needed", True),
        ("on event issue-found within 10 school days", False),
        ("on event guidance-changed", False),
        ("on event search", False),
        ("each September, on event allegation", False),
        ("on event allegation, on event search", False),
        ("each September", False),
        ("always", False),
    ],
)
def test_a_rule_that_waits_for_what_nothing_writes_is_never_asked(when, never):
    one, off = rule(when), rule(when, active=False)
    assert list(planning_events.never_asked((one, off))) == ([one] if never else [])
