"""The kinds of the log: whole, read by whom they should be; what is open, and what is late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from looped import each

from bot.logbook.model import (
    CORRECTED,
    INITIALS,
    KINDS,
    MISTAKEN,
    LogEntry,
    LogLine,
    entries,
    may_read,
    may_write,
    open_ones,
)

MORNING = datetime(2026, 11, 23, 8, 45, tzinfo=UTC)
TAKEN = {"child": "A.B. in Year 5", "what": "a watch", "dsl": ""}


def line(kind="taken", reference="LG-1", said=TAKEN, minutes=0, **given):
    at = MORNING + timedelta(minutes=minutes)
    return LogLine(
        reference=reference,
        school="s",
        kind=kind,
        happened_at=at,
        recorded_at=at,
        by="y5",
        by_name="Adam",
        identified_by="a test",
        said=said,
        **given,
    )


def after(step, minutes=60):
    return line(reference=f"LG-{step}", follows="LG-1", step=step, said={}, minutes=minutes)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_whole(kind):
    keys = [one.key for one in kind.blanks]
    assert len(set(keys)) == len(keys)
    assert not {"day", "time", "seal"} & set(keys)
    assert kind.obligations
    assert kind.blanks[0].needed
    for one in kind.later:
        assert one.blanks
        assert one.said_at_once in ("", *keys)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_person_who_asks_about_a_child_asks_for_initials_and_class(kind):
    for one in each(kind.blanks):
        assert ("child" not in one.label.lower().split("?")[0].split()) or one.hint == INITIALS


@pytest.mark.parametrize(
    ("kind", "roles", "writes", "reads"),
    [
        ("pupil-phone", {"teacher"}, True, True),
        ("trip-phone", {"kitchen"}, True, True),
        ("taken", {"teacher"}, True, False),
        ("taken", {"office"}, True, True),
        ("taken", {"deputy-dsl"}, True, True),
        ("search", {"teacher"}, True, False),
        ("search", {"office"}, True, False),
        ("search", {"dsl"}, True, True),
        ("search", {"headteacher"}, True, True),
        ("device", {"teacher"}, False, False),
        ("device", {"business-manager"}, True, True),
        ("visitor", {"teacher"}, False, False),
        ("consent", {"office"}, True, True),
        ("agreement", {"office"}, True, True),
        ("agreement", {"teacher"}, False, False),
        ("tool", {"office"}, False, True),
        ("tool", {"headteacher"}, True, True),
    ],
)
def test_who_writes_and_reads_a_kind(kind, roles, writes, reads):
    assert may_write(KINDS[kind], roles, works_here=True) is writes
    assert may_read(KINDS[kind], roles, works_here=True) is reads
    assert not may_write(KINDS[kind], roles, works_here=False)
    assert not may_read(KINDS[kind], roles, works_here=False)


@pytest.mark.parametrize(
    ("kind", "said", "then", "missing"),
    [
        ("taken", TAKEN, [], ["dsl-told", "released"]),
        ("taken", TAKEN | {"dsl": "I did, at 09:00"}, [], ["released"]),
        ("taken", TAKEN, ["dsl-told"], ["released"]),
        ("taken", TAKEN, ["released", "dsl-told"], []),
        ("taken", TAKEN, [CORRECTED], ["dsl-told", "released"]),
        ("taken", TAKEN, [MISTAKEN], []),
        ("search", {}, [], ["dsl-told", "family-told"]),
        ("trip-phone", {}, ["returned"], ["wiped"]),
        ("visitor", {}, [], []),
    ],
)
def test_an_entry_is_open_until_what_comes_later_is_written_down(kind, said, then, missing):
    found = LogEntry(line(kind, said=said), tuple(after(step) for step in then))
    assert [one.key for one in found.missing] == missing


@pytest.mark.parametrize(
    ("kind", "said", "hours", "late"),
    [
        ("taken", TAKEN, 1, ["dsl-told"]),
        ("taken", TAKEN | {"dsl": "yes"}, 6.9, []),
        ("taken", TAKEN | {"dsl": "yes"}, 7, ["released"]),
        ("pupil-phone", {}, 6.9, []),
        ("pupil-phone", {}, 7, ["given-back"]),
        ("trip-phone", {}, 30, ["returned"]),
        ("trip-phone", {}, 50, ["returned", "wiped"]),
        ("device", {}, 9000, []),
    ],
)
def test_what_is_late(kind, said, hours, late):
    found = LogEntry(line(kind, said=said), ())
    assert [one.key for one in found.late(MORNING + timedelta(hours=hours))] == late


@pytest.mark.parametrize(
    ("kind", "happened", "from_then_on"),
    [
        ("pupil-phone", "2026-11-23T08:45+00:00", "2026-11-23T15:45+00:00"),
        ("taken", "2026-11-23T15:44+00:00", "2026-11-23T15:45+00:00"),
        # The school's clock counts: in June 15:45 there is 14:45 UTC.
        ("pupil-phone", "2026-06-23T08:45+00:00", "2026-06-23T14:45+00:00"),
        # What comes after the end of the school day is late from midnight.
        ("taken", "2026-11-23T15:45+00:00", "2026-11-24T00:00+00:00"),
        ("pupil-phone", "2026-06-23T15:10+00:00", "2026-06-23T23:00+00:00"),
        ("trip-phone", "2026-11-23T08:45+00:00", None),
        ("visitor", "2026-11-23T08:45+00:00", None),
    ],
)
def test_what_is_due_back_the_same_day_rings_from_the_end_of_the_school_day(kind, happened, from_then_on):
    first = replace(line(kind, said={}), happened_at=datetime.fromisoformat(happened))
    rings_at = LogEntry(first, ()).rings_at
    assert (rings_at and rings_at.astimezone(UTC).isoformat(timespec="minutes")) == from_then_on


@pytest.mark.parametrize("step", ["given-back", MISTAKEN])
def test_what_is_back_or_was_no_entry_rings_no_more(step):
    assert LogEntry(line("pupil-phone", said={}), (after(step),)).rings_at is None


def test_lines_are_put_to_their_entry_whatever_their_order_and_what_is_late_is_on_top():
    device = line("device", "LG-2", said={}, minutes=-600)
    found = entries(
        [after("released", 90), device, after("dsl-told"), line(), line("visitor", "LG-3", minutes=5)]
    )
    assert [one.first.reference for one in found] == ["LG-3", "LG-1", "LG-2"]
    assert [one.step for one in found[1].after] == ["dsl-told", "released"]
    waiting = open_ones(entries([device, line()]), MORNING + timedelta(hours=1))
    assert [one.first.reference for one in waiting] == ["LG-1", "LG-2"]
