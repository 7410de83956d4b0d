"""When a delivery is tried again, and when a person is told."""

from datetime import timedelta

import pytest

from bot.messages.send_window import after_failure


@pytest.mark.parametrize(
    ("attempts", "asked", "minutes"),
    [
        (1, None, 1),
        (2, None, 5),
        (5, None, 60),
        (9, None, 480),
        (10, None, None),
        (10, 30, None),
        (1, 30, 1),  # the vendor may ask for less than we wait
        (1, 600, 10),
        (9, 600, 480),
    ],
)
def test_waits_grow_and_end(attempts, asked, minutes):
    assert after_failure(attempts, asked) == (timedelta(minutes=minutes) if minutes else None)


def test_the_waits_before_a_person_is_told_come_to_about_a_day():
    total = sum((after_failure(attempt) for attempt in range(1, 10)), timedelta())
    assert timedelta(hours=18) < total < timedelta(hours=30)
