"""Where a duty stands: from evidence, dates and whether somebody was asked in time."""

from dataclasses import replace
from datetime import date

import pytest
from looped import each

from bot.planning.duties import duties, duties_of
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.accounts import Account
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation, Source
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-07-21")),
    )
)
FIRST, SECOND = Version("1", "a" * 64), Version("2", "b" * 64, on("2026-11-02"))
ASKED_IN_TIME = {
    ("larkfield", "it", "jo", cycle, "ask"): DecidedStep(on(day))
    for cycle, day in (
        (f"v:{'b' * 12}", "2026-11-02"),
        ("joining", "2026-11-02"),
        ("first", "2026-09-01"),
        ("after:2025-09-10", "2026-11-02"),
        ("2026-09", "2026-09-01"),
    )
}
PHONES = Policy("phones", "larkfield", "Phones", versions=(FIRST, SECOND))


def done(day, **more):
    return Evidence("larkfield", "it", "jo", on(day), **more)


def answered(outcome, day, **more):
    return done(day, outcome=outcome, **more)


def standing(words, day, *acts, kind=Kind.ACKNOWLEDGE, to="staff", events=(), **member):
    """Every duty of one member of staff under one obligation, in the words of the register."""
    member = {"starts_on": on("2020-01-06"), **member}
    rule = Obligation(
        "it",
        "larkfield",
        kind,
        "It",
        audience(to),
        tuple(map(parse, words.split(", "))),
        ASK,
        policy="phones",
    )
    jo = Person("jo", "Jo", "jo@larkfield.test", (Membership("larkfield", frozenset({"teacher"}), **member),))
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {"jo": jo},
        {("larkfield", "phones"): PHONES},
        (rule,),
        (Account("fb", "larkfield", "Facebook", "Larkfield", frozenset({"jo"})),),
        evidence=acts,
        events=events,
        decided=ASKED_IN_TIME,
    )
    return duties(snapshot, on(day))


JOIN, YEARLY, SEPTEMBER = "on joining within 10 school days", "every 12 months", "each September"
NOVEMBER = {"starts_on": on("2026-11-02")}  # joining is due on 16 November
LAST_YEAR = done("2025-09-10")


@pytest.mark.parametrize(
    ("words", "day", "acts", "member", "state", "due"),
    [
        (JOIN, "2026-11-02", (), NOVEMBER, State.DUE, "2026-11-16"),
        (JOIN, "2026-11-06", (), NOVEMBER, State.DUE, "2026-11-16"),
        (JOIN, "2026-11-09", (), NOVEMBER, State.DUE_SOON, "2026-11-16"),
        (JOIN, "2026-11-16", (), NOVEMBER, State.DUE_SOON, "2026-11-16"),
        (JOIN, "2026-11-17", (), NOVEMBER, State.OVERDUE, "2026-11-16"),
        (JOIN, "2026-11-17", (done("2026-11-12"),), NOVEMBER, State.DONE, "2026-11-16"),
        (JOIN, "2026-11-17", (done("2026-11-17"),), NOVEMBER, State.DONE, "2026-11-16"),
        (JOIN, "2027-06-17", (), {}, State.NO_RECORD, None),
        (JOIN, "2027-06-17", (done("2021-01-01"),), {}, State.DONE, None),
        # Whether it was done is not known; they were asked by a day, and nobody answered.
        (YEARLY, "2026-09-29", (), {}, State.NO_RECORD, "2026-09-29"),
        (YEARLY, "2026-09-30", (), {}, State.OVERDUE, "2026-09-29"),
        (YEARLY, "2026-11-21", (LAST_YEAR,), {}, State.OVERDUE, "2026-09-10"),
        (YEARLY, "2026-11-21", (done("2026-09-10"),), {}, State.DONE, "2027-09-10"),
        (SEPTEMBER, "2026-09-30", (LAST_YEAR,), {}, State.DUE_SOON, "2026-09-30"),
        (SEPTEMBER, "2026-10-01", (LAST_YEAR,), {}, State.OVERDUE, "2026-09-30"),
        (SEPTEMBER, "2026-10-01", (done("2026-09-03"),), {}, State.DONE, "2026-09-30"),
        # Two cadences: whichever is due first and not done.
        (f"{JOIN}, {SEPTEMBER}", "2026-11-06", (), NOVEMBER, State.DUE, "2026-11-16"),
        (f"{JOIN}, {SEPTEMBER}", "2026-11-06", (done("2026-09-03"),), {}, State.DONE, "2026-09-30"),
        (f"{JOIN}, {SEPTEMBER}", "2026-11-06", (LAST_YEAR,), {}, State.OVERDUE, "2026-09-30"),
        (f"{JOIN}, {SEPTEMBER}", "2026-11-06", (), {}, State.OVERDUE, "2026-09-30"),
    ],
)
def test_a_duty_stands_by_evidence_and_dates(words, day, acts, member, state, due):
    (duty,) = standing(words, day, *acts, **member)
    assert (duty.state, duty.due_on) == (state, on(due) if due else None)


