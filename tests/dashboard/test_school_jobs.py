"""What a head reads of jobs that ran for many schools at once: how they went for hers, and no other's."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from bot.database import job_runs
from bot.planning.service import PLANNING, SHARES, planned_with
from bot.records import people as record_people
from bot.records import register as record_register
from bot.rules.people import Membership, Person, School
from bot.rules.register import Register

SCHOOL = "merriwell-green"
HOUR = timedelta(hours=1)
WELL = "Ended well on Monday 23 November 2026 at 08:10"
NOT_WELL = "Did not end well on Monday 23 November 2026 at 08:10. It is tried again."


@pytest.fixture
def failed(served):
    """Note that a part of a job failed, for these of its schools."""

    def note(job, part, *whom):
        slot, now = job_runs.Slot(job, served.clock(), part), served.clock()
        with served.store.writing() as conn:
            claim = job_runs.claim(conn, slot, now=now, lost_after=HOUR, retry_after=HOUR)
            job_runs.finish(conn, claim, now=now, outcome=job_runs.failure(whom, "no such rule"), ok=False)

    return note


@pytest.fixture
def share(served, second_school):
    """Make so many schools that they are planned in shares; return the share of the first."""
    with served.store.writing() as conn:
        for number in range(SHARES):
            record_register.save_register(
                conn, Register(School(f"s{number}", f"School {number}")), served.clock()
            )
        return planned_with(conn, SCHOOL)


def jobs(member, person="hd", school=SCHOOL):
    page = BeautifulSoup(member(person, school=school).get("/school").text, "html.parser")
    return " ".join(page.select_one("section[aria-labelledby=ran-heading]").get_text(" ").split())


@pytest.mark.parametrize(
    ("whom", "said"),
    [
        (("s1",), WELL),
        (tuple(f"s{number}" for number in range(9)), WELL),
        ((SCHOOL,), NOT_WELL),
        (("s0", "s1", "s2", "s3", "s4", "s5", SCHOOL), NOT_WELL),
        # Nobody in particular, and words of an earlier Handbell that counted the rest: it may be anybody.
        ((), NOT_WELL),
        (("s0", "s1 and 4 more"), NOT_WELL),
    ],
)
def test_planning_that_failed_for_some_of_many_schools_failed_only_there(failed, share, member, whom, said):
    failed(PLANNING, share, *whom)
    shown = jobs(member)
    assert said in shown
    assert (NOT_WELL in shown) == (said == NOT_WELL)
    assert "no such rule" not in shown
    assert not any(one in shown for one in whom)


def test_a_job_for_all_schools_at_once_failed_only_where_it_did(failed, member, second_school):
    failed("look after cases", "", second_school)
    assert WELL in jobs(member)
    assert NOT_WELL in jobs(member, "oh", second_school)
    # What failed for a vendor failed for every school that uses it.
    failed("read what came back", "", "microsoft")
    assert NOT_WELL in jobs(member)


def test_the_jobs_of_another_school_that_is_planned_with_ours_are_not_ours(served, failed, member):
    registered, first = Register(School("abbey", "Abbey School")), "abbey"
    with served.store.writing() as conn:
        record_register.save_register(conn, registered, served.clock())
        both = tuple(Membership(key, frozenset({"teacher"})) for key in (first, SCHOOL))
        record_people.save_people(
            conn, [Person("of-both", "Bo Both", "bo@abbey.example", both)], served.clock()
        )
        assert planned_with(conn, SCHOOL) == first
    failed("read the rosters", first)
    assert "Read the rosters" not in jobs(member)
    failed(PLANNING, first)
    assert NOT_WELL in jobs(member)
