"""What a job's work falls into: the whole installation, each setting by itself, the mailbox.

A part fails by itself: where one school's vendor is away, the others' work goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.actions.daily import Turn
from bot.services import Services

Parts = Callable[[Services], tuple[str, ...]]
Action = Callable[[Services, Turn], str]
Plain = Callable[[Services, datetime], str]
WHOLE = ("",)


def whole(_services: Services) -> tuple[str, ...]:
    """One part: everything."""
    return WHOLE


def mailboxes(services: Services) -> tuple[str, ...]:
    """Name the mailboxes that messages leave from: one sender at a time for each."""
    others = {mailbox.sender.email for mailbox in services.mailboxes.values()}
    return (services.sender.email, *sorted(others - {services.sender.email}))


def settings_with(vendors: str) -> Parts:
    """Name the settings with such a vendor (`rosters`, `libraries`); where none has, the whole says so."""

    def parts(services: Services) -> tuple[str, ...]:
        return tuple(sorted(_those(services, vendors))) or WHOLE

    return parts


def simply(action: Plain) -> Action:
    """Run an action that needs the instant and no more."""
    return lambda services, turn: action(services, turn.now)


def only(vendors: str, action: Plain) -> Action:
    """Run the action with the vendor of the turn's setting and no other's."""

    def narrowed(services: Services, turn: Turn) -> str:
        theirs = {key: one for key, one in _those(services, vendors).items() if key == turn.part}
        narrower: dict[str, Any] = {vendors: theirs}
        return action(replace(services, **narrower), turn.now)

    return narrowed


def _those(services: Services, vendors: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = getattr(services, vendors)
    return found
