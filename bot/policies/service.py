"""Policies at the office's desk: what is in force, a new version read and compared, and publishing it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core.clock import local_date
from bot.core.errors import AlreadySubmitted, UnreadableDocument
from bot.core.validation import FieldError, ValidationFailed
from bot.database.engine import Connection
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.forms import upload_key
from bot.messages import store as message_store
from bot.planning.active_members import active_members
from bot.planning.duties import duties
from bot.planning.queue_store import one_planner_at_a_time
from bot.planning.review_duties import due_of
from bot.planning.service import first_email_at
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_snapshot
from bot.reading.facts import Clause, Finding, Reading, Text
from bot.records import ledger, public_policies, review_delegations, school_setup
from bot.records import register as record_register
from bot.records.public_policies import PublicPolicy
from bot.records.register import PolicyText
from bot.records.school_setup import Upload
from bot.rules.cadence import OnNewVersion
from bot.rules.duties import State
from bot.rules.obligations import Kind, Obligation, source_citation
from bot.rules.people import Person
from bot.rules.policies import Policy, ReviewDue
from bot.rules.text_changes import TextChanges, compare
from bot.services import Services

VERSION_UPLOAD = "version"
# What the reader calls a sentence about the policy's own review.
REVIEW_CLAUSE = "REV"
LARGEST = 20 * 1024 * 1024
TOO_MUCH = (
    "This text takes more memory or time to read than any policy does, so nothing of it is listed here. "
    "Check that it is the policy, and publish a shorter file."
)
LONGEST_REASON = 1000
LONGEST_NUMBER = 40
LONGEST_NAME = 120
UNUSUAL = re.compile(r"[^\w .-]")
UNDO_FOR = timedelta(days=7)
TOO_LATE = "It is too late to undo this. Someone was emailed about it or has answered. Publish a new version."
GONE = "This file is not here any more: it was published already, or a week went by. Send it again."


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """One policy: its texts, oldest first, when its review is due, and what was noticed in it.

    `waiting`: a file of the school's own library that no one looked at yet. `is_in_setup`: its rules are
    still being decided, and ask no one. `public`: which version everyone may read; None: none.
    """

    policy: Policy
    texts: tuple[PolicyText, ...]
    due: ReviewDue | None
    findings: tuple[Finding, ...]
    owner: str
    waiting: Upload | None = None
    is_in_setup: bool = False
    owners: tuple[Person, ...] = ()
    public: PublicPolicy | None = None

    @property
    def in_force(self) -> PolicyText | None:
        return self.texts[-1] if self.texts else None


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Someone whom a rule asks, and where their task stands."""

    key: str
    name: str
    state: State


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence of a policy that asks something of someone, and its place: "4.2, L45".

    `reference` names it within its text: its line, and which of that line's it is.
    """

    clause: Clause
    place: str
    reference: str


@dataclass(frozen=True, slots=True)
class PolicyRule:
    """A rule of a policy: whom it asks, whose task stands where. `counts`: state -> number of tasks.

    A review has no one here: it is one act of a body, and its own page says where it stands.
    """

    obligation: Obligation
    cites: str
    people: tuple[AskedPerson, ...]
    counts: Mapping[State, int]
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A file that was sent: what was read in it, and how it differs. `asked`: who reads it if it is material.

    `changes` None: we hold no earlier words to compare with. `strange`: why it looks like another school's
    document; a person has to say that it is theirs before it is published.
    """

    upload: Upload
    reading: Reading
    changes: TextChanges | None
    number: str
    asked: tuple[Person, ...]
    strange: str


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a version is to be published, as it was typed. `minor` None: no one chose.

    `was`: SHA-256 of the text in force that the page compared with; empty: none was, or no page said.
    `ours`: someone says that the document is this school's, though it looks like another's.
    """

    minor: bool | None = None
    reason: str = ""
    number: str = ""
    was: str = ""
    ours: bool = False


@dataclass(frozen=True, slots=True)
class UndoWindow:
    """Until when the version in force can be taken back: its first email. `has_email` False: none is due."""

    until: datetime
    has_email: bool


def list_policies(
    services: Services, snapshot: Snapshot, school: str, now: datetime
) -> tuple[PolicyPage, ...]:
    """List a school's policies in the register's order."""
    mine = [one for key, one in snapshot.policies.items() if key[0] == school]
    with services.store.reading() as conn:
        return tuple(_desk(conn, snapshot, one, now) for one in mine)


def find_policy(
    services: Services, snapshot: Snapshot, school: str, key: str, now: datetime
) -> PolicyPage | None:
    """Find one policy of a school."""
    policy = snapshot.policies.get((school, key))
    if policy is None:
        return None
    with services.store.reading() as conn:
        return _desk(conn, snapshot, policy, now)


def is_of(rule: Obligation, policy: Policy) -> bool:
    """Return whether a rule comes from a policy, or is about it."""
    return rule.school == policy.school and policy.key in {rule.policy, rule.source.policy}


def rules_of(
    snapshot: Snapshot, policy: Policy, today: date, found: tuple[Promise, ...] = ()
) -> tuple[PolicyRule, ...]:
    """List the active rules of a policy in the register's order, each with the people it asks, by name.

    `found`: what its text promises, of which each rule gets the sentence that it rests on.
    """
    rules = {one.key: one for one in snapshot.obligations if one.active and is_of(one, policy)}
    asked: dict[str, list[AskedPerson]] = {key: [] for key in rules}
    for duty in duties(snapshot, today):
        rule = duty.obligation
        if rule.school == policy.school and rule.key in asked and rule.kind is not Kind.REVIEW:
            name = snapshot.people[duty.person].name
            asked[rule.key].append(AskedPerson(duty.person, name, duty.state))
    return tuple(
        PolicyRule(
            rules[key],
            source_citation(snapshot.policies, rules[key]),
            tuple(sorted(people, key=lambda one: one.name)),
            Counter(one.state for one in people),
            promise_of(rules[key], found),
        )
        for key, people in asked.items()
    )


@lru_cache(maxsize=128)
def promises(text: PolicyText) -> tuple[Promise, ...]:
    """List what a text we hold promises, sentence by sentence; the same text is read once.

    A text that takes too long to read has none; `_noticed` says so.
    """
    from bot.reading.isolated import shared_reader  # noqa: PLC0415 - hundreds of wordings, for this alone

    if text.text is None:
        return ()
    read = _as_read(text)
    try:
        with shared_reader() as reader:
            return promises_in(read.lines, reader.clauses(read))
    except UnreadableDocument:
        return ()


def promises_in(lines: tuple[str, ...], clauses: Iterable[Clause]) -> tuple[Promise, ...]:
    """Return each clause of a text with its place and its reference."""
    places, in_line = _places(lines), Counter[int]()
    found: list[Promise] = []
    for one in clauses:
        in_line[one.line] += 1
        found.append(Promise(one, places[one.line - 1], f"{one.line}.{in_line[one.line]}"))
    return tuple(found)


def promise_of(rule: Obligation, found: Iterable[Promise]) -> Promise | None:
    """Find the sentence that a rule rests on: by its words, where the rule keeps them.

    Where it keeps none: by the line it cites, else in the section it cites.
    """
    found = tuple(found)
    kept = {folded(one) for one in rule.source.quotes}
    cited = {part.strip() for part in re.split(r"[,;]", rule.source.clause or "")}
    lines = {int(number) for part in cited for number in re.findall(r"^L(\d+)", part)}
    # A section may promise several things: its own words and its rhythm tell which of them the rule asks.
    words = " ".join((rule.title, rule.statement or "", *(one.in_words for one in rule.cadence)))
    said = set(re.findall(r"[a-z]{4,}", words.casefold()))
    of_words = [one for one in found if folded(one.clause.quote) in kept]
    of_lines = [one for one in found if any(one.clause.line <= at <= one.clause.last_line for at in lines)]
    of_section = [one for one in found if _section(one.place) in cited - {""}]

    def shared(one: Promise) -> int:
        return len(said & set(re.findall(r"[a-z]{4,}", one.clause.quote.casefold())))

    return max(of_words if kept else of_lines or of_section, key=shared, default=None)


def rules_by_promise(found: Sequence[Promise], rules: Iterable[Obligation]) -> dict[str, Obligation]:
    """Return the rule that rests on each promise, by the reference of the promise; others are left out.

    Of several promises in one sentence each rule has one: that whose words its title has, else the likest.
    A rule that asks for the policy's review carries out everything it says of its review.
    """
    decided: dict[str, Obligation] = {}
    rules = tuple(rules)
    by_title = sorted(rules, key=lambda rule: all(_said(rule) != folded(one.clause.what) for one in found))
    for rule in by_title:
        for quote in dict.fromkeys(rule.source.quotes):
            same = [one for one in found if folded(one.clause.quote) == folded(quote)]
            free = [one for one in same if one.reference not in decided]
            for _ in range(rule.source.quotes.count(quote)):
                best = promise_of(
                    rule, [one for one in free if folded(one.clause.what) == _said(rule)] or free
                )
                if best is not None:
                    free.remove(best)
                    decided[best.reference] = rule
    for rule in rules:
        if not rule.source.quotes and (promise := promise_of(rule, found)) is not None:
            decided.setdefault(promise.reference, rule)
    review = next((one for one in rules if one.kind is Kind.REVIEW), None)
    for one in found:
        if review is not None and one.clause.kind == REVIEW_CLAUSE:
            decided.setdefault(one.reference, review)
    return decided


def unruled(found: Iterable[Promise], rules: Iterable[Obligation]) -> tuple[Promise, ...]:
    """List the promises on which no rule rests, retired ones included: those were decided about."""
    found = tuple(found)
    decided = rules_by_promise(found, rules)
    return tuple(one for one in found if one.reference not in decided)


def _said(rule: Obligation) -> str:
    return folded(rule.title)


def folded(words: str) -> str:
    """Return words without case and with single spaces, to tell whether they are the same."""
    return " ".join(words.casefold().split())


def _places(lines: tuple[str, ...]) -> list[str]:
    """Return each line by the numbered section it stands in, and by its number."""
    section, places = "", []
    for line, text in enumerate(lines, start=1):
        found = re.match(r"#*\s*(\d+(?:\.\d+)*)[.)]?\s", text)
        section = f"{found[1]}, " if found else section
        places.append(f"{section}L{line}")
    return places


def _section(place: str) -> str:
    section, comma, _ = place.partition(", ")
    return section if comma else ""


def take_version(
    services: Services, policy: Policy, filename: str, content: bytes, by: Actor, now: datetime
) -> str:
    """Keep a file to look through and return its key. Raises ValidationFailed: it cannot be read, and why."""
    if not content:
        raise ValidationFailed(FieldError("file", "Choose the file with the new version."))
    if len(content) > LARGEST:
        raise ValidationFailed(
            FieldError("file", "This file is larger than 20 MB. Save it without its pictures.")
        )
    read_file(filename, content, local_date(now))
    key = upload_key(services, by.form)
    one = Upload(key, by.school.key, VERSION_UPLOAD, policy.key, filename, content, by.person.key, now)
    with suppress(AlreadySubmitted), services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        school_setup.add_upload(conn, one)
    return key


def look_through(
    services: Services, snapshot: Snapshot, desk: PolicyPage, key: str, now: datetime
) -> NewVersion | None:
    """Read a file that was sent, and compare it with what is in force; None: it is not there any more."""
    school = desk.policy.school
    with services.store.reading() as conn:
        found = school_setup.find_upload(conn, school, VERSION_UPLOAD, key)
    if found is None or found.about != desk.policy.key:
        return None
    reading = read_file(found.filename, found.content, local_date(now))
    old = desk.in_force.text if desk.in_force else None
    return NewVersion(
        upload=found,
        reading=reading,
        changes=compare(old, "\n".join(reading.text.lines)) if old else None,
        number=_number(reading.header.version, desk.texts),
        asked=asked_by_new_version(snapshot, desk.policy, now),
        strange=_strange(reading, snapshot.schools[school].name),
    )


def publish(
    services: Services,
    desk: PolicyPage,
    found: NewVersion | None,
    given: Publishing,
    by: Actor,
    now: datetime,
) -> None:
    """Make a file the version in force: text and bytes are kept, and everyone is asked if need be."""
    if found is None:
        raise ValidationFailed(FieldError("file", GONE))
    refusals = tuple(_refusals(desk, found, given))
    if refusals:
        raise ValidationFailed(*refusals)
    school, policy = desk.policy.school, desk.policy.key
    version = _version(desk, found, given, by, local_date(now))
    with services.store.writing() as conn:
        review_delegations.lock_policy(conn, school, policy)
        latest = record_register.versions(conn, school, policy)[-1:]
        in_force = latest[0].sha256_bytes if latest else ""
        compared = desk.in_force.sha256_bytes if desk.in_force else ""
        if in_force != compared or given.was not in {"", in_force}:
            raise ValidationFailed(
                FieldError("file", "Another version was published meanwhile. Look at the changes again.")
            )
        _keep_quotes(conn, desk)
        record_register.save_version(conn, version, now)
        school_setup.forget_upload(conn, school, found.upload.key)
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="published a version",
            subject=f"policy:{school}/{policy}",
            data={
                "version": version.sha256_bytes,
                "number": version.number,
                "minor": version.minor,
                **({"said to be ours": found.strange} if found.strange else {}),
            },
        )


def _keep_quotes(conn: Connection, desk: PolicyPage) -> None:
    """Keep with each rule the sentence it rests on, before the text that has it is followed by another."""
    found = promises(desk.in_force) if desk.in_force is not None else ()
    for rule in record_register.obligations(conn, (desk.policy.school,)):
        if rule.source.policy == desk.policy.key and not rule.source.quotes:
            promise = promise_of(rule, found)
            if promise is not None:
                record_register.save_quotes(conn, rule.school, rule.key, [promise.clause.quote])


def undoing(services: Services, desk: PolicyPage, now: datetime) -> UndoWindow | None:
    """Return until when the version in force can be taken back; None: it cannot, or not any more."""
    policy = desk.policy
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(now), (policy.school,))
        if not _may_undo(conn, snapshot, policy, desk.in_force, now):
            return None
        published_at = record_register.published_at(conn, policy.school, policy.key)
    assert published_at is not None
    at = first_email_at(snapshot, _that_follow(snapshot, policy), now, UNDO_FOR)
    ends = published_at + UNDO_FOR
    return UndoWindow(min(at, ends) if at else ends, has_email=at is not None)


def undo_publishing(services: Services, desk: PolicyPage, was: str, by: Actor, now: datetime) -> str:
    """Withdraw the version in force, as long as no one was emailed about it or answered it.

    The one before is in force again. Return the key under which its file waits, to be published again.
    """
    policy, latest = desk.policy, desk.in_force
    key = upload_key(services, by.form)
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        review_delegations.lock_policy(conn, policy.school, policy.key)
        one_planner_at_a_time(conn)
        snapshot = load_snapshot(conn, local_date(now), (policy.school,))
        if latest is None or was != latest.sha256_bytes or not _may_undo(conn, snapshot, policy, latest, now):
            raise ValidationFailed(FieldError("main", TOO_LATE))
        record_register.remove_version(conn, latest)
        name, content = latest.filename or "policy", latest.content or b""
        school_setup.add_upload(
            conn,
            Upload(key, policy.school, VERSION_UPLOAD, policy.key, name, content, by.person.key, now),
        )
        ledger.append(
            conn,
            at=now,
            actor=by.actor,
            action="took a version back",
            subject=f"policy:{policy.school}/{policy.key}",
            data={"version": latest.sha256_bytes, "number": latest.number},
        )
    return key


def _may_undo(
    conn: Connection, snapshot: Snapshot, policy: Policy, latest: PolicyText | None, now: datetime
) -> bool:
    """Return whether a text is in force, was published here lately, and no one was told of it or answered."""
    published_at = record_register.published_at(conn, policy.school, policy.key)
    texts = record_register.versions(conn, policy.school, policy.key)
    if latest is None or latest.content is None or published_at is None or len(texts) < 2:
        return False
    if texts[-1].sha256_bytes != latest.sha256_bytes or now >= published_at + UNDO_FOR:
        return False
    rules = [one.key for one in _that_follow(snapshot, policy)]
    answered = any(
        one.version == latest.sha256_bytes and one.obligation in rules and one.school == policy.school
        for one in snapshot.evidence
    )
    before = any(one.sha256_bytes == latest.sha256_bytes for one in texts[:-1])
    told = message_store.told_since(conn, policy.school, rules, published_at)
    return not told and (before or not answered)


def _that_follow(snapshot: Snapshot, policy: Policy) -> tuple[Obligation, ...]:
    """List the active rules whose emails lead to the text of a policy."""
    return tuple(
        one
        for one in snapshot.obligations
        if one.active
        and (one.school, one.policy) == (policy.school, policy.key)
        and one.kind is not Kind.REVIEW
    )


def _strange(reading: Reading, school: str) -> str:
    """Return why a document looks like another school's; empty: it does not."""
    from bot.reading.header.school import are_two_schools  # noqa: PLC0415 - hundreds of wordings, as above

    named = reading.header.school
    if named is not None and are_two_schools(named, school):
        return f"It names {named}. Your school is {school}."
    return next((one.says for one in reading.findings if one.code == "other-school"), "")


