"""How long an entry of the log is kept, by its kind, and what holds it back."""

from datetime import UTC, date, datetime

import pytest

from bot.logbook.model import (
    CORRECTED,
    HELD,
    KINDS,
    LET_GO,
    MISTAKEN,
    RULES,
    LogEntry,
    LogLine,
    entry_kept_until,
    rule_of,
)

AT = datetime(2026, 11, 23, 8, 45, tzinfo=UTC)


def line(kind, step="", at=AT):
    return LogLine(
        reference=f"LG-{step}{at:%Y%m%d}",
        school="s",
        kind=kind,
        happened_at=AT,
        recorded_at=at,
        by="y5",
        by_name="Adam",
        identified_by="a test",
        said={},
        follows="LG" if step else "",
        step=step,
    )


def entry(kind, *after):
    return LogEntry(line(kind), tuple(line(kind, step, at) for step, at in after))


def in_year(year):
    return AT.replace(year=year)


@pytest.mark.parametrize(
    ("found", "until"),
    [
        (entry("visitor"), date(2032, 12, 31)),
        (entry("consent"), date(2039, 12, 31)),
        (entry("storage"), date(2027, 12, 31)),
        (entry("event"), date(2032, 12, 31)),
        (entry("pupil-phone", ("given-back", AT)), date(2027, 12, 31)),
        (entry("pupil-phone"), None),
        (entry("pupil-phone", (MISTAKEN, AT)), date(2027, 12, 31)),
        (entry("device", ("returned", in_year(2030))), date(2036, 12, 31)),
        (entry("visitor", (CORRECTED, in_year(2027))), date(2033, 12, 31)),
        (entry("visitor", (HELD, AT)), None),
        (entry("visitor", (HELD, AT), (LET_GO, in_year(2040))), date(2032, 12, 31)),
        (entry("visitor", (HELD, AT), (LET_GO, in_year(2027)), (HELD, in_year(2028))), None),
    ],
)
def test_an_entry_is_kept_until(found, until):
    assert entry_kept_until(found).until == until


def test_every_rule_is_of_a_kind_there_is_and_says_why():
    assert RULES.keys() <= KINDS.keys()
    assert all(rule_of(kind).why for kind in KINDS)
