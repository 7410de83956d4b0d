"""Who may see and do what about an account. Everybody may see that it exists, and who runs it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from bot.domain.accounts import Account
from bot.domain.people import Person

LEADS = frozenset({"headteacher", "deputy-head", "deputy-manager", "assistant-head", "senior-leader"})
DESK = LEADS | {"office", "business-manager", "secretary", "dsl", "deputy-dsl", "online-safety-lead"}


def may_work(account: Account, person: str, roles: AbstractSet[str]) -> bool:
    """Say whether somebody looks after an account: its holders and owner, leadership, the office, the DSL."""
    return person in account.holders or account.owner in roles or not DESK.isdisjoint(roles)


def may_read_posts(person: Person, setting: str, on: date) -> bool:
    """Say whether somebody may be named as second reader: they work here, and our letters reach them."""
    here = person.membership(setting)
    reached = bool(person.email) and not person.unreachable
    return here is not None and here.is_staff and here.here_on(on) and reached


def reads_today(person: Person, setting: str, on: date) -> bool:
    """Say whether a post may be sent to somebody today: a second reader who is away sees it too late."""
    here = person.membership(setting)
    return here is not None and may_read_posts(person, setting, on) and not here.away_on(on)


def may_decide(roles: AbstractSet[str]) -> bool:
    """Say whether somebody approves accounts for the setting."""
    return not LEADS.isdisjoint(roles)
