"""Values that another program put into the database: found by column, and good ones never taken for bad."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import pytest

from bot.database.columns import Instant, iso
from bot.operations.unreadable_store import READABLE, unreadable

NOW = datetime(2026, 11, 23, 8, 10, 59, tzinfo=UTC)


def reads(value):
    with closing(connect(":memory:")) as database:
        (found,) = database.execute(f"select {READABLE[Instant][0].format('?1')}", (value,)).fetchone()
    return found


def test_a_new_database_holds_nothing_that_cannot_be_read(store):
    with store.reading() as conn:
        assert list(unreadable(conn)) == []


@pytest.mark.parametrize("microseconds", [0, 1, 499_999, 500_000, 999_499, 999_600, 999_999])
def test_every_instant_that_is_written_is_read(microseconds):
    assert reads(iso(NOW + timedelta(microseconds=microseconds)))


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2026-11-23",
        "2026-02-30T08:10:00.000000Z",
        "2026-11-23T08:10:00.000000",
        "2026-11-23T25:10:00.000000Z",
    ],
)
def test_what_is_no_instant_is_not(value):
    assert not reads(value)
