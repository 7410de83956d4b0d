"""A mailer for one Gmail mailbox: a draft first, sent once; an unclear answer is proved or left to a person.

A draft that was sent no longer exists, so one draft is never two messages. Whether a message was sent is
proved from the mailbox's own history by our reference, never by Message-ID.
"""

from __future__ import annotations

import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial
from hashlib import sha256
from typing import Any

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from bot.ports import Email, NextMessage, SendAttempt, SendJournal, SendReceipt, SendStage, nothing
from connectors.google.client import GoogleClient, list_all_pages
from connectors.google.errors import RequestRefused
from connectors.local import mime

REFERENCE = "X-Handbell-Reference"
# So many characters of the reference are at the foot of the email, as one word to search a mailbox for.
SHORT = 12
END = "</body>"
FOOT = '<p style="margin:16px;color:#595959;font-size:12px">Reference {word}</p>'
# A message costs 20 units of 6,000 a minute; a mailbox with more sent since is for a person to look at.
MAX_DRAFTS = 500


def reference_of(message_id: str) -> str:
    """Return the reference of a message: of fixed length and safe in a header whatever the id is."""
    return sha256(message_id.encode()).hexdigest()[:32]


def with_foot(message: Email) -> Email:
    """Return the message with its reference at the foot of text and HTML."""
    word = reference_of(message.id)[:SHORT]
    above, end, below = message.html.rpartition(END)
    html = f"{above or below}{FOOT.format(word=word)}{end}{below if end else ''}"
    return replace(message, text=f"{message.text}\nReference {word}\n", html=html, own=None)


def was_sent(client: GoogleClient, message_id: str, history_id: str) -> str | None:
    """Find the sent message that bears our reference; return the id of its thread. None: no proof."""
    wanted = reference_of(message_id)
    for count, sent in enumerate(_sent_since(client, history_id)):
        if count == MAX_DRAFTS:
            break
        said = _read_with_header(client, sent, REFERENCE)
        if _named(said, REFERENCE) == wanted:
            return str(said.get("threadId") or sent)
    return None


def draft_of(client: GoogleClient, message_id: str) -> str | None:
    """Find the draft that bears our reference; give Gmail's id for it. None: there is none."""
    wanted = reference_of(message_id)
    drafts: Any = client.resource("gmail", "v1", "users", "drafts")
    ask = partial(drafts.list, userId="me", maxResults=500)
    listed = list_all_pages(client, ask, drafts.list_next, under="drafts")[:MAX_DRAFTS]
    found = (str(one["id"]) for one in listed if header(client, one["message"]["id"], REFERENCE) == wanted)
    return next(found, None)


def header(client: GoogleClient, gmail_id: str, name: str) -> str | None:
    """Read one header of a message; None where it has none, or is gone."""
    return _named(_read_with_header(client, gmail_id, name), name)


def _read_with_header(client: GoogleClient, gmail_id: str, name: str) -> dict[str, Any]:
    """Read a message with one of its headers; nothing where it is gone."""
    messages = client.resource("gmail", "v1", "users", "messages")
    request = messages.get(userId="me", id=gmail_id, format="metadata", metadataHeaders=[name])
    try:
        said: dict[str, Any] = client.read(request)
    except RequestRefused as refused:
        if refused.status == 404:
            return {}
        raise
    return said


def _named(said: Mapping[str, Any], name: str) -> str | None:
    headers: list[dict[str, str]] = said.get("payload", {}).get("headers", [])
    return next((one["value"] for one in headers if one["name"].lower() == name.lower()), None)


