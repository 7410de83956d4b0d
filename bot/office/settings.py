"""What a school may change on its own pages: hours, pace, terms, urgent numbers, opening words.

Each change goes to the register in the store and nowhere else. A register file that says otherwise reverts it
when it is applied, and shows so first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import cast

from bot.core.form_start import check_start, unless_older
from bot.core.text import RIGHT, is_phone
from bot.core.validation import FieldError, ValidationFailed
from bot.identity.actor import Actor
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.render import PLACEHOLDERS, WHAT_TO_DO, render, unknown
from bot.records import ledger, school_setup
from bot.register.service import change_register
from bot.register.typed_dates import days_as_written, term_as_written
from bot.rules.calendar import Term
from bot.rules.duties import State
from bot.rules.meetings import CLEAR_DAYS
from bot.rules.people import NATIONS, Nation, Phones
from bot.rules.register import Register
from bot.services import Services

MAX_WORDING_LENGTH = 800
# Roles that a policy may mean by "staff" too.
MAY_BE_STAFF = ("governor", "volunteer")
EARLIEST, LATEST = time(6, 0), time(20, 0)
MOST_A_WEEK = 5
SHOWN_DUE = timedelta(days=13)
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
THING = {
    "acknowledge": "Child Protection and Safeguarding Policy",
    "training": "Safeguarding and child protection training",
    "agreement": "Staff Acceptable Use agreement",
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours and pace as they were typed."""

    opens: str = ""
    closes: str = ""
    weekly: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """Terms and days as they were typed: one term a line, days with commas or lines between them.

    `nation`: a value of `Nation`; empty: as before.
    """

    terms: str = ""
    inset: str = ""
    closed: str = ""
    nation: str = ""


@dataclass(frozen=True, slots=True)
class Numbers:
    """Urgent telephone numbers as they were typed; empty: not known."""

    office: str = ""
    dsl: str = ""
    lado: str = ""


def hours_of(register: Register) -> Hours:
    """Write hours and pace as they are typed."""
    school = register.school
    return Hours(f"{school.opens_at:%H:%M}", f"{school.closes_at:%H:%M}", str(school.weekly_budget))


def year_of(register: Register) -> Year:
    """Write the school year as it is typed."""
    return Year(
        terms="\n".join(f"{one.name}, {one.first_on}, {one.last_on}" for one in register.terms),
        inset=_listed(register.inset_on),
        closed=_listed(register.closed_on),
        nation=register.school.nation,
    )


def numbers_of(register: Register) -> Numbers:
    """Write the urgent numbers as they are typed."""
    phones = register.school.phones
    return Numbers(phones.office, phones.dsl, phones.lado)


def change_hours(services: Services, typed: Hours, by: Actor, now: datetime) -> None:
    """Change when a school writes, and how often to one person. `by.was`: `start_of` the hours shown."""
    opens, closes = _clock("opens", typed.opens), _clock("closes", typed.closes)
    if not EARLIEST <= opens < closes <= LATEST:
        raise ValidationFailed(
            FieldError("closes", "Messages go out between 06:00 and 20:00, and begin before they end.")
        )
    if not typed.weekly.isdecimal() or not 1 <= int(typed.weekly) <= MOST_A_WEEK:
        raise ValidationFailed(FieldError("weekly", f"Choose a number from 1 to {MOST_A_WEEK}."))
    weekly = int(typed.weekly)

    def change(known: Register) -> Register:
        school = replace(known.school, opens_at=opens, closes_at=closes, weekly_budget=weekly)
        return replace(known, school=school)

    _change(services, unless_older(by.was, hours_of, change), by, now)


def change_year(services: Services, typed: Year, by: Actor, now: datetime) -> None:
    """Change terms, INSET days, closed days, and the nation, which decides bank holidays and notice.

    `by.was`: `start_of` the school year shown.
    """
    terms = tuple(_term(line) for line in typed.terms.splitlines() if line.strip())
    in_order = sorted(terms, key=lambda term: term.first_on)
    for one, following in pairwise(in_order):
        if following.first_on <= one.last_on:
            raise ValidationFailed(
                FieldError("terms", f"{following.name} begins before {one.name} has ended.")
            )
    inset, closed = _days("inset", typed.inset), _days("closed", typed.closed)
    if typed.nation not in {"", *NATIONS}:
        raise ValidationFailed(FieldError("nation", "Choose where your school is."))

    def change(known: Register) -> Register:
        nation = cast("Nation", typed.nation or known.school.nation)
        usual, coming = CLEAR_DAYS.get(known.school.nation), CLEAR_DAYS.get(nation)
        return replace(
            known,
            school=replace(known.school, nation=nation),
            terms=tuple(in_order),
            inset_on=inset,
            closed_on=closed,
            # A body's own notice stays; that of the law is the other nation's.
            bodies=tuple(
                replace(one, clear_days=coming) if coming and one.clear_days == usual else one
                for one in known.bodies
            ),
        )

    _change(services, unless_older(by.was, year_of, change), by, now)


