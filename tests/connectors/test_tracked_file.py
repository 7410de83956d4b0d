"""A tracked list in a file: what only a file can do, be open elsewhere, or be of another kind."""

import pytest
from looped import each
from openpyxl import load_workbook

from bot.core.errors import GiveUp, TryAgain
from connectors.local.tracked_list import TrackedFile

COLUMNS = ("Number", "Category", "State")
ROWS = [("K7QF-2M8R", "Something else", "received")]


@pytest.fixture(params=[".xlsx", ".csv"])
def path(request, tmp_path):
    return tmp_path / "office" / f"cases{request.param}"


@pytest.fixture
def kept(path):
    return TrackedFile(path)


def test_a_formula_is_marked_as_text_in_a_workbook_also_in_its_head(tmp_path):
    path = tmp_path / "cases.xlsx"
    TrackedFile(path).replace(("=1+1", "Category"), [("=1+1", "x")])
    for cell, _ in each(load_workbook(path).active.iter_rows()):
        assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_a_file_that_is_open_elsewhere_says_so(kept, path):
    kept.replace(COLUMNS, ROWS)
    path.with_name(f"~${path.name}").write_bytes(b"")
    with pytest.raises(TryAgain, match="open"):
        kept.replace(COLUMNS, [])


def test_a_file_out_of_reach_is_tried_again(kept, path):
    path.parent.write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(TryAgain, match="cannot be written"):
        kept.replace(COLUMNS, ROWS)


def test_nothing_is_left_beside_it(kept, path):
    kept.replace(COLUMNS, ROWS)
    kept.replace(COLUMNS, [])
    assert list(path.parent.iterdir()) == [path]


def test_a_file_of_another_kind_is_given_up(tmp_path):
    with pytest.raises(GiveUp, match="xlsx or"):
        TrackedFile(tmp_path / "cases.pdf").replace(COLUMNS, ROWS)
