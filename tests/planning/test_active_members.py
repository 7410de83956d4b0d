"""Whom an audience names on a day, and who acts when a role is empty or its holder is away."""

from datetime import UTC, date, datetime

import pytest

from bot.planning.active_members import AudienceMember, active_members
from bot.planning.snapshot import Snapshot
from bot.rules.accounts import STEPS, Account, AccountEntry, AccountEntryKind
from bot.rules.audience import parse
from bot.rules.meetings import Body
from bot.rules.people import Absence, Membership, Person, School

DAY = date(2026, 11, 23)


def person(key, *roles, **more):
    return Person(
        key, key.title(), f"{key}@larkfield.test", (Membership("larkfield", frozenset(roles), **more),)
    )


PEOPLE = (
    person("ada", "head", "dsl"),
    person("ben", "teacher", groups=frozenset({"eyfs"})),
    person("cat", "deputy-dsl", "staff", absences=(Absence(DAY, DAY),)),
    person("dan", "governor", "committee-chair"),
    person("eve", "volunteer"),
    person("fay", "teacher", leaves_on=date(2026, 11, 22)),
    person("gus", "teacher", starts_on=date(2026, 11, 24)),
    person("hal", "office", manager="ada"),
    person("ida", "supply", "teacher"),
    Person("joe", "Joe", memberships=(Membership("elsewhere", frozenset({"dsl"})),)),
)
ACCOUNTS = (
    Account("facebook", "larkfield", "Facebook", "Larkfield", frozenset({"ben", "ada", "fay"})),
    Account("insta", "larkfield", "Instagram", "Larkfield", frozenset({"ben"})),
    Account("pta", "larkfield", "Facebook", "Larkfield PTA", frozenset({"eve"}), ours=False),
)
BODIES = (
    Body("fgb", "larkfield", "Full governing body", clerk="hal", chair="dan"),
    Body("committee", "larkfield", "Committee", clerk="gone", chair="gone"),
)


def roll(people=PEOPLE, bodies=BODIES, account_log=(), **school):
    larkfield = School("larkfield", "Larkfield", **school)
    snapshot = Snapshot(
        {"larkfield": larkfield},
        {},
        {one.key: one for one in people},
        accounts=ACCOUNTS,
        account_log=tuple(account_log),
        bodies={(one.school, one.key): one for one in bodies},
    )
    return active_members(snapshot, DAY)["larkfield"]


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ("everyone", ["ada", "ben", "cat", "dan", "eve", "hal", "ida"]),
        ("staff", ["ada", "ben", "cat", "hal", "ida"]),
        ("role:staff", ["ada", "ben", "cat", "hal", "ida"]),
        ("role:dsl", ["ada"]),
        ("role:headteacher", ["ada"]),  # by any of its names
        ("role:manager", ["ada"]),
        ("role:head", ["ada"]),
        ("role:chair", ["dan"]),
        ("role:nobody", []),
        ("group:eyfs", ["ben"]),
        ("group:none", []),
        ("person:ben", ["ben"]),
        ("person:fay", []),  # has left
        ("person:gus", []),  # starts tomorrow
        ("body:fgb", ["hal"]),  # through its clerk
        ("body:committee", ["hal"]),  # the office stands in for a clerk who is gone
        ("body:unknown", []),
        ("staff or role:governor", ["ada", "ben", "cat", "hal", "ida", "dan"]),
        ("staff except role:supply", ["ada", "ben", "cat", "hal"]),
        ("role:dsl or person:ada", ["ada"]),
        ("everyone except staff or role:volunteer", ["dan"]),
    ],
)
def test_an_audience_names_people_who_are_here_each_once(audience, people):
    asked = roll().asked(parse(audience))
    assert [one.person for one in asked] == people
    assert all(one.account is None for one in asked)


OF_EVERY_KIND = (
    person("ann", "governor"),
    person("bob", "co-opted-governor"),
    person("cal", "foundation-governor", "chair"),
    person("dee", "staff-governor", "teacher"),
    person("eli", "associate-member"),
    person("flo", "clerk"),
    person("gil", "trustee"),
    person("han", "teacher"),
)


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ("role:governor", ["ann", "bob", "cal", "dee", "eli", "gil"]),
        ("role:co-opted-governor", ["bob"]),
        ("staff", ["dee", "han"]),
        ("staff or role:governor", ["ann", "bob", "cal", "dee", "eli", "gil", "han"]),
        # A teacher who governs for the staff is still asked what staff are asked.
        ("everyone except role:governor", ["dee", "flo", "han"]),
    ],
)
def test_governors_of_every_kind_and_associate_members_are_asked_what_governors_are(audience, people):
    found = roll(OF_EVERY_KIND)
    assert sorted(one.person for one in found.asked(parse(audience))) == people


