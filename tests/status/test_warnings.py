"""What a person should look at, beside the duties themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.planning.snapshot import Snapshot
from bot.rules.accounts import APPROVED, READER, RISK, Account, AccountEntry, AccountEntryKind
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar, Term
from bot.rules.evidence import Event, Evidence
from bot.rules.meetings import Body, Meeting
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, Phones, School
from bot.rules.policies import PartialDate, Policy
from bot.rules.reminder_ladder import ASK
from bot.status.warnings import findings

DAY = date(2026, 11, 20)
YEAR = Calendar(
    (Term("T1", date(2026, 9, 1), date(2026, 12, 18)), Term("T3", date(2027, 1, 4), date(2027, 7, 21)))
)
AUTUMN = Calendar(YEAR.terms[:1])


def person(key, *roles, **member):
    return Person(key, key.title(), f"{key}@x.test", (Membership("larkfield", frozenset(roles), **member),))


HEAD, CHAIR, LEAD, BEN = (
    person("head", "headteacher"),
    person("chair", "chair"),
    person("lead", "dsl"),
    person("ben", "teacher"),
)


NUMBERS = Phones(dsl="01234 567891", lado="01234 567892")


def rule(to, kind=Kind.TRAIN, **more):
    return Obligation("it", "larkfield", kind, "Training", audience(to), (parse("always"),), ASK, **more)


KEPT_LOG = tuple(
    AccountEntry(
        reference=topic,
        school="larkfield",
        account="fb",
        sort=AccountEntryKind.STATED,
        on=DAY,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        by="head",
        by_name="Head",
        topic=topic,
        answer="" if topic == READER else "yes",
        about="chair",
    )
    for topic in (RISK, APPROVED, READER)
)


def noticed(*people, calendar=YEAR, rules=(), phones=NUMBERS, **more):
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", phones=phones)},
        {"larkfield": calendar},
        {one.key: one for one in people or (HEAD, CHAIR)},
        obligations=rules,
        **more,
    )
    return [(one.code, one.level, one.says) for one in findings(snapshot, DAY)]


def test_a_well_kept_setting_has_nothing_to_look_at():
    fgb = Body("fgb", "larkfield", "FGB", meetings=(Meeting("m", DAY),))
    page = Account("fb", "larkfield", "Facebook", "Larkfield", frozenset({"head", "chair"}))
    rules = (rule("role:dsl"), rule("role:staff"), rule("staff or role:dsl"), rule("holder"))
    known = {"bodies": {("larkfield", "fgb"): fgb}, "accounts": (page,), "account_log": KEPT_LOG}
    assert noticed(HEAD, CHAIR, LEAD, rules=rules, **known) == []


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (
            (rule("role:sendco"),),
            ("role-empty", "problem", 'Nobody holds the role "sendco", so nobody is asked for: Training.'),
        ),
        (
            (rule("role:clerk"),),
            ("role-empty", "warning", 'Nobody holds the role "clerk", so nobody is asked for: Training.'),
        ),
        (
            (rule("group:eyfs"),),
            ("audience-empty", "warning", '"group:eyfs" is nobody here, so nobody is asked for: Training.'),
        ),
    ],
)
def test_a_role_or_audience_without_people_is_noticed(rules, found):
    assert noticed(HEAD, CHAIR, person("amy", "office"), rules=rules) == [found]


@pytest.mark.parametrize(
    "one",
    [
        rule("group:eyfs", active=False),
        rule("role:sendco", active=False),
        replace(rule("group:eyfs"), school="tower"),
        replace(rule("role:sendco"), school="tower"),
        rule("body:fgb", kind=Kind.REVIEW),
    ],
)
def test_what_is_not_asked_here_is_not_missed_here(one):
    assert noticed(rules=(one,)) == []


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("deputi-dsl", 'Somebody has the role "deputi-dsl", which nothing asks for.'),
        ("data-protection-officer", None),
        ("lead-teacher", None),
        ("cook", None),
    ],
)
def test_a_role_no_one_knows_is_noticed_where_it_is_nearly_one_we_know(role, says):
    found = [("role-unknown", "warning", says)] if says else []
    assert noticed(HEAD, CHAIR, person("jo", role)) == found
    assert noticed(HEAD, CHAIR, person("jo", role), rules=(rule(f"role:{role}"),)) == []


BOTH = person("head", "headteacher", "dsl")


@pytest.mark.parametrize(
    ("people", "codes"),
    [
        ((BOTH, CHAIR), ["single-point"]),
        ((BOTH, CHAIR, person("dep", "deputy-dsl")), []),
        ((HEAD,), ["no-chair"]),
        ((BOTH,), ["single-point", "no-chair"]),
    ],
)
def test_a_concern_needs_two_doors_and_a_chair(people, codes):
    assert [code for code, _, _ in noticed(*people)] == codes


def account(*holders, ours=True):
    return Account("fb", "larkfield", "Facebook", "Our page", frozenset(holders), ours=ours)


@pytest.mark.parametrize(
    ("page", "found"),
    [
        (account("head"), [("one-holder", "warning", "Our page (Facebook) has one holder here.")]),
        (account(), [("one-holder", "warning", "Our page (Facebook) has no holders here.")]),
        (account(ours=False), []),
        (account("head", "chair", "nobody-we-know"), []),
        (account("head", "chair", "new"), []),  # starts next week
        (account("head", "chair", "far"), []),  # of another setting
        (
            account("head", "chair", "fay"),
            [("leaver-holds", "problem", "Fay has left and still holds Our page (Facebook).")],
        ),
    ],
)
def test_an_account_has_two_holders_and_none_who_left(page, found):
    fay = person("fay", "teacher", leaves_on=date(2026, 10, 22))
    new = person("new", "teacher", starts_on=date(2026, 11, 23))
    far = Person("far", "Far", memberships=(Membership("elsewhere"),))
    told = noticed(HEAD, CHAIR, fay, new, far, accounts=(page,), account_log=KEPT_LOG)
    assert [one for one in told if one[0] != "account-hand-over-late"] == found


def test_what_an_account_lacks_is_told_with_who_puts_it_right():
    page = account("head", "chair")
    told = noticed(HEAD, CHAIR, accounts=(page,))
    assert told == [
        (
            "account-no-approval",
            "warning",
            "Our page (Facebook): Not recorded: its risk assessment or its approval.",
        ),
        (
            "account-no-reader",
            "warning",
            "Our page (Facebook): Anybody may look at it, and nobody here is named to read posts first.",
        ),
    ]
    sign = replace(rule("holder", Kind.SIGN), cadence=(parse("every 12 months"),))
    stopped = noticed(HEAD, CHAIR, accounts=(page,), account_log=KEPT_LOG, rules=(sign,))
    says = "Our page (Facebook) should not post. We hold no agreement of Chair for this account."
    assert stopped == [("account-stopped", "warning", says)]


@pytest.mark.parametrize(
    ("ben", "found"),
    [
        (replace(BEN, email=None), [("no-address", "info", "Ben has no e-mail address.")]),
        (
            replace(BEN, unreachable="550 no such mailbox"),
            [("unreachable", "warning", "Mail to Ben is refused: 550 no such mailbox")],
        ),
    ],
)
def test_a_person_no_one_can_write_to_is_noticed(ben, found):
    assert noticed(HEAD, CHAIR, ben) == found


@pytest.mark.parametrize(
    ("calendar", "codes"), [(YEAR, []), (AUTUMN, ["no-terms"]), (Calendar(), ["no-terms"])]
)
def test_terms_that_end_within_two_months_are_noticed(calendar, codes):
    assert [code for code, _, _ in noticed(calendar=calendar)] == codes


@pytest.mark.parametrize(
    ("phones", "whose"),
    [
        (Phones(office="01234 567890", lado="01234 567892"), None),
        (Phones(), "the office or the DSL and your council’s LADO"),
        (Phones(lado="01234 567892"), "the office or the DSL"),
        (Phones(office="01234 567890"), "your council’s LADO"),
    ],
)
def test_a_report_that_cannot_say_whom_to_ring_is_noticed(phones, whose):
    says = f"No telephone number is known for {whose}: a report cannot say whom to ring."
    assert noticed(phones=phones) == ([("no-phones", "warning", says)] if whose else [])


def test_a_body_without_a_coming_meeting_is_noticed():
    fgb = Body("fgb", "larkfield", "Full governing body", meetings=(Meeting("m", date(2026, 11, 19)),))
    assert noticed(bodies={("larkfield", "fgb"): fgb}) == [
        ("no-meetings", "warning", "No coming meeting of the Full governing body is known.")
    ]


PHONES = Policy(
    "phones",
    "larkfield",
    "Phones",
    reviewed_on=PartialDate.parse("2025-09-25"),
    next_review=PartialDate.parse("2027-09"),
    cycle_months=12,
)


@pytest.mark.parametrize(
    ("one", "policy", "codes"),
    [
        (rule("staff", kind=Kind.REVIEW, policy="phones"), PHONES, ["dates-disagree"]),
        (rule("staff", kind=Kind.REVIEW, policy="phones"), replace(PHONES, cycle_months=None), []),
        (rule("staff", kind=Kind.REVIEW, policy="phones"), replace(PHONES, cycle_months=24), []),
        (rule("staff", kind=Kind.REVIEW, policy="phones"), Policy("phones", "larkfield", "Phones"), []),
        (rule("staff", kind=Kind.REVIEW), PHONES, []),
        (rule("staff", policy="phones"), PHONES, []),
        (replace(rule("staff", kind=Kind.REVIEW, policy="phones"), school="tower"), PHONES, []),
    ],
)
def test_dates_that_disagree_are_noticed(one, policy, codes):
    known = {("larkfield", "phones"): policy, ("tower", "phones"): policy}
    assert [code for code, _, _ in noticed(rules=(one,), policies=known)] == codes


def test_the_two_dates_are_both_said():
    one = rule("staff", kind=Kind.REVIEW, policy="phones")
    ((_, _, says),) = noticed(rules=(one,), policies={("larkfield", "phones"): PHONES})
    assert says == "Phones: it prints September 2027, its own cycle gives 25 September 2026."


@pytest.mark.parametrize(
    ("started", "happened", "done", "noticed"),
    [
        (date(2026, 11, 9), date(2026, 11, 6), None, True),
        (date(2026, 11, 9), date(2026, 11, 6), date(2026, 11, 7), False),
        (date(2026, 11, 9), date(2026, 11, 6), date(2026, 11, 5), True),
        (date(2026, 11, 9), date(2026, 11, 9), None, False),
        (None, date(2026, 11, 6), None, False),
        (date(2026, 11, 9), date(2026, 9, 6), None, False),  # long ago
    ],
)
def test_what_everybody_asked_came_too_late_for_is_noticed(started, happened, done, noticed):
    waits = replace(rule("role:dsl"), cadence=(parse("on event trip-returned"),))
    acts = (Evidence("larkfield", "it", "gone", done),) if done else ()
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield")},
        {"larkfield": YEAR},
        {"lead": person("lead", "dsl", starts_on=started)},
        obligations=(waits, replace(waits, key="off", active=False)),
        evidence=acts,
        events=(Event("t", "larkfield", "trip-returned", happened),),
    )
    found = [one for one in findings(snapshot, DAY) if one.code == "event-unasked"]
    assert [one.says for one in found] == [
        "Trip returned on 6 November 2026. Whoever is asked for this came later: Training."
    ] * noticed


@pytest.mark.parametrize(
    ("when", "active", "noticed"),
    [
        ("on event allegation", True, True),
        ("on event allegation", False, False),
        ("on event search", True, False),
    ],
)
def test_a_rule_whose_event_nothing_records_is_noticed(when, active, noticed):
    waits = replace(rule("role:dsl"), cadence=(parse(when),), active=active)
    people = {"lead": person("lead", "dsl")}
    known = {"larkfield": School("larkfield", "Larkfield")}
    snapshot = Snapshot(known, {"larkfield": YEAR}, people, obligations=(waits,))
    found = [one for one in findings(snapshot, DAY) if one.code == "never-asked"]
    assert len(found) == noticed
    assert all(waits.title in one.says for one in found)
