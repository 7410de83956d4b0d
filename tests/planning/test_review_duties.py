"""A policy's review: due date, stages, who does what, and what happens when no meeting is in time."""

from dataclasses import replace
from datetime import date

import pytest

from bot.planning.duties import duties
from bot.planning.plan import plan
from bot.planning.review_duties import MINUTE, as_whole, due_of
from bot.planning.snapshot import Snapshot
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import Duty, State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.policies import PartialDate, Policy
from bot.rules.reminder_ladder import REVIEW


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
RULE = Obligation(
    "review",
    "larkfield",
    Kind.REVIEW,
    "Review",
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
    next_review=PartialDate.parse("2026-12-31"),
)
DECEMBER, JANUARY = Meeting("dec", on("2026-12-03")), Meeting("jan", on("2027-01-14"))
FGB = Body(
    "fgb",
    "larkfield",
    "Full governing body",
    "clerk",
    "chair",
    frozenset({"gov", "gone"}),
    (DECEMBER, JANUARY),
)


def person(key, role):
    return Person(key, key.title(), f"{key}@larkfield.test", (Membership("larkfield", frozenset({role})),))


PEOPLE = (
    person("head", "headteacher"),
    person("lead", "dsl"),
    person("clerk", "clerk"),
    person("chair", "chair"),
    person("gov", "governor"),
)


def owed(day, *acts, policy=PHONES, body=FGB, rule=RULE, people=PEOPLE, since="2026-09-01"):
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on(since))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        {("larkfield", "phones"): policy} if policy else {},
        (rule,),
        bodies={("larkfield", "fgb"): body} if body else {},
        evidence=acts,
    )
    # What members are only told is looked at below.
    return tuple(one for one in duties(snapshot, on(day)) if one.subject not in {"late", "no date"})


def act(day, **more):
    return Evidence("larkfield", "review", "fgb", on(day), **more)


def stages(found):
    return [(one.subject, one.person, str(one.opens_on), str(one.due_on), one.state) for one in found]


def test_each_stage_has_its_day_and_its_people():
    found = owed("2026-11-20")
    # Papers by 25 November, seven clear days before; agenda and draft counted back in school days.
    assert stages(found) == [
        ("draft", "lead", "2026-09-29", "2026-11-04", State.NO_RECORD),
        ("agenda", "clerk", "2026-11-11", "2026-11-18", State.NO_RECORD),
        ("papers", "clerk", "2026-11-18", "2026-11-25", State.DUE_SOON),
        ("approve", "chair", "2026-11-25", "2026-12-03", State.DUE_SOON),
        ("approve", "gov", "2026-11-25", "2026-12-03", State.DUE_SOON),
    ]
    assert found[0].cycle == "2026-12-31/2026-12-03/draft"
    assert found[0].why == (
        "The review of Phones is due on 31 December 2026. "
        "Full governing body meets on 3 December 2026; papers go by 25 November 2026."
    )
    assert [step.name for step in found[3].steps] == ["ask"]  # members are told once


@pytest.mark.parametrize(
    ("day", "states"),
    [
        ("2026-09-07", [State.DUE] * 5),
        ("2026-10-08", [State.DUE_SOON, State.DUE, State.DUE, State.DUE, State.DUE]),
        ("2026-12-03", [State.NO_RECORD, State.NO_RECORD, State.NO_RECORD, State.DUE_SOON, State.DUE_SOON]),
    ],
)
def test_a_stage_that_passed_is_not_overdue_before_the_review_is(day, states):
    assert [one.state for one in owed(day)] == states


def test_a_stage_recorded_is_done():
    draft = act("2026-11-03", cycle="2026-12-31/2026-12-03/draft", subject="draft")
    question = act("2026-11-03", cycle="2026-12-31/2026-12-03/agenda", outcome=Outcome.QUESTION)
    states = {one.subject: one.state for one in owed("2026-11-20", draft, question)}
    assert (states["draft"], states["agenda"]) == (State.DONE, State.NO_RECORD)