OF_A_TRUST = (
    person("ann", "trustee"),
    person("bob", "parent-trustee"),
    person("cal", "chair-of-trustees"),
    person("dee", "vice-chair-of-trustees"),
    person("eli", "staff-trustee", "teacher"),
    person("flo", "clerk-to-trustees"),
    person("gil", "parent-governor"),
    person("han", "chair"),
)


@pytest.mark.parametrize(
    ("audience", "people"),
    [
        ("role:trustee", ["ann", "bob", "cal", "dee", "eli"]),
        ("role:parent-trustee", ["bob"]),
        ("role:governor", ["ann", "bob", "cal", "dee", "eli", "gil", "han"]),
        ("role:governor except role:trustee", ["eli", "gil", "han"]),
        ("staff except role:trustee", ["eli"]),
    ],
)
def test_trustees_of_every_kind_are_trustees_and_governors_of_a_school_are_not(audience, people):
    found = roll(OF_A_TRUST)
    assert sorted(one.person for one in found.asked(parse(audience))) == people


def test_a_person_who_chairs_the_trustees_is_chair_and_their_vice_stands_in():
    found = roll(OF_A_TRUST)
    assert found.holders("chair") == ["cal", "han"]
    assert found.acting("chair", besides=("cal", "han")) == "dee"
    assert sorted(found.holders("trustee")) == ["ann", "bob", "cal", "dee", "eli"]


def test_a_person_who_holds_the_role_of_governor_has_a_vote():
    found = roll(OF_EVERY_KIND)
    assert sorted(found.holders("governor")) == ["ann", "bob", "cal", "dee", "gil"]
    assert sorted(found.named("role:governor")) == ["ann", "bob", "cal", "dee", "gil"]


@pytest.mark.parametrize(
    ("audience", "asked"),
    [
        ("holder", [("ada", "facebook"), ("ben", "facebook"), ("ben", "insta")]),
        ("holder:insta", [("ben", "insta")]),
        ("holder:pta", []),  # not the school's own
        ("holder except role:dsl", [("ben", "facebook"), ("ben", "insta")]),
    ],
)
def test_holders_are_asked_once_an_account(audience, asked):
    assert roll().asked(parse(audience)) == [AudienceMember(*one) for one in asked]


LEAVES = date(2026, 12, 18)
LEAVER = person("ben", "teacher", leaves_on=LEAVES)


def ticked(*steps, by="ada", on=DAY, about="ben"):
    return [
        AccountEntry(
            reference=step,
            school="larkfield",
            account="facebook",
            sort=AccountEntryKind.HANDED,
            on=on,
            at=datetime(on.year, on.month, on.day, 9, tzinfo=UTC),
            by=by,
            by_name=by.title(),
            topic=step,
            about=about,
        )
        for step in steps
    ]


@pytest.mark.parametrize(
    ("log", "still_asked"),
    [
        ([], True),
        (ticked(*STEPS), False),
        (ticked(*list(STEPS)[1:]), True),
        (ticked(*STEPS, by="ben"), True),  # nobody confirms their own
        (ticked(*STEPS, on=date(2025, 7, 1)), True),  # an earlier leaving
        (ticked(*STEPS, about="ada"), True),  # ada does not leave
        (ticked(*STEPS, about="nobody"), True),
    ],
)
def test_a_person_who_leaves_and_has_handed_an_account_over_is_not_asked_about_it(log, still_asked):
    people = tuple(LEAVER if one.key == "ben" else one for one in PEOPLE)
    asked = roll(people, account_log=log).asked(parse("holder"))
    assert (AudienceMember("ben", "facebook") in asked) is still_asked
    assert {AudienceMember("ben", "insta"), AudienceMember("ada", "facebook")} <= set(asked)


