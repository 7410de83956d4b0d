"""The rules of a policy decided one promise at a time; none asks before the policy is started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clock import local_date
from bot.core.form_start import CHANGED
from bot.core.validation import FieldError, ValidationFailed
from bot.database.submissions import claim_submission
from bot.identity.actor import Actor
from bot.identity.forms import upload_key
from bot.onboarding.proposals import Proposal, marked, propose
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.snapshot import Snapshot
from bot.policies.service import Promise, is_of, rules_by_promise
from bot.records import ledger, school_setup
from bot.records import register as record_register
from bot.register.service import change_register_in, register_of
from bot.rule_pages.rule_fields import start_of_rule
from bot.rule_pages.service import (
    RuleInput,
    RulePreview,
    foresee,
    must_wait,
    promises_of,
    save,
    save_in,
    take_out,
)
from bot.rules.obligations import Obligation
from bot.rules.policies import Policy
from bot.rules.register import Register
from bot.services import Services

LOOK = FieldError("look", "Look once more before you keep this.")
NOT_DONE = "The school does not do this"
STARTED = "This policy is started. Change its rules on its page."


@dataclass(frozen=True, slots=True)
class DecidedPromise:
    """A promise that was decided about, and the rule that rests on it. `is_kept` False: not us."""

    promise: Promise
    rule: Obligation

    @property
    def is_kept(self) -> bool:
        return self.rule.active


@dataclass(frozen=True, slots=True)
class PromiseCard:
    """The promise that is asked about now: its sentence in pieces, its rule, whom that asks, its email."""

    promise: Promise
    number: int
    pieces: tuple[tuple[str, bool], ...]
    proposal: Proposal
    preview: RulePreview | None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where the set-up of one policy stands. `card` None: every promise is decided, or put off.

    `waiting`: those not decided, each with whether it was put off. `asked`: how many things each person is
    asked by what was kept, by name. `rules`: those that a promise can be merged with.
    """

    policy: Policy
    filename: str
    lines: int
    total: int
    decided: tuple[DecidedPromise, ...]
    card: PromiseCard | None
    waiting: tuple[tuple[Promise, bool], ...]
    asked: tuple[tuple[str, int], ...]
    rules: tuple[Obligation, ...]

    @property
    def kept(self) -> tuple[Obligation, ...]:
        """The rules kept so far, each once."""
        return tuple({one.rule.key: one.rule for one in self.decided if one.is_kept}.values())

    @property
    def most(self) -> int:
        """How many things the person with the most is asked."""
        return max((number for _, number in self.asked), default=0)


@dataclass(frozen=True, slots=True)
class InSetup:
    """A policy whose rules are being decided, and how far that is."""

    policy: Policy
    total: int
    decided: int


def in_setup(services: Services, school: str) -> tuple[InSetup, ...]:
    """List the policies that are not started."""
    with services.store.reading() as conn:
        held = school_setup.policies_in_setup(conn, (school,))
    known = register_of(services, school)
    return tuple(
        InSetup(one, len(found), len(rules_by_promise(found, _of(known, one))))
        for one in known.policies
        if (school, one.key) in held
        for found in (promises_of(services, school, one.key),)
    )


def open_conversation(
    services: Services, snapshot: Snapshot, school: str, policy: str, now: datetime, sentence: str = ""
) -> Conversation | None:
    """Return where the set-up of a policy stands; None: it is not being set up.

    `sentence`: the promise to ask about next; otherwise the first that was neither decided nor put off.
    """
    with services.store.reading() as conn:
        held = school_setup.policies_in_setup(conn, (school,))
        texts = record_register.versions(conn, school, policy)
    later = held.get((school, policy))
    known = register_of(services, school)
    one = next((one for one in known.policies if one.key == policy), None)
    if later is None or one is None or not texts:
        return None
    found = promises_of(services, school, policy)
    rules = rules_by_promise(found, _of(known, one))
    open_ones = [each for each in found if each.reference not in rules]
    order = sorted(open_ones, key=lambda each: each.reference in later)
    asked_now = next((each for each in order if each.reference == sentence), order[0] if order else None)
    members = active_members(snapshot, local_date(now))[school]
    decided = tuple(DecidedPromise(each, rules[each.reference]) for each in found if each.reference in rules)
    return Conversation(
        policy=one,
        filename=texts[-1].filename or "",
        lines=len((texts[-1].text or "").split("\n")),
        total=len(found),
        decided=decided,
        card=_card(services, asked_now, one, known, now, found.index(asked_now) + 1) if asked_now else None,
        waiting=tuple((each, each.reference in later) for each in order if each is not asked_now),
        asked=_asked(snapshot, members, (each.rule for each in decided)),
        rules=tuple(
            sorted((each for each in known.obligations if each.active), key=lambda each: _rank(each, one))
        ),
    )


def keep(
    services: Services, policy: str, sentence: str, by: Actor, now: datetime, *, looked: bool = False
) -> None:
    """Keep a promise as the rule its card shows. ValidationFailed LOOK: it needs a second look first."""
    known, one, promise = _promise(services, policy, sentence, by)
    proposal = propose(promise, one, known)
    if proposal.rule is None:
        raise ValidationFailed(FieldError("main", "Choose Change and fill in what is missing."))
    if proposal.needs_look and not looked:
        raise ValidationFailed(LOOK)
    save(services, RuleInput(proposal.rule), by, now)


def put_off(services: Services, policy: str, sentence: str, by: Actor) -> None:
    """Ask about a promise after all others."""
    _promise(services, policy, sentence, by)
    with services.store.writing() as conn:
        later = school_setup.policies_in_setup(conn, (by.school.key,)).get((by.school.key, policy), ())
        again = [*(one for one in later if one != sentence), sentence]
        school_setup.put_off(conn, by.school.key, policy, again)


