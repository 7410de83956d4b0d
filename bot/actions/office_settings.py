"""What a school may change on its own page: hours, pace, terms, urgent numbers, and its opening words.

The register in the store is changed, and nothing beside it. A register file that says otherwise takes it back
when it is applied, and shows so first; `lines_for_the_file` are what to write into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import cast

from bot.actions.configure import change_register
from bot.actions.office_choices import days_as_written, term_as_written
from bot.actions.office_questions import Doer
from bot.actions.sign import Refusal, Refused
from bot.domain.calendar import Term
from bot.domain.duties import State
from bot.domain.meetings import CLEAR_DAYS
from bot.domain.people import NATIONS, Nation, Phones
from bot.domain.phones import RIGHT, is_phone
from bot.domain.register import Register
from bot.messages import wording
from bot.messages.letter import Card, Letter
from bot.messages.render import render
from bot.services import Services
from bot.store import ledger, office, registers

LONGEST_WORDS = 800
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


def register_of(services: Services, setting: str) -> Register:
    """Read the register as it stands."""
    with services.store.reading() as conn:
        found = registers.load_register(conn, setting)
    assert found is not None
    return found


def change_hours(services: Services, typed: Hours, by: Doer, now: datetime) -> None:
    """Change when a school writes, and how often to one person."""
    opens, closes = _clock("opens", typed.opens), _clock("closes", typed.closes)
    if not EARLIEST <= opens < closes <= LATEST:
        raise Refused(
            Refusal("closes", "Messages go out between 06:00 and 20:00, and begin before they end.")
        )
    if not typed.weekly.isdecimal() or not 1 <= int(typed.weekly) <= MOST_A_WEEK:
        raise Refused(Refusal("weekly", f"Choose a number from 1 to {MOST_A_WEEK}."))
    weekly = int(typed.weekly)

    def change(known: Register) -> Register:
        setting = replace(known.setting, opens_at=opens, closes_at=closes, weekly_budget=weekly)
        return replace(known, setting=setting)

    _change(services, change, by, now)


def change_year(services: Services, typed: Year, by: Doer, now: datetime) -> None:
    """Change terms, INSET days, closed days, and the nation, which decides bank holidays and notice."""
    terms = tuple(_term(line) for line in typed.terms.splitlines() if line.strip())
    in_order = sorted(terms, key=lambda term: term.first_on)
    for one, following in pairwise(in_order):
        if following.first_on <= one.last_on:
            raise Refused(Refusal("terms", f"{following.name} begins before {one.name} has ended."))
    inset, closed = _days("inset", typed.inset), _days("closed", typed.closed)
    if typed.nation not in {"", *NATIONS}:
        raise Refused(Refusal("nation", "Choose where your school is."))

    def change(known: Register) -> Register:
        nation = cast("Nation", typed.nation or known.setting.nation)
        usual, coming = CLEAR_DAYS.get(known.setting.nation), CLEAR_DAYS.get(nation)
        return replace(
            known,
            setting=replace(known.setting, nation=nation),
            terms=tuple(in_order),
            inset_on=inset,
            closed_on=closed,
            # A body's own notice stays; that of the law is the other nation's.
            bodies=tuple(
                replace(one, clear_days=coming) if coming and one.clear_days == usual else one
                for one in known.bodies
            ),
        )

    _change(services, change, by, now)


def change_phones(services: Services, typed: Numbers, by: Doer, now: datetime) -> None:
    """Change whom a report says to ring. Refused: each that is no number."""
    said = {one: " ".join(getattr(typed, one).split()) for one in ("office", "dsl", "lado")}
    wrong = [name for name, number in said.items() if number and not is_phone(number)]
    if wrong:
        raise Refused(*(Refusal(f"phone_{one}", f"“{said[one]}” is no number. {RIGHT}") for one in wrong))

    def change(known: Register) -> Register:
        return replace(known, setting=replace(known.setting, phones=Phones(**said)))

    _change(services, change, by, now)


def change_words(services: Services, kind: str, words: str, by: Doer, now: datetime) -> None:
    """Change the opening words of a kind of notice; empty: ours again."""
    said = check_words(kind, words)
    with services.store.writing() as conn:
        if office.wordings(conn, [by.setting.key]).get((by.setting.key, kind), "") == said:
            return
        office.save_wording(conn, by.setting.key, kind, said, by=by.person.key, now=now)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="changed the words of a notice",
            subject=f"setting:{by.setting.key}",
            data={"kind": kind, "own": bool(said)},
        )


def check_words(kind: str, words: str) -> str:
    """Give opening words ready to be kept. Refused: a placeholder we do not know, with those there are."""
    if kind not in wording.KINDS:
        raise Refused(Refusal("kind", "Choose what the words are for."))
    said = words.replace("\r\n", "\n").strip()
    if len(said) > LONGEST_WORDS:
        raise Refused(Refusal("words", f"Please keep it under {LONGEST_WORDS} characters."))
    wrong = wording.unknown(said)
    if wrong:
        shown = ", ".join(one if one in "{}" and one else f"{{{one}}}" for one in wrong)
        there = ", ".join(f"{{{name}}}" for name in wording.PLACEHOLDERS)
        raise Refused(Refusal("words", f"We do not know {shown}. These may stand in braces: {there}."))
    return said


def own_words(services: Services, setting: str) -> dict[str, str]:
    """Read a school's own opening words, by kind."""
    with services.store.reading() as conn:
        found = office.wordings(conn, [setting])
    return {kind: words for (_, kind), words in found.items() if words}


