"""What needs a person apart from duties: questions, failed messages, findings; and what goes out next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.dates import full_date
from bot.core.text import count
from bot.database.engine import Store
from bot.forecast.preview import ExpectedMessage, also_reminded, letters_ahead
from bot.messages.bounces import SendingRefused
from bot.planning.plan import DailyMessage, plan
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Finding, State
from bot.rules.evidence import Evidence, Outcome
from bot.status.links import Deed, finding_deed, person_page
from bot.status.model import SchoolStatus, StatusLine
from bot.status.warnings import findings

NOT_REACHED = frozenset({"no-address", "unreachable"})
LOOKS_AHEAD = 14
TALKS = {
    Outcome.QUESTION: (
        "{name} has a question about {title}.",
        "It is with the person who answers. They get no reminders until then, for 20 school days at most.",
    ),
    Outcome.DECLINED: (
        "{name} cannot agree: {title}.",
        "Speak to them. They get no reminders until you answer, for 20 school days at most.",
    ),
}


@dataclass(frozen=True, slots=True)
class GoingOut:
    """One person's next message. `person`: the address of their page."""

    to: str
    says: str
    person: str


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """Something a person should look at, and what to do about it."""

    says: str
    hint: str
    on: date | None = None
    deed: Deed | None = None


def going_out(
    store: Store, snapshot: Snapshot, school: str, today: date
) -> tuple[date | None, tuple[GoingOut, ...]]:
    """Find the next day on which something goes out, and to whom: what is planned, and the known letters."""
    calendar = snapshot.calendars[school]
    with store.reading() as conn:
        for ahead in range(LOOKS_AHEAD):
            on = today + timedelta(days=ahead)
            if not calendar.is_staff_day(on):
                continue
            letters = tuple(letters_ahead(conn, snapshot, (school,), on))
            decided = plan(also_reminded(snapshot, on, letters), on)
            sent: list[DailyMessage | ExpectedMessage] = [*letters]
            sent += [one for one in decided.notices if one.school == school]
            if sent:
                return on, tuple(_going_out(snapshot, one) for one in sent)
    return None, ()


def _going_out(snapshot: Snapshot, one: DailyMessage | ExpectedMessage) -> GoingOut:
    said = (
        [one.says] if isinstance(one, ExpectedMessage) else [item.duty.obligation.title for item in one.items]
    )
    name = snapshot.people[one.person].name
    return GoingOut(name, "; ".join(dict.fromkeys(said)), person_page(one.person))


def split_findings(
    snapshot: Snapshot, school: str, on: date
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Split a school's findings: those to look at, and people without a working address."""
    found = [one for one in findings(snapshot, on) if one.school == school]
    reach = tuple(one for one in found if one.code in NOT_REACHED)
    return tuple(one for one in found if one.code not in NOT_REACHED), reach


def with_deeds(found: Iterable[Finding]) -> tuple[AttentionItem, ...]:
    """Return each finding with the page that fixes it."""
    return tuple(AttentionItem(one.says, one.hint, None, finding_deed(one)) for one in found)


def waiting(standing: SchoolStatus, snapshot: Snapshot) -> tuple[AttentionItem, ...]:
    """List the questions and refusals that hold a duty up, the longest waiting first."""
    said = {(one.school, one.obligation, one.person): one for one in snapshot.evidence}
    held = (line for line in standing.lines if line.state is State.PAUSED)
    found = list(_talks(standing.school, held, said))
    return tuple(sorted(found, key=lambda one: one.on or standing.on))


def _talks(
    school: str, held: Iterable[StatusLine], said: dict[tuple[str, str, str], Evidence]
) -> Iterator[AttentionItem]:
    for line in held:
        last = said.get((school, line.obligation, line.person))
        if last is not None and last.outcome in TALKS:
            says, hint = TALKS[last.outcome]
            deed = Deed("Answer", f"/office/questions/{last.receipt}")
            yield AttentionItem(says.format(name=line.name, title=line.title), hint, last.on, deed)


def refused_said(refused: SendingRefused | None) -> str:
    """Return that the mail of the school is refused, and who should act; empty where it is not."""
    if refused is None:
        return ""
    came = f"{count(refused.letters, 'letter')} came back, the last on {full_date(refused.last_at.date())}"
    return (
        f"Our sending is refused: {came}. Nobody’s address is wrong. "
        "Tell whoever looks after the school’s mail, and tell people another way until it is put right."
    )
