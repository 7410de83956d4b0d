"""A forger who writes a pack's manifest anew is found by its signature, and one who signs anew by the key."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from sqlite3 import connect

import packs
import pytest
from click.testing import CliRunner

from bot.cli.main import main

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = "2026-11-20"


def handbell(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="handbell")


def exported(data, out):
    return handbell("--data", data, "evidence", "export", "--as-at", DAY, "-o", out)


def verified(path, *words):
    return json.loads(handbell("verify", path, "--json", *words).stdout)


@pytest.fixture(scope="module")
def pack(sample_school, tmp_path_factory):
    """A pack of the sample school as it is sent."""
    out = tmp_path_factory.mktemp("packs") / "evidence.zip"
    said = exported(sample_school(NOW), out)
    assert (said.exit_code, said.stderr) == (0, "")
    return out


@pytest.fixture
def files(pack):
    return packs.taken_apart(pack)


@pytest.fixture
def data(sample_school, tmp_path):
    """A copy of the sample school to spoil."""
    return shutil.copytree(sample_school(NOW), tmp_path / "data")


def table_changed(files, name, column, new):
    rows = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"))))
    rows[1][rows[0].index(column)] = new
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return files | {name: out.getvalue().encode("utf-8-sig")}


def _record_left_out(files):
    """Leave a record out and show its ledger entry by its digest alone, as entries of others are shown."""
    *kept, gone = packs.lines(files["evidence.jsonl"])
    chain, manifest = packs.lines(files["ledger.jsonl"]), packs.manifest_of(files)
    for line in chain:
        if "entry" in line and line["entry"]["data"]["receipt"] == gone["receipt"]:
            whole = {"seq": line["seq"], **line.pop("entry")}
            line["digest"] = hashlib.sha256(packs.of_lines([whole]).rstrip(b"\n")).hexdigest()
    rows = files["evidence.csv"].decode("utf-8-sig").splitlines(keepends=True)
    table = "".join(one for one in rows if not one.startswith(gone["receipt"]))
    del manifest["records"][gone["receipt"]]
    changed = {
        "evidence.jsonl": packs.of_lines(kept),
        "ledger.jsonl": packs.of_lines(chain),
        "evidence.csv": table.encode("utf-8-sig"),
    }
    return packs.with_manifest(files | changed, records=manifest["records"])


def _texts_removed(files):
    assert any(name.startswith("texts/") for name in files)
    return {name: content for name, content in files.items() if not name.startswith("texts/")}


# All of these were believed before packs were signed: the chain says nothing of them.
FORGERIES = {
    "words in evidence.csv": lambda files: table_changed(files, "evidence.csv", "statement", "I agree."),
    "a date in evidence.csv": lambda files: table_changed(files, "evidence.csv", "did on", "2026-01-01"),
    "a state in standing.csv": lambda files: table_changed(files, "standing.csv", "state", "done"),
    "a record left out": _record_left_out,
    "texts removed": _texts_removed,
    "the day": lambda files: packs.with_manifest(files, as_at="2026-11-19"),
    "the school's name": lambda files: packs.with_manifest(files, schools={"merriwell-green": "Elm Tree"}),
    "the READ ME": lambda files: files | {"READ ME.txt": b"Everybody has signed."},
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forger_who_writes_the_manifest_again_is_found(files, tmp_path, forge):
    forged = packs.hashed_anew(forge(dict(files)))
    assert forged != files
    said = handbell("verify", packs.put_together(tmp_path / "forged.zip", forged))
    assert said.exit_code == 1
    assert said.stdout == ""
    assert "changed after it was signed" in said.stderr


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_one_who_signs_it_again_is_found_by_the_schools_key_alone(pack, files, tmp_path, forge):
    key = verified(pack)["key"]
    forged = packs.signed_by_a_stranger(packs.hashed_anew(forge(dict(files))))
    path = packs.put_together(tmp_path / "forged.zip", forged)
    unknown = verified(path)
    assert unknown["wrong"] == []
    assert len(unknown["unproven"]) == 1
    assert unknown["key"] not in {"", key}
    said = handbell("verify", path, "--key", key)
    assert said.exit_code == 1
    assert key in said.stderr


def test_the_schools_key_proves_whose_it_is_however_it_is_typed(pack):
    found = verified(pack)
    assert (found["wrong"], len(found["unproven"])) == ([], 1)
    assert found["settings"] == {"merriwell-green": "Merriwell Green Primary School"}
    typed = found["key"].lower().replace("-", " ")
    assert verified(pack, "--key", typed)["unproven"] == []
    said = handbell("verify", pack)
    assert said.exit_code == 0
    assert "cannot show whose key" in said.stdout
    assert found["key"] in said.stdout


def test_the_key_is_the_same_in_every_pack_and_lies_where_no_one_else_reads_it(data, tmp_path):
    keys = set()
    for name in ("one.zip", "two.zip"):
        assert exported(data, tmp_path / name).exit_code == 0
        keys.add(verified(tmp_path / name)["key"])
    assert len(keys) == 1
    assert (data / "signing.key").stat().st_mode & 0o077 == 0


def test_a_key_that_is_given_is_taken_and_another_makes_another_fingerprint(data, tmp_path, monkeypatch):
    made = handbell("evidence", "make-key")
    (tmp_path / "key").write_text(made.stdout, encoding="ascii")
    monkeypatch.setenv("HANDBELL_SIGNING_KEY_FILE", str(tmp_path / "key"))
    assert exported(data, tmp_path / "given.zip").exit_code == 0
    assert verified(tmp_path / "given.zip")["key"] in made.stderr


@pytest.mark.parametrize("words", ["short", "0" * 43 + "!", "ä" * 43])
def test_what_is_no_key_is_refused_by_name(data, tmp_path, monkeypatch, words):
    monkeypatch.setenv("HANDBELL_SIGNING_KEY", words)
    said = exported(data, tmp_path / "pack.zip")
    assert said.exit_code == 1
    assert "HANDBELL_SIGNING_KEY" in said.stderr
    assert words not in said.stderr
    assert not (tmp_path / "pack.zip").exists()


def test_of_many_machines_none_makes_a_key_of_its_own(store, tmp_path):
    url = store.engine.url.render_as_string(hide_password=False)
    environment = {"HANDBELL_DATABASE_URL": url}
    words = ["--data", str(tmp_path), "evidence", "export", "--as-at", DAY, "-o", str(tmp_path / "pack.zip")]
    said = CliRunner(env=environment).invoke(main, words, prog_name="handbell")
    assert said.exit_code == 1
    assert "HANDBELL_SIGNING_KEY" in said.stderr
    assert not (tmp_path / "signing.key").exists()


def _signature_with_more(files):
    said = json.loads(files["manifest.sig"])
    return files | {"manifest.sig": packs.of_lines([said | {"note": "checked by the council"}])}


SIGNATURES = {
    "gone": lambda files: {name: content for name, content in files.items() if name != "manifest.sig"},
    "of another manifest": lambda files: packs.with_manifest(files, made_at="2026-11-20T12:00:01.000000Z"),
    "with more in it": _signature_with_more,
    "no signature": lambda files: files | {"manifest.sig": b"{}\n"},
    "no key": lambda files: files | {"manifest.sig": b'{"key":"00","signature":"00"}\n'},
}


@pytest.mark.parametrize("change", SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_that_does_not_hold_is_named(files, tmp_path, change):
    found = verified(packs.put_together(tmp_path / "pack.zip", change(dict(files))))
    assert any("manifest.sig" in one for one in found["wrong"])
    assert found["key"] == ""


def commented(content):
    held = io.BytesIO(content)
    with zipfile.ZipFile(held, "a") as archive:
        archive.comment = b"Checked by the council."
    return held.getvalue()


def renamed_inside(content):
    """Change a file's name where the file itself begins, and not in the directory at the end."""
    return content.replace(b"standing.csv", b"Standing.csv", 1)


