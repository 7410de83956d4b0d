"""Transactions: all or nothing, readers see one state, addresses are checked."""

import sqlite3
from datetime import UTC, datetime
from threading import Timer

import pytest
from sqlalchemy import Column, MetaData, Table, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from bot.core.errors import BadInput
from bot.database.columns import Instant
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.records.tables import meta


def _value(conn):
    return conn.scalar(select(meta.c.value).where(meta.c.key == "colour"))


class Stopped(Exception):
    pass


def _written_and_stopped(store):
    with store.writing() as conn:
        conn.execute(insert(meta), {"key": "colour", "value": "blue"})
        raise Stopped


def test_an_error_undoes_the_whole_transaction(store):
    with pytest.raises(Stopped):
        _written_and_stopped(store)
    with store.reading() as conn:
        assert _value(conn) is None


def test_a_reader_sees_one_state_while_others_write(store):
    with store.writing() as conn:
        conn.execute(insert(meta), {"key": "colour", "value": "blue"})
    with store.reading() as reader:
        assert _value(reader) == "blue"
        with store.writing() as writer:
            writer.execute(meta.update().values(value="green"))
        assert _value(reader) == "blue"
    with store.reading() as reader:
        assert _value(reader) == "green"


def test_a_reader_cannot_write_and_the_next_writer_can(store):
    with pytest.raises(DBAPIError, match=r"(?i)read-?only"), store.reading() as conn:
        conn.execute(insert(meta), {"key": "colour", "value": "blue"})
    with store.writing() as conn:
        conn.execute(insert(meta), {"key": "colour", "value": "blue"})


def test_sqlite_is_opened_safe(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'a.db'}")
    with store.writing() as conn:
        said = [
            conn.scalar(text(f"pragma {name}")) for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    store.close()
    assert said == ["wal", 1, 2]


@pytest.mark.parametrize("url", ["", "mysql://x:secret@y/z", "not an address", "sqlite+aiosqlite:///x"])
def test_an_address_of_another_database_is_refused_without_repeating_it(url):
    with pytest.raises(BadInput) as refused:
        open_store(url)
    assert "postgresql://" in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_each_way_to_write_a_postgresql_address_means_the_same_driver(scheme):
    store = open_store(f"{scheme}://a:b@localhost/c")
    assert store.engine.url.drivername == "postgresql+psycopg"
    assert not is_sqlite(store.engine)


def test_a_database_in_memory_keeps_its_rows_until_it_is_closed():
    store = open_store("sqlite://")
    with store.writing() as conn:
        meta.create(conn)
        conn.execute(insert(meta), {"key": "colour", "value": "blue"})
    with store.reading() as conn:
        assert _value(conn) == "blue"
    store.close()


def test_instants_come_back_in_utc_and_one_without_a_zone_is_refused(store):
    moments = Table("moments", MetaData(), Column("at", Instant, primary_key=True))
    summer = datetime.fromisoformat("2026-07-01T08:30:00.000001+01:00")
    with store.writing() as conn:
        moments.create(conn)
        conn.execute(insert(moments), {"at": summer})
        kept = conn.scalar(select(moments.c.at))
    assert (kept, kept.tzinfo) == (summer, UTC)
    with pytest.raises(StatementError, match="has no time zone"), store.writing() as conn:
        conn.execute(insert(moments), {"at": summer.replace(tzinfo=None)})


def test_a_database_error_does_not_repeat_what_people_wrote(store):
    said = {"words": "what a person wrote"}
    with pytest.raises(DBAPIError) as refused, store.writing() as conn:
        conn.execute(text("insert into nowhere values (:words)"), said)
    assert said["words"] not in str(refused.value)


def test_a_start_waits_for_a_program_that_is_still_making_the_database(tmp_path):
    path = tmp_path / "handbell.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("begin immediate")
    Timer(0.3, lambda: other.execute("commit")).start()
    store = open_store(f"sqlite:///{path}")
    with store.reading() as conn:
        assert conn.scalar(text("PRAGMA journal_mode")) == "wal"
    store.close()
    other.close()
