"""Two who work on cases at the same time: one waits for the other, and nobody's words are lost."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import text

from bot.cases import store as case_store
from bot.cases.context import case_transaction
from bot.cases.disposal import sign_off
from bot.cases.jobs import run_daily_case_job
from bot.core.errors import DatabaseUnavailable
from bot.database.dialect import is_sqlite

SCHOOL = "merriwell-green"
WAITING = text(
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
)


@pytest.fixture
def rows(cases):
    """Cases of a database that locks rows, not the whole of itself."""
    if is_sqlite(cases.school.store.engine):
        pytest.skip("SQLite lets one write at a time")
    return cases


def somebody_waits(store):
    """Wait until a transaction waits for a row that is held."""
    for _ in range(500):
        with store.reading() as conn:
            if conn.execute(WAITING).scalar_one():
                return
        time.sleep(0.02)
    pytest.fail("nobody waited for the case")


def note_while(cases, number, act):
    """Note something in a case while `act` waits for it; return what `act` gave."""
    services, now = cases.services, cases.school.clock()
    with ThreadPoolExecutor(1) as pool:
        with case_transaction(services, SCHOOL, number, "hd", now) as pen:
            acting = pool.submit(act)
            somebody_waits(cases.school.store)
            pen.say("Noted.", "Rang the parent.")
        return acting.result(timeout=60)


def test_the_morning_round_waits_for_the_person_who_works_on_a_case_and_they_not_for_it(rows):
    for _ in range(2):
        rows.send()
    with rows.school.store.reading() as conn:
        moves, held = (row.number for row in case_store.still_open(conn, SCHOOL, "closed"))
    rows.school.clock.turn(days=1)
    rows.school.change("dh", leaves_on=date(2026, 11, 23))
    done = note_while(rows, held, lambda: run_daily_case_job(rows.services, rows.school.clock()))
    assert (done.still_open, done.moved) == (2, 2)
    assert "Noted." in {entry.what for entry in rows.open(held, "hd").timeline}
    assert rows.open(moves, "hd").case.assignee == "hd"


def test_a_sign_off_holds_no_chain_while_it_waits_for_a_case(rows):
    numbers = sorted(rows.send().number for _ in range(2))
    for number in numbers:
        rows.close(number, "dh")
    rows.school.clock.turn(days=7 * 366)

    def sign():
        return sign_off(rows.services, SCHOOL, "hd", numbers, rows.school.clock())

    assert note_while(rows, numbers[1], sign) == 2


def test_who_waits_in_a_circle_is_told_that_it_is_held_as_after_waiting_too_long(rows):
    numbers, both_hold = [rows.send().number for _ in range(2)], Barrier(2)

    def take(order):
        try:
            with rows.school.store.writing() as conn:
                case_store.find(conn, SCHOOL, order[0], to_change=True)
                both_hold.wait(timeout=30)
                case_store.find(conn, SCHOOL, order[1], to_change=True)
        except DatabaseUnavailable as away:
            return str(away)
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(take, (numbers, numbers[::-1])))
    assert said == ["The database cannot be used now. Somebody else has held it for too long.", "taken"]
