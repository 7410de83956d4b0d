"""Review duties: the due date of a policy, the meeting that can approve it, and who does what before then.

Stages, each a duty of its own: draft (the owner), agenda and papers (the clerk), approve (the body), and once
the meeting is over its minute (the clerk). Where no meeting is in time the clerk and the headteacher are told
what the choices are; where the meetings near its day are not entered, the clerk is asked once a body when it
meets; where a policy states no date at all, its owner is asked for one. Every member of the body is told once
of what comes to a meeting, again when a review is late, and where no date is known.

Which review of a body asks when it meets: of those without a known meeting, the one that is due first.

Where a whole review stands, whatever its next step is: the same wherever a review is counted or listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core.dates import long_date
from bot.planning.active_members import ActiveMembers
from bot.planning.evidence_index import EvidenceIndex
from bot.planning.occurrences import FAR, TIME_TO_TELL, first_after
from bot.planning.snapshot import Snapshot
from bot.rules.cadence import EveryMonths
from bot.rules.calendar import Calendar, Days
from bot.rules.duties import Duty, State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import (
    AHEAD,
    Body,
    CountBack,
    Meeting,
    MeetingsUnknown,
    NoMeeting,
    ReviewTooFar,
    count_back,
    days_before,
    nobody_approves,
)
from bot.rules.obligations import Kind, Obligation
from bot.rules.policies import Delegation, PartialDate, Policy, ReviewDue, review_due
from bot.rules.reminder_ladder import Ladder, Step

DRAFT, AGENDA, PAPERS, APPROVE, MINUTE = "draft", "agenda", "papers", "approve", "minute"
NO_MEETING, MEETINGS, DATES = "no meeting", "meetings", "dates"
# Of these, and of what comes to a meeting, the members of a body are told; nothing is asked of them.
LATE, UNDATED = "late", "no date"
# In the cycle of a MEETINGS duty, before the day of the last meeting that is known.
LAST_KNOWN = "after-"

DAY = timedelta(days=1)
SOON = timedelta(days=28)
TOLD_BEFORE = timedelta(days=60)
# So long we wait for a meeting's minute before another meeting is looked for.
HELD_LATELY = timedelta(days=42)
TO_MINUTE = 5  # school days
OPENS_BEFORE = {DRAFT: 20, AGENDA: 5, PAPERS: 5}
# Members are told once, when the papers go out; the minutes, not a tick of theirs, discharge it.
TOLD_ONCE = Ladder((Step("ask", "opens", 0),))
# The clerk is asked once when a body meets; the head hears of it where the review's day comes without one.
ASKED_ONCE = Ladder((Step("ask", "opens", 0), Step("hand-over", "due", 0, "head")))
# Another review of the same body asks; this one is only kept in sight.
NOT_ASKED = Ladder(())
# Of papers that are late the head hears the next morning: five days later no meeting could be saved.
PAPERS_LATE = Step("hand-over", "due", 1, "head")
MINUTED = Ladder((Step("ask", "opens", 0), Step("due", "due", 0), Step("hand-over", "due", 5, "head")))


@dataclass(frozen=True, slots=True)
class _Review:
    """One policy's review, looked at on one day."""

    obligation: Obligation
    policy: Policy
    roll: ActiveMembers
    calendar: Calendar
    acts: tuple[Evidence, ...]
    delegated: Delegation | None
    no_emails: frozenset[tuple[str, str]]

    @property
    def on(self) -> date:
        return self.roll.day

    def duty(self, subject: str, cycle: str, person: str, **more: object) -> Duty:
        return Duty(self.obligation, person, cycle, subject=subject, **more)  # type: ignore[arg-type]

    def recorded(self, cycle: str) -> bool:
        return any(act.cycle == cycle and act.outcome is Outcome.DONE for act in self.acts)

    def ladder_of(self, body: Body, member: str) -> Ladder:
        """Return a member's ladder: one reminder, or none if they are not emailed."""
        chairs = member == self.roll.chair_of(body)
        wanted = body.tell_members and (body.school, member) not in self.no_emails
        return TOLD_ONCE if chairs or wanted else NOT_ASKED

    def drafted(self, due: ReviewDue) -> bool:
        """Return whether the draft is here: it stays so when the meeting it is for moves."""
        return any(is_draft_of(act, due.due_on) for act in self.acts)


