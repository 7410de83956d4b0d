"""How long a closed case is kept, and when it comes onto the list that somebody signs."""

from datetime import date

import pytest

from bot.rules.retention import due_for_disposal, kept_until

CLOSED = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("category", "more", "until"),
    [
        ("visitor", {}, date(2032, 11, 23)),
        ("data-breach", {}, date(2032, 11, 23)),
        ("allegation", {}, date(2036, 11, 23)),
        ("allegation", {"not_before": date(2051, 3, 1)}, date(2051, 3, 1)),
        ("allegation", {"not_before": date(2030, 1, 1)}, date(2036, 11, 23)),
        ("visitor", {"held": "tribunal"}, None),
    ],
)
def test_a_case_is_kept_until(category, more, until):
    assert kept_until(category, CLOSED, **more).until == until


def test_a_case_on_hold_is_never_listed_and_the_others_the_day_after():
    assert not due_for_disposal(kept_until("visitor", CLOSED, held="police"), date(2090, 1, 1))
    kept = kept_until("visitor", CLOSED)
    assert not due_for_disposal(kept, date(2032, 11, 23))
    assert due_for_disposal(kept, date(2032, 11, 24))
    assert "6 years" in kept.why
