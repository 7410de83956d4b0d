"""A person's own duties: to do, waiting, done, and their questions; what changed in a document they signed.

Changes are computed from the stored texts of both versions; without both there is no comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from bot.database.engine import Connection, Store
from bot.planning.active_members import ActiveMembers, StaffReply, active_members, who_answers
from bot.planning.duties import duties_of
from bot.planning.duty_view import READ_HERE, DutyView, only_told, reading_minutes
from bot.planning.exemptions import BOOKED, WITH_OFFICE, to_themselves
from bot.planning.plan import PRESSING
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records import register as record_register
from bot.records import school_setup
from bot.records.evidence import EvidenceRecord, StoredEvidence
from bot.records.school_setup import QuestionOwner
from bot.rules.duties import READING, Duty, State, task_urgency
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind, Obligation, source_citation
from bot.rules.people import Person
from bot.rules.policies import Version
from bot.rules.reminder_ladder import held_until
from bot.rules.text_changes import TextChanges, compare

NEW_FOR = timedelta(days=60)
# A new starter's three lists: what is due by the end of the first day, the first week, and after that.
DAY_1, WEEK_1 = timedelta(days=1), timedelta(days=7)
ASIDE = frozenset({State.PAUSED, State.EXCUSED})
Answered = Literal["waiting", "answered", "decided"]
Rules = Mapping[tuple[str, str], Obligation]
# Whom a new starter looks for first, by role and by what people call it.
WHO_IS_WHO = (
    ("headteacher", ""),
    ("dsl", "designated safeguarding lead"),
    ("deputy-dsl", "deputy safeguarding lead"),
    ("chair", "chair"),
    ("office", "office"),
)


@dataclass(frozen=True, slots=True)
class MyDuty:
    """One duty as its person sees it. `signed_before` is the version they signed last, if it is another.

    `called` names its state, and of an excused one why.
    """

    duty: Duty
    title: str
    cites: str
    minutes: int | None = None
    account: str = ""
    called: str = ""
    signed_before: str = ""

    @property
    def address(self) -> str:
        return f"/me/duty/{self.duty.obligation.key}/{self.duty.cycle}"


@dataclass(frozen=True, slots=True)
class CompletedDuty:
    """Something they did, called by what was asked; of several accounts, for which."""

    kept: StoredEvidence
    title: str
    account: str = ""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question or a refusal of theirs, and what has become of it. `with_whom`: who has it, by name.

    `asked_again_on`: from when they are reminded again although no one has answered.
    """

    kept: StoredEvidence
    title: str
    state: Answered
    answer: str = ""
    answered_on: date | None = None
    with_whom: str = ""
    asked_again_on: date | None = None


@dataclass(frozen=True, slots=True)
class FirstDays:
    """One of a new starter's lists: what is still open, and how many there were."""

    title: str
    open: tuple[MyDuty, ...]
    done: tuple[MyDuty, ...]


@dataclass(frozen=True, slots=True)
class MyDuties:
    """One person's page. `owed` stands most pressing first; `later` is not asked yet; `told` asks nothing."""

    owed: tuple[MyDuty, ...] = ()
    later: tuple[MyDuty, ...] = ()
    aside: tuple[MyDuty, ...] = ()
    told: tuple[MyDuty, ...] = ()
    done: tuple[CompletedDuty, ...] = ()
    said: tuple[OpenQuestion, ...] = ()
    started_on: date | None = None
    first_days: tuple[FirstDays, ...] = ()
    who_is_who: tuple[tuple[str, str], ...] = ()

    @property
    def minutes(self) -> int:
        """Add up the minutes; 0 where something owed has none that we know of."""
        known = [one.minutes for one in self.owed if one.minutes]
        return sum(known) if len(known) == len(self.owed) else 0


def my_duties(store: Store, snapshot: Snapshot, school: str, person: Person, today: date) -> MyDuties:
    """Gather one person's page; nothing is written."""
    roll = active_members(snapshot, today)[school]
    rules = {(one.school, one.key): one for one in snapshot.obligations}
    theirs = [one for one in duties_of(snapshot, today, person.key) if one.obligation.school == school]
    with store.reading() as conn:
        acts = record_evidence.of_person(conn, school, person.key)
        given = school_setup.question_owners(conn, school)
        mine = sorted(
            (_mine(conn, snapshot, duty, acts) for duty in theirs), key=lambda one: _pressing(one, today)
        )
    asked = [one for one in mine if not only_told(snapshot, roll, one.duty)]
    # What another duty asks for too has no steps of its own.
    still = [one for one in asked if one.duty.state in PRESSING and one.duty.steps]
    started_on = _new_since(person, school, today)
    return MyDuties(
        owed=tuple(one for one in still if one.duty.opens_on <= today),
        later=tuple(one for one in still if one.duty.opens_on > today),
        aside=tuple(one for one in asked if one.duty.state in ASIDE),
        told=tuple(one for one in mine if one not in asked and one.duty.state in PRESSING),
        done=done_by(snapshot, acts),
        said=tuple(reversed(list(_open_questions(snapshot, roll, rules, acts, given)))),
        started_on=started_on,
        first_days=tuple(_first_days(asked, started_on)) if started_on else (),
        who_is_who=tuple(_who_is_who(snapshot, roll, person)) if started_on else (),
    )


