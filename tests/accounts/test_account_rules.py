"""How an account stands: fine, needs something, or should not post; with the reason and who is next."""

from datetime import UTC, date, datetime, timedelta

import pytest
from looped import each

from bot.accounts.model import AccountFacts, Agreement, HandOver, Holder, State, account_statuses, judge
from bot.planning.snapshot import Snapshot
from bot.rules.accounts import (
    APPROVED,
    CHANGED,
    CONSENT,
    NEEDED,
    READER,
    RECOVERY,
    RISK,
    SEALED,
    STEPS,
    TOPICS,
    TWO_STEP,
    WAY_IN,
    Account,
    AccountEntry,
    AccountEntryKind,
    may_tick,
    topics_of,
)
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Calendar
from bot.rules.evidence import Evidence, Outcome
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import Membership, Person, School
from bot.rules.reminder_ladder import ASK

DAY = date(2026, 11, 20)
AGO = DAY - timedelta(days=40)
PAGE = Account("fb", "larkfield", "Facebook", "Our page", frozenset({"ann", "ben"}), reach="open")
ANN, BEN = Holder("ann", "Ann"), Holder("ben", "Ben")


def entry(
    topic="", answer="yes", *, sort=AccountEntryKind.STATED, on=DAY, by="head", about="", hour=9, account="fb"
):
    return AccountEntry(
        reference=f"{topic} {on} {hour}",
        school="larkfield",
        account=account,
        sort=sort,
        on=on,
        at=datetime(on.year, on.month, on.day, hour, tzinfo=UTC),
        by=by,
        by_name=by.title(),
        topic=topic,
        answer=answer,
        about=about,
    )


KNOWN = {topic: entry(topic) for topic in TOPICS}


def facts(account=PAGE, **more):
    known = {"holders": (ANN, BEN), "stated": KNOWN, "reader": "Cat", "looked_on": DAY}
    return AccountFacts(account, DAY, **known | more)


def without(*topics):
    return {key: one for key, one in KNOWN.items() if key not in topics}


def said(topic, answer, on=DAY):
    return KNOWN | {topic: entry(topic, answer, on=on)}


def leaving(on, *ticked):
    return (HandOver("ann", "Ann", on, {step: entry(step, sort=AccountEntryKind.HANDED) for step in ticked}),)


@pytest.mark.parametrize(
    ("known", "state", "codes"),
    [
        ({}, "fine", []),
        ({"holders": (ANN, Holder("ben", "Ben", Agreement.MISSING))}, "should not post", ["no-agreement"]),
        (
            {"holders": (ANN, Holder("ben", "Ben", Agreement.LAPSED, AGO, AGO))},
            "should not post",
            ["no-agreement"],
        ),
        ({"holders": (ANN, Holder("ben", "Ben", Agreement.EXCUSED))}, "fine", []),
        ({"holders": (ANN, Holder("ben", "Ben", Agreement.NOT_ASKED))}, "fine", []),
        ({"holders": (ANN,)}, "needs something", ["one-holder"]),
        ({"holders": ()}, "needs something", ["one-holder"]),
        (
            {"holders": (ANN, Holder("ben", "Ben", Agreement.MISSING, here=False))},
            "needs something",
            ["one-holder"],
        ),
        ({"stated": without(RISK)}, "needs something", ["no-approval"]),
        ({"stated": without(RISK, APPROVED)}, "needs something", ["no-approval"]),
        ({"stated": said(APPROVED, "no")}, "should not post", ["not-approved"]),
        ({"stated": said(RISK, "no")}, "should not post", ["not-approved"]),
        ({"stated": said(NEEDED, "no")}, "needs something", ["not-needed"]),
        ({"reader": None}, "needs something", ["no-reader"]),
        ({"stated": said(RECOVERY, "no")}, "needs something", ["not-recovery"]),
        ({"stated": said(TWO_STEP, "no")}, "needs something", ["not-two-step"]),
        ({"stated": said(WAY_IN, "no")}, "needs something", ["not-way-in"]),
        ({"stated": said(WAY_IN, SEALED)}, "fine", []),
        ({"stated": said(CHANGED, "nobody left")}, "fine", []),
        ({"stated": said(CHANGED, "no")}, "needs something", ["not-log-in"]),
        ({"stated": without(CONSENT, TWO_STEP)}, "needs something", ["unknown"]),
        ({"stated": said(TWO_STEP, "yes", date(2025, 11, 20))}, "fine", []),
        ({"stated": said(TWO_STEP, "yes", date(2025, 11, 19))}, "needs something", ["again"]),
        ({"stated": said(APPROVED, "yes", date(2020, 1, 1))}, "fine", []),
        ({"looked_on": DAY - timedelta(days=30)}, "fine", []),
        ({"looked_on": DAY - timedelta(days=31)}, "needs something", ["no-look"]),
        ({"looked_on": None}, "needs something", ["no-look"]),
        ({"hand_overs": leaving(DAY)}, "needs something", ["hand-over"]),
        ({"hand_overs": leaving(AGO)}, "needs something", ["hand-over-late"]),
        ({"hand_overs": leaving(AGO, *STEPS)}, "fine", []),
        (
            {"looked_on": None, "stated": said(RISK, "no"), "reader": None},
            "should not post",
            ["not-approved", "no-reader", "no-look"],
        ),
    ],
)
def test_an_account_of_ours_stands_as_what_is_known_says(known, state, codes):
    verdict = judge(facts(**known))
    assert (verdict.state.value, [one.code for one in verdict.reasons]) == (state, codes)


