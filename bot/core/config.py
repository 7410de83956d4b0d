"""Settings of the installation: HANDBELL_* environment variables, read once when the process starts.

Any of them may be given as a file (HANDBELL_..._FILE). What is wrong with one is raised as a BadInput that
names the variable and says what to write, because pydantic's own messages are for programmers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import BadInput, Problem

SENDER = re.compile(r"[^@\s<>]+@[^@\s<>]+")
# Two characters swapped, one missing, one too many; HANDBELL_SITE is not HANDBELL_HOST.
ALIKE = 0.85
# A validator has one text for both sentences: what is wrong, and what would be right.
SPLIT = "\n"


def explain(error: Mapping[str, Any], field: FieldInfo | None, *, secret: bool) -> tuple[str, str]:
    """Return what is wrong with a value and what would be right. A secret's value is never repeated."""
    what = field.description if field is not None and field.description else ""
    given = "it" if secret else f'"{error.get("input")}"'
    limits = dict(error.get("ctx") or {})
    match error.get("type"):
        case "int_parsing" | "int_from_float":
            such = f", such as {field.default}" if field is not None else ""
            return f"{given} is not a whole number", f"Write one in figures{such}. {what}"
        case "greater_than_equal":
            return f"{given} is less than {limits['ge']}", f"Write {limits['ge']} or more. {what}"
        case "less_than_equal":
            return f"{given} is more than {limits['le']}", f"Write {limits['le']} or less. {what}"
        case "bool_parsing":
            return f"{given} is neither true nor false", f"Write true or false. {what}"
        case "literal_error":
            known = str(limits["expected"]).replace("'", "")
            return f"{given} is not one of these", f"Write {known}. {what}"
    says = str(error.get("msg", "is not right")).removeprefix("Value error, ")
    wrong, _, right = says.partition(SPLIT)
    return wrong, right or what


def too_short(given: str, least: int) -> str:
    """Return the error for a secret that is too short, with how to make a long enough one."""
    return (
        f"has {len(given)} characters, and fewer than {least} can be guessed"
        f"{SPLIT}Make one: openssl rand -hex {least}"
    )


def wrong_address(said: str, *, example: str) -> str | None:
    """Return why this is not the address of a web server; None if it is one."""
    try:
        parts = urlsplit(said)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        whole = whole and (parts.port is None or parts.port > 0)
    except ValueError:
        whole = False
    if whole and not re.search(r"\s", said):
        return None
    return (
        f"is no address that begins with https:// or http:// and names a machine{SPLIT}Write it as {example}"
    )


def wrong_sender(said: str) -> str | None:
    """Return why this is not a sending address; None if it is one."""
    if SENDER.fullmatch(said):
        return None
    return (
        f'"{said}" is not an e-mail address{SPLIT}'
        "Write the address alone, such as office@school.example; its name goes into HANDBELL_MAIL_FROM_NAME"
    )


def wrong_timezone(said: str) -> str | None:
    """Return why a time zone is unknown, with a suggestion; None if it is known."""
    try:
        ZoneInfo(said)
    except (KeyError, OSError, ValueError):
        near = get_close_matches(said, available_timezones(), n=1)
        return f'"{said}" is not a clock we know{SPLIT}Write it as {near[0] if near else "Europe/London"}'
    return None


