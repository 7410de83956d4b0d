"""The rim: settings -> what a school's Google Workspace gives Handbell. Loads its libraries only when named.

Each part has a client with exactly that part's scopes, so that what was not granted stops nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import import_module, util
from random import SystemRandom
from typing import Any, cast

from bot.errors import BadInput, Problem
from bot.ports import Journal
from bot.settings import Settings

NEEDS_LIBRARY = "needs Google's library, which is not installed"
# A letter goes anyway: nobody waits long for the notice beside it.
CHAT_ANSWERS = 10.0
# What one setting can have from either vendor, and not from both: the other would be passed over in silence.
SAME_THING = {
    "google_form": "microsoft_reports",
    "google_sheet": "microsoft_list",
    "google_folder": "microsoft_library",
    "google_calendar": "microsoft_calendar",
    "google_chat": "teams_workflow",
}
LOOPBACK = ("http://127.0.0.1:", "http://localhost:")


@dataclass(frozen=True, slots=True)
class Google:
    """One school's Google Workspace, each part by the setting that named it; None where none did."""

    account: Any
    mailer: Any = None
    returned: Any = None
    directory: Any = None
    calendar: Any = None
    tracked: Any = None
    intake: Any = None
    library: Any = None
    board: Any = None
    nudge: Any = None


def workspace(settings: Settings, clock: Callable[[], datetime], journal: Journal | None) -> Google | None:
    """Connect as the settings say, asking nobody yet; None: nothing names Google. BadInput: by halves.

    Without a journal no mail is sent, and none that came back is read.
    """
    problems = [Problem("settings", None, f"HANDBELL_{name}", *said) for name, *said in _wrong(settings)]
    if problems:
        raise BadInput(problems)
    if settings.google_credentials is None and settings.google_chat is None:
        return None
    return _connected(settings, clock, cast("Any", journal))


@lru_cache(maxsize=4)
def _connected(settings: Settings, clock: Callable[[], datetime], journal: Journal | None) -> Google:
    """Connect once in a process: whoever asks for one part shares the others' key and tokens."""
    board = _board(settings)
    if settings.google_credentials is None:
        return Google(None, board=board)
    rim = _module("client").Rim(clock=clock, chance=SystemRandom().random)
    account = _module("account").Account(
        settings.google_credentials, rim, act_as=settings.google_act_as, root=settings.google_root
    )
    return Google(
        account, board=board, **_of_mailbox(settings, account, journal), **_shared(settings, account)
    )


def people(settings: Settings) -> dict[str, str]:
    """Read "staff=/Staff,governor=governors@school.example"."""
    pairs = (one.partition("=") for one in settings.google_people.split(",") if one.strip())
    return {role.strip().casefold(): source.strip() for role, _, source in pairs}


def mail_scopes(settings: Settings) -> tuple[str, ...]:
    """Say what is asked for to send mail, and to read what came back."""
    scopes = _module("scopes")
    asked: tuple[str, ...] = scopes.MAIL_WHOLE if settings.google_notices == "whole" else scopes.MAIL
    return asked


def _of_mailbox(settings: Settings, account: Any, journal: Journal | None) -> dict[str, Any]:
    """Make what is done as the one mailbox, by domain-wide delegation."""
    scopes, box = _module("scopes"), settings.google_mailbox
    made: dict[str, Any] = {}
    if box and journal is not None and settings.sends_by("google"):
        gmail, client = _module("gmail"), account.client(mail_scopes(settings), box)
        asked = gmail.GmailSettings(
            box, per_minute=settings.google_per_minute, per_day=settings.google_per_day
        )
        made["mailer"] = gmail.GmailMailer(client, journal, asked)
        whole = settings.google_notices == "whole"
        made["returned"] = _module("returned").ReturnedToGmail(client, journal, whole=whole)
    if box and settings.google_calendar:
        made["calendar"] = _module("calendar").MailboxCalendar(account.client(scopes.CALENDAR, box))
    return made


def _shared(settings: Settings, account: Any) -> dict[str, Any]:
    """Make what the service account itself may read, because it was shared with it."""
    scopes = _module("scopes")
    made: dict[str, Any] = {}
    if settings.google_people:
        client = account.client(scopes.PEOPLE, settings.google_admin)
        domains = _words(settings.google_domain)
        made["directory"] = _module("directory").GoogleDirectory(
            client, domains, people(settings), most=settings.group_limit
        )
    if settings.google_sheet:
        made["tracked"] = _module("sheet").GoogleSheet(
            account.client(scopes.SHEET, None), settings.google_sheet
        )
    if settings.google_form:
        made["intake"] = _module("form").FormIntake(account.client(scopes.FORM, None), settings.google_form)
    if settings.google_folder:
        client = account.client(scopes.FOLDER, None)
        made["library"] = _module("folder").PolicyFolder(client, settings.google_folder)
    if settings.google_chat_app:
        client = account.client(scopes.CHAT_APP, None, timeout=CHAT_ANSWERS)
        made["nudge"] = _module("chat_app").ChatApp(client)
    return made


