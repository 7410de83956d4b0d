"""Staff lists as school systems export them: any headings, titles above, Excel or CSV; nothing half imported.

The column names are those that each system's own pages print; the people are invented.
"""

import csv
import io
import time
from datetime import date

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sent_lists import confirm_columns, send_list

from bot.people.list_upload import read_sheet
from bot.people.sheet_columns import convert, guess_columns
from bot.records import ledger, school_setup
from bot.records import people as record_people

SCHOOL = "merriwell-green"
JO, OMAR = "j.bellamy@merriwell.example", "o.haddad@merriwell.example"


def workbook(*rows, before=0, others=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for _ in range(before):
        sheet.append([])
    for row in rows:
        sheet.append(row)
    for title in others:
        book.create_sheet(title).append(["Printed by", "nobody"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def text(*rows, separator=",", encoding="utf-8", mark=b""):
    written = io.StringIO()
    csv.writer(written, delimiter=separator, lineterminator="\r\n").writerows(rows)
    return mark + written.getvalue().encode(encoding)


SIMS_REPORT = workbook(
    ["Merriwell Green Primary School"],
    ["Staff list", None, "20/11/2026 12:30"],
    [],
    [
        "Title",
        "Legal Forename",
        "Legal Surname",
        "Preferred Surname",
        "Staff Code",
        "Job Title",
        "Work Email",
        "Employment Start",
        "Date of Birth",
    ],
    ["Mrs", "Josephine", "Bell", "Bellamy", "JBE", "Class Teacher", JO, date(2019, 9, 1), date(1980, 1, 2)],
    ["Mr", "Omar", "Haddad", None, "OHA", "Teaching Assistant", OMAR, date(2021, 1, 4), date(1990, 5, 6)],
    [],
    ["2 records"],
)
ARBOR = workbook(
    [
        "Staff ID",
        "Preferred First Name",
        "Preferred Last Name",
        "Legal First Name",
        "Legal Last Name",
        "Business Roles",
        "Email Address",
        "Line Manager",
    ],
    [
        101,
        "Jo",
        "Bellamy",
        "Josephine",
        "Bell",
        "Class Teacher",
        JO,
        "Omar Haddad",
    ],
    [102, None, None, "Omar", "Haddad", "Teaching Assistant", OMAR, "Helen Achebe"],
    others=["About"],
)
BROMCOM = text(
    [
        "Title",
        "First Name",
        "Last Name",
        "Preferred First Name",
        "Staff Code",
        "Job Title",
        "Date Started at the School",
        "Email",
    ],
    [
        "Miss",
        "Josephine",
        "Bellamy",
        "Jo",
        "JB",
        "Class Teacher",
        "01 Sep 2019",
        JO,
    ],
    ["Mr", "Omar", "Haddad", "", "OH", "Teaching Assistant", "04-Jan-2021", OMAR],
    encoding="utf-8",
    mark=b"\xef\xbb\xbf",
)
SCHOLARPACK = text(
    ["Full Name", "Known As", "Job Title", "Work Email", "Mobile", "Start Date"],
    ["Jo Bellamy", "", "Class Teacher", JO, "07700 900001", "01/09/19"],
    ["Omar Haddad", "", "Teaching Assistant", OMAR, "07700 900002", "04/01/21"],
)
INTEGRIS = text(
    ["Name", "Business Role", "Email Address", "Date Started"],
    ["BELLAMY, Jo (Mrs)", "Class Teacher", JO, "01/09/2019"],
    ["Haddad, Omar", "Teaching Assistant", OMAR, "04/01/2021"],
    separator="\t",
    encoding="utf-16-le",
    mark=b"\xff\xfe",
)
HR_PIPES = text(
    ["PayrollNumber", "LegalForename", "LegalSurname", "JobTitle", "WorkEmail", "NINumber"],
    ["900001", "Jo", "Bellamy", "Class Teacher", JO, "QQ123456A"],
    ["900002", "Omar", "Haddad", "Teaching Assistant", OMAR, "QQ123456B"],
    separator="|",
)
PEOPLE_HUB = text(
    ["Employee Name", "Post Title", "E-mail Adress", "Line Manager Email"],
    ["Mrs Jo Bellamy", "Class Teacher", JO, OMAR],
    ["Mr Omar Haddad", "Teaching Assistant", OMAR, ""],
    separator=";",
    encoding="cp1252",
)
MICROSOFT = text(
    ["Display name", "User principal name", "First name", "Last name", "Title", "Department"],
    ["Jo Bellamy", JO, "Jo", "Bellamy", "Class Teacher", "Year 4"],
    ["Omar Haddad", OMAR, "Omar", "Haddad", "Teaching Assistant", "Year 4"],
)
GOOGLE = text(
    ["First Name [Required]", "Last Name [Required]", "Email Address [Required]", "Employee Title"],
    ["Jo", "Bellamy", JO, "Class Teacher"],
    ["Omar", "Haddad", OMAR, "Teaching Assistant"],
)
OFFICE_OWN = workbook(
    ["Staff 2026/27"],
    ["updated by the office"],
    ["Surname", "Forename", "Role", "Email", "Days", "Manager"],
    ["Bellamy", "Jo", "Class Teacher", JO, "Mon-Wed", "Omar Haddad"],
    ["Haddad", "Omar", "Teaching Assistant", OMAR, "Mon-Fri", None],
    before=2,
)
PAGED_REPORT = text(
    ["STAFF REPORT"],
    ["Name", "Job Title", "Email"],
    ["Jo Bellamy", "Class Teacher", JO],
    ["Name", "Job Title", "Email"],
    ["Omar Haddad", "Teaching Assistant", OMAR],
    ["Total: 2"],
)
EXCEL_SEP = f"sep=;\r\nName;E-Mail;Position;Gender\r\nJo Bellamy;{JO};Class Teacher;F\r\n".encode() + (
    f"Omar Haddad;{OMAR};Teaching Assistant;M\r\n".encode()
)
SDS = text(
    ["id", "first name", "last name", "email", "personal email", "role"],
    ["7", "Jo", "Bellamy", JO, "jo@home.example", "Class Teacher"],
    ["8", "Omar", "Haddad", OMAR, "omar@home.example", "Teaching Assistant"],
)
WITHOUT_ROLES = text(
    ["Forename", "Surname", "Work email address"],
    ["Jo", "Bellamy", JO],
    ["Omar", "Haddad", OMAR],
)
FILES = {
    "sims.xlsx": SIMS_REPORT,
    "arbor.xlsx": ARBOR,
    "bromcom.csv": BROMCOM,
    "scholarpack.csv": SCHOLARPACK,
    "integris.txt": INTEGRIS,
    "pipes.csv": HR_PIPES,
    "hub.csv": PEOPLE_HUB,
    "entra.csv": MICROSOFT,
    "google.csv": GOOGLE,
    "office.xlsx": OFFICE_OWN,
    "paged.csv": PAGED_REPORT,
    "excel.csv": EXCEL_SEP,
    "sync.csv": SDS,
    "plain.csv": WITHOUT_ROLES,
}
NAMES = {"sims.xlsx": "Josephine Bellamy"}
STARTS = {"sims.xlsx", "bromcom.csv", "scholarpack.csv", "integris.txt"}
NO_ROLES = {"plain.csv": {"staff"}, "entra.csv": {"staff"}, "google.csv": {"staff"}}
MANAGED = {"arbor.xlsx", "hub.csv", "office.xlsx"}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def everybody(served):
    with served.store.reading() as conn:
        return record_people.roster(conn, SCHOOL)


def by_address(served, email):
    return next(one for one in everybody(served).values() if one.email == email)


def bring(client, served, sent, **more):
    page = BeautifulSoup(client.get(sent.headers["location"]).text, "html.parser")
    left_out = page.find("input", {"name": "left_out"})["value"]
    data = {"seal": served.seal_of(client), "left_out": left_out} | more
    return client.post(sent.headers["location"], data=data)


def leaves(person):
    return person.membership(SCHOOL).leaves_on is not None


@pytest.fixture
def roster(register):
    """The list of everyone, as the office keeps it."""
    return (register.parent / "roster.csv").read_text(encoding="utf-8")


def test_there_are_at_least_twelve_layouts():
    assert len(FILES) >= 12


@pytest.mark.parametrize("name", FILES)
def test_a_list_as_a_system_exports_it_is_read(member, served, name):
    client = member("of")
    before = set(everybody(served))
    sent = send_list(client, served, FILES[name], name=name, how="add")
    assert sent.status_code == 303, words(sent)
    assert "2 join, 0 leave, 0 change." in words(client.get(sent.headers["location"]))
    assert bring(client, served, sent).status_code == 303
    jo, omar = (
        by_address(served, JO),
        by_address(served, OMAR),
    )
    assert (jo.name, omar.name) == (NAMES.get(name, "Jo Bellamy"), "Omar Haddad")
    here = jo.membership(SCHOOL)
    assert here.roles == NO_ROLES.get(name, {"class-teacher"})
    if name in STARTS:
        assert here.starts_on == date(2019, 9, 1)
    assert here.manager == (omar.key if name in MANAGED else None)
    if name == "arbor.xlsx":
        assert omar.membership(SCHOOL).manager == "hd"
    assert len(everybody(served)) == len(before) + 2
    assert all(
        one.membership(SCHOOL).leaves_on is None for one in everybody(served).values() if one.key in before
    )
    stored = str([(one.name, one.email, one.memberships) for one in everybody(served).values()])
    assert all(private not in stored for private in ("07700", "QQ123456", "home.example", "1980"))


def test_the_page_of_columns_shows_what_each_is_with_three_values(member, served):
    client = member("of")
    data = {"seal": served.seal_of(client), "how": "add"}
    sent = client.post("/office/people/import", data=data, files={"file": ("sims.xlsx", SIMS_REPORT)})
    page = BeautifulSoup(client.get(sent.headers["location"]).text, "html.parser")
    rows = page.find(id="matched").find_all("li")
    options = [one.find("option", selected=True) for one in rows]
    labels = [one.find("label").get_text() for one in rows]
    picked = {label: one["value"] if one else "" for label, one in zip(labels, options, strict=True)}
    assert picked["Title"] == ""
    assert picked["Legal Forename"] == "first name"
    assert picked["Preferred Surname"] == "preferred surname"
    assert picked["Date of Birth"] == ""
    assert "Josephine · Omar" in page.get_text()
    assert "The headings are in row 4." in words(client.get(sent.headers["location"]))


def test_what_is_private_is_not_kept_while_a_list_waits_nor_anything_after_it(member, served):
    client = member("of")
    waiting = send_list(client, served, HR_PIPES, name="pipes.csv", how="add")
    sims = send_list(client, served, SIMS_REPORT, name="sims.xlsx", how="add")
    with served.store.reading() as conn:
        kept = [one for sort in ("people file", "people") for one in school_setup.uploads(conn, SCHOOL, sort)]
    assert len(kept) == 4
    assert not [one for one in kept if b"QQ123456" in one.content or b"1980" in one.content]
    for sent in (waiting, sims):
        assert bring(client, served, sent).status_code in {303, 422}
    with served.store.reading() as conn:
        assert len(school_setup.uploads(conn, SCHOOL, "people file")) < 2


def test_columns_that_cannot_be_right_are_refused_and_a_person_may_correct_them(member, served):
    client = member("of")
    data = {"seal": served.seal_of(client), "how": "add"}
    file = text(["Who", "Address at work", "Job Title"], ["Jo Bellamy", JO, "Cook"])
    refused = client.post("/office/people/import", data=data, files={"file": ("own.csv", file)})
    assert refused.status_code == 422
    file = text(["Who", "Work email", "Job Title"], ["Jo Bellamy", JO, "Cook"])
    sent = client.post("/office/people/import", data=data, files={"file": ("own.csv", file)})
    wrong = confirm_columns(client, sent)
    assert wrong.status_code == 422
    assert "Choose the column with full names" in words(wrong)
    right = confirm_columns(client, sent, Who="name")
    assert right.status_code == 303
    assert "1 join, 0 leave, 0 change." in words(client.get(right.headers["location"]))


@pytest.mark.parametrize("how", ["", "both"])
def test_it_is_said_first_whether_a_list_adds_or_is_everyone(member, served, how):
    refused = send_list(member("of"), served, ARBOR, name="arbor.xlsx", how=how)
    assert refused.status_code == 422
    assert "Choose whether this list adds people or is everyone." in words(refused)


def test_a_person_who_would_leave_is_named_in_full_before_anything(member, served, roster):
    client = member("hd")
    gone = {"y5": "Adam Sorley", "y4": "Grace Pellow", "md2": everybody(served)["md2"].name}
    fewer = "\n".join(one for one in roster.splitlines() if one.partition(",")[0] not in gone)
    sent = send_list(client, served, fewer.encode(), how="replace")
    page = client.get(sent.headers["location"])
    headings = BeautifulSoup(page.text, "html.parser").find_all("h2")
    leaving = next(one for one in headings if one.get_text().startswith("Leave"))
    names = [one.get_text() for one in leaving.find_parent("section").find_all("strong")]
    assert sorted(names) == sorted(gone.values())
    assert leaving is headings[0]
    assert not any(leaves(everybody(served)[key]) for key in gone)
    assert bring(client, served, sent).status_code == 303
    assert all(leaves(everybody(served)[key]) for key in gone)


def test_roles_working_days_and_managers_kept_here_are_not_undone_by_a_file(member, served):
    before = everybody(served)["y4"].membership(SCHOOL)
    assert len(before.roles) > 1
    client = member("of")
    email = everybody(served)["y4"].email
    file = text(["Name", "Work email", "Job title"], ["Grace Pellow", email, "Phase Leader"])
    sent = send_list(client, served, file, how="add")
    assert bring(client, served, sent).status_code == 303
    after = everybody(served)["y4"].membership(SCHOOL)
    assert after.roles == before.roles | {"phase-leader"}
    assert (after.working_days, after.manager, after.starts_on) == (
        before.working_days,
        before.manager,
        before.starts_on,
    )


BAD = text(
    ["Name", "Work email", "Job title", "Start date"],
    ["Jo Bellamy", JO, "Class Teacher", "01/09/2019"],
    ["Omar Haddad", "o.haddad at merriwell", "Teaching Assistant", "04/01/2021"],
    ["Pia Lund", "p.lund@merriwell.example", "Cook", "31/02/2021"],
)


def test_wrong_rows_are_listed_and_a_person_may_leave_them_out_of_a_list_that_adds(member, served):
    client = member("of")
    sent = send_list(client, served, BAD, how="add")
    page = client.get(sent.headers["location"])
    said = words(page)
    assert "2 rows have a problem" in said
    assert "Omar Haddad , row 3" in said
    assert "is not an e-mail address. Write one address such as" in said
    assert "Pia Lund , row 4" in said
    assert "Import 1 person without 2 rows" in said
    kept = everybody(served)
    with served.store.reading() as conn:
        ((_, before),) = ((at, one.action) for at, one in ledger.entries(conn, limit=1))
    without = client.post(sent.headers["location"], data={"seal": served.seal_of(client), "left_out": ""})
    assert without.status_code == 422
    assert everybody(served) == kept
    assert bring(client, served, sent).status_code == 303
    assert set(everybody(served)) - set(kept) == {JO}
    with served.store.reading() as conn:
        actions = [one.action for _, one in ledger.entries(conn, limit=2)]
    assert actions == ["people imported", before]


def test_a_row_left_out_is_never_a_leaver(member, served):
    client = member("of")
    email = everybody(served)["y5"].email
    file = text(
        ["Name", "Work email", "Start date"],
        ["Adam Sorley", email, "soon"],
        ["Jo Bellamy", JO, "01/09/2019"],
    )
    sent = send_list(client, served, file, how="add")
    before = everybody(served)["y5"]
    assert bring(client, served, sent).status_code == 303
    assert everybody(served)["y5"] == before


def test_of_a_list_that_is_everyone_no_row_may_be_left_out(member, served, roster):
    client = member("of")
    sent = send_list(
        client, served, f"{roster}x1,Omar Haddad,o.haddad at merriwell\n".encode(), how="replace"
    )
    page = client.get(sent.headers["location"])
    assert "no row can be left out" in words(page)
    assert BeautifulSoup(page.text, "html.parser").find("input", {"name": "left_out"}) is None
    row = str(len(roster.splitlines()) + 1)
    data = {"seal": served.seal_of(client), "left_out": row, "is_whole": "yes"}
    assert client.post(sent.headers["location"], data=data).status_code == 422
    assert "x1" not in everybody(served)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "is an old Excel file"),
        (b"PK\x03\x04" + b"\0" * 600, "cannot be opened"),
        (workbook(["Nothing", "here"], [1, 2]), "No column headings found"),
        (text(*[["Name", "Work email"]] * 6000), "has more than 5,000 rows"),
    ],
)
def test_what_is_not_a_list_is_refused_in_words(member, served, content, says):
    refused = send_list(member("of"), served, content, name="list.xlsx", how="add")
    assert refused.status_code == 422
    assert says in words(refused)


def test_a_list_with_cells_made_to_be_slow_holds_nobody_up():
    """Eight such names took 170 seconds, in which the server showed no page to anybody."""
    slow = "(" * 120_000
    rows = "".join(f"{slow},person{number}@oak.example\n" for number in range(8))
    began = time.perf_counter()
    sheet = read_sheet("people.csv", f"Name,Email\n{rows}".encode())
    made = convert(sheet, guess_columns(sheet.headings), {})
    assert made.content.count(b"@oak.example") == 8
    assert time.perf_counter() - began < 10
