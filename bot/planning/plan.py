"""START READING HERE: plan(snapshot, today) -> the notices to send today, and everyone skipped with a reason.

Pure and repeatable: planning the same snapshot twice gives the same answer, and planning again after the
notices were stored gives nothing new. After an outage the latest step of each ladder is sent once.

    duties (duties.py)  ->  the step each one has reached  ->  whom that step goes to
                       ->  one message a person            ->  may we write to them today?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.planning.daily_limit import BUDGET, WRITTEN, limit_reached
from bot.planning.duties import AWAY_WHY, PlanningContext, list_duties, next_change_of_rules, planning_context
from bot.planning.exemptions import LAST_WORD, LastDays, leaving
from bot.planning.occurrences import FAR, first_after
from bot.planning.review_duties import AGENDA, MEETINGS, MINUTE, NO_MEETING, PAPERS, tells_members
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.cadence import WeeklyInTerm
from bot.rules.duties import READING, Duty, State, StepKey, Urgency, task_urgency
from bot.rules.obligations import Kind
from bot.rules.people import Person
from bot.rules.reminder_holds import hold_on
from bot.rules.reminder_ladder import BY_HAND, Round, Step

HAND_OVER, GOVERNORS, WEEKLY = "hand-over", "governors", "weekly"
# To be told of what someone else owes.
OF_OTHERS = frozenset({HAND_OVER, WEEKLY})
# On which day of a week its unrecorded weekly checks are told: the first of these on which none is due.
WEEKLY_EMAIL = (3, 2, 1, 4, 0)
KIND_OF_OBLIGATION = {
    Kind.ACKNOWLEDGE: "acknowledge",
    Kind.TRAIN: "training",
    Kind.SIGN: "agreement",
    Kind.REVIEW: "review",
    Kind.CHECK: "check",
    Kind.REPORT: "duty",
    Kind.DECIDE: "duty",
}
STAGES = {
    AGENDA: "papers",
    PAPERS: "papers",
    MINUTE: "minute",
    NO_MEETING: "no meeting",
    MEETINGS: "meetings",
}
# Every kind that `plan` gives to a message or to one of its items.
PLANNED_KINDS = frozenset({*KIND_OF_OBLIGATION.values(), *STAGES.values(), HAND_OVER, GOVERNORS, WEEKLY})

# Every "no" has a name.
DONE = "already done"
AWAY = "away"
EXCUSED = "excused"
WAITING = "waiting for an answer or a conversation"
NO_DATE = "before our records began"
NOT_YET = "not yet time to ask"
LAST_DAY = "their last day has come"
TOLD = "already told"
ENDED = "after the last step"
WITH_ANOTHER = "asked with another review"
NOT_WANTED = "no email about meetings, as chosen"
NOBODY = "nobody to hand over to"
NO_ADDRESS = "no e-mail address"
REFUSED = "their address refuses mail"
NOT_TODAY = "not a working day for them"
NO_TERMS = "term dates not known"
ON_HOLD = "reminders are on hold"

# Those that another day may lift, whatever is told.
OF_TODAY = frozenset({NOT_TODAY, WRITTEN, BUDGET})

ASKED_BY_HAND = "reminded by hand in the last 7 days"
# The step of a reminder that someone asks for; with its day, because each of them is decided by itself.
ON_REQUEST = "on request"
DAYS_BETWEEN_REQUESTS = 7

DAY = timedelta(days=1)
# School days between the first message to a person and the one that hands them over.
CHANCE = 5

PRESSING = {State.OVERDUE: 0, State.DUE_SOON: 1, State.DUE: 2, State.NO_RECORD: 3}


@dataclass(frozen=True, slots=True)
class Reminder:
    """One duty in a message. `about` is the person who owes it; for a hand-over that is not the recipient.

    `again`: its key was decided for an earlier time, and is decided again.
    """

    duty: Duty
    step: str
    kind: str
    about: str
    again: bool = False

    def key(self) -> StepKey:
        one = self.duty.obligation
        return (one.school, one.key, self.about, self.duty.cycle, self.step)


@dataclass(frozen=True, slots=True)
class DailyMessage:
    """What one person is told on one day, the most pressing item first. How many a day: daily_limit.py."""

    school: str
    person: str
    kind: str
    step: str
    items: tuple[Reminder, ...]
    channel: str = "email"

    @property
    def urgent(self) -> bool:
        """Whether one of its duties has a clock of hours, which waits for no working day."""
        return any(item.duty.live for item in self.items)


@dataclass(frozen=True, slots=True)
class Skip:
    """Someone who is not told today, and the name of the reason."""

    person: str
    obligation: str
    reason: str
    school: str = ""
    cycle: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole decision for one day."""

    on: date
    notices: tuple[DailyMessage, ...]
    skipped: tuple[Skip, ...]


