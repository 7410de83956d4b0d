"""A mailer for one Gmail mailbox: a draft first, sent once; an unclear answer is proved or left to a person.

A draft sent a second time is not there any more, so one draft is never two messages.
"""

from __future__ import annotations

import threading
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from bot.errors import AddressRefused, GiveUp, TryAgain, Unclear
from bot.ports import Journal, Message, Receipt, Sending, Stage, Upcoming, nothing
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient
from connectors.google.gmail_proof import (
    REFERENCE,
    draft_of,
    header,
    reference_of,
    was_sent,
    with_foot,
)
from connectors.local import mime

__all__ = ["GmailMailer", "GmailSettings"]

# A message just sent may not show in the history yet: so long, no proof means only "ask later".
PROOF_TAKES = timedelta(minutes=10)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GmailSettings:
    """The mailbox, and its pace: Google's limits are 54 a minute and 2,000 a day, and people use it too."""

    mailbox: str
    per_minute: int = 40
    per_day: int = 1500


class GmailMailer:
    """One mailbox and one pace, whichever thread sends."""

    def __init__(self, client: GoogleClient, journal: Journal, settings: GmailSettings) -> None:
        self._client = client
        self._journal = journal
        self._settings = settings
        self._turn = threading.Lock()
        self._free_at = client.rim.monotonic()
        self._proven: set[str] = set()
        self._replaced: dict[str, str] = {}

    @property
    def repeats_are_marked(self) -> bool:
        """Gmail gives every copy a Message-ID of its own."""
        return False

    def send(
        self,
        message: Message,
        then: Upcoming = nothing,  # noqa: ARG002 - none waits
        *,
        before: datetime | None = None,  # noqa: ARG002 - sending uses the draft up
    ) -> Receipt:
        content = self._content(message)
        self._refuse_replaced(message)
        entry = self._journal.find(message.id)
        if entry is not None and entry.stage is Stage.SENT:
            return Receipt(entry.reference)
        if entry is not None and entry.stage is Stage.SENDING:
            raise Unclear("Gmail may have sent it already: it must be looked up first")
        self._keep_within_the_day()
        self._keep_pace()
        if entry is not None and not entry.draft_id:
            entry = self._taken_up(entry)
        entry = self._redraft(entry, content) if entry is not None else self._draft(message.id, content)
        sent = self._hand_over(entry)
        self._prove_sender(message, str(sent["id"]))
        return Receipt(_thread(sent))

    def look_up(self, message_id: str) -> bool | None:
        """Say what became of it. No entry: it was never drafted, so it was never sent."""
        entry = self._journal.find(message_id)
        if entry is None or entry.stage is Stage.DRAFTED:
            return False
        if entry.stage is Stage.SENT:
            return True
        try:
            return self._look_for(entry)
        except GiveUp as refused:
            raise TryAgain(f"Gmail cannot be asked: {refused}") from refused

    def check(self) -> None:
        """Ask for the mailbox's profile: the token, the delegation and the API have to be right for it."""
        try:
            profile = self._client.read(self._users().getProfile(userId="me"))
        except GiveUp as refused:
            raise TryAgain(str(refused)) from refused
        if str(profile["emailAddress"]).lower() != self._settings.mailbox.lower():
            raise TryAgain(f"Google knows us as {profile['emailAddress']}, not as {self._settings.mailbox}")

    def close(self) -> None:
        self._client.close()

    def _content(self, message: Message) -> dict[str, str]:
        """Write the mail with our reference on top and at its foot: Gmail leaves both as they are."""
        mail = mime.as_bytes(with_foot(message), self._client.rim.clock())
        referenced = f"{REFERENCE}: {reference_of(message.id)}\r\n".encode() + mail
        return {"raw": urlsafe_b64encode(referenced).decode()}

    def _draft(self, message_id: str, content: dict[str, str]) -> Sending:
        history_id = str(self._client.read(self._users().getProfile(userId="me"))["historyId"])
        begun = Sending(message_id, "", history_id, Stage.DRAFTED, self._client.rim.clock())
        self._journal.write(begun)
        request = self._drafts().create(userId="me", body={"message": content})
        try:
            draft = self._prepare(request)
        except GiveUp:
            self._journal.forget(message_id)
            raise
        return self._drafted(begun, str(draft["id"]))

    def _drafted(self, begun: Sending, draft_id: str) -> Sending:
        entry = replace(begun, draft_id=draft_id)
        self._journal.write(entry)
        return entry

    def _taken_up(self, begun: Sending) -> Sending | None:
        """Find the draft whose making was never answered: one left behind might be sent by a person later."""
        try:
            draft_id = draft_of(self._client, begun.message_id)
        except GiveUp as refused:
            raise TryAgain(f"Gmail's drafts cannot be read: {refused}") from refused
        return self._drafted(begun, draft_id) if draft_id is not None else None

    def _redraft(self, entry: Sending, content: dict[str, str]) -> Sending:
        """Put today's words into the draft that was not sent. It may be gone: a person can send it too."""
        request = self._drafts().update(userId="me", id=entry.draft_id, body={"message": content})
        try:
            self._prepare(request)
        except Refused as refused:
            if refused.status != 404:
                raise
            self._journal.write(replace(entry, stage=Stage.SENDING, at=self._client.rim.clock()))
            raise Unclear("the draft is gone from Gmail: somebody sent or deleted it") from refused
        return entry

    def _prepare(self, request: Any) -> Any:
        """Make or change a draft. Nobody gets a draft: where the answer is unclear, nothing was sent."""
        try:
            return self._client.write(request)
        except Unclear as unclear:
            raise TryAgain(f"the draft was not made for certain: {unclear}") from unclear
        except Refused as refused:
            raise _of_address(refused) from refused

    def _hand_over(self, entry: Sending) -> Mapping[str, Any]:
        """Send the draft, and keep its thread: a notice of failed delivery comes into that, under new ids."""
        sending = replace(entry, stage=Stage.SENDING, at=self._client.rim.clock())
        self._journal.write(sending)
        request = self._drafts().send(userId="me", body={"id": entry.draft_id})
        try:
            sent: Mapping[str, Any] = self._client.write(request)
        except TryAgain:
            self._journal.write(entry)
            raise
        except Refused as refused:
            if refused.status == 404 or not self._stands(sending):
                raise Unclear("the draft is gone from Gmail: it was sent, or deleted") from refused
            self._withdraw(entry)
            raise _of_address(refused) from refused
        self._journal.write(replace(sending, stage=Stage.SENT, reference=_thread(sent)))
        return sent

    def _withdraw(self, entry: Sending) -> None:
        """Take away the draft that Gmail will not send; one left behind is only untidy."""
        self._journal.forget(entry.message_id)
        try:
            self._client.write(self._drafts().delete(userId="me", id=entry.draft_id))
        except (TryAgain, GiveUp, Unclear):
            return

    def _look_for(self, entry: Sending) -> bool | None:
        """A draft that is still there was not sent; one that is gone was sent, or deleted by a person."""
        if self._is_draft(entry):
            self._journal.write(replace(entry, stage=Stage.DRAFTED))
            return False
        found = was_sent(self._client, entry.message_id, entry.history_id)
        if found is not None:
            self._journal.write(replace(entry, stage=Stage.SENT, reference=found))
            return True
        if self._client.rim.clock() - entry.at < PROOF_TAKES:
            raise TryAgain("Gmail no longer has the draft and does not show it as sent yet", after=60.0)
        return None

    def _stands(self, entry: Sending) -> bool:
        """Say whether a refused draft is there for certain: an order before this one may have acted."""
        try:
            return self._is_draft(entry)
        except (TryAgain, GiveUp):
            return False

    def _is_draft(self, entry: Sending) -> bool:
        request = self._drafts().get(userId="me", id=entry.draft_id, format="minimal")
        try:
            self._client.read(request)
        except Refused as refused:
            if refused.status == 404:
                return False
            raise
        return True

    def _prove_sender(self, message: Message, gmail_id: str) -> None:
        """Compare, once for each sender: Gmail sends from its own address where it does not know ours."""
        wanted = mime.sent_from(message)
        if wanted in self._proven:
            return
        try:
            said = header(self._client, gmail_id, "From")
        except (TryAgain, GiveUp):
            return
        if said is None:
            return
        really = parseaddr(said)[1]
        if really.lower() == wanted.lower():
            self._proven.add(wanted)
        else:
            self._replaced[wanted] = really

    def _refuse_replaced(self, message: Message) -> None:
        wanted = mime.sent_from(message)
        if wanted in self._replaced:
            raise TryAgain(
                f"Gmail sent from {self._replaced[wanted]} in place of {wanted}: add {wanted} to the mailbox "
                "under Send mail as, or change HANDBELL_MAIL_FROM; nobody's address is at fault."
            )

    def _keep_within_the_day(self) -> None:
        now = self._client.rim.clock()
        begun = self._journal.begun_since(now - DAY)
        if len(begun) >= self._settings.per_day:
            free_at = begun[-self._settings.per_day] + DAY
            raise TryAgain(
                f"the mailbox has sent {len(begun)} messages within a day", (free_at - now).total_seconds()
            )

    def _keep_pace(self) -> None:
        rim = self._client.rim
        with self._turn:
            now = rim.monotonic()
            if now < self._free_at:
                rim.sleep(self._free_at - now)
            self._free_at = max(now, self._free_at) + 60 / self._settings.per_minute

    def _users(self) -> Any:
        return self._client.resource("gmail", "v1", "users")

    def _drafts(self) -> Any:
        return self._client.resource("gmail", "v1", "users", "drafts")


def _thread(sent: Mapping[str, Any]) -> str:
    """Name the thread of what was sent; the message's own id begins one where Gmail names none."""
    return str(sent.get("threadId") or sent["id"])


def _of_address(refused: Refused) -> GiveUp:
    """Gmail says "Invalid To header" (400) of an address; everything else is about the message."""
    return AddressRefused(str(refused)) if "To header" in str(refused) else refused
