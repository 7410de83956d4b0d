"""A holder who is taken out of the register is remembered: their hand-over stays open until it is done.

Configure: make the stored register and the texts of its policies agree with a register file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256

from bot.core.clock import local_date
from bot.database.engine import Connection, Store
from bot.database.submissions import claim_submission
from bot.identity.case_roles import settle
from bot.planning.events import HOLDER_ADDED, HOLDER_LEFT
from bot.planning.record_events import EventSource, note, short
from bot.records import account_log, ledger, school_setup
from bot.records import case_roles as record_case_roles
from bot.records import people as record_people
from bot.records import register as record_register
from bot.records.register import PolicyText
from bot.register.differences import FieldChange, RegisterChange, differences
from bot.register.load import Document
from bot.rules import names
from bot.rules.accounts import Account, AccountEntry, AccountEntryKind
from bot.rules.names import index_by_name
from bot.rules.obligations import Obligation
from bot.rules.people import Person
from bot.rules.policies import Policy
from bot.rules.register import Register
from bot.services import Services

BY = "register"


def note_taken_out(
    conn: Connection, before: Register | None, after: Register, now: datetime, actor: str
) -> None:
    """Write into each account's log which of its holders a new register does not name any more."""
    known = record_people.roster(conn, after.school.key)
    for account, key in _taken_out(before, after, known):
        sent = f"{after.school.key} {account} {key} taken out {now.isoformat()}"
        entry = AccountEntry(
            reference=account_log.reference_of(sent),
            school=after.school.key,
            account=account,
            sort=AccountEntryKind.TAKEN_OUT,
            on=local_date(now),
            at=now,
            by=BY,
            by_name="The register",
            about=key,
        )
        account_log.add(conn, entry, BY, actor=actor)


def _taken_out(
    before: Register | None, after: Register, known: Mapping[str, Person]
) -> Iterator[tuple[str, str]]:
    """List account and person: anyone who is named by key in one register and by email in the other stays."""
    names = index_by_name(known.values())
    stays = {one.key: _keys(one, names) for one in after.accounts}
    for one in before.accounts if before else ():
        if one.ours:
            gone = _keys(one, names) - stays.get(one.key, set())
            yield from ((one.key, key) for key in sorted(gone))


def _keys(account: Account, names: Mapping[str, str]) -> set[str]:
    return {names[name.casefold()] for name in account.holders if name.casefold() in names}


def note_holders(
    conn: Connection, before: Register | None, after: Register, now: datetime, actor: str
) -> None:
    """Record who runs an account now and who no longer does, once the new register is saved."""
    if before is None:
        return
    school, today = after.school.key, local_date(now)
    known = record_people.roster(conn, school)
    was = {one.key: _event_keys(one, known) for one in before.accounts if one.ours}
    for account in after.accounts if before.accounts != after.accounts else ():
        held, holds = was.get(account.key, set()), _event_keys(account, known)
        for key in sorted(holds - held) if account.ours else ():
            cause = EventSource(f"added-{short(account.key, key)}-{today}", school, today, key, account.key)
            note(conn, HOLDER_ADDED, cause, now=now, actor=actor)
        for key in sorted(held - holds):
            cause = EventSource(f"left-{short(account.key, key)}-{today}", school, today, subject=account.key)
            note(conn, HOLDER_LEFT, cause, now=now, actor=actor)


def _event_keys(account: Account, known: Mapping[str, Person]) -> set[str]:
    """Return the holders by their keys; whom no one knows here, as the register does."""
    meant = names.index_by_name(known.values())
    return {meant.get(name.casefold(), name) for name in account.holders}


log = logging.getLogger(__name__)
NO_DOCUMENTS: Mapping[str, Document] = {}


def compare(
    store: Store, register: Register, *, documents: Mapping[str, Document] = NO_DOCUMENTS
) -> tuple[RegisterChange, ...]:
    """Return what applying would change, and change nothing."""
    with store.reading() as conn:
        register = _since_live(conn, register)
        stored = record_register.load_register(conn, register.school.key)
        register = _keep_sentences(stored, register)
        return _changes(conn, stored, register, documents)


def apply_register(
    store: Store, register: Register, *, documents: Mapping[str, Document], now: datetime, actor: str
) -> tuple[RegisterChange, ...]:
    """Apply a register and its documents in one transaction. Applying the same again changes nothing."""
    with store.writing() as conn:
        register = _since_live(conn, register)
        stored = record_register.load_register(conn, register.school.key, to_change=True)
        register = _keep_sentences(stored, register)
        changes = _save(conn, stored, register, documents, now=now, actor=actor)
    return _logged(register, changes)


def change_register(
    store: Store,
    school: str,
    change: Callable[[Register], Register],
    *,
    now: datetime,
    actor: str,
    form: str | None = None,
) -> tuple[RegisterChange, ...]:
    """Change a stored register: read and written in one transaction, so that two changes at once both hold.

    What `change` raises is raised, and nothing is changed. `form`: what asks for it, done once (DoneAlready).
    """
    with store.writing() as conn:
        claim_submission(conn, form, now)
        return change_register_in(conn, school, change, now=now, actor=actor)


def change_register_in(
    conn: Connection, school: str, change: Callable[[Register], Register], *, now: datetime, actor: str
) -> tuple[RegisterChange, ...]:
    """Change a stored register together with what the caller writes: neither stands without the other."""
    stored = record_register.load_register(conn, school, to_change=True)
    assert stored is not None
    register = change(stored)
    return _logged(register, _save(conn, stored, register, NO_DOCUMENTS, now=now, actor=actor))


