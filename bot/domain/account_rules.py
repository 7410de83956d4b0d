"""Whether an account is fine, needs something, or should not post: why, what to do next, and who does it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.account_log import APPROVED, NEEDED, READER, RISK, STEPS, Entry, topics_of
from bot.domain.accounts import Account
from bot.domain.cycles import in_words
from bot.domain.policies import add_months

LOOK_EVERY = timedelta(days=30)
OPEN = "open"
OFFICE = "The office"


class State(StrEnum):
    """Where an account stands."""

    FINE = "fine"
    NEEDS = "needs something"
    STOP = "should not post"


class Agreement(StrEnum):
    """Where one holder's agreement stands. NOT_ASKED: none is asked of them, or of any holder."""

    IN_FORCE = "in force"
    MISSING = "no record"
    LAPSED = "lapsed"
    EXCUSED = "excused"
    NOT_ASKED = "not asked"


NONE_IN_FORCE = frozenset({Agreement.MISSING, Agreement.LAPSED})


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who runs the account. `until`: when the agreement must be renewed, or lapsed."""

    person: str
    name: str
    agreement: Agreement = Agreement.IN_FORCE
    agreed_on: date | None = None
    until: date | None = None
    here: bool = True


@dataclass(frozen=True, slots=True)
class HandOver:
    """A holder leaves: what somebody else has ticked so far."""

    person: str
    name: str
    leaves_on: date
    ticks: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def left(self) -> tuple[str, ...]:
        """The steps nobody has ticked."""
        return tuple(step for step in STEPS if step not in self.ticks)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one account on one day. `stated`: the latest word on each topic.

    `reader`: the second reader's name; None: nobody is named, or they are not here any more. `asks`: the
    register asks its holders for an agreement.
    """

    account: Account
    on: date
    holders: tuple[Holder, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    stated: Mapping[str, Entry] = field(default_factory=dict)
    reader: str | None = None
    looked_on: date | None = None
    head: str = "headteacher"
    asks: bool = True

    @property
    def staying(self) -> tuple[str, ...]:
        """Name, by key, the holders who are here and of whom no leaving is known."""
        leavers = {one.person for one in self.hand_overs}
        return tuple(one.person for one in self.holders if one.here and one.person not in leavers)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an account is not fine, the next step, and who takes it. `stops`: nobody should post meanwhile."""

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


def judge(facts: Facts) -> Verdict:
    """Say how an account stands, from what is known alone."""
    found = [one for rule in (OURS if facts.account.ours else WATCHED) for one in rule(facts)]
    reasons = tuple(sorted(found, key=lambda one: not one.stops))
    if not reasons:
        return Verdict(State.FINE)
    return Verdict(State.STOP if reasons[0].stops else State.NEEDS, reasons)


def _agreements(facts: Facts) -> Iterator[Reason]:
    for one in facts.holders:
        if one.here and one.agreement in NONE_IN_FORCE:
            lapsed = one.agreement is Agreement.LAPSED and one.until
            says = (
                f"The agreement of {one.name} ran out on {in_words(one.until)}."
                if lapsed and one.until
                else ""
            )
            yield Reason(
                "no-agreement",
                says or f"We hold no agreement of {one.name} for this account.",
                "Sign it, or tell the office of one on paper. Until then, let nobody post here.",
                one.name,
                stops=True,
            )


def _holders(facts: Facts) -> Iterator[Reason]:
    number = sum(one.here for one in facts.holders)
    if number < 2:
        says = (
            "Nobody here holds this account." if number == 0 else "Only one person here holds this account."
        )
        step = "Name a second person who can get in."
        yield Reason("one-holder", says, step, OFFICE)


def _approval(facts: Facts) -> Iterator[Reason]:
    things = {RISK: "risk assessment", APPROVED: "approval"}
    who = f"The {facts.head}"
    for topic, thing in things.items():
        said = facts.stated.get(topic)
        if said is not None and said.answer == "no":
            says = f"There is no {thing} yet: {said.by_name} said so on {in_words(said.on)}."
            step = f"Do the {thing} first, then record it here. Until then, let nobody post here."
            yield Reason("not-approved", says, step, who, stops=True)
    unknown = [thing for topic, thing in things.items() if topic not in facts.stated]
    if unknown:
        says = f"We hold no record of its {' or its '.join(unknown)}."
        yield Reason("no-approval", says, "Record what there is, or stop using the account.", who)


def _hand_overs(facts: Facts) -> Iterator[Reason]:
    for one in facts.hand_overs:
        if one.left:
            gone = one.leaves_on < facts.on
            says = f"{one.name} {'left' if gone else 'leaves'} on {in_words(one.leaves_on)}."
            step = f"Go through the hand-over: {len(one.left)} of {len(STEPS)} steps are open."
            others = [holder.name for holder in facts.holders if holder.person != one.person and holder.here]
            yield Reason("hand-over-late" if gone else "hand-over", says, step, (others or [OFFICE])[0])


def _needed(facts: Facts) -> Iterator[Reason]:
    said = facts.stated.get(NEEDED)
    if said is not None and said.answer == "no":
        says = f"It is not needed any more: {said.by_name} said so on {in_words(said.on)}."
        step = "Close it at the service, then take it out of the register."
        yield Reason("not-needed", says, step, f"The {facts.head}")


def _reader(facts: Facts) -> Iterator[Reason]:
    if facts.account.reach in {"", OPEN} and facts.reader is None:
        says = "Anybody may look at it, and nobody here is named to read posts first."
        yield Reason("no-reader", says, "Name a second reader.", f"The {facts.head}")


def _answers(facts: Facts) -> Iterator[Reason]:
    for key, topic in topics_of(facts.account).items():
        said = facts.stated.get(key)
        if said is not None and said.answer in topic.bad and key not in {RISK, APPROVED, NEEDED}:
            says = f"{topic.asks} {said.by_name} said no on {in_words(said.on)}."
            yield Reason(f"not-{key}", says, "Put it right, then record it here.", OFFICE)


def _unknown(facts: Facts) -> Iterator[Reason]:
    apart = {RISK, APPROVED, READER}
    known = topics_of(facts.account).items()
    names = [topic.short for key, topic in known if key not in apart and key not in facts.stated]
    if names:
        says = f"We hold no record of: {', '.join(names)}."
        yield Reason("unknown", says, "Record what you know; it takes about three minutes.", OFFICE)


def _again(facts: Facts) -> Iterator[Reason]:
    names = [
        topic.short
        for key, topic in topics_of(facts.account).items()
        if (said := facts.stated.get(key)) and topic.months and add_months(said.on, topic.months) < facts.on
    ]
    if names:
        says = f"Said more than a year ago: {', '.join(names)}."
        yield Reason("again", says, "Look again, and record what you find.", OFFICE)


def _looks(facts: Facts) -> Iterator[Reason]:
    if facts.looked_on is not None and facts.on - facts.looked_on <= LOOK_EVERY:
        return
    since = f" since {in_words(facts.looked_on)}" if facts.looked_on else ""
    says = f"We hold no record of anybody looking at what is on it{since}."
    here = [one.name for one in facts.holders if one.here]
    yield Reason("no-look", says, "Look at the page, then tell us here.", (here or [f"The {facts.head}"])[0])


Rule = Callable[[Facts], Iterator[Reason]]
OURS: tuple[Rule, ...] = (
    _agreements,
    _hand_overs,
    _holders,
    _approval,
    _needed,
    _reader,
    _answers,
    _unknown,
    _again,
    _looks,
)
WATCHED: tuple[Rule, ...] = (_looks,)
