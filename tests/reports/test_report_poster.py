"""The poster: one A4 page for eyes, screen readers and cameras."""

import io

import pypdfium2
import pytest
import segno
from pypdf import PdfReader

from bot.reports import pages as report_pages

ADDRESS = "http://127.0.0.1/report/merriwell-green"
LONG = "https://handbell.the-very-long-name-of-a-multi-academy-trust.example/report/st-bartholomew-preschool"


@pytest.fixture
def reader(client):
    answer = client.get("/report/merriwell-green/poster.pdf")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="report-poster-merriwell-green.pdf"' in answer.headers["content-disposition"]
    return PdfReader(io.BytesIO(answer.content))


def test_it_is_one_a4_page_that_says_what_to_do(reader):
    (page,) = reader.pages
    assert [round(float(side)) for side in (page.mediabox.width, page.mediabox.height)] == [595, 842]
    said = " ".join(page.extract_text().split())
    for words in ("Merriwell Green Primary School", "Call 999", "0800 028 0285", ADDRESS):
        assert words in said


def test_it_is_tagged_titled_and_says_its_language(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Seen something? Tell us. Merriwell Green Primary School"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert f"opens the report form at {ADDRESS}" in str(list(alternatives(root["/StructTreeRoot"])))


def alternatives(node):
    """Every text that stands for a picture."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            yield from alternatives(one)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        yield from alternatives(node.get("/K", []))


def test_the_code_on_paper_is_the_address_of_the_form():
    printed = pypdfium2.PdfDocument(report_pages.pdf("Merriwell Green", "headteacher", ADDRESS))[0].render(
        scale=3, grayscale=True
    )
    rows = [bytes(printed.buffer)[at * printed.stride :][: printed.width] for at in range(printed.height)]
    # Only the code is printed in plain black.
    dark = [(x, y) for y, row in enumerate(rows) for x, shade in enumerate(row) if shade < 8]
    left, right = min(x for x, _ in dark), max(x for x, _ in dark) + 1
    top, bottom = min(y for _, y in dark), max(y for _, y in dark) + 1
    matrix = segno.make(ADDRESS, error="q", micro=False).matrix
    size = len(matrix)
    step_x, step_y = (right - left) / size, (bottom - top) / size
    seen = [
        [rows[int(top + (y + 0.5) * step_y)][int(left + (x + 0.5) * step_x)] < 128 for x in range(size)]
        for y in range(size)
    ]
    assert seen == [[bool(cell) for cell in row] for row in matrix]


def test_a_long_name_and_a_long_address_stay_on_one_page():
    made = report_pages.pdf(
        "St Bartholomew and All Angels Voluntary Aided Infant School & Pre-school", "manager", LONG
    )
    (page,) = PdfReader(io.BytesIO(made)).pages
    assert "Worried about the manager?" in " ".join(page.extract_text().split())


@pytest.mark.parametrize(
    "name", ['"quoted" #let x', "O’Brien’s *School*", "\\ $ [ ] #sys.inputs", "Ysgol Sŵn"]
)
def test_a_name_is_printed_as_it_is_and_runs_nothing(name):
    (page,) = PdfReader(io.BytesIO(report_pages.pdf(name, "head", ADDRESS))).pages
    assert name in page.extract_text()
