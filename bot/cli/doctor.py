"""handbell doctor: numbered findings about the installation, each with a hint and a row in the runbook."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from bot.bootstrap.services import clock, make_google, make_mailer, make_microsoft, make_services, signing_key
from bot.cases import store as case_store
from bot.cases.context import unopenable
from bot.cases.lessons import waiting
from bot.cli.ledger_checks import anchors_hold, evidence_fits_the_ledger, packs_are_continued, stamps_hold
from bot.cli.show import print_json
from bot.cli.vendor_checks import google_findings, microsoft_findings, sender_findings
from bot.core.clock import local_date
from bot.core.config import Config, file_of, given_twice, load_settings, misspelt_variables
from bot.core.dates import full_date, local_instant
from bot.core.encryption import WrongKey
from bot.core.errors import BadInput, GiveUp, HandbellError, OutcomeUnknown, Problem, TryAgain
from bot.core.signatures import SigningKey, fingerprint
from bot.database import job_runs
from bot.database.engine import Store
from bot.database.job_runs import Run
from bot.database.migrate import LEAST_ROOM, clock_of, free_under
from bot.identity.case_roles import waits_unopened
from bot.messages import store as message_store
from bot.messages.bounces import refused_lately
from bot.operations.backup import holds_secret
from bot.operations.unreadable_store import unreadable
from bot.people import import_service as people_import_service
from bot.planning.store import load_in_batches
from bot.policies import library as policy_library
from bot.policies import website as policy_website
from bot.policies.model import WebsiteState
from bot.reading.limits import MEMORY_IS_LIMITED
from bot.records import ledger
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.duties import Finding, Level
from bot.rules.hash_chain import Anchor
from bot.services import Services
from bot.status.warnings import findings as domain_findings
from connectors.local.roster import CsvRoster

# What NTP keeps is far closer; what a worker takes over by is longer.
CLOCKS_DIFFER_BY = timedelta(minutes=1)
# One night may be missed where a machine was off.
BACKUP_OLD_AFTER = timedelta(days=2, hours=12)
# So many backups are named; the rest is counted.
NAMED = 10


def variables_are_ours() -> Iterator[Finding]:
    """Return what does nothing, and nothing else would say so: a variable misspelt, or given twice."""
    for given, meant in misspelt_variables().items():
        yield Finding("H106", "warning", f"Nothing reads {given}.", f"Write {meant}, if that is meant.")
    for name in given_twice():
        says = f"{name} and {name}_FILE are both given: the file counts, and the other does nothing."
        yield Finding("H107", "warning", says, "Take away the one that is not meant, and restart.")


def data_is_private(settings: Config) -> Iterator[Finding]:
    """Check who may read the keys and the database that were made in the data folder."""
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
    """Check for the key that signs evidence packs: several machines make none by themselves."""
    if key is None:
        says = "Evidence packs cannot be made: there is no key to sign them with."
        hint = "Give every machine the same HANDBELL_SIGNING_KEY_FILE; handbell evidence make-key prints one."
        yield Finding("H108", "warning", says, hint)


def files_are_read_within_limits(*, held: bool) -> Iterator[Finding]:
    """Yield a finding if the system cannot limit the memory of the reader's process."""
    if not held:
        says = "This system does not limit the memory that reading a policy file may take."
        hint = "Run Handbell on Linux, or take files only from people you trust."
        yield Finding("H109", "info", says, hint)


def links_reach_people(settings: Config) -> Iterator[Finding]:
    """Check what every link begins with, where letters are sent."""
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


def the_watchdog_hears(settings: Config) -> Iterator[Finding]:
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
    """Compare this machine's clock with the database's and with the last run of the schedules."""
    with store.reading() as conn:
        theirs, beat_at = clock_of(conn), job_runs.last_finished_at(conn, "heartbeat")
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
    """Check the folder of each night's backups: one that fails, fails where no one looks."""
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


