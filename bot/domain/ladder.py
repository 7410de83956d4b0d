"""Reminder ladders: the steps by which a person is asked, reminded, and at last handed to a human.

A step is written as an offset in school days from the day the duty opens or from the day it is due:

    at opening; 5 before due; on due; 3 after due; 10 after due to manager
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

Anchor = Literal["opens", "due"]
Recipient = Literal["person", "manager", "head", "chair", "clerk"]
# The step that asks somebody else to tell whom no e-mail reaches, in place of theirs.
BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung. `offset` in school days, negative before the anchor. `name` is part of the natural key."""

    name: str
    anchor: Anchor = "due"
    offset: int = 0
    to: Recipient = "person"


class Round(NamedTuple):
    """The days from which the steps of a ladder are counted."""

    opens_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in order of time; the last one goes to a human other than the person asked."""

    steps: tuple[Step, ...]


def from_opening(ladder: Ladder) -> Ladder:
    """Make the first step of a ladder one at opening; it keeps its name, so that it is told once."""
    return Ladder(
        tuple(replace(step, anchor="opens", offset=0) for step in ladder.steps[:1]) + ladder.steps[1:]
    )


ASK = Ladder(
    (
        Step("ask", "opens", 0),
        Step("remind", "due", -5),
        Step("due", "due", 0),
        Step("late", "due", 3),
        Step("hand-over", "due", 10, "manager"),
    )
)
GENTLE = Ladder((Step("ask", "opens", 0), Step("due", "due", 0), Step("hand-over", "due", 10, "manager")))
SAME_DAY = Ladder((Step("ask", "due", 0), Step("hand-over", "due", 3, "manager")))
REVIEW = Ladder(
    (
        Step("ask", "opens", 0),
        Step("remind", "due", -5),
        Step("due", "due", 0),
        Step("hand-over", "due", 5, "head"),
    )
)
LADDERS = {"ask": ASK, "gentle": GENTLE, "same day": SAME_DAY, "review": REVIEW}
