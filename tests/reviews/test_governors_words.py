"""What the governors' page without names says of what is open."""

from datetime import date

import pytest

from bot.reviews.pages import opened
from bot.rules.duties import State
from bot.rules.obligations import Kind
from bot.status.model import AreaStatus, StatusLine


def line(title, state, occasion=None, kind=Kind.CHECK):
    return StatusLine("jo", "Jo", title, title, kind, "c", state, date(2026, 11, 6), "", None, "", occasion)


FIRST, SECOND = "trip returned on 5 November 2026", "trip returned on 12 November 2026"


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        (
            [
                line("empty the camera", State.OVERDUE, FIRST),
                line("empty the camera", State.DUE_SOON, SECOND),
            ],
            [(f"Empty the camera ({FIRST})", [1, 0, 0]), (f"Empty the camera ({SECOND})", [0, 0, 1])],
        ),
        (
            [line("Phones", State.OVERDUE, kind=Kind.ACKNOWLEDGE)] * 2,
            [("Reading Phones", [2, 0, 0])],
        ),
    ],
)
def test_what_is_open_is_counted_event_by_event(lines, rows):
    tile = AreaStatus("Checks", State.OVERDUE, {}, "", "", tuple(lines))
    assert [(title, list(counts.values())) for title, counts in opened([tile])] == rows
