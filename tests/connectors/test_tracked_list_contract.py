"""What every tracked list promises. A new connector adds a way to make one and to read it back."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.errors import GiveUp, TryAgain
from connectors.local.tracked_list import TrackedFile

COLUMNS = ("Number", "Category", "State")
ROWS = [("K7QF-2M8R", "Something else", "received"), ("AB12-CD34", "Filtering", "closed")]
FORMULAE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)", "|x", "%x"]


@dataclass
class Kept:
    """A list, what it shows to somebody who opens it, and how to put it out of reach."""

    list: TrackedFile
    path: Path

    def shown(self):
        if self.path.suffix == ".csv":
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                return [tuple(row) for row in csv.reader(file)]
        rows = load_workbook(self.path).active.iter_rows()
        return [tuple("" if cell.value is None else cell.value for cell in row) for row in rows]

    def open_elsewhere(self):
        return self.path.with_name(f"~${self.path.name}")


@pytest.fixture(params=[".xlsx", ".csv"])
def kept(request, tmp_path):
    path = tmp_path / "office" / f"cases{request.param}"
    return Kept(TrackedFile(path), path)


def test_it_shows_the_columns_and_the_rows(kept):
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


def test_the_same_again_changes_nothing(kept):
    kept.list.replace(COLUMNS, [*ROWS, ("=1", "", "")])
    before = kept.path.stat().st_ino, kept.path.read_bytes()
    kept.list.replace(COLUMNS, [*ROWS, ("=1", "", "")])
    assert (kept.path.stat().st_ino, kept.path.read_bytes()) == before


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (COLUMNS, ROWS[:1]),
        (COLUMNS, []),
        (("Number", "Category"), [row[:2] for row in ROWS]),
        ((*COLUMNS, "Owner"), [(*row, "") for row in ROWS]),
        (("Number", "State", "Category"), [(a, c, b) for a, b, c in ROWS]),
    ],
)
def test_what_stood_there_gives_way(kept, columns, rows):
    kept.list.replace(COLUMNS, ROWS)
    kept.list.replace(columns, rows)
    assert kept.shown() == [columns, *rows]


def test_what_somebody_wrote_into_it_is_undone(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.path.write_bytes(b"\xff\xfe not a list at all")
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


@pytest.mark.parametrize("formula", FORMULAE)
def test_a_formula_is_shown_and_never_worked_out(kept, formula):
    kept.list.replace((formula, "Category"), [(formula, "x")])
    plain = formula.strip()
    if kept.path.suffix == ".csv":
        assert kept.shown() == [(f"'{plain}", "Category"), (f"'{plain}", "x")]
        return
    for cell, _ in load_workbook(kept.path).active.iter_rows():
        assert (cell.value, cell.data_type, cell.quotePrefix) == (plain, "s", True)


def test_any_text_can_stand_in_it(kept):
    odd = "Ça va\x00\x0b\ud800\uffff, “Ærøskøbing”; 'x' 🌧"
    kept.list.replace(COLUMNS, [(odd, "a\r\nb", "x" * 40_000)])
    assert kept.shown()[1] == ("Ça va, “Ærøskøbing”; 'x' 🌧", "a b", "x" * 32_000)


def test_a_list_in_use_stands_and_is_tried_again(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.open_elsewhere().write_bytes(b"")
    with pytest.raises(TryAgain, match="open"):
        kept.list.replace(COLUMNS, [])
    assert kept.shown() == [COLUMNS, *ROWS]
    kept.open_elsewhere().unlink()
    kept.list.replace(COLUMNS, [])
    assert kept.shown() == [COLUMNS]


def test_a_list_out_of_reach_is_tried_again(kept):
    kept.path.parent.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(TryAgain, match="cannot be written"):
        kept.list.replace(COLUMNS, ROWS)


def test_nothing_is_left_beside_it(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.list.replace(COLUMNS, [])
    assert list(kept.path.parent.iterdir()) == [kept.path]


def test_a_file_of_another_kind_is_given_up(tmp_path):
    with pytest.raises(GiveUp, match="xlsx or"):
        TrackedFile(tmp_path / "cases.pdf").replace(COLUMNS, ROWS)
