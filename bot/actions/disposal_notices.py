"""Each September whoever leads the setting is told, once, that closed cases wait to be signed off.

The letter holds how many there are of those its reader may open; a case about them is in no number.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.actions.case_desk import Desk, open_desk
from bot.actions.disposal import listed
from bot.actions.each_school import each
from bot.actions.hours import next_opening
from bot.domain.cases import CaseState
from bot.messages.letter import Card
from bot.sealing import WrongKey
from bot.services import Services
from bot.store import cases
from bot.store.letters import NewLetter, enqueue_letter

log = logging.getLogger(__name__)

OCCASION = "disposal"
SEPTEMBER = 9
LETTERS_WAIT = timedelta(days=7)


def remind_of_disposal(services: Services, now: datetime) -> None:
    """Queue the yearly letter on the first school day of September, or the next that this runs on."""
    if services.case_keys is None or now.month != SEPTEMBER:
        return
    with services.store.reading() as conn:
        theirs = cases.settings_with(conn, CaseState.CLOSED.value)
    each(dict.fromkeys(theirs), lambda setting, _: _remind(services, setting, now))


def _remind(services: Services, setting: str, now: datetime) -> None:
    with services.store.writing() as conn:
        desk = open_desk(services, conn, setting, now)
        if desk is not None and desk.calendar.is_staff_day(desk.today):
            for person in _whoever_signs(desk):
                enqueue_letter(conn, _letter(desk, person), now)


def disposal_card(base_url: str, desk: Desk, person: str) -> Card | None:
    """Say how many cases wait for somebody; None: none of those they may open."""
    waiting = sum(row.due for row in listed(desk, person))
    if not waiting:
        return None
    said = "1 old case waits" if waiting == 1 else f"{waiting} old cases wait"
    return Card(
        heading="",
        thing=f"{said} to be signed off",
        why="",
        button="Look at the list",
        link=f"{base_url}/cases/disposal",
        notes=("It takes a few minutes. Nothing is deleted until you say so.",),
    )


def _whoever_signs(desk: Desk) -> list[str]:
    """Name the head, and the chair for the cases that are about the head; nobody while a key is missing."""
    signers = dict.fromkeys((*desk.roll.holders("headteacher"), *desk.roll.holders("chair")))
    try:
        return [person for person in signers if any(row.due for row in listed(desk, person))]
    except WrongKey:
        log.warning("nobody is told of old cases: no key opens one of them")
        return []


def _letter(desk: Desk, person: str) -> NewLetter:
    at = next_opening(desk.setting, desk.calendar, desk.now)
    return NewLetter(
        kind="case",
        setting=desk.setting.key,
        person=person,
        reference=f"{OCCASION} {desk.setting.key} {desk.today.year}",
        on=at.astimezone(desk.zone).date(),
        not_before_at=at,
        not_after_at=at + LETTERS_WAIT,
    )
