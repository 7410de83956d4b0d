"""Posts and their second readers: which wait, which were agreed, and which went without a reader and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.account_log import AGREED, DROPPED, NO_READER, Entry, Sort


@dataclass(frozen=True, slots=True)
class Post:
    """One post as it was put to be read, with the latest word of whoever read it."""

    entry: Entry
    reading: Entry | None

    @property
    def waits(self) -> bool:
        """Say whether it is not settled: a reader was asked, nobody has agreed, and it was not dropped."""
        settled = self.reading is not None and self.reading.topic in {AGREED, DROPPED}
        return self.entry.topic != NO_READER and not settled


def posts(log: Sequence[Entry]) -> tuple[Post, ...]:
    """List the posts of a log, oldest first."""
    read = {one.about: one for one in log if one.sort is Sort.READ}
    return tuple(Post(one, read.get(one.reference)) for one in log if one.sort is Sort.POSTED)


def waiting_for(log: Sequence[Entry], person: str) -> tuple[Post, ...]:
    """List the posts that wait for one person: asked of them, and not answered yet."""
    return tuple(one for one in posts(log) if one.waits and one.entry.about == person and one.reading is None)
