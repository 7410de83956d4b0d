"""Meetings and deadlines organised from the shared mailbox; whoever is invited hears from that address.

An entry is found again by our own property, so the vendor's ids need not be kept. Graph makes one entry of
two orders with the same transaction id, so an order without an answer may be given again. It also confirms
such an order when the entry was cancelled meanwhile: whatever is confirmed is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from kiota_abstractions.method import Method

from bot.errors import GiveUp, TryAgain, Unclear
from bot.ports import Event
from connectors.local import mime
from connectors.microsoft import answers, letter, sdk
from connectors.microsoft.answers import Answer
from connectors.microsoft.client import Graph
from connectors.microsoft.pace import Pace, mailbox_pace

KEEP = "keep a meeting in the shared mailbox's calendar"
LOOK = "look into the shared mailbox's calendar"
MOST_GUESTS = 500
NO_ENTRY = "handbell-asks-whether-it-may-write"
NOT_ALLOWED = {401, 403}
# The same transaction id, and another content than the first time.
USED = "ErrorDuplicateTransactionId"
# How often a meeting is cancelled and called again under the same key.
MOST_LIVES = 10


class MailboxCalendar:
    """The calendar of one shared mailbox. The pace is the mailbox's: share it with the mailer."""

    def __init__(self, graph: Graph, mailbox: str, *, pace: Pace | None = None) -> None:
        self._graph = graph
        self._events = graph.builders.users.by_user_id(mailbox).events
        self._pace = pace or mailbox_pace()

    def keep(self, event: Event) -> None:
        """Make the entry, or bring ours up to date. TryAgain: nothing is certain, doing it again is safe."""
        if len(event.guests) > MOST_GUESTS:
            raise GiveUp(f"A meeting takes {MOST_GUESTS} guests at most.")
        found, said = self._find(event.key), _said(event)
        if found is None:
            self._make(event, said)
        else:
            self._change(found, said)

    def cancel(self, key: str) -> None:
        """Take the entry away: Exchange tells the guests."""
        found = self._find(key)
        if found is not None:
            answer = self._write(Method.DELETE, self._events.by_event_id(found), None)
            if answer.status != 404:
                answers.taken(answer, KEEP)

    def check(self) -> None:
        """Read one entry, and write to one that does not exist: whoever may write is told so."""
        answers.listed(self._graph.read(sdk.get(self._events, select=["id"], top=1), self._pace), LOOK)
        nothing = sdk.send(Method.PATCH, self._events.by_event_id(NO_ENTRY), {"subject": "Handbell"})
        try:
            answer = self._graph.write(nothing, self._pace)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED:
            raise answers.refused(answer, KEEP)

    def _find(self, key: str) -> str | None:
        answer = self._graph.read(sdk.get(self._events, filter=letter.bears(key), select=["id"]), self._pace)
        found = answers.listed(answer, LOOK)
        return str(found[0]["id"]) if found else None

    def _make(self, event: Event, said: Mapping[str, Any]) -> None:
        """Order the entry; under the next name when what the order's name stood for was cancelled."""
        marks = [{"id": letter.KEY, "value": event.key}]
        for life in range(MOST_LIVES):
            order = {"transactionId": _transaction(event.key, life), "singleValueExtendedProperties": marks}
            answer = self._write(Method.POST, self._events, {**said, **order})
            if answer.code == USED:
                made = str(answer.body["error"].get("@event.existingEventId", ""))
                if not made:
                    raise TryAgain(f"{event.title} is being made; it is looked for again.")
            else:
                made = str(answers.taken(answer, KEEP).body["id"])
            if self._stands(made):
                if answer.code == USED:
                    self._change(made, said)
                return
        raise GiveUp(f"{event.title} was cancelled {MOST_LIVES} times: keep it by hand.")

    def _stands(self, entry: str) -> bool:
        answer = self._graph.read(sdk.get(self._events.by_event_id(entry), select=["id"]), self._pace)
        if answer.status == 404:
            return False
        answers.taken(answer, LOOK)
        return True

    def _change(self, entry: str, said: Mapping[str, Any]) -> None:
        answers.taken(self._write(Method.PATCH, self._events.by_event_id(entry), said), KEEP)

    def _write(self, method: Method, where: Any, said: Mapping[str, Any] | None) -> Answer:
        try:
            return self._graph.write(sdk.send(method, where, said), self._pace, units=1)
        except Unclear as error:
            raise TryAgain(f"The calendar was not confirmed. {error}") from error


def _said(event: Event) -> dict[str, Any]:
    starts, ends = _span(event)
    return {
        "subject": mime.one_line(event.title),
        "body": {"contentType": "text", "content": event.note},
        "start": {"dateTime": starts, "timeZone": event.timezone},
        "end": {"dateTime": ends, "timeZone": event.timezone},
        "isAllDay": event.starts_at is None,
        "showAs": "free" if event.starts_at is None else "busy",
        "hideAttendees": True,
        "allowNewTimeProposals": False,
        "attendees": [
            {
                "emailAddress": {"address": mime.on_the_wire(one), "name": mime.one_line(one.name)},
                "type": "required",
            }
            for one in event.guests
        ],
    }


def _span(event: Event) -> tuple[str, str]:
    """Give begin and end in the event's own zone; a whole day is from midnight to midnight."""
    begins = event.starts_at
    if begins is None:
        begins = datetime.combine(event.on, time.min)
        return begins.isoformat(), (begins + timedelta(days=1)).isoformat()
    return begins.replace(tzinfo=None).isoformat(), (begins + event.lasts).replace(tzinfo=None).isoformat()


def _transaction(key: str, life: int) -> str:
    """Name the order: the same for every try, another one when the meeting is called again."""
    return sha256(f"{key}|{life}".encode()).hexdigest()[:32]
