"""What holds on every day of every year: generated schools, lived through day by day.

Each example is a small school with one or two settings, people, rules and meetings. `live` plans it day by
day, as the scheduler would, and keeps the record a store would keep; some days nobody plans (an outage), some
days a delivery fails for good, some days people answer.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.planning.duties import duties, planning_context
from bot.planning.plan import HAND_OVER, NO_TERMS, NOT_TODAY, plan, plan_with_plan_again_on
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.accounts import Account
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Delegation, PartialDate, Policy, Version
from bot.rules.reminder_holds import ReminderHold, Scope
from bot.rules.reminder_ladder import ASK, GENTLE, REVIEW, SAME_DAY

FIRST = date(2026, 10, 12)
DAYS = 49  # over half term, to the end of November
YEAR = Calendar(
    (
        Term("T1", date(2026, 9, 1), date(2026, 10, 22)),
        Term("T2", date(2026, 11, 2), date(2026, 12, 18)),
        Term("T3", date(2027, 1, 4), date(2027, 7, 21)),
    ),
    inset_on=frozenset({date(2026, 11, 2)}),
    closed_on=frozenset({date(2026, 11, 18)}),
    bank_holidays=frozenset({date(2026, 11, 9)}),
)
ROLES = ("teacher", "headteacher", "dsl", "governor", "chair", "clerk", "office")
CADENCES = (
    ("on joining within 10 school days", ASK),
    ("every 12 months", ASK),
    ("each October", ASK),
    ("each term", GENTLE),
    ("weekly in term on Friday", SAME_DAY),
    ("weekly in term on Monday", SAME_DAY),
    ("each September, each November", ASK),
    ("every 1 months", GENTLE),
    ("on every new version within 10 school days", ASK),
    ("on joining within 5 days, each October", GENTLE),
    ("on event trip within 3 working days", SAME_DAY),
)
AUDIENCES = ("staff", "everyone", "role:dsl", "role:teacher or role:headteacher", "holder", "body:fgb")
PROFILE = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

days = st.integers(0, DAYS - 1).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def absences(draw):
    first = draw(days)
    return Absence(first, draw(st.none() | st.integers(0, 20).map(lambda long: first + timedelta(days=long))))


@st.composite
def memberships(draw, school):
    return Membership(
        school,
        draw(st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=2)),
        starts_on=draw(st.none() | st.just(date(2020, 1, 6)) | days),
        leaves_on=draw(st.none() | st.none() | days),
        working_days=draw(st.just(frozenset(range(5))) | st.frozensets(st.integers(0, 4), min_size=1)),
        absences=tuple(draw(st.lists(absences(), max_size=1))),
        manager=draw(st.none() | st.sampled_from(["p0", "p1"])),
        paused=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def people(draw, keys):
    found = {}
    for number in range(draw(st.integers(2, 5))):
        key = f"p{number}"
        belongs = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=len(keys), unique=True))
        found[key] = Person(
            key,
            key,
            draw(st.sampled_from([f"{key}@x.test"] * 4 + [None])),
            tuple(draw(memberships(school)) for school in belongs),
            draw(st.sampled_from([None] * 5 + ["550 no such mailbox"])),
        )
    return found


@st.composite
def rules(draw, keys):
    found = []
    for number in range(draw(st.integers(1, 4))):
        words, ladder = draw(st.sampled_from(CADENCES))
        school = draw(st.sampled_from(keys))
        kind = draw(st.sampled_from([Kind.ACKNOWLEDGE, Kind.TRAIN, Kind.SIGN, Kind.CHECK]))
        cadence = tuple(map(parse, words.split(", ")))
        who = audience(draw(st.sampled_from(AUDIENCES)))
        found.append(
            Obligation(f"o{number}", school, kind, f"O {number}", who, cadence, ladder, policy="phones")
        )
    if draw(st.booleans()):
        found.append(
            Obligation(
                "review", keys[0], Kind.REVIEW, "Review", audience("everyone"), (), REVIEW, policy="phones"
            )
        )
    return tuple(found)


@st.composite
def bodies(draw, keys):
    return {
        (key, "fgb"): Body(
            "fgb",
            key,
            "FGB",
            "p0",
            "p1",
            frozenset({"p2"}),
            tuple(Meeting(f"m{day}", day) for day in sorted(draw(st.sets(days, max_size=2)))),
        )
        for key in keys
    }


@st.composite
def schools(draw):
    keys = draw(st.sampled_from([("larkfield",), ("larkfield", "tower")]))
    versions = (Version("1", "a" * 64), Version("2", "b" * 64, draw(days)))[: draw(st.integers(1, 2))]
    return Snapshot(
        schools={
            key: School(
                key,
                key,
                since=draw(st.sampled_from([date(2026, 9, 1), FIRST])),
                weekly_budget=draw(st.integers(1, 3)),
            )
            for key in keys
        },
        calendars=dict.fromkeys(keys, YEAR),
        people=draw(people(keys)),
        policies={
            (key, "phones"): Policy(
                "phones",
                key,
                "Phones",
                owner="role:dsl",
                approver="fgb",
                next_review=draw(st.none() | st.just(PartialDate.parse("2026-11"))),
                versions=versions,
            )
            for key in keys
        },
        obligations=draw(rules(keys)),
        accounts=tuple(Account("fb", key, "Facebook", "Page", frozenset({"p0", "p1"})) for key in keys),
        bodies=draw(bodies(keys)),
        events=tuple(
            Event(f"e{day}", keys[0], "trip", day) for day in sorted(draw(st.sets(days, max_size=2)))
        ),
    )


@dataclass
class Life:
    """What a store would hold after some weeks."""

    snapshot: Snapshot
    sent: list = field(default_factory=list)  # (day, notice), each one decided and written down
    before: list = field(default_factory=list)  # (day, the snapshot that was planned, its plan)


outages = st.frozensets(days, max_size=25)
answers = st.dictionaries(days, st.sampled_from(list(Outcome)), max_size=12)


def lived(snapshot, *, out=frozenset(), acts=None):
    """Plan every day on which somebody is at work, and answer on some days."""
    life = Life(snapshot)
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        if day in (acts or {}):
            life.snapshot = answer_one(life, day, acts[day])
        if day not in out:
            decided = plan(life.snapshot, day)
            life.before.append((day, life.snapshot, decided))
            life.snapshot = enqueued(life.snapshot, decided)
            life.sent += [(day, notice) for notice in decided.notices]
    return life


def enqueued(snapshot, decided):
    """Do what the outbox does: write the notices' keys and the day down."""
    keys = {item.key(): DecidedStep(decided.on) for notice in decided.notices for item in notice.items}
    written = {
        notice.person: (*snapshot.messaged.get(notice.person, ()), decided.on) for notice in decided.notices
    }
    return replace(snapshot, decided={**snapshot.decided, **keys}, messaged={**snapshot.messaged, **written})


