"""The rim: what `handbell doctor` tries at Microsoft 365. One harmless call for each permission.

Whether something may be written is asked by writing to what does not exist: allowed, it is not found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.domain.findings import Finding
from bot.errors import BadInput, GiveUp, TryAgain, Unclear
from bot.microsoft import Microsoft
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Trial:
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
    Trial(
        "H602",
        "mailer",
        "check",
        "Letters cannot be prepared in the shared mailbox",
        EXCHANGE.format(role="Application Mail.ReadWrite"),
    ),
    Trial(
        "H603",
        "mailer",
        "check_sending",
        "Letters cannot be sent from the shared mailbox",
        EXCHANGE.format(role="Application Mail.Send"),
    ),
    Trial(
        "H604",
        "directory",
        "check",
        "People cannot be read from the school's groups",
        "Grant the application permissions GroupMember.Read.All and User.Read.All with an administrator's"
        " consent, and check HANDBELL_MICROSOFT_GROUPS.",
    ),
    Trial(
        "H605",
        "calendar",
        "check",
        "Meetings cannot be kept in the shared mailbox's calendar",
        EXCHANGE.format(role="Application Calendars.ReadWrite"),
    ),
    Trial(
        "H606",
        "tracked",
        "check",
        "The list of cases cannot be kept on the school's site",
        LIST.format(right="write", setting="HANDBELL_MICROSOFT_SITE"),
    ),
    Trial(
        "H607",
        "intake",
        "check",
        "Reports cannot be taken from the list on the school's site",
        LIST.format(right="write", setting="HANDBELL_MICROSOFT_SITE"),
    ),
    Trial(
        "H608",
        "library",
        "check",
        "The library of policies cannot be read",
        SITE.format(right="read", setting="HANDBELL_MICROSOFT_LIBRARY"),
    ),
    Trial(
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


def sender_findings(settings: Settings, sender: str) -> Iterator[Finding]:
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


def _tried(trial: Trial, call: Callable[[], None]) -> Iterator[Finding]:
    try:
        call()
    except (TryAgain, GiveUp, Unclear, BadInput) as error:
        says = f"{trial.says}. {error}"
        yield Finding(trial.number, "warning" if trial.part == "nudge" else "problem", says, trial.hint)
