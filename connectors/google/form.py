"""The Google form through which people report: set it up, and read its responses under Google's own names.

An existing form is adopted by its questions: each of ours is found by its title; other questions stay unread.
Setting one up makes it in the mailbox's own Drive and shares it with the service account. Each step can be
repeated: the form bears a mark of ours, and what it has already is left alone. The one scope it needs
(drive.file) opens nothing but what was made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.core.errors import OutcomeUnknown, TryAgain
from bot.ports import ChangesSince, SubmittedForm
from bot.rules.report_fields import WRITTEN, FieldKind, asked_outside
from connectors import vendor_http
from connectors.google.client import GoogleClient, list_all_pages
from connectors.google.errors import RequestRefused

# A field's name, and the title of its question.
TITLES = {one.name: one.question for one in asked_outside()}
NEEDED = tuple(one.name for one in asked_outside() if one.missing and one.kind in WRITTEN)
# A response may come to light a little after one that was sent later.
OVERLAP = timedelta(hours=1)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class FormIntake:
    """One form that is shared with us. The cursor names it, and the moment of the newest response read."""

    def __init__(self, client: GoogleClient, form: str) -> None:
        self._client = client
        self._form = form

    def filled(self, cursor: str | None) -> ChangesSince[SubmittedForm]:
        """Read the responses since a cursor, oldest first; raise TryAgain."""
        since = vendor_http.within(self._form, cursor)
        try:
            words = self._words()
            said = self._responses(since)
        except RequestRefused as refused:
            raise TryAgain(f"The form cannot be read: {refused}") from refused
        newest = {_key(one): one for one in sorted(said, key=_at)}
        inbound = sorted(newest.values(), key=_at)
        reached = max((_at(one) for one in inbound), default=_instant(since))
        last = _zulu(max(reached, _instant(since)))
        return ChangesSince(tuple(_filled(one, words) for one in inbound), vendor_http.of(self._form, last))

    def taken(self, key: str) -> None:
        """Keep the response: Google has no call that deletes one. A person empties the form."""

    def check(self) -> None:
        """Read the questions and one response; raise TryAgain where a question of ours is missing."""
        self._words()
        self._client.read(self._forms().responses().list(formId=self._form, pageSize=1))

    def _words(self) -> dict[str, str]:
        """Return our word for each of Google's question ids."""
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
        found: list[dict[str, Any]] = list_all_pages(
            self._client, ask, responses.list_next, under="responses"
        )
        return found

    def _forms(self) -> Any:
        return self._client.service("forms", "v1").forms()


def _filled(response: Mapping[str, Any], words: Mapping[str, str]) -> SubmittedForm:
    cells = {
        words[question]: "\n".join(
            str(one.get("value", "")) for one in said["textAnswers"].get("answers", ())
        )
        for question, said in response.get("answers", {}).items()
        if question in words and "textAnswers" in said
    }
    if response.get("respondentEmail"):
        cells["reporter_email"] = str(response["respondentEmail"])
    return SubmittedForm(_key(response), cells)


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


FORM = "application/vnd.google-apps.form"
LONG = frozenset(one.name for one in asked_outside() if one.kind is FieldKind.TEXT)
NO_PICTURES = "Never attach or describe an intimate picture. If a child is in danger, ring 999 first."


@dataclass(frozen=True, slots=True)
class CreatedForm:
    """The form: its id for the settings, and the address that people open."""

    id: str
    address: str


def make_form(
    client: GoogleClient, *, school: str, title: str, reader: str, categories: Mapping[str, str]
) -> CreatedForm:
    """Make the school's form, or finish one that was begun. TryAgain: a repeat doubles nothing."""
    try:
        form = _found(client, school) or _begun(client, school, title)
        said = client.read(client.service("forms", "v1").forms().get(formId=form))
        _ask(client, form, said, categories)
        _publish(client, form)
        permissions = client.service("drive", "v3").permissions()
        there = client.read(permissions.list(fileId=form, fields="permissions(emailAddress)"))
        if reader not in {one.get("emailAddress") for one in there.get("permissions", ())}:
            body = {"type": "user", "role": "writer", "emailAddress": reader}
            client.write(permissions.create(fileId=form, body=body, sendNotificationEmail=False, fields="id"))
    except OutcomeUnknown as unclear:
        raise TryAgain(f"The form was not finished for certain; do it again. {unclear}") from unclear
    return CreatedForm(form, str(said.get("responderUri", "")))


def _found(client: GoogleClient, school: str) -> str | None:
    query = f"appProperties has {{ key='handbell' and value='{_quoted(school)}' }} and trashed = false"
    request = client.service("drive", "v3").files().list(q=query, fields="files(id)", pageSize=1)
    files = client.read(request).get("files", ())
    return str(files[0]["id"]) if files else None


def _begun(client: GoogleClient, school: str, title: str) -> str:
    body = {"name": title, "mimeType": FORM, "appProperties": {"handbell": school}}
    return str(client.write(client.service("drive", "v3").files().create(body=body, fields="id"))["id"])


def _ask(client: GoogleClient, form: str, said: Mapping[str, Any], categories: Mapping[str, str]) -> None:
    """Add the missing questions; those that a person added stay."""
    there = {str(item.get("title", "")) for item in said.get("items", ())}
    place = len(said.get("items", ()))
    requests = [
        {"createItem": {"item": item, "location": {"index": place + n}}}
        for n, item in enumerate(item for item in _items(categories) if item["title"] not in there)
    ]
    if requests:
        info = {"updateFormInfo": {"info": {"description": NO_PICTURES}, "updateMask": "description"}}
        body = {"requests": [info, *requests]}
        client.write(client.service("forms", "v1").forms().batchUpdate(formId=form, body=body))


def _items(categories: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for word, title in TITLES.items():
        question: dict[str, Any] = {"required": word in NEEDED, "textQuestion": {"paragraph": word in LONG}}
        if word == "category":
            options = [{"value": said} for said in categories.values()]
            question = {"required": False, "choiceQuestion": {"type": "RADIO", "options": options}}
        yield {"title": title, "questionItem": {"question": question}}


def _publish(client: GoogleClient, form: str) -> None:
    """Open it to people: since July 2026 a form made this way begins closed."""
    body = {"publishSettings": {"publishState": {"isPublished": True, "isAcceptingResponses": True}}}
    client.write(client.service("forms", "v1").forms().setPublishSettings(formId=form, body=body))


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace("'", "\\'")
