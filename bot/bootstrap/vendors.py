"""Build the connectors of Google Workspace and Microsoft 365 from settings; libraries load only when named.

Each part of Google has a client with exactly that part's scopes, so that a missing grant stops nothing else.
Everything in one Microsoft tenant shares a connection, and everything about one mailbox shares its pace.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module, util
from random import SystemRandom
from typing import Any, cast

from bot.cases.jobs import COLUMNS
from bot.cases.model import CATEGORIES
from bot.core.config import Config
from bot.core.errors import BadInput, Problem
from bot.ports import SendJournal
from connectors.microsoft.clouds import CLOUDS

NEEDS_LIBRARY = "needs Google's library, which is not installed"
# A letter goes anyway: no one waits long for the notice beside it.
CHAT_ANSWERS = 10.0
# A whole file, over a school's slow line.
FILE_ANSWERS = 300.0
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
    """One school's Google Workspace. A part that is not configured is None."""

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
    two_step: Any = None


def workspace(settings: Config, clock: Callable[[], datetime], journal: SendJournal | None) -> Google | None:
    """Connect as the settings say, asking no one yet; None: nothing names Google. BadInput: by halves.

    Without a journal no mail is sent, and none that came back is read.
    """
    problems = [
        Problem("settings", None, f"HANDBELL_{name}", *said)
        for name, *said in _wrong_google_settings(settings)
    ]
    if problems:
        raise BadInput(problems)
    if settings.google_credentials is None and settings.google_chat is None:
        return None
    return _connect_google(settings, clock, cast("Any", journal))


@lru_cache(maxsize=4)
def _connect_google(settings: Config, clock: Callable[[], datetime], journal: SendJournal | None) -> Google:
    """Connect once in a process: anyone who asks for one part shares the others' key and tokens."""
    board = _board(settings)
    if settings.google_credentials is None:
        return Google(None, board=board)
    runtime = _google_module("client").Runtime(clock=clock, chance=SystemRandom().random)
    account = _google_module("client").Account(
        settings.google_credentials, runtime, act_as=settings.google_act_as, root=settings.google_root
    )
    return Google(
        account, board=board, **_of_mailbox(settings, account, journal), **_shared(settings, account)
    )


def people(settings: Config) -> dict[str, str]:
    """Read "staff=/Staff,governor=governors@school.example"."""
    pairs = (one.partition("=") for one in settings.google_people.split(",") if one.strip())
    return {role.strip().casefold(): source.strip() for role, _, source in pairs}


def mail_scopes(settings: Config) -> tuple[str, ...]:
    """Return what is asked for to send mail, and to read what came back."""
    scopes = _google_module("scopes")
    asked: tuple[str, ...] = scopes.MAIL_WHOLE if settings.google_notices == "whole" else scopes.MAIL
    return asked


def _of_mailbox(settings: Config, account: Any, journal: SendJournal | None) -> dict[str, Any]:
    """Make what is done as the one mailbox, by domain-wide delegation."""
    scopes, box = _google_module("scopes"), settings.google_mailbox
    made: dict[str, Any] = {}
    if box and journal is not None and settings.sends_by("google"):
        gmail, client = _google_module("gmail"), account.client(mail_scopes(settings), box)
        asked = gmail.GmailSettings(
            box, per_minute=settings.google_per_minute, per_day=settings.google_per_day
        )
        made["mailer"] = gmail.GmailMailer(client, journal, asked)
        whole = settings.google_notices == "whole"
        made["returned"] = _google_module("bounces").ReturnedToGmail(client, journal, whole=whole)
    if box and settings.google_calendar:
        made["calendar"] = _google_module("calendar").MailboxCalendar(account.client(scopes.CALENDAR, box))
    return made


