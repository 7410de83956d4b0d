"""What governors see without a name: what changed since the last meeting, and questions with their reason."""

from dataclasses import replace
from datetime import date

import pytest
from asked import asked as asked_until

from bot.planning.snapshot import Snapshot
from bot.reviews.overview import MOST_QUESTIONS, overview
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Event, Evidence
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import PartialDate, Policy, Version
from bot.rules.reminder_ladder import ASK, REVIEW


def on(text):
    return date.fromisoformat(text)


YEAR = Calendar(
    (Term("T1", on("2026-09-01"), on("2026-12-18")), Term("T2", on("2027-01-04"), on("2027-07-21")))
)


def person(key, *roles):
    here = Membership("larkfield", frozenset(roles), starts_on=on("2020-09-01"))
    return Person(key, f"Given Name{key}", f"{key}@larkfield.test", (here,))


PEOPLE = (
    person("head", "headteacher", "staff"),
    person("lead", "dsl", "staff"),
    person("deputy", "deputy-dsl", "staff"),
    person("clerk", "clerk"),
    person("chair", "chair"),
)
READ = Obligation(
    "read",
    "larkfield",
    Kind.ACKNOWLEDGE,
    "Phones",
    audience("role:staff"),
    (parse("each September"),),
    ASK,
    policy="phones",
)
REVIEWING = Obligation(
    "review",
    "larkfield",
    Kind.REVIEW,
    "Review of Phones",
    audience("everyone"),
    (parse("always"),),
    REVIEW,
    policy="phones",
)
PHONES = Policy(
    "phones",
    "larkfield",
    "Phones",
    owner="role:dsl",
    approver="fgb",
    next_review=PartialDate.parse("2027-03-31"),
)
FGB = Body(
    "fgb",
    "larkfield",
    "Full governing body",
    meetings=(Meeting("a", on("2026-10-01")), Meeting("b", on("2027-02-04"))),
)
OTHER = Body("other", "larkfield", "Committee", meetings=(Meeting("c", on("2026-11-05")),))


def snapshot(
    *, policy=PHONES, obligations=(READ, REVIEWING), bodies=(FGB,), acts=(), since="2026-08-01", people=PEOPLE
):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on(since))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        {("larkfield", policy.key): policy, ("elsewhere", "a"): replace(policy, school="elsewhere")},
        obligations,
        bodies={("larkfield", one.key): one for one in bodies},
        evidence=acts,
    )


def seen(day="2026-11-23", body="", **more):
    return overview(asked_until(snapshot(**more), on(day)), "larkfield", on(day), body)


def asked(found):
    return [(one.asks, one.why) for one in found.questions]


@pytest.mark.parametrize(
    ("given", "since", "what"),
    [
        ({}, "2026-10-01", "the Full governing body met"),
        ({"bodies": (FGB, OTHER)}, "2026-11-05", "the Committee met"),
        ({"bodies": (FGB, OTHER), "body": "fgb"}, "2026-10-01", "the Full governing body met"),
        ({"bodies": ()}, "2026-09-01", "the term began"),
        ({"since": "2026-11-01"}, "2026-11-01", "our records began"),
        ({"since": "2026-11-23"}, None, ""),
    ],
)
def test_changed_means_since_the_last_meeting_or_as_far_back_as_we_know(given, since, what):
    found = seen(**given)
    assert (found.since and str(found.since), found.since_what) == (since, what)


def test_changes_are_counts_by_area_texts_and_approvals_since_then():
    versions = (Version("1", "a" * 64), Version("2", "b" * 64, issued_on=on("2026-11-10")))
    read = (Evidence("larkfield", "read", key, on("2026-11-02")) for key in ("head", "lead"))
    approved = Evidence("larkfield", "review", "fgb", on("2026-10-08"), subject="approve")
    found = seen(policy=replace(PHONES, versions=versions, cycle_months=12), acts=(*read, approved))
    assert [(one.says, one.state) for one in found.changes] == [
        ("Reading policies: 3 overdue, now 1.", State.OVERDUE),
        ("Phones: version 2, 10 November 2026.", State.DUE),
        ("Phones: approved on 8 October 2026.", State.DONE),
    ]


def test_nothing_changed_is_not_a_change():
    assert seen("2026-10-02").changes == ()


