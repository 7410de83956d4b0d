"""handbell microsoft setup: a school's Microsoft 365 made ready by its administrator, and its settings."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bot import __version__
from bot.bootstrap.services import clock
from bot.cases.jobs import COLUMNS
from bot.cases.model import CATEGORIES
from bot.cli.output import must_be_a_file, write_whole
from bot.cli.teams_package import packed
from bot.core.config import Config, load_settings
from bot.core.errors import BadInput, Problem

CASES, REPORTS = "Handbell cases", "Handbell reports"
LINE = re.compile(r"\s*(?:export\s+)?(HANDBELL_[A-Z0-9_]+)=(.*)")
# It stands between quotes in what Exchange is told.
MAILBOX = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
CLIENT_SECRET_VARIABLE = "HANDBELL_ENTRA_CLIENT_SECRET"  # noqa: S105 - a setting's name


@dataclass(frozen=True, slots=True)
class SetupOptions:
    """What the command line asks for. `site`, `policies`: the addresses people open."""

    address: str
    mailbox: str
    file: Path
    tenant: str = "organizations"
    site: str | None = None
    policies: str | None = None
    library: str | None = None
    groups: tuple[str, ...] = ()
    school: str | None = None
    teams: bool = False
    browser: bool = False
    check: bool = False


def setup(given: dict[str, Any], wanted: SetupOptions) -> int:
    """Do every step, then write the settings; what is done stays done when a later step fails."""
    _refuse_what_is_wrong(wanted)
    settings = load_settings(**given)
    from connectors.microsoft import administrator  # noqa: PLC0415 - its library is an extra
    from connectors.microsoft.tenant import TenantSetup  # noqa: PLC0415

    graph = administrator.connect(
        wanted.tenant, settings.microsoft_cloud, click.echo, browser=wanted.browser, teams=wanted.teams
    )
    try:
        graph.sign_in()
        _do(wanted, settings, TenantSetup(graph, click.echo, check=wanted.check))
    finally:
        graph.close()
    return 0


def _do(wanted: SetupOptions, settings: Config, tenant: Any) -> None:
    from connectors.microsoft.tenant import exchange_commands  # noqa: PLC0415

    address = wanted.address.rstrip("/")
    before = _known(wanted.file)
    found = {"HANDBELL_MICROSOFT_TENANT": tenant.tenant()}
    pem = Path(
        before.get("HANDBELL_MICROSOFT_CERTIFICATE") or wanted.file.absolute().with_name("microsoft.pem")
    )
    ours = tenant.registration(address, _certificate(pem, make=not wanted.check))
    principal = tenant.principal(ours)
    found |= {
        "HANDBELL_MICROSOFT_CLIENT_ID": ours.app_id,
        "HANDBELL_MICROSOFT_CERTIFICATE": str(pem),
        "HANDBELL_MICROSOFT_MAILBOX": wanted.mailbox,
        "HANDBELL_MAIL": "microsoft",
        "HANDBELL_ENTRA_TENANT": found["HANDBELL_MICROSOFT_TENANT"],
        "HANDBELL_ENTRA_CLIENT_ID": ours.app_id,
    }
    if wanted.school:
        found["HANDBELL_MICROSOFT_SETTING"] = wanted.school
    if wanted.groups:
        pairs = (one.partition("=") for one in wanted.groups)
        named = (f"{role.strip()}={tenant.group(group.strip())}" for role, _, group in pairs)
        found["HANDBELL_MICROSOFT_GROUPS"] = ",".join(named)
    found |= _sites(wanted, settings, tenant, ours)
    if wanted.teams:
        found |= _teams(wanted, settings, tenant, ours, before)
    # Last, so that a secret that was made is in the file: Microsoft shows it once.
    if CLIENT_SECRET_VARIABLE not in before:
        found[CLIENT_SECRET_VARIABLE] = tenant.secret(ours)
    if wanted.check:
        return
    write_whole(wanted.file, _merged(wanted.file, found).encode())
    click.echo(f"The settings are in {wanted.file}.")
    click.echo("\nPaste this into Exchange Online PowerShell, signed in as an Exchange administrator:\n")
    click.echo(exchange_commands(ours, principal, wanted.mailbox))


def _sites(wanted: SetupOptions, settings: Config, tenant: Any, ours: Any) -> dict[str, str]:
    from connectors.microsoft import lists  # noqa: PLC0415

    found: dict[str, str] = {}
    if wanted.site:
        site = tenant.site(wanted.site)
        tenant.permit(ours, site, wanted.site, "write")
        titles = [
            COLUMNS[one.strip()] for one in settings.tracked_columns.split(",") if one.strip() in COLUMNS
        ]
        cases = settings.microsoft_list or CASES
        reports = settings.microsoft_reports or REPORTS
        tenant.keep_list(site, cases, lists.cases(titles))
        tenant.keep_list(site, reports, lists.reports(tuple(CATEGORIES.values())))
        found |= {
            "HANDBELL_MICROSOFT_SITE": site,
            "HANDBELL_MICROSOFT_LIST": cases,
            "HANDBELL_MICROSOFT_REPORTS": reports,
        }
    if wanted.policies:
        site = tenant.site(wanted.policies)
        # One right a site: where both are the same, the wider one stands.
        if wanted.policies != wanted.site:
            tenant.permit(ours, site, wanted.policies, "read")
        found["HANDBELL_MICROSOFT_LIBRARY"] = _library(tenant.libraries(site), wanted.library)
    return found


def _library(there: Mapping[str, str], named: str | None) -> str:
    if named is None and len(there) == 1:
        return next(iter(there.values()))
    if named is None or named not in there:
        right = f"Name one of these with --library: {', '.join(sorted(there))}."
        raise BadInput([Problem("site", None, "--library", "names no library of the policies' site", right)])
    return there[named]


def _teams(
    wanted: SetupOptions, settings: Config, tenant: Any, ours: Any, before: Mapping[str, str]
) -> dict[str, str]:
    from connectors.openid.teams import CLIENTS  # noqa: PLC0415

    tenant.tab(ours, wanted.address, CLIENTS)
    # The same whenever it is worked out: an app uploaded by a run that failed later is found again.
    own = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{ours.app_id}/teams"))
    app = settings.teams_app or before.get("HANDBELL_TEAMS_APP") or own
    known = {"teams_app": app, "microsoft_client_id": ours.app_id, "microsoft_tenant": "here"}
    shown = settings.model_copy(update=known | {"base_url": wanted.address.rstrip("/")})
    catalogue = tenant.teams_app(app, __version__, lambda: packed(shown))
    return {"HANDBELL_TEAMS_APP": app, "HANDBELL_TEAMS_CATALOG": catalogue}


def _certificate(path: Path, *, make: bool) -> Any:
    """Read the certificate that is there, or make one; None: there is none, and none is to be made."""
    from connectors.microsoft import certificate  # noqa: PLC0415

    try:
        if path.exists():
            return certificate.read(path)
        return certificate.make(path, clock()) if make else None
    except (OSError, ValueError) as error:
        wrong = f"cannot be used as Handbell's certificate ({type(error).__name__})"
        raise BadInput(
            [Problem(str(path), None, None, wrong, "Move the file away to have one made.")]
        ) from error


def _known(file: Path) -> dict[str, str]:
    """Read what an earlier run wrote."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else ()
    found = (LINE.fullmatch(line) for line in lines)
    return {one[1]: one[2].strip() for one in found if one and one[2].strip()}


