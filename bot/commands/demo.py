"""handbell demo: the sample school on today's date, all in one process and a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from bot.actions.gather import school_day
from bot.bootstrap import clock, make_services
from bot.commands.run import listen, serve
from bot.errors import BadInput, Problem
from bot.links import Link
from bot.log import start_logging
from bot.sample.school import write_school
from bot.sample.story import StoryClock, last_post, play, settle_in
from bot.sealing import new_master_key
from bot.services import Services
from bot.settings import Settings, load_settings
from bot.store import outbox
from bot.web.visit import DemoLink
from connectors.local.folder import FolderMailer
from connectors.local.roster import CsvRoster

HEAD = "hd"
TEACHERS = ("y5", "y6", "y3", "y1", "y2b", "y2", "y4", "ey")


def run_demo(given: dict[str, Any], port: int) -> int:
    """Write the school, live its last three weeks, print two links and serve until Ctrl-C."""
    with _folder(given.get("data")) as data:
        listening = listen("127.0.0.1", port)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = demo_settings(data, address)
        start_logging(settings.log_level)
        click.echo("Writing the sample school and playing its last three weeks ...")
        services, setting = build(settings, clock())
        links = demo_links(services, setting)
        _say(links, address)
        serve(settings, services, listening, links)
    return 0


def demo_settings(data: Path, address: str) -> Settings:
    """Set what the demo needs, whatever the environment says: no message may leave this machine."""
    return load_settings(
        data=data,
        base_url=address,
        mail="folder",
        database_url=None,
        mail_from="office@merriwell.example",
        mail_from_name="Merriwell Green Primary School",
        roster_csv=None,
        roster_setting=None,
        case_keys=new_master_key(),
        log_level="warning",
    )


def build(settings: Settings, now: datetime) -> tuple[Services, str]:
    """Make the school in the settings' folder as it stands at `now`; give its services and its key."""
    today, until = school_day(now), last_post(now)
    school = write_school(settings.data / "school", today)
    sent = settings.data / "sent"
    services = replace(make_services(settings), sent_folder=sent)
    story_clock = StoryClock(until)
    setting = settle_in(services, school.register, CsvRoster(school.roster).roster(), today)
    play(replace(services, mailer=FolderMailer(sent, story_clock)), story_clock, today, until)
    return services, setting


def demo_links(services: Services, setting: str) -> tuple[DemoLink, ...]:
    """Make the two links people begin with: a teacher's latest message, and the school's status."""
    with services.store.reading() as conn:
        posted = outbox.recent(conn, setting=setting, limit=500)
    asked = [one for one in posted if one.person in TEACHERS and one.state == "sent" and one.items]
    asked.sort(key=lambda one: TEACHERS.index(one.person))
    status = services.links.make(Link("status", setting, HEAD), services.clock())
    message = DemoLink(
        "A teacher's message", "Open it, follow its link, answer.", f"/sent/{quote(asked[0].id, safe='')}.eml"
    )
    return (message, DemoLink("The school's status", "What the headteacher sees.", f"/s/{status}"))


def _say(links: tuple[DemoLink, ...], address: str) -> None:
    width = max(len(link.title) for link in links)
    for link in links:
        click.echo(f"  {link.title.ljust(width)}  {address}{link.href}")
    click.echo(f"  {'Sent messages'.ljust(width)}  {address}/sent")


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """Give the folder named, which must be empty and is kept; or a new one, taken away at the end."""
    if wanted is None:
        made = Path(tempfile.mkdtemp(prefix="handbell-demo-"))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return
    if wanted.exists() and any(wanted.iterdir()):
        right = "Name a folder that is empty or not there yet, or leave --data out."
        raise BadInput([Problem("demo", None, "--data", f"{wanted} is not empty", right)])
    yield wanted