def review_duties(
    obligation: Obligation,
    snapshot: Snapshot,
    roll: ActiveMembers,
    calendar: Calendar,
    acts: tuple[Evidence, ...],
    *,
    asks_for_meetings: Callable[[], bool] = lambda: True,
) -> Iterable[Duty]:
    """List the duties of one policy's review.

    `asks_for_meetings`: whether it is this one, of all that go to its body, that asks when the body meets.
    """
    policy = snapshot.policies.get((obligation.school, obligation.policy or ""))
    if policy is None:
        return ()
    acts = standing(acts)
    delegated = snapshot.delegations.get((obligation.school, policy.key))
    in_hand = in_force(delegated, roll, acts)
    review = _Review(obligation, policy, roll, calendar, acts, in_hand, snapshot.no_meeting_emails)
    due = due_of(policy, obligation, acts)
    body = roll.bodies.get(policy.approver or "")
    if due is None:
        return (*_ask_for_dates(review), *(_tell_undated(review, body) if body else ()))
    if body is None:
        approvers = roll.named(policy.approver)
        return (
            _by_person(review, due, approvers)
            if approvers
            else _told(review, due, nobody_approves(review.on))
        )
    return (*_by_body(review, due, body, asks_for_meetings), *_tell_late(review, due, body))


def next_review_change_on(
    obligation: Obligation, snapshot: Snapshot, roll: ActiveMembers, days: Days, acts: tuple[Evidence, ...]
) -> date:
    """Find a day after the roll's before which a review has the same steps; `date.max`: it keeps them.

    They change when a meeting is over, its agenda closes, its minute is late or not waited for any more, and
    as the day of the review comes near and passes.
    """
    policy = snapshot.policies.get((obligation.school, obligation.policy or ""))
    due = due_of(policy, obligation, standing(acts)) if policy is not None else None
    if policy is None or due is None:
        return FAR
    found = [due.due_on - AHEAD, due.due_on - TOLD_BEFORE, due.due_on + DAY]
    body = roll.bodies.get(policy.approver or "")
    if body is not None:
        for meeting in body.meetings:
            minute_by = days.add_school_days(meeting.on, TO_MINUTE)
            agenda_on = days_before(body, meeting, days.calendar).agenda_on
            found += [day + DAY for day in (meeting.on, agenda_on, minute_by, meeting.on + HELD_LATELY)]
    return first_after(roll.day, found)


def due_of(policy: Policy, obligation: Obligation, acts: tuple[Evidence, ...]) -> ReviewDue | None:
    """Return when the review is due. A recorded approval replaces the next date of the old text."""
    latest = last_approval(acts)
    stated = tuple(day for day in (policy.reviewed_on, policy.approved_on) if day is not None)
    newer = latest is not None and latest.on >= max((day.last for day in stated), default=date.min)
    printed = policy.next_review
    if latest is not None and newer:
        printed = _exact(latest.until) if latest.until else None
    months = policy.cycle_months or next(
        (cadence.months for cadence in obligation.cadence if isinstance(cadence, EveryMonths)), None
    )
    counted = (*stated, _exact(latest.on)) if latest is not None else stated
    return review_due(printed=printed, acts=counted, cycle_months=months)


