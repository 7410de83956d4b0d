"""The checks of `handbell doctor` at Google and Microsoft 365: one harmless call for each permission.

Write permission is tested by writing to an object that does not exist: where it is granted, the answer is
"not found".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from bot.bootstrap.vendors import Google, Microsoft, mail_scopes
from bot.core.config import Config
from bot.core.errors import BadInput, GiveUp, OutcomeUnknown, TryAgain
from bot.rules.duties import Finding


@dataclass(frozen=True, slots=True)
class GooglePartCheck:
    """One part: its finding's number, what it is for, Google's name for the API, and what to do."""

    number: str
    part: str
    what: str
    api: str
    scopes: str
    hint: str


SHARE = "Share it with {who} as {right}, and check HANDBELL_GOOGLE_{setting}."
PARTS = (
    GooglePartCheck("H611", "mailer", "Sending mail", "Gmail API", "MAIL", "Check HANDBELL_GOOGLE_MAILBOX."),
    GooglePartCheck(
        "H612",
        "calendar",
        "Keeping meetings in the calendar",
        "Google Calendar API",
        "CALENDAR",
        "Switch Calendar on for the mailbox: Admin console > Apps > Google Workspace > Calendar.",
    ),
    GooglePartCheck(
        "H613",
        "directory",
        "Reading the school's people",
        "Admin SDK API",
        "PEOPLE",
        "Admin console > Account > Admin roles: give {who} a role with Users > Read and Groups > Read,"
        " and check HANDBELL_GOOGLE_DOMAIN and HANDBELL_GOOGLE_PEOPLE.",
    ),
    GooglePartCheck(
        "H614",
        "tracked",
        "Keeping the list of cases",
        "Google Sheets API",
        "SHEET",
        SHARE.replace("{right}", "an editor").replace("{setting}", "SHEET"),
    ),
    GooglePartCheck(
        "H615",
        "intake",
        "Taking reports from the form",
        "Google Forms API",
        "FORM",
        SHARE.replace("{right}", "an editor").replace("{setting}", "FORM"),
    ),
    GooglePartCheck(
        "H616",
        "library",
        "Reading the folder of policies",
        "Google Drive API",
        "FOLDER",
        SHARE.replace("{right}", "a viewer").replace("{setting}", "FOLDER"),
    ),
    GooglePartCheck(
        "H619",
        "two_step",
        "Reading who has 2-Step Verification",
        "Admin SDK API",
        "PEOPLE",
        "Admin console > Account > Admin roles: give {who} a role with Users > Read, and check"
        " HANDBELL_GOOGLE_DOMAIN.",
    ),
    GooglePartCheck(
        "H618",
        "nudge",
        "Telling people in Chat beside the letter",
        "Google Chat API",
        "CHAT_APP",
        "Cloud console > Google Chat API > Configuration: make the Chat app (deploy/google.md, step 8);"
        " letters go all the same.",
    ),
)


def google_findings(settings: Config, found: Google) -> Iterator[Finding]:
    """Try everything that is set up; what is missing for one part stops no other."""
    here = {one: part for one in PARTS if (part := getattr(found, one.part)) is not None}
    delegated = [_asked(settings, one) for one in here if _subject(settings, one) is not None]
    together = tuple(scope for asked in delegated for scope in asked)
    for one, part in here.items():
        yield from _troubles(settings, found.account, one, part, together=together)
    if found.board is not None:
        yield from _board(found.board)


def _asked(settings: Config, one: GooglePartCheck) -> tuple[str, ...]:
    if one.scopes == "MAIL":
        return mail_scopes(settings)
    asked: tuple[str, ...] = getattr(import_module("connectors.google.scopes"), one.scopes)
    return asked


def _subject(settings: Config, one: GooglePartCheck) -> str | None:
    """Return as whom a part works; None: the service account as itself, which no one has to delegate."""
    if one.part in {"directory", "two_step"}:
        return settings.google_admin
    return settings.google_mailbox if one.part in {"mailer", "calendar"} else None


def _troubles(
    settings: Config, account: Any, one: GooglePartCheck, part: Any, *, together: tuple[str, ...]
) -> Iterator[Finding]:
    trials = import_module("connectors.google.checks")
    level: Literal["problem", "warning"] = "warning" if one.part == "nudge" else "problem"
    hint = one.hint.replace("{who}", account.email)
    trial = trials.ApiCheck(
        one.what, one.api, _asked(settings, one), _subject(settings, one), part.check, hint, together
    )
    try:
        for trouble in trials.failed_checks(account, [trial]):
            yield Finding(one.number, level, trouble.says, trouble.hint)
    except BadInput as error:
        yield Finding(one.number, "problem", f"{one.what} does not work: {error}", hint)


def _board(board: Any) -> Iterator[Finding]:
    try:
        board.check()
    except GiveUp as error:
        hint = "In Chat: the space > Apps & integrations > Webhooks; copy the address whole."
        yield Finding("H617", "problem", f"The weekly card cannot be posted: {error}", hint)


@dataclass(frozen=True, slots=True)
class PermissionCheck:
    """One call: which part it belongs to, its finding's number, what does not work without it, what to do."""

    number: str
    part: str
    call: str
    says: str
    hint: str