def backups_hold_no_secret(data: Path) -> Iterator[Finding]:
    """Check for backups of earlier versions: they hold the secret that signs links."""
    old = [one.name for one in sorted((data / "backups").glob("*.backup")) if holds_secret(one)]
    if old:
        more = f" and {len(old) - NAMED} more" if len(old) > NAMED else ""
        says = (
            f"{len(old)} backups in {data / 'backups'} hold the secret that signs links:"
            f" {', '.join(old[:NAMED])}{more}."
        )
        hint = "Make a new one with handbell backup, then delete these here and wherever they were copied."
        yield Finding("H419", "warning", says, hint)


def _utc(at: datetime) -> str:
    return f"{local_instant(at, 'UTC')} UTC"


STALE_AFTER = timedelta(minutes=15)
LOOKS_BACK = timedelta(days=14)
MB = 1_000_000
# What a school writes in many years, and a night's backups of many; time enough to make room.
SCARCE = 500 * MB
NO_DATA = "H101"
OF_REGISTERS = "H500"
UNREADABLE = "H418"
AFTERWARDS = (
    "Keep this database as it is, and restore a backup beside it. Some checks are not made until it is right."
)
# What reading a value raises that Handbell never wrote.
SPOILT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
OF_THE_DATA = {"HANDBELL_DATA", "HANDBELL_DATABASE_URL"}


