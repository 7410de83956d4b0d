"""A list of people sent to the page: looked through first, then brought in whole, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.actions.gather import school_day
from bot.actions.office_people import has_directory
from bot.actions.office_questions import Doer
from bot.actions.office_reach import too_far
from bot.actions.roster import RosterChange, compare_roster, import_roster, person_of, too_many
from bot.actions.roster_identity import has_left, identify
from bot.actions.roster_roles import doubtful_roles
from bot.actions.sign import Refusal, Refused
from bot.actions.uploads import upload_key
from bot.errors import BadInput, DoneAlready, Problem
from bot.ports import RosterEntry
from bot.services import Services
from bot.store import office, people
from bot.store.forms import do_once
from bot.store.office import Upload

SORT = "people"
LARGEST = 2_000_000
FROM_DIRECTORY = "People come from the school’s directory here. Change them there; it is read every morning."


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would change. `many`: so many leave at once that somebody must say the list is whole."""

    upload: Upload
    number: int
    change: RosterChange
    doubts: tuple[str, ...]
    many: bool


def take_list(services: Services, filename: str, content: bytes, by: Doer, now: datetime) -> str:
    """Keep a list to look through and give its key. BadInput: every cell that is wrong; nothing is kept."""
    if has_directory(services, by.setting.key):
        raise Refused(Refusal("file", FROM_DIRECTORY))
    if not content:
        raise Refused(Refusal("file", "Choose the file with the list of people."))
    entries = read_list(services, filename, content)
    compare_roster(services.store, by.setting.key, entries, now=now)
    _check_reach(services, entries, by, now)
    key = upload_key(services, by.form)
    one = Upload(key, by.setting.key, SORT, "", filename, content, by.person.key, now)
    with suppress(DoneAlready), services.store.writing() as conn:
        do_once(conn, by.form, now)
        office.add_upload(conn, one)
    return key


def preview_list(services: Services, setting: str, key: str, now: datetime) -> Preview | None:
    """Say what a list that was sent would change today; None: it is not there any more."""
    with services.store.reading() as conn:
        found = office.find_upload(conn, setting, SORT, key)
        known = people.roster(conn, setting)
    if found is None:
        return None
    entries = read_list(services, found.filename, found.content)
    change = compare_roster(services.store, setting, entries, now=now)
    today = school_day(now)
    present = sum(not has_left(one.membership(setting), today) for one in known.values())
    return Preview(
        upload=found,
        number=len(entries),
        change=change,
        doubts=doubtful_roles(services.store, setting, entries),
        many=too_many(len(change.leavers), present),
    )


def bring_in(services: Services, key: str, by: Doer, now: datetime, *, is_whole: bool) -> RosterChange:
    """Bring a list in that was looked through: all of it in one go."""
    setting = by.setting.key
    found = preview_list(services, setting, key, now)
    if found is None or has_directory(services, setting):
        raise Refused(
            Refusal("file", "This list is not here any more: it was brought in already, or a week went by.")
        )
    if found.many and not is_whole:
        raise Refused(Refusal("is_whole", "Tick that the list is whole, or send the whole list."))
    entries = read_list(services, found.upload.filename, found.upload.content)
    _check_reach(services, entries, by, now)
    change = import_roster(
        services.store, setting, entries, now=now, actor=by.actor, allow_many_leavers=is_whole
    )
    with services.store.writing() as conn:
        office.forget_upload(conn, setting, key)
    return change


def read_list(services: Services, filename: str, content: bytes) -> Sequence[RosterEntry]:
    """Read a list of people. BadInput: every cell that is wrong, with what would be right."""
    if services.read_people is None:
        raise Refused(Refusal("file", "This machine takes no lists of people."))
    return services.read_people(filename, content)


def _check_reach(services: Services, entries: Sequence[RosterEntry], by: Doer, now: datetime) -> None:
    """Refuse a list that changes what is not the office's to change. Raises BadInput, with every line."""
    setting = by.setting.key
    with services.store.reading() as conn:
        keys = identify(conn, setting, entries, school_day(now)).keys
        wanted = {keys[one.key]: person_of(setting, one, keys) for one in entries}
        found = too_far(conn, by, wanted, now, whole=True)
    lines = {keys[one.key]: one.line for one in entries}
    if found:
        raise BadInput([Problem("list", lines.get(one.key), None, one.wrong, one.right) for one in found])
