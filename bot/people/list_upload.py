"""A list of people sent as a file: kept, its columns chosen, looked through, and imported in one transaction.

First it is said whether the list adds people or is everyone. Rows that are wrong are listed; where the list
only adds, a person may leave out those that the page names, and the shorter list is checked again.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from bot.core.clock import local_date
from bot.core.errors import AlreadySubmitted, BadInput, Problem, UnreadableDocument
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.forms import upload_key
from bot.people.edit_policy import why_not_editable
from bot.people.import_identity import RosterChange, has_left, identify
from bot.people.import_service import (
    RosterList,
    compare_roster,
    doubtful_roles,
    import_roster,
    listed_people,
    too_many,
)
from bot.people.service import has_directory
from bot.people.sheet_columns import (
    PeopleTable,
    convert,
    find_sheet,
    guess_columns,
    without_lines,
    wrong_columns,
)
from bot.ports import RosterEntry
from bot.records import people as record_people
from bot.records import school_setup
from bot.records.school_setup import Upload
from bot.services import Services

# A file as it was sent, and the list that was made of it: the two sorts of uploads.
FILE, PEOPLE = "people file", "people"
ADD, REPLACE = "add", "replace"
LARGEST = 2_000_000
LONGEST_NAME = 80
SHEET = TypeAdapter(PeopleTable)
UNUSUAL = re.compile(r"[^\w .-]")
# A row that is left out may have been the manager of another: each time the rest is checked again.
CHECKED_AGAIN = 5
FROM_DIRECTORY = "People come from the school’s directory here. Change them there; it is read every morning."
GONE = (
    "This list is no longer available. It has been imported already, or is more than a week old. "
    "Upload it again."
)
RIGHT_HEADINGS = "Put the headings in one row: a name, and a work email or a staff reference."
NO_TABLE = (
    "No column headings found. Put them in one row: a name, and a work email or a staff reference. "
    "Then upload it again."
)


@dataclass(frozen=True, slots=True)
class SentSheet:
    """A file whose columns are to be chosen. `columns`: what each may be, proposed."""

    upload: Upload
    sheet: PeopleTable
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported: whose it is, and all that is wrong with it."""

    line: int
    name: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list would change. `many`: so many leave at once that someone must say the list is whole.

    `bad`: the rows that are wrong; `change` and `number` are of the list without them. `adds`: no one leaves.
    """

    upload: Upload
    number: int
    change: RosterChange
    doubts: tuple[str, ...]
    many: bool
    bad: tuple[BadRow, ...]
    adds: bool

    @property
    def lines(self) -> str:
        """Return the wrong rows as the form that leaves them out sends them."""
        return ",".join(str(one.line) for one in self.bad)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What was chosen for a list: does it add or replace, which columns, and managers who are not in it."""

    how: str
    columns: frozenset[str]
    managers: Mapping[int, str]

    @property
    def listing(self) -> RosterList:
        return RosterList(whole=self.how == REPLACE, columns=self.columns)


def take_list(services: Services, file: tuple[str, bytes], how: str, by: Actor, now: datetime) -> str:
    """Keep a file whose columns are to be chosen, and return its key. ValidationFailed: it holds no table."""
    if has_directory(services, by.school.key):
        raise ValidationFailed(FieldError("file", FROM_DIRECTORY))
    if services.read_people is None:
        raise ValidationFailed(FieldError("file", "This machine takes no lists of people."))
    refusals = []
    if not file[1]:
        refusals.append(FieldError("file", "Choose the file with the list of people."))
    if how not in {ADD, REPLACE}:
        refusals.append(FieldError("how", "Choose whether this list adds people or is everyone."))
    if refusals:
        raise ValidationFailed(*refusals)
    sheet = read_sheet(*file)
    if sheet is None:
        raise ValidationFailed(FieldError("file", NO_TABLE))
    # The table is kept and not the file, which may hold what is no one's business here.
    return _keep(services, (FILE, how), (file[0], SHEET.dump_json(sheet)), by, now)


def read_sheet(filename: str, content: bytes) -> PeopleTable | None:
    """Read the table of a spreadsheet in a limited process; None: it has none that could be of people."""
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415 - hundreds of wordings, for this alone

    with TemporaryDirectory() as folder, IsolatedReader() as reader:
        path = Path(folder) / (UNUSUAL.sub("_", filename)[-LONGEST_NAME:].strip(". ") or "people")
        path.write_bytes(content)
        try:
            rows = reader.rows(path)
        except UnreadableDocument as error:
            raise ValidationFailed(FieldError("file", f"{error}.")) from error
    return find_sheet(rows)


