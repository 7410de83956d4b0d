"""Properties: joining and leaving on any day, with any earlier records, nobody is late before or after."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.planning.duties import duties
from bot.planning.plan import plan, plan_with_plan_again_on
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK, GENTLE, SAME_DAY

FIRST, LONG = date(2026, 7, 1), 430
YEAR = Calendar(
    (
        Term("T0", date(2026, 4, 13), date(2026, 7, 21)),
        Term("T1", date(2026, 9, 1), date(2026, 10, 22)),
        Term("T2", date(2026, 11, 2), date(2026, 12, 18)),
        Term("T3", date(2027, 1, 4), date(2027, 3, 25)),
        Term("T4", date(2027, 4, 12), date(2027, 7, 21)),
        Term("T5", date(2027, 8, 31), date(2027, 12, 17)),
    ),
    inset_on=frozenset({date(2026, 8, 28)}),
)
CADENCES = (
    "on joining within 10 school days",
    "on joining within 30 days, every 12 months",
    "every 12 months",
    "every 2 months",
    "each August",
    "each September",
    "each July, each January",
    "each term",
    "weekly in term on Friday",
    "on every new version within 10 school days, each term",
    "on event breach within 72 hours",
    "on event trip within 20 school days",
)
PROFILE = settings(max_examples=50, deadline=None, derandomize=True, database=None)
OWED = {State.DUE, State.DUE_SOON, State.NO_RECORD, State.OVERDUE}

days = st.integers(0, LONG - 30).map(lambda number: FIRST + timedelta(days=number))
longer_ago = st.integers(-800, LONG - 30).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def schools(draw):
    """One school, somebody who comes and goes, the head, a rule and what was done for it at any time."""
    starts_on = draw(st.none() | longer_ago)
    leaves_on = draw(days)
    jo = Membership(
        "larkfield",
        frozenset({"teacher"}),
        starts_on=min(starts_on, leaves_on) if starts_on else None,
        leaves_on=leaves_on,
        working_days=draw(st.just(frozenset(range(5))) | st.frozensets(st.integers(0, 4))),
        absences=tuple(
            Absence(day, day + timedelta(days=draw(st.integers(0, 30))))
            for day in draw(st.sets(days, max_size=1))
        ),
    )
    head = Membership("larkfield", frozenset({"headteacher"}))
    kind = draw(st.sampled_from([Kind.TRAIN, Kind.ACKNOWLEDGE, Kind.SIGN, Kind.CHECK]))
    rule = Obligation(
        "it",
        "larkfield",
        kind,
        "It",
        audience("role:teacher"),
        tuple(map(parse, draw(st.sampled_from(CADENCES)).split(", "))),
        draw(st.sampled_from([ASK, GENTLE, SAME_DAY])),
        policy="phones",
    )
    return Snapshot(
        {
            "larkfield": School(
                "larkfield", "Larkfield", since=draw(st.sampled_from([FIRST, date(2024, 9, 2)]))
            )
        },
        {"larkfield": YEAR},
        {
            "jo": Person("jo", "Jo", "jo@larkfield.test", (jo,)),
            "head": Person("head", "Head", "head@larkfield.test", (head,)),
        },
        {
            ("larkfield", "phones"): Policy(
                "phones", "larkfield", "P", versions=(Version("1", "a" * 64, draw(days)),)
            )
        },
        (rule,),
        evidence=tuple(
            Evidence("larkfield", "it", "jo", day) for day in draw(st.sets(longer_ago, max_size=2))
        ),
        events=tuple(
            Event(f"{name}{day}", "larkfield", name, day)
            for name in ("breach", "trip")
            for day in sorted(draw(st.sets(days, max_size=2)))
        ),
    )


def told(snapshot, decided):
    """Write down what a day decided."""
    keys = {item.key(): DecidedStep(decided.on) for notice in decided.notices for item in notice.items}
    return replace(snapshot, decided={**snapshot.decided, **keys})


@PROFILE
@given(schools())
def test_no_one_is_late_before_they_came_nor_owes_anything_due_after_they_have_left(school):
    (member,) = school.people["jo"].memberships
    for number in range(0, LONG, 3):
        day = FIRST + timedelta(days=number)
        for duty in duties(school, day):
            assert member.here_on(day)
            if duty.state in OWED and duty.due_on is not None and not duty.live:
                assert duty.due_on <= member.leaves_on
            if duty.state is State.OVERDUE:
                assert duty.due_on >= max(member.starts_on or duty.due_on, duty.opens_on)
        school = told(school, plan(school, day))


@PROFILE
@given(schools())
def test_planning_again_is_the_same_and_nothing_is_told_of_a_person_who_has_left(school):
    (member,) = school.people["jo"].memberships
    for number in range(0, LONG, 2):
        day = FIRST + timedelta(days=number)
        decided = plan(school, day)
        assert plan(school, day) == decided
        assert not decided.notices or member.here_on(day)
        school = told(school, decided)
        assert plan(school, day).notices == ()


@PROFILE
@given(schools())
def test_a_school_that_is_left_alone_until_the_day_a_plan_names_misses_nothing(school):
    until = FIRST
    for number in range(LONG):
        day = FIRST + timedelta(days=number)
        if day >= until:
            decided, until = plan_with_plan_again_on(school, day)
            assert decided == plan(school, day)
            school = told(school, decided)
        else:
            assert plan(school, day).notices == ()
