"""Figures of a school hold for the day they were counted on, until something changes in it."""

from datetime import timedelta

import pytest

from bot.records import people as record_people
from bot.records import school_figures, school_plan
from bot.records.school_figures import SchoolFigures
from bot.records.school_plan import Planned
from bot.rules.people import Membership, Person

MEMBER = Membership("oakfield", frozenset({"teacher"}))


@pytest.fixture
def desk(oakfield_store, cast):
    """Count, change, plan and ask, each in a transaction of its own."""

    class Desk:
        now = cast.now

        def count(self):
            with oakfield_store.reading() as conn:
                after = school_plan.changes(conn, ["oakfield"])["oakfield"]
            self.keep(after)

        def keep(self, after):
            with oakfield_store.writing() as conn:
                school_figures.keep(
                    conn, [SchoolFigures("oakfield", self.now, {"training": {"done": 1}}, 0, after)]
                )

        def change(self, name):
            with oakfield_store.writing() as conn:
                record_people.save_people(
                    conn, [Person("jo", name, "jo@oakfield.example", (MEMBER,))], self.now
                )

        def plan(self):
            with oakfield_store.writing() as conn:
                seen = school_plan.lock(conn, ["oakfield"])["oakfield"]
                on = self.now.date()
                school_plan.store_planned(conn, {"oakfield": Planned(seen, on, on, "this version")})

        def outdated(self, **later):
            with oakfield_store.reading() as conn:
                return school_figures.outdated(conn, cast.now + timedelta(**later))

        def note_that_they_hold(self, at):
            with oakfield_store.writing() as conn:
                school_figures.still_hold(conn, cast.now, at)
            with oakfield_store.reading() as conn:
                return school_figures.find(conn, ["oakfield"])["oakfield"].counted_at

    return Desk()


def test_figures_hold_until_something_changes_or_the_day_is_over(desk):
    assert desk.outdated() == ["oakfield"]
    desk.plan()
    desk.count()
    assert desk.outdated() == []
    assert desk.outdated(minutes=1) == ["oakfield"]
    desk.change("Jo Bell")
    assert desk.outdated() == ["oakfield"]
    desk.plan()
    assert desk.outdated() == ["oakfield"]
    desk.count()
    assert desk.outdated() == []


def test_a_change_between_the_reading_and_the_writing_of_figures_is_counted_next(desk, oakfield_store):
    desk.plan()
    desk.count()
    desk.change("Jo Bell")
    with oakfield_store.reading() as conn:
        after = school_plan.changes(conn, ["oakfield"])["oakfield"]
    desk.change("Jo Bell-Shah")
    desk.plan()
    desk.keep(after)
    assert desk.outdated() == ["oakfield"]


def test_planning_alone_makes_no_figures_old(desk):
    desk.plan()
    desk.change("Jo Bell")
    desk.count()
    desk.plan()
    assert desk.outdated() == []


def test_figures_that_hold_are_those_of_now(desk):
    desk.plan()
    desk.count()
    later = desk.now + timedelta(hours=1)
    assert desk.note_that_they_hold(later) == later
    desk.change("Jo Bell")
    assert desk.note_that_they_hold(later + timedelta(hours=1)) == later
