"""Charts as SVG: drawn by matplotlib, the same bytes for the same numbers, text kept as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.trend import GROUPS, Point

SHAPES = frozenset({"wide", "narrow"})


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows: a column a day, each with its numbers in the order of the groups."""

    title: str
    says: str
    days: tuple[str, ...]
    columns: tuple[tuple[int, ...], ...]
    terms: tuple[str, ...] = ()


def chart_of(points: Sequence[Point], area: str | None = None, *, title: str, says: str) -> Chart:
    """Take a chart's numbers from a trend: of one area, or of all."""
    counted = [one.by_area.get(area, {}) if area else one.counts for one in points]
    return Chart(
        title=title,
        says=says,
        days=tuple(f"{one.on.day} {one.on:%b}" for one in points),
        columns=tuple(tuple(counts.get(name, 0) for name in GROUPS) for counts in counted),
        terms=tuple(one.term for one in points),
    )


@lru_cache(maxsize=64)
def draw(chart: Chart, theme: str = "light", shape: str = "wide") -> bytes:
    """Draw a chart as SVG; the same one is drawn once."""
    from bot.actions.chart_picture import drawn  # noqa: PLC0415 - matplotlib, wanted by no other page

    return drawn(chart, theme, shape)
