"""Lists on a school's site: the list of cases, and the reports that people fill in beside it."""

import pytest

from bot.cases.jobs import COLUMNS as TITLES
from bot.cases.model import CATEGORIES
from bot.core.errors import GiveUp, TryAgain
from connectors.microsoft import lists
from connectors.microsoft.lists import ListForm, SiteTrackedList, column, kind_of

SITE = "merriwell.sharepoint.example,1,2"
CASES, REPORTS = "Handbell cases", "Handbell reports"
COLUMNS = ("Number", "Category", "State", "Received", "Next due", "Closed")
ROWS = [
    ("K7QF-2M8R", "Something else", "received", "2026-11-24", "2026-11-27 16:30", ""),
    ("AB12-CD34", "Filtering", "closed", "2026-06-10", "", "2026-06-12"),
]


@pytest.fixture
def cases(school_on_graph):
    school_on_graph.makes_list(CASES, lists.cases(tuple(TITLES.values())))
    return school_on_graph.part(SiteTrackedList, SITE, CASES, columns=COLUMNS)


@pytest.fixture
def reports(school_on_graph):
    school_on_graph.makes_list(REPORTS, lists.reports(tuple(CATEGORIES.values())))
    return form_of(school_on_graph)


def form_of(school):
    """Make the form's reader of one more process."""
    return school.part(ListForm, SITE, REPORTS, categories=tuple(CATEGORIES.values()))


def kept(school, name=CASES):
    (found,) = [one for one in school.rest.lists.values() if one["displayName"] == name]
    return found


def writes(school):
    return [call for call in school.double.calls if call[0] != "GET"]


def test_the_list_has_typed_columns_and_a_key_that_is_unique(school_on_graph, cases):
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
    assert sum(path.endswith("/fields") for _, path in writes(school_on_graph)) == 1


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
    assert {name for row in school_on_graph.rest.rows(CASES) for name in row} == {
        "Title",
        "HandbellNumber",
        "HandbellCategory",
    }


def test_a_column_that_is_allowed_later_is_filled(school_on_graph, cases):
    cases.replace(COLUMNS[:2], [row[:2] for row in ROWS])
    cases.replace(COLUMNS, ROWS)
    assert school_on_graph.rest.rows(CASES)[1]["HandbellState"] == "closed"


def test_handbell_makes_no_list_and_no_column_and_names_what_is_missing(school_on_graph):
    """Making either takes Sites.Manage.All; `write` on a site does not reach so far."""
    school = school_on_graph
    cases = school.part(SiteTrackedList, SITE, CASES, columns=COLUMNS)
    for ask in (cases.check, lambda: cases.replace(COLUMNS, ROWS), lambda: form_of(school).filled(None)):
        with pytest.raises(TryAgain, match="There is no list"):
            ask()
    school.makes_list(CASES, lists.cases(COLUMNS[:-1]))
    for ask in (cases.check, lambda: cases.replace(COLUMNS, ROWS)):
        with pytest.raises(TryAgain, match="has no column Closed"):
            ask()
    assert [call for call in writes(school) if not call[1].endswith(("/lists", "/title"))] == []
    assert len(writes(school)) == 2, "an administrator's"


def test_a_list_made_by_hand_is_known_by_its_titles(school_on_graph):
    """In SharePoint's own pages a column's name is made of its first title."""
    by_hand = lists.ListDefinition(tuple(
        one | {"name": title.replace(" ", ""), "displayName": title.upper()}
        for title, one in zip(COLUMNS, lists.cases(COLUMNS).columns, strict=True)
    ))  # fmt: skip
    school_on_graph.makes_list(CASES, by_hand)
    cases = school_on_graph.part(SiteTrackedList, SITE, CASES, columns=COLUMNS)
    for rows in (ROWS, ROWS[:1]):
        cases.replace(COLUMNS, rows)
        before = writes(school_on_graph)
        cases.replace(COLUMNS, rows)
        assert writes(school_on_graph) == before
        assert [row["Number"] for row in school_on_graph.rest.rows(CASES)] == [row[0] for row in rows]


def test_a_list_whose_key_may_come_twice_is_told(school_on_graph, cases):
    cases.replace(COLUMNS[:2], [])
    kept(school_on_graph)["columns"]["HandbellNumber"]["enforceUniqueValues"] = False
    with pytest.raises(GiveUp, match="enforce unique values"):
        cases.replace(COLUMNS, [])


