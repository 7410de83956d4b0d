"""The governors' termly report from the command line: a file that is made, or a reason why not."""

import json
import shutil
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from bot.cli.demo import CASE_KEY
from bot.cli.main import main
from bot.database.engine import open_store
from bot.database.migrate import upgrade

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def school(sample_school, tmp_path_factory):
    """A copy of the sample school's folder."""
    return shutil.copytree(sample_school(NOW), tmp_path_factory.mktemp("school") / "data")


def report(data, *words, **environment):
    given = ["--data", str(data), "report", "governors", *words]
    return CliRunner(env=environment).invoke(main, given, prog_name="handbell")


def keys(school):
    return {"HANDBELL_CASE_KEYS": (school / CASE_KEY).read_text(encoding="ascii")}


def test_the_report_is_made_and_names_no_one(school, tmp_path):
    out = tmp_path / "report.pdf"
    said = report(school, "-o", str(out), "--from", "2026-09-01", **keys(school))
    assert (said.exit_code, said.stdout) == (0, f"Written to {out}.\n")
    text = " ".join(PdfReader(out).pages[0].extract_text().split())
    assert "Merriwell Green Primary School" in text
    assert "1 September 2026 to" in text
    assert "fewer than 5" in text
    for name in ("Achebe", "Okafor", "Nair", "Sorley"):
        assert name not in text


def test_the_same_day_gives_the_same_file(school, tmp_path):
    made = []
    for name in ("one.pdf", "two.pdf"):
        assert report(school, "-o", str(tmp_path / name), **keys(school)).exit_code == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_the_foot_of_the_report_names_the_key_that_doctor_names(school, tmp_path):
    out = tmp_path / "report.pdf"
    assert report(school, "-o", str(out), **keys(school)).exit_code == 0
    words = ["--data", str(school), "doctor", "--json"]
    key = json.loads(CliRunner(env=keys(school)).invoke(main, words).stdout)["signing_key"]
    assert key in " ".join(page.extract_text() for page in PdfReader(out).pages)


def refused(said, *words):
    assert said.exit_code == 1
    assert said.stdout == ""
    for word in words:
        assert word in said.stderr


def test_without_the_key_it_says_which_setting_is_missing_and_writes_nothing(school, tmp_path):
    out = tmp_path / "report.pdf"
    refused(report(school, "-o", str(out), HANDBELL_CASE_KEYS=None), "HANDBELL_CASE_KEYS")
    assert not out.exists()


def test_a_setting_that_is_not_there_is_refused_by_name(school, tmp_path):
    out = tmp_path / "report.pdf"
    refused(
        report(school, "-o", str(out), "--setting", "elsewhere", **keys(school)), "elsewhere is not loaded"
    )
    assert not out.exists()


def test_before_a_register_is_applied_it_says_so_and_names_no_other_command(school, tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'handbell.db'}")
    upgrade(store)
    store.close()
    said = report(tmp_path, "-o", str(tmp_path / "report.pdf"), **keys(school))
    refused(said, "--setting: no setting has been loaded yet", "handbell apply")
    assert "people import" not in said.stderr


def test_a_file_that_cannot_be_written_is_refused(school, tmp_path):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    out = tmp_path / "file" / "report.pdf"
    refused(report(school, "-o", str(out), **keys(school)), str(out), "cannot be written")


def test_no_file_named_is_wrong_usage(school):
    assert report(school).exit_code == 2
