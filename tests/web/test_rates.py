"""How often somebody may ask, on a clock that is handed in."""

from datetime import UTC, datetime, timedelta

from bot.web import rate_limits
from bot.web.rate_limits import Rate, RateLimiter

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_burst_is_allowed_and_then_one_more_at_a_time():
    buckets = RateLimiter(Rate(burst=3, seconds=20))
    assert [buckets.wait("link", NOON) for _ in range(4)] == [0, 0, 0, 20]
    assert buckets.wait("link", NOON + timedelta(seconds=5)) == 15
    assert buckets.wait("link", NOON + timedelta(seconds=21)) == 0


def test_one_link_does_not_slow_another():
    buckets = RateLimiter(Rate(burst=1, seconds=20))
    assert buckets.wait("one", NOON) == 0
    assert buckets.wait("other", NOON) == 0


def test_a_clock_set_back_gives_nothing_and_takes_nothing():
    buckets = RateLimiter(Rate(burst=1, seconds=20))
    buckets.wait("link", NOON)
    assert buckets.wait("link", NOON - timedelta(hours=1)) == 20


def test_memory_is_bounded_however_many_ask():
    buckets = RateLimiter(Rate(burst=1, seconds=20))
    for number in range(rate_limits.KEPT + 50):
        buckets.wait(str(number), NOON)
    assert len(buckets._left) == rate_limits.KEPT


def test_who_asked_is_forgotten_once_it_makes_no_difference():
    buckets = RateLimiter(Rate(burst=2, seconds=20))
    buckets.wait("192.0.2.7", NOON)
    buckets.wait("other", NOON + timedelta(seconds=39))
    assert "192.0.2.7" in buckets._left
    buckets.wait("other", NOON + timedelta(seconds=40))
    assert list(buckets._left) == ["other"]
