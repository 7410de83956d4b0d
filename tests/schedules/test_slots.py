"""Which slot of a job is due: a table of instants, with both nights on which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.jobs import JOBS
from schedules.slots import behind, due, next_slot, slots_between

LONDON = ZoneInfo("Europe/London")
MORNING, HOURS = "30 7 * * *", timedelta(hours=10)
MINUTE = timedelta(minutes=1)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def latest(cron, now, grace, waits=timedelta(0), span=timedelta(0)):
    return due(slots_between(cron, now - grace - span, now, LONDON), now, waits, grace)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-23 07:29", None),
        ("2026-11-23 07:30", "2026-11-23 07:30"),
        ("2026-11-23 17:30", "2026-11-23 07:30"),
        ("2026-11-23 17:31", None),
        # In summer the school's half past seven is half past six in UTC.
        ("2026-07-06 06:30", "2026-07-06 06:30"),
        # The clocks went back in the night to 25 October, and forward in the night to 28 March.
        ("2026-10-25 07:30", "2026-10-25 07:30"),
        ("2027-03-28 06:30", "2027-03-28 06:30"),
    ],
)
def test_a_morning_job_has_its_slot_until_its_grace_ends(now, slot):
    assert latest(MORNING, utc(now), HOURS) == (utc(slot) if slot else None)


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-23 07:39:59", None),
        ("2026-11-23 07:40:00", "2026-11-23 07:30"),
        ("2026-11-23 17:40:00", "2026-11-23 07:30"),
        ("2026-11-23 17:40:01", None),
    ],
)
def test_a_part_that_waits_behind_the_slot_has_its_whole_grace_all_the_same(now, slot):
    wait = timedelta(minutes=10)
    assert latest(MORNING, utc(now), HOURS, wait, timedelta(minutes=20)) == (utc(slot) if slot else None)


def test_every_minute_of_the_hour_that_comes_twice_has_a_slot_of_its_own():
    instants = [utc("2026-10-24 23:58") + MINUTE * number for number in range(190)]
    assert [latest("* * * * *", now, MINUTE) for now in instants] == instants


@pytest.mark.parametrize(
    ("after", "slot"),
    [
        ("2026-11-23 07:29", "2026-11-23 07:30"),
        ("2026-11-23 07:30", "2026-11-24 07:30"),
        ("2026-10-24 06:30", "2026-10-25 07:30"),
        ("2027-03-27 07:30", "2027-03-28 06:30"),
    ],
)
def test_the_next_slot_is_the_school_s_next_half_past_seven(after, slot):
    assert next_slot(MORNING, utc(after), LONDON) == utc(slot)


def test_no_daily_job_lies_in_the_hour_that_comes_twice_or_never():
    hours = {job.name: job.cron.split()[1] for job in JOBS}
    assert all(hour == "*" or int(hour) not in {1, 2} for hour in hours.values())


def test_after_an_outage_the_latest_slot_is_due_and_the_earlier_ones_are_not():
    assert latest("*/5 * * * *", utc("2026-11-23 09:13"), timedelta(hours=2)) == utc("2026-11-23 09:10")


def test_the_table_names_each_job_once_and_says_why():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.why and job.if_it_fails for job in JOBS)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("heartbeat", "look after cases"),
        ("look after cases", "take reports from outside"),
        ("take reports from outside", "plan the day"),
        ("plan the day", "deliver"),
        ("deliver", "keep the list of cases"),
    ],
)
def test_live_clocks_are_fetched_first_then_the_plan_then_its_messages(earlier, later):
    priority = {job.name: job.priority for job in JOBS}
    assert priority[earlier] > priority[later]


SPAN = timedelta(minutes=20)


@pytest.mark.parametrize(
    ("part", "parts", "seconds"),
    [
        # One school alone begins on time; the others' waits are the same on every machine, for ever.
        ("", 1, 0),
        ("oakfield", 1, 0),
        ("oakfield", 1000, 898),
        ("riverside", 1000, 72),
        ("oakfield", 100_000, 1077),
        ("riverside", 100_000, 87),
    ],
)
def test_a_part_waits_as_long_as_its_key_says(part, parts, seconds):
    assert behind(part, parts, SPAN) == timedelta(seconds=seconds)


def test_a_thousand_schools_spread_over_their_span_and_none_waits_longer():
    waits = [behind(f"school-{number}", 1000, SPAN) for number in range(1000)]
    assert max(waits) < SPAN
    assert max(waits.count(one) for one in waits) <= 7
    assert len(set(waits)) > 600


def test_no_part_of_a_job_with_a_short_span_waits_for_longer_than_that():
    assert all(behind(f"school-{number}", 5000, MINUTE) < MINUTE for number in range(100))
    assert behind("oakfield", 5000, timedelta(0)) == timedelta(0)
