"""After a finished ladder, a person who comes back or misses a whole cycle is asked again, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from asked import asked
from school_years import YEARS

from bot.forecast.simulate import simulate
from bot.planning.duties import duties
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import Policy, Version
from bot.rules.reminder_ladder import ASK


def on(text):
    return date.fromisoformat(text)


JOINING, YEARLY = "on joining within 10 school days", "every 12 months"
ALL_STEPS = ["ask", "remind", "due", "late", "hand-over"]


def person(key, *roles, starts_on="2020-01-06"):
    member = Membership("larkfield", frozenset(roles), starts_on=on(starts_on))
    return Person(key, key.title(), f"{key}@larkfield.test", (member,))


JO, HEAD = person("jo", "teacher"), person("head", "headteacher")


def school(*words, jo=JO, kind=Kind.ACKNOWLEDGE, **more):
    rule = Obligation(
        "it", "larkfield", kind, "It", audience("person:jo"), tuple(map(parse, words)), ASK, policy="phones"
    )
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2025-09-01"))},
        {"larkfield": YEARS},
        {one.key: one for one in (jo, HEAD)},
        obligations=(rule,),
        **more,
    )


def told(snapshot, first, last):
    """What goes out, day by day: the first message of each ladder with its day, and how it goes on."""
    return [
        (str(day.on), item.step)
        for day in simulate(snapshot, on(first), on(last))
        for notice in day.notices
        for item in notice.items
    ]


def after(snapshot, first, last):
    """The same school as it stands once these days were lived and nobody did anything."""
    decided = {
        item.key(): DecidedStep(day.on)
        for day in simulate(snapshot, on(first), on(last))
        for notice in day.notices
        for item in notice.items
    }
    return replace(snapshot, decided={**snapshot.decided, **decided})


def state(snapshot, day):
    (duty,) = duties(snapshot, on(day))
    return duty.state


def done(day, **more):
    return Evidence("larkfield", "it", "jo", on(day), **more)


BACK = person("jo", "teacher", starts_on="2027-01-04")


def test_a_person_who_was_told_to_the_end_and_comes_back_is_asked_again():
    before = school(JOINING, jo=person("jo", "teacher", starts_on="2025-09-01"))
    left = after(before, "2025-09-01", "2025-12-01")
    assert len(left.decided) == len(ALL_STEPS)
    again = told(replace(left, people={"jo": BACK, "head": HEAD}), "2027-01-04", "2027-07-21")
    assert [step for _, step in again] == ALL_STEPS
    assert again[0] == ("2027-01-04", "ask")


def test_what_ran_out_while_they_were_away_is_asked_of_the_person_who_comes_back():
    course = school(YEARLY, kind=Kind.TRAIN, evidence=(done("2025-09-15"),))
    left = after(course, "2026-08-01", "2026-10-15")
    again = told(replace(left, people={"jo": BACK, "head": HEAD}), "2027-01-04", "2027-03-25")
    assert [step for _, step in again] == ALL_STEPS
    assert again[0] == ("2027-01-04", "ask")


@pytest.mark.parametrize(
    ("act", "kind", "expected"),
    [
        (done("2025-09-03", cycle="joining"), Kind.SIGN, State.OVERDUE),
        (done("2025-09-03"), Kind.ACKNOWLEDGE, State.OVERDUE),
        (done("2025-09-03", outcome=Outcome.DECLINED, cycle="joining"), Kind.SIGN, State.OVERDUE),
        (done("2026-12-01", cycle="joining"), Kind.SIGN, State.DONE),  # on a visit before the first day
        (done("2027-01-11", cycle="joining"), Kind.SIGN, State.DONE),
        # A certificate is worth the same wherever and whenever it was earned.
        (done("2025-09-03"), Kind.TRAIN, State.DONE),
    ],
)
def test_what_was_signed_in_an_earlier_employment_does_not_settle_a_new_joining(act, kind, expected):
    back = school(JOINING, jo=BACK, kind=kind, evidence=(act,))
    assert state(asked(back, on("2027-02-01")), "2027-02-01") is expected


def test_a_course_that_is_asked_for_less_often_from_now_on_is_asked_for_on_its_new_day():
    done_once = {"kind": Kind.TRAIN, "evidence": (done("2025-09-15"),)}
    missed = after(school(YEARLY, **done_once), "2026-08-17", "2026-10-15")
    rarer = school("every 24 months", decided=missed.decided, **done_once)
    again = told(rarer, "2026-10-16", "2027-12-01")
    assert [step for _, step in again] == ALL_STEPS
    assert again[0] == ("2027-09-01", "ask")


@pytest.mark.parametrize("evidence", [(done("2025-11-10"),), ()])
def test_a_course_that_was_missed_is_asked_for_once_in_each_later_cycle(evidence):
    course = school(YEARLY, kind=Kind.TRAIN, evidence=evidence)
    found = told(course, "2025-09-01", "2029-07-21")
    years = [int(day[:4]) for day, step in found if step == "hand-over"]
    assert years == list(range(years[0], years[0] + len(years)))
    assert [step for _, step in found] == ALL_STEPS * len(years)
    assert len(years) == 3 + (not evidence)


def test_a_missed_course_stays_overdue_since_its_day_while_it_is_asked_for_again():
    course = school(YEARLY, kind=Kind.TRAIN, evidence=(done("2025-11-10"),))
    (duty,) = duties(course, on("2027-11-01"))
    assert (duty.state, duty.due_on) == (State.OVERDUE, on("2026-11-10"))
    assert duty.again == (on("2027-10-13"), on("2027-11-10"))


def test_a_missed_induction_does_not_hide_the_course_of_every_september():
    new = person("jo", "teacher", starts_on="2026-01-05")
    found = told(school(JOINING, "each September", jo=new), "2026-01-05", "2027-12-01")
    assert [day for day, step in found if step == "ask"] == ["2026-01-05", "2026-09-01", "2027-09-01"]
    assert [step for _, step in found] == ALL_STEPS * 3


def test_a_missed_course_does_not_hide_a_new_version():
    texts = (Version("1", "a" * 64, on("2025-09-01")), Version("2", "b" * 64, on("2027-02-01")))
    read = done("2025-10-06", cycle=f"v:{'a' * 12}", version="a" * 64)
    phones = {("larkfield", "phones"): Policy("phones", "larkfield", "Phones", versions=texts)}
    rule = school(YEARLY, "on every new version within 10 school days", policies=phones, evidence=(read,))
    found = told(rule, "2026-08-01", "2027-07-21")
    assert [day for day, step in found if step == "ask"] == ["2026-09-08", "2027-02-01"]


def test_a_later_round_waits_until_the_ladder_before_it_has_ended():
    missed = school("every month", kind=Kind.TRAIN, evidence=(done("2025-09-15"),))
    found = told(missed, "2025-09-15", "2025-11-04")
    assert [step for _, step in found].count("ask") == 2
    handed = [day for day, step in found if step == "hand-over"]
    assert handed == ["2025-10-29"]
    assert found[len(ALL_STEPS)][0] > handed[0]


OLD_TEXT = Version("1", "a" * 64, on("2025-09-15"))
READ = ("on every new version within 10 school days",)
PHONES = {("larkfield", "phones"): Policy("phones", "larkfield", "Phones", versions=(OLD_TEXT,))}


def test_a_person_who_is_given_a_role_later_has_the_same_time_from_the_day_they_are_asked():
    """Nothing was asked of them while the version was new, so nothing is late and nobody is handed over."""
    late = school(*READ, policies=PHONES)
    found = told(late, "2026-11-07", "2026-12-18")
    assert found == [
        ("2026-11-09", "ask"),
        ("2026-11-16", "remind"),
        ("2026-11-23", "due"),
        ("2026-11-26", "late"),
        ("2026-12-07", "hand-over"),
    ]
    asked = after(late, "2026-11-07", "2026-11-10")
    for snapshot, day, due_on in ((late, "2026-11-09", "2026-11-23"), (asked, "2026-12-01", "2026-11-23")):
        (duty,) = duties(snapshot, on(day))
        expected = State.NO_RECORD if day < due_on else State.OVERDUE
        assert (duty.state, duty.due_on) == (expected, on(due_on))


def test_a_person_who_was_asked_in_time_is_overdue_and_whom_no_e_mail_reaches_is_told_by_hand():
    asked = after(school(*READ, policies=PHONES), "2025-09-15", "2025-09-20")
    assert state(asked, "2026-11-09") is State.OVERDUE
    nowhere = school(*READ, policies=PHONES, jo=replace(JO, email=None))
    assert state(nowhere, "2026-11-09") is State.NO_RECORD
    found = told(nowhere, "2026-11-09", "2026-12-18")
    assert found == [("2026-11-09", "by hand"), ("2026-12-07", "hand-over")]
    assert state(after(nowhere, "2026-11-09", "2026-11-10"), "2026-11-24") is State.OVERDUE


def test_a_version_issued_before_our_records_began_is_late_for_no_one():
    old = replace(PHONES["larkfield", "phones"], versions=(replace(OLD_TEXT, issued_on=on("2025-08-20")),))
    found = school(*READ, policies={("larkfield", "phones"): old})
    (duty,) = duties(found, on("2025-09-10"))
    assert (duty.state, duty.opens_on, duty.due_on) == (State.NO_RECORD, on("2025-09-01"), on("2025-09-15"))


def test_a_course_due_in_the_summer_holidays_is_asked_for_before_them():
    course = school(YEARLY, kind=Kind.TRAIN, evidence=(done("2025-08-29"),))
    found = told(course, "2026-06-01", "2026-10-01")
    assert found == [
        ("2026-07-15", "ask"),
        ("2026-07-21", "due"),
        ("2026-09-03", "late"),
        ("2026-09-14", "hand-over"),
    ]


@pytest.mark.parametrize(
    ("last", "words", "opens_on"),
    [
        ("2025-09-08", YEARLY, "2026-08-11"),  # there is a week of school before it is due
        ("2025-09-04", YEARLY, "2026-07-15"),
        ("2026-07-20", "every month", "2026-08-05"),  # never so early that doing it would count for the next
    ],
)
def test_what_is_due_in_term_or_comes_round_quickly_opens_as_usual(last, words, opens_on):
    (duty,) = duties(school(words, kind=Kind.TRAIN, evidence=(done(last),)), on("2026-09-01"))
    assert duty.opens_on == on(opens_on)


AUGUST = "each August"


def test_what_is_asked_for_in_august_is_asked_for_before_the_summer_holidays():
    """England's schools are shut all August: who is told on its first school day is told in September."""
    last_year = done("2025-09-03", cycle="2025-08")
    found = told(school(AUGUST, evidence=(last_year,)), "2026-06-01", "2026-10-01")
    assert found == [
        ("2026-07-15", "ask"),
        ("2026-07-21", "due"),
        ("2026-09-03", "late"),
        ("2026-09-14", "hand-over"),
    ]


