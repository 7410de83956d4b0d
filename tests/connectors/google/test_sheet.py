"""A tracked list in a sheet that people write in as well; and the contract of every tracked list."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.errors import GiveUp, TryAgain
from connectors.google.scopes import SHEET
from connectors.google.sheet import SHEET as OURS
from connectors.google.sheet import GoogleSheet

CONTRACT = Path(__file__).parents[1] / "test_tracked_list_contract.py"
COLUMNS = ("Number", "Category", "State")
ROWS = [("K7QF-2M8R", "Something else", "received"), ("AB12-CD34", "Filtering", "closed")]
FORMULAE = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "=HYPERLINK(1)", "|x", "%x", "'=1", "1", "TRUE"]
UNHEARD = ["503 after", "drop before", "drop after", "stall after", "nonsense after", "half after"]
BATCH = "sheets.spreadsheets.batchUpdate"


def _promises():
    spec = importlib.util.spec_from_file_location("sheet_under_contract", CONTRACT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {name: test for name, test in vars(module).items() if name.startswith("test_")}


PROMISES = _promises()
globals().update(PROMISES)


@dataclass
class Kept:
    list: GoogleSheet
    book: object
    google: object
    refusal: type
    longest = 32_000

    @property
    def sheet(self):
        return self.book.sheets[OURS]

    def shown(self):
        return self.sheet.said()

    def as_text(self, words):
        return words

    def written(self):
        return self.book.written

    def spoil(self):
        self.sheet.cells[1, 1] = {"stringValue": "mine"}
        self.sheet.cells.pop((2, 0))

    def hold(self):
        self.google.spoil(BATCH, self.refusal(429, "RATE_LIMIT_EXCEEDED", "Quota exceeded"))

    def let_go(self):
        """The minute is over."""


@pytest.fixture
def kept(client_of, book, google, refusal):
    return Kept(GoogleSheet(client_of(SHEET), "book"), book, google, refusal)


def test_it_has_a_sheet_of_its_own_and_leaves_the_others(kept, book):
    book.sheets[0].cells[0, 0] = {"stringValue": "Lunches"}
    kept.list.replace(COLUMNS, ROWS)
    assert book.sheets[0].said() == [("Lunches",)]
    assert kept.sheet.title == "Cases"


def test_a_name_that_is_taken_is_left_to_its_owner(kept, book):
    book.sheets[0].title = "Cases"
    kept.list.replace(COLUMNS, ROWS)
    assert kept.sheet.title == "Cases 2"


def test_it_finds_its_sheet_again_under_another_name(kept, book):
    kept.list.replace(COLUMNS, ROWS)
    kept.sheet.title = "Breaches '26"
    kept.list.replace(COLUMNS, ROWS[:1])
    assert kept.shown() == [COLUMNS, *ROWS[:1]]


def test_the_same_again_is_read_and_not_written(kept, book, google):
    kept.list.replace(COLUMNS, ROWS)
    kept.list.replace(COLUMNS, ROWS)
    assert (book.written, google.heard[BATCH]) == (1, 1)


def test_a_person_who_types_into_our_columns_is_warned_and_what_they_typed_is_undone(kept):
    kept.list.replace(COLUMNS, ROWS)
    assert sorted(kept.sheet.protections.values()) == [(0, True), (1, True), (2, True)]
    kept.sheet.cells[0, 1] = {"stringValue": "Kind"}
    kept.sheet.cells[1, 2] = {"formulaValue": '=IMPORTDATA("https://x.example")'}
    kept.sheet.cells[9, 1] = {"numberValue": 7}
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


def test_what_people_write_beside_it_stays_with_its_row_and_its_column(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.sheet.cells |= {(0, 3): {"stringValue": "Note"}, (2, 3): {"stringValue": "rang them"},
                         (1, 4): {"formulaValue": "=TODAY()"}}  # fmt: skip
    kept.sheet.sort_by(0)
    kept.sheet.insert_column(1)
    kept.sheet.cells[1, 1] = {"stringValue": "mine"}
    closed = [(ROWS[0][0], "Something else", "closed"), ROWS[1], ("ZZ11-ZZ11", "Filtering", "received")]
    kept.list.replace(COLUMNS, closed)
    assert kept.shown() == [
        ("Number", "", "Category", "State", "Note", ""),
        ("AB12-CD34", "mine", "Filtering", "closed", "rang them", ""),
        ("K7QF-2M8R", "", "Something else", "closed", "", "=TODAY()"),
        ("ZZ11-ZZ11", "", "Filtering", "received", "", ""),
    ]


def test_a_row_that_is_no_longer_told_is_emptied_and_its_note_left(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.sheet.cells[1, 3] = {"stringValue": "a note"}
    kept.list.replace(COLUMNS, ROWS[1:])
    assert kept.sheet.text(1, 0) == ""
    assert kept.sheet.text(1, 3) == "a note"
    kept.list.replace(COLUMNS, [*ROWS[1:], ("NEW1-NEW1", "Filtering", "received")])
    assert kept.sheet.text(3, 0) == "NEW1-NEW1"


def test_a_row_that_is_empty_is_used_again(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.list.replace(COLUMNS, ROWS[1:])
    kept.list.replace(COLUMNS, [*ROWS[1:], ("NEW1-NEW1", "Filtering", "received")])
    assert kept.sheet.text(1, 0) == "NEW1-NEW1"


def test_a_key_that_stands_there_twice_stands_once_afterwards(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.sheet.cells |= {(7, column): kept.sheet.cells[1, column] for column in range(3)}
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


def test_columns_that_are_no_longer_told_are_emptied_and_given_back(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.list.replace(COLUMNS[:2], [row[:2] for row in ROWS])
    assert kept.shown() == [COLUMNS[:2], *(row[:2] for row in ROWS)]
    assert (len(kept.sheet.marks), len(kept.sheet.protections)) == (2, 2)
    kept.sheet.cells[1, 2] = {"stringValue": "mine now"}
    kept.list.replace(COLUMNS[:2], [row[:2] for row in ROWS])
    assert kept.sheet.text(1, 2) == "mine now"


@pytest.mark.parametrize("formula", FORMULAE)
def test_a_formula_is_text(kept, formula):
    kept.list.replace((formula, "Category"), [(formula, "x")])
    assert kept.sheet.cells[0, 0] == kept.sheet.cells[1, 0] == {"stringValue": formula}
    assert all("stringValue" in cell for cell in kept.sheet.cells.values())


def test_a_list_longer_and_wider_than_the_sheet_makes_room(kept):
    kept.list.replace(COLUMNS, ROWS)
    kept.sheet.rows, kept.sheet.columns = 3, 3
    rows = [(f"N{n}", "a", "b", "c") for n in range(5)]
    kept.list.replace((*COLUMNS, "Owner"), rows)
    assert kept.shown() == [(*COLUMNS, "Owner"), *rows]


@pytest.mark.parametrize("fault", UNHEARD)
@pytest.mark.parametrize("when", ["first", "later"])
def test_a_silence_doubles_nothing(kept, google, fault, when):
    if when == "later":
        kept.list.replace(COLUMNS, ROWS[:1])
    google.spoil(BATCH, fault)
    for _ in range(3):
        try:
            kept.list.replace(COLUMNS, ROWS)
        except TryAgain:
            continue
        break
    assert kept.shown() == [COLUMNS, *ROWS]
    assert len(kept.sheet.marks) == 3


def test_a_write_that_took_effect_in_silence_is_found_at_once(kept, google, book):
    google.spoil(BATCH, "drop after")
    kept.list.replace(COLUMNS, ROWS)
    assert (book.written, google.heard[BATCH]) == (1, 1)


@pytest.mark.parametrize("fault", UNHEARD)
def test_a_silence_while_reading_is_asked_again(kept, google, fault):
    google.spoil("sheets.spreadsheets.get", fault)
    kept.list.replace(COLUMNS, ROWS)
    assert kept.shown() == [COLUMNS, *ROWS]


def test_a_sheet_that_changed_meanwhile_stands_and_is_tried_again(kept, google, refusal):
    kept.list.replace(COLUMNS, ROWS)
    google.spoil(BATCH, refusal(400, "INVALID_ARGUMENT", "beyond the grid"))
    with pytest.raises(TryAgain, match="changed while"):
        kept.list.replace(COLUMNS, [])
    assert kept.shown() == [COLUMNS, *ROWS]


def test_a_spreadsheet_that_is_not_shared_says_so(kept, book):
    book.editors.clear()
    with pytest.raises(TryAgain, match="does not have permission"):
        kept.list.replace(COLUMNS, ROWS)


def test_a_spreadsheet_that_was_deleted_is_given_up(kept, google, refusal):
    google.spoil("sheets.spreadsheets.get", refusal(404, "NOT_FOUND", "Requested entity was not found."))
    with pytest.raises(GiveUp, match="not found"):
        kept.list.replace(COLUMNS, ROWS)


def test_too_many_writes_a_minute_wait(kept, google, refusal):
    google.spoil(BATCH, refusal(429, "RATE_LIMIT_EXCEEDED", "Quota exceeded"))
    with pytest.raises(TryAgain, match="slower"):
        kept.list.replace(COLUMNS, ROWS)
    assert list(kept.book.sheets) == [0]
