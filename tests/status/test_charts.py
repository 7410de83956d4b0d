"""The chart of a trend: what is drawn for the numbers, and that nothing runs out of the picture."""

import re
import xml.etree.ElementTree as ET

import pytest

from bot.status.charts import PALETTES, SHAPES, Chart, draw
from bot.status.trend import GROUPS

SVG = "{http://www.w3.org/2000/svg}"
YEAR = ("30 Sep", *(f"28 {month}" for month in "Oct Nov Dec Jan Feb Mar Apr May Jun Jul Aug Sep".split()))


def drawn(columns, terms=(), *, days=YEAR, says="So it stands.", **look):
    chart = Chart("Trend", says, days[: len(columns)], tuple(columns), tuple(terms))
    return ET.fromstring(draw(chart, **look))


def boxes(root, fill):
    """The rectangles of a colour above the card and below the legend, from left to right."""
    found = [one for one in root.iter(f"{SVG}rect") if one.get("fill") == fill and one.get("stroke")]
    return sorted(found, key=lambda one: float(one.get("x")))


def texts(root):
    return [one.text for one in root.iter(f"{SVG}text")]


def test_the_columns_are_as_high_as_their_numbers_and_stand_on_each_other():
    root = drawn([(1, 0, 2, 0, 4), (0, 0, 0, 0, 8)])
    overdue, _, due, _, done = PALETTES["light"].groups
    [first, second] = boxes(root, done)
    heights = [float(one.get("height")) for one in (first, second)]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.1)
    [middle], [top] = boxes(root, due), boxes(root, overdue)
    assert float(middle.get("height")) == pytest.approx(heights[0] / 2, abs=0.1)
    assert float(top.get("height")) == pytest.approx(heights[0] / 4, abs=0.1)
    for upper, lower in ((top, middle), (middle, first)):
        assert float(upper.get("y")) + float(upper.get("height")) == pytest.approx(
            float(lower.get("y")), abs=0.1
        )


def test_what_is_unknown_and_what_waits_have_a_pattern_as_well_as_a_colour():
    root = drawn([(1, 1, 1, 1, 1)])
    patterns = {one.get("id"): one for one in root.iter(f"{SVG}pattern")}
    assert set(patterns) == {"no-record", "waiting"}
    for name, pattern in patterns.items():
        assert len(boxes(root, f"url(#{name})")) == 1
        assert pattern.find(f"{SVG}path").get("stroke") == PALETTES["light"].card


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (7, [0, 2, 4, 6, 8]),
        (20, [0, 5, 10, 15, 20]),
        (21, [0, 10, 20, 30]),
        (800, [0, 200, 400, 600, 800]),
        (1388, [0, 500, 1000, 1500]),
    ],
)
def test_the_scale_has_at_most_four_steps_of_whole_numbers(highest, marks):
    said = texts(drawn([(0, 0, 0, 0, highest)]))
    assert [int(one) for one in said if one.isdigit()] == marks


@pytest.mark.parametrize("shape", SHAPES)
def test_the_last_day_has_its_name_and_the_names_are_not_too_many(shape):
    named = [one for one in texts(drawn([(0, 0, 0, 0, 1)] * 13, shape=shape)) if one in YEAR]
    assert named[-1] == YEAR[-1]
    assert 2 <= len(named) <= SHAPES[shape].days


def test_a_line_is_drawn_where_the_term_changes_and_names_that_have_no_room_are_left_out():
    terms = ("", "autumn", "autumn", "spring", "summer", *["summer"] * 7, "autumn 2027")
    root = drawn([(0, 0, 0, 0, 1)] * 13, terms, shape="narrow")
    dashed = [one for one in root.iter(f"{SVG}line") if one.get("stroke-dasharray") == "3 3"]
    assert len(dashed) == 4
    assert [one for one in texts(root) if one in terms] == ["autumn", "summer", "autumn 2027"]


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_runs_out_of_the_picture(theme, shape):
    terms = ["autumn 1", "autumn 2", "spring 1", "spring 2", "summer 1", "summer 2", "autumn 1"]
    terms = [one for one in terms for _ in range(2)][:13]
    root = drawn([(99, 999, 9, 9, 1000)] * 13, terms, theme=theme, shape=shape)
    width, height = SHAPES[shape].width, SHAPES[shape].height
    assert (root.get("width"), root.get("height")) == (str(width), str(height))
    rectangles = [one for one in root.iter(f"{SVG}rect") if one.get("x")]
    assert len(rectangles) == len(GROUPS) * 14
    for one in rectangles:
        assert 0 <= float(one.get("x")) <= width - float(one.get("width"))
        assert 0 <= float(one.get("y")) <= height - float(one.get("height"))
    for one in root.iter(f"{SVG}text"):
        long = 0.5 * SHAPES[shape].text * len(one.text)
        before = {"end": long, "middle": long / 2}.get(one.get("text-anchor"), 0)
        begins = float(one.get("x")) - before
        assert 0 <= begins <= width - long, one.text
        assert 0 <= float(one.get("y")) <= height, one.text
    assert root.find(f"{SVG}rect").get("fill") == PALETTES[theme].card


def test_words_are_written_as_text_and_never_as_markup():
    root = drawn([(0, 0, 0, 0, 1)] * 2, ("a & b", '<term "c">'), says="5 < 6 & so on")
    assert root.find(f"{SVG}desc").text == "5 < 6 & so on"
    assert '<term "c">' in texts(root)


def test_the_same_chart_is_the_same_bytes():
    chart = Chart("Trend", "One done.", ("1 Sep",), ((0, 0, 0, 0, 1),))
    assert draw(chart) == draw(chart)
    assert not re.search(rb"<style|<script|style=", draw(chart))
