"""Who is here on a day, who is away, who is staff."""

from datetime import date

import pytest

from bot.rules.people import Absence, Membership, Person, governs, is_associate, works_here

GOVERNING = (
    "co-opted-governor",
    "foundation-governor",
    "la-governor",
    "local-authority-governor",
    "chair-of-governors",
    "vice-chair-of-governors",
    "chair-of-trustees",
    "trustee-chair",
    "associate-member",
    "lgb-member",
    "governing-body-member",
    "committee-member",
    "management-committee",
    "committee-treasurer",
    "governing-board",
    "board",
    "lgb",
)
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 18)


@pytest.mark.parametrize(
    ("membership", "day", "here"),
    [
        (Membership("s"), date(2026, 9, 1), True),
        (Membership("s", starts_on=FIRST), date(2026, 8, 31), False),
        (Membership("s", starts_on=FIRST), FIRST, True),
        (Membership("s", leaves_on=LAST), LAST, True),
        (Membership("s", leaves_on=LAST), date(2026, 12, 19), False),
        (Membership("s", starts_on=FIRST, leaves_on=LAST), date(2026, 10, 1), True),
    ],
)
def test_a_person_is_here_from_the_first_day_to_the_last(membership, day, here):
    assert membership.here_on(day) is here


@pytest.mark.parametrize(
    ("absence", "day", "covered"),
    [
        (Absence(FIRST, LAST), date(2026, 8, 31), False),
        (Absence(FIRST, LAST), FIRST, True),
        (Absence(FIRST, LAST), LAST, True),
        (Absence(FIRST, LAST), date(2026, 12, 19), False),
        (Absence(FIRST), date(2030, 1, 1), True),
    ],
)
def test_an_absence_covers_both_its_ends_or_goes_on_until_further_notice(absence, day, covered):
    member = Membership("s", absences=(Absence(date(2026, 1, 5), date(2026, 1, 6)), absence))
    assert member.away_on(day) is covered
    assert member.absence_on(day) == (absence if covered else None)


def test_a_paused_person_is_away_every_day():
    assert Membership("s", paused=True).away_on(FIRST)


@pytest.mark.parametrize(
    ("roles", "staff"),
    [
        ({"staff"}, True),
        ({"teacher"}, True),
        ({"governor"}, False),
        ({"governor", "clerk"}, False),
        ({"governor", "teacher"}, True),
        ({"governor", "staff"}, True),
        ({"volunteer"}, False),
        *(({role}, False) for role in GOVERNING),
        ({"co-opted-governor", "caretaker"}, True),
        ({"staff-member"}, True),
        ({"board-secretary"}, True),
        ({"committee", "secretary"}, False),
        ({"committee-chair", "fundraiser"}, False),
        ({"trustee", "treasurer"}, False),
        ({"chair-of-trustees", "dsl"}, False),
        ({"associate-member", "adviser"}, False),
        ({"parent-governor", "forest-school"}, False),
        *(({role, "secretary"}, False) for role in GOVERNING),
        *(({role, "secretary", "staff"}, True) for role in GOVERNING),
        *(({role, "teaching-assistant"}, True) for role in GOVERNING),
        ({"secretary"}, True),
        ({"committee-secretary"}, False),
        (set(), False),
    ],
)
def test_governors_visitors_and_volunteers_are_not_staff(roles, staff):
    assert Membership("s", frozenset(roles)).is_staff is staff


def test_one_person_is_something_else_in_each_setting():
    teacher, governor = Membership("larkfield", frozenset({"teacher"})), Membership("tower-hill")
    person = Person("jo", "Jo", memberships=(teacher, governor))
    assert person.membership("larkfield") is teacher
    assert person.membership("tower-hill") is governor
    assert person.membership("elsewhere") is None


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        *((role, "governor") for role in GOVERNING if role != "associate-member"),
        ("governor", "governor"),
        ("parent-governor", "governor"),
        ("staff-governor", "governor"),
        ("trustee", "governor"),
        ("vice-chair", "governor"),
        ("committee", "governor"),
        ("associate-member", "associate"),
        ("associate-governor", "associate"),
        ("clerk", ""),
        ("clerk-to-the-governing-body", ""),
        ("governors-clerk", ""),
        ("governor-services-manager", ""),
        ("pta-chair", ""),
        ("pta-committee", ""),
        ("committee-clerk", ""),
        ("committee-secretary", ""),
        ("former-governor", ""),
        ("staff-member", ""),
        ("associate-head", ""),
        ("teacher", ""),
    ],
)
def test_a_governor_is_one_under_every_name_and_neither_a_clerk_nor_an_associate_member_is(role, kind):
    assert (governs(role), is_associate(role)) == (kind == "governor", kind == "associate")
    assert ("governor" in Membership("s", frozenset({role})).usual_roles) == (kind == "governor")


@pytest.mark.parametrize("role", ["staff-governor", "elected-staff-governor", "staff-trustee"])
def test_a_governor_whom_the_staff_elect_is_staff_as_well(role):
    assert Membership("s", frozenset({role})).is_staff
    assert not Membership("s", frozenset({"governor-for-staff-wellbeing"})).is_staff


@pytest.mark.parametrize("role", ["teacher", "office", "headteacher", "site-manager", "staff-member", "dsl"])
def test_a_person_who_is_paid_by_a_school_works_there(role):
    assert works_here(role)


@pytest.mark.parametrize("role", ["volunteer", "chair-of-governors", "parent-governor", *GOVERNING[9:]])
def test_a_person_who_governs_or_helps_does_not_work_there(role):
    assert not works_here(role)
