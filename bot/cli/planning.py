"""handbell preview and handbell simulate: what would go out, to whom, why; and who is skipped, why.

handbell status: the dashboard's figures in a terminal.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import click

from bot.bootstrap.services import clock, make_services, open_data
from bot.cli.register import trial_store
from bot.cli.show import print_json, print_rows, progress, record_as_json, show_waiting
from bot.core.clock import local_date
from bot.core.config import load_settings
from bot.core.dates import full_date
from bot.core.errors import BadInput, Problem
from bot.dashboard.service import read_dashboard
from bot.dashboard.weekly_card import card_facts, dashboard_card
from bot.database.engine import Store
from bot.forecast.preview import ExpectedMessage, NotLive, Preview, preview, preview_not_live
from bot.forecast.simulate import nobody, simulate
from bot.planning.plan import DailyMessage, Plan, Reminder
from bot.planning.record_events import waits, waits_of
from bot.planning.store import load_in_batches, load_snapshot
from bot.records import register as record_register
from bot.status.model import figures


@dataclass(frozen=True, slots=True)
class SimulationOptions:
    """Which days to play, and how many of the people asked do what they are asked on that day."""

    first: date
    last: date
    response: float = 0.0
    seed: int = 1

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def show_preview(given: dict[str, Any], on: date, *, as_json: bool) -> int:
    """Print the plan of one day."""
    store = open_data(load_settings(**given))
    decided, waiting = preview(store, on, clock()), preview_not_live(store, on)
    if as_json:
        not_live = {"not_live": [_not_live_as_json(one) for one in waiting]} if waiting else {}
        print_json(plan_as_json(decided) | letters_as_json(decided) | not_live)
        return 0
    click.secho(f"{full_date(on)}: {len(decided.notices)} people would get a message", bold=True)
    print_rows([_row(notice) for notice in decided.notices])
    _show_letters(decided)
    click.secho(f"\n{len(decided.skipped)} skipped", bold=True)
    reasons = Counter(skip.reason for skip in decided.skipped)
    print_rows([(str(count), reason) for reason, count in reasons.most_common()])
    for one in waiting:
        click.secho(f"\n{_not_live(one)}", bold=True)
        print_rows([_row(notice) for notice in one.first.notices])
        _show_letters(one.first)
    show_waiting(waits(store))
    return 0


def _show_letters(day: Preview) -> None:
    if day.letters:
        many = "1 letter" if len(day.letters) == 1 else f"{len(day.letters)} letters"
        click.secho(f"\nbesides, {many} known before", bold=True)
        print_rows([(one.school, one.person, one.kind, one.says) for one in day.letters])


def _not_live(one: NotLive) -> str:
    day = f"goes live on {full_date(one.live_on)}" if one.live_on else "has no day yet on which it goes live"
    first = f"On {full_date(one.first.on)} {len(one.first.notices)} people would get a message"
    return f"{one.name} is not live and sends nothing: it {day}. {first}"


def _not_live_as_json(one: NotLive) -> dict[str, Any]:
    return {
        "setting": one.school,
        "live_on": one.live_on,
        "on": one.first.on,
        "notices": [_notice(notice) for notice in one.first.notices],
        **letters_as_json(one.first),
    }


def plan_as_json(decided: Plan) -> dict[str, Any]:
    """Return a plan in its documented JSON form."""
    return {
        "on": decided.on,
        "notices": [_notice(notice) for notice in decided.notices],
        "skipped": [
            {
                "setting": skip.school,
                "person": skip.person,
                "obligation": skip.obligation,
                "cycle": skip.cycle,
                "reason": skip.reason,
            }
            for skip in decided.skipped
        ],
    }


def letters_as_json(day: Preview) -> dict[str, Any]:
    """Return which letters go other than the notices; a day without any keeps the form it always had."""
    return {"letters": [record_as_json(one) for one in day.letters]} if day.letters else {}


def _notice(notice: DailyMessage) -> dict[str, Any]:
    return {
        "setting": notice.school,
        "person": notice.person,
        "channel": notice.channel,
        "kind": notice.kind,
        "step": notice.step,
        "duties": [_duty(item) for item in notice.items],
    }


def _duty(item: Reminder) -> dict[str, Any]:
    duty = item.duty
    return {
        "setting": duty.obligation.school,
        "obligation": duty.obligation.key,
        "about": item.about,
        "cycle": duty.cycle,
        "kind": item.kind,
        "step": item.step,
        "due_on": duty.due_on,
        "state": duty.state,
        "why": duty.why,
        "cites": duty.obligation.source.cites(),
    }


def _row(notice: DailyMessage) -> tuple[str, str, str, str]:
    asked = "; ".join(f"{item.duty.obligation.title} ({item.step})" for item in notice.items)
    return notice.school, notice.person, notice.kind, asked


def show_simulation(
    given: dict[str, Any],
    span: SimulationOptions,
    register: Path | None,
    roster: Path | None,
    *,
    as_json: bool,
) -> int:
    """Print the totals of a span, or every day of it as JSON."""
    _check(span, register, roster)
    tally = SimulationCounts()
    days = []
    with (
        _store(given, span, register, roster).reading() as conn,
        progress(range(span.days), "Simulating", quiet=as_json) as each,
    ):
        snapshot = load_snapshot(conn, span.first)
        played = simulate(snapshot, span.first, span.last, _answers(span), conn)
        for _, today in zip(each, played, strict=True):
            tally.add(today)
            if as_json and (today.notices or today.letters):
                notices = [_notice(notice) for notice in today.notices]
                days.append({"on": today.on, "notices": notices} | letters_as_json(today))
    if as_json:
        print_json({"from": span.first, "until": span.last, "totals": tally.totals(), "days": days})
    else:
        _show_tally(tally, span)
        show_waiting(waits_of(snapshot.obligations), "not played, unless they are recorded already")
    return 0


def _check(span: SimulationOptions, register: Path | None, roster: Path | None) -> None:
    if span.days < 1:
        message = "--until must not be before --from."
        raise click.UsageError(message)
    if roster is not None and register is None:
        message = "--roster goes with --register: the stored settings have their own people."
        raise click.UsageError(message)


def _store(
    given: dict[str, Any], span: SimulationOptions, register: Path | None, roster: Path | None
) -> Store:
    if register is not None:
        return trial_store(register, roster, span.first)
    return open_data(load_settings(**given))


def _answers(span: SimulationOptions) -> Callable[[Reminder], bool]:
    if span.response == 0:
        return nobody
    chance = random.Random(span.seed)  # noqa: S311 - a simulation, not a secret
    return lambda _item: chance.random() < span.response


@dataclass(slots=True)
class SimulationCounts:
    """Counts over a span of days: messages by kind, duties by kind and step, the busiest week of anyone.

    Messages are the notices and the letters other than them.
    """

    messages: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    items: Counter[tuple[str, str]] = field(default_factory=Counter)
    weeks: Counter[tuple[str, int, int]] = field(default_factory=Counter)

    def add(self, today: Preview) -> None:
        year, week, _ = today.on.isocalendar()
        every: list[DailyMessage | ExpectedMessage] = [*today.notices, *today.letters]
        for sent in every:
            self.messages += 1
            self.by_kind[sent.kind] += 1
            self.weeks[sent.person, year, week] += 1
        for notice in today.notices:
            self.items.update((item.kind, item.step) for item in notice.items)

    def totals(self) -> dict[str, Any]:
        busiest = self.weeks.most_common(1)
        people = {person for person, _, _ in self.weeks}
        return {
            "messages": self.messages,
            "people": len(people),
            "by_kind": dict(self.by_kind.most_common()),
            "duties": {f"{kind} / {step}": count for (kind, step), count in self.items.most_common()},
            "busiest": {"person": busiest[0][0][0], "messages_in_a_week": busiest[0][1]} if busiest else None,
        }


def _show_tally(tally: SimulationCounts, span: SimulationOptions) -> None:
    totals = tally.totals()
    click.secho(f"{full_date(span.first)} to {full_date(span.last)}", bold=True)
    click.echo(f"{totals['messages']} messages to {totals['people']} people")
    print_rows([(str(count), kind) for kind, count in totals["by_kind"].items()])
    click.echo("duties in them, by kind and step")
    print_rows([(str(count), what) for what, count in totals["duties"].items()])
    if totals["busiest"]:
        busiest = totals["busiest"]
        click.echo(f"busiest: {busiest['person']}, {busiest['messages_in_a_week']} messages in one week")


def show(given: dict[str, Any], on: date, *, as_json: bool) -> int:
    """Print the status of each school on a day."""
    with open_data(load_settings(**given)).reading() as conn:
        standing = tuple(one for snapshot in load_in_batches(conn, on) for one in figures(snapshot, on))
    if as_json:
        print_json({"on": on, "settings": standing})
        return 0
    if not standing:
        click.echo(
            "No schools yet. Create one with “handbell begin”, or run: "
            "handbell read POLICY... --register OUT.yaml"
        )
    return _print(standing, on)


def show_card(given: dict[str, Any], school: str | None) -> int:
    """Print the dashboard of one school as an Adaptive Card."""
    services = make_services(load_settings(**given))
    now = clock()
    today = local_date(now)
    with services.store.reading() as conn:
        key = _the_one(tuple(record_register.school_keys(conn)), school)
        snapshot = load_snapshot(conn, today, (key,))
    seen = read_dashboard(services, snapshot, key, None, now)
    print_json(dashboard_card(card_facts(seen, f"{services.base_url}/school")))
    return 0


def _the_one(known: tuple[str, ...], school: str | None) -> str:
    """Return the key of the school named, or of the only one."""
    if school is None and len(known) == 1:
        return known[0]
    if school in known:
        return school
    right = f"Name one of these with --setting: {', '.join(known) or 'none is loaded'}."
    raise BadInput([Problem("status", None, "--setting", f"{school or 'nothing'} is not one of them", right)])


def _print(standing: Any, on: date) -> int:
    for one in standing:
        click.secho(f"{one.name}, {full_date(on)}", bold=True)
        for tile in one.tiles:
            counts = ", ".join(f"{count} {state}" for state, count in tile.counts.items() if count)
            click.echo(f"\n  {tile.area}: {counts or 'nothing to do'}")
            click.echo(f"    {tile.why}")
            click.echo(f"    {tile.next_step}")
    return 0
