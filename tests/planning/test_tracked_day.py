"""A tracked day answers as the plain one does, and names the day on which it would answer otherwise."""

import operator
from datetime import date, timedelta

import pytest

from bot.planning.tracked_day import DayTracker, monday_of, untracked

SATURDAY = date(2026, 11, 21)
TOMORROW = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)
NEVER = date.max

EXACT = [
    (lambda on: on < date(2026, 12, 4), date(2026, 12, 4)),
    (lambda on: on <= date(2026, 12, 4), date(2026, 12, 5)),
    (lambda on: on > date(2026, 12, 4), date(2026, 12, 5)),
    (lambda on: on >= date(2026, 12, 4), date(2026, 12, 4)),
    (lambda on: date(2026, 12, 4) <= on, date(2026, 12, 4)),
    (lambda on: date(2026, 12, 4) < on, date(2026, 12, 5)),
    (lambda on: on == date(2026, 12, 4), date(2026, 12, 4)),
    (lambda on: on != SATURDAY, TOMORROW),
    (lambda on: on in (date(2026, 1, 5), date(2026, 12, 4)), date(2026, 12, 4)),
    (lambda on: on > date(2026, 11, 1), NEVER),
    (lambda on: on <= date(2026, 11, 20), NEVER),
    (lambda on: on == date(2026, 11, 1), NEVER),
    (lambda on: on <= date.max, NEVER),
    (lambda on: on == "no date", NEVER),
    (lambda on: on + timedelta(days=5) >= date(2026, 12, 4), date(2026, 11, 29)),
    (lambda on: timedelta(days=5) + on >= date(2026, 12, 4), date(2026, 11, 29)),
    (lambda on: on - timedelta(days=5) > date(2026, 12, 4), date(2026, 12, 10)),
    (lambda on: on + timedelta(weeks=1) > on, NEVER),
    (lambda on: max(on, date(2026, 12, 4)) == date(2026, 12, 4), date(2026, 12, 4)),
    (lambda on: on.year, date(2027, 1, 1)),
    (lambda on: on.month, date(2026, 12, 1)),
    (lambda on: (on + timedelta(days=20)).month, date(2026, 12, 12)),
    (monday_of, MONDAY),
    (untracked, NEVER),
]
UNSURE = [
    lambda on: on.day,
    lambda on: on.weekday(),
    lambda on: on.isoweekday(),
    lambda on: on.isocalendar(),
    lambda on: on.isoformat(),
    lambda on: on.toordinal(),
    lambda on: on.timetuple(),
    lambda on: on.ctime(),
    lambda on: on.replace(day=1),
    lambda on: on.strftime("%A"),
    lambda on: f"{on:%d %B}",
    str,
    repr,
    hash,
    lambda on: on in frozenset({SATURDAY, MONDAY}),
    {SATURDAY: "here"}.get,
    lambda on: on - date(2026, 11, 1),
    lambda on: date(2026, 12, 4) - on,
    lambda on: on.__reduce__(),
    lambda on: on.__reduce_ex__(4),
]


@pytest.mark.parametrize(("ask", "until"), EXACT)
def test_it_names_the_very_day_on_which_the_answer_changes(ask, until):
    tracker = DayTracker(SATURDAY)
    assert ask(tracker.day) == ask(SATURDAY)
    assert tracker.next_change_on == until


@pytest.mark.parametrize("ask", UNSURE)
def test_what_it_does_not_understand_may_differ_tomorrow(ask):
    tracker = DayTracker(SATURDAY)
    assert ask(tracker.day) == ask(SATURDAY)
    assert tracker.next_change_on == TOMORROW


COMPARED = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


@pytest.mark.parametrize("compare", COMPARED)
@pytest.mark.parametrize("shift", [-3, 0, 4])
def test_until_then_every_comparison_stays_as_it_is_and_then_it_does_not(compare, shift):
    for away in range(-9, 10):
        tracker, other, moved = DayTracker(SATURDAY), SATURDAY + timedelta(days=away), timedelta(days=shift)
        answer = compare(tracker.day + moved, other)
        later = [compare(SATURDAY + timedelta(days=number) + moved, other) for number in range(30)]
        assert answer == later[0]
        changes = next((number for number, one in enumerate(later) if one != answer), None)
        assert tracker.next_change_on == (NEVER if changes is None else SATURDAY + timedelta(days=changes))


def test_two_trackers_know_nothing_of_each_other():
    tracker, other = DayTracker(SATURDAY), DayTracker(date(2026, 12, 4))
    assert tracker.day < other.day
    assert tracker.next_change_on == date(2026, 12, 4)
    assert other.next_change_on == NEVER


# What asks nothing of one date: it makes new ones, or belongs to every object alike.
ASKS_NOTHING = {
    "__class__",
    "__delattr__",
    "__dir__",
    "__doc__",
    "__getattribute__",
    "__getstate__",
    "__init__",
    "__init_subclass__",
    "__new__",
    "__setattr__",
    "__sizeof__",
    "__subclasshook__",
    "fromisocalendar",
    "fromisoformat",
    "fromordinal",
    "fromtimestamp",
    "max",
    "min",
    "resolution",
    "today",
}


def test_nothing_can_be_asked_of_a_date_behind_its_back():
    tracked = type(DayTracker(SATURDAY).day)
    assert set(dir(date)) - ASKS_NOTHING <= set(vars(tracked))