def _shared(settings: Config, account: Any) -> dict[str, Any]:
    """Make what the service account itself may read, because it was shared with it."""
    scopes = _google_module("scopes")
    made: dict[str, Any] = {}
    if settings.google_people:
        client = account.client(scopes.PEOPLE, settings.google_admin)
        domains = _words(settings.google_domain)
        made["directory"] = _google_module("directory").GoogleDirectory(
            client, domains, people(settings), most=settings.group_limit
        )
    if settings.google_two_step:
        client = account.client(scopes.PEOPLE, settings.google_admin)
        made["two_step"] = _google_module("two_step").UsersTwoStep(client, _words(settings.google_domain)[0])
    if settings.google_sheet:
        made["tracked"] = _google_module("sheet").GoogleSheet(
            account.client(scopes.SHEET, None), settings.google_sheet
        )
    if settings.google_form:
        made["intake"] = _google_module("form").FormIntake(
            account.client(scopes.FORM, None), settings.google_form
        )
    if settings.google_folder:
        client = account.client(scopes.FOLDER, None, timeout=FILE_ANSWERS)
        made["library"] = _google_module("folder").PolicyFolder(client, settings.google_folder)
    if settings.google_chat_app:
        client = account.client(scopes.CHAT_APP, None, timeout=CHAT_ANSWERS)
        made["nudge"] = _google_module("chat_app").ChatApp(client)
    return made


def _board(settings: Config) -> Any:
    if settings.google_chat is None:
        return None
    return _google_module("chat").ChatSpace(
        settings.google_chat.get_secret_value(), root=settings.google_root
    )


def _google_module(name: str) -> Any:
    return import_module(f"connectors.google.{name}")


def _words(said: str) -> tuple[str, ...]:
    return tuple(word.strip().casefold() for word in said.split(",") if word.strip())


def _wrong_google_settings(settings: Config) -> Iterator[tuple[str, str, str]]:
    things = ("people", "sheet", "form", "folder", "calendar", "chat", "two_step")
    for_school = any(getattr(settings, f"google_{name}") for name in things)
    of_mailbox = settings.sends_by("google") or settings.google_calendar
    shared = any(
        getattr(settings, f"google_{name}")
        for name in ("people", "sheet", "form", "folder", "chat_app", "two_step")
    )
    wanted = {
        "GOOGLE_CREDENTIALS": of_mailbox or shared,
        "GOOGLE_MAILBOX": of_mailbox,
        "GOOGLE_DOMAIN": of_mailbox or bool(settings.google_people) or settings.google_two_step,
        "GOOGLE_SETTING": for_school,
    }
    for name, needed in wanted.items():
        if needed and not getattr(settings, name.lower()):
            yield name, "is missing", f"It is: {Config.model_fields[name.lower()].description}"
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


def _outside(settings: Config, name: str) -> Iterator[tuple[str, str, str]]:
    """Pin whom we act as: Google lets a delegated key act as anyone, pupils too."""
    address = getattr(settings, f"google_{name}")
    domain = (address or "").rpartition("@")[2].casefold()
    if address and settings.google_domain and domain not in _words(settings.google_domain):
        yield f"GOOGLE_{name.upper()}", f"{address} is not in HANDBELL_GOOGLE_DOMAIN", "Check both."


def _twice(settings: Config) -> Iterator[tuple[str, str, str]]:
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
    settings: Config, clock: Callable[[], datetime], *, title: str, categories: Mapping[str, str]
) -> Any:
    """Make a school's report form, or finish it; return its id and its address."""
    problems = [
        Problem("settings", None, f"HANDBELL_{name}", "is missing", "It owns the form, or reads it.")
        for name in ("GOOGLE_CREDENTIALS", "GOOGLE_MAILBOX", "GOOGLE_DOMAIN", "GOOGLE_SETTING")
        if not getattr(settings, name.lower())
    ]
    connected = workspace(settings, clock, None)
    if problems or connected is None:
        raise BadInput(problems)
    client = connected.account.client(_google_module("scopes").OWN_FILES, settings.google_mailbox)
    try:
        return _google_module("form").make_form(
            client,
            school=settings.google_setting,
            title=title,
            reader=connected.account.email,
            categories=categories,
        )
    finally:
        client.close()


GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LOOKS_LIKE = "It looks like 01234567-89ab-cdef-0123-456789abcdef."


