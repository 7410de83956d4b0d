"""What a form of a case starts from, so that an older page undoes nobody's newer act unseen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256

from bot.actions.case_pen import NotYet, Pen, said_day
from bot.actions.case_sheet import CaseFile
from bot.domain.cases import Case

CORRECTED = "Somebody else corrected this case meanwhile. Look at it, and correct it again."
LOOK = "Your page was made before that: look, and send it again if it is still right."


class Outdated(NotYet):
    """The case was changed after the page was made that this form comes from."""

    def __init__(self, says: str = CORRECTED) -> None:
        super().__init__(says)


def _state(pen: Pen) -> str:
    return f"This case is {pen.file.case.state.value} now."


def _owner(pen: Pen) -> str:
    owner = pen.file.case.assignee
    return f"{pen.desk.name(owner) if owner else 'Nobody'} has this case now."


def _debrief(_: Pen) -> str:
    return "Somebody else wrote the debrief meanwhile; yours is not kept yet."


def _outcome(pen: Pen) -> str:
    return f"How it ended was recorded meanwhile: {pen.file.sheet.outcome}."


def _hold(pen: Pen) -> str:
    return f"The legal hold was changed meanwhile. Now: {pen.file.sheet.held or 'none'}."


def _keeping(pen: Pen) -> str:
    until = pen.file.sheet.not_before
    kept = f"until {said_day(date.fromisoformat(until))} at least" if until else "as its category asks"
    return f"How long it is kept was changed meanwhile. Now: {kept}."


# What each form starts from, and what to say where that is different by now.
STARTS: Mapping[str, tuple[Callable[[CaseFile], object], Callable[[Pen], str]]] = {
    "move": (lambda file: file.stored.state, _state),
    "assign": (lambda file: file.case.assignee, _owner),
    "debrief": (lambda file: file.case.debrief, _debrief),
    "outcome": (lambda file: file.sheet.outcome, _outcome),
    "hold": (lambda file: file.sheet.held, _hold),
    "keep-until": (lambda file: file.sheet.not_before, _keeping),
}


def starts_of(file: CaseFile) -> dict[str, str]:
    """Name, for each of these forms, what it starts from."""
    return {step: _digest(start(file)) for step, (start, _) in STARTS.items()}


def check_start(pen: Pen, step: str, was: str) -> None:
    """Refuse a form that starts from what is not so any more; `was` empty: no page said what it was."""
    start, says = STARTS[step]
    if was not in {"", _digest(start(pen.file))}:
        raise Outdated(f"{says(pen)} {LOOK}")


def as_shown(case: Case) -> str:
    """Name what a correction starts from, so that nobody undoes another's without having seen it."""
    return _digest((case.category, case.policy, case.clause, sorted(case.named), case.personal_data))


def _digest(fact: object) -> str:
    return sha256(repr(fact).encode()).hexdigest()
