"""Try a register file without storing it: load it into a database in memory and gather from there."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.actions.configure import apply_register
from bot.actions.gather import gather
from bot.actions.roster import import_roster
from bot.domain.snapshot import Snapshot
from bot.register.convert import to_domain
from bot.register.load import load
from bot.store.engine import Store, open_store
from bot.store.migrate import upgrade
from connectors.local.roster import CsvRoster


def trial_snapshot(register: Path, roster: Path | None, on: date) -> Snapshot:
    """Gather what the planner would know if this register and these people were applied on that day."""
    with trial_store(register, roster, on).reading() as conn:
        return gather(conn, on)


def trial_store(register: Path, roster: Path | None, on: date) -> Store:
    """Apply this register and these people on that day in a database of its own, in memory."""
    now = datetime.combine(on, time(6), UTC)
    store = open_store("sqlite://")
    upgrade(store)
    wanted = to_domain(load(register))
    apply_register(store, wanted, documents={}, now=now, actor="trial")
    if roster is not None:
        entries = tuple(CsvRoster(roster).roster())
        import_roster(store, wanted.setting.key, entries, now=now, actor="trial")
    return store
