"""Mailer of a shared mailbox: a draft with our key, then one request to send it.

Graph may refuse and send all the same, and a sent message changes its id. Whatever is not a clear success is
looked up by the key before anything is repeated, and a repeat sends the same draft, so that there are never
two. The request is written to the journal first: a message between draft and sent is found nowhere, and every
process has to know that it is under way.

Graph takes one body and writes the plain text itself; a header of ours must begin with x-. Returned mail:
notices of failed delivery are read, other mail is not.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import AddressRefused, GiveUp, OutcomeUnknown, TryAgain
from bot.ports import (
    Address,
    Attachment,
    Bounce,
    ChangesSince,
    Email,
    NextMessage,
    SendAttempt,
    SendJournal,
    SendReceipt,
    SendStage,
    nothing,
)
from connectors import vendor_http
from connectors.local import mime
from connectors.local.bounces import failed_in
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import PREFER, Graph, changes
from connectors.microsoft.errors import GraphResponse
from connectors.microsoft.middleware import Pace, mailbox_pace

# Our own property on every message: the only mark that is known to survive sending.
KEY = "String {5e0c7a52-6d0b-4c55-9a1f-3b9d84f2c6e1} Name HandbellKey"
# A draft and its attachments go in one request, and Graph takes 4 MB; base64 makes four bytes of three.
MOST_ATTACHED = 2_900_000


def draft_body(message: Email) -> dict[str, Any]:
    """Return the draft. Raise AddressRefused for an address without ASCII form, GiveUp if too large."""
    if sum(len(one.content) for one in message.attachments) > MOST_ATTACHED:
        raise GiveUp("The attachments are larger than Microsoft 365 takes with one message (about 3 MB).")
    written: dict[str, Any] = {
        "subject": mime.one_line(message.subject),
        "body": {"contentType": "html", "content": message.html},
        "from": _recipient(message.sender, mime.sent_from(message)),
        "toRecipients": [_recipient(message.to, mime.on_the_wire(message.to))],
        "replyTo": _answers_to(message.reply_to),
        "internetMessageId": mime.message_id(message),
        "internetMessageHeaders": [
            {"name": "X-Auto-Response-Suppress", "value": "All"},
            # Exchange may replace the Message-ID; a notice of failed delivery quotes this as well.
            {"name": mime.OUR_ID, "value": quote(message.id, safe="")},
        ],
        "singleValueExtendedProperties": [{"id": KEY, "value": message.id}],
    }
    if message.attachments:
        written["attachments"] = [_attached(one) for one in message.attachments]
    return written


def bears(key: str) -> str:
    """Return the filter that finds every message with our key, in any folder."""
    value = key.replace("'", "''")
    return f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{value}')"


def _recipient(address: Address, on_wire: str) -> dict[str, Any]:
    name = mime.one_line(address.name)
    return {"emailAddress": {"address": on_wire} | ({"name": name} if name else {})}


def _answers_to(address: Address | None) -> list[dict[str, Any]]:
    """Return the addresses for answers; an unusable one is left out, since the message matters more."""
    if address is None:
        return []
    try:
        return [_recipient(address, mime.on_the_wire(address))]
    except AddressRefused:
        return []


def _attached(attachment: Attachment) -> dict[str, str]:
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": mime.one_line(attachment.filename),
        "contentType": mime.one_line(attachment.media),
        "contentBytes": b64encode(attachment.content).decode(),
    }


REWRITTEN = ("subject", "body", "from", "toRecipients", "replyTo")
OF_A_COPY = ["id", "isDraft", "createdDateTime", "lastModifiedDateTime"]
# The one yes to an order: a page of a web filter comes with another.
ACCEPTED = 202
NOT_ALLOWED_TO_SEND = {401, 403}
BAD_ADDRESS = {"ErrorInvalidRecipients"}
NOT_AS_THIS = "ErrorSendAsDenied"
# How long Exchange may take to show that it sent a message.
SHOWS_WITHIN = timedelta(minutes=10)
# The form of an id that no message has.
NO_LETTER = "handbell-asks-whether-it-may-send"
SEND = "send from the shared mailbox"
PREPARE = "prepare letters in the shared mailbox"
LOOK = "look into the shared mailbox"


@dataclass(frozen=True, slots=True)
class MessageCopy:
    """A message with our key in the mailbox: a draft or sent."""

    id: str
    is_draft: bool
    made: str
    changed_at: datetime


class GraphMailer:
    """A mailer over one shared mailbox, for any thread. The pace is the mailbox's: share it with others."""

    repeats_are_marked = False

    def __init__(
        self,
        graph: Graph,
        mailbox: str,
        journal: SendJournal,
        *,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
    ) -> None:
        self._graph = graph
        self._messages = graph.builders.users.by_user_id(mailbox).messages
        self._journal = journal
        self._clock = clock
        self._pace = pace or mailbox_pace()

    def send(
        self,
        message: Email,
        then: NextMessage = nothing,  # noqa: ARG002 - none waits
        *,
        before: datetime | None = None,  # noqa: ARG002 - sending uses the draft up
    ) -> SendReceipt:
        draft = draft_body(message)
        begun = self._journal.find(message.id)
        if begun is not None and begun.stage is SendStage.SENT:
            return SendReceipt(begun.reference)
        copies = self._copies(message.id)
        sent = next((one for one in copies if not one.is_draft), None)
        if sent is not None:
            return SendReceipt(sent.id)
        if begun is not None and (not copies or self._clock() < begun.at + SHOWS_WITHIN):
            # A draft that is still there long after the order was not sent; one that is gone may have been.
            raise OutcomeUnknown(
                "Microsoft 365 may have sent it already; it is looked up before it is sent again."
            )
        if not copies:
            return self._order(message.id, self._put_down(draft), None)
        if begun is None:
            self._bring_up_to_date(copies[0].id, draft)
        return self._order(message.id, copies[0].id, begun)

    def look_up(self, message_id: str) -> bool | None:
        """Find the message by its key.

        TryAgain: too early to tell. None: it is gone, and may have been sent.
        """
        begun = self._journal.find(message_id)
        if begun is not None and begun.stage is SendStage.SENT:
            return True
        copies = self._copies(message_id)
        if any(not one.is_draft for one in copies):
            return True
        ordered_at = begun.at if begun else max((one.changed_at for one in copies), default=None)
        if ordered_at is not None and self._clock() < ordered_at + SHOWS_WITHIN:
            raise TryAgain("Microsoft 365 does not show yet whether it was sent.", 60)
        return None if not copies and ordered_at is not None else False

    def check(self) -> None:
        """Read one message's id, and write to one that does not exist.

        A caller with the right to write gets a 404.
        """
        try:
            microsoft_errors.listed(
                self._graph.read(microsoft_client.get(self._messages, top=1, select=["id"]), self._pace), LOOK
            )
            change = self._messages.by_message_id(NO_LETTER).to_patch_request_information
            nothing = microsoft_client.write(change, microsoft_client.models.Message(subject="Handbell"))
            answer = self._graph.write(nothing, self._pace)
        except (GiveUp, OutcomeUnknown) as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED_TO_SEND:
            raise microsoft_errors.refused(answer, PREPARE)

    def check_sending(self) -> None:
        """Request sending of a message that does not exist.

        A caller with the right gets a 404, and nothing is sent.
        """
        try:
            answer = self._graph.write(self._order_of(NO_LETTER), self._pace)
        except OutcomeUnknown as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED_TO_SEND:
            raise microsoft_errors.refused(answer, SEND)

    def close(self) -> None:
        """Nothing of this mailer's own is open: the client is shared, and ends with the process."""

    def _copies(self, key: str) -> list[MessageCopy]:
        """Return the messages with our key, oldest first, so that every worker sends the same draft."""
        asked = microsoft_client.get(self._messages, filter=bears(key), select=OF_A_COPY)
        try:
            pages = list(self._graph.pages(asked, self._pace, doing=LOOK))
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        return sorted(
            (_copy(item) for page in pages for item in page.items), key=lambda one: (one.made, one.id)
        )

    def _put_down(self, draft: Mapping[str, Any]) -> str:
        """Make the draft. Whether or not one stays behind unseen, nothing was sent."""
        try:
            request = microsoft_client.write_json(self._messages.to_post_request_information, draft)
            answer = self._graph.write(request, self._pace)
        except OutcomeUnknown as error:
            raise TryAgain(f"The draft was not confirmed, and nothing was sent. {error}") from error
        if not answer.taken:
            raise _refused(answer)
        if not answer.body.get("id"):
            raise TryAgain("Microsoft 365 confirmed a draft without naming it; nothing was sent.")
        return str(answer.body["id"])

    def _bring_up_to_date(self, draft_id: str, draft: Mapping[str, Any]) -> None:
        """Update a draft that was never requested to be sent: the address may have been corrected since."""
        changed = {name: draft[name] for name in REWRITTEN}
        request = microsoft_client.write_json(
            self._messages.by_message_id(draft_id).to_patch_request_information, changed
        )
        try:
            answer = self._graph.write(request, self._pace)
        except OutcomeUnknown as error:
            raise TryAgain(f"The draft was not confirmed, and nothing was sent. {error}") from error
        if not answer.taken:
            raise _refused(answer)

    def _order(self, key: str, draft_id: str, before: SendAttempt | None) -> SendReceipt:
        """Order the draft sent, once. Only a clear yes, or a clear no, is believed.

        After a no the journal says what it said `before`: an earlier order may be carried out yet.
        """
        begun = SendAttempt(key, draft_id, "", SendStage.SENDING, self._clock())
        self._journal.write(begun)
        try:
            answer = self._graph.write(self._order_of(draft_id), self._pace, units=1)
        except TryAgain:
            self._take_back(key, before)
            raise
        if answer.status == ACCEPTED:
            self._journal.write(replace(begun, stage=SendStage.SENT, reference=draft_id))
            return SendReceipt(draft_id)
        if answer.status in NOT_ALLOWED_TO_SEND or answer.code in BAD_ADDRESS:
            self._take_back(key, before)
            raise _refused(answer)
        raise OutcomeUnknown(
            f"Microsoft 365 answered {answer.status} {answer.code} to a letter it may have sent."
        )

    def _take_back(self, key: str, before: SendAttempt | None) -> None:
        if before is None:
            self._journal.forget(key)
        else:
            self._journal.write(before)

    def _order_of(self, draft_id: str) -> RequestInformation:
        return microsoft_client.write(self._messages.by_message_id(draft_id).send.to_post_request_information)


