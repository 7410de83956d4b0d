"""A stop between planning and delivery: what nobody delivered in its hours is decided again next morning."""

import pytest

from bot.forecast.preview import preview
from bot.planning.plan import TOLD

DAY = {"days": 1}


def keys(decided):
    return {item.key() for notice in decided.notices for item in notice.items}


def test_what_was_planned_and_never_delivered_is_told_next_morning(school):
    first = school.plan()
    assert first.notices
    school.clock.turn(**DAY)
    shown = preview(school.store, school.clock().date(), school.clock())
    again = school.plan()
    assert {key[:4] for key in keys(first)} <= {key[:4] for key in keys(again)}
    # Who is reminded of an account that day is not asked for anything else.
    assert keys(shown)
    assert keys(shown) <= keys(again)
    assert [skip for skip in again.skipped if skip.reason == TOLD] == []
    assert school.states()["lapsed"] == len(first.notices)
    school.deliver()
    assert school.states()["sent"] == len(again.notices)


@pytest.mark.parametrize("hours", [0, 2])
def test_what_still_has_its_hours_is_not_decided_again(school, hours):
    first = school.plan()
    school.clock.turn(hours=hours)
    assert school.plan().notices == ()
    assert school.states() == {"waiting": len(first.notices)}


def test_what_was_delivered_stays_told(school):
    first = school.plan()
    school.deliver()
    school.clock.turn(**DAY)
    assert keys(school.plan()).isdisjoint(keys(first))


def test_a_preview_of_tomorrow_counts_on_what_waits_today(school):
    first = school.plan()
    now, tomorrow = school.clock(), school.clock().date().replace(day=24)
    assert keys(preview(school.store, tomorrow, now)).isdisjoint(keys(first))
    assert school.states() == {"waiting": len(first.notices)}