def _sent_since(client: GoogleClient, history_id: str) -> Iterator[str]:
    """Yield the ids that came into Sent since; none if Gmail's history no longer goes back so far (404)."""
    histories: Any = client.resource("gmail", "v1", "users", "history")
    request = histories.list(userId="me", startHistoryId=history_id, labelId="SENT", maxResults=500)
    seen: set[str] = set()
    while request is not None:
        try:
            page = client.read(request)
        except RequestRefused as refused:
            if refused.status == 404:
                return
            raise
        for message in (one for entry in page.get("history", []) for one in entry.get("messages", [])):
            if message["id"] not in seen:
                seen.add(message["id"])
                yield message["id"]
        request = histories.list_next(request, page)


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
    """Mailer of one mailbox with one rate limit, shared by all threads."""

    def __init__(self, client: GoogleClient, journal: SendJournal, settings: GmailSettings) -> None:
        self._client = client
        self._journal = journal
        self._settings = settings
        self._turn = threading.Lock()
        self._free_at = client.runtime.monotonic()
        self._proven: set[str] = set()
        self._replaced: dict[str, str] = {}

    @property
    def repeats_are_marked(self) -> bool:
        """Gmail gives every copy a Message-ID of its own."""
        return False

    def send(
        self,
        message: Email,
        then: NextMessage = nothing,  # noqa: ARG002 - none waits
        *,
        before: datetime | None = None,  # noqa: ARG002 - sending uses the draft up
    ) -> SendReceipt:
        content = self._content(message)
        self._refuse_replaced(message)
        entry = self._journal.find(message.id)
        if entry is not None and entry.stage is SendStage.SENT:
            return SendReceipt(entry.reference)
        if entry is not None and entry.stage is SendStage.SENDING:
            raise OutcomeUnknown("Gmail may have sent it already: it must be looked up first")
        self._keep_within_the_day()
        self._keep_pace()
        if entry is not None and not entry.draft_id:
            entry = self._taken_up(entry)
        entry = self._redraft(entry, content) if entry is not None else self._draft(message.id, content)
        sent = self._hand_over(entry)
        self._prove_sender(message, str(sent["id"]))
        return SendReceipt(_thread(sent))

    def look_up(self, message_id: str) -> bool | None:
        """Return whether the message was sent. No entry: it was never drafted, so it was never sent."""
        entry = self._journal.find(message_id)
        if entry is None or entry.stage is SendStage.DRAFTED:
            return False
        if entry.stage is SendStage.SENT:
            return True
        try:
            return self._look_for(entry)
        except GiveUp as refused:
            raise TryAgain(f"Gmail cannot be asked: {refused}") from refused

    def check(self) -> None:
        """Read the mailbox's profile: the token, the delegation and the API have to be right for it."""
        try:
            profile = self._client.read(self._users().getProfile(userId="me"))
        except GiveUp as refused:
            raise TryAgain(str(refused)) from refused
        if str(profile["emailAddress"]).lower() != self._settings.mailbox.lower():
            raise TryAgain(f"Google knows us as {profile['emailAddress']}, not as {self._settings.mailbox}")

    def close(self) -> None:
        self._client.close()

    def _content(self, message: Email) -> dict[str, str]:
        """Write the mail with our reference on top and at its foot: Gmail leaves both as they are."""
        mail = mime.as_bytes(with_foot(message), self._client.runtime.clock())
        referenced = f"{REFERENCE}: {reference_of(message.id)}\r\n".encode() + mail
        return {"raw": urlsafe_b64encode(referenced).decode()}

    def _draft(self, message_id: str, content: dict[str, str]) -> SendAttempt:
        history_id = str(self._client.read(self._users().getProfile(userId="me"))["historyId"])
        begun = SendAttempt(message_id, "", history_id, SendStage.DRAFTED, self._client.runtime.clock())
        self._journal.write(begun)
        request = self._drafts().create(userId="me", body={"message": content})
        try:
            draft = self._prepare(request)
        except GiveUp:
            self._journal.forget(message_id)
            raise
        return self._drafted(begun, str(draft["id"]))

    def _drafted(self, begun: SendAttempt, draft_id: str) -> SendAttempt:
        entry = replace(begun, draft_id=draft_id)
        self._journal.write(entry)
        return entry

    def _taken_up(self, begun: SendAttempt) -> SendAttempt | None:
        """Find the draft whose making was never answered: one left behind might be sent by a person later."""
        try:
            draft_id = draft_of(self._client, begun.message_id)
        except GiveUp as refused:
            raise TryAgain(f"Gmail's drafts cannot be read: {refused}") from refused
        return self._drafted(begun, draft_id) if draft_id is not None else None

    def _redraft(self, entry: SendAttempt, content: dict[str, str]) -> SendAttempt:
        """Replace the content of a draft that was not sent. It may be gone: a person can send it too."""
        request = self._drafts().update(userId="me", id=entry.draft_id, body={"message": content})
        try:
            self._prepare(request)
        except RequestRefused as refused:
            if refused.status != 404:
                raise
            self._journal.write(replace(entry, stage=SendStage.SENDING, at=self._client.runtime.clock()))
            raise OutcomeUnknown("the draft is gone from Gmail: somebody sent or deleted it") from refused
        return entry

    def _prepare(self, request: Any) -> Any:
        """Make or change a draft.

        No recipient gets a draft: where the answer is unclear, nothing was sent.
        """
        try:
            return self._client.write(request)
        except OutcomeUnknown as unclear:
            raise TryAgain(f"the draft was not made for certain: {unclear}") from unclear
        except RequestRefused as refused:
            raise _of_address(refused) from refused

    def _hand_over(self, entry: SendAttempt) -> Mapping[str, Any]:
        """Send the draft, and keep its thread: a notice of failed delivery comes into that, under new ids."""
        sending = replace(entry, stage=SendStage.SENDING, at=self._client.runtime.clock())
        self._journal.write(sending)
        request = self._drafts().send(userId="me", body={"id": entry.draft_id})
        try:
            sent: Mapping[str, Any] = self._client.write(request)
        except TryAgain:
            self._journal.write(entry)
            raise
        except RequestRefused as refused:
            if refused.status == 404 or not self._stands(sending):
                raise OutcomeUnknown("the draft is gone from Gmail: it was sent, or deleted") from refused
            self._withdraw(entry)
            raise _of_address(refused) from refused
        self._journal.write(replace(sending, stage=SendStage.SENT, reference=_thread(sent)))
        return sent

    def _withdraw(self, entry: SendAttempt) -> None:
        """Delete the draft that Gmail refused to send; one left behind is only untidy."""
        self._journal.forget(entry.message_id)
        try:
            self._client.write(self._drafts().delete(userId="me", id=entry.draft_id))
        except (TryAgain, GiveUp, OutcomeUnknown):
            return

    def _look_for(self, entry: SendAttempt) -> bool | None:
        """A draft that is still there was not sent; one that is gone was sent, or deleted by a person."""
        if self._is_draft(entry):
            self._journal.write(replace(entry, stage=SendStage.DRAFTED))
            return False
        found = was_sent(self._client, entry.message_id, entry.history_id)
        if found is not None:
            self._journal.write(replace(entry, stage=SendStage.SENT, reference=found))
            return True
        if self._client.runtime.clock() - entry.at < PROOF_TAKES:
            raise TryAgain("Gmail no longer has the draft and does not show it as sent yet", after=60.0)
        return None

    def _stands(self, entry: SendAttempt) -> bool:
        """Return whether a refused draft still exists: an earlier request may have taken effect."""
        try:
            return self._is_draft(entry)
        except (TryAgain, GiveUp):
            return False

    def _is_draft(self, entry: SendAttempt) -> bool:
        request = self._drafts().get(userId="me", id=entry.draft_id, format="minimal")
        try:
            self._client.read(request)
        except RequestRefused as refused:
            if refused.status == 404:
                return False
            raise
        return True

    def _prove_sender(self, message: Email, gmail_id: str) -> None:
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

    def _refuse_replaced(self, message: Email) -> None:
        wanted = mime.sent_from(message)
        if wanted in self._replaced:
            raise TryAgain(
                f"Gmail sent from {self._replaced[wanted]} in place of {wanted}: add {wanted} to the mailbox "
                "under Send mail as, or change HANDBELL_MAIL_FROM; nobody's address is at fault."
            )

    def _keep_within_the_day(self) -> None:
        now = self._client.runtime.clock()
        begun = self._journal.begun_since(now - DAY)
        if len(begun) >= self._settings.per_day:
            free_at = begun[-self._settings.per_day] + DAY
            raise TryAgain(
                f"the mailbox has sent {len(begun)} messages within a day", (free_at - now).total_seconds()
            )

    def _keep_pace(self) -> None:
        runtime = self._client.runtime
        with self._turn:
            now = runtime.monotonic()
            if now < self._free_at:
                runtime.sleep(self._free_at - now)
            self._free_at = max(now, self._free_at) + 60 / self._settings.per_minute

    def _users(self) -> Any:
        return self._client.resource("gmail", "v1", "users")

    def _drafts(self) -> Any:
        return self._client.resource("gmail", "v1", "users", "drafts")


def _thread(sent: Mapping[str, Any]) -> str:
    """Return the thread of what was sent; the message's own id begins one where Gmail names none."""
    return str(sent.get("threadId") or sent["id"])


def _of_address(refused: RequestRefused) -> GiveUp:
    """Gmail says "Invalid To header" (400) of an address; everything else is about the message."""
    return AddressRefused(str(refused)) if "To header" in str(refused) else refused
