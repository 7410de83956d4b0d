"""The rim: what `handbell doctor` looks at beside the school's data: its address, its clock, who listens."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot.domain.days import instant
from bot.domain.findings import Finding, Level
from bot.settings import Settings, given_twice, misspelt_variables
from bot.signatures import SigningKey
from bot.store import runs
from bot.store.engine import Store
from bot.store.standing import clock_of

# What NTP keeps is far closer; what a worker takes over by is longer.
CLOCKS_DIFFER_BY = timedelta(minutes=1)
# One night may be missed where a machine was off.
BACKUP_OLD_AFTER = timedelta(days=2, hours=12)


def variables_are_ours() -> Iterator[Finding]:
    """Name what does nothing, and nothing else would say so: a variable misspelt, or given twice."""
    for given, meant in misspelt_variables().items():
        yield Finding("H106", "warning", f"Nothing reads {given}.", f"Write {meant}, if that is meant.")
    for name in given_twice():
        says = f"{name} and {name}_FILE are both given: the file counts, and the other does nothing."
        yield Finding("H107", "warning", says, "Take away the one that is not meant, and restart.")


def data_is_private(settings: Settings) -> Iterator[Finding]:
    """Look at who may read the keys and the database that were made in the data folder."""
    made = {
        "secret.key": "the key that signs personal links",
        "signing.key": "the key that signs evidence",
        "handbell.db": "the database",
    }
    for name, what in made.items():
        path = settings.data / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            says = f"Other users of this machine can read {path}, {what}."
            yield Finding("H102", "problem", says, f"chmod 600 {path}*")


def evidence_is_signed(key: SigningKey | None) -> Iterator[Finding]:
    """Look for the key that signs evidence packs: several machines make none by themselves."""
    if key is None:
        says = "Evidence packs cannot be made: there is no key to sign them with."
        hint = "Give every machine the same HANDBELL_SIGNING_KEY_FILE; handbell evidence make-key prints one."
        yield Finding("H108", "warning", says, hint)


def files_are_read_within_limits(*, held: bool) -> Iterator[Finding]:
    """Tell where the system does not hold the process that reads files to a limit on memory."""
    if not held:
        says = "This system does not limit the memory that reading a policy file may take."
        hint = "Run Handbell on Linux, or take files only from people you trust."
        yield Finding("H109", "info", says, hint)


def links_reach_people(settings: Settings) -> Iterator[Finding]:
    """Look at what every link begins with, where letters are sent."""
    for level, why, hint in () if settings.mail == "folder" else _wrong_with(settings.address):
        yield Finding("H103", level, f"Links in e-mails start with {settings.address}{why}", hint)


def _wrong_with(address: str) -> Iterator[tuple[Level, str, str]]:
    parts = urlsplit(address)
    if any(name in address for name in ("127.0.0.1", "localhost")):
        yield (
            "problem",
            ", which works on this machine only.",
            "Set HANDBELL_BASE_URL to the address people reach.",
        )
        return
    if parts.path or parts.query or parts.fragment:
        hint = (
            "Give Handbell a name of its own, such as https://bell.school.example, and set HANDBELL_BASE_URL."
        )
        yield "problem", ", and the pages are at the top of an address only.", hint
    if parts.scheme == "http":
        hint = "Put a proxy with TLS before Handbell and begin HANDBELL_BASE_URL with https://."
        yield "warning", ": without https others can read what people answer.", hint


def the_watchdog_hears(settings: Settings) -> Iterator[Finding]:
    """Ask the watchdog outside: one that never heard of us raises no alarm when we fall silent."""
    if settings.watchdog_url is None:
        return
    from connectors.local.watchdog import HealthchecksWatchdog  # noqa: PLC0415 - httpx, where it is named

    why = HealthchecksWatchdog(settings.watchdog_url.get_secret_value(), alone="heartbeat").refuses()
    if why is not None:
        says = f"The watchdog does not hear us: {why}. Nobody outside would learn that the schedules stopped."
        hint = "Compare HANDBELL_WATCHDOG_URL with what its page shows; with {job}: a check named heartbeat."
        yield Finding("H410", "warning", says, hint)


def the_clock_is_right(store: Store, clock: Callable[[], datetime]) -> Iterator[Finding]:
    """Hold this machine's clock against the database's, and against when the schedules last beat."""
    with store.reading() as conn:
        theirs, beat_at = clock_of(conn), runs.last_finished_at(conn, "heartbeat")
    now = clock()
    other = None
    if theirs is not None and abs(theirs - now) > CLOCKS_DIFFER_BY:
        other = f"the database's says {_utc(theirs)}."
    elif beat_at is not None and beat_at - now > CLOCKS_DIFFER_BY:
        other = f"the schedules last ran at {_utc(beat_at)}, which is later."
    if other is not None:
        hint = "Set the clocks of all machines by NTP (timedatectl says whether), then restart Handbell."
        yield Finding("H411", "problem", f"The clock here says {_utc(now)}, and {other}", hint)


def backups_go_on(data: Path, now: datetime) -> Iterator[Finding]:
    """Look at the folder of each night's backups: one that fails, fails where nobody looks."""
    made = [one.stat().st_mtime for one in (data / "backups").glob("*.backup")]
    if not made:
        return
    last_at = datetime.fromtimestamp(max(made), UTC)
    if now - last_at > BACKUP_OLD_AFTER:
        says = f"The last backup in {data / 'backups'} was made at {_utc(last_at)}."
        hint = (
            "Make one with handbell backup: it says what hinders. Or journalctl -u handbell-backup says it."
        )
        yield Finding("H412", "warning", says, hint)


def _utc(at: datetime) -> str:
    return f"{instant(at, 'UTC')} UTC"
