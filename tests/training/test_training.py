"""Training: how long a completion counts, when it is due again, who is booked, whether enough hold it."""

from datetime import date

import pytest
from asked import asked

from bot.planning.duties import duties
from bot.planning.exemptions import BOOKED, WITH_OFFICE, booked_for, is_with_office, valid_until
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Days, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.reminder_ladder import ASK
from bot.status.warnings import findings
from bot.training.model import MatrixFilter, matrix

DAY = date(2026, 11, 20)
YEAR = Calendar(
    (Term("T1", date(2026, 9, 1), date(2026, 12, 18)), Term("T3", date(2027, 1, 4), date(2027, 7, 21)))
)


def on(text):
    return date.fromisoformat(text)


def course(when="every 12 months", to="role:governor", key="course", **more):
    cadence = tuple(parse(one) for one in when.split(", "))
    return Obligation(key, "larkfield", Kind.TRAIN, "Cyber training", audience(to), cadence, ASK, **more)


def person(key, *roles, **member):
    member = {"starts_on": on("2020-01-06"), **member}
    here = Membership("larkfield", frozenset(roles or {"governor"}), **member)
    return Person(key, key.title(), f"{key}@x.test", (here,))


def done(who, day, **more):
    return Evidence("larkfield", "course", who, on(day), **more)


def school(*people, acts=(), courses=(), events=()):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        obligations=courses or (course(),),
        evidence=acts,
        events=events,
    )


def states(snapshot, day=DAY):
    return {duty.person: duty.state.value for duty in duties(snapshot, day)}


@pytest.mark.parametrize(
    ("when", "finished", "until"),
    [
        ("every 12 months", "2026-03-02", "2027-03-02"),
        ("every 24 months", "2024-02-29", "2026-02-28"),
        ("each September", "2026-09-05", "2027-09-30"),
        ("each September", "2026-07-20", "2026-09-30"),
        ("each September", "2026-08-28", "2027-09-30"),  # in the holiday before
        ("on joining within 10 school days, every 24 months", "2026-03-02", "2028-03-02"),
        ("each September, every 6 months", "2026-09-05", "2027-03-05"),
        ("on joining within 10 school days", "2026-03-02", None),
        ("always", "2026-03-02", None),
    ],
)
def test_a_completion_counts_until_its_course_is_asked_for_again(when, finished, until):
    assert valid_until(course(when), on(finished), Days(Calendar())) == (on(until) if until else None)


@pytest.mark.parametrize(
    ("weeks", "day", "state"),
    [
        (None, "2026-11-01", "done"),
        (None, "2026-11-05", "due"),
        (None, "2026-11-27", "due soon"),
        (None, "2026-12-03", "overdue"),
        (8, "2026-10-06", "done"),
        (8, "2026-10-07", "due soon"),
        (8, "2026-12-02", "due soon"),
        (8, "2026-12-03", "overdue"),
    ],
)
def test_a_renewal_is_due_soon_from_as_many_weeks_before_as_the_course_says(weeks, day, state):
    snapshot = school(person("jo"), acts=(done("jo", "2025-12-02"),), courses=(course(renew_weeks=weeks),))
    assert states(snapshot, on(day)) == {"jo": state}


@pytest.mark.parametrize(
    ("acts", "told"),
    [
        ({}, {"ann": "no record", "ben": "no record"}),
        ({"ann": "2026-03-02"}, {"ann": "done", "ben": "excused"}),
        ({"ann": "2025-11-20"}, {"ann": "due soon", "ben": "excused"}),
        ({"ann": "2025-11-19"}, {"ann": "overdue", "ben": "no record"}),
        ({"ann": "2026-03-02", "ben": "2025-03-02"}, {"ann": "done", "ben": "excused"}),
        ({"ann": "2026-03-02", "ben": "2026-04-02"}, {"ann": "done", "ben": "done"}),
    ],
)
def test_while_enough_people_have_a_course_no_one_else_is_asked(acts, told):
    evidence = tuple(done(who, day) for who, day in acts.items())
    assert states(school(person("ann"), person("ben"), acts=evidence, courses=(course(at_least=1),))) == told