def _board(settings: Settings) -> Any:
    if settings.google_chat is None:
        return None
    return _module("chat").ChatSpace(settings.google_chat.get_secret_value(), root=settings.google_root)


def _module(name: str) -> Any:
    return import_module(f"connectors.google.{name}")


def _words(said: str) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in said.split(",") if word.strip())


def _wrong(settings: Settings) -> Iterator[tuple[str, str, str]]:
    things = ("people", "sheet", "form", "folder", "calendar", "chat")
    for_setting = any(getattr(settings, f"google_{name}") for name in things)
    of_mailbox = settings.sends_by("google") or settings.google_calendar
    shared = any(
        getattr(settings, f"google_{name}") for name in ("people", "sheet", "form", "folder", "chat_app")
    )
    wanted = {
        "GOOGLE_CREDENTIALS": of_mailbox or shared,
        "GOOGLE_MAILBOX": of_mailbox,
        "GOOGLE_DOMAIN": of_mailbox or bool(settings.google_people),
        "GOOGLE_SETTING": for_setting,
    }
    for name, needed in wanted.items():
        if needed and not getattr(settings, name.lower()):
            yield name, "is missing", f"It is: {Settings.model_fields[name.lower()].description}"
    if settings.google_credentials is not None and util.find_spec("googleapiclient") is None:
        yield "GOOGLE_CREDENTIALS", NEEDS_LIBRARY, "Install it: pip install 'handbell[google]'."
    if settings.google_credentials is not None and not settings.google_credentials.is_file():
        wrong = f"cannot be read: {settings.google_credentials} is no file"
        yield "GOOGLE_CREDENTIALS", wrong, "Name the service account's key file."
    for name in ("mailbox", "admin"):
        yield from _outside(settings, name)
    if settings.google_root and not settings.google_root.startswith(LOOPBACK):
        yield "GOOGLE_ROOT", "is not on this machine", "Leave it out; it is for tests."
    yield from _twice(settings)


def _outside(settings: Settings, name: str) -> Iterator[tuple[str, str, str]]:
    """Pin whom we act as: Google lets a delegated key act as anybody, pupils too."""
    address = getattr(settings, f"google_{name}")
    domain = (address or "").rpartition("@")[2].casefold()
    if address and settings.google_domain and domain not in _words(settings.google_domain):
        yield f"GOOGLE_{name.upper()}", f"{address} is not in HANDBELL_GOOGLE_DOMAIN", "Check both."


def _twice(settings: Settings) -> Iterator[tuple[str, str, str]]:
    mine = settings.google_setting
    if settings.google_people and settings.roster_csv and settings.roster_setting == mine:
        yield "ROSTER_CSV", "names the people of the same setting", "Keep one of them."
    if settings.google_people and settings.microsoft_groups and settings.microsoft_setting == mine:
        yield "MICROSOFT_GROUPS", "name the people of the same setting", "Keep one of them."
    if settings.google_sheet and settings.tracked_list:
        yield "TRACKED_LIST", "is kept beside HANDBELL_GOOGLE_SHEET", "Keep one of them."
    pairs = SAME_THING.items() if mine and mine == settings.microsoft_setting else ()
    for google, other in pairs:
        if getattr(settings, google) and getattr(settings, other):
            says = f"and HANDBELL_{google.upper()} are for the same setting, and only one would be used"
            yield other.upper(), says, "Keep one of them."


def make_form(
    settings: Settings, clock: Callable[[], datetime], *, title: str, categories: Mapping[str, str]
) -> Any:
    """Make the form that the setting's people report by, or finish it; give its id and its address."""
    problems = [
        Problem("settings", None, f"HANDBELL_{name}", "is missing", "It owns the form, or reads it.")
        for name in ("GOOGLE_CREDENTIALS", "GOOGLE_MAILBOX", "GOOGLE_DOMAIN", "GOOGLE_SETTING")
        if not getattr(settings, name.lower())
    ]
    connected = workspace(settings, clock, None)
    if problems or connected is None:
        raise BadInput(problems)
    client = connected.account.client(_module("scopes").OWN_FILES, settings.google_mailbox)
    try:
        return _module("form_maker").make_form(
            client,
            setting=settings.google_setting,
            title=title,
            reader=connected.account.email,
            categories=categories,
        )
    finally:
        client.close()
