"""Review calendar: each coming meeting with what it is to approve, and reviews without a meeting in time.

A policy without a date is listed beside the late ones: unknown is shown as plainly as late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.evidence_index import EvidenceIndex
from bot.planning.review_duties import (
    TO_MINUTE,
    TOLD_BEFORE,
    due_of,
    held_lately,
    in_force,
    is_draft_of,
    last_approval,
    meeting_after,
    owners,
    review_state,
    standing,
)
from bot.planning.snapshot import Snapshot
from bot.rules.calendar import Calendar
from bot.rules.duties import State
from bot.rules.evidence import Evidence
from bot.rules.meetings import (
    Body,
    CountBack,
    Counted,
    Meeting,
    MeetingsUnknown,
    NoMeeting,
    count_back,
    days_before,
    nobody_approves,
)
from bot.rules.obligations import Kind, Obligation
from bot.rules.policies import Policy, ReviewDue


@dataclass(frozen=True, slots=True)
class PolicyReview:
    """State of one policy's review.

    `obligation` None: the register asks for no review of it. `preparing`: keys of the people who prepare it;
    `prepare_by` None: not stated. `meeting`: where it goes; `late`: that is after the day it is due; `held`:
    the recent meeting it went to, whose minute is not entered yet. `choices`: options of clerk and head when
    no meeting is in time. `approved`: the latest record. `none_known`: no meeting near its day is known, so
    that it is unknown whether one is in time. `last_known`: the last coming meeting of its body, months
    before that day.
    """

    policy: Policy
    obligation: Obligation | None
    due: ReviewDue | None
    state: State
    preparing: tuple[str, ...] = ()
    prepare_by: date | None = None
    handed_over: bool = False
    ready: bool = False
    body: Body | None = None
    meeting: Meeting | None = None
    late: bool = False
    choices: tuple[str, ...] = ()
    approved: Evidence | None = None
    held: Meeting | None = None
    none_known: bool = False
    last_known: Meeting | None = None


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """One coming meeting: its days, counted back, and the reviews that go to it."""

    body: Body
    days: CountBack
    reviews: tuple[PolicyReview, ...]


@dataclass(frozen=True, slots=True)
class ReviewCalendar:
    """Every policy of a school, once: at its meeting, with a person, or without a date.

    A review for which no meeting is in time is in `too_late`, and at the later meeting if there is one; one
    due so late that no meeting near its day is known yet in `later`; one whose body has entered no meeting
    near its day in `none_known`. `held`: recent meetings with the reviews that went to them and have no
    approval since.
    """

    meetings: tuple[MeetingPlan, ...]
    too_late: tuple[PolicyReview, ...]
    held: tuple[MeetingPlan, ...]
    later: tuple[PolicyReview, ...]
    by_person: tuple[PolicyReview, ...]
    undated: tuple[PolicyReview, ...]
    every: tuple[PolicyReview, ...]
    none_known: tuple[PolicyReview, ...] = ()


def review_calendar(snapshot: Snapshot, school: str, on: date) -> ReviewCalendar:
    """Group the reviews of a school by the meeting they go to."""
    roll = active_members(snapshot, on)[school]
    every = tuple(sorted(_reviews(snapshot, roll), key=_soonest))
    coming = sorted(
        ((body, meeting) for body in roll.bodies.values() for meeting in body.meetings if meeting.on >= on),
        key=lambda pair: (pair[1].on, pair[0].name),
    )
    plans = (_plan(snapshot, body, meeting, every) for body, meeting in coming)
    dated = tuple(one for one in every if one.due is not None)
    return ReviewCalendar(
        meetings=tuple(plans),
        too_late=tuple(one for one in dated if one.choices),
        held=tuple(_held(snapshot, roll, dated)),
        later=tuple(one for one in dated if _waits(one)),
        by_person=tuple(one for one in dated if one.body is None and not one.choices),
        undated=tuple(one for one in every if one.due is None),
        every=every,
        none_known=tuple(one for one in dated if one.none_known),
    )


def _waits(one: PolicyReview) -> bool:
    """Return whether its body meets, and no meeting near its day is known yet."""
    return one.body is not None and not (one.meeting or one.choices or one.held or one.none_known)


def _plan(snapshot: Snapshot, body: Body, meeting: Meeting, every: tuple[PolicyReview, ...]) -> MeetingPlan:
    days = days_before(body, meeting, snapshot.calendars[body.school])
    return MeetingPlan(body, days, tuple(one for one in every if one.body == body and one.meeting == meeting))


def _held(snapshot: Snapshot, roll: ActiveMembers, dated: tuple[PolicyReview, ...]) -> Iterator[MeetingPlan]:
    """Yield recent meetings that left reviews without a minute, latest first."""
    calendar = snapshot.calendars[roll.school.key]
    meetings = ((body, meeting) for body in roll.bodies.values() for meeting in body.meetings)
    for body, meeting in sorted(meetings, key=lambda pair: (pair[1].on, pair[0].name), reverse=True):
        left = tuple(one for one in dated if (one.body, one.held) == (body, meeting))
        if left:
            yield MeetingPlan(body, days_before(body, meeting, calendar), left)


def _reviews(snapshot: Snapshot, roll: ActiveMembers) -> Iterator[PolicyReview]:
    evidence = EvidenceIndex(snapshot.evidence)
    school = roll.school.key
    asked = {
        one.policy: one
        for one in reversed(snapshot.obligations)
        if one.school == school and one.active and one.kind is Kind.REVIEW
    }
    for policy in snapshot.policies.values():
        if policy.school == school:
            obligation = asked.get(policy.key)
            acts = evidence.of_obligation(school, obligation.key) if obligation else ()
            yield _review(snapshot, roll, policy, obligation, standing(acts))


def _review(
    snapshot: Snapshot,
    roll: ActiveMembers,
    policy: Policy,
    obligation: Obligation | None,
    acts: tuple[Evidence, ...],
) -> PolicyReview:
    due = due_of(policy, obligation, acts) if obligation is not None else None
    handed = in_force(snapshot.delegations.get((policy.school, policy.key)), roll, acts)
    preparing = (handed.person,) if handed else tuple(owners(policy, roll))
    body = roll.bodies.get(policy.approver or "")
    calendar = snapshot.calendars[roll.school.key]
    held = held_lately(body, due.due_on, acts, roll.day, calendar) if body and due else None
    found = None if held else _place(snapshot, roll, policy, due)
    counted = found if isinstance(found, CountBack) else _later(snapshot, roll, body, due, found)
    if held and body and due:
        counted = meeting_after(body, due.due_on, held, roll.day, calendar)
    return PolicyReview(
        policy=policy,
        obligation=obligation,
        due=due,
        state=_state(roll.day, calendar, due, held, counted.meeting if counted else None),
        preparing=preparing,
        prepare_by=handed.by_on if handed else counted.draft_on if counted else None,
        handed_over=handed is not None,
        ready=due is not None and any(is_draft_of(act, due.due_on) for act in acts),
        body=body,
        meeting=counted.meeting if counted else None,
        late=isinstance(found, NoMeeting) or (held is not None and counted is not None),
        choices=found.choices if isinstance(found, NoMeeting) else (),
        approved=last_approval(acts),
        held=held,
        none_known=isinstance(found, MeetingsUnknown),
        last_known=found.last if isinstance(found, MeetingsUnknown) else None,
    )


def _place(snapshot: Snapshot, roll: ActiveMembers, policy: Policy, due: ReviewDue | None) -> Counted | None:
    """Find the meeting; None where there is no date, or a person approves."""
    if due is None:
        return None
    body = roll.bodies.get(policy.approver or "")
    if body is not None:
        return count_back(body, due.due_on, roll.day, snapshot.calendars[roll.school.key])
    if roll.named(policy.approver):
        return None
    return nobody_approves(due.due_on)


def _later(
    snapshot: Snapshot, roll: ActiveMembers, body: Body | None, due: ReviewDue | None, found: Counted | None
) -> CountBack | None:
    """Find the late meeting that is worked towards, once people know that it is late."""
    if not isinstance(found, NoMeeting) or body is None or due is None or found.next_meeting is None:
        return None
    if roll.day < due.due_on - TOLD_BEFORE:
        return None
    return days_before(body, found.next_meeting, snapshot.calendars[roll.school.key])


def _state(
    on: date, calendar: Calendar, due: ReviewDue | None, held: Meeting | None, coming: Meeting | None
) -> State:
    if due is None:
        return State.NO_RECORD
    meeting = held or coming
    minute_by = calendar.add_school_days(held.on, TO_MINUTE) if held else None
    return review_state(on, due.due_on, meeting_on=meeting.on if meeting else None, minute_by=minute_by)


def _soonest(one: PolicyReview) -> tuple[bool, date, str]:
    return one.due is None, one.due.due_on if one.due else date.max, one.policy.title