def test_a_person_who_is_spared_is_told_why():
    snapshot = school(
        person("ann"), person("ben"), acts=(done("ann", "2026-03-02"),), courses=(course(at_least=1),)
    )
    assert duties(snapshot, DAY)[1].why == "1 of them have it, and 1 must. Nobody else is asked."


FEWER = "Cyber training: {} must have it; we hold a record for {}."
TOO_FEW = "Cyber training: {} must have it; we hold a record for {}."
ENDS = "Cyber training: {} must have it; after {} too few will."


@pytest.mark.parametrize(
    ("needed", "acts", "says"),
    [
        (None, {}, None),
        (1, {}, ("too-few-trained", FEWER.format(1, 0))),
        (2, {"ann": "2026-03-02"}, ("too-few-trained", FEWER.format(2, 1))),
        (1, {"ann": "2026-03-02"}, None),
        (1, {"ann": "2026-01-10"}, ("cover-ends", ENDS.format(1, "10 January 2027"))),
        (1, {"ann": "2026-01-10", "ben": "2026-06-01"}, None),
        (2, {"ann": "2026-01-10", "ben": "2026-06-01"}, ("cover-ends", ENDS.format(2, "10 January 2027"))),
        (1, {"ann": "2025-11-19"}, ("too-few-trained", FEWER.format(1, 0))),
    ],
)
def test_too_few_holders_now_or_soon_are_something_to_look_at(needed, acts, says):
    evidence = tuple(done(who, day) for who, day in acts.items())
    snapshot = school(person("ann"), person("ben"), acts=evidence, courses=(course(at_least=needed),))
    ours = {"too-few-trained", "cover-ends"}
    found = [(one.code, one.says) for one in findings(snapshot, DAY) if one.code in ours]
    assert found == ([says] if says else [])


def test_a_course_that_does_not_run_out_is_held_for_good():
    snapshot = school(
        person("ann"), acts=(done("ann", "2019-03-02"),), courses=(course("always", at_least=1),)
    )
    cover = matrix(snapshot, "larkfield", DAY).covers["course"]
    assert (cover.holders, cover.enough, cover.ends_soon(DAY)) == (("ann",), True, False)


def test_a_leaver_is_no_holder():
    gone = person("ann", leaves_on=on("2026-10-01"))
    snapshot = school(gone, person("ben"), acts=(done("ann", "2026-03-02"),), courses=(course(at_least=1),))
    cover = matrix(snapshot, "larkfield", DAY).covers["course"]
    assert (cover.holders, cover.enough, cover.ends_soon(DAY)) == ((), False, False)


@pytest.mark.parametrize(
    ("member", "counts"),
    [
        ({"absences": (Absence(on("2026-09-01"), None, "maternity"),)}, False),
        ({"absences": (Absence(on("2026-11-02"), on("2026-12-01")),)}, False),
        ({"absences": (Absence(on("2026-11-02"), on("2026-11-30")),)}, True),  # four weeks
        ({"absences": (Absence(on("2026-12-01"), None),)}, True),
        ({"absences": (Absence(on("2026-11-20"), on("2026-11-20")), Absence(on("2026-10-01")))}, False),
        ({"paused": True}, False),
        ({}, True),
    ],
)
def test_a_person_who_is_away_for_weeks_is_no_cover_and_others_are_asked(member, counts):
    snapshot = school(
        person("ann", **member),
        person("ben"),
        acts=(done("ann", "2026-09-02"),),
        courses=(course(at_least=1),),
    )
    cover = matrix(snapshot, "larkfield", DAY).covers["course"]
    assert (cover.enough, cover.holders, cover.away) == (
        (True, ("ann",), ()) if counts else (False, (), ("ann",))
    )
    assert states(snapshot)["ben"] == ("excused" if counts else "no record")
    says = [one.says for one in findings(snapshot, DAY) if one.code == "too-few-trained"]
    expected = f"{TOO_FEW.format(1, 0)} 1 more with it away for weeks."
    assert says == ([] if counts else [expected])