@dataclass(frozen=True, slots=True)
class Microsoft:
    """One school's Microsoft 365. A part that is not configured is None."""

    graph: Any
    mailbox_pace: Any
    mailer: Any = None
    returned: Any = None
    directory: Any = None
    calendar: Any = None
    tracked: Any = None
    intake: Any = None
    library: Any = None
    nudge: Any = None
    two_step: Any = None


def microsoft(
    settings: Config, clock: Callable[[], datetime], journal: SendJournal | None = None
) -> Microsoft | None:
    """Connect as the settings say, asking no one yet; None: no tenant is named. BadInput: it is by halves.

    Without a journal no mail is sent.
    """
    problems = [
        Problem("settings", None, f"HANDBELL_{name}", *said)
        for name, *said in _wrong_microsoft_settings(settings)
    ]
    if problems:
        raise BadInput(problems)
    if settings.microsoft_tenant is None:
        return None
    # How mail leaves is no matter of the connection: all settings of one installation share it.
    connected = _connect_microsoft(settings.model_copy(update={"mail": "microsoft"}))
    return connected if journal is None else with_mailer(settings, connected, clock, journal)


def with_mailer(
    settings: Config, connected: Microsoft, clock: Callable[[], datetime], journal: SendJournal
) -> Microsoft:
    """Add the mailer, where the settings name a mailbox."""
    box = settings.microsoft_mailbox
    if not box:
        return connected
    made = _microsoft_module("mail").GraphMailer(
        connected.graph, box, journal, clock=clock, pace=connected.mailbox_pace
    )
    return replace(connected, mailer=made)


def parts(settings: Config, graph: Any) -> Microsoft:
    """Make every part the settings name over one connection, but the mailer."""
    paces = _microsoft_module("middleware")
    box, site = settings.microsoft_mailbox, settings.microsoft_site
    mailbox, site_pace = paces.mailbox_pace(), paces.site_pace()
    made: dict[str, Any] = {}
    if box:
        made["returned"] = _microsoft_module("mail").ReturnedMail(graph, box, pace=mailbox)
    if box and settings.microsoft_calendar:
        made["calendar"] = _microsoft_module("calendar").MailboxCalendar(graph, box, pace=mailbox)
    if settings.microsoft_groups:
        made["directory"] = _microsoft_module("directory").GroupDirectory(
            graph, groups(settings), most=settings.group_limit
        )
    if settings.microsoft_two_step:
        made["two_step"] = _microsoft_module("two_step").RegistrationReport(graph)
    if site and settings.microsoft_list:
        let_out = (COLUMNS.get(name.strip()) for name in settings.tracked_columns.split(","))
        made["tracked"] = _microsoft_module("lists").SiteTrackedList(
            graph, site, settings.microsoft_list, columns=tuple(filter(None, let_out)), pace=site_pace
        )
    if site and settings.microsoft_reports:
        made["intake"] = _microsoft_module("lists").ListForm(
            graph, site, settings.microsoft_reports, categories=tuple(CATEGORIES.values()), pace=site_pace
        )
    if settings.microsoft_library:
        library = _microsoft_module("library").PolicyLibrary
        made["library"] = library(graph, settings.microsoft_library, pace=site_pace)
    if settings.teams_app:
        app = settings.teams_catalog or settings.teams_app
        some = {"some": made["directory"].some} if "directory" in made else {}
        made["nudge"] = _microsoft_module("activity_feed").ActivityFeed(
            graph, app, f"{settings.address}/me", **some
        )
    return Microsoft(graph, mailbox, **made)


def groups(settings: Config) -> dict[str, str]:
    """Read "staff=GUID,governor=GUID"; whatever is no such pair is left out, and named by `_wrong`."""
    pairs = (one.partition("=") for one in settings.microsoft_groups.split(",") if one.strip())
    return {
        role.strip().casefold(): group.strip() for role, _, group in pairs if GUID.fullmatch(group.strip())
    }


