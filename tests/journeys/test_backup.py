"""A backup holds everything, goes into either database, and is put back whole or not at all."""

import hashlib
import io
import json
import os
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select

from bot.bootstrap.services import make_services
from bot.cases.store import case_ledger
from bot.cli.demo import demo_settings
from bot.cli.main import main
from bot.core.errors import BadInput
from bot.database.columns import tables
from bot.database.engine import open_store
from bot.database.migrate import upgrade
from bot.operations import dump_store
from bot.operations.backup import SIGNS_IN, back_up, kept_files, restore
from bot.operations.dump_store import WORKED_OUT
from bot.records import ledger
from bot.records.sign_ins import kiosk, kiosk_pin, session, sign_in_link

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def school(tmp_path_factory, sample_school):
    """A copy of the sample school with its folder."""
    folder = tmp_path_factory.mktemp("school")
    shutil.copytree(sample_school(NOW), folder, dirs_exist_ok=True)
    services = make_services(demo_settings(folder, "http://127.0.0.1:8000"))
    (folder / "secret.key").write_text("a key that signs links", encoding="ascii")
    (folder / "certificates").mkdir(exist_ok=True)
    (folder / "certificates" / "sample.pdf").write_bytes(b"%PDF-1.7 sample")
    yield services.store, folder
    services.store.close()


@pytest.fixture(scope="module")
def made(school, tmp_path_factory):
    """A backup of the sample school."""
    path = tmp_path_factory.mktemp("backups") / "school.backup"
    with path.open("w+b") as out:
        back_up(*school, out, NOW)
    return path


def everything(store):
    with store.reading() as conn:
        return {name: list(dump_store.lines(conn, name)) for name in dump_store.names()}


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in kept_files(folder)}


def test_every_row_and_file_comes_back_on_either_database(school, made, store, tmp_path):
    there, folder = school
    held = restore(store, tmp_path, made)
    whole = everything(there)
    assert any(whole[name] for name in SIGNS_IN)
    wanted = whole | {name: [] for name in SIGNS_IN}
    assert everything(store) == wanted
    assert contents(tmp_path) == contents(folder)
    assert held.rows == sum(map(len, wanted.values())) > 500
    assert held.files == len(contents(folder)) >= 1
    assert not (tmp_path / "secret.key").exists()
    with store.reading() as conn:
        assert ledger.verify(conn) is None
        assert ledger.verify(conn, case_ledger) is None


def test_what_was_restored_is_backed_up_to_the_same_rows_and_goes_back_to_sqlite(made, store, tmp_path):
    restore(store, tmp_path / "second", made)
    again, third = tmp_path / "again.backup", open_store(f"sqlite:///{tmp_path / 'third.db'}")
    with again.open("w+b") as out:
        back_up(store, tmp_path / "second", out, NOW)
    upgrade(third)
    restore(third, tmp_path / "third", again)
    assert everything(third) == everything(store)
    third.close()
    manifests = [json.loads(zipfile.ZipFile(path).read("manifest.json")) for path in (made, again)]
    assert manifests[0] == manifests[1]


def test_a_restored_installation_goes_on_counting(made, store, tmp_path):
    restore(store, tmp_path, made)
    policy_version = tables.tables["policy_version"]
    with store.writing() as conn:
        latest = policy_version.select().order_by(policy_version.c.id.desc())
        newest = conn.execute(latest).mappings().first()
        others = {name: value for name, value in newest.items() if name != "id"}
        conn.execute(policy_version.insert(), others)
        assert conn.execute(latest).mappings().first()["id"] > newest["id"]


def test_every_table_of_the_database_is_in_it(store):
    with store.reading() as conn:
        here = set(inspect(conn).get_table_names())
        assert set(dump_store.names()) == here - {"alembic_version"} - WORKED_OUT


class BusySchool(io.BytesIO):
    """A file that makes the school do something each time a piece of the backup is written to it."""

    def __init__(self, store):
        super().__init__()
        self.store = store

    def write(self, content):
        with self.store.writing() as conn:
            ledger.append(conn, at=NOW, actor="test", action="meanwhile", subject="backup", data={})
        return super().write(content)


