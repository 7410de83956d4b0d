"""Playing a span of days: every day's plan follows from what was sent and answered before it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.core.clock import local_date
from bot.database.engine import open_store
from bot.forecast.simulate import simulate
from bot.people.import_service import import_roster
from bot.planning.plan import HAND_OVER, plan
from bot.planning.store import bank_holidays, load_snapshot
from bot.ports import RosterEntry
from bot.register.convert import to_domain
from bot.register.load import parse
from bot.register.service import apply_register
from bot.rules.people import WEEKDAYS

FIRST, LAST = date(2026, 9, 1), date(2026, 10, 30)
REGISTER = """\
setting: {key: oakfield, name: Oakfield, since: 2026-09-01}
calendar:
  terms:
    - {name: Autumn 1, first_day: 2026-09-02, last_day: 2026-10-22}
    - {name: Autumn 2, first_day: 2026-11-02, last_day: 2026-12-18}
roles: {head: head@oak.example, staff: roster}
policies:
  - {key: online, title: Online safety, link: "https://oak.example/online"}
obligations:
  - {key: read, kind: acknowledge, title: Read it, who: staff, when: each September, about: online}
  - {key: phones, kind: check, title: Phones, who: role:head, when: weekly in term on Friday,
     reminders: same day}
"""


@pytest.fixture(scope="module")
def snapshot(sqlite_databases):
    """Two people at a small school on 1 September."""
    store = open_store(sqlite_databases.current())
    now = datetime.combine(FIRST, time(6), UTC)
    apply_register(store, to_domain(parse(REGISTER)), documents={}, now=now, actor="a test")
    import_roster(
        store, "oakfield", (entry("head"), entry("jo", manager="head@oak.example")), now=now, actor="a"
    )
    with store.reading() as conn:
        gathered = load_snapshot(conn, FIRST)
    store.close()
    return gathered


def entry(name, manager=None):
    email = f"{name}@oak.example"
    return RosterEntry(
        email, name.title(), email, frozenset({"staff"}), frozenset(), None, None, WEEKDAYS, manager
    )


def items(days):
    return [(day.on, notice.person, item) for day in days for notice in day.notices for item in notice.items]


def test_every_day_is_played_once_in_order(snapshot):
    days = [day.on for day in simulate(snapshot, FIRST, LAST)]
    assert days == [FIRST + timedelta(days=number) for number in range(60)]


def test_the_first_day_is_the_plan_of_that_day(snapshot):
    played, decided = next(simulate(snapshot, FIRST, LAST)), plan(snapshot, FIRST)
    assert (played.notices, played.skipped, played.letters) == (decided.notices, decided.skipped, ())


def test_nothing_is_said_twice_and_the_last_word_goes_to_a_human(snapshot):
    told = items(simulate(snapshot, FIRST, LAST))
    assert len({item.key() for _, _, item in told}) == len(told)
    reading = [(item.step, person) for _, person, item in told if item.duty.obligation.key == "read"]
    jo = [step for step, person in reading if person == "jo@oak.example"]
    assert jo == ["ask", "remind", "due", "late"]
    assert ("hand-over", "head@oak.example") in reading


def test_a_person_who_answers_at_once_is_asked_once(snapshot):
    told = items(simulate(snapshot, FIRST, LAST, lambda _item: True))
    reading = [person for _, person, item in told if item.duty.obligation.key == "read"]
    assert sorted(reading) == ["head@oak.example", "jo@oak.example"]
    assert [item for _, _, item in told if item.kind == HAND_OVER] == []


def test_playing_changes_nothing_in_what_was_gathered(snapshot):
    before = plan(snapshot, FIRST)
    list(simulate(snapshot, FIRST, LAST))
    assert plan(snapshot, FIRST) == before


def test_a_school_day_is_a_day_in_london():
    assert local_date(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == date(2026, 7, 2)
    assert local_date(datetime(2026, 12, 1, 23, 30, tzinfo=UTC)) == date(2026, 12, 1)


def test_bank_holidays_of_england_reach_some_years_ahead():
    known = bank_holidays(2026)
    assert {date(2026, 8, 31), date(2025, 12, 25), date(2030, 12, 25)} <= known
    assert date(2026, 7, 13) not in known


@pytest.mark.parametrize(
    ("nation", "day", "holiday"),
    [
        ("England", date(2026, 8, 31), True),
        ("Wales", date(2026, 8, 31), True),
        ("Scotland", date(2026, 8, 31), False),
        ("Scotland", date(2026, 8, 3), True),
        ("Scotland", date(2026, 11, 30), True),
        ("Northern Ireland", date(2026, 3, 17), True),
        ("Northern Ireland", date(2026, 7, 13), True),
        ("England", date(2026, 3, 17), False),
    ],
)
def test_each_nation_has_its_own_bank_holidays(nation, day, holiday):
    assert (day in bank_holidays(2026, nation)) is holiday
