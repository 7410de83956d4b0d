"""The plan of a day: which step, to whom, and a name for every "no"."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.planning.daily_limit import BUDGET, WRITTEN
from bot.planning.plan import (
    AWAY,
    DONE,
    ENDED,
    EXCUSED,
    NO_ADDRESS,
    NO_DATE,
    NOBODY,
    NOT_TODAY,
    NOT_YET,
    REFUSED,
    TOLD,
    WAITING,
    plan,
)
from bot.planning.snapshot import DecidedStep, Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Event, Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Absence, Membership, Person, School
from bot.rules.policies import PartialDate, Policy, Version
from bot.rules.reminder_ladder import ASK, GENTLE, REVIEW, SAME_DAY, Ladder, Step


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-07-21")),
    )
)
NOVEMBER = on("2026-11-02")


def person(key, *roles, school="larkfield", **member):
    member = {"starts_on": on("2020-01-06"), **member}
    return Person(
        key, key.title(), f"{key}@larkfield.test", (Membership(school, frozenset(roles), **member),)
    )


# Joined on 2 November; asked to read within 10 school days, by 16 November.
JO = person("jo", "teacher", starts_on=NOVEMBER)
HEAD, CHAIR = person("head", "headteacher"), person("chair", "chair")


def rule(
    words="on joining within 10 school days", *, key="it", to="person:jo", kind=Kind.ACKNOWLEDGE, ladder=ASK
):
    return Obligation(key, "larkfield", kind, key.title(), audience(to), (parse(words),), ladder)


def school(*people, rules=None, decided=(), messaged=(), school=None, **more):
    people = people or (JO, HEAD, CHAIR)
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"), **(school or {}))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        obligations=rules or (rule(),),
        decided={("larkfield", "it", "jo", "joining", step): DecidedStep(on(day)) for step, day in decided},
        messaged={key: tuple(map(on, days)) for key, days in messaged},
        **more,
    )


def told(snapshot, day):
    return [
        (notice.person, item.about, item.step)
        for notice in plan(snapshot, on(day)).notices
        for item in notice.items
    ]


def reasons(snapshot, day):
    decided = plan(snapshot, on(day))
    assert decided.notices == ()
    return [(skip.person, skip.reason) for skip in decided.skipped]


ASKED = ("ask", "2026-11-02")


@pytest.mark.parametrize(
    ("day", "decided", "expected"),
    [
        ("2026-11-02", (), ("jo", "jo", "ask")),
        ("2026-11-06", (), ("jo", "jo", "ask")),  # after an outage
        ("2026-11-09", (ASKED,), ("jo", "jo", "remind")),
        ("2026-11-13", (ASKED,), ("jo", "jo", "remind")),
        ("2026-11-16", (ASKED,), ("jo", "jo", "due")),
        ("2026-11-19", (ASKED,), ("jo", "jo", "late")),
        ("2026-11-30", (ASKED,), ("head", "jo", "hand-over")),
        ("2027-07-01", (ASKED,), ("head", "jo", "hand-over")),
        # First told after it was due: the same ladder from that day.
        ("2026-11-30", (), ("jo", "jo", "ask")),
        ("2026-12-04", (("ask", "2026-11-30"),), None),
        ("2026-12-07", (("ask", "2026-11-30"),), ("jo", "jo", "remind")),
        ("2026-12-14", (("ask", "2026-11-30"),), ("jo", "jo", "due")),
        # Told a day before it was due, so not handed over before they had their chance.
        ("2026-11-20", (("ask", "2026-11-16"),), ("jo", "jo", "late")),
        ("2026-12-01", (("ask", "2026-11-16"),), ("head", "jo", "hand-over")),
        # The latest step of each ladder is sent once, and a ladder never goes back down.
        ("2026-11-20", (("late", "2026-11-19"),), None),
        ("2026-11-20", (("hand-over", "2026-11-19"),), None),
    ],
)
def test_the_latest_step_reached_is_told_once(day, decided, expected):
    assert told(school(decided=decided), day) == ([expected] if expected else [])


def test_a_notice_that_reached_no_one_is_decided_again():
    key = ("larkfield", "it", "jo", "joining", "ask")
    lapsed = replace(school(), decided={key: DecidedStep(NOVEMBER, lapsed=True)})
    assert told(lapsed, "2026-11-03") == [("jo", "jo", "ask")]


@pytest.mark.parametrize(
    ("more", "day", "expected"),
    [
        ({"evidence": (Evidence("larkfield", "it", "jo", on("2026-11-03")),)}, "2026-11-06", ("jo", DONE)),
        ({"decided": (ASKED,)}, "2026-11-03", ("jo", TOLD)),
        ({"decided": (("hand-over", "2026-11-30"),)}, "2026-12-01", ("jo", ENDED)),
        ({"rules": (rule(to="role:headteacher"),)}, "2026-11-03", ("head", NO_DATE)),
        ({}, "2026-11-07", ("jo", NOT_TODAY)),
        ({"messaged": (("jo", ("2026-11-03",)),)}, "2026-11-03", ("jo", WRITTEN)),
        (
            {"messaged": (("jo", ("2026-11-02", "2026-11-03", "2026-11-04")),)},
            "2026-11-05",
            ("jo", BUDGET),
        ),
        (
            {"messaged": (("jo", ("2026-11-02",)),), "school": {"weekly_budget": 1}},
            "2026-11-05",
            ("jo", BUDGET),
        ),
        (
            {"evidence": (Evidence("larkfield", "it", "jo", NOVEMBER, Outcome.QUESTION),)},
            "2026-11-06",
            ("jo", WAITING),
        ),
        (
            {"evidence": (Evidence("larkfield", "it", "jo", NOVEMBER, Outcome.EXCUSED),)},
            "2026-11-06",
            ("jo", EXCUSED),
        ),
    ],
)
def test_every_no_has_a_name(more, day, expected):
    assert reasons(school(**more), day) == [expected]


NO_MAIL = replace(JO, email=None)
BOUNCES = replace(JO, unreachable="550 no such mailbox")
SICK = replace(JO, memberships=(replace(JO.memberships[0], absences=(Absence(NOVEMBER),)),))
MONDAYS = replace(JO, memberships=(replace(JO.memberships[0], working_days=frozenset({0})),))


@pytest.mark.parametrize(
    ("jo", "day", "reason"),
    [(SICK, "2026-11-03", AWAY), (MONDAYS, "2026-11-03", NOT_TODAY)],
)
def test_a_person_who_cannot_be_told_today_is_skipped(jo, day, reason):
    assert reasons(school(jo, HEAD), day) == [("jo", reason)]


ALONE = (rule(ladder=Ladder((Step("ask", "opens", 0), Step("due", "due", 0)))),)


TOLD_BY_HAND = ("by hand", "2026-11-02")


@pytest.mark.parametrize(("jo", "reason"), [(NO_MAIL, NO_ADDRESS), (BOUNCES, REFUSED)])
def test_whom_no_mail_reaches_another_tells_and_hears_of_it_when_they_would_and_once_more(jo, reason):
    assert told(school(jo, HEAD), "2026-11-02") == [("head", "jo", "by hand")]
    # after an outage too
    assert told(school(jo, HEAD), "2026-11-16") == [("head", "jo", "by hand")]
    for day in ("2026-11-03", "2026-11-09", "2026-11-19"):
        assert reasons(school(jo, HEAD, decided=(TOLD_BY_HAND,)), day) == [("jo", reason)]
    assert told(school(jo, HEAD, decided=(TOLD_BY_HAND,)), "2026-11-30") == [("head", "jo", "hand-over")]
    # nobody is named who hears of it in their place
    assert reasons(school(jo, HEAD, rules=ALONE), "2026-11-03") == [("jo", reason)]


def test_an_address_that_is_mended_is_asked_at_once():
    assert told(school(JO, HEAD, decided=(TOLD_BY_HAND,)), "2026-11-03") == [("jo", "jo", "ask")]


def test_what_has_not_opened_is_not_asked_for():
    last = Evidence("larkfield", "it", "jo", on("2026-01-15"))
    assert reasons(school(rules=(rule("every 12 months"),), evidence=(last,)), "2026-11-20") == [("jo", DONE)]
    early = Ladder((Step("ask", "due", -2),))
    assert reasons(school(rules=(rule(ladder=early),)), "2026-11-03") == [("jo", NOT_YET)]


def test_a_new_week_has_a_new_budget():
    written = (("jo", ("2026-11-02", "2026-11-03", "2026-11-04")),)
    assert told(school(messaged=written), "2026-11-09") == [("jo", "jo", "remind")]


def test_no_one_is_written_to_in_half_term_or_on_a_bank_holiday():
    october = replace(JO, memberships=(replace(JO.memberships[0], starts_on=on("2026-10-22")),))
    assert told(school(october), "2026-10-22") == [("jo", "jo", "ask")]
    assert reasons(school(october), "2026-10-27") == [("jo", NOT_TODAY)]


MANAGED = replace(JO, memberships=(replace(JO.memberships[0], manager="lea"),))
LEA = person("lea", "teacher")


@pytest.mark.parametrize(
    ("people", "human"),
    [
        ((MANAGED, LEA, HEAD), "lea"),
        ((MANAGED, HEAD), "head"),  # the manager has left
        ((MANAGED, person("lea", "teacher", paused=True), HEAD), "head"),
        ((MANAGED, replace(LEA, email=None), HEAD), "head"),
        ((replace(JO, memberships=(replace(JO.memberships[0], manager="jo"),)), HEAD), "head"),
        ((JO, replace(HEAD, email=None), CHAIR), "chair"),
        ((JO, replace(HEAD, unreachable="550"), person("dep", "deputy-head"), CHAIR), "dep"),
        ((JO, CHAIR), "chair"),
    ],
)
def test_the_last_step_goes_to_a_human_who_can_be_told(people, human):
    assert told(school(*people, decided=(ASKED,)), "2026-11-30") == [(human, "jo", "hand-over")]


@pytest.mark.parametrize("people", [(JO,), (JO, replace(HEAD, email=None))])
def test_a_hand_over_to_no_one_is_named(people):
    assert reasons(school(*people, decided=(ASKED,)), "2026-11-30") == [("jo", NOBODY)]


def test_the_head_is_handed_over_to_the_chair():
    head = person("jo", "headteacher", starts_on=NOVEMBER)
    assert told(school(head, CHAIR, decided=(ASKED,)), "2026-11-30") == [("chair", "jo", "hand-over")]


@pytest.mark.parametrize("jo", [NO_MAIL, BOUNCES])
def test_a_person_no_one_can_write_to_is_told_by_hand_and_handed_over_all_the_same(jo):
    assert told(school(jo, HEAD), "2026-11-30") == [("head", "jo", "by hand")]
    by_hand = school(jo, HEAD, decided=(("by hand", "2026-11-02"),))
    assert told(by_hand, "2026-11-30") == [("head", "jo", "hand-over")]


@pytest.mark.parametrize(
    ("to", "human"),
    [("manager", "head"), ("head", "head"), ("chair", "chair"), ("clerk", "clerk")],
)
def test_a_step_names_the_human_it_goes_to(to, human):
    ladder = Ladder((Step("ask", "opens"), Step("hand-over", "due", 10, to)))
    snapshot = school(
        JO, HEAD, CHAIR, person("clerk", "clerk"), rules=(rule(ladder=ladder),), decided=(ASKED,)
    )
    assert told(snapshot, "2026-11-30") == [(human, "jo", "hand-over")]


def test_a_ladder_for_humans_alone_needs_no_chance_first():
    ladder = Ladder((Step("hand-over", "due", 0, "head"),))
    assert told(school(rules=(rule(ladder=ladder),)), "2026-11-16") == [("head", "jo", "hand-over")]


def test_a_weekly_check_is_handed_over_before_the_next_is_due():
    weekly = rule("weekly in term on Friday", kind=Kind.CHECK, ladder=SAME_DAY)
    key = ("larkfield", "it", "jo", "week:2026-W47", "ask")
    snapshot = school(rules=(weekly,))
    assert told(snapshot, "2026-11-20") == [("jo", "jo", "ask")]
    after = replace(snapshot, decided={key: DecidedStep(on("2026-11-20"))})
    assert told(after, "2026-11-25") == []
    assert told(after, "2026-11-26") == [("head", "jo", "hand-over")]


def test_weekly_checks_go_to_the_head_in_one_email_a_week():
    days = ("Monday", "Tuesday", "Wednesday", "Friday")
    rules = tuple(
        rule(f"weekly in term on {day}", key=day, kind=Kind.CHECK, ladder=SAME_DAY if day > "M" else GENTLE)
        for day in days
    )
    known, emails = school(rules=rules), []
    for ahead in range(21):
        day = on("2026-11-02") + timedelta(days=ahead)
        for notice in plan(known, day).notices:
            if notice.person == "head":
                emails.append((day.isoformat(), notice.kind, len(notice.items)))
            known = replace(
                known, decided={**known.decided, **{i.key(): DecidedStep(day) for i in notice.items}}
            )
    assert emails == [
        ("2026-11-05", "weekly", 3),
        ("2026-11-12", "weekly", 4),
        ("2026-11-19", "weekly", 4),
    ]


def test_a_weekly_email_waits_for_its_readers_next_day_of_that_week():
    key = ("larkfield", "it", "jo", "week:2026-W46", "ask")
    fridays = person("head", "headteacher", working_days=frozenset({0, 4}))
    weekly = rule("weekly in term on Monday", kind=Kind.CHECK, ladder=SAME_DAY)
    asked = replace(school(JO, fridays, rules=(weekly,)), decided={key: DecidedStep(on("2026-11-09"))})
    assert told(asked, "2026-11-12") == []
    assert told(asked, "2026-11-13") == [("head", "jo", "hand-over")]


def test_where_every_day_has_a_weekly_check_those_of_thursday_keep_their_own_day():
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    rules = tuple(rule(f"weekly in term on {day}", key=day, kind=Kind.CHECK, ladder=SAME_DAY) for day in days)
    key = ("larkfield", "Thursday", "jo", "week:2026-W46", "ask")
    asked = replace(school(rules=rules), decided={key: DecidedStep(on("2026-11-12"))})
    handed = [one for one in plan(asked, on("2026-11-17")).notices if one.person == "head"]
    assert [item.duty.obligation.key for one in handed for item in one.items] == ["Thursday"]


def test_where_time_is_short_the_first_day_asks_and_does_not_remind():
    short = rule("on joining within 2 school days")
    assert told(school(rules=(short,)), "2026-11-02") == [("jo", "jo", "ask")]


def test_everything_for_one_person_is_one_message_the_most_pressing_first():
    rules = (
        rule("on joining within 20 school days", key="later"),
        rule("on joining within 3 school days", key="soon", kind=Kind.TRAIN),
        rule("on joining within 10 school days", key="b"),
        rule("on joining within 10 school days", key="a"),
    )
    for order in (rules, rules[::-1]):
        (notice,) = plan(school(rules=order), NOVEMBER).notices
        assert [item.duty.obligation.key for item in notice.items] == ["soon", "a", "b", "later"]
        assert (notice.person, notice.kind, notice.step) == ("jo", "training", "ask")


def test_a_person_of_two_settings_is_asked_where_they_work_today():
    both = replace(
        JO,
        memberships=(
            *JO.memberships,
            Membership("tower", frozenset(), starts_on=NOVEMBER, working_days=frozenset({0})),
        ),
    )
    tower = replace(rule(to="person:jo"), school="tower")
    snapshot = school(both, rules=(rule(), tower))
    snapshot = replace(
        snapshot,
        schools={
            **snapshot.schools,
            "tower": School("tower", "Tower", since=on("2026-09-01"), weekly_budget=1),
        },
        calendars={**snapshot.calendars, "tower": YEAR},
    )
    (monday,) = plan(snapshot, NOVEMBER).notices
    assert {item.duty.obligation.school for item in monday.items} == {"larkfield", "tower"}
    tuesday = plan(snapshot, on("2026-11-03"))
    assert [item.duty.obligation.school for item in tuesday.notices[0].items] == ["larkfield"]
    assert [(skip.school, skip.reason) for skip in tuesday.skipped] == [("tower", NOT_TODAY)]


BREACH = (Event("b-1", "larkfield", "breach", on("2026-11-20")),)
LIVE = rule("on event breach within 72 hours", to="person:jo", kind=Kind.REPORT)
SATURDAY = "2026-11-21"


def test_a_live_clock_waits_for_no_school_day_and_no_budget():
    written = (("jo", ("2026-11-16", "2026-11-17", "2026-11-18")),)
    assert told(school(rules=(LIVE,), events=BREACH, messaged=written), SATURDAY) == [("jo", "jo", "ask")]


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ("on event allegation within 1 working day", ["2026-12-18", "2026-12-19"]),
        ("on event suspected-offence within 1 working day", ["2026-12-18", "2026-12-19"]),
        ("on event breach-reported within 1 working day", ["2026-12-18", "2026-12-19"]),
        ("on event trip-returned within 1 working day live", ["2026-12-18", "2026-12-19"]),
        ("on event trip-returned within 1 working day", ["2026-12-18"]),
        ("on event allegation within 5 school days", ["2026-12-18"]),
    ],
)
def test_what_happens_before_the_holidays_is_told_in_them_where_a_child_may_be_at_risk(words, tells):
    """It happens on the last Friday of term. The planner has run that morning, and runs next on Saturday."""
    events = (Event("a-1", "larkfield", words.split()[2], on("2026-12-18")),)
    snapshot = school(rules=(rule(words, to="person:jo", kind=Kind.REPORT),), events=events)
    assert [day for day in ("2026-12-18", "2026-12-19") if told(snapshot, day)] == tells


def test_a_live_clock_goes_to_a_human_while_the_person_is_away():
    away = replace(JO, memberships=(replace(JO.memberships[0], paused=True),))
    (notice,) = plan(school(away, HEAD, rules=(LIVE,), events=BREACH), on(SATURDAY)).notices
    assert (notice.person, notice.kind, notice.items[0].about) == ("head", "hand-over", "jo")


REVIEWED = Policy(
    "phones",
    "larkfield",
    "Phones",
    owner="jo",
    approver="fgb",
    next_review=PartialDate.parse("2026-12-31"),
)
FGB = Body(
    "fgb", "larkfield", "Full governing body", clerk="clerk", meetings=(Meeting("m", on("2026-12-10")),)
)


def review(*people, day, decided=None):
    one = replace(rule("always", key="review", kind=Kind.REVIEW, ladder=REVIEW), policy="phones")
    snapshot = school(*people, rules=(one,), policies={("larkfield", "phones"): REVIEWED})
    snapshot = replace(snapshot, bodies={("larkfield", "fgb"): FGB}, decided=decided or {})
    return [
        (notice.person, notice.kind, item.duty.subject, item.step)
        for notice in plan(snapshot, on(day)).notices
        for item in notice.items
    ]


def test_the_stages_of_a_review_go_to_the_owner_and_the_clerk():
    # Meeting on Thursday 10 December: papers by 2 December, agenda by 25 November, draft by 11 November.
    people = (JO, HEAD, person("clerk", "clerk"))
    assert review(*people, day="2026-11-11") == [("jo", "review", "draft", "due")]
    assert ("clerk", "papers", "papers", "remind") not in review(*people, day="2026-11-25")
    assert ("clerk", "papers", "agenda", "due") in review(*people, day="2026-11-25")


@pytest.mark.parametrize(
    ("asked", "day", "handed_over"),
    [
        ("2026-11-25", "2026-12-02", False),  # the day the papers go out
        ("2026-11-25", "2026-12-03", True),
        ("2026-12-02", "2026-12-03", True),  # asked late, told all the same while it helps
        ("2026-12-03", "2026-12-03", False),
        ("2026-12-03", "2026-12-04", True),
    ],
)
def test_papers_that_are_late_are_told_the_next_morning(asked, day, handed_over):
    key = ("larkfield", "review", "clerk", "2026-12-31/2026-12-10/papers", "due")
    told = review(JO, HEAD, person("clerk", "clerk"), day=day, decided={key: DecidedStep(on(asked))})
    assert (("head", "hand-over", "papers", "hand-over") in told) == handed_over


def test_the_draft_of_an_owner_who_is_away_goes_to_the_head():
    away = replace(JO, memberships=(replace(JO.memberships[0], absences=(Absence(NOVEMBER),)),))
    assert review(away, HEAD, day="2026-11-17") == []
    # Due on 11 November; five school days later is the 18th.
    assert ("head", "hand-over", "draft", "hand-over") in review(away, HEAD, day="2026-11-18")


def test_planning_twice_gives_the_same_plan():
    assert plan(school(), NOVEMBER) == plan(school(), NOVEMBER)


def test_a_weekend_is_no_ones_working_day():
    for days in range(2):
        assert reasons(school(), str(on("2026-11-07") + timedelta(days=days))) == [("jo", NOT_TODAY)]


# --- a version that was due before anybody could be asked

NOT_ON_MONDAYS = person("jo", "teacher", working_days=frozenset({1, 2, 3, 4}))


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (SAME_DAY, [("2026-11-17", "ask"), ("2026-12-04", "hand-over")]),
        (
            Ladder((Step("before", "due", -2), Step("on", "due", 0), Step("up", "due", 3, "manager"))),
            [("2026-11-12", "before"), ("2026-11-17", "on"), ("2026-11-19", "up")],
        ),
        (
            Ladder((Step("on", "due", 0), Step("then", "due", 3), Step("up", "due", 6, "manager"))),
            [("2026-11-17", "on"), ("2026-12-04", "then"), ("2026-12-09", "up")],
        ),
    ],
)
def test_a_version_that_fell_due_on_a_persons_day_off_is_asked_for_the_day_after(ladder, expected):
    """A ladder that asks on the day it is due began anew each day, and never asked."""
    rules = (replace(rule("on every new version within 10 school days", ladder=ladder), policy="phones"),)
    phones = Policy("phones", "larkfield", "Phones", versions=(Version("1", "a" * 64, NOVEMBER),))
    known = school(NOT_ON_MONDAYS, HEAD, rules=rules, policies={("larkfield", "phones"): phones})
    found, day = [], NOVEMBER
    while day < on("2026-12-18"):
        for notice in plan(known, day).notices:
            found += [(day.isoformat(), item.step) for item in notice.items]
            known = replace(
                known, decided={**known.decided, **{i.key(): DecidedStep(day) for i in notice.items}}
            )
        day += timedelta(days=1)
    assert found == expected
