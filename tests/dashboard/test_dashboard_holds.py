"""The stop button: what waits is really held back, recorded with who and why, and can be let go in time."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.core.validation import ValidationFailed
from bot.dashboard.holds import CLOCK, MAX_REASON_LENGTH, MessageHoldRequest, hold, let_go, todays
from bot.messages import hold_store
from bot.messages.hold_store import message_hold
from bot.messages.tables import message
from bot.planning.store import load_snapshot
from bot.records.ledger import ledger as chain
from bot.rules.cadence import parse

SCHOOL = "merriwell-green"


def waiting(school):
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, school.clock().date(), (SCHOOL,))
        return {one.person: one for one in todays(conn, snapshot, SCHOOL, school.clock())}


def stop(school, *people, why="The policy is being corrected.", act=hold, of=SCHOOL):
    known = waiting(school)
    wanted = frozenset(known[one].id for one in people)
    return act(school.services, MessageHoldRequest(of, "hd", wanted, why), school.clock())


def entries(school):
    with school.store.reading() as conn:
        return [
            (row.actor, row.action, json.loads(row.data))
            for row in conn.execute(select(chain).where(chain.c.action.like("messages %")))
        ]


def test_a_held_message_is_not_sent_and_the_others_are(school):
    school.plan()
    assert stop(school, "y1", "y4").done == 2
    school.deliver()
    posted = school.posted()
    assert posted["y1"].state == posted["y4"].state == "withdrawn"
    assert posted["ta4"].state == "sent"
    assert school.received("s.kerr@merriwell.example") == []


def test_who_held_it_and_why_is_shown_and_stands_in_the_ledger(school):
    school.plan()
    stop(school, "y1", why="  The policy is   being corrected. ")
    shown = waiting(school)["y1"]
    assert (shown.held_by, shown.why, shown.held_at) == (
        "Helen Achebe",
        "The policy is being corrected.",
        school.clock(),
    )
    data = {"messages": {shown.id: "y1"}, "why": "The policy is being corrected."}
    assert entries(school) == [("person:hd", "messages held", data)]


def test_what_was_held_is_decided_again_on_the_next_school_day(school):
    decided = school.plan()
    (held,) = (one for one in decided.notices if one.person == "y1")
    stop(school, "y1")
    school.plan()
    assert school.states()["withdrawn"] == 1
    school.clock.turn(days=1)
    (again,) = (one for one in school.plan().notices if one.person == "y1")
    assert [item.key()[:4] for item in again.items] == [item.key()[:4] for item in held.items]
    # Nobody was asked while it was held; with less than a week left they have the whole time from now on.
    assert {item.step for item in again.items} == {"ask"}


def test_a_held_message_is_let_go_and_then_sent_once(school):
    school.plan()
    stop(school, "y1")
    school.deliver()
    assert stop(school, "y1", act=let_go).done == 1
    assert waiting(school)["y1"].held_by == ""
    school.deliver()
    school.deliver()
    assert len(school.received("s.kerr@merriwell.example")) == 1
    assert [action for _, action, _ in entries(school)] == ["messages held", "messages let go"]
    school.clock.turn(days=1)
    assert "y1" not in {one.person for one in school.plan().notices}


def test_held_let_go_and_held_again_is_held(school):
    school.plan()
    for act in (hold, let_go, hold):
        assert stop(school, "y1", act=act).done == 1
    school.deliver()
    assert school.received("s.kerr@merriwell.example") == []


def test_what_has_gone_is_neither_held_nor_recorded(school):
    school.plan()
    wanted = frozenset(one.id for one in waiting(school).values())
    school.deliver()
    changed = hold(school.services, MessageHoldRequest(SCHOOL, "hd", wanted, "Too late."), school.clock())
    assert (changed.done, changed.gone) == (0, len(wanted))
    assert waiting(school) == {}
    assert entries(school) == []


def test_after_the_days_hours_nothing_can_be_let_go(school):
    school.plan()
    wanted = frozenset({waiting(school)["y1"].id})
    stop(school, "y1")
    school.clock.turn(hours=11)
    changed = let_go(school.services, MessageHoldRequest(SCHOOL, "hd", wanted), school.clock())
    assert (changed.done, changed.gone) == (0, 1)
    assert school.states()["withdrawn"] == 1


def test_a_message_that_was_withdrawn_for_another_reason_is_not_let_go(school):
    school.plan()
    found = waiting(school)["y1"].id
    with school.store.writing() as conn:
        conn.execute(message.update().where(message.c.id == found).values(state="withdrawn"))
        assert hold_store.let_go(conn, {found}, school.clock()) == []
    assert "y1" not in waiting(school)


@pytest.mark.parametrize(
    ("people", "why", "act", "field"),
    [
        ([], "Because.", hold, "message"),
        (["y1"], "  ", hold, "why"),
        (["y1"], "x" * (MAX_REASON_LENGTH + 1), hold, "why"),
        ([], "", let_go, "message"),
    ],
)
def test_without_a_message_or_a_reason_nothing_is_held(school, people, why, act, field):
    school.plan()
    with pytest.raises(ValidationFailed) as refused:
        stop(school, *people, why=why, act=act)
    assert [one.field for one in refused.value.refusals] == [field]
    assert "withdrawn" not in school.states()


def test_another_settings_message_cannot_be_held(school):
    school.plan()
    found = waiting(school)["y1"].id
    with school.store.writing() as conn:
        payload = conn.scalars(select(message.c.payload).where(message.c.id == found)).one()
        shared = [*payload, {**payload[0], "setting": "otherfield"}]
        conn.execute(message.update().where(message.c.id == found).values(payload=shared))
    assert "another school" in waiting(school)["y1"].goes
    changed = stop(school, "y1", "y4")
    assert (changed.done, changed.gone) == (1, 1)


@pytest.mark.parametrize(
    ("cadence", "goes"),
    [
        ("on event trip-return within 2 hours", CLOCK),
        ("on event allegation within 1 working day", CLOCK),
        ("on event trip-return within 3 school days live", CLOCK),
        ("on event trip-return within 1 working day", ""),
    ],
)
def test_a_clock_that_cannot_wait_is_not_held(school, cadence, goes):
    school.plan()
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, school.clock().date(), (SCHOOL,))
        rules = tuple(replace(one, cadence=(parse(cadence),)) for one in snapshot.obligations)
        shown = replace(snapshot, obligations=rules)
        assert {one.goes for one in todays(conn, shown, SCHOOL, school.clock())} == {goes}


def test_the_record_of_a_hold_cannot_be_changed(school):
    school.plan()
    stop(school, "y1")
    with pytest.raises(DBAPIError, match="append-only"), school.store.writing() as conn:
        conn.execute(message_hold.delete())
