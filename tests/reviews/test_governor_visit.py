"""What a safeguarding governor's visit looks at: promises beside counts, who led, and nobody's name."""

from dataclasses import replace
from datetime import date

import pytest
from asked import asked

from bot.planning.active_members import active_members
from bot.planning.snapshot import Snapshot
from bot.reviews.visit import Agreements, governor_visit, latest, said_as
from bot.rules.accounts import Account
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.duties import State
from bot.rules.evidence import Evidence, Outcome
from bot.rules.obligations import Kind, Obligation, Source, is_about_filtering
from bot.rules.people import Membership, Person, School
from bot.rules.policies import Policy
from bot.rules.reminder_ladder import ASK


def on(text):
    return date.fromisoformat(text)


TODAY = on("2026-11-23")
YEAR = Calendar((Term("T1", on("2026-09-01"), on("2027-07-21")),))


def person(key, *roles):
    here = Membership("larkfield", frozenset(roles), starts_on=on("2020-09-01"))
    return Person(key, f"Given Name{key}", f"{key}@larkfield.test", (here,))


PEOPLE = (
    person("head", "headteacher", "staff"),
    person("tech", "it-technician"),
    person("cook", "kitchen", "staff"),
    person("gov", "safeguarding-governor"),
    person("gov2", "lead-governor"),
)


def rule(key, kind, who, when, title="", **more):
    return Obligation(
        key, "larkfield", kind, title or key, audience(who), (parse(when),), ASK,
        source=Source("phones", "4.1"), **more,
    )  # fmt: skip


READ = rule("read", Kind.ACKNOWLEDGE, "role:staff", "each September", "Phones", policy="phones")
TEST = rule("test", Kind.CHECK, "role:it or role:head", "every 12 months", "Test of filtering")
REPORT = rule("report", Kind.REPORT, "role:safeguarding-governor or role:lead-governor", "each term")
OLD = rule("old", Kind.CHECK, "role:head", "each term", active=False)
REVIEW = rule("review", Kind.REVIEW, "everyone", "always", "Review of the filtering policy", policy="phones")


def snapshot(*acts, rules=(READ, TEST, REPORT, OLD, REVIEW), people=PEOPLE, accounts=()):
    return Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=on("2026-08-01"))},
        {"larkfield": YEAR},
        {one.key: one for one in people},
        {("larkfield", "phones"): Policy("phones", "larkfield", "Phones Policy")},
        rules,
        accounts=accounts,
        evidence=acts,
    )


def did(person, day, obligation="test", **more):
    return Evidence("larkfield", obligation, person, on(day), **more)


def seen(*acts, **more):
    return governor_visit(asked(snapshot(*acts, **more), TODAY), "larkfield", TODAY)


def test_each_promise_stands_beside_its_numbers_and_where_it_is_written():
    found = seen(did("head", "2026-09-02", "read"))
    # What is not active any more, and the review of a policy, are no part of a visit's list.
    read, test, report = found.rules
    assert (read.title, read.cites) == ("reading Phones", "Phones Policy 4.1")
    assert (read.counts, read.total, read.done_on) == ({State.DONE: 1, State.OVERDUE: 2}, 3, None)
    assert (test.counts, test.done_on, test.done_by) == ({State.OVERDUE: 2}, None, "")
    assert report.obligation == REPORT


def test_a_check_says_when_it_was_done_last_and_by_which_role():
    test = seen(did("head", "2026-01-10"), did("tech", "2026-11-02")).rules[1]
    assert (test.done_on, test.done_by) == (on("2026-11-02"), "it")


@pytest.mark.parametrize(
    ("acts", "person"),
    [
        ((), None),
        ((did("tech", "2026-11-02"), did("head", "2026-10-02")), "tech"),
        ((did("head", "2026-10-02"), did("tech", "2026-11-02", outcome=Outcome.QUESTION)), "head"),
        ((did("tech", "2026-11-02"), did("tech", "2026-11-03", outcome=Outcome.WITHDRAWN)), None),
        ((did("tech", "2026-11-02", "another"),), None),
    ],
)
def test_what_was_asked_about_or_taken_back_is_no_check(acts, person):
    found = latest(snapshot(*acts), TEST)
    assert (found and found.person) == person


def test_a_promise_no_one_is_asked_for_is_there_with_no_one():
    alone = seen(rules=(replace(TEST, audience=audience("role:nobody")),)).rules
    assert [(one.title, one.total) for one in alone] == [("Test of filtering", 0)]


def test_people_are_told_by_a_role_or_not_at_all():
    roll = active_members(snapshot(), TODAY)["larkfield"]
    assert [said_as(roll, key) for key in ("head", "tech", "gov2", "cook", "left")] == [
        "headteacher",
        "it",
        "lead-governor",
        "",
        "",
    ]


def test_filtering_is_known_by_its_words_and_the_review_of_a_policy_about_it_is_no_test():
    assert is_about_filtering(TEST)
    assert is_about_filtering(replace(REPORT, statement="The filter works."))
    assert not is_about_filtering(REPORT)
    assert not is_about_filtering(REVIEW)


def test_a_person_who_leads_is_asked_for_the_visit_and_two_are_counted_as_two():
    found = seen()
    assert found.leads == 2
    assert [(one.obligation, one.person) for one in found.asked] == [("report", "gov"), ("report", "gov2")]
    nobody = seen(people=PEOPLE[:3])
    assert (nobody.leads, nobody.asked) == (0, ())


def test_agreements_are_counted_for_our_own_accounts_and_holders_who_are_here():
    ours = Account("fb", "larkfield", "Facebook", "Larkfield", frozenset({"head", "cook", "left"}))
    theirs = replace(ours, key="pta", ours=False)
    signing = rule("sign", Kind.SIGN, "holder", "every 12 months")
    signed = did("head", "2026-09-10", "sign", subject="fb")
    found = seen(signed, rules=(signing,), accounts=(ours, theirs))
    assert found.accounts == Agreements(accounts=1, holders=2, in_force=1)
    assert seen().accounts == Agreements(0, 0, 0)


def test_no_one_is_named_in_what_is_counted():
    found = seen(did("tech", "2026-11-02"))
    assert "Given" not in repr((found.rules, found.accounts, found.overview.questions))


def test_what_is_asked_only_once_something_happened_says_so():
    told = rule("told", Kind.REPORT, "role:head", "on event allegation within 1 working day")
    both = replace(told, key="both", cadence=(*told.cadence, parse("each September")))
    found = seen(rules=(told, both)).rules
    assert [one.when_it_happens for one in found] == [True, False]
