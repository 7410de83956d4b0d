"""Reminder ladders: the steps by which a person is asked, reminded, and at last handed to a human.

A ladder is a name, or steps in words. A step is an offset in school days from the day the duty opens or from
the day it is due:

    at opening; 5 before due; on due; 3 after due; 10 after due to manager
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple, cast, get_args

Anchor = Literal["opens", "due"]
Recipient = Literal["person", "manager", "head", "chair", "clerk"]
# The step that asks someone else to tell whom no email reaches, in place of theirs.
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

FORM = re.compile(r"(?:(at opening|on due)|(\d{1,3}) (before|after) (opening|due))(?: to (\w+))?")
STEPS = "at opening; 5 before due; on due; 3 after due; 10 after due to manager"


def parse(words: str) -> Ladder:
    """Read a ladder by name or by its steps; or raise ValueError: what is wrong; what is right."""
    named = LADDERS.get(words.strip().lower())
    if named is not None:
        return named
    steps = tuple(_step(part.strip().lower()) for part in words.split(";") if part.strip())
    if not steps or steps[-1].to == "person":
        message = (
            f'"{words}" ends with the person asked; let the last step go to somebody else, as in "{STEPS}"'
        )
        raise ValueError(message)
    if len({step.name for step in steps}) < len(steps):
        message = f'"{words}" has the same step twice; write each once'
        raise ValueError(message)
    return Ladder(steps)


def in_words(ladder: Ladder) -> str:
    """Write a ladder back: its name where it has one, its steps otherwise."""
    for name, known in LADDERS.items():
        if known == ladder:
            return name
    return "; ".join(map(step_in_words, ladder.steps))


def _step(words: str) -> Step:
    found = FORM.fullmatch(words)
    to = found[5] if found is not None and found[5] else "person"
    if found is None or to not in get_args(Recipient):
        named = ", ".join(LADDERS)
        message = f'"{words}" is not a step; use a ladder ({named}) or steps such as "{STEPS}"'
        raise ValueError(message)
    recipient = cast("Recipient", to)
    if found[1]:
        anchor: Anchor = "opens" if found[1] == "at opening" else "due"
        return Step(_name(anchor, 0, to), anchor, 0, recipient)
    anchor = "opens" if found[4] == "opening" else "due"
    offset = int(found[2]) if found[3] == "after" else -int(found[2])
    return Step(_name(anchor, offset, to), anchor, offset, recipient)


def _name(anchor: Anchor, offset: int, to: str) -> str:
    if to != "person":
        return "hand-over" if to == "manager" else f"hand-over-{to}"
    if anchor == "opens":
        return "ask" if offset == 0 else f"ask-{offset:+d}"
    if offset == 0:
        return "due"
    return f"remind-{-offset}" if offset < 0 else f"late-{offset}"


def step_in_words(step: Step) -> str:
    """Write one step back."""
    noun = "opening" if step.anchor == "opens" else "due"
    if step.offset:
        place = f"{abs(step.offset)} {'after' if step.offset > 0 else 'before'} {noun}"
    else:
        place = "at opening" if step.anchor == "opens" else "on due"
    return place if step.to == "person" else f"{place} to {step.to}"


# --- answering a question: whoever has it is reminded twice, then it goes to the next leader, from whom the
# --- same days are counted again. The asker waits for a fixed time only: asking is no way out of a duty.

REMIND_AFTER = (3, 6)
HAND_OVER_AFTER = 10
HELD_FOR = 20


# Counts school days on from a day, as a calendar does.
AddSchoolDays = Callable[[date, int], date]


@dataclass(frozen=True, slots=True)
class ReplyStep:
    """What is due of the person who has a question: their first or second reminder, or the hand-over."""

    number: int
    hand_over: bool = False


def reply_step(add: AddSchoolDays, since: date, today: date) -> ReplyStep | None:
    """Return the latest step due for a person who has had a question since a day; None: none yet."""
    if today >= add(since, HAND_OVER_AFTER):
        return ReplyStep(len(REMIND_AFTER) + 1, hand_over=True)
    reached = [number for number in REMIND_AFTER if today >= add(since, number)]
    return ReplyStep(len(reached)) if reached else None


def held_until(add: AddSchoolDays, asked_on: date) -> date:
    """Return the day from which the asker is reminded again although no one has answered."""
    return add(asked_on, HELD_FOR)
