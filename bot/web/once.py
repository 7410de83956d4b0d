"""The same form sent twice is done once: a second press of a button, a reload, a nervous finger."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

MOST = 5_000


@dataclass(slots=True)
class Once:
    """Remembers the digests of the forms taken lately, oldest forgotten first; never what they said."""

    taken: dict[bytes, None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def take(self, sent: str) -> bool:
        """Take a form; False: it was taken before."""
        digest = sha256(sent.encode("utf-8", "replace")).digest()
        with self.lock:
            if digest in self.taken:
                return False
            if len(self.taken) >= MOST:
                del self.taken[next(iter(self.taken))]
            self.taken[digest] = None
            return True

    def forget(self, sent: str) -> None:
        """Let a form that was refused be sent again."""
        with self.lock:
            self.taken.pop(sha256(sent.encode("utf-8", "replace")).digest(), None)
