"""The schema and the migrations say the same; a newer database is refused; an older one is copied first."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from looped import each
from sqlalchemy import Column, inspect, text

from bot.database import migrate
from bot.database.columns import tables
from bot.database.dialect import is_sqlite
from bot.database.engine import open_store
from bot.database.migrate import FormerDatabase, NewerDatabase, compare, upgrade
from bot.operations import dump_store

APPEND_ONLY = (
    "account_entry",
    "account_request",
    "case_entry",
    "case_ledger",
    "case_post",
    "case_seen",
    "evidence",
    "ledger",
    "log_disposed",
    "log_entry",
    "message_hold",
    "question_owner",
    "quiz_attempt",
    "request_event",
    "review_delegation",
    "staff_request",
    "training_claim",
    "training_decision",
    "wording",
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
            conn.execute(text("delete from meta where key = 'contracted'"))
            conn.execute(text("insert into meta values ('contracted', :name)"), {"name": contracted})


def test_a_program_works_with_a_newer_database_until_something_is_taken_from_it(store):
    become_newer(store)
    if is_sqlite(store.engine):
        with pytest.raises(NewerDatabase):
            upgrade(store)
        return
    upgrade(store)
    become_newer(store, migrate.HEAD)
    upgrade(store)
    with store.writing() as conn:
        conn.execute(text("update meta set value = '9998' where key = 'contracted'"))
    with pytest.raises(NewerDatabase):
        upgrade(store)


def test_a_migration_that_takes_something_away_says_so_in_the_database():
    for path in each(sorted((migrate.FOLDER / "versions").glob("0*.py"))):
        says = path.read_text(encoding="utf-8")
        assert "Expand: " in says, path.name
        assert "Contract: nothing." in says or f"'{migrate.CONTRACTED}'" in says, path.name


def test_a_database_of_a_newer_handbell_is_refused_and_left_alone(store):
    become_newer(store, "9999")
    with pytest.raises(NewerDatabase, match=r"newer Handbell \(its schema is 9999"):
        upgrade(store)
    assert compare(store) == "too new"


PRESENT = migrate.HEAD
NEXT = f"{int(PRESENT) + 1:04}"
NEXT_MIGRATION = f"""from alembic import op
import sqlalchemy as sa
revision, down_revision = "{NEXT}", "{PRESENT}"
branch_labels = depends_on = None


def upgrade():
    op.add_column("meta", sa.Column("colour", sa.Text(), server_default="red"))
"""


def become_head(monkeypatch, versions, name):
    """Make this program a later version, with one more migration."""
    shutil.copytree(migrate.FOLDER, versions, ignore=shutil.ignore_patterns("__pycache__"))
    (versions / "versions" / f"{name}_next.py").write_text(NEXT_MIGRATION, encoding="utf-8")
    monkeypatch.setattr(migrate, "FOLDER", versions)
    monkeypatch.setattr(migrate, "KNOWN", migrate.KNOWN | {name})
    monkeypatch.setattr(migrate, "HEAD", name)


def test_a_database_is_upgraded_by_each_migration_it_has_not(database_url, tmp_path, monkeypatch):
    store = open_store(database_url)
    upgrade(store)
    with store.writing() as conn:
        conn.execute(text("insert into meta values ('shape', 'round')"))
    become_head(monkeypatch, tmp_path / "migrations", NEXT)
    assert compare(store) == "older"
    with store.writing() as conn:
        migrate.run_migrations(conn, NEXT)
    with store.reading() as conn:
        assert conn.execute(text("select key, value, colour from meta")).all() == [("shape", "round", "red")]
    store.close()


def test_a_database_of_other_tables_is_refused_and_left_alone(database_url):
    """Its revisions have names that this program's have too: a table tells them apart."""
    store = open_store(database_url)
    with store.writing() as conn:
        conn.execute(text("create table closure (setting text)"))
        conn.execute(text("create table alembic_version (version_num text)"))
        conn.execute(text("insert into alembic_version values ('0001')"))
    with pytest.raises(FormerDatabase, match="unreleased Handbell"):
        upgrade(store)
    with store.reading() as conn:
        assert set(inspect(conn).get_table_names()) == {"closure", "alembic_version"}
    store.close()


def test_an_older_sqlite_file_is_copied_before_it_is_upgraded(tmp_path, monkeypatch):
    versions = tmp_path / "migrations"
    path = tmp_path / "50% school.db"
    store = open_store(f"sqlite:///{path}")
    with store.writing() as conn:
        migrate.run_migrations(conn, migrate.HEAD)
        conn.execute(text("insert into meta values ('colour', 'blue')"))
    become_head(monkeypatch, versions, NEXT)
    assert compare(store) == "older"
    upgrade(store)
    assert compare(store) == "right"
    (copied,) = tmp_path.glob("*.before-*")
    with closing(sqlite3.connect(copied)) as copy:
        assert copy.execute("select * from meta").fetchall() == [("colour", "blue")]
        assert copy.execute("select * from alembic_version").fetchall() == [(PRESENT,)]
    with store.reading() as conn:
        assert conn.scalar(text("select colour from meta")) == "red"
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