EXCHANGE = (
    "In Exchange give the app the role {role} for this mailbox (deploy/microsoft.md, step 3). A change takes"
    " up to two hours to act. Check HANDBELL_MICROSOFT_MAILBOX."
)
SITE = (
    "Grant the app Sites.Selected with {right} on that site (deploy/microsoft.md, step 4), and check"
    " {setting}."
)
# The right to write items makes no lists and no columns.
LIST = f"{SITE} Only an administrator can make a list or a column that is missing."
TRIALS = (
    PermissionCheck(
        "H602",
        "mailer",
        "check",
        "Letters cannot be prepared in the shared mailbox",
        EXCHANGE.format(role="Application Mail.ReadWrite"),
    ),
    PermissionCheck(
        "H603",
        "mailer",
        "check_sending",
        "Letters cannot be sent from the shared mailbox",
        EXCHANGE.format(role="Application Mail.Send"),
    ),
    PermissionCheck(
        "H604",
        "directory",
        "check",
        "People cannot be read from the school's groups",
        "Grant the application permissions GroupMember.Read.All and User.Read.All with an administrator's"
        " consent, and check HANDBELL_MICROSOFT_GROUPS.",
    ),
    PermissionCheck(
        "H605",
        "calendar",
        "check",
        "Meetings cannot be kept in the shared mailbox's calendar",
        EXCHANGE.format(role="Application Calendars.ReadWrite"),
    ),
    PermissionCheck(
        "H606",
        "tracked",
        "check",
        "The list of cases cannot be kept on the school's site",
        LIST.format(right="write", setting="HANDBELL_MICROSOFT_SITE"),
    ),
    PermissionCheck(
        "H607",
        "intake",
        "check",
        "Reports cannot be taken from the list on the school's site",
        LIST.format(right="write", setting="HANDBELL_MICROSOFT_SITE"),
    ),
    PermissionCheck(
        "H608",
        "library",
        "check",
        "The library of policies cannot be read",
        SITE.format(right="read", setting="HANDBELL_MICROSOFT_LIBRARY"),
    ),
    PermissionCheck(
        "H620",
        "two_step",
        "check",
        "Nobody can be told who has a second step at sign-in",
        "Grant the application permission AuditLog.Read.All with an administrator's consent; the report needs"
        " Entra ID P1 or P2. Or set HANDBELL_MICROSOFT_TWO_STEP to false.",
    ),
    PermissionCheck(
        "H609",
        "nudge",
        "check",
        "Notices can be shown in Teams to none of the people tried; letters go all the same",
        "Upload the app that handbell teams package makes, allow it, and install it for staff"
        " (deploy/microsoft.md, step 6). Its webApplicationInfo is what permits TeamsActivity.Send.User; the"
        " id that the catalogue gave the app goes into HANDBELL_TEAMS_CATALOG.",
    ),
)
SIGN_IN = "Handbell cannot sign in to the school's Microsoft 365"


def sender_findings(settings: Config, sender: str) -> Iterator[Finding]:
    """Compare who letters are from with the mailbox that they leave from: Exchange refuses another."""
    mailbox = settings.microsoft_mailbox or ""
    if settings.mail == "microsoft" and sender.casefold() != mailbox.casefold():
        says = f"HANDBELL_MAIL_FROM is {sender}, but letters leave from {mailbox}: Exchange refuses them."
        hint = (
            f"Leave HANDBELL_MAIL_FROM out, or write {mailbox}. Another address needs the right Send As for"
            " that mailbox in Exchange."
        )
        yield Finding("H610", "problem", says, hint)


def microsoft_findings(found: Microsoft) -> Iterator[Finding]:
    """Try every call the settings allow. Without a sign-in nothing else is tried."""
    try:
        found.graph.sign_in()
    except TryAgain as error:
        hint = "Check HANDBELL_MICROSOFT_TENANT, _CLIENT_ID and the certificate, token or secret."
        yield Finding("H601", "problem", f"{SIGN_IN}: {error}", hint)
        return
    for trial in TRIALS:
        part = getattr(found, trial.part)
        if part is not None:
            yield from _tried(trial, getattr(part, trial.call))


def _tried(trial: PermissionCheck, call: Callable[[], None]) -> Iterator[Finding]:
    try:
        call()
    except (TryAgain, GiveUp, OutcomeUnknown, BadInput) as error:
        says = f"{trial.says}. {error}"
        yield Finding(trial.number, "warning" if trial.part == "nudge" else "problem", says, trial.hint)
