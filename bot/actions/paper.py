"""Signing on paper: a sheet for each person, then entered by the office with a witness and counted apart.

Each thing on a sheet has a code, made of what would be recorded. When the office enters a sheet, the code
shows whether the document or its wording changed since it was printed: only what was read is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.actions.duty_view import READ_HERE, DutyView, Gone, open_now
from bot.actions.gather import gather, school_day
from bot.actions.sign import Answer, Identified, Refusal, Refused, answer_all
from bot.domain.cycles import in_words
from bot.domain.duties import Duty
from bot.domain.evidence import Outcome
from bot.domain.owing import duties
from bot.domain.people import Person
from bot.domain.plan import PRESSING
from bot.domain.signing import same_name
from bot.links import Link
from bot.services import Services
from bot.store.channels import count_by_channel
from bot.store.engine import Connection

OLDEST = timedelta(days=366)
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One thing that somebody may sign on paper: what they would say, and the code of their sheet."""

    link: Link
    view: DutyView

    @property
    def key(self) -> str:
        return f"{self.link.obligation}/{self.link.cycle}"

    @property
    def code(self) -> str:
        return self.view.shown[:6].upper()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One person's sheet."""

    person: Person
    things: tuple[OnPaper, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody with things to sign, and how many."""

    person: Person
    count: int


@dataclass(frozen=True, slots=True)
class Entered:
    """What the office read off a sheet. `codes` maps the things ticked to the codes printed beside them."""

    ticked: Mapping[str, str]
    typed_name: str
    witness: str
    signed_on: date | None


def waiting(services: Services, setting: str, now: datetime) -> tuple[tuple[Waiting, ...], Mapping[str, int]]:
    """List who has something to sign, whoever has no e-mail first; and count how answers came in so far."""
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (setting,))
        counted = count_by_channel(conn, setting)
    owed = [one for one in duties(snapshot, today) if _may_be_signed(one, today)]
    people = {one.person: snapshot.people[one.person] for one in owed if one.person in snapshot.people}
    found = (Waiting(person, sum(one.person == key for one in owed)) for key, person in people.items())
    by_need = sorted(found, key=lambda one: (one.person.email is not None, one.person.name.casefold()))
    return tuple(by_need), counted


def sheets(services: Services, setting: str, people: Sequence[str], now: datetime) -> tuple[Sheet, ...]:
    """Lay out the sheets of these people of a setting; those with nothing to sign are left out."""
    today = school_day(now)
    with services.store.reading() as conn:
        snapshot = gather(conn, today, (setting,))
        owed = [one for one in duties(snapshot, today) if _may_be_signed(one, today)]
        known = [snapshot.people[key] for key in people if key in snapshot.people]
        laid_out = [Sheet(one, tuple(_things(conn, owed, one.key, now))) for one in known]
    return tuple(one for one in laid_out if one.things)


def enter(services: Services, sheet: Sheet, given: Entered, by: Person, now: datetime) -> tuple[str, ...]:
    """Keep what was signed on a sheet, all of it or nothing. Refused: with every reason."""
    refusals = tuple(_refusals(sheet, given, school_day(now)))
    if refusals:
        raise Refused(*refusals)
    identified = Identified(
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


def _refusals(sheet: Sheet, given: Entered, today: date) -> Iterator[Refusal]:
    codes = {one.key: one.code for one in sheet.things}
    if not given.ticked:
        yield Refusal("things", "Tick what was signed.")
    elif any(codes.get(key) != code for key, code in given.ticked.items()):
        yield Refusal("things", "Something changed since this page was opened. Compare the codes once more.")
    if not same_name(given.typed_name, sheet.person.name):
        yield Refusal("name", f"Type the name as it is signed; ours is {sheet.person.name}.")
    if not 0 < len(given.witness.strip()) <= LONGEST_NAME:
        yield Refusal("witness", "Say who saw it being signed.")
    elif same_name(given.witness, sheet.person.name):
        yield Refusal("witness", "Nobody is their own witness. Somebody else has to have seen it.")
    if given.signed_on is None:
        yield Refusal("signed_on", "Give the day that stands on the sheet.")
    elif not today - OLDEST <= given.signed_on <= today:
        yield Refusal("signed_on", "Give a day of the last twelve months, and not one to come.")
    else:
        yield from _too_early(sheet, given.ticked, given.signed_on)


def _too_early(sheet: Sheet, ticked: Mapping[str, str], signed_on: date) -> Iterator[Refusal]:
    """Refuse a day on which what was signed was not there yet."""
    versions = (one.view.version for one in sheet.things if one.key in ticked)
    issued_on = max((one.issued_on for one in versions if one and one.issued_on), default=None)
    if issued_on is not None and signed_on < issued_on:
        yield Refusal("signed_on", f"This text is in force since {in_words(issued_on)}. Give a later day.")


def _may_be_signed(duty: Duty, today: date) -> bool:
    return duty.obligation.kind in READ_HERE and duty.state in PRESSING and duty.opens_on <= today


def _things(conn: Connection, owed: Sequence[Duty], person: str, now: datetime) -> Iterator[OnPaper]:
    for duty in owed:
        if duty.person == person:
            link = Link("duty", duty.obligation.setting, person, duty.obligation.key, duty.cycle)
            view = open_now(conn, link, now)
            if not isinstance(view, Gone) and view.answered is None and not view.only_told:
                yield OnPaper(link, view)
