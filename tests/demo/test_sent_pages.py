"""The demo's sent messages: there in the demo, nowhere else, and nothing in a message can run."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.web_app import create_app
from bot.demo.pages import linked


def test_before_anything_went_out_the_page_says_what_will_stand_here(client):
    assert "Nothing has gone out yet." in client.get("/sent").text


def test_every_message_is_listed_and_its_links_open(posted, client):
    page = BeautifulSoup(client.get("/sent").text, "html.parser")
    links = [one["href"] for one in page.select("main ul a")]
    assert len(links) == len(list(posted.services.sent_folder.glob("*.eml"))) > 5
    message = BeautifulSoup(client.get(links[0]).text, "html.parser")
    duty = next(one["href"] for one in message.select("pre a") if "/d/" in one["href"])
    assert client.get(duty.removeprefix("http://127.0.0.1")).status_code == 200


def test_the_message_stands_in_a_frame_that_runs_nothing(posted, client):
    (first, *_) = sorted(path.name for path in posted.services.sent_folder.glob("*.eml"))
    page = client.get(f"/sent/{first}")
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert 'sandbox="allow-popups' in page.text
    inner = client.get(f"/sent/{first}/html")
    policy = inner.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert '<base target="_top">' in inner.text


def test_a_calendar_file_can_be_kept(web_school, client):
    message = EmailMessage()
    message["Subject"], message["To"] = "Papers", "gc@merriwell.example"
    message.set_content("See https://handbell.example/d/abc.")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="dates.ics")
    web_school.services.sent_folder.mkdir()
    (web_school.services.sent_folder / "one.eml").write_bytes(bytes(message))
    page = client.get("/sent/one.eml").text
    assert "Attached: dates.ics" in page
    assert "As it looks" not in page
    kept = client.get("/sent/one.eml/attached/1")
    assert kept.content == b"BEGIN:VCALENDAR"
    assert kept.headers["content-disposition"] == 'attachment; filename="dates.ics"'
    assert client.get("/sent/one.eml/attached/2").status_code == 404


@pytest.mark.parametrize("name", ["none.eml", "..%2fschool%2fhandbell.db", "%2e%2e", "*.eml"])
def test_only_messages_of_the_folder_are_given(posted, client, name):
    assert client.get(f"/sent/{name}").status_code == 404


def test_where_mail_really_leaves_there_is_no_such_page(web_school, client, stage):
    stage.app = create_app(replace(web_school.services, sent_folder=None))
    assert client.get("/sent").status_code == 404
    assert client.get("/sent/one.eml").status_code == 404
    assert '"/sent"' not in client.get("/").text


def test_addresses_in_a_text_become_links_and_everything_else_stays_text():
    said = linked("<b> see https://a.example/d/x, or (https://b.example/y).")
    assert str(said) == (
        '&lt;b&gt; see <a href="https://a.example/d/x">https://a.example/d/x</a>, or '
        '(<a href="https://b.example/y">https://b.example/y</a>).'
    )


def test_a_message_without_a_date_is_listed_by_its_files(web_school, client):
    web_school.services.sent_folder.mkdir()
    bare, at = web_school.services.sent_folder / "bare.eml", datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp()
    bare.write_bytes(b"Subject: Bare\n\nwords\n")
    os.utime(bare, (at, at))
    said = client.get("/sent").text
    assert "Bare" in said
    assert "1 July 2026" in said
