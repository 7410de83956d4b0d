"""How often one link, or one address, may ask: token buckets in memory, on the clock they are given."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

# A school's hundred staff share one address, so an address may do much more than a link.
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one more every `seconds`."""

    burst: int
    seconds: float


@dataclass(slots=True)
class RateLimiter:
    """One bucket a key. A full one is forgotten at the next question, and the oldest beyond KEPT."""

    rate: Rate
    _left: OrderedDict[str, tuple[float, datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: datetime) -> float:
        """Take a token from the key's bucket; return the seconds to wait, 0 if there was one."""
        with self._lock:
            self._forget_full(now)
            left, since = self._left.pop(key, (float(self.rate.burst), now))
            gained = max((now - since).total_seconds(), 0) / self.rate.seconds
            left = min(left + gained, self.rate.burst)
            taken = left >= 1
            self._left[key] = (left - 1 if taken else left, now)
            if len(self._left) > KEPT:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) * self.rate.seconds

    def _forget_full(self, now: datetime) -> None:
        """Forget anyone who has not asked for as long as a bucket takes to fill: a key may be an address."""
        fills_in = timedelta(seconds=self.rate.burst * self.rate.seconds)
        while self._left and now - next(iter(self._left.values()))[1] >= fills_in:
            self._left.popitem(last=False)
