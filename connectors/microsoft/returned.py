"""Mail that came back to the shared mailbox: notices of failed delivery, and nobody's letters."""

from __future__ import annotations

from typing import Any

from bot.errors import GiveUp, TryAgain
from bot.ports import Bounce, News
from connectors import cursors
from connectors.local.bounces import failed_in
from connectors.microsoft import answers, sdk
from connectors.microsoft.changes import changes
from connectors.microsoft.client import PREFER, Graph
from connectors.microsoft.pace import Pace, mailbox_pace

READ = "read the shared mailbox's inbox"
# Graph gives ten letters a page unless it is asked for more.
LARGE_PAGES = "odata.maxpagesize=200"
# The mailbox's units are the letters it may send, and reading is none.
FREE = 0
# Who writes notices of failed delivery: Exchange itself, and other people's mail servers.
MACHINES = ("postmaster@", "mailer-daemon@", "microsoftexchange")


class ReturnedMail:
    """The inbox of the mailbox we send from. Of people's answers only the sender's address is asked for."""

    def __init__(self, graph: Graph, mailbox: str, *, pace: Pace | None = None) -> None:
        self._graph, self._mailbox = graph, mailbox
        self._box = graph.builders.users.by_user_id(mailbox)
        self._pace = pace or mailbox_pace()

    def bounces(self, cursor: str | None) -> News[Bounce]:
        """Read what came back since a cursor; raise TryAgain."""
        inbox = self._box.mail_folders.by_mail_folder_id("inbox").messages.delta
        asked = sdk.get(inbox, select=["id", "from", "sender"])
        asked.headers.add(PREFER, LARGE_PAGES)
        try:
            place = cursors.within(self._mailbox, cursor)
            found = changes(self._graph, asked, place, pace=self._pace, doing=READ, units=FREE)
            items = tuple(bounce for one in found.items if _is_notice(one) for bounce in self._of(one["id"]))
        except GiveUp as error:
            raise TryAgain(str(error)) from error
        return News(items, cursors.of(self._mailbox, found.cursor))

    def _of(self, letter: str) -> tuple[Bounce, ...]:
        """Read one notice; somebody may have thrown it away meanwhile."""
        request = sdk.get(self._box.messages.by_message_id(letter).content)
        answer = self._graph.read(request, self._pace)
        if answer.status == 404:
            return ()
        return failed_in(answers.taken(answer, READ).content)


def _is_notice(one: dict[str, Any]) -> bool:
    if "@removed" in one:
        return False
    who = one.get("from") or one.get("sender") or {}
    address = str((who.get("emailAddress") or {}).get("address", "")).casefold()
    return address.startswith(MACHINES)