@pytest.mark.parametrize(
    ("acts", "day", "state", "why"),
    [
        ((answered(Outcome.QUESTION, "2026-11-05"),), "2026-11-20", State.PAUSED, "Waiting for an answer"),
        ((answered(Outcome.DECLINED, "2026-11-05"),), "2026-11-20", State.PAUSED, "Cannot agree"),
        (
            (answered(Outcome.QUESTION, "2026-11-05"), answered(Outcome.ANSWERED, "2026-11-06")),
            "2026-11-20",
            State.OVERDUE,
            "Joined on 2 November 2026",
        ),
        ((answered(Outcome.EXCUSED, "2026-11-05"),), "2026-11-20", State.EXCUSED, "Excused."),
        (
            (answered(Outcome.EXCUSED, "2026-11-05", until=on("2026-11-20")),),
            "2026-11-20",
            State.EXCUSED,
            "Excused until 20 November 2026.",
        ),
        (
            (answered(Outcome.EXCUSED, "2026-11-05", until=on("2026-11-20"), reference="with the office"),),
            "2026-11-20",
            State.EXCUSED,
            "What was sent is being checked.",
        ),
        (
            (answered(Outcome.EXCUSED, "2026-11-05", until=on("2026-11-20"), reference="booked"),),
            "2026-11-20",
            State.EXCUSED,
            "Booked for 20 November 2026.",
        ),
        (
            (answered(Outcome.EXCUSED, "2026-11-05", until=on("2026-11-19")),),
            "2026-11-20",
            State.OVERDUE,
            "Joined",
        ),
        ((answered(Outcome.QUESTION, "2026-11-05", cycle="another"),), "2026-11-20", State.OVERDUE, "Joined"),
        (
            (answered(Outcome.QUESTION, "2026-11-05", cycle="joining"),),
            "2026-11-20",
            State.PAUSED,
            "Waiting for an answer",
        ),
        ((answered(Outcome.QUESTION, "2026-10-05"),), "2026-11-20", State.OVERDUE, "Joined"),
        (
            (done("2026-11-05"), answered(Outcome.WITHDRAWN, "2026-11-06")),
            "2026-11-20",
            State.OVERDUE,
            "Joined",
        ),
        ((done("2026-11-05"),), "2026-11-20", State.DONE, "Recorded on 5 November 2026."),
        (
            (answered(Outcome.QUESTION, "2026-11-05"), done("2026-11-06")),
            "2026-11-20",
            State.DONE,
            "Recorded",
        ),
    ],
)
def test_an_answer_pauses_an_excuse_ends_and_a_withdrawal_asks_again(acts, day, state, why):
    (duty,) = standing(JOIN, day, *acts, **NOVEMBER)
    assert duty.state is state
    assert duty.why.startswith(why)


VERSION = "on every new version within 10 school days"


