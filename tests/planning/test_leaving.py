"""Leavers with a known last day are asked for what is due before it, by that day, and nothing after it."""

from datetime import date

import pytest

from bot.forecast.simulate import simulate
from bot.planning.duties import duties
from bot.planning.exemptions import to_themselves
from bot.planning.plan import EXCUSED, LAST_DAY, plan
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK, GENTLE


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-07-21")),
        Term("T4", on("2027-09-01"), on("2027-12-17")),
    )
)
PHONES = Policy("phones", "larkfield", "Phones", versions=(Version("1", "a" * 64, on("2026-11-30")),))
JOIN, YEARLY, SEPTEMBER = "on joining within 10 school days", "every 12 months", "each September"
VERSION = "on every new version within 10 school days"
SUPPLY = {"starts_on": on("2026-11-09"), "leaves_on": on("2026-11-20")}


def leaves(day, **more):
    return {"leaves_on": on(day), **more}


def done(day, **more):
    return Evidence("larkfield", "it", "jo", on(day), **more)


DONE_IN_T1 = (done("2026-10-05"),)


def school(words, *acts, kind=Kind.TRAIN, decided=(), events=(), ladder=ASK, **member):
    """One rule, one teacher who leaves and the head."""
    rule = Obligation(
        "it",
        "larkfield",
        kind,
        "It",
        audience("role:teacher"),
        tuple(map(parse, words.split(", "))),
        ladder,
        policy="phones",
    )
    jo = Membership("larkfield", frozenset({"teacher"}), **{"starts_on": on("2020-01-06"), **member})
    head = Membership("larkfield", frozenset({"headteacher"}), starts_on=on("2020-01-06"))
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2025-09-01"))},
        {"larkfield": YEAR},
        {
            "jo": Person("jo", "Jo", "jo@larkfield.test", (jo,)),
            "head": Person("head", "Head", "head@larkfield.test", (head,)),
            "boss": Person("boss", "Boss", "boss@larkfield.test", (Membership("larkfield"),)),
        },
        {("larkfield", "phones"): PHONES},
        (rule,),
        evidence=acts,
        events=events,
        decided=dict(decided),
    )


def owed(words, day, *acts, **more):
    (duty,) = duties(school(words, *acts, **more), on(day))
    return duty


@pytest.mark.parametrize(
    ("words", "day", "member", "due_on"),
    [
        # A supply teacher of two weeks has no month to say what they have done before.
        (YEARLY, "2026-11-10", SUPPLY, "2026-11-20"),
        ("on joining within 30 days", "2026-11-10", SUPPLY, "2026-11-20"),
        (JOIN, "2026-11-10", {**SUPPLY, "leaves_on": on("2026-11-27")}, "2026-11-23"),  # due before they go
        (JOIN, "2026-11-09", {**SUPPLY, "leaves_on": on("2026-11-09")}, "2026-11-09"),
        (VERSION, "2026-12-01", leaves("2026-12-04"), "2026-12-04"),
        # The last day on which they work counts: a holiday, a weekend or a day off is none.
        (VERSION, "2026-12-01", leaves("2026-12-06"), "2026-12-04"),
        (VERSION, "2026-12-01", leaves("2026-12-04", working_days=frozenset({0, 1})), "2026-12-01"),
        (VERSION, "2026-12-01", leaves("2026-12-04", working_days=frozenset()), "2026-12-04"),
        # What opened well before is still asked for.
        ("each term", "2026-12-01", leaves("2026-12-04"), "2026-12-04"),
        (SEPTEMBER, "2026-09-02", leaves("2026-09-18"), "2026-09-18"),
        (SEPTEMBER, "2026-09-02", leaves("2026-09-07"), "2026-09-07"),  # a week of school
    ],
)
def test_what_is_due_after_the_last_day_is_due_on_it(words, day, member, due_on):
    duty = owed(words, day, **member)
    assert duty.due_on == on(due_on)
    assert duty.state in {State.DUE, State.DUE_SOON, State.NO_RECORD}
    says = f"Their last day is {member['leaves_on'].day} "
    assert (says in duty.why) == (due_on != "2026-11-23")


def test_the_reason_is_said_in_words():
    duty = owed(VERSION, "2026-12-01", **leaves("2026-12-04"))
    assert duty.why == "Version 1 was issued on 30 November 2026. Their last day is 4 December 2026."
    assert to_themselves(duty.why).endswith("Your last day is 4 December 2026.")


