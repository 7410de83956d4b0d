"""Messages that reached no one, or may not have, with what to do about each. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.messages.store import MessageSummary
from bot.planning.snapshot import Snapshot
from bot.status.links import Deed, person_page

HINTS = {
    "given up": "Correct the address in the list of people; the next message goes there.",
    "unknown": "Ask whether it arrived. It is not sent again by itself.",
}


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One message: what is said of it, since when, and what to do."""

    says: str
    hint: str
    on: date
    deed: Deed


def undelivered(posted: Iterable[MessageSummary], snapshot: Snapshot) -> tuple[Undelivered, ...]:
    """List the messages of `posted` that did not arrive; an address that refuses mail is a finding."""
    return tuple(
        Undelivered(
            f"{snapshot.name_of(one.person)}: {one.last_reason or 'no answer from the mail server'}",
            HINTS[one.state],
            one.planned_on,
            Deed("Correct address", person_page(one.person)),
        )
        for one in posted
        if one.state in HINTS and not _refuses(snapshot, one.person)
    )


def _refuses(snapshot: Snapshot, key: str) -> bool:
    person = snapshot.people.get(key)
    return person is not None and bool(person.unreachable)