def plan(snapshot: Snapshot, today: date) -> Plan:
    """Decide whom to tell what today, and return why everyone else is not told."""
    return plan_duties(planning_context(snapshot, today))


def plan_with_plan_again_on(snapshot: Snapshot, today: date) -> tuple[Plan, date]:
    """Plan a day, and name the next day on which to plan unless something is written down before it.

    Today itself: plan whenever asked. So it is where someone is told something, which is written down too;
    and where a register names people of other schools, whose changes are noted there and not here.
    """
    looked = planning_context(snapshot, today)
    duties = list(list_duties(looked))
    decided = _decide(looked, duties)
    if decided.notices or snapshot.names_others or any(one.live and not _closed(one) for one in duties):
        return decided, today
    return decided, _plan_again_on(looked, duties, decided)


def _plan_again_on(looked: PlanningContext, duties: Iterable[Duty], decided: Plan) -> date:
    """Find a later day before which a plan that tells no one anything still would not."""
    on, known = looked.on, looked.snapshot
    written_ahead = any(one.on > on for one in known.decided.values())  # the clock was set back
    if written_ahead or any(one.reason in OF_TODAY for one in decided.skipped):
        return on + DAY
    # The bank holidays in a snapshot are those of some years around its own.
    found = [date(on.year + 1, 1, 1), next_change_of_rules(looked)]
    for duty in duties:
        found.append(duty.next_change_on)
        if duty.state is not State.DONE:
            found.append(_next_step_on(looked, duty))
    for member in (member for person in known.people.values() for member in person.memberships):
        last_days = [member.leaves_on, *(away.until for away in member.absences)]
        found += [day for day in (member.starts_on, *(away.first_on for away in member.absences)) if day]
        found += [day + DAY for day in last_days if day]
    found += [one.until_on + DAY for one in known.reminder_holds]
    return first_after(on, found)


def _next_step_on(looked: PlanningContext, duty: Duty) -> date:
    """Find a later day before which a duty reaches no other step than it has; `date.max`: it never does."""
    if _closed(duty) or not duty.steps or (duty.due_on is None and not tells_members(duty)):
        return FAR
    days, last = looked.days[duty.obligation.school], _leaving(looked, duty)
    asked = _in_its_round(looked, duty)
    reached = (_day_of(looked, asked, number, last) for number in range(len(asked.steps)))
    found = [day for day in reached if day is not None]
    told = [on for step in asked.steps if (on := _told_on(looked, asked, step))]
    # Who is told last is told once the person had their chance: a day, or as long as their ladder leaves.
    chances = {1, *(_chance(asked, step) for step in asked.steps)} if told else ()
    found += [days.add_school_days(min(told), chance) for chance in chances]
    if last is not None:
        found.append(days.add_school_days(last.works_until, -LAST_WORD))
    return first_after(looked.on, found)


def plan_duties(looked: PlanningContext) -> Plan:
    """Decide from a snapshot that was indexed already."""
    return _decide(looked, list_duties(looked))


def _decide(looked: PlanningContext, duties: Iterable[Duty]) -> Plan:
    skipped: list[Skip] = []
    waiting: dict[str, list[Reminder]] = defaultdict(list)
    for duty in duties:
        step, reason = _step_reached(looked, duty)
        if step is None:
            skipped.append(_skip(duty.person, duty, reason))
            continue
        to = _recipient(looked, duty, step)
        if to is None:
            skipped.append(_skip(duty.person, duty, NOBODY))
            continue
        if is_on_hold(looked, duty, to):
            skipped.append(_skip(duty.person, duty, ON_HOLD))
            continue
        kind = _kind(duty, step, to)
        waiting[to].append(Reminder(duty, step.name, kind, duty.person, _earlier(looked, duty, step)))
    notices = sorted(_notices(looked, waiting, skipped), key=lambda notice: notice.person)
    return Plan(looked.on, tuple(notices), tuple(skipped))


def plan_on_request(looked: PlanningContext, owed: Sequence[Duty]) -> DailyMessage | None:
    """Make one message to a person of those of their duties they may be reminded of now; None: of none.

    It is their one message of the day, and no step of a ladder: the ladder goes on by itself.
    """
    allowed = [duty for duty in owed if not why_not_on_request(looked, duty)]
    return (
        _gathered(allowed[0].person, [_on_request(looked, duty) for duty in allowed], looked.on)
        if allowed
        else None
    )


