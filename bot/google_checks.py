"""The rim: what `handbell doctor` tries at Google. One harmless call for each part that the settings name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from bot.domain.findings import Finding
from bot.errors import BadInput, GiveUp
from bot.google import Google, mail_scopes
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Tried:
    """One part: its finding's number, what it is for, Google's name for the API, and what to do."""

    number: str
    part: str
    what: str
    api: str
    scopes: str
    hint: str


SHARE = "Share it with {who} as {right}, and check HANDBELL_GOOGLE_{setting}."
PARTS = (
    Tried("H611", "mailer", "Sending mail", "Gmail API", "MAIL", "Check HANDBELL_GOOGLE_MAILBOX."),
    Tried(
        "H612",
        "calendar",
        "Keeping meetings in the calendar",
        "Google Calendar API",
        "CALENDAR",
        "Switch Calendar on for the mailbox: Admin console > Apps > Google Workspace > Calendar.",
    ),
    Tried(
        "H613",
        "directory",
        "Reading the school's people",
        "Admin SDK API",
        "PEOPLE",
        "Admin console > Account > Admin roles: give {who} a role with Users > Read and Groups > Read,"
        " and check HANDBELL_GOOGLE_DOMAIN and HANDBELL_GOOGLE_PEOPLE.",
    ),
    Tried(
        "H614",
        "tracked",
        "Keeping the list of cases",
        "Google Sheets API",
        "SHEET",
        SHARE.replace("{right}", "an editor").replace("{setting}", "SHEET"),
    ),
    Tried(
        "H615",
        "intake",
        "Taking reports from the form",
        "Google Forms API",
        "FORM",
        SHARE.replace("{right}", "an editor").replace("{setting}", "FORM"),
    ),
    Tried(
        "H616",
        "library",
        "Reading the folder of policies",
        "Google Drive API",
        "FOLDER",
        SHARE.replace("{right}", "a viewer").replace("{setting}", "FOLDER"),
    ),
    Tried(
        "H618",
        "nudge",
        "Telling people in Chat beside the letter",
        "Google Chat API",
        "CHAT_APP",
        "Cloud console > Google Chat API > Configuration: make the Chat app (deploy/google.md, step 8);"
        " letters go all the same.",
    ),
)


def google_findings(settings: Settings, found: Google) -> Iterator[Finding]:
    """Try everything that is set up; what is missing for one part stops no other."""
    here = {one: part for one in PARTS if (part := getattr(found, one.part)) is not None}
    delegated = [_asked(settings, one) for one in here if _subject(settings, one) is not None]
    together = tuple(scope for asked in delegated for scope in asked)
    for one, part in here.items():
        yield from _troubles(settings, found.account, one, part, together=together)
    if found.board is not None:
        yield from _board(found.board)


def _asked(settings: Settings, one: Tried) -> tuple[str, ...]:
    if one.scopes == "MAIL":
        return mail_scopes(settings)
    asked: tuple[str, ...] = getattr(import_module("connectors.google.scopes"), one.scopes)
    return asked


def _subject(settings: Settings, one: Tried) -> str | None:
    """Say as whom a part works; None: the service account as itself, which nobody has to delegate."""
    if one.part == "directory":
        return settings.google_admin
    return settings.google_mailbox if one.part in {"mailer", "calendar"} else None


def _troubles(
    settings: Settings, account: Any, one: Tried, part: Any, *, together: tuple[str, ...]
) -> Iterator[Finding]:
    trials = import_module("connectors.google.trials")
    level: Literal["problem", "warning"] = "warning" if one.part == "nudge" else "problem"
    hint = one.hint.replace("{who}", account.email)
    trial = trials.Trial(
        one.what, one.api, _asked(settings, one), _subject(settings, one), part.check, hint, together
    )
    try:
        for trouble in trials.troubles(account, [trial]):
            yield Finding(one.number, level, trouble.says, trouble.hint)
    except BadInput as error:
        yield Finding(one.number, "problem", f"{one.what} does not work: {error}", hint)


def _board(board: Any) -> Iterator[Finding]:
    try:
        board.check()
    except GiveUp as error:
        hint = "In Chat: the space > Apps & integrations > Webhooks; copy the address whole."
        yield Finding("H617", "problem", f"The weekly card cannot be posted: {error}", hint)
