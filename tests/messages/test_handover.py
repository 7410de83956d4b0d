"""One step settles what was sent and begins the next, and means what two transactions mean."""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import event, make_url, select
from sqlalchemy.exc import DBAPIError

from bot.core.errors import DatabaseUnavailable
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.messages import claim_store
from bot.messages import store as message_store
from bot.messages.attempt_store import SETTLE_AND_BEGIN, Attempt, SentAttempt, StepResult, stepping
from bot.messages.tables import delivery, message
from bot.planning import queue_store
from bot.records.register import save_register

LEASE = timedelta(minutes=5)
LATER = timedelta(seconds=3)


@pytest.fixture
def leased(oakfield_store, cast):
    with oakfield_store.writing() as conn:
        queue_store.enqueue(conn, cast.plan("jo-bell", "p-shah"), cast.hours_of(cast.monday), cast.now)
    with oakfield_store.writing() as conn:
        return [
            one.id for one in claim_store.lease(conn, now=cast.now, owner="one", limit=10, lease_for=LEASE)
        ]


def rows(store):
    with store.reading() as conn:
        return (
            [tuple(row) for row in conn.execute(select(message).order_by(message.c.id))],
            [tuple(row) for row in conn.execute(select(delivery).order_by(delivery.c.message))],
        )


def by_two_transactions(store, first, second, cast):
    with store.writing() as conn:
        message_store.settle_sent(conn, first, owner="one", now=cast.now + LATER, reference="2.0.0 taken")
    with store.writing() as conn:
        message_store.begin_attempt(conn, second, owner="one", now=cast.now + LATER)


def step_once(store, cast, sent, begin):
    with stepping(store) as steps:
        if is_sqlite(store.engine):
            steps.waits_ms = 10
        return steps.step("one", cast.now, sent, begin)


def undone(store):
    with store.writing() as conn:
        conn.exec_driver_sql("delete from delivery")
        raise ZeroDivisionError


def begin(store, id_, cast):
    with store.writing() as conn:
        assert message_store.begin_attempt(conn, id_, owner="one", now=cast.now)


@pytest.mark.parametrize("sort", ["sqlite", "postgres"])
def test_a_step_leaves_the_rows_that_two_transactions_leave(request, sort, cast):
    made, left = request.getfixturevalue(f"{sort}_databases"), []
    for at_once in (True, False):
        store = open_store(made.current())
        with store.writing() as conn:
            save_register(conn, cast.register, cast.now)
            queue_store.enqueue(conn, cast.plan("jo-bell", "p-shah"), cast.hours_of(cast.monday), cast.now)
        with store.writing() as conn:
            first, second = (
                one.id
                for one in claim_store.lease(conn, now=cast.now, owner="one", limit=10, lease_for=LEASE)
            )
        begin(store, first, cast)
        if at_once:
            with stepping(store) as steps:
                sent, then = SentAttempt(Attempt(first, 1), "2.0.0 taken"), Attempt(second, 1)
                assert steps.step("one", cast.now + LATER, sent, then) == StepResult(settled=True, begun=True)
        else:
            by_two_transactions(store, first, second, cast)
        left.append(rows(store))
        store.close()
    made.drop()
    assert left[0] == left[1]


@pytest.mark.parametrize(("owner", "number"), [("another", 1), ("one", 2)])
def test_without_the_lease_or_of_another_attempt_nothing_is_noted(
    oakfield_store, leased, cast, owner, number
):
    begin(oakfield_store, leased[0], cast)
    before = rows(oakfield_store)
    with stepping(oakfield_store) as steps:
        sent, then = SentAttempt(Attempt(leased[0], number), "x"), Attempt(leased[1], number)
        assert steps.step(owner, cast.now, sent, then) == StepResult(False, False)
    assert rows(oakfield_store) == before


