"""Build services from settings. The only place that names concrete connectors and reads the clock."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.bootstrap.message_kinds import check_message_kinds
from bot.bootstrap.vendors import Google, Microsoft, microsoft, workspace
from bot.cases.jobs import COLUMNS
from bot.core.config import Config
from bot.core.encryption import CaseKeys, read_keys
from bot.core.errors import BadInput, Problem
from bot.core.links import Links
from bot.core.signatures import SigningKey, new_signing_key, read_signing_key
from bot.core.timestamps import read_roots
from bot.dashboard.weekly_card import draw_card
from bot.database.engine import Store, open_store
from bot.database.job_runs import HEARTBEAT
from bot.database.migrate import upgrade
from bot.messages.attempt_store import SendingJournal
from bot.ports import (
    Address,
    ChannelPoster,
    Directory,
    ExternalTable,
    IdentityProvider,
    Mailer,
    PublicWeb,
    TabTokens,
    Watchdog,
)
from bot.services import CaseListExport, Mailbox, NoWatchdog, Services, Timestamps
from connectors.local.folder_mailer import FolderMailer
from connectors.local.roster import CsvRoster, read_people
from connectors.local.smtp import SmtpMailer
from connectors.local.smtp_session import SmtpSettings
from connectors.microsoft.clouds import CLOUDS

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
DATABASE = "handbell.db"
THIS_MACHINE = {"127.0.0.1", "::1", "localhost"}


def clock() -> datetime:
    """Return what time it is, in UTC."""
    return datetime.now(UTC)


def open_data(settings: Config) -> Store:
    """Open the installation's store, made or upgraded as needed. BadInput: the folder cannot be had."""
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if settings.database_url is None:
            # SQLite would make it, and all it keeps beside it, by the umask.
            (settings.data / DATABASE).touch(mode=0o600)
    except OSError as error:
        wrong = f"{settings.data} cannot be used as a folder ({error.strerror})"
        right = "Name a folder this user may write to with --data or HANDBELL_DATA."
        raise BadInput([Problem("settings", None, "HANDBELL_DATA", wrong, right)]) from None
    store = open_store(database_url(settings))
    upgrade(store)
    return store


def database_url(settings: Config) -> str:
    """Return where the database is: the address given, or SQLite in the data folder."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return f"sqlite:///{settings.data / DATABASE}"


def make_services(settings: Config) -> Services:
    """Wire everything that talks to the world."""
    check_message_kinds()
    store = open_data(settings)
    vendors = make_vendors(settings, store)
    return Services(
        store=store,
        mailer=make_mailer(settings, store),
        mailboxes=make_mailboxes(settings, store),
        clock=clock,
        links=Links(secret_key(settings)),
        base_url=settings.address,
        sender=make_sender(settings),
        rosters=make_rosters(settings),
        case_keys=make_case_keys(settings),
        tracked=make_tracked(settings),
        certificates=settings.data / "certificates",
        identity=make_identity(settings),
        read_people=read_people,
        returned=_by_vendor(vendors, "returned"),
        intakes=_of_microsoft(settings, "intake") | _of_google(settings, "intake"),
        calendars=_of_microsoft(settings, "calendar") | _of_google(settings, "calendar"),
        libraries=_of_microsoft(settings, "library") | _of_google(settings, "library"),
        boards=make_boards(settings) | _of_google(settings, "board"),
        draw_card=draw_card,
        nudges=_by_vendor(vendors, "nudge"),
        tab=make_tab(settings),
        metrics_token=settings.metrics_token.get_secret_value() if settings.metrics_token else None,
        watchdog=make_watchdog(settings),
        signing_key=signing_key(settings),
        timestamps=make_timestamps(settings),
        web=make_web(settings),
        two_step=_of_microsoft(settings, "two_step") | _of_google(settings, "two_step"),
    )


def make_mailer(settings: Config, store: Store) -> Mailer:
    """Choose the mailer the settings name. Those of vendors keep a journal in the store."""
    connected = make_vendors(settings, store).get(settings.mail)
    if connected is not None:
        mailer: Mailer = connected.mailer
        return mailer
    if settings.mail == "folder":
        return FolderMailer(settings.data / "sent", clock)
    password = settings.smtp_password
    return SmtpMailer(
        SmtpSettings(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            username=settings.smtp_username,
            password=password.get_secret_value() if password else None,
            per_minute=settings.smtp_per_minute,
        ),
        clock=clock,
    )


def make_mailboxes(settings: Config, store: Store) -> dict[str, Mailbox]:
    """Return the vendor's mailbox of each school that does not send by `mailer`."""
    mailers = _by_vendor(make_vendors(settings, store), "mailer")
    senders = _vendors_mailboxes(settings)
    return {
        school: Mailbox(mailers[way], Address(senders[way] or "", settings.mail_from_name))
        for school, way in settings.ways.items()
    }