@dataclass(frozen=True, slots=True)
class LedgerCopies:
    """What was noted of the ledger outside the database: codes that were printed or mailed, and packs."""

    anchors: tuple[Anchor, ...] = ()
    packs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check may read. `loaded`: the keys of the schools."""

    settings: Config
    services: Services
    loaded: tuple[str, ...]
    now: datetime
    outside: LedgerCopies


Check = Callable[[CheckContext], Iterator[Finding]]


def find_findings(
    settings: Config, now: datetime, outside: LedgerCopies = LedgerCopies()
) -> tuple[Finding, ...]:
    """Try everything the settings allow and list what is wrong or missing, the worst first.

    What is about registers comes after what is about the installation: of a hundred schools it fills pages.
    """
    try:
        services = make_services(settings)
        with services.store.reading() as conn:
            loaded = tuple(record_register.school_keys(conn))
    except BadInput as error:
        return of_settings(error)
    except HandbellError as error:
        hint = "Check HANDBELL_DATA and HANDBELL_DATABASE_URL, and who may write there."
        return (Finding(NO_DATA, "problem", f"The data cannot be opened: {error}", hint),)
    look = CheckContext(settings, services, loaded, now, outside)
    try:
        found = list(_values_are_readable(look))
        for check in CHECKS:
            found += _examined(check, look, found)
    finally:
        services.store.close()
    return tuple(sorted(found, key=_worst_first))


def _values_are_readable(look: CheckContext) -> Iterator[Finding]:
    """Return what stands in the database and cannot be read; the settings it keeps are read whole."""
    with look.services.store.reading() as conn:
        wrong = list(unreadable(conn))
    for one in wrong:
        more = f" and {one.rows - 1} more" if one.rows > 1 else ""
        says = f"{one.column} holds something that cannot be read, in the row {one.first}{more}."
        yield Finding(UNREADABLE, "problem", says, f"{one.right} {AFTERWARDS}")
    for school in () if wrong else look.loaded:
        try:
            with look.services.store.reading() as conn:
                record_register.load_register(conn, school)
        except SPOILT as error:
            says = f"The register cannot be read: a row holds something that Handbell never wrote ({error})."
            yield Finding(UNREADABLE, "problem", says, AFTERWARDS, school=school)


def _examined(check: Check, look: CheckContext, found: list[Finding]) -> list[Finding]:
    """Make one check; where a stored value keeps it from ending, that is a finding, and no traceback."""
    try:
        return list(check(look))
    except SPOILT as error:
        if any(one.code == UNREADABLE for one in found):
            return []
        says = f"A check could not be made: a row holds something that Handbell never wrote ({error})."
        return [Finding(UNREADABLE, "problem", says, AFTERWARDS)]


def _worst_first(finding: Finding) -> tuple[bool, bool, bool]:
    of_a_register = finding.code.startswith(OF_REGISTERS)
    return finding.level == "info", of_a_register, finding.level != "problem"


def of_settings(error: BadInput) -> tuple[Finding, ...]:
    """Return every setting that stops the start, and those that are only misspelt."""
    return (*map(_of_setting, error.problems), *variables_are_ours())


def _of_setting(problem: Problem) -> Finding:
    code = NO_DATA if problem.field in OF_THE_DATA else "H104"
    return Finding(code, "problem", f"{problem.field} {problem.wrong}.", problem.right)


def _disks_have_room(look: CheckContext) -> Iterator[Finding]:
    free_in = free_under(look.services.store, look.settings.data, look.services.certificates)
    folder, free = min(free_in.items(), key=lambda one: one[1])
    if free >= SCARCE:
        return
    hint = (
        "Make room: old backups, other programs' logs. Never delete handbell.db-wal: it is part of the data."
    )
    says = f"The disk under {folder} is nearly full: {free // MB} MB are free."
    if free < LEAST_ROOM:
        says = f"The disk under {folder} is full but for {free // MB} MB, and /health/ready says no."
    yield Finding("H105", "problem" if free < LEAST_ROOM else "warning", says, hint)


def _about_the_installation(look: CheckContext) -> Iterator[Finding]:
    yield from variables_are_ours()
    yield from data_is_private(look.settings)
    yield from evidence_is_signed(look.services.signing_key)
    yield from files_are_read_within_limits(held=MEMORY_IS_LIMITED)
    yield from links_reach_people(look.settings)
    yield from the_watchdog_hears(look.settings)
    yield from the_clock_is_right(look.services.store, look.services.clock)
    yield from backups_go_on(look.settings.data, look.now)
    yield from backups_hold_no_secret(look.settings.data)


def _mail_leaves(look: CheckContext) -> Iterator[Finding]:
    if look.settings.mail == "folder":
        says = "Email is off: messages are saved as files in the data folder."
        yield Finding("H201", "warning", says, "Set HANDBELL_MAIL=smtp and the HANDBELL_SMTP_ settings.")
    if look.settings.mail in {"microsoft", "google"}:
        return
    mailer = make_mailer(look.settings, look.services.store)
    try:
        mailer.check()
    except (TryAgain, GiveUp, OutcomeUnknown) as error:
        hint = "Check HANDBELL_SMTP_HOST, _PORT, _SECURITY, _USERNAME and _PASSWORD with your provider."
        yield Finding("H202", "problem", f"Mail cannot be handed over: {error}", hint)
    finally:
        mailer.close()


def _our_sending_is_taken(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        refused = refused_lately(conn, look.now)
    if refused is not None:
        says = (
            f"Our sending is refused: {refused.letters} letters came back since {full_date(refused.since)}, "
            f"the last on {_utc_or_unknown(refused.last_at)}. It said: {refused.says}"
        )
        hint = (
            "Nobody's address is at fault, and the next letters are tried. Whoever looks after the school's"
            " mail can raise the limit or lift the block. Tell people another way until then."
        )
        yield Finding("H203", "problem", says, hint)


def _microsoft_answers(look: CheckContext) -> Iterator[Finding]:
    connected = make_microsoft(look.settings, look.services.store)
    if connected is not None:
        yield from sender_findings(look.settings, look.services.sender.email)
        yield from microsoft_findings(connected)


def _google_answers(look: CheckContext) -> Iterator[Finding]:
    connected = make_google(look.settings, look.services.store)
    if connected is not None:
        yield from google_findings(look.settings, connected)


def _there_is_a_register(look: CheckContext) -> Iterator[Finding]:
    if not look.loaded:
        hint = "handbell read POLICY... --register register.yaml, answer its questions, handbell apply."
        yield Finding("H301", "warning", "No setting has been loaded yet.", hint)
        return
    with look.services.store.reading() as conn:
        is_empty = not record_people.are_any(conn)
    if is_empty:
        yield Finding("H302", "warning", "Nobody has been loaded yet.", "handbell people import ROSTER.csv")


def _named_schools_are_loaded(look: CheckContext) -> Iterator[Finding]:
    """Yield a finding for each school key in the configuration that is not loaded."""
    given = look.settings
    named: dict[str, list[str | None]] = {
        "ROSTER_SETTING": [given.roster_setting],
        "TRACKED_SETTING": [given.tracked_setting],
        "MICROSOFT_SETTING": [given.microsoft_setting],
        "GOOGLE_SETTING": [given.google_setting],
        "MAIL_BY_SETTING": [*given.ways],
    }
    loaded = look.loaded
    for variable, keys in named.items():
        for key in keys if loaded else ():
            if key and key not in loaded:
                says = f'HANDBELL_{variable} names "{key}", and no setting of that key is loaded.'
                yield Finding("H303", "problem", says, f"Loaded are: {', '.join(sorted(loaded))}.")


def _the_list_of_people_is_there(look: CheckContext) -> Iterator[Finding]:
    """Tomorrow's reading of the roster would fail the same way, and only its log would know."""
    path, school = look.settings.roster_csv, look.settings.roster_setting
    if path is None:
        return
    wrong: list[tuple[str, str]] = []
    if school is None:
        wrong.append(("is read for no setting.", "Name its key in HANDBELL_ROSTER_SETTING."))
    try:
        CsvRoster(path).roster()
    except BadInput as error:
        more = len(error.problems) - 1
        says = f"cannot be taken. {error.problems[0]}{f' And {more} more.' if more else ''}"
        wrong.append((says, f"handbell people import {path} --check lists every fault."))
    for says, hint in wrong:
        yield Finding("H304", "problem", f"HANDBELL_ROSTER_CSV {says}", hint)