def _merged(file: Path, found: Mapping[str, str]) -> str:
    """Set the variables found in the text of the file, each in its line or at the end."""
    kept, left = [], dict(found)
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        known = LINE.fullmatch(line)
        kept.append(f"{known[1]}={left.pop(known[1])}" if known and known[1] in left else line)
    return "\n".join([*kept, *(f"{name}={said}" for name, said in left.items()), ""])


def _refuse_what_is_wrong(wanted: SetupOptions) -> None:
    if util.find_spec("msgraph") is None:
        right = "Install it: pip install 'handbell[microsoft]'."
        raise BadInput([Problem("command line", None, None, "Microsoft's library is not installed", right)])
    problems = [
        Problem("command line", None, option, "is no https address", "It begins with https://.")
        for option, said in (
            ("--address", wanted.address),
            ("--site", wanted.site),
            ("--policies", wanted.policies),
        )
        if said is not None and (urlsplit(said).scheme != "https" or not urlsplit(said).hostname)
    ]
    if not MAILBOX.fullmatch(wanted.mailbox):
        right = "It looks like handbell@yourschool.example."
        problems.append(Problem("command line", None, "--mailbox", "is no address of a mailbox", right))
    problems += [
        Problem(
            "command line", None, "--group", f'"{one}" is not role=group', 'For example staff="All staff".'
        )
        for one in wanted.groups
        if not all(part.strip() for part in one.partition("="))
    ]
    if problems:
        raise BadInput(problems)
    must_be_a_file(wanted.file)