def misspelt(given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return each variable that is none of ours and much like one that is, with that one."""
    ours = set(known)
    near = {one: get_close_matches(one, ours, n=1, cutoff=ALIKE) for one in given if one not in ours}
    return {one: found[0] for one, found in sorted(near.items()) if found}


T = TypeVar("T")
PREFIX = "HANDBELL_"
# How one school's messages are sent if not by `mail`.
OVERRIDES = ("microsoft", "google")
# What must not be guessed, and how many characters it has at least.
SECRETS_OF = {"secret_key": 32, "metrics_token": 16}


class Config(BaseSettings):
    """One installation. `deploy/env.example` lists every field with the same help."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore")

    data: Path = Field(Path("handbell-data"), description="Folder of the database, the key and sent files.")
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL address; empty: SQLite in the data folder."
    )
    base_url: str | None = Field(
        None, description="Address people reach this on; links in e-mails start with it. Empty: this machine."
    )
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the web server listens on.")
    proxies: str = Field(
        "127.0.0.1",
        description="Proxies that may say who asks (X-Forwarded-For): addresses or networks, with commas.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs personal links, 32 characters or more; empty: made once in the data folder."
    )
    signing_key: SecretStr | None = Field(
        None,
        description="Signs evidence packs (handbell evidence make-key); empty: made once in the data folder.",
    )
    case_keys: SecretStr | None = Field(
        None, description="Keys that seal cases, newest first; empty: no reports are taken. Keep them apart."
    )
    mail: Literal["folder", "smtp", "microsoft", "google"] = Field(
        "folder",
        description="How mail leaves: smtp, microsoft, google, or folder (nothing is sent, files only).",
    )
    mail_by_setting: str = Field(
        "",
        description="Settings whose messages leave another way: setting=microsoft or google, with commas.",
    )
    mail_from: str = Field(
        "handbell@localhost",
        description="The school's sending address; with microsoft or google leave it out: the mailbox's own.",
    )
    mail_from_name: str = Field("Handbell", description="The name people see beside that address.")
    smtp_host: str = Field("127.0.0.1", description="The mail server.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port: 587 for STARTTLS, 465 for TLS.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls, tls, or none (only for a server on the same machine)."
    )
    smtp_username: str | None = Field(None, description="Sign-in name at the mail server, if it wants one.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_per_minute: int = Field(60, ge=1, description="Messages a minute this mailbox may send.")
    roster_csv: Path | None = Field(
        None, description="A CSV list of people that the office keeps; read every morning."
    )
    roster_setting: str | None = Field(None, description="The setting that list belongs to.")
    group_limit: int = Field(
        500, ge=1, description="People that a group or org unit may hold; one with more may hold pupils."
    )
    website_checks: bool = Field(
        False,
        description="true: read every day whether the policy at its address on the school's website is the"
        " approved one.",
    )
    tracked_list: Path | None = Field(
        None, description="A list of cases (.xlsx or .csv) kept up to date for the office; empty: none."
    )
    tracked_setting: str | None = Field(None, description="The setting that list of cases belongs to.")
    tracked_readers: str = Field(
        "",
        description="Every role that can open that file, with commas; cases about any of them are left out.",
    )
    tracked_columns: str = Field(
        "number,category,state,received,due,clock,closed,owner",
        description="What leaves Handbell: any of number,category,state,received,due,clock,closed,owner.",
    )
    entra_tenant: str | None = Field(
        None, description="The school's Microsoft tenant id (a GUID), to sign in with Microsoft; empty: not."
    )
    entra_client_id: str | None = Field(None, description="The application id of Handbell in that tenant.")
    entra_client_secret: SecretStr | None = Field(None, description="Its client secret.")
    entra_issuer: str | None = Field(
        None, description="Stands in for Microsoft in tests; only an address of this machine."
    )
    google_hosted_domain: str | None = Field(
        None, description="The school's Google domains, with commas, to sign in with Google; empty: not."
    )
    google_client_id: str | None = Field(None, description="The client id of Handbell at Google.")
    google_client_secret: SecretStr | None = Field(None, description="Its client secret at Google.")
    google_issuer: str | None = Field(
        None, description="Stands in for Google in tests; only an address of this machine."
    )
    microsoft_tenant: str | None = Field(
        None,
        description="The school's Microsoft tenant id (a GUID), to work in its Microsoft 365; empty: not.",
    )
    microsoft_client_id: str | None = Field(
        None, description="The application id of Handbell's app registration there."
    )
    microsoft_certificate: Path | None = Field(
        None, description="The app's certificate with its private key, a PEM file: the best proof."
    )
    microsoft_token: Path | None = Field(
        None, description="A file with this machine's own token, where the cloud gives one (no secret kept)."
    )
    microsoft_identity: str | None = Field(
        None,
        description="Client id of this machine's managed identity, which the app trusts (no secret).",
    )
    microsoft_secret: SecretStr | None = Field(
        None, description="The app's client secret: only where there can be no certificate."
    )
    microsoft_cloud: Literal["global", "us-government", "us-defence", "china"] = Field(
        "global",
        description="Which Microsoft cloud, for signing in too: global, us-government, us-defence or china.",
    )
    microsoft_mailbox: str | None = Field(
        None, description="The shared mailbox messages leave from; meetings are organised there."
    )
    microsoft_setting: str | None = Field(
        None, description="The setting whose people, lists, policies and meetings the next lines name."
    )
    microsoft_groups: str = Field(
        "", description="Whose members are its people: role=group id, with commas (staff=..,governor=..)."
    )
    microsoft_two_step: bool = Field(
        False,
        description="true: read whether those who run official accounts have a second step at sign-in; needs"
        " AuditLog.Read.All.",
    )
    microsoft_calendar: bool = Field(
        False, description="true: governors' meetings and their papers stand in the mailbox's calendar."
    )
    microsoft_site: str | None = Field(
        None, description="The id of the SharePoint site for the lists (host,guid,guid)."
    )
    microsoft_list: str | None = Field(
        None,
        description="The list of cases there, made by an administrator; takes HANDBELL_TRACKED_ settings.",
    )
    microsoft_reports: str | None = Field(
        None, description="A list there with a form that people report by; each item becomes a case."
    )
    microsoft_library: str | None = Field(
        None, description="The drive id of the library of policies; a new version waits on the office's page."
    )
    teams_workflow: SecretStr | None = Field(
        None, description="The address of the workflow that posts the weekly card into a Teams channel."
    )
    teams_app: str | None = Field(
        None, description="The id of the Teams app that was made (a GUID); empty: no tab and no notices."
    )
    teams_catalog: str | None = Field(
        None,
        description="The App ID that Teams' admin centre shows for the uploaded app: a notice opens its tab.",
    )
    google_credentials: Path | None = Field(
        None, description="A service account's key file, or one of workload identity (no key); empty: not."
    )
    google_act_as: str | None = Field(
        None, description="With workload identity: the address of the service account to act through."
    )
    google_domain: str = Field("", description="The school's Google domains, with commas.")
    google_mailbox: str | None = Field(
        None, description="The one mailbox messages leave from; meetings are organised there."
    )
    google_per_minute: int = Field(40, ge=1, le=54, description="Messages a minute that mailbox may send.")
    google_per_day: int = Field(
        1500, ge=1, le=2000, description="Messages in 24 hours; Google takes 2,000, people's own among them."
    )
    google_setting: str | None = Field(
        None, description="The setting whose people, list, form, policies and meetings the next lines name."
    )
    google_people: str = Field(
        "", description="Who is who: role=org unit or group, with commas (staff=/Staff,governor=gov@..)."
    )
    google_admin: str | None = Field(
        None, description="An administrator to read people as; empty: the service account has a role itself."
    )
    google_two_step: bool = Field(
        False,
        description="true: read whether those who run official accounts have 2-Step Verification.",
    )
    google_calendar: bool = Field(
        False, description="true: governors' meetings and their papers stand in that mailbox's calendar."
    )
    google_sheet: str | None = Field(
        None, description="The id of a spreadsheet for the list of cases; takes HANDBELL_TRACKED_ settings."
    )
    google_form: str | None = Field(
        None, description="The id of the form that people report by; each response becomes a case."
    )
    google_folder: str | None = Field(
        None, description="The id of the Drive folder of policies; a new version waits on the office's page."
    )
    google_chat: SecretStr | None = Field(
        None, description="The address of a Chat webhook: the weekly card is posted into its space."
    )
    google_chat_app: bool = Field(
        False, description="true: the project's Chat app tells people that a letter waits, beside the letter."
    )
    google_notices: Literal["headers", "whole"] = Field(
        "headers",
        description="How mail that came back is read: headers (Gmail's own notices alone) or whole.",
    )
    google_root: str | None = Field(
        None, description="Stands for Google's APIs in tests; only an address of this machine."
    )
    timezone: str = Field("Europe/London", description="Clock of the schedules.")
    timestamp_url: str | None = Field(
        None, description="A time-stamping authority (RFC 3161) that stamps the ledger each day; empty: none."
    )
    timestamp_roots: Path | None = Field(
        None, description="The certificates it is trusted by, a PEM file; empty: stamps are kept unproved."
    )
    watchdog_url: SecretStr | None = Field(
        None,
        description="A Healthchecks address to ping every five minutes; with {job} in it, one for each job.",
    )
    worker_jobs: int = Field(4, ge=1, le=64, description="Jobs that one handbell worker runs at once.")
    worker_lost_after: int = Field(
        30, ge=1, le=600, description="Seconds of silence after which another takes a worker's work over."
    )
    log_level: Literal["debug", "info", "warning"] = Field("info", description="How much is logged.")
    log_format: Literal["text", "json"] = Field(
        "text", description="text: lines for people; json: one JSON object a line, for a collector."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Who brings this as a bearer token reads /metrics, 16 characters or more; empty: nobody.",
    )

    @property
    def address(self) -> str:
        """Return the address that links start with."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def ways(self) -> dict[str, str]:
        """Return how a school's messages are sent, by school key, where it is not by `mail`."""
        pairs = (one.partition("=") for one in self.mail_by_setting.split(",") if one.strip())
        said = {setting.strip(): way.strip().casefold() for setting, _, way in pairs}
        return {setting: way for setting, way in said.items() if way != self.mail}

    def sends_by(self, way: str) -> bool:
        """Return whether any school's messages are sent this way."""
        return way == self.mail or way in self.ways.values()

    @field_validator("mail_by_setting")
    @classmethod
    def _known_ways(cls, said: str) -> str:
        for one in filter(str.strip, said.split(",")):
            setting, _, way = (word.strip() for word in one.partition("="))
            if not setting or way.casefold() not in OVERRIDES:
                message = f'"{one.strip()}" is not setting=microsoft or setting=google'
                raise ValueError(message)
        return said

    @field_validator("proxies")
    @classmethod
    def _addresses(cls, given: str) -> str:
        """Refuse an address that no browser or every browser would match, such as a typing error or `*`."""
        for one in filter(None, (part.strip() for part in given.split(","))):
            try:
                ip_network(one)
            except ValueError:
                message = f'"{one}" is no address and no network'
                raise ValueError(message) from None
        return given

    @field_validator(*SECRETS_OF)
    @classmethod
    def _long_enough(cls, given: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        least = SECRETS_OF[info.field_name or ""]
        if given is not None and len(given.get_secret_value()) < least:
            raise ValueError(too_short(given.get_secret_value(), least))
        return given

    @field_validator("base_url")
    @classmethod
    def _reached_by_browsers(cls, given: str | None) -> str | None:
        return _right(given, wrong_address(given, example="https://bell.school.example") if given else None)

    @field_validator("timestamp_url")
    @classmethod
    def _stamping(cls, given: str | None) -> str | None:
        return _right(given, wrong_address(given, example="https://tsa.example/") if given else None)

    @field_validator("watchdog_url")
    @classmethod
    def _pinged(cls, given: SecretStr | None) -> SecretStr | None:
        said = given.get_secret_value() if given is not None else ""
        return _right(given, wrong_address(said, example="https://hc-ping.com/...") if said else None)

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, given: str) -> str:
        return _right(given, wrong_sender(given))

    @field_validator("timezone")
    @classmethod
    def _clock(cls, given: str) -> str:
        return _right(given, wrong_timezone(given))


def _right(given: T, wrong: str | None) -> T:
    """Return the value; raise ValueError if `wrong` gives a reason."""
    if wrong is not None:
        raise ValueError(wrong)
    return given


def load_settings(**given: object) -> Config:
    """Read the environment; `given` values (from the command line) win. BadInput names each variable."""
    from_files = _files()
    try:
        return Config.model_validate(Config(**(from_files | given)).model_dump())  # type: ignore[arg-type]
    except ValidationError as error:
        raise BadInput([_problem(dict(one)) for one in error.errors()]) from None


def file_of(name: str) -> Path | None:
    """Return the file from which a setting is read; None if it is not read from one."""
    path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
    return Path(path) if path else None


def _files() -> dict[str, object]:
    """Values of HANDBELL_<NAME>_FILE: the content of the file named, without its last line end."""
    values: dict[str, object] = {}
    for name in Config.model_fields:
        path = file_of(name)
        if path is None:
            continue
        try:
            values[name] = path.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            wrong = f"{path} cannot be read ({error.strerror})"
            right = "Name a file this user may read."
            variable = f"{PREFIX}{name.upper()}_FILE"
            raise BadInput([Problem("settings", None, variable, wrong, right)]) from None
    return values


def misspelt_variables() -> dict[str, str]:
    """Return unknown variables that look like one of ours, with the likely name."""
    known = [f"{PREFIX}{name.upper()}{end}" for name in Config.model_fields for end in ("", "_FILE")]
    return misspelt((name for name in os.environ if name.startswith(PREFIX)), known)


def given_twice() -> tuple[str, ...]:
    """Return the variables that are given both as a value and as a file."""
    names = [f"{PREFIX}{name.upper()}" for name in Config.model_fields]
    return tuple(name for name in names if os.environ.get(name) and os.environ.get(f"{name}_FILE"))


def _problem(error: dict[str, object]) -> Problem:
    place = error.get("loc")
    name = str(place[0]) if isinstance(place, tuple) else str(place)
    field = Config.model_fields.get(name)
    secret = field is not None and "SecretStr" in str(field.annotation)
    return Problem("settings", None, f"{PREFIX}{name.upper()}", *explain(error, field, secret=secret))
