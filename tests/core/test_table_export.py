"""No cell of a CSV file is a formula, in any locale's spreadsheet, and none is lost by saying so."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.table_export import escape_formula, unescape_formula, write_csv

ACTS = tuple("=+-@|%")
CELL = st.lists(st.sampled_from([*ACTS, *";, \t\r\n", "1", "x", '"']), max_size=12).map("".join)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "text", ["=1+1", "x;=1+1", "x;  =1+1", "x\t@SUM(A1)", "x\n=1+1", "x\r\n;+44", "  -2"]
)
def test_no_locale_sees_a_formula(text, separator):
    lines = io.StringIO(write_csv([["Name"], [text]]).decode("utf-8-sig"), newline="")
    cells = [cell for line in csv.reader(lines, delimiter=separator) for cell in line]
    assert len(cells) >= 2
    assert [cell for cell in cells if cell.lstrip(' "').startswith(ACTS)] == []


@given(CELL)
def test_what_is_escaped_can_be_read_back(text):
    assert unescape_formula(escape_formula(text)) == text
    assert not escape_formula(text).lstrip(" ").startswith(ACTS)
