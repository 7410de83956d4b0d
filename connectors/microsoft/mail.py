"""Sends from a shared mailbox so that each message leaves once: a draft with our key, then one order to send.

Graph may say no and send all the same, and a sent letter changes its id. So whatever is not a clear yes is
looked up by the key before anything is repeated, and a repeat sends the same draft: two cannot come of it.
The order is noted in the journal before it is given: a letter that is between draft and sent is seen nowhere,
and whoever looks then, in whichever process, must know that it is under way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kiota_abstractions.request_information import RequestInformation

from bot.errors import AddressRefused, GiveUp, TryAgain, Unclear
from bot.ports import Journal, Message, Receipt, Sending, Stage, Upcoming, nothing
from connectors.microsoft import answers, letter, sdk
from connectors.microsoft.answers import Answer
from connectors.microsoft.client import Graph
from connectors.microsoft.pace import Pace, mailbox_pace

__all__ = ["GraphMailer"]

REWRITTEN = ("subject", "body", "from", "toRecipients", "replyTo")
OF_A_COPY = ["id", "isDraft", "createdDateTime", "lastModifiedDateTime"]
# The one yes to an order: a page of a web filter comes with another.
ACCEPTED = 202
NOT_ALLOWED_TO_SEND = {401, 403}
BAD_ADDRESS = {"ErrorInvalidRecipients"}
NOT_AS_THIS = "ErrorSendAsDenied"
# How long Exchange may take to show that it sent a letter.
SHOWS_WITHIN = timedelta(minutes=10)
# The form of an id that no letter has.
NO_LETTER = "handbell-asks-whether-it-may-send"
SEND = "send from the shared mailbox"
PREPARE = "prepare letters in the shared mailbox"
LOOK = "look into the shared mailbox"


@dataclass(frozen=True, slots=True)
class Copy:
    """A letter with our key in the mailbox: waiting as a draft, or sent."""

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
        journal: Journal,
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
        message: Message,
        then: Upcoming = nothing,  # noqa: ARG002 - none waits
        *,
        before: datetime | None = None,  # noqa: ARG002 - sending uses the draft up
    ) -> Receipt:
        draft = letter.draft(message)
        begun = self._journal.find(message.id)
        if begun is not None and begun.stage is Stage.SENT:
            return Receipt(begun.reference)
        copies = self._copies(message.id)
        sent = next((one for one in copies if not one.is_draft), None)
        if sent is not None:
            return Receipt(sent.id)
        if begun is not None and (not copies or self._clock() < begun.at + SHOWS_WITHIN):
            # A draft that is still there long after the order was not sent; one that is gone may have been.
            raise Unclear("Microsoft 365 may have sent it already; it is looked up before it is sent again.")
        if not copies:
            return self._order(message.id, self._put_down(draft), None)
        if begun is None:
            self._bring_up_to_date(copies[0].id, draft)
        return self._order(message.id, copies[0].id, begun)

    def look_up(self, message_id: str) -> bool | None:
        """Find the letter by its key. TryAgain: too early to tell. None: it is gone, and may have left."""
        begun = self._journal.find(message_id)
        if begun is not None and begun.stage is Stage.SENT:
            return True
        copies = self._copies(message_id)
        if any(not one.is_draft for one in copies):
            return True
        ordered_at = begun.at if begun else max((one.changed_at for one in copies), default=None)
        if ordered_at is not None and self._clock() < ordered_at + SHOWS_WITHIN:
            raise TryAgain("Microsoft 365 does not show yet whether it was sent.", 60)
        return None if not copies and ordered_at is not None else False

    def check(self) -> None:
        """Read one letter's id, and write to one that does not exist: whoever may write is told so."""
        try:
            answers.listed(self._graph.read(sdk.get(self._messages, top=1, select=["id"]), self._pace), LOOK)
            change = self._messages.by_message_id(NO_LETTER).to_patch_request_information
            nothing = sdk.write(change, sdk.models.Message(subject="Handbell"))
            answer = self._graph.write(nothing, self._pace)
        except (GiveUp, Unclear) as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED_TO_SEND:
            raise answers.refused(answer, PREPARE)

    def check_sending(self) -> None:
        """Order a letter sent that does not exist: whoever may send is told so, and nothing leaves."""
        try:
            answer = self._graph.write(self._order_of(NO_LETTER), self._pace)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED_TO_SEND:
            raise answers.refused(answer, SEND)

    def close(self) -> None:
        """Nothing of this mailer's own is open: the client is shared, and ends with the process."""

    def _copies(self, key: str) -> list[Copy]:
        """List the letters with our key, the oldest first, so that everyone sends the same draft."""
        asked = sdk.get(self._messages, filter=letter.bears(key), select=OF_A_COPY)
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
            request = sdk.write_json(self._messages.to_post_request_information, draft)
            answer = self._graph.write(request, self._pace)
        except Unclear as error:
            raise TryAgain(f"The draft was not confirmed, and nothing was sent. {error}") from error
        if not answer.taken:
            raise _refused(answer)
        if not answer.body.get("id"):
            raise TryAgain("Microsoft 365 confirmed a draft without naming it; nothing was sent.")
        return str(answer.body["id"])

    def _bring_up_to_date(self, draft_id: str, draft: Mapping[str, Any]) -> None:
        """Write a draft anew that was never ordered sent: since then the address may have been corrected."""
        changed = {name: draft[name] for name in REWRITTEN}
        request = sdk.write_json(self._messages.by_message_id(draft_id).to_patch_request_information, changed)
        try:
            answer = self._graph.write(request, self._pace)
        except Unclear as error:
            raise TryAgain(f"The draft was not confirmed, and nothing was sent. {error}") from error
        if not answer.taken:
            raise _refused(answer)

    def _order(self, key: str, draft_id: str, before: Sending | None) -> Receipt:
        """Order the draft sent, once. Only a clear yes, or a clear no, is believed.

        After a no the journal says what it said `before`: an earlier order may be carried out yet.
        """
        begun = Sending(key, draft_id, "", Stage.SENDING, self._clock())
        self._journal.write(begun)
        try:
            answer = self._graph.write(self._order_of(draft_id), self._pace, units=1)
        except TryAgain:
            self._take_back(key, before)
            raise
        if answer.status == ACCEPTED:
            self._journal.write(replace(begun, stage=Stage.SENT, reference=draft_id))
            return Receipt(draft_id)
        if answer.status in NOT_ALLOWED_TO_SEND or answer.code in BAD_ADDRESS:
            self._take_back(key, before)
            raise _refused(answer)
        raise Unclear(f"Microsoft 365 answered {answer.status} {answer.code} to a letter it may have sent.")

    def _take_back(self, key: str, before: Sending | None) -> None:
        if before is None:
            self._journal.forget(key)
        else:
            self._journal.write(before)

    def _order_of(self, draft_id: str) -> RequestInformation:
        return sdk.write(self._messages.by_message_id(draft_id).send.to_post_request_information)


def _copy(item: dict[str, Any]) -> Copy:
    made, changed = str(item["createdDateTime"]), str(item["lastModifiedDateTime"])
    return Copy(str(item["id"]), bool(item["isDraft"]), made, datetime.fromisoformat(changed))


def _refused(answer: Answer) -> TryAgain | GiveUp:
    if answer.code in BAD_ADDRESS:
        return AddressRefused("Microsoft 365 does not take the address.")
    if answer.code == NOT_AS_THIS:
        return TryAgain(
            "Microsoft 365 does not let the mailbox send from another address: leave HANDBELL_MAIL_FROM out;"
            " nobody's address is at fault."
        )
    return answers.refused(answer, SEND)
