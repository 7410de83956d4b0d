"""Evidence as one file: an inspector can check it without the school's data, and any change in it shows."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime

import packs
import pytest
from click.testing import CliRunner

from bot.bootstrap.services import make_services
from bot.cli.demo import demo_settings
from bot.cli.main import main
from bot.evidence_pack.export import export
from bot.evidence_pack.verify import check
from bot.records import evidence as record_evidence
from bot.records import ledger
from bot.rules import hash_chain
from bot.rules.evidence import Outcome

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHOOL = "merriwell-green"


@pytest.fixture(scope="module")
def school(sample_school):
    """The sample school, only read."""
    services = make_services(demo_settings(sample_school(NOW), "http://127.0.0.1:8000"))
    yield services
    services.store.close()


@pytest.fixture(scope="module")
def pack(school):
    return export(school.store, [SCHOOL], NOW.date(), NOW, school.signing_key)


@pytest.fixture
def files(pack):
    return packs.taken_apart(io.BytesIO(pack.content))


@pytest.fixture
def checked(tmp_path):
    """Check these files as a pack. `forged`: by a stranger who writes the manifest anew and signs it."""

    def look(files, *, forged=True):
        if forged:
            files = packs.signed_by_a_stranger(packs.hashed_anew(files))
        return check(packs.put_together(tmp_path / "pack.zip", files)).wrong

    return look


def handbell(*words):
    return CliRunner().invoke(main, list(map(str, words)), prog_name="handbell")


def test_from_the_command_line_it_is_written_and_holds(school, tmp_path):
    data, out = school.certificates.parent, tmp_path / "evidence.zip"
    made = handbell("--data", data, "evidence", "export", "--as-at", "2026-11-20", "-o", out)
    assert (made.exit_code, made.stderr) == (0, "")
    held = handbell("verify", out)
    assert (held.exit_code, held.stderr) == (0, "")
    assert f"({SCHOOL}), as at 20 November 2026." in held.stdout
    assert "as at 20 November 2026." in made.stdout
    assert made.stdout.splitlines()[-1] == held.stdout.splitlines()[-1]
    told = json.loads(handbell("verify", out, "--json").stdout)
    assert (told["wrong"], list(told["settings"]), told["as_at"]) == ([], [SCHOOL], "2026-11-20")


def test_it_holds_every_record_with_its_words_and_the_text_that_was_shown(school, pack, files):
    with school.store.reading() as conn:
        kept = record_evidence.until(conn, [SCHOOL], NOW)
    assert len(kept) == pack.records > 50
    rows = list(csv.DictReader(io.StringIO(files["evidence.csv"].decode("utf-8-sig"))))
    assert [row["receipt"] for row in rows] == [one.receipt for one in kept]
    for one, row in zip(kept, rows, strict=True):
        assert row["statement"] == (one.record.statement or "")
        if one.record.sha256_text:
            assert f"texts/{one.record.sha256_text}.txt" in files
    standing = files["standing.csv"].decode("utf-8-sig")
    assert "no record" in standing
    assert "overdue" in standing


def test_the_same_day_and_hour_give_the_same_file(school, pack):
    assert export(school.store, [SCHOOL], NOW.date(), NOW, school.signing_key) == pack


def test_an_earlier_day_leaves_out_what_came_later(school, pack, tmp_path):
    day = datetime(2026, 11, 9, tzinfo=UTC).date()
    earlier = export(school.store, [SCHOOL], day, NOW, school.signing_key)
    assert 0 < earlier.records < pack.records
    assert earlier.entries < pack.entries
    path = tmp_path / "earlier.zip"
    path.write_bytes(earlier.content)
    assert check(path).wrong == ()
    with zipfile.ZipFile(path) as archive:
        kept = packs.lines(archive.read("evidence.jsonl"))
    assert max(one["record"]["recorded_at"] for one in kept) < "2026-11-10"


def test_what_does_not_note_evidence_is_there_by_its_digest_alone(files):
    shown = [line for line in packs.lines(files["ledger.jsonl"]) if "entry" in line]
    hidden = [line for line in packs.lines(files["ledger.jsonl"]) if "entry" not in line]
    assert all(line["entry"]["subject"].startswith("obligation:") for line in shown)
    assert hidden
    assert all(line.keys() == {"seq", "hash", "digest"} for line in hidden)


def _word_changed(files):
    kept = packs.lines(files["evidence.jsonl"])
    kept[3]["record"]["person_name"] = "Somebody Else"
    return files | {"evidence.jsonl": packs.of_lines(kept)}


def _record_gone(files):
    return files | {"evidence.jsonl": packs.of_lines(packs.lines(files["evidence.jsonl"])[:-1])}


def _record_added(files):
    kept = packs.lines(files["evidence.jsonl"])
    added = json.loads(json.dumps(kept[0]))
    added["record"]["idempotency_key"] = "made up"
    added["receipt"] = hash_chain.receipt_for("made up")
    return files | {"evidence.jsonl": packs.of_lines([*kept, added])}


def _entry_changed(files):
    chain = packs.lines(files["ledger.jsonl"])
    entry = next(line["entry"] for line in chain if "entry" in line)
    entry["at"] = "2026-11-01T08:00:00.000000Z"
    return files | {"ledger.jsonl": packs.of_lines(chain)}


def _record_and_its_entry_changed(files):
    """The most careful forger: the record, its entry and that entry's hash agree."""
    chain, kept = packs.lines(files["ledger.jsonl"]), packs.lines(files["evidence.jsonl"])
    place = next(place for place, line in enumerate(chain) if "entry" in line)
    noted = chain[place]["entry"]["data"]
    mine = next(one for one in kept if one["receipt"] == noted["receipt"])
    mine["record"]["acted_on"] = "2026-01-01"
    noted["record"] = hashlib.sha256(hash_chain.canonical(mine["record"]).encode()).hexdigest()
    said = chain[place]["entry"]
    entry = ledger.LedgerEntry(
        datetime.fromisoformat(said["at"]), said["actor"], said["action"], said["subject"], said["data"]
    )
    before = chain[place - 1]["hash"] if place else hash_chain.FIRST
    chain[place]["hash"] = hash_chain.link(before, ledger.digest(place + 1, entry))
    return files | {"ledger.jsonl": packs.of_lines(chain), "evidence.jsonl": packs.of_lines(kept)}


