"""What one duty of one person is today: something to answer, already answered, or nothing any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256

from bot.actions.gather import bank_holidays, gather_duty, school_day
from bot.domain.accounts import Account
from bot.domain.answering import Asked, answered_by
from bot.domain.calendar import Calendar
from bot.domain.citing import because
from bot.domain.duties import Duty, State
from bot.domain.evidence import Outcome
from bot.domain.leaving import to_themselves
from bot.domain.obligations import Kind, Obligation
from bot.domain.owing import Looked, look, owing
from bot.domain.people import Person, Setting
from bot.domain.policies import Policy
from bot.domain.reviews import (
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
from bot.domain.roll import Roll
from bot.domain.signing import statement
from bot.domain.snapshot import Snapshot
from bot.links import Link
from bot.store import evidence, one_duty, registers
from bot.store.engine import Connection
from bot.store.evidence import Kept
from bot.store.registers import PolicyText

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

    setting: Setting
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
    answered: Kept | None = None
    earlier: tuple[Kept, ...] = ()
    withdrawn: int = 0
    counts_from: date | None = None
    only_told: bool = False
    human: Person | None = None
    leader: Person | None = None

    @property
    def title(self) -> str:
        """Name the thing: the document where it is read, else what has to be done."""
        read = self.policy is not None and self.obligation.kind is Kind.ACKNOWLEDGE
        return self.policy.title if self.policy and read else self.obligation.named

    @property
    def text(self) -> str | None:
        """Give the document's words where they are read before answering."""
        return self.version.text if self.version and self.obligation.kind in READ_HERE else None

    @property
    def shown(self) -> str:
        """Digest what would be recorded, so that an answer is tied to what stood on the page."""
        version = (self.version.number, self.version.sha256_bytes) if self.version else ()
        duty = (self.setting.key, self.obligation.key, self.person.key, self.cycle, self.subject)
        checks = [(one.ask, *one.answers) for one in self.obligation.questions]
        said = json.dumps([*duty, self.title, self.statement, *version, *checks])
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing is asked behind this link any more, and what to say about it."""

    heading: str
    says: str
    next_step: str = "You need do nothing. Nothing was recorded by opening this page."


LEFT = Gone("This is not asked of you any more", "Our records say that you have left this school.")
ENDED = Gone(
    "This is not asked of you any more",
    "The school has changed what it asks since this link was sent, or somebody has settled it already.",
)


def open_now(conn: Connection, link: Link, now: datetime) -> DutyView | Gone:
    """Gather what the page of a link shows at this instant."""
    today = school_day(now)

    def acts() -> list[Kept]:
        return evidence.for_duty(conn, link.setting, link.obligation, link.person)

    def text(policy: Policy, sha256: str) -> PolicyText | None:
        return registers.find_version(conn, policy.setting, policy.key, sha256)

    snapshot = gather_duty(conn, today, link.setting, link.obligation)
    return _opened(_Read(snapshot, acts, text), link, today)


def open_to_keep(conn: Connection, link: Link, now: datetime) -> DutyView | Gone:
    """Gather what a yes is checked against and recorded from: `open_now`, less what only the page shows.

    Where the duty is one person's own affair, that is `cites`, the document's words and `human`.
    """
    today = school_day(now)
    # The cycle of an account's duty begins with the account.
    own = "/" not in link.cycle
    whose = (link.setting, link.obligation, link.person)
    found = one_duty.load_one(conn, *whose, partial(bank_holidays, today.year)) if own else None
    if found is None:
        return open_now(conn, link, now)

    def text(_policy: Policy, sha256: str) -> PolicyText | None:
        return next((one for one in reversed(found.texts) if one.sha256_bytes == sha256), None)

    return _opened(_Read(found.snapshot, lambda: found.acts, text), link, today)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read, and how to read the rest: what the person did, and a text of a policy by its bytes."""

    snapshot: Snapshot
    acts: Callable[[], Sequence[Kept]]
    text: Callable[[Policy, str], PolicyText | None]


def _opened(read: _Read, link: Link, today: date) -> DutyView | Gone:
    snapshot = read.snapshot
    person, obligation = snapshot.people.get(link.person), _obligation(snapshot, link)
    if person is None or _has_left(person, link.setting, today):
        return LEFT
    if obligation is None:
        return ENDED
    account = _account(snapshot, link)
    looked = look(snapshot, today)
    duty = _duty(looked, link, account)
    acts = _acts(read.acts(), account)
    answered = _answered(acts, link, account, duty)
    if answered is None and (duty is None or duty.state is State.DONE):
        return ENDED
    return _view(read, looked, _Found(link, person, obligation, account, duty, answered, acts))


@dataclass(frozen=True, slots=True)
class _Found:
    link: Link
    person: Person
    obligation: Obligation
    account: Account | None
    duty: Duty | None
    answered: Kept | None
    acts: tuple[Kept, ...]