@lru_cache(maxsize=4)
def _connect_microsoft(settings: Config) -> Microsoft:
    """Connect once in a process: a command and its doctor share one connection, which ends with them."""
    credentials = _microsoft_module("credentials")
    cloud = CLOUDS[settings.microsoft_cloud]
    secret = settings.microsoft_secret
    us = credentials.Registration(
        tenant_id=settings.microsoft_tenant,
        client_id=settings.microsoft_client_id,
        certificate=settings.microsoft_certificate,
        secret=secret.get_secret_value() if secret else None,
        token_file=settings.microsoft_token,
        identity=settings.microsoft_identity,
    )
    graph = _microsoft_module("client").Graph(cloud.graph, credentials.credential(us, cloud))
    atexit.register(graph.close)
    return parts(settings, graph)


def _microsoft_module(name: str) -> Any:
    return import_module(f"connectors.microsoft.{name}")


def _wrong_microsoft_settings(settings: Config) -> Iterator[tuple[str, str, str]]:
    wanted = {
        "MICROSOFT_MAILBOX": settings.sends_by("microsoft") or settings.microsoft_calendar,
        "MICROSOFT_SETTING": bool(
            settings.microsoft_groups
            or settings.microsoft_calendar
            or settings.microsoft_list
            or settings.microsoft_reports
            or settings.microsoft_library
            or settings.teams_workflow
            or settings.microsoft_two_step
        ),
        "MICROSOFT_SITE": bool(settings.microsoft_list or settings.microsoft_reports),
    }
    at_graph = wanted["MICROSOFT_MAILBOX"] or any(
        (
            settings.microsoft_groups,
            settings.microsoft_list,
            settings.microsoft_reports,
            settings.microsoft_two_step,
        )
    )
    needed = at_graph or settings.microsoft_library is not None or settings.teams_app is not None
    yield from _wrong_registration(settings, needed=needed)
    for name, needed in wanted.items():
        if needed and not getattr(settings, name.lower()):
            yield name, "is missing", f"It is: {Config.model_fields[name.lower()].description}"
    workflow = settings.teams_workflow.get_secret_value() if settings.teams_workflow else "https://"
    if not workflow.startswith("https://"):
        yield "TEAMS_WORKFLOW", "is no https address", "Copy it from the workflow, whole."
    for one in filter(str.strip, settings.microsoft_groups.split(",")):
        role, _, group = (said.strip() for said in one.partition("="))
        if not role or not GUID.fullmatch(group):
            yield "MICROSOFT_GROUPS", f'"{one.strip()}" is not role=group id', f"A group's id: {LOOKS_LIKE}"
    if (
        settings.microsoft_groups
        and settings.roster_csv
        and settings.roster_setting == settings.microsoft_setting
    ):
        yield "ROSTER_CSV", "names the people of the same setting", "Keep one of them."
    if settings.microsoft_list and settings.tracked_list:
        yield "TRACKED_LIST", "is kept beside HANDBELL_MICROSOFT_LIST", "Keep one of them."


def _wrong_registration(settings: Config, *, needed: bool) -> Iterator[tuple[str, str, str]]:
    tenant, client = settings.microsoft_tenant, settings.microsoft_client_id
    if tenant is None and not needed:
        return
    for name, said in (("MICROSOFT_TENANT", tenant), ("MICROSOFT_CLIENT_ID", client)):
        if said is None or not GUID.fullmatch(said):
            yield name, "is missing" if said is None else "is no such id", LOOKS_LIKE
    proofs = ("certificate", "token", "identity", "secret")
    if not any(getattr(settings, f"microsoft_{proof}") for proof in proofs):
        yield (
            "MICROSOFT_CERTIFICATE",
            "is missing",
            "Give it, or one of _IDENTITY, _TOKEN and _SECRET.",
        )
    if settings.microsoft_identity and not GUID.fullmatch(settings.microsoft_identity):
        yield "MICROSOFT_IDENTITY", "is no such id", LOOKS_LIKE
    for name, path in (("CERTIFICATE", settings.microsoft_certificate), ("TOKEN", settings.microsoft_token)):
        if path is not None and not path.is_file():
            yield f"MICROSOFT_{name}", f"{path} is no file this user may read", "Name the file."
    if tenant is not None and util.find_spec("msgraph") is None:
        right = "Install it: pip install 'handbell[microsoft]'."
        yield "MICROSOFT_TENANT", "needs Microsoft's library, which is not installed", right
