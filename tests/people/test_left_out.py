"""Members of a directory's groups whom nobody can write to are counted in what a reading says, and kept."""

from dataclasses import dataclass, field, replace

import pytest
from listed import row_of

from bot.people.import_service import noted, read_rosters
from bot.records import people as record_people

SCHOOL = "merriwell-green"


@dataclass
class Groups:
    """Everybody known, and so many who were left out."""

    entries: list
    left_out: dict = field(default_factory=dict)

    def roster(self):
        return self.entries


@pytest.fixture
def groups(school):
    with school.store.reading() as conn:
        known = record_people.roster(conn, SCHOOL)
    return Groups([row_of(one, SCHOOL) for one in known.values()])


def test_who_is_left_out_is_said_and_kept_until_the_next_reading(school, groups):
    services = replace(school.services, rosters={SCHOOL: groups})
    groups.left_out = {"governor": 2, "staff": 1}
    said = read_rosters(services, school.clock())
    assert said.endswith("Left out, as they have no account there: 2 for governor, 1 for staff.")
    with school.store.reading() as conn:
        assert noted(conn) == [(SCHOOL, "governor", 2), (SCHOOL, "staff", 1)]
    groups.left_out = {}
    assert "Left out" not in read_rosters(services, school.clock())
    with school.store.reading() as conn:
        assert noted(conn) == []


def test_a_list_that_leaves_no_one_out_says_nothing_of_it(school, groups):
    class File:
        def roster(self):
            return groups.entries

    assert "Left out" not in read_rosters(replace(school.services, rosters={SCHOOL: File()}), school.clock())