def _copy(item: dict[str, Any]) -> MessageCopy:
    made, changed = str(item["createdDateTime"]), str(item["lastModifiedDateTime"])
    return MessageCopy(str(item["id"]), bool(item["isDraft"]), made, datetime.fromisoformat(changed))


def _refused(answer: GraphResponse) -> TryAgain | GiveUp:
    if answer.code in BAD_ADDRESS:
        return AddressRefused("Microsoft 365 does not take the address.")
    if answer.code == NOT_AS_THIS:
        return TryAgain(
            "Microsoft 365 does not let the mailbox send from another address: leave HANDBELL_MAIL_FROM out;"
            " nobody's address is at fault."
        )
    return microsoft_errors.refused(answer, SEND)


READ = "read the shared mailbox's inbox"
# Graph returns ten messages a page by default.
LARGE_PAGES = "odata.maxpagesize=200"
# The mailbox's units count messages sent; reading costs none.
FREE = 0
# Who writes notices of failed delivery: Exchange itself, and other people's mail servers.
MACHINES = ("postmaster@", "mailer-daemon@", "microsoftexchange")


class ReturnedMail:
    """The inbox of the mailbox we send from. Of people's answers only the sender's address is asked for."""

    def __init__(self, graph: Graph, mailbox: str, *, pace: Pace | None = None) -> None:
        self._graph, self._mailbox = graph, mailbox
        self._box = graph.builders.users.by_user_id(mailbox)
        self._pace = pace or mailbox_pace()

    def bounces(self, cursor: str | None) -> ChangesSince[Bounce]:
        """Read what came back since a cursor; raise TryAgain."""
        inbox = self._box.mail_folders.by_mail_folder_id("inbox").messages.delta
        asked = microsoft_client.get(inbox, select=["id", "from", "sender"])
        asked.headers.add(PREFER, LARGE_PAGES)
        try:
            place = vendor_http.within(self._mailbox, cursor)
            found = changes(self._graph, asked, place, pace=self._pace, doing=READ, units=FREE)
            items = tuple(bounce for one in found.items if _is_notice(one) for bounce in self._of(one["id"]))
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        return ChangesSince(items, vendor_http.of(self._mailbox, found.cursor))

    def _of(self, letter: str) -> tuple[Bounce, ...]:
        """Return the bounces of one notice; empty if it was deleted in between."""
        request = microsoft_client.get(self._box.messages.by_message_id(letter).content)
        answer = self._graph.read(request, self._pace)
        if answer.status == 404:
            return ()
        return failed_in(microsoft_errors.taken(answer, READ).content)


def _is_notice(one: dict[str, Any]) -> bool:
    if "@removed" in one:
        return False
    who = one.get("from") or one.get("sender") or {}
    address = str((who.get("emailAddress") or {}).get("address", "")).casefold()
    return address.startswith(MACHINES)
