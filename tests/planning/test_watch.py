"""A watched day answers as the plain one does, and names the day on which it would answer otherwise."""

import operator
from datetime import date, timedelta

import pytest

from bot.planning.shortcuts.watch import Watch, monday_of, note_until, plain

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
    (plain, NEVER),
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
    watch = Watch(SATURDAY)
    assert ask(watch.day) == ask(SATURDAY)
    assert watch.until == until


@pytest.mark.parametrize("ask", UNSURE)
def test_what_it_does_not_understand_may_differ_tomorrow(ask):
    watch = Watch(SATURDAY)
    assert ask(watch.day) == ask(SATURDAY)
    assert watch.until == TOMORROW


COMPARED = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


@pytest.mark.parametrize("compare", COMPARED)
@pytest.mark.parametrize("shift", [-3, 0, 4])
def test_until_then_every_comparison_stays_as_it_is_and_then_it_does_not(compare, shift):
    for away in range(-9, 10):
        watch, other, moved = Watch(SATURDAY), SATURDAY + timedelta(days=away), timedelta(days=shift)
        answer = compare(watch.day + moved, other)
        later = [compare(SATURDAY + timedelta(days=number) + moved, other) for number in range(30)]
        assert answer == later[0]
        changes = next((number for number, one in enumerate(later) if one != answer), None)
        assert watch.until == (NEVER if changes is None else SATURDAY + timedelta(days=changes))


def test_two_watches_know_nothing_of_each_other():
    watch, other = Watch(SATURDAY), Watch(date(2026, 12, 4))
    assert watch.day < other.day
    assert watch.until == date(2026, 12, 4)
    assert other.until == NEVER


@pytest.mark.parametrize("shift", [-3, 0, 4])
def test_a_day_found_without_the_watch_is_noted_for_the_day_that_comes_to_it(shift):
    watch, moved = Watch(SATURDAY), timedelta(days=shift)
    note_until(watch.day + moved, date(2026, 12, 4))
    assert watch.until == date(2026, 12, 4) - moved
    note_until(watch.day + moved, SATURDAY + moved)
    assert watch.until == date(2026, 12, 4) - moved


def test_a_plain_day_has_no_watch_to_note_anything_for():
    watch = Watch(SATURDAY)
    note_until(plain(watch.day), TOMORROW)
    assert watch.until == NEVER


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
    watched = type(Watch(SATURDAY).day)
    assert set(dir(date)) - ASKS_NOTHING <= set(vars(watched))
