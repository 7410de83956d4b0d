"""A role that looks like a slip is told; job titles that nothing asks for are left alone."""

from datetime import UTC, date, datetime

import pytest

from bot.people.import_service import doubtful_roles
from bot.ports import RosterEntry
from bot.register.convert import to_domain
from bot.register.load import parse
from bot.register.service import apply_register
from bot.rules.people import WEEKDAYS

REGISTER = """\
setting: {key: oakfield, name: Oakfield, since: 2026-09-01, staff_means: [staff, governor]}
roles: {head: head@oak.example, phone-keeper: roster}
obligations:
  - {key: phones, kind: check, title: Phones, who: "role:phone-keeper", when: each September}
routes:
  - {category: other, to: [head]}
"""

ROLES = [
    ("phone-keper", "phone-keeper"),
    ("goverenor", "governor"),
    ("volunteers", "volunteer"),
    ("staf", "staff"),
    ("class-teacher", None),
    ("phone-keeper", None),
    ("headteacher", None),
    ("cook", None),
]


@pytest.mark.parametrize(("role", "meant"), ROLES)
def test_a_slip_is_told_where_it_stands(store, role, meant):
    now = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    apply_register(store, to_domain(parse(REGISTER)), documents={}, now=now, actor="a test")
    facts = (frozenset({role}), frozenset(), date(2026, 9, 1), None, WEEKDAYS, None)
    entries = [RosterEntry(str(line), "Jo", None, *facts, line=line) for line in (2, 3)]
    told = doubtful_roles(store, "oakfield", entries)
    if meant is None:
        assert told == ()
    else:
        assert told == (f'line 2: "{role}" is a role that nothing asks for. Did you mean "{meant}"?',)
