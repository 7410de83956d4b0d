"""Files made to take all of a machine's memory or time: refused in one sentence, by a process with limits."""

import io
import json
import struct
import sys
import zipfile
from datetime import date
from pathlib import Path

import psutil
import pytest

from bot.core.errors import UnreadableDocument
from bot.reading import isolated
from bot.reading.extract.service import extract
from bot.reading.facts import Text
from bot.reading.isolated import IsolatedReader
from bot.reading.limits import TEXT
from bot.reading.service import read_document

ON = date(2026, 11, 21)
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="this system is not Linux; takes root of limits")


def nested_forms(levels=9, times=12):
    """A PDF of two kilobytes whose page draws a form that draws a form ...: 12 ** 9 lines of text."""
    resources = b"<< /Font << /F 4 0 R >> /XObject << /X %d 0 R >> >>"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R /Resources %s >>"
        % (resources % 6),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length 5 >>\nstream\n/X Do\nendstream",
    ]
    for level in range(levels):
        drawn = (b"BT /F 9 Tf (Read it) Tj ET " if level == levels - 1 else b"/X Do ") * times
        head = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources %s" % (resources % (7 + level))
        parts.append(b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(drawn), drawn))
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(parts) + 1, table, end)


def lying_zip(size, says):
    """A Word file whose directory says that its text has so many bytes; it has far more."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("word/document.xml", b"<w>" + b"a" * size)
    content = bytearray(packed.getvalue())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", says)
    local = content.index(b"PK\x03\x04")
    content[local + 22 : local + 26] = struct.pack("<I", says)
    return bytes(content)


HOSTILE = {
    "nested forms": ("forms.pdf", nested_forms),
    "a directory that lies": ("lies.docx", lambda: lying_zip(600_000_000, 1_000)),
}


@pytest.fixture
def reader(quick_reader, monkeypatch):
    monkeypatch.setattr(isolated, "_started", quick_reader)
    with IsolatedReader() as made:
        yield made


@LINUX
@pytest.mark.parametrize(("name", "content"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_gets_one_sentence_and_costs_no_more_than_its_limits(name, content, tmp_path, reader):
    path, me = tmp_path / name, psutil.Process()
    path.write_bytes(content())
    before, spent = me.memory_info().rss, me.cpu_times()
    with pytest.raises(UnreadableDocument) as refused:
        reader.read(path, ON)
    words = str(refused.value)
    assert words.startswith(name)
    assert "\n" not in words
    spent_on_it = me.cpu_times().children_user - spent.children_user
    assert spent_on_it <= TEXT.seconds + 4
    assert me.memory_info().rss - before < 100 * 1024 * 1024


@LINUX
def test_a_text_known_before_costs_no_more_than_its_limits_either(reader):
    line = "Staff must record each visit in the book, and the office checks the book on Monday. "
    hostile = Text("long.md", "md", (line * 12,) * 6_000, "0" * 64, "0" * 64)
    me = psutil.Process()
    spent = me.cpu_times()
    with pytest.raises(UnreadableDocument, match=r"^long\.md takes more"):
        reader.clauses(hostile)
    now = me.cpu_times()
    assert now.children_user - spent.children_user <= TEXT.seconds + 4
    assert now.user - spent.user < 3


def test_what_it_finds_in_a_text_is_what_it_finds_in_its_file(tmp_path, reader):
    path = tmp_path / "sun.txt"
    path.write_text("Sun policy\n\nAll staff must read this policy each September.\n", encoding="utf-8")
    found = reader.read(path, ON)
    assert reader.clauses(found.text) == found.clauses
    assert reader.findings(found.text, ON) == found.findings


def test_a_reader_that_was_killed_reads_the_next_file(tmp_path, reader):
    good, bad = tmp_path / "sun.txt", tmp_path / "forms.pdf"
    good.write_text("Sun policy\n\nAll staff must read this policy each September.\n", encoding="utf-8")
    bad.write_bytes(nested_forms())
    first = reader.read(good, ON)
    with pytest.raises(UnreadableDocument):
        reader.read(bad, ON)
    assert reader.read(good, ON) == first == read_document(good, ON)


def test_what_it_finds_is_what_reading_without_limits_finds(tmp_path, reader):
    path = tmp_path / "sun.md"
    path.write_text("# Sun policy\n\nReviewed: March 2025\n\n- Staff \ud83d must read it.\n".encode(
        "utf-8", "replace").decode(), encoding="utf-8")  # fmt: skip
    assert reader.extract(path) == extract(path)
    assert reader.read(path, ON) == read_document(path, ON)


def test_a_refusal_says_what_it_says_without_limits(tmp_path, reader):
    path = tmp_path / "empty.txt"
    path.write_text(" \n", encoding="utf-8")
    with pytest.raises(UnreadableDocument) as apart:
        reader.read(path, ON)
    with pytest.raises(UnreadableDocument) as here:
        read_document(path, ON)
    assert str(apart.value) == str(here.value)


def test_the_process_gets_no_secret_and_can_write_no_file(tmp_path, reader, monkeypatch):
    monkeypatch.setenv("HANDBELL_SECRET_KEY", "a secret of the tests")
    path = tmp_path / "sun.txt"
    path.write_text("Sun policy\n\nAll staff must read it.\n", encoding="utf-8")
    reader.extract(path)
    child = next(one for one in psutil.Process().children() if "bot.reading.isolated" in one.cmdline())
    assert not any(name.startswith("HANDBELL_") for name in child.environ())
    if sys.platform == "linux":
        assert child.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
        assert child.rlimit(psutil.RLIMIT_DATA) == (TEXT.memory, TEXT.memory)


def test_a_relative_path_is_of_the_present_folder_not_of_where_the_process_began(
    tmp_path, reader, monkeypatch
):
    for name in ("sun", "rain"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "policy.txt").write_text(f"All staff read of {name}.\n", encoding="utf-8")
        monkeypatch.chdir(tmp_path / name)
        found = reader.extract(Path("policy.txt"))
        assert found.lines[0] == f"All staff read of {name}."


def test_a_directory_that_lies_is_not_believed(tmp_path):
    path = tmp_path / "lies.docx"
    path.write_bytes(lying_zip(60_000_000, 1_000))
    with pytest.raises(UnreadableDocument, match="broken"):
        extract(path)


def test_a_line_longer_than_any_paragraph_is_cut_and_no_word_is_lost(tmp_path):
    path, words = tmp_path / "long.txt", "All staff must read this policy. " * 1_000
    path.write_text(words, encoding="utf-8")
    lines = extract(path).lines
    assert len(lines) > 5
    assert max(map(len, lines)) <= 5_000
    assert " ".join(lines).split() == words.split()


def test_an_error_of_ours_is_told_by_type_and_place_and_not_by_what_the_file_says(
    monkeypatch, caplog, tmp_path
):
    monkeypatch.setattr(isolated, "_limit", lambda: None)
    (tmp_path / "a.csv").write_text("Name\nJo Bell\n", encoding="utf-8")
    orders = [{"rows": "yes", "path": 5}, {"rows": "yes", "path": str(tmp_path / "a.csv")}]
    out = io.BytesIO()
    isolated.serve(io.BytesIO("\n".join(map(json.dumps, orders)).encode()), out)
    crashed, read = map(json.loads, out.getvalue().splitlines())
    assert crashed["crashed"].startswith("TypeError in ")
    assert read["crashed"] is None
    assert "Jo Bell" in str(read["found"])
    reader = IsolatedReader()
    monkeypatch.setattr(isolated, "_line", lambda _: json.dumps(crashed).encode())
    with reader, pytest.raises(UnreadableDocument):
        reader.rows(Path("a.csv"))
    assert "TypeError in " in caplog.text
