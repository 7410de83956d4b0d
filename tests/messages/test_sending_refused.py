"""Letters come back because our own sending is refused: nobody is unreachable for it, and it is told."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.core.clock import local_date
from bot.dashboard.service import read_dashboard
from bot.messages import store as message_store
from bot.messages.bounces import SHOWN_FOR, read_returned, refused_lately
from bot.planning.store import load_snapshot
from bot.ports import Bounce, ChangesSince
from bot.records import people as record_people
from bot.records.ledger import ledger

SCHOOL = "merriwell-green"
LIMIT = "550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit"


@dataclass
class Inbox:
    """Returns every notice again each time, as after a lost cursor."""

    items: list

    def bounces(self, cursor):
        return ChangesSince(tuple(self.items), "1")


@pytest.fixture
def letters(school):
    """The letters of the day, by person; all of them come back."""
    school.plan()
    with school.store.reading() as conn:
        return {one.person: one.id for one in message_store.recent(conn, limit=100)}


@pytest.fixture
def read(school, letters):
    """Reads an inbox with a notice for every letter."""
    with school.store.reading() as conn:
        known = record_people.roster(conn, SCHOOL)
    items = [Bounce(known[who].email, id_, LIMIT, of_sending=True) for who, id_ in letters.items()]
    services = replace(school.services, returned={"microsoft": Inbox(items)})
    return lambda: read_returned(services, school.clock())


def unreachable(school):
    with school.store.reading() as conn:
        return {key for key, one in record_people.roster(conn, SCHOOL).items() if one.unreachable}


def lately(school, *settings):
    with school.store.reading() as conn:
        return refused_lately(conn, school.clock(), settings or None)


def test_no_one_is_unreachable_because_the_school_reached_a_limit(school, letters, read):
    assert read() == "0 people cannot be written to"
    assert unreachable(school) == set()
    school.clock.turn(days=1)
    assert school.plan().notices or school.deliver(limit=200)


def test_letters_about_cases_go_on_after_the_limit(school, cases, read):
    read()
    school.clock.turn(days=1, hours=1)
    cases.send()
    assert cases.told()
    school.deliver(limit=200)
    subjects = [str(copy.mail["Subject"]) for copy in school.server.copies]
    assert [one for one in subjects if "case" in one.casefold() or "report" in one.casefold()]


def test_it_is_said_once_for_each_letter_however_often_it_is_read(school, letters, read, caplog):
    read()
    assert caplog.text.count("our own sending is refused") == len(letters)
    school.clock.turn(hours=1)
    read()
    said = lately(school)
    assert (said.letters, said.says) == (len(letters), LIMIT)
    assert said.last_at == school.clock() - timedelta(hours=1)
    with school.store.reading() as conn:
        entries = conn.scalar(select(func.count()).where(ledger.c.action == "our sending was refused"))
    assert entries == len(letters)


def test_the_head_sees_it_until_three_days_after_the_last(school, read):
    read()
    with school.store.reading() as conn:
        snapshot = load_snapshot(conn, local_date(school.clock()), (SCHOOL,))
    seen = read_dashboard(school.services, snapshot, SCHOOL, None, school.clock())
    assert seen.refused is not None
    assert lately(school, "oakfield") is None
    school.clock.turn(seconds=SHOWN_FOR.total_seconds() + 1)
    assert lately(school) is None


def test_a_notice_that_names_no_letter_of_ours_is_not_believed(school):
    stranger = Bounce("jo@elsewhere.example", "no letter of ours", LIMIT, of_sending=True)
    read_returned(replace(school.services, returned={"google": Inbox([stranger])}), school.clock())
    assert lately(school) is None
