"""The chart of a trend: stacked columns as SVG, written here without a drawing library.

The same numbers give the same bytes, so that a page can compare its ETag. Text stays text, and `<title>` and
`<desc>` say what the picture shows; the page that embeds it has the same numbers in a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise

from bot.status.trend import GROUPS, Point, group_word

FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
# The mean width of a character and the height of a line, in ems: the reader's font is not known here.
CHARACTER, LINE = 0.64, 1.6
GRID_LINES = 4


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as in the stylesheet; `groups` in the order of GROUPS."""

    card: str
    ink: str
    soft: str
    hair: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes in pixels. `days`: how many columns at most have their day written under them."""

    width: int
    height: int
    text: int
    legend_columns: int
    days: int


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: a column a day, each with its numbers in the order of GROUPS.

    `terms` has the name of the school term of each column: a dashed line is drawn where it changes.
    """

    title: str
    says: str
    days: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]
    terms: tuple[str, ...] = ()


PALETTES = {
    "light": Palette(
        *("#ffffff", "#1f2430", "#555c6b", "#dedcd5"),
        ("#a8271b", "#5a4b86", "#1a5a8a", "#555c6b", "#1e6b45"),
    ),
    "dark": Palette(
        *("#1d222b", "#eceef2", "#a9b0bd", "#323946"),
        ("#ff9c8f", "#c3b5f2", "#8cc4f0", "#a9b0bd", "#7fd3a2"),
    ),
    "contrast": Palette(
        *("#000000", "#ffffff", "#ffffff", "#595959"),
        ("#ff9c8f", "#c3b5f2", "#8cc4f0", "#d5d9e2", "#7fd3a2"),
    ),
}
SHAPES = {"wide": Shape(720, 336, 15, 3, 8), "narrow": Shape(340, 380, 13, 1, 4)}
# What is not known, and what waits, has a pattern as well as its colour: paths in a square of 8 pixels.
PATTERNS = {"no record": "M-2 2L2-2M0 8L8 0M6 10L10 6", "waiting": "M0 0L8 8M0 8L8 0"}


def chart_of(points: Sequence[Point], area: str | None = None, *, title: str, says: str) -> Chart:
    """Return the chart of a trend, of one area or of all."""
    counted = [one.by_area.get(area, {}) if area else one.counts for one in points]
    return Chart(
        title=title,
        says=says,
        days=tuple(f"{one.on.day} {one.on:%b}" for one in points),
        columns=tuple(tuple(counts.get(name, 0) for name in GROUPS) for counts in counted),
        terms=tuple(one.term for one in points),
    )


def draw(chart: Chart, theme: str = "light", shape: str = "wide") -> bytes:
    """Return a chart as an SVG document. `theme` is a key of PALETTES, `shape` a key of SHAPES."""
    palette, size = PALETTES[theme], SHAPES[shape]
    parts = [
        _element("title", chart.title),
        _element("desc", chart.says),
        "<defs>",
        *_patterns(palette),
        "</defs>",
        _element("rect", width=size.width, height=size.height, fill=palette.card),
        *_legend(chart, palette, size),
        *_Plot(chart, palette, size).parts(),
    ]
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{size.width}" height="{size.height}" '
        f'viewBox="0 0 {size.width} {size.height}" font-family="{FONT}" font-size="{size.text}">'
    )
    return "\n".join([opening, *parts, "</svg>\n"]).encode()


def _legend(chart: Chart, palette: Palette, size: Shape) -> Iterator[str]:
    """Yield a swatch and "12 overdue" for each group: the numbers of the last day."""
    for number, name in enumerate(GROUPS):
        row, column = divmod(number, size.legend_columns)
        x, y = 2 + column * (size.width / size.legend_columns), (row * LINE + 1.2) * size.text
        swatch = size.text * 0.8
        yield _element("rect", x=x, y=y - swatch, width=swatch, height=swatch, fill=_fill(palette, name))
        text = f"{chart.columns[-1][number]} {group_word(name)}"
        yield _element("text", text, x=x + 1.5 * swatch, y=y - 1, fill=palette.ink)