@pytest.mark.parametrize(
    ("day", "cycle", "opens_on", "due_on", "stands"),
    [
        ("2026-07-15", "2026-08", "2026-07-15", "2026-07-21", State.DUE_SOON),
        # The rule says August: before it is over nothing is late.
        ("2026-08-31", "2026-08", "2026-07-15", "2026-07-21", State.DUE_SOON),
        ("2026-09-01", "2026-08", "2026-07-15", "2026-07-21", State.OVERDUE),
        ("2027-07-14", "2026-08", "2026-07-15", "2026-07-21", State.OVERDUE),
        ("2027-07-15", "2027-08", "2027-07-15", "2027-07-21", State.DUE_SOON),
    ],
)
def test_august_s_is_due_on_the_last_school_day_before_it_and_late_after_it(
    day, cycle, opens_on, due_on, stands
):
    (duty,) = duties(asked(school(AUGUST), on(day)), on(day))
    assert (duty.cycle, duty.state) == (cycle, stands)
    assert (duty.opens_on, duty.due_on) == (on(opens_on), on(due_on))


def test_an_august_of_the_school_year_before_our_records_began_is_asked_of_no_one():
    assert duties(school(AUGUST), on("2026-07-14")) == ()


@pytest.mark.parametrize("day", ["2026-07-15", "2026-08-20"])
def test_what_was_done_before_or_in_august_is_done_for_august(day):
    for kind in (Kind.TRAIN, Kind.ACKNOWLEDGE):
        course = school(AUGUST, kind=kind, evidence=(done(day),))
        assert state(course, "2026-09-10") is State.DONE