@pytest.mark.parametrize(("reach", "codes"), [("open", ["no-reader"]), ("", ["no-reader"]), ("closed", [])])
def test_only_a_closed_account_goes_without_a_second_reader(reach, codes):
    page = Account("t", "larkfield", "Tapestry", "Tapestry", PAGE.holders, reach=reach)
    assert [one.code for one in judge(facts(page, reader=None)).reasons] == codes


def test_of_an_account_we_watch_only_looks_are_asked():
    pta = Account("pta", "larkfield", "Facebook", "Friends", ours=False)
    assert judge(AccountFacts(pta, DAY, looked_on=DAY)).state is State.FINE
    (reason,) = judge(AccountFacts(pta, DAY)).reasons
    assert (reason.code, reason.who) == ("no-look", "The headteacher")
    assert list(topics_of(pta)) == [RISK, CONSENT]
    assert list(topics_of(PAGE)) == list(TOPICS)


@pytest.mark.parametrize(
    ("known", "says", "who"),
    [
        (
            {"holders": (ANN, Holder("ben", "Ben", Agreement.LAPSED, AGO, date(2026, 10, 11)))},
            "The agreement of Ben ran out on 11 October 2026.",
            "Ben",
        ),
        (
            {"stated": without(RISK, APPROVED)},
            "Not recorded: its risk assessment or its approval.",
            "The manager",
        ),
        (
            {"stated": said(RISK, "no")},
            "There is no risk assessment yet: Head said so on 20 November 2026.",
            "The manager",
        ),
        ({"hand_overs": leaving(date(2026, 12, 18))}, "Ann leaves on 18 December 2026.", "Ben"),
        ({"hand_overs": leaving(date(2026, 10, 22))}, "Ann left on 22 October 2026.", "Ben"),
        ({"stated": without(CONSENT)}, "Not recorded: where consent is checked.", "The office"),
        (
            {"looked_on": date(2026, 9, 1)},
            "No check of what is on it is recorded since 1 September 2026.",
            "Ann",
        ),
    ],
)
def test_every_reason_says_what_is_known_and_who_is_next(known, says, who):
    (reason,) = judge(facts(head="manager", **known)).reasons
    assert (reason.says, reason.who) == (says, who)
    assert reason.next_step.endswith(".")


def test_no_one_left_to_hand_over_to_leaves_it_to_the_office():
    gone = (Holder("ann", "Ann", here=False), Holder("ben", "Ben", here=False))
    found = {one.code: one.who for one in judge(facts(holders=gone, hand_overs=leaving(AGO))).reasons}
    assert found == {"hand-over-late": "The office", "one-holder": "The office"}


