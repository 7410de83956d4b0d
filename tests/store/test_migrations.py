"""The schema and the migrations say the same; a newer database is refused; an older one is copied first."""

import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from bot.store import migrate
from bot.store.engine import open_store
from bot.store.migrate import NewerDatabase, is_current, upgrade
from bot.store.schema import tables


def test_the_migrations_build_exactly_the_schema(store):
    with store.reading() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, tables) == []


def test_an_empty_database_is_not_current_until_it_is_upgraded(database_url):
    store = open_store(database_url)
    assert not is_current(store)
    upgrade(store)
    assert is_current(store)
    upgrade(store)
    assert is_current(store)
    store.close()


def test_a_database_of_a_newer_handbell_is_refused_and_left_alone(store):
    with store.writing() as conn:
        conn.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(NewerDatabase, match=r"newer Handbell \(its schema is 9999"):
        upgrade(store)
    with pytest.raises(NewerDatabase):
        is_current(store)