def test_what_happens_while_it_is_made_is_not_in_it_in_part(made, store, tmp_path):
    restore(store, tmp_path / "busy", made)
    with store.reading() as conn:
        before = ledger.head(conn)
    out = BusySchool(store)
    back_up(store, tmp_path / "busy", out, NOW)
    path = tmp_path / "busy.backup"
    path.write_bytes(out.getvalue())
    quiet = open_store(f"sqlite:///{tmp_path / 'quiet.db'}")
    upgrade(quiet)
    restore(quiet, tmp_path / "quiet", path)
    with quiet.reading() as conn, store.reading() as busy:
        assert ledger.head(conn) == before
        assert ledger.verify(conn) is None
        assert ledger.head(busy)[0] > before[0] + 10
    quiet.close()


def changed(made, tmp_path, **files):
    """Copy a backup with members changed; None leaves one out."""
    path = tmp_path / "changed.backup"
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(path, "w") as out:
        for name in source.namelist():
            content = files.get(name, source.read(name))
            if content is not None:
                out.writestr(name, content)
        for name in files.keys() - set(source.namelist()):
            out.writestr(name, files[name])
    return path


def manifest_with(made, **values):
    said = json.loads(zipfile.ZipFile(made).read("manifest.json"))
    return {"manifest.json": json.dumps(said | values).encode()}


WRONG = [
    (lambda _made: {"tables/person.jsonl": b"{}\n"}, "tables/person.jsonl was damaged or changed"),
    (lambda _made: {"tables/person.jsonl": None}, "files are missing in it"),
    (lambda _made: {"files/../../outside": b"x"}, "others were added"),
    (lambda _made: {"manifest.json": b"[]"}, "is not a whole backup"),
    (lambda made: manifest_with(made, form="handbell-backup/9"), "another form, handbell-backup/9"),
    (lambda made: manifest_with(made, form="handbell-backup/1"), "made by an unreleased Handbell"),
    (lambda made: manifest_with(made, schema="9999"), "made by a newer Handbell"),
]


@pytest.mark.parametrize(("change", "told"), WRONG)
def test_a_damaged_backup_changes_nothing_and_says_why(made, store, tmp_path, change, told):
    path = changed(made, tmp_path, **change(made))
    with pytest.raises(BadInput) as refused:
        restore(store, tmp_path / "data", path)
    assert told in str(refused.value)
    with store.reading() as conn:
        assert dump_store.is_empty(conn)
    assert list(kept_files(tmp_path / "data")) == []


def test_half_a_backup_is_refused(made, store, tmp_path):
    path = tmp_path / "half.backup"
    path.write_bytes(made.read_bytes()[:5000])
    with pytest.raises(BadInput, match="is not a whole backup"):
        restore(store, tmp_path, path)


def test_rows_that_do_not_fit_undo_those_before_them(made, store, tmp_path):
    """The sums agree, so this was written by somebody else's hand: the database itself refuses."""
    line = json.dumps({"no such column": 1}).encode() + b"\n"
    said = json.loads(zipfile.ZipFile(made).read("manifest.json"))
    said["sha256"]["tables/evidence.jsonl"] = hashlib.sha256(line).hexdigest()
    path = changed(
        made, tmp_path, **{"tables/evidence.jsonl": line, "manifest.json": json.dumps(said).encode()}
    )
    with pytest.raises(BadInput, match="line 1 is not a row of evidence"):
        restore(store, tmp_path / "data", path)
    with store.reading() as conn:
        assert dump_store.is_empty(conn)


def handbell(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="handbell")


def test_from_the_command_line_and_onto_an_installation_that_has_data(school, tmp_path):
    _, folder = school
    out = tmp_path / "school.backup"
    said = handbell("--data", folder, "backup", out)
    assert (said.exit_code, said.stderr) == (0, "")
    assert out.stat().st_mode & 0o077 == 0
    restored = handbell("--data", tmp_path / "new", "restore", out)
    assert (restored.exit_code, restored.stderr) == (0, "")
    assert (
        handbell("--data", tmp_path / "new", "status").stdout == handbell("--data", folder, "status").stdout
    )
    again = handbell("--data", tmp_path / "new", "restore", out)
    assert again.exit_code == 1
    assert "holds data already: rows in its database, certificates." in again.stderr


def test_a_folder_that_was_only_started_in_takes_a_backup_and_keeps_its_own_keys(made, tmp_path):
    folder = tmp_path / "started"
    assert handbell("--data", folder, "doctor").exit_code == 0
    own = (folder / "secret.key").read_text(encoding="ascii")
    assert handbell("--data", folder, "restore", made).exit_code == 0
    assert (folder / "secret.key").read_text(encoding="ascii") == own


