"""Commands about people: people import, sync, bounces, cases, google form and admin.

No command shows what a case says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from bot.bootstrap.services import clock, make_services, open_data
from bot.bootstrap.vendors import make_form
from bot.cases.context import rotate
from bot.cases.jobs import look_after_school
from bot.core.config import load_settings
from bot.core.encryption import new_master_key
from bot.core.errors import BadInput, Problem
from bot.database.engine import Store
from bot.database.job_runs import each
from bot.identity.case_roles import confirm_as_operator
from bot.identity.service import make_first_link
from bot.messages.bounces import NotedBounce, note_bounces
from bot.people.import_service import (
    RosterList,
    compare_roster,
    doubtful_roles,
    import_roster,
    in_words,
    left_out_by,
    note_left_out,
)
from bot.people.list_upload import read_any_list
from bot.people.sheet_columns import FIELDS
from bot.ports import Directory, RosterEntry
from bot.records import register as record_register
from bot.reports.form_context import open_form
from connectors.local.bounces import read_bounces
from connectors.local.roster import CsvRoster, read_people

WORKBOOK = b"PK\x03\x04"


def note(given: dict[str, Any], files: tuple[Path, ...]) -> int:
    """Read every file before anything is noted; then print whom each notice is about."""
    bounces = [bounce for file in files for bounce in read_bounces(file)]
    noted = note_bounces(open_data(load_settings(**given)), bounces, now=clock(), actor="command line")
    for one in noted:
        click.echo(f"{_who(one)} <{one.bounce.address}>: {one.bounce.says}")
    click.echo(f"{sum(one.person is not None for one in noted)} people cannot be written to.")
    refused = sum(one.bounce.of_sending for one in noted)
    if refused:
        click.echo(f"{refused} came back because our own sending is refused: see handbell doctor, H203.")
    return 0


def _who(one: NotedBounce) -> str:
    if one.bounce.of_sending:
        return "our own sending is refused"
    return one.person.name if one.person is not None else "nobody here"


def make_key() -> int:
    """Print a new master key, and nothing else on stdout."""
    click.echo(new_master_key())
    said = "Put it first in HANDBELL_CASE_KEYS, or in the file that HANDBELL_CASE_KEYS_FILE names."
    click.echo(f"{said} Keep a copy apart from the data folder and from its backups.", err=True)
    return 0


def rotate_keys(given: dict[str, Any]) -> int:
    """Wrap every case's key by the first master key of the list."""
    services = make_services(load_settings(**given))
    try:
        count = rotate(services, clock(), "command line")
    finally:
        services.store.close()
    told = "1 case is" if count == 1 else f"{count} cases are"
    click.echo(f"{told} under the newest key now. The older keys can be taken out of the list.")
    return 0


def form(given: dict[str, Any]) -> int:
    """Make the form, or finish one that was begun; print what goes into the settings and to the people."""
    settings = load_settings(**given)
    services = make_services(settings)
    key = settings.google_setting or ""
    here = open_form(services, key, clock())
    if here is None or not here.takes:
        right = "Name a setting that is loaded in HANDBELL_GOOGLE_SETTING, and set HANDBELL_CASE_KEYS."
        raise BadInput([Problem("settings", None, "HANDBELL_GOOGLE_SETTING", "takes no reports here", right)])
    title = f"{here.school.name}: report something"
    made = make_form(settings, clock, title=title, categories=here.categories)
    click.echo(f"HANDBELL_GOOGLE_FORM={made.id}")
    click.echo(f"People open: {made.address}")
    return 0


def import_file(
    given: dict[str, Any], roster: Path, school: str | None, listing: RosterList, *, check: bool
) -> int:
    """Import a file of people: replace the school's list or, if it is not whole, add to it."""
    store = open_data(load_settings(**given))
    if not roster.is_file() or (listing.whole and not roster.read_bytes().startswith(WORKBOOK)):
        entries = tuple(CsvRoster(roster).roster())
        _bring_in(store, school or only_school(store), entries, listing, check=check)
        return 0
    key = school or only_school(store)
    people, columns = read_any_list(store, key, roster, read_people)
    for heading, field in columns.items():
        click.echo(f"  {heading}: {FIELDS[field]}", err=True)
    held = replace(listing, columns=frozenset(columns.values()))
    _bring_in(store, key, tuple(people), held, check=check)
    return 0


def sync_all(given: dict[str, Any], school: str | None, *, check: bool, many_leavers: bool) -> int:
    """Sync every connected directory, or that of one school."""
    services = make_services(load_settings(**given))
    if not services.rosters:
        hint = "Set HANDBELL_ROSTER_CSV and HANDBELL_ROSTER_SETTING."
        click.echo(f"No directory is connected. {hint}", err=True)
        return 1

    def bring_in(key: str, directory: Directory) -> None:
        entries = tuple(directory.roster())
        left_out = left_out_by(directory)
        if not check:
            with services.store.writing() as conn:
                note_left_out(conn, key, left_out, clock())
        _bring_in(services.store, key, entries, RosterList(many_leavers=many_leavers), check=check)
        if left_out:
            click.echo(in_words(left_out))

    each(_chosen(services.rosters, school), bring_in)
    return 0


def _chosen(rosters: Mapping[str, Directory], school: str | None) -> Mapping[str, Directory]:
    if school is None:
        return rosters
    if school not in rosters:
        right = f"These are connected: {', '.join(sorted(rosters))}."
        raise BadInput([Problem("--setting", None, None, f'"{school}" has no directory', right)])
    return {school: rosters[school]}


def only_school(store: Store) -> str:
    """Return the only school. BadInput: there are several, so --setting is needed."""
    with store.reading() as conn:
        known = record_register.school_keys(conn)
    if len(known) == 1:
        return known[0]
    wrong = f"there are {len(known)} settings" if known else "no setting has been loaded yet"
    right = f"Say which with --setting: {', '.join(known)}." if known else "First: handbell apply FILE."
    raise BadInput([Problem("--setting", None, None, wrong, right)])


def _bring_in(
    store: Store,
    school: str,
    entries: tuple[RosterEntry, ...],
    listing: RosterList,
    *,
    check: bool,
) -> None:
    if check:
        change = compare_roster(store, school, entries, now=clock(), listing=listing)
    else:
        change = import_roster(
            store,
            school,
            entries,
            now=clock(),
            actor="command line",
            listing=listing,
        )
    for line in change.lines():
        click.echo(f"  {line}")
    click.echo(f"{change.summary()}{' Nothing was changed (--check).' if check else ''}")
    for doubt in doubtful_roles(store, school, entries):
        click.echo(f"  {doubt}", err=True)


def print_link(given: dict[str, Any], school: str | None, email: str | None) -> int:
    """Print a link that signs the head or the business manager in once, and nothing else on stdout."""
    services = make_services(load_settings(**given))
    try:
        where = school or only_school(services.store)
        address, name = make_first_link(services, where, email, clock())
    finally:
        services.store.close()
    click.echo(address)
    click.echo(f"It signs {name} in once, within 24 hours. Give it to nobody else.", err=True)
    return 0


def confirm(given: dict[str, Any], school: str | None, email: str | None) -> int:
    """Confirm the head, or anyone who has an address, in the roles that open cases."""
    services = make_services(load_settings(**given))
    try:
        where = school or only_school(services.store)
        now = clock()
        done = confirm_as_operator(services, where, email, now)
        look_after_school(services, where, now)
    finally:
        services.store.close()
    for name, role in done:
        click.echo(f"{name}: {role}")
    return 0