def _groups_hold_people(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        missing = people_import_service.noted(conn)
    for school, role, number in missing:
        says = f"{number} in the group for {role} have no account there, and nobody writes to them."
        hint = (
            "A contact is only an address. Invite each as a guest, or give them an account, and put that into"
            " the group in its place."
        )
        yield Finding("H306", "warning", says, hint, school=school)


def _files_of_policies_come(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        missing = policy_library.passed_over(conn, look.now)
    for one in missing:
        says = f"“{one.file.name}” of the library of policies cannot be fetched: {one.says}"
        hint = (
            "It is asked for once a day, and the other files go on. Open it in the library: share it, take it"
            " out of quarantine or save it anew; or upload it on the office's page."
        )
        yield Finding("H305", "warning", says, hint, school=one.school)


def _websites_are_read(look: CheckContext) -> Iterator[Finding]:
    today = local_date(look.now)
    with look.services.store.reading() as conn:
        found = [
            (school, key, one)
            for school in record_register.school_keys(conn)
            for key, one in policy_website.readings_in(conn, school).items()
        ]
    for school, key, one in found:
        if one.state is WebsiteState.UNREACHABLE and one.is_wrong(today):
            says = (
                f"{one.address}, where {key} is to be read, could not be read since {one.since}: {one.says}."
            )
            hint = (
                "Open it from here: curl -I. A web filter in between, robots.txt or a sign-in also end so."
                " Nothing is read through a proxy."
            )
            yield Finding("H307", "warning", says, hint, school=school)


def _schedules_are_alive(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        beat_at = job_runs.last_finished_at(conn, "heartbeat")
    if beat_at is None:
        yield Finding(
            "H401",
            "info",
            "Scheduled jobs have never run.",
            "Start them: handbell run; or handbell worker, where there are many machines.",
        )
    elif look.now - beat_at > STALE_AFTER:
        says = f"The schedules stopped: no heartbeat since {_utc_or_unknown(beat_at)}."
        yield Finding(
            "H402",
            "problem",
            says,
            "Restart the service handbell-school, or handbell-worker where there are many machines.",
        )


def _jobs_are_well(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        beat_at = job_runs.last_finished_at(conn, "heartbeat")
        troubled = [run for run in job_runs.in_trouble(conn, look.now) if run.job != "heartbeat"]
    stopped = beat_at is None or look.now - beat_at > STALE_AFTER
    late = {run.job: run for run in troubled if not stopped and run.is_late(look.now)}
    for job, run in late.items():
        says = f"“{job}” should have begun at {_utc_or_unknown(run.next_at)} and did not. {_last_well(run)}"
        yield Finding("H407", "problem", says, "The log of the schedules says what holds it up.")
    failed = {run.job: run for run in troubled if run.ok is False and run.job not in late}
    for job, run in failed.items():
        of = f" of {run.part}" if run.part else ""
        says = f"“{job}”{of} did not end well at {_utc_or_unknown(run.failed_at)}: {run.failed_in_short}."
        yield Finding("H408", "warning", f"{says} {_last_well(run)}", "It is tried again by itself.")


def _last_well(run: Run) -> str:
    return f"It last ended well at {_utc_or_unknown(run.well_at)}." if run.well_at else "It never ended well."


def _every_message_settled(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        counts = message_store.not_sent(conn)
    refused, unknown = counts.get("given up", 0), counts.get("unknown", 0)
    if refused:
        says = f"{refused} messages were refused for good."
        yield Finding(
            "H403",
            "warning",
            says,
            "The school's dashboard says whose and why. Where an address is at fault, correct the roster.",
        )
    if unknown:
        says = f"{unknown} messages may or may not have arrived."
        yield Finding("H404", "warning", says, "Ask those people; nothing is sent again by itself.")


def _messages_leave_on_their_day(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        stuck = message_store.stuck(conn, since=look.now - LOOKS_BACK)
    if stuck:
        reason = stuck[0].last_reason
        says = f"{len(stuck)} messages could not be handed over on their day. The latest: {reason}"
        hint = "Their duties are told again on the next school day. If one address is at fault, correct it."
        yield Finding("H406", "warning", says, hint)


def _ledger_is_whole(look: CheckContext) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        broken = ledger.verify(conn)
    if broken is not None:
        says = (
            f"The ledger does not fit together from entry {broken} on: somebody changed it outside Handbell."
        )
        hint = "Keep this database as it is, and restore a backup beside it."
        yield Finding("H405", "problem", says, hint)


def _ledger_is_what_was_noted(look: CheckContext) -> Iterator[Finding]:
    store = look.services.store
    yield from evidence_fits_the_ledger(store)
    yield from anchors_hold(store, look.outside.anchors)
    yield from packs_are_continued(store, look.outside.packs)
    yield from stamps_hold(store, look.services.timestamps, look.now)


def _cases_can_be_opened(look: CheckContext) -> Iterator[Finding]:
    keys = look.services.case_keys
    with look.services.store.reading() as conn:
        kept, lost, broken = case_store.count(conn), unopenable(keys, conn), case_store.broken_at(conn)
    hint = (
        "handbell cases make-key prints a key; set HANDBELL_CASE_KEYS_FILE to a file outside the data folder."
    )
    if keys is None and not kept:
        yield Finding("H501", "info", "Reporting is off: no case key is set.", hint)
    if lost:
        says = f"{lost} of {kept} cases cannot be opened with the keys that are set."
        hint = "Put the key they were sealed with back into HANDBELL_CASE_KEYS; without it they are lost."
        yield Finding("H502", "problem", says, hint)
    if broken is not None:
        says = f"The record of the cases does not fit together from entry {broken} on."
        hint = "Keep this database as it is, and restore a backup beside it."
        yield Finding("H503", "problem", says, hint)


def _case_keys_lie_apart(look: CheckContext) -> Iterator[Finding]:
    """Anyone who takes the data away, or a backup of the folder around it, must not have the key with it."""
    path, data = file_of("case_keys"), look.settings.data.resolve()
    if path is None:
        return
    lies_in = path.resolve().parent
    if lies_in.is_relative_to(data):
        says = f"The key of the cases lies in the data folder: {path}. Whoever has the one has the other."
    elif lies_in == data.parent:
        says = f"The key of the cases lies beside the data folder: {path}. One backup may hold both."
    else:
        return
    hint = "Move it to a folder that is backed up elsewhere, and name that in HANDBELL_CASE_KEYS_FILE."
    yield Finding("H505", "warning", says, hint)


def _lessons_became_duties(look: CheckContext) -> Iterator[Finding]:
    try:
        agreed = waiting(look.services, look.now)
    except WrongKey:
        return
    for school, change in agreed:
        says = f"A change was agreed that is not in the register yet: {change}."
        hint = "Add it on the page of what the case taught; or in register.yaml, and say so on that page."
        yield Finding("H504", "info", says, hint, school=school)


def _somebody_opens_cases(look: CheckContext) -> Iterator[Finding]:
    if look.services.case_keys is None:
        return
    for school in look.loaded:
        if waits_unopened(look.services.store, school):
            says = "No one is confirmed to open cases here, so reports wait unopened."
            hint = "handbell admin confirm confirms the head, who confirms the others under Cases."
            yield Finding("H506", "problem", says, hint, school=school)


def _domain(look: CheckContext) -> Iterator[Finding]:
    today = local_date(look.now)
    with look.services.store.reading() as conn:
        for snapshot in load_in_batches(conn, today):
            for finding in domain_findings(snapshot, today):
                yield replace(finding, code=f"{OF_REGISTERS} {finding.code}")


CHECKS: tuple[Check, ...] = (
    _disks_have_room,
    _about_the_installation,
    _mail_leaves,
    _our_sending_is_taken,
    _microsoft_answers,
    _google_answers,
    _there_is_a_register,
    _named_schools_are_loaded,
    _the_list_of_people_is_there,
    _groups_hold_people,
    _files_of_policies_come,
    _websites_are_read,
    _schedules_are_alive,
    _jobs_are_well,
    _every_message_settled,
    _messages_leave_on_their_day,
    _ledger_is_whole,
    _ledger_is_what_was_noted,
    _cases_can_be_opened,
    _case_keys_lie_apart,
    _lessons_became_duties,
    _somebody_opens_cases,
    _domain,
)


def _utc_or_unknown(at: datetime | None) -> str:
    return f"{local_instant(at, 'UTC')} UTC" if at else "a time that is not known"


COLOURS = {"problem": "red", "warning": "yellow", "info": "blue"}


def examine(given: dict[str, Any], outside: LedgerCopies, *, as_json: bool) -> int:
    """Print the findings and the fingerprint of the key that signs evidence; exit 1 on a problem."""
    key = None
    try:
        settings = load_settings(**given)
        found = find_findings(settings, clock(), outside)
        key = _fingerprint(settings)
    except BadInput as error:
        found = of_settings(error)
    if as_json:
        print_json({"findings": found, "signing_key": key})
    elif not found:
        click.echo("All is well.")
    for finding in () if as_json else found:
        click.secho(f"{finding.code} {finding.level}", fg=COLOURS[finding.level], bold=True, nl=False)
        where = f" ({finding.school})" if finding.school else ""
        click.echo(f"{where}: {finding.says}")
        if finding.hint:
            click.echo(f"    {finding.hint}")
    if key is not None and not as_json:
        click.echo(f"Evidence packs are signed with the key {key}.")
    return 1 if any(finding.level == "problem" for finding in found) else 0


def _fingerprint(settings: Config) -> str | None:
    """Return the fingerprint in letters of the key that signs evidence; None: there is none to be had."""
    try:
        key = signing_key(settings)
    except (HandbellError, OSError):
        return None
    return fingerprint(key.public) if key is not None else None