def why_not_on_request(looked: PlanningContext, duty: Duty) -> str:
    """Return the reason why a person may not be reminded of a duty now; empty: they may be."""
    one, person = duty.obligation, looked.snapshot.people[duty.person]
    reason = _closed(duty) or ("" if duty.opens_on <= looked.on else NOT_YET)
    reason = reason or (ON_HOLD if is_on_hold(looked, duty, duty.person) else "")
    if reason:
        return reason
    whole = (one.school, one.key, duty.person, duty.cycle)
    for days in range(DAYS_BETWEEN_REQUESTS):
        step = f"{ON_REQUEST} {looked.on - timedelta(days=days)}"
        decided = looked.snapshot.decided.get((*whole, step))
        if decided is not None and not decided.lapsed:
            return ASKED_BY_HAND
    item = _on_request(looked, duty)
    if looked.snapshot.calendars[one.school].has_ended(looked.on) and not duty.live:
        return NO_TERMS
    if not _works_today(looked, person, item):
        return NOT_TODAY
    return _skip_reason(looked, person, _gathered(person.key, [item], looked.on))


def _on_request(looked: PlanningContext, duty: Duty) -> Reminder:
    step = Step(f"{ON_REQUEST} {looked.on}", "opens", 0, "person")
    return Reminder(duty, step.name, _kind(duty, step, duty.person), duty.person)


def is_on_hold(looked: PlanningContext, duty: Duty, to: str) -> bool:
    """Return whether the school holds back today what `to` would be told of a duty.

    A hold of a person is of what they are told and of what others are told about them.
    """
    one, holds = duty.obligation, looked.snapshot.reminder_holds
    if duty.live:
        return False
    people = {duty.person, to}
    return any(hold_on(holds, one.school, key, one.key, looked.on) is not None for key in people)


def _skip(person: str, duty: Duty, reason: str) -> Skip:
    return Skip(person, duty.obligation.key, reason, duty.obligation.school, duty.cycle)


def _kind(duty: Duty, step: Step, to: str) -> str:
    if to != duty.person:
        return WEEKLY if _is_weekly(duty) and step.name != BY_HAND else HAND_OVER
    if tells_members(duty):
        return GOVERNORS
    return STAGES.get(duty.subject or "", KIND_OF_OBLIGATION[duty.obligation.kind])


def _step_reached(looked: PlanningContext, duty: Duty) -> tuple[Step | None, str]:
    """Find the latest step whose day has come and that no one was told, or the reason there is none."""
    reason = _closed(duty) or ("" if duty.steps else NOT_WANTED if tells_members(duty) else WITH_ANOTHER)
    if reason:
        return None, reason
    if duty.due_on is None and not tells_members(duty):
        return None, NO_DATE
    asked = _in_its_round(looked, duty)
    last = _leaving(looked, duty)
    if last is not None and last.is_silent(looked.on, of_event=duty.occasion is not None):
        return None, LAST_DAY
    latest = _latest(looked, asked, last)
    if latest < 0:
        return None, NOT_YET
    if _told(looked, asked, latest):
        return None, ENDED if _told(looked, asked, len(duty.steps) - 1) else TOLD
    return _by_hand(looked, asked, duty.steps[latest]), ""


def _by_hand(looked: PlanningContext, duty: Duty, step: Step) -> Step:
    """Replace a step whose email cannot reach the person by one that asks someone else to tell them, once.

    It has a name of its own: once they can be written to, they are told whatever step is reached.
    """
    last = next((one for one in reversed(duty.steps) if one.to != "person"), None)
    if step.to != "person" or last is None or _can_write(looked, duty.person):
        return step
    by_hand = replace(step, name=BY_HAND, to=last.to)
    return by_hand if _told_on(looked, duty, by_hand) is None else step


def _in_its_round(looked: PlanningContext, duty: Duty) -> Duty:
    """Return a duty the days its steps count from: those of the newest round once its ladder has ended."""
    first = _counted_from(duty, duty.asked)
    if duty.again is None or not _told(looked, first, len(duty.steps) - 1):
        return first
    return _counted_from(duty, duty.again)


def _counted_from(duty: Duty, days: Round | None) -> Duty:
    return duty if days is None else replace(duty, opens_on=days.opens_on, due_on=days.due_on)


