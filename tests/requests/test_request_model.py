"""Who decides what somebody asks, who may see it, and when a permission lapses: tables."""

from datetime import UTC, date, datetime

import pytest

from bot.planning.active_members import active_members
from bot.planning.snapshot import Snapshot
from bot.requests.model import (
    KINDS,
    Outcome,
    Request,
    RequestEvent,
    RequestState,
    about_to_end,
    confirmed,
    days_wrong,
    decider,
    decision,
    in_order,
    may_decide,
    may_see,
    standing,
)
from bot.rules.people import Absence, Membership, Person, School

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ROLES = {
    "head": {"staff", "headteacher"},
    "deputy": {"staff", "deputy-head", "dsl"},
    "teacher": {"staff", "teacher"},
    "office": {"staff", "office"},
    "chair": {"governor", "chair"},
}


def roll(away=(), without=(), unheard=()):
    absence = (Absence(TODAY, TODAY),)
    people = {
        key: Person(
            key,
            key,
            None if key in unheard else f"{key}@s.example",
            (Membership("s", frozenset(held), absences=absence if key in away else ()),),
        )
        for key, held in ROLES.items()
        if key not in without
    }
    return active_members(Snapshot({"s": School("s", "School")}, {}, people), TODAY)["s"]


def request(person="teacher", kind="own-device", **given):
    usual = {
        "reference": "RQ-1",
        "school": "s",
        "person_name": person,
        "what": "My tablet",
        "why": "None is free",
        "from_on": TODAY,
        "until_on": date(2026, 12, 18),
        "asked_at": NOW,
        "identified_by": "a test",
    }
    return Request(person=person, kind=kind, **usual | given)


def word(outcome, until_on=None):
    return RequestEvent(
        reference="RQ-1",
        outcome=outcome,
        person="head",
        person_name="head",
        at=NOW,
        identified_by="a test",
        until_on=until_on,
    )


@pytest.mark.parametrize(
    ("asker", "away", "without", "decides"),
    [
        ("teacher", (), (), "head"),
        ("deputy", (), (), "head"),
        ("head", (), (), "chair"),
        ("chair", (), (), "head"),
        ("teacher", ("head",), (), "deputy"),
        ("deputy", ("head",), (), "chair"),
        ("teacher", (), ("head", "deputy"), "chair"),
        ("head", (), ("chair",), None),
    ],
)
def test_the_head_or_who_stands_in_decides_and_the_chair_what_the_head_asks(asker, away, without, decides):
    assert decider(roll(away, without), asker) == decides


@pytest.mark.parametrize("asker", ROLES)
def test_no_one_decides_what_they_asked_themselves(asker):
    called = roll()
    assert not may_decide(called, asker, asker)
    assert {one for one in ROLES if may_decide(called, asker, one)} == {
        "chair" if asker == "head" else "head"
    }


@pytest.mark.parametrize(
    ("asker", "away", "unheard", "decides"),
    [
        ("teacher", (), ("head",), "deputy"),
        ("teacher", ("deputy",), ("head",), "chair"),
        ("head", ("chair",), (), "chair"),
        ("teacher", ("head", "deputy", "chair"), ("head",), "deputy"),
        ("teacher", (), ("head", "deputy", "chair"), None),
    ],
)
def test_a_person_who_is_away_or_no_mail_reaches_is_replaced_by_the_next_leader(
    asker, away, unheard, decides
):
    assert decider(roll(away, unheard=unheard), asker) == decides


def test_the_head_decides_also_while_a_person_stands_in():
    called = roll(away=("head",))
    assert {one for one in ROLES if may_decide(called, "teacher", one)} == {"head", "deputy"}


@pytest.mark.parametrize(
    ("kind", "asker", "seen_by"),
    [
        ("own-device", "teacher", {"teacher", "head"}),
        ("relationship", "teacher", {"teacher", "head", "deputy"}),
        ("own-device", "head", {"head", "chair"}),
        ("relationship", "head", {"head", "chair", "deputy"}),
    ],
)
def test_what_was_asked_is_for_the_asker_who_decides_and_a_declaration_also_for_the_safeguarding_leads(
    kind, asker, seen_by
):
    called = roll()
    assert {one for one in ROLES if may_see(called, request(asker, kind), one)} == seen_by


LAST = date(2026, 11, 23)
LATER = date(2026, 12, 18)


@pytest.mark.parametrize(
    ("words", "stands", "ends_soon"),
    [
        ([], RequestState.WAITING, False),
        ([word(Outcome.ALLOWED, LATER)], RequestState.ALLOWED, False),
        ([word(Outcome.ALLOWED, LAST)], RequestState.ALLOWED, True),
        ([word(Outcome.ALLOWED, date(2026, 11, 30))], RequestState.ALLOWED, True),
        ([word(Outcome.ALLOWED, date(2026, 12, 1))], RequestState.ALLOWED, False),
        ([word(Outcome.ALLOWED, date(2026, 11, 22))], RequestState.LAPSED, False),
        ([word(Outcome.ALLOWED, date(2026, 11, 22)), word(Outcome.CONFIRMED)], RequestState.LAPSED, False),
        ([word(Outcome.REFUSED)], RequestState.REFUSED, False),
        ([word(Outcome.NOTED, LATER)], RequestState.NOTED, False),
        ([word(Outcome.NOTED, date(2026, 11, 22))], RequestState.LOOK_AGAIN, False),
        ([word(Outcome.WITHDRAWN)], RequestState.WITHDRAWN, False),
        ([word(Outcome.ALLOWED, date(2026, 11, 22)), word(Outcome.ENDED)], RequestState.ENDED, False),
    ],
)
def test_a_permission_counts_up_to_its_last_day_and_lapses_by_itself(words, stands, ends_soon):
    assert standing(words, TODAY) is stands
    assert about_to_end(words, TODAY) is ends_soon


def test_reading_a_decision_changes_nothing_about_it():
    said = [word(Outcome.ALLOWED, LATER), word(Outcome.CONFIRMED)]
    assert decision(said) is said[0]
    assert confirmed(said)
    assert not confirmed(said[:1])
    assert not confirmed([])


@pytest.mark.parametrize(
    ("kind", "from_on", "until_on", "wrong"),
    [
        ("own-device", TODAY, LATER, False),
        ("own-device", TODAY, TODAY, False),
        ("own-device", TODAY, None, True),
        ("own-device", LATER, TODAY, True),
        ("own-device", date(2026, 11, 1), date(2026, 11, 20), True),
        ("own-device", TODAY, date(2029, 1, 1), True),
        ("relationship", TODAY, None, False),
    ],
)
def test_a_permission_always_has_an_end_that_makes_sense(kind, from_on, until_on, wrong):
    assert bool(days_wrong(KINDS[kind], from_on, until_on, TODAY)) is wrong


def test_what_waits_longest_stands_first_and_the_rest_newest_first():
    def at(hour, reference):
        return request(reference=reference, asked_at=NOW.replace(hour=hour))

    rows = [
        (at(1, "old"), RequestState.ALLOWED),
        (at(2, "first"), RequestState.WAITING),
        (at(3, "new"), RequestState.LAPSED),
        (at(4, "again"), RequestState.LOOK_AGAIN),
    ]
    assert [one.reference for one in in_order(rows)] == ["first", "again", "new", "old"]


def test_every_kind_has_a_title_and_a_hint_of_its_own():
    assert (
        len({one.title for one in KINDS.values()}) == len({one.hint for one in KINDS.values()}) == len(KINDS)
    )
    assert request().title == KINDS["own-device"].title
    assert request(kind="relationship").declares
