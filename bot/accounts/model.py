"""Official accounts: permissions, posts and second readers, state with reasons and next steps, and findings.

Everyone may see that an account exists, and who runs it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.core.dates import long_date
from bot.core.roles import Permission, may
from bot.planning.duties import PlanningContext, list_duties, planning_context
from bot.planning.evidence_index import last_done
from bot.planning.exemptions import valid_until
from bot.planning.snapshot import Snapshot
from bot.rules.accounts import (
    AGREED,
    APPROVED,
    DROPPED,
    NEEDED,
    NO_READER,
    READER,
    RISK,
    STEPS,
    Account,
    AccountEntry,
    AccountEntryKind,
    latest,
    may_tick,
    topics_of,
)
from bot.rules.duties import Duty, Finding
from bot.rules.duties import State as rule_duties_State
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Person
from bot.rules.policies import add_months


def may_work(account: Account, person: str, roles: AbstractSet[str]) -> bool:
    """Return whether a person looks after an account: holders, owner, leadership, the office, the DSL."""
    return person in account.holders or account.owner in roles or may(roles, Permission.WORK_ON_ACCOUNTS)


def may_read_posts(person: Person, school: str, on: date) -> bool:
    """Return whether a person may be named as second reader: works here, and emails reach them."""
    here = person.membership(school)
    reached = bool(person.email) and not person.unreachable
    return here is not None and here.is_staff and here.here_on(on) and reached


def reads_today(person: Person, school: str, on: date) -> bool:
    """Return whether a post may be sent to a person today: a reader who is away sees it too late."""
    here = person.membership(school)
    return here is not None and may_read_posts(person, school, on) and not here.away_on(on)


def may_decide(roles: AbstractSet[str]) -> bool:
    """Return whether these roles approve accounts for the school."""
    return may(roles, Permission.APPROVE_ACCOUNTS)


@dataclass(frozen=True, slots=True)
class Post:
    """One post as submitted for reading, with its reader's latest answer."""

    entry: AccountEntry
    reading: AccountEntry | None

    @property
    def waits(self) -> bool:
        """Return whether it is open: a reader was asked, no one has agreed, and it was not dropped."""
        settled = self.reading is not None and self.reading.topic in {AGREED, DROPPED}
        return self.entry.topic != NO_READER and not settled


def posts(log: Sequence[AccountEntry]) -> tuple[Post, ...]:
    """List the posts of a log, oldest first."""
    read = {one.about: one for one in log if one.sort is AccountEntryKind.READ}
    return tuple(Post(one, read.get(one.reference)) for one in log if one.sort is AccountEntryKind.POSTED)


def waiting_for(log: Sequence[AccountEntry], person: str) -> tuple[Post, ...]:
    """List the posts that wait for one person: asked of them, and not answered yet."""
    return tuple(one for one in posts(log) if one.waits and one.entry.about == person and one.reading is None)


LOOK_EVERY = timedelta(days=30)
OPEN = "open"
OFFICE = "The office"


class State(StrEnum):
    """State of an account."""

    FINE = "fine"
    NEEDS = "needs something"
    STOP = "should not post"


class Agreement(StrEnum):
    """State of one holder's agreement. NOT_ASKED: none is asked of them, or of any holder."""

    IN_FORCE = "in force"
    MISSING = "no record"
    LAPSED = "lapsed"
    EXCUSED = "excused"
    NOT_ASKED = "not asked"


