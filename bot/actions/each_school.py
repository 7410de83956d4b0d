"""Does one thing for every school that has it: what fails in one keeps no other school waiting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from bot.errors import HandbellError, StoreAway
from bot.store.runs import BETWEEN, FAILED_FOR

End = TypeVar("End")
Done = TypeVar("Done")
log = logging.getLogger(__name__)


def each(ends: Mapping[str, End], act: Callable[[str, End], Done]) -> dict[str, Done]:
    """Act for every key in turn. A failure is raised when all had their turn: a fault of ours before others.

    It notes for whom acting failed, as closely as acting itself noted it: see `failed_for`. Without the
    database nobody's turn would go better: that is raised at once.
    """
    done: dict[str, Done] = {}
    failures: dict[str, Exception] = {}
    for key, end in ends.items():
        try:
            done[key] = act(key, end)
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours too; it is raised when all had their turn
            # What it says may name people: the job that failed tells it where it may be read.
            log.warning("%s failed with %s", key, type(error).__name__)
            failures[key] = error
    if failures:
        every = list(failures.values())
        raised = next((one for one in every if not isinstance(one, HandbellError)), every[0])
        whom = [one for key, error in failures.items() for one in failed_for(error) or (key,)]
        note_failed_for(raised, list(dict.fromkeys(whom)))
        raise raised
    return done


def note_failed_for(error: Exception, keys: Iterable[str]) -> None:
    """Note for whom acting failed: what is noted last counts."""
    error.add_note(f"{FAILED_FOR}{BETWEEN.join(keys)}")


def failed_for(error: Exception) -> tuple[str, ...]:
    """Say for whom acting failed, by key; empty: nobody in particular. Anybody may add notes to an error."""
    notes = [one for one in getattr(error, "__notes__", ()) if one.startswith(FAILED_FOR)]
    return tuple(notes[-1].removeprefix(FAILED_FOR).split(BETWEEN)) if notes else ()
