"""handbell people import and handbell sync: the list of people, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.actions.each_school import each
from bot.actions.left_out import in_words, left_out_by, note_left_out
from bot.actions.roster import RosterChange, compare_roster, import_roster
from bot.actions.roster_roles import doubtful_roles
from bot.bootstrap import clock, make_services, open_data
from bot.errors import BadInput, Problem
from bot.ports import Directory, RosterEntry
from bot.settings import load_settings
from bot.store import registers
from bot.store.engine import Store
from connectors.local.roster import CsvRoster


def import_file(
    given: dict[str, Any], roster: Path, setting: str | None, *, check: bool, many_leavers: bool
) -> int:
    """Read a CSV file and make the setting's list of people agree with it."""
    store = open_data(load_settings(**given))
    entries = tuple(CsvRoster(roster).roster())
    key = setting or only_setting(store)
    _bring_in(store, key, entries, check=check, many_leavers=many_leavers)
    return 0


def sync_all(given: dict[str, Any], setting: str | None, *, check: bool, many_leavers: bool) -> int:
    """Read every connected directory, or that of one setting."""
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
        _bring_in(services.store, key, entries, check=check, many_leavers=many_leavers)
        if left_out:
            click.echo(in_words(left_out))

    each(_chosen(services.rosters, setting), bring_in)
    return 0


def _chosen(rosters: Mapping[str, Directory], setting: str | None) -> Mapping[str, Directory]:
    if setting is None:
        return rosters
    if setting not in rosters:
        right = f"These are connected: {', '.join(sorted(rosters))}."
        raise BadInput([Problem("--setting", None, None, f'"{setting}" has no directory', right)])
    return {setting: rosters[setting]}


def only_setting(store: Store) -> str:
    """Name the setting where there is exactly one; otherwise ask for --setting."""
    with store.reading() as conn:
        known = registers.setting_keys(conn)
    if len(known) == 1:
        return known[0]
    wrong = f"there are {len(known)} settings" if known else "no setting has been loaded yet"
    right = f"Say which with --setting: {', '.join(known)}." if known else "First: handbell apply FILE."
    raise BadInput([Problem("--setting", None, None, wrong, right)])


def _bring_in(
    store: Store,
    setting: str,
    entries: tuple[RosterEntry, ...],
    *,
    check: bool,
    many_leavers: bool,
) -> None:
    if check:
        change = compare_roster(store, setting, entries, now=clock())
    else:
        change = import_roster(
            store,
            setting,
            entries,
            now=clock(),
            actor="command line",
            allow_many_leavers=many_leavers,
        )
    _print(change, check=check)
    for doubt in doubtful_roles(store, setting, entries):
        click.echo(f"  {doubt}", err=True)


def _print(change: RosterChange, *, check: bool) -> None:
    for line in change.lines():
        click.echo(f"  {line}")
    click.echo(f"{change.summary()}{' Nothing was changed (--check).' if check else ''}")