def test_a_person_who_came_back_from_an_absence_over_august_has_days_at_school_for_it():
    member = replace(JO.memberships[0], absences=(Absence(on("2026-07-13"), on("2026-07-31")),))
    (duty,) = duties(school(AUGUST, jo=replace(JO, memberships=(member,))), on("2026-09-02"))
    assert (duty.state, duty.due_on) == (State.NO_RECORD, on("2026-09-30"))


@pytest.mark.parametrize(
    ("words", "closed", "open_again", "day", "opens_on", "due_on"),
    [
        # A school shut for building works all January is asked in December.
        ("each January", "2027-01-04", "2027-02-01", "2026-12-14", "2026-12-14", "2026-12-18"),
        # With a day or two of school in the month, it is asked for a week before and due in it.
        ("each January", "2027-01-06", "2027-02-01", "2026-12-18", "2026-12-14", "2027-01-05"),
        ("each October", "2026-10-01", "2026-10-29", "2026-09-30", "2026-09-24", "2026-10-30"),
    ],
)
def test_a_month_in_which_the_school_is_closed_is_asked_for_before(
    words, closed, open_again, day, opens_on, due_on
):
    first, last = on(closed), on(open_again)
    shut = frozenset(first + timedelta(days=number) for number in range((last - first).days))
    closed_school = replace(school(words), calendars={"larkfield": replace(YEARS, closed_on=shut)})
    (duty,) = duties(asked(closed_school, on(day)), on(day))
    assert (duty.opens_on, duty.due_on) == (on(opens_on), on(due_on))


