"""The ledger is stamped by a real authority, OpenSSL's: an outage holds nothing up, and forgeries show."""

import json
import shutil
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from sqlite3 import connect

import packs
import pytest
import stamping
from click.testing import CliRunner

from bot.bootstrap.services import make_services
from bot.cli.demo import CASE_KEY
from bot.cli.main import main
from bot.core.config import load_settings
from bot.core.errors import BadInput, GiveUp, TryAgain
from bot.database.job_runs import JobTurn
from bot.records import ledger
from schedules.jobs import JOBS

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with stamping.serving(tmp_path_factory.mktemp("authority")) as served:
        yield served


@pytest.fixture
def data(sample_school, tmp_path, monkeypatch, authority):
    """A copy of the sample school whose ledger that authority stamps."""
    address, root, failing = authority
    failing.clear()
    data = shutil.copytree(sample_school(NOW), tmp_path / "data")
    monkeypatch.setenv("HANDBELL_CASE_KEYS", (data / CASE_KEY).read_text(encoding="ascii"))
    monkeypatch.setenv("HANDBELL_TIMESTAMP_URL", address)
    monkeypatch.setenv("HANDBELL_TIMESTAMP_ROOTS", str(root))
    return data


@pytest.fixture
def services(data):
    made = make_services(load_settings(data=data))
    yield made
    made.store.close()


def stamp(services, now=NOW):
    """Run the job as the schedules do."""
    (job,) = [one for one in JOBS if "stamp" in one.name]
    return job.action(services, JobTurn(now, "", "test"))


def handbell(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="handbell")


def doctor(data):
    found = json.loads(handbell("--data", data, "doctor", "--json").stdout)["findings"]
    return {one["code"]: one["level"] for one in found if one["code"] in {"H416", "H417"}}


def exported(data, out):
    assert handbell("--data", data, "evidence", "export", "--as-at", "2026-11-20", "-o", out).exit_code == 0
    return out


def stamps_in(files):
    return {name: content for name, content in files.items() if name.startswith("stamps/")}


def test_the_newest_entry_is_stamped_once_and_the_pack_bears_it(services, data, tmp_path, authority):
    stamp(services)
    with services.store.reading() as conn:
        seq, own_hash = ledger.head(conn)
    stamp(services)
    assert doctor(data) == {}
    pack = exported(data, tmp_path / "pack.zip")
    ((name, content),) = stamps_in(packs.taken_apart(pack)).items()
    assert name == f"stamps/{seq}.tsr"
    told = json.loads(handbell("verify", pack, "--json").stdout)
    assert (told["wrong"], [one["entry"] for one in told["stamps"]], len(told["unproven"])) == ([], [seq], 2)
    proved = json.loads(handbell("verify", pack, "--json", "--authority", authority[1]).stdout)
    assert (proved["wrong"], len(proved["unproven"])) == ([], 1)
    (tmp_path / "stamp.tsr").write_bytes(content)
    (tmp_path / "hash").write_text(own_hash, encoding="ascii")
    words = ["-data", tmp_path / "hash", "-in", tmp_path / "stamp.tsr", "-CAfile", authority[1]]
    ran = subprocess.run(["openssl", "ts", "-verify", *words], capture_output=True, text=True, check=False)
    assert "Verification: OK" in ran.stdout + ran.stderr


@pytest.mark.parametrize(("status", "error"), [(503, TryAgain), (429, TryAgain), (404, GiveUp)])
def test_an_authority_that_is_away_fails_the_job_alone_and_the_next_run_stamps(
    services, data, tmp_path, authority, status, error
):
    authority[2].append(status)
    with pytest.raises(error):
        stamp(services)
    pack = exported(data, tmp_path / "pack.zip")
    assert handbell("verify", pack).exit_code == 0
    stamp(services)
    assert stamps_in(packs.taken_apart(exported(data, tmp_path / "stamped.zip")))


def test_an_authority_that_no_one_reaches_holds_nothing_up(data, tmp_path, monkeypatch):
    monkeypatch.setenv("HANDBELL_TIMESTAMP_URL", "http://127.0.0.1:9/")
    assert doctor(data) == {"H417": "warning"}
    assert handbell("verify", exported(data, tmp_path / "pack.zip")).exit_code == 0


def test_an_answer_of_another_root_is_not_kept(services, data, tmp_path, monkeypatch):
    stamping.make_authority(tmp_path)
    monkeypatch.setenv("HANDBELL_TIMESTAMP_ROOTS", str(tmp_path / "root.pem"))
    assert doctor(data) == {"H417": "warning"}
    other = make_services(load_settings(data=data))
    with pytest.raises(GiveUp, match="not proved"):
        stamp(other)
    other.store.close()
    assert stamps_in(packs.taken_apart(exported(data, tmp_path / "pack.zip"))) == {}


def test_an_entry_changed_after_it_was_stamped_is_told(services, data):
    stamp(services)
    with closing(connect(data / "handbell.db")) as database, database:
        database.execute("drop trigger ledger_no_update")
        database.execute("update ledger set hash = ? where seq = (select max(seq) from ledger)", ("0" * 64,))
    assert doctor(data)["H416"] == "problem"


def test_a_stamp_that_is_old_while_the_ledger_grew_is_told(services, data):
    stamp(services)
    with services.store.writing() as conn:
        ledger.append(conn, at=NOW, actor="test", action="test", subject="test", data={})
    with closing(connect(data / "handbell.db")) as database, database:
        old = (datetime.now(UTC) - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        database.execute("update ledger_stamp set stamped_at = ?", (old,))
    assert doctor(data) == {"H417": "warning"}


def other_place(files):
    ((name, content),) = stamps_in(files).items()
    return {one: said for one, said in files.items() if one != name} | {"stamps/1.tsr": content}


SPOILT = {
    "of another entry": other_place,
    "of no entry": lambda files: files | {"stamps/9999.tsr": next(iter(stamps_in(files).values()))},
    "no stamp at all": lambda files: files | {"stamps/1.tsr": b"stamped on Friday"},
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_stamp_that_is_not_of_its_entry_is_named(services, data, tmp_path, spoil):
    stamp(services)
    files = spoil(packs.taken_apart(exported(data, tmp_path / "pack.zip")))
    path = packs.put_together(tmp_path / "spoilt.zip", packs.signed_by_a_stranger(packs.hashed_anew(files)))
    found = json.loads(handbell("verify", path, "--json").stdout)
    assert len(found["wrong"]) == 1
    assert "stamps/" in found["wrong"][0]


def test_a_pack_without_stamps_proves_no_authority(data, tmp_path, authority):
    pack = exported(data, tmp_path / "pack.zip")
    assert handbell("verify", pack).exit_code == 0
    assert handbell("verify", pack, "--authority", authority[1]).exit_code == 1


def test_where_no_authority_is_named_there_is_nothing_to_do(data, monkeypatch):
    monkeypatch.delenv("HANDBELL_TIMESTAMP_URL")
    unstamped = make_services(load_settings(data=data))
    assert "no authority" in stamp(unstamped)
    unstamped.store.close()
    assert doctor(data) == {}


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_roots_that_cannot_be_read_are_refused_by_name(data, tmp_path, monkeypatch, content):
    path = tmp_path / "roots.pem"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("HANDBELL_TIMESTAMP_ROOTS", str(path))
    with pytest.raises(BadInput, match="HANDBELL_TIMESTAMP_ROOTS"):
        make_services(load_settings(data=data))