def test_staff_are_the_person_the_policies_call_staff():
    means = roll(staff_means=frozenset({"staff", "governor", "volunteer"}))
    assert means.called_staff() == ["ada", "ben", "cat", "dan", "eve", "hal", "ida"]
    assert roll(staff_means=frozenset({"governor"})).called_staff() == ["dan"]


@pytest.mark.parametrize(
    ("role", "besides", "acting"),
    [
        ("headteacher", (), "ada"),
        ("head", (), "ada"),
        ("headteacher", ("ada",), None),
        ("dsl", ("ada",), None),  # the deputy is away today
        ("chair", (), "dan"),
        ("clerk", (), "hal"),  # the office stands in
        ("clerk", ("hal",), None),
        ("sendco", (), None),
        ("office", (), "hal"),
    ],
)
def test_a_person_who_acts_in_a_role_is_here_and_not_away(role, besides, acting):
    assert roll().acting(role, besides) == acting


def test_the_deputy_acts_while_the_lead_is_away():
    away = (person("ada", "dsl", paused=True), person("cat", "deputy-dsl"))
    assert roll(away).acting("dsl") == "cat"


@pytest.mark.parametrize(
    ("body", "clerk", "chair"),
    [
        (Body("b", "larkfield", "B", clerk="ben", chair="eve"), "ben", "eve"),
        (Body("b", "larkfield", "B"), "hal", "dan"),
        (Body("b", "larkfield", "B", clerk="fay", chair="fay"), "hal", "dan"),
    ],
)
def test_a_body_has_its_own_clerk_and_chair_or_the_settings(body, clerk, chair):
    called = roll(bodies=(body,))
    assert (called.clerk_of(body), called.chair_of(body)) == (clerk, chair)


def test_a_body_without_clerk_or_chair_has_no_one_to_ask():
    assert roll((person("ben", "teacher"),)).asked(parse("body:fgb")) == []


@pytest.mark.parametrize(
    ("owner", "people"),
    [(None, []), ("", []), ("role:dsl", ["ada"]), ("ben", ["ben"]), ("fay", []), ("role:none", [])],
)
def test_an_owner_is_a_role_or_a_person_who_is_here(owner, people):
    assert roll().named(owner) == people


def test_the_order_people_are_stored_in_decides_nothing():
    heads = (person("zoe", "head"), person("abe", "head"))
    assert roll(heads).acting("head") == roll(heads[::-1]).acting("head") == "abe"


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ("governors", "co-opted-governor"),
        ("governors", "associate-member"),
        ("board-member", "parent-governor"),
        ("governor", "board-members"),
        ("trustees", "parent-trustee"),
        ("trustee", "trustee-chair"),
        ("trustee-chair", "chair-of-trustees"),
        ("chair", "trustee-chair"),
        ("teachers", "teacher"),
        ("ta", "tas"),
        ("headteachers", "head"),
        ("headteacher", "co-head"),
    ],
)
def test_several_and_other_words_for_a_role_mean_the_same_people(said, held):
    here = Person("jo", "Jo", None, (Membership("larkfield", frozenset({held})),))

    known = Snapshot({"larkfield": School("larkfield", "Larkfield")}, {}, {"jo": here})
    found = active_members(known, DAY)["larkfield"].asked(parse(f"role:{said}"))
    assert [one.person for one in found] == ["jo"]


@pytest.mark.parametrize(
    ("people", "asks", "besides", "leader"),
    [
        (("head", "chair", "clerk"), "clerk", (), "head"),
        # For the head it is the chair, and nobody is their own leader.
        (("head", "chair", "clerk"), "head", (), "chair"),
        (("head", "deputy", "chair"), "deputy", ("head",), "chair"),
        (("away head", "deputy", "chair"), "chair", (), "deputy"),
        (("away head", "chair"), "chair", (), "away head"),
        (("head",), "head", (), None),
    ],
)
def test_a_person_turns_to_the_head_who_stands_in_for_them_or_the_chair(people, asks, besides, leader):
    roles = {"head": "headteacher", "deputy": "deputy-headteacher", "chair": "chair", "clerk": "clerk"}
    here = [
        person(key, roles[key.split()[-1]], absences=(Absence(DAY, DAY),) if "away" in key else ())
        for key in people
    ]
    assert roll(here, bodies=()).leader_above(asks, besides) == leader
