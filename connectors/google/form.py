"""A Google form through which people report: its responses, each under Google's own name for it.

A form is adopted by its questions: each of ours is found by its title. Whatever else is asked stays unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.errors import TryAgain
from bot.ports import Filled, News
from connectors import cursors
from connectors.google.answers import Refused
from connectors.google.client import GoogleClient
from connectors.google.pages import every

# Our words for a question, and its title on the form.
TITLES = {
    "category": "What kind of thing is it?",
    "what": "What happened?",
    "where_when": "Where and when was it?",
    "about": "Who is it about?",
    "reporter_name": "Your name",
    "reporter_email": "Your e-mail address",
}
NEEDED = ("what",)
# A response may come to light a little after one that was sent later.
OVERLAP = timedelta(hours=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class FormIntake:
    """One form that is shared with us. The cursor names it, and the moment of the newest response read."""

    def __init__(self, client: GoogleClient, form: str) -> None:
        self._client = client
        self._form = form

    def filled(self, cursor: str | None) -> News[Filled]:
        """Read the responses since a cursor, oldest first; raise TryAgain."""
        since = cursors.within(self._form, cursor)
        try:
            words = self._words()
            said = self._responses(since)
        except Refused as refused:
            raise TryAgain(f"The form cannot be read: {refused}") from refused
        newest = {_key(one): one for one in sorted(said, key=_at)}
        inbound = sorted(newest.values(), key=_at)
        reached = max((_at(one) for one in inbound), default=_instant(since))
        last = _zulu(max(reached, _instant(since)))
        return News(tuple(_filled(one, words) for one in inbound), cursors.of(self._form, last))

    def taken(self, key: str) -> None:
        """Leave the response: Google has no call that takes one away. A person empties the form."""

    def check(self) -> None:
        """Read the questions and one response; raise TryAgain where a question of ours is missing."""
        self._words()
        self._client.read(self._forms().responses().list(formId=self._form, pageSize=1))

    def _words(self) -> dict[str, str]:
        """Say which of Google's question ids stands for which of our words."""
        form = self._client.read(self._forms().get(formId=self._form))
        known = {_plain(title): word for word, title in TITLES.items()}
        found = {}
        for item in form.get("items", ()):
            word = known.get(_plain(str(item.get("title", ""))))
            question = item.get("questionItem", {}).get("question", {}).get("questionId")
            if word and question:
                found[str(question)] = word
        missing = [TITLES[word] for word in NEEDED if word not in found.values()]
        if missing:
            raise TryAgain(f"The form has no question called {' or '.join(missing)}")
        return found

    def _responses(self, cursor: str | None) -> list[dict[str, Any]]:
        responses = self._forms().responses()
        given = {} if cursor is None else {"filter": f"timestamp >= {_zulu(_instant(cursor) - OVERLAP)}"}
        ask = partial(responses.list, formId=self._form, pageSize=5000, **given)
        found: list[dict[str, Any]] = every(self._client, ask, responses.list_next, under="responses")
        return found

    def _forms(self) -> Any:
        return self._client.service("forms", "v1").forms()


def _filled(response: Mapping[str, Any], words: Mapping[str, str]) -> Filled:
    cells = {
        words[question]: "\n".join(
            str(one.get("value", "")) for one in said["textAnswers"].get("answers", ())
        )
        for question, said in response.get("answers", {}).items()
        if question in words and "textAnswers" in said
    }
    if response.get("respondentEmail"):
        cells["reporter_email"] = str(response["respondentEmail"])
    return Filled(_key(response), cells)


def _key(response: Mapping[str, Any]) -> str:
    return str(response["responseId"])


def _at(response: Mapping[str, Any]) -> datetime:
    return _instant(str(response.get("lastSubmittedTime") or response["createTime"]))


def _instant(said: str | None) -> datetime:
    return BEGINNING if said is None else datetime.fromisoformat(said).astimezone(UTC)


def _zulu(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(words: str) -> str:
    return " ".join(words.casefold().rstrip(" ?:*").split())