def answer_one(life, day, outcome):
    """Anyone who was asked first and has not answered does so."""
    answered = {(act.obligation, act.person, act.cycle) for act in life.snapshot.evidence}
    for _, notice in life.sent:
        for item in notice.items:
            duty = item.duty
            if (duty.obligation.key, duty.person, duty.cycle) not in answered:
                act = Evidence(
                    duty.obligation.school,
                    duty.obligation.key,
                    duty.person,
                    day,
                    outcome,
                    duty.cycle,
                    duty.subject,
                    duty.version,
                )
                return replace(life.snapshot, evidence=(*life.snapshot.evidence, act))
    return life.snapshot


def items(life):
    return [(day, notice, item) for day, notice in life.sent for item in notice.items]


@PROFILE
@given(schools(), outages, answers)
def test_nothing_is_told_twice(school, out, acts):
    life = lived(school, out=out, acts=acts)
    keys = Counter(item.key() for _, _, item in items(life))
    assert all(times == 1 for times in keys.values())


@PROFILE
@given(schools(), outages, answers)
def test_planning_again_is_the_same_and_after_it_is_written_down_nothing(school, out, acts):
    for day, before, decided in lived(school, out=out, acts=acts).before[::5]:
        assert plan(before, day) == decided
        assert plan(enqueued(before, decided), day).notices == ()


