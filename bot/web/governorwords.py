"""What the governors' pages say: headlines, names, addresses and the states of a review in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

from bot.domain.duties import State
from bot.domain.evidence import Outcome
from bot.domain.governors_overview import thing
from bot.domain.review_calendar import ReviewCalendar
from bot.domain.reviews import AGENDA, APPROVE, DATES, DRAFT, MEETINGS, MINUTE, NO_MEETING, PAPERS
from bot.domain.snapshot import Snapshot
from bot.domain.status import Tile
from bot.web.words import capitalise, count

AGAIN = "This form was open for too long, or came from another page. Please send it again."
OPENED = (State.OVERDUE, State.NO_RECORD, State.DUE_SOON)
STAGES = {
    None: "Approved",
    APPROVE: "Approved",
    MINUTE: "Approved",
    DRAFT: "Draft ready",
    AGENDA: "On the agenda",
    PAPERS: "Papers sent",
    NO_MEETING: "Way chosen",
    MEETINGS: "Meeting told",
    DATES: "Dates told",
}
ANSWERS = {
    Outcome.QUESTION: "A question",
    Outcome.DECLINED: "Could not agree",
    Outcome.EXCUSED: "Excused",
    Outcome.ANSWERED: "Answered",
}


def headline(calendar: ReviewCalendar) -> str:
    """Say in a few words what needs somebody: what is late and what is unknown, in one breath."""
    late = sum(one.state is State.OVERDUE for one in calendar.every)
    said = [f"{count(late, 'review')} overdue"] if late else []
    if calendar.undated:
        said.append(f"{len(calendar.undated)} without a date")
    waiting = sum(one.state is not State.OVERDUE for one in calendar.too_late)
    if waiting:
        said.append(f"{waiting} with no meeting in time")
    unknown = sum(one.state is not State.OVERDUE for one in calendar.none_known)
    if unknown:
        said.append(f"{unknown} with no meeting known")
    return ", ".join(said) if said else "Every review has its date and its meeting"


def namer(snapshot: Snapshot) -> Callable[[str], str]:
    """Name people; a key nobody bears any more stands for itself."""

    def name(key: str) -> str:
        person = snapshot.people.get(key)
        return person.name if person else key

    return name


def address(policy: str) -> str:
    """Give the address of one policy's review."""
    return f"/governors/reviews/{quote(policy, safe='')}"


def opened(tiles: Iterable[Tile]) -> list[tuple[str, dict[State, int]]]:
    """Count what is open by what is asked, without saying of whom; what passed its date first."""
    found: dict[str, dict[State, int]] = {}
    for line in (line for tile in tiles for line in tile.lines):
        if line.state in OPENED:
            counts = found.setdefault(capitalise(thing(line)), dict.fromkeys(OPENED, 0))
            counts[line.state] += 1
    return sorted(found.items(), key=_most)


def _most(row: tuple[str, dict[State, int]]) -> tuple[int, int, int, str]:
    title, counts = row
    late, unknown, soon = (-counts[state] for state in OPENED)
    return late, unknown, soon, title


def entry(outcome: Outcome, subject: str | None) -> str:
    """Name one entry of a review's record."""
    if (outcome, subject) == (Outcome.DECLINED, MINUTE):
        return "Not approved"
    return ANSWERS.get(outcome) or STAGES.get(subject, "Recorded")
