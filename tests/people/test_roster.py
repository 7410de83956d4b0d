"""Importing people: joiners, leavers, changes; all or nothing; never a fifth of a school by accident."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.core.errors import BadInput
from bot.people.import_service import RosterList, compare_roster, import_roster
from bot.ports import RosterEntry
from bot.records import ledger, school_setup
from bot.records import people as record_people
from bot.register.service import apply_register
from bot.rules.people import School
from bot.rules.register import Register

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TODAY = NOW.date()
WEEK = frozenset(range(5))


def one(key, **given):
    """One line of the list. A key with an @ is an address."""
    facts = {
        "name": key.partition("@")[0].title(),
        "email": key if "@" in key else None,
        "roles": frozenset({"staff"}),
        "groups": frozenset(),
        "starts_on": None,
        "leaves_on": None,
        "working_days": WEEK,
        "manager": None,
        "absences": (),
    }
    return RosterEntry(key=key, **facts | given)


STAFF = tuple(
    one(f"{name}@oak.example") for name in ("al", "bo", "cy", "di", "ed", "fi", "gil", "hu", "ivo", "jo")
)


@pytest.fixture
def school(store):
    """Two schools without people."""
    for key in ("oakfield", "elmfield"):
        register = Register(school=School(key, key.title(), "school", date(2026, 9, 1)))
        apply_register(store, register, documents={}, now=NOW, actor="a test")
    return store


def bring(store, *entries, school="oakfield", days=0, **given):
    now = NOW + timedelta(days=days)
    shown = compare_roster(store, school, entries, now=now)
    done = import_roster(store, school, entries, now=now, actor="a test", **given)
    assert shown == done
    return done


def here(store, school="oakfield", *, on=TODAY):
    with store.reading() as conn:
        known = record_people.roster(conn, school)
    return {key for key, person in known.items() if person.membership(school).here_on(on)}


def person(store, key, school="oakfield"):
    with store.reading() as conn:
        return record_people.roster(conn, school)[key]


def test_everybody_joins_once(school):
    assert bring(school, *STAFF).summary() == "10 join, 0 leave, 0 change."
    again = bring(school, *STAFF)
    assert not again
    assert again.summary() == "Nothing to change: the list agrees."
    with school.reading() as conn:
        assert [entry.action for _, entry in ledger.entries(conn)].count("people imported") == 1


def test_a_person_who_is_missing_leaves_and_is_kept(school):
    bring(school, *STAFF)
    change = bring(school, *STAFF[1:])
    assert change.lines() == ("leave  Al (al@oak.example): no longer in the list",)
    assert "al@oak.example" not in here(school)
    assert person(school, "al@oak.example").membership("oakfield").leaves_on == date(2026, 11, 22)


def test_a_person_who_comes_back_joins_again(school):
    bring(school, *STAFF)
    bring(school, *STAFF[1:])
    change = bring(school, *STAFF, days=30)
    assert [moved.key for moved in change.joiners] == ["al@oak.example"]
    assert "al@oak.example" in here(school, on=TODAY + timedelta(days=30))
    assert len(here(school, on=TODAY + timedelta(days=30))) == 10


def test_a_person_who_left_and_stays_away_is_no_news(school):
    bring(school, *STAFF)
    bring(school, *STAFF[1:])
    assert not bring(school, *STAFF[1:], days=5)


def test_a_leaving_date_that_has_passed_is_a_leaver_and_one_to_come_is_a_change(school):
    bring(school, *STAFF)
    gone = one("al@oak.example", leaves_on=TODAY - timedelta(days=3))
    going = one("bo@oak.example", leaves_on=TODAY + timedelta(days=3))
    change = bring(school, gone, going, *STAFF[2:])
    assert [moved.key for moved in change.leavers] == ["al@oak.example"]
    assert [str(moved) for moved in change.changes] == ["Bo (bo@oak.example): last day: 26 November 2026"]


def test_a_joiner_to_come_who_is_taken_off_the_list_leaves(school):
    bring(school, *STAFF, one("new@oak.example", starts_on=TODAY + timedelta(days=40)))
    change = bring(school, *STAFF)
    assert [moved.key for moved in change.leavers] == ["new@oak.example"]
    assert "new@oak.example" not in here(school, on=TODAY + timedelta(days=60))


CHANGES = [
    ({"name": "Al Newname"}, "name from Al to Al Newname"),
    ({"roles": frozenset({"staff", "dsl"})}, "roles from staff to dsl, staff"),
    ({"groups": frozenset({"eyfs"})}, "groups: eyfs"),
    ({"starts_on": date(2026, 9, 1)}, "first day: 1 September 2026"),
    ({"working_days": frozenset({0, 2})}, "working days from Mon, Tue, Wed, Thu, Fri to Mon, Wed"),
    ({"manager": "bo@oak.example"}, "manager: bo@oak.example"),
]


def test_what_is_taken_out_is_told_too(school):
    bring(school, one("al@oak.example", groups=frozenset({"eyfs"})), *STAFF[1:])
    (moved,) = bring(school, *STAFF).changes
    assert moved.details == ("groups taken out: eyfs",)


@pytest.mark.parametrize(("given", "said"), CHANGES, ids=[next(iter(given)) for given, _ in CHANGES])
def test_a_change_is_told_in_words(school, given, said):
    bring(school, *STAFF)
    change = bring(school, one("al@oak.example", **given), *STAFF[1:])
    assert [moved.details for moved in change.changes] == [(said,)]
    assert not bring(school, one("al@oak.example", **given), *STAFF[1:])


def test_a_new_address_keeps_the_person_where_there_is_a_reference(school):
    bring(school, *STAFF, one("k-1", name="Kit", email="kit@oak.example"))
    change = bring(school, *STAFF, one("k-1", name="Kit Day", email="kit.day@oak.example"))
    assert [moved.details for moved in change.changes] == [
        ("name from Kit to Kit Day", "e-mail from kit@oak.example to kit.day@oak.example")
    ]
    assert person(school, "k-1").email == "kit.day@oak.example"


def test_a_reference_given_later_finds_the_person_by_address(school):
    bring(school, *STAFF)
    change = bring(school, one("17", name="Al", email="al@oak.example"), *STAFF[1:])
    assert not change
    assert "17" not in here(school)


def test_a_manager_is_found_under_the_key_we_know(school):
    bring(school, *STAFF)
    boss = one("17", name="Al", email="al@oak.example")
    bring(school, boss, one("bo@oak.example", manager="17"), *STAFF[2:])
    assert person(school, "bo@oak.example").membership("oakfield").manager == "al@oak.example"


def test_a_fifth_may_leave_and_more_may_not(school):
    bring(school, *STAFF)
    with school.reading() as conn:
        before = record_people.roster(conn, "oakfield")
    with pytest.raises(BadInput, match="3 of 10 people in oakfield would leave at once"):
        import_roster(school, "oakfield", STAFF[3:], now=NOW, actor="a test")
    with school.reading() as conn:
        assert record_people.roster(conn, "oakfield") == before
    assert len(bring(school, *STAFF[2:]).leavers) == 2
    assert len(here(school)) == 8


def test_many_may_leave_when_told_so(school):
    bring(school, *STAFF)
    assert len(bring_all(school, STAFF[7:]).leavers) == 7
    assert len(here(school)) == 3


def bring_all(store, entries):
    return import_roster(
        store, "oakfield", entries, now=NOW, actor="a test", listing=RosterList(many_leavers=True)
    )


def test_leaving_dates_count_for_the_guard_too(school):
    bring(school, *STAFF)
    gone = [one(entry.key, leaves_on=TODAY - timedelta(days=1)) for entry in STAFF[:3]]
    with pytest.raises(BadInput, match="3 of 10"):
        import_roster(school, "oakfield", (*gone, *STAFF[3:]), now=NOW, actor="a test")


def test_one_person_in_two_schools_is_one_person(school):
    bring(school, *STAFF)
    change = bring(school, one("9", name="Al", email="al@oak.example"), school="elmfield")
    assert [moved.key for moved in change.joiners] == ["al@oak.example"]
    bring(school, *STAFF[1:])
    assert "al@oak.example" in here(school, "elmfield")
    assert "al@oak.example" not in here(school)


def test_a_reference_of_a_person_in_another_school_is_refused(school):
    bring(school, one("17", name="Al Day", email="al@oak.example"))
    with pytest.raises(BadInput, match=r'"17" is the reference of somebody in another school'):
        bring(school, one("17", name="Zed Low", email="zed@elm.example"), school="elmfield")
    assert here(school, "elmfield") == set()


def test_a_setting_no_one_knows_is_refused(school):
    with pytest.raises(BadInput, match="handbell apply"):
        bring(school, *STAFF, school="ashfield")


def test_an_import_that_fails_half_way_changes_nothing(school):
    bring(school, *STAFF)
    with school.reading() as conn:
        before = record_people.roster(conn, "oakfield"), ledger.head(conn)
    with pytest.raises(SQLAlchemyError):
        import_roster(
            school,
            "oakfield",
            (*STAFF, one("new@oak.example"), one("x", starts_on="no day")),
            now=NOW,
            actor="a test",
        )
    with school.reading() as conn:
        assert (record_people.roster(conn, "oakfield"), ledger.head(conn)) == before


def test_the_ledger_names_people_by_key_only(school):
    bring(school, one("k-1", name="Kit Day"))
    with school.reading() as conn:
        _, entry = next(row for row in ledger.entries(conn) if row[1].action == "people imported")
    assert entry.data["joiners"] == ["k-1"]
    assert "Kit" not in repr(entry)


def start_of(store, key, school="oakfield"):
    return person(store, key, school).membership(school).starts_on


def test_a_person_who_joins_a_list_without_first_days_starts_when_they_join(school):
    """A directory knows no first day; without one nobody would ever be asked for their induction."""
    bring(school, *STAFF)
    assert {start_of(school, one.key) for one in STAFF} == {None}
    new = one("new@oak.example")
    bring(school, *STAFF, new, days=7)
    assert start_of(school, new.key) == TODAY + timedelta(days=7)
    assert not bring(school, *STAFF, new, days=9)
    assert start_of(school, new.key) == TODAY + timedelta(days=7)
    assert start_of(school, "al@oak.example") is None


def test_a_list_that_states_a_first_day_is_believed_and_one_that_does_not_takes_none_away(school):
    bring(school, one("al@oak.example", starts_on=date(2020, 9, 1)), *STAFF[1:])
    new = one("new@oak.example", starts_on=date(2026, 11, 2))
    bring(school, *STAFF, new)
    assert (start_of(school, "al@oak.example"), start_of(school, new.key)) == (
        date(2020, 9, 1),
        date(2026, 11, 2),
    )


def test_a_person_who_comes_back_starts_again(school):
    bring(school, one("al@oak.example", starts_on=date(2020, 9, 1)), *STAFF[1:])
    bring(school, *STAFF[1:])
    bring(school, one("al@oak.example", leaves_on=TODAY), *STAFF[1:], days=20)
    assert start_of(school, "al@oak.example") == date(2020, 9, 1)
    bring(school, *STAFF, days=30)
    assert start_of(school, "al@oak.example") == TODAY + timedelta(days=30)


def test_a_person_who_is_listed_while_a_school_is_set_up_was_there_before(school):
    with school.writing() as conn:
        school_setup.begin_first_run(conn, "oakfield", NOW)
    bring(school, *STAFF[:1])
    bring(school, *STAFF)
    with school.writing() as conn:
        school_setup.go_live(conn, "oakfield", TODAY + timedelta(days=3))
    bring(school, *STAFF, one("k@oak.example"), days=2)
    assert start_of(school, "k@oak.example") is None
    bring(school, *STAFF, one("k@oak.example"), one("l@oak.example"), days=3)
    assert start_of(school, "k@oak.example") is None
    assert start_of(school, "l@oak.example") == TODAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("present", "leaving", "refused"),
    [(4, 1, False), (4, 2, False), (5, 3, True), (2, 1, False), (2, 2, True), (1, 1, True), (15, 3, False)],
)
def test_two_may_leave_a_small_school_while_a_person_stays(school, present, leaving, refused):
    staff = [one(f"k{number}@oak.example", name=f"Kit{number}") for number in range(present)]
    bring(school, *staff)
    listed = [*staff[leaving:], one("new@oak.example")]
    if refused:
        with pytest.raises(BadInput, match=f"{leaving} of {present} people in oakfield would leave at once"):
            import_roster(school, "oakfield", listed, now=NOW, actor="a test")
    else:
        assert len(bring(school, *listed).leavers) == leaving


@pytest.mark.parametrize(
    ("number", "says"),
    [(None, "If it is: handbell sync --setting oakfield --many-leavers."), (2, "people import FILE --many")],
)
def test_the_refusal_says_how_many_may_leave_all_the_same(school, number, says):
    bring(school, *STAFF)
    with pytest.raises(BadInput, match=says):
        import_roster(school, "oakfield", [one("al@oak.example", line=number)], now=NOW, actor="a test")


def al(email):
    return one("T17", name="Al Day", email=email)


def test_a_list_that_leaves_an_address_out_takes_none_that_another_school_writes_to(school):
    bring(school, al("al@oak.example"), *STAFF)
    assert bring(school, al(None), school="elmfield").lines() == ("join  Al Day (T17)",)
    assert person(school, "T17").email == "al@oak.example"
    assert bring(school, al("al.day@oak.example"), *STAFF).changes
    assert person(school, "T17", "elmfield").email == "al.day@oak.example"
    assert not bring(school, al(None), school="elmfield")
    bring(school, al(None), *STAFF)
    assert person(school, "T17").email == "al.day@oak.example"


def test_the_first_of_two_lists_addresses_stays_until_they_agree(school):
    bring(school, al("al@oak.example"), *STAFF)
    kept = "keep  Al Day (T17): e-mail stays al@oak.example, as another school’s list says; this one says {}"
    joined = bring(school, al("al@elm.example"), school="elmfield")
    assert joined.lines() == ("join  Al Day (T17)", kept.format("al@elm.example"))
    for _ in range(2):
        assert not bring(school, al("al@oak.example"), *STAFF)
        again = bring(school, al("al@elm.example"), school="elmfield")
        assert not again
        assert again.lines() == (kept.format("al@elm.example"),)
    assert person(school, "T17").email == "al@oak.example"
    bring(school, al("al@elm.example"), *STAFF)
    assert person(school, "T17").email == "al@elm.example"
    assert bring(school, al("al@elm.example"), school="elmfield").lines() == ()


def test_the_only_list_a_person_is_in_says_their_address(school):
    bring(school, al("al@oak.example"), *STAFF)
    bring(school, al("al@elm.example"), school="elmfield")
    bring(school, *STAFF)
    bring(school, al("al@elm.example"), school="elmfield", days=1)
    assert person(school, "T17", "elmfield").email == "al@elm.example"
    bring(school, al(None), school="elmfield", days=1)
    assert person(school, "T17", "elmfield").email is None


def give(store, key, roles, school="oakfield"):
    """Make these somebody's roles, as the page of the person does."""
    known = person(store, key, school)
    held = replace(known.membership(school), roles=frozenset(roles))
    with store.writing() as conn:
        record_people.save_people(conn, [replace(known, memberships=(held,))], NOW)


