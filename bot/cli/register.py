"""handbell apply and begin: change a school's register, or start a school.

`trial_store` loads a register file into a database in memory.

`apply` shows what would change, then changes it in one transaction.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import click

from bot.bootstrap.services import clock, make_services, open_data
from bot.cli.show import show_waiting
from bot.core.clock import local_date
from bot.core.config import load_settings
from bot.core.errors import BadInput, Problem
from bot.database.engine import Store, open_store
from bot.database.migrate import upgrade
from bot.identity.service import make_first_link
from bot.onboarding.service import begin_school, first_head
from bot.people.import_service import import_roster
from bot.people.service import looks_like_address
from bot.planning.record_events import waits_of
from bot.records import register as record_register
from bot.register.convert import to_domain
from bot.register.load import documents_of, load
from bot.register.service import apply_register, compare
from bot.rules.people import School
from connectors.local.roster import CsvRoster


def run(given: dict[str, Any], register: Path, *, check: bool, yes: bool) -> int:
    """Compare, ask, apply. Applying the same file twice changes nothing the second time."""
    file = load(register)
    wanted, documents = to_domain(file), documents_of(file, register.parent)
    store = open_data(load_settings(**given))
    changes = compare(store, wanted, documents=documents)
    if not changes:
        click.echo("No changes. This file is already applied.")
    for change in changes:
        click.echo(f"  {change}")
    show_waiting(waits_of(wanted.obligations))
    if check or not changes:
        return 0
    if not yes and not click.confirm("Make these changes?"):
        click.echo("Nothing was changed.")
        return 1
    apply_register(store, wanted, documents=documents, now=clock(), actor="command line")
    click.echo(f"{len(changes)} changes made.")
    return 0


LONGEST_KEY = 40


def begin(given: dict[str, Any], name: str, head: str, email: str) -> int:
    """Begin the school and print the link that signs its head in once."""
    if not looks_like_address(email):
        right = "Give the head's own, such as jo.bell@school.example."
        raise BadInput([Problem("begin", None, "--email", f'"{email}" is not an e-mail address', right)])
    services, now = make_services(load_settings(**given)), clock()
    key = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:LONGEST_KEY].strip("-")
    try:
        with services.store.reading() as conn:
            known = record_register.school_keys(conn)
        if not key or key in known:
            wrong = f'"{key}" is there already' if key else "has no letters to make a key of"
            raise BadInput([Problem("begin", None, "NAME", wrong, "Give another name.")])
        school = School(key, name, since=local_date(now))
        begin_school(services.store, school, first_head(key, head, email), now, "command line")
        address, _ = make_first_link(services, key, email, now)
    finally:
        services.store.close()
    click.echo(address)
    click.echo(f"It signs {head} in once, within 24 hours. Then: First steps, under Office.", err=True)
    return 0


def trial_store(register: Path, roster: Path | None, on: date) -> Store:
    """Apply this register and these people on that day in a database of its own, in memory."""
    now = datetime.combine(on, time(6), UTC)
    store = open_store("sqlite://")
    upgrade(store)
    wanted = to_domain(load(register))
    apply_register(store, wanted, documents={}, now=now, actor="trial")
    if roster is not None:
        entries = tuple(CsvRoster(roster).roster())
        import_roster(store, wanted.school.key, entries, now=now, actor="trial")
    return store