def find_sent(services: Services, school: str, key: str) -> SentSheet | None:
    """Read a file that was sent, with a proposal for its columns; None: it is not there any more."""
    with services.store.reading() as conn:
        found = school_setup.find_upload(conn, school, FILE, key)
    if found is None:
        return None
    sheet = SHEET.validate_json(found.content)
    return SentSheet(found, sheet, guess_columns(sheet.headings))


def choose_columns(
    services: Services, sent: SentSheet, columns: Sequence[str], by: Actor, now: datetime
) -> str:
    """Make a list of people of a file by the columns that a person confirmed, and return its key."""
    wrong = wrong_columns(columns)
    if len(columns) != len(sent.sheet.headings):
        wrong = ("The columns of this file are others. Look at it again.",)
    if wrong:
        raise ValidationFailed(*(FieldError("columns", one) for one in wrong))
    with services.store.reading() as conn:
        made = convert(sent.sheet, columns, _keys_by_name(conn, by.school.key))
    about = json.dumps(
        {
            "how": sent.upload.about,
            "columns": sorted({one for one in columns if one}),
            "file": sent.upload.key,
            "managers": {str(line): key for line, key in made.managers.items()},
        }
    )
    return _keep(services, (PEOPLE, about), (sent.upload.filename, made.content), by, now)


def read_any_list(
    store: Store, school: str, path: Path, read_people: Callable[[str, bytes], Sequence[RosterEntry]]
) -> tuple[Sequence[RosterEntry], Mapping[str, str]]:
    """Read a file as the pages do, its columns as proposed. Return its people, and field by heading.

    BadInput: it holds no list, its columns are not enough, or a row is wrong.
    """
    try:
        sheet = read_sheet(path.name, path.read_bytes())
    except ValidationFailed as error:
        wrong = " ".join(one.says for one in error.refusals)
        raise BadInput([Problem(path.name, None, None, wrong.rstrip("."), "")]) from error
    if sheet is None:
        raise BadInput([Problem(path.name, None, None, "no row has column headings", RIGHT_HEADINGS)])
    columns = guess_columns(sheet.headings)
    wrongs = [
        Problem(path.name, sheet.line, None, "columns are missing", one) for one in wrong_columns(columns)
    ]
    if wrongs:
        raise BadInput(wrongs)
    with store.reading() as conn:
        made = convert(sheet, columns, _keys_by_name(conn, school))
    found = read_people(path.name, made.content)
    people = [replace(one, manager=made.managers.get(one.line or 0, one.manager)) for one in found]
    return people, {head: field for head, field in zip(sheet.headings, columns, strict=True) if field}


def _keys_by_name(conn: Connection, school: str) -> dict[str, set[str]]:
    """Map what a list may call people who are here, as a manager, to their keys."""
    known: dict[str, set[str]] = {}
    for key, one in record_people.roster(conn, school).items():
        for said in {key, one.email or key, one.name}:
            known.setdefault(said.casefold(), set()).add(key)
    return known


def _keep(
    services: Services, kind: tuple[str, str], file: tuple[str, bytes], by: Actor, now: datetime
) -> str:
    """Store a file, of a sort and about something, for a week. Return its key."""
    key = upload_key(services, by.form)
    with suppress(AlreadySubmitted), services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        school_setup.add_upload(conn, Upload(key, by.school.key, *kind, *file, by.person.key, now))
    return key


def preview_list(services: Services, by: Actor, key: str, now: datetime) -> Preview | None:
    """Return what a list would change today; None: it is not there any more.

    BadInput: what is wrong is in no row of its own.
    """
    school = by.school.key
    with services.store.reading() as conn:
        found = school_setup.find_upload(conn, school, PEOPLE, key)
        known = record_people.roster(conn, school)
    if found is None:
        return None
    chosen = _chosen(found)
    entries, bad = _readable(services, found, chosen, by, now)
    change = compare_roster(services.store, school, entries, now=now, listing=chosen.listing)
    today = local_date(now)
    present = sum(not has_left(one.membership(school), today) for one in known.values())
    return Preview(
        upload=found,
        number=len(entries),
        change=change,
        doubts=doubtful_roles(services.store, school, entries),
        many=too_many(len(change.leavers), present),
        bad=bad,
        adds=chosen.how == ADD,
    )