NONE_IN_FORCE = frozenset({Agreement.MISSING, Agreement.LAPSED})


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who runs the account. `until`: when the agreement must be renewed, or expired."""

    person: str
    name: str
    agreement: Agreement = Agreement.IN_FORCE
    agreed_on: date | None = None
    until: date | None = None
    here: bool = True


@dataclass(frozen=True, slots=True)
class HandOver:
    """A holder's leaving: the steps ticked so far."""

    person: str
    name: str
    leaves_on: date
    ticks: Mapping[str, AccountEntry] = field(default_factory=dict)

    @property
    def left(self) -> tuple[str, ...]:
        """Return the steps not ticked yet."""
        return tuple(step for step in STEPS if step not in self.ticks)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Facts about one account on one day. `stated`: the latest entry on each topic.

    `reader`: the second reader's name; None if none is named, or they have left. `asks`: the register asks
    its holders for an agreement.
    """

    account: Account
    on: date
    holders: tuple[Holder, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    stated: Mapping[str, AccountEntry] = field(default_factory=dict)
    reader: str | None = None
    looked_on: date | None = None
    head: str = "headteacher"
    asks: bool = True

    @property
    def staying(self) -> tuple[str, ...]:
        """Return the keys of holders who are here and not known to be leaving."""
        leavers = {one.person for one in self.hand_overs}
        return tuple(one.person for one in self.holders if one.here and one.person not in leavers)


@dataclass(frozen=True, slots=True)
class Reason:
    """A problem of an account, the next step, and who takes it. `stops`: no one should post until then."""

    code: str
    says: str
    next_step: str
    who: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of an account, with every reason, those that stop posts first."""

    state: State
    reasons: tuple[Reason, ...] = ()


def judge(facts: AccountFacts) -> Verdict:
    """Return the state of an account with its reasons. Pure."""
    found = [one for rule in (OURS if facts.account.ours else WATCHED) for one in rule(facts)]
    reasons = tuple(sorted(found, key=lambda one: not one.stops))
    if not reasons:
        return Verdict(State.FINE)
    return Verdict(State.STOP if reasons[0].stops else State.NEEDS, reasons)


def _agreement_reasons(facts: AccountFacts) -> Iterator[Reason]:
    for one in facts.holders:
        if one.here and one.agreement in NONE_IN_FORCE:
            lapsed = one.agreement is Agreement.LAPSED and one.until
            says = (
                f"The agreement of {one.name} ran out on {long_date(one.until)}."
                if lapsed and one.until
                else ""
            )
            yield Reason(
                "no-agreement",
                says or f"We hold no agreement of {one.name} for this account.",
                "Sign it, or tell the office if it is on paper. No one should post here until then.",
                one.name,
                stops=True,
            )


def _holders(facts: AccountFacts) -> Iterator[Reason]:
    number = sum(one.here for one in facts.holders)
    if number < 2:
        says = "Nobody here holds this account." if number == 0 else "Only 1 person runs this account."
        step = "Add a second person who can sign in to it."
        yield Reason("one-holder", says, step, OFFICE)


def _approval(facts: AccountFacts) -> Iterator[Reason]:
    things = {RISK: "risk assessment", APPROVED: "approval"}
    who = f"The {facts.head}"
    for topic, thing in things.items():
        said = facts.stated.get(topic)
        if said is not None and said.answer == "no":
            says = f"There is no {thing} yet: {said.by_name} said so on {long_date(said.on)}."
            step = f"Do the {thing} first, then record it here. Until then, let nobody post here."
            yield Reason("not-approved", says, step, who, stops=True)
    unknown = [thing for topic, thing in things.items() if topic not in facts.stated]
    if unknown:
        says = f"Not recorded: its {' or its '.join(unknown)}."
        yield Reason("no-approval", says, "Record what there is, or stop using the account.", who)


def _hand_over_reasons(facts: AccountFacts) -> Iterator[Reason]:
    for one in facts.hand_overs:
        if one.left:
            gone = one.leaves_on < facts.on
            says = f"{one.name} {'left' if gone else 'leaves'} on {long_date(one.leaves_on)}."
            step = f"Go through the hand-over: {len(one.left)} of {len(STEPS)} steps are open."
            others = [holder.name for holder in facts.holders if holder.person != one.person and holder.here]
            yield Reason("hand-over-late" if gone else "hand-over", says, step, (others or [OFFICE])[0])


def _needed(facts: AccountFacts) -> Iterator[Reason]:
    said = facts.stated.get(NEEDED)
    if said is not None and said.answer == "no":
        says = f"It is not needed any more: {said.by_name} said so on {long_date(said.on)}."
        step = "Close it at the service, then take it out of the register."
        yield Reason("not-needed", says, step, f"The {facts.head}")


def _reader_reasons(facts: AccountFacts) -> Iterator[Reason]:
    if facts.account.reach in {"", OPEN} and facts.reader is None:
        says = "Anybody may look at it, and nobody here is named to read posts first."
        yield Reason("no-reader", says, "Name a second reader.", f"The {facts.head}")


