"""Open messages are found by an index of their own, and so is what ended without being sent."""

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, event, select

from bot.database.dialect import is_sqlite
from bot.messages import claim_store, hold_store
from bot.messages import store as message_store
from bot.messages.attempt_store import Attempt, SentAttempt, stepping
from bot.messages.tables import NOT_SENT, OPEN, message, sent_step
from bot.planning import queue_store

LEASE = timedelta(minutes=5)
ENDS = {
    "sent": (message_store.settle_sent, {"reference": "2.0.0 taken"}),
    "refused": (message_store.settle_given_up, {"reason": "550"}),
    "unknown": (message_store.settle_unknown, {"reason": "Nobody can tell."}),
    "withdrawn": (message_store.settle_withdrawn, {"reason": "Done meanwhile."}),
}
GOES_ON = {
    "later": (message_store.settle_later, "not_before_at"),
    "in doubt": (message_store.settle_in_doubt, "look_up_at"),
    "unclear": (message_store.settle_unclear, "look_up_at"),
}
ASKED = {
    "claim": (claim_store.LEASE["everybody's"], "ix_message_open"),
    "claim a school's": (claim_store.LEASE["only"], "ix_message_open"),
    "lapse": (claim_store.LAPSE["everybody's"], "ix_message_open"),
    "lapse all but a school's": (claim_store.LAPSE["all but"], "ix_message_open"),
    "lapse a school's": (claim_store.LAPSE["only"], "ix_message_open"),
    "what waits": (select(message.c.id).where(OPEN, message.c.state == "waiting"), "ix_message_open"),
    "never sent": (
        select(message.c.id).where(NOT_SENT, message.c.settled_at >= bindparam("now")),
        "ix_message_not_sent",
    ),
    "a school's latest": (
        select(message.c.id)
        .where(message.c.setting == "oakfield")
        .order_by(message.c.created_at.desc())
        .limit(50),
        "ix_message_setting_created_at",
    ),
}


@pytest.fixture
def one(oakfield_store, cast):
    """A message that is claimed and begun."""
    with oakfield_store.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell"), cast.hours_of(cast.monday), cast.now)
        (leased,) = claim_store.lease(conn, now=cast.now, owner="one", limit=1, lease_for=LEASE)
        message_store.begin_attempt(conn, leased.id, owner="one", now=cast.now)
    return leased.id


def standing(store):
    with store.reading() as conn:
        return conn.execute(select(message.c.state, OPEN)).one()


@pytest.mark.parametrize("end", ENDS)
def test_what_ended_is_open_no_more(oakfield_store, cast, one, end):
    settle, said = ENDS[end]
    assert standing(oakfield_store) == ("sending", True)
    with oakfield_store.writing() as conn:
        assert settle(conn, one, owner="one", now=cast.now, **said)
    assert standing(oakfield_store)[1] is False
    with oakfield_store.reading() as conn:
        assert sum(message_store.not_sent(conn).values()) == (end != "sent")


@pytest.mark.parametrize("going", GOES_ON)
def test_what_goes_on_is_open(oakfield_store, cast, one, going):
    settle, until = GOES_ON[going]
    with oakfield_store.writing() as conn:
        assert settle(conn, one, owner="one", now=cast.now, reason="busy", **{until: cast.now + LEASE})
    assert standing(oakfield_store)[1] is True


def test_what_was_held_back_is_open_again_when_it_is_let_go(oakfield_store, cast):
    with oakfield_store.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell"), cast.hours_of(cast.monday), cast.now)
        ids = hold_store.hold(conn, [queue_store.message_id("jo-bell", cast.monday)], cast.now)
        entry = {"setting": "oakfield", "act": "held", "by": "hd", "by_name": "Sam Head", "why": "Wait."}
        hold_store.note(conn, ids, entry | {"recorded_at": cast.now})
    assert standing(oakfield_store) == ("withdrawn", False)
    with oakfield_store.writing() as conn:
        assert hold_store.let_go(conn, ids, cast.now) == ids
    assert standing(oakfield_store) == ("waiting", True)


def test_what_lapses_or_is_settled_with_the_next_is_open_no_more(oakfield_store, cast):
    with oakfield_store.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell", "p-shah"), cast.hours_of(cast.monday), cast.now)
        (first,) = claim_store.lease(conn, now=cast.now, owner="one", limit=1, lease_for=LEASE)
    with stepping(oakfield_store) as steps:
        attempt = Attempt(first.id, 1)
        steps.step("one", cast.now, None, attempt)
        steps.step("one", cast.now, SentAttempt(attempt, "2.0.0 taken"), None)
    with oakfield_store.writing() as conn:
        assert claim_store.lapse(conn, now=cast.now + timedelta(days=1)) == 1
        ended = conn.execute(select(message.c.state, OPEN).order_by(message.c.state)).all()
    assert ended == [("lapsed", False), ("sent", False)]


def test_the_duties_of_all_that_lapse_are_free_however_many(oakfield_store, cast, monkeypatch):
    monkeypatch.setattr(claim_store, "A_FEW", 1)
    with oakfield_store.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell", "p-shah"), cast.hours_of(cast.monday), cast.now)
        assert claim_store.lapse(conn, now=cast.now + timedelta(days=1)) == 2
        assert conn.scalars(select(sent_step.c.state)).all() == ["lapsed", "lapsed"]


@pytest.fixture
def explained(oakfield_store):
    """The steps by which the database would answer a query."""

    def explain(query, given):
        asks, said = "explain query plan" if is_sqlite(oakfield_store.engine) else "explain", []

        def instead(conn, cursor, words, parameters, context, executemany):
            cursor.execute(f"{asks} {words}", parameters)
            said.extend(row[-1] for row in cursor.fetchall())
            return "select 1", ()

        with oakfield_store.engine.connect() as conn:
            if not is_sqlite(conn):
                # So few messages are looked through anyway, unless the planner is told that it costs.
                conn.exec_driver_sql("set local enable_seqscan = off")
            event.listen(conn, "before_cursor_execute", instead, retval=True)
            conn.execution_options(stream_results=False).execute(query, given)
            conn.rollback()
        return said

    return explain


@pytest.mark.parametrize("asked", ASKED)
def test_an_index_finds_it_and_the_table_is_not_looked_through(explained, cast, asked):
    query, index = ASKED[asked]
    given = {"now": cast.now, "owner": "one", "most": 5, "until": cast.now, "settings": ["oakfield"]}
    steps = explained(query, {name: given[name] for name in query.compile().params if name in given})
    assert any(index in step for step in steps), steps
    assert not [step for step in steps if "Seq Scan" in step or step == "SCAN message"]
