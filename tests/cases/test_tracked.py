"""The list for the office: what is in it, what is not, and what it never tells."""

from dataclasses import replace

import pytest

from bot.bootstrap.services import make_tracked
from bot.cases import corrections
from bot.cases import service as case_service
from bot.cases.corrections import Correction
from bot.cases.jobs import COLUMNS, mirror_case_list
from bot.cases.model import CaseState
from bot.core.config import Config
from bot.core.errors import BadInput, TryAgain
from bot.services import CaseListExport

SCHOOL = "merriwell-green"


class Written:
    """A list that remembers what it was told last."""

    def __init__(self):
        self.columns, self.rows = None, None

    def replace(self, columns, rows):
        self.columns, self.rows = tuple(columns), list(rows)


class InUse:
    """A list that somebody has open."""

    def replace(self, _columns, _rows):
        raise TryAgain("somebody has it open")


def mirrored(cases, *, readers=("office",), columns=tuple(COLUMNS), into=None):
    kept = into or Written()
    services = replace(cases.services, tracked={SCHOOL: CaseListExport(kept, readers, columns)})
    return kept, mirror_case_list(services, cases.school.clock())


def named(cases, number, *people):
    cases.do(corrections.correct_facts, number, "dh", correction=Correction(named=frozenset(people)))


def test_a_row_tells_number_category_state_dates_clock_and_whose_it_is(cases):
    number = cases.send().number
    cases.do(case_service.assign, number, "dh", to="dh")
    cases.do(case_service.move, number, "dh", to=CaseState.TRIAGED)
    kept, said = mirrored(cases)
    assert kept.columns == tuple(COLUMNS.values())
    ((*row,),) = kept.rows
    assert row[:4] == [number, "A visitor's phone or conduct", "triaged", "2026-11-23"]
    assert row[-1] in {"designated safeguarding lead", "deputy designated safeguarding lead"}
    assert said == "kept up to date"


def test_only_the_columns_the_setting_allows_leave(cases):
    number = cases.send().number
    kept, _ = mirrored(cases, columns=("number", "state"))
    assert kept.columns == ("Number", "State")
    assert kept.rows == [(number, "received")]


def test_a_case_about_a_person_shows_number_and_category_alone(cases):
    number = cases.send(about="Samuel Kerr").number
    kept, _ = mirrored(cases)
    assert kept.rows == [(number, "A visitor's phone or conduct", *[""] * 6)]


@pytest.mark.parametrize("readers", [("office",), ("clerk", "office")])
def test_a_case_about_the_person_who_reads_the_list_is_not_in_it(cases, readers):
    number = cases.send().number
    other = cases.send().number
    named(cases, number, "of")
    kept, said = mirrored(cases, readers=readers)
    assert [row[0] for row in kept.rows] == [other]
    assert said == mirrored(cases, readers=("chair",))[1]


def test_a_concern_about_the_head_is_never_in_it(cases):
    cases.send(about_roles=("headteacher",))
    cases.send(category="concern-about-head")
    assert mirrored(cases)[0].rows == []


def test_how_the_job_went_tells_no_number(cases):
    _, before = mirrored(cases)
    cases.send()
    assert mirrored(cases)[1] == before


def test_nothing_is_kept_without_a_list_or_without_keys(cases):
    assert mirror_case_list(cases.services, cases.school.clock()) == "no list of cases is kept"
    unkeyed = replace(
        cases.services, case_keys=None, tracked={SCHOOL: CaseListExport(InUse(), ("office",), ("number",))}
    )
    assert mirror_case_list(unkeyed, cases.school.clock()) == "no list of cases is kept"


def test_a_setting_that_is_not_there_has_an_empty_list(cases):
    kept = Written()
    services = replace(cases.services, tracked={"none": CaseListExport(kept, ("office",), ("number",))})
    mirror_case_list(services, cases.school.clock())
    assert (kept.columns, kept.rows) == (("Number",), [])


def test_a_list_in_use_is_for_the_schedule_to_try_again(cases):
    with pytest.raises(TryAgain):
        mirrored(cases, into=InUse())


WHOLE = {"tracked_list": "cases.csv", "tracked_setting": SCHOOL, "tracked_readers": "office, clerk"}


def test_the_settings_say_whose_list_it_is_who_reads_it_and_what_of():
    tracked = make_tracked(Config(**WHOLE, tracked_columns="number, state"))[SCHOOL]
    assert (tracked.readers, tracked.columns) == (("office", "clerk"), ("number", "state"))
    assert make_tracked(Config()) == {}


@pytest.mark.parametrize(
    ("wrong", "variable"),
    [
        ({"tracked_setting": None}, "HANDBELL_TRACKED_SETTING"),
        ({"tracked_readers": " , "}, "HANDBELL_TRACKED_READERS"),
        ({"tracked_columns": "number,what"}, "HANDBELL_TRACKED_COLUMNS"),
        ({"tracked_columns": "state,number"}, "HANDBELL_TRACKED_COLUMNS"),
    ],
)
def test_a_list_that_is_not_wholly_said_is_refused(wrong, variable):
    with pytest.raises(BadInput, match=variable):
        make_tracked(Config(**WHOLE | wrong))