def test_without_a_meeting_in_time_the_clerk_and_the_head_are_told_and_the_next_is_worked_towards():
    found = owed("2026-12-07", body=replace(FGB, meetings=(JANUARY,)))
    told = [one for one in found if one.subject == "no meeting"]
    assert [one.person for one in told] == ["clerk", "head"]
    assert str(told[0].opens_on) == "2026-11-01"  # sixty days before
    assert told[0].cycle == "2026-12-31/no meeting"
    assert "No meeting is in time. Call an extra meeting" in told[0].why
    assert {one.subject for one in found} == {"no meeting", "draft", "agenda", "papers", "approve"}
    assert {one.cycle for one in found if one.subject == "draft"} == {"2026-12-31/2027-01-14/draft"}


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-12-04", State.DUE_SOON),  # the morning after
        ("2026-12-10", State.DUE_SOON),  # five school days later
        ("2026-12-11", State.NO_RECORD),
        ("2027-01-04", State.OVERDUE),  # the review's own day has passed
    ],
)
def test_after_the_meeting_the_clerk_alone_is_asked_for_its_minute(day, state):
    (found,) = owed(day, body=replace(FGB, meetings=(DECEMBER,)))
    assert (found.subject, found.person, found.state) == ("minute", "clerk", state)
    assert (str(found.opens_on), str(found.due_on)) == ("2026-12-04", "2026-12-10")
    assert found.cycle == "2026-12-31/2026-12-03/minute"
    assert found.why.endswith("Full governing body met on 3 December 2026; we hold no minute of it yet.")
    assert [(step.name, step.to) for step in found.steps] == [
        ("ask", "person"),
        ("due", "person"),
        ("hand-over", "head"),
    ]


def test_without_a_clerk_the_headteacher_is_asked_for_the_minute():
    people = [one for one in PEOPLE if one.key != "clerk"]
    assert [(one.subject, one.person) for one in owed("2026-12-04", people=people)] == [("minute", "head")]


def test_a_minute_that_approves_is_an_approval():
    minute = act("2026-12-03", cycle="2026-12-31/2026-12-03/minute", subject="minute")
    yearly = replace(PHONES, cycle_months=12)
    assert {one.cycle[:10] for one in owed("2026-12-07", minute, policy=yearly)} == {"2027-12-03"}


def test_a_minute_that_puts_it_off_has_the_next_meeting_counted_back_from():
    cycle = "2026-12-31/2026-12-03/minute"
    put_off = act("2026-12-04", cycle=cycle, subject="minute", outcome=Outcome.DECLINED, receipt="HB-1")
    assert "no meeting" in {one.subject for one in owed("2026-12-07", put_off)}
    taken_back = act("2026-12-05", outcome=Outcome.WITHDRAWN, reference="HB-1")
    assert {one.subject for one in owed("2026-12-07", put_off, taken_back)} == {"minute"}
    asked = act("2026-12-04", cycle=cycle, subject="minute", outcome=Outcome.QUESTION)
    assert {one.subject for one in owed("2026-12-07", asked)} == {"minute"}


SOON_AGAIN = (Meeting("dec", on("2026-12-10")), Meeting("jan", on("2027-01-14")))  # 13 school days later


@pytest.mark.parametrize(
    ("day", "due", "subjects"),
    [
        ("2026-12-11", "2026-12-01", {"minute"}),  # the morning after
        (
            "2026-12-17",
            "2026-12-01",
            {"minute", "draft", "agenda", "papers", "approve"},
        ),  # agenda by the 16th
        ("2026-12-17", "2026-12-17", {"minute"}),  # not late yet
        ("2026-12-18", "2026-12-17", {"minute", "draft", "agenda", "papers", "approve"}),
    ],
)
def test_a_late_review_without_a_minute_goes_to_the_next_meeting_too(day, due, subjects):
    policy = replace(PHONES, next_review=PartialDate.parse(due))
    found = owed(day, policy=policy, body=replace(FGB, meetings=SOON_AGAIN))
    assert {one.subject for one in found} == subjects
    prepared = {one.cycle[11:21] for one in found if one.subject != "minute"}
    assert prepared == ({"2027-01-14"} if len(subjects) > 1 else set())
    # One that has no meeting after it has nothing to prepare.
    alone = owed(day, policy=policy, body=replace(FGB, meetings=SOON_AGAIN[:1]))
    assert {one.subject for one in alone} == {"minute"}


