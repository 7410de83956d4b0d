"""How fast one mailbox or site may be asked: so many units a minute, evenly spread, so many calls at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Pace:
    """Shared by everything that asks one mailbox or site. A turn of no units waits, and costs nobody else."""

    def __init__(
        self, *, per_minute: float, at_once: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._every_s = 60 / per_minute
        self._room = asyncio.Semaphore(at_once)
        self._monotonic = monotonic
        self._free_at = self._rests_until = monotonic()

    @property
    def rests_s(self) -> float:
        """Say for how long nothing may be asked."""
        return max(0.0, self._rests_until - self._monotonic())

    def rest(self, seconds: float) -> None:
        """Ask nothing for so long: whoever is throttled and asks all the same is throttled for longer."""
        self._rests_until = max(self._rests_until, self._monotonic() + seconds)

    @asynccontextmanager
    async def turn(self, units: float = 0) -> AsyncIterator[None]:
        """Wait for room and for time; the room is given back at the end."""
        async with self._room:
            now = self._monotonic()
            begins_at = max(now, self._free_at, self._rests_until)
            if units:
                self._free_at = begins_at + units * self._every_s
            await asyncio.sleep(begins_at - now)
            yield


def mailbox_pace(monotonic: Callable[[], float] = time.monotonic) -> Pace:
    """Keep below Exchange's 30 messages a minute and four calls at once for a mailbox."""
    return Pace(per_minute=25, at_once=2, monotonic=monotonic)


def site_pace(monotonic: Callable[[], float] = time.monotonic) -> Pace:
    """Keep below SharePoint's 1,200 units a minute for an app in a small tenant."""
    return Pace(per_minute=1_000, at_once=4, monotonic=monotonic)


def directory_pace() -> Pace:
    """Keep far below the 3,500 units in ten seconds of a small tenant."""
    return Pace(per_minute=6_000, at_once=2)
