"""Does one thing for every school that has it: what fails in one keeps no other school waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.errors import HandbellError, StoreAway

End = TypeVar("End")
Done = TypeVar("Done")
log = logging.getLogger(__name__)


def each(ends: Mapping[str, End], act: Callable[[str, End], Done]) -> dict[str, Done]:
    """Act for every key in turn. A failure is raised when all had their turn: a fault of ours before others.

    Without the database nobody's turn would go better: that is raised at once.
    """
    done: dict[str, Done] = {}
    failures: list[Exception] = []
    for key, end in ends.items():
        try:
            done[key] = act(key, end)
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours too; it is raised when all had their turn
            # What it says may name people: the job that failed tells it where it may be read.
            log.warning("%s failed with %s", key, type(error).__name__)
            failures.append(error)
    if failures:
        raise next((one for one in failures if not isinstance(one, HandbellError)), failures[0])
    return done