@pytest.mark.parametrize(
    ("words", "opens_on", "due_on"),
    [
        ("each July", "2026-07-01", "2026-07-21"),
        ("each September", "2026-09-01", "2026-09-30"),
        ("each December", "2025-12-01", "2025-12-18"),
    ],
)
def test_a_month_with_a_week_of_school_opens_in_it_and_is_due_on_its_last_school_day(words, opens_on, due_on):
    (duty,) = duties(asked(school(words), on("2026-10-10")), on("2026-10-10"))
    assert (duty.opens_on, duty.due_on) == (on(opens_on), on(due_on))


def test_a_check_stays_done_when_the_first_day_of_its_term_is_corrected():
    checked = school("each term", kind=Kind.CHECK, evidence=(done("2026-09-10", cycle="term:2026-09-01"),))
    for first_on in ("2026-08-31", "2026-09-01", "2026-09-02"):
        terms = (
            replace(one, first_on=on(first_on)) if one.name == "Autumn 2026" else one for one in YEARS.terms
        )
        corrected = replace(checked, calendars={"larkfield": Calendar(tuple(terms))})
        assert state(corrected, "2026-10-01") is State.DONE
        assert state(corrected, "2027-01-05") is not State.DONE


def test_what_was_done_for_half_a_term_counts_for_the_whole():
    halves = (
        Term("Autumn 1", on("2026-09-01"), on("2026-10-22")),
        Term("Autumn 2", on("2026-11-02"), on("2026-12-18")),
    )
    rest = tuple(one for one in YEARS.terms if one.name != "Autumn 2026")
    for day, cycle in (("2026-09-10", "term:2026-09-01"), ("2026-11-10", "term:2026-11-02")):
        checked = school("each term", kind=Kind.CHECK, evidence=(done(day, cycle=cycle),))
        told = replace(checked, calendars={"larkfield": Calendar(halves + rest)})
        assert state(told, "2026-11-20") is State.DONE
        assert state(told, "2027-01-20") is not State.DONE


