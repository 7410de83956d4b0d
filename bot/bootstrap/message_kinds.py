"""The check at start that the program does all that each message kind of the registry needs."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from bot.delivery.drafts import WRITERS
from bot.forecast.preview import OUTLINES
from bot.messages.kinds import KINDS, MessageKind
from bot.planning.duty_emails import GATHERED
from bot.planning.plan import PLANNED_KINDS

WORDS = ("subject.txt", "opening.txt", "closing.txt")


class MessageKindIncomplete(Exception):
    """A kind and a place of the program do not fit: the message names both."""


def check_message_kinds() -> None:
    """Raise MessageKindIncomplete where a kind lacks its words or a function, or one is there for no kind."""
    wrong = [*_unknown(), *(line for kind in KINDS.values() for line in _missing(kind))]
    if wrong:
        raise MessageKindIncomplete("\n".join(wrong))


def _missing(kind: MessageKind) -> Iterator[str]:
    named = f'message kind "{kind.name}"'
    folder = files("bot.messages") / "templates" / kind.template
    for name in WORDS:
        if not (folder / name).is_file():
            yield f"{named}: bot/messages/templates/{kind.template}/{name} is missing"
    if kind.planned and kind.name not in {*PLANNED_KINDS, GATHERED}:
        yield f"{named}: bot/planning/plan.py gives it to no duty"
    if not kind.planned and kind.name not in WRITERS:
        yield f"{named}: WRITERS in bot/delivery/drafts.py has no function that writes it"
    has_reminders = not kind.planned and (kind.counts_towards_daily_limit or kind.preview == "")
    if has_reminders and kind.name not in OUTLINES:
        yield f"{named}: REMINDERS in bot/forecast/preview.py has nothing that queues and outlines it"


def _unknown() -> Iterator[str]:
    """Return what a place knows and the registry does not."""
    places = (
        ("PLANNED_KINDS in bot/planning/plan.py", PLANNED_KINDS, True),
        ("WRITERS in bot/delivery/drafts.py", WRITERS, False),
        ("REMINDERS in bot/forecast/preview.py", OUTLINES, False),
    )
    for place, names, planned in places:
        for name in names:
            if name not in KINDS or KINDS[name].planned is not planned:
                said = "planned " if planned else ""
                yield f'{place}: bot/messages/kinds.py has no {said}message kind "{name}"'
