"""One setting's desk at one instant: its cases opened with the keys, its roll, its routes, and the pen.

Whatever is written here goes into the timeline, sealed, and into the chain of the cases, without content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from bot.actions.case_sheet import CaseFile, open_file, seal_sheet, seal_words
from bot.actions.gather import gather, school_day
from bot.domain import case_routes
from bot.domain.calendar import Calendar
from bot.domain.case_access import above_others
from bot.domain.case_clocks import Clock, parse_rule, rules_for, start_all
from bot.domain.case_questions import asked_of
from bot.domain.case_routes import ABOUT_HEAD, Routed, heads_among
from bot.domain.cases import CATEGORIES
from bot.domain.people import Setting
from bot.domain.register import Route
from bot.domain.roll import Roll, rolls
from bot.domain.snapshot import Snapshot
from bot.sealing import CaseKeys, KeysMissing
from bot.services import Services
from bot.store import case_roles, case_timeline, cases
from bot.store.cases import StoredCase
from bot.store.engine import Connection
from bot.store.ledger import Entry
from bot.store.registers import load_routes

HANDBELL = "handbell"
REPORTER = "reporter"
TITLES = {
    "concern-about-head": "A concern about the {head}",
    "data-complaint": "A complaint about personal information",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step needs: one connection, the keys, and the setting as it is today."""

    conn: Connection
    keys: CaseKeys
    setting: Setting
    snapshot: Snapshot
    roll: Roll
    calendar: Calendar
    routes: dict[str, Route]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.setting.timezone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def find(self, number: str, *, to_change: bool = False) -> CaseFile | None:
        """Find a case; one that is to be changed is locked, and keeps who of those named is head."""
        stored = cases.find(self.conn, self.setting.key, number, to_change=to_change)
        if stored is None:
            return None
        file = self.opened([stored])[0]
        return self.save(file) if to_change and self._heads(file) != file.sheet.heads else file

    def every(self) -> list[CaseFile]:
        return self.opened(cases.in_settings(self.conn, (self.setting.key,)))

    def opened(self, stored: Iterable[StoredCase]) -> list[CaseFile]:
        """Open these cases with their tasks and clocks."""
        rows = list(stored)
        numbers = [one.number for one in rows]
        tasks, clocks = case_timeline.tasks(self.conn, numbers), case_timeline.clocks(self.conn, numbers)
        return [
            open_file(self.keys, one, tasks.get(one.number, []), clocks.get(one.number, [])) for one in rows
        ]

    def name(self, person: str) -> str:
        known = self.snapshot.people.get(person)
        return known.name if known is not None else person

    def title(self, category: str) -> str:
        """Name a category in the setting's words."""
        plain = category.replace("-", " ").capitalize()
        said = CATEGORIES.get(category) or TITLES.get(category, plain)
        return said.replace("{head}", self.setting.words.head)

    def categories(self) -> tuple[str, ...]:
        """List what a case of this setting may be: the usual categories, and those of its own routes."""
        return tuple(dict.fromkeys((*CATEGORIES, *TITLES, *self.routes)))

    def role(self, role: str | None) -> str:
        """Name a role in the setting's words."""
        if role is None:
            return ""
        words = {"headteacher": self.setting.words.head, "dsl": "designated safeguarding lead"}
        words |= {"deputy-dsl": "deputy designated safeguarding lead", "dpo": "data protection officer"}
        words |= {"chair": f"chair of {self.setting.words.governors}"}
        return words.get(role, role.replace("-", " "))

    def role_of(self, person: str | None) -> str:
        """Name the most telling role somebody holds here; never their name."""
        held = self.roll.here[person].roles if person in self.roll.here else frozenset()
        for role in ("headteacher", "head", "manager", "dsl", "deputy-dsl", "chair", "dpo", *sorted(held)):
            if role in held:
                return self.role({"head": "headteacher", "manager": "headteacher"}.get(role, role))
        return ""

    def route(self, category: str, named: Iterable[str], heads: Iterable[str] = ()) -> Routed:
        told = self.routes.get(category)
        return case_routes.route(category, named, self.roll, told.to if told else (), heads)

    def also_told(self, file: CaseFile) -> tuple[tuple[str, str], ...]:
        """List whom the route of a case tells beside who has it: each role, in order, with a person."""
        told = self.routes.get(file.case.category)
        if told is None or file.case.category == ABOUT_HEAD:
            return ()
        others = case_routes.also_told(told.tell, file.case.named, self.roll, file.case.heads)
        return tuple(one for one in others if one[1] != file.case.assignee)

    def asked_of(self, category: str, *, personal_data: bool) -> tuple[str, ...]:
        """List what a case of this category must answer before it is closed."""
        told = self.routes.get(category)
        return asked_of(category, told.asks if told else (), personal_data=personal_data)

    def clocks_for(self, category: str, aware_at: datetime, *, personal_data: bool) -> list[Clock]:
        """Start every clock of a category; a rule of the register that cannot be read starts none."""
        told = self.routes.get(category)
        said = [words for words in (told.clocks if told else ()) if _is_rule(words)]
        rules = rules_for(category, said, personal_data=personal_data)
        return list(start_all(rules, aware_at, self.calendar, self.zone))

    def save(self, file: CaseFile) -> CaseFile:
        """Write a file's row and sheet, and seal in it who of those named is head."""
        file = file.changed(heads=self._heads(file))
        sealed = seal_sheet(self.keys, file.stored.wrapped_key, file.sheet)
        file = file.moved(sealed=sealed)
        cases.save(self.conn, file.stored)
        return file

    def _heads(self, file: CaseFile) -> tuple[str, ...]:
        return tuple(sorted(heads_among(file.sheet.named, self.roll, file.sheet.heads)))

    def settled(self, file: CaseFile) -> CaseFile:
        """Note whom of those named others answer to, now that it is settled who has the case."""
        above = tuple(sorted(above_others(file.sheet.named, self.roll)))
        return file if above == file.sheet.above else self.save(file.changed(above=above))

    def write(self, file: CaseFile, by: str, what: str, words: str = "") -> int:
        """Add to the timeline, and note without content in the chain that it was added."""
        sealed = seal_words(self.keys, file.stored.wrapped_key, by=by, what=what, words=words)
        entry = case_timeline.add_entry(self.conn, file.stored.number, self.now, sealed)
        noted = {"entry": entry, "sha256": sha256(sealed).hexdigest()}
        actor = by if by in {HANDBELL, REPORTER} else f"person:{by}"
        cases.note(self.conn, Entry(self.now, actor, "case written", f"case:{file.stored.number}", noted))
        return entry


