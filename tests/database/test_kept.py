"""A school that an earlier version stored is upgraded whole: every row, its evidence, and what it plans."""

import gzip
import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, make_url, select

from bot import __version__
from bot.bootstrap.web_app import create_app
from bot.core.links import Link, Links
from bot.database.columns import tables
from bot.database.engine import open_store
from bot.database.migrate import compare, upgrade
from bot.messages.tables import message, sent_step
from bot.operations.backup import SIGNS_IN, restore
from bot.operations.dump_store import WORKED_OUT
from bot.planning.plan import plan
from bot.planning.store import load_snapshot
from bot.ports import Address
from bot.records import ledger
from bot.services import Services
from connectors.local.folder_mailer import FolderMailer

FOLDER = Path(__file__).parent / "kept"
SORTS = ("sqlite", "postgres")
KEPT = sorted(path.name.removesuffix(".sqlite.sql.gz") for path in FOLDER.glob("*.sqlite.sql.gz"))
MONDAY = date(2026, 11, 30)
MORNING = datetime(2026, 11, 30, 8, tzinfo=UTC)
VERSION_TABLE = "alembic_version"
# What jobs ran today, so that an upgrade runs none twice; a backup is put back on another day. What was
# changed since it was planned: all that is put back was.
ONLY_OF_THIS_DAY = {"job_run", *WORKED_OUT}


def put_back(url, script):
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(url.database)) as database:
            database.executescript(script)
        return
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as conn:
        conn.execute(script)


def rows(store):
    """Every row of every table, as {table: {row}}, each row its columns by name."""
    found = MetaData()
    with store.reading() as conn:
        found.reflect(conn)
        return {
            name: [dict(row._mapping) for row in conn.execute(select(table))]
            for name, table in found.tables.items()
            # Both say of the schema which it is, and hold nothing of the school.
            if name not in {VERSION_TABLE, "meta"}
        }


def same(before, after):
    """The rows of before as far as their columns are still there, and those of after by the same columns."""
    columns = sorted(before[0].keys() & after[0].keys()) if before and after else []
    return [sorted(repr([row[name] for name in columns]) for row in side) for side in (before, after)]


@pytest.fixture(params=KEPT)
def files(request, databases):
    """The files of a version, all but their endings, for the sort of database that is tried."""
    sort = "sqlite" if databases.empty().startswith("sqlite") else "postgres"
    return FOLDER / f"{request.param}.{sort}"


@pytest.fixture
def kept(files, databases):
    """The school as a version left it, in a database of each sort, not upgraded yet."""
    url = databases.empty()
    put_back(make_url(url), gzip.decompress(files.with_name(f"{files.name}.sql.gz").read_bytes()).decode())
    store = open_store(url)
    yield store
    store.close()


def test_an_upgrade_keeps_every_row_and_ends_at_the_schema(kept):
    before = rows(kept)
    upgrade(kept)
    after = rows(kept)
    assert {name: len(found) for name, found in before.items()} == {name: len(after[name]) for name in before}
    for name, found in before.items():
        was, now = same(found, after[name])
        assert was == now, name
    assert compare(kept) == "right"
    with kept.reading() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, tables) == []


def test_an_upgraded_school_goes_on(kept):
    """Its ledger still fits together, and a later school day is planned from what it holds."""
    upgrade(kept)
    with kept.reading() as conn:
        assert ledger.verify(conn) is None
        assert ledger.head(conn)[0] > 50
        snapshot = load_snapshot(conn, MONDAY)
    decided = plan(snapshot, MONDAY)
    assert decided.notices
    assert decided.skipped


def test_links_in_the_emails_of_that_version_open_after_an_upgrade(kept, stage, tmp_path):
    upgrade(kept)
    links = Links("k" * 48)
    office = Address("office@school.example", "The office")
    mailer = FolderMailer(tmp_path, lambda: MORNING)
    stage.app = create_app(Services(kept, mailer, lambda: MORNING, links, stage.address, office))
    query = select(sent_step).join(message, message.c.id == sent_step.c.message)
    theirs = (message.c.state == "sent", message.c.person == sent_step.c.person)
    with kept.reading() as conn:
        mailed = conn.execute(query.where(*theirs)).all()
    opened = []
    with httpx.Client(base_url=stage.address, timeout=20) as client:
        for one in mailed:
            link = Link("duty", one.setting, one.person, one.obligation, one.cycle)
            page = client.get(f"/d/{links.make(link, MORNING - timedelta(days=40))}")
            # What was answered or is not asked any more says so itself.
            assert page.status_code in {200, 410}
            assert 'action="/sign-in"' not in page.text
            opened.append(page.status_code)
    assert opened.count(200) > 20


def test_a_backup_of_that_version_restores_to_what_an_upgrade_gives(files, kept, databases, tmp_path):
    """A migration that changes rows has to change those of an older backup too: then this fails."""
    upgrade(kept)
    upgraded = rows(kept)
    store = open_store(databases.current())
    restore(store, tmp_path, files.with_name(f"{files.name}.backup"))
    restored = rows(store)
    assert not any(restored[name] for name in SIGNS_IN)
    for name in upgraded.keys() - ONLY_OF_THIS_DAY - SIGNS_IN:
        was, now = same(upgraded[name], restored[name])
        assert was == now, name
        assert len(upgraded[name]) == len(restored[name]), name
    with store.reading() as conn:
        assert ledger.verify(conn) is None
    assert not (tmp_path / "secret.key").exists()
    store.close()


def test_every_released_version_is_kept():
    """A version before this one that is not kept cannot be tried: keep it before the next is begun."""
    changelog = (FOLDER.parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    released = set(re.findall(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE))
    assert __version__ in released
    assert released - {__version__} <= set(KEPT)
    assert {path.name for path in FOLDER.iterdir() if path.name[0].isdigit()} == {
        f"{version}.{sort}.{ending}" for version in KEPT for sort in SORTS for ending in ("sql.gz", "backup")
    }
