"""Each form of a date, once."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from bot.core import dates as core_dates

ON = date(2026, 12, 4)
BOT = Path(core_dates.__file__).parents[1]
# Files that write dates for machines or say a part of one: a sample's own texts, a month, a policy's words.
OF_THEIR_OWN = {"dates.py", "policies.py", "school.py", "charts.py", "view.py"}


def test_each_form_of_a_date():
    assert core_dates.full_date(ON) == "Friday 4 December 2026"
    assert (core_dates.full_date(ON, ON), core_dates.full_date(ON, date(2027, 1, 4))) == (
        "Friday 4 December",
        core_dates.full_date(ON),
    )
    assert (core_dates.short_date(ON, ON), core_dates.short_date(ON, date(2027, 1, 4))) == (
        "Fri 4 Dec",
        "Fri 4 Dec 2026",
    )
    assert core_dates.short_date(ON) == "Fri 4 Dec 2026"
    assert core_dates.long_date(ON) == "4 December 2026"
    at = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)
    assert core_dates.local_instant(at, "Europe/London") == "Saturday 4 July 2026 at 00:30"


def test_no_other_module_forms_a_date_of_its_own():
    said = [path for path in BOT.rglob("*.py") if path.name not in OF_THEIR_OWN]
    forms = re.compile(r":%[dAaBb]\b")
    assert [path.name for path in said if forms.search(path.read_text(encoding="utf-8"))] == []