def test_what_is_settled_is_not_settled_again(oakfield_store, leased, cast):
    begin(oakfield_store, leased[0], cast)
    attempt = Attempt(leased[0], 1)
    with stepping(oakfield_store) as steps:
        assert steps.step("one", cast.now, SentAttempt(attempt, "first"), None) == StepResult(True, False)
        assert steps.step("one", cast.now, SentAttempt(attempt, "second"), None) == StepResult(False, False)
    assert [row[-1] for row in rows(oakfield_store)[1]] == ["first"]


def test_an_error_undoes_the_whole_step_and_the_store_goes_on(oakfield_store, leased, cast):
    begin(oakfield_store, leased[0], cast)
    before = rows(oakfield_store)
    with oakfield_store.writing() as conn:
        conn.exec_driver_sql("alter table delivery rename to mislaid")
    with pytest.raises(DBAPIError, match="delivery"):
        step_once(oakfield_store, cast, SentAttempt(Attempt(leased[0], 1), "x"), Attempt(leased[1], 1))
    with oakfield_store.writing() as conn:
        conn.exec_driver_sql("alter table mislaid rename to delivery")
    assert rows(oakfield_store) == before


def looks_through_tables(store):
    with store.engine.connect() as conn:
        return is_sqlite(conn) or conn.exec_driver_sql("show enable_seqscan").scalar_one() == "on"


def fail_between_steps(store):
    with stepping(store):
        raise ZeroDivisionError


def test_a_connection_is_handed_back_as_it_was(oakfield_store, leased, cast):
    with stepping(oakfield_store) as steps:
        steps.step("one", cast.now, None, Attempt(leased[0], 1))
    assert looks_through_tables(oakfield_store)
    with pytest.raises(ZeroDivisionError):
        undone(oakfield_store)
    assert len(rows(oakfield_store)[1]) == 1
    with pytest.raises(ZeroDivisionError):
        fail_between_steps(oakfield_store)
    assert looks_through_tables(oakfield_store)


@pytest.mark.postgres
def test_a_server_that_goes_at_the_first_word_is_away_and_the_next_one_is_asked(postgres_databases, cast):
    url = postgres_databases.current()
    store, other = open_store(url), open_store(url)

    def end(driver, *_):
        with other.engine.connect() as conn:
            conn.exec_driver_sql(f"select pg_terminate_backend({driver.info.backend_pid})")

    event.listen(store.engine, "checkout", end)
    with pytest.raises(DatabaseUnavailable):
        step_once(store, cast, None, Attempt("x", 1))
    event.remove(store.engine, "checkout", end)
    assert step_once(store, cast, None, Attempt("x", 1)) == StepResult(settled=False, begun=False)
    for one in (store, other):
        one.close()


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_away(postgres_databases, cast):
    store = open_store(make_url(postgres_databases.current()).set(port=1).render_as_string(False))
    with pytest.raises(DatabaseUnavailable):
        step_once(store, cast, None, Attempt("x", 1))
    store.close()


@pytest.mark.postgres
def test_a_plan_made_while_the_tables_were_empty_looks_through_none_of_them(postgres_databases):
    store = open_store(postgres_databases.current())
    given = {"owner": "one", "now": None, "sent": "x", "sent_attempt": 1, "reference": "y"}
    given |= {"next": "z", "next_attempt": 1}
    with store.engine.connect() as conn:
        conn.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("analyze")
    with stepping(store) as steps:
        planned = steps._cursor.execute(f"explain {SETTLE_AND_BEGIN}", given).fetchall()
    store.close()
    said = "\n".join(row[0] for row in planned)
    assert "Seq Scan" not in said
    assert said.count("Index Scan") == 3


def test_a_store_that_a_person_holds_is_away_for_now(sqlite_databases, cast):
    url = sqlite_databases.current()
    holder = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("begin immediate")
    store = open_store(url)
    with pytest.raises(DatabaseUnavailable):
        step_once(store, cast, None, Attempt("x", 1))
    holder.close()
    store.close()
