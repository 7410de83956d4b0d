"""How often one link, or one address, may ask: token buckets in memory, on the clock they are given."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

# A school's hundred staff share one address, so an address may do much more than a link.
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one more every `seconds`."""

    burst: int
    seconds: float


@dataclass(slots=True)
class Buckets:
    """One bucket a key. The oldest are forgotten beyond KEPT, so nobody can fill our memory."""

    rate: Rate
    _left: OrderedDict[str, tuple[float, datetime]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: datetime) -> float:
        """Take one from the key's bucket; say how many seconds to wait, 0 when there was one."""
        with self._lock:
            left, since = self._left.pop(key, (float(self.rate.burst), now))
            gained = max((now - since).total_seconds(), 0) / self.rate.seconds
            left = min(left + gained, self.rate.burst)
            taken = left >= 1
            self._left[key] = (left - 1 if taken else left, now)
            if len(self._left) > KEPT:
                self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) * self.rate.seconds
