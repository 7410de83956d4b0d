"""Meetings in the mailbox's own calendar, each under a derived id, so that a repeat makes no second.

A change by hand stays until the meeting itself changes, and an entry removed by hand stays removed.
"""

from __future__ import annotations

import json
from base64 import b32hexencode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from bot.ports import Event
from connectors.google.client import GoogleClient
from connectors.google.errors import RequestRefused
from connectors.local import mime

CALENDAR = "primary"
CONTENT_PROPERTY, TAKEN_AWAY = "handbellSaid", "handbellTakenAway"
# Google invites 200 guests to an event unless it is told otherwise.
MOST_GUESTS = 200
# How often a meeting is called off and held again under the same key.
MOST_LIVES = 50
# How many consecutive ids of cancelled entries Google may have dropped before one that exists.
MOST_GONE = 3
# Seconds until an entry that another process made shows.
SHOWS_AFTER = 5.0
EXISTS = 409
GONE = frozenset({404, 410})


class MailboxCalendar:
    """The calendar of the mailbox that the client acts as."""

    def __init__(self, client: GoogleClient) -> None:
        self._client = client

    def keep(self, event: Event) -> None:
        """Make the entry, or bring ours up to date. TryAgain: nothing is certain, doing it again is safe."""
        if len(event.guests) > MOST_GUESTS:
            raise GiveUp(f"A meeting takes {MOST_GUESTS} guests at most.")
        wanted = _body_of(event)
        for life in range(MOST_LIVES):
            found = self._find(event.key, life)
            if found is None and self._make(event.key, life, wanted):
                return
            found = found or self._find(event.key, life)
            if found is None:
                # Google let the entry go and keeps its id for good.
                continue
            if found.get("status") != "cancelled":
                self._bring_up_to_date(found, wanted)
                return
            if _was_removed_by_hand(found):
                return
        raise GiveUp(f"{event.title} was called off {MOST_LIVES} times: keep it by hand.")

    def cancel(self, key: str) -> None:
        """Delete our entry; Google tells the guests."""
        gone = 0
        for life in range(MOST_LIVES):
            found = self._find(key, life)
            gone = gone + 1 if found is None else 0
            if gone == MOST_GONE:
                return
            if found is not None and found.get("status") != "cancelled":
                private = _private(found) | {TAKEN_AWAY: "yes"}
                changed = {"status": "cancelled", "extendedProperties": {"private": private}}
                self._change(str(found["id"]), changed)
                return

    def check(self) -> None:
        """Read an entry that does not exist: token, API and calendar have to be right for it."""
        self._find("nothing", 0)

    def _find(self, key: str, life: int) -> dict[str, Any] | None:
        request = self._events().get(calendarId=CALENDAR, eventId=event_id(key, life))
        try:
            found: dict[str, Any] = self._client.read(request)
        except RequestRefused as refused:
            if refused.status in GONE:
                return None
            raise
        return found

    def _make(self, key: str, life: int, wanted: Mapping[str, Any]) -> bool:
        """Make the entry; False: its id is used, by one made at this moment or by one that Google let go."""
        spans = {name: {k: v for k, v in wanted[name].items() if v is not None} for name in ("start", "end")}
        body = {"id": event_id(key, life), **wanted, **spans}
        try:
            self._client.write(self._events().insert(calendarId=CALENDAR, body=body, sendUpdates="all"))
        except OutcomeUnknown as unclear:
            raise _unconfirmed(unclear) from unclear
        except RequestRefused as refused:
            if refused.status != EXISTS:
                raise
            self._client.runtime.sleep(SHOWS_AFTER)
            return False
        return True

    def _bring_up_to_date(self, found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        if _private(found).get(CONTENT_PROPERTY) == _private(wanted)[CONTENT_PROPERTY]:
            return
        answered = {one.get("email", "").casefold(): one for one in found.get("attendees", ())}
        guests = [answered.get(one["email"].casefold(), one) for one in wanted["attendees"]]
        self._change(str(found["id"]), {**wanted, "attendees": guests})

    def _change(self, id_: str, body: Mapping[str, Any]) -> None:
        request = self._events().patch(calendarId=CALENDAR, eventId=id_, body=body, sendUpdates="all")
        try:
            self._client.write(request)
        except OutcomeUnknown as unclear:
            raise _unconfirmed(unclear) from unclear
        except RequestRefused as refused:
            if refused.status not in GONE:
                raise

    def _events(self) -> Any:
        return self._client.service("calendar", "v3").events()


def event_id(key: str, life: int = 0) -> str:
    """Derive an id of the characters Google takes (a-v and 0-9).

    A cancelled meeting keeps its id for good.
    """
    name = key if life == 0 else f"{key}\n{life}"
    return b32hexencode(sha256(name.encode()).digest()).decode().rstrip("=").lower()


def _body_of(event: Event) -> dict[str, Any]:
    starts, ends = _span(event)
    body: dict[str, Any] = {
        "summary": mime.one_line(event.title),
        "description": event.note,
        "start": starts,
        "end": ends,
        "transparency": "transparent" if event.starts_at is None else "opaque",
        "status": "confirmed",
        "guestsCanSeeOtherGuests": False,
        "guestsCanInviteOthers": False,
        "attendees": [
            {"email": mime.on_the_wire(one), "displayName": mime.one_line(one.name)} for one in event.guests
        ],
    }
    digest = sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return body | {"extendedProperties": {"private": {CONTENT_PROPERTY: digest}}}


def _span(event: Event) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Return begin and end; unused fields are None, so that a whole day can become an hour."""
    if event.starts_at is None:
        days = (event.on, event.on + timedelta(days=1))
        begin, end = ({"date": day.isoformat(), "dateTime": None, "timeZone": None} for day in days)
        return begin, end
    hours: tuple[datetime, datetime] = (event.starts_at, event.starts_at + event.lasts)
    begin, end = (
        {"date": None, "dateTime": at.replace(tzinfo=None).isoformat(), "timeZone": event.timezone}
        for at in hours
    )
    return begin, end


def _private(found: Mapping[str, Any]) -> dict[str, str]:
    private: dict[str, str] = found.get("extendedProperties", {}).get("private", {})
    return private


def _was_removed_by_hand(found: Mapping[str, Any]) -> bool:
    """Return whether the entry was removed by hand; one that has only its id was cancelled long ago."""
    private = _private(found)
    return CONTENT_PROPERTY in private and TAKEN_AWAY not in private


def _unconfirmed(unclear: OutcomeUnknown) -> TryAgain:
    """Return the error for a request without an answer.

    The id is derived, so that a repeat finds the entry.
    """
    return TryAgain(f"The calendar was not confirmed. {unclear}", 60.0)