def _view(read: _Read, looked: Looked, found: _Found) -> DutyView:
    snapshot, roll = looked.snapshot, looked.rolls[found.link.setting]
    policy = snapshot.policies.get((found.link.setting, found.obligation.policy or ""))
    version = _version(read, policy, found.duty)
    duty, account = found.duty, found.account
    cycle = duty.cycle if duty else found.link.cycle
    since = _since_withdrawn(found.acts)
    asked = Asked(found.person.key, policy.key if policy else None)
    earlier = sum(_of_earlier(kept, duty) for kept in _of_cycle(since, cycle, account))
    return DutyView(
        setting=snapshot.settings[found.link.setting],
        calendar=snapshot.calendars[found.link.setting],
        person=found.person,
        obligation=found.obligation,
        cycle=act_cycle(cycle, account),
        statement=_statement(found, policy, version),
        cites=because(snapshot.policies, found.obligation),
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
        human=snapshot.people.get(answered_by(snapshot, roll, asked, refuses=False) or ""),
        leader=snapshot.people.get(answered_by(snapshot, roll, asked, refuses=True) or ""),
    )


def _statement(found: _Found, policy: Policy | None, version: PolicyText | None) -> str:
    """Say what a yes will say: about a review's stage, or about the whole duty."""
    stage = STAGES_SAY.get(found.duty.subject or "") if found.duty else None
    if stage is not None and found.obligation.kind is Kind.REVIEW:
        return stage.format(title=policy.title if policy else found.obligation.title)
    return statement(found.obligation, policy, version.number if version else None, found.account)


def act_cycle(cycle: str, account: Account | None) -> str:
    """Name the cycle as evidence does: without the account, which evidence holds as its subject."""
    return cycle.removeprefix(f"{account.key}/") if account else cycle


def _obligation(snapshot: Snapshot, link: Link) -> Obligation | None:
    return next((one for one in snapshot.obligations if one.key == link.obligation), None)


def _account(snapshot: Snapshot, link: Link) -> Account | None:
    key, slash, _ = link.cycle.partition("/")
    return next((one for one in snapshot.accounts if slash and one.key == key), None)


def _has_left(person: Person, setting: str, today: date) -> bool:
    member = next((one for one in person.memberships if one.setting == setting), None)
    return member is None or (member.leaves_on is not None and member.leaves_on < today)


def _duty(looked: Looked, link: Link, account: Account | None) -> Duty | None:
    """Find the link's own duty; or, when its cycle is over, what the same person is asked in its place."""
    theirs = list(owing(looked, link.person))
    exact = (duty for duty in theirs if duty.cycle == link.cycle)
    subject = account.key if account else None
    instead = (duty for duty in theirs if duty.subject == subject)
    return next(exact, None) or next(instead, None)


def _acts(kept: Sequence[Kept], account: Account | None) -> tuple[Kept, ...]:
    about = (None, account.key) if account else None
    return tuple(one for one in kept if about is None or one.record.subject in about)


def _since_withdrawn(acts: Sequence[Kept]) -> tuple[Kept, ...]:
    last = max((at for at, one in enumerate(acts) if one.record.outcome is Outcome.WITHDRAWN), default=-1)
    return tuple(acts[last + 1 :])


def _answered(acts: Sequence[Kept], link: Link, account: Account | None, duty: Duty | None) -> Kept | None:
    """Find the record that settles the link's own cycle, or the duty that stands in its place."""
    done = [one for one in _since_withdrawn(acts) if one.record.outcome is Outcome.DONE]
    own = _of_cycle(done, link.cycle, account)
    if duty is not None and duty.cycle == link.cycle:
        own = [one for one in own if not _of_earlier(one, duty)]
    settled = done if duty is not None and duty.state is State.DONE else []
    return next(reversed(own or settled), None)


def _of_earlier(one: Kept, duty: Duty | None) -> bool:
    """Say whether an act is older than what a duty counts: of an earlier employment, say."""
    counts_from = duty.counts_from if duty is not None else None
    return counts_from is not None and one.record.acted_on < counts_from


def _of_cycle(acts: Sequence[Kept], cycle: str, account: Account | None) -> list[Kept]:
    """List the acts that did what a cycle asks, by its name."""
    mine = act_cycle(cycle, account)
    return [one for one in acts if one.record.cycle == mine and one.record.outcome is Outcome.DONE]


def _version(read: _Read, policy: Policy | None, duty: Duty | None) -> PolicyText | None:
    if policy is None or not policy.versions:
        return None
    shown = duty.version if duty and duty.version else policy.versions[-1].sha256
    return read.text(policy, shown)


def only_told(snapshot: Snapshot, roll: Roll, duty: Duty) -> bool:
    """Return True where nothing is asked: of a late review, or of members who neither chair nor clerk."""
    if duty.subject in {LATE, UNDATED}:
        return duty.obligation.kind is Kind.REVIEW
    if duty.obligation.kind is not Kind.REVIEW or duty.subject != APPROVE:
        return False
    setting = duty.obligation.setting
    policy = snapshot.policies.get((setting, duty.obligation.policy or ""))
    body = snapshot.bodies.get((setting, (policy.approver if policy else None) or ""))
    return body is not None and duty.person not in {roll.chair_of(body), roll.clerk_of(body)}
