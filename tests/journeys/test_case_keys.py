"""The keys of cases on the command line and in the doctor's list, on a real installation."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from sqlite3 import connect

import pytest
from click.testing import CliRunner
from reported import report_of

from bot.bootstrap.services import make_services
from bot.cli.demo import CASE_KEY, demo_settings
from bot.cli.doctor import find_findings
from bot.cli.main import main
from bot.core.config import load_settings
from bot.core.encryption import new_master_key, read_keys
from bot.reports.service import inbox, receive

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NEW = new_master_key()
SCHOOL = "merriwell-green"

FORM_KEY = "the only form of this test"


@pytest.fixture(scope="module")
def school(sample_school, tmp_path_factory):
    """The sample school with one more report in it, all sealed with the old key; and that key."""
    folder = shutil.copytree(sample_school(NOW), tmp_path_factory.mktemp("school") / "data")
    old = (folder / CASE_KEY).read_text("ascii").strip()
    services = make_services(demo_settings(folder, "http://127.0.0.1:8000"))
    report = report_of(
        school=SCHOOL,
        category="visitor",
        what="A visitor took photographs.",
        where_when="In the hall",
        about="I do not know",
        form_key=FORM_KEY,
    )
    taken = receive(services, report, NOW, lambda length: b"12345678"[:length])
    yield services, taken, folder, old
    services.store.close()


def run(folder, *words, keys=None):
    env = {"HANDBELL_CASE_KEYS": keys}
    return CliRunner(env=env).invoke(main, ["--data", str(folder), "cases", *words])


def found(folder, keys):
    given = {"case_keys": keys} if keys else {}
    findings = find_findings(load_settings(data=folder, **given), NOW)
    return {one.code: one for one in findings if one.code.startswith("H50") and one.code[:4] != "H500"}


def test_make_key_prints_a_key_alone(tmp_path):
    said = run(tmp_path / "data", "make-key")
    assert said.exit_code == 0
    assert read_keys(said.stdout).masters == (said.stdout.strip(),)
    assert not (tmp_path / "data").exists()


def test_the_doctor_says_which_key_is_missing_and_the_rotation_goes_through(school):
    services, taken, folder, old = school
    assert found(folder, None)["H502"].says == "4 of 4 cases cannot be opened with the keys that are set."
    assert found(folder, NEW)["H502"].level == "problem"
    assert set(found(folder, old)) == {"H504"}
    refused = run(folder, "rotate-keys", keys=NEW)
    assert refused.exit_code == 1
    assert "HANDBELL_CASE_KEYS" in refused.stderr
    assert run(folder, "rotate-keys").exit_code == 1
    done = run(folder, "rotate-keys", keys=f"{NEW},{old}")
    assert (done.exit_code, done.stdout[:8]) == (0, "4 cases ")
    assert set(found(folder, NEW)) == {"H504"}
    assert set(found(folder, old)) == {"H502"}
    opened = inbox(replace(services, case_keys=read_keys(NEW)), SCHOOL, taken.passphrase, NOW)
    assert opened.number == taken.number


def test_a_key_that_is_none_stops_the_program_with_a_sentence(school):
    said = run(school[2], "rotate-keys", keys="secret")
    assert said.exit_code == 1
    assert "handbell cases make-key" in said.stderr


def test_the_doctor_sees_a_record_of_the_cases_that_was_changed(school):
    _, _, folder, old = school
    with connect(folder / "handbell.db") as database:
        database.execute("drop trigger case_ledger_no_update")
        database.execute("update case_ledger set actor = 'somebody' where seq = 1")
    database.close()
    assert "from entry 1 on" in found(folder, f"{NEW},{old}")["H503"].says
