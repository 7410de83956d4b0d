"""Mail that came back to the mailbox we send from, told by headers alone: nobody's letters are read.

Gmail writes the address that failed into X-Failed-Recipients, and puts its notice into the thread of our
message; a notice of mere delay has no such header.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.errors import GiveUp, TryAgain
from bot.ports import Bounce, Journal, News
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient
from connectors.google.pages import every

HEADERS = ["From", "Subject", "X-Failed-Recipients"]
# Who writes such notices: Gmail itself, and other people's mail servers.
MACHINES = ("mailer-daemon@", "postmaster@")
# What is looked at when there is no history to go on from.
LATEST = 200


class ReturnedToGmail:
    """The inbox of one mailbox. The cursor is Gmail's history id."""

    def __init__(self, client: GoogleClient, journal: Journal) -> None:
        self._client = client
        self._journal = journal

    def bounces(self, cursor: str | None) -> News[Bounce]:
        """Read what came back since a cursor; raise TryAgain."""
        try:
            reached = str(self._client.read(self._users().getProfile(userId="me"))["historyId"])
            arrived = self._latest() if cursor is None else self._since(cursor)
            return News(tuple(bounce for one in arrived for bounce in self._of(one)), reached)
        except GiveUp as error:
            raise TryAgain(f"Gmail's inbox cannot be read: {error}") from error

    def _since(self, cursor: str) -> list[str]:
        """Name what arrived since; Gmail forgets its history after a week or so (404)."""
        histories = self._users().history()
        try:
            found = every(
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
        except Refused as refused:
            if refused.status != 404:
                raise
            return self._latest()
        added = (one["message"]["id"] for entry in found for one in entry.get("messagesAdded", ()))
        return list(dict.fromkeys(added))

    def _latest(self) -> list[str]:
        request = self._users().messages().list(userId="me", labelIds="INBOX", maxResults=LATEST)
        return [str(one["id"]) for one in self._client.read(request).get("messages", ())]

    def _of(self, gmail_id: str) -> Iterator[Bounce]:
        """Read the headers of one mail; somebody may have thrown it away meanwhile."""
        request = (
            self._users().messages().get(userId="me", id=gmail_id, format="metadata", metadataHeaders=HEADERS)
        )
        try:
            mail = self._client.read(request)
        except Refused as refused:
            if refused.status == 404:
                return
            raise
        said = _headers(mail.get("payload", {}).get("headers", ()))
        if any(machine in said.get("from", "").casefold() for machine in MACHINES):
            message_id = self._journal.sent_as(str(mail.get("threadId", "")))
            for address in said.get("x-failed-recipients", "").split(","):
                if address.strip():
                    yield Bounce(address.strip(), message_id, said.get("subject") or "It came back.")

    def _users(self) -> Any:
        return self._client.service("gmail", "v1").users()


def _headers(given: Iterable[dict[str, str]]) -> dict[str, str]:
    return {one["name"].casefold(): " ".join(one["value"].split()) for one in given}
