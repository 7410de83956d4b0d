"""Templates to answers. One environment: escaping always on, a missing value is a defect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.actions.gather import school_day
from bot.messages.days import due
from bot.web import words

STATIC = {
    path.name: path.read_bytes()
    for path in files("bot.web").joinpath("static").iterdir()
    if path.name.endswith((".css", ".svg", ".js"))
}


def static_address(name: str) -> str:
    """Give a static file's address; it changes with the file, so it may be kept for ever."""
    return f"/static/{name}?v={sha256(STATIC[name]).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders a template as an answer. `theme`: the one asked for; empty: the device decides."""

    environment: Environment
    theme: str = ""

    def show(self, template: str, *, now: datetime, status: int = 200, **values: object) -> HTMLResponse:
        """Render `template`; `now` is what dates on the page are counted from."""
        today = values.pop("today", None) or school_day(now)
        values.setdefault("theme", self.theme)
        html = self.environment.get_template(template).render(now=now, today=today, **values)
        return HTMLResponse(html, status_code=status)


@cache
def make_pages() -> Pages:
    """Make the environment every page is rendered in: once, for it keeps the templates it has read."""
    environment = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for word in (words.day, words.short_day, words.instant, words.count, words.either, words.capitalise, due):
        environment.filters[word.__name__] = word
    environment.globals["static"] = static_address
    return Pages(environment)