def _answers(facts: AccountFacts) -> Iterator[Reason]:
    for key, topic in topics_of(facts.account).items():
        said = facts.stated.get(key)
        if said is not None and said.answer in topic.bad and key not in {RISK, APPROVED, NEEDED}:
            says = f"{topic.asks} {said.by_name} said no on {long_date(said.on)}."
            yield Reason(f"not-{key}", says, "Put it right, then record it here.", OFFICE)


def _unknown(facts: AccountFacts) -> Iterator[Reason]:
    apart = {RISK, APPROVED, READER}
    known = topics_of(facts.account).items()
    names = [topic.short for key, topic in known if key not in apart and key not in facts.stated]
    if names:
        says = f"Not recorded: {', '.join(names)}."
        yield Reason("unknown", says, "Record what you know; it takes about three minutes.", OFFICE)


def _again(facts: AccountFacts) -> Iterator[Reason]:
    names = [
        topic.short
        for key, topic in topics_of(facts.account).items()
        if (said := facts.stated.get(key)) and topic.months and add_months(said.on, topic.months) < facts.on
    ]
    if names:
        says = f"Said more than a year ago: {', '.join(names)}."
        yield Reason("again", says, "Look again, and record what you find.", OFFICE)


def _looks(facts: AccountFacts) -> Iterator[Reason]:
    if facts.looked_on is not None and facts.on - facts.looked_on <= LOOK_EVERY:
        return
    since = f" since {long_date(facts.looked_on)}" if facts.looked_on else ""
    says = f"No check of what is on it is recorded{since}."
    here = [one.name for one in facts.holders if one.here]
    yield Reason("no-look", says, "Look at the page, then tell us here.", (here or [f"The {facts.head}"])[0])


Rule = Callable[[AccountFacts], Iterator[Reason]]
OURS: tuple[Rule, ...] = (
    _agreement_reasons,
    _hand_over_reasons,
    _holders,
    _approval,
    _needed,
    _reader_reasons,
    _answers,
    _unknown,
    _again,
    _looks,
)
WATCHED: tuple[Rule, ...] = (_looks,)

HAND_OVER_BEFORE = 20
HAND_OVER_SHOWN = timedelta(days=366)
# Of several agreements of one holder, the worst counts.
WORST = (Agreement.LAPSED, Agreement.MISSING, Agreement.EXCUSED, Agreement.IN_FORCE)


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account on one day: facts, state, and its log, oldest first."""

    facts: AccountFacts
    verdict: Verdict
    log: tuple[AccountEntry, ...]

    @property
    def account(self) -> Account:
        return self.facts.account


def account_statuses(snapshot: Snapshot, school: str, on: date) -> tuple[AccountStatus, ...]:
    """Return the state of every account of a school, in the register's order."""
    accounts = [one for one in snapshot.accounts if one.school == school]
    if not accounts:
        return ()
    asked = tuple(one for one in snapshot.obligations if one.school == school and _asks_holders(one))
    about = {(one.school, one.key) for one in asked}
    acts = tuple(one for one in snapshot.evidence if (one.school, one.obligation) in about)
    looked = planning_context(replace(snapshot, obligations=asked, evidence=acts), on)
    signed: dict[tuple[str, str], list[Holder]] = {}
    for duty in list_duties(looked):
        signed.setdefault((duty.subject or "", duty.person), []).append(_agreement(looked, duty))
    return tuple(_standing(looked, account, signed) for account in accounts)


def _asks_holders(one: Obligation) -> bool:
    holder = any(term.sort == "holder" for term in one.audience.any_of)
    return one.kind is Kind.SIGN and one.active and holder


def _standing(
    looked: PlanningContext, account: Account, signed: Mapping[tuple[str, str], list[Holder]]
) -> AccountStatus:
    log = tuple(
        one
        for one in looked.snapshot.account_log
        if (one.school, one.account) == (account.school, account.key)
    )
    stated = latest(log, AccountEntryKind.STATED)
    looks = [one.on for one in log if one.sort is AccountEntryKind.LOOKED]
    facts = AccountFacts(
        account=account,
        on=looked.on,
        holders=tuple(_holder(looked, account, key, signed) for key in sorted(account.holders)),
        hand_overs=tuple(_hand_overs(looked, account, log)),
        stated=stated,
        reader=_reader(looked, account, stated),
        looked_on=max(looks, default=None),
        head=looked.snapshot.schools[account.school].words.head,
        asks=bool(looked.snapshot.obligations),
    )
    return AccountStatus(facts, judge(facts), log)