def _since_live(conn: Connection, register: Register) -> Register:
    """Return the register with its start no earlier than the day the school went live."""
    _, live_on = school_setup.live_since(conn, register.school.key)
    if live_on is None or live_on <= register.school.since:
        return register
    return replace(register, school=replace(register.school, since=live_on))


def _keep_sentences(stored: Register | None, register: Register) -> Register:
    """Keep the sentences a rule rests on where a file names none and cites the same place as before."""
    known = {one.key: one.source for one in stored.obligations} if stored else {}

    def kept(rule: Obligation) -> Obligation:
        before = known.get(rule.key)
        if before is None or rule.source.quotes or replace(before, quotes=()) != rule.source:
            return rule
        return replace(rule, source=before)

    return replace(register, obligations=tuple(map(kept, register.obligations)))


def _save(
    conn: Connection,
    stored: Register | None,
    register: Register,
    documents: Mapping[str, Document],
    *,
    now: datetime,
    actor: str,
) -> tuple[RegisterChange, ...]:
    changes = _changes(conn, stored, register, documents)
    if not changes:
        return ()
    school = register.school.key
    if stored is not None:
        settle(conn, school, now, actor)
    note_taken_out(conn, stored, register, now, actor)
    record_register.save_register(conn, register, now)
    if stored is None:
        record_case_roles.begin_confirming(conn, school, now)
    settle(conn, school, now, actor)
    for version in _new_versions(conn, stored, register, documents, local_date(now)):
        record_register.save_version(conn, version, now)
    subject, data = f"register:{register.school.key}", {"changes": [_noted(change) for change in changes]}
    ledger.append(conn, at=now, actor=actor, action="register applied", subject=subject, data=data)
    note_holders(conn, stored, register, now, actor)
    return changes


def _logged(register: Register, changes: tuple[RegisterChange, ...]) -> tuple[RegisterChange, ...]:
    if changes:
        log.info("register %s applied: %d changes", register.school.key, len(changes))
    return changes


def _changes(
    conn: Connection, stored: Register | None, register: Register, documents: Mapping[str, Document]
) -> tuple[RegisterChange, ...]:
    texts = _new_versions(conn, stored, register, documents, date.min)
    return (*differences(stored, register), *map(_text_change, texts))


def _new_versions(
    conn: Connection,
    stored: Register | None,
    register: Register,
    documents: Mapping[str, Document],
    today: date,
) -> Iterator[PolicyText]:
    """Make a version of every document that is new. A first one was found in force.

    Where only the number tells versions apart, the first number given to a policy stored before is a new
    version: there was another text before anyone wrote a number.
    """
    before = {policy.key for policy in stored.policies} if stored is not None else frozenset()
    for policy in register.policies:
        document = documents.get(policy.key)
        known = record_register.versions(conn, policy.school, policy.key) if document is not None else []
        if document is None or _stands(document, known):
            continue
        is_first = not known and (document.text is not None or policy.key not in before)
        yield replace(
            _version(policy, document, _number(document, known)),
            issued_on=None if is_first else today,
            minor=document.minor or _is_held_now(document, known),
        )


def _version(policy: Policy, document: Document, number: str) -> PolicyText:
    text = document.text
    if text is None:
        return PolicyText(policy.school, policy.key, number, _linked(document))
    return PolicyText(
        school=policy.school,
        policy=policy.key,
        number=number,
        sha256_bytes=text.sha256_bytes,
        sha256_text=text.sha256_text,
        text="\n".join(text.lines),
        media=text.media,
        filename=text.file,
    )


def _linked(document: Document) -> str:
    """Return a stand-in for the SHA-256 of a text whose words are not held; never mistaken for one."""
    return f"link-{sha256((document.number or '').encode()).hexdigest()[:32]}"


def _stands(document: Document, known: list[PolicyText]) -> bool:
    """Return whether a document is no new version: in force, or replaced since by one published on a page."""
    earlier = known if known and known[-1].published_by is not None else known[-1:]
    if document.text is None:
        same = (_linked(document), document.number)
        return any(one.sha256_bytes == same[0] or one.number == same[1] for one in earlier)
    return any(one.sha256_text == document.text.sha256_text for one in earlier)


def _is_held_now(document: Document, known: list[PolicyText]) -> bool:
    """Return whether a document brings the words of the version in force, of which none were held so far."""
    return bool(known) and known[-1].text is None and known[-1].number == document.number


def _number(document: Document, known: list[PolicyText]) -> str:
    """Return a version's number: the register's, or the next one if it has none or an old one."""
    taken = {version.number for version in known}
    if document.number is None:
        return str(len(known) + 1)
    return document.number if document.number not in taken else f"{document.number} ({len(known) + 1})"


def _text_change(text: PolicyText) -> RegisterChange:
    said = f"{text.number}, from {text.filename or 'its link'}" + (", minor" if text.minor else "")
    if text.issued_on is None:
        return RegisterChange("add", "text", text.policy, details=(FieldChange("version", "nothing", said),))
    return RegisterChange(
        "change", "text", text.policy, details=(FieldChange("version", "the text in force", said),)
    )


def _noted(change: RegisterChange) -> dict[str, object]:
    """Record permanently which fields changed, without values: those may name people."""
    noted: dict[str, object] = {"action": change.action, "part": change.part, "key": change.key}
    if change.details:
        noted["fields"] = [detail.field for detail in change.details]
    return noted


def register_of(services: Services, school: str) -> Register:
    """Read the register as it stands."""
    with services.store.reading() as conn:
        found = record_register.load_register(conn, school)
    assert found is not None
    return found
