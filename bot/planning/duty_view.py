"""What one duty of one person is today: something to answer, already answered, or nothing any more.

What a person says when they answer, word for word; if a typed name is theirs; how long reading takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from bot.core.clock import local_date
from bot.core.links import Link
from bot.database.engine import Connection
from bot.planning.active_members import ActiveMembers, StaffReply, who_answers
from bot.planning.duties import PlanningContext, list_duties, planning_context
from bot.planning.exemptions import to_themselves
from bot.planning.review_duties import (
    AGENDA,
    APPROVE,
    DATES,
    DRAFT,
    LATE,
    MEETINGS,
    MINUTE,
    NO_MEETING,
    PAPERS,
    UNDATED,
)
from bot.planning.snapshot import Snapshot
from bot.planning.store import load_one_duty
from bot.records import evidence as record_evidence
from bot.records import register as record_register
from bot.records.evidence import StoredEvidence
from bot.records.register import PolicyText
from bot.rules.accounts import Account
from bot.rules.calendar import Calendar
from bot.rules.duties import Duty, State
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind, Obligation, source_citation
from bot.rules.people import Person, School
from bot.rules.policies import Policy


@dataclass(frozen=True, slots=True)
class RuleTargets:
    """What one rule will ask: whom, by name, and by when. `done`: of how many it is done already."""

    rule: Obligation
    people: tuple[str, ...]
    due_on: date | None
    done: int = 0


def asked_by_rule(snapshot: Snapshot, duties: Iterable[Duty]) -> Iterator[RuleTargets]:
    """Group duties by their rule and day, with the names of those who still owe them."""
    found: dict[tuple[str, date | None], list[Duty]] = {}
    for duty in duties:
        found.setdefault((duty.obligation.key, duty.due_on), []).append(duty)
    for (_, due_on), some in found.items():
        people = {snapshot.people[one.person].name for one in some if one.state is not State.DONE}
        done = len({one.person for one in some if one.state is State.DONE})
        yield RuleTargets(some[0].obligation, tuple(sorted(people)), due_on, done)


WORDS_A_MINUTE = 220


def reading_minutes(text: str) -> int:
    """Estimate how many minutes a text takes to read."""
    return max(1, round(len(text.split()) / WORDS_A_MINUTE))


def statement(
    obligation: Obligation,
    policy: Policy | None = None,
    version: str | None = None,
    account: Account | None = None,
) -> str:
    """Return what is recorded when someone says yes, and for which account. The school's own words win."""
    said = _signing_statement(obligation, policy, version)
    return f"For {account.called}: {said}" if account else said


def _signing_statement(obligation: Obligation, policy: Policy | None, version: str | None) -> str:
    if obligation.statement:
        return obligation.statement
    if obligation.kind is Kind.ACKNOWLEDGE:
        document = policy.title if policy else obligation.title
        which = f", version {version}" if version else ""
        return f"I have read “{document}”{which}, and I will follow it."
    if obligation.kind is Kind.TRAIN:
        return f"I have done this training: {obligation.named}."
    if obligation.kind is Kind.SIGN:
        return f"I agree to this and I will keep to it: {obligation.title}."
    return f"This has been done: {obligation.title}."


# What is said about one stage of a review: only an approval says that the review is done.
STAGES_SAY = {
    DRAFT: "I have sent the draft for the review of {title}.",
    AGENDA: "The review of {title} is on the agenda.",
    PAPERS: "{title} has gone out with the papers.",
    MINUTE: "{title} was approved at the meeting.",
    NO_MEETING: "We have decided how the review of {title} will be approved.",
    MEETINGS: "I have told the school when the meeting is that can approve {title}.",
    DATES: "I have told the school the dates of {title}.",
}
READ_HERE = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})


