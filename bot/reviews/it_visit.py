"""Visit of the IT technician: their checks, and when filtering was tested."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from bot.database.engine import Store
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.snapshot import Snapshot
from bot.records import evidence as record_evidence
from bot.records.evidence import StoredEvidence
from bot.reviews.visit import latest, said_as
from bot.rules.obligations import Kind, Obligation, is_about_filtering, source_citation
from bot.rules.people import Person
from bot.signing.my_duties import CompletedDuty, MyDuties, MyDuty, my_duties

IT = "it"
TICKED = frozenset({Kind.CHECK, Kind.REPORT, Kind.DECIDE})
NEWEST = 10


@dataclass(frozen=True, slots=True)
class Technician:
    """One of those who look after computers: their checks. `others` counts what else they owe."""

    person: Person
    owed: tuple[MyDuty, ...]
    later: tuple[MyDuty, ...]
    waiting: tuple[MyDuty, ...]
    done: tuple[CompletedDuty, ...]
    others: int


@dataclass(frozen=True, slots=True)
class FilteringPromise:
    """One promise about filtering: the roles asked for it, and who did it last. None: we hold no record."""

    obligation: Obligation
    cites: str
    asked: tuple[str, ...]
    last: StoredEvidence | None
    last_by: str


@dataclass(frozen=True, slots=True)
class VisitList:
    """The checks of a visit. `technicians`: whose list a reader sees; empty: the role has no holder."""

    technicians: tuple[Technician, ...]
    filtering: tuple[FilteringPromise, ...]


def visit_list(store: Store, snapshot: Snapshot, school: str, today: date, only: str = "") -> VisitList:
    """Return the list of all IT technicians, or of one of them. Writes nothing."""
    roll = active_members(snapshot, today)[school]
    theirs = [key for key in roll.holders(IT) if only in ("", key)]
    people = [snapshot.people[key] for key in theirs]
    ticked = {one.key for one in snapshot.obligations if one.school == school and one.kind in TICKED}
    found = [(one, my_duties(store, snapshot, school, one, today)) for one in people]
    return VisitList(
        technicians=tuple(_technician(person, mine, ticked) for person, mine in found),
        filtering=tuple(_filtering(store, snapshot, roll)),
    )


def _technician(person: Person, mine: MyDuties, ticked: AbstractSet[str]) -> Technician:
    def checks(some: tuple[MyDuty, ...]) -> tuple[MyDuty, ...]:
        return tuple(one for one in some if one.duty.obligation.key in ticked)

    owed = checks(mine.owed)
    return Technician(
        person=person,
        owed=owed,
        later=checks(mine.later),
        waiting=checks(mine.aside),
        done=tuple(one for one in mine.done if one.kept.record.obligation in ticked)[:NEWEST],
        others=len(mine.owed) - len(owed),
    )


def _filtering(store: Store, snapshot: Snapshot, roll: ActiveMembers) -> Iterator[FilteringPromise]:
    for one in snapshot.obligations:
        if one.school != roll.school.key or not one.active or not is_about_filtering(one):
            continue
        act = latest(snapshot, one)
        with store.reading() as conn:
            kept = record_evidence.find(conn, act.receipt) if act and act.receipt else None
        asked = dict.fromkeys(said_as(roll, who.person) for who in roll.asked(one.audience))
        yield FilteringPromise(
            obligation=one,
            cites=source_citation(snapshot.policies, one),
            asked=tuple(asked),
            last=kept,
            last_by=said_as(roll, act.person) if act else "",
        )