@PROFILE
@given(schools(), st.data())
def test_the_order_things_are_stored_in_decides_nothing(school, data):
    mixed = replace(
        school,
        schools=dict(data.draw(st.permutations(list(school.schools.items())))),
        people=dict(data.draw(st.permutations(list(school.people.items())))),
        obligations=tuple(data.draw(st.permutations(school.obligations))),
        accounts=school.accounts[::-1],
        events=school.events[::-1],
        bodies={
            key: replace(body, meetings=body.meetings[::-1]) for key, body in reversed(school.bodies.items())
        },
    )
    for number in range(0, DAYS, 6):
        day = FIRST + timedelta(days=number)
        one, other = plan(school, day), plan(mixed, day)
        assert one.notices == other.notices
        assert sorted(one.skipped, key=repr) == sorted(other.skipped, key=repr)


def reached(snapshot, day):
    """The last step each open duty has reached by the dates alone, worked out apart from the planner."""
    looked = planning_context(snapshot, day)
    for duty in duties(snapshot, day):
        if duty.due_on is None or duty.state in {State.DONE, State.EXCUSED, State.PAUSED}:
            continue
        calendar = looked.days[duty.obligation.school]
        come = [
            number
            for number, step in enumerate(duty.steps)
            for anchor in (duty.opens_on if step.anchor == "opens" else duty.due_on,)
            for when in (max(duty.opens_on, calendar.add_school_days(anchor, step.offset)),)
            if step.to == "person" and when <= day and (number == 0 or when > duty.opens_on)
        ]
        if come:
            yield duty, duty.steps[max(come)].name


@PROFILE
@given(schools(), outages, answers)
def test_no_step_is_missed_whatever_the_outage(school, out, acts):
    """After any day that was planned, what has come is told, or the plan names why not."""
    for day, before, decided in lived(school, out=out, acts=acts).before:
        told = {item.key()[:4] for notice in decided.notices for item in notice.items}
        named = {(skip.school, skip.obligation, skip.cycle): skip.reason for skip in decided.skipped}
        for duty, step in reached(before, day):
            one = duty.obligation
            key = (one.school, one.key, duty.person, duty.cycle)
            later = [rung.name for rung in duty.steps[[rung.name for rung in duty.steps].index(step) :]]
            known = any((*key, name) in before.decided for name in later)
            assert known or key in told or named.get((one.school, one.key, duty.cycle))


@PROFILE
@given(schools(), outages)
def test_a_person_who_can_be_told_on_the_first_day_after_an_outage_is_told_everything_at_once(school, out):
    for day, before, decided in lived(school, out=out).before:
        told = {item.key() for notice in decided.notices for item in notice.items}
        for duty, step in reached(before, day):
            person = before.people[duty.person]
            one = duty.obligation
            member = person.membership(one.school)
            works = (
                not member.away_on(day) and day.weekday() in member.working_days and YEAR.is_staff_day(day)
            )
            week = [
                then
                for then in before.messaged.get(duty.person, ())
                if then.isocalendar()[:2] == day.isocalendar()[:2]
            ]
            free = len(week) < min(one.weekly_budget for one in before.schools.values())
            key = (one.school, one.key, duty.person, duty.cycle)
            names = [rung.name for rung in duty.steps]
            known = any((*key, name) in before.decided for name in names[names.index(step) :])
            # Anyone who leaves is told on days of their own (`test_leaving.py`).
            stays = member.leaves_on is None
            if stays and works and free and person.email and not person.unreachable and not known:
                handed = any(name in names for *_, name in told if (*key, name) in told)
                assert (*key, step) in told or handed


def here(member, day):
    """Return whether somebody has started and not left, worked out apart from the rules."""
    return (member.starts_on or day) <= day <= (member.leaves_on or day)