def dated_anew(content):
    files = packs.taken_apart(io.BytesIO(content))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, said in sorted(files.items()):
            info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, said)
    return held.getvalue()


CONTAINERS = {
    "a comment": commented,
    "something before it": lambda content: b"#!/bin/sh\n" + content,
    "something behind it": lambda content: content + b"\0",
    "a name changed in one of its two places": renamed_inside,
    "other times": dated_anew,
}


@pytest.mark.parametrize("change", CONTAINERS.values(), ids=CONTAINERS)
def test_nothing_hides_in_the_archive_around_the_files(pack, tmp_path, change):
    path = tmp_path / "pack.zip"
    path.write_bytes(change(pack.read_bytes()))
    assert verified(path)["wrong"]


def test_a_directory_that_lies_about_sizes_unpacks_to_no_more_than_it_says(pack, tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b"0" * 50_000_000)
    content = bytearray(held.getvalue())
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    assert "is damaged" in handbell("verify", path).stderr


def test_a_pack_of_the_older_form_holds_and_is_told_what_it_cannot_show(files, tmp_path):
    older = packs.in_the_older_form(packs.hashed_anew(files))
    path = packs.put_together(tmp_path / "older.zip", older)
    found = verified(path)
    assert (found["wrong"], found["form"], found["key"]) == ([], "handbell-evidence/1", "")
    said = handbell("verify", path)
    assert said.exit_code == 0
    assert "Handbell 0.1 are not signed" in said.stdout
    assert handbell("verify", path, "--key", "ABCD").exit_code == 1


