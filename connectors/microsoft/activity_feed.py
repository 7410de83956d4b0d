"""Teams: a notification in a person's activity feed, beside the email."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import GiveUp, OutcomeUnknown, TryAgain
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph
from connectors.microsoft.errors import NOT_SIGNED_IN, GraphResponse
from connectors.microsoft.middleware import Pace

NUDGE = "show a notice in Teams"
PREVIEW = 150
# The tab "My duties", as the app's manifest calls it.
OWN_TAB = "duties"
NOBODY = "00000000-0000-0000-0000-000000000000"
FORBIDDEN = 403
# The person's Teams does not have the app, or has blocked it. Others are still notified.
NOT_FOR_THEM = {403, 404, 409, 412}


class ActivityFeed:
    """Notifications in the activity feed.

    The Teams app must be installed for the person; the email goes anyway.
    """

    def __init__(
        self,
        graph: Graph,
        app: str,
        page: str,
        *,
        some: Callable[[], Sequence[str]] = tuple,
        pace: Pace | None = None,
    ) -> None:
        """`app`: the id Teams knows the app by; `page`: what opens where Teams cannot show its tab.

        `some`: a few accounts of the school, for `check`.
        """
        self._graph, self._some = graph, some
        self._topic = microsoft_client.models.TeamworkActivityTopic(
            source=microsoft_client.models.TeamworkActivityTopicSource.Text,
            value="Handbell",
            web_url=tab_link(app, page),
        )
        self._pace = pace or Pace(per_minute=120, at_once=2)

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Show one notification. It is never repeated, whatever the answer: the email is on its way."""
        shown = words[:PREVIEW]
        said = microsoft_client.models.SendActivityNotificationPostRequestBody(
            topic=self._topic,
            activity_type="systemDefault",
            preview_text=microsoft_client.models.ItemBody(content=shown),
            template_parameters=[microsoft_client.models.KeyValuePair(name="systemDefaultText", value=shown)],
            # The same number replaces the notification that is shown already.
            chain_id=_number(key),
        )
        try:
            answer = self._graph.write(self._notice(account, said), self._pace, units=1)
        except OutcomeUnknown as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_FOR_THEM:
            raise GiveUp(str(microsoft_errors.refused(answer, NUDGE)))
        microsoft_errors.taken(answer, NUDGE)

    def check(self) -> None:
        """Try an empty notification for a few accounts: one that may be notified is enough.

        The app's manifest permits notifications to people who have the app installed: a refusal for one
        account says nothing of the others, and one for no account at all says nothing.
        """
        accounts = self._some()
        for account in accounts or (NOBODY,):
            answer = self._tried(account)
            if answer.status == NOT_SIGNED_IN:
                raise microsoft_errors.refused(answer, NUDGE)
            if answer.status != FORBIDDEN:
                return
        if accounts:
            raise microsoft_errors.refused(answer, NUDGE)

    def _tried(self, account: str) -> GraphResponse:
        said = microsoft_client.models.SendActivityNotificationPostRequestBody(topic=self._topic)
        try:
            return self._graph.write(self._notice(account, said), self._pace)
        except OutcomeUnknown as error:
            raise TryAgain(str(error)) from error

    def _notice(self, account: str, said: Any) -> RequestInformation:
        where = self._graph.builders.users.by_user_id(account).teamwork.send_activity_notification
        return microsoft_client.write(where.to_post_request_information, said)


def tab_link(app: str, page: str) -> str:
    """Make the link that opens one's own tab in Teams; a notice takes no other."""
    return f"https://teams.microsoft.com/l/entity/{app}/{OWN_TAB}?{urlencode({'webUrl': page})}"


def _number(key: str) -> int:
    """Make a positive number of 48 bits: every JSON reader keeps it whole."""
    return int.from_bytes(sha256(key.encode()).digest()[:6], "big") + 1
