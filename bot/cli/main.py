"""The command line: arguments -> one action each. A command imports what it needs when it runs."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from bot import __version__
from bot.cli.exit_codes import Code, Day, Handbell, Share
from bot.rules.hash_chain import Anchor

DAY = Day()
FILE = click.Path(dir_okay=False, path_type=Path)
READABLE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
CODE = Code()
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
on_day = click.option(
    "--on", type=DAY, metavar="DATE", help="The day to look at (2026-12-04 or 4/12/2026); default today."
)
check_only = click.option("--check", is_flag=True, help="Show what would change, and change nothing.")


@click.group(cls=Handbell, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Data folder (default: ./handbell-data or $HANDBELL_DATA). Goes before the command.",
)
@click.version_option(__version__, prog_name="handbell")
@click.pass_context
def main(ctx: click.Context, data: Path | None) -> None:
    """Handbell reads a school's own policies and rings when someone has to act."""
    # What is written here is about people: no one else of this machine may read it.
    ctx.call_on_close(partial(os.umask, os.umask(0o077)))
    ctx.obj = {} if data is None else {"data": data}


@contextmanager
def _begins() -> Iterator[None]:
    """Load what lives as long as the process: the collector would look at all of it again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _day(given: date | None) -> date:
    if given is not None:
        return given
    from bot.bootstrap.services import clock
    from bot.core.clock import local_date as school_day

    return school_day(clock())


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@on_day
@as_json
@click.option("--register", type=FILE, metavar="OUT.yaml", help="Write a proposed register to this file.")
def read(files: tuple[Path, ...], on: date | None, register: Path | None, *, as_json: bool) -> None:
    """Extract dates, people, duties and contradictions from policy documents."""
    from bot.cli.documents import run

    sys.exit(run(files, _day(on), register, as_json=as_json))


@main.command()
@click.argument("register", type=FILE)
@check_only
@click.option("--yes", is_flag=True, help="Do not ask before changing.")
@click.pass_obj
def apply(given: dict[str, Any], register: Path, *, check: bool, yes: bool) -> None:
    """Show what a rules file would change, then apply it. Safe to repeat."""
    from bot.cli.register import run

    sys.exit(run(given, register, check=check, yes=yes))


@main.group()
def people() -> None:
    """The people of a setting."""


@people.command("import")
@click.argument("roster", type=FILE)
@check_only
@click.option("--setting", "school", metavar="KEY", help="Which setting, where there are several.")
@click.option("--many-leavers", is_flag=True, help="Yes, more than a fifth of the people really leave.")
@click.option("--add", is_flag=True, help="Add and update the people in the file. Nobody leaves.")
@click.pass_obj
def import_people(
    given: dict[str, Any], roster: Path, school: str | None, *, check: bool, many_leavers: bool, add: bool
) -> None:
    """Import the list of people from a CSV or Excel file. All or nothing."""
    from bot.cli.people import import_file
    from bot.people.import_service import RosterList

    listing = RosterList(whole=not add, many_leavers=many_leavers)
    sys.exit(import_file(given, roster, school, listing, check=check))


@main.command()
@check_only
@click.option("--setting", "school", metavar="KEY", help="Only this setting's, where there are several.")
@click.option("--many-leavers", is_flag=True, help="Yes, more than a fifth of the people really leave.")
@click.pass_obj
def sync(given: dict[str, Any], school: str | None, *, check: bool, many_leavers: bool) -> None:
    """Sync people from the connected directory."""
    from bot.cli.people import sync_all

    sys.exit(sync_all(given, school, check=check, many_leavers=many_leavers))


@main.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.pass_obj
def bounces(given: dict[str, Any], files: tuple[Path, ...]) -> None:
    """Record bounced emails from .eml or mbox files, so the office can see whose address is wrong."""
    from bot.cli.people import note

    sys.exit(note(given, files))


@main.command()
@on_day
@as_json
@click.pass_obj
def preview(given: dict[str, Any], on: date | None, *, as_json: bool) -> None:
    """Show the messages due on a day, with the reason for each and for anyone skipped. Sends nothing."""
    from bot.cli.planning import show_preview

    sys.exit(show_preview(given, _day(on), as_json=as_json))


@main.command()
@click.option("--from", "first", type=DAY, required=True, metavar="DATE", help="First day.")
@click.option("--until", type=DAY, required=True, metavar="DATE", help="Last day.")
@click.option(
    "--response", type=Share(), default=0.0, help="Proportion of people who act when asked (0 to 1)."
)
@click.option("--seed", type=int, default=1, help="Random seed.")
@click.option("--register", type=FILE, help="Simulate this register file instead of the stored settings.")
@click.option("--roster", type=FILE, help="With these people (a CSV file); only with --register.")
@as_json
@click.pass_obj
def simulate(given: dict[str, Any], /, *, as_json: bool, **options: Any) -> None:
    """Simulate a date range and count the messages, assuming no one acts."""
    from bot.cli.planning import SimulationOptions, show_simulation

    span = SimulationOptions(options["first"], options["until"], options["response"], options["seed"])
    sys.exit(show_simulation(given, span, options["register"], options["roster"], as_json=as_json))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.")
@click.pass_obj
def run(given: dict[str, Any], port: int | None) -> None:
    """Run web pages and scheduled jobs in one process."""
    with _begins():
        from bot.cli.server import run_all

    sys.exit(run_all(given, port))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on.")
@click.pass_obj
def web(given: dict[str, Any], port: int | None) -> None:
    """Run web pages only. Run as many as you need. Requires PostgreSQL."""
    with _begins():
        from bot.cli.server import run_web as run

    sys.exit(run(given, port))


@main.command()
@click.pass_obj
def worker(given: dict[str, Any]) -> None:
    """Run scheduled jobs and deliveries only. Run as many as you need. Requires PostgreSQL."""
    with _begins():
        from bot.cli.server import run_worker as run

    sys.exit(run(given))


@main.command()
@on_day
@as_json
@click.option("--card", is_flag=True, help="Print the dashboard of today as an Adaptive Card.")
@click.option("--setting", "school", help="Which setting's card, where there are several.")
@click.pass_obj
def status(given: dict[str, Any], on: date | None, *, as_json: bool, card: bool, school: str | None) -> None:
    """Show each school's status: done, due, overdue and not recorded."""
    from bot.cli.planning import show, show_card

    if card:
        if on is not None:
            raise click.UsageError("A card shows today: leave out --on.")
        sys.exit(show_card(given, school))
    sys.exit(show(given, _day(on), as_json=as_json))


