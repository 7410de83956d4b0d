"""Occurring: the occurrences of one obligation for one person asked, and which of them counts now.

Owing: snapshot and day -> every duty of everyone, with its state and why, from evidence and dates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache

from bot.core.dates import long_date
from bot.planning.active_members import ActiveMembers, AudienceMember, active_members
from bot.planning.events import of_people
from bot.planning.evidence_index import (
    Acts,
    EvidenceIndex,
    answer,
    answers,
    last_done,
    settled_by,
    unanswered_since,
)
from bot.planning.exemptions import BOOKED, WITH_OFFICE, cover, leaving
from bot.planning.occurrences import (
    FAR,
    STAYS_OPEN,
    WEEKS_TO_TELL,
    ObligationFacts,
    Occurrence,
    PersonFacts,
    counts_months,
    due_in_school,
    first_after,
    next_occurrence_on,
    occurrences,
)
from bot.planning.review_duties import due_first, next_review_change_on, review_duties
from bot.planning.snapshot import Snapshot
from bot.rules.calendar import WEEK_OF_SCHOOL, Days, days_of
from bot.rules.duties import Duty, State
from bot.rules.evidence import ASKS, Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership
from bot.rules.reminder_ladder import BY_HAND, Round, from_opening, held_until

# The occurrences of one obligation for one person: those of which only the most pressing counts, together.
Occurrences = Callable[[PersonFacts, str | None], list[list[Occurrence]]]


def occurrences_of(facts: ObligationFacts) -> Occurrences:
    """Work out the occurrences of an obligation once for all who started and last did it on the same days."""

    @cache
    def of(asking: PersonFacts, account: str | None) -> list[list[Occurrence]]:
        groups: dict[str | None, list[Occurrence]] = {}
        known = facts
        if account and facts.events:
            theirs = tuple(one for one in facts.events if one.subject in (None, account))
            known = replace(facts, events=theirs)
        for cadence in facts.obligation.cadence:
            for occurrence in occurrences(cadence, known, asking):
                one = due_in_school(known.days, occurrence)
                one = one.about(account) if account else one
                groups.setdefault(one.key if one.single else one.subject, []).append(one)
        return list(groups.values())

    return of


def current_occurrence(
    some: list[Occurrence], acts: Acts, on: date, is_over: Callable[[Occurrence], bool]
) -> tuple[Occurrence, Evidence | None]:
    """Choose the undischarged occurrence due first; or, all being done, the one done with what did it.

    `is_over` says of one that was missed whether it makes room for those that open after it.
    """
    done: list[tuple[Occurrence, Evidence]] = []
    owed: list[Occurrence] = []
    for occurrence in some:
        act = settled_by(acts, occurrence)
        if act is None:
            owed.append(occurrence)
        else:
            done.append((occurrence, act))
    # What has not opened yet, or is not asked of them, hides nothing that is.
    asked = [occurrence for occurrence in owed if not occurrence.spared]
    opened = [occurrence for occurrence in asked if occurrence.opens_on <= on]
    for some_owed in (opened, asked):
        if any(occurrence.due_on for occurrence in some_owed):
            return _due_first(some_owed, asked, is_over), None
    if done:
        return max(done, key=lambda pair: pair[0].opens_on)
    return (asked or owed)[0], None


def _due_first(
    opened: list[Occurrence], asked: list[Occurrence], is_over: Callable[[Occurrence], bool]
) -> Occurrence:
    """Return the occurrence due first that is not over yet; of those, the last one whatever it is.

    Of a term that is over, the next may be still to open.
    """
    left = opened
    while True:
        first = min(left, key=lambda occurrence: occurrence.due_on or FAR)
        newer = [
            one
            for one in (asked if first.until else left)
            if one.opens_on > first.opens_on and (one.until or one in left)
        ]
        if not newer or not is_over(first):
            return _with_rounds(first, left)
        left = newer


def _with_rounds(first: Occurrence, owed: list[Occurrence]) -> Occurrence:
    """Return an occurrence with the newest round of all owed: once its ladder has ended, that asks again."""
    if len(owed) == 1:
        return first
    rounds = (one.again for one in owed if one.again is not None)
    return replace(first, again=max((one for one in rounds if first.opens_on < one.opens_on), default=None))


DUE_SOON = 5
DAYS_AFTER_RETURN = 5
AWAY_WHY = "Away."
ANSWERED_SO = {
    Outcome.QUESTION: (State.PAUSED, "Waiting for an answer to a question."),
    Outcome.DECLINED: (State.PAUSED, "Cannot agree. Waiting for a conversation."),
}


@dataclass(slots=True)
class PlanningContext:
    """A snapshot looked at on one day: everything that is worked out once and used for everyone."""

    snapshot: Snapshot
    on: date
    rolls: dict[str, ActiveMembers]
    days: dict[str, Days]
    evidence: EvidenceIndex
    events: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    # By setting and body; asked of every review of a body none of whose meetings is known.
    _due_first: dict[str, dict[str, str]] = field(default_factory=dict, init=False, repr=False)

    def review_due_first(self, school: str, body: str) -> str | None:
        """Return the rule of the review that is due first of all that go to a body; None: there is none."""
        if school not in self._due_first:
            roll, calendar = self.rolls[school], self.days[school].calendar
            self._due_first[school] = due_first(self.snapshot, self.evidence, roll, calendar)
        return self._due_first[school].get(body)


def planning_context(snapshot: Snapshot, on: date) -> PlanningContext:
    """Index a snapshot for one day."""
    events: dict[str, list[Event]] = defaultdict(list)
    for event in (*snapshot.events, *of_people(snapshot, on)):
        events[event.school].append(event)
    return PlanningContext(
        snapshot,
        on,
        active_members(snapshot, on),
        {key: days_of(calendar) for key, calendar in snapshot.calendars.items()},
        EvidenceIndex(snapshot.evidence),
        {key: tuple(some) for key, some in events.items()},
    )


def duties(snapshot: Snapshot, on: date) -> tuple[Duty, ...]:
    """List every duty that counts on a day, done ones included."""
    return tuple(list_duties(planning_context(snapshot, on)))


def duties_of(snapshot: Snapshot, on: date, person: str) -> tuple[Duty, ...]:
    """List every duty of one person that counts on a day, done ones included."""
    return tuple(list_duties(planning_context(snapshot, on), person))


def list_duties(looked: PlanningContext, person: str | None = None) -> Iterator[Duty]:
    """Yield the duties of everyone, or of one person, obligation by obligation, as the register has them."""
    for obligation in looked.snapshot.obligations:
        if not obligation.active:
            continue
        if obligation.kind is Kind.REVIEW and obligation.policy is not None:
            found = _review(looked, obligation)
            yield from (duty for duty in found if person in (None, duty.person))
        else:
            yield from _personal(looked, obligation, person)


def next_change_of_rules(looked: PlanningContext) -> date:
    """Find a later day before which no rule has a new duty for anyone because of its calendar alone."""
    found = [FAR]
    for one in looked.snapshot.obligations:
        if not one.active:
            continue
        if one.kind is Kind.REVIEW and one.policy is not None:
            roll, acts = looked.rolls[one.school], looked.evidence.of_obligation(one.school, one.key)
            days = looked.days[one.school]
            found.append(next_review_change_on(one, looked.snapshot, roll, days, acts))
        else:
            facts = _facts(looked, one)
            found += [next_occurrence_on(cadence, facts) for cadence in one.cadence]
    return min(found)


def _review(looked: PlanningContext, obligation: Obligation) -> Iterable[Duty]:
    school = obligation.school
    policy = looked.snapshot.policies.get((school, obligation.policy or ""))
    body = (policy.approver if policy else None) or ""
    return review_duties(
        obligation,
        looked.snapshot,
        looked.rolls[school],
        looked.days[school].calendar,
        looked.evidence.of_obligation(school, obligation.key),
        asks_for_meetings=lambda: looked.review_due_first(school, body) == obligation.key,
    )


def _facts(looked: PlanningContext, obligation: Obligation) -> ObligationFacts:
    roll = looked.rolls[obligation.school]
    return ObligationFacts(
        obligation,
        roll.school,
        looked.days[obligation.school],
        looked.on,
        looked.snapshot.policies.get((obligation.school, obligation.policy or "")),
        looked.events.get(obligation.school, ()),
        tuple(roll.bodies.values()),
    )


def _personal(looked: PlanningContext, obligation: Obligation, person: str | None) -> Iterator[Duty]:
    roll = looked.rolls[obligation.school]
    facts = _facts(looked, obligation)
    occurrences = occurrences_of(facts)
    asked_for = roll.asked(obligation.audience)
    spared = _spared(looked, obligation, asked_for)
    alone = _asked_alone(facts.events, asked_for)
    for asked in asked_for:
        if person not in (None, asked.person):
            continue
        for duty in _of_one(looked, facts, occurrences, asked, roll.here[asked.person]):
            if not alone or alone.get(_own_cycle(duty, asked), asked.person) == asked.person:
                yield spared(duty)


def _asked_alone(events: Iterable[Event], asked_for: list[AudienceMember]) -> dict[str, str]:
    """Map the cycle of each event that is about one of those asked to them: it asks no one else."""
    about = {f"event:{one.key}": one.person for one in events if one.person}
    people = {one.person for one in asked_for} if about else set()
    # Of an account, an event is about its holder alone, also once they do not hold it any more.
    of_accounts = any(one.account for one in asked_for)
    return {cycle: person for cycle, person in about.items() if of_accounts or person in people}


def _own_cycle(duty: Duty, asked: AudienceMember) -> str:
    return duty.cycle.removeprefix(f"{asked.account}/") if asked.account else duty.cycle


def _spared(
    looked: PlanningContext, course: Obligation, asked: list[AudienceMember]
) -> Callable[[Duty], Duty]:
    """Excuse anyone who does not hold a course of which enough others are holders today."""
    if course.at_least is None:
        return lambda duty: duty
    here = looked.rolls[course.school].here
    people = {one.person: here[one.person] for one in asked}
    days, acts_of = looked.days[course.school], looked.evidence.of_person
    held = cover(
        course,
        people,
        lambda key: acts_of(course.school, course.key, key, None),
        days=days,
        on=looked.on,
    )
    if held is None or not held.enough:
        return lambda duty: duty
    why = f"{len(held.holders)} of them have it, and {held.needed} must. Nobody else is asked."
    has_it, until = {*held.holders, *held.away}, held.enough_until or FAR
    asked_from = until if until == FAR else until + timedelta(days=1)

    def excused(duty: Duty) -> Duty:
        if duty.person in has_it:
            return duty
        next_change_on = min(duty.next_change_on, asked_from)
        return replace(duty, state=State.EXCUSED, why=why, next_change_on=next_change_on)

    return excused


def _of_one(
    looked: PlanningContext,
    facts: ObligationFacts,
    occurrences: Occurrences,
    asked: AudienceMember,
    membership: Membership,
) -> Iterator[Duty]:
    obligation = facts.obligation
    evidence = looked.evidence.of_person
    acts = evidence(obligation.school, obligation.key, asked.person, asked.account)
    done = last_done(acts)
    # Only what counts months asks for which cycle it was done: others are the same for more people without.
    done_for = done.cycle if done and counts_months(obligation) else None
    asking = PersonFacts(membership.starts_on, done.on if done else None, done_for)
    spared = _spared_by_leaving(looked, facts, asked.person, membership)
    for some in occurrences(asking, asked.account):
        if some[0].subject != asked.account:
            acts = evidence(obligation.school, obligation.key, asked.person, some[0].subject)
        is_over, every = _over(looked, facts, asked.person, acts), [spared(occurrence) for occurrence in some]
        occurrence, act = current_occurrence(every, acts, facts.on, is_over)
        occurrence = _as_asked(looked, facts, asked.person, occurrence, acts, act)
        settled = act is not None and len(every) == 1
        changes_on = FAR if settled else _next_change_on(looked, facts, asked.person, every, acts)
        yield _duty(facts, asked, membership, acts, (occurrence, act), changes_on)


def _next_change_on(
    looked: PlanningContext, facts: ObligationFacts, person: str, every: list[Occurrence], acts: Acts
) -> date:
    """Find a later day before which it is the same of these that counts, in the same time and state.

    Of those that nothing settles: one opens or is asked for again, its time to be asked has passed, it makes
    room for the next, or an answer to it ends. What changes when people come, go or are away is not meant.
    """
    owed, last = (
        [one for one in every if settled_by(acts, one) is None],
        facts.obligation.ladder.steps[-1].name,
    )
    found = [day for one in owed for day in (one.opens_on, one.next_round_on)]
    for one in owed:
        if one.due_on is None:
            continue
        if one.within is not None:
            found.append(_in_time(facts, one) + timedelta(days=1))
        if len(owed) > 1:
            now = _as_asked(looked, facts, person, one, acts)
            due_on = now.asked.due_on if now.asked else now.due_on or one.due_on
            ended = _told_on(looked, facts, person, one, last)
            found += [facts.days.add_school_days(due_on, STAYS_OPEN) + timedelta(days=1)]
            found += [ended + timedelta(days=1)] if ended is not None else []
    for act in acts:
        found += [act.on, act.until + timedelta(days=1)] if act.until and act.until < FAR else [act.on]
        if act.outcome in ASKS:
            found.append(held_until(facts.days.add_school_days, act.on))
    return first_after(facts.on, found)


def _spared_by_leaving(
    looked: PlanningContext, facts: ObligationFacts, person: str, membership: Membership
) -> Callable[[Occurrence], Occurrence]:
    """Mark what is due only after someone has left, and is not asked of them."""
    last = leaving(facts.days, membership)

    def spared(occurrence: Occurrence) -> Occurrence:
        if last is None:
            return occurrence
        told = _first_asked(looked, facts, person, occurrence) is not None
        return (
            replace(occurrence, spared=True) if last.spares(occurrence, facts.days, told=told) else occurrence
        )

    return spared


def _over(
    looked: PlanningContext, facts: ObligationFacts, person: str, acts: Acts
) -> Callable[[Occurrence], bool]:
    """Return whether the next occurrence replaces a missed one.

    It is once the ladder has ended, and where no one was asked in time. What waits for an answer still does.
    """
    last = facts.obligation.ladder.steps[-1].name

    def is_over(occurrence: Occurrence) -> bool:
        if _answered(facts, acts, occurrence) is not None or occurrence.due_on is None:
            return False
        now = _as_asked(looked, facts, person, occurrence, acts)
        if now.at_once and now.asked is None:
            return True
        opens_on, due_on = now.asked or Round(now.opens_on, now.due_on or occurrence.due_on)
        ended = _told_on(looked, facts, person, occurrence, last)
        if ended is not None and ended >= opens_on:
            return facts.on > ended
        return facts.on > facts.days.add_school_days(due_on, STAYS_OPEN)

    return is_over


def _as_asked(
    looked: PlanningContext,
    facts: ObligationFacts,
    person: str,
    occurrence: Occurrence,
    acts: Acts,
    done: Evidence | None = None,
) -> Occurrence:
    """Count an occurrence first asked too late from that day: nobody is late for what was not asked.

    The school began late, or they have a role, or the rule is, since then. What ran out by itself keeps its
    day, and is asked for and reminded of as from the first time. What is `done` keeps the time that it had.
    """
    if (
        occurrence.within is None
        or occurrence.due_on is None
        or facts.on <= (in_time := _in_time(facts, occurrence))
    ):
        return occurrence
    first = _first_asked(looked, facts, person, occurrence, acts) or (done.on if done is not None else None)
    if first is not None and first <= in_time:
        return occurrence
    # Until they are asked it is today, which decides how it is told of and never whether.
    opens_on = first or facts.on
    due_on = facts.days.after(opens_on, occurrence.within)
    if occurrence.times == "renewal":
        return replace(occurrence, asked=Round(opens_on, due_on), at_once=first is None)
    late = replace(
        occurrence, opens_on=opens_on, due_on=due_on, dated=False, at_once=first is None, late_after=None
    )
    return due_in_school(facts.days, late)


def _in_time(facts: ObligationFacts, occurrence: Occurrence) -> date:
    """Find the last day on which asking for it is in time: of weeks, the last one has to be left."""
    assert occurrence.due_on is not None
    week_before = facts.days.add_school_days(occurrence.due_on, -WEEK_OF_SCHOOL)
    return (
        week_before
        if occurrence.within == WEEKS_TO_TELL and week_before >= occurrence.opens_on
        else occurrence.due_on
    )


def _first_asked(
    looked: PlanningContext, facts: ObligationFacts, person: str, occurrence: Occurrence, acts: Acts = ()
) -> date | None:
    """Find on which day someone was first told of an occurrence, or answered about it; None: neither yet."""
    steps = (*(step.name for step in facts.obligation.ladder.steps), BY_HAND)
    told = [on for step in steps if (on := _told_on(looked, facts, person, occurrence, step))]
    told += [act.on for act in answers(acts, occurrence)]
    return min((on for on in told if occurrence.opens_on <= on <= facts.on), default=None)


def _told_on(
    looked: PlanningContext, facts: ObligationFacts, person: str, occurrence: Occurrence, step: str
) -> date | None:
    one = facts.obligation
    known = looked.snapshot.decided.get((one.school, one.key, person, occurrence.key, step))
    return known.on if known is not None and not known.lapsed else None


def _duty(
    facts: ObligationFacts,
    asked: AudienceMember,
    membership: Membership,
    acts: Acts,
    current: tuple[Occurrence, Evidence | None],
    next_change_on: date,
) -> Duty:
    occurrence, act = current
    occurrence = _in_their_time(facts, membership, occurrence)
    state, why = (State.DONE, _done(act)) if act else _standing(facts, membership, acts, occurrence)
    return Duty(
        obligation=facts.obligation,
        person=asked.person,
        cycle=occurrence.key,
        opens_on=occurrence.opens_on,
        due_on=occurrence.due_on,
        state=state,
        why=why,
        subject=occurrence.subject,
        version=occurrence.version,
        ladder=from_opening(facts.obligation.ladder) if occurrence.at_once else None,
        live=occurrence.live,
        again=occurrence.again,
        asked=occurrence.asked,
        counts_from=occurrence.counts_from,
        occasion=occurrence.occasion,
        next_change_on=next_change_on,
    )


def _done(act: Evidence) -> str:
    return f"Recorded on {long_date(act.on)}."


def _in_their_time(facts: ObligationFacts, membership: Membership, occurrence: Occurrence) -> Occurrence:
    """Fit an occurrence's day to someone's absences and to their last day."""
    if membership.absences:
        occurrence = replace(occurrence, due_on=_after_absence(facts, membership, occurrence.due_on))
    last = leaving(facts.days, membership)
    return last.fit(occurrence) if last is not None else occurrence


def _after_absence(facts: ObligationFacts, membership: Membership, due_on: date | None) -> date | None:
    """Move a due date that fell in an absence to a few school days after the return."""
    while due_on is not None and membership.absences:
        absence = membership.absence_on(due_on)
        if absence is None or absence.until is None:
            break
        due_on = facts.days.add_school_days(absence.until, DAYS_AFTER_RETURN)
    return due_on


def _excused(act: Evidence) -> str:
    if act.reference == WITH_OFFICE:
        return "What was sent is being checked."
    word = "Booked for" if act.reference == BOOKED else "Excused until"
    return f"{word} {long_date(act.until)}." if act.until else "Excused."


def _standing(
    facts: ObligationFacts, membership: Membership, acts: Acts, occurrence: Occurrence
) -> tuple[State, str]:
    """Return the state of what is not discharged. An answer comes first, then an absence, then the dates."""
    answered = _answered(facts, acts, occurrence)
    if answered is not None:
        return answered
    if occurrence.spared:
        return State.DONE if occurrence.times == "renewal" else State.EXCUSED, occurrence.why
    if membership.away_on(facts.on) and not occurrence.live:
        return State.PAUSED, AWAY_WHY
    if facts.on < occurrence.opens_on and occurrence.until is None and last_done(acts):
        return State.DONE, occurrence.why
    return by_date(facts.on, occurrence, _soon(facts)), occurrence.why


def _answered(facts: ObligationFacts, acts: Acts, occurrence: Occurrence) -> tuple[State, str] | None:
    """Find the state an answer in force gives an occurrence, and why; None: there is none.

    A question or a refusal holds reminders for a fixed time only, counted from the first that is unanswered.
    """
    act = answer(acts, occurrence)
    if act is None:
        return None
    if act.outcome is Outcome.EXCUSED and (act.until is None or facts.on <= act.until):
        return State.EXCUSED, _excused(act)
    since = unanswered_since(acts, occurrence)
    waits = since is not None and facts.on < held_until(facts.days.add_school_days, since)
    return ANSWERED_SO[act.outcome] if waits else None


def _soon(facts: ObligationFacts) -> date:
    """Return the last day on which a duty is due soon: a few school days, or a course's own."""
    weeks = facts.obligation.renew_weeks
    return facts.on + timedelta(weeks=weeks) if weeks else facts.days.add_school_days(facts.on, DUE_SOON)


def by_date(on: date, occurrence: Occurrence, soon: date) -> State:
    """Return a state from dates alone. The day it is due is one by which someone was asked, or stated."""
    due_on = occurrence.due_on
    if due_on is None:
        return State.NO_RECORD
    if on > max(due_on, occurrence.late_after or due_on):
        return State.OVERDUE
    if not occurrence.dated:
        return State.NO_RECORD
    return State.DUE_SOON if due_on <= soon else State.DUE