def bring_in(
    services: Services, key: str, by: Actor, now: datetime, *, is_whole: bool, left_out: str = ""
) -> RosterChange:
    """Import a list that was looked through, in one transaction.

    `left_out`: the wrong rows that the page named and a person left out.
    """
    school = by.school.key
    found = preview_list(services, by, key, now)
    if found is None or has_directory(services, school):
        raise ValidationFailed(FieldError("file", GONE))
    if found.bad and not found.adds:
        raise ValidationFailed(FieldError("rows", "Put these rows right in the file, and upload it again."))
    if left_out != found.lines:
        raise ValidationFailed(FieldError("rows", "Other rows are wrong now. Look at them again."))
    if found.many and not is_whole:
        raise ValidationFailed(FieldError("is_whole", "Tick that the list is whole, or send the whole list."))
    chosen = _chosen(found.upload)
    lines = frozenset(one.line for one in found.bad)
    entries = _entries(services, found.upload, chosen, lines)
    with services.store.reading() as conn:
        _check(conn, entries, chosen.listing, by, now)
    change = import_roster(
        services.store,
        school,
        entries,
        now=now,
        actor=by.actor,
        listing=replace(chosen.listing, many_leavers=is_whole),
    )
    with services.store.writing() as conn:
        school_setup.forget_upload(conn, school, key)
        school_setup.forget_upload(conn, school, json.loads(found.upload.about)["file"])
    return change


def _chosen(upload: Upload) -> _Chosen:
    said = json.loads(upload.about)
    managers = {int(line): key for line, key in said["managers"].items()}
    return _Chosen(said["how"], frozenset(said["columns"]), managers)


def _readable(
    services: Services, upload: Upload, chosen: _Chosen, by: Actor, now: datetime
) -> tuple[Sequence[RosterEntry], tuple[BadRow, ...]]:
    """Read a list without the rows that are wrong, and name these. BadInput: what is wrong is in no row."""
    wrong: dict[int, list[Problem]] = {}
    for _ in range(CHECKED_AGAIN):
        try:
            entries = _entries(services, upload, chosen, wrong.keys())
            with services.store.reading() as conn:
                _check(conn, entries, chosen.listing, by, now)
        except BadInput as refused:
            if any(one.line is None or one.line in wrong for one in refused.problems):
                raise
            for one in refused.problems:
                assert one.line is not None
                wrong.setdefault(one.line, []).append(one)
        else:
            return entries, tuple(_bad_row(upload, line, some) for line, some in sorted(wrong.items()))
    raise BadInput([one for some in wrong.values() for one in some])


def _bad_row(upload: Upload, line: int, problems: Sequence[Problem]) -> BadRow:
    cells = next(csv.reader([upload.content.decode().split("\n")[line - 1]]), [])
    return BadRow(line, cells[0] if cells and cells[0] else "No name", tuple(problems))


def _entries(
    services: Services, upload: Upload, chosen: _Chosen, left_out: Collection[int]
) -> Sequence[RosterEntry]:
    if services.read_people is None:
        raise ValidationFailed(FieldError("file", "This machine takes no lists of people."))
    content = without_lines(upload.content, frozenset(left_out))
    entries = services.read_people(upload.filename, content)
    managers = {line: key for line, key in chosen.managers.items() if line not in left_out}
    return [replace(one, manager=managers.get(one.line or 0, one.manager)) for one in entries]


def _check(
    conn: Connection, entries: Sequence[RosterEntry], listing: RosterList, by: Actor, now: datetime
) -> None:
    """Refuse rows whose person is in doubt, or that change what is not the office's to change: BadInput."""
    school, today = by.school.key, local_date(now)
    keys = identify(conn, school, entries, today, whole=listing.whole).keys
    before = record_people.roster(conn, school)
    wanted = listed_people(school, entries, keys, before, listing, today)
    found = why_not_editable(conn, by, wanted, now, whole=listing.whole)
    lines = {keys[one.key]: one.line for one in entries}
    if found:
        raise BadInput([Problem("list", lines.get(one.key), None, one.wrong, one.right) for one in found])
