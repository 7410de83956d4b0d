"""What a morning's planning falls into: families of schools, and where there are many, shares of them.

Each part is claimed, run and tried again by itself. A thousand schools in as many parts would cost more to
claim than to plan, and reading a few schools at once costs half of reading each alone.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from zlib import crc32

from bot.actions.account_notices import remind_of_accounts
from bot.actions.daily import Turn
from bot.actions.each_school import each, note_failed_for
from bot.actions.plan_day import by_few, plan_day
from bot.actions.request_notices import remind_of_ends
from bot.actions.term_notices import remind_of_terms
from bot.domain.families import grouped
from bot.errors import StoreAway
from bot.services import Services
from bot.store import quiet, registers
from bot.store.engine import Connection
from bot.store.families import family_of, in_several

log = logging.getLogger(__name__)

PLANNING = "plan the day"
# An installation of more settings than these is planned in so many shares.
SHARES = 32
ALL_SHARES = tuple(f"share {number} of {SHARES}" for number in range(1, SHARES + 1))


def plan_parts(services: Services) -> tuple[str, ...]:
    """Name each family of settings by its first, or the shares: those that share people go together."""
    with services.store.reading() as conn:
        keys = registers.setting_keys(conn)
        if len(keys) > SHARES:
            return ALL_SHARES
        return tuple(grouped(keys, in_several(conn))) or ("",)


def plan_part(services: Services, turn: Turn) -> str:
    """Plan one family, or one share of them: whoever works in two schools gets one message for both."""
    with services.store.reading() as conn:
        share = turn.part in ALL_SHARES
        together = _of_share(conn, turn.part) if share else [family_of(conn, turn.part)]
    return _said(_plan_shared(services, turn.now, together))


def plan_today(services: Services, now: datetime) -> str:
    """Plan all settings."""
    return _said([_plan_together(services, now, None)])


def planned_with(conn: Connection, setting: str) -> str:
    """Name the part of planning that a setting belongs to."""
    first = family_of(conn, setting)[0]
    return _share_of(first) if len(registers.setting_keys(conn)) > SHARES else first


def _of_share(conn: Connection, share: str) -> list[list[str]]:
    """List the families whose first belongs to a share.

    One that has just come together may be another's now, which has ended: what changed is planned here too.
    """
    theirs = [key for key in registers.setting_keys(conn) if _share_of(key) == share]
    near = family_of(conn, *theirs)
    changed = quiet.changed(conn, near)
    every = grouped(near, in_several(conn, near))
    return [some for first, some in every.items() if _share_of(first) == share or changed.intersection(some)]


def _share_of(key: str) -> str:
    return ALL_SHARES[crc32(key.encode()) % SHARES]


def _plan_shared(services: Services, now: datetime, families: list[list[str]]) -> list[Counter[str]]:
    """Plan families a few together; where that fails, each by itself, so that one keeps no other waiting."""
    counts: list[Counter[str]] = []
    alone: dict[str, list[str]] = {}
    for together in by_few(families):
        try:
            if len(together) > 1:
                counts.append(_plan_together(services, now, [key for some in together for key in some]))
                continue
        except StoreAway:
            raise
        except Exception as error:  # noqa: BLE001 - whose fault it is shows when each is planned by itself
            log.warning("%d families failed together with %s", len(together), type(error).__name__)
        alone |= {some[0]: some for some in together}
    return [*counts, *each(alone, lambda _, some: _plan_family(services, now, some)).values()]


def _plan_family(services: Services, now: datetime, family: Collection[str]) -> Counter[str]:
    """Plan one family. Where that fails it fails for each school of it: nothing of it was decided."""
    try:
        return _plan_together(services, now, family)
    except StoreAway:
        raise
    except Exception as error:
        note_failed_for(error, family)
        raise


def _plan_together(services: Services, now: datetime, settings: Collection[str] | None) -> Counter[str]:
    # A reminder is its person's one message of the day, so reminders come before the plan.
    remind_of_ends(services, now, settings)
    remind_of_accounts(services, now, settings)
    remind_of_terms(services, now, settings)
    decided = plan_day(services, now, settings)
    return Counter(told=len(decided.notices), skipped=len(decided.skipped), settled=decided.settled)


def _said(counts: Iterable[Counter[str]]) -> str:
    all_of = sum(counts, Counter[str]())
    return f"{all_of['told']} people to tell, {all_of['skipped']} skipped, {all_of['settled']} settled"
