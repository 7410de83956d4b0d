"""Links, devices and PINs in both databases: used once, stopped once, five tries and no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.identity import store as identity_store
from bot.identity.store import MAX_WRONG_PINS, Device, Pin
from bot.records import people as record_people
from bot.records import sign_ins
from bot.records.sign_ins import KEPT_FOR, SignInLink, StoredSession, session
from bot.rules.people import Membership, Person

HOUR = timedelta(hours=1)


@pytest.fixture
def staff(oakfield_store, cast):
    """The school with one person in it."""
    with oakfield_store.writing() as conn:
        jo = Person("jo-bell", "Jo Bell", "jo@oak.example", (Membership("oakfield", frozenset({"staff"})),))
        record_people.save_people(conn, [jo], cast.now)
    return oakfield_store


def link(cast, digest="d", **changed):
    usual = {"purpose": "email link", "school": None, "person": "jo-bell", "made_at": cast.now}
    return SignInLink(digest=digest, **usual | {"ends_at": cast.now + HOUR} | changed)


def test_a_link_is_used_once_by_one_of_many_at_once(staff, cast):
    with staff.writing() as conn:
        sign_ins.add_link(conn, link(cast))

    def use(_):
        with staff.writing() as conn:
            return sign_ins.use_link(conn, "d", cast.now)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]
    with staff.reading() as conn:
        assert sign_ins.find_link(conn, "d").used_at == cast.now
        assert sign_ins.find_link(conn, "e") is None


def test_a_link_is_not_used_after_its_end(staff, cast):
    with staff.writing() as conn:
        sign_ins.add_link(conn, link(cast))
        assert not sign_ins.use_link(conn, "d", cast.now + HOUR)
        assert sign_ins.use_link(conn, "d", cast.now + HOUR - timedelta(seconds=1))


def test_links_that_ran_out_a_week_ago_are_forgotten(staff, cast):
    later = cast.now + HOUR + timedelta(days=7, seconds=1)
    with staff.writing() as conn:
        sign_ins.add_link(conn, link(cast, person=None))
        sign_ins.add_link(conn, link(cast, "e", made_at=later - timedelta(seconds=2), ends_at=later))
        assert sign_ins.find_link(conn, "d") is not None
        sign_ins.add_link(conn, link(cast, "f", made_at=later, ends_at=later + HOUR))
        assert sign_ins.find_link(conn, "d") is None
        assert sign_ins.find_link(conn, "e") is not None


def test_sessions_of_a_person_that_ran_out_long_ago_are_forgotten_when_they_sign_in_again(staff, cast):
    def begin(conn, digest, began_at):
        sign_ins.begin(
            conn,
            StoredSession(digest, "oakfield", "jo-bell", "email link", began_at, began_at + HOUR),
        )

    with staff.writing() as conn:
        begin(conn, "old", cast.now)
        begin(conn, "newer", cast.now + timedelta(days=20))
        begin(conn, "now", cast.now + KEPT_FOR + HOUR + timedelta(seconds=1))
        kept = conn.execute(select(session.c.digest).order_by(session.c.began_at)).scalars().all()
    assert kept == ["newer", "now"]


def test_a_device_is_stopped_once_and_by_its_own_setting(staff, cast):
    device = Device("d", "oakfield", "Staff room", "jo-bell", cast.now)
    with staff.writing() as conn:
        identity_store.add_device(conn, device)
        assert identity_store.devices(conn, "oakfield") == [device]
        assert identity_store.devices(conn, "elsewhere") == []
        assert not identity_store.stop_device(conn, "elsewhere", "d", cast.now)
        assert identity_store.find_device(conn, "d") == device
        assert identity_store.stop_device(conn, "oakfield", "d", cast.now)
        assert not identity_store.stop_device(conn, "oakfield", "d", cast.now)
        assert identity_store.find_device(conn, "d") is None
        assert identity_store.devices(conn, "oakfield") == []


def test_many_tries_at_once_are_counted_and_five_are_all(staff, cast):
    with staff.writing() as conn:
        identity_store.save_pin(conn, Pin("oakfield", "jo-bell", "hash", cast.now))

    def attempt(_):
        with staff.writing() as conn:
            return identity_store.count_try(conn, "oakfield", "jo-bell", cast.now)

    with ThreadPoolExecutor(4) as pool:
        assert sum(one is not None for one in pool.map(attempt, range(8))) == MAX_WRONG_PINS
    with staff.reading() as conn:
        assert identity_store.pins(conn, "oakfield")["jo-bell"].is_locked


def test_a_new_pin_and_the_office_open_a_locked_one(staff, cast):
    with staff.writing() as conn:
        identity_store.save_pin(conn, Pin("oakfield", "jo-bell", "hash", cast.now, MAX_WRONG_PINS))
        assert not identity_store.count_try(conn, "oakfield", "jo-bell", cast.now)
        assert identity_store.forget_tries(conn, "oakfield", "jo-bell")
        assert identity_store.count_try(conn, "oakfield", "jo-bell", cast.now)
        identity_store.save_pin(conn, Pin("oakfield", "jo-bell", "other", cast.now + HOUR))
        assert identity_store.pins(conn, "oakfield") == {
            "jo-bell": Pin("oakfield", "jo-bell", "other", cast.now + HOUR)
        }
        assert not identity_store.forget_tries(conn, "elsewhere", "jo-bell")
        assert not identity_store.count_try(conn, "oakfield", "nobody", cast.now)


def test_a_right_try_is_taken_back_and_leaves_the_wrong_ones_and_their_time(staff, cast):
    with staff.writing() as conn:
        identity_store.save_pin(conn, Pin("oakfield", "jo-bell", "hash", cast.now, 3, cast.now))
        before = identity_store.count_try(conn, "oakfield", "jo-bell", cast.now + HOUR)
        identity_store.take_try_back(conn, before, cast.now + HOUR)
        kept = identity_store.pins(conn, "oakfield")["jo-bell"]
        assert (kept.wrong, kept.wrong_at) == (3, cast.now)
        # Another's wrong try, while the right one was looked at, still counts.
        before = identity_store.count_try(conn, "oakfield", "jo-bell", cast.now + HOUR)
        identity_store.count_try(conn, "oakfield", "jo-bell", cast.now + 2 * HOUR)
        identity_store.take_try_back(conn, before, cast.now + HOUR)
        kept = identity_store.pins(conn, "oakfield")["jo-bell"]
        assert (kept.wrong, kept.wrong_at) == (4, cast.now + 2 * HOUR)
