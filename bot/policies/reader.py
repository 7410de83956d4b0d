"""The library for everyone who works here: every policy in force, found by its name or words in its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.database.engine import Connection, Store
from bot.planning.duties import duties_of
from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records import register as record_register
from bot.records.evidence import StoredEvidence
from bot.records.register import PolicyText
from bot.rules.duties import Duty
from bot.rules.obligations import Kind
from bot.rules.policies import Policy
from bot.rules.text_changes import TextChanges, compare

MAX_QUERY_LENGTH = 100
# So much of a text is shown around the words that were found.
AROUND = 90


@dataclass(frozen=True, slots=True)
class LibraryReader:
    """Who reads: a person of a school, on a day."""

    school: str
    person: str
    today: date


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy in the list. `found`: the words of its text around what was looked for; empty: its name."""

    policy: Policy
    number: str
    issued_on: date | None
    area: str
    tasks: tuple[Duty, ...]
    is_answered: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One policy as staff read it: its text in force, the version before, and the reader's own answers.

    `changes`: how the text in force differs from the one before; None: there is none to compare with.
    `answers`: each with what it was to.
    """

    policy: Policy
    text: PolicyText
    before: PolicyText | None
    changes: TextChanges | None
    answers: tuple[tuple[StoredEvidence, str], ...]
    tasks: tuple[Duty, ...]


def list_policies(
    store: Store, snapshot: Snapshot, reader: LibraryReader, typed: str = "", area: str = ""
) -> tuple[PolicyRow, ...]:
    """List the policies in force, by title: those of an area, with all typed words in name or text."""
    wanted = typed[:MAX_QUERY_LENGTH].casefold().split()
    tasks = duties_of(snapshot, reader.today, reader.person)
    with store.reading() as conn:
        acts = record_evidence.of_person(conn, reader.school, reader.person)
        rows = [
            PolicyRow(
                policy,
                policy.versions[-1].number,
                policy.versions[-1].issued_on,
                policy.owner or "",
                _asked(tasks, policy),
                bool(_stand(acts, policy.key)),
                found,
            )
            for policy in snapshot.policies.values()
            if policy.school == reader.school and policy.versions and area in ("", policy.owner)
            if (found := _found(conn, policy, wanted)) is not None
        ]
    return tuple(sorted(rows, key=lambda one: (bool(one.found), one.policy.title)))


def areas(snapshot: Snapshot, school: str) -> tuple[str, ...]:
    """Return the areas of a school's policies: who keeps them, "role:" and a role, or a person's key."""
    found = {one.owner for one in snapshot.policies.values() if one.school == school and one.versions}
    return tuple(sorted(one for one in found if one))


def read_policy(store: Store, snapshot: Snapshot, reader: LibraryReader, key: str) -> ReadPolicy | None:
    """Return what a reader sees of a policy; None: there is none, or we have no text of it."""
    school = reader.school
    policy = snapshot.policies.get((school, key))
    if policy is None or not policy.versions:
        return None
    with store.reading() as conn:
        text = record_register.find_version(conn, school, key, policy.versions[-1].sha256)
        if text is None or not text.text:
            return None
        earlier = policy.versions[-2].sha256 if len(policy.versions) > 1 else ""
        before = record_register.find_version(conn, school, key, earlier) if earlier else None
        acts = record_evidence.of_person(conn, school, reader.person)
    return ReadPolicy(
        policy,
        text,
        before,
        compare(before.text, text.text) if before is not None and before.text else None,
        tuple((one, _what(snapshot, one)) for one in _stand(acts, key)),
        _asked(duties_of(snapshot, reader.today, reader.person), policy),
    )


def _what(snapshot: Snapshot, one: StoredEvidence) -> str:
    """Return what an answer was to: the task, and of an agreement its account."""
    record = one.record
    tasks = (
        rule.title
        for rule in snapshot.obligations
        if (rule.school, rule.key) == (record.school, record.obligation)
    )
    account = next(
        (at.called for at in snapshot.accounts if (at.school, at.key) == (record.school, record.subject)), ""
    )
    return ", ".join(filter(None, (next(tasks, ""), account)))


def _stand(acts: Sequence[StoredEvidence], policy: str) -> tuple[StoredEvidence, ...]:
    """Return the acts about a policy that no one withdrew, the latest first."""
    tasks = dict.fromkeys(one.record.obligation for one in acts if one.record.policy == policy)
    stand = (
        one
        for task in tasks
        for one in record_evidence.in_force([act for act in acts if act.record.obligation == task])
    )
    return tuple(sorted(stand, key=lambda one: one.record.recorded_at, reverse=True))


def _asked(tasks: Sequence[Duty], policy: Policy) -> tuple[Duty, ...]:
    """Return the open tasks of a person that lead to the text of a policy."""
    return tuple(
        one
        for one in tasks
        if (one.obligation.school, one.obligation.policy) == (policy.school, policy.key)
        if one.obligation.kind in {Kind.ACKNOWLEDGE, Kind.SIGN} and one.state in PRESSING
    )


def _found(conn: Connection, policy: Policy, wanted: Sequence[str]) -> str | None:
    """Return the place where words stand in a text; empty: all are in its title; None: some in neither."""
    title = policy.title.casefold()
    missing = [word for word in wanted if word not in title]
    if not missing:
        return ""
    text = record_register.version_text(conn, policy.school, policy.key, policy.versions[-1].sha256) or ""
    flat = " ".join(text.split())
    places = [flat.casefold().find(word) for word in missing]
    if min(places) < 0:
        return None
    first = max(min(places) - AROUND, 0)
    last = min(places) + AROUND
    return f"{'…' if first else ''}{flat[first:last].strip()}{'…' if last < len(flat) else ''}"