def _leaving(looked: PlanningContext, duty: Duty) -> LastDays | None:
    """Return the last day of a duty's person. None for live clocks and reviews."""
    here = looked.rolls[duty.obligation.school].here.get(duty.person)
    if here is None or here.leaves_on is None or duty.live or duty.obligation.kind is Kind.REVIEW:
        return None
    return leaving(looked.days[duty.obligation.school], here)


def _closed(duty: Duty) -> str:
    if duty.state is State.DONE:
        return DONE
    if duty.state is State.EXCUSED:
        return EXCUSED
    if duty.state is State.PAUSED:
        return AWAY if duty.why == AWAY_WHY else WAITING
    return ""


def _latest(looked: PlanningContext, duty: Duty, last: LastDays | None) -> int:
    """Number the latest step reached; -1 before the first. `last`: when the person leaves."""
    for number in range(len(duty.steps) - 1, -1, -1):
        step = duty.steps[number]
        if step.to != "person" and not _had_their_chance(looked, duty, step, last):
            continue
        day = _day_of(looked, duty, number, last)
        # Where time is short, a reminder would fall on the first day: that day asks, and does not remind.
        if day is not None and day <= looked.on and (number == 0 or day > duty.opens_on):
            return number
    return -1


def _day_of(looked: PlanningContext, duty: Duty, number: int, last: LastDays | None) -> date | None:
    """Find the day on which a step is told; None: it cannot be told before the person leaves."""
    days, step = looked.days[duty.obligation.school], duty.steps[number]
    anchor = duty.opens_on if step.anchor == "opens" or duty.due_on is None else duty.due_on
    usual = days.add_school_days(anchor, step.offset)
    if step.to != "person" and _is_weekly(duty):
        usual = _weekly_email(looked, duty, anchor) or usual
    told_on = usual if last is None else last.day_of(number, step, usual, duty.opens_on, days)
    return None if told_on is None else max(duty.opens_on, told_on)


def _is_weekly(duty: Duty) -> bool:
    return duty.cycle.rpartition("/")[2].startswith("week:")


def _weekly_email(looked: PlanningContext, duty: Duty, due_on: date) -> date | None:
    """Find the day on which an unrecorded weekly check goes into the weekly email, before its next is due.

    None: it is due on that day of the week itself, because another is due on every other.
    """
    rules = looked.snapshot.obligations
    taken = {
        when.weekday
        for one in rules
        if one.school == duty.obligation.school and one.active
        for when in one.cadence
        if isinstance(when, WeeklyInTerm)
    }
    weekday = next((day for day in WEEKLY_EMAIL if day not in taken), WEEKLY_EMAIL[0])
    after = looked.days[duty.obligation.school].add_school_days(due_on, 1)
    ahead = (weekday - due_on.weekday()) % 7
    return max(after, due_on + timedelta(days=ahead)) if ahead else None


def _had_their_chance(looked: PlanningContext, duty: Duty, step: Step, last: LastDays | None) -> bool:
    """Return whether the person was told days ago or cannot be told; then it is handed over."""
    if not _can_write(looked, duty.person) or all(one.to != "person" for one in duty.steps):
        return True
    told = [on for one in duty.steps if (on := _told_on(looked, duty, one))]
    if not told:
        return _away(looked, duty)
    days = looked.days[duty.obligation.school]
    # Papers that are late press: each school day more is one clear day less before the meeting.
    near = duty.subject == PAPERS or _is_weekly(duty) or (last is not None and last.is_near(looked.on, days))
    chance = 1 if near else _chance(duty, step)
    return days.add_school_days(min(told), chance) <= looked.on


def _chance(duty: Duty, step: Step) -> int:
    """Count the school days a person has before they are handed over; a short ladder leaves fewer."""
    first = duty.steps[0]
    return min(CHANCE, step.offset - first.offset) if step.anchor == first.anchor else CHANCE


def _can_write(looked: PlanningContext, key: str) -> bool:
    person = looked.snapshot.people[key]
    return bool(person.email) and not person.unreachable


def _away(looked: PlanningContext, duty: Duty) -> bool:
    membership = looked.rolls[duty.obligation.school].here.get(duty.person)
    return membership is not None and membership.away_on(looked.on)


def _told(looked: PlanningContext, duty: Duty, latest: int) -> bool:
    """Return whether this step, or a later one, was decided and not lapsed. A ladder never goes back down."""
    return any(_told_on(looked, duty, step) is not None for step in duty.steps[latest:])