def bound_otherwise(files, **changed):
    """Rewrite the first record in the manifest, and sign that."""
    records = packs.manifest_of(files)["records"]
    first = next(iter(records))
    said = {**records, first: records[first] | changed} if changed else dict(list(records.items())[1:])
    return packs.signed_by_a_stranger(packs.with_manifest(files, records=said))


@pytest.mark.parametrize("changed", [{}, {"entry": 1}, {"sha256": "0" * 64}], ids=str)
def test_each_record_is_bound_to_its_entry_by_the_manifest(files, tmp_path, changed):
    found = verified(packs.put_together(tmp_path / "pack.zip", bound_otherwise(files, **changed)))
    assert [one.split(":")[0] for one in found["wrong"]] == [found["wrong"][0]]
    assert "manifest.json" in found["wrong"][0]


def test_a_record_that_is_there_twice_is_named(files, tmp_path):
    kept = packs.lines(files["evidence.jsonl"])
    twice = packs.hashed_anew(files | {"evidence.jsonl": packs.of_lines([*kept, kept[0]])})
    found = verified(packs.put_together(tmp_path / "pack.zip", packs.signed_by_a_stranger(twice)))
    assert [one for one in found["wrong"] if kept[0]["receipt"] in one]


def spoil(data, *statements):
    with closing(connect(data / "handbell.db")) as database, database:
        for statement in statements:
            database.execute(statement)


GONE = ("drop trigger evidence_no_delete", "delete from evidence where id = 3")
UNNOTED = (
    "insert into evidence select 9999, 'HB-MADE-UP00-0000', 'made up', {rest} from evidence where id = 3",
)


@pytest.mark.parametrize("sort", ["gone", "not noted"])
def test_records_that_the_ledger_does_not_bear_out_are_told_when_a_pack_is_made_and_checked(
    data, tmp_path, sort
):
    with closing(connect(data / "handbell.db")) as database:
        (receipt,) = database.execute("select receipt from evidence where id = 3").fetchone()
        names = [row[1] for row in database.execute("pragma table_info(evidence)")]
    if sort == "gone":
        spoil(data, *GONE)
    else:
        assert names[:3] == ["id", "receipt", "idempotency_key"]
        spoil(data, UNNOTED[0].format(rest=", ".join(names[3:])))
        receipt = "HB-MADE-UP00-0000"
    out = tmp_path / "pack.zip"
    said = exported(data, out)
    assert said.exit_code == 1
    assert receipt in said.stderr
    assert any(receipt in one for one in verified(out)["wrong"])


def test_the_check_loads_nothing_that_opens_a_schools_data(pack):
    code = f"""
import sys
from bot.cli.main import main
try:
    main(["verify", {str(pack)!r}])
except SystemExit as ended:
    print(ended.code)
mine = ("sqlalchemy", "bot.database", "bot.records", "bot.core.config")
print([name for name in sys.modules if name.startswith(mine)])
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *_, ended, loaded = ran.stdout.splitlines()
    assert (ended, loaded) == ("0", "[]")
