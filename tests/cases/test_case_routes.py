"""Whom a case goes to and who may open it: a school of every role, and everybody in the way in turn."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import chain, combinations

import pytest
from looped import each

from bot.cases.access import ELSEWHERE, UNHEARD, RoutingResult, also_told, heads_among, may_open, route
from bot.cases.model import CATEGORIES, Case, CaseState, counts
from bot.planning.active_members import active_members
from bot.planning.mentions import involved
from bot.planning.snapshot import Snapshot
from bot.rules.calendar import Calendar
from bot.rules.case_rules import DEFAULT_ROUTES
from bot.rules.people import Absence, Membership, Person, Phones, School

DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CAST = {
    "hd": ("Helen Achebe", {"staff", "headteacher"}),
    "dh": ("Tom Okafor-Lane", {"staff", "deputy-head"}),
    "ds": ("Maya Brightwater", {"staff", "dsl"}),
    "dd": ("Leila Haddad", {"staff", "deputy-dsl"}),
    "gc": ("Margaret Dunmore", {"governor", "chair"}),
    "gv": ("Alan Tredwell", {"governor", "vice-chair"}),
    "dp": ("Ravi Menon", {"dpo"}),
    "sb": ("Priya Nair", {"staff", "business-manager"}),
    "te": ("Grace Pellow", {"staff", "teacher"}),
}


def school(roles=None, away=(), unheard=()):
    roles = {key: held for key, (_, held) in CAST.items()} if roles is None else roles
    absent = (Absence(DAY, DAY),)
    people = {
        key: Person(
            key,
            CAST[key][0],
            None if key in unheard else f"{key}@a.test",
            (Membership("a", frozenset(held), absences=absent if key in away else ()),),
        )
        for key, held in roles.items()
    }
    snapshot = Snapshot(schools={"a": School("a", "A School")}, people=people, calendars={"a": Calendar()})
    return people, active_members(snapshot, DAY)["a"]


@pytest.mark.parametrize(
    ("category", "named", "away", "goes_to"),
    [
        ("staff-devices", "", "", "hd"),
        ("staff-devices", "te", "", "hd"),
        ("online-conduct", "te", "", "ds"),
        # The deputy stands in for a DSL who is away, and the deputy head for an absent head.
        ("online-conduct", "te", "ds", "dd"),
        ("allegation", "te", "hd", "dh"),
        # Nobody looks after a case about themselves, nor a deputy one about the person they are deputy to.
        ("online-conduct", "ds", "", "hd"),
        ("online-conduct", "ds", "hd", "dh"),
        # About the head: the chair, whatever the route says, and not the head's own deputies.
        ("staff-devices", "hd", "", "gc"),
        ("online-conduct", "hd te", "", "gc"),
        ("concern-about-head", "", "", "gc"),
        ("staff-devices", "hd", "gc", "gv"),
        ("data-breach", "te", "", "dp"),
        ("data-breach", "dp", "", "hd"),
        ("other", "gc", "", "hd"),
        ("a category of their own", "", "", "hd"),
    ],
)
def test_a_case_goes_to(category, named, away, goes_to):
    _, roll = school(away=away.split())
    assert route(category, named.split(), roll).person == goes_to


def test_when_head_and_chair_are_both_in_it_the_way_is_outside():
    _, roll = school()
    assert route("allegation", ("hd", "gc"), roll) == RoutingResult(None, None, ELSEWHERE.format(""))
    assert "(LADO), or the NSPCC whistleblowing line on 0800 028 0285" in ELSEWHERE.format("")
    with_number = replace(roll, school=replace(roll.school, phones=Phones(lado="01234 567890")))
    told = route("allegation", ("hd", "gc"), with_number).telephone
    assert "(LADO) on 01234 567890, or the NSPCC" in told


@pytest.mark.parametrize(
    ("category", "named", "unheard", "goes_to"),
    [
        ("online-conduct", "te", "ds", "dd"),
        ("online-conduct", "te", "ds dd", "hd"),
        ("staff-devices", "hd", "gc", "gv"),
        ("allegation", "te", "hd", "dh"),
        ("staff-devices", "te", "hd dh", "ds"),
    ],
)
def test_a_case_goes_past_the_person_no_mail_reaches(category, named, unheard, goes_to):
    _, roll = school(unheard=unheard.split())
    routed = route(category, named.split(), roll)
    assert (routed.person, routed.telephone) == (goes_to, None)


def test_where_no_mail_reaches_anybody_the_first_has_it_and_it_says_whom_to_telephone():
    _, roll = school(unheard=("gc", "gv"))
    with_number = replace(roll, school=replace(roll.school, phones=Phones(lado="01234 567890")))
    assert route("other", ("hd",), roll) == RoutingResult("gc", "chair", UNHEARD.format(""))
    assert route("other", ("hd",), with_number).telephone == UNHEARD.format(" on 01234 567890")


def test_an_absent_holder_is_better_than_a_role_that_was_not_asked_for():
    _, roll = school({"hd": {"headteacher"}, "ds": {"dsl"}, "gc": {"chair"}}, away=("hd",))
    assert route("staff-devices", (), roll) == RoutingResult("hd", "headteacher")


def test_one_person_who_is_head_and_dsl_is_passed_over_in_both_roles():
    _, roll = school({"hd": {"staff", "headteacher", "dsl"}, "dd": {"deputy-dsl"}, "gc": {"chair"}})
    assert route("online-conduct", ("hd",), roll) == RoutingResult("gc", "chair")


def test_the_route_of_the_register_comes_first():
    _, roll = school()
    assert route("visitor", (), roll, ("office", "business-manager")).person == "sb"
    assert route("visitor", ("sb",), roll, ("business-manager",)).person == "hd"


def test_a_setting_with_no_one_to_act_says_whom_to_telephone():
    _, roll = school({"te": {"staff", "teacher"}})
    assert route("other", (), roll).telephone == ELSEWHERE.format("")


def case(category="other", named=(), **more):
    return Case("K7QF-2M8R", "a", category, CaseState.RECEIVED, AT, AT, named=frozenset(named), **more)


def subsets(keys):
    return chain.from_iterable(combinations(keys, count) for count in range(4))


@pytest.mark.parametrize("category", [*CATEGORIES, "concern-about-head"])
def test_a_person_who_is_named_gets_nothing_whatever_else_they_are(category):
    """Every role against every set of up to three people named, with every person assigned and watching."""
    _, roll = school()
    for named in each(subsets(CAST)):
        one = case(category, named, assignee="dd", watchers=frozenset(CAST), personal_data=True)
        assert {key for key in CAST if may_open(one, key, roll)} == set(CAST) - set(named)
        taker = route(category, named, roll)
        assert taker.person not in named
        assert (taker.person is None) is (taker.telephone is not None)


@pytest.mark.parametrize(
    ("one", "readers"),
    [
        (case(), "hd ds dd"),
        (case(named=("te",)), "hd ds dd"),
        (case(named=("ds",)), "hd"),
        (case(named=("dd",)), "hd ds"),
        (case(named=("hd",)), "gc"),
        (case(named=("hd", "gc")), ""),
        (case("concern-about-head"), "gc"),
        (case("data-breach"), "hd ds dd dp"),
        (case(personal_data=True), "hd ds dd dp"),
        (case(assignee="sb"), "hd ds dd sb"),
        (case(watchers=frozenset({"te"})), "hd ds dd te"),
        (replace(case(), school="b"), ""),
    ],
)
def test_who_may_open_a_case(one, readers):
    _, roll = school()
    assert {key for key in CAST if may_open(one, key, roll)} == set(readers.split())


def test_a_case_about_the_head_stays_with_the_chair_when_another_person_is_head():
    held = {key: roles for key, (_, roles) in CAST.items() if key != "hd"}
    _, roll = school(held | {"ds": {"staff", "dsl", "headteacher"}})
    one = case(named=("hd",), heads=frozenset({"hd"}))
    assert {key for key in held if may_open(one, key, roll)} == {"gc"}
    assert route("other", ("hd",), roll, heads=("hd",)) == RoutingResult("gc", "chair")
    assert {key for key in held if may_open(case(named=("hd",)), key, roll)} == {"ds", "dd"}


LED = {"staff", "dsl"}
HELPED = {"staff", "deputy-dsl"}
TAUGHT = {"staff", "teacher"}


@pytest.mark.parametrize(
    ("posts", "readers", "goes_to"),
    [
        # Still here: neither they nor their deputy.
        ({"ds": LED, "dd": HELPED}, "hd", "hd"),
        # Left, and the post is empty: the deputy acts, and answers to them no more.
        ({"dd": HELPED}, "hd dd", "dd"),
        # Left, and the deputy has the post.
        ({"dd": LED}, "hd dd", "dd"),
        # Left, and somebody new has it, over the same deputy.
        ({"te": LED, "dd": HELPED}, "hd te dd", "te"),
        # Back as a teacher, as a deputy, or in the post again: never they themselves.
        ({"ds": TAUGHT, "dd": LED}, "hd dd", "dd"),
        ({"ds": HELPED, "dd": LED}, "hd dd", "dd"),
        ({"ds": HELPED, "dd": LED, "te": HELPED}, "hd dd", "dd"),
        ({"ds": LED, "dd": HELPED, "te": TAUGHT}, "hd", "hd"),
        # Two share the post, one of them named: the post is passed over whole.
        ({"ds": LED, "te": LED, "dd": HELPED}, "hd", "hd"),
        # The head has it beside the headship: about the head, and the chair's.
        ({"ds": {"staff", "dsl", "headteacher"}, "dd": HELPED, "hd": TAUGHT}, "gc", "gc"),
    ],
)
def test_who_opens_a_case_about_the_lead_follows_the_posts_and_is_never_they_themselves(
    posts, readers, goes_to
):
    held = {"hd": {"staff", "headteacher"}, "gc": {"governor", "chair"}} | posts
    _, roll = school(held)
    assert {key for key in CAST if may_open(case("online-conduct", ("ds",)), key, roll)} == set(
        readers.split()
    )
    assert route("online-conduct", ("ds",), roll).person == goes_to


def test_a_case_about_a_person_who_becomes_the_lead_is_shut_to_their_deputy():
    held = {"hd": {"staff", "headteacher"}, "ds": LED, "dd": HELPED, "te": TAUGHT}
    about = case("online-conduct", ("te",))
    assert {key for key in CAST if may_open(about, key, school(held)[1])} == {"hd", "ds", "dd"}
    after = {key: roles for key, roles in held.items() if key != "ds"} | {"te": LED}
    assert {key for key in CAST if may_open(about, key, school(after)[1])} == {"hd"}


def test_no_one_opens_a_case_about_them_or_after_they_left():
    _, roll = school()
    assert [may_open(case(named=(about,)), "hd", roll) for about in ("hd", "te")] == [False, True]
    assert not may_open(case(named=("te",)), "somebody who left", roll)


def test_numbers_leave_out_what_is_about_their_reader_and_tell_nothing_under_five():
    cases = [case("visitor")] * 5 + [case("visitor", ("gc",))] + [case("filtering")] * 4
    told = {one.category: (one.cases, one.still_open) for one in counts(cases, "gc")}
    assert told["visitor"] == ("5", "5")
    assert told["filtering"] == ("fewer than 5", "fewer than 5")
    assert told["other"] == ("fewer than 5", "fewer than 5")
    closed = [replace(one, state=CaseState.CLOSED) for one in cases]
    assert {one.category: one.still_open for one in counts(closed, "hd")}["visitor"] == "fewer than 5"
    assert {one.category: one.cases for one in counts(cases, "hd")}["visitor"] == "6"


def test_no_case_is_left_out_of_the_numbers_and_none_tells_whom_it_is_about():
    cases = [case(one) for one in ("concern-about-head", "data-complaint", "our-own", "other", "other")]
    assert {one.category: one.cases for one in counts(cases, "gc")}["other"] == "5"


@pytest.mark.parametrize(
    ("text", "roles", "named"),
    [
        ("Mrs Pellow had her phone out", (), "te"),
        ("GRACE PELLOW", (), "te"),
        ("I saw Mr Okafor filming", (), "dh"),
        ("Mr Okafor-Lane was there", (), "dh"),
        ("the grace period ended in the meadow", (), ""),
        ("Somebody in the office", ("business-manager",), "sb"),
        ("The head and Miss Haddad", ("headteacher",), "hd dd"),
        ("Brightwäter", (), "ds"),
        ("", (), ""),
    ],
)
def test_everybody_a_report_names_is_involved_until_a_person_has_read_it(text, roles, named):
    people, roll = school()
    assert involved(text, roles, people, roll) == frozenset(named.split())


def called(*names):
    """Everybody called by one of these names, in the order given: p0, p1 and so on."""
    people = {
        f"p{place}": Person(f"p{place}", name, None, (Membership("a", frozenset({"staff"})),))
        for place, name in enumerate(names)
    }
    snapshot = Snapshot(schools={"a": School("a", "A School")}, people=people, calendars={"a": Calendar()})
    return people, active_members(snapshot, DAY)["a"]


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("Anna Ng", "Mrs Ng filmed them.", True),
        ("Anna Ng", "It was Anna NG’s telephone", True),
        ("Anna So", "So they left, and so did we.", False),
        ("Jan Wałęsa", "Mr Walesa", True),
        ("Kirsten Møller", "mrs moller's laptop", True),
        ("Sean O'Brien", "Mr OBrien", True),
        ("Sean O'Brien", "Mr O’Brien", True),
        ("Ada Obrien", "Miss O'Brien", True),
        ("Ada Smith-Jones", "Miss Smithjones", True),
        ("Cher", "It was Cher.", True),
        ("Grace Pellow", "By the grace of nobody", False),
        ("Grace Pellow", "Mrs Pelow", False),
    ],
)
def test_a_name_is_known_however_it_is_written(name, text, is_named):
    assert involved(text, (), *called(name)) == frozenset({"p0"} if is_named else ())


@pytest.mark.parametrize(
    ("name", "text", "who", "is_named"),
    [
        # An entry that is a role or a place is no person's name: a word of it says nothing.
        ("School office", "It happened at school, by the office.", "Somebody from another school", False),
        ("Class teacher 1", "The class was filmed by a teacher.", "Somebody in my class", False),
        ("Headteacher", "I told the headteacher.", "", False),
        ("Kitchen team", "In the kitchen.", "", False),
        ("Oak class", "A class in the hall.", "Another class", False),
        # Said in full where it is asked whom it is about, it may be anyone at all.
        ("School office", "", "The school office", True),
        ("Class teacher 1", "", "The class teacher", True),
        # Real names made of such words still count, and so does what may be one.
        ("Jo Cook", "Mrs Cook filmed them.", "", True),
        ("Mr Head", "It was Mr Head.", "", True),
        ("Peter Class", "It was Peter Class.", "", True),
        ("Peter Class", "The class was loud.", "Peter", True),
        ("Oak class", "", "Oak", True),
    ],
)
def test_an_entry_that_is_a_role_or_a_common_word_is_no_persons_name(name, text, who, is_named):
    assert involved(text, (), *called(name), who=who) == frozenset({"p0"} if is_named else ())


@pytest.mark.parametrize(
    "membership",
    [
        Membership("a", frozenset({"staff"}), starts_on=date(2027, 1, 4)),
        Membership("a", frozenset({"staff"}), leaves_on=date(2026, 10, 23)),
    ],
    ids=["still to come", "has left"],
)
def test_a_person_who_is_not_here_now_is_known_by_name_and_opens_nothing_when_they_are(membership):
    away = Person("ds", "Maya Brightwater", None, (membership,))
    elsewhere = replace(away, key="e", memberships=(Membership("b", frozenset({"staff"})),))
    people = {"ds": away, "e": elsewhere}
    snapshot = Snapshot(schools={"a": School("a", "A School")}, people=people, calendars={"a": Calendar()})
    roll = active_members(snapshot, DAY)["a"]
    assert involved("Mrs Brightwater filmed them.", (), people, roll) == {"ds"}
    assert involved("", (), people, roll, who="Maya") == {"ds"}


@pytest.mark.parametrize(
    ("who", "named"),
    [
        ("Grace in year 4", "te"),
        ("Mrs Pelow", "te"),
        ("Miss Hadad or Helen", "dd hd"),
        ("mr okafor lane", "dh"),
        ("The Head Teacher", "hd"),
        ("the head of the parents' association", ""),
        ("our headteacher and the DSL", "hd ds"),
        ("the deputy designated safeguarding lead", "dd"),
        ("the deputy head", ""),
        ("The chair of governors", "gc"),
        ("A visitor in a grey coat", ""),
        ("somebody from the kitchen, I do not know her name", ""),
        ("", ""),
    ],
)
def test_a_person_who_is_asked_about_is_known_by_the_first_name_or_one_that_is_nearly_right(who, named):
    people, roll = school()
    assert involved("Nothing here.", (), people, roll, who=who) == frozenset(named.split())


def test_the_head_is_known_by_any_of_the_roles_names():
    _, roll = school({"hd": {"manager"}, "gc": {"committee-chair"}})
    assert heads_among(("hd", "gc"), roll) == {"hd"}
    assert route("other", ("hd",), roll) == RoutingResult("gc", "chair")


def test_every_category_of_the_form_has_a_route():
    assert set(CATEGORIES) <= set(DEFAULT_ROUTES)


@pytest.mark.parametrize(
    ("tell", "named", "away", "unheard", "told"),
    [
        ("headteacher", "te", "", "", "headteacher:hd"),
        ("head dsl headteacher", "", "", "", "headteacher:hd dsl:ds"),
        # Anyone who is away hears of it too, and so does their stand-in; where there is none, they alone.
        ("dsl", "", "ds", "", "dsl:ds dsl:dd"),
        ("business-manager", "", "sb", "", "business-manager:sb"),
        ("dsl", "", "", "ds", "dsl:dd"),
        ("dpo", "", "", "dp", ""),
        # A role keeps out whole where a holder is named, and a deputy where the one they are deputy to is.
        ("deputy-dsl business-manager", "ds", "", "", "business-manager:sb"),
        ("dsl", "hd", "", "", ""),
    ],
)
def test_a_person_a_route_tells_beside_is_here_and_not_involved(tell, named, away, unheard, told):
    _, roll = school(away=away.split(), unheard=unheard.split())
    found = also_told(tell.split(), named.split(), roll)
    assert " ".join(f"{role}:{person}" for role, person in found) == told
