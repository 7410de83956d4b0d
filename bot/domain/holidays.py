"""Holidays: what was done in the one before counts, and what falls due in one is asked for before it."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.calendar import Days, school_year, usual_terms

# Everybody has a working day in it.
WEEK_OF_SCHOOL = 5


def holiday_before(days: Days, opens_on: date) -> date:
    """Find the first day of the holiday that ends with a day, or that day: training is often done in it.

    What opens in the first week of a term opens with it, as September does in one that begins in August.
    """
    before = days.calendar.latest_term(opens_on - timedelta(days=1))
    if before is None:
        # The terms of this school year are told, and none of the year before.
        before = usual_terms(school_year(opens_on) - 1)[-1]
    if before.last_on < opens_on:
        return before.last_on + timedelta(days=1)
    a_week_in = days.add_school_days(days.staff_day_from(before.first_on), WEEK_OF_SCHOOL)
    return holiday_before(days, before.first_on) if opens_on < a_week_in else opens_on


def word_before_holidays(days: Days, opens_on: date, due_on: date) -> date:
    """Open a week of school earlier what would fall due in the holidays before anybody could be told."""
    if days.add_school_days(days.staff_day_from(opens_on), WEEK_OF_SCHOOL) <= due_on:
        return opens_on
    return days.add_school_days(days.staff_day_up_to(opens_on), 1 - WEEK_OF_SCHOOL)
