"""The review calendar: each policy at its meeting, with a person, too late or without a date; never lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.planning.duties import duties
from bot.planning.review_duties import due_of, last_approval
from bot.planning.snapshot import Snapshot
from bot.reviews.model import review_calendar
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Delegation, PartialDate, Policy
from bot.rules.reminder_ladder import REVIEW
from bot.status.model import figures


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (
        Term("T1", on("2026-09-01"), on("2026-10-22")),
        Term("T2", on("2026-11-02"), on("2026-12-18")),
        Term("T3", on("2027-01-04"), on("2027-02-12")),
        Term("T6", on("2027-06-07"), on("2027-07-21")),
    )
)


def person(key, role):
    return Person(key, key.title(), f"{key}@larkfield.test", (Membership("larkfield", frozenset({role})),))


PEOPLE = (
    person("head", "headteacher"),
    person("lead", "dsl"),
    person("clerk", "clerk"),
    person("gov", "governor"),
)
FGB = Body(
    "fgb",
    "larkfield",
    "Full governing body",
    meetings=(Meeting("jan", on("2027-01-14")), Meeting("dec", on("2026-12-03"))),
)
COMMITTEE = Body(
    "committee", "larkfield", "Committee", meetings=(Meeting("c", on("2026-12-03"), on("2026-11-20")),)
)


def policy(key, printed="2026-12-31", **more):
    usual = {"owner": "role:dsl", "approver": "fgb"}
    next_review = PartialDate.parse(printed) if printed else None
    return Policy(key, "larkfield", key.title(), next_review=next_review, **usual | more)


def rule(key, **more):
    usual = {"ladder": REVIEW, "policy": key}
    return Obligation(
        f"review-{key}",
        "larkfield",
        Kind.REVIEW,
        "Review",
        audience("everyone"),
        (parse("always"),),
        **usual | more,
    )


def act(key, day, **more):
    return Evidence("larkfield", f"review-{key}", "fgb", on(day), **more)


def snapshot(policies, *, acts=(), rules=None, delegations=None, bodies=(FGB, COMMITTEE)):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in PEOPLE},
        {("larkfield", one.key): one for one in policies},
        tuple(rule(one.key) for one in policies) if rules is None else rules,
        bodies={("larkfield", one.key): one for one in bodies},
        evidence=acts,
        delegations=delegations or {},
    )


def seen(day, *policies, **more):
    return review_calendar(snapshot(policies, **more), "larkfield", on(day))


def told(reviews):
    return [one.policy.key for one in reviews]


def test_each_meeting_has_the_policies_it_can_approve_in_time_soonest_first():
    found = seen(
        "2026-11-09", policy("b"), policy("a"), policy("soon", "2026-12-10"), policy("c", "2027-02-01")
    )
    assert [(plan.body.key, str(plan.days.meeting.on)) for plan in found.meetings] == [
        ("committee", "2026-12-03"),
        ("fgb", "2026-12-03"),
        ("fgb", "2027-01-14"),
    ]
    assert [told(plan.reviews) for plan in found.meetings] == [[], ["soon", "a", "b"], ["c"]]
    assert [str(plan.days.papers_on) for plan in found.meetings] == ["2026-11-20", "2026-11-25", "2027-01-06"]
    assert (found.too_late, found.undated, found.by_person) == ((), (), ())


def test_a_meeting_that_was_held_is_not_listed():
    assert [str(plan.days.meeting.on) for plan in seen("2026-12-04").meetings] == ["2027-01-14"]


@pytest.mark.parametrize(
    ("day", "acts", "held"),
    [
        ("2026-12-03", (), []),  # the day itself is not over
        ("2026-12-04", (), ["a"]),
        ("2027-01-14", (), ["a"]),
        ("2027-01-15", (), ["a"]),  # it went to the later meeting too, late
        ("2027-02-26", (), []),  # six weeks and a day after that one
        ("2026-12-04", (act("a", "2026-12-03", subject="approve"),), []),
        ("2026-12-04", (act("a", "2026-12-02", subject="approve"),), ["a"]),
    ],
)
def test_a_meeting_held_lately_asks_for_the_minutes_it_owes(day, acts, held):
    found = seen(day, policy("a", cycle_months=1), policy("far", "2027-12-31"), acts=acts)
    assert [told(plan.reviews) for plan in found.held] == ([held] if held else [])


def test_a_late_review_without_a_minute_stands_at_the_next_meeting_too():
    late = policy("a", "2026-12-02")
    waiting, again = (seen(day, late) for day in ("2026-12-07", "2027-01-04"))
    assert [told(plan.reviews) for plan in waiting.meetings] == [[]]
    assert [told(plan.reviews) for plan in again.meetings] == [["a"]]
    assert [told(plan.reviews) for plan in again.held] == [["a"]]
    assert (again.every[0].state, again.every[0].late) == (State.OVERDUE, True)


def test_what_no_meeting_can_approve_in_time_has_its_choices_and_the_later_meeting():
    body = replace(FGB, meetings=(Meeting("jan", on("2027-01-14")),))
    found = seen("2026-12-07", policy("a"), bodies=(body,))
    (late,) = found.too_late
    assert late.choices[-1] == "Approve it on Thursday 14 January 2027, 14 days late, and minute the reason."
    assert late.late
    assert told(found.meetings[0].reviews) == ["a"]


def test_a_review_that_a_meeting_had_lately_waits_for_its_minute_and_for_no_other_meeting():
    found = seen("2026-12-07", policy("a"))
    assert (found.too_late, [told(plan.reviews) for plan in found.meetings]) == ((), [[]])
    assert [told(plan.reviews) for plan in found.held] == [["a"]]


def test_a_late_meeting_is_not_worked_towards_before_people_know_that_it_is_late():
    body = replace(FGB, meetings=(Meeting("jan", on("2027-01-14")),))
    found = seen("2026-09-07", policy("a"), bodies=(body,))
    assert (told(found.too_late), found.meetings[0].reviews) == (["a"], ())


@pytest.mark.parametrize("day", ["2026-07-06", "2026-12-07"])
def test_without_any_meeting_no_one_says_that_one_is_late(day):
    body = replace(FGB, meetings=())
    found = seen(day, policy("a"), bodies=(body,))
    assert (told(found.none_known), found.too_late, found.later) == (["a"], (), ())
    assert (found.none_known[0].meeting, found.none_known[0].choices) == (None, ())


def test_a_review_far_ahead_waits_for_meetings_near_its_day():
    found = seen("2026-11-09", policy("a", "2027-12-01"), policy("b"))
    assert (told(found.later), told(found.too_late)) == (["a"], [])
    assert "a" not in {one.policy.key for plan in found.meetings for one in plan.reviews}


def test_a_policy_no_one_approves_is_too_late_for_everything_and_one_that_a_person_approves_is_not():
    found = seen("2026-11-09", policy("a", approver=None), policy("b", approver="role:headteacher"))
    assert (told(found.too_late), told(found.by_person)) == (["a"], ["b"])
    assert found.too_late[0].choices == ("Tell the office which body or person approves this policy.",)


def test_a_policy_without_a_date_or_without_a_rule_stands_among_the_unknown():
    found = seen("2026-11-09", policy("a", None), policy("b"), rules=(rule("a"), rule("b", active=False)))
    assert told(found.undated) == ["a", "b"]
    assert {one.state for one in found.undated} == {State.NO_RECORD}
    assert [one.obligation is None for one in found.undated] == [False, True]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-12-02", State.DUE),
        ("2026-12-03", State.DUE_SOON),
        ("2026-12-31", State.DUE_SOON),
        ("2027-01-01", State.OVERDUE),
    ],
)
def test_a_review_is_overdue_the_day_after_its_date_and_no_sooner(day, state):
    (one,) = seen(day, policy("a"), bodies=()).every
    assert one.state is state


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-11-04", State.DUE),
        ("2026-11-05", State.DUE_SOON),  # its meeting is in four weeks, its own day in eight
        ("2026-12-10", State.DUE_SOON),  # it met; the minute is asked for by that day
        ("2026-12-11", State.NO_RECORD),
        ("2026-12-31", State.NO_RECORD),
        ("2027-01-01", State.OVERDUE),
        ("2027-01-18", State.OVERDUE),  # a late meeting's minute is due soon, and the review is late
    ],
)
def test_a_review_stands_the_same_in_the_list_and_in_the_figures_whatever_its_next_step_is(day, state):
    known = snapshot((policy("a"),))
    (listed,) = review_calendar(known, "larkfield", on(day)).every
    (tile,) = figures(known, on(day))[0].tiles
    assert (listed.state, tile.state) == (state, state)
    late_since = "2026-12-31" if state is State.OVERDUE else None
    assert late_since is None or str(tile.lines[0].due_on) == late_since
    assert "The review of A" in tile.lines[0].why


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-11-04", "draft by 2026-11-04"),
        ("2026-12-02", "meeting on 2026-12-03"),  # no draft came, and its day is over
        ("2026-12-04", "minute by 2026-12-10"),
        ("2027-01-04", "review due 2026-12-31"),
    ],
)
def test_the_day_beside_a_review_says_what_is_on_that_day(day, says):
    nobody = replace(FGB, members=frozenset({"somebody-else"}))
    (tile,) = figures(snapshot((policy("a"),), bodies=(nobody,)), on(day))[0].tiles
    (line,) = tile.lines
    assert f"{line.day_of} {line.due_on}" == says


def test_every_day_of_a_review_is_the_same_in_the_list_and_in_the_figures():
    named = tuple(
        policy(key, "2027-02-01", approver=by) for key, by in (("a", "fgb"), ("b", "role:headteacher"))
    )
    named += (policy("c", None),)
    nobody = replace(FGB, members=frozenset(), chair=None)
    for known in (snapshot(named), snapshot(named, bodies=(nobody,)), snapshot(named, bodies=())):
        for ahead in range(200):
            day = on("2026-09-01") + timedelta(days=ahead)
            listed = {one.policy.key: one.state for one in review_calendar(known, "larkfield", day).every}
            lines = figures(known, day)[0].lines
            assert {line.obligation.removeprefix("review-"): line.state for line in lines} == listed, day
            # No step that is over stands as the day of a review that is still to come.
            assert all(line.due_on >= day for line in lines if line.state in (State.DUE, State.DUE_SOON)), day


@pytest.mark.parametrize(
    ("draft", "ready"),
    [
        ({"subject": "draft", "cycle": "2026-12-31/2026-12-03/draft"}, True),
        ({"subject": "draft", "cycle": "2026-12-31/2027-01-14/draft"}, True),  # the meeting moved
        ({"subject": "draft", "cycle": "2025-12-31/2025-12-03/draft"}, False),
        ({"subject": "draft"}, False),
        ({"subject": "agenda", "cycle": "2026-12-31/2026-12-03/agenda"}, False),
        (
            {"subject": "draft", "cycle": "2026-12-31/2026-12-03/draft", "outcome": Outcome.QUESTION},
            False,
        ),
    ],
)
def test_a_review_is_ready_once_the_draft_for_it_is_recorded(draft, ready):
    (one,) = seen("2026-11-09", policy("a"), acts=(act("a", "2026-11-06", **draft),)).every
    assert one.ready is ready


def test_who_prepares_is_the_owner_or_the_person_it_was_handed_to():
    (one,) = seen("2026-11-09", policy("a")).every
    assert (one.preparing, str(one.prepare_by), one.handed_over) == (("lead",), "2026-11-04", False)
    handed = {("larkfield", "a"): Delegation("gov", on("2026-11-20"), on("2026-11-09"))}
    (one,) = seen("2026-11-09", policy("a"), delegations=handed).every
    assert (one.preparing, str(one.prepare_by), one.handed_over) == (("gov",), "2026-11-20", True)
    (alone,) = seen("2026-11-09", policy("a", approver="role:headteacher")).every
    assert alone.prepare_by is None


def test_the_draft_is_asked_of_the_person_it_was_handed_to():
    handed = {("larkfield", "a"): Delegation("gov", on("2026-11-20"), on("2026-11-09"))}
    for one in (policy("a"), policy("a", approver="role:headteacher")):
        owed = duties(snapshot((one,), delegations=handed), on("2026-11-09"))
        drafts = [(duty.person, str(duty.due_on)) for duty in owed if duty.subject == "draft"]
        assert drafts == [("gov", "2026-11-20")]


@pytest.mark.parametrize(
    ("delegation", "acts", "preparing"),
    [
        (Delegation("gone", on("2026-11-20"), on("2026-11-09")), (), "lead"),
        (Delegation("gov", on("2026-11-20"), on("2026-11-09")), ("2026-11-08",), "gov"),
        (Delegation("gov", on("2026-11-20"), on("2026-11-09")), ("2026-11-09",), "lead"),
    ],
)
def test_a_hand_over_ends_with_its_person_and_with_an_approval_after_it(delegation, acts, preparing):
    found = seen(
        "2026-11-09",
        policy("a", cycle_months=12),
        acts=tuple(act("a", day, subject="approve") for day in acts),
        delegations={("larkfield", "a"): delegation},
    )
    assert found.every[0].preparing == (preparing,)


PHONES = policy("phones", "2026-12-31", cycle_months=12)


def approval(day, **more):
    return act("phones", day, subject="approve", **more)


@pytest.mark.parametrize(
    ("acts", "due"),
    [
        ((), "2026-12-31"),
        ((approval("2026-12-03", until=on("2027-06-30")),), "2027-06-30"),  # the new text prints it
        ((approval("2026-12-03", until=on("2028-06-30")),), "2027-12-03"),  # its cycle is earlier
        ((approval("2026-12-03", receipt="1"),), "2027-12-03"),
        (
            (
                approval("2026-12-03", receipt="1"),
                approval("2026-12-04", receipt="2", reference="1", outcome=Outcome.WITHDRAWN),
            ),
            "2026-12-31",
        ),
        (
            (
                approval("2026-12-03", receipt="1"),
                approval("2026-12-04", receipt="2", reference="1", outcome=Outcome.WITHDRAWN),
                approval("2026-11-30", receipt="3"),
            ),
            "2027-11-30",
        ),
    ],
)
def test_the_next_review_follows_from_the_approval_that_stands(acts, due):
    assert str(due_of(PHONES, rule("phones"), acts).due_on) == due


def test_the_latest_approval_is_the_one_of_the_latest_meeting():
    acts = (approval("2026-12-03"), approval("2026-11-30"))
    assert last_approval(acts) == acts[0]
    (one,) = seen("2026-12-04", PHONES, acts=acts).every
    assert one.approved == acts[0]
