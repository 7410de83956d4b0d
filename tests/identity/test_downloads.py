"""Every table downloads as CSV and xlsx: the same cells, filtered as shown, noted in the ledger."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from bot.records import ledger
from bot.records import people as record_people
from bot.rules.people import Membership, Person

# The page of each table for the headteacher, the address of its file, and how many columns it has.
TABLES = {
    "/office/people?who=everybody": ("/office/people/list", 6),
    "/training": ("/training/list", None),
    "/governors": ("/governors/reviews", 7),
    "/governors/overview": ("/governors/overview", 4),
    "/school/everything": ("/school/everything/list", 5),
    "/school/everything?state=no+record": ("/school/everything/list", 5),
    "/school/people-by-task?who=all": ("/school/people-by-task", None),
    "/school/trend": ("/school/trend", None),
    "/school/year": ("/school/year", None),
    "/school/promises": ("/school/promises", None),
    "/log/old": ("/log/old/periods", 3),
}
SMALLEST = 1


def cells_of_csv(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))


def cells_of_xlsx(answer):
    sheet = load_workbook(BytesIO(answer.content)).active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    return [[cell.value or "" for cell in row] for row in sheet]


def noted(served):
    with served.store.reading() as conn:
        return [one for _, one in ledger.entries(conn) if one.action == "downloaded a table"]


@pytest.mark.parametrize("page", TABLES)
def test_a_table_downloads_as_csv_and_xlsx_from_its_own_page(served, member, page):
    client, (address, columns) = member("hd"), TABLES[page]
    shown = BeautifulSoup(client.get(page).text, "html.parser")
    links = [link["href"] for link in shown.select("main a[href]") if link["href"].startswith(f"{address}.")]
    assert {link.partition("?")[0] for link in links} == {f"{address}.xlsx", f"{address}.csv"}
    xlsx, plain = (client.get(link) for link in links)
    rows = cells_of_csv(plain)
    assert cells_of_xlsx(xlsx) == rows
    assert len(rows) > SMALLEST
    assert columns in {None, len(rows[0])}
    assert {len(row) for row in rows} == {len(rows[0])}
    one, other = noted(served)
    assert {one.data["format"], other.data["format"]} == {"csv", "xlsx"}
    assert one.actor == "person:hd"


@pytest.mark.parametrize(
    ("person", "address", "columns"),
    [
        ("of", "/office/messages/list", 5),
        ("of", "/me/requests/in-force", 7),
        ("of", "/log/list", 8),
        ("dh", "/cases/list", 4),
        ("hd", "/school/items", 8),
    ],
)
def test_lists_that_may_be_empty_download_with_their_headings(served, member, person, address, columns):
    client = member(person)
    rows = cells_of_csv(client.get(f"{address}.csv"))
    assert cells_of_xlsx(client.get(f"{address}.xlsx")) == rows
    assert columns in {None, len(rows[0])}
    assert len(noted(served)) == 2


def test_the_trusts_schools_download_for_the_person_who_sees_them(served, member, second_school):
    roles = tuple(Membership(key, frozenset({"trust-lead"})) for key in ("merriwell-green", second_school))
    with served.store.writing() as conn:
        person = Person("tl", "Tess Lark", "tess@trust.example", roles)
        record_people.save_people(conn, [person], served.clock())
    client = member("tl")
    rows = cells_of_csv(client.get("/school/trust.csv"))
    assert cells_of_xlsx(client.get("/school/trust.xlsx")) == rows
    assert [row[0] for row in rows] == [
        "School",
        "Merriwell Green Primary School",
        "Otherfield Primary School",
    ]


def test_a_file_is_filtered_as_its_page(served, member):
    client = member("hd")
    everyone = cells_of_csv(client.get("/office/people/list.csv?who=everybody"))
    found = cells_of_csv(client.get("/office/people/list.csv?who=everybody&q=kitchen"))
    assert 1 < len(found) < len(everyone)
    assert all("kitchen" in " ".join(row).casefold() for row in found[1:])
    late = cells_of_csv(client.get("/school/everything/list.csv?state=no+record"))
    assert {row[2] for row in late[1:]} == {"not recorded"}
    assert noted(served)[0].data["filters"] == {"state": "no record"}


def test_no_cell_is_a_formula(served, member):
    with served.store.writing() as conn:
        cook = record_people.roster(conn, "merriwell-green")["ck"]
        record_people.save_people(conn, [replace(cook, name="=HYPERLINK(1)")], served.clock())
    client = member("hd")
    rows = cells_of_csv(client.get("/office/people/list.csv?who=everybody"))
    assert "'=HYPERLINK(1)" in [row[0] for row in rows]
    sheet = load_workbook(BytesIO(client.get("/office/people/list.xlsx?who=everybody").content)).active
    (cell,) = (one for row in sheet for one in row if one.value == "=HYPERLINK(1)")
    assert cell.data_type != "f"


@pytest.mark.parametrize("address", sorted({address for address, _ in TABLES.values()}))
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_teacher_downloads_no_table_of_others(served, member, address, ending):
    assert member("y5").get(f"{address}.{ending}").status_code == 403
    assert noted(served) == []


def test_another_ending_is_no_file(served, member):
    assert member("hd").get("/training/list.pdf").status_code in {404, 422}
