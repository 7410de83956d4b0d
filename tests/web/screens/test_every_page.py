"""Every page in a real Chromium, light on a phone and dark on a desk: no fault by axe, nothing sideways.

The pictures of the same pages are made by `make screens`.
"""

import re
from itertools import groupby

import pytest
from matrix import WHOLE

pytestmark = pytest.mark.browser

LIGHT, DARK = (360, "light"), (1280, "dark")
# What a first page may weigh in all: its HTML and every file it asks for.
HEAVIEST = 100_000


def test_every_get_route_is_listed_once(world):
    assert world.unknown_routes() == []


def test_every_page_has_no_fault_and_fits(world, reader, every_page, faults):
    found, first = [], {page.route: page for page in reversed(every_page)}
    for who, pages in groupby(sorted(every_page, key=lambda page: page.who), key=lambda page: page.who):
        with reader(who) as tab:
            for page in pages:
                found += looked_at(tab, world, page, faults, both=WHOLE or first[page.route] is page)
    assert found == []


def looked_at(tab, world, page, faults, *, both):
    """List what is wrong with a page, in the light on a phone and, where `both`, in the dark on a desk."""
    name = f"{world.at(page)[:60]} {page.who} {page.state}"
    answer = tab.goto(world.address + world.at(page))
    if answer.status != page.status:
        yield f"{name}: {answer.status}"
    world.press(tab, page)
    for width, scheme in (LIGHT, DARK)[: 1 + both]:
        tab.set_viewport_size({"width": width, "height": 800})
        tab.emulate_media(color_scheme=scheme)
        yield from faults(tab, f"{name} {scheme}", width, only_looks=scheme == "dark")


def test_every_first_page_weighs_less_than_100_kb(world, every_page):
    heavy, weights = [], {}
    for page in every_page:
        with world.client(page.who) as client:
            html = client.get(world.at(page))
            asked_for = re.findall(r'(?:src|href)="(/static/[^"]+)"', html.text)
            for one in set(asked_for) - weights.keys():
                weights[one] = len(client.get(one).content)
        weight = len(html.content) + sum(weights[one] for one in set(asked_for))
        if weight > HEAVIEST:
            heavy.append(f"{world.at(page)[:60]} {page.who}: {weight / 1000:.0f} kB")
    assert heavy == []
