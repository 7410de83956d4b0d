"""Whatever a text looks like, it is read, and what is found stands in it: layouts whole and in pieces."""

import random
from datetime import date
from pathlib import Path

import pytest

from bot.reading.service import as_json, read_document

ON = date(2026, 11, 21)
LAYOUTS = sorted(Path(__file__).with_name("layouts").glob("*.txt"))
ROUNDS = 15
PIECES = [
    "",
    "\t",
    " \t",
    "\t\t",
    "|",
    "||",
    " / ",
    ":",
    "1.",
    "- ",
    "•",
    "␣",
    "……",
    "(",
    "(s)",
    "**",
    "is/are",
    "\f",
]


def documents():
    return [
        piece.partition("\n")[2].partition("\n---\n")[0].replace("⇥", "\t")
        for file in LAYOUTS
        for piece in file.read_text(encoding="utf-8").split("\n=== ")[1:]
    ]


def read_all_of(folder, document):
    """Read a text whole, and hold what is found to stand on lines it has."""
    path = folder / "policy.txt"
    path.write_text(document, encoding="utf-8")
    found = as_json(read_document(path, ON))
    lines = len(document.splitlines()) + 1
    for stated in (*found["obligations"], *found["findings"]):
        assert stated["line"] is None or 1 <= stated["line"] <= lines, stated
    return found


def test_layouts_are_read_whole(tmp_path):
    """Every fourth: the headers of all are read in test_header_layouts."""
    documents_read = [read_all_of(tmp_path, document) for document in documents()[::4] if document.strip()]
    assert any(found["obligations"] for found in documents_read)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_lines_of_layouts_thrown_together_are_read(seed, tmp_path):
    dice = random.Random(seed)
    lines = [line for document in documents() for line in document.split("\n")]
    picked = [damaged(dice, dice.choice(lines)) for _ in range(60)]
    read_all_of(tmp_path, "\n".join(["Larch School", *picked]))


def damaged(dice, line):
    """A line with a mark of layout put in or its tail cut off, one time in three."""
    if dice.random() > 1 / 3:
        return line
    place = dice.randrange(len(line) + 1)
    return line[:place] + dice.choice(PIECES) + (line[place:] if dice.random() > 1 / 2 else "")