@pytest.mark.parametrize(
    ("words", "counts_from"), [("each September", "2026-07-22"), ("each term", "2026-07-22"), (YEARLY, None)]
)
def test_what_was_done_in_the_holiday_before_counts_and_nothing_older(words, counts_from):
    (duty,) = duties(school(words, kind=Kind.TRAIN, evidence=(done("2025-11-03"),)), on("2026-10-10"))
    assert duty.counts_from == (on(counts_from) if counts_from else None)


@pytest.mark.parametrize(
    ("words", "act", "kind", "settles"),
    [
        ("each September", done("2026-08-28"), Kind.TRAIN, True),
        ("each September", done("2026-07-22"), Kind.TRAIN, True),
        ("each September", done("2026-07-21"), Kind.TRAIN, False),  # in the term before
        ("each September", done("2026-08-28", cycle="joining"), Kind.TRAIN, True),
        # Last year's, done late; and what is dated by its answer is done for what was open then.
        ("each September", done("2026-08-28", cycle="2025-09"), Kind.TRAIN, False),
        ("each September", done("2026-08-28"), Kind.ACKNOWLEDGE, False),
        ("each term", done("2026-08-28"), Kind.TRAIN, True),
        ("each term", done("2026-07-21"), Kind.TRAIN, False),
        ("each term", done("2026-08-28", cycle="term:2026-04-12"), Kind.TRAIN, False),
        ("each term", done("2026-08-28"), Kind.CHECK, False),
    ],
)
def test_training_in_the_holiday_before_settles_what_opens_after_it(words, act, kind, settles):
    assert (state(school(words, kind=kind, evidence=(act,)), "2026-10-10") is State.DONE) == settles


@pytest.mark.parametrize(
    ("day", "settles"), [("2027-08-31", True), ("2027-07-26", True), ("2027-07-20", False)]
)
def test_an_inset_day_in_august_that_begins_the_term_counts_for_september(day, settles):
    terms = (
        replace(one, first_on=on("2027-08-31")) if one.name == "Autumn 2027" else one for one in YEARS.terms
    )
    course = school("each September", kind=Kind.TRAIN, evidence=(done(day),))
    begun = replace(course, calendars={"larkfield": Calendar(tuple(terms))})
    assert (state(begun, "2027-09-20") is State.DONE) == settles


@pytest.mark.parametrize("words", ["each September", "each term"])
@pytest.mark.parametrize(("day", "settles"), [("2026-08-28", True), ("2026-07-20", False)])
def test_where_only_this_year_s_terms_are_told_the_holiday_before_is_the_usual_one(words, day, settles):
    year = Calendar((Term("Autumn", on("2026-09-03"), on("2026-12-18")),))
    course = school(words, kind=Kind.TRAIN, evidence=(done(day),))
    told_this_year = replace(course, calendars={"larkfield": year})
    assert (state(told_this_year, "2026-09-20") is State.DONE) == settles


def test_a_person_who_joins_in_september_brings_what_they_did_just_before():
    new = person("jo", "teacher", starts_on="2026-09-14")
    course = school("each September", kind=Kind.TRAIN, jo=new, evidence=(done("2026-09-02"),))
    assert state(course, "2026-09-15") is State.DONE


def test_within_a_term_only_what_was_done_since_it_was_asked_for_counts():
    (duty,) = duties(school("each October", kind=Kind.TRAIN), on("2026-10-10"))
    assert duty.counts_from == on("2026-10-01")
