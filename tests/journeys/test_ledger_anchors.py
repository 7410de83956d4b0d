"""What was printed, mailed or sent of the ledger earlier shows a chain that was cut off or made anew."""

import json
import re
import shutil
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from sqlite3 import connect

import packs
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from bot.cli.demo import CASE_KEY
from bot.cli.main import main
from bot.rules.hash_chain import FIRST, digest_of, link

CODE = r"\b\d+(-[0-9A-HJKMNP-TV-Z]{4}){4}\b"
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def school(sample_school):
    return sample_school(NOW)


@pytest.fixture
def data(school, tmp_path):
    """A copy of the sample school to spoil."""
    return shutil.copytree(school, tmp_path / "data")


@pytest.fixture(autouse=True)
def key(school, monkeypatch):
    monkeypatch.setenv("HANDBELL_CASE_KEYS", (school / CASE_KEY).read_text(encoding="ascii"))


def handbell(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="handbell")


def doctor(data, *words):
    """What doctor finds of the ledger, as {code: level}."""
    found = json.loads(handbell("--data", data, "doctor", "--json", *words).stdout)["findings"]
    return {one["code"]: one["level"] for one in found if one["code"] in {"H405", "H413", "H414", "H415"}}


def exported(data, out, day="2026-11-20"):
    assert handbell("--data", data, "evidence", "export", "--as-at", day, "-o", out).exit_code == 0
    return out


def code_of(said):
    """Find the code of the newest entry in what a command printed."""
    return said.stdout.partition("Its code: ")[2].split(". ")[0]


def rows(data):
    with closing(connect(data / "handbell.db")) as database:
        return database.execute(
            "select seq, at, actor, action, subject, data from ledger order by seq"
        ).fetchall()


def made_anew(data, until=None, actor=None):
    """Write the chain anew from its first entry, whole and right: only what is outside can tell."""
    with closing(connect(data / "handbell.db")) as database, database:
        kept = rows(data)[:until]
        database.execute("drop trigger ledger_no_delete")
        database.execute("delete from ledger")
        before = FIRST
        for seq, at, who, action, subject, said in kept:
            by = actor or who
            entry = {"at": at, "actor": by, "action": action, "subject": subject, "data": json.loads(said)}
            own = link(before, digest_of({"seq": seq, **entry}))
            values = (seq, at, by, action, subject, said, before, own)
            database.execute("insert into ledger values (?, ?, ?, ?, ?, ?, ?, ?)", values)
            before = own


@pytest.fixture
def pack(school, tmp_path):
    return exported(school, tmp_path / "before.zip")


def test_the_ledger_is_still_the_one_that_was_noted(data, pack):
    code = code_of(handbell("verify", pack))
    assert doctor(data) == {}
    assert doctor(data, "--anchor", code, "--after", pack) == {"H414": "info", "H415": "info"}
    assert handbell("--data", data, "doctor", "--anchor", code.lower()).exit_code == 0


def test_a_chain_made_again_is_whole_and_yet_not_the_one_that_was_noted(data, pack):
    code = code_of(handbell("verify", pack))
    made_anew(data, actor="the office")
    assert doctor(data) == {}
    assert doctor(data, "--anchor", code, "--after", pack) == {"H414": "problem", "H415": "problem"}
    assert handbell("--data", data, "doctor", "--anchor", code).exit_code == 1


def test_a_chain_whose_end_was_cut_off_is_whole_and_yet_shorter_than_was_noted(data, pack):
    code = code_of(handbell("verify", pack))
    at = next(number for number, row in enumerate(rows(data), 1) if not row[4].startswith("obligation:"))
    notes_no_record_behind = max(
        number for number, row in enumerate(rows(data), 1) if row[4].startswith("obligation:")
    )
    made_anew(data, until=max(at, notes_no_record_behind))
    assert doctor(data) == {}
    assert doctor(data, "--anchor", code, "--after", pack) == {"H414": "problem", "H415": "problem"}


