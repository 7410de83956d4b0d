"""Emails about cases, with a number, a category, the clocks and a link, and never any content.

An email is written when it is sent, from the case as it is then, and only to a person who may open it then.
Each September those who lead the school are told once how many closed cases wait for their sign-off; the
number leaves out cases about the reader.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.cases import store as case_store
from bot.cases.access import above_others, answers_to_named, heads_among, involves_personal_data, may_open
from bot.cases.content import CaseContent
from bot.cases.context import HANDBELL, CaseContext, desks_of, open_desk
from bot.cases.disposal import listed
from bot.cases.model import CaseState, Task, is_open
from bot.core.dates import full_date
from bot.core.encryption import WrongKey
from bot.core.links import Link, Links
from bot.core.roles import CASE_RESPONDERS
from bot.database.engine import Connection
from bot.database.job_runs import each
from bot.identity.case_links import add_case_link
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.sealed_store import queue_sealed
from bot.messages.send_window import next_opening
from bot.messages.store import NewMessage
from bot.planning.duty_emails import first_name
from bot.planning.snapshot import Snapshot
from bot.rules.case_rules import Clock
from bot.services import Services

OCCASION = "disposal"
SEPTEMBER = 9


def remind_of_disposal(services: Services, now: datetime) -> None:
    """Queue the yearly email on the first school day of September, or the next run after it."""
    if services.case_keys is None or now.month != SEPTEMBER:
        return
    with services.store.reading() as conn:
        theirs = case_store.schools_with(conn, CaseState.CLOSED.value)
    each(dict.fromkeys(theirs), lambda school, _: _remind(services, school, now))


def _remind(services: Services, school: str, now: datetime) -> None:
    with services.store.writing() as conn:
        desk = open_desk(services, conn, school, now)
        if desk is not None and desk.calendar.is_staff_day(desk.today):
            for person in _signers(desk):
                queue_sealed(conn, desk.keys, _disposal_message(desk, person), now)


def disposal_card(base_url: str, desk: CaseContext, person: str) -> ContentBlock | None:
    """Return a block with the number of cases to dispose of; None if there is none the person may open."""
    waiting = sum(row.due for row in listed(desk, person))
    if not waiting:
        return None
    said = "1 old case waits" if waiting == 1 else f"{waiting} old cases wait"
    return ContentBlock(
        heading="",
        thing=f"{said} to be signed off",
        why="",
        button="Check the list",
        link=f"{base_url}/cases/disposal",
        notes=("It takes a few minutes. Nothing is deleted until you say so.",),
    )


def _signers(desk: CaseContext) -> list[str]:
    """Return the head, and the chair for cases about the head; no one while a key is missing."""
    signers = dict.fromkeys((*desk.roll.holders("headteacher"), *desk.roll.holders("chair")))
    try:
        return [person for person in signers if any(row.due for row in listed(desk, person))]
    except WrongKey:
        log.warning("nobody is told of old cases: no key opens one of them")
        return []


def _disposal_message(desk: CaseContext, person: str) -> NewMessage:
    at = next_opening(desk.school, desk.calendar, desk.now)
    return NewMessage(
        kind="case",
        school=desk.school.key,
        person=person,
        reference=f"{OCCASION} {desk.school.key} {desk.today.year}",
        on=at.astimezone(desk.zone).date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )


log = logging.getLogger(__name__)

KIND: Final = "case"
NOW_ABOVE = "Moved on, because the person who had it now answers to somebody it is about"
# A clock that ends within this rings at any hour: one working day may last over a long weekend.
LIVE = timedelta(days=6)
ABOUT_TO_END = timedelta(hours=24)
LETTERS_WAIT = timedelta(days=7)


def tell(desk: CaseContext, file: CaseContent, person: str, occasion: str) -> None:
    """Queue an email about a case: immediately where a clock is live, else in the school's hours."""
    at = desk.now if is_live(file, desk.now) else next_opening(desk.school, desk.calendar, desk.now)
    letter = NewMessage(
        kind=KIND,
        school=desk.school.key,
        person=person,
        reference=f"{file.stored.number} {occasion}",
        on=at.astimezone(desk.zone).date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )
    message = queue_sealed(desk.conn, desk.keys, letter, desk.now)
    link = Link("case", desk.school.key, person, file.stored.number, message)
    add_case_link(desk.conn, desk.keys, link, desk.now, begins_at=at)


