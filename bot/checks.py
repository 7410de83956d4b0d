"""The rim: what `handbell doctor` looks at. Numbered findings with hints; the runbook has a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.actions import left_out, library_waiting
from bot.actions.case_holders import waits_unopened
from bot.actions.case_keys import unopenable
from bot.actions.case_lessons import waiting
from bot.actions.gather import gather_by_few, school_day
from bot.actions.sending_refused import refused_lately
from bot.bootstrap import make_google, make_mailer, make_microsoft, make_services
from bot.domain.days import full, instant
from bot.domain.findings import Finding
from bot.domain.ledger_anchor import Anchor
from bot.domain.noticing import findings as domain_findings
from bot.errors import BadInput, GiveUp, HandbellError, Problem, TryAgain, Unclear
from bot.google_checks import google_findings
from bot.installation_checks import (
    backups_go_on,
    data_is_private,
    evidence_is_signed,
    files_are_read_within_limits,
    links_reach_people,
    the_clock_is_right,
    the_watchdog_hears,
    variables_are_ours,
)
from bot.ledger_checks import anchors_hold, evidence_fits_the_ledger, packs_are_continued, stamps_hold
from bot.microsoft_checks import microsoft_findings, sender_findings
from bot.reading.limits import MEMORY_IS_LIMITED
from bot.sealing import WrongKey
from bot.services import Services
from bot.settings import Settings, file_of
from bot.store import cases, ledger, outbox, people, quiet, registers, runs
from bot.store.runs import Run
from bot.store.standing import LEAST_ROOM, free_under
from connectors.local.roster import CsvRoster

STALE_AFTER = timedelta(minutes=15)
LOOKS_BACK = timedelta(days=14)
MB = 1_000_000
# What a school writes in many years, and a night's backups of many; time enough to make room.
SCARCE = 500 * MB
NO_DATA = "H101"
OF_REGISTERS = "H500"
OF_THE_DATA = {"HANDBELL_DATA", "HANDBELL_DATABASE_URL"}


@dataclass(frozen=True, slots=True)
class Outside:
    """What was noted of the ledger outside the database: codes that were printed or mailed, and packs."""

    anchors: tuple[Anchor, ...] = ()
    packs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What every check may look at. `loaded`: the keys of the settings."""

    settings: Settings
    services: Services
    loaded: tuple[str, ...]
    now: datetime
    outside: Outside


def examine(settings: Settings, now: datetime, outside: Outside = Outside()) -> tuple[Finding, ...]:
    """Try everything the settings allow and list what is wrong or missing, the worst first.

    What is about registers comes after what is about the installation: of a hundred schools it fills pages.
    """
    try:
        services = make_services(settings)
        with services.store.reading() as conn:
            loaded = tuple(registers.setting_keys(conn))
    except BadInput as error:
        return of_settings(error)
    except HandbellError as error:
        hint = "Check HANDBELL_DATA and HANDBELL_DATABASE_URL, and who may write there."
        return (Finding(NO_DATA, "problem", f"The data cannot be opened: {error}", hint),)
    look = Look(settings, services, loaded, now, outside)
    try:
        found = [finding for check in CHECKS for finding in check(look)]
    finally:
        services.store.close()
    return tuple(sorted(found, key=_worst_first))


def _worst_first(finding: Finding) -> tuple[bool, bool, bool]:
    of_a_register = finding.code.startswith(OF_REGISTERS)
    return finding.level == "info", of_a_register, finding.level != "problem"


def of_settings(error: BadInput) -> tuple[Finding, ...]:
    """Name every setting that stops the start, and those that are only misspelt."""
    return (*map(_of_setting, error.problems), *variables_are_ours())


def _of_setting(problem: Problem) -> Finding:
    code = NO_DATA if problem.field in OF_THE_DATA else "H104"
    return Finding(code, "problem", f"{problem.field} {problem.wrong}.", problem.right)


def _disks_have_room(look: Look) -> Iterator[Finding]:
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


def _about_the_installation(look: Look) -> Iterator[Finding]:
    yield from variables_are_ours()
    yield from data_is_private(look.settings)
    yield from evidence_is_signed(look.services.signing_key)
    yield from files_are_read_within_limits(held=MEMORY_IS_LIMITED)
    yield from links_reach_people(look.settings)
    yield from the_watchdog_hears(look.settings)
    yield from the_clock_is_right(look.services.store, look.services.clock)
    yield from backups_go_on(look.settings.data, look.now)


def _mail_leaves(look: Look) -> Iterator[Finding]:
    if look.settings.mail == "folder":
        says = "Nothing is sent: messages are written to files in the data folder."
        yield Finding("H201", "warning", says, "Set HANDBELL_MAIL=smtp and the HANDBELL_SMTP_ settings.")
    if look.settings.mail in {"microsoft", "google"}:
        return
    mailer = make_mailer(look.settings, look.services.store)
    try:
        mailer.check()
    except (TryAgain, GiveUp, Unclear) as error:
        hint = "Check HANDBELL_SMTP_HOST, _PORT, _SECURITY, _USERNAME and _PASSWORD with your provider."
        yield Finding("H202", "problem", f"Mail cannot be handed over: {error}", hint)
    finally:
        mailer.close()