@pytest.mark.parametrize(
    ("acts", "state"),
    [
        ((), State.OVERDUE),
        ((done("2026-11-05", version="a" * 64),), State.OVERDUE),  # the old text
        ((done("2026-11-05", version="b" * 64),), State.DONE),
        ((done("2026-10-05", version="b" * 64),), State.DONE),  # this very text, before it was issued
        ((done("2026-11-05"),), State.OVERDUE),  # nobody knows which text
    ],
)
def test_only_the_text_that_was_shown_is_signed(acts, state):
    (duty,) = standing(VERSION, "2026-11-20", *acts)
    assert (duty.state, duty.version) == (state, "b" * 64)


@pytest.mark.parametrize(
    ("day", "acts", "state"),
    [
        ("2026-08-20", (), State.NO_RECORD),
        ("2026-08-20", (done("2026-08-10"),), State.DONE),
    ],
)
def test_what_has_not_opened_is_done_only_where_it_was_done_before(day, acts, state):
    (duty,) = standing(YEARLY, day, *acts)
    assert duty.state is state


@pytest.mark.parametrize(
    ("day", "acts", "state", "version"),
    [
        ("2026-11-01", (), State.NO_RECORD, "a"),
        ("2026-11-01", (done("2026-10-01", version="a" * 64),), State.DONE, "a"),
        ("2026-11-02", (done("2026-10-01", version="a" * 64),), State.DUE, "b"),
    ],
)
def test_a_version_issued_after_the_day_that_is_looked_at_is_not_known_yet(day, acts, state, version):
    (duty,) = standing(VERSION, day, *acts)
    assert (duty.state, duty.version) == (state, version * 64)


def test_a_course_due_earlier_that_has_not_opened_hides_no_new_version():
    signed = done("2025-11-10", version="a" * 64)
    (duty,) = standing(f"{VERSION}, {YEARLY}", "2026-11-02", replace(signed, on=on("2025-12-07")))
    assert (duty.cycle, duty.state) == (f"v:{'b' * 12}", State.DUE)
    (annual,) = standing(f"{VERSION}, {YEARLY}", "2026-11-12", signed)
    assert annual.cycle == "after:2025-11-10"


@pytest.mark.parametrize(
    ("absences", "day", "state", "due"),
    [
        ((("2026-11-10", "2026-11-18"),), "2026-11-12", State.PAUSED, "2026-11-25"),
        ((("2026-11-10", "2026-11-18"),), "2026-11-20", State.DUE_SOON, "2026-11-25"),
        ((("2026-11-10", "2026-11-18"),), "2026-11-26", State.OVERDUE, "2026-11-25"),
        ((("2026-11-10", None),), "2027-02-01", State.PAUSED, "2026-11-16"),
        ((("2026-11-03", "2026-11-04"),), "2026-11-17", State.OVERDUE, "2026-11-16"),
        # Back for a day between two absences: due five school days after the second.
        (
            (("2026-11-10", "2026-11-18"), ("2026-11-20", "2026-11-27")),
            "2026-11-30",
            State.DUE_SOON,
            "2026-12-04",
        ),
    ],
)
def test_a_date_that_fell_in_an_absence_waits_for_the_return(absences, day, state, due):
    away = tuple(Absence(on(first), until and on(until)) for first, until in absences)
    (duty,) = standing(JOIN, day, **NOVEMBER, absences=away)
    assert (duty.state, duty.due_on) == (state, on(due))


def test_a_paused_person_owes_nothing_today():
    (duty,) = standing(JOIN, "2026-11-20", **NOVEMBER, paused=True)
    assert (duty.state, duty.why) == (State.PAUSED, "Away.")


def test_a_clock_of_hours_does_not_wait_for_a_return():
    breach = (Event("b-1", "larkfield", "breach", on("2026-11-20")),)
    away = {"absences": (Absence(on("2026-11-16")),), "events": breach}
    (live,) = standing("on event breach within 72 hours", "2026-11-21", **away)
    (other,) = standing("on event breach within 3 school days", "2026-11-21", **away)
    assert (live.state, live.live) == (State.DUE_SOON, True)
    assert (other.state, other.live) == (State.PAUSED, False)


