"""Makes the form that people report by, in the mailbox's own Drive, and shares it with the service account.

Every step can be done again: the form bears a mark of ours, and what it has already is left alone. The one
scope it needs (drive.file) opens nothing but what was made here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import TryAgain, Unclear
from connectors.google.client import GoogleClient
from connectors.google.form import NEEDED, TITLES

FORM = "application/vnd.google-apps.form"
LONG = ("what", "where_when")
NO_PICTURES = "Never attach or describe an intimate picture. If a child is in danger, ring 999 first."


@dataclass(frozen=True, slots=True)
class Made:
    """The form: its id for the settings, and the address that people open."""

    id: str
    address: str


def make_form(
    client: GoogleClient, *, setting: str, title: str, reader: str, categories: Mapping[str, str]
) -> Made:
    """Make the setting's form or finish the one that was begun. TryAgain: do it again, nothing is doubled."""
    try:
        form = _found(client, setting) or _begun(client, setting, title)
        said = client.read(client.service("forms", "v1").forms().get(formId=form))
        _ask(client, form, said, categories)
        _publish(client, form)
        _share(client, form, reader)
    except Unclear as unclear:
        raise TryAgain(f"The form was not finished for certain; do it again. {unclear}") from unclear
    return Made(form, str(said.get("responderUri", "")))


def _found(client: GoogleClient, setting: str) -> str | None:
    query = f"appProperties has {{ key='handbell' and value='{_quoted(setting)}' }} and trashed = false"
    request = client.service("drive", "v3").files().list(q=query, fields="files(id)", pageSize=1)
    files = client.read(request).get("files", ())
    return str(files[0]["id"]) if files else None


def _begun(client: GoogleClient, setting: str, title: str) -> str:
    body = {"name": title, "mimeType": FORM, "appProperties": {"handbell": setting}}
    return str(client.write(client.service("drive", "v3").files().create(body=body, fields="id"))["id"])


def _ask(client: GoogleClient, form: str, said: Mapping[str, Any], categories: Mapping[str, str]) -> None:
    """Add the questions that are not there yet; nobody's own are touched."""
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


def _share(client: GoogleClient, form: str, reader: str) -> None:
    permissions = client.service("drive", "v3").permissions()
    there = client.read(permissions.list(fileId=form, fields="permissions(emailAddress)"))
    if reader not in {one.get("emailAddress") for one in there.get("permissions", ())}:
        body = {"type": "user", "role": "writer", "emailAddress": reader}
        client.write(permissions.create(fileId=form, body=body, sendNotificationEmail=False, fields="id"))


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace("'", "\\'")