def test_a_minute_is_waited_for_six_weeks():
    far = replace(FGB, meetings=(DECEMBER,))
    assert {one.subject for one in owed("2027-01-14", body=far)} == {"minute"}
    assert {one.subject for one in owed("2027-01-15", body=far)} == {"meetings"}


def test_a_draft_that_is_here_stays_here_when_its_meeting_moves():
    draft = act("2026-11-03", cycle="2026-12-31/2026-12-03/draft", subject="draft")
    moved = replace(FGB, meetings=(Meeting("2026-12-03", on("2026-12-10")),))
    states = {one.subject: one.state for one in owed("2026-11-20", draft, body=moved)}
    assert states["draft"] is State.DONE
    of_another = act("2025-11-03", cycle="2025-12-31/2025-12-03/draft", subject="draft")
    states = {one.subject: one.state for one in owed("2026-11-20", of_another, body=moved)}
    assert states["draft"] is not State.DONE


def test_what_was_chosen_where_no_meeting_is_in_time_is_not_asked_again():
    chosen = act("2026-12-08", cycle="2026-12-31/no meeting", subject="no meeting")
    body = replace(FGB, meetings=(Meeting("july", on("2027-07-01")),))
    found = [one for one in owed("2026-12-10", chosen, body=body) if one.subject == "no meeting"]
    assert [(one.person, one.state) for one in found] == [("clerk", State.DONE), ("head", State.DONE)]
    late = [one for one in owed("2027-01-04", chosen, body=body) if one.subject == "no meeting"]
    assert {(one.state, len(one.steps)) for one in late} == {(State.OVERDUE, 1)}


def test_dates_that_were_told_are_not_asked_for_again_and_stay_unknown():
    undated = replace(PHONES, next_review=None, reviewed_on=None, approved_on=None)
    (asked,) = owed("2026-11-20", policy=undated)
    (told,) = owed("2026-11-20", act("2026-11-01", cycle="dates", subject="dates"), policy=undated)
    assert (asked.state, told.state) == (State.NO_RECORD, State.NO_RECORD)
    assert (len(asked.steps) > 1, len(told.steps)) == (True, 1)
    assert told.why.endswith("Its dates were told; they are not in the register yet.")


def test_a_review_that_passed_is_overdue():
    found = owed("2027-01-04", body=replace(FGB, meetings=(DECEMBER,)))
    assert [one.state for one in found] == [State.OVERDUE]


@pytest.mark.parametrize(
    ("day", "meetings", "subjects"),
    [
        ("2026-12-07", (), {"meetings"}),  # no meeting is known at all
        ("2026-09-07", (JANUARY,), {"no meeting"}),  # too early to work towards a late one
        ("2026-11-02", (JANUARY,), {"no meeting", "draft", "agenda", "papers", "approve"}),
    ],
)
def test_a_late_meeting_is_worked_towards_once_people_know_that_it_is_late(day, meetings, subjects):
    assert {one.subject for one in owed(day, body=replace(FGB, meetings=meetings))} == subjects


NEVER_MEETS = replace(FGB, meetings=())


@pytest.mark.parametrize(
    ("people", "asked"),
    [(PEOPLE, "clerk"), ([one for one in PEOPLE if one.key != "clerk"], "head")],
)
def test_where_no_meeting_is_known_the_clerk_is_asked_once_in_time_when_it_meets_next(people, asked):
    (found,) = owed("2026-08-03", body=NEVER_MEETS, people=people)
    assert (found.subject, found.person, found.cycle) == ("meetings", asked, "2026-12-31/meetings")
    # As if it met on the last day: papers by 18 December, draft by 27 November, asked for in October.
    assert (str(found.opens_on), str(found.due_on)) == ("2026-10-22", "2026-12-31")
    assert found.state is State.DUE
    assert found.why == (
        "The review of Phones is due on 31 December 2026. "
        "We know of no coming meeting of the Full governing body: tell Handbell when it meets next."
    )
    assert [(step.name, step.to) for step in found.steps] == [("ask", "person"), ("hand-over", "head")]


