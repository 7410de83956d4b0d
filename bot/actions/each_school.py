"""Does one thing for every school that has it: a vendor that is away keeps no other school waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.errors import HandbellError

End = TypeVar("End")
Done = TypeVar("Done")
log = logging.getLogger(__name__)


def each(ends: Mapping[str, End], act: Callable[[str, End], Done]) -> dict[str, Done]:
    """Act for every key in turn. A failure is raised when all had their turn: the first, where several."""
    done: dict[str, Done] = {}
    failures = []
    for key, end in ends.items():
        try:
            done[key] = act(key, end)
        except HandbellError as error:
            # What it says may name people: the job that failed tells it where it may be read.
            log.warning("%s failed with %s", key, type(error).__name__)
            failures.append(error)
    if failures:
        raise failures[0]
    return done
