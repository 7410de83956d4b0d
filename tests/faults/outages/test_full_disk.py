"""No room left: a plain page and a clear sentence, nothing half-done, and all of it once there is room."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, func, make_url, select, text

from bot.cli.evidence import write_backup
from bot.core.errors import BadInput, TryAgain
from bot.database import migrate
from bot.database.engine import open_store
from bot.database.migrate import DatabaseNotOpened, revision, upgrade
from bot.messages.tables import message, sent_step
from bot.ports import Address, Email
from bot.records import people as record_people
from bot.training import claims
from connectors.local.folder_mailer import FolderMailer
from connectors.local.tracked_list import TrackedFile

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NO_ROOM = "The database cannot be used now. There is no room left for it."
NEWCOMERS = 2000


@pytest.fixture
def squeezed(request, databases, oakfield, small_disk):
    """The school's database on a disk that can be filled: a file on it, or a tablespace."""
    url = oakfield("much to sign")
    if request.node.callspec.params["databases"] == "sqlite":
        new = small_disk.folder / "handbell.db"
        shutil.copyfile(make_url(url).database, new)
        yield f"sqlite:///{new}"
        return
    place, name = small_disk.folder / "space", f"squeezed_{make_url(url).database}"
    place.mkdir()
    shutil.chown(place, "nobody")
    server = create_engine(
        make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    with server.connect() as conn:
        conn.execute(text(f"create tablespace {name} location '{place}'"))
        conn.execute(text(f"create database {name} tablespace {name} template {make_url(url).database}"))
    yield make_url(url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as conn:
        conn.execute(text(f"drop database {name} with (force)"))
        conn.execute(text(f"drop tablespace {name}"))


@pytest.fixture
def someone(squeezed, acts, case_keys):
    """The person who signs there."""
    return acts.People(acts.KINDS["sign"], squeezed, case_keys, 40)


@pytest.fixture
def newcomers(tmp_path):
    """A list of people that takes more room than there is by chance."""
    lines = [f"n{number},New {number},new{number}@oakfield.example,teacher" for number in range(NEWCOMERS)]
    (tmp_path / "roster.csv").write_text("\n".join(["reference,name,email,roles", *lines]), encoding="utf-8")
    return str(tmp_path)


def standing(url):
    """How many people, messages and notices there are."""
    store = open_store(url)
    with store.reading() as conn:
        counted = [conn.scalar(select(func.count()).select_from(table)) for table in (message, sent_step)]
        known = len(record_people.roster(conn, "oakfield"))
    store.close()
    return known, *counted


def both_refused(machine, url, folder, **full):
    """Neither the import nor the plan is half-done while there is no room."""
    before = standing(url)
    for do in ("roster", "plan"):
        machine.does(do=do, url=url, folder=folder, **full)
        assert machine.said("away") == NO_ROOM, do
        assert standing(url) == before


def both_done(machine, url, folder):
    before = standing(url)
    for do in ("plan", "roster"):
        machine.does(do=do, url=url, folder=folder)
    known, letters, _ = standing(url)
    assert (known, letters) == (before[0] + NEWCOMERS, before[1] + before[0])


def test_a_full_disk_is_said_and_harms_nothing(
    someone, small_disk, second_machine, newcomers, serving, trial
):
    row = trial.row("disk full", "sign, plan, roster")
    with serving(someone) as client:
        assert someone.send(client, next(someone.coming())).status_code == 303
        small_disk.fill()
        assert any(someone.send(client, act).status_code == 503 for act in someone.coming())
        assert client.get(someone.look_at[0]).status_code == 200
        both_refused(second_machine, someone.url, newcomers)
        small_disk.free()
        for act in someone.unsure():
            assert someone.send(client, act).status_code == 303
        both_done(second_machine, someone.url, newcomers)
    found = someone.kept()
    row.runs, row.done, row.lost = 3, len(found), len(someone.begun) - len(found)
    row.missing = sum(dict(found).get(key) != said for key, said in someone.taken.items())
    assert row.harmed == (0, 0, 0)


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_database_that_may_not_grow_is_said_and_harms_nothing(oakfield, machine, newcomers, trial):
    row = trial.row("no room (page limit)", "plan, roster")
    url = oakfield("much to sign")
    both_refused(machine, url, newcomers, full=True)
    both_done(machine, url, newcomers)
    row.runs, row.done = 2, 2


def test_what_is_written_beside_the_database_is_whole_or_not_there(small_disk, oakfield_folder):
    listed, sent, copy = (small_disk.folder / name for name in ("cases.csv", "sent", "copy.zip"))
    TrackedFile(listed).replace(("Number",), [("ABCD-EFGH",)])
    before = listed.read_bytes()
    small_disk.fill()
    with pytest.raises(TryAgain, match="No space left"):
        TrackedFile(listed).replace(("Number",), [(f"{number}",) for number in range(9000)])
    letter = Email(
        id="1",
        sender=Address("office@oakfield.example"),
        to=Address("p1@oakfield.example"),
        subject="A letter",
        text="Hello\n" * 9000,
        html="<p>Hello</p>",
    )
    with pytest.raises(TryAgain, match="No space left"):
        FolderMailer(sent, lambda: NOW).send(letter)
    with pytest.raises(BadInput, match="No space left"):
        write_backup({"data": oakfield_folder}, copy)
    with pytest.raises(OSError, match="No space left"):
        claims.keep(sent, b"%PDF-" + bytes(9000), "mine.pdf", bytes)
    assert listed.read_bytes() == before
    left = {path.name for path in small_disk.folder.rglob("*")}
    assert left <= {"ballast", "cases.csv", "sent"}, "something half-written lies about"


def test_an_upgrade_that_has_no_room_for_its_copy_changes_nothing(small_disk, oakfield_folder, monkeypatch):
    path = small_disk.folder / "handbell.db"
    shutil.copyfile(oakfield_folder / "handbell.db", path)
    store = open_store(f"sqlite:///{path}")
    monkeypatch.setattr(migrate, "HEAD", "0002")
    store.close()
    # Enough to open it, and not for a second one.
    small_disk.fill(leaving=1 << 17)
    with pytest.raises(DatabaseNotOpened, match="Make room beside it"):
        upgrade(store)
    with store.reading() as conn:
        assert revision(conn) == "0001"
    store.close()
    assert {path.name for path in small_disk.folder.glob("*.before-*")} == set()


@pytest.fixture
def oakfield_folder(sqlite_databases, move_in, tmp_path):
    """An installation's data folder."""
    move_in(f"sqlite:///{tmp_path / 'handbell.db'}")
    return Path(tmp_path)
