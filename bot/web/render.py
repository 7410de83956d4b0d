"""Templates to responses, and pagination of long lists.

One Jinja environment for all packages: escaping is always on, and an undefined value is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Generic, TypeVar

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.core.clock import local_date
from bot.core.dates import due, full_date, local_instant, long_date, parse_date, short_date, short_instant
from bot.core.text import capitalise, count, join_words
from bot.rules.duties import state_word

One = TypeVar("One")
# So many stand on one page: a phone scrolls through them in a moment.
LEAF = 20


@dataclass(frozen=True, slots=True)
class PageOfList(Generic[One]):
    """Some of a list: the `first` to the `last` of `total`, counted from 1.

    `before`, `after`: the numbers of the leaves beside it; 0: there is none.
    """

    items: tuple[One, ...]
    number: int
    first: int
    last: int
    total: int
    before: int
    after: int

    @property
    def whole(self) -> bool:
        """Return whether this is all of the list."""
        return len(self.items) == self.total


def leaf(every: Sequence[One], number: int, length: int = LEAF) -> PageOfList[One]:
    """Open a list at a leaf of so many; a number that is not there, at the nearest one that is."""
    last_leaf = max(1, -(-len(every) // length))
    at = min(max(number, 1), last_leaf)
    items = tuple(every[(at - 1) * length : at * length])
    first = (at - 1) * length + 1 if items else 0
    after = at + 1 if at < last_leaf else 0
    return PageOfList(items, at, first, (at - 1) * length + len(items), len(every), at - 1, after)


STATIC = {
    path.name: path.read_bytes()
    for path in files("bot.web").joinpath("static").iterdir()
    if path.name.endswith((".css", ".svg", ".js"))
}


def static_address(name: str) -> str:
    """Return a static file's address; it changes with the file, so it may be kept for ever."""
    return f"/static/{name}?v={sha256(STATIC[name]).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders a template as an answer. `theme`: the one asked for; empty: the device decides."""

    environment: Environment
    theme: str = ""

    def show(self, template: str, *, now: datetime, status: int = 200, **values: object) -> HTMLResponse:
        """Render `template`; `now` is what dates on the page are counted from."""
        today = values.pop("today", None) or local_date(now)
        values.setdefault("theme", self.theme)
        html = self.environment.get_template(template).render(now=now, today=today, **values)
        return HTMLResponse(html, status_code=status)


@cache
def make_pages(packages: tuple[str, ...]) -> Pages:
    """Make the environment every page is rendered in: once, for it keeps the templates it has read.

    `packages`: those with a folder `templates`. No two of them have a template of the same name.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": full_date,
        "short_day": short_date,
        "instant": local_instant,
        "short_instant": short_instant,
        "count": count,
        "either": partial(join_words, last="or"),
        "together": join_words,
        "capitalise": capitalise,
        "due": due,
        "state_word": state_word,
        "day_words": _day_words,
    }
    environment.globals["static"] = static_address
    return Pages(environment)


def _day_words(text: str) -> str:
    """Return an ISO day as people read it; empty where the text is no day."""
    on = parse_date(text)
    return long_date(on) if on else ""
