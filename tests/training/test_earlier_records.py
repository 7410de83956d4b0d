"""Earlier signatures and training from a spreadsheet: marked as imported, counted, and no email goes out."""

import io

import openpyxl
import pytest
from bs4 import BeautifulSoup
from planned import plan_today

from bot.core.clock import local_date
from bot.planning.duties import duties
from bot.planning.store import load_snapshot
from bot.records import ledger
from bot.rules.evidence import Outcome

SCHOOL = "merriwell-green"
COLUMNS = {
    "provider": "School records",
    "name": "Name",
    "email": "Email",
    "course": "Document",
    "date": "Signed",
    "version": "Version",
}
POLICY = "Mobile, Smart Technology and Social Media Policy"
SORLEY = ["Adam Sorley", "a.sorley@merriwell.example", POLICY, "12/10/26", "1"]


def words(page):
    return " ".join(BeautifulSoup(page.text, "html.parser").get_text(" ").split())


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in [["Signatures 2026"], [], ["Name", "Email", "Document", "Signed", "Version"], *rows]:
        book.active.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture
def opened(served, member):
    """Upload a workbook, say its columns, and return the client and the address of its page."""

    def sent(*rows):
        client = member("of")
        seal = {"seal": served.seal_of(client)}
        files = {"file": ("signed.xlsx", workbook(*rows), "application/octet-stream")}
        address = client.post("/training/import", data=seal, files=files).headers["location"]
        assert client.post(f"{address}/columns", data=seal | COLUMNS).status_code == 303
        return client, address

    return sent


def state_of(served, person, obligation):
    today = local_date(served.clock())
    with served.store.reading() as conn:
        owed = duties(load_snapshot(conn, today, (SCHOOL,)), today)
    return next(one.state.value for one in owed if one.person == person and one.obligation.key == obligation)


def take(served, client, address, which="all"):
    return client.post(f"{address}/take", data={"seal": served.seal_of(client), "which": which})


def test_an_earlier_signature_counts_is_marked_as_imported_and_sends_nothing(served, opened):
    assert state_of(served, "y5", "read-mobile") != "done"
    client, address = opened(SORLEY)
    shown = words(client.get(address))
    assert "1 record to import" in shown
    assert "version 1" in shown
    letters = served.letters()
    assert take(served, client, address).status_code == 303
    (kept,) = served.kept("y5", "read-mobile")
    assert (kept.channel, kept.outcome, str(kept.acted_on)) == ("import", Outcome.DONE, "2026-10-12")
    assert kept.identified_by == "list of School records, line 4"
    assert (kept.version_number, kept.policy) == ("1", "mobile-and-social-media")
    assert kept.typed_name is None
    assert kept.sha256_bytes
    assert served.letters() == letters
    assert state_of(served, "y5", "read-mobile") == "done"
    with served.store.reading() as conn:
        actions = [one.action for _, one in ledger.entries(conn, limit=2)]
    assert set(actions) == {"training list taken", "earlier answer imported"}
    plan_today(served.services, served.clock())
    assert not [one for one in served.letters() if one[1] == "y5" and one[0] in {"receipt", "question"}]


def test_a_signature_without_a_version_says_nothing_of_a_newer_version(served, opened):
    client, address = opened([*SORLEY[:4], None])
    assert take(served, client, address).status_code == 303
    (kept,) = served.kept("y5", "read-mobile")
    assert (kept.version_number, kept.sha256_bytes) == (None, None)


def test_a_version_that_is_not_here_is_a_row_that_does_not_match(served, opened):
    client, address = opened([*SORLEY[:4], "9"], ["Nobody Here", "", POLICY, "12/10/2026", "1"])
    shown = words(client.get(address))
    assert f"{POLICY} has no version “9” here." in shown
    assert "Nobody here is known as Nobody Here." in shown
    assert served.kept("y5", "read-mobile") == []


def test_the_same_list_twice_changes_nothing(served, opened):
    for _ in range(2):
        client, address = opened(SORLEY)
        take(served, client, address)
    assert len(served.kept("y5", "read-mobile")) == 1