def test_where_the_next_terms_meetings_are_not_entered_the_clerk_is_asked_before_a_review_is_pulled_forward():
    due_later = replace(PHONES, next_review=PartialDate.parse("2027-06-30"))
    found = owed("2026-11-20", policy=due_later)
    # January's meeting, the last that is known, is five and a half months before: its draft day is the last
    # on which it could still be used.
    assert [(one.subject, one.person, str(one.opens_on), str(one.due_on)) for one in found] == [
        ("meetings", "clerk", "2026-11-04", "2026-12-02")
    ]
    assert found[0].why.endswith("We know of no meeting of the Full governing body after 14 January 2027.")
    # Unanswered it stays a question; January's meeting goes by, and no minute of it is asked for.
    assert {one.subject for one in owed("2027-01-15", policy=due_later)} == {"meetings"}
    answered = replace(FGB, meetings=(*FGB.meetings, Meeting("jun", on("2027-06-24"))))
    assert {one.cycle[:21] for one in owed("2026-11-20", policy=due_later, body=answered)} == {
        "2027-06-30/2027-06-24"
    }


def test_the_review_that_asks_for_dates_is_the_first_of_those_that_lack_them():
    first = replace(PHONES, key="first", next_review=PartialDate.parse("2027-01-31"))
    later = replace(PHONES, key="later", next_review=PartialDate.parse("2027-06-30"))
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in PEOPLE},
        {("larkfield", one.key): one for one in (first, later)},
        (replace(RULE, key="first", policy="first"), replace(RULE, key="later", policy="later")),
        bodies={("larkfield", "fgb"): FGB},
    )
    asks = [one for one in duties(snapshot, on("2026-11-20")) if one.subject == "meetings"]
    assert [(one.obligation.key, len(one.steps)) for one in asks] == [("later", 2)]


def test_no_one_is_asked_when_a_body_meets_where_no_one_clerks_or_leads():
    assert owed("2026-12-07", body=NEVER_MEETS, people=PEOPLE[1:2]) == ()


def test_of_all_reviews_of_a_body_the_one_due_first_asks_when_it_meets():
    others = {
        "later": replace(PHONES, key="later", next_review=PartialDate.parse("2027-01-15")),
        "undated": replace(PHONES, key="undated", next_review=None),
        "by-head": replace(PHONES, key="by-head", approver="role:headteacher"),
        "stopped": replace(PHONES, key="stopped", next_review=PartialDate.parse("2026-12-01")),
    }
    rules = [replace(RULE, key=key, policy=key, active=key != "stopped") for key in others]
    training = replace(RULE, key="training", kind=Kind.TRAIN, policy="phones", audience=audience("role:dsl"))
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in PEOPLE},
        {("larkfield", one.key): one for one in (PHONES, *others.values())},
        (*rules, RULE, training),
        bodies={("larkfield", "fgb"): NEVER_MEETS},
    )
    asks = {
        one.obligation.key: [step.name for step in one.steps]
        for one in duties(snapshot, on("2026-11-02"))
        if one.subject == "meetings"
    }
    assert asks == {"later": [], "review": ["ask", "hand-over"]}
    planned = plan(snapshot, on("2026-11-02"))
    (told,) = [one for one in planned.notices if one.person == "clerk"]
    assert [item.duty.obligation.key for item in told.items] == ["review"]
    assert ("later", "asked with another review") in {(one.obligation, one.reason) for one in planned.skipped}


def test_a_stage_whose_day_is_to_come_is_not_overdue_however_late_the_review():
    body = replace(FGB, meetings=(Meeting("feb", on("2027-02-11")),))
    found = {one.subject: one.state for one in owed("2027-01-20", body=body)}
    assert (found["no meeting"], found["papers"], found["approve"]) == (
        State.OVERDUE,
        State.DUE_SOON,
        State.DUE_SOON,
    )
    assert found["draft"] is State.OVERDUE  # its own day has passed too


