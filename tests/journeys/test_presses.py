"""How many presses ten common deeds take in the sample school, from a figure or a row.

A link, a button and a choice are a press each; what is typed is not counted. Everything is pressed
where the page shows it, in its main part, without scripts.
"""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin

import httpx
import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.services import make_services
from bot.bootstrap.web_app import create_app
from bot.cli.demo import demo_links, demo_people, demo_settings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SCHOOL = "merriwell-green"
HEAD = "hd"


class Hand:
    """A person's hand on a page: it presses what is there, and counts."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.presses = 0
        self.typed: dict[str, str] = {}
        self.page = BeautifulSoup("", "html.parser")
        self.status = 0

    async def start(self, person: str, path: str) -> None:
        self._shown(await self.client.post("/demo/sign-in", data={"person": person, "to": path}))
        assert self.at.path == path.split("?", maxsplit=1)[0]
        self.presses = 0

    def _shown(self, response: httpx.Response) -> None:
        assert response.status_code == 200, (response.url, response.status_code)
        self.at = response.url
        self.page = BeautifulSoup(response.text, "html.parser")
        self.typed = {}

    def _only(self, tag: str, words: str):
        """The first element of the page's main part whose words begin so."""
        found = [
            one
            for one in self.page.main.find_all(tag)
            if re.match(words, " ".join(one.get_text(" ").split()))
        ]
        assert found, (str(self.at), tag, words)
        return found[0]

    async def follow(self, words: str) -> None:
        link = self._only("a", words)
        self.presses += 1
        self._shown(await self.client.get(urljoin(str(self.at), link["href"])))

    def choose(self, name: str, value: str) -> None:
        assert self.page.main.find("input", {"name": name, "value": value}), (name, value)
        self.presses += 1
        self.typed[name] = value

    def write(self, **fields: str) -> None:
        for name in fields:
            assert self.page.main.find(["input", "textarea", "select"], {"name": name}), name
        self.typed |= fields

    async def press(self, words: str) -> None:
        button = self._only("button", words)
        form = button.find_parent("form")
        sent = {
            one["name"]: one.get("value", "")
            for one in form.find_all("input")
            if one.get("name")
            and (one.get("type") not in {"radio", "checkbox", "file"} or one.has_attr("checked"))
        }
        sent |= {one["name"]: one.get_text() for one in form.find_all("textarea")}
        for one in form.find_all("select"):
            option = one.find("option", selected=True) or one.find("option")
            sent[one["name"]] = option.get("value", "") if option else ""
        sent |= {name: value for name, value in self.typed.items() if form.find(attrs={"name": name})}
        if button.get("name"):
            sent[button["name"]] = button.get("value", "")
        self.presses += 1
        target = button.get("formaction") or form.get("action") or str(self.at)
        files = {"certificate": ("", b"")} if form.get("enctype") == "multipart/form-data" else None
        self._shown(await self.client.post(urljoin(str(self.at), target), data=sent, files=files))


async def record_training(hand: Hand) -> None:
    await hand.start(HEAD, "/school")
    await hand.follow(r"1 overdue in Training")
    await hand.follow("Record training")
    hand.write(finished_on="2026-11-18", provider="The council")
    await hand.press("Send to the office|Record")


async def sign_on_paper(hand: Hand) -> None:
    await hand.start(HEAD, "/school")
    await hand.follow(r"\d+ not recorded in Reading policies")
    await hand.follow("Done on paper")
    hand.choose("things", hand.page.main.find("input", {"name": "things"})["value"])
    hand.write(name="Adam Sorley", signed_on="2026-11-18", witness="Carol Whitlow")
    await hand.press("Record signatures")


async def open_from_reading(hand: Hand, name: str) -> None:
    await hand.start(HEAD, "/school")
    await hand.follow(r"\d+ not recorded in Reading policies")
    await hand.follow(name)


async def excuse_somebody(hand: Hand) -> None:
    await open_from_reading(hand, "Adam Sorley")
    await hand.follow("Excuse : Child Protection")
    hand.choose("reason", "next-session")
    hand.write(until="2026-12-04")
    await hand.press("Save excuse")


async def hold_reminders(hand: Hand) -> None:
    await open_from_reading(hand, "Ravi Menon")
    await hand.follow("Hold their reminders")
    hand.choose("reason", "talking")
    hand.write(until="2026-12-01")
    await hand.press("Hold reminders")


async def remind_now(hand: Hand) -> None:
    await hand.start(HEAD, "/school")
    await hand.follow(r"\d+ due soon in (?:Agreements|Reading policies)")
    await hand.follow("Ines Moreau")
    await hand.press("Remind now")


async def answer_a_refusal(hand: Hand) -> None:
    await hand.start(HEAD, "/me")
    await hand.follow("Answer : George Ashdown")
    hand.write(words="Let us talk about it on Monday.")
    await hand.press("Send answer")


async def decide_on_an_account(hand: Hand) -> None:
    await hand.start(HEAD, "/me")
    await hand.follow("Decide : Samuel Kerr")
    hand.choose("answer", "declined")
    hand.write(conditions="Use the account that is there.")
    await hand.press("Save decision")


async def accept_a_certificate(hand: Hand) -> None:
    await hand.start(HEAD, "/me")
    await hand.follow("Check certificate")
    await hand.press("Accept")


async def look_at_an_account(hand: Hand) -> None:
    await hand.start(HEAD, "/me")
    await hand.follow("See account")
    await hand.press("Checked: all fine")


async def add_a_meeting(hand: Hand) -> None:
    await hand.start(HEAD, "/me")
    await hand.follow("Add meetings")
    hand.write(body="resources-committee", on="2027-01-21")
    await hand.press("Add meeting")


Deed = Callable[[Hand], Awaitable[None]]
DEEDS: tuple[tuple[Deed, int], ...] = (
    (record_training, 3),
    (sign_on_paper, 4),
    (excuse_somebody, 5),
    (hold_reminders, 5),
    (remind_now, 3),
    (answer_a_refusal, 2),
    (decide_on_an_account, 3),
    (accept_a_certificate, 2),
    (look_at_an_account, 2),
    (add_a_meeting, 2),
)


@pytest.fixture(scope="module")
def sample(sample_school, tmp_path_factory):
    """The sample school as the demo builds it, its clock standing still."""
    folder = shutil.copytree(sample_school(NOW), tmp_path_factory.mktemp("presses") / "data")
    services = make_services(demo_settings(folder, "http://127.0.0.1:8000"))
    services = replace(services, clock=lambda: NOW, sent_folder=folder / "sent")
    yield services
    services.store.close()


def entries(services):
    with services.store.reading() as conn:
        return conn.exec_driver_sql("SELECT count(*) FROM ledger").scalar_one()


@pytest.mark.parametrize(("deed", "presses"), DEEDS, ids=lambda one: getattr(one, "__name__", None))
def test_a_common_deed_takes_so_many_presses(sample, deed, presses):
    people = demo_people(sample, SCHOOL)
    app = create_app(sample, demo_links=demo_links(sample, SCHOOL), demo_people=people)

    async def act():
        asgi = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=asgi, base_url="http://127.0.0.1", follow_redirects=True, timeout=60
        ) as client:
            hand = Hand(client)
            await deed(hand)
            return hand

    before = entries(sample)
    with ThreadPoolExecutor(1) as pool:
        hand = pool.submit(lambda: asyncio.run(act())).result()
    assert hand.page.select("[role=alert], .error-summary") == []
    assert entries(sample) > before
    assert hand.presses == presses
