"""Lists on a school's site: the list of cases, and the reports that people fill in beside it."""

import pytest

from bot.errors import GiveUp, TryAgain
from connectors.microsoft.intake import ListForm
from connectors.microsoft.tracked_list import SiteTrackedList

SITE = "merriwell.sharepoint.example,1,2"
CASES, REPORTS = "Handbell cases", "Handbell reports"
COLUMNS = ("Number", "Category", "State", "Received", "Next due", "Closed")
ROWS = [
    ("K7QF-2M8R", "Something else", "received", "2026-11-24", "2026-11-27 16:30", ""),
    ("AB12-CD34", "Filtering", "closed", "2026-06-10", "", "2026-06-12"),
]


@pytest.fixture
def cases(school_on_graph):
    return school_on_graph.part(SiteTrackedList, SITE, CASES)


@pytest.fixture
def reports(school_on_graph):
    return school_on_graph.part(ListForm, SITE, REPORTS, categories=("Filtering", "Something else"))


def kept(school, name=CASES):
    (found,) = [one for one in school.rest.lists.values() if one["displayName"] == name]
    return found


def writes(school):
    return [call for call in school.double.calls if call[0] != "GET"]


def test_the_list_is_made_with_typed_columns_and_a_key_that_is_unique(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    columns = kept(school_on_graph)["columns"]
    assert columns["HandbellNumber"]["indexed"]
    assert columns["HandbellNumber"]["enforceUniqueValues"]
    assert columns["HandbellReceived"]["dateTime"]["format"] == "dateOnly"
    assert columns["HandbellNextDue"]["dateTime"]["format"] == "dateTime"
    assert [row["HandbellNumber"] for row in school_on_graph.rest.rows(CASES)] == ["K7QF-2M8R", "AB12-CD34"]
    assert school_on_graph.rest.rows(CASES)[0]["HandbellNextDue"] == "2026-11-27T16:30:00Z"


def test_the_same_again_writes_nothing(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    before = writes(school_on_graph)
    cases.replace(COLUMNS, ROWS)
    assert writes(school_on_graph) == before


def test_a_day_that_the_site_keeps_as_its_own_midnight_is_the_same_day(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    before = writes(school_on_graph)
    school_on_graph.rest.rows(CASES)[1]["HandbellReceived"] = "2026-06-09T23:00:00Z"
    cases.replace(COLUMNS, ROWS)
    assert writes(school_on_graph) == before


def test_only_the_cells_that_changed_are_written(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    cases.replace(COLUMNS, [(*ROWS[0][:2], "closed", *ROWS[0][3:5], "2026-11-25"), ROWS[1]])
    first = school_on_graph.rest.rows(CASES)[0]
    assert (first["HandbellState"], first["HandbellClosed"]) == ("closed", "2026-11-25T12:00:00Z")
    assert sum(method == "PATCH" for method, _ in school_on_graph.double.calls) == 1


def test_a_row_of_ours_that_is_over_goes_and_what_people_added_stays(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    kept(school_on_graph)["items"]["mine"] = {"fields": {"Title": "A note of the office"}}
    school_on_graph.rest.rows(CASES)[0]["OurOwnColumn"] = "kept"
    cases.replace(COLUMNS, ROWS[:1])
    rows = school_on_graph.rest.rows(CASES)
    assert [row["Title"] for row in rows] == ["K7QF-2M8R", "A note of the office"]
    assert rows[0]["OurOwnColumn"] == "kept"


def test_no_column_that_may_not_leave_is_ever_written(school_on_graph, cases):
    cases.replace(COLUMNS[:2], [row[:2] for row in ROWS])
    assert set(kept(school_on_graph)["columns"]) == {"HandbellNumber", "HandbellCategory"}
    assert {name for row in school_on_graph.rest.rows(CASES) for name in row} == {
        "Title",
        "HandbellNumber",
        "HandbellCategory",
    }


def test_a_column_that_is_allowed_later_is_added(school_on_graph, cases):
    cases.replace(COLUMNS[:2], [row[:2] for row in ROWS])
    cases.replace(COLUMNS, ROWS)
    assert school_on_graph.rest.rows(CASES)[1]["HandbellState"] == "closed"


def test_a_list_whose_key_may_come_twice_is_told(school_on_graph, cases):
    cases.replace(COLUMNS[:2], [])
    kept(school_on_graph)["columns"]["HandbellNumber"]["enforceUniqueValues"] = False
    with pytest.raises(GiveUp, match="enforce unique values"):
        cases.replace(COLUMNS, [])


def test_a_list_that_somebody_deleted_is_made_again(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    school_on_graph.rest.lists.clear()
    with pytest.raises(TryAgain, match="answered 404"):
        cases.replace(COLUMNS, ROWS)
    cases.replace(COLUMNS, ROWS)
    assert len(school_on_graph.rest.rows(CASES)) == 2


@pytest.mark.parametrize("call", ["lists", "list write", "columns", "items", "row"])
@pytest.mark.parametrize(
    "fault", ["429", "429 after", "503 after", "504", "drop", "drop after", "502 page after"]
)
def test_no_row_is_lost_or_doubled_whatever_fails(school_on_graph, cases, call, fault):
    school_on_graph.double.fails(**{call: [fault]})
    for _ in range(4):
        try:
            cases.replace(COLUMNS, ROWS)
        except TryAgain:
            continue
        break
    assert [row["HandbellNumber"] for row in school_on_graph.rest.rows(CASES)] == ["K7QF-2M8R", "AB12-CD34"]
    assert len(school_on_graph.rest.lists) == 1


def test_what_is_filled_in_is_read_in_our_words(school_on_graph, reports):
    first = reports.filled(None)
    assert first.items == ()
    school_on_graph.rest.fill_in(REPORTS, WhatItIsAbout="Filtering", WhatHappened="A page got through.")
    second = reports.filled(first.cursor)
    (one,) = second.items
    assert (one.cells["category"], one.cells["what"]) == ("Filtering", "A page got through.")
    assert reports.filled(second.cursor).items == ()


def test_what_was_taken_is_gone_and_taking_it_again_is_well(school_on_graph, reports):
    cursor = reports.filled(None).cursor
    school_on_graph.rest.fill_in(REPORTS, WhatHappened="A page got through.")
    (one,) = reports.filled(cursor).items
    reports.taken(one.key)
    reports.taken(one.key)
    assert school_on_graph.rest.rows(REPORTS) == []
    assert reports.filled(cursor).items == ()


def test_a_form_of_a_list_that_was_made_anew_is_another(school_on_graph, reports):
    keys, cursor = set(), None
    for _ in range(2):
        try:
            cursor = reports.filled(cursor).cursor
        except TryAgain:
            cursor = reports.filled(cursor).cursor
        kept(school_on_graph, REPORTS)["items"]["1"] = {"fields": {"HandbellWhatHappened": "One."}}
        kept(school_on_graph, REPORTS)["delta"].note("1")
        keys |= {one.key for one in reports.filled(cursor).items}
        school_on_graph.rest.lists.clear()
    assert len(keys) == 2


def test_an_empty_item_is_no_report(school_on_graph, reports):
    cursor = reports.filled(None).cursor
    school_on_graph.rest.fill_in(REPORTS)
    assert reports.filled(cursor).items == ()


def test_a_lost_place_begins_again(school_on_graph, reports):
    reports.filled(None)
    school_on_graph.rest.fill_in(REPORTS, WhatHappened="One.")
    cursor = reports.filled(None).cursor
    kept(school_on_graph, REPORTS)["delta"].forgotten = True
    assert [one.cells["what"] for one in reports.filled(cursor).items] == ["One."]


def test_changes_that_come_again_and_again_are_one_item(school_on_graph, reports):
    reports.filled(None)
    key = school_on_graph.rest.fill_in(REPORTS, WhatHappened="One.")
    kept(school_on_graph, REPORTS)["delta"].note(key)
    school_on_graph.rest.repeats = True
    assert [one.key.partition("/")[2] for one in reports.filled(None).items] == [key]


def test_a_list_that_may_not_be_written_is_told_before_it_is_needed(school_on_graph, cases, reports):
    school_on_graph.rest.denied.add("Sites.Selected write")
    for part in (cases, reports):
        with pytest.raises(TryAgain, match="on the school's site: Microsoft 365 answered 403"):
            part.check()
    assert school_on_graph.rest.lists == {}
