"""What every tracked list promises. A new connector adds a way to make one and to read it back."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.core.errors import TryAgain
from bot.core.table_export import escape_formula
from connectors.local.tracked_list import TrackedFile

COLUMNS = ("Number", "Category", "State")
ROWS = [("K7QF-2M8R", "Something else", "received"), ("AB12-CD34", "Filtering", "closed")]
FORMULAE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)", "|x", "%x"]


@dataclass
class File:
    """A list in a file, what it shows to somebody who opens it, and how to put it out of reach."""

    list: TrackedFile
    path: Path
    longest = 32_000

    def shown(self):
        if self.path.suffix == ".csv":
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                return [tuple(row) for row in csv.reader(file)]
        rows = load_workbook(self.path).active.iter_rows()
        return [tuple("" if cell.value is None else cell.value for cell in row) for row in rows]

    def as_text(self, words):
        return escape_formula(words) if self.path.suffix == ".csv" else words

    def written(self):
        return self.path.stat().st_ino, self.path.read_bytes()

    def spoil(self):
        self.path.write_bytes(b"\xff\xfe not a list at all")

    def hold(self):
        self.path.with_name(f"~${self.path.name}").write_bytes(b"")

    def let_go(self):
        self.path.with_name(f"~${self.path.name}").unlink()


class Site:
    """A list on a site of the double. It shows the columns told last, and of others those that say a word."""

    longest = 255

    def __init__(self, school):
        from connectors.microsoft import lists
        from connectors.microsoft.lists import SiteTrackedList

        self._school = school
        school.makes_list("Cases", lists.cases((*COLUMNS, "Owner")))
        self._list = school.part(SiteTrackedList, "merriwell.sharepoint.example,1,2", "Cases")
        self._columns = ()
        self.list = self

    def replace(self, columns, rows):
        self._list.replace(columns, rows)
        self._columns = columns

    def shown(self):
        rows = self._school.rest.rows("Cases")
        told = [f"Handbell{title}" for title in self._columns]
        said = {name for row in rows for name, cell in row.items() if cell is not None}
        names = [*told, *sorted(said - {"Title", *told})]
        head = tuple(name.removeprefix("Handbell") for name in names)
        return [head, *(tuple(row.get(name) or "" for name in names) for row in rows)]

    def as_text(self, words):
        return words

    def written(self):
        return [call for call in self._school.double.calls if call[0] != "GET"]

    def spoil(self):
        (kept,) = self._school.rest.lists.values()
        first, second = kept["items"]
        kept["items"][first]["fields"]["HandbellCategory"] = "mine"
        del kept["items"][second]

    def hold(self):
        self._school.rest.denied.add("Sites.Selected write")

    def let_go(self):
        self._school.rest.denied.remove("Sites.Selected write")


@pytest.fixture(params=[".xlsx", ".csv", "Microsoft 365"])
def kept(request, tmp_path):
    """Every list there is; a sheet of Google's is held to the same in its own folder."""
    if request.param == "Microsoft 365":
        pytest.importorskip("msgraph", reason="the extra `microsoft` is not installed")
        return Site(request.getfixturevalue("school_on_graph"))
    path = tmp_path / "office" / f"cases{request.param}"
    return File(TrackedFile(path), path)


def test_it_shows_the_columns_and_the_rows(kept):
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


def test_the_same_again_writes_nothing(kept):
    rows = [*ROWS, ("=1", "", ""), ("two\nlines", "x" * 300, "")]
    kept.list.replace(COLUMNS, rows)
    before = kept.written()
    kept.list.replace(COLUMNS, rows)
    assert kept.written() == before


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


def test_what_a_person_did_to_our_rows_is_undone(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.spoil()
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


@pytest.mark.parametrize("formula", FORMULAE)
def test_a_formula_is_shown_and_never_worked_out(kept, formula):
    kept.list.replace(COLUMNS, [("A", formula, "x")])
    assert kept.shown() == [COLUMNS, ("A", kept.as_text(formula.strip()), "x")]


def test_any_text_can_stand_in_it(kept):
    odd = "Ça va\x00\x0b\ud800\uffff, “Ærøskøbing”; 'x' 🌧"
    kept.list.replace(COLUMNS, [(odd, "a\r\nb", "x" * 40_000)])
    assert kept.shown()[1] == ("Ça va, “Ærøskøbing”; 'x' 🌧", "a b", "x" * kept.longest)


def test_a_list_that_cannot_be_written_now_stands_and_is_tried_again(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.hold()
    with pytest.raises(TryAgain):
        kept.list.replace(COLUMNS, [])
    assert kept.shown() == [COLUMNS, *ROWS]
    kept.let_go()
    kept.list.replace(COLUMNS, [])
    assert kept.shown() == [COLUMNS]