@pytest.mark.parametrize(
    ("due", "subjects"),
    [
        ("2027-07-16", {"draft", "agenda", "papers", "approve"}),  # half a year after the last one before it
        ("2027-07-17", {"draft"}),
    ],
)
def test_no_meeting_approves_a_review_more_than_half_a_year_too_early(due, subjects):
    policy = replace(PHONES, next_review=PartialDate.parse(due))
    body = replace(FGB, meetings=(*FGB.meetings, Meeting("autumn", on("2027-10-07"))))
    found = owed("2026-11-20", policy=policy, body=body)
    assert {one.subject for one in found} == subjects
    if subjects == {"draft"}:
        assert [(one.person, one.state, str(one.due_on), one.cycle) for one in found] == [
            ("lead", State.DUE, due, f"{due}/draft")
        ]
        assert found[0].why.endswith("No meeting of the Full governing body near that day is known yet.")
        assert found[0].opens_on > on("2026-11-20")


def test_clerk_and_head_in_one_person_are_told_once():
    people = (
        Person("head", "Head", "h@x.test", (Membership("larkfield", frozenset({"headteacher", "clerk"})),)),
    )
    assert [one.person for one in owed("2026-12-07", body=None, people=people)] == ["head"]


def test_a_policy_no_one_approves_says_so():
    found = owed("2026-11-20", body=None)
    assert [(one.subject, one.person) for one in found] == [("no meeting", "clerk"), ("no meeting", "head")]
    assert "Tell the office which body or person approves this policy." in found[0].why


def test_a_person_may_approve():
    found = owed("2026-11-20", body=None, policy=replace(PHONES, approver="role:headteacher"))
    # The draft is wanted twenty school days before 31 December: 18 December is the first of them.
    assert [(one.subject, one.person, str(one.due_on), one.cycle) for one in found] == [
        ("draft", "lead", "2026-11-23", "2026-12-31/draft"),
        ("approve", "head", "2026-12-31", "2026-12-31/approve"),
    ]
    done = act("2026-11-20", cycle="2026-12-31/draft", subject="draft")
    again = owed("2026-11-20", done, body=None, policy=replace(PHONES, approver="head"))
    assert [one.state for one in again] == [State.DONE, State.DUE]


@pytest.mark.parametrize(
    ("policy", "people", "asked"),
    [
        (replace(PHONES, next_review=None), PEOPLE, ["lead"]),
        (replace(PHONES, next_review=None, owner="gov"), PEOPLE, ["gov"]),
        (replace(PHONES, next_review=None, owner=None), PEOPLE, ["head"]),
        (replace(PHONES, next_review=None, owner=None), PEOPLE[1:], []),
    ],
)
def test_the_owner_of_a_policy_without_dates_is_asked_for_them(policy, people, asked):
    found = owed("2026-11-20", policy=policy, people=people)
    assert [one.person for one in found] == asked
    for one in found:
        assert (one.subject, one.state, str(one.due_on)) == ("dates", State.NO_RECORD, "2026-09-29")
        assert one.why == "Phones states no date, so we cannot say when its review is due."


def test_an_unknown_policy_owes_nothing():
    assert owed("2026-11-20", policy=None) == ()


def test_a_clerk_and_members_who_are_not_here_are_not_asked():
    assert {one.person for one in owed("2026-11-20", people=PEOPLE[:2])} == {"lead"}


STATED = replace(PHONES, reviewed_on=PartialDate.parse("2025-09"), cycle_months=12)