def absent(member, day):
    return member.paused or any(one.first_on <= day <= (one.until or day) for one in member.absences)


def school_day(day):
    """The days of YEAR, worked out apart from the calendar."""
    term = date(2026, 9, 1) <= day <= date(2026, 10, 22) or date(2026, 11, 2) <= day <= date(2026, 12, 18)
    return term and day.weekday() < 5 and day not in {date(2026, 11, 9), date(2026, 11, 18)}


@PROFILE
@given(schools(), outages, answers)
def test_no_one_is_told_outside_their_own_working_days(school, out, acts):
    for day, notice, item in items(lived(school, out=out, acts=acts)):
        member = school.people[notice.person].membership(item.duty.obligation.school)
        assert school_day(day)
        assert day.weekday() in member.working_days
        assert not absent(member, day)


@PROFILE
@given(schools(), outages, answers)
def test_leavers_and_paused_people_are_silent_and_not_talked_about(school, out, acts):
    for day, notice, item in items(lived(school, out=out, acts=acts)):
        where = item.duty.obligation.school
        about = school.people[item.about].membership(where)
        assert here(about, day)
        if item.duty.obligation.kind is not Kind.REVIEW:
            assert not about.paused
        assert here(school.people[notice.person].membership(where), day)


def taken_out(evidence, act, duty, day):
    """Return whether all acts about a duty, or all for the cycle of an act, were withdrawn after it."""
    return any(
        one.outcome is Outcome.WITHDRAWN
        and (one.school, one.obligation, one.person) == (act.school, act.obligation, act.person)
        and one.subject in {None, duty.subject}
        and one.cycle in {None, act.cycle}
        and act.on < one.on <= day
        for one in evidence
    )


# Few schools are asked again after a held question within these weeks: 20 examples would meet none.
@settings(PROFILE, max_examples=200)
@given(schools(), outages, answers)
def test_nothing_is_told_after_it_was_done_refused_or_asked_about(school, out, acts):
    """A question or a refusal that nobody answers holds reminders for 20 school days; then they go on.

    A withdrawal that names no receipt takes out all that came before it for its cycle.
    """
    life = lived(school, out=out, acts=acts)
    silent = {Outcome.DONE, Outcome.QUESTION, Outcome.DECLINED, Outcome.EXCUSED}
    closed = {
        (act.school, act.obligation, act.person, act.cycle): act
        for act in life.snapshot.evidence
        if act.outcome in silent and act.obligation != "review"
    }
    for day, _, item in items(life):
        act = closed.get(item.key()[:4])
        if act is not None and day >= act.on and not taken_out(life.snapshot.evidence, act, item.duty, day):
            assert act.outcome in {Outcome.QUESTION, Outcome.DECLINED}
            since = (act.on + timedelta(days=number) for number in range(1, (day - act.on).days + 1))
            assert sum(map(school_day, since)) >= 20


def faithful(snapshot):
    """Make everybody reachable and at work all week, and return the school a head and a chair."""
    everyone = {
        key: replace(
            one,
            email=f"{key}@x.test",
            unreachable=None,
            memberships=tuple(
                replace(
                    member,
                    leaves_on=None,
                    absences=(),
                    paused=False,
                    working_days=frozenset(range(5)),
                )
                for member in one.memberships
            ),
        )
        for key, one in snapshot.people.items()
    }
    for role in ("headteacher", "chair"):
        member = tuple(Membership(school, frozenset({role, "governor"})) for school in snapshot.schools)
        everyone[f"z-{role}"] = Person(f"z-{role}", role, f"{role}@x.test", member)
    return budgeted(replace(snapshot, people=everyone), 5)


def budgeted(snapshot, budget):
    """Set how many messages a week a person may get."""
    kept = {key: replace(school, weekly_budget=budget) for key, school in snapshot.schools.items()}
    return replace(snapshot, schools=kept)