def read_file(filename: str, content: bytes, on: date) -> Reading:
    """Read a document that was sent, within limits. Refused: it cannot be read, and what would be right."""
    [reading] = read_files([(filename, content)], on)
    return reading


def read_files(files: Iterable[tuple[str, bytes]], on: date) -> list[Reading]:
    """Read several documents, each a name and its bytes, in one process."""
    from bot.reading.isolated import IsolatedReader  # noqa: PLC0415 - hundreds of wordings, for this alone

    readings = []
    with TemporaryDirectory() as folder, IsolatedReader() as reader:
        for number, (filename, content) in enumerate(files):
            path = (
                Path(folder)
                / str(number)
                / (UNUSUAL.sub("_", filename)[-LONGEST_NAME:].strip(". ") or "policy")
            )
            path.parent.mkdir()
            path.write_bytes(content)
            try:
                readings.append(reader.read(path, on))
            except UnreadableDocument as error:
                raise ValidationFailed(FieldError("file", f"{error}.")) from error
    return readings


def _desk(conn: Connection, snapshot: Snapshot, policy: Policy, now: datetime) -> PolicyPage:
    texts = tuple(record_register.versions(conn, policy.school, policy.key))
    roll = active_members(snapshot, local_date(now))[policy.school]
    owners = [snapshot.people[key] for key in roll.named(policy.owner) if key in snapshot.people]
    return PolicyPage(
        policy=policy,
        texts=texts,
        due=_due(snapshot, policy),
        findings=_noticed(texts[-1], local_date(now)) if texts else (),
        owner=", ".join(one.name for one in owners),
        owners=tuple(owners),
        is_in_setup=(policy.school, policy.key) in school_setup.policies_in_setup(conn, (policy.school,)),
        waiting=next((one for one in reversed(_from_library(conn, policy))), None),
        public=public_policies.public_policies(conn, policy.school).get(policy.key),
    )


