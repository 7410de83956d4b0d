"""Signing on paper: printed for each person, entered by the office with a witness, counted apart."""

import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from bot.core.validation import PAGE_EXPIRED
from bot.records import ledger

ADAM, READ = "y5", "read-mobile"
GOOD = {"name": "Adam Sorley", "witness": "Carol Whitlow", "signed_on": "2026-11-20"}


@pytest.fixture
def office(member):
    return member("of")


def things(client, person=ADAM):
    page = BeautifulSoup(client.get("/paper/enter", params={"person": person}).text, "html.parser")
    return {
        one["value"].partition(" ")[2].partition("/")[0]: one["value"]
        for one in page("input", type="checkbox")
    }


def enter(school, client, ticked, person=ADAM, **changed):
    sent = {"seal": school.seal_of(client), "person": person, "things": ticked} | GOOD | changed
    return client.post("/paper/enter", data=sent)


def printed(client, *people):
    answer = client.get("/paper/sheets.pdf", params={"person": people})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.content)).pages]


def test_the_office_sees_who_has_something_to_sign_and_whom_no_one_can_write_to(office):
    page = office.get("/paper").text
    assert page.index("Irene Castle") < page.index("Adam Sorley")
    assert "Nobody can e-mail this person" in page
    assert "No answers are on record yet" in page


def test_a_sheet_has_a_page_for_each_person_with_what_they_sign_and_its_code(office):
    codes = [value.partition(" ")[0] for value in things(office).values()]
    pages = printed(office, ADAM, "md2")
    assert "Adam Sorley" in pages[0]
    assert "Irene Castle" in pages[-1]
    assert "Irene Castle" not in pages[0]
    for code in codes:
        assert f"Code: {code}" in " ".join(pages)
    assert "Somebody who saw you sign" in pages[0]


def test_the_sheets_are_tagged_for_screen_readers_and_hold_no_way_in(office):
    content = office.get("/paper/sheets.pdf", params={"person": ADAM}).content
    assert b"pdfuaid" in content
    text = " ".join(printed(office, ADAM))
    assert "/sign-in/" not in text
    assert "/d/" not in text


def test_printing_writes_nothing(served, office):
    before = served.written()
    printed(office, ADAM)
    office.get("/paper")
    office.get("/paper/enter", params={"person": ADAM})
    assert served.written() == before


def test_what_was_signed_is_recorded_as_paper_with_its_witness_and_who_entered_it(served, office):
    answer = enter(served, office, [things(office)[READ]])
    assert answer.headers["location"] == "/paper?entered=1"
    (record,) = served.kept(ADAM, READ)
    assert (record.channel, record.witness) == ("paper", "Carol Whitlow")
    assert record.identified_by == "paper sheet, entered by Carol Whitlow, typed name"
    assert (record.acted_on, record.typed_name) == (date(2026, 11, 20), "Adam Sorley")
    assert record.version_number
    with served.store.reading() as conn:
        ((_, entry),) = ledger.entries(conn, limit=1)
    assert entry.actor == "person:of"
    assert "1 answer from paper recorded" in office.get("/paper?entered=1").text
    assert "1 came on paper and 0 from the tablet" in office.get("/paper").text


def test_several_things_on_one_sheet_are_recorded_together_or_not_at_all(served, office):
    ticked = list(things(office).values())
    assert len(ticked) > 1
    spoilt = [ticked[0], f"000000 {ticked[1].partition(' ')[2]}"]
    before = served.written()
    answer = enter(served, office, spoilt)
    assert answer.status_code == 422
    assert "Compare the codes once more" in answer.text
    assert served.written() == before
    assert enter(served, office, ticked).headers["location"] == f"/paper?entered={len(ticked)}"
    assert things(office) == {}
    assert "nothing to sign today" in office.get("/paper/enter", params={"person": ADAM}).text


def test_the_same_sheet_entered_twice_is_one_record(served, office):
    ticked = [things(office)[READ]]
    enter(served, office, ticked)
    assert enter(served, office, ticked).status_code == 422
    assert len(served.kept(ADAM, READ)) == 1


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "Nadia Karim"}, "Type the name as it is signed"),
        ({"name": ""}, "Type the name as it is signed"),
        ({"witness": " "}, "Say who saw it being signed"),
        ({"witness": "Adam Sorley"}, "The witness must be someone else"),
        ({"signed_on": ""}, "Give the day that stands on the sheet"),
        ({"signed_on": "2026-11-24"}, "not one to come"),
        ({"signed_on": "2025-11-20"}, "last twelve months"),
        ({"signed_on": "yesterday"}, "Give the day that stands on the sheet"),
        ({"things": []}, "Tick what was signed"),
        ({"things": ["made-up"]}, "Compare the codes once more"),
        ({"seal": "forged"}, PAGE_EXPIRED),
    ],
)
def test_what_is_not_right_is_said_and_what_was_typed_is_kept(served, office, changed, says):
    before = served.written()
    answer = enter(served, office, [things(office)[READ]], **changed)
    assert answer.status_code == 422
    assert says in answer.text
    if "name" not in changed:
        assert 'value="Adam Sorley"' in answer.text
    assert served.written() == before


def test_a_sheet_of_an_older_version_is_not_recorded_as_the_new_one(served, office, register, shared_edit):
    ticked = [things(office)[READ]]
    shared_edit(register)
    assert things(office)[READ] not in ticked
    answer = enter(served, office, ticked)
    assert answer.status_code == 422
    assert served.kept(ADAM, READ) == []


@pytest.fixture
def shared_edit(served):
    """Bring a new version of the document out."""

    def edit(register):
        document = next((register.parent / "policies").glob("*obile*"))
        document.write_text(document.read_text() + "\n\nNo watches that take pictures.\n")
        served.apply(register)

    return edit


@pytest.mark.parametrize("person", ["y5", "gc", "cl", "gv"])
def test_only_the_office_prints_and_enters(member, person):
    client = member(person)
    for path in ("/paper", "/paper/sheets.pdf?person=y5", "/paper/enter?person=y5"):
        assert client.get(path).status_code == 403
    assert client.post("/paper/enter", data={"person": "y5"}).status_code == 403


def test_no_one_of_another_school_is_printed_or_entered(served, member, second_school):
    there = member("oo", school=second_school)
    assert "Adam Sorley" not in there.get("/paper").text
    assert there.get("/paper/sheets.pdf?person=y5").status_code == 404
    assert there.get("/paper/enter?person=y5").status_code == 404
    sent = {"seal": served.seal_of(there), "person": ADAM, "things": ["x y"]} | GOOD
    assert there.post("/paper/enter", data=sent).status_code == 404