def roles(store, key, school="oakfield"):
    return person(store, key, school).membership(school).roles


def test_a_role_that_was_given_here_is_not_taken_away_by_a_list(school):
    """Whether the list is a file or a directory that is read every night."""
    al = STAFF[0].key
    bring(school, *STAFF)
    give(school, al, {"staff", "dsl"})
    same = bring(school, *STAFF)
    assert not same
    assert [str(one) for one in same.kept] == [f"Al ({al}): roles given here stay: dsl"]
    changed = bring(school, one(al, roles=frozenset({"staff", "teacher"})), *STAFF[1:])
    assert roles(school, al) == {"staff", "teacher", "dsl"}
    assert [str(move) for move in changed.changes] == [
        f"Al ({al}): roles from dsl, staff to dsl, staff, teacher"
    ]


def test_a_role_that_a_list_gave_goes_with_the_list(school):
    al = STAFF[0].key
    bring(school, one(al, roles=frozenset({"staff", "dsl"})), *STAFF[1:])
    bring(school, *STAFF)
    assert roles(school, al) == {"staff"}


def test_a_role_that_was_given_here_goes_here(school):
    al = STAFF[0].key
    bring(school, *STAFF)
    give(school, al, {"staff", "dsl"})
    bring(school, *STAFF)
    give(school, al, {"staff"})
    assert bring(school, *STAFF).kept == ()
    assert roles(school, al) == {"staff"}


def test_who_left_and_comes_back_has_what_the_list_says(school):
    al = STAFF[0].key
    bring(school, *STAFF)
    give(school, al, {"staff", "dsl"})
    bring(school, *STAFF[1:])
    bring(school, *STAFF, days=30)
    assert roles(school, al) == {"staff"}
