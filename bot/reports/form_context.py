"""What the report form shows of a school before anything is typed: categories and roles. Read-only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.cases.context import CaseContext, desks_of
from bot.core.clock import local_date
from bot.core.roles import CASE_RESPONDERS
from bot.core.text import fold_text
from bot.planning.store import load_snapshot
from bot.records import register as record_register
from bot.rules.people import Person, School
from bot.services import Services

# More names than this are looked for, not read through; so many of those found are shown.
ON_A_SCREEN = 20
MOST_FOUND = 50
# What is said in several ways.
_APOSTROPHE, _NO_LETTER = re.compile(r"['’‘]"), re.compile(r"[\W_]+")
_SAID_AS = (
    (re.compile(r"\b(?:church of england|c of e|cofe)\b"), "ce"),
    (re.compile(r"\bsaint\b"), "st"),
    (re.compile(r"\b(?:the|and|of)\b"), " "),
)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A school's form. `categories` and `roles` are in its own words; without keys no report is accepted.

    `has_data_officer`: the role dpo has a holder today, who may see reports about personal information.
    `waits`: no one here may open a report yet, so that it waits unopened.
    """

    school: School
    takes: bool
    categories: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    has_data_officer: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class SchoolChoices:
    """Schools to choose from: key and name of those `shown`, the number that `fit`, the number of all."""

    shown: tuple[tuple[str, str], ...]
    fit: int
    every: int

    @property
    def are_many(self) -> bool:
        return self.every > ON_A_SCREEN


def open_form(services: Services, school: str, now: datetime) -> ReportForm | None:
    """Return a school's form, or None if there is no such school."""
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(now), (school,))
        found = snapshot.schools.get(school)
        if found is None or services.case_keys is None:
            return ReportForm(found, takes=False) if found is not None else None
        return _form(desks_of(services.case_keys, conn, snapshot, now)[school])


def reporter_here(services: Services, school: str, person: str, now: datetime) -> Person | None:
    """Return the reporter who came by a personal link; None if they are not here now."""
    today = local_date(now)
    with services.store.reading() as conn:
        found = load_snapshot(conn, today, (school,)).people.get(person)
    here = found.membership(school) if found is not None else None
    return found if here is not None and here.here_on(today) else None


def schools_to_choose(services: Services, asked: str = "") -> SchoolChoices:
    """Return the schools with words in their names that begin as those asked for.

    Where there are many and nothing is asked for, none is shown: a list of hundreds is of no use on a phone.
    """
    with services.store.reading() as conn:
        every = sorted(record_register.names(conn))
    few = len(every) <= ON_A_SCREEN
    begin = [] if few else _bare(asked).split()
    fit = [one for one in every if _fits(one[0], begin)] if begin else every
    shown = fit[:MOST_FOUND] if few or begin else []
    names = Counter(name for name, _ in fit)
    called = ((key, name if names[name] == 1 else f"{name} ({key})") for name, key in shown)
    return SchoolChoices(tuple(called), fit=len(fit), every=len(every))


def _fits(name: str, begin: Sequence[str]) -> bool:
    words = _bare(name).split()
    return all(any(word.startswith(one) for word in words) for one in begin)


def _bare(words: str) -> str:
    """Words as anyone would type them: "st marys ce", "saint mary" for St. Mary’s C of E School."""
    spaced = " ".join(_NO_LETTER.sub(" ", _APOSTROPHE.sub("", fold_text(words))).split())
    for said, typed in _SAID_AS:
        spaced = said.sub(typed, spaced)
    return spaced


def _form(desk: CaseContext) -> ReportForm:
    """The usual categories in their order, with "something else" at the end of all."""
    keys = sorted(desk.categories(), key=lambda key: key == "other")
    return ReportForm(
        desk.school,
        takes=True,
        categories={key: desk.title(key) for key in keys},
        roles={role: desk.role(role) for role in CASE_RESPONDERS},
        has_data_officer=bool(desk.roll.of_confirmed().holders("dpo")),
        waits=desk.route("other", ()).person is None,
    )
