"""Bounces that came back to the sending mailbox; people's own emails are not read.

Gmail writes the failed address into X-Failed-Recipients and puts its notice into the thread of our message; a
notice of mere delay has no such header. Other servers write it into the notice itself (RFC 3464), which is
opened only where the school allows that: Google has no permission for notices alone.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from bot.core.errors import GiveUp, TryAgain
from bot.ports import Bounce, ChangesSince, SendJournal
from connectors import vendor_http
from connectors.google.client import GoogleClient, list_all_pages
from connectors.google.errors import RequestRefused
from connectors.local.bounces import failed_in

HEADERS = ["From", "Subject", "Content-Type", "X-Failed-Recipients"]
# Senders of such notices: Gmail itself, the only one whose header is trusted, and other mail servers.
GMAIL = frozenset({"mailer-daemon@googlemail.com", "mailer-daemon@google.com"})
MACHINES = ("mailer-daemon@", "postmaster@", "microsoftexchange")
NOTICE = "multipart/report"
# How Gmail begins a notice about a limit of the sending mailbox, which is not about the recipient's address.
LIMIT = "reached a limit for sending"
# What is looked at when there is no history to go on from.
LATEST = 200


class ReturnedToGmail:
    """The inbox of one mailbox. The cursor: its address and history id. `whole`: notices may be opened."""

    def __init__(self, client: GoogleClient, journal: SendJournal, *, whole: bool = False) -> None:
        self._client = client
        self._journal = journal
        self._whole = whole

    def bounces(self, cursor: str | None) -> ChangesSince[Bounce]:
        """Read what came back since a cursor; raise TryAgain."""
        try:
            profile = self._client.read(self._users().getProfile(userId="me"))
            mailbox = str(profile["emailAddress"])
            since = vendor_http.within(mailbox, cursor)
            arrived = self._latest() if since is None else self._since(since)
            reached = vendor_http.of(mailbox, str(profile["historyId"]))
            return ChangesSince(tuple(bounce for one in arrived for bounce in self._of(one)), reached)
        except GiveUp as error:
            raise TryAgain(f"Gmail's inbox cannot be read: {error}") from error

    def _since(self, cursor: str) -> list[str]:
        """Return what arrived since; Gmail forgets its history after a week or so (404)."""
        histories = self._users().history()
        try:
            found = list_all_pages(
                self._client,
                lambda: histories.list(
                    userId="me",
                    startHistoryId=cursor,
                    labelId="INBOX",
                    historyTypes="messageAdded",
                    maxResults=500,
                ),
                histories.list_next,
                under="history",
            )
        except RequestRefused as refused:
            if refused.status != 404:
                raise
            return self._latest()
        added = (one["message"]["id"] for entry in found for one in entry.get("messagesAdded", ()))
        return list(dict.fromkeys(added))

    def _latest(self) -> list[str]:
        request = self._users().messages().list(userId="me", labelIds="INBOX", maxResults=LATEST)
        return [str(one["id"]) for one in self._client.read(request).get("messages", ())]

    def _of(self, gmail_id: str) -> Iterator[Bounce]:
        """Read the headers of one mail, and a notice that has to be opened."""
        mail = self._got(gmail_id, format="metadata", metadataHeaders=HEADERS)
        said = _headers(mail.get("payload", {}).get("headers", ()))
        sender = parseaddr(said.get("from", ""))[1].casefold()
        message_id = self._journal.sent_as(str(mail.get("threadId", "")))
        if sender in GMAIL:
            of_sending = LIMIT in str(mail.get("snippet", "")).casefold()
            for address in said.get("x-failed-recipients", "").split(","):
                if address.strip():
                    says = said.get("subject") or "It came back."
                    yield Bounce(address.strip(), message_id, says, of_sending=of_sending)
        elif self._whole and sender.startswith(MACHINES) and said.get("content-type", "").startswith(NOTICE):
            content = urlsafe_b64decode(self._got(gmail_id, format="raw").get("raw", ""))
            for failed in failed_in(content):
                yield replace(failed, message_id=message_id)

    def _got(self, gmail_id: str, **form: Any) -> dict[str, Any]:
        """Fetch one mail; empty if it was deleted in between."""
        try:
            mail: dict[str, Any] = self._client.read(
                self._users().messages().get(userId="me", id=gmail_id, **form)
            )
        except RequestRefused as refused:
            if refused.status == 404:
                return {}
            raise
        return mail

    def _users(self) -> Any:
        return self._client.service("gmail", "v1").users()


def _headers(given: Iterable[dict[str, str]]) -> dict[str, str]:
    return {one["name"].casefold(): " ".join(one["value"].split()) for one in given}
