"""Nobody is late before they were asked, and from whatever day a school starts the ladder is the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from asked import asked
from school_years import YEARS

from bot.forecast.simulate import simulate
from bot.planning.duties import duties
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK, SAME_DAY


def on(text):
    return date.fromisoformat(text)


JOINING, YEARLY, SEPTEMBER = "on joining within 10 school days", "every 12 months", "each September"
VERSION, TRIP = "on every new version within 10 school days", "on event trip within 10 school days"
ALL_STEPS = ["ask", "remind", "due", "late", "hand-over"]
START = "2026-11-23"
PHONES = Policy("phones", "larkfield", "Phones", versions=(Version("1", "a" * 64, on("2026-09-07")),))
TRIPS = (Event("trip", "larkfield", "trip", on("2026-09-14")),)


def person(key, role, **more):
    member = Membership("larkfield", frozenset({role}), **{"starts_on": on("2020-01-06"), **more})
    return Person(key, key.title(), f"{key}@larkfield.test", (member,))


HEAD = person("head", "headteacher")


def rule(words, key="it", kind=Kind.ACKNOWLEDGE, ladder=ASK):
    cadence = tuple(map(parse, words.split(", ")))
    return Obligation(key, "larkfield", kind, key, audience("person:jo"), cadence, ladder, policy="phones")


def school(*rules, since="2026-09-01", jo=None, **more):
    """A register whose records begin in September; on which day anybody is asked first is another matter."""
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on(since), weekly_budget=5)},
        {"larkfield": YEARS},
        {"jo": jo or person("jo", "teacher"), "head": HEAD},
        {("larkfield", "phones"): PHONES},
        rules,
        **more,
    )


def told(snapshot, first, last):
    return [
        (str(day.on), item.step, item.duty.cycle, str(item.duty.due_on))
        for day in simulate(snapshot, on(first), on(last))
        for notice in day.notices
        for item in notice.items
    ]


def done(day, **more):
    return Evidence("larkfield", "it", "jo", on(day), **more)


JOINER = person("jo", "teacher", starts_on=on("2026-09-07"))
SORTS = [
    (SEPTEMBER, {}),
    (VERSION, {}),
    (YEARLY, {}),
    (TRIP, {"events": TRIPS}),
    (JOINING, {"jo": JOINER}),
    (f"{JOINING}, {SEPTEMBER}", {"jo": JOINER}),
    (YEARLY, {"evidence": (done("2025-10-05"),)}),
    (YEARLY, {"jo": JOINER, "evidence": (done("2024-10-05"),)}),
]


@pytest.mark.parametrize(("words", "more"), SORTS)
@pytest.mark.parametrize("start", ["2026-10-14", START, "2027-01-05"])
def test_the_ladder_is_the_same_from_any_day_a_school_starts_on(words, more, start):
    found = told(school(rule(words), **more), start, "2027-06-30")
    assert [step for _, step, _, _ in found] == ALL_STEPS
    assert found[0][0] == start
    assert len({(cycle, due_on) for _, _, cycle, due_on in found}) == 1


@pytest.mark.parametrize("start", ["2026-09-01", "2026-09-14", "2026-09-23", "2026-09-28", "2026-09-30"])
def test_a_person_who_starts_near_the_end_of_a_month_has_the_same_ladder(start):
    found = told(school(rule(SEPTEMBER)), start, "2027-06-30")
    steps = [step for _, step, _, _ in found]
    assert steps == ALL_STEPS if start != "2026-09-23" else [one for one in ALL_STEPS if one != "remind"]


@pytest.mark.parametrize(("words", "more"), SORTS[:-2])
def test_no_one_is_late_who_was_never_asked(words, more):
    for day in ("2026-10-30", START, "2027-03-01", "2027-07-01"):
        found = duties(school(rule(words), **more), on(day))
        assert [one.state for one in found] == [State.NO_RECORD]
        assert all(one.due_on >= on(day) for one in found)


def test_one_word_stands_for_one_state_in_a_letter():
    """An agreement and a course, asked for first on the same late day, are told of in the same words."""
    both = school(rule(SEPTEMBER), rule(SEPTEMBER, "course", Kind.TRAIN))
    days = [START, *(str(on(START) + timedelta(days=number)) for number in (3, 30, 60, 90))]
    seen = []
    for day in days:
        found = duties(asked_from(both, START, day), on(day))
        assert len(found) == 2
        assert len({(one.state, one.due_on) for one in found}) == 1
        seen.append(found[0].state)
    assert (seen[0], seen[-1]) == (State.NO_RECORD, State.OVERDUE)


def asked_from(snapshot, first, until):
    """Nobody planned before the first day."""
    school = replace(snapshot.schools["larkfield"], since=on(first))
    later = asked(replace(snapshot, schools={"larkfield": school}), on(until))
    return replace(later, schools=snapshot.schools)


def test_a_day_by_which_a_person_was_asked_passes_and_they_are_late():
    for kind in (Kind.ACKNOWLEDGE, Kind.TRAIN, Kind.CHECK):
        known = asked(school(rule(SEPTEMBER, kind=kind)), on("2026-10-01"))
        assert [one.state for one in duties(known, on("2026-10-01"))] == [State.OVERDUE]


def test_what_ran_out_by_itself_is_late_by_itself():
    expired = school(rule(YEARLY, kind=Kind.TRAIN), evidence=(done("2025-10-05"),))
    (duty,) = duties(expired, on(START))
    assert (duty.state, duty.due_on) == (State.OVERDUE, on("2026-10-05"))


def test_a_clock_of_hours_is_late_by_itself():
    live = school(rule("on event trip within 72 hours"), events=TRIPS)
    (duty,) = duties(live, on(START))
    assert (duty.state, duty.due_on) == (State.OVERDUE, on("2026-09-17"))


def test_a_person_who_asked_a_question_was_asked_and_is_late_once_it_is_answered():
    answers = (done("2026-09-20", outcome=Outcome.QUESTION), done("2026-09-22", outcome=Outcome.ANSWERED))
    (duty,) = duties(school(rule(SEPTEMBER), evidence=answers), on(START))
    assert duty.state is State.OVERDUE


def test_a_person_who_works_on_other_days_than_a_weekly_check_is_asked_on_theirs_and_not_late():
    tuesdays = person("jo", "teacher", working_days=frozenset({1}))
    weekly = school(rule("weekly in term on Friday", kind=Kind.CHECK, ladder=SAME_DAY), jo=tuesdays)
    first = told(weekly, "2026-09-04", "2026-09-09")
    assert first == [("2026-09-08", "ask", "week:2026-W36", "2026-09-08")]


def test_a_person_who_comes_back_after_it_was_due_is_asked_and_has_the_time_for_it():
    away = person("jo", "teacher", absences=(Absence(on("2026-08-20"), on("2026-12-01")),))
    found = told(school(rule(SEPTEMBER), jo=away), "2026-09-01", "2027-06-30")
    assert [step for _, step, _, _ in found] == ALL_STEPS
    assert found[0][0] == "2026-12-02"


# --- a missed occurrence makes room for the next

BOTH = "each September, each January"


def test_each_month_is_asked_for_by_its_own_name_though_the_one_before_was_missed():
    found = told(school(rule(BOTH)), "2026-09-01", "2027-12-31")
    ladders = [found[at : at + 5] for at in range(0, len(found), 5)]
    assert [[step for _, step, _, _ in ladder] for ladder in ladders] == [ALL_STEPS] * 3
    cycles = ["2026-09", "2027-01", "2027-09"]
    assert [{cycle for _, _, cycle, _ in ladder} for ladder in ladders] == [{one} for one in cycles]
    assert [ladder[0][0] for ladder in ladders] == ["2026-09-01", "2027-01-04", "2027-09-01"]
    assert all(due_on[:7] == cycle for _, _, cycle, due_on in found)


def test_months_that_follow_each_other_are_each_handed_over_before_the_next_is_asked_for():
    found = told(school(rule("each September, each October, each November")), "2026-09-01", "2027-02-12")
    assert [cycle for _, step, cycle, _ in found if step == "hand-over"] == ["2026-09", "2026-10", "2026-11"]
    order = [cycle for _, _, cycle, _ in found]
    assert order == sorted(order)


def test_a_start_in_january_asks_for_january_and_for_nothing_before_it():
    found = told(school(rule(BOTH)), "2027-01-05", "2027-08-31")
    assert [(step, cycle) for _, step, cycle, _ in found] == [(step, "2027-01") for step in ALL_STEPS]


def test_doing_the_next_settles_what_was_missed_before_it():
    known = school(rule(BOTH), evidence=(done("2027-01-11", cycle="2027-01"),))
    (duty,) = duties(asked(known, on("2027-02-20")), on("2027-02-20"))
    assert (duty.state, duty.cycle) == (State.DONE, "2027-01")


@pytest.mark.parametrize(
    ("outcome", "until", "asked_on", "stands"),
    [
        (Outcome.QUESTION, None, "2026-12-18", State.PAUSED),
        (Outcome.DECLINED, None, "2026-12-18", State.PAUSED),
        (Outcome.QUESTION, None, "2026-09-10", State.DUE),
        (Outcome.DECLINED, None, "2026-09-10", State.DUE),
        (Outcome.EXCUSED, "2027-03-01", "2026-09-10", State.EXCUSED),
        (Outcome.EXCUSED, "2026-12-01", "2026-09-10", State.DUE),
    ],
)
def test_what_waits_for_an_answer_is_not_asked_for_by_another_name(outcome, until, asked_on, stands):
    """A question holds its own occurrence for 20 school days; an excuse until its day."""
    answer = done(asked_on, outcome=outcome, cycle="2026-09", until=until and on(until))
    known = asked(school(rule(BOTH), evidence=(answer,)), on("2027-01-11"))
    (duty,) = duties(known, on("2027-01-11"))
    assert duty.state is stands
    assert duty.cycle == ("2027-01" if stands is State.DUE else "2026-09")


def test_a_question_holds_reminders_for_twenty_school_days_however_often_it_is_asked():
    first = [done(day, outcome=Outcome.QUESTION, cycle="2026-09") for day in ("2026-09-10", "2026-09-30")]
    known = asked(school(rule(SEPTEMBER), evidence=tuple(first)), on("2026-10-12"))
    states = {day: duties(known, on(day))[0].state for day in ("2026-10-07", "2026-10-08", "2026-10-09")}
    assert states["2026-10-07"] is State.PAUSED
    assert states["2026-10-08"] is State.OVERDUE
    answered = (
        *first,
        done("2026-10-12", outcome=Outcome.ANSWERED),
        done("2026-10-13", outcome=Outcome.QUESTION),
    )
    known = asked(school(rule(SEPTEMBER), evidence=answered), on("2026-10-14"))
    assert duties(known, on("2026-10-14"))[0].state is State.PAUSED


def test_where_no_one_can_be_handed_over_to_the_next_is_asked_for_all_the_same():
    alone = school(rule(BOTH))
    alone = replace(alone, people={"jo": alone.people["jo"]})
    found = told(alone, "2026-09-01", "2027-02-12")
    assert [cycle for _, step, cycle, _ in found if step == "ask"] == ["2026-09", "2027-01"]


def test_a_term_that_was_over_before_anybody_was_asked_is_asked_of_no_one():
    found = told(school(rule("each term", kind=Kind.CHECK)), "2027-01-05", "2027-03-31")
    assert {cycle for _, _, cycle, _ in found} == {"term:2027-01-04"}


def test_a_course_that_ran_out_leaves_its_place_to_a_month_once_it_was_handed_over():
    course = school(rule(f"{YEARLY}, each January", kind=Kind.TRAIN), evidence=(done("2025-10-05"),))
    found = told(course, START, "2027-06-30")
    assert [step for _, step, _, _ in found] == ALL_STEPS * 2
    assert [cycle for _, step, cycle, _ in found if step == "ask"] == ["after:2025-10-05", "2027-01"]
