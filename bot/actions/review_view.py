"""One policy at the clerk's desk: where its review stands, its texts, approvers, and what was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.actions.gather import gather, school_day
from bot.domain.evidence import Outcome
from bot.domain.people import Person
from bot.domain.policies import Policy
from bot.domain.review_calendar import PolicyReview, review_calendar
from bot.domain.reviews import APPROVE
from bot.domain.roll import Roll, rolls
from bot.domain.snapshot import Snapshot
from bot.errors import HandbellError
from bot.store import evidence, registers
from bot.store.engine import Connection, Store
from bot.store.evidence import Kept
from bot.store.registers import PolicyText


class NoSuchPolicy(HandbellError):
    """There is no policy of that name at this setting."""

    def __init__(self) -> None:
        super().__init__("There is no policy of this name here.")


@dataclass(frozen=True, slots=True)
class Act:
    """One entry of a policy's review, and the entry that took it back, if one did."""

    kept: Kept
    taken_back: Kept | None = None


@dataclass(frozen=True, slots=True)
class PolicyDesk:
    """What the desk knows of one policy. `versions` newest first; `approvers` by key with their name."""

    review: PolicyReview
    versions: tuple[PolicyText, ...]
    approvers: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    acts: tuple[Act, ...]
    snapshot: Snapshot
    roll: Roll

    @property
    def policy(self) -> Policy:
        return self.review.policy

    def name(self, key: str) -> str:
        person = self.snapshot.people.get(key)
        return person.name if person else key

    def approvals(self) -> Iterator[Kept]:
        """List the approvals that stand, newest first."""
        for act in self.acts:
            record = act.kept.record
            if (
                act.taken_back is None
                and record.outcome is Outcome.DONE
                and record.subject in (None, APPROVE)
            ):
                yield act.kept

    def text(self, sha256_bytes: str) -> PolicyText | None:
        """Find the text with these bytes."""
        return next((one for one in self.versions if one.sha256_bytes == sha256_bytes), None)

    def may_approve(self, approver: str) -> bool:
        """Say whether the register lets them approve; where it names nobody, it forbids nobody."""
        if self.review.body is not None:
            return approver == self.review.body.key
        named = self.roll.named(self.policy.approver)
        return approver in named or not named


def open_policy(store: Store, setting: str, policy: str, now: datetime) -> PolicyDesk:
    """Look at one policy's review. NoSuchPolicy when the setting has none of that name."""
    with store.reading() as conn:
        return open_now(conn, setting, policy, now)


def open_now(conn: Connection, setting: str, policy: str, now: datetime) -> PolicyDesk:
    today = school_day(now)
    snapshot = gather(conn, today, (setting,))
    if setting not in snapshot.settings:
        raise NoSuchPolicy
    every = review_calendar(snapshot, setting, today).every
    review = next((one for one in every if one.policy.key == policy), None)
    if review is None:
        raise NoSuchPolicy
    roll = rolls(snapshot, today)[setting]
    obligation = review.obligation.key if review.obligation else ""
    people = sorted((snapshot.people[key] for key in roll.here), key=lambda one: one.name)
    return PolicyDesk(
        review=review,
        versions=tuple(reversed(registers.versions(conn, setting, policy))),
        approvers=tuple(_approvers(snapshot, roll, review)),
        people=tuple(people),
        acts=_acts(evidence.of_obligation(conn, setting, obligation)),
        snapshot=snapshot,
        roll=roll,
    )


def _approvers(snapshot: Snapshot, roll: Roll, review: PolicyReview) -> Iterator[tuple[str, str]]:
    """List who could approve, whoever should first; a body the register does not name needs a delegation."""
    named = [key for key in roll.named(review.policy.approver) if review.body is None]
    for key in named:
        yield key, snapshot.people[key].name
    for body in sorted(roll.bodies.values(), key=lambda one: (one != review.body, one.name)):
        yield body.key, body.name


def _acts(kept: Sequence[Kept]) -> tuple[Act, ...]:
    """Pair each entry with what took it back; newest first."""
    back = {one.record.reference: one for one in kept if one.record.outcome is Outcome.WITHDRAWN}
    told = (one for one in reversed(kept) if one.record.outcome is not Outcome.WITHDRAWN)
    return tuple(Act(one, back.get(one.receipt)) for one in told)
