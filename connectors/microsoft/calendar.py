"""Meetings and deadlines organised from the shared mailbox; guests get invitations from its address.

An entry is found by our own extended property, so the vendor's ids are not stored. Graph makes one entry of
two requests with the same transaction id, so a request without an answer may be repeated. It also confirms
such a request when the entry was cancelled since: every confirmed entry is read back.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any

from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.ports import Event
from connectors.local import mime
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft import mail
from connectors.microsoft.client import Graph
from connectors.microsoft.errors import GraphResponse
from connectors.microsoft.middleware import Pace, mailbox_pace

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
        found = self._find(event.key)
        if found is None:
            self._make(event)
        else:
            self._change(found, event)

    def cancel(self, key: str) -> None:
        """Delete the entry; Exchange tells the guests."""
        found = self._find(key)
        if found is not None:
            answer = self._write(
                microsoft_client.write(self._events.by_event_id(found).to_delete_request_information)
            )
            if answer.status != 404:
                microsoft_errors.taken(answer, KEEP)

    def check(self) -> None:
        """Read one entry, and write to one that does not exist.

        A caller with the right to write gets a 404.
        """
        microsoft_errors.listed(
            self._graph.read(microsoft_client.get(self._events, select=["id"], top=1), self._pace), LOOK
        )
        change = self._events.by_event_id(NO_ENTRY).to_patch_request_information
        nothing = microsoft_client.write(change, microsoft_client.models.Event(subject="Handbell"))
        try:
            answer = self._graph.write(nothing, self._pace)
        except OutcomeUnknown as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED:
            raise microsoft_errors.refused(answer, KEEP)

    def _find(self, key: str) -> str | None:
        answer = self._graph.read(
            microsoft_client.get(self._events, filter=mail.bears(key), select=["id"]), self._pace
        )
        found = microsoft_errors.listed(answer, LOOK)
        return str(found[0]["id"]) if found else None

    def _make(self, event: Event) -> None:
        """Order the entry; under the next name when what the order's name stood for was cancelled."""
        mark = microsoft_client.models.SingleValueLegacyExtendedProperty(id=mail.KEY, value=event.key)
        for life in range(MOST_LIVES):
            order = _model_of(event)
            order.transaction_id = _transaction(event.key, life)
            order.single_value_extended_properties = [mark]
            answer = self._write(microsoft_client.write(self._events.to_post_request_information, order))
            if answer.code == USED:
                made = str(answer.body["error"].get("@event.existingEventId", ""))
                if not made:
                    raise TryAgain(f"{event.title} is being made; it is looked for again.")
            else:
                made = str(microsoft_errors.taken(answer, KEEP).body["id"])
            if self._stands(made):
                if answer.code == USED:
                    self._change(made, event)
                return
        raise GiveUp(f"{event.title} was cancelled {MOST_LIVES} times: keep it by hand.")

    def _stands(self, entry: str) -> bool:
        answer = self._graph.read(
            microsoft_client.get(self._events.by_event_id(entry), select=["id"]), self._pace
        )
        if answer.status == 404:
            return False
        microsoft_errors.taken(answer, LOOK)
        return True

    def _change(self, entry: str, event: Event) -> None:
        change = self._events.by_event_id(entry).to_patch_request_information
        microsoft_errors.taken(self._write(microsoft_client.write(change, _model_of(event))), KEEP)

    def _write(self, request: RequestInformation) -> GraphResponse:
        try:
            return self._graph.write(request, self._pace, units=1)
        except OutcomeUnknown as error:
            raise TryAgain(f"The calendar was not confirmed. {error}") from error


def _model_of(event: Event) -> Any:
    """Write the entry as Graph's model of an event."""
    model, (starts, ends), is_whole_day = microsoft_client.models, _span(event), event.starts_at is None
    return model.Event(
        subject=mime.one_line(event.title),
        body=model.ItemBody(content_type=model.BodyType.Text, content=event.note),
        start=model.DateTimeTimeZone(date_time=starts, time_zone=event.timezone),
        end=model.DateTimeTimeZone(date_time=ends, time_zone=event.timezone),
        is_all_day=is_whole_day,
        show_as=model.FreeBusyStatus.Free if is_whole_day else model.FreeBusyStatus.Busy,
        hide_attendees=True,
        allow_new_time_proposals=False,
        attendees=[
            model.Attendee(
                email_address=model.EmailAddress(address=mime.on_the_wire(one), name=mime.one_line(one.name)),
                type=model.AttendeeType.Required,
            )
            for one in event.guests
        ],
    )


def _span(event: Event) -> tuple[str, str]:
    """Return begin and end in the event's own time zone; a whole day is from midnight to midnight."""
    begins = event.starts_at
    if begins is None:
        begins = datetime.combine(event.on, time.min)
        return begins.isoformat(), (begins + timedelta(days=1)).isoformat()
    return begins.replace(tzinfo=None).isoformat(), (begins + event.lasts).replace(tzinfo=None).isoformat()


def _transaction(key: str, life: int) -> str:
    """Return the order: the same for every try, another one when the meeting is called again."""
    return sha256(f"{key}|{life}".encode()).hexdigest()[:32]