def open_desk(services: Services, conn: Connection, setting: str, now: datetime) -> Desk | None:
    """Open the desk of a setting; None: there is no such setting. KeysMissing: no key is set."""
    if services.case_keys is None:
        raise KeysMissing
    snapshot = gather(conn, school_day(now), (setting,))
    return desks_of(services.case_keys, conn, snapshot, now).get(setting)


def desks_of(keys: CaseKeys, conn: Connection, snapshot: Snapshot, now: datetime) -> dict[str, Desk]:
    """Set up a desk for each setting of a snapshot that was taken already."""
    called = rolls(snapshot, school_day(now))
    confirmed, changing = case_roles.confirmed(conn, list(called)), case_roles.address_changes(conn)
    for key, roll in called.items():
        roll.confirmed = confirmed.get(key)
        # No mail about a case goes to an address that is about to change, nor to the new one yet.
        roll.out_of_reach |= changing.keys() & roll.here.keys()
    routes = load_routes(conn, list(snapshot.settings))
    return {
        key: Desk(
            conn,
            keys,
            setting,
            snapshot,
            called[key],
            snapshot.calendars[key],
            {one.category: one for one in routes.get(key, ())},
            now,
        )
        for key, setting in snapshot.settings.items()
    }


def _is_rule(words: str) -> bool:
    try:
        parse_rule(words)
    except ValueError:
        return False
    return True