def standing(acts: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Leave out the records that a later one took back."""
    taken_back = {act.reference for act in acts if act.outcome is Outcome.WITHDRAWN}
    return tuple(act for act in acts if act.receipt is None or act.receipt not in taken_back)


def last_approval(acts: tuple[Evidence, ...]) -> Evidence | None:
    """Find the latest approval that stands."""
    approvals = (
        act
        for act in standing(acts)
        if act.outcome is Outcome.DONE and act.subject in (None, APPROVE, MINUTE)
    )
    return max(approvals, key=lambda act: act.on, default=None)


def held_lately(
    body: Body, due_on: date, acts: tuple[Evidence, ...], on: date, calendar: Calendar
) -> Meeting | None:
    """Find the meeting held lately that a review went to, while no one has said what it decided."""
    latest = last_approval(acts)
    for meeting in sorted(body.meetings, key=lambda one: one.on, reverse=True):
        if on - HELD_LATELY <= meeting.on < on and _went_to(due_on, body, meeting, calendar):
            cycle = _minute_of(due_on, meeting)
            put_off = any(act.cycle == cycle and act.outcome is Outcome.DECLINED for act in standing(acts))
            approved = latest is not None and latest.on >= meeting.on
            return None if put_off or approved else meeting
    return None


def meeting_after(body: Body, due_on: date, held: Meeting, on: date, calendar: Calendar) -> CountBack | None:
    """Count back from the meeting after one that left no minute; None: the minute alone is asked for.

    A late review is prepared for the next one too, once the minute is late or its agenda closes.
    """
    coming = [one for one in body.meetings if one.on >= on]
    if on <= due_on or not coming:
        return None
    days = days_before(body, min(coming, key=lambda one: one.on), calendar)
    minute_by = calendar.add_school_days(held.on, TO_MINUTE)
    return days if on > min(minute_by, days.agenda_on) else None


def _went_to(due_on: date, body: Body, meeting: Meeting, calendar: Calendar) -> bool:
    """Return whether a review due that day went to a meeting, as counted on its day."""
    found = count_back(body, due_on, meeting.on, calendar)
    if isinstance(found, CountBack):
        return found.meeting == meeting
    if not isinstance(found, NoMeeting):
        return False
    return found.next_meeting == meeting and meeting.on >= due_on - TOLD_BEFORE


def _minute_of(due_on: date, meeting: Meeting) -> str:
    return f"{due_on.isoformat()}/{meeting.on.isoformat()}/{MINUTE}"


def is_draft_of(act: Evidence, due_on: date) -> bool:
    """Return whether an act says that the draft for the review due on a day is here."""
    of_this = (act.cycle or "").startswith(f"{due_on.isoformat()}/")
    return act.outcome is Outcome.DONE and act.subject == DRAFT and of_this


def in_force(
    delegated: Delegation | None, roll: ActiveMembers, acts: tuple[Evidence, ...]
) -> Delegation | None:
    """Return whether preparing is still someone else's: they are here, and no approval came after it."""
    if delegated is None or delegated.person not in roll.here:
        return None
    latest = last_approval(acts)
    return delegated if latest is None or latest.on < delegated.given_on else None


def _exact(day: date) -> PartialDate:
    return PartialDate(day.isoformat(), day, day)


def _ask_for_dates(review: _Review) -> Iterator[Duty]:
    opens_on = review.roll.school.since
    why = f"{review.policy.title} states no date, so we cannot say when its review is due."
    told = review.recorded(DATES)
    if told:
        why += " Its dates were told; they are not in the register yet."
    for person in owners(review.policy, review.roll):
        due_on = review.calendar.add_school_days(opens_on, TIME_TO_TELL)
        # No one is asked twice; until the dates are in the register the review is unknown all the same.
        yield review.duty(
            DATES,
            DATES,
            person,
            opens_on=opens_on,
            due_on=due_on,
            state=State.NO_RECORD,
            why=why,
            ladder=TOLD_ONCE if told else None,
        )


def _tell_undated(review: _Review, body: Body) -> Iterator[Duty]:
    """List who is told that a policy has no date, once its owner had time to say one."""
    if review.recorded(DATES):
        return
    opens_on = review.calendar.add_school_days(review.roll.school.since, TIME_TO_TELL)
    for person in review.roll.members_of(body):
        yield review.duty(
            UNDATED,
            UNDATED,
            person,
            opens_on=opens_on,
            due_on=None,
            state=State.NO_RECORD,
            why=f"{review.policy.title} states no date, so nobody can say when the {body.name} reviews it.",
            ladder=review.ladder_of(body, person),
        )


def _tell_late(review: _Review, due: ReviewDue, body: Body) -> Iterator[Duty]:
    """List who is told that a review is late; after a meeting, once its minute is late too."""
    held = held_lately(body, due.due_on, review.acts, review.on, review.calendar)
    minute_by = review.calendar.add_school_days(held.on, TO_MINUTE) if held else due.due_on
    if review.on <= max(due.due_on, minute_by):
        return
    for person in review.roll.members_of(body):
        yield review.duty(
            LATE,
            f"{due.due_on.isoformat()}/{LATE}",
            person,
            opens_on=max(review.roll.school.since, due.due_on + timedelta(days=1)),
            due_on=due.due_on,
            state=State.OVERDUE,
            why=f"{_why(review, due)} No approval is recorded.",
            ladder=review.ladder_of(body, person),
        )


def tells_members(duty: Duty) -> bool:
    """Return True for what the members of a body are told; a person who approves alone is asked."""
    of_a_body = duty.subject in {LATE, UNDATED} or (duty.subject == APPROVE and duty.cycle.count("/") == 2)
    return duty.obligation.kind is Kind.REVIEW and of_a_body


def owners(policy: Policy, roll: ActiveMembers) -> list[str]:
    """Find who keeps the policy up to date: its owner, or the headteacher."""
    named = roll.named(policy.owner)
    if named:
        return named
    head = roll.acting("headteacher")
    return [head] if head else []


def _draft(review: _Review, usual_on: date) -> tuple[str, date, list[str]]:
    """Return by when the draft is wanted, and of whom: the owner, or anyone who it was handed to."""
    if review.delegated is not None:
        return DRAFT, review.delegated.by_on, [review.delegated.person]
    return DRAFT, usual_on, owners(review.policy, review.roll)


def _minute(review: _Review, due: ReviewDue, body: Body, held: Meeting) -> Iterator[Duty]:
    """Ask the clerk what the meeting decided; where no one clerks, the headteacher."""
    due_on = review.calendar.add_school_days(held.on, TO_MINUTE)
    person = review.roll.clerk_of(body) or review.roll.acting("headteacher")
    if person:
        yield review.duty(
            MINUTE,
            _minute_of(due.due_on, held),
            person,
            opens_on=held.on + timedelta(days=1),
            due_on=due_on,
            state=_state(review.on, due_on, due),
            why=f"{_why(review, due)} {body.name} met on {long_date(held.on)}; we hold no minute of it yet.",
            ladder=MINUTED,
        )


def _waits(review: _Review, due: ReviewDue, body: Body) -> Iterator[Duty]:
    """Keep the review in sight until a meeting near its day is known; no one is asked for anything yet."""
    for person in owners(review.policy, review.roll):
        yield review.duty(
            DRAFT,
            f"{due.due_on.isoformat()}/{DRAFT}",
            person,
            opens_on=due.due_on - TOLD_BEFORE,
            due_on=due.due_on,
            state=_state(review.on, due.due_on, due),
            why=f"{_why(review, due)} No meeting of the {body.name} near that day is known yet.",
        )


def _none_known(
    review: _Review, due: ReviewDue, body: Body, ladder: Ladder, last: Meeting | None
) -> Iterator[Duty]:
    """Ask the clerk when the body meets next; where no one clerks, the headteacher.

    That is in time on the day the draft would be asked for if it met on the day the review is due. Where a
    meeting months before is the last known, it is asked while that one could still be used.
    """
    person = review.roll.clerk_of(body) or review.roll.acting("headteacher")
    if person:
        days = days_before(body, last or Meeting("", due.due_on), review.calendar)
        cycle = f"{due.due_on.isoformat()}/{MEETINGS}"
        if last is None:
            unknown = f"We know of no coming meeting of the {body.name}: tell Handbell when it meets next."
        else:
            cycle += f"/{LAST_KNOWN}{last.on.isoformat()}"
            unknown = f"We know of no meeting of the {body.name} after {long_date(last.on)}."
        due_on = due.due_on if last is None else days.draft_on
        yield review.duty(
            MEETINGS,
            cycle,
            person,
            opens_on=_opens(review, DRAFT, days.draft_on, days),
            due_on=due_on,
            state=_state(review.on, due_on, due),
            why=f"{_why(review, due)} {unknown}",
            ladder=ladder,
        )


def _told(review: _Review, due: ReviewDue, none: NoMeeting) -> Iterator[Duty]:
    """List who is told that no meeting is in time: the clerk and the headteacher, with the choices."""
    cycle = f"{due.due_on.isoformat()}/{NO_MEETING}"
    why = f"{_why(review, due)} No meeting is in time. {' '.join(none.choices)}"
    people = (review.roll.acting("clerk"), review.roll.acting("headteacher"))
    # What was decided is not done yet: once the day has passed, the review is overdue all the same.
    chosen = review.recorded(cycle)
    settled = chosen and review.on <= due.due_on
    for person in dict.fromkeys(key for key in people if key):
        yield review.duty(
            NO_MEETING,
            cycle,
            person,
            opens_on=max(review.roll.school.since, due.due_on - TOLD_BEFORE),
            due_on=due.due_on,
            state=State.DONE if settled else _state(review.on, due.due_on, due),
            why=why,
            ladder=TOLD_ONCE if chosen else None,
        )


def _late(review: _Review, due: ReviewDue, body: Body, none: NoMeeting) -> Iterable[Duty]:
    """Work towards the next meeting all the same, once the clerk and the head know that it is late."""
    if none.next_meeting is None or review.on < due.due_on - TOLD_BEFORE:
        return ()
    return _stages(review, due, body, days_before(body, none.next_meeting, review.calendar))


def _stages(review: _Review, due: ReviewDue, body: Body, counted: CountBack) -> Iterator[Duty]:
    roll, meeting = review.roll, counted.meeting
    clerk = [key for key in (roll.clerk_of(body),) if key]
    planned = (
        _draft(review, counted.draft_on),
        (AGENDA, counted.agenda_on, clerk),
        (PAPERS, counted.papers_on, clerk),
        (APPROVE, meeting.on, roll.members_of(body)),
    )
    dates = f"meets on {long_date(meeting.on)}; papers go by {long_date(counted.papers_on)}"
    why = f"{_why(review, due)} {body.name} {dates}."
    ladders = {PAPERS: _of_papers(review.obligation.ladder)}
    for stage, day, people in planned:
        cycle = f"{due.due_on.isoformat()}/{meeting.on.isoformat()}/{stage}"
        done = review.drafted(due) if stage == DRAFT else review.recorded(cycle)
        state = State.DONE if done else _state(review.on, day, due)
        opens_on = _opens(review, stage, day, counted)
        for person in people:
            yield review.duty(
                stage,
                cycle,
                person,
                opens_on=opens_on,
                due_on=day,
                state=state,
                why=why,
                ladder=review.ladder_of(body, person) if stage == APPROVE else ladders.get(stage),
            )


def _of_papers(usual: Ladder) -> Ladder:
    own = (
        step for step in usual.steps if step.to == "person" and (step.anchor == "opens" or step.offset <= 0)
    )
    return Ladder((*own, PAPERS_LATE))


def _by_body(
    review: _Review, due: ReviewDue, body: Body, asks_for_meetings: Callable[[], bool]
) -> Iterable[Duty]:
    """Work towards the meeting that can approve it; once that was held, ask for its minute."""
    held = held_lately(body, due.due_on, review.acts, review.on, review.calendar)
    if held is not None:
        following = meeting_after(body, due.due_on, held, review.on, review.calendar)
        stages = _stages(review, due, body, following) if following else ()
        return (*_minute(review, due, body, held), *stages)
    counted = count_back(body, due.due_on, review.on, review.calendar)
    if isinstance(counted, CountBack):
        return _stages(review, due, body, counted)
    if isinstance(counted, ReviewTooFar):
        return _waits(review, due, body)
    if isinstance(counted, MeetingsUnknown):
        ladder = ASKED_ONCE if asks_for_meetings() else NOT_ASKED
        return _none_known(review, due, body, ladder, counted.last)
    return (*_told(review, due, counted), *_late(review, due, body, counted))


def _by_person(review: _Review, due: ReviewDue, approvers: list[str]) -> Iterator[Duty]:
    """Ask the owner for a draft, and the person who approves by themselves for the approval."""
    draft_on = review.calendar.add_school_days(due.due_on, -OPENS_BEFORE[DRAFT])
    for stage, day, people in (_draft(review, draft_on), (APPROVE, due.due_on, approvers)):
        cycle = f"{due.due_on.isoformat()}/{stage}"
        state = State.DONE if review.recorded(cycle) else _state(review.on, day, due)
        opens_on = review.calendar.add_school_days(day, -OPENS_BEFORE[DRAFT])
        for person in people:
            yield review.duty(
                stage,
                cycle,
                person,
                opens_on=max(review.roll.school.since, opens_on),
                due_on=day,
                state=state,
                why=_why(review, due),
            )


def _opens(review: _Review, stage: str, day: date, counted: CountBack) -> date:
    since = review.roll.school.since
    if stage == APPROVE:
        return max(since, counted.papers_on)
    return max(since, review.calendar.add_school_days(day, -OPENS_BEFORE[stage]))


def _state(on: date, day: date, due: ReviewDue) -> State:
    """Return the state of a stage. Only the review's own date, which the policy states, can make it overdue.

    A stage whose own day is still to come is not overdue, however late the review is.
    """
    if on > day:
        return State.OVERDUE if on > due.due_on else State.NO_RECORD
    return State.DUE_SOON if day <= on + SOON else State.DUE


def _why(review: _Review, due: ReviewDue) -> str:
    is_or_was = "was" if review.on > due.due_on else "is"
    said = f"The review of {review.policy.title} {is_or_was} due on {long_date(due.due_on)}"
    if due.contradicts and due.printed and due.computed_on:
        printed, counted = due.printed.words, long_date(due.computed_on)
        return f"{said}: it prints {printed}, its own cycle gives {counted}, and the earlier one counts."
    return f"{said}."


def due_first(
    snapshot: Snapshot, evidence: EvidenceIndex, roll: ActiveMembers, calendar: Calendar
) -> dict[str, str]:
    """Map each body of a school to the rule of its review due first of those without a known meeting."""
    school, found = roll.school.key, dict[str, tuple[date, str]]()
    for one in snapshot.obligations:
        policy = snapshot.policies.get((school, one.policy or "")) if one.school == school else None
        if policy is None or one.kind is not Kind.REVIEW or not one.active:
            continue
        acts = standing(evidence.of_obligation(school, one.key))
        due, body = due_of(policy, one, acts), roll.bodies.get(policy.approver or "")
        if due is None or body is None or held_lately(body, due.due_on, acts, roll.day, calendar):
            continue
        if not isinstance(count_back(body, due.due_on, roll.day, calendar), MeetingsUnknown):
            continue
        soonest = (due.due_on, one.key)
        found[body.key] = min(found.get(body.key, soonest), soonest)
    return {body: rule for body, (_, rule) in found.items()}


# Someone answered so, or is away: that says more than a day.
SAID = frozenset({State.DONE, State.PAUSED, State.EXCUSED})


def review_state(
    on: date, due_on: date, *, meeting_on: date | None = None, minute_by: date | None = None
) -> State:
    """Return the state of a review that is not approved.

    `meeting_on`: of the meeting it goes to, or went to lately; that may be long before the review's own day.
    `minute_by`: once it was held, the day by which its minute is asked for.
    """
    if on > due_on:
        return State.OVERDUE
    if minute_by is not None and on > minute_by:
        return State.NO_RECORD
    return State.DUE_SOON if min(due_on, meeting_on or due_on) <= on + SOON else State.DUE


def as_whole(duty: Duty, on: date) -> Duty:
    """Show one step of a review as the whole of it, with the day that makes its state what it is."""
    days = [date.fromisoformat(part) for part in duty.cycle.split("/") if part[:1].isdigit()]
    if not days or duty.state in SAID:
        return duty
    minute_by = duty.due_on if duty.subject == MINUTE else None
    state = review_state(on, days[0], meeting_on=days[-1], minute_by=minute_by)
    if state is State.OVERDUE:
        return replace(duty, state=state, due_on=days[0])
    if state is not State.NO_RECORD and duty.due_on is not None and duty.due_on < on:
        return replace(duty, state=state, due_on=min(day for day in days if day >= on))
    return replace(duty, state=state)