def _from_library(conn: Connection, policy: Policy) -> list[Upload]:
    return [
        one
        for one in school_setup.uploads(conn, policy.school, VERSION_UPLOAD)
        if (one.about, one.uploaded_by) == (policy.key, school_setup.LIBRARY)
    ]


def _due(snapshot: Snapshot, policy: Policy) -> ReviewDue | None:
    """Return when a review is due, by the obligation that asks for it."""
    for one in snapshot.obligations:
        if (one.school, one.policy, one.kind) == (policy.school, policy.key, Kind.REVIEW):
            acts = [act for act in snapshot.evidence if (act.school, act.obligation) == (one.school, one.key)]
            return due_of(policy, one, tuple(sorted(acts, key=lambda act: act.on)))
    return None


@lru_cache(maxsize=128)
def _noticed(text: PolicyText, on: date) -> tuple[Finding, ...]:
    """Return what is to be looked at in a text we hold; the same text is read once a day."""
    from bot.reading.isolated import shared_reader  # noqa: PLC0415 - as above

    if text.text is None:
        return ()
    try:
        with shared_reader() as reader:
            return reader.findings(_as_read(text), on)
    except UnreadableDocument:
        return (Finding("unread", "problem", TOO_MUCH),)


def _as_read(text: PolicyText) -> Text:
    lines = tuple((text.text or "").split("\n"))
    return Text(text.filename or "", text.media or "", lines, text.sha256_bytes, text.sha256_text or "")


