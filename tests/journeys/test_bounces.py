"""handbell bounces: a notice of failed delivery becomes a line the office sees, and nothing else does."""

import shutil
from datetime import UTC, datetime
from email import message_from_bytes

import pytest
from click.testing import CliRunner

from bot.cli.main import main
from bot.database.engine import open_store
from bot.messages.bounces import note_bounces
from bot.ports import Bounce
from bot.records import ledger
from connectors.local.bounces import read_bounces

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NOTICE = """\
From: MAILER-DAEMON@mx.example
To: office@merriwell.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such person here

--part
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: 3 things for you

--part--
"""


def notice(
    address="a.sorley@merriwell.example", action="failed", status="5.1.1", message_id="<none@x.example>"
):
    return NOTICE.format(address=address, action=action, status=status, message_id=message_id)


@pytest.fixture(scope="module")
def school(sample_school):
    """The sample school's folder."""
    return sample_school(NOW)


@pytest.fixture
def data(school, tmp_path):
    return shutil.copytree(school, tmp_path / "data")


def saved(tmp_path, *notices, name="back.eml"):
    path = tmp_path / name
    path.write_text("".join(notices), encoding="utf-8")
    return path


def handbell(data, *words):
    return CliRunner().invoke(main, ["--data", str(data), *map(str, words)])


def test_mail_that_came_back_is_shown_to_the_office(data, tmp_path):
    sent = next(
        mail
        for path in (data / "sent").glob("*.eml")
        if "a.sorley@" in (mail := message_from_bytes(path.read_bytes()))["To"]
    )
    path = saved(tmp_path, notice(message_id=sent["Message-ID"]))
    assert [bounce.address for bounce in read_bounces(path)] == ["a.sorley@merriwell.example"]
    assert "Adam Sorley" not in handbell(data, "doctor").output
    said = handbell(data, "bounces", path)
    assert said.exit_code == 0, said.output
    assert "Adam Sorley <a.sorley@merriwell.example>: 550 5.1.1 no such person here" in said.output
    assert "Adam Sorley" in handbell(data, "doctor").output


def test_mail_that_came_back_for_a_limit_of_ours_makes_no_one_unreachable(data, tmp_path):
    file = saved(tmp_path, notice(status="5.1.90").replace("550 5.1.1 no such person", "550 5.1.90 limit"))
    said = handbell(data, "bounces", file)
    assert "our own sending is refused <a.sorley@merriwell.example>: 550 5.1.90 limit here" in said.output
    assert "0 people cannot be written to." in said.output
    assert "handbell doctor, H203" in said.output
    told = handbell(data, "doctor").output
    assert "H203" in told
    assert "550 5.1.90 limit here" in told
    assert "Mail to Adam Sorley is refused" not in told


def test_a_mailbox_with_several_notices_and_other_mail(data, tmp_path):
    first, second = notice(), notice("nobody@elsewhere.example")
    other = "From: a@b.example\nSubject: Hello\n\nHello.\n"
    path = saved(tmp_path, *(f"From x Mon Nov 23\n{mail}\n" for mail in (first, other, second)), name="mbox")
    said = handbell(data, "bounces", path)
    assert "Adam Sorley" in said.output
    assert "nobody here <nobody@elsewhere.example>" in said.output
    assert "1 people cannot be written to." in said.output


@pytest.mark.parametrize(
    ("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0")]
)
def test_what_may_still_arrive_is_no_bounce(tmp_path, action, status):
    assert read_bounces(saved(tmp_path, notice(action=action, status=status))) == ()


@pytest.mark.parametrize(
    "message_id", ["<>", "<\N{LATIN SMALL LETTER E WITH ACUTE}@[", "<%00@x.example>", "<%ff@x>", "(", ""]
)
def test_a_notice_about_mail_with_a_spoilt_id_is_read_all_the_same(tmp_path, message_id):
    (bounce,) = read_bounces(saved(tmp_path, notice(message_id=message_id)))
    assert bounce.address == "a.sorley@merriwell.example"
    assert (bounce.message_id or "x").isprintable()


def test_a_file_that_is_no_notice_changes_nothing(data, tmp_path):
    good = saved(tmp_path, notice())
    bad = saved(tmp_path, "Subject: Hello\n\nHello.\n", name="hello.eml")
    for file in (bad, tmp_path / "missing.eml"):
        said = handbell(data, "bounces", good, file)
        assert said.exit_code == 1
        assert str(file) in said.stderr
    assert "Adam Sorley" not in handbell(data, "doctor").output


def test_the_same_notice_twice_is_noted_once_and_an_address_corrected_since_is_left_alone(data):
    store = open_store(f"sqlite:///{data / 'handbell.db'}")
    bounce = Bounce("a.sorley@merriwell.example", None, "550 gone")
    for _ in range(2):
        note_bounces(store, [bounce], now=NOW, actor="test")
    (old,) = note_bounces(store, [Bounce("old@merriwell.example", None, "550 gone")], now=NOW, actor="test")
    assert old.person is None
    with store.reading() as conn:
        noted = [entry for _, entry in ledger.entries(conn, limit=5) if entry.action == "mail came back"]
    store.close()
    assert len(noted) == 1
