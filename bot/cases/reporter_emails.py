"""Messages to reporters: by email that an answer waits, in their inbox also the state of their report.

An email contains nothing of the case. Its address is encrypted in the case and decrypted when it is sent.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from bot.cases.content import CaseContent
from bot.cases.context import REPORTER, CaseContext, desks_of
from bot.cases.emails import LETTERS_WAIT
from bot.cases.model import CaseState
from bot.cases.store import CaseRow
from bot.core.dates import full_date
from bot.core.encryption import WrongKey
from bot.database.engine import Connection
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.sealed_store import queue_sealed
from bot.messages.store import NewMessage
from bot.planning.snapshot import Snapshot
from bot.rules.people import Person
from bot.services import Services

log = logging.getLogger(__name__)

# They belong to a case, so that the office does not see that they were sent.
KIND: Final = "case"
OCCASION = "to-reporter"
WORDS: Final = "reporter"
ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")
ToReporter = tuple[Person, MessageContent]


def tell_reporter(desk: CaseContext, file: CaseContent, entry: int) -> None:
    """Queue the email that an answer waits, once for each answer, if the reporter gave an address."""
    if _address(desk, file) is None:
        return
    letter = NewMessage(
        kind=KIND,
        school=desk.school.key,
        person=REPORTER,
        reference=f"{file.stored.number} {OCCASION} {entry}",
        on=desk.today,
        not_before_at=desk.now,
        not_after_at=desk.now + LETTERS_WAIT,
    )
    queue_sealed(desk.conn, desk.keys, letter, desk.now)


def read_letters(
    services: Services, conn: Connection, snapshot: Snapshot, batch: Iterable[ClaimedMessage], now: datetime
) -> Mapping[str, ToReporter]:
    """Write the emails to reporters in a batch, by message; one that must not be sent is missing."""
    about = [message for message in batch if is_to_reporter(message)]
    if not about or services.case_keys is None:
        return {}
    desks = desks_of(services.case_keys, conn, snapshot, now)
    found = {message.id: _letter(services, desks.get(message.school), message) for message in about}
    return {id_: written for id_, written in found.items() if written is not None}


def is_to_reporter(message: ClaimedMessage) -> bool:
    return message.kind == KIND and message.step.split(" ")[1:2] == [OCCASION]


def how_it_stands(desk: CaseContext | None, stored: CaseRow, said: str, answered_at: datetime | None) -> str:
    """Return the state of a case for its reporter: its state in words, the owner's role, our answer."""
    if desk is None:
        return said
    sentences = [said]
    role = desk.role_of(desk.opened([stored])[0].case.assignee)
    if role and stored.state != CaseState.CLOSED.value:
        if stored.state == CaseState.RECEIVED.value:
            sentences = ["We have your report."]
        sentences.append(f"The {role} has it.")
    if answered_at is not None:
        on = full_date(answered_at.astimezone(desk.zone).date(), desk.today)
        sentences.append(f"We wrote to you on {on}: it stands below.")
    return " ".join(sentences)


def _letter(services: Services, desk: CaseContext | None, message: ClaimedMessage) -> ToReporter | None:
    try:
        file = desk.find(message.step.partition(" ")[0]) if desk is not None else None
    except WrongKey:
        log.warning("a letter to a reporter is not sent: no key opens the case")
        return None
    address = _address(desk, file) if desk is not None and file is not None else None
    if desk is None or address is None:
        return None
    card = ContentBlock(
        heading="Open your inbox",
        thing=desk.school.name,
        why="",
        button="Open your inbox",
        link=f"{services.base_url}/report/{desk.school.key}/inbox",
    )
    letter = MessageContent(
        kind=WORDS,
        step=message.step,
        school=desk.school.name,
        first_name="",
        on=desk.today,
        cards=(card,),
        words=desk.school.words,
    )
    return Person(REPORTER, "", address), letter


def _address(desk: CaseContext, file: CaseContent) -> str | None:
    """Return the reporter's address.

    None if missing, not an address, or that of a person the case is about.
    """
    address = file.sheet.reported.get("reporter_email") or ""
    known = (desk.snapshot.people.get(key) for key in file.case.named)
    named = {one.email.casefold() for one in known if one is not None and one.email}
    if not ADDRESS.fullmatch(address) or address.casefold() in named:
        return None
    return None if file.sheet.reporter_person in file.case.named else address
