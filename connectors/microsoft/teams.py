"""Teams: a notice in somebody's activity feed beside the letter."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import urlencode

from kiota_abstractions.method import Method

from bot.errors import GiveUp, TryAgain, Unclear
from connectors.microsoft import answers, sdk
from connectors.microsoft.client import Graph
from connectors.microsoft.pace import Pace

NUDGE = "show a notice in Teams"
PREVIEW = 150
# The tab "My duties", as the app's manifest calls it.
OWN_TAB = "duties"
NOBODY = "00000000-0000-0000-0000-000000000000"
NOT_ALLOWED = {401, 403}
# Somebody whose Teams has no such app, or has blocked it: nobody else's notice need wait for that.
NOT_FOR_THEM = {403, 404, 409, 412}


class ActivityFeed:
    """Notices in people's activity feed. The Teams app must be installed for them; a letter goes anyway."""

    def __init__(self, graph: Graph, app: str, page: str, *, pace: Pace | None = None) -> None:
        """`app`: the id Teams knows the app by; `page`: what opens where Teams cannot show its tab."""
        self._graph = graph
        self._topic = {"source": "text", "value": "Handbell", "webUrl": tab_link(app, page)}
        self._pace = pace or Pace(per_minute=120, at_once=2)

    def tell(self, *, account: str, words: str, key: str) -> None:
        """Show one notice, once. Whatever comes of it, nothing is sent again: the letter is on its way."""
        said = {
            "topic": self._topic,
            "activityType": "systemDefault",
            "previewText": {"content": words[:PREVIEW]},
            "templateParameters": [{"name": "systemDefaultText", "value": words[:PREVIEW]}],
            # The same number replaces the notice that stands there.
            "chainId": _number(key),
        }
        where = self._graph.builders.users.by_user_id(account).teamwork.send_activity_notification
        try:
            answer = self._graph.write(sdk.send(Method.POST, where, said), self._pace, units=1)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_FOR_THEM:
            raise GiveUp(str(answers.refused(answer, NUDGE)))
        answers.taken(answer, NUDGE)

    def check(self) -> None:
        """Show a notice to nobody: whoever may show one is told that there is no such person."""
        where = self._graph.builders.users.by_user_id(NOBODY).teamwork.send_activity_notification
        said = {"topic": self._topic}
        try:
            answer = self._graph.write(sdk.send(Method.POST, where, said), self._pace)
        except Unclear as error:
            raise TryAgain(str(error)) from error
        if answer.status in NOT_ALLOWED:
            raise answers.refused(answer, NUDGE)


def tab_link(app: str, page: str) -> str:
    """Make the link that opens one's own tab in Teams; a notice takes no other."""
    return f"https://teams.microsoft.com/l/entity/{app}/{OWN_TAB}?{urlencode({'webUrl': page})}"


def _number(key: str) -> int:
    """Make a positive number of 48 bits: every JSON reader keeps it whole."""
    return int.from_bytes(sha256(key.encode()).digest()[:6], "big") + 1