def done_by(snapshot: Snapshot, acts: Sequence[StoredEvidence]) -> tuple[CompletedDuty, ...]:
    """List what someone did and no one withdrew, the latest first, from their acts, oldest first."""
    rules = {(one.school, one.key): one for one in snapshot.obligations}
    by_task: dict[tuple[str, str, str | None], list[StoredEvidence]] = {}
    for one in acts:
        whole = (one.record.school, one.record.obligation, one.record.subject)
        by_task.setdefault(whole, []).append(one)
    stand = {one.receipt for some in by_task.values() for one in record_evidence.in_force(some)}
    found = (one for one in reversed(acts) if one.receipt in stand and one.record.outcome is Outcome.DONE)
    return tuple(_did(snapshot, rules, one) for one in found)


def _pressing(one: MyDuty, today: date) -> tuple[int, date, str, str]:
    duty = one.duty
    rank = task_urgency(duty.state, duty.due_on, today, is_reading=duty.obligation.kind in READING)
    return rank, duty.due_on or date.max, one.title, duty.cycle


def _mine(conn: Connection, snapshot: Snapshot, duty: Duty, acts: Sequence[StoredEvidence]) -> MyDuty:
    one = duty.obligation
    policy = snapshot.policies.get((one.school, one.policy or ""))
    return MyDuty(
        duty=replace(duty, why=to_themselves(duty.why)),
        title=policy.title if policy and one.kind is Kind.ACKNOWLEDGE else one.named,
        cites=source_citation(snapshot.policies, one),
        minutes=one.minutes or _reading(conn, snapshot, duty),
        account=_account(snapshot, one.school, duty.subject),
        called=_state_in_words(duty, acts),
        signed_before=_signed_before(duty, acts),
    )


def _state_in_words(duty: Duty, acts: Sequence[StoredEvidence]) -> str:
    """Return the state of a duty; of one that is excused, why."""
    about = (one.record for one in reversed(acts) if one.record.obligation == duty.obligation.key)
    last = next(about, None) if duty.state is State.EXCUSED else None
    excused = {WITH_OFFICE: "being checked", BOOKED: "booked"}
    return excused.get(last.reference or "", duty.state.value) if last else duty.state.value


def _account(snapshot: Snapshot, school: str, key: str | None) -> str:
    return next((one.called for one in snapshot.accounts if (one.school, one.key) == (school, key)), "")


def _did(snapshot: Snapshot, rules: Rules, kept: StoredEvidence) -> CompletedDuty:
    """Return a record with its title: what was asked, or the document and version read."""
    record = kept.record
    asked = rules.get((record.school, record.obligation))
    title = record.policy_title or record.statement or record.obligation
    if asked is not None and asked.kind is not Kind.ACKNOWLEDGE:
        title = asked.title
    if record.version_number:
        title = f"{title}, version {record.version_number}"
    return CompletedDuty(kept, title, _account(snapshot, record.school, record.subject))


def _reading(conn: Connection, snapshot: Snapshot, duty: Duty) -> int | None:
    """Estimate how long the document takes, where it is read before answering and we hold its words."""
    one = duty.obligation
    policy = snapshot.policies.get((one.school, one.policy or ""))
    if one.kind not in READ_HERE or policy is None or not policy.versions or duty.state not in PRESSING:
        return None
    shown = duty.version or policy.versions[-1].sha256
    text = record_register.version_text(conn, one.school, policy.key, shown)
    return reading_minutes(text) if text else None


def _signed_before(duty: Duty, acts: Sequence[StoredEvidence]) -> str:
    """Return the version someone said yes to last, where the one they are shown now is another."""
    about = [one.record for one in acts if one.record.obligation == duty.obligation.key]
    signed = next((one for one in reversed(about) if one.outcome is Outcome.DONE), None)
    if duty.version is None or signed is None or signed.sha256_bytes in (None, duty.version):
        return ""
    return signed.version_number or ""