def merge(services: Services, policy: str, sentence: str, rule: str, by: Actor, now: datetime) -> None:
    """Record that an existing rule carries out this promise too."""
    known, _, promise = _promise(services, policy, sentence, by)
    found = next((one for one in known.obligations if one.key == rule and one.active), None)
    if found is None:
        raise ValidationFailed(FieldError("rule", "Choose the rule that does this already."))
    source = found.source
    place = promise.place if source.policy == policy else f"{policy} {promise.place}"
    clause = "; ".join(dict.fromkeys(filter(None, (source.clause, place))))
    more = replace(source, clause=clause, quotes=(*source.quotes, promise.clause.quote))
    wanted = RuleInput(
        replace(found, source=more), found.key, start_of_rule(found), "Merged with another promise"
    )
    save(services, wanted, by, now)


def take_back(services: Services, policy: str, sentence: str, by: Actor, now: datetime) -> None:
    """Forget what was decided about a promise, so that it is asked about again."""
    known = register_of(services, by.school.key)
    one = _policy(known, policy)
    found = promises_of(services, by.school.key, policy)
    promise = next((each for each in found if each.reference == sentence), None)
    rule = rules_by_promise(found, _of(known, one)).get(sentence)
    if promise is None or rule is None:
        raise ValidationFailed(CHANGED)
    quotes = list(rule.source.quotes)
    if promise.clause.quote in quotes and len(quotes) > 1:
        quotes.remove(promise.clause.quote)
        less = replace(rule, source=replace(rule.source, quotes=tuple(quotes)))
        save(services, RuleInput(less, rule.key, why="Not merged any more"), by, now)
    else:
        take_out(services, rule.key, "decided again", by, now)


def start(services: Services, policy: str, by: Actor, now: datetime) -> int:
    """Put the rules kept for a policy into force; return how many wait for a second yes.

    In a school that is live, its rules about safeguarding wait until a second person agrees to each.
    """
    school, today = by.school.key, local_date(now)
    known = register_of(services, school)
    one = _policy(known, policy)
    mine = [each for each in known.obligations if each.source.policy == policy]
    if not any(each.active and is_of(each, one) for each in known.obligations):
        raise ValidationFailed(FieldError("main", "Keep at least one promise first."))
    with services.store.writing() as conn:
        claim_submission(conn, by.form, now)
        if not school_setup.start_policy(conn, school, policy):
            raise ValidationFailed(FieldError("main", STARTED))
        waits = [each for each in mine if must_wait(conn, known, now, each)]
        keys = {each.key for each in waits}

        def without(before: Register) -> Register:
            return replace(
                before, obligations=tuple(each for each in before.obligations if each.key not in keys)
            )

        if waits:
            change_register_in(conn, school, without, now=now, actor=by.actor)
        for each in mine:
            if each.since is not None and each.key not in keys:
                record_register.save_since(conn, school, each.key, today)
        for number, each in enumerate(waits):
            reference = upload_key(services, by.form, number)
            why = "" if each.active else NOT_DONE
            save_in(conn, RuleInput(each, why=why), by, now, reference=reference, until=now)
        data = {"rules": len(mine) - len(waits), "waiting": len(waits)}
        subject = f"policy:{school}/{policy}"
        ledger.append(conn, at=now, actor=by.actor, action="started a policy", subject=subject, data=data)
    return len(waits)


def emails(
    services: Services, conversation: Conversation, now: datetime
) -> tuple[tuple[Obligation, RulePreview], ...]:
    """Return for each rule that was kept whom it asks, by name, and its first email."""
    known = register_of(services, conversation.policy.school)
    return tuple((one, foresee(services, one, known, now)) for one in conversation.kept)


def _card(
    services: Services, promise: Promise, policy: Policy, known: Register, now: datetime, number: int
) -> PromiseCard:
    proposal = propose(promise, policy, known)
    preview = foresee(services, proposal.rule, known, now) if proposal.rule is not None else None
    return PromiseCard(promise, number, tuple(marked(promise)), proposal, preview)


def _asked(
    snapshot: Snapshot, members: ActiveMembers, rules: Iterable[Obligation]
) -> tuple[tuple[str, int], ...]:
    kept = {rule.key: rule for rule in rules if rule.active}.values()
    people = Counter(one for rule in kept for one in {each.person for each in members.asked(rule.audience)})
    return tuple((snapshot.people[key].name, number) for key, number in people.most_common())


def _promise(services: Services, policy: str, sentence: str, by: Actor) -> tuple[Register, Policy, Promise]:
    known = register_of(services, by.school.key)
    one = _policy(known, policy)
    found = promises_of(services, by.school.key, policy)
    promise = next((each for each in found if each.reference == sentence), None)
    if promise is None or sentence in rules_by_promise(found, _of(known, one)):
        raise ValidationFailed(CHANGED)
    return known, one, promise


def _policy(known: Register, policy: str) -> Policy:
    found = next((one for one in known.policies if one.key == policy), None)
    if found is None:
        raise ValidationFailed(CHANGED)
    return found


def _of(known: Register, policy: Policy) -> list[Obligation]:
    """List the rules that may rest on a policy: its own, and those that a promise of it was merged with."""
    return [
        one
        for one in known.obligations
        if is_of(one, policy) or policy.key in (one.source.clause or "").replace(";", " ").split()
    ]


def _rank(rule: Obligation, policy: Policy) -> tuple[bool, str]:
    return rule.source.policy != policy.key, rule.title