def make_sender(settings: Config) -> Address:
    """Return whom messages are from: a vendor's mailbox itself, where no other address is given."""
    mailbox = _vendors_mailboxes(settings).get(settings.mail)
    unsaid = settings.mail_from == Config.model_fields["mail_from"].default
    return Address(mailbox if unsaid and mailbox else settings.mail_from, settings.mail_from_name)


def _vendors_mailboxes(settings: Config) -> dict[str, str | None]:
    return {"microsoft": settings.microsoft_mailbox, "google": settings.google_mailbox}


def make_vendors(settings: Config, store: Store) -> dict[str, Microsoft | Google | None]:
    """Connect what the settings name; again is the same connection."""
    return {"microsoft": make_microsoft(settings, store), "google": make_google(settings, store)}


def make_microsoft(settings: Config, store: Store | None = None) -> Microsoft | None:
    """Connect the school's Microsoft 365, where the settings name one."""
    return microsoft(settings, clock, SendingJournal(store) if store is not None else None)


def make_google(settings: Config, store: Store | None = None) -> Google | None:
    """Connect the school's Google Workspace, where the settings name one."""
    return workspace(settings, clock, SendingJournal(store) if store is not None else None)


def make_rosters(settings: Config) -> dict[str, Directory]:
    """Return the connected directory of each school that has one."""
    found: dict[str, Directory] = {}
    if settings.roster_csv is not None and settings.roster_setting is not None:
        found[settings.roster_setting] = CsvRoster(settings.roster_csv)
    return found | _of_microsoft(settings, "directory") | _of_google(settings, "directory")


def _of_microsoft(settings: Config, part: str) -> dict[str, Any]:
    """Return a part of Microsoft 365 by its school; empty if no school has it."""
    connected = make_microsoft(settings)
    made = getattr(connected, part) if connected is not None else None
    return {settings.microsoft_setting: made} if made is not None and settings.microsoft_setting else {}


def _of_google(settings: Config, part: str) -> dict[str, Any]:
    """Return a part of Google Workspace by its school; empty if no school has it."""
    connected = make_google(settings)
    made = getattr(connected, part) if connected is not None else None
    return {settings.google_setting: made} if made is not None and settings.google_setting else {}


def _by_vendor(vendors: Mapping[str, Microsoft | Google | None], part: str) -> dict[str, Any]:
    made = {vendor: getattr(connected, part, None) for vendor, connected in vendors.items()}
    return {vendor: one for vendor, one in made.items() if one is not None}


def make_watchdog(settings: Config) -> Watchdog:
    """Return the watchdog that is told about jobs."""
    if settings.watchdog_url is None:
        return NoWatchdog()
    from connectors.local.watchdog import HealthchecksWatchdog  # noqa: PLC0415 - httpx, where it is named

    return HealthchecksWatchdog(settings.watchdog_url.get_secret_value(), alone=HEARTBEAT)


def make_timestamps(settings: Config) -> Timestamps | None:
    """Return who stamps the ledger. BadInput: the certificates cannot be read."""
    if settings.timestamp_url is None:
        return None
    from connectors.local.timestamping import HttpTimestampAuthority  # noqa: PLC0415 - httpx, where it is named

    authority = HttpTimestampAuthority(settings.timestamp_url)
    path = settings.timestamp_roots
    if path is None:
        return Timestamps(authority)
    try:
        return Timestamps(authority, tuple(read_roots(path.read_bytes())))
    except (OSError, ValueError):
        right = "Name a PEM file with the authority's root certificate."
        wrong = f"{path} holds no certificates that can be read"
        raise BadInput([Problem("settings", None, "HANDBELL_TIMESTAMP_ROOTS", wrong, right)]) from None


def make_web(settings: Config) -> PublicWeb | None:
    """Return what reads the school's website, where that is switched on."""
    if not settings.website_checks:
        return None
    from connectors.local.public_web import PublicWebReader  # noqa: PLC0415 - httpcore, where it is named

    return PublicWebReader()


def make_tab(settings: Config) -> TabTokens | None:
    """Check the tokens of the tab in Teams, where there is one."""
    tenant, client_id = settings.microsoft_tenant, settings.microsoft_client_id
    if settings.teams_app is None or tenant is None or client_id is None:
        return None
    from connectors.openid.teams import TeamsTokens  # noqa: PLC0415 - joserfc, where there is a tab

    host = CLOUDS[settings.microsoft_cloud].issuer
    return TeamsTokens(tenant=tenant, client_id=client_id, host=host)


def make_boards(settings: Config) -> dict[str, ChannelPoster]:
    """Return the channel in Teams that the weekly card goes to."""
    address = settings.teams_workflow.get_secret_value() if settings.teams_workflow else ""
    if not address or not settings.microsoft_setting:
        return {}
    from connectors.microsoft.channel_workflow import ChannelWorkflow  # noqa: PLC0415 - httpx, where it is named

    return {settings.microsoft_setting: ChannelWorkflow(address)}


