"""Waits a little for a database that restarts, with what must not be forgotten: what a vendor took."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from time import monotonic, sleep

from bot.errors import StoreAway
from bot.store.engine import Store, is_sqlite

log = logging.getLogger(__name__)

# PostgreSQL restarts in a few seconds. Less in all than after which a silent worker is taken to be dead.
WAITS_S = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
GIVES_UP_AFTER_S = 20.0


def patiently(store: Store, write: Callable[[], None], waits_s: Sequence[float] = WAITS_S) -> None:
    """Write, again and again while the server is away. `write` may run twice: its first answer can be lost.

    Raises StoreAway where it stays away. SQLite has no server that restarts, and is asked once.
    """
    began_at = monotonic()
    for wait in () if is_sqlite(store.engine) else waits_s:
        try:
            write()
        except StoreAway:
            if monotonic() - began_at > GIVES_UP_AFTER_S:
                raise
            log.warning("the database is away; what was sent is noted as soon as it is back")
            sleep(wait)
        else:
            return
    write()
