"""The picture of a chart. matplotlib takes a second to import: nothing that starts up names this module."""

from __future__ import annotations

import io
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from bot.domain.trend import GROUPS

if TYPE_CHECKING:
    from bot.actions.charts import Chart

SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "handbell",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "hatch.linewidth": 1.4,
}
FONTS = ("'DejaVu Sans'", "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans'")
# As in the stylesheet: card, ink, soft text and line; then a colour for each group.
PALETTES = {
    "light": ("#ffffff", "#1f2430", "#555c6b", "#dedcd5"),
    "dark": ("#1d222b", "#eceef2", "#a9b0bd", "#323946"),
    "contrast": ("#000000", "#ffffff", "#ffffff", "#595959"),
}
COLOURS = {
    "light": ("#a8271b", "#5a4b86", "#1a5a8a", "#555c6b", "#1e6b45"),
    "dark": ("#ff9c8f", "#c3b5f2", "#8cc4f0", "#a9b0bd", "#7fd3a2"),
    "contrast": ("#ff9c8f", "#c3b5f2", "#8cc4f0", "#d5d9e2", "#7fd3a2"),
}
# What is not known, and what waits, has a pattern beside its colour.
HATCHES = {"no record": "///", "waiting": "xx"}
SIZES = {"wide": (6.0, 2.8), "narrow": (3.4, 3.4)}
LABELS = {"wide": 8, "narrow": 4}
BUILD_ONE = Lock()


def drawn(chart: Chart, theme: str, shape: str) -> bytes:
    """Draw a chart as SVG."""
    # matplotlib's settings belong to the whole process, so one chart is drawn at a time.
    with BUILD_ONE, mpl.rc_context(SETTINGS):
        figure = Figure(figsize=SIZES[shape], layout="constrained")
        FigureCanvasSVG(figure)
        _columns(figure, chart, theme, shape)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return _told(out.getvalue(), chart).encode()


def _columns(figure: Figure, chart: Chart, theme: str, shape: str) -> None:
    card, ink, soft, hair = PALETTES[theme]
    axes = figure.subplots()
    figure.set_facecolor(card)
    axes.set_facecolor(card)
    under = [0] * len(chart.days)
    for number, (name, colour) in reversed(list(enumerate(zip(GROUPS, COLOURS[theme], strict=True)))):
        heights = [column[number] for column in chart.columns]
        axes.bar(
            range(len(heights)),
            heights,
            bottom=under,
            width=0.72,
            color=colour,
            hatch=HATCHES.get(name),
            edgecolor=card,
            linewidth=0.8,
            label=f"{heights[-1]} {name}",
        )
        under = [low + height for low, height in zip(under, heights, strict=True)]
    _lines(axes, chart, shape, (ink, soft, hair))
    _words(figure, axes, shape, ink)


def _lines(axes: Any, chart: Chart, shape: str, colours: tuple[str, str, str]) -> None:
    _, soft, hair = colours
    every = -(-len(chart.days) // LABELS[shape])
    # Counted back from the last column, which is today and always has its day under it.
    named = [n for n in range(len(chart.days)) if (len(chart.days) - 1 - n) % every == 0]
    axes.set_xticks(named, [chart.days[n] for n in named])
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
    axes.tick_params(colors=soft, labelsize=9, length=0)
    axes.grid(axis="y", color=hair, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    for number in range(1, len(chart.terms)):
        if chart.terms[number] != chart.terms[number - 1]:
            axes.axvline(number - 0.5, color=soft, linewidth=1, linestyle=(0, (3, 3)))
            said = f" {chart.terms[number]}"
            axes.text(
                number - 0.5, 1, said, color=soft, fontsize=9, va="top", transform=axes.get_xaxis_transform()
            )


def _words(figure: Figure, axes: Any, shape: str, ink: str) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles[::-1],
        labels[::-1],
        loc="outside upper left",
        ncols=5 if shape == "wide" else 2,
        frameon=False,
        labelcolor=ink,
        fontsize=9.5,
        handlelength=1,
        handleheight=1,
        columnspacing=1.2,
        borderpad=0,
    )


def _told(svg: str, chart: Chart) -> str:
    """Say in the picture itself what it shows, for whoever hears it read out."""
    _, _, body = svg.partition("<svg ")
    opening, _, rest = body.partition(">")
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.says)}</desc>"
    return f'<svg role="img" {opening}>{told}{rest}'.replace(*FONTS)