def make_tracked(settings: Config) -> dict[str, CaseListExport]:
    """Return the exported list of cases by school. BadInput: school, readers or columns are missing."""
    kept: dict[str, ExternalTable] = _of_microsoft(settings, "tracked") | _of_google(settings, "tracked")
    if settings.tracked_list is not None:
        from connectors.local.tracked_list import TrackedFile  # noqa: PLC0415 - openpyxl, for this alone

        kept[settings.tracked_setting or ""] = TrackedFile(settings.tracked_list)
    readers, columns = _words(settings.tracked_readers), _words(settings.tracked_columns)
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        says = f'"{unknown[0]}" is no column of a list of cases'
        right = f"Take any of {','.join(COLUMNS)}."
        raise BadInput([Problem("settings", None, "HANDBELL_TRACKED_COLUMNS", says, right)])
    if not kept:
        return {}
    wrong = (
        ("HANDBELL_TRACKED_SETTING", not all(kept), "Name the setting by its key."),
        ("HANDBELL_TRACKED_READERS", not readers, "Name every role that can open the file."),
        ("HANDBELL_TRACKED_COLUMNS", columns[:1] != ("number",), f"Take {','.join(COLUMNS)}."),
    )
    problems = [
        Problem("settings", None, name, "does not fit a list", hint) for name, bad, hint in wrong if bad
    ]
    if problems:
        raise BadInput(problems)
    return {school: CaseListExport(outside, readers, columns) for school, outside in kept.items() if school}


def make_identity(settings: Config) -> dict[str, IdentityProvider]:
    """Return the providers people may sign in with. BadInput: one is named by halves."""
    found: dict[str, IdentityProvider] = {}
    whole = _named(settings, "entra", "tenant")
    if whole is not None:
        from connectors.openid.vendors import entra  # noqa: PLC0415 - joserfc, where people sign in so

        tenant, client, secret, issuer = whole
        host = CLOUDS[settings.microsoft_cloud].issuer
        found["entra"] = entra(
            tenant=tenant.lower(), client_id=client, client_secret=secret, host=host, issuer=issuer
        )
    whole = _named(settings, "google", "hosted_domain")
    if whole is not None:
        from connectors.openid.vendors import google  # noqa: PLC0415 - as above

        domain, client, secret, issuer = whole
        found["google"] = google(
            domains=_words(domain), client_id=client, client_secret=secret, issuer=issuer
        )
    return found


def _named(settings: Config, vendor: str, whose: str) -> tuple[str, str, str, str | None] | None:
    """Read one provider's settings: all of them, or none."""
    secret = getattr(settings, f"{vendor}_client_secret")
    given: dict[str, str | None] = {
        f"{vendor}_{whose}": getattr(settings, f"{vendor}_{whose}"),
        f"{vendor}_client_id": getattr(settings, f"{vendor}_client_id"),
        f"{vendor}_client_secret": secret.get_secret_value() if secret else None,
    }
    issuer: str | None = getattr(settings, f"{vendor}_issuer")
    if not any(given.values()):
        return None
    missing = [name for name, said in given.items() if not (said or "").strip(" ,")]
    wrong = [(name, "is missing", "Give all three, or none.") for name in missing]
    if vendor == "entra" and settings.entra_tenant and not GUID.fullmatch(settings.entra_tenant):
        wrong.append(
            ("entra_tenant", "is no tenant id", "It looks like 01234567-89ab-cdef-0123-456789abcdef.")
        )
    if issuer and urlsplit(issuer).hostname not in THIS_MACHINE:
        wrong.append((f"{vendor}_issuer", "is not on this machine", "Leave it out; it is for tests."))
    if wrong:
        problems = [Problem("settings", None, f"HANDBELL_{one.upper()}", *said) for one, *said in wrong]
        raise BadInput(problems)
    whose_is, client, kept = given.values()
    return whose_is or "", client or "", kept or "", issuer


def _words(said: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in said.split(",") if word.strip())


def make_case_keys(settings: Config) -> CaseKeys | None:
    """Read the keys that seal cases; without any, no report is taken."""
    given = settings.case_keys.get_secret_value() if settings.case_keys else ""
    return read_keys(given) if given.strip() else None


def secret_key(settings: Config) -> str:
    """Return the key given, or one made once and kept, readable by this user alone, in the data folder."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / "secret.key"
    if not path.exists():
        _keep_key(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def signing_key(settings: Config) -> SigningKey | None:
    """Return the key given, or on one machine one made once in the data folder; None: there is neither.

    BadInput: what is there is no key.
    """
    if settings.signing_key is not None:
        return read_signing_key(settings.signing_key.get_secret_value())
    path = settings.data / "signing.key"
    if not path.exists():
        if settings.database_url is not None:
            return None  # a key that each machine made by itself would be no one's
        _keep_key(path, new_signing_key())
    return read_signing_key(path.read_text(encoding="ascii"))


def _keep_key(path: Path, key: str) -> None:
    """Write the key whole beside its place and link it there: of two processes that begin, one wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
