"""The sample school as a newcomer finds it: everybody's pages are a press away, and there is life on them."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.services import make_services
from bot.bootstrap.web_app import create_app
from bot.cli.demo import demo_links, demo_people, demo_settings
from bot.dashboard.weekly_card import draw_card
from bot.logbook.service import LogActor, book
from bot.planning.store import load_snapshot
from bot.requests.service import Reader, desk
from bot.rules.accounts import AccountEntryKind
from bot.signing.questions import questions
from bot.training.claims import waiting
from bot.training.service import training_of

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHOOL = "merriwell-green"


@pytest.fixture(scope="module")
def sample(sample_school, tmp_path_factory):
    """The sample school as the demo builds it, its clock standing still."""
    folder = shutil.copytree(sample_school(NOW), tmp_path_factory.mktemp("demo") / "data")
    services = make_services(demo_settings(folder, "http://127.0.0.1:8000"))
    services = replace(services, clock=lambda: NOW, sent_folder=folder / "sent")
    with services.store.reading() as conn:
        snapshot = load_snapshot(conn, NOW.date(), (SCHOOL,))
    yield services, SCHOOL, snapshot
    services.store.close()


async def press_everything(app, people):
    """Press every button of the first page; return what each opened."""
    opened = []
    asgi = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=asgi, base_url="http://127.0.0.1", follow_redirects=True, timeout=60
    ) as client:
        first = await client.get("/")
        for one in people:
            for _, href in one.doors:
                page = await client.post("/demo/sign-in", data={"person": one.person, "to": href})
                here = href if page.url.path.startswith(href) else page.url.path
                opened.append((one.person, href, page.status_code, here))
    return unescape(first.text), opened


def test_everybody_of_whom_a_newcomer_asks_can_be_looked_around_as(sample):
    services, school, _ = sample
    people = demo_people(services, school)
    says = " ".join(one.says for one in people)
    for role in ("headteacher", "teacher", "office", "governors", "clerk", "DSL", "trust", "new"):
        assert role in says
    app = create_app(services, demo_links=demo_links(services, school), demo_people=people)
    # In a thread of its own: a browser of another test may have a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        first, opened = pool.submit(lambda: asyncio.run(press_everything(app, people))).result()
    assert [one.says for one in people if one.says not in first] == []
    assert opened == [(one.person, href, 200, href) for one in people for _, href in one.doors]


def test_there_are_requests_of_every_standing(sample):
    services, school, snapshot = sample
    head = Reader(snapshot.schools[school], snapshot.people["hd"], "a test", snapshot)
    assert {one.standing.value for one in desk(services.store, head, NOW)} == {
        "waiting",
        "allowed",
        "noted",
        "refused",
    }


def test_the_log_has_entries_of_many_kinds_some_still_open(sample):
    services, school, snapshot = sample
    head = snapshot.people["hd"]
    found = book(services.store, LogActor(school, head, head.membership(school).roles, "a test"), NOW)
    assert {one.first.kind for one in found} == {
        "device",
        "taken",
        "event",
        "trip-phone",
        "visitor",
        "pupil-phone",
    }
    assert {one.first.kind for one in found if one.missing} == {"device", "trip-phone"}


def test_a_question_is_answered_and_another_waits(sample):
    services, school, snapshot = sample
    found = questions(services.store, snapshot, school, NOW)
    assert {"open", "settled"} <= {one.state for one in found} | {"settled" for one in found if one.reply}
    assert {one.kept.record.person for one in found} == {"g5", "y6", "st"}


def test_a_course_is_booked_and_a_completion_waits_for_the_office(sample):
    services, school, snapshot = sample
    matrix = training_of(snapshot, school, NOW)
    assert matrix.row("ta3").cells["safeguarding-training"].booked_on is not None
    assert [one.person for one in waiting(services, school)] == ["md3"]


def test_a_person_is_new_and_the_accounts_have_posts_and_looks(sample):
    _, school, snapshot = sample
    started = snapshot.people["ta5"].membership(school).starts_on
    assert started.isoformat() == "2026-11-19"
    assert {
        AccountEntryKind.POSTED,
        AccountEntryKind.LOOKED,
        AccountEntryKind.READ,
        AccountEntryKind.STATED,
    } <= {one.sort for one in snapshot.account_log}


async def frame_and_tab(app, origin):
    """Open the frame as the head, the tab in it, and then a teacher's own page; return all answers."""
    asgi = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=asgi, base_url=origin, follow_redirects=True, timeout=60
    ) as client:
        pressed = {"headers": {"Origin": origin}}
        frame = await client.post("/demo/sign-in", data={"person": "hd", "to": "/demo/teams"}, **pressed)
        tab = await client.get(BeautifulSoup(frame.text, "html.parser").select_one("iframe")["src"])
        await client.post("/demo/sign-in", data={"person": "hd", "to": "/school"}, **pressed)
        button = BeautifulSoup((await client.get("/demo/teams")).text, "html.parser").select_one("main form")
        sent = {one["name"]: one["value"] for one in button.select("input")}
        assert BeautifulSoup(
            (await client.post(button["action"], data=sent, **pressed)).text, "html.parser"
        ).select_one("iframe")
        mine = await client.post("/demo/sign-in", data={"person": "y4", "to": "/me"}, **pressed)
        return frame, tab, mine, await client.get("/demo/teams")


def test_tab_in_a_frame_like_that_of_teams_shows_counts_and_ends_with_the_next_person(sample):
    services, school, snapshot = sample
    people = demo_people(services, school)
    app = create_app(services, demo_links=demo_links(services, school), demo_people=people)
    with ThreadPoolExecutor(1) as pool:
        frame, tab, mine, refused = pool.submit(
            lambda: asyncio.run(frame_and_tab(app, "http://127.0.0.1:8000"))
        ).result()
    assert "frame-ancestors 'self'" in tab.headers["Content-Security-Policy"]
    page, shown = (BeautifulSoup(one.text, "html.parser") for one in (frame, tab))
    said = page.get_text() + shown.select_one("main").get_text()
    names = {one.name for one in snapshot.people.values()} - {snapshot.people["hd"].name}
    assert len(names) > 20
    assert [name for name in names if name in said] == []
    drawn = {one.get_text() for one in page.select(".teams-card p")}
    card = draw_card(services, school, NOW)
    assert {one["text"] for one in card["body"] if one["type"] == "TextBlock"} <= drawn
    assert mine.url.path == "/me"
    assert mine.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert refused.status_code == 403