@dataclass(frozen=True, slots=True)
class DutyView:
    """Everything the page shows. `answered` settles it; `earlier` are questions and refusals, oldest first.

    `human` is who gets a question, `leader` who gets a refusal. `withdrawn` counts answers taken back, or
    given to this cycle an earlier time, so that a new one is a new act; nothing done before `counts_from`
    counts. `only_told`: a governor told of a review, which the minutes will discharge and not their tick.
    """

    school: School
    calendar: Calendar
    person: Person
    obligation: Obligation
    cycle: str
    statement: str
    cites: str
    today: date
    why: str = ""
    subject: str | None = None
    due_on: date | None = None
    state: State | None = None
    account: Account | None = None
    policy: Policy | None = None
    version: PolicyText | None = None
    answered: StoredEvidence | None = None
    earlier: tuple[StoredEvidence, ...] = ()
    withdrawn: int = 0
    counts_from: date | None = None
    only_told: bool = False
    human: Person | None = None
    leader: Person | None = None

    @property
    def title(self) -> str:
        """Return the thing: the document where it is read, else what has to be done."""
        read = self.policy is not None and self.obligation.kind is Kind.ACKNOWLEDGE
        return self.policy.title if self.policy and read else self.obligation.named

    @property
    def text(self) -> str | None:
        """Return the document's words where they are read before answering."""
        return self.version.text if self.version and self.obligation.kind in READ_HERE else None

    @property
    def shown(self) -> str:
        """Digest what would be recorded, so that an answer is tied to what stood on the page."""
        version = (self.version.number, self.version.sha256_bytes) if self.version else ()
        duty = (self.school.key, self.obligation.key, self.person.key, self.cycle, self.subject)
        checks = [(one.ask, *one.answers) for one in self.obligation.questions]
        items = [str(one) for one in self.obligation.items]
        said = json.dumps([*duty, self.title, self.statement, *version, *checks, *items])
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NothingToAnswer:
    """Nothing is asked behind this link any more, and what to say about it."""

    heading: str
    says: str
    next_step: str = "You need do nothing. Nothing was recorded by opening this page."


LEFT = NothingToAnswer("You no longer need to do this", "Our records say that you have left this school.")
ENDED = NothingToAnswer(
    "You no longer need to do this",
    "Your school's rules have changed since this link was sent, or this has already been done.",
)


def open_now(conn: Connection, link: Link, now: datetime) -> DutyView | NothingToAnswer:
    """Read what a link asks at this instant: the page shows it and an answer is checked against it."""
    today = local_date(now)
    snapshot = load_one_duty(conn, today, link.school, link.obligation)
    person = snapshot.people.get(link.person)
    obligation = next((one for one in snapshot.obligations if one.key == link.obligation), None)
    if person is None or _has_left(person, link.school, today):
        return LEFT
    if obligation is None:
        return ENDED
    key, slash, _ = link.cycle.partition("/")
    account = next((one for one in snapshot.accounts if slash and one.key == key), None)
    looked = planning_context(snapshot, today)
    duty = _duty(looked, link, account)
    about = (None, account.key) if account else None
    acts = tuple(
        one
        for one in record_evidence.for_duty(conn, link.school, link.obligation, link.person)
        if about is None or one.record.subject in about
    )
    answered = _answered(acts, link, account, duty)
    if answered is None and (duty is None or duty.state is State.DONE):
        return ENDED
    return _view(conn, looked, _Found(link, person, obligation, account, duty, answered, acts))


@dataclass(frozen=True, slots=True)
class _Found:
    link: Link
    person: Person
    obligation: Obligation
    account: Account | None
    duty: Duty | None
    answered: StoredEvidence | None
    acts: tuple[StoredEvidence, ...]


def _view(conn: Connection, looked: PlanningContext, found: _Found) -> DutyView:
    snapshot, roll = looked.snapshot, looked.rolls[found.link.school]
    policy = snapshot.policies.get((found.link.school, found.obligation.policy or ""))
    version = _version(conn, policy, found.duty)
    duty, account = found.duty, found.account
    cycle = duty.cycle if duty else found.link.cycle
    since = record_evidence.in_force(found.acts)
    asked = StaffReply(found.person.key, policy.key if policy else None)
    earlier = sum(_of_earlier(kept, duty) for kept in _of_cycle(since, cycle, account))
    return DutyView(
        school=snapshot.schools[found.link.school],
        calendar=snapshot.calendars[found.link.school],
        person=found.person,
        obligation=found.obligation,
        cycle=act_cycle(cycle, account),
        statement=_statement(found, policy, version),
        cites=source_citation(snapshot.policies, found.obligation),
        today=looked.on,
        why=to_themselves(duty.why) if duty else "",
        subject=duty.subject if duty else (account.key if account else None),
        due_on=duty.due_on if duty else None,
        state=duty.state if duty else None,
        account=account,
        policy=policy,
        version=version,
        answered=found.answered,
        earlier=tuple(kept for kept in since if kept.record.cycle == act_cycle(cycle, account)),
        counts_from=duty.counts_from if duty else None,
        withdrawn=sum(kept.record.outcome is Outcome.WITHDRAWN for kept in found.acts) + earlier,
        only_told=duty is not None and only_told(snapshot, roll, duty),
        human=snapshot.people.get(who_answers(snapshot, roll, asked, refuses=False) or ""),
        leader=snapshot.people.get(who_answers(snapshot, roll, asked, refuses=True) or ""),
    )


