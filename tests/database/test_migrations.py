"""The schema and the migrations say the same; a newer database is refused; an older one is copied first."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, text

from bot.database import migrate
from bot.database.columns import tables
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.database.migrate import NewerDatabase, compare, upgrade
from bot.operations import dump_store

APPEND_ONLY = (
    "evidence",
    "ledger",
    "case_entry",
    "case_post",
    "case_seen",
    "case_ledger",
    "review_delegation",
    "training_claim",
    "training_decision",
    "staff_request",
    "check_attempt",
    "staff_request_word",
    "log_entry",
    "log_disposed",
)


def test_the_migrations_build_exactly_the_schema(store):
    # Every module that declares a table is imported by it.
    assert set(dump_store.names()) <= set(tables.tables)
    with store.reading() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, tables) == []


def test_the_migrations_build_the_indexes_of_folded_words(store):
    """SQLite's are not compared above."""
    wanted = {
        one.name: str(one.expressions[0]).replace(f"{table.name}.", "")
        for table in tables.tables.values()
        for one in table.indexes
        if not one.columns or any(not isinstance(part, Column) for part in one.expressions)
    }
    with store.reading() as conn:
        if is_sqlite(conn):
            kept = conn.exec_driver_sql("select name, sql from sqlite_master where type = 'index'").all()
        else:
            kept = conn.exec_driver_sql("select indexname, indexdef from pg_indexes").all()
    words = {name: said for name, said in kept if name in wanted}
    assert words.keys() == wanted.keys()
    assert len(wanted) >= 3
    for name, said in wanted.items():
        assert said in words[name]


def test_the_files_of_the_migrations_bear_their_names_in_order():
    script = ScriptDirectory(str(migrate.FOLDER))
    assert {one.revision for one in script.walk_revisions()} == migrate.KNOWN
    assert script.get_current_head() == migrate.HEAD


def test_an_empty_database_is_not_current_until_it_is_upgraded(database_url):
    store = open_store(database_url)
    assert compare(store) == "older"
    upgrade(store)
    assert compare(store) == "right"
    upgrade(store)
    assert compare(store) == "right"
    store.close()


def become_newer(store, contracted=None):
    with store.writing() as conn:
        conn.execute(text("update alembic_version set version_num = '9999'"))
        if contracted is not None:
            conn.execute(text("update meta set value = :name where key = 'contracted'"), {"name": contracted})


def test_a_program_works_with_a_newer_database_until_something_is_taken_from_it(store):
    become_newer(store)
    if is_sqlite(store.engine):
        with pytest.raises(NewerDatabase):
            upgrade(store)
        return
    upgrade(store)
    become_newer(store, "0012")
    upgrade(store)
    with store.writing() as conn:
        conn.execute(text("update meta set value = '9998' where key = 'contracted'"))
    with pytest.raises(NewerDatabase):
        upgrade(store)


def test_a_migration_that_takes_something_away_says_so_in_the_database():
    for path in sorted((migrate.FOLDER / "versions").glob("0*.py")):
        says = path.read_text(encoding="utf-8")
        assert "Expand: " in says, path.name
        assert "Contract: nothing." in says or f"'{migrate.CONTRACTED}'" in says, path.name


def test_a_database_of_a_newer_handbell_is_refused_and_left_alone(store):
    become_newer(store, "9999")
    with pytest.raises(NewerDatabase, match=r"newer Handbell \(its schema is 9999"):
        upgrade(store)
    assert compare(store) == "too new"


def test_an_older_sqlite_file_is_copied_before_it_is_upgraded(tmp_path):
    path = tmp_path / "50% school.db"
    store = open_store(f"sqlite:///{path}")
    with store.writing() as conn:
        migrate.run_migrations(conn, "0001")
        conn.execute(text("insert into meta values ('colour', 'blue')"))
    assert compare(store) == "older"
    upgrade(store)
    assert compare(store) == "right"
    (copied,) = tmp_path.glob("*.before-*")
    with closing(sqlite3.connect(copied)) as copy:
        assert copy.execute("select * from meta").fetchall() == [("colour", "blue")]
        assert copy.execute("select * from alembic_version").fetchall() == [("0001",)]
    store.close()


def test_a_new_sqlite_file_is_not_copied(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'new.db'}")
    upgrade(store)
    store.close()
    assert list(tmp_path.glob("*before*")) == []


def test_two_programs_starting_at_once_upgrade_one_database_once(database_url):
    stores = [open_store(database_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, stores))
    assert all(compare(store) == "right" for store in stores)
    for store in stores:
        store.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_the_append_only_tables_have_their_triggers(store, table):
    catalogue = "sqlite_master where type = 'trigger'" if is_sqlite(store.engine) else "pg_trigger where true"
    name = "name" if is_sqlite(store.engine) else "tgname"
    with store.reading() as conn:
        found = conn.scalars(text(f"select {name} from {catalogue} and {name} like '{table}_%'")).all()
    assert len(found) >= 2


SCHOOL = (
    "insert into setting (key, name, kind, since_on, words, opens, closes, weekly_budget, staff_means,"
    " timezone, saved_at) values ('oakfield', 'Oakfield', 'school', '2026-09-01', '{}', '07:30', '17:30', 3,"
    " '{}', 'Europe/London', '2026-09-01T08:00:00.000000Z')"
)


def test_messages_of_before_are_numbered_as_they_counted_towards_the_daily_limit(database_url):
    store = open_store(database_url)
    row = (
        "insert into message (id, setting, person, planned_on, kind, step, channel, payload, state,"
        " not_before_at, not_after_at, attempts, created_at)"
        " values (:id, 'oakfield', 'jo', '2026-11-23', :kind, :step, 'email', '[]', 'sent', :at, :at, 1, :at)"
    )
    before = [
        ("a reminder", "account", "stopped 0123"),
        ("planned", "a kind of another program", "ask"),
        ("another", "request", "R-1 ends 2026-11-30"),
        ("an answer", "account", "asked 0123"),
        ("a decision", "request", "R-1 decided"),
        ("a link", "sign-in", "nonce"),
    ]
    with store.writing() as conn:
        migrate.run_migrations(conn, "0030")
        conn.execute(text(SCHOOL))
        for minute, (id_, kind, step) in enumerate(before):
            at = f"2026-11-23T07:3{minute}:00.000000Z"
            conn.execute(text(row), {"id": id_, "kind": kind, "step": step, "at": at})
    upgrade(store)
    with store.reading() as conn:
        found = dict(conn.execute(text("select id, daily_number from message")).all())
    store.close()
    assert {id_ for id_, number in found.items() if number is None} == {"an answer", "a decision", "a link"}
    assert [found[one] for one in ("planned", "a reminder", "another")] == [1, 2, 3]