def _our_sending_is_taken(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        refused = refused_lately(conn, look.now)
    if refused is not None:
        says = (
            f"Our sending is refused: {refused.letters} letters came back since {full(refused.since)}, the"
            f" last on {_utc(refused.last_at)}. It said: {refused.says}"
        )
        hint = (
            "Nobody's address is at fault, and the next letters are tried. Whoever looks after the school's"
            " mail can raise the limit or lift the block. Tell people another way until then."
        )
        yield Finding("H203", "problem", says, hint)


def _microsoft_answers(look: Look) -> Iterator[Finding]:
    connected = make_microsoft(look.settings, look.services.store)
    if connected is not None:
        yield from sender_findings(look.settings, look.services.sender.email)
        yield from microsoft_findings(connected)


def _google_answers(look: Look) -> Iterator[Finding]:
    connected = make_google(look.settings, look.services.store)
    if connected is not None:
        yield from google_findings(look.settings, connected)


def _there_is_a_register(look: Look) -> Iterator[Finding]:
    if not look.loaded:
        hint = "handbell read POLICY... --register register.yaml, answer its questions, handbell apply."
        yield Finding("H301", "warning", "No setting has been loaded yet.", hint)
        return
    with look.services.store.reading() as conn:
        is_empty = not people.are_any(conn)
    if is_empty:
        yield Finding("H302", "warning", "Nobody has been loaded yet.", "handbell people import ROSTER.csv")


def _named_settings_are_loaded(look: Look) -> Iterator[Finding]:
    """A school that the settings misspell would be served by nobody, and nothing would say so."""
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


def _the_list_of_people_is_there(look: Look) -> Iterator[Finding]:
    """Tomorrow's reading of the roster would fail the same way, and only its log would know."""
    path, setting = look.settings.roster_csv, look.settings.roster_setting
    if path is None:
        return
    wrong: list[tuple[str, str]] = []
    if setting is None:
        wrong.append(("is read for no setting.", "Name its key in HANDBELL_ROSTER_SETTING."))
    try:
        CsvRoster(path).roster()
    except BadInput as error:
        more = len(error.problems) - 1
        says = f"cannot be taken. {error.problems[0]}{f' And {more} more.' if more else ''}"
        wrong.append((says, f"handbell people import {path} --check lists every fault."))
    for says, hint in wrong:
        yield Finding("H304", "problem", f"HANDBELL_ROSTER_CSV {says}", hint)


def _groups_hold_people(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        missing = left_out.noted(conn)
    for setting, role, number in missing:
        says = f"{number} in the group for {role} have no account there, and nobody writes to them."
        hint = (
            "A contact is only an address. Invite each as a guest, or give them an account, and put that into"
            " the group in its place."
        )
        yield Finding("H306", "warning", says, hint, setting=setting)


def _files_of_policies_come(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        missing = library_waiting.passed_over(conn, look.now)
    for one in missing:
        says = f"“{one.file.name}” of the library of policies cannot be fetched: {one.says}"
        hint = (
            "It is asked for once a day, and the other files go on. Open it in the library: share it, take it"
            " out of quarantine or save it anew; or upload it on the office's page."
        )
        yield Finding("H305", "warning", says, hint, setting=one.setting)


def _schedules_are_alive(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        beat_at = runs.last_finished_at(conn, "heartbeat")
    if beat_at is None:
        yield Finding(
            "H401",
            "info",
            "The schedules have never run.",
            "Start them: handbell run; or handbell worker, where there are many machines.",
        )
    elif look.now - beat_at > STALE_AFTER:
        says = f"The schedules stopped: no heartbeat since {_utc(beat_at)}."
        yield Finding(
            "H402",
            "problem",
            says,
            "Restart the service handbell-school, or handbell-worker where there are many machines.",
        )


def _jobs_are_well(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        beat_at = runs.last_finished_at(conn, "heartbeat")
        troubled = [run for run in runs.in_trouble(conn, look.now) if run.job != "heartbeat"]
    stopped = beat_at is None or look.now - beat_at > STALE_AFTER
    late = {run.job: run for run in troubled if not stopped and run.is_late(look.now)}
    for job, run in late.items():
        says = f"“{job}” should have begun at {_utc(run.next_at)} and did not. {_last_well(run)}"
        yield Finding("H407", "problem", says, "The log of the schedules says what holds it up.")
    failed = {run.job: run for run in troubled if run.ok is False and run.job not in late}
    for job, run in failed.items():
        of = f" of {run.part}" if run.part else ""
        says = f"“{job}”{of} did not end well at {_utc(run.failed_at)}: {run.failed_in_short}."
        yield Finding("H408", "warning", f"{says} {_last_well(run)}", "It is tried again by itself.")


def _last_well(run: Run) -> str:
    return f"It last ended well at {_utc(run.well_at)}." if run.well_at else "It never ended well."


def _every_message_settled(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        counts = outbox.not_sent(conn)
    refused, unknown = counts.get("given up", 0), counts.get("unknown", 0)
    if refused:
        says = f"{refused} messages were refused for good."
        yield Finding(
            "H403",
            "warning",
            says,
            "The status page says whose and why. Where an address is at fault, correct the roster.",
        )
    if unknown:
        says = f"{unknown} messages may or may not have arrived."
        yield Finding("H404", "warning", says, "Ask those people; nothing is sent again by itself.")


def _messages_leave_on_their_day(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        stuck = outbox.stuck(conn, since=look.now - LOOKS_BACK)
    if stuck:
        reason = stuck[0].last_reason
        says = f"{len(stuck)} messages could not be handed over on their day. The latest: {reason}"
        hint = "Their duties are told again on the next school day. If one address is at fault, correct it."
        yield Finding("H406", "warning", says, hint)


def _quiet_schools_were_quiet(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        missed = quiet.missed(conn)
    for setting, on in missed:
        says = f"On {full(on)} it had more to tell than planning had expected. It is planned every day now."
        hint = "Nothing is lost: what is late is told at once. Report it; this is a fault of Handbell's."
        yield Finding("H409", "warning", says, hint, setting=setting)


def _ledger_is_whole(look: Look) -> Iterator[Finding]:
    with look.services.store.reading() as conn:
        broken = ledger.verify(conn)
    if broken is not None:
        says = (
            f"The ledger does not fit together from entry {broken} on: somebody changed it outside Handbell."
        )
        hint = "Keep this database as it is, and restore a backup beside it."
        yield Finding("H405", "problem", says, hint)


def _ledger_is_what_was_noted(look: Look) -> Iterator[Finding]:
    store = look.services.store
    yield from evidence_fits_the_ledger(store)
    yield from anchors_hold(store, look.outside.anchors)
    yield from packs_are_continued(store, look.outside.packs)
    yield from stamps_hold(store, look.services.timestamps, look.now)


def _cases_can_be_opened(look: Look) -> Iterator[Finding]:
    keys = look.services.case_keys
    with look.services.store.reading() as conn:
        kept, lost, broken = cases.count(conn), unopenable(keys, conn), cases.broken_at(conn)
    hint = (
        "handbell cases make-key prints a key; set HANDBELL_CASE_KEYS_FILE to a file outside the data folder."
    )
    if keys is None and not kept:
        yield Finding("H501", "info", "No reports are taken: there is no key to seal them with.", hint)
    if lost:
        says = f"{lost} of {kept} cases cannot be opened with the keys that are set."
        hint = "Put the key they were sealed with back into HANDBELL_CASE_KEYS; without it they are lost."
        yield Finding("H502", "problem", says, hint)
    if broken is not None:
        says = f"The record of the cases does not fit together from entry {broken} on."
        hint = "Keep this database as it is, and restore a backup beside it."
        yield Finding("H503", "problem", says, hint)


def _case_keys_lie_apart(look: Look) -> Iterator[Finding]:
    """Whoever takes the data away, or a backup of the folder around it, must not have the key with it."""
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


def _lessons_became_duties(look: Look) -> Iterator[Finding]:
    try:
        agreed = waiting(look.services, look.now)
    except WrongKey:
        return
    for setting, change in agreed:
        says = f"A change was agreed that is not in the register yet: {change}."
        hint = "Add it on the page of what the case taught; or in register.yaml, and say so on that page."
        yield Finding("H504", "info", says, hint, setting=setting)


def _somebody_opens_cases(look: Look) -> Iterator[Finding]:
    if look.services.case_keys is None:
        return
    for setting in look.loaded:
        if waits_unopened(look.services.store, setting):
            says = "No one is confirmed to open cases here, so reports wait unopened."
            hint = "handbell admin confirm confirms the head, who confirms the others under Cases."
            yield Finding("H506", "problem", says, hint, setting=setting)


def _domain(look: Look) -> Iterator[Finding]:
    today = school_day(look.now)
    with look.services.store.reading() as conn:
        for snapshot in gather_by_few(conn, today):
            for finding in domain_findings(snapshot, today):
                yield replace(finding, code=f"{OF_REGISTERS} {finding.code}")


CHECKS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    _disks_have_room,
    _about_the_installation,
    _mail_leaves,
    _our_sending_is_taken,
    _microsoft_answers,
    _google_answers,
    _there_is_a_register,
    _named_settings_are_loaded,
    _the_list_of_people_is_there,
    _groups_hold_people,
    _files_of_policies_come,
    _schedules_are_alive,
    _jobs_are_well,
    _every_message_settled,
    _messages_leave_on_their_day,
    _quiet_schools_were_quiet,
    _ledger_is_whole,
    _ledger_is_what_was_noted,
    _cases_can_be_opened,
    _case_keys_lie_apart,
    _lessons_became_duties,
    _somebody_opens_cases,
    _domain,
)


def _utc(at: datetime | None) -> str:
    return f"{instant(at, 'UTC')} UTC" if at else "a time that is not known"