def test_no_one_ticks_their_own_hand_over():
    assert (may_tick("ann", "ann"), may_tick("ann", "ben")) == (False, True)


# What a snapshot says of it.

SIGN = Obligation(
    "agree",
    "larkfield",
    Kind.SIGN,
    "Agreement",
    audience("holder"),
    (parse("every 12 months"),),
    ASK,
)


def person(key, **member):
    return Person(
        key, key.title(), f"{key}@x.test", (Membership("larkfield", frozenset({"staff"}), **member),)
    )


def standing(*, people=(), rules=(SIGN,), acts=(), log=(), page=PAGE, on=DAY):
    known = {one.key: one for one in (person("ann"), person("ben"), person("cat"), *people)}
    snapshot = Snapshot(
        {"larkfield": School("larkfield", "Larkfield", since=date(2025, 9, 1))},
        {"larkfield": Calendar()},
        known,
        obligations=rules,
        accounts=(page, Account("fb", "elsewhere", "Facebook", "Theirs"))[:1],
        evidence=acts,
        account_log=log,
    )
    (found,) = account_statuses(snapshot, "larkfield", on)
    return found


def act(on, outcome=Outcome.DONE, **more):
    return Evidence("larkfield", "agree", "ann", on, outcome, subject="fb", **more)


@pytest.mark.parametrize(
    ("acts", "agreement"),
    [
        ((), Agreement.MISSING),
        ((act(DAY),), Agreement.IN_FORCE),
        ((act(date(2025, 11, 25)),), Agreement.IN_FORCE),
        ((act(date(2025, 11, 20)),), Agreement.IN_FORCE),
        ((act(date(2025, 11, 19)),), Agreement.LAPSED),
        ((act(DAY, Outcome.QUESTION),), Agreement.MISSING),
        ((act(DAY, Outcome.DECLINED),), Agreement.MISSING),
        ((act(DAY, Outcome.EXCUSED),), Agreement.EXCUSED),
        ((act(date(2025, 11, 25)), act(DAY, Outcome.QUESTION)), Agreement.IN_FORCE),
    ],
)
def test_an_agreement_is_in_force_until_the_day_it_must_be_renewed(acts, agreement):
    ann, _ben = standing(acts=acts).facts.holders
    assert ann.agreement is agreement


def test_an_agreement_that_ran_out_before_a_holder_came_back_is_in_force_for_no_one():
    back = person("ann", starts_on=date(2026, 11, 16))
    ann = standing(people=(back,), acts=(act(date(2025, 9, 10)),)).facts.holders[0]
    assert (ann.agreement, ann.until) == (Agreement.LAPSED, date(2026, 9, 10))


@pytest.mark.parametrize(
    "rules",
    [
        (),
        (Obligation("read", "larkfield", Kind.ACKNOWLEDGE, "R", audience("holder"), SIGN.cadence, ASK),),
        (Obligation("sign", "larkfield", Kind.SIGN, "S", audience("staff"), SIGN.cadence, ASK),),
        (
            Obligation(
                "off", "larkfield", Kind.SIGN, "S", audience("holder"), SIGN.cadence, ASK, active=False
            ),
        ),
        (Obligation("agree", "larkfield", Kind.SIGN, "S", audience("holder:other"), SIGN.cadence, ASK),),
    ],
)
def test_where_the_register_asks_holders_for_nothing_nothing_is_missing(rules):
    assert {one.agreement for one in standing(rules=rules).facts.holders} == {Agreement.NOT_ASKED}


def test_of_two_agreements_the_worse_counts():
    other = Obligation("more", "larkfield", Kind.SIGN, "S", audience("holder"), SIGN.cadence, ASK)
    assert standing(rules=(SIGN, other), acts=(act(DAY),)).facts.holders[0].agreement is Agreement.MISSING