def _statement(found: _Found, policy: Policy | None, version: PolicyText | None) -> str:
    """Return what a yes will say: about a review's stage, or about the whole duty."""
    stage = STAGES_SAY.get(found.duty.subject or "") if found.duty else None
    if stage is not None and found.obligation.kind is Kind.REVIEW:
        return stage.format(title=policy.title if policy else found.obligation.title)
    return statement(found.obligation, policy, version.number if version else None, found.account)


def act_cycle(cycle: str, account: Account | None) -> str:
    """Return the cycle as evidence does: without the account, which evidence holds as its subject."""
    return cycle.removeprefix(f"{account.key}/") if account else cycle


def _has_left(person: Person, school: str, today: date) -> bool:
    member = next((one for one in person.memberships if one.school == school), None)
    return member is None or (member.leaves_on is not None and member.leaves_on < today)


def _duty(looked: PlanningContext, link: Link, account: Account | None) -> Duty | None:
    """Find the link's own duty; or, when its cycle is over, what the same person is asked in its place."""
    theirs = list(list_duties(looked, link.person))
    exact = (duty for duty in theirs if duty.cycle == link.cycle)
    subject = account.key if account else None
    instead = (duty for duty in theirs if duty.subject == subject)
    return next(exact, None) or next(instead, None)


def _answered(
    acts: Sequence[StoredEvidence], link: Link, account: Account | None, duty: Duty | None
) -> StoredEvidence | None:
    """Find the record that settles the link's own cycle, or the duty that stands in its place."""
    done = [one for one in record_evidence.in_force(acts) if one.record.outcome is Outcome.DONE]
    own = _of_cycle(done, link.cycle, account)
    if duty is not None and duty.cycle == link.cycle:
        own = [one for one in own if not _of_earlier(one, duty)]
    settled = done if duty is not None and duty.state is State.DONE else []
    return next(reversed(own or settled), None)


def _of_earlier(one: StoredEvidence, duty: Duty | None) -> bool:
    """Return whether an act is older than what a duty counts: of an earlier employment, say."""
    counts_from = duty.counts_from if duty is not None else None
    return counts_from is not None and one.record.acted_on < counts_from


def _of_cycle(acts: Sequence[StoredEvidence], cycle: str, account: Account | None) -> list[StoredEvidence]:
    """List the acts that did what a cycle asks, by its name."""
    mine = act_cycle(cycle, account)
    return [one for one in acts if one.record.cycle == mine and one.record.outcome is Outcome.DONE]


def _version(conn: Connection, policy: Policy | None, duty: Duty | None) -> PolicyText | None:
    if policy is None or not policy.versions:
        return None
    shown = duty.version if duty and duty.version else policy.versions[-1].sha256
    return record_register.find_version(conn, policy.school, policy.key, shown)


def only_told(snapshot: Snapshot, roll: ActiveMembers, duty: Duty) -> bool:
    """Return True where nothing is asked: of a late review, or of members who neither chair nor clerk."""
    if duty.subject in {LATE, UNDATED}:
        return duty.obligation.kind is Kind.REVIEW
    if duty.obligation.kind is not Kind.REVIEW or duty.subject != APPROVE:
        return False
    school = duty.obligation.school
    policy = snapshot.policies.get((school, duty.obligation.policy or ""))
    body = snapshot.bodies.get((school, (policy.approver if policy else None) or ""))
    return body is not None and duty.person not in {roll.chair_of(body), roll.clerk_of(body)}
