"""Figures of a school hold for the day they were counted on, until something changes in it."""

from datetime import timedelta

import pytest

from bot.domain.people import Membership, Person
from bot.store import counted, people, quiet
from bot.store.counted import Counted
from bot.store.engine import is_sqlite

MEMBER = Membership("oakfield", frozenset({"teacher"}))


@pytest.fixture
def desk(school, cast):
    """Count, change, plan and ask, each in a transaction of its own."""

    class Desk:
        now = cast.now

        def count_first(self):
            self.count()
            # What planning noted meanwhile had no row to go to.
            assert self.outdated() == ["oakfield"]
            self.count()

        def count(self):
            with school.reading() as conn:
                after = counted.changes(conn, ["oakfield"])["oakfield"]
            self.keep(after)

        def keep(self, after):
            with school.writing() as conn:
                counted.keep(conn, [Counted("oakfield", self.now, {"training": {"done": 1}}, 0, after)])

        def change(self, name):
            with school.writing() as conn:
                people.save_people(conn, [Person("jo", name, "jo@oakfield.example", (MEMBER,))], self.now)

        def plan(self):
            with school.writing() as conn:
                counted.planned(conn, quiet.begin(conn, ["oakfield"]))

        def outdated(self, **later):
            with school.reading() as conn:
                return counted.outdated(conn, cast.now + timedelta(**later))

        def note_that_they_hold(self, at):
            with school.writing() as conn:
                counted.still_hold(conn, cast.now, at)
            with school.reading() as conn:
                return counted.find(conn, ["oakfield"])["oakfield"].counted_at

    return Desk()


def test_figures_hold_until_something_changes_or_the_day_is_over(desk):
    assert desk.outdated() == ["oakfield"]
    desk.plan()
    desk.count_first()
    assert desk.outdated() == []
    assert desk.outdated(minutes=1) == ["oakfield"]
    desk.change("Jo Bell")
    assert desk.outdated() == ["oakfield"]
    desk.plan()
    assert desk.outdated() == ["oakfield"]
    desk.count()
    assert desk.outdated() == []


def test_a_change_between_the_reading_and_the_writing_of_figures_is_counted_next(desk, school):
    desk.plan()
    desk.count_first()
    desk.change("Jo Bell")
    with school.reading() as conn:
        after = counted.changes(conn, ["oakfield"])["oakfield"]
    desk.change("Jo Bell-Shah")
    desk.plan()
    desk.keep(after)
    assert desk.outdated() == ["oakfield"]


def test_planning_alone_makes_no_figures_old_where_every_change_is_noted(desk, school):
    desk.plan()
    desk.change("Jo Bell")
    desk.count_first()
    desk.plan()
    assert desk.outdated() == (["oakfield"] if is_sqlite(school.engine) else [])


def test_figures_that_hold_are_those_of_now(desk):
    desk.plan()
    desk.count_first()
    later = desk.now + timedelta(hours=1)
    assert desk.note_that_they_hold(later) == later
    desk.change("Jo Bell")
    assert desk.note_that_they_hold(later + timedelta(hours=1)) == later
