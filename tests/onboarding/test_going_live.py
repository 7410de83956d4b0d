"""A school that goes live weeks after it was begun: nobody is late for what nobody could be asked."""

from datetime import UTC, date, datetime, time

import pytest

from bot.core.links import Links
from bot.forecast.preview import preview, preview_not_live
from bot.identity.actor import Actor
from bot.onboarding.service import begin_school, first_head, where_it_stands
from bot.onboarding.service import go_live as onboarding_go_live
from bot.people.import_service import import_roster
from bot.planning.service import plan_day
from bot.planning.store import load_snapshot
from bot.ports import Address, RosterEntry
from bot.records import ledger
from bot.register.service import apply_register, compare
from bot.rules.audience import parse as audience
from bot.rules.cadence import parse
from bot.rules.calendar import Term
from bot.rules.duties import State
from bot.rules.obligations import Kind, Obligation
from bot.rules.people import School as rule_people_School
from bot.rules.register import Register
from bot.rules.reminder_ladder import ASK
from bot.services import Services

BEGUN, LIVE = date(2026, 8, 31), date(2026, 11, 2)
READING = Obligation(
    "read", "oakfield", Kind.ACKNOWLEDGE, "Read", audience("staff"), (parse("each September"),), ASK
)
TERMS = (
    Term("Autumn", date(2026, 9, 1), date(2026, 12, 18)),
    Term("Summer", date(2027, 4, 19), date(2027, 7, 21)),
)
REGISTER = Register(
    school=rule_people_School("oakfield", "Oakfield", since=BEGUN), obligations=(READING,), terms=TERMS
)


def at(day, hour=7):
    return datetime.combine(day, time(hour), UTC)


def entry(key, *roles):
    days = frozenset(range(5))
    email = f"{key}@oakfield.example"
    return RosterEntry(
        key=email,
        name=key.title(),
        email=email,
        roles=frozenset(roles),
        groups=frozenset(),
        starts_on=None,
        leaves_on=None,
        working_days=days,
        manager=None,
        absences=(),
    )


class School:
    def __init__(self, store):
        self.store = store
        head = first_head("oakfield", "Head", "head@oakfield.example")
        begin_school(store, REGISTER.school, head, at(BEGUN), "a test")
        self.apply(BEGUN)
        listed = (entry("head", "headteacher", "staff"), entry("jo", "teacher"))
        import_roster(store, "oakfield", listed, now=at(BEGUN), actor="a test")

    def apply(self, day):
        return apply_register(self.store, REGISTER, documents={}, now=at(day, 9), actor="a test")

    def services(self, day):
        sender = Address("office@oakfield.example", "Oakfield")
        return Services(self.store, None, lambda: at(day), Links("k" * 48), "https://x.example", sender)

    def snapshot(self, day):
        with self.store.reading() as conn:
            return load_snapshot(conn, day)

    def go_live(self, today, on):
        snapshot = self.snapshot(today)
        by = Actor(snapshot.schools["oakfield"], snapshot.people["head@oakfield.example"], "a test")
        start = where_it_stands(self.services(today), snapshot, "oakfield", at(today))
        onboarding_go_live(self.services(today), start, on, by, at(today))

    def morning(self, day):
        planned = plan_day(self.services(day), at(day))
        return {(item.step, item.duty.state) for one in planned.notices for item in one.items}


@pytest.fixture
def school(store):
    return School(store)


def test_the_first_message_of_a_school_asks_and_calls_no_one_late(school):
    school.go_live(date(2026, 10, 30), LIVE)
    assert school.morning(LIVE) == {("ask", State.NO_RECORD)}
    with school.store.reading() as conn:
        assert ledger.verify(conn) is None


def test_records_begin_on_the_day_that_was_named_last(school):
    school.go_live(date(2026, 10, 12), date(2026, 11, 9))
    school.go_live(date(2026, 10, 30), LIVE)
    assert school.snapshot(LIVE).schools["oakfield"].since == LIVE


def test_a_register_file_that_names_the_day_it_was_begun_does_not_take_that_back(school):
    school.go_live(date(2026, 10, 30), LIVE)
    assert compare(school.store, REGISTER) == ()
    assert school.apply(LIVE) == ()
    assert school.snapshot(LIVE).schools["oakfield"].since == LIVE


def test_a_preview_shows_apart_what_a_school_that_is_not_live_would_send(school):
    before = date(2026, 9, 7)
    (waiting,) = preview_not_live(school.store, before)
    assert (waiting.name, waiting.live_on, waiting.first.on) == ("Oakfield", None, before)
    assert len(waiting.first.notices) == 2
    school.go_live(before, date(2026, 10, 31))  # a Saturday
    assert preview(school.store, before).notices == ()
    (waiting,) = preview_not_live(school.store, before)
    assert (waiting.live_on, waiting.first.on) == (date(2026, 10, 31), LIVE)
    assert {item.step for one in waiting.first.notices for item in one.items} == {"ask"}
    assert preview_not_live(school.store, LIVE) == ()
    assert len(preview(school.store, LIVE).notices) == 2