def test_a_list_that_a_person_deleted_is_filled_again_once_it_is_there(school_on_graph, cases):
    cases.replace(COLUMNS, ROWS)
    school_on_graph.rest.lists.clear()
    for said in ("answered 404", "There is no list"):
        with pytest.raises(TryAgain, match=said):
            cases.replace(COLUMNS, ROWS)
    school_on_graph.makes_list(CASES, lists.cases(COLUMNS))
    cases.replace(COLUMNS, ROWS)
    assert len(school_on_graph.rest.rows(CASES)) == 2


@pytest.mark.parametrize("call", ["lists", "columns", "items", "row"])
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


def test_a_form_of_a_list_that_was_made_again_is_another(school_on_graph, reports):
    keys, cursor = set(), None
    for place in range(2):
        if place:
            with pytest.raises(TryAgain):
                reports.filled(cursor)
            school_on_graph.makes_list(REPORTS, lists.reports(tuple(CATEGORIES.values())))
        cursor = reports.filled(cursor).cursor
        kept(school_on_graph, REPORTS)["items"]["1"] = {"fields": {"HandbellWhatHappened": "One."}}
        kept(school_on_graph, REPORTS)["delta"].note("1")
        keys |= {one.key for one in reports.filled(cursor).items}
        school_on_graph.rest.lists.clear()
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        ({"title": "A boy showed me a picture."}, "A boy showed me a picture."),
        ({"title": "A picture", "WhatHappened": "In year 6."}, "A picture\n\nIn year 6."),
        ({"title": "A picture", "WhatItIsAbout": "Filtering"}, "A picture"),
        ({}, ""),
        ({"WhatItIsAbout": "Filtering"}, ""),
    ],
)
def test_no_form_is_dropped_and_what_stands_in_the_lists_own_title_is_read(
    school_on_graph, reports, typed, what
):
    cursor = reports.filled(None).cursor
    school_on_graph.rest.fill_in(REPORTS, **typed)
    (one,) = reports.filled(cursor).items
    assert one.cells["what"] == what


def test_a_form_that_came_without_what_it_says_is_read_again(school_on_graph, reports):
    cursor = reports.filled(None).cursor
    key = school_on_graph.rest.fill_in(REPORTS, WhatHappened="One.")
    fields = kept(school_on_graph, REPORTS)["items"][key].pop("fields")
    with pytest.raises(TryAgain):
        reports.filled(cursor)
    kept(school_on_graph, REPORTS)["items"][key]["fields"] = fields
    assert [one.cells["what"] for one in reports.filled(cursor).items] == ["One."]


def test_every_answer_comes_back_under_the_name_that_sharepoint_gave_its_column(school_on_graph, reports):
    cursor = reports.filled(None).cursor
    columns = kept(school_on_graph, REPORTS)["columns"]
    names = {one["displayName"]: name for name, one in columns.items()}
    said = {cell: f"said {cell}" for cell in lists.REPORT_CELLS}
    fields = {names[title]: said[cell] for cell, title in lists.REPORT_CELLS.items()}
    kept(school_on_graph, REPORTS)["items"]["1"] = {"fields": fields}
    kept(school_on_graph, REPORTS)["delta"].note("1")
    for form in (reports, form_of(school_on_graph)):
        (one,) = form.filled(cursor).items
        assert one.cells == said


def test_a_name_with_a_hyphen_that_sharepoint_encoded_is_read(school_on_graph):
    """Lists made by earlier versions have such a column."""
    *others, email = lists.reports(tuple(CATEGORIES.values())).columns
    before = email | {"name": "HandbellYourE-mailAddress", "displayName": "Your e-mail address"}
    school_on_graph.makes_list(REPORTS, lists.ListDefinition((*others, before)))
    address = {"YourE_x002d_mailAddress": "jo@merriwell.example"}
    school_on_graph.rest.fill_in(REPORTS, WhatHappened="One.", **address)
    (one,) = form_of(school_on_graph).filled(None).items
    assert one.cells["reporter_email"] == "jo@merriwell.example"


def test_the_names_of_our_columns_are_letters_that_stay_as_they_are():
    for definition in (lists.cases(tuple(TITLES.values())), lists.reports(tuple(CATEGORIES.values()))):
        names = [one["name"] for one in definition.columns]
        assert all(name.isascii() and name.isalpha() and len(name) <= 32 for name in names)
        assert len(names) == len(set(names)) >= 6
    assert column("Owner's e-mail", kind_of("x"))["name"] == "HandbellOwnersEmail"


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