def test_a_record_taken_away_is_found_without_anything_from_outside(data):
    with closing(connect(data / "handbell.db")) as database, database:
        database.execute("drop trigger evidence_no_delete")
        database.execute("delete from evidence where id = 3")
    assert doctor(data) == {"H413": "problem"}


def test_a_record_that_cannot_even_be_read_is_found(data):
    with closing(connect(data / "handbell.db")) as database, database:
        database.execute("drop trigger evidence_no_update")
        database.execute("update evidence set recorded_at = 'never' where id = 3")
    said = handbell("--data", data, "doctor", "--json")
    assert "H413" in said.stdout


@pytest.mark.parametrize("command", ["doctor", "verify"])
def test_what_is_no_code_is_wrong_usage(pack, data, command):
    words = ("verify", pack) if command == "verify" else ("--data", data, "doctor")
    said = handbell(*words, "--anchor", "1234")
    assert said.exit_code == 2
    assert "no code" in said.stderr


def test_a_pack_is_held_against_a_code(pack, tmp_path, school, data):
    code = code_of(handbell("verify", pack))
    assert handbell("verify", pack, "--anchor", code).exit_code == 0
    earlier = exported(school, tmp_path / "earlier.zip", "2026-11-09")
    short = handbell("verify", earlier, "--anchor", code)
    assert (short.exit_code, "before entry" in short.stderr) == (1, True)
    made_anew(data, actor="the office")
    assert handbell("verify", exported(data, tmp_path / "anew.zip"), "--anchor", code).exit_code == 1


def test_a_later_pack_continues_an_earlier_one(pack, tmp_path, school, data):
    earlier = exported(school, tmp_path / "earlier.zip", "2026-11-09")
    assert handbell("verify", pack, "--after", earlier).exit_code == 0
    backwards = handbell("verify", earlier, "--after", pack)
    assert backwards.exit_code == 1
    assert "left out here" in backwards.stderr
    made_anew(data, actor="the office")
    anew = handbell("verify", exported(data, tmp_path / "anew.zip"), "--after", earlier)
    assert anew.exit_code == 1
    assert "does not continue" in anew.stderr


def test_a_pack_of_another_key_does_not_continue_this_one(pack, tmp_path, data):
    (data / "signing.key").unlink()
    said = handbell("verify", exported(data, tmp_path / "other.zip"), "--after", pack)
    assert said.exit_code == 1
    assert "another key" in said.stderr


def test_nothing_continues_a_pack_that_does_not_hold(pack, tmp_path, data):
    files = packs.taken_apart(pack)
    spoilt = packs.put_together(tmp_path / "spoilt.zip", files | {"READ ME.txt": b"Trust me."})
    assert handbell("verify", pack, "--after", spoilt).exit_code == 1
    assert doctor(data, "--after", spoilt) == {"H415": "problem"}


def test_the_headteachers_own_emails_bear_the_code_of_the_week_before_and_no_one_elses_do(data):
    codes, others = set(), 0
    for path in sorted((data / "sent").rglob("*.eml")):
        letter = message_from_bytes(path.read_bytes(), policy=default)
        text = letter.get_body(("plain",)).get_content()
        html = letter.get_body(("html",)).get_content()
        found = re.search(CODE, text)
        assert bool(found) == bool(re.search(CODE, html))
        if found:
            assert "head@merriwell.example" in letter["To"]
            codes.add(found[0])
        others += "head@merriwell.example" not in letter["To"]
    assert codes
    assert others
    for code in codes:
        assert doctor(data, "--anchor", code) == {"H414": "info"}


def test_the_governors_report_bears_the_code_of_the_week_before(data, tmp_path):
    out = tmp_path / "report.pdf"
    assert handbell("--data", data, "report", "governors", "-o", out).exit_code == 0
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    code = text.rpartition("of its record until ")[2].rpartition(" is ")[2].split()[0].rstrip(".")
    assert doctor(data, "--anchor", code) == {"H414": "info"}