@pytest.mark.parametrize(
    ("words", "day", "acts", "member", "state", "why"),
    [
        # It opened within a week of their last day, or after it.
        (SEPTEMBER, "2026-09-02", (), leaves("2026-09-04"), State.EXCUSED, "It is asked for each September."),
        ("each term", "2026-11-03", DONE_IN_T1, leaves("2026-11-05"), State.EXCUSED, "each term (T2)."),
        (VERSION, "2026-11-30", (), leaves("2026-11-30", working_days=frozenset({4})), State.EXCUSED, "Vers"),
        # A course that counts until after they have gone is not renewed, however early it is asked for.
        (YEARLY, "2026-12-01", (done("2025-12-20"),), leaves("2026-12-18"), State.DONE, "Last done on"),
    ],
)
def test_no_one_is_asked_for_what_need_not_be_done_before_they_go(words, day, acts, member, state, why):
    duty = owed(words, day, *acts, **member)
    assert (duty.state, why in duty.why, "Their last day is" in duty.why) == (state, True, True)
    assert plan(school(words, *acts, **member), on(day)).notices == ()


def test_the_plan_names_the_reason():
    (skip,) = plan(school(SEPTEMBER, **leaves("2026-09-04")), on("2026-09-02")).skipped
    assert (skip.person, skip.reason) == ("jo", EXCUSED)


def test_a_person_who_was_asked_before_anybody_knew_is_still_asked():
    asked = {("larkfield", "it", "jo", "2026-09", "ask"): DecidedStep(on("2026-09-01"))}
    duty = owed(SEPTEMBER, "2026-09-02", decided=asked, **leaves("2026-09-04"))
    assert (duty.state, duty.due_on) == (State.NO_RECORD, on("2026-09-04"))


@pytest.mark.parametrize(
    ("words", "day", "acts", "due_on"),
    [
        (YEARLY, "2026-12-01", (done("2025-11-20"),), "2026-11-20"),
        (VERSION, "2026-12-16", (), "2026-12-14"),
        (SEPTEMBER, "2026-10-05", (done("2025-09-20"),), "2026-09-30"),
        # It runs out while they are here.
        (YEARLY, "2026-12-18", (done("2025-12-17"),), "2026-12-17"),
    ],
)
def test_what_was_late_before_stays_late(words, day, acts, due_on):
    asked = {
        ("larkfield", "it", "jo", cycle, "ask"): DecidedStep(on(first))
        for cycle, first in ((f"v:{'a' * 12}", "2026-11-30"), ("2026-09", "2026-09-01"))
    }
    duty = owed(words, day, *acts, decided=asked, **leaves("2026-12-18"))
    assert (duty.state, duty.due_on) == (State.OVERDUE, on(due_on))
    assert "last day" not in duty.why


def test_after_the_last_day_at_work_nothing_is_late_before_the_rule_s_own_day():
    """A teacher who is paid until the end of the year has no school day to do it on."""
    for day in ("2026-12-18", "2026-12-30"):
        duty = owed("on joining within 40 days", day, starts_on=on("2026-12-01"), **leaves("2026-12-31"))
        assert (duty.state, duty.due_on) == (State.DUE_SOON, on("2026-12-18"))


def test_a_live_clock_runs_on_and_an_event_is_never_dropped():
    breach = (Event("b", "larkfield", "breach", on("2026-12-04")),)
    live = owed("on event breach within 72 hours", "2026-12-04", events=breach, **leaves("2026-12-04"))
    assert (live.live, live.state, live.due_on) == (True, State.DUE_SOON, on("2026-12-07"))
    weekend = (Event("b", "larkfield", "breach", on("2026-12-05")),)
    kept = owed("on event breach within 5 days", "2026-12-05", events=weekend, **leaves("2026-12-06"))
    assert (kept.state, kept.due_on) == (State.DUE_SOON, on("2026-12-06"))


def test_an_absence_moves_no_day_past_the_last_one():
    away = (Absence(on("2026-12-07"), on("2026-12-14")),)
    duty = owed(VERSION, "2026-12-15", absences=away, **leaves("2026-12-16"))
    assert duty.due_on == on("2026-12-16")


def test_a_question_is_still_answered():
    asked = done("2026-11-30", outcome=Outcome.QUESTION)
    duty = owed(YEARLY, "2026-12-01", done("2025-12-20"), asked, **leaves("2026-12-18"))
    assert duty.state is State.PAUSED