@main.command()
@click.option("--anchor", "anchors", type=CODE, multiple=True, help="Is the ledger the one of this code?")
@click.option("--after", "packs", type=READABLE, multiple=True, help="Does the ledger continue this pack?")
@as_json
@click.pass_obj
def doctor(
    given: dict[str, Any], anchors: tuple[Anchor, ...], packs: tuple[Path, ...], *, as_json: bool
) -> None:
    """Check the installation and suggest a fix for each problem."""
    from bot.cli.doctor import LedgerCopies, examine

    sys.exit(examine(given, LedgerCopies(anchors, packs), as_json=as_json))


@main.command()
@click.argument("coverage_file", type=FILE)
@as_json
def coverage(coverage_file: Path, *, as_json: bool) -> None:
    """Count what a coverage table says Handbell does for each clause."""
    from bot.cli.documents import show

    sys.exit(show(coverage_file, as_json=as_json))


@main.group()
def evidence() -> None:
    """Export evidence for an inspector."""


@evidence.command("export")
@click.option("--as-at", type=DAY, required=True, metavar="DATE", help="As it was at the end of this day.")
@click.option("-o", "--out", type=FILE, required=True, metavar="FILE", help="The .zip file to write.")
@click.option("--setting", "school", metavar="KEY", help="Which setting; all, when none is named.")
@click.pass_obj
def export_evidence(given: dict[str, Any], as_at: date, out: Path, school: str | None) -> None:
    """Write all evidence up to a day as one file that anyone can check."""
    from bot.cli.evidence import write_pack as write

    sys.exit(write(given, as_at, out, school))


@evidence.command("make-key")
def make_signing_key() -> None:
    """Print a new key that signs evidence packs, and its fingerprint on stderr."""
    from bot.cli.evidence import make_key

    sys.exit(make_key())


@main.command()
@click.argument("pack", type=FILE)
@click.option("--key", metavar="FINGERPRINT", help="The school's key, from its report to governors.")
@click.option("--anchor", "anchors", type=CODE, multiple=True, help="A code of the ledger noted earlier.")
@click.option("--after", type=READABLE, metavar="PACK", help="An earlier pack, which this one must continue.")
@click.option("--authority", type=READABLE, metavar="PEM", help="Certificates of who gave its time stamps.")
@as_json
def verify(pack: Path, anchors: tuple[Anchor, ...], *, as_json: bool, **known: Any) -> None:
    """Verify an evidence file offline. Exits 1 if anything in it was changed.

    Only with --key does it prove whose evidence it is.
    """
    from bot.cli.verify import verify as check
    from bot.evidence_pack.verify import VerificationInputs

    sys.exit(check(pack, VerificationInputs(anchors=anchors, **known), as_json=as_json))


@main.command()
@click.argument("out", type=FILE)
@click.pass_obj
def backup(given: dict[str, Any], out: Path) -> None:
    """Back up to one file while Handbell is running. Case keys are not included.

    An earlier file of that name is replaced once the new one is whole.
    """
    from bot.cli.evidence import write_backup as write

    sys.exit(write(given, out))


@main.command()
@click.argument("source", type=FILE)
@click.pass_obj
def restore(given: dict[str, Any], source: Path) -> None:
    """Restore a backup into an empty installation. All or nothing."""
    from bot.cli.evidence import restore as put_back

    sys.exit(put_back(given, source))


@main.group()
def report() -> None:
    """Reports without case details."""


