"""How each rule reminds: seen and changed on a page, in the words the register uses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.configure import change_register
from bot.actions.office_questions import Doer
from bot.actions.sign import Refusal, Refused
from bot.domain.ladder import LADDERS, Ladder, Step
from bot.domain.obligations import Obligation
from bot.domain.register import Register
from bot.register import ladders
from bot.services import Services

OWN = "own"
MOST_STEPS = 8
FURTHEST = 90


@dataclass(frozen=True, slots=True)
class Reminded:
    """One rule and how it reminds. `pace` names a ladder we know, or says that it is the school's own."""

    rule: Obligation
    pace: str
    steps: str


def reminders(register: Register) -> tuple[Reminded, ...]:
    """List the rules that are asked of anybody, with how each reminds."""
    return tuple(_reminded(one) for one in register.obligations if one.active)


def change_ladder(services: Services, key: str, pace: str, steps: str, by: Doer, now: datetime) -> None:
    """Let a rule remind otherwise: by a ladder we know, or by steps of the school's own."""

    def change(known: Register) -> Register:
        if not any(one.key == key and one.active for one in known.obligations):
            raise Refused(Refusal("rule", "Choose what the reminders are for."))
        ladder = _read(pace, steps)
        changed = tuple(replace(one, ladder=ladder) if one.key == key else one for one in known.obligations)
        return replace(known, obligations=changed)

    change_register(services.store, by.setting.key, change, now=now, actor=by.actor)


def _reminded(one: Obligation) -> Reminded:
    words = ladders.in_words(one.ladder)
    pace = words if words in LADDERS else OWN
    return Reminded(one, pace, "; ".join(ladders.step_in_words(step) for step in one.ladder.steps))


def _read(pace: str, steps: str) -> Ladder:
    if pace in LADDERS:
        return LADDERS[pace]
    if pace != OWN:
        raise Refused(Refusal("pace", "Choose how people are reminded."))
    try:
        ladder = ladders.parse(" ; ".join(steps.replace("\r", "").split("\n")))
    except ValueError as wrong:
        raise Refused(Refusal("steps", f"{str(wrong).capitalize()}.")) from None
    if len(ladder.steps) > MOST_STEPS or any(abs(step.offset) > FURTHEST for step in ladder.steps):
        raise Refused(
            Refusal("steps", f"Use at most {MOST_STEPS} steps, none more than {FURTHEST} days away.")
        )
    if list(ladder.steps) != sorted(ladder.steps, key=_when):
        raise Refused(Refusal("steps", "Write the steps in the order in which they come."))
    return ladder


def _when(step: Step) -> tuple[bool, int]:
    return step.anchor == "due", step.offset