TRIPS = tuple(Event(key, "larkfield", "trip", on("2026-11-18")) for key in ("t-1", "t-2"))


@pytest.mark.parametrize(
    ("acts", "first", "second"),
    [
        ((), State.DUE, State.DUE),
        ((done("2026-11-19", subject="t-1"),), State.DONE, State.DUE),
        ((done("2026-11-19", cycle="event:t-1"),), State.DONE, State.DUE),
        ((done("2026-11-19", cycle="event:t-1", subject="t-1"),), State.DONE, State.DUE),
        ((done("2026-11-19"),), State.DONE, State.DONE),  # it names neither: what was open that day
        ((done("2026-11-17"),), State.DUE, State.DUE),
        ((answered(Outcome.QUESTION, "2026-11-19", subject="t-2"),), State.DUE, State.PAUSED),
        (
            (
                done("2026-11-19", subject="t-1"),
                done("2026-11-19", subject="t-2"),
                answered(Outcome.WITHDRAWN, "2026-11-20", subject="t-2"),
            ),
            State.DONE,
            State.DUE,
        ),
    ],
)
def test_each_event_is_a_duty_of_its_own(acts, first, second):
    found = standing("on event trip", "2026-11-20", *acts, events=TRIPS)
    assert [(duty.subject, duty.state) for duty in found] == [("t-1", first), ("t-2", second)]


def test_two_events_about_one_thing_are_both_asked_for():
    left = tuple(Event(key, "larkfield", "trip", on("2026-11-18"), subject="minibus") for key in ("1", "2"))
    act = done("2026-11-19", cycle="event:1", subject="minibus")
    found = standing("on event trip", "2026-11-20", act, events=left)
    assert [(duty.cycle, duty.state) for duty in found] == [("event:1", State.DONE), ("event:2", State.DUE)]


@pytest.mark.parametrize(
    ("acts", "cycle", "state"),
    [
        ((), "fb/first", State.NO_RECORD),
        ((done("2026-11-19", subject="fb"),), "fb/after:2026-11-19", State.DONE),
        ((done("2026-11-19", subject="insta"),), "fb/first", State.NO_RECORD),
        ((answered(Outcome.QUESTION, "2026-11-19", subject="fb", cycle="first"),), "fb/first", State.PAUSED),
        (
            (answered(Outcome.DECLINED, "2026-11-19", subject="fb", cycle="fb/first"),),
            "fb/first",
            State.PAUSED,
        ),
    ],
)
def test_each_account_is_a_duty_of_its_own(acts, cycle, state):
    (duty,) = standing(YEARLY, "2026-11-20", *acts, to="holder")
    assert (duty.subject, duty.cycle, duty.state) == ("fb", cycle, state)


def test_no_one_owes_what_no_one_promised_any_more():
    rule = Obligation("it", "s", Kind.SIGN, "It", audience("everyone"), (parse(YEARLY),), ASK, active=False)
    people = {"jo": Person("jo", "Jo", memberships=(Membership("s"),))}
    assert (
        duties(Snapshot({"s": School("s", "S")}, {"s": YEAR}, people, obligations=(rule,)), on("2026-11-20"))
        == ()
    )


@pytest.mark.parametrize(
    ("source", "cites"),
    [
        (Source(), "the setting's own choice"),
        (Source("Phones", "L12"), "Phones L12"),
        (Source("Phones"), "Phones"),
        (Source("Phones", "L12", stated=False), "Phones L12 (timing is the setting's own choice)"),
    ],
)
def test_a_duty_cites_its_clause_or_says_that_it_is_a_choice(source, cites):
    assert source.cites() == cites


def test_one_persons_duties_are_those_of_everybodys_that_are_theirs():
    rule = Obligation(
        "it", "larkfield", Kind.TRAIN, "It", audience("staff"), (parse("every 12 months"),), ASK
    )
    people = {
        key: Person(
            key, key, None, (Membership("larkfield", frozenset({"teacher"}), starts_on=on("2020-01-06")),)
        )
        for key in ("jo", "sam", "wen")
    }
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        people,
        obligations=(rule, replace(rule, key="two", at_least=1)),
        evidence=(done("2026-09-10"), Evidence("larkfield", "two", "sam", on("2026-09-10"))),
    )
    every = duties(snapshot, on("2026-11-20"))
    for key in each(people):
        assert duties_of(snapshot, on("2026-11-20"), key) == tuple(one for one in every if one.person == key)