@report.command()
@click.option("-o", "--out", type=FILE, required=True, metavar="FILE", help="The PDF to write.")
@click.option("--setting", "school", metavar="KEY", help="Which setting, where there are several.")
@click.option("--from", "first", type=DAY, metavar="DATE", help="First day; default the term's first.")
@click.pass_obj
def governors(given: dict[str, Any], out: Path, school: str | None, first: date | None) -> None:
    """Write the governors' termly report: numbers and lessons, no names, nothing under five."""
    from bot.cli.evidence import write_report as write

    sys.exit(write(given, out, school, first))


@main.group()
def admin() -> None:
    """Administrator sign-in."""


@admin.command("link")
@click.option("--setting", "school", metavar="KEY", help="Which setting, where there are several.")
@click.option(
    "--email", metavar="ADDRESS", help="Whose link: the head's (default) or the business manager's."
)
@click.pass_obj
def admin_link(given: dict[str, Any], school: str | None, email: str | None) -> None:
    """Print a single-use sign-in link for the first administrator, valid for 24 hours."""
    from bot.cli.people import print_link

    sys.exit(print_link(given, school, email))


@admin.command("confirm")
@click.option("--setting", "school", metavar="KEY", help="Which setting, where there are several.")
@click.option("--email", metavar="ADDRESS", help="Whose roles: the head's (default), or this person's.")
@click.pass_obj
def admin_confirm(given: dict[str, Any], school: str | None, email: str | None) -> None:
    """Confirm who holds a role that opens cases, where no one confirmed can do it on a page."""
    from bot.cli.people import confirm

    sys.exit(confirm(given, school, email))


@main.command()
@click.argument("name")
@click.option("--head", required=True, metavar="NAME", help="Who leads it, and signs in first.")
@click.option("--email", required=True, metavar="ADDRESS", help="Their e-mail address.")
@click.pass_obj
def begin(given: dict[str, Any], name: str, head: str, email: str) -> None:
    """Create a new school. The head finishes set-up in the browser. Nothing is sent until they go live."""
    from bot.cli.register import begin as run

    sys.exit(run(given, name, head, email))


@main.group()
def google() -> None:
    """The school's Google Workspace."""


@google.command("form")
@click.pass_obj
def google_form(given: dict[str, Any]) -> None:
    """Make the form that people report by, in the mailbox's Drive. Safe to repeat."""
    from bot.cli.people import form

    sys.exit(form(given))


@main.group()
def microsoft() -> None:
    """The school's Microsoft 365."""


@microsoft.command("setup")
@click.option("--address", required=True, metavar="URL", help="The https address people open Handbell at.")
@click.option("--mailbox", required=True, metavar="EMAIL", help="The shared mailbox that email leaves from.")
@click.option("--site", metavar="URL", help="The SharePoint site of the lists of cases and reports.")
@click.option("--policies", metavar="URL", help="The SharePoint site of the policies.")
@click.option("--library", metavar="NAME", help="Its library, where the site has several.")
@click.option("--group", "groups", multiple=True, metavar="ROLE=GROUP", help='staff="All staff", and so on.')
@click.option("--school", metavar="KEY", help="The school's key in its rules.")
@click.option("--teams", is_flag=True, help="Upload the app to Teams as well.")
@click.option(
    "--tenant", default="organizations", metavar="DOMAIN", help="Only where you sign in to several."
)
@click.option("--settings", "file", type=FILE, default="microsoft.env", metavar="FILE", show_default=True,
              help="Where the settings go, for this user alone.")  # fmt: skip
@click.option("--browser", is_flag=True, help="Sign in with this machine's browser, where codes are blocked.")
@check_only
@click.pass_obj
def microsoft_setup(given: dict[str, Any], /, **asked: Any) -> None:
    """Register Handbell in Microsoft 365, as its administrator. Safe to repeat."""
    from bot.cli.microsoft import SetupOptions, setup

    sys.exit(setup(given, SetupOptions(**asked)))


@main.group()
def teams() -> None:
    """The app in the school's Microsoft Teams."""


@teams.command("package")
@click.option("-o", "--out", type=FILE, required=True, metavar="FILE", help="The .zip to write.")
@click.pass_obj
def teams_package(given: dict[str, Any], out: Path) -> None:
    """Make the app that is uploaded to Teams: its manifest and its icons."""
    from bot.cli.teams_package import package

    sys.exit(package(given, out))


@main.group()
def cases() -> None:
    """The keys that seal reports and cases."""


@cases.command("make-key")
def make_key() -> None:
    """Print a new key. Keep it apart from the data folder and from its backups."""
    from bot.cli.people import make_key as print_key

    sys.exit(print_key())


@cases.command("rotate-keys")
@click.pass_obj
def rotate_keys(given: dict[str, Any]) -> None:
    """Re-encrypt every case with the newest key, the first in HANDBELL_CASE_KEYS. All or nothing."""
    from bot.cli.people import rotate_keys as rotate

    sys.exit(rotate(given))


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, help="Port to listen on.")
@click.pass_obj
def demo(given: dict[str, Any], port: int) -> None:
    """Run a sample school on today's date in a fresh folder, until Ctrl-C."""
    from bot.cli.demo import run_demo

    sys.exit(run_demo(given, port))
