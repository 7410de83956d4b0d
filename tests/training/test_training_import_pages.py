"""A provider's file on pages: sent, its columns said once, looked at, taken; the rest given back."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup

COURSE = "safeguarding-training"
FILE = (
    "Delegate,Mail,What,When\n"
    "Samuel Kerr,s.kerr@merriwell.example,Safeguarding L1,19/11/2026\n"
    "=cmd,nobody@mail.example,Safeguarding L1,18/11/2026\n"
)
COLUMNS = {"provider": "Kent Online", "name": "Delegate", "email": "Mail", "course": "What", "date": "When"}


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def send(school, client, content=FILE, name="list.csv"):
    files = {"file": (name, content.encode() if isinstance(content, str) else content, "text/csv")}
    return client.post("/training/import", data={"seal": school.seal_of(client)}, files=files)


def mapped(school, client, content=FILE):
    """Send a file and say its columns and its course; return the address of its page."""
    address = send(school, client, content).headers["location"]
    seal = {"seal": school.seal_of(client)}
    assert client.post(f"{address}/columns", data=seal | COLUMNS).status_code == 303
    said = {"printed": ["Safeguarding L1"], "ours": [COURSE]}
    assert client.post(f"{address}/courses", data=seal | said).status_code == 303
    return address


def test_a_file_goes_from_its_columns_to_a_look_to_the_record(served, member):
    client = member("of")
    answer = send(served, client)
    assert answer.status_code == 303
    address = answer.headers["location"]
    page = client.get(address)
    assert "Which column is which?" in words(page)
    assert "s.kerr@merriwell.example" in words(page)
    before = served.written()
    address = mapped(served, client)
    shown = words(client.get(address))
    assert "1 record to import" in shown
    assert "Line 3: Nobody here is known as =cmd." in shown
    seal = {"seal": served.seal_of(client)}
    refused = client.post(f"{address}/take", data=seal | {"which": "all"})
    assert refused.status_code == 422
    assert "1 line cannot be matched" in words(refused)
    assert served.written() == before
    assert client.post(f"{address}/take", data=seal | {"which": "good"}).status_code == 303
    assert [kept.identified_by for kept in served.kept("y1", COURSE)] == ["list of Kent Online, line 2"]
    assert "Nothing new to record" in words(client.get(address))
    cell = words(client.get(f"/training/people/y1/{COURSE}"))
    assert "list of Kent Online, line 2" in cell


def test_the_lines_left_out_are_a_file_without_formulas(served, member):
    client = member("of")
    page = client.get(f"{mapped(served, client)}/others.csv")
    assert page.headers["content-disposition"] == 'attachment; filename="others.csv"'
    (row,) = csv.DictReader(StringIO(page.content.decode("utf-8-sig")))
    assert row["Delegate"] == "'=cmd"
    assert (row["Line"], row["When"]) == ("3", "18/11/2026")
    assert "Nobody here is known" in row["What to look at"]


def test_the_next_file_with_these_headings_asks_nothing(served, member):
    client = member("of")
    mapped(served, client)
    address = send(served, client, FILE.replace("19/11", "20/11")).headers["location"]
    assert "1 record to import" in words(client.get(address))
    again = BeautifulSoup(client.get(f"{address}?again=1").text, "html.parser")
    assert again.find("input", {"name": "provider"})["value"] == "Kent Online"
    assert again.find("select", {"name": "date"}).find("option", selected=True)["value"] == "When"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04", "cannot be opened"),
        (b"Name\n", "There is no list in this file"),
        (b"a" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_a_file_that_is_not_a_list_is_refused(served, member, content, says):
    answer = send(served, member("of"), content)
    assert answer.status_code == 422
    assert says in words(answer)


def test_no_file_and_a_page_open_too_long_are_refused(served, member):
    client = member("of")
    nothing = client.post("/training/import", data={"seal": served.seal_of(client)}, files={"x": ("", b"")})
    assert "Choose the file" in words(nothing)
    forged = client.post("/training/import", data={"seal": "forged"}, files={"file": ("l.csv", FILE)})
    assert "open too long" in words(forged)
    address = mapped(served, client)
    for step in ("columns", "courses", "take"):
        answer = client.post(f"{address}/{step}", data={"seal": "forged", "provider": "Kept as typed"})
        assert answer.status_code == 422
        assert "open too long" in words(answer)


def test_columns_that_are_missing_are_asked_for_and_what_was_chosen_stays(served, member):
    client = member("of")
    address = send(served, client).headers["location"]
    typed = {"seal": served.seal_of(client), "provider": "Kent Online", "email": "Mail"}
    answer = client.post(f"{address}/columns", data=typed)
    assert answer.status_code == 422
    assert "Say which column has the day it was finished" in words(answer)
    assert "Say which column has the course" in words(answer)
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.find("input", {"name": "provider"})["value"] == "Kent Online"
    assert page.find("select", {"name": "email"}).find("option", selected=True)["value"] == "Mail"


def test_a_course_that_is_none_of_ours_cannot_be_made_one(served, member):
    client = member("of")
    address = mapped(served, client, FILE.replace("Safeguarding L1", "Fire"))
    said = {"seal": served.seal_of(client), "printed": ["Fire"], "ours": ["account-agreement"]}
    client.post(f"{address}/courses", data=said)
    assert "What do these names mean here?" in words(client.get(address))


def test_another_settings_file_is_not_there(served, member, second_school):
    address = mapped(served, member("of"))
    there = member("oo", school=second_school)
    assert there.get(address).status_code == 404
    assert there.get(f"{address}/others.csv").status_code == 404
    for step in ("columns", "courses", "take"):
        assert there.post(f"{address}/{step}", data={"seal": served.seal_of(there)}).status_code == 404


def test_only_the_office_brings_files_in(served, member):
    client = member("y4")
    assert client.get("/training/import").status_code == 403
    assert send(served, client).status_code == 403
