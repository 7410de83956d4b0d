"""Emails to those who open cases: roles to confirm or passed on, address changes, PINs, refused images.

They contain only that it happened and where to look; a recipient who did not expect it asks a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.clock import local_date
from bot.core.dates import full_date
from bot.database.engine import Connection
from bot.messages.claim_store import ClaimedMessage
from bot.messages.content import ContentBlock, MessageContent
from bot.messages.store import NewMessage, queue_message
from bot.planning.duty_emails import MessageContext

KIND: Final = "access"
LASTS = timedelta(days=7)
# Occasions; the rest of the reference is a role (or "-"), a day or an instant, and whom it is about.
NAMED, CONFIRMED, ADDRESS, PIN, IMAGE = "named", "confirmed", "address", "pin", "image"
# Those that lead to no page.
NO_PAGE = frozenset({CONFIRMED, IMAGE})
PAGE = "/case-roles"


@dataclass(frozen=True, slots=True)
class AccessEmailText:
    """What an email of one occasion says. `own`: to the person themselves, of themselves."""

    heading: str
    sentence: str
    own: str = ""


SAYS = {
    NAMED: AccessEmailText(
        "Please confirm a role",
        "{name} is named as {role}, and waits for you to confirm it. Until then no report reaches them.",
    ),
    CONFIRMED: AccessEmailText(
        "A role has passed on",
        "{name} is now confirmed as {role}. You held this role before. If this surprises you, "
        "call the school.",
    ),
    ADDRESS: AccessEmailText(
        "An email address is about to change",
        "A new email address was given for {name}. It counts tomorrow, or when another leader agrees.",
        "A new email address was given for you. It counts tomorrow, or when another leader agrees. If you "
        "did not ask for this, call the school now.",
    ),
    IMAGE: AccessEmailText(
        "The report form was used about an intimate picture",
        "On {day} someone used the report form about an intimate picture of a child. The form turned it "
        "away and kept nothing, so we cannot say who it was. They were told to speak to the DSL.",
    ),
    PIN: AccessEmailText(
        "A tablet PIN was set",
        "The tablet PIN of {name} was set while you were signed in. If it was not you, call the school now.",
        "Your tablet PIN was set by somebody else, signed in beside you. If you were not there, call the "
        "school now.",
    ),
}


def tell(conn: Connection, school: str, to: str, reference: str, now: datetime) -> None:
    """Queue an email at any hour: it is a warning."""
    letter = NewMessage(
        kind=KIND,
        school=school,
        person=to,
        reference=reference,
        on=local_date(now),
        not_before_at=now,
        not_after_at=now + LASTS,
    )
    queue_message(conn, letter, now)


def reaches_leavers(message: ClaimedMessage) -> bool:
    """Return whether an email goes to a leaver: that another person has their role now."""
    return message.kind == KIND and message.step.startswith(f"{CONFIRMED} ")


def letter(desk: MessageContext, message: ClaimedMessage) -> MessageContent:
    """Write an email from its occasion."""
    occasion, role, _, about = message.step.split(" ", 3)
    said, is_own = SAYS[occasion], about == message.person
    words = (said.own if is_own else said.sentence).format(
        name=desk.name(about), role=role.replace("-", " "), day=full_date(message.planned_on)
    )
    return desk.about(
        message,
        ContentBlock(
            heading=said.heading,
            thing=desk.looked.snapshot.schools[message.school].name,
            why="",
            button="See who opens cases",
            link="" if occasion in NO_PAGE else f"{desk.base_url}{PAGE}",
            notes=(words,),
        ),
    )