def test_nothing_in_a_backup_signs_anybody_in(school, made):
    store, folder = school
    secrets = [path.read_bytes().strip() for path in folder.glob("*.key")]
    with store.reading() as conn:
        tokens = {
            row.digest for table in (session, sign_in_link, kiosk) for row in conn.execute(select(table))
        }
        pins = {row.hash for row in conn.execute(select(kiosk_pin))}
    assert secrets
    assert tokens | pins
    with zipfile.ZipFile(made) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
    kept = [one for one in (*secrets, *(said.encode() for said in tokens | pins)) if one in content]
    assert kept == []


def test_the_secret_in_a_backup_of_an_earlier_version_is_dropped(made, store, tmp_path):
    old = tmp_path / "old.backup"
    with zipfile.ZipFile(made) as now, zipfile.ZipFile(old, "w") as before:
        manifest = json.loads(now.read("manifest.json"))
        for name in now.namelist():
            if name != "manifest.json":
                before.writestr(name, now.read(name))
        secret = b"a key that signs links"
        before.writestr("files/secret.key", secret)
        manifest["sha256"]["files/secret.key"] = hashlib.sha256(secret).hexdigest()
        before.writestr("manifest.json", json.dumps(manifest))
    restore(store, tmp_path / "new", old)
    assert not (tmp_path / "new" / "secret.key").exists()


def test_a_place_that_cannot_be_written_and_a_file_that_is_not_there_are_told(school, tmp_path):
    _, folder = school
    nowhere = tmp_path / "no-such-folder" / "school.backup"
    assert "cannot be written" in handbell("--data", folder, "backup", nowhere).stderr
    assert "cannot be read" in handbell("--data", tmp_path / "new", "restore", nowhere).stderr


def test_a_file_whose_name_leads_out_of_the_folder_is_refused(made, store, tmp_path):
    content = b"x"
    said = json.loads(zipfile.ZipFile(made).read("manifest.json"))
    said["sha256"]["files/../outside"] = hashlib.sha256(content).hexdigest()
    path = changed(
        made, tmp_path, **{"files/../outside": content, "manifest.json": json.dumps(said).encode()}
    )
    with pytest.raises(BadInput, match="leads out of the folder"):
        restore(store, tmp_path / "data", path)
    assert not (tmp_path / "outside").exists()


def fifo(path):
    os.mkfifo(path)


@pytest.mark.parametrize(("make", "code"), [(fifo, 1), (Path.mkdir, 2)])
def test_a_backup_replaces_nothing_but_a_file(school, tmp_path, make, code):
    _, folder = school
    out = tmp_path / "there already"
    make(out)
    before = out.lstat()
    said = handbell("--data", folder, "backup", out)
    assert (said.exit_code, said.stdout) == (code, "")
    assert str(out) in said.stderr
    assert (out.lstat().st_mode, out.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert list(tmp_path.iterdir()) == [out]


def test_a_backup_replaces_an_earlier_one_of_its_name_as_its_help_says(school, tmp_path):
    _, folder = school
    out = tmp_path / "nightly.backup"
    out.write_bytes(b"last night's")
    assert handbell("--data", folder, "backup", out).exit_code == 0
    assert zipfile.is_zipfile(out)
    assert "is replaced" in handbell("backup", "--help").stdout


def zipped(_):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("letter.txt", "Dear parents")
    return held.getvalue()


NO_BACKUPS = {
    "missing": (None, "cannot be read (No such file or directory)"),
    "empty": (lambda _: b"", "is empty"),
    "something else": (lambda _: b"name,email\n", "is not a backup of Handbell's"),
    "another zip file": (zipped, "is a zip file, but not a backup of Handbell's"),
    "cut off": (lambda whole: whole[:5000], "is not a whole backup: its end is missing"),
    "damaged": (lambda whole: whole[:400] + b"damaged" + whole[407:], "is not a whole backup"),
}


@pytest.mark.parametrize(("spoil", "wrong"), NO_BACKUPS.values(), ids=NO_BACKUPS)
def test_what_is_no_backup_is_told_plainly_and_leaves_no_database(made, tmp_path, spoil, wrong):
    source = tmp_path / "school.backup"
    if spoil is not None:
        source.write_bytes(spoil(made.read_bytes()))
    said = handbell("--data", tmp_path / "new", "restore", source)
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr.startswith(f"{source}: {wrong}")
    assert not (tmp_path / "new").exists()


def test_a_pipe_is_no_backup_and_no_one_waits_for_it(tmp_path):
    fifo(tmp_path / "pipe")
    said = handbell("--data", tmp_path / "new", "restore", tmp_path / "pipe")
    assert said.exit_code == 1
    assert "is no file" in said.stderr