@PROFILE
@given(schools().map(faithful), st.integers(1, 2), outages, answers)
def test_one_message_a_person_a_day_and_no_more_a_week_than_the_budget(school, budget, out, acts):
    life = lived(budgeted(school, budget), out=out, acts=acts)
    by_day = Counter((notice.person, day) for day, notice in life.sent)
    assert all(times == 1 for times in by_day.values())
    by_week = Counter((notice.person, day.isocalendar()[:2]) for day, notice in life.sent)
    assert all(times <= budget for times in by_week.values())


@PROFILE
@given(schools().map(faithful), outages)
def test_the_last_step_hands_over_to_a_human_exactly_once(school, out):
    """An unanswered task is handed over to a person exactly once, long after its last reminder."""
    life = lived(school, out=out)
    handed = Counter()
    for _, notice, item in items(life):
        if item.kind == HAND_OVER:
            assert notice.person != item.about
            handed[item.key()[:4]] += 1
    assert all(times == 1 for times in handed.values())
    last, final = FIRST + timedelta(days=DAYS - 1), life.snapshot
    calendar = planning_context(final, last).days
    planned = [day for day, _, _ in life.before if YEAR.is_staff_day(day)]
    for duty in duties(final, last):
        one = duty.obligation
        step = duty.steps[-1]
        if step.to == "person" or duty.due_on is None or duty.state is State.DONE:
            continue
        key = (one.school, one.key, duty.person, duty.cycle)
        told = [decided.on for name, decided in final.decided.items() if name[:4] == key]
        days_of = calendar[one.school]
        ends = [
            days_of.add_school_days(duty.due_on, step.offset),
            *(days_of.add_school_days(day, 5) for day in sorted(told)[:1]),
        ]
        if told and any(day >= max(ends) for day in planned):
            assert handed[key] == 1


@PROFILE
@given(schools(), outages, answers)
def test_a_person_who_owes_something_is_in_the_plan_told_or_with_a_reason(school, out, acts):
    for day, before, decided in lived(school, out=out, acts=acts).before[::7]:
        seen = {item.key()[:4] for notice in decided.notices for item in notice.items}
        seen = {(key, rule, cycle) for key, rule, _, cycle in seen}
        seen |= {(skip.school, skip.obligation, skip.cycle) for skip in decided.skipped}
        assert seen == {
            (duty.obligation.school, duty.obligation.key, duty.cycle) for duty in duties(before, day)
        }
        assert all(skip.reason for skip in decided.skipped)


def test_these_lives_are_worth_living():
    """The generated schools do tell, hand over, skip and stay silent, so that the properties can fail."""
    seen = Counter()

    @settings(PROFILE, max_examples=10)
    @given(schools().map(faithful), outages, answers)
    def look_at(school, out, acts):
        life = lived(school, out=out, acts=acts)
        seen.update(item.step for _, _, item in items(life))
        seen.update(skip.reason for _, _, decided in life.before for skip in decided.skipped)

    look_at()
    for name in ("ask", "remind", "due", "late", "hand-over", NOT_TODAY):
        assert seen[name] > 0, seen


# Over the new year, and until every school year, absence and event of an example is over.
A_YEAR = 400


