"""Whose tab in Teams it is: whom the directory names, who connected the two by a code; nobody by address."""

from dataclasses import dataclass, field, replace

import pytest

from bot.delivery.service import deliver
from bot.identity import teams as identity_teams
from bot.identity.service import ask_by_email
from bot.ports import TabAccount
from bot.records import people as record_people

SCHOOL = "merriwell-green"
THEIRS = TabAccount("school", "01234567-89ab-cdef-0123-456789abcdef")


@dataclass
class Feed:
    """Teams, which shows every notice."""

    shown: list = field(default_factory=list)

    def tell(self, *, account, words, key):
        self.shown.append((account, words))


def owner(school, who=THEIRS, wanted=""):
    found = identity_teams.find_owner(school.services, who, wanted, school.clock())
    return found and (found.known.person.key, found.school)


@pytest.fixture
def connected(school):
    code = identity_teams.make_code(school.services, "y1", school.clock())
    assert identity_teams.connect(school.services, THEIRS, code, school.clock())
    return school


def test_a_person_who_connected_is_known_by_tenant_and_account_together(connected):
    assert owner(connected) == ("y1", SCHOOL)
    assert owner(connected, TabAccount("elsewhere", THEIRS.account)) is None
    assert owner(connected, TabAccount("school", "another")) is None


def test_a_person_of_the_directory_needs_no_connection(school):
    assert owner(school, TabAccount("school", "y4")) == ("y4", SCHOOL)


def test_an_address_opens_nothing(school):
    with school.store.reading() as conn:
        email = record_people.roster(conn, SCHOOL)["y1"].email
    assert owner(school, TabAccount("school", email)) is None


def test_a_person_who_left_is_let_in_no_more(connected):
    with connected.store.writing() as conn:
        known = record_people.roster(conn, SCHOOL)["y1"]
        here = replace(known.membership(SCHOOL), leaves_on=connected.clock().date())
        record_people.save_people(conn, [replace(known, memberships=(here,))], connected.clock())
    assert owner(connected) == ("y1", SCHOOL)
    connected.clock.turn(days=1)
    assert owner(connected) is None


def test_an_account_that_is_connected_again_is_whose_it_was_last(connected):
    code = identity_teams.make_code(connected.services, "y4", connected.clock())
    assert identity_teams.connect(connected.services, THEIRS, code, connected.clock())
    assert owner(connected) == ("y4", SCHOOL)
    assert identity_teams.account_in_teams(connected.services, "y1") is None


def test_a_notice_goes_to_the_connected_account_beside_the_days_letter_alone(connected):
    feed = Feed()
    services = replace(connected.services, nudges={"microsoft": feed})
    with connected.store.reading() as conn:
        email = record_people.roster(conn, SCHOOL)["y1"].email
    ask_by_email(services, email, connected.clock())
    connected.plan()
    connected.clock.turn(minutes=15)
    deliver(services, now=connected.clock(), limit=100)
    assert len(connected.received(email)) == 2
    assert [account for account, _ in feed.shown] == [THEIRS.account]
    assert len(feed.shown[0][1]) <= 150


def test_a_person_who_disconnects_gets_letters_alone(connected):
    identity_teams.disconnect(connected.services, "y1", connected.clock())
    assert owner(connected) is None
    assert identity_teams.account_in_teams(connected.services, "y1") is None
