"""The facts of the dashboard's card and of its sheet of paper: the same figures, people by role alone."""

from __future__ import annotations

from bot.actions.dashboard import Dashboard, roles_of
from bot.domain.days import full, plain
from bot.domain.duties import State
from bot.domain.snapshot import Snapshot
from bot.domain.status import Line, Tile
from bot.messages.dashboard_card import CardArea, CardFacts
from bot.web import dashboard, schoolview
from bot.web.words import count, day, either

MOST_ROLES = 3
OPEN = (State.OVERDUE, State.NO_RECORD, State.DUE_SOON, State.DUE, State.PAUSED)


def card_facts(seen: Dashboard, snapshot: Snapshot, address: str) -> CardFacts:
    """Say what the dashboard says, without a name."""
    things = dashboard.first_things(dashboard.areas(seen.standing))
    return CardFacts(
        name=seen.setting.name,
        day=day(seen.on),
        headline=dashboard.headline(things),
        areas=tuple(area_facts(tile, snapshot, seen.setting.key) for tile in seen.standing.tiles),
        ran=schoolview.ran_said(seen.ran, seen.setting.timezone),
        address=address,
    )


def area_facts(tile: Tile, snapshot: Snapshot, setting: str) -> CardArea:
    """Say where an area stands: why, by the thing that presses most; and whose turn it is, by role."""
    worst = [line for line in tile.lines if line.state is tile.state]
    counts = tuple((one.value, tile.counts[one.value]) for one in dashboard.SHOWN if tile.counts[one.value])
    pressing = tile.state in OPEN
    return CardArea(
        title=tile.area,
        state=tile.state.value,
        counts=counts,
        why=_why(tile, worst) if pressing else "Nothing is open.",
        who=_who(roles_of(snapshot, setting, worst)) if pressing else "",
    )


def _why(tile: Tile, worst: list[Line]) -> str:
    """Name the thing behind the worst state; whatever a person wrote or is called is left out."""
    first = worst[0]
    alike = sum(line.obligation == first.obligation for line in worst)
    others = len(worst) - alike
    said = f"{first.title}: {alike} {tile.state.value}"
    if first.due_on is not None:
        word = "since" if tile.state is State.OVERDUE else "by"
        said += f", {word} {full(first.due_on) if word == 'by' else plain(first.due_on)}"
    return f"{said}. And {count(others, 'other')}." if others else f"{said}."


def _who(roles: tuple[str, ...]) -> str:
    rest = len(roles) - MOST_ROLES
    return either([*roles[:MOST_ROLES], count(rest, "more role", "more roles")] if rest > 0 else list(roles))
