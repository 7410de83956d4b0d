"""Visit of the safeguarding governor: each promise of the policies, and its state.

Uses what all governors see (`governors_overview`): nothing is counted twice, and no one is named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.accounts.model import Agreement, account_statuses
from bot.core.roles import LEAD_GOVERNORS
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.evidence_index import EvidenceIndex, last_done
from bot.planning.snapshot import Snapshot
from bot.reviews.overview import DOING, Overview, overview
from bot.rules.cadence import OnEvent
from bot.rules.duties import State
from bot.rules.evidence import Evidence
from bot.rules.obligations import Kind, Obligation, source_citation
from bot.status.model import StatusLine

# Roles by which the person behind a check is described, instead of a name.
SAID_AS = (
    "headteacher",
    "deputy-head",
    "dsl",
    "deputy-dsl",
    *LEAD_GOVERNORS,
    "it",
    "online-safety-lead",
    "computing-lead",
    "business-manager",
    "office",
    "chair",
)
VISITS = frozenset({Kind.CHECK, Kind.REPORT})


@dataclass(frozen=True, slots=True)
class VisitPromise:
    """One promise of the register. The numbers are duties: of `total`, so many in each state.

    `done_on` is the latest day on which anyone did it, `done_by` their role today ("": none we can say).
    """

    obligation: Obligation
    title: str
    cites: str
    counts: Mapping[State, int]
    done_on: date | None = None
    done_by: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def when_it_happens(self) -> bool:
        """Return whether it is asked only after an event: its state would reveal the event."""
        return all(isinstance(one, OnEvent) for one in self.obligation.cadence)


@dataclass(frozen=True, slots=True)
class Agreements:
    """The school's official accounts, their current holders, and agreements in force."""

    accounts: int
    holders: int
    in_force: int


@dataclass(frozen=True, slots=True)
class GovernorVisit:
    """What one visit looks at. `leads`: how many people lead on safeguarding or online safety.

    `asked` are the checks and reports the register asks of them.
    """

    overview: Overview
    rules: tuple[VisitPromise, ...]
    accounts: Agreements
    leads: int
    asked: tuple[StatusLine, ...]


def governor_visit(snapshot: Snapshot, school: str, on: date) -> GovernorVisit:
    """Gather what there is to look at and to ask about on a visit that day."""
    roll = active_members(snapshot, on)[school]
    seen = overview(snapshot, school, on)
    lines = [line for tile in seen.tiles for line in tile.lines]
    leads = {key for role in LEAD_GOVERNORS for key in roll.holders(role)}
    return GovernorVisit(
        overview=seen,
        rules=tuple(_rules(snapshot, roll, lines)),
        accounts=_agreements(snapshot, school, on),
        leads=len(leads),
        asked=tuple(one for one in lines if one.person in leads and one.kind in VISITS),
    )


def latest(snapshot: Snapshot, one: Obligation) -> Evidence | None:
    """Find the latest time anyone did something, and did not take it back; None: we hold no record."""
    acts = [act for act in snapshot.evidence if (act.school, act.obligation) == (one.school, one.key)]
    index = EvidenceIndex(acts)
    about = {(act.person, act.subject) for act in acts}
    found = [last_done(index.of_person(one.school, one.key, *whose)) for whose in about]
    return max((act for act in found if act is not None), key=lambda act: act.on, default=None)


def said_as(roll: ActiveMembers, person: str) -> str:
    """Return the role by which a person is described today; "" if none is public."""
    return next((role for role in SAID_AS if person in roll.holders(role)), "")


def _rules(snapshot: Snapshot, roll: ActiveMembers, lines: Iterable[StatusLine]) -> Iterable[VisitPromise]:
    counted: dict[str, Counter[State]] = defaultdict(Counter)
    for line in lines:
        counted[line.obligation][line.state] += 1
    for one in snapshot.obligations:
        if one.school != roll.school.key or not one.active or one.kind is Kind.REVIEW:
            continue
        done = latest(snapshot, one) if one.kind in VISITS else None
        yield VisitPromise(
            obligation=one,
            title=f"{DOING[one.kind]} {one.title}" if one.kind in DOING else one.title,
            cites=source_citation(snapshot.policies, one),
            counts=dict(counted[one.key]),
            done_on=done.on if done else None,
            done_by=said_as(roll, done.person) if done else "",
        )


def _agreements(snapshot: Snapshot, school: str, on: date) -> Agreements:
    ours = [one.facts for one in account_statuses(snapshot, school, on) if one.account.ours]
    holders = [holder.agreement for facts in ours for holder in facts.holders if holder.here]
    return Agreements(len(ours), len(holders), holders.count(Agreement.IN_FORCE))
