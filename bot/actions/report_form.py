"""What the report form needs to know of a setting before anything is typed. Reads, and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.actions.case_desk import Desk, desks_of
from bot.actions.gather import gather, school_day
from bot.domain.people import Person, Setting
from bot.services import Services
from bot.store import promises

MAY_BE_ABOUT = ("headteacher", "dsl", "deputy-dsl", "chair")


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A setting's form. `categories` and `roles` are in its own words; without keys nothing is taken."""

    setting: Setting
    takes: bool
    categories: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


def open_form(services: Services, setting: str, now: datetime) -> ReportForm | None:
    """Find a setting's form; None: there is no such setting."""
    with services.store.reading() as conn:
        snapshot = gather(conn, school_day(now), (setting,))
        found = snapshot.settings.get(setting)
        if found is None or services.case_keys is None:
            return ReportForm(found, takes=False) if found is not None else None
        return _form(desks_of(services.case_keys, conn, snapshot, now)[setting])


def reporter_here(services: Services, setting: str, person: str, now: datetime) -> Person | None:
    """Find somebody who came by a personal link; None: they are not here now."""
    today = school_day(now)
    with services.store.reading() as conn:
        found = gather(conn, today, (setting,)).people.get(person)
    here = found.membership(setting) if found is not None else None
    return found if here is not None and here.here_on(today) else None


def settings_here(services: Services) -> tuple[Setting, ...]:
    """List the settings somebody may report to, by name."""
    with services.store.reading() as conn:
        found = promises.settings(conn, None).values()
    return tuple(sorted(found, key=lambda one: one.name))


def _form(desk: Desk) -> ReportForm:
    """The usual categories in their order, with "something else" at the end of all."""
    keys = sorted(desk.categories(), key=lambda key: key == "other")
    return ReportForm(
        desk.setting,
        takes=True,
        categories={key: desk.title(key) for key in keys},
        roles={role: desk.role(role) for role in MAY_BE_ABOUT},
    )
