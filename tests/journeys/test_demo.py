"""make demo's command: links that open, a teacher who answers, three cases, and a clean stop on Ctrl-C."""

import os
import re
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from html import unescape
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import httpx
import pytest
from click.testing import CliRunner

from bot.bootstrap.services import make_services
from bot.cases.service import cases_for, open_case
from bot.cli.demo import demo_settings
from bot.cli.main import main
from bot.core.clock import local_date
from bot.demo.scenes import passphrase
from bot.demo.school import last_post
from bot.messages import store as message_store
from bot.planning.store import load_snapshot
from bot.reports.service import inbox
from bot.status.model import figures

SCHOOL = "merriwell-green"
SCHOOLS = (SCHOOL, "ashbourne-lane", "st-oswins")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+\S*[\w=]")
PASSPHRASE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")
NUMBER = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Form(HTMLParser):
    """The hidden fields of a page's form, and where it is sent."""

    def __init__(self, page):
        super().__init__()
        self.fields, self.action = {}, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "form" and named.get("method", "").lower() == "post":
            self.action = named.get("action", "")
        if tag == "input" and named.get("type") == "hidden":
            self.fields[named["name"]] = named.get("value", "")


def page(address, form=None):
    sent = urlencode(form).encode() if form is not None else None
    try:
        with urlopen(Request(address, data=sent), timeout=30) as answer:
            return unescape(answer.read().decode())
    except HTTPError as refused:
        return unescape(refused.read().decode())


def posted_words(folder):
    """Everything that was sent, as its readers see it."""
    posted = (message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml"))
    return "\n".join(one.get_body(("plain",)).get_content() for one in posted)


@pytest.fixture
def demo(tmp_path):
    """Start `handbell demo` as a user does; return the process, the printed addresses and the passphrase."""
    words = [sys.executable, "-m", "bot", "demo", "--port", "0"]
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        try:
            yield process, ADDRESS.findall("".join(said)), PASSPHRASE.search("".join(said))[0]
        finally:
            process.kill()


def test_the_demo_prints_links_that_open_and_stops_cleanly(demo, tmp_path):
    process, (message, inbox, form, sent, home), passphrase = demo
    assert "Helen Achebe, headteacher" in page(home)
    assert message.removeprefix(home) in page(home)
    assert passphrase in page(home)
    assert page(sent).count('href="/sent/') > 50
    link = re.search(r"http://127\.0\.0\.1:\d+/d/[\w.=-]+", page(message))[0]
    asked = Form(page(link))
    assert "Enter your name" in page(link, asked.fields | {"name": "", "outcome": "done"})
    assert "999" in page(form)
    opened = page(inbox, Form(page(inbox)).fields | {"passphrase": passphrase})
    assert "Number 14, with the green cover." in opened
    with httpx.Client(base_url=home, follow_redirects=True, headers={"Origin": home.rstrip("/")}) as client:
        trust = client.post("/demo/sign-in", data={"person": "tl", "to": "/school/trust"}).text
    assert {f"/school/trust/{key}" for key in SCHOOLS} <= set(re.findall(r'href="([^"]+)"', trust))
    process.send_signal(signal.SIGINT)
    _, complaints = process.communicate(timeout=30)
    assert (process.returncode, complaints) == (0, "")
    assert list(tmp_path.glob("handbell-demo-*")) == []


def test_a_port_in_use_is_said_before_anything_is_written(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = CliRunner().invoke(main, ["--data", str(tmp_path / "new"), "demo", "--port", port])
    assert said.exit_code == 1
    assert f"127.0.0.1:{port} cannot be used" in said.stderr
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path):
    (tmp_path / "precious.txt").write_text("the school's own", encoding="utf-8")
    said = CliRunner().invoke(main, ["--data", str(tmp_path), "demo", "--port", "0"])
    assert said.exit_code == 1
    assert "is not empty" in said.stderr


@pytest.mark.parametrize(
    ("now", "post"),
    [
        ("2026-11-23 07:59", "2026-11-20 08:00"),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-21 12:00", "2026-11-20 08:00"),
        ("2026-07-05 12:00", "2026-07-03 07:00"),
    ],
)
def test_the_story_ends_with_the_last_post(now, post):
    assert last_post(utc(now)) == utc(post)


@pytest.mark.parametrize(
    "now", ["2026-11-20 12:00", "2026-08-12 09:00", "2027-01-01 18:00", "2028-02-29 06:00"]
)
def test_on_any_day_the_sample_school_has_something_of_everything(sample_school, now):
    services = make_services(demo_settings(sample_school(utc(now)), "http://127.0.0.1:8000"))
    today = local_date(utc(now))
    with services.store.reading() as conn:
        (standing,) = figures(load_snapshot(conn, today, (SCHOOL,)), today)
        kinds = {one.kind for one in message_store.recent(conn, limit=500)}
        states = {one.state for one in message_store.recent(conn, limit=500)}
    services.store.close()
    assert states == {"sent"}
    assert kinds >= {"acknowledge", "training", "review", "check", "hand-over", "receipt", "question"}
    counted = {state for tile in standing.tiles for state, count in tile.counts.items() if count}
    assert counted >= {"overdue", "due soon", "no record", "done"}


@pytest.mark.parametrize("now", ["2026-11-20 12:00", "2027-01-01 18:00", "2028-02-29 06:00"])
def test_on_any_day_one_case_is_new_one_is_worked_on_and_one_is_closed(sample_school, now):
    folder = sample_school(utc(now))
    services = make_services(demo_settings(folder, "http://127.0.0.1:8000"))
    rows = cases_for(services, SCHOOL, "hd", utc(now))
    closed, phone, tablet = (open_case(services, SCHOOL, one.number, "hd", utc(now)) for one in rows)
    told = inbox(services, SCHOOL, passphrase(services), utc(now))
    sheets = posted_words(folder / "sent")
    seen_by_the_one_it_is_about = cases_for(services, SCHOOL, "y5", utc(now))
    services.store.close()
    assert [row.state.value for row in rows] == ["closed", "under investigation", "received"]
    assert seen_by_the_one_it_is_about == ()
    assert [clock.how for clock in closed.clocks] == ["done"] * 3
    assert {clock.how for clock in phone.clocks} >= {"done"}
    assert {clock.how for clock in phone.clocks} <= {"done", "running"}
    assert [task.late for task in phone.tasks] == [False]
    assert phone.acknowledgements[0].on is None
    assert phone.facts.answers["reporter_name"] == "Joanna Price"
    assert (
        tablet.facts.answers["reporter_name"]
        is tablet.facts.answers["reporter_email"]
        is tablet.facts.reporter_person
        is None
    )
    assert [post.from_us for post in told.posts] == [True, False]
    for row in rows:
        assert row.number in sheets
    assert "library" not in sheets
