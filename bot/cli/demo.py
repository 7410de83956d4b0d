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

from bot.bootstrap.services import clock, make_services
from bot.cli.server import listen, serve
from bot.core.clock import local_date
from bot.core.config import Config, load_settings
from bot.core.encryption import new_master_key
from bot.core.errors import BadInput, Problem
from bot.core.telemetry import start_logging
from bot.demo.scenes import passphrase
from bot.demo.school import StoryClock, last_post, play, settle_in, write_school
from bot.demo.teams_pages import FRAME
from bot.demo.trust_schools import settle_trust_schools
from bot.messages import store as message_store
from bot.records.people import roster
from bot.services import Services
from bot.web.context import DemoLink, DemoPerson
from connectors.local.folder_mailer import FolderMailer
from connectors.local.roster import CsvRoster

CASE_KEY = "case.key"
# Who may be looked around as: key, what they are, and the pages that are most theirs.
TODAY, ACCOUNTS, CASES, LOG = (
    ("Today", "/me"),
    ("Accounts", "/accounts"),
    ("Cases", "/cases"),
    ("Log", "/log"),
)
GOVERNORS, TRAINING = ("Governors", "/governors"), ("Training", "/training")
MY_REQUESTS = ("Requests and declarations", "/me/requests")
PEOPLE = (
    ("hd", "headteacher", (TODAY, ("The school", "/school"), ("In Teams", FRAME))),
    ("y4", "teacher, runs the school’s accounts", (TODAY, ACCOUNTS)),
    ("of", "office", (("Office", "/office"), TRAINING)),
    ("gc", "chair of governors", (GOVERNORS, ("Summary", "/governors/overview"))),
    ("ta5", "teaching assistant, new this week", (TODAY, MY_REQUESTS)),
    ("cl", "clerk", (GOVERNORS, TODAY)),
    ("dh", "deputy head and safeguarding lead (DSL)", (CASES, LOG)),
    ("tl", "safeguarding lead of the trust", (("The trust", "/school/trust"), TODAY)),
)
TEACHERS = ("y5", "y6", "y3", "y1", "y2b", "y2", "y4", "ey")


def run_demo(given: dict[str, Any], port: int) -> int:
    """Write the school, live its last three weeks, print where to begin and serve until Ctrl-C."""
    with _folder(given.get("data")) as data:
        listening = listen("127.0.0.1", port)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = demo_settings(data, address)
        start_logging(settings.log_level)
        click.echo("Writing the sample school and playing its last three weeks ...")
        services, school = build(settings, clock(), trust=True)
        links = demo_links(services, school)
        _say(links, services)
        serve(settings, services, listening, links, demo_people(services, school))
    return 0


def demo_settings(data: Path, address: str) -> Config:
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
        case_keys=_case_key(data),
        log_level="warning",
    )


def build(settings: Config, now: datetime, *, trust: bool = False) -> tuple[Services, str]:
    """Create the sample school, with `trust` two more; return its services and its key."""
    today, until = local_date(now), last_post(now)
    files = write_school(settings.data / "school", today)
    sent = settings.data / "sent"
    services = replace(make_services(settings), sent_folder=sent)
    story_clock = StoryClock(until)
    playing = replace(services, mailer=FolderMailer(sent, story_clock))
    if trust:
        settle_trust_schools(playing, story_clock, settings.data / "trust", today)
    school = settle_in(services, files.register, CsvRoster(files.roster).roster(), today)
    since = CsvRoster(files.roster_since).roster()
    play(playing, story_clock, school, since, today=today, until=until)
    return services, school


def demo_links(services: Services, school: str) -> tuple[DemoLink, ...]:
    """Make the links of the first page that need no one signed in: a message and a reporter's inbox."""
    with services.store.reading() as conn:
        posted = message_store.recent(conn, school=school, limit=500)
    asked = [one for one in posted if one.person in TEACHERS and one.state == "sent" and one.items]
    asked.sort(key=lambda one: TEACHERS.index(one.person))
    message = f"/sent/{quote(asked[0].id, safe='')}.eml"
    says = f"Somebody reported without a name. Their passphrase: {passphrase(services)}"
    return (
        DemoLink("A teacher's message", "Open it, follow its link, answer.", message),
        DemoLink("A reporter's inbox", says, f"/report/{school}/inbox"),
        DemoLink("Report something", "The form for anyone who has a concern.", f"/report/{school}"),
    )


def demo_people(services: Services, school: str) -> tuple[DemoPerson, ...]:
    """List the people anyone may be in the demo, each with the pages that are theirs."""
    with services.store.reading() as conn:
        known = roster(conn, school)
    return tuple(DemoPerson(school, key, f"{known[key].name}, {what}", doors) for key, what, doors in PEOPLE)


def _say(links: tuple[DemoLink, ...], services: Services) -> None:
    """Print each address beside what it is; the inbox is the second of the links, its passphrase under it."""
    at = services.base_url
    lines = [(link.title, f"{at}{link.href}") for link in links]
    lines.insert(2, ("  its passphrase", passphrase(services)))
    lines += [("Sent messages", f"{at}/sent")]
    width = max(len(title) for title, _ in lines)
    for title, says in lines:
        click.echo(f"  {title.ljust(width)}  {says}")
    click.echo("Begin at the address below: its first page lets you look around as anybody of the school.")


def _case_key(data: Path) -> str:
    """Return the demo's case key, made once. A school keeps its own outside the data folder."""
    path = data / CASE_KEY
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(new_master_key(), encoding="ascii")
    return path.read_text(encoding="ascii")


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """Return the folder named, which must be empty and is kept; or a new one, taken away at the end."""
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