def test_a_renewal_that_is_not_needed_hides_no_new_version():
    duty = owed(f"{YEARLY}, {VERSION}", "2026-12-01", done("2025-12-07"), **leaves("2026-12-04"))
    assert (duty.cycle, duty.due_on) == (f"v:{'a' * 12}", on("2026-12-04"))


def told(words, first, **more):
    """List what goes out from a day on while nobody acts: the day, the step and to whom."""
    return [
        (str(day.on)[5:], item.step, notice.person)
        for day in simulate(school(words, **more), on(first), on("2027-01-30"))
        for notice in day.notices
        for item in notice.items
    ]


@pytest.mark.parametrize(
    ("words", "first", "more", "expected"),
    [
        # Asked, reminded a week before the last day, and somebody else told while there are two days left.
        (
            VERSION,
            "2026-11-30",
            leaves("2026-12-09"),
            [("11-30", "ask", "jo"), ("12-02", "remind", "jo"), ("12-07", "hand-over", "head")],
        ),
        # A ladder whose only reminder is of the day itself reminds before the last one.
        (
            VERSION,
            "2026-11-30",
            leaves("2026-12-09", ladder=GENTLE),
            [("11-30", "ask", "jo"), ("12-04", "due", "jo"), ("12-07", "hand-over", "head")],
        ),
        # Anyone who has little time is asked, and their head is told a day later.
        (
            VERSION,
            "2026-12-01",
            leaves("2026-12-04"),
            [("12-01", "ask", "jo"), ("12-02", "hand-over", "head")],
        ),
        (
            VERSION,
            "2026-11-30",
            leaves("2026-12-02"),
            [("11-30", "ask", "jo"), ("12-01", "hand-over", "head")],
        ),
        (VERSION, "2026-11-30", leaves("2026-12-01"), [("11-30", "ask", "jo")]),
        # Due before they go, and not done: its later steps come before they go too.
        (
            JOIN,
            "2026-11-09",
            {**SUPPLY, "leaves_on": on("2026-11-27")},
            [
                ("11-09", "ask", "jo"),
                ("11-16", "remind", "jo"),
                ("11-23", "due", "jo"),
                ("11-25", "hand-over", "head"),
            ],
        ),
        # What ends well before they go is told as to everybody.
        (
            JOIN,
            "2026-11-09",
            {**SUPPLY, "leaves_on": on("2027-01-29")},
            [
                ("11-09", "ask", "jo"),
                ("11-16", "remind", "jo"),
                ("11-23", "due", "jo"),
                ("11-26", "late", "jo"),
                ("12-07", "hand-over", "head"),
            ],
        ),
        # On the last day nothing is asked but of people who are here for that day alone.
        (VERSION, "2026-12-04", leaves("2026-12-04"), []),
        (JOIN, "2026-11-09", {**SUPPLY, "leaves_on": on("2026-11-09")}, [("11-09", "ask", "jo")]),
        # Their last day at work: after it, until they are gone, nothing either.
        (
            VERSION,
            "2026-12-03",
            leaves("2026-12-31", working_days=frozenset({0})),
            [("12-07", "remind", "jo"), ("12-10", "hand-over", "head")],
        ),
    ],
)
def test_a_person_who_leaves_is_told_and_their_head_after_them_before_they_go(words, first, more, expected):
    assert told(words, first, **more) == expected


def test_the_manager_of_a_person_who_leaves_is_told_before_the_head():
    sent = told(VERSION, "2026-11-30", manager="boss", **leaves("2026-12-09"))
    assert sent[-1] == ("12-07", "hand-over", "boss")


def test_what_was_done_in_time_is_told_to_no_one_else():
    read = done("2026-12-03", version="a" * 64)
    assert plan(school(VERSION, read, **leaves("2026-12-09")), on("2026-12-07")).notices == ()


def test_on_the_last_day_the_plan_says_why_it_is_silent():
    for day in ("2026-12-09", "2026-12-10", "2026-12-11"):
        late = plan(school(VERSION, working_days=frozenset({2}), **leaves("2026-12-11")), on(day))
        assert (late.notices, [one.reason for one in late.skipped]) == ((), [LAST_DAY])


def test_what_happens_on_the_last_day_is_asked_that_day():
    trip = (Event("t", "larkfield", "trip", on("2026-12-09")),)
    sent = told("on event trip within 5 days", "2026-12-09", events=trip, **leaves("2026-12-09"))
    assert sent == [("12-09", "ask", "jo")]
