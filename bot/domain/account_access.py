"""Who may see and do what about an account. Everybody may see that it exists, and who runs it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.domain.accounts import Account

LEADS = frozenset({"headteacher", "deputy-head", "deputy-manager", "assistant-head", "senior-leader"})
DESK = LEADS | {"office", "business-manager", "secretary", "dsl", "deputy-dsl", "online-safety-lead"}


def may_work(account: Account, person: str, roles: AbstractSet[str]) -> bool:
    """Say whether somebody looks after an account: its holders and owner, leadership, the office, the DSL."""
    return person in account.holders or account.owner in roles or not DESK.isdisjoint(roles)


def may_decide(roles: AbstractSet[str]) -> bool:
    """Say whether somebody approves accounts for the setting."""
    return not LEADS.isdisjoint(roles)