def _open_questions(
    snapshot: Snapshot,
    roll: ActiveMembers,
    rules: Rules,
    acts: Sequence[StoredEvidence],
    given: Mapping[str, tuple[QuestionOwner, ...]],
) -> Iterator[OpenQuestion]:
    """List questions and refusals, oldest first, each with what came after it."""
    for at, kept in enumerate(acts):
        record = kept.record
        if record.outcome not in (Outcome.QUESTION, Outcome.DECLINED):
            continue
        asked = rules.get((record.school, record.obligation))
        after = [one.record for one in acts[at + 1 :] if _same_duty(one.record, record)]
        reply = next((one for one in after if _answers(one, kept)), None)
        decided = any(one.outcome is Outcome.DONE for one in after)
        owners = given.get(kept.receipt, ())
        said = StaffReply(record.person, record.policy, owners[-1].person if owners else None)
        owner = who_answers(snapshot, roll, said, refuses=record.outcome is Outcome.DECLINED)
        yield OpenQuestion(
            kept=kept,
            title=record.policy_title or (asked.title if asked else record.obligation),
            state="answered" if reply else "decided" if decided else "waiting",
            answer=(reply.words or "") if reply else "",
            answered_on=reply.acted_on if reply else None,
            with_whom=snapshot.people[owner].name if owner else "",
            asked_again_on=held_until(snapshot.calendars[roll.school.key].add_school_days, record.acted_on),
        )


def _answers(one: EvidenceRecord, asked: StoredEvidence) -> bool:
    """Return whether a record is the answer to a question: it names the question's receipt, or none."""
    return one.outcome is Outcome.ANSWERED and one.reference in (None, asked.receipt)


def _same_duty(one: EvidenceRecord, other: EvidenceRecord) -> bool:
    same = one.obligation == other.obligation and one.subject in (None, other.subject)
    return same and one.cycle in (None, other.cycle)


def _new_since(person: Person, school: str, today: date) -> date | None:
    """Return when someone started, if that is less than 60 days ago."""
    here = person.membership(school)
    started_on = here.starts_on if here else None
    return started_on if started_on and started_on <= today < started_on + NEW_FOR else None


def _first_days(asked: Iterable[MyDuty], started_on: date) -> Iterator[FirstDays]:
    """Group what a new starter is asked, done or not, by first day, first week and first month."""
    lists: dict[str, list[MyDuty]] = {"Day 1": [], "Week 1": [], "Month 1": []}
    for one in asked:
        due_on = one.duty.due_on
        if due_on is not None and due_on <= started_on + DAY_1:
            lists["Day 1"].append(one)
        elif due_on is not None and due_on <= started_on + WEEK_1:
            lists["Week 1"].append(one)
        else:
            lists["Month 1"].append(one)
    for title, some in lists.items():
        done = tuple(one for one in some if one.duty.state is State.DONE)
        yield FirstDays(title, tuple(one for one in some if one.duty.state in PRESSING), done)


def _who_is_who(snapshot: Snapshot, roll: ActiveMembers, reader: Person) -> Iterator[tuple[str, str]]:
    """Return the people a new starter may need, each with what they are here."""
    for role, called in WHO_IS_WHO:
        names = [snapshot.people[key].name for key in roll.holders(role) if key != reader.key]
        if names:
            yield called or snapshot.schools[roll.school.key].words.head, ", ".join(names)


@dataclass(frozen=True, slots=True)
class WhatChanged:
    """The version someone signed, those issued since, and the differences; None: we lack the older text."""

    signed: str
    signed_at: datetime
    since: tuple[Version, ...]
    changes: TextChanges | None

    @property
    def only_minor(self) -> bool:
        """Return whether every version since was marked as a small change."""
        return bool(self.since) and all(one.minor for one in self.since)


def what_changed(store: Store, view: DutyView) -> WhatChanged | None:
    """Compare what is shown with what its reader said yes to last; None: nothing, or the same text."""
    if view.version is None or view.text is None or view.answered is not None:
        return None
    with store.reading() as conn:
        acts = record_evidence.for_duty(conn, view.school.key, view.obligation.key, view.person.key)
        about = [kept for kept in acts if kept.record.subject in (None, view.subject)]
        done = [one.record for one in record_evidence.in_force(about) if one.record.outcome is Outcome.DONE]
        signed = done[-1] if done else None
        if signed is None or signed.sha256_bytes in (None, view.version.sha256_bytes):
            return None
        old = record_register.version_text(
            conn, view.school.key, view.version.policy, signed.sha256_bytes or ""
        )
    return WhatChanged(
        signed=signed.version_number or "",
        signed_at=signed.recorded_at,
        since=_since(view, signed),
        changes=compare(old, view.text) if old else None,
    )


def _since(view: DutyView, signed: EvidenceRecord) -> tuple[Version, ...]:
    versions = view.policy.versions if view.policy else ()
    places = [at for at, one in enumerate(versions) if one.sha256 == signed.sha256_bytes]
    return versions[places[-1] + 1 :] if places else ()
