"""Settling alike what was done alike says what looking at everybody one by one says, on any day."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.audience import parse as audience
from bot.domain.cadence import parse
from bot.domain.calendar import Calendar, Term
from bot.domain.evidence import Event, Evidence, Outcome
from bot.domain.ladder import ASK
from bot.domain.obligations import Kind, Obligation
from bot.domain.owing import duties
from bot.domain.people import Absence, Membership, Person, Setting
from bot.domain.plan import AWAY, DONE, EXCUSED, NOT_YET, WAITING, plan
from bot.domain.policies import Policy, Version
from bot.domain.quiet import begin, decide, plan_until
from bot.domain.settled import Alike
from bot.domain.snapshot import Decided, Snapshot

FIRST = date(2026, 7, 1)
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
    "each term, every 6 months",
    "weekly in term on Friday",
    "on every new version within 10 school days",
    "on every new version within 10 school days, each term",
    "on event trip within 20 school days",
)
AUDIENCES = ("everyone", "staff", "staff except role:office")
PROFILE = settings(max_examples=400, deadline=None, derandomize=True, database=None)

SILENT = {DONE, AWAY, EXCUSED, NOT_YET, WAITING}

days = st.integers(0, 500).map(lambda number: FIRST + timedelta(days=number))
longer_ago = st.integers(-800, 500).map(lambda number: FIRST + timedelta(days=number))
weeks_of_september = st.integers(0, 20).map(lambda number: date(2026, 9, 1) + timedelta(days=number))


@st.composite
def schools(draw):
    people = {f"p{number}": draw(persons(f"p{number}")) for number in range(draw(st.integers(1, 6)))}
    versions = (Version("1", "a" * 64), Version("2", "b" * 64, draw(days)))[: draw(st.integers(1, 2))]
    courses = (None, None, None, 1)
    rules = tuple(
        Obligation(
            f"o{number}",
            "larkfield",
            draw(st.sampled_from([Kind.ACKNOWLEDGE, Kind.TRAIN, Kind.CHECK])),
            f"O {number}",
            audience(draw(st.sampled_from(AUDIENCES))),
            tuple(map(parse, draw(st.sampled_from(CADENCES)).split(", "))),
            ASK,
            policy="phones",
            at_least=draw(st.sampled_from(courses)),
            renew_weeks=draw(st.sampled_from([None, None, 2, 12])),
            since=draw(st.none() | days),
        )
        for number in range(draw(st.integers(1, 3)))
    )
    school = Snapshot(
        settings={
            "larkfield": Setting("larkfield", "L", since=draw(st.just(FIRST) | days), weekly_budget=99)
        },
        calendars={"larkfield": YEAR},
        people=people,
        policies={("larkfield", "phones"): Policy("phones", "larkfield", "Phones", versions=versions)},
        obligations=rules,
        events=tuple(Event("e", "larkfield", "trip", day) for day in draw(st.lists(days, max_size=1))),
    )
    school = replace(school, evidence=tuple(draw(acts(school))))
    return replace(school, decided=draw(told(school)))


@st.composite
def persons(draw, key):
    starts_on = draw(st.none() | st.just(date(2020, 1, 6)) | longer_ago)
    absent = draw(st.lists(days.map(lambda first: Absence(first, first + timedelta(days=20))), max_size=1))
    member = Membership(
        "larkfield",
        frozenset({draw(st.sampled_from(["teacher", "office", "headteacher", "governor"]))}),
        starts_on=starts_on,
        leaves_on=draw(st.sampled_from([None] * 4 + [date(2026, 12, 18)])),
        absences=tuple(absent) if draw(st.integers(0, 3)) == 0 else (),
        paused=draw(st.integers(0, 9)) == 0,
    )
    return Person(key, key, draw(st.sampled_from([f"{key}@x.test"] * 4 + [None])), (member,))


@st.composite
def told(draw, school):
    """Some of what they owed on some days was decided then, up to some step of its ladder."""
    found = {}
    for on in draw(st.lists(weeks_of_september | days, max_size=2, unique=True)):
        for duty in duties(school, on):
            one = duty.obligation
            for step in duty.steps[: draw(st.integers(0, len(duty.steps)))]:
                key = (one.setting, one.key, duty.person, duty.cycle, step.name)
                found[key] = Decided(on, lapsed=draw(st.integers(0, 9)) == 0)
    return found


@st.composite
def acts(draw, school):
    """Most did it in one month, once; some years before, or said something else; some name an occurrence."""
    found = []
    for rule in school.obligations:
        for key in school.people:
            for on in draw(st.lists(weeks_of_september | longer_ago, max_size=3)):
                outcome = draw(st.sampled_from([Outcome.DONE] * 8 + list(Outcome)))
                version = draw(st.sampled_from(["a" * 64, "b" * 64, None]))
                cycle = draw(st.sampled_from([None] * 3 + named(school, rule, key, on)))
                subject = draw(st.sampled_from([None] * 9 + ["facebook"]))
                found.append(Evidence(rule.setting, rule.key, key, on, outcome, cycle, subject, version))
    return found


def named(school, rule, key, on):
    """Give the names of what somebody owed of a rule on a day."""
    return [one.cycle for one in duties(school, on) if (one.obligation, one.person) == (rule, key)]


def alike(evidence):
    """Gather acts as the store does."""
    found = defaultdict(list)
    for act in evidence:
        if act.subject is None:
            rule = (act.setting, act.obligation)
            found[rule, act.on, act.outcome, act.cycle, act.version].append(act.person)
    return [Alike(*same, tuple(people)) for same, people in found.items()]


def short_way(school, day):
    begun = begin(replace(school, evidence=()), day, alike(school.evidence))
    needed = [act for act in school.evidence if (act.setting, act.obligation) in begun.needs]
    return *decide(begun, needed), begun.looked.settled


@PROFILE
@given(schools(), days)
def test_what_is_settled_alike_is_what_is_settled_one_by_one(school, day):
    decided, until, settled = short_way(school, day)
    whole = plan(school, day)
    left_out = {(key, person) for (_, key), people in settled.items() for person in people}
    assert decided.notices == whole.notices
    assert decided.settled == len(left_out)
    more = Counter(whole.skipped) - Counter(decided.skipped)
    assert not Counter(decided.skipped) - Counter(whole.skipped)
    assert {(one.obligation, one.person) for one in more} <= left_out
    assert {one.reason for one in more} <= SILENT
    if not decided.notices:
        between = range(1, min((until - day).days, 60))
        for number in (*between[:5], *between[5::7], *between[-1:]):
            assert not plan(school, day + timedelta(days=number)).notices


def test_most_of_what_is_done_alike_is_settled():
    """Else the property above would say little: of what is done and easy, nearly all is settled alike."""
    seen = Counter()

    @settings(PROFILE, max_examples=100)
    @given(schools(), days)
    def look_at(school, day):
        decided, until, _ = short_way(school, day)
        seen["settled"] += decided.settled
        seen["one by one"] += sum(one.reason == "already done" for one in decided.skipped)
        seen["as long"] += until == plan_until(school, day)[1]
        seen["schools"] += 1

    look_at()
    assert seen["settled"] > seen["one by one"] / 2 > 0, seen
    assert seen["as long"] > 0.9 * seen["schools"], seen


# --- the corners that a drawn school seldom comes to


def one_school(cadence, people, evidence, *, since=FIRST, kind=Kind.ACKNOWLEDGE, **told):
    """A school with one rule for everybody. `people`: their starts."""
    held = {
        key: (Membership("larkfield", frozenset({"teacher"}), starts_on=starts_on),)
        for key, starts_on in people.items()
    }
    at_least = told.pop("at_least", None)
    who = told.pop("who", "everyone")
    rule = Obligation(
        "rule", "larkfield", kind, "Rule", audience(who), (parse(cadence),), ASK, at_least=at_least
    )
    return Snapshot(
        settings={"larkfield": Setting("larkfield", "L", since=since)},
        calendars={"larkfield": YEAR},
        people={key: Person(key, key, f"{key}@x.test", memberships) for key, memberships in held.items()},
        obligations=(rule,),
        evidence=tuple(evidence),
        **told,
    )


def did(person, on, outcome=Outcome.DONE, **more):
    return Evidence("larkfield", "rule", person, on, outcome, **more)


def settled_in(school, day):
    decided, until, settled = short_way(school, day)
    assert decided.notices == plan(school, day).notices
    return settled.get(("larkfield", "rule"), frozenset()), until


def test_what_was_done_later_may_open_earlier_before_the_holidays():
    """Due within the summer, it opens a week of school before; due after, as usual: each day is tried."""
    school = one_school(
        "every 12 months",
        {"early": date(2020, 1, 6), "late": date(2020, 1, 6)},
        [did("early", date(2026, 8, 11)), did("late", date(2026, 8, 12))],
    )
    opens = {}
    for key in ("early", "late"):
        alone = replace(school, evidence=tuple(act for act in school.evidence if act.person == key))
        day = next(day for day in after(date(2027, 7, 1)) if key not in settled_in(alone, day)[0])
        opens[key] = day
    assert opens["late"] < opens["early"], opens
    assert settled_in(school, opens["late"])[0] == {"early"}
    assert settled_in(school, opens["late"] - timedelta(days=1)) == ({"early", "late"}, opens["late"])


def after(day):
    return (day + timedelta(days=number) for number in range(60))


def test_whoever_joined_on_the_first_day_of_our_records_is_asked_by_that_day():
    """What they did long before is from an earlier employment; of whoever came before, it counts."""
    people = {"before": FIRST - timedelta(days=1), "on it": FIRST, "always": None}
    school = one_school(
        "on joining within 10 school days", people, [did(key, date(2020, 1, 6)) for key in people]
    )
    assert settled_in(school, date(2026, 7, 3))[0] == {"before", "always"}


def test_several_things_on_one_day_are_looked_at_one_by_one():
    people = dict.fromkeys(["twice", "back", "once"], date(2020, 1, 6))
    on = date(2026, 9, 8)
    acts = [
        *(did(key, on) for key in people),
        did("back", on, Outcome.WITHDRAWN),
        did("twice", on, cycle="2026-09"),
    ]
    assert settled_in(one_school("each September", people, acts), date(2026, 9, 21))[0] == {"once"}


def test_only_what_was_done_last_counts():
    people = dict.fromkeys(["asks", "answers"], date(2020, 1, 6))
    acts = [
        did("asks", date(2026, 9, 8)),
        did("asks", date(2026, 9, 9), Outcome.QUESTION),
        did("answers", date(2026, 9, 8), Outcome.QUESTION),
        did("answers", date(2026, 9, 9)),
    ]
    assert settled_in(one_school("each September", people, acts), date(2026, 9, 21))[0] == {"answers"}


def test_what_happened_since_is_asked_of_everybody():
    event = Event("e", "larkfield", "trip", date(2026, 10, 1))
    people = {"jo": date(2020, 1, 6)}
    school = one_school(
        "on event trip within 3 working days", people, [did("jo", date(2026, 9, 8))], events=(event,)
    )
    assert settled_in(school, date(2026, 10, 2))[0] == frozenset()


def test_a_course_of_which_so_many_must_hold_it_is_counted_person_by_person():
    people = {"jo": date(2020, 1, 6), "kit": date(2020, 1, 6)}
    school = one_school("every 12 months", people, [did("jo", date(2026, 9, 8))], kind=Kind.TRAIN, at_least=1)
    begun = begin(replace(school, evidence=()), date(2026, 9, 21), alike(school.evidence))
    assert begun.needs == {("larkfield", "rule")}
    assert not begun.looked.settled


def test_where_all_is_settled_nothing_more_has_to_be_read():
    people = {"jo": date(2020, 1, 6), "kit": None}
    school = one_school("each September", people, [did(key, date(2026, 9, 8)) for key in people])
    begun = begin(replace(school, evidence=()), date(2026, 9, 21), alike(school.evidence))
    assert not begun.needs
    decided, until = decide(begun, ())
    assert (decided.notices, decided.skipped, decided.settled) == ((), (), 2)
    assert until == plan_until(school, date(2026, 9, 21))[1]