def _reader(looked: PlanningContext, account: Account, stated: Mapping[str, AccountEntry]) -> str | None:
    said = stated.get(READER)
    if said is None or said.about not in looked.rolls[account.school].here:
        return None
    return looked.snapshot.people[said.about].name


def _holder(
    looked: PlanningContext, account: Account, key: str, signed: Mapping[tuple[str, str], list[Holder]]
) -> Holder:
    here = key in looked.rolls[account.school].here
    agreed = signed.get((account.key, key))
    if agreed:
        return replace(min(agreed, key=lambda one: WORST.index(one.agreement)), here=here)
    return Holder(key, looked.snapshot.name_of(key), Agreement.NOT_ASKED, here=here)


def _agreement(looked: PlanningContext, duty: Duty) -> Holder:
    """Return the state of an agreement.

    It is in force until the day by which it must be renewed has passed.
    """
    one = duty.obligation
    acts = looked.evidence.of_person(one.school, one.key, duty.person, duty.subject)
    act = last_done(acts)
    name = looked.snapshot.name_of(duty.person)
    if duty.state is rule_duties_State.DONE:
        return Holder(duty.person, name, agreed_on=act.on if act else None)
    if duty.state is rule_duties_State.EXCUSED:
        return Holder(duty.person, name, Agreement.EXCUSED)
    if act is None:
        return Holder(duty.person, name, Agreement.MISSING)
    ended_on = valid_until(one, act.on, looked.days[one.school])
    if ended_on is not None and ended_on < duty.opens_on:
        return Holder(duty.person, name, Agreement.LAPSED, act.on, ended_on)
    in_force = duty.due_on is None or looked.on <= duty.due_on
    return Holder(
        duty.person, name, Agreement.IN_FORCE if in_force else Agreement.LAPSED, act.on, duty.due_on
    )


def _hand_overs(
    looked: PlanningContext, account: Account, log: tuple[AccountEntry, ...]
) -> Iterator[HandOver]:
    """List the holders who leave soon or have left, those taken out of the register too, until all is ticked.

    A hand-over that is done is shown for a year more.
    """
    begun = {one.about for one in log if one.sort in (AccountEntryKind.HANDED, AccountEntryKind.TAKEN_OUT)}
    for key in sorted(account.holders | begun):
        person = looked.snapshot.people.get(key)
        membership = person.membership(account.school) if person else None
        leaves_on = membership.leaves_on if membership else None
        if leaves_on is None or not account.ours:
            continue
        opens_on = looked.days[account.school].add_school_days(leaves_on, -HAND_OVER_BEFORE)
        if looked.on >= opens_on:
            about = [one for one in log if one.about == key and one.on >= opens_on and may_tick(key, one.by)]
            found = HandOver(
                key, looked.snapshot.name_of(key), leaves_on, latest(about, AccountEntryKind.HANDED)
            )
            if found.left or looked.on - leaves_on <= HAND_OVER_SHOWN:
                yield found


# Told elsewhere among the findings, or no more than a thing to record on the account's own page.
NOT_HERE = frozenset({"one-holder", "unknown", "again", "no-look"})


def account_findings(snapshot: Snapshot, school: str, on: date) -> Iterator[Finding]:
    """List what a person should look at, account by account."""
    for standing in account_statuses(snapshot, school, on):
        yield from _of_one(standing, school)


def _of_one(standing: AccountStatus, school: str) -> Iterator[Finding]:
    key, name = standing.account.key, f"{standing.account.name} ({standing.account.channel})"
    if standing.verdict.state is State.STOP:
        first = standing.verdict.reasons[0]
        says = f"{name} should not post. {first.says}"
        yield Finding("account-stopped", "warning", says, f"{first.who}: {first.next_step}", school, key)
    for one in standing.verdict.reasons:
        if not one.stops and one.code not in NOT_HERE:
            hint = f"{one.who}: {one.next_step}"
            yield Finding(f"account-{one.code}", "warning", f"{name}: {one.says}", hint, school, key)