def preview_words(setting: Register, kind: str, words: str, on: date) -> str:
    """Write a whole message with these words, to a reader who does not exist."""
    card = Card(
        heading="Read and acknowledge" if kind == "acknowledge" else wording.KINDS[kind],
        thing=THING.get(kind, "Child Protection and Safeguarding Policy"),
        why="This is how a message looks.",
        state=State.DUE,
        due_on=on + SHOWN_DUE,
        minutes=6,
        button="Open it",
        link="https://handbell.example/d/a-personal-link",
        cites="Child Protection and Safeguarding Policy 3.1",
    )
    letter = Letter(
        kind=kind,
        step="ask",
        setting=setting.setting.name,
        first_name="Jo",
        on=on,
        cards=(card,),
        words=setting.setting.words,
        own_words=words,
    )
    return render(letter).text


def lines_for_the_file(register: Register) -> str:
    """Write what the page can change as the register file says it."""
    setting = register.setting
    numbers = ((name, getattr(setting.phones, name)) for name in ("office", "dsl", "lado"))
    phones = ", ".join(f'{name}: "{number}"' for name, number in numbers if number)
    lines = [
        "setting:",
        f"  nation: {setting.nation}",
        f"  weekly_messages: {setting.weekly_budget}",
        f'  hours: {{opens: "{setting.opens_at:%H:%M}", closes: "{setting.closes_at:%H:%M}"}}',
        f"  phones: {{{phones}}}",
        "calendar:",
        "  terms:",
        *(
            f"    - {{name: {t.name}, first_day: {t.first_on}, last_day: {t.last_on}}}"
            for t in register.terms
        ),
        f"  inset_days: [{_listed(register.inset_on)}]",
        f"  closed_days: [{_listed(register.closed_on)}]",
    ]
    return "\n".join(lines)


def _change(services: Services, change: Callable[[Register], Register], by: Doer, now: datetime) -> None:
    change_register(services.store, by.setting.key, change, now=now, actor=by.actor)


def _clock(field: str, typed: str) -> time:
    if not CLOCK.fullmatch(typed.strip()):
        raise Refused(Refusal(field, "Write the time like 07:30."))
    return time.fromisoformat(typed.strip())


def _term(line: str) -> Term:
    name, *days = term_as_written(line.strip()) or ("", "", "")
    if not name or days[1] < days[0]:
        right = "Write: Autumn 1, 2 September 2026 to 22 October 2026"
        raise Refused(Refusal("terms", f"“{line.strip()}” is no term. {right}"))
    return Term(name, *map(date.fromisoformat, days))


def _days(field: str, typed: str) -> frozenset[date]:
    try:
        return frozenset(
            date.fromisoformat(one) for one in re.split(r"[\s,;]+", days_as_written(typed.strip())) if one
        )
    except ValueError:
        right = "Write each day like 1 September 2026, with commas between them."
        raise Refused(Refusal(field, right)) from None


def _listed(days: Iterable[date]) -> str:
    return ", ".join(day.isoformat() for day in sorted(days))
