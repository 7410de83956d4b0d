"""`make screens`: a picture of every page in every look, a contact sheet and a table, in build/screens."""

import html
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

LOOKS = {
    "phone-light": {"width": 360},
    "phone-dark": {"width": 360, "dark": True},
    "desk-light": {"width": 1280},
    "desk-dark": {"width": 1280, "dark": True},
}
FORCED = {"desk-forced": {"width": 1280, "forced": True}}
SEEN_FORCED = {"/", "/me", "/school", "/governors", "/d/{token}", "/log"}
TIMES = 5


@pytest.fixture(scope="session")
def folder():
    """Where the pictures go: build/screens, which git ignores; SCREENS names another folder."""
    folder = Path(os.environ.get("SCREENS", Path(__file__).resolve().parents[3] / "build" / "screens"))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    return folder


@dataclass
class Seen:
    """What was seen of one page: its pictures, what axe found, the bytes of its first load, its time."""

    number: int
    page: object
    allowed: str
    pictures: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    weight: int = 0
    ms: float = 0


def test_every_page_is_photographed(world, reader, every_page, faults, folder):
    assert world.unknown_routes() == []
    rows = []
    for number, page in enumerate(every_page, 1):
        if not page.route.startswith(os.environ.get("ONLY", "")):
            continue
        seen = Seen(number, page, world.allowed(page))
        for look, size in (LOOKS | (FORCED if page.route in SEEN_FORCED else {})).items():
            seen.pictures[look] = f"{number:03}-{look}.png"
            with reader(page.who, **size) as tab:
                seen.weight = max(seen.weight, first_load(tab, world.address + world.at(page)))
                world.press(tab, page)
                tab.screenshot(path=folder / seen.pictures[look], full_page=True)
                seen.wrong += faults(tab, look, size["width"])
        seen.ms = server_ms(world, page)
        rows.append(seen)
    (folder / "PAGES.md").write_text(table(rows), encoding="utf-8")
    (folder / "index.html").write_text(contact_sheet(rows), encoding="utf-8")
    print(f"{len(rows)} pages and states, {sum(len(one.pictures) for one in rows)} pictures in {folder}")
    assert [(one.page.address, wrong) for one in rows for wrong in one.wrong] == []


def first_load(tab, address):
    """Open a page; return the bytes of everything it asked for."""
    loaded = []

    def keep(request):
        loaded.append(request)

    tab.on("requestfinished", keep)
    tab.goto(address, wait_until="load")
    tab.wait_for_function("document.fonts.status == 'loaded'")
    weight = sum(one.sizes()["responseBodySize"] for one in loaded)
    tab.remove_listener("requestfinished", keep)
    return weight


def server_ms(world, page):
    """The median of five answers, in milliseconds, as a client beside the server sees them."""
    taken = []
    with world.client(page.who) as client:
        for _ in range(TIMES):
            began = time.perf_counter()
            client.get(world.at(page))
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def table(rows):
    lines = [
        "| page | who sees it | looked at by | state | axe violations | kB of first load | server ms |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {one.page.route} | {one.allowed} | {one.page.who or 'nobody signed in'} | {one.page.state} "
        f"| {'; '.join(one.wrong) or 0} | {one.weight / 1000:.1f} | {one.ms:.0f} |"
        for one in rows
    ]
    return "\n".join(lines) + "\n"


def contact_sheet(rows):
    """One page with every picture on it, small; a click opens it."""
    parts = []
    for one in rows:
        name = html.escape(f"{one.number}. {one.page.route} {one.page.who} {one.page.state}")
        shown = [
            f'<a href="{file}"><img loading="lazy" src="{file}" alt="{name}, {look}"></a>'
            for look, file in one.pictures.items()
        ]
        parts.append(f"<h2>{name}</h2><p>{''.join(shown)}</p>")
    style = "body{font:14px system-ui}img{height:420px;margin:4px;border:1px solid #999;vertical-align:top}"
    head = f'<!doctype html><meta charset="utf-8"><title>Every page</title><style>{style}</style>'
    return "\n".join([head, *parts])
