"""Which slot of a job is due: a table of instants, with both nights on which the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from schedules.embedded import latest_slot
from schedules.jobs import JOBS, Job

LONDON = ZoneInfo("Europe/London")


def job(cron, grace):
    return Job("a job", cron, lambda _services, _now: "", grace, "", "")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MORNING = job("30 7 * * *", timedelta(hours=10))


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
    found = latest_slot(MORNING, utc(now), LONDON)
    assert found == (utc(slot) if slot else None)


def test_every_minute_of_the_hour_that_comes_twice_has_a_slot_of_its_own():
    every_minute = job("* * * * *", timedelta(minutes=1))
    instants = [utc("2026-10-24 23:58") + timedelta(minutes=minutes) for minutes in range(190)]
    assert [latest_slot(every_minute, now, LONDON) for now in instants] == instants


def test_no_daily_job_lies_in_the_hour_that_comes_twice_or_never():
    hours = {job.name: job.cron.split()[1] for job in JOBS}
    assert all(hour == "*" or int(hour) not in {1, 2} for hour in hours.values())


def test_after_an_outage_the_latest_slot_is_due_and_the_earlier_ones_are_not():
    every_five = job("*/5 * * * *", timedelta(hours=2))
    assert latest_slot(every_five, utc("2026-11-23 09:13"), LONDON) == utc("2026-11-23 09:10")


def test_the_table_names_each_job_once_and_says_why():
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.why and job.if_it_fails for job in JOBS)
