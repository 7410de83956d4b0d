"""Signing on paper: sheets for each person as one tagged PDF, then entered by the office with a witness.

Each item on a sheet has a code derived from what would be recorded. Entering a sheet compares the code, so
that only the text that was printed can be recorded as read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from urllib.parse import quote

import segno
import typst

from bot.core.clock import local_date
from bot.core.dates import long_date
from bot.core.links import Link
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.identity.actor import Identification
from bot.planning.duties import duties
from bot.planning.duty_view import READ_HERE, DutyView, NothingToAnswer, open_now
from bot.planning.plan import PRESSING
from bot.planning.store import load_snapshot
from bot.records.evidence import count_by_channel
from bot.rules.duties import Duty
from bot.rules.evidence import Outcome
from bot.rules.names import same_name
from bot.rules.people import Person
from bot.services import Services
from bot.signing.service import Answer, answer_all

OLDEST = timedelta(days=366)
MAX_NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One thing that someone may sign on paper: what they would say, and the code of their sheet."""

    link: Link
    view: DutyView

    @property
    def key(self) -> str:
        return f"{self.link.obligation}/{self.link.cycle}"

    @property
    def code(self) -> str:
        return self.view.shown[:6].upper()


@dataclass(frozen=True, slots=True)
class PaperForm:
    """One person's sheet."""

    person: Person
    things: tuple[PaperItem, ...]


@dataclass(frozen=True, slots=True)
class PaperSigner:
    """Someone with things to sign, and how many."""

    person: Person
    count: int


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """What the office read off a sheet. `codes` maps the things ticked to the codes printed beside them."""

    ticked: Mapping[str, str]
    typed_name: str
    witness: str
    signed_on: date | None


def waiting(
    services: Services, school: str, now: datetime
) -> tuple[tuple[PaperSigner, ...], Mapping[str, int]]:
    """List who has something to sign, anyone who has no email first; and count how answers came in so far."""
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
        counted = count_by_channel(conn, school)
    owed = [one for one in duties(snapshot, today) if _may_be_signed(one, today)]
    people = {one.person: snapshot.people[one.person] for one in owed if one.person in snapshot.people}
    found = (PaperSigner(person, sum(one.person == key for one in owed)) for key, person in people.items())
    by_need = sorted(found, key=lambda one: (one.person.email is not None, one.person.name.casefold()))
    return tuple(by_need), counted


def sheets(services: Services, school: str, people: Sequence[str], now: datetime) -> tuple[PaperForm, ...]:
    """Lay out the sheets of these people of a school; those with nothing to sign are left out."""
    today = local_date(now)
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, today, (school,))
        owed = [one for one in duties(snapshot, today) if _may_be_signed(one, today)]
        known = [snapshot.people[key] for key in people if key in snapshot.people]
        laid_out = [PaperForm(one, tuple(_things(conn, owed, one.key, now))) for one in known]
    return tuple(one for one in laid_out if one.things)


def enter(
    services: Services, sheet: PaperForm, given: PaperEntry, by: Person, now: datetime
) -> tuple[str, ...]:
    """Keep what was signed on a sheet, all of it or nothing. Raises ValidationFailed: with every reason."""
    refusals = tuple(_refusals(sheet, given, local_date(now)))
    if refusals:
        raise ValidationFailed(*refusals)
    identified = Identification(
        f"paper sheet, entered by {by.name}",
        channel="paper",
        types_name=True,
        witness=" ".join(given.witness.split()),
        signed_on=given.signed_on,
        entered_by=by.key,
    )
    ticked = (one for one in sheet.things if one.key in given.ticked)
    answers = [(one.link, Answer(Outcome.DONE, given.typed_name, one.view.shown)) for one in ticked]
    return answer_all(services.store, answers, now, identified)


def _refusals(sheet: PaperForm, given: PaperEntry, today: date) -> Iterator[FieldError]:
    codes = {one.key: one.code for one in sheet.things}
    if not given.ticked:
        yield FieldError("things", "Tick what was signed.")
    elif any(codes.get(key) != code for key, code in given.ticked.items()):
        yield FieldError(
            "things", "Something changed since this page was opened. Compare the codes once more."
        )
    if not same_name(given.typed_name, sheet.person.name):
        yield FieldError("name", f"Type the name as it is signed; ours is {sheet.person.name}.")
    if not 0 < len(given.witness.strip()) <= MAX_NAME_LENGTH:
        yield FieldError("witness", "Say who saw it being signed.")
    elif same_name(given.witness, sheet.person.name):
        yield FieldError("witness", "The witness must be someone else who saw it signed.")
    if given.signed_on is None:
        yield FieldError("signed_on", "Give the day that stands on the sheet.")
    elif not today - OLDEST <= given.signed_on <= today:
        yield FieldError("signed_on", "Give a day of the last twelve months, and not one to come.")
    else:
        yield from _too_early(sheet, given.ticked, given.signed_on)


def _too_early(sheet: PaperForm, ticked: Mapping[str, str], signed_on: date) -> Iterator[FieldError]:
    """Refuse a day on which what was signed was not there yet."""
    versions = (one.view.version for one in sheet.things if one.key in ticked)
    issued_on = max((one.issued_on for one in versions if one and one.issued_on), default=None)
    if issued_on is not None and signed_on < issued_on:
        says = f"This text is in force since {long_date(issued_on)}. Give a later day."
        yield FieldError("signed_on", says)


def _may_be_signed(duty: Duty, today: date) -> bool:
    return duty.obligation.kind in READ_HERE and duty.state in PRESSING and duty.opens_on <= today


def _things(conn: Connection, owed: Sequence[Duty], person: str, now: datetime) -> Iterator[PaperItem]:
    for duty in owed:
        if duty.person == person:
            link = Link("duty", duty.obligation.school, person, duty.obligation.key, duty.cycle)
            view = open_now(conn, link, now)
            if not isinstance(view, NothingToAnswer) and view.answered is None and not view.only_told:
                yield PaperItem(link, view)


SHEET = files("bot.signing").joinpath("templates", "sheet.typ")


def pdf(school: str, printed: str, base_url: str, sheets: Sequence[PaperForm]) -> bytes:
    """Set the sheets. The code on each opens the page where the office enters it, and nothing for others."""
    given = {
        "school": school,
        "printed": printed,
        "sheets": [
            {
                "name": one.person.name,
                "code": _code(f"{base_url}/paper/enter?person={quote(one.person.key, safe='')}"),
                "things": [_thing(thing) for thing in one.things],
            }
            for one in sheets
        ],
    }
    return typst.compile(
        SHEET.read_bytes(),
        format="pdf",
        sys_inputs={"given": json.dumps(given)},
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        timestamp=0,
    )


def _thing(one: PaperItem) -> dict[str, str]:
    version = f"Version {one.view.version.number}." if one.view.version else ""
    return {
        "title": one.view.title,
        "statement": one.view.statement,
        "version": version,
        "code": one.code,
    }


def _code(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=2, xmldecl=False)
    return drawn.getvalue().decode("utf-8")
