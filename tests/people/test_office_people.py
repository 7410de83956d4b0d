"""People as the office looks after them: absences, leavers, addresses, and a list brought in whole or not."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sent_lists import send_list

from bot.bootstrap.web_app import create_app
from bot.core.clock import local_date
from bot.people.import_service import import_roster
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.records import people as record_people
from connectors.local.roster import CsvRoster

SCHOOL = "merriwell-green"
NEW = "nb,Nora Bright,n.bright@merriwell.example,staff; teacher,,,,Mon-Fri,\n"


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def post(client, served, address, **typed):
    return client.post(address, data={"seal": served.seal_of(client)} | typed)


@pytest.fixture
def send(served):
    """Send a list as a browser would."""

    def sent(client, content, name="people.csv"):
        return send_list(client, served, content, name=name)

    return sent


@pytest.fixture
def roster(register):
    """The list of people as the office keeps it."""
    return (register.parent / "roster.csv").read_text(encoding="utf-8")


def known(served, key):
    with served.store.reading() as conn:
        return record_people.roster(conn, SCHOOL).get(key)


def state_of(served, person, obligation):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
    return next(one.state.value for one in owed if one.person == person and one.obligation.key == obligation)


def test_people_are_listed_and_found_by_name_role_or_what_they_are_now(member):
    client = member("of")
    everybody = words(client.get("/office/people"))
    assert "30 people here" in everybody
    assert "Rachel Idowu" in words(client.get("/office/people?q=senco"))
    assert "Adam Sorley" not in words(client.get("/office/people?q=senco"))
    assert "1 person" in words(client.get("/office/people?who=no+address"))
    assert "No one matches." in words(client.get("/office/people?who=left"))


def test_an_absence_is_noted_pauses_what_is_asked_and_outlives_the_next_list(member, served, register):
    client = member("of")
    assert state_of(served, "y5", "read-mobile") != "paused"
    noted = post(client, served, "/office/people/of/y5/away", first_on="2026-11-16")
    assert noted.status_code == 303
    assert "From Monday 16 November 2026 until further notice" in words(client.get("/office/people/of/y5"))
    assert state_of(served, "y5", "read-mobile") == "paused"
    entries = tuple(CsvRoster(register.parent / "roster.csv").roster())
    assert not import_roster(served.store, SCHOOL, entries, now=served.clock(), actor="a test")
    assert state_of(served, "y5", "read-mobile") == "paused"


def test_a_person_is_back_and_is_asked_again(member, served):
    client = member("of")
    post(client, served, "/office/people/of/y5/away", first_on="2026-11-16")
    back = post(client, served, "/office/people/of/y5/back", first_on="2026-11-16", back_on="2026-11-23")
    assert back.status_code == 303
    (absence,) = known(served, "y5").membership(SCHOOL).absences
    assert absence.until == date(2026, 11, 22)
    assert state_of(served, "y5", "read-mobile") != "paused"


def test_an_absence_that_never_was_is_taken_out(member, served):
    client = member("of")
    post(client, served, "/office/people/of/y5/away", first_on="2026-12-01", until="2026-12-04")
    post(client, served, "/office/people/of/y5/back", first_on="2026-12-01", back_on="2026-12-01")
    assert known(served, "y5").membership(SCHOOL).absences == ()


@pytest.mark.parametrize(
    ("step", "typed", "says"),
    [
        ("away", {}, "Give the first day away"),
        ("away", {"first_on": "31/12/2026"}, "This is not a day."),
        ("away", {"first_on": "2026-12-01", "until": "soon"}, "This is not a day."),
        ("away", {"first_on": "2026-12-02", "until": "2026-12-01"}, "The last day comes before the first."),
        ("away", {"first_on": "1999-12-01"}, "Give a first day within a year of today."),
        ("back", {"first_on": "2026-12-01"}, "Give the first day they are back."),
        ("back", {"first_on": "2026-12-01", "back_on": "2026-12-03"}, "is not here any more"),
        ("leaving", {"leaves_on": "never"}, "This is not a day."),
        ("leaving", {"leaves_on": "2036-01-01"}, "Give a last day between"),
        ("leaving", {"leaves_on": "2026-01-01"}, "before the day they started"),
        ("address", {"email": ""}, "Give one address"),
        ("address", {"email": "no spaces@here.example"}, "Give one address"),
        ("address", {"email": "HEAD@merriwell.example"}, "Someone else has this email address."),
    ],
)
def test_what_does_not_fit_is_refused_in_words_and_changes_nothing(member, served, step, typed, says):
    person = "ta4" if "before the day" in says else "y5"
    if "before the day" in says:
        served.change_person("ta4", starts_on=date(2026, 11, 2))
    before, entries = known(served, person), served.written()
    page = post(member("of"), served, f"/office/people/of/{person}/{step}", **typed)
    assert page.status_code == 422
    assert says in words(page)
    for name in ("first_on", "leaves_on", "email"):
        assert step == "back" or typed.get(name, "") in page.text
    assert known(served, person) == before
    assert served.written() == entries


def test_two_absences_cannot_cover_one_day(member, served):
    client = member("of")
    post(client, served, "/office/people/of/y5/away", first_on="2026-12-01", until="2026-12-04")
    again = post(client, served, "/office/people/of/y5/away", first_on="2026-12-04")
    assert "already marked as away on some of these days" in words(again)


def test_a_last_day_is_noted_and_taken_back_and_both_stand_in_the_ledger(member, served):
    client = member("of")
    assert post(client, served, "/office/people/of/y5/leaving", leaves_on="2026-12-18").status_code == 303
    assert known(served, "y5").membership(SCHOOL).leaves_on == date(2026, 12, 18)
    assert post(client, served, "/office/people/of/y5/leaving", leaves_on="").status_code == 303
    assert known(served, "y5").membership(SCHOOL).leaves_on is None
    with served.store.reading() as conn:
        latest = [(one.actor, one.action) for _, one in ledger.entries(conn, limit=2)]
    assert latest == [("person:of", "noted a last day")] * 2


def test_the_same_address_again_means_that_it_takes_mail_now(member, served):
    with served.store.writing() as conn:
        record_people.mark_unreachable(conn, "ck", "552 5.2.2 mailbox full")
    client = member("of")
    assert "Their mailbox is full." in words(client.get("/office/people/of/ck"))
    saved = post(client, served, "/office/people/of/ck/address", email="Kitchen@merriwell.example")
    assert saved.status_code == 303
    assert known(served, "ck").unreachable is None


def test_the_address_of_a_person_who_left_may_be_given_to_another(member, served):
    address = known(served, "y5").email
    served.change_person("y5", leaves_on=date(2026, 11, 1))
    saved = post(member("of"), served, "/office/people/of/ck/address", email=address)
    assert saved.status_code == 303
    assert (known(served, "ck").email, known(served, "y5").email) == (address, None)


def test_what_comes_from_a_directory_is_shown_so_and_not_edited(member, served, stage, register):
    services = served.services
    object.__setattr__(services, "rosters", {SCHOOL: CsvRoster(register.parent / "roster.csv")})
    client = member("of")
    page = client.get("/office/people/of/y5")
    assert "From the school’s directory." in words(page)
    assert 'name="leaves_on"' not in page.text
    assert 'name="email"' not in page.text
    for step, typed in (("leaving", {"leaves_on": "2026-12-18"}), ("address", {"email": "a@b.example"})):
        assert "directory" in words(post(client, served, f"/office/people/of/y5/{step}", **typed))
    assert post(client, served, "/office/people/of/y5/away", first_on="2026-11-23").status_code == 303
    assert 'type="file"' not in client.get("/office/people/import").text


def test_a_list_is_looked_through_before_it_is_brought_in(member, served, send, roster):
    client = member("of")
    sent = send(client, (roster + NEW).encode())
    assert sent.status_code == 303
    preview = client.get(sent.headers["location"])
    assert "1 join, 0 leave, 0 change." in words(preview)
    assert "Nora Bright" in words(preview)
    assert known(served, "nb") is None
    assert post(client, served, sent.headers["location"]).status_code == 303
    assert known(served, "nb").name == "Nora Bright"
    assert client.get(sent.headers["location"]).status_code == 404
    assert post(client, served, sent.headers["location"]).status_code == 422


def test_every_wrong_row_of_a_list_is_named_and_nothing_is_kept(member, served, send, roster):
    before = served.written()
    client = member("of")
    rows = roster + "x1,,not-an-address,,,,,,\nx2,Ann,,,,1/13/2027,,,\n"
    address = send(client, rows.encode()).headers["location"]
    said = words(client.get(address))
    assert "2 rows have a problem" in said
    assert "No name , row 32 Name: this line has no name" in said
    assert 'Email: "not-an-address" is not an e-mail address' in said
    assert 'Ann , row 33 Start: "1/13/2027"' in said
    assert "no row can be left out" in said
    assert post(client, served, address, left_out="32,33", is_whole="yes").status_code == 422
    assert served.written() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Choose the file"),
        (b"PK\x03\x04 a workbook", "cannot be opened"),
        (b"a,b\n1,2\n", "No column headings found"),
        (b"x" * 2_000_001, "too large to be a list of people"),
    ],
)
def test_what_is_not_a_list_is_refused_in_words(member, send, content, says):
    refused = send(member("of"), content)
    assert refused.status_code == 422
    assert says in words(refused)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..", "a\x00b.csv", "n" * 400 + ".csv", "Übung «1».csv"]
)
def test_the_name_of_a_file_is_only_a_name(member, send, roster, name):
    assert send(member("of"), roster.encode(), name).status_code == 303


def test_half_a_list_needs_a_word_that_it_is_whole(member, served, send, roster):
    client = member("hd")
    half = "\n".join(roster.splitlines()[:10]) + "\n"
    address = send(client, half.encode()).headers["location"]
    assert "Many people would be marked as left" in words(client.get(address))
    refused = post(client, served, address)
    assert refused.status_code == 422
    assert "Tick that the list is whole" in words(refused)
    assert known(served, "cl").membership(SCHOOL).leaves_on is None
    assert post(client, served, address, is_whole="yes").status_code == 303
    assert known(served, "cl").membership(SCHOOL).leaves_on == local_date(served.clock()) - timedelta(days=1)


def test_a_list_of_one_school_is_no_other_schools(member, served, send, roster, second_school):
    address = send(member("of"), (roster + NEW).encode()).headers["location"]
    other = member("oo", school=second_school)
    assert other.get(address).status_code == 404
    assert post(other, served, address).status_code == 422
    assert known(served, "nb") is None


def test_a_person_of_another_school_is_not_here(member, served, second_school):
    client = member("of")
    assert client.get("/office/people/of/ot").status_code == 404
    assert post(client, served, "/office/people/of/ot/away", first_on="2026-11-23").status_code == 404
    assert "Otherfield" not in words(client.get("/office/people?who=everybody"))


def test_a_step_no_one_knows_is_not_there(member, served):
    assert post(member("of"), served, "/office/people/of/y5/vanish").status_code == 404


def test_a_machine_without_a_reader_of_lists_says_so(member, served, send, stage, roster):
    object.__setattr__(served.services, "read_people", None)
    stage.app = create_app(served.services)
    assert "takes no lists of people" in words(send(member("of"), roster.encode()))