def change_phones(services: Services, typed: Numbers, by: Actor, now: datetime) -> None:
    """Change whom a report says to ring; `by.was`: `start_of` them. Refused: each that is no number."""
    said = {one: " ".join(getattr(typed, one).split()) for one in ("office", "dsl", "lado")}
    wrong = [name for name, number in said.items() if number and not is_phone(number)]
    if wrong:
        raise ValidationFailed(
            *(FieldError(f"phone_{one}", f"“{said[one]}” is no number. {RIGHT}") for one in wrong)
        )

    def change(known: Register) -> Register:
        return replace(known, school=replace(known.school, phones=Phones(**said)))

    _change(services, unless_older(by.was, numbers_of, change), by, now)


def staff_of(register: Register) -> tuple[str, ...]:
    """Return who counts as staff in the school's policies other than staff."""
    return tuple(one for one in MAY_BE_STAFF if one in register.school.staff_means)


def change_staff(services: Services, also: Collection[str], by: Actor, now: datetime) -> None:
    """Change who counts as staff in the school's policies; `by.was`: `start_of` those shown."""
    if not set(also) <= set(MAY_BE_STAFF):
        raise ValidationFailed(FieldError("also", "Choose from the list."))

    def change(known: Register) -> Register:
        means = known.school.staff_means - set(MAY_BE_STAFF) | set(also)
        return replace(known, school=replace(known.school, staff_means=means))

    _change(services, unless_older(by.was, staff_of, change), by, now)


def change_words(services: Services, kind: str, words: str, by: Actor, now: datetime) -> None:
    """Change the opening words of a kind of notice; empty: ours again. `by.was`: `start_of` those shown."""
    said = check_words(kind, words)
    with services.store.writing() as conn:
        stands = school_setup.wordings(conn, [by.school.key]).get((by.school.key, kind), "")
        if stands == said:
            return
        check_start(by.was, stands)
        school_setup.save_wording(conn, by.school.key, kind, said, by=by.person.key, now=now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="changed the words of a notice",
            subject=f"setting:{by.school.key}",
            data={"kind": kind, "own": bool(said)},
        )


def check_words(kind: str, words: str) -> str:
    """Return opening words ready to be stored. ValidationFailed names the placeholders there are."""
    if kind not in WHAT_TO_DO:
        raise ValidationFailed(FieldError("kind", "Choose what the words are for."))
    said = words.replace("\r\n", "\n").strip()
    if len(said) > MAX_WORDING_LENGTH:
        raise ValidationFailed(FieldError("words", f"Please keep it under {MAX_WORDING_LENGTH} characters."))
    wrong = unknown(said)
    if wrong:
        shown = ", ".join(one if one in "{}" and one else f"{{{one}}}" for one in wrong)
        there = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise ValidationFailed(
            FieldError("words", f"We do not know {shown}. These may stand in braces: {there}.")
        )
    return said


def own_words(services: Services, school: str) -> dict[str, str]:
    """Read a school's own opening words, by kind."""
    with services.store.reading() as conn:
        found = school_setup.wordings(conn, [school])
    return {kind: words for (_, kind), words in found.items() if words}


def preview_words(school: Register, kind: str, words: str, on: date) -> str:
    """Write a whole message with these words, to a reader who does not exist."""
    card = ContentBlock(
        heading="Read and confirm" if kind == "acknowledge" else WHAT_TO_DO[kind],
        thing=THING.get(kind, "Child Protection and Safeguarding Policy"),
        why="This is how a message looks.",
        state=State.DUE,
        due_on=on + SHOWN_DUE,
        minutes=6,
        button="Open it",
        link="https://handbell.example/d/a-personal-link",
        cites="Child Protection and Safeguarding Policy 3.1",
    )
    letter = MessageContent(
        kind=kind,
        step="ask",
        school=school.school.name,
        first_name="Jo",
        on=on,
        cards=(card,),
        words=school.school.words,
        own_words=words,
    )
    return render(letter).text


def _change(services: Services, change: Callable[[Register], Register], by: Actor, now: datetime) -> None:
    change_register(services.store, by.school.key, change, now=now, actor=by.actor)


def _clock(field: str, typed: str) -> time:
    if not CLOCK.fullmatch(typed.strip()):
        raise ValidationFailed(FieldError(field, "Write the time like 07:30."))
    return time.fromisoformat(typed.strip())


def _term(line: str) -> Term:
    name, *days = term_as_written(line.strip()) or ("", "", "")
    if not name or days[1] < days[0]:
        right = "Write: Autumn 1, 2 September 2026 to 22 October 2026"
        raise ValidationFailed(FieldError("terms", f"“{line.strip()}” is no term. {right}"))
    return Term(name, *map(date.fromisoformat, days))


def _days(field: str, typed: str) -> frozenset[date]:
    try:
        return frozenset(
            date.fromisoformat(one) for one in re.split(r"[\s,;]+", days_as_written(typed.strip())) if one
        )
    except ValueError:
        right = "Write each day like 1 September 2026, with commas between them."
        raise ValidationFailed(FieldError(field, right)) from None


def _listed(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))