def _entry_gone(files):
    chain = packs.lines(files["ledger.jsonl"])
    return files | {"ledger.jsonl": packs.of_lines(chain[:5] + chain[6:])}


def _end_cut_off(files):
    return files | {"ledger.jsonl": packs.of_lines(packs.lines(files["ledger.jsonl"])[:-1])}


def _text_changed(files):
    name = next(name for name in files if name.startswith("texts/"))
    return files | {name: files[name] + b" And nothing else."}


FORGERIES = [
    (_word_changed, "was changed after it was kept"),
    (_record_gone, "is noted in the chain and missing here"),
    (_record_added, "is not noted in the chain"),
    (_entry_changed, "was changed, or the one before it"),
    (_record_and_its_entry_changed, "was changed, or the one before it"),
    (_entry_gone, "entry 6 is missing"),
    (_end_cut_off, "ends at entry"),
    (_text_changed, "is not the text its name says"),
]


@pytest.mark.parametrize(("forge", "told"), FORGERIES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_forger_who_writes_the_manifest_again_is_found(files, checked, forge, told):
    assert checked(files) == ()
    assert any(told in one for one in checked(forge(files)))


def test_a_file_changed_taken_out_or_put_in_is_named(files, checked):
    assert "READ ME.txt was changed after the file was made" in checked(
        files | {"READ ME.txt": b"Trust me."}, forged=False
    )
    assert "standing.csv is missing" in checked(
        {name: content for name, content in files.items() if name != "standing.csv"}, forged=False
    )
    assert "more.txt does not belong to it" in checked(files | {"more.txt": b""}, forged=False)


STRANGE = [
    (b"not a zip", "no file of evidence"),
    (None, "manifest.json is missing"),
]


@pytest.mark.parametrize(("content", "told"), STRANGE)
def test_something_else_is_refused_with_the_reason(tmp_path, content, told):
    path = tmp_path / "strange.zip"
    if content is None:
        zipfile.ZipFile(path, "w").close()
    else:
        path.write_bytes(content)
    said = handbell("verify", path)
    assert said.exit_code == 1
    assert told in said.stderr


def test_written_by_something_else_it_is_refused(files, checked):
    assert any(
        "is not a form this Handbell knows" in one for one in checked(packs.with_manifest(files, form="x/9"))
    )
    assert any(
        "not written as Handbell writes" in one for one in checked(packs.with_manifest(files, ledger=None))
    )
    undated = checked(packs.with_manifest(files, as_at="soon"))
    assert any("not written as Handbell writes" in one for one in undated)


REFUSED = [
    (("--as-at", "2099-01-01"), "has not come yet"),
    (("--as-at", "2026-11-20", "--setting", "elsewhere"), "elsewhere is not one of them"),
]


@pytest.mark.parametrize(("words", "told"), REFUSED)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(school, tmp_path, words, told):
    out = tmp_path / "evidence.zip"
    said = handbell("--data", school.certificates.parent, "evidence", "export", *words, "-o", out)
    assert said.exit_code == 1
    assert told in said.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told_and_so_is_a_file_that_is_not_there(school, tmp_path):
    out = tmp_path / "no-such-folder" / "evidence.zip"
    data = school.certificates.parent
    said = handbell("--data", data, "evidence", "export", "--as-at", "2026-11-20", "-o", out)
    assert said.exit_code == 1
    assert "cannot be written" in said.stderr
    assert "cannot be read" in handbell("verify", out).stderr


def test_a_question_and_a_refusal_are_in_it_too(files):
    outcomes = {one["record"]["outcome"] for one in packs.lines(files["evidence.jsonl"])}
    assert {Outcome.DONE.value, Outcome.QUESTION.value} <= outcomes
