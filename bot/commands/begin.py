"""handbell begin: a new school with nothing but its name and its head, who does the rest on its pages."""

from __future__ import annotations

import re
from typing import Any

import click

from bot.actions.gather import school_day
from bot.actions.office_people import looks_like_address
from bot.actions.office_start import begin_school, first_head
from bot.actions.sign_in import make_first_link
from bot.bootstrap import clock, make_services
from bot.domain.people import Setting
from bot.errors import BadInput, Problem
from bot.settings import load_settings
from bot.store import registers

LONGEST_KEY = 40


def run(given: dict[str, Any], name: str, head: str, email: str) -> int:
    """Begin the school and print the link that signs its head in once."""
    if not looks_like_address(email):
        right = "Give the head's own, such as jo.bell@school.example."
        raise BadInput([Problem("begin", None, "--email", f'"{email}" is not an e-mail address', right)])
    services, now = make_services(load_settings(**given)), clock()
    key = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:LONGEST_KEY].strip("-")
    try:
        with services.store.reading() as conn:
            known = registers.setting_keys(conn)
        if not key or key in known:
            wrong = f'"{key}" is there already' if key else "has no letters to make a key of"
            raise BadInput([Problem("begin", None, "NAME", wrong, "Give another name.")])
        setting = Setting(key, name, since=school_day(now))
        begin_school(services.store, setting, first_head(key, head, email), now, "command line")
        address, _ = make_first_link(services, key, email, now)
    finally:
        services.store.close()
    click.echo(address)
    click.echo(f"It signs {head} in once, within 24 hours. Then: First steps, under Office.", err=True)
    return 0