EXCUSED = {"outcome": Outcome.EXCUSED, "cycle": "first"}


@pytest.mark.parametrize(
    ("acts", "booked", "with_office"),
    [
        ((), None, False),
        (
            (done("jo", "2026-11-10", reference=BOOKED, until=on("2026-12-01"), **EXCUSED),),
            "2026-12-01",
            False,
        ),
        ((done("jo", "2026-11-10", reference=BOOKED, until=on("2026-11-19"), **EXCUSED),), None, False),
        ((done("jo", "2026-11-10", reference=WITH_OFFICE, until=on("2026-12-01"), **EXCUSED),), None, True),
        ((done("jo", "2026-11-10", reference=WITH_OFFICE, until=on("2026-11-19"), **EXCUSED),), None, False),
        ((done("jo", "2026-11-10", **EXCUSED),), None, False),
        ((done("jo", "2026-11-10"),), None, False),
    ],
)
def test_a_booking_and_a_claim_count_until_their_day(acts, booked, with_office):
    assert booked_for(acts, DAY) == (on(booked) if booked else None)
    assert is_with_office(acts, DAY) is with_office


def test_the_matrix_has_a_cell_for_each_course_that_is_a_persons_own():
    snapshot = school(
        person("ann", "governor", "head", manager="ben"),
        person("ben", "teacher"),
        acts=(done("ann", "2026-03-02"),),
        courses=(course(), course(key="other", to="everyone"), course(key="off", active=False)),
    )
    found = matrix(snapshot, "larkfield", DAY)
    assert [one.key for one in found.courses] == ["course", "other"]
    assert {row.person.key: sorted(row.cells) for row in found.rows} == {
        "ann": ["course", "other"],
        "ben": ["other"],
    }
    cell = found.row("ann").cells["course"]
    assert (cell.state, cell.done_on, cell.valid_until) == (State.DONE, on("2026-03-02"), on("2027-03-02"))
    assert found.row("nobody") is None
    assert found.row("ann").roles == {"governor", "headteacher"}


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (MatrixFilter(), {"ann": ["course", "other"], "ben": ["other"]}),
        (MatrixFilter(course="course"), {"ann": ["course"]}),
        (MatrixFilter(role="headteacher"), {"ann": ["course", "other"]}),
        (MatrixFilter(manager="ben"), {"ann": ["course", "other"]}),
        (MatrixFilter(state="done"), {"ann": ["course"]}),
        (MatrixFilter(state="no record"), {"ann": ["other"], "ben": ["other"]}),
        (MatrixFilter(role="teacher", manager="ben"), {}),
    ],
)
def test_the_matrix_is_narrowed_to_what_is_wanted(wanted, left):
    snapshot = school(
        person("ann", "governor", "head", manager="ben"),
        person("ben", "teacher"),
        acts=(done("ann", "2026-03-02"),),
        courses=(course(), course(key="other", to="everyone")),
    )
    shown = wanted.of(matrix(snapshot, "larkfield", DAY))
    assert {row.person.key: sorted(row.cells) for row in shown.rows} == left


def test_of_several_occurrences_of_a_course_the_one_that_presses_stands_in_the_cell():
    new = Event("new-phones", "larkfield", "new-phones", on("2026-11-02"))
    old = Event("old-phones", "larkfield", "new-phones", on("2026-09-08"))
    rule = course("on event new-phones within 30 school days")
    acts = (done("jo", "2026-11-10", cycle="event:new-phones", subject="new-phones"),)
    for events in ((new, old), (old, new)):
        snapshot = asked(school(person("jo"), acts=acts, courses=(rule,), events=events), DAY)
        cell = matrix(snapshot, "larkfield", DAY).row("jo").cells["course"]
        assert (cell.state, cell.duty.subject) == (State.OVERDUE, "old-phones")