def asked_by_new_version(snapshot: Snapshot, policy: Policy, now: datetime) -> tuple[Person, ...]:
    """List whom a material version would ask: everyone in the audience of what follows new versions."""
    roll = active_members(snapshot, local_date(now))[policy.school]
    people = {
        asked.person
        for one in snapshot.obligations
        if (one.school, one.policy) == (policy.school, policy.key) and one.active
        if any(isinstance(cadence, OnNewVersion) for cadence in one.cadence)
        for asked in roll.asked(one.audience)
    }
    return tuple(sorted((snapshot.people[key] for key in people), key=lambda one: one.name))


def _number(printed: str | None, texts: tuple[PolicyText, ...]) -> str:
    taken = {one.number for one in texts}
    if printed and printed not in taken:
        return printed[:LONGEST_NUMBER]
    number = len(texts) + 1
    while str(number) in taken:
        number += 1
    return str(number)


def _refusals(desk: PolicyPage, found: NewVersion, given: Publishing) -> Iterator[FieldError]:
    if desk.in_force is not None and desk.in_force.sha256_bytes == found.reading.text.sha256_bytes:
        yield FieldError("file", "This very file is in force already.")
    if found.strange and not given.ours:
        yield FieldError("ours", "Check whose document it is. Tick the box if it is your school’s.")
    if desk.texts and given.minor is None:
        yield FieldError("minor", "Choose whether everybody has to read it again.")
    if desk.texts and not given.reason.strip():
        yield FieldError("reason", "Say in a sentence what changed and why. It stands on the record.")
    if len(given.reason) > LONGEST_REASON:
        yield FieldError("reason", f"Please keep it under {LONGEST_REASON} characters.")
    number = " ".join(given.number.split())
    if not number or len(number) > LONGEST_NUMBER:
        yield FieldError("number", "Give the version a short name, such as 3 or 2027.")
    elif any(one.number == number for one in desk.texts):
        yield FieldError("number", f"Version {number} is there already. Give this one another name.")


def _version(desk: PolicyPage, found: NewVersion, given: Publishing, by: Actor, today: date) -> PolicyText:
    """Make the version. A first text was found in force: it asks no one by itself."""
    text = found.reading.text
    return PolicyText(
        school=desk.policy.school,
        policy=desk.policy.key,
        number=" ".join(given.number.split()),
        sha256_bytes=text.sha256_bytes,
        sha256_text=text.sha256_text,
        text="\n".join(text.lines),
        media=text.media,
        filename=text.file,
        content=found.upload.content,
        issued_on=today if desk.texts else None,
        minor=bool(given.minor) if desk.texts else False,
        reason=given.reason.strip() or None,
        published_by=by.person.key,
    )
