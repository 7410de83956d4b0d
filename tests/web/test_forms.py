"""Seals: only a page of ours, for this link, lately."""

from datetime import UTC, datetime, timedelta

from bot.web.security import CsrfTokens

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEALS = CsrfTokens("s" * 40)


def test_a_seal_says_what_was_on_the_page():
    assert SEALS.check(SEALS.make("token", "digest", NOON), "token", NOON).shown == "digest"


def test_a_seal_of_another_link_is_none():
    assert SEALS.check(SEALS.make("token", "digest", NOON), "other", NOON) is None


def test_a_seal_is_good_for_two_days():
    seal = SEALS.make("token", "digest", NOON)
    assert SEALS.check(seal, "token", NOON + timedelta(days=2)) is not None
    assert SEALS.check(seal, "token", NOON + timedelta(days=2, seconds=1)) is None


def test_a_forged_or_missing_seal_is_none():
    forged = CsrfTokens("f" * 40).make("token", "digest", NOON)
    assert SEALS.check(forged, "token", NOON) is None
    assert SEALS.check("", "token", NOON) is None
