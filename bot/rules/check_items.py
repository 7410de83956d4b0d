"""The items of a check: what is asked, what has to be given, and what was answered. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.core.dates import parse_date

MAX_ITEMS = 20
MAX_ASK = 200
MAX_GIVEN = 1000
# What an item wants besides a yes, and the words that ask for it.
GIVES = {
    "note": "What you found",
    "count": "How many",
    "link": "The address of the page",
    "file": "The file’s name, or where it is kept",
    "date": "On which day",
}
# The event that a check writes for each action it finds, for its owner.
ACTION_EVENT = "action-found"
IS_GIVEN = {
    "note": re.compile(r".{2}.*", re.DOTALL),
    "count": re.compile(r"\d{1,6}"),
    "link": re.compile(r"https?://[^\s/]+\.[^\s]+"),
    "file": re.compile(r".{3}.*", re.DOTALL),
}


class ItemState(StrEnum):
    """What was answered to an item. ACTION: something has to be done, by an owner, by a day."""

    DONE = "done"
    NONE = "none"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class CheckItem:
    """One thing to look at; `give`, a key of GIVES, is what its answer has to hold."""

    ask: str
    give: str = "note"

    def __str__(self) -> str:
        return f"{self.ask} | {self.give}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswer:
    """The answer to one item, as it stood when it was given. `at`: an instant in UTC; `due_on`: ISO."""

    ask: str
    give: str
    state: ItemState
    given: str
    by: str
    at: str
    owner: str = ""
    owner_name: str = ""
    due_on: str = ""


def parse_item(line: str) -> CheckItem:
    """Read an item as it is written: "Sign at the main door | note". ValueError says what is wrong."""
    head, bar, tail = " ".join(line.split()).rpartition("|")
    ask, give = (head.strip(), tail.strip()) if bar else (tail, "note")
    if not ask or len(ask) > MAX_ASK:
        message = f"an item is a few words, at most {MAX_ASK} characters"
        raise ValueError(message)
    if give not in GIVES:
        message = f'"{give}" cannot be given; use {", ".join(GIVES)}'
        raise ValueError(message)
    return CheckItem(ask, give)


def parse_items(text: str) -> tuple[CheckItem, ...]:
    """Read items, one a line; empty lines count for nothing."""
    items = tuple(parse_item(line) for line in text.splitlines() if line.strip())
    if len(items) > MAX_ITEMS:
        message = f"at most {MAX_ITEMS} items"
        raise ValueError(message)
    if len({one.ask for one in items}) < len(items):
        message = "two items are the same"
        raise ValueError(message)
    return items


def is_given(item: CheckItem, state: ItemState, given: str) -> bool:
    """Return whether an answer holds what its item wants; "none" and an action are always said in words."""
    wanted = item.give if state is ItemState.DONE else "note"
    if wanted == "date":
        return parse_date(given.strip()) is not None
    return IS_GIVEN[wanted].fullmatch(given.strip()) is not None


def latest_answers(
    items: Sequence[CheckItem], answers: Iterable[ItemAnswer]
) -> tuple[ItemAnswer | None, ...]:
    """Return the newest answer to each item as it stands now; `answers` are oldest first."""
    newest = {(one.ask, one.give): one for one in answers}
    return tuple(newest.get((item.ask, item.give)) for item in items)


def to_text(answers: Iterable[ItemAnswer]) -> str:
    """Write answers as they are kept with the evidence and hashed; final."""
    return json.dumps([asdict(one) for one in answers], ensure_ascii=False, sort_keys=True)


def from_text(text: str | None) -> tuple[ItemAnswer, ...]:
    """Read answers as `to_text` wrote them."""
    found = json.loads(text) if text else []
    return tuple(ItemAnswer(**{**one, "state": ItemState(one["state"])}) for one in found)