def _told_on(looked: PlanningContext, duty: Duty, step: Step) -> date | None:
    """Return when a step was decided; None if that was before the duty opened or the person started."""
    decided = _decided(looked, duty, step)
    if decided is None or decided.on < duty.opens_on:
        return None
    membership = looked.rolls[duty.obligation.school].here.get(duty.person)
    started = membership.starts_on if membership is not None else None
    return decided.on if started is None or decided.on >= started else None


def _decided(looked: PlanningContext, duty: Duty, step: Step) -> DecidedStep | None:
    one = duty.obligation
    decided = looked.snapshot.decided.get((one.school, one.key, duty.person, duty.cycle, step.name))
    return None if decided is None or decided.lapsed else decided


def _earlier(looked: PlanningContext, duty: Duty, step: Step) -> bool:
    """Return whether a step was sent before, for an earlier occurrence."""
    return _decided(looked, duty, step) is not None


def _recipient(looked: PlanningContext, duty: Duty, step: Step) -> str | None:
    """Find whom a step goes to. A clock that does not wait goes to a human while the person is away."""
    if step.to == "person" and not (duty.live and _away(looked, duty)):
        return duty.person
    return _human(looked, duty, step)


def _human(looked: PlanningContext, duty: Duty, step: Step) -> str | None:
    """Find the human a last step goes to: never the person it is about, nor one who cannot be written to."""
    roll = looked.rolls[duty.obligation.school]
    if step.to == "manager":
        key = roll.here[duty.person].manager or ""
        manager = roll.here.get(key)
        if manager and key != duty.person and not manager.away_on(looked.on) and _can_write(looked, key):
            return key
    chain = (step.to, "headteacher", "chair") if step.to in {"chair", "clerk"} else ("headteacher", "chair")
    return next((found for role in chain if (found := _acting(looked, duty, role))), None)


def _acting(looked: PlanningContext, duty: Duty, role: str) -> str | None:
    passed = [duty.person]
    while key := looked.rolls[duty.obligation.school].acting(role, besides=passed):
        if _can_write(looked, key):
            return key
        passed.append(key)
    return None


def _notices(
    looked: PlanningContext, waiting: dict[str, list[Reminder]], skipped: list[Skip]
) -> Iterator[DailyMessage]:
    """Make one message for each person, and list why others get none."""
    for key, items in waiting.items():
        person = looked.snapshot.people[key]
        today: list[Reminder] = []
        for item in items:
            if item.duty.live:
                today.append(item)
            elif looked.snapshot.calendars[item.duty.obligation.school].has_ended(looked.on):
                skipped.append(_skip(key, item.duty, NO_TERMS))
            elif _works_today(looked, person, item):
                today.append(item)
            else:
                skipped.append(_skip(key, item.duty, NOT_TODAY))
        if not today:
            continue
        message = _gathered(key, today, looked.on)
        reason = _skip_reason(looked, person, message)
        if reason:
            skipped.extend(_skip(key, item.duty, reason) for item in today)
        else:
            yield message


def _gathered(person: str, items: list[Reminder], on: date) -> DailyMessage:
    """Gather one person's items into one message, the most pressing first."""
    ordered = sorted(items, key=lambda item: _urgency(item, on))
    first = ordered[0]
    return DailyMessage(first.duty.obligation.school, person, first.kind, first.step, tuple(ordered))


def _urgency(item: Reminder, on: date) -> tuple[bool, bool, Urgency, date, StepKey]:
    """Order by what presses; the key comes last, so that the order things are stored in decides nothing."""
    duty = item.duty
    urgency = task_urgency(duty.state, duty.due_on, on, is_reading=duty.obligation.kind in READING)
    return not duty.live, item.kind in OF_OTHERS, urgency, duty.due_on or date.max, item.key()


def _works_today(looked: PlanningContext, person: Person, item: Reminder) -> bool:
    """Return whether today is a school day on which this person works in that school."""
    school = item.duty.obligation.school
    membership = looked.rolls[school].here.get(person.key)
    if membership is None or membership.away_on(looked.on):
        return False
    return looked.on.weekday() in membership.working_days and looked.days[school].is_staff_day(looked.on)


def _skip_reason(looked: PlanningContext, person: Person, message: DailyMessage) -> str:
    """Return the reason not to send a person this message today; empty: there is none."""
    if not person.email:
        return NO_ADDRESS
    if person.unreachable:
        return REFUSED
    schools = {item.duty.obligation.school for item in message.items}
    a_week = min(looked.snapshot.schools[key].weekly_budget for key in schools)
    written = looked.snapshot.messaged.get(person.key, ())
    return limit_reached(written, looked.on, urgent=message.urgent, a_week=a_week)