@st.composite
def eventful_schools(draw):
    """Make a school with whatever else has days of its own: holds, courses, excuses, papers, delegations."""
    school = draw(schools())
    key, some_days = (
        next(iter(school.schools)),
        [FIRST + timedelta(days=draw(st.integers(0, 99))) for _ in range(5)],
    )
    course = Obligation(
        "course",
        key,
        Kind.TRAIN,
        "Course",
        audience("everyone"),
        tuple(
            map(
                parse,
                draw(st.sampled_from([["every 12 months"], ["on joining within 5 days", "each January"]])),
            )
        ),
        ASK,
        at_least=draw(st.none() | st.integers(1, 2)),
        renew_weeks=draw(st.none() | st.just(6)),
    )
    papers = Obligation(
        "papers",
        key,
        Kind.REPORT,
        "Papers",
        audience("role:clerk or role:headteacher"),
        (parse("before each meeting of fgb"),),
        ASK,
    )
    done = [
        Evidence(key, "course", person, draw(days) - timedelta(days=draw(st.integers(300, 400))))
        for person in draw(st.sets(st.sampled_from(sorted(school.people))))
    ]
    excused = Evidence(
        key,
        "course",
        "p0",
        FIRST,
        Outcome.EXCUSED,
        until=draw(st.none() | st.just(some_days[0])),
        reference="booked",
    )
    scope, about = draw(st.sampled_from([(Scope.SCHOOL, ""), (Scope.PERSON, "p1"), (Scope.RULE, "o0")]))
    until = some_days[1] + timedelta(days=draw(st.integers(0, 14)))
    return replace(
        school,
        obligations=(*school.obligations, course, papers),
        evidence=(*school.evidence, *done, *([excused] if draw(st.booleans()) else [])),
        reminder_holds=(ReminderHold(key, scope, about, "busy", some_days[1], until),),
        delegations={(key, "phones"): Delegation("p1", some_days[2], FIRST)} if draw(st.booleans()) else {},
    )


@PROFILE
@given(schools() | eventful_schools(), answers)
def test_until_the_day_a_plan_names_no_day_s_plan_tells_anybody_anything(school, acts):
    life = lived(school, acts=acts)
    snapshot, day, last = life.snapshot, FIRST + timedelta(days=DAYS), FIRST + timedelta(days=A_YEAR)
    while day < last:
        decided, until = plan_with_plan_again_on(snapshot, day)
        assert decided == plan(snapshot, day)
        between = range(1, min((until - day).days, 60))
        for number in (*between[:5], *between[5::7], *between[-1:]):
            assert plan(snapshot, day + timedelta(days=number)).notices == (), (day, number)
        snapshot, day = enqueued(snapshot, decided), max(until, day + timedelta(days=1))


@PROFILE
@given(schools() | eventful_schools(), answers)
def test_a_school_that_is_left_alone_while_it_is_quiet_hears_the_same_on_the_same_days(school, acts):
    every_day = lived(school, acts=acts)
    life, until = Life(school), FIRST
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        if day in acts:
            life.snapshot, until = answer_one(life, day, acts[day]), day
        if day >= until:
            decided, until = plan_with_plan_again_on(life.snapshot, day)
            life.snapshot = enqueued(life.snapshot, decided)
            life.sent += [(day, notice) for notice in decided.notices]
    assert life.sent == every_day.sent


DATES_COME = FIRST + timedelta(days=29)


def only_first_term(snapshot):
    return replace(snapshot, calendars=dict.fromkeys(snapshot.calendars, Calendar(YEAR.terms[:1])))


@PROFILE
@given(schools())
def test_past_the_terms_told_only_live_clocks_ring_and_all_the_rest_when_dates_come(school):
    """A quiet plan of a held school holds until then, and its release is that of a school planned daily."""
    daily = quiet = only_first_term(school)
    until = FIRST
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        if day == DATES_COME:
            daily, quiet = (replace(one, calendars=school.calendars) for one in (daily, quiet))
            until = day
        decided = plan(daily, day)
        if day >= until:
            found, until = plan_with_plan_again_on(quiet, day)
            assert found == decided
            quiet = enqueued(quiet, found)
        else:
            assert decided.notices == ()
        if YEAR.terms[0].last_on < day < DATES_COME:
            assert all(item.duty.live for notice in decided.notices for item in notice.items)
        else:
            assert NO_TERMS not in {skip.reason for skip in decided.skipped}
        daily = enqueued(daily, decided)
    assert daily.decided == quiet.decided


def test_some_generated_schools_are_held_and_released():
    seen = Counter()

    @settings(PROFILE, max_examples=10)
    @given(schools().map(faithful))
    def look_at(school):
        held = plan(only_first_term(school), DATES_COME)
        seen.update(skip.reason for skip in held.skipped)
        seen["released"] += len(plan(school, DATES_COME).notices)

    look_at()
    assert seen[NO_TERMS] > 0
    assert seen["released"] > 0