class _Plot:
    """The columns and the lines around them, below the legend and a line of the names of terms."""

    def __init__(self, chart: Chart, palette: Palette, size: Shape) -> None:
        self.chart, self.palette, self.size = chart, palette, size
        highest = max(1, *(sum(column) for column in chart.columns))
        self.step = _step(highest)
        self.highest = -(-highest // self.step) * self.step
        self.left = CHARACTER * size.text * len(str(self.highest)) + 10
        # Half of the last day's name reaches over the end of its column.
        self.right = size.width - 1.2 * size.text
        self.top = (-(-len(GROUPS) // size.legend_columns) + 1) * LINE * size.text
        self.bottom = size.height - LINE * size.text
        self.band = (self.right - self.left) / len(chart.days)

    def parts(self) -> Iterator[str]:
        """Yield the elements from the back to the front."""
        yield from self._grid()
        for number in range(len(self.chart.days)):
            yield from self._column(number)
        yield from self._days()
        yield from self._terms()

    def _middle(self, number: int) -> float:
        return self.left + (number + 0.5) * self.band

    def _height(self, value: int) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.highest

    def _grid(self) -> Iterator[str]:
        for value in range(0, self.highest + 1, self.step):
            y, soft = self._height(value), self.palette.soft
            yield _line(self.left, y, self.right, y, stroke=self.palette.hair)
            under = y + 0.35 * self.size.text
            yield _element("text", str(value), x=self.left - 6, y=under, fill=soft, text_anchor="end")

    def _column(self, number: int) -> Iterator[str]:
        width = min(0.72 * self.band, 5 * self.size.text)
        x = self._middle(number) - width / 2
        # From the bottom: what is done first, what is overdue on top.
        values = reversed(self.chart.columns[number])
        for name, (low, high) in zip(
            reversed(list(GROUPS)), pairwise(accumulate(values, initial=0)), strict=True
        ):
            if low < high:
                y, fill = self._height(high), _fill(self.palette, name)
                tall = self._height(low) - y
                yield _element(
                    "rect", x=x, y=y, width=width, height=tall, fill=fill, stroke=self.palette.card
                )

    def _days(self) -> Iterator[str]:
        """Yield the days under the columns, counted back from the last, which always has its day."""
        days = self.chart.days
        every = -(-len(days) // self.size.days)
        for number in range((len(days) - 1) % every, len(days), every):
            where = {
                "x": self.left + (number + 0.5) * self.band,
                "y": self.size.height - 0.4 * self.size.text,
            }
            yield _element("text", days[number], **where, fill=self.palette.soft, text_anchor="middle")

    def _terms(self) -> Iterator[str]:
        """Yield a line and a name where a term begins; a name without room is left out."""
        soft, ends = self.palette.soft, 0.0
        for number, (before, term) in enumerate(pairwise(self.chart.terms), start=1):
            if term == before:
                continue
            x = self.left + number * self.band
            yield _line(x, self.top, x, self.bottom, stroke=soft, stroke_dasharray="3 3")
            wide = CHARACTER * self.size.text * len(term)
            begins = min(x + 4, self.size.width - wide - 2)
            if begins > ends:
                yield _element("text", term, x=begins, y=self.top - 0.4 * self.size.text, fill=soft)
                ends = begins + wide


def _step(highest: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 ... of which GRID_LINES reach the highest number."""
    step = 1
    while step * GRID_LINES < highest:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


def _patterns(palette: Palette) -> Iterator[str]:
    for name, path in PATTERNS.items():
        colour = palette.groups[list(GROUPS).index(name)]
        ground = _element("rect", width=8, height=8, fill=colour)
        lines = _element("path", d=path, stroke=palette.card, stroke_width=1.4)
        opening = f'<pattern id="{_pattern_id(name)}" width="8" height="8" patternUnits="userSpaceOnUse">'
        yield f"{opening}{ground}{lines}</pattern>"


def _fill(palette: Palette, group: str) -> str:
    return f"url(#{_pattern_id(group)})" if group in PATTERNS else palette.groups[list(GROUPS).index(group)]


def _pattern_id(group: str) -> str:
    return group.replace(" ", "-")


def _line(x1: float, y1: float, x2: float, y2: float, *, stroke: str, stroke_dasharray: str = "none") -> str:
    return _element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_dasharray=stroke_dasharray)


def _element(tag: str, text: str = "", **attributes: str | float) -> str:
    """Return an element; `_` in the name of an attribute stands for `-`."""
    written = "".join(
        f' {name.replace("_", "-")}="{escape(value) if isinstance(value, str) else f"{value:.5g}"}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{written}>{escape(text)}</{tag}>" if text else f"<{tag}{written}/>"
