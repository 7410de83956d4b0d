"""The rim: settings -> what a school's Microsoft 365 gives Handbell. Loads its libraries only when named.

Everything in one tenant goes through one connection, and everything about one mailbox shares its pace.
"""

from __future__ import annotations

import atexit
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from importlib import import_module, util
from typing import Any

from bot.actions.tracked import COLUMNS
from bot.domain.cases import CATEGORIES
from bot.errors import BadInput, Problem
from bot.ports import Journal
from bot.settings import Settings

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
LOOKS_LIKE = "It looks like 01234567-89ab-cdef-0123-456789abcdef."


@dataclass(frozen=True, slots=True)
class Microsoft:
    """One school's Microsoft 365, each part by the setting that named it; None where none did."""

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


def microsoft(
    settings: Settings, clock: Callable[[], datetime], journal: Journal | None = None
) -> Microsoft | None:
    """Connect as the settings say, asking nobody yet; None: no tenant is named. BadInput: it is by halves.

    Without a journal no mail is sent.
    """
    problems = [Problem("settings", None, f"HANDBELL_{name}", *said) for name, *said in _wrong(settings)]
    if problems:
        raise BadInput(problems)
    if settings.microsoft_tenant is None:
        return None
    # How mail leaves is no matter of the connection: all settings of one installation share it.
    connected = _connected(settings.model_copy(update={"mail": "microsoft"}))
    return connected if journal is None else with_mailer(settings, connected, clock, journal)


def with_mailer(
    settings: Settings, connected: Microsoft, clock: Callable[[], datetime], journal: Journal
) -> Microsoft:
    """Add the mailer, where the settings name a mailbox."""
    box = settings.microsoft_mailbox
    if not box:
        return connected
    made = _module("mail").GraphMailer(
        connected.graph, box, journal, clock=clock, pace=connected.mailbox_pace
    )
    return replace(connected, mailer=made)


def parts(settings: Settings, graph: Any) -> Microsoft:
    """Make every part the settings name over one connection, but the mailer."""
    paces = _module("pace")
    box, site = settings.microsoft_mailbox, settings.microsoft_site
    mailbox, site_pace = paces.mailbox_pace(), paces.site_pace()
    made: dict[str, Any] = {}
    if box:
        made["returned"] = _module("returned").ReturnedMail(graph, box, pace=mailbox)
    if box and settings.microsoft_calendar:
        made["calendar"] = _module("calendar").MailboxCalendar(graph, box, pace=mailbox)
    if settings.microsoft_groups:
        made["directory"] = _module("directory").GroupDirectory(
            graph, groups(settings), most=settings.group_limit
        )
    if site and settings.microsoft_list:
        let_out = (COLUMNS.get(name.strip()) for name in settings.tracked_columns.split(","))
        made["tracked"] = _module("tracked_list").SiteTrackedList(
            graph, site, settings.microsoft_list, columns=tuple(filter(None, let_out)), pace=site_pace
        )
    if site and settings.microsoft_reports:
        made["intake"] = _module("intake").ListForm(
            graph, site, settings.microsoft_reports, categories=tuple(CATEGORIES.values()), pace=site_pace
        )
    if settings.microsoft_library:
        library = _module("library").PolicyLibrary
        made["library"] = library(graph, settings.microsoft_library, pace=site_pace)
    if settings.teams_app:
        app = settings.teams_catalog or settings.teams_app
        some = {"some": made["directory"].some} if "directory" in made else {}
        made["nudge"] = _module("teams").ActivityFeed(graph, app, f"{settings.address}/me", **some)
    return Microsoft(graph, mailbox, **made)


def groups(settings: Settings) -> dict[str, str]:
    """Read "staff=GUID,governor=GUID"; whatever is no such pair is left out, and named by `_wrong`."""
    pairs = (one.partition("=") for one in settings.microsoft_groups.split(",") if one.strip())
    return {
        role.strip().casefold(): group.strip() for role, _, group in pairs if GUID.fullmatch(group.strip())
    }


@lru_cache(maxsize=4)
def _connected(settings: Settings) -> Microsoft:
    """Connect once in a process: a command and its doctor share one connection, which ends with them."""
    credentials, clouds = _module("credentials"), _module("clouds")
    cloud = clouds.CLOUDS[settings.microsoft_cloud]
    secret = settings.microsoft_secret
    us = credentials.Registration(
        tenant_id=settings.microsoft_tenant,
        client_id=settings.microsoft_client_id,
        certificate=settings.microsoft_certificate,
        secret=secret.get_secret_value() if secret else None,
        token_file=settings.microsoft_token,
        identity=settings.microsoft_identity,
    )
    graph = _module("client").Graph(cloud.graph, credentials.credential(us, cloud))
    atexit.register(graph.close)
    return parts(settings, graph)


def _module(name: str) -> Any:
    return import_module(f"connectors.microsoft.{name}")


def _wrong(settings: Settings) -> Iterator[tuple[str, str, str]]:
    wanted = {
        "MICROSOFT_MAILBOX": settings.sends_by("microsoft") or settings.microsoft_calendar,
        "MICROSOFT_SETTING": bool(
            settings.microsoft_groups
            or settings.microsoft_calendar
            or settings.microsoft_list
            or settings.microsoft_reports
            or settings.microsoft_library
            or settings.teams_workflow
        ),
        "MICROSOFT_SITE": bool(settings.microsoft_list or settings.microsoft_reports),
    }
    at_graph = wanted["MICROSOFT_MAILBOX"] or any(
        (settings.microsoft_groups, settings.microsoft_list, settings.microsoft_reports)
    )
    needed = at_graph or settings.microsoft_library is not None or settings.teams_app is not None
    yield from _wrong_registration(settings, needed=needed)
    for name, needed in wanted.items():
        if needed and not getattr(settings, name.lower()):
            yield name, "is missing", f"It is: {Settings.model_fields[name.lower()].description}"
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


def _wrong_registration(settings: Settings, *, needed: bool) -> Iterator[tuple[str, str, str]]:
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
