"""Between which instants a notice may go out: the setting's hours of that one day, on its own clock."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.planning.service import windows
from bot.planning.snapshot import Snapshot
from bot.rules.people import School

LONDON = ZoneInfo("Europe/London")
NOTICE = SimpleNamespace(school="a")
HOURS = st.tuples(st.times(time(5), time(11)), st.times(time(12), time(21)))
# A year with both nights on which the clocks change.
DAYS = st.dates(date(2026, 9, 1), date(2027, 8, 31))


@settings(deadline=None, derandomize=True)
@given(day=DAYS, hours=HOURS, minutes=st.integers(0, 24 * 60 - 1))
def test_no_notice_goes_out_outside_the_settings_hours(day, hours, minutes):
    opens_at, closes_at = hours
    school = School("a", "A School", opens_at=opens_at, closes_at=closes_at)
    snapshot = Snapshot(schools={"a": school}, people={}, calendars={})
    now = datetime.combine(day, time(), LONDON).astimezone(UTC) + timedelta(minutes=minutes)
    first_at, last_at = windows(snapshot, day, now)(NOTICE)
    local = first_at.astimezone(LONDON)
    assert first_at >= now
    assert (local.date(), local.time()) >= (day, opens_at)
    assert last_at.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, closes_at)