def tell_owner(desk: CaseContext, file: CaseContent, occasion: str) -> None:
    """Write to the owner of a case; if they are away, also to the first one here who may open it."""
    owner = file.case.assignee
    if owner is None:
        return
    tell(desk, file, owner, occasion)
    stand_by = _stand_by(desk, file) if is_away(desk, owner) else None
    if stand_by is not None:
        tell(desk, file, stand_by, occasion)


def is_away(desk: CaseContext, person: str) -> bool:
    """Return whether a person cannot read an email: absent, paused, or no email reaches them."""
    known = desk.roll.here.get(person)
    return known is not None and (known.away_on(desk.today) or person in desk.roll.out_of_reach)


def _stand_by(desk: CaseContext, file: CaseContent) -> str | None:
    """Find who is here and may open a case: by role, or because they follow it."""
    holders = [key for role in CASE_RESPONDERS for key in desk.roll.holders(role)]
    some = (*holders, *sorted(file.case.watchers))
    here = (key for key in some if not is_away(desk, key) and may_open(file.case, key, desk.roll))
    return next(here, None)


def on_its_way(desk: CaseContext, file: CaseContent) -> tuple[CaseContent, bool]:
    """Route a case again whose owner has left, or is away before anyone has read it.

    Also one whose owner no email reaches, if another person can take it.
    """
    owner = file.case.assignee
    if owner is not None and may_open(file.case, owner, desk.roll) and not _waits_unheard(desk, file, owner):
        return file, False
    routed = desk.route(file.case.category, file.case.named, file.case.heads)
    if routed.person in {None, owner}:
        return file, False
    return hand_on(
        desk, file, routed.person, "Reassigned because the person handling it has left or is away"
    ), True


def above_since(desk: CaseContext, file: CaseContent) -> tuple[CaseContent, bool]:
    """Route a case again whose owner has come to answer to a person it is about.

    They no longer follow it. If a person assigns it after that, the assignee keeps it. Where someone named
    became the head, the case is assigned by routing only.
    """
    case, roll, known = file.case, desk.roll, file.sheet.above
    new = frozenset[str]() if known is None else above_others(case.named, roll) - set(known)
    if not new:
        return desk.settled(file), False
    about_head = bool(heads_among(new, roll))
    mine = case.watchers | ({case.assignee} if case.assignee else set())
    shut = mine if about_head else {key for key in mine if answers_to_named(case, key, roll)}
    routed = desk.route(file.case.category, case.named, case.heads)
    file = desk.settled(desk.save(file.changed(watchers=tuple(sorted(case.watchers - shut)))))
    if case.assignee not in shut or routed.person in {None, case.assignee}:
        return file, False
    return hand_on(desk, file, routed.person, NOW_ABOVE), True


def _waits_unheard(desk: CaseContext, file: CaseContent, owner: str) -> bool:
    if file.case.state is CaseState.RECEIVED and is_away(desk, owner):
        return True
    return owner in desk.roll.out_of_reach and _stand_by(desk, file) is None


def tell_others(desk: CaseContext, file: CaseContent) -> CaseContent:
    """Write to those on a case's route other than its owner. They follow it if no role lets them read it."""
    others = dict.fromkeys(person for _, person in desk.also_told(file))
    if not others:
        return file
    following = file.case.watchers.union(key for key in others if not may_open(file.case, key, desk.roll))
    if following != file.case.watchers:
        file = desk.save(file.changed(watchers=tuple(sorted(following))))
    entry = desk.write(file, HANDBELL, f"Told as well: {', '.join(map(desk.name, others))}.")
    for person in others:
        tell(desk, file, person, f"told {entry}")
    return file


def tell_data_officer(desk: CaseContext, file: CaseContent, occasion: str) -> None:
    """Write to the data protection officer about a case that may concern personal data."""
    if not involves_personal_data(file.case):
        return
    for person in desk.roll.holders("dpo"):
        told = {file.case.assignee, *(key for _, key in desk.also_told(file))}
        if person not in told and may_open(file.case, person, desk.roll):
            tell(desk, file, person, occasion)


