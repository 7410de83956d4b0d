"""What Handbell writes is its own user's alone, whatever the machine's umask would give others."""

import os
import stat
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from bot.bootstrap.services import open_data
from bot.cli.main import main
from bot.core.config import Config
from bot.demo.school import write_school
from bot.ports import Address, Email
from connectors.local.folder_mailer import FolderMailer

NOW = datetime(2026, 11, 23, 8, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def usual_umask():
    """The umask of an ordinary shell: others may read what it makes."""
    before = os.umask(0o022)
    yield
    assert os.umask(before) == 0o022


def open_to_others(folder):
    found = [folder, *folder.rglob("*")]
    assert len(found) > 1
    return {
        str(one.relative_to(folder.parent)): oct(mode)
        for one in found
        if (mode := stat.S_IMODE(one.stat().st_mode)) & 0o077
    }


def handbell(data, *words):
    done = CliRunner(env={"HANDBELL_CASE_KEYS": None}).invoke(main, ["--data", str(data), *map(str, words)])
    assert done.exit_code == 0, done.output


def test_what_commands_write_is_readable_by_its_user_alone(tmp_path):
    school = write_school(tmp_path / "school", NOW.date())
    data, out = tmp_path / "data", tmp_path / "out"
    out.mkdir(mode=0o700)
    handbell(data, "apply", school.register, "--yes")
    handbell(data, "people", "import", school.roster)
    handbell(data, "evidence", "export", "--as-at", "2026-11-23", "-o", out / "pack.zip")
    handbell(data, "backup", out / "school.backup")
    handbell(tmp_path / "again", "restore", out / "school.backup")
    handbell(data, "read", next((tmp_path / "school").rglob("*.md")), "--register", out / "proposed.yaml")
    assert "handbell.db" in {one.name for one in data.iterdir()}
    assert {one.name for one in out.iterdir()} == {"pack.zip", "school.backup", "proposed.yaml"}
    assert open_to_others(data) | open_to_others(out) | open_to_others(tmp_path / "again") == {}


def test_the_database_is_private_while_it_is_written_to(tmp_path):
    @main.command("write-a-little", hidden=True)
    def write_a_little():
        store = open_data(Config(data=tmp_path / "data"))
        with store.writing() as conn:
            conn.exec_driver_sql("create table little (one text)")
        # Beside the database lie its log and its index while a connection is open.
        assert {one.name for one in (tmp_path / "data").iterdir()} > {"handbell.db", "handbell.db-wal"}
        assert open_to_others(tmp_path / "data") == {}
        store.close()

    try:
        done = CliRunner().invoke(main, ["write-a-little"])
    finally:
        main.commands.pop("write-a-little")
    assert done.exit_code == 0, done.exception


def test_mail_kept_in_a_folder_is_private(tmp_path):
    mailer = FolderMailer(tmp_path / "sent", lambda: NOW)
    office = Address("office@merriwell.example", "The office")
    mailer.send(Email("a-message", office, office, "A subject", "Words.", "<p>Words.</p>"))
    assert len(list((tmp_path / "sent").iterdir())) == 1
    assert open_to_others(tmp_path / "sent") == {}