BEFORE_THEY_CAME = done("2025-09-10")  # it ran out on 10 September 2026


@pytest.mark.parametrize(
    ("words", "kind", "day", "state", "due"),
    [
        (YEARLY, Kind.TRAIN, "2026-11-02", State.NO_RECORD, "2026-11-30"),
        (YEARLY, Kind.TRAIN, "2026-12-01", State.OVERDUE, "2026-11-30"),
        # The rule says how long somebody new has.
        (f"{JOIN}, {YEARLY}", Kind.TRAIN, "2026-11-02", State.NO_RECORD, "2026-11-16"),
        # Of what is signed here alone we know that they were asked, and when.
        (YEARLY, Kind.SIGN, "2026-11-02", State.DUE, "2026-11-30"),
        (YEARLY, Kind.SIGN, "2026-12-01", State.OVERDUE, "2026-11-30"),
    ],
)
def test_a_person_who_joins_with_a_course_that_ran_out_before_is_not_late_on_their_first_day(
    words, kind, day, state, due
):
    (duty,) = standing(words, day, BEFORE_THEY_CAME, kind=kind, **NOVEMBER)
    assert (duty.state, duty.due_on) == (state, on(due))
    ran_out = "Last done on 10 September 2025: that ran out on 10 September 2026, before the first day here."
    assert duty.why == ran_out


@pytest.mark.parametrize(
    ("last", "state", "due"),
    [
        ("2025-11-02", State.OVERDUE, "2026-11-02"),  # it ran out on their first day
        ("2026-09-10", State.DONE, "2027-09-10"),
        ("2025-12-02", State.DUE, "2026-12-02"),
    ],
)
def test_a_course_that_still_counts_when_a_person_joins_runs_out_on_its_day(last, state, due):
    (duty,) = standing(YEARLY, "2026-11-20", done(last), kind=Kind.TRAIN, **NOVEMBER)
    assert (duty.state, duty.due_on) == (state, on(due))


def test_a_course_that_ran_out_before_they_came_is_done_when_it_is_done_again():
    (duty,) = standing(
        YEARLY, "2026-11-20", BEFORE_THEY_CAME, done("2026-11-12"), kind=Kind.TRAIN, **NOVEMBER
    )
    assert (duty.state, duty.due_on) == (State.DONE, on("2027-11-12"))


@pytest.mark.parametrize(
    ("holders", "states"),
    [
        (("ann", "bea"), {"ann": State.DONE, "bea": State.DONE, "cal": State.EXCUSED}),
        (("ann",), {"ann": State.DONE, "bea": State.NO_RECORD, "cal": State.NO_RECORD}),
    ],
)
def test_a_course_that_enough_people_hold_is_asked_of_no_one_else(holders, states):
    course = Obligation(
        "aid",
        "larkfield",
        Kind.TRAIN,
        "First aid",
        audience("staff"),
        (parse("every 36 months"),),
        ASK,
        at_least=2,
    )
    people = {
        key: Person(
            key,
            key.title(),
            f"{key}@larkfield.test",
            (Membership("larkfield", frozenset({"teacher"}), starts_on=on("2020-01-06")),),
        )
        for key in ("ann", "bea", "cal")
    }
    held = tuple(Evidence("larkfield", "aid", key, on("2025-09-10"), Outcome.DONE) for key in holders)
    school = School("larkfield", "Larkfield", since=on("2026-09-01"))
    snapshot = Snapshot({"larkfield": school}, {"larkfield": YEAR}, people, {}, (course,), evidence=held)
    assert {one.person: one.state for one in duties(snapshot, on("2026-11-10"))} == states