@pytest.mark.parametrize(
    ("policy", "words", "acts", "due"),
    [
        (PHONES, "always", (), "2026-12-31"),
        (STATED, "always", (), "2026-09-30"),  # the earlier one
        (replace(STATED, approved_on=PartialDate.parse("2025-11-20")), "always", (), "2026-11-20"),
        (replace(STATED, next_review=None, cycle_months=None), "every 24 months", (), "2027-09-30"),
        (replace(STATED, next_review=None, cycle_months=None), "always", (), None),
        # An approval recorded here sets aside the date the old text prints.
        (STATED, "always", (act("2026-12-03", subject="approve"),), "2027-12-03"),
        (STATED, "always", (act("2026-12-03"),), "2027-12-03"),
        (STATED, "always", (act("2026-12-03", subject="draft"),), "2026-09-30"),
        (STATED, "always", (act("2026-12-03", outcome=Outcome.DECLINED),), "2026-09-30"),
        # One older than what the document states does not.
        (STATED, "always", (act("2025-03-01", subject="approve"),), "2026-09-30"),
        (PHONES, "always", (act("2026-12-03", subject="approve"),), None),
    ],
)
def test_a_review_is_due_by_what_the_document_and_the_minutes_state(policy, words, acts, due):
    found = due_of(policy, replace(RULE, cadence=(parse(words),)), acts)
    assert (str(found.due_on) if found else None) == due


def test_dates_that_disagree_are_both_said():
    policy = replace(STATED, next_review=PartialDate.parse("2026-12"))
    assert owed("2026-11-20", policy=policy)[0].why.startswith(
        "The review of Phones was due on 30 September 2026: it prints December 2026, "
        "its own cycle gives 30 September 2026, and the earlier one counts."
    )


# --- what the members of a body are told

MEMBERS = (*PEOPLE, person("parent", "parent-governor"), person("teacher", "teacher"))
UNLISTED = replace(FGB, members=frozenset())


def members_told(day, **more):
    """Who is told of what on a day by the plan: person, message kind, review stage."""
    unwanted = more.pop("unwanted", ())
    found = school_with(day, unwanted, **more)
    return {(one.person, one.kind, item.duty.subject) for one in found.notices for item in one.items}


def school_with(day, unwanted=(), *, policy=PHONES, bodies=(UNLISTED,), people=MEMBERS, acts=()):
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-09-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        {("larkfield", "phones"): policy},
        (RULE,),
        bodies={("larkfield", one.key): one for one in bodies},
        evidence=acts,
        no_meeting_emails=frozenset(("larkfield", key) for key in unwanted),
    )
    return plan(snapshot, on(day))


def test_every_member_is_told_with_the_papers_what_comes_to_the_meeting():
    assert not [one for one in members_told("2026-11-24") if one[2] == "approve"]
    told = {one for one in members_told("2026-11-25") if one[2] == "approve"}
    # Where no member is listed they are all governors; the head and staff are not among them.
    assert told == {(key, "governors", "approve") for key in ("chair", "gov", "parent")}


def test_a_member_may_opt_out_and_a_school_may_choose_clerk_and_chair_only():
    one_less = {
        one[0] for one in members_told("2026-11-25", unwanted=["gov", "chair"]) if one[2] == "approve"
    }
    assert one_less == {"chair", "parent"}  # who chairs is told all the same
    few = members_told("2026-11-25", bodies=(replace(UNLISTED, tell_members=False),))
    assert {one[0] for one in few if one[2] == "approve"} == {"chair"}
    skipped = {(one.person, one.reason) for one in school_with("2026-11-25", ["gov"]).skipped}
    assert ("gov", "no email about meetings, as chosen") in skipped


def test_members_hear_once_more_when_a_review_is_late():
    late = replace(PHONES, next_review=PartialDate.parse("2026-11-30"))
    nowhere = (replace(UNLISTED, meetings=()),)
    assert not [one for one in members_told("2026-11-30", policy=late, bodies=nowhere) if one[2] == "late"]
    told = {one for one in members_told("2026-12-01", policy=late, bodies=nowhere) if one[2] == "late"}
    assert told == {(key, "governors", "late") for key in ("chair", "gov", "parent")}


