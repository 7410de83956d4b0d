"""Cycles: one cadence and one person on one day -> the occurrence that counts now, its dates and its name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import singledispatch
from itertools import count
from typing import Literal, NamedTuple

from bot.core.dates import long_date
from bot.rules.cadence import (
    CADENCES,
    Always,
    BeforeMeeting,
    Cadence,
    EachMonth,
    EachTerm,
    EveryMonths,
    OnEvent,
    OnJoining,
    OnNewVersion,
    Span,
    WeeklyInTerm,
)
from bot.rules.calendar import (
    WEEK_OF_SCHOOL,
    Days,
    Term,
    holiday_before,
    school_year,
    usual_terms,
    word_before_holidays,
)
from bot.rules.evidence import Event
from bot.rules.meetings import Body, days_before
from bot.rules.obligations import RECORDED_HERE, TELLS_ITS_DAY, Obligation
from bot.rules.people import School
from bot.rules.policies import Policy, add_months, that_count
from bot.rules.reminder_ladder import Round

# How many school days someone has when we ask for something we hold no record of.
TIME_TO_TELL = 20
WEEKS_TO_TELL = Span(TIME_TO_TELL)
# So long someone has who is first asked for something once it has run out.
TIME_TO_RENEW = Span(10)
SAME_DAY = Span(0)
RENEWAL_WINDOW = timedelta(days=28)
# A weekly duty stays open over a holiday; an event stays open for a school year.
WEEKS_BACK = 8
# School days before the papers go out on which what goes with them is asked for.
BEFORE_PAPERS = 15
# What was asked and not done stays open so many school days into the next: long enough to hand it over.
STAYS_OPEN = 15
EVENTS_COUNT_FOR = timedelta(days=366)
# Forms are signed on a visit before the first day. What is older is from an earlier employment.
BEFORE_THE_START = timedelta(days=90)
FAR = date.max
Times = Literal["own", "calendar", "renewal"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One occurrence. `dated` False: until it is due, whether it was done is not known.

    `due_on` None: we can only say that there is no record. `versions`: the texts whose signing counts.
    `ever`: doing it once, at whatever time, settles it. `single`: each of its sort is a duty of its own.
    `counts_from`: what was done or answered before it is about an earlier one, even if it bears this name.
    `early_from`: what was done from that day on settles it, though it names no occurrence.
    `until`: of a term, its last day. `within`: how long someone has who is first asked too late, from that
    day; None: its clock waits for no one. `asked`: the days its reminders count from, if not its own.
    `again`: the newest round in which it is asked for once more, because a whole cycle passed without it.
    `times`: whose days it goes by: one's own (a start, a version, an event), the calendar's, or those of what
    was done last, which counts until it is due. `late_after`: the rule's own day, where it is asked for
    earlier. `spared`: it is due after someone has left, and not asked of them. `at_once`: it was due before
    they were first asked, so that they are asked on the first day they can be, whatever day the ladder names.
    `occasion`: the event and its day in words, without its note. `next_round_on`: the day on which
    the round after `again` opens.
    """

    key: str
    opens_on: date
    due_on: date | None
    dated: bool
    why: str
    subject: str | None = None
    versions: frozenset[str] | None = None
    version: str | None = None
    ever: bool = False
    live: bool = False
    single: bool = False
    counts_from: date | None = None
    early_from: date | None = None
    again: Round | None = None
    until: date | None = None
    within: Span | None = None
    asked: Round | None = None
    times: Times = "own"
    late_after: date | None = None
    spared: bool = False
    at_once: bool = False
    occasion: str | None = None
    next_round_on: date = FAR

    def about(self, account: str) -> Occurrence:
        """Make it the occurrence of one account."""
        return replace(self, key=f"{account}/{self.key}", subject=account)


@dataclass(frozen=True, slots=True)
class ObligationFacts:
    """What the occurrences of one obligation need to know, the same for everyone asked."""

    obligation: Obligation
    school: School
    days: Days
    on: date
    policy: Policy | None
    events: tuple[Event, ...]
    bodies: tuple[Body, ...] = ()

    @property
    def known_on(self) -> date:
        """Return when a rule began: when records began, or when it was added."""
        return max(self.school.since, self.obligation.since or self.school.since)


