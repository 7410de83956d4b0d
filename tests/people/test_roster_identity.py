"""Who a line of the list is: nobody gets what another person signed, and nobody loses what they did."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.core.errors import BadInput
from bot.people.import_service import RosterList, compare_roster, import_roster
from bot.ports import RosterEntry
from bot.records import people as record_people
from bot.register.service import apply_register
from bot.rules.people import School
from bot.rules.register import Register

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


def line(key, name, email=None, **given):
    """One line of a list; without an address given, its key is one."""
    facts = {
        "roles": frozenset({"staff"}),
        "groups": frozenset(),
        "starts_on": None,
        "leaves_on": None,
        "working_days": frozenset(range(5)),
        "manager": None,
    }
    return RosterEntry(key=key, name=name, email=email or key, **facts | given)


OTHERS = tuple(line(f"{name}@oak.example", name.title()) for name in ("bo", "cy", "di", "ed", "fi", "gil"))
ANN = line("head@oak.example", "Ann Old")
BOB = line("head@oak.example", "Bob New")


@pytest.fixture
def school(store):
    for key in ("oakfield", "elmfield"):
        register = Register(school=School(key, key.title(), "school", date(2026, 9, 1)))
        apply_register(store, register, documents={}, now=NOW, actor="a test")
    return store


@pytest.fixture
def bring(school):
    """Bring a list in, with six others on it; a day later each time."""
    days = iter(range(1000))

    def imported(*entries, of="oakfield", others=OTHERS):
        now, every = NOW + timedelta(days=next(days)), (*entries, *others)
        shown = compare_roster(school, of, every, now=now)
        given = {"actor": "a test", "listing": RosterList(many_leavers=True)}
        assert import_roster(school, of, every, now=now, **given) == shown
        assert not import_roster(school, of, every, now=now, **given)
        return shown.lines()

    return imported


@pytest.fixture
def here(school):
    """The people still here beside the others, with their address, by key and name."""

    def listed(of="oakfield"):
        with school.reading() as conn:
            known = record_people.roster(conn, of)
        still = {key: one for key, one in known.items() if one.membership(of).leaves_on is None}
        return {
            (key, one.name): one.email
            for key, one in still.items()
            if key not in {other.key for other in OTHERS}
        }

    return listed


def test_a_successor_at_the_same_address_is_a_person_new(bring, here, school):
    bring(ANN)
    bring()
    assert bring(BOB) == ("join  Bob New (head@oak.example~2)",)
    assert here() == {("head@oak.example~2", "Bob New"): "head@oak.example"}
    with school.reading() as conn:
        assert record_people.roster(conn, "oakfield")["head@oak.example"].email is None
    bring()
    assert bring(line("head@oak.example", "Cat Third")) == ("join  Cat Third (head@oak.example~3)",)
    bring()
    bring(ANN)
    assert here() == {("head@oak.example", "Ann Old"): "head@oak.example"}


def test_a_successor_named_before_the_last_one_left_is_refused(bring, here):
    bring(ANN)
    said = (
        "list of people:7: email: this address was Ann Old’s, and “Bob New” is another name. Give a reference"
    )
    with pytest.raises(BadInput, match=said):
        bring(line(BOB.key, BOB.name, line=7))
    assert here() == {("head@oak.example", "Ann Old"): "head@oak.example"}


@pytest.mark.parametrize("key", ["head@oak.example", "guid-1"])
def test_a_reference_says_that_it_is_another_person(bring, here, school, key):
    bring(line(key, "Ann Old", "head@oak.example"))
    said = bring(line("guid-2", "Bob New", "head@oak.example"))
    assert said == ("join  Bob New (guid-2)", f"leave  Ann Old ({key}): no longer in the list")
    assert here() == {("guid-2", "Bob New"): "head@oak.example"}
    with school.reading() as conn:
        assert record_people.roster(conn, "oakfield")[key].email is None


def test_a_mailbox_that_goes_from_one_namesake_to_another_takes_nothing_along(bring, here):
    bring(line("guid-1", "Ann Smith", "smith@oak.example"))
    bring(line("guid-2", "Eve Smith", "smith@oak.example"))
    assert here() == {("guid-2", "Eve Smith"): "smith@oak.example"}


@pytest.mark.parametrize("key", ["head@oak.example", "17"])
@pytest.mark.parametrize("name", ["Ann Shah", "Mrs Ann Old", "Old, Ann"])
def test_a_person_who_marries_keeps_what_they_signed(bring, here, key, name):
    bring(ANN)
    bring(line(key, name, "head@oak.example"))
    assert here() == {("head@oak.example", name): "head@oak.example"}


def test_a_new_address_without_a_reference_is_a_change(bring, here):
    bring(ANN)
    moved = line("ann.old@oak.example", "Ann Old")
    assert bring(moved) == (
        "change  Ann Old (head@oak.example): e-mail from head@oak.example to ann.old@oak.example",
    )
    assert here() == {("head@oak.example", "Ann Old"): "ann.old@oak.example"}
    bring(moved, BOB)
    assert here() == {
        ("head@oak.example", "Ann Old"): "ann.old@oak.example",
        ("head@oak.example~2", "Bob New"): "head@oak.example",
    }


def test_an_older_list_with_the_address_before_finds_the_person(bring, here):
    bring(ANN)
    bring(line("ann.old@oak.example", "Ann Old"))
    bring(line("a.old@oak.example", "Ann Old"))
    bring(line("ann.old@oak.example", "Ann Old"))
    assert here() == {("head@oak.example", "Ann Old"): "ann.old@oak.example"}


def test_swapped_addresses_swap_no_signatures(bring, here):
    bring(line("jsmith@oak.example", "Jane Smith"), line("jsmith2@oak.example", "John Smith"))
    for _ in range(2):
        bring(line("jsmith2@oak.example", "Jane Smith"), line("jsmith@oak.example", "John Smith"))
        assert here() == {
            ("jsmith@oak.example", "Jane Smith"): "jsmith2@oak.example",
            ("jsmith2@oak.example", "John Smith"): "jsmith@oak.example",
        }
    bring(line("jsmith@oak.example", "Jane Smith"), line("jsmith2@oak.example", "John Smith"))
    assert here()["jsmith@oak.example", "Jane Smith"] == "jsmith@oak.example"


def test_one_name_and_two_who_left_or_join_is_in_doubt_until_a_reference_says(bring, here):
    two = [line(f"sj{number}@oak.example", "Sue Jones") for number in range(2)]
    bring(*two)
    new = line("sue@oak.example", "Sue Jones", line=3)
    with pytest.raises(BadInput, match=r"list of people:3: name: this may be Sue Jones .* Give a reference"):
        bring(new)
    assert len(here()) == 2
    bring(line("31", "Sue Jones", "sue@oak.example"))
    assert here() == {("31", "Sue Jones"): "sue@oak.example"}


def test_a_new_name_at_an_address_and_its_old_name_at_another_is_in_doubt(bring, here):
    bring(line("as@oak.example", "Ann Smith"))
    renamed = line("as@oak.example", "Ann Lee")
    with pytest.raises(BadInput, match="this may be Ann Smith under another address"):
        bring(renamed, line("ann@oak.example", "Ann Smith"))
    bring(renamed, line("8", "Ann Smith", "ann@oak.example"))
    assert here() == {
        ("as@oak.example", "Ann Lee"): "as@oak.example",
        ("8", "Ann Smith"): "ann@oak.example",
    }


def test_two_references_are_two_people_whatever_they_are_called(bring, here):
    bring(line("guid-1", "Sue Jones", "sj@oak.example"))
    bring(line("guid-2", "Sue Jones", "sue@oak.example"))
    assert here() == {("guid-2", "Sue Jones"): "sue@oak.example"}


def test_an_account_made_again_for_the_same_person_stays_theirs(bring, here):
    bring(line("guid-1", "Sue Jones", "sj@oak.example"))
    assert not bring(line("guid-2", "Sue Jones", "sj@oak.example"))
    assert here() == {("guid-1", "Sue Jones"): "sj@oak.example"}


def test_the_address_of_a_person_in_another_school_is_not_given_to_another_name(bring, here):
    bring(ANN, others=(), of="elmfield")
    for key in ("head@oak.example", "17"):
        with pytest.raises(BadInput, match="the address of somebody of another name in another school"):
            bring(line(key, "Bob New", "head@oak.example"))
    bring(others=OTHERS[:1], of="elmfield")
    bring(BOB)
    assert here() == {("head@oak.example~2", "Bob New"): "head@oak.example"}
    assert ("head@oak.example", "Ann Old") not in here("elmfield")