@pytest.mark.parametrize(
    ("leaves_on", "begun"),
    [
        (date(2026, 12, 18), True),  # 20 school days on
        (date(2026, 12, 21), False),
        (DAY, True),
        (date(2025, 12, 1), True),
        (date(2025, 11, 18), True),  # more than a year ago, and nobody has ticked a step
        (None, False),
    ],
)
def test_a_hand_over_begins_twenty_school_days_before_a_person_leaves(leaves_on, begun):
    found = standing(people=(person("ann", leaves_on=leaves_on),)).facts.hand_overs
    assert [one.person for one in found] == (["ann"] if begun else [])


def test_a_hand_over_that_is_done_is_shown_for_a_year():
    log = tuple(
        entry(step, sort=AccountEntryKind.HANDED, by="ben", about="ann", on=date(2025, 12, 1))
        for step in STEPS
    )
    left = {date(2025, 12, 1): 1, date(2025, 11, 19): 1, date(2025, 11, 18): 0}
    for leaves_on, shown in each(left.items()):
        found = standing(people=(person("ann", leaves_on=leaves_on),), log=log).facts.hand_overs
        assert len(found) == shown


def test_a_hand_over_stays_open_when_the_leaver_was_taken_out_of_the_register():
    page = Account("fb", "larkfield", "Facebook", "Our page", frozenset({"ben"}))
    log = (entry(sort=AccountEntryKind.TAKEN_OUT, by="register", about="ann", on=AGO),)
    (found,) = standing(people=(person("ann", leaves_on=AGO),), page=page, log=log).facts.hand_overs
    assert (found.person, found.left) == ("ann", tuple(STEPS))
    assert standing(people=(person("ann"),), page=page, log=log).facts.hand_overs == ()


def test_only_ticks_by_another_person_count_and_of_this_leaving():
    steps = list(STEPS)
    log = (
        entry(steps[0], sort=AccountEntryKind.HANDED, by="ann", about="ann"),
        entry(steps[1], sort=AccountEntryKind.HANDED, by="ben", about="ann"),
        entry(steps[2], sort=AccountEntryKind.HANDED, by="ben", about="ann", on=date(2026, 9, 1)),
        entry(steps[3], sort=AccountEntryKind.HANDED, by="ben", about="cat"),
        entry(steps[3], sort=AccountEntryKind.HANDED, by="ben", about="ann", account="other"),
    )
    (found,) = standing(people=(person("ann", leaves_on=DAY),), log=log).facts.hand_overs
    assert found.left == (steps[0], steps[2], steps[3])


def test_a_hand_over_goes_on_when_the_leaver_is_out_of_the_register_already():
    page = Account("fb", "larkfield", "Facebook", "Our page", frozenset({"ben"}))
    gone = person("ann", leaves_on=AGO)
    assert standing(people=(gone,), page=page).facts.hand_overs == ()
    log = (entry("access-removed", sort=AccountEntryKind.HANDED, by="ben", about="ann", on=AGO),)
    (found,) = standing(people=(gone,), page=page, log=log).facts.hand_overs
    assert len(found.left) == 3


def test_a_person_the_list_of_people_does_not_know_holds_nothing_here():
    page = Account("fb", "larkfield", "Facebook", "Our page", frozenset({"ben", "nobody"}))
    ben, nobody = standing(page=page).facts.holders
    assert (ben.here, nobody.here, nobody.name) == (True, False, "nobody")


def test_the_latest_word_counts_and_a_second_reader_only_while_here():
    log = (
        entry(TWO_STEP, "no", hour=8),
        entry(TWO_STEP, "yes", hour=10),
        entry(READER, "", about="cat"),
        entry(sort=AccountEntryKind.LOOKED, on=AGO),
        entry(sort=AccountEntryKind.LOOKED, on=DAY),
    )
    found = standing(log=log)
    assert found.facts.stated[TWO_STEP].answer == "yes"
    assert (found.facts.reader, found.facts.looked_on, found.account) == ("Cat", DAY, PAGE)
    gone = standing(log=log, people=(person("cat", leaves_on=AGO),))
    assert gone.facts.reader is None


def test_a_watched_account_hands_nothing_over():
    page = Account("fb", "larkfield", "Facebook", "Friends", frozenset({"ann"}), ours=False)
    assert standing(page=page, people=(person("ann", leaves_on=DAY),)).facts.hand_overs == ()
