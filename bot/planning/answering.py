"""Who answers what staff ask instead of signing: one rule for the mail, the receipt and every page."""

from __future__ import annotations

from dataclasses import dataclass

from bot.planning.active_members import ActiveMembers
from bot.planning.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or a refusal: who said it and about which policy. `given_to`: the person it was given to."""

    person: str
    policy: str | None
    given_to: str | None = None


def answered_by(snapshot: Snapshot, roll: ActiveMembers, asked: Asked, *, refuses: bool) -> str | None:
    """Find the person a question or a refusal goes to; None: nobody here can be written to.

    Whom it was given to has it while they are here and can be written to. Otherwise a question is the policy
    owner's, else the head's; a refusal is the head's; both are the chair's where the head says them.
    """
    if asked.given_to in roll.here and asked.given_to not in roll.out_of_reach:
        return asked.given_to
    if refuses:
        return roll.leader_above(asked.person)
    policy = snapshot.policies.get((roll.setting.key, asked.policy or ""))
    return roll.answers(asked.person, policy.owner if policy else None)
