"""The menu: six places, the pages of each, and which of them a person may open. Pure functions of a Member.

A page belongs to the place whose entry has the longest address that the page's own begins with. Pages of
SETTINGS stand behind the person's name. A new page under an address of this table needs no row of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from bot.core.roles import Permission
from bot.rules.people import Person, School


class Reader(Protocol):
    """Who reads a page: what the menu has to know of a member."""

    @property
    def person(self) -> Person: ...
    @property
    def school(self) -> School: ...
    @property
    def only_case(self) -> str | None: ...
    @property
    def at_kiosk(self) -> bool: ...
    def may(self, permission: Permission) -> bool: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One page of a place. `staff`: only for people who work here; `below`: more addresses of it."""

    title: str
    href: str
    permission: Permission | None = None
    staff: bool = False
    below: tuple[str, ...] = ()
    current: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """One of the six places. `icon`: the name of its drawing in `_menu.html`."""

    title: str
    icon: str
    entries: tuple[Entry, ...]
    current: bool = False

    @property
    def href(self) -> str:
        return self.entries[0].href


PLACES = (
    Place(
        "Today",
        "today",
        (
            Entry("My tasks", "/me"),
            Entry("Requests", "/me/requests"),
            Entry("My training", "/training/mine"),
            Entry("My calendar", "/me/calendar"),
            Entry("Questions", "/office/questions", Permission.ANSWER_QUESTIONS),
            Entry("Office", "/office", Permission.USE_OFFICE),
        ),
    ),
    Place(
        "{kind}",
        "school",
        (
            Entry("Overview", "/school", Permission.VIEW_SCHOOL),
            Entry("Trust", "/school/trust", Permission.VIEW_TRUST),
            Entry("Training", "/training", Permission.MANAGE_TRAINING),
            Entry("School accounts", "/accounts", below=("/office/accounts",)),
            Entry("Log", "/log", staff=True),
            Entry("IT checks", "/it", Permission.VIEW_IT_CHECKS),
            Entry(
                "Messages",
                "/office/messages",
                Permission.USE_OFFICE,
                below=("/school/messages", "/school/hold"),
            ),
            Entry("Record an event", "/office/happened", Permission.USE_OFFICE),
        ),
    ),
    Place(
        "People",
        "people",
        (
            Entry("Everyone", "/office/people", Permission.USE_OFFICE, below=("/find",)),
            Entry("Sign on paper", "/paper", Permission.PRINT_SHEETS),
            Entry("Staff room tablet", "/kiosk/start", Permission.MANAGE_KIOSK),
        ),
    ),
    Place(
        "Policies",
        "policies",
        (
            Entry(
                "Policies",
                "/office/policies",
                Permission.USE_OFFICE,
                below=("/office/rules", "/office/setup"),
            ),
            Entry("Library", "/policies", staff=True),
        ),
    ),
    Place(
        "{governors}",
        "governors",
        (
            Entry("Policy reviews", "/governors", Permission.VIEW_REVIEWS),
            Entry("Meetings", "/governors/meetings", Permission.EDIT_MEETINGS, below=("/governors/bodies",)),
            Entry("{governors}’ summary", "/governors/overview", Permission.VIEW_GOVERNANCE),
            Entry("Governor visit", "/governors/visit", Permission.VISIT_FOR_GOVERNORS),
            Entry("Termly report (PDF)", "/governors/report.pdf", Permission.VIEW_GOVERNANCE),
        ),
    ),
    Place(
        "Reports",
        "reports",
        (Entry("Cases", "/cases", Permission.HANDLE_CASES, below=("/case-roles", "/case-routes")),),
    ),
)
SETTINGS = (
    Entry("Settings", "/office/settings", Permission.USE_OFFICE, below=("/office/reminders",)),
    Entry("Getting started", "/office/start", Permission.USE_OFFICE),
)
AT_KIOSK = Entry("My tasks", "/me")


def menu(reader: Reader, path: str) -> tuple[Place, ...]:
    """Return the places a person may open, with those entries of each that their roles open."""
    if reader.only_case is not None:
        return ()
    if reader.at_kiosk:
        return (Place("Today", "today", (replace(AT_KIOSK, current=True),), current=True),)
    here = _deepest(path, (entry for place in PLACES for entry in (*place.entries, *SETTINGS)))
    return tuple(_places(reader, here))


def settings_entries(reader: Reader) -> tuple[Entry, ...]:
    """Return the pages that stand behind a person's name."""
    if reader.only_case is not None or reader.at_kiosk:
        return ()
    return tuple(one for one in SETTINGS if _is_open(reader, one))


def _places(reader: Reader, here: str) -> Iterator[Place]:
    words = {
        "kind": reader.school.kind.capitalize(),
        "governors": reader.school.words.governors.capitalize(),
    }
    for place in PLACES:
        entries = tuple(
            replace(one, title=one.title.format(**words), current=one.href == here)
            for one in place.entries
            if _is_open(reader, one)
        )
        if entries:
            current = any(one.href == here for one in place.entries)
            yield replace(place, title=place.title.format(**words), entries=entries, current=current)


def _is_open(reader: Reader, entry: Entry) -> bool:
    if entry.staff:
        here = reader.person.membership(reader.school.key)
        return here is not None and here.is_staff
    return entry.permission is None or reader.may(entry.permission)


def _deepest(path: str, entries: Iterable[Entry]) -> str:
    """Return the address of the entry that a page belongs to; empty: it belongs to none."""
    found = [
        (len(address), one.href)
        for one in entries
        for address in (one.href, *one.below)
        if path == address or path.startswith(f"{address}/")
    ]
    return max(found)[1] if found else ""