def test_an_area_that_is_new_counts_from_nothing():
    late = replace(READ, key="late", cadence=(parse("each November"),))
    found = seen("2027-02-01", obligations=(late,), bodies=())
    assert [one.says for one in found.changes] == []


def test_an_overdue_review_asks_what_has_to_happen_and_one_that_is_ready_when():
    late = replace(PHONES, next_review=PartialDate.parse("2026-10-31"))
    assert asked(seen(policy=late, obligations=(REVIEWING,)))[0] == (
        "What has to happen before Phones is approved?",
        "Its review was due on 31 October 2026. No draft is ready yet.",
    )
    draft = Evidence(
        "larkfield", "review", "lead", on("2026-11-02"), subject="draft", cycle="2026-10-31/draft"
    )
    assert asked(seen(policy=late, obligations=(REVIEWING,), acts=(draft,)))[0] == (
        "Can Phones be approved at the next meeting?",
        "Its review was due on 31 October 2026. The draft is ready.",
    )


def test_a_policy_without_a_date_and_one_without_a_meeting_are_asked_about():
    undated = seen(policy=replace(PHONES, next_review=None), obligations=(REVIEWING,))
    assert asked(undated)[0][1] == "Phones states no date, so nobody can say when its review is due."
    unasked = seen(obligations=())
    assert asked(unasked)[0][1] == "No rule asks for a review of Phones."
    april = replace(FGB, meetings=(Meeting("apr", on("2027-04-22")),))
    assert asked(seen(bodies=(april,), obligations=(REVIEWING,)))[0] == (
        "How will Phones be approved in time?",
        "Its review is due on 31 March 2027, and no meeting is in time.",
    )
    without = seen(bodies=(replace(FGB, meetings=()),), obligations=(REVIEWING,))
    assert asked(without) == [
        ("When does this body meet next?", "No coming meeting of the Full governing body is known."),
    ]


def test_what_people_owe_is_asked_about_by_number():
    read = Evidence("larkfield", "read", "head", on("2026-09-02"))
    assert asked(seen(obligations=(READ, REVIEWING), acts=(read,))) == [
        ("What would help with reading Phones?", "The date has passed for 2 of 3."),
    ]
    unknown = seen(
        obligations=(replace(READ, kind=Kind.TRAIN, title="Training"), REVIEWING), since="2026-11-02"
    )
    assert asked(unknown) == [
        (
            "How do we know about Training?",
            "There is no record for 3 of 3. It may have been done, and not noted.",
        )
    ]


def test_two_events_of_one_rule_are_told_apart_by_event_and_day_and_name_no_one():
    rule = replace(READ, key="wipe", kind=Kind.CHECK, title="Empty the camera", audience=audience("role:dsl"))
    rule = replace(rule, cadence=(parse("on event trip-returned within 1 school day"),))
    trips = tuple(
        Event(f"trip-{day}", "larkfield", "trip-returned", on(day), note="With Given Name")
        for day in ("2026-11-05", "2026-11-12")
    )
    school = asked_until(replace(snapshot(obligations=(rule,)), events=trips), on("2026-11-23"))
    found = overview(school, "larkfield", on("2026-11-23"), "")
    assert [asks for asks, _ in asked(found) if "camera" in asks] == [
        "What would help with Empty the camera (trip returned on 12 November 2026)?",
        "What would help with Empty the camera (trip returned on 5 November 2026)?",
    ]
    assert "Given" not in repr(found.questions)


def test_what_was_noticed_is_asked_about_in_the_settings_own_words():
    people = tuple(replace(one, email=None) for one in PEOPLE if one.key != "chair")
    assert asked(seen("2026-10-02", people=people, obligations=()))[-1] == (
        "Who takes a concern about the headteacher?",
        "No chair is named: a concern about the headteacher has nowhere to go.",
    )


def test_no_name_is_in_it_and_no_more_questions_than_a_meeting_has_time_for():
    rules = tuple(
        replace(
            READ,
            key=f"rule {number}",
            kind=Kind.TRAIN,
            audience=audience(f"role:nobody{number} or role:staff"),
        )
        for number in range(8)
    )
    found = seen(obligations=rules)
    assert len(found.questions) == MOST_QUESTIONS
    assert "Given" not in repr((found.questions, found.changes))
