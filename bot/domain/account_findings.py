"""What Handbell notices about official accounts: one finding for each reason, those that stop posts first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.domain.account_facts import Standing, standings
from bot.domain.account_rules import State
from bot.domain.findings import Finding
from bot.domain.snapshot import Snapshot

# Told elsewhere among the findings, or no more than a thing to record on the account's own page.
NOT_HERE = frozenset({"one-holder", "unknown", "again", "no-look"})


def account_findings(snapshot: Snapshot, setting: str, on: date) -> Iterator[Finding]:
    """List what a person should look at, account by account."""
    for standing in standings(snapshot, setting, on):
        yield from _of_one(standing, setting)


def _of_one(standing: Standing, setting: str) -> Iterator[Finding]:
    name = f"{standing.account.name} ({standing.account.channel})"
    if standing.verdict.state is State.STOP:
        first = standing.verdict.reasons[0]
        says = f"{name} should not post. {first.says}"
        yield Finding("account-stopped", "warning", says, f"{first.who}: {first.next_step}", setting)
    for one in standing.verdict.reasons:
        if not one.stops and one.code not in NOT_HERE:
            hint = f"{one.who}: {one.next_step}"
            yield Finding(f"account-{one.code}", "warning", f"{name}: {one.says}", hint, setting)