def is_live(file: CaseContent, now: datetime) -> bool:
    return any(clock.done_at is None and clock.left(now) <= LIVE for clock in file.clocks)


def read_letters(
    services: Services, conn: Connection, snapshot: Snapshot, batch: Iterable[ClaimedMessage], now: datetime
) -> dict[str, MessageContent]:
    """Write the emails about cases in a batch, by message; one that must not be sent is missing."""
    about = [message for message in batch if message.kind == KIND]
    if not about or services.case_keys is None:
        return {}
    desks = desks_of(services.case_keys, conn, snapshot, now)
    found = {}
    for message in about:
        letter = _letter(services, desks, message)
        if letter is not None:
            found[message.id] = letter
    return found


def _letter(
    services: Services, desks: Mapping[str, CaseContext], message: ClaimedMessage
) -> MessageContent | None:
    desk = desks.get(message.school)
    try:
        card = _card_of(services, desk, message) if desk is not None else None
    except WrongKey:
        log.warning("a letter about a case is not sent: no key opens the case")
        return None
    if desk is None or card is None:
        return None
    return MessageContent(
        kind=KIND,
        step=message.step,
        school=desk.school.name,
        first_name=first_name(desk.name(message.person)),
        on=desk.today,
        cards=(card,),
        words=desk.school.words,
    )


def _card_of(services: Services, desk: CaseContext, message: ClaimedMessage) -> ContentBlock | None:
    """Return the content of an email; None if its reader may not open the case or its reason has passed."""
    number = message.step.partition(" ")[0]
    if number == OCCASION:
        return disposal_card(services.base_url, desk, message.person)
    file = desk.find(number)
    if file is None or not may_open(file.case, message.person, desk.roll):
        return None
    if message.person in desk.roll.out_of_reach:
        return None
    if not _still_wanted(desk, file, message):
        return None
    return _card(services.links, services.base_url, desk, file, message)


def _still_wanted(desk: CaseContext, file: CaseContent, message: ClaimedMessage) -> bool:
    """Return whether a reminder still has a reason; other emails are about events and always do."""
    reminds, _, task = message.step.partition(" ")[2].partition(" task ")
    if task:
        return is_open(file.case) and task.split()[0] in {one.key for one in to_do(file)}
    owner = file.case.assignee
    theirs = owner == message.person or (owner is not None and is_away(desk, owner))
    return not reminds.startswith("remind") or (theirs and is_open(file.case))


def _card(
    links: Links, base_url: str, desk: CaseContext, file: CaseContent, message: ClaimedMessage
) -> ContentBlock:
    person = message.person
    token = links.make(Link("case", desk.school.key, person, file.stored.number, message.id), desk.now)
    running = [clock for clock in file.clocks if clock.done_at is None]
    return ContentBlock(
        heading=file.stored.number,
        thing=desk.title(file.case.category),
        why="",
        button="Open the case",
        link=f"{base_url}/c/{token}",
        notes=(
            *(f"{_capital(one.action)}: {_until(desk, one)}." for one in running),
            *(f"A task of yours: {_task(desk, one)}." for one in to_do(file) if one.person == person),
        ),
    )


def _until(desk: CaseContext, clock: Clock) -> str:
    return _by(_at(desk, clock.due_at), passed=clock.due_at < desk.now)


def _task(desk: CaseContext, task: Task) -> str:
    return _by(full_date(task.due_on, desk.today), passed=task.due_on < desk.today)


def _by(said: str, *, passed: bool) -> str:
    return f"was wanted by {said}, which has passed" if passed else f"by {said}"


def to_do(file: CaseContent) -> list[Task]:
    return [one for one in file.case.tasks if one.done_on is None]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _at(desk: CaseContext, at: datetime) -> str:
    local = at.astimezone(desk.zone)
    return f"{full_date(local.date(), desk.today)}, {local:%H:%M}"


def hand_on(
    desk: CaseContext, file: CaseContent, to: str | None, what: str, by: str = HANDBELL
) -> CaseContent:
    """Assign a case, record it in the timeline, and tell the assignee."""
    file = desk.settled(desk.save(file.changed(assignee=to)))
    said = what if to is None else f"{what}: {desk.name(to)} has it now"
    entry = desk.write(file, by, f"{said}.")
    if to != by:
        tell_owner(desk, file, f"given {entry}")
    return file