@pytest.mark.parametrize(
    ("day", "acts", "told"),
    [
        ("2026-12-10", (), False),  # the minute of the 3rd is still in time
        ("2026-12-11", (), True),
        ("2026-12-11", (act("2026-12-03", subject="approve"),), False),
    ],
)
def test_after_a_meeting_members_hear_that_a_review_is_late_once_its_minute_is_late(day, acts, told):
    late = replace(PHONES, next_review=PartialDate.parse("2026-12-04"))
    body = (replace(UNLISTED, meetings=(DECEMBER,)),)
    found = members_told(day, policy=late, bodies=body, acts=acts)
    assert ("gov" in {one[0] for one in found if one[2] == "late"}) == told


def test_members_hear_that_a_policy_of_theirs_has_no_review_date():
    undated = replace(PHONES, next_review=None)
    # Once its owner had twenty school days to say it.
    assert not [one for one in members_told("2026-09-28", policy=undated) if one[2] == "no date"]
    told = {one for one in members_told("2026-09-29", policy=undated) if one[2] == "no date"}
    assert told == {(key, "governors", "no date") for key in ("chair", "gov", "parent")}
    said = act("2026-09-21", cycle="dates", subject="dates")
    assert not [
        one for one in members_told("2026-09-29", policy=undated, acts=(said,)) if one[2] == "no date"
    ]


def test_a_committee_beside_other_bodies_has_no_members_but_those_listed():
    committee = replace(UNLISTED, key="resources-committee", chair=None)
    policy = replace(PHONES, approver="resources-committee")
    alone = members_told("2026-11-25", policy=policy, bodies=(committee,))
    assert {one[0] for one in alone if one[2] == "approve"} == {"chair", "gov", "parent"}
    beside = members_told("2026-11-25", policy=policy, bodies=(committee, FGB))
    assert {one[0] for one in beside if one[2] == "approve"} == {"chair"}
    no_chair = [one for one in MEMBERS if one.key != "chair"]
    assert not [
        one
        for one in members_told("2026-11-25", policy=policy, bodies=(committee, FGB), people=no_chair)
        if one[2] == "approve"
    ]


# Due on the last of December, and on the agenda of the third.
REVIEWED_THEN = "2026-12-31/2026-12-03"


@pytest.mark.parametrize(
    ("cycle", "subject", "due", "state", "day", "whole"),
    [
        (REVIEWED_THEN, None, "2026-11-26", State.DUE, "2026-09-01", (State.DUE, "2026-11-26")),
        # Past its own day, the step takes the next day of its review.
        (REVIEWED_THEN, None, "2026-11-26", State.OVERDUE, "2026-12-01", (State.DUE_SOON, "2026-12-03")),
        (REVIEWED_THEN, None, "2026-11-26", State.OVERDUE, "2026-12-03", (State.DUE_SOON, "2026-12-03")),
        (REVIEWED_THEN, None, "2026-11-26", State.DUE, "2027-01-01", (State.OVERDUE, "2026-12-31")),
        # A minute that nobody sent is no record; until its day it is waited for.
        (REVIEWED_THEN, MINUTE, "2026-12-10", State.DUE, "2026-12-10", (State.DUE_SOON, "2026-12-10")),
        (REVIEWED_THEN, MINUTE, "2026-12-10", State.DUE, "2026-12-11", (State.NO_RECORD, "2026-12-10")),
        (REVIEWED_THEN, None, "2026-12-10", State.DUE, "2026-12-11", (State.DUE_SOON, "2026-12-31")),
        # What somebody said stays, and so does what is about no review.
        (REVIEWED_THEN, None, "2026-11-26", State.EXCUSED, "2027-01-01", (State.EXCUSED, "2026-11-26")),
        ("dates", None, "2026-11-26", State.DUE, "2027-01-01", (State.DUE, "2026-11-26")),
    ],
)
def test_a_step_of_a_review_stands_where_its_review_stands(cycle, subject, due, state, day, whole):
    step = Duty(RULE, "clerk", cycle, on("2026-09-01"), on(due), state, "", subject)
    shown = as_whole(step, on(day))
    assert (shown.state, shown.due_on) == (whole[0], on(whole[1]))
