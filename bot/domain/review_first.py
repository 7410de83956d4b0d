"""Which review of a body asks when it meets: of those without a known meeting, the one that is due first."""

from __future__ import annotations

from datetime import date

from bot.domain.calendar import Calendar
from bot.domain.evidence_index import EvidenceIndex
from bot.domain.meetings import NoneKnown, count_back
from bot.domain.obligations import Kind
from bot.domain.reviews import due_of, held_lately, standing
from bot.domain.roll import Roll
from bot.domain.snapshot import Snapshot


def due_first(snapshot: Snapshot, evidence: EvidenceIndex, roll: Roll, calendar: Calendar) -> dict[str, str]:
    """Map each body of a setting to the rule of its review due first of those without a known meeting."""
    setting, found = roll.setting.key, dict[str, tuple[date, str]]()
    for one in snapshot.obligations:
        policy = snapshot.policies.get((setting, one.policy or "")) if one.setting == setting else None
        if policy is None or one.kind is not Kind.REVIEW or not one.active:
            continue
        acts = standing(evidence.of_obligation(setting, one.key))
        due, body = due_of(policy, one, acts), roll.bodies.get(policy.approver or "")
        if due is None or body is None or held_lately(body, due.due_on, acts, roll.day, calendar):
            continue
        if not isinstance(count_back(body, due.due_on, roll.day, calendar), NoneKnown):
            continue
        soonest = (due.due_on, one.key)
        found[body.key] = min(found.get(body.key, soonest), soonest)
    return {body: rule for body, (_, rule) in found.items()}
