"""What the pages of training say: a cell in a few words, the headline, and the lines of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from bot.core.dates import full_date, short_date
from bot.core.text import count
from bot.planning.exemptions import BOOKED, WITH_OFFICE, CourseCover
from bot.records.evidence import EvidenceRecord
from bot.rules.duties import State
from bot.rules.obligations import Obligation
from bot.training.model import PRESSING, Cell, Matrix, PersonRow

COLUMNS = (
    "Person",
    "Reference",
    "Roles",
    "Line manager",
    "Course",
    "State",
    "Done on",
    "Counts until",
    "Due on",
    "Booked for",
    "Why",
)
OUTCOMES = {
    "done": "Done",
    "question": "Asked a question",
    "declined": "Declined",
    "excused": "On hold",
    "answered": "Asked for again",
    "withdrawn": "Taken back",
}
EXCUSED = {WITH_OFFICE: "Sent to the office", BOOKED: "Booked"}


def cell_state(cell: Cell) -> str:
    """Return a cell's state in words; for an excused one, the reason."""
    return "being checked" if cell.with_office else "booked" if cell.booked_on else cell.state.value


def outcome(record: EvidenceRecord) -> str:
    """Return what a record says was done; of what is excused, why."""
    if record.outcome.value == "excused" and record.reference in EXCUSED:
        return EXCUSED[record.reference]
    return OUTCOMES[record.outcome.value]


def cell_note(cell: Cell) -> str:
    """Return a few words that go with a cell's state."""
    if cell.booked_on is not None:
        return f"for {short_date(cell.booked_on)}"
    if cell.with_office:
        return ""
    if cell.state is State.DONE:
        return f"until {short_date(cell.valid_until)}" if cell.valid_until else _done(cell)
    due_on = cell.duty.due_on
    if cell.state in {State.DUE, State.DUE_SOON} and due_on:
        return f"by {short_date(due_on)}"
    if cell.state is State.OVERDUE and due_on:
        return f"since {short_date(due_on)}"
    return ""


def why(cell: Cell) -> str:
    """Return the reason of a cell's state."""
    if cell.booked_on is not None:
        return f"There is a place on a course. Nobody is reminded until {full_date(cell.booked_on)}."
    if cell.with_office:
        return "The office is checking what was sent. No one is reminded until then."
    return cell.duty.why


def _done(cell: Cell) -> str:
    return f"on {short_date(cell.done_on)}" if cell.done_on else ""


def urgency(cell: Cell) -> tuple[int, date, str]:
    """Order cells by what presses."""
    return PRESSING.index(cell.state), cell.duty.due_on or date.max, cell.duty.obligation.title


def totals(matrix: Matrix) -> list[tuple[str, int]]:
    """Count the cells by state, the most urgent first, without empty states."""
    found = Counter(cell.state for row in matrix.rows for cell in row.cells.values())
    return [(state.value, found[state]) for state in PRESSING if found[state]]


def headline(matrix: Matrix) -> str:
    """Return one line on the state of training: late and unknown."""
    found = dict(totals(matrix))
    late, unknown = found.get("overdue", 0), found.get("no record", 0)
    parts = [f"{late} overdue"] if late else []
    parts += [f"{unknown} without a record"] if unknown else []
    return ", ".join(parts) if parts else "Nothing is overdue, nothing is unknown"


def cover_says(course: Obligation, cover: CourseCover, today: date) -> str:
    """Return whether enough people hold a course, in words."""
    people = count(cover.needed, "person", "people")
    if not cover.enough:
        says = f"{course.title}: at least {people} must have it. We hold a record for {len(cover.holders)}."
        return f"{says} {len(cover.away)} more with it away for weeks." if cover.away else says
    until = cover.enough_until
    if until is not None and cover.ends_soon(today):
        return f"{course.title}: at least {people} must have it. After {full_date(until)} too few will."
    return f"{course.title}: at least {people} must have it, and {len(cover.holders)} have."


def lines(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """Make the list's lines: one for each person and course."""
    titles = {one.key: one.title for one in matrix.courses}
    names = {row.person.key: row.person.name for row in matrix.rows}
    for row in matrix.rows:
        for key, title in titles.items():
            cell = row.cells.get(key)
            if cell is not None:
                yield _line(row, title, cell, names)


def _line(row: PersonRow, title: str, cell: Cell, names: dict[str, str]) -> tuple[str, ...]:
    manager = row.membership.manager or ""
    return (
        row.person.name,
        row.person.key,
        "; ".join(sorted(row.roles)),
        names.get(manager, manager),
        title,
        cell.state.value,
        _iso(cell.done_on),
        _iso(cell.valid_until),
        _iso(cell.duty.due_on),
        _iso(cell.booked_on),
        cell.duty.why,
    )


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""


def roles(rows: Iterable[PersonRow]) -> list[str]:
    """Return the roles of the people in the matrix."""
    return sorted({role for row in rows for role in row.roles})


def source(record: EvidenceRecord) -> str:
    """Return where a record comes from."""
    parts = [record.identified_by, record.reference if record.outcome.value == "done" else None]
    return ", ".join(part for part in parts if part)
