"""What runs in a case: its clocks, and that a closed case with something to do again is open again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.actions.case_notices import on_its_way, tell_owner
from bot.actions.case_pen import Pen
from bot.domain.case_clocks import Clock
from bot.domain.cases import CaseState, is_open
from bot.store import case_timeline


def run_clocks(pen: Pen, clocks: Iterable[Clock]) -> None:
    """Make a case's clocks these and no others, and say which began and which do not count any more."""
    kept = tuple(clocks)
    before, after = {one.action for one in pen.file.clocks}, {one.action for one in kept}
    case_timeline.save_clocks(pen.desk.conn, pen.file.stored.number, kept)
    pen.file = replace(pen.file, clocks=kept)
    for action in sorted(after - before):
        pen.say(f"This clock began: {action}.")
    for action in sorted(before - after):
        pen.say(f"This clock does not count any more: {action}.")


def open_again(pen: Pen, why: str) -> None:
    """Open a closed case again and tell whoever has it: of a closed one nobody is reminded, and it ages."""
    if is_open(pen.file.case):
        return
    pen.move(state=CaseState.TRIAGED.value, closed_at=None)
    entry = pen.say("Opened again.", why)
    pen.file, has_moved = on_its_way(pen.desk, pen.file)
    if not has_moved and pen.file.case.assignee != pen.person:
        tell_owner(pen.desk, pen.file, f"again {entry}")


def open_again_if_a_clock_runs(pen: Pen) -> None:
    if pen.file.running:
        open_again(pen, f"A clock runs: {', '.join(pen.file.running)}.")