class PersonFacts(NamedTuple):
    """One person asked: when they started, when they last did it, and for which cycle; a key, so a tuple.

    `done_for` is needed of what is asked for every so many months alone (`counts_months`).
    """

    starts_on: date | None
    last_done_on: date | None
    done_for: str | None = None


@singledispatch
def occurrences(cadence: Cadence, _facts: ObligationFacts, _asking: PersonFacts) -> tuple[Occurrence, ...]:
    """List the occurrences that count on `facts.on`; a standing rule has none of its own.

    Each kind of cadence registers how; `check_registered` holds, as this is imported, that each one did.
    """
    message = f"no occurrences are registered for the cadence {cadence!r}"
    raise TypeError(message)


@occurrences.register
def _(_cadence: Always, _facts: ObligationFacts, _asking: PersonFacts) -> tuple[Occurrence, ...]:
    return ()


@occurrences.register
def _(cadence: OnJoining, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    started = asking.starts_on
    if started is None or started < facts.school.since:
        why = "Started before your school used Handbell. Not recorded yet."
        return (Occurrence("joining", started or facts.school.since, None, dated=False, why=why, ever=True),)
    due_on = facts.days.after(started, cadence.within)
    if due_on < facts.known_on:
        why = "Joined before this was asked for here, so we hold no record of it."
        return (Occurrence("joining", started, None, dated=False, why=why, ever=True),)
    why = f"Joined on {long_date(started)}; it is asked for within {cadence.within}."
    counts_from = None if facts.obligation.kind in TELLS_ITS_DAY else started - BEFORE_THE_START
    found = Occurrence("joining", started, due_on, True, why, ever=True, counts_from=counts_from)
    return (replace(found, within=cadence.within),)


@occurrences.register
def _(cadence: EveryMonths, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    last = asking.last_done_on
    if last is None:
        first = _first_time(facts, asking)
        rounds = (_time_to_tell(facts, day) for day in _each(first.opens_on, cadence.months))
        return (_in_rounds(first, rounds, facts.on),)
    last = _anniversary(cadence, facts, asking, last)
    due_on = add_months(last, cadence.months)
    if asking.starts_on is not None and due_on < asking.starts_on:
        return (_ran_out_before(facts, asking, cadence, last),)
    why = f"Last done on {long_date(asking.last_done_on or last)}; it is asked for {cadence}."
    weeks = facts.obligation.renew_weeks
    window = min(timedelta(weeks=weeks) if weeks else RENEWAL_WINDOW, (due_on - last) / 2)
    opens_on = word_before_holidays(facts.days, due_on - window, due_on)
    opens_on = opens_on if opens_on >= due_on - (due_on - last) / 2 else due_on - window
    rounds = (Round(day - (due_on - opens_on), day) for day in _each(due_on, cadence.months))
    found = Occurrence(f"after:{last.isoformat()}", opens_on, due_on, True, why, times="renewal")
    return (_in_rounds(replace(found, within=TIME_TO_RENEW), rounds, facts.on),)


@occurrences.register
def _(cadence: EachMonth, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    # Next year's may have opened already: January's does in December where the school is closed in January.
    years = (of_month(facts.days, cadence, facts.on.year + later) for later in (1, 0, -1))
    opened = next((occurrence for occurrence in years if occurrence.opens_on <= facts.on), None)
    return _of_everybody(facts, asking, opened) if opened is not None else ()


@occurrences.register
def _(cadence: OnNewVersion, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    every = facts.policy.versions if facts.policy else ()
    # A day is looked at as it was: no one knew the versions after it.
    versions = that_count(tuple(one for one in every if one.issued_on is None or one.issued_on <= facts.on))
    if not versions:
        return ()
    asked, counting = versions[0], frozenset(one.sha256 for one in versions)
    key = f"v:{asked.sha256[:12]}"
    shown = versions[-1].sha256
    if asked.issued_on is None:
        return (replace(_first_time(facts, asking), key=key, versions=counting, version=shown, ever=True),)
    issued_on = max(asked.issued_on, asking.starts_on or asked.issued_on)
    # Before our records began, or the rule, no one was asked for it here: no one is late for it either.
    opens_on = max(issued_on, facts.known_on)
    due_on = facts.days.after(opens_on, cadence.within)
    why = f"Version {asked.number} was issued on {long_date(asked.issued_on)}."
    # Anyone who signed this very text, at whatever time, has signed it.
    found = Occurrence(key, opens_on, due_on, opens_on == issued_on, why, None, counting, shown, ever=True)
    return (replace(found, within=cadence.within),)


@occurrences.register
def _(_cadence: EachTerm, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    calendar = facts.days.calendar
    term = calendar.latest_whole_term(facts.on)
    if term is None:
        return ()
    before = calendar.latest_whole_term(term.first_on - timedelta(days=1))
    missed = (before,) if before and _still_asked(before, facts, asking) else ()
    every = (_of_everybody(facts, asking, _of_term(facts.days, one)) for one in (*missed, term))
    return tuple(occurrence for some in every for occurrence in some)


@occurrences.register
def _(cadence: BeforeMeeting, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    body = next((one for one in facts.bodies if one.key == cadence.body), None)
    opened, before = None, None
    if body is None:
        return ()
    for meeting in sorted(body.meetings, key=lambda one: one.on):
        due_on = days_before(body, meeting, facts.days.calendar).papers_on
        opens_on = facts.days.add_school_days(due_on, -BEFORE_PAPERS)
        if opens_on > facts.on:
            break
        why = f"The {body.name} meets on {long_date(meeting.on)}; it goes out with the papers."
        opened = Occurrence(
            f"meeting:{meeting.key}",
            opens_on,
            due_on,
            True,
            why,
            counts_from=before,
            within=Span(WEEK_OF_SCHOOL),
            times="calendar",
        )
        if meeting.on >= facts.on:
            break
        before = meeting.on
    return _of_everybody(facts, asking, opened) if opened else ()


@occurrences.register
def _(cadence: WeeklyInTerm, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    monday = monday_of(facts.on)
    for week in range(WEEKS_BACK):
        due_on = day_of_week(facts.days, monday - timedelta(weeks=week), cadence.weekday)
        if due_on is not None and due_on <= facts.on:
            year, number, _ = due_on.isocalendar()
            why = "Due every week in term."
            occurrence = Occurrence(f"week:{year}-W{number:02d}", due_on, due_on, True, why, within=SAME_DAY)
            return _of_everybody(facts, asking, occurrence)
    return ()


@occurrences.register
def _(cadence: OnEvent, facts: ObligationFacts, asking: PersonFacts) -> tuple[Occurrence, ...]:
    started = asking.starts_on or date.min
    return tuple(
        Occurrence(
            f"event:{event.key}",
            event.on,
            event.due_on or facts.days.after(event.on, cadence.within),
            dated=True,
            why=said_of(event),
            subject=event.subject or event.key,
            live=cadence.is_live,
            within=None if cadence.is_live else cadence.within,
            single=True,
            occasion=occasion_of(event),
        )
        for event in facts.events
        if event.name == cadence.event
        and event.on <= facts.on < event.on + EVENTS_COUNT_FOR
        # Anyone who came later was not there to do it, and a rule that came later asked no one.
        and max(started, facts.obligation.since or started) <= event.on
    )


@singledispatch
def next_occurrence_on(cadence: Cadence, _facts: ObligationFacts) -> date:
    """Find a day after `facts.on` before which `occurrences` lists nothing new; `date.max`: never does it.

    What `occurrences` lists today, to open later, is not meant.
    """
    message = f"no next occurrence is registered for the cadence {cadence!r}"
    raise TypeError(message)


@next_occurrence_on.register(Always)
@next_occurrence_on.register(OnJoining)
@next_occurrence_on.register(EveryMonths)
def _(_cadence: Always | OnJoining | EveryMonths, _facts: ObligationFacts) -> date:
    return FAR


@next_occurrence_on.register
def _(cadence: EachMonth, facts: ObligationFacts) -> date:
    years = (facts.on.year, facts.on.year + 1, facts.on.year + 2)
    return first_after(facts.on, (of_month(facts.days, cadence, year).opens_on for year in years))


@next_occurrence_on.register
def _(_cadence: OnNewVersion, facts: ObligationFacts) -> date:
    versions = facts.policy.versions if facts.policy else ()
    return first_after(facts.on, (one.issued_on for one in versions if one.issued_on is not None))


@next_occurrence_on.register
def _(_cadence: EachTerm, facts: ObligationFacts) -> date:
    """Another term counts once it begins, and a missed one makes room once it is not asked for any more."""
    calendar, year = facts.days.calendar, school_year(facts.on)
    terms = (*calendar.terms, *usual_terms(year), *usual_terms(year + 1))
    found = [day for one in terms for day in (one.first_on, one.last_on + timedelta(days=1))]
    term = calendar.latest_whole_term(facts.on)
    before = calendar.latest_whole_term(term.first_on - timedelta(days=1)) if term else None
    if before is not None:
        found.append(_asked_until(before, facts) + timedelta(days=1))
    # From September on the terms of another school year are asked whether they are known.
    return first_after(facts.on, (*found, date(year + 1, 9, 1)))


@next_occurrence_on.register
def _(cadence: BeforeMeeting, facts: ObligationFacts) -> date:
    found = []
    for body in facts.bodies:
        for meeting in body.meetings if body.key == cadence.body else ():
            papers_on = days_before(body, meeting, facts.days.calendar).papers_on
            found += [facts.days.add_school_days(papers_on, -BEFORE_PAPERS), meeting.on + timedelta(days=1)]
    return first_after(facts.on, found)


@next_occurrence_on.register
def _(cadence: WeeklyInTerm, facts: ObligationFacts) -> date:
    monday = monday_of(facts.on)
    weeks = (monday, monday + timedelta(weeks=1))
    found = (day_of_week(facts.days, one, cadence.weekday) for one in weeks)
    return first_after(facts.on, (*(day for day in found if day is not None), monday + timedelta(weeks=2)))


@next_occurrence_on.register
def _(cadence: OnEvent, facts: ObligationFacts) -> date:
    return first_after(facts.on, (one.on for one in facts.events if one.name == cadence.event))


def first_after(on: date, days: Iterable[date]) -> date:
    """Find the first of some days that is later than one; `date.max`: none is."""
    return min((day for day in days if day > on), default=FAR)


def check_registered(cadences: Iterable[type[Cadence]]) -> None:
    """Raise TypeError naming the cadences for which no occurrences, or no next one, are registered."""
    known = occurrences.registry.keys() & next_occurrence_on.registry.keys()
    missing = sorted(one.__name__ for one in cadences if one not in known)
    if missing:
        message = f"no occurrences are registered for {', '.join(missing)}"
        raise TypeError(message)


check_registered(CADENCES.values())


def of_month(days: Days, cadence: EachMonth, year: int) -> Occurrence:
    """Return the occurrence of a month in a year, as it is for everyone.

    It is due on the last school day of the month, and late after its last day. No one is in during a month of
    holidays, as August is: it is asked for in the week of school before it.
    """
    first_on = date(year, cadence.month, 1)
    last_on = add_months(first_on, 1) - timedelta(days=1)
    opens_on = days.staff_day_from(word_before_holidays(days, first_on, last_on))
    return Occurrence(
        f"{year}-{cadence.month:02d}",
        opens_on,
        days.staff_day_up_to(last_on),
        True,
        f"It is asked for {cadence}.",
        counts_from=holiday_before(days, opens_on),
        within=WEEKS_TO_TELL,
        times="calendar",
        late_after=last_on,
    )


def _of_term(days: Days, term: Term) -> Occurrence:
    """Return the occurrence of a term, as it is for everyone: it is asked for weeks before the term ends."""
    due_on = days.staff_day_up_to(term.last_on)
    return Occurrence(
        f"term:{term.first_on.isoformat()}",
        max(days.staff_day_from(term.first_on), days.add_school_days(due_on, -TIME_TO_TELL)),
        due_on,
        True,
        f"It is asked for each term ({term.name}).",
        counts_from=holiday_before(days, term.first_on),
        early_from=term.first_on,
        until=term.last_on,
        within=WEEKS_TO_TELL,
        times="calendar",
    )


def said_of(event: Event) -> str:
    """Return what happened and when, with its note: why someone is asked."""
    said = occasion_of(event)
    said = f"{said[:1].upper()}{said[1:]}."
    return f"{said} “{event.note}”" if event.note else said


def occasion_of(event: Event) -> str:
    """Return an event and its day without a name: "trip returned on 5 November 2026"."""
    return f"{event.name.replace('-', ' ')} on {long_date(event.on)}"


def _still_asked(term: Term, facts: ObligationFacts, asking: PersonFacts) -> bool:
    """Return whether a past term has something left: asked, not done, and recent."""
    if _of_term(facts.days, term).opens_on < facts.known_on or (asking.starts_on or date.min) > term.last_on:
        return False
    if asking.last_done_on is not None and asking.last_done_on >= term.first_on:
        return False
    return facts.on <= _asked_until(term, facts)


def _asked_until(term: Term, facts: ObligationFacts) -> date:
    return facts.days.add_school_days(facts.days.staff_day_up_to(term.last_on), STAYS_OPEN)


def counts_months(rule: Obligation) -> bool:
    """Whether a rule asks for something every so many months."""
    return any(isinstance(one, EveryMonths) for one in rule.cadence)


def _anniversary(cadence: EveryMonths, facts: ObligationFacts, asking: PersonFacts, done_on: date) -> date:
    """Find the day from which the months count: the one it was due on, where it was answered shortly before.

    Anyone who answers early each time would be asked twice as often. What says its own day, as a certificate
    does, counts from that.
    """
    _, after, last = (asking.done_for or "").rpartition("/")[2].partition("after:")
    if not after or facts.obligation.kind in TELLS_ITS_DAY:
        return done_on
    due_on = add_months(date.fromisoformat(last), cadence.months)
    early = due_on - done_on
    return due_on if timedelta() < early <= (due_on - date.fromisoformat(last)) / 2 else done_on


def due_in_school(days: Days, occurrence: Occurrence) -> Occurrence:
    """Make what falls due in holidays due on the last school day before; it is late after its own day."""
    due_on = occurrence.due_on
    if due_on is None or occurrence.live or days.is_staff_day(due_on):
        return occurrence
    last_in = days.staff_day_up_to(due_on)
    if last_in < occurrence.opens_on:
        return occurrence
    return replace(occurrence, due_on=last_in, late_after=max(due_on, occurrence.late_after or due_on))


def _each(first: date, months: int) -> Iterator[date]:
    """Count on from a day: so many months later, twice as many, and so on."""
    return (add_months(first, months * times) for times in count(1))


def _in_rounds(occurrence: Occurrence, rounds: Iterator[Round], on: date) -> Occurrence:
    """Set the latest round that has opened by a day, and when the next one opens; they come in order."""
    again, following = None, next(rounds)
    while following.opens_on <= on:
        again, following = following, next(rounds)
    return replace(occurrence, again=again, next_round_on=following.opens_on)


def _time_to_tell(facts: ObligationFacts, opens_on: date) -> Round:
    return Round(opens_on, facts.days.add_school_days(opens_on, TIME_TO_TELL))


def _first_time(facts: ObligationFacts, asking: PersonFacts) -> Occurrence:
    """Ask for something we hold no record of: politely, with time to tell us."""
    since = facts.known_on
    opens_on, due_on = _time_to_tell(facts, max(since, asking.starts_on or since))
    asked_here = (
        facts.obligation.kind in RECORDED_HERE and (asking.starts_on or date.min) >= facts.school.since
    )
    found = Occurrence("first", opens_on, due_on, dated=asked_here, why="Not recorded yet.")
    return replace(found, within=WEEKS_TO_TELL)


def _ran_out_before(
    facts: ObligationFacts, asking: PersonFacts, cadence: EveryMonths, last: date
) -> Occurrence:
    """Return the deadline of a person who joined after it had passed: counted from their first day."""
    first = _first_time(facts, asking)
    joining = next((one.within for one in facts.obligation.cadence if isinstance(one, OnJoining)), None)
    due_on = facts.days.after(first.opens_on, joining) if joining else first.due_on
    ended_on = long_date(add_months(last, cadence.months))
    why = f"Last done on {long_date(last)}: that ran out on {ended_on}, before the first day here."
    rounds = (_time_to_tell(facts, day) for day in _each(first.opens_on, cadence.months))
    within = joining or first.within
    found = replace(first, key=f"after:{last.isoformat()}", due_on=due_on, within=within, why=why)
    return _in_rounds(found, rounds, facts.on)


def _of_everybody(
    facts: ObligationFacts, asking: PersonFacts, occurrence: Occurrence
) -> tuple[Occurrence, ...]:
    """Fit what is the same for all to one person: not before they started, not before our records."""
    started, since, added = asking.starts_on, facts.school.since, facts.obligation.since
    if (started is not None and occurrence.due_on is not None and started > occurrence.due_on) or _over(
        facts, occurrence
    ):
        return ()
    if facts.obligation.kind in TELLS_ITS_DAY:
        occurrence = replace(occurrence, early_from=occurrence.counts_from)
    opens_on = max(occurrence.opens_on, started or occurrence.opens_on, added or occurrence.opens_on)
    if opens_on >= since:
        occurrence = _with_time(facts, occurrence, opens_on) if opens_on == added else occurrence
        occurrence = _as_joiner(facts, occurrence, opens_on) if opens_on == started else occurrence
        dated = facts.obligation.kind in RECORDED_HERE or asking.last_done_on is not None
        return (replace(occurrence, opens_on=opens_on, dated=dated),)
    why = f"{occurrence.why} We hold no record of it."
    return (
        replace(
            occurrence,
            opens_on=since,
            due_on=facts.days.add_school_days(since, TIME_TO_TELL),
            dated=False,
            why=why,
            late_after=None,
        ),
    )


def _as_joiner(facts: ObligationFacts, occurrence: Occurrence, started: date) -> Occurrence:
    """Return anyone who joins while a month or a term is being asked for no less time than an induction."""
    if occurrence.times == "own" or occurrence.due_on is None or started == occurrence.opens_on:
        return occurrence
    joining = next((one.within for one in facts.obligation.cadence if isinstance(one, OnJoining)), Span(10))
    return replace(occurrence, due_on=max(occurrence.due_on, facts.days.after(started, joining)))


def _with_time(facts: ObligationFacts, occurrence: Occurrence, opens_on: date) -> Occurrence:
    """Extend the time of what was nearly over when the rule was added to a week of school."""
    due_on = occurrence.due_on
    if due_on is None or facts.days.add_school_days(opens_on, WEEK_OF_SCHOOL) <= due_on:
        return occurrence
    return (
        occurrence
        if occurrence.times == "own"
        else replace(occurrence, due_on=facts.days.after(opens_on, Span(10)))
    )


def _over(facts: ObligationFacts, occurrence: Occurrence) -> bool:
    """Return whether an occurrence was over before its rule was here, so that the next one is the first.

    What a school promised for a month of the school year in which our records began may well have been done,
    and is asked about; a rule that was added since asked no one.
    """
    since = facts.school.since
    ended_on = max(occurrence.due_on or date.min, occurrence.late_after or date.min)
    if ended_on >= facts.known_on:
        return False
    of_that_year = occurrence.late_after is not None and school_year(ended_on) == school_year(since)
    return not of_that_year or facts.known_on > since


def monday_of(day: date) -> date:
    """Find the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def day_of_week(days: Days, monday: date, weekday: int) -> date | None:
    """Find the last school day of a week up to a weekday, else the first after it; None: there is none."""
    week = (monday + timedelta(days=number) for number in (*range(weekday, -1, -1), *range(weekday + 1, 5)))
    return next((day for day in week if days.is_staff_day(day)), None)
