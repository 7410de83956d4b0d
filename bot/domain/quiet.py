"""Until when a school stays quiet: the first later day on which its plan, from the same facts, may differ."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.evidence import Evidence
from bot.domain.evidence_index import EvidenceIndex
from bot.domain.owing import Looked, look
from bot.domain.plan import Plan, plan_looked
from bot.domain.settled import Alike, Rule, find_settled, left
from bot.domain.snapshot import Snapshot
from bot.domain.watch import Watch


@dataclass(frozen=True, slots=True)
class Begun:
    """A plan that waits for what was done about the rules of which not all is settled: `needs` names them."""

    today: date
    watch: Watch
    looked: Looked
    needs: frozenset[Rule]


def begin(snapshot: Snapshot, today: date, alike: Iterable[Alike]) -> Begun:
    """Look at a snapshot without its evidence, and settle what people did alike."""
    watch = Watch(today)
    looked = look(snapshot, watch.day)
    settled = find_settled(looked, alike)
    return Begun(today, watch, replace(looked, settled=settled), left(looked, settled))


def decide(begun: Begun, evidence: Iterable[Evidence]) -> tuple[Plan, date]:
    """Plan a day, and name the next day on which to plan unless something is written down before it.

    Today itself: plan whenever asked. So it is where somebody is told something, which is written down too;
    and where a register names people of other schools, whose changes are noted there and not here.
    `evidence`: about what is needed at least.
    """
    today, watch = begun.today, begun.watch
    looked = replace(begun.looked, evidence=EvidenceIndex(evidence))
    decided = replace(plan_looked(looked, watch.day), on=today)
    if decided.notices or looked.snapshot.names_others:
        return decided, today
    # The bank holidays in a snapshot are those of some years around its own.
    return decided, min(watch.until, date(today.year + 1, 1, 1))


def plan_until(snapshot: Snapshot, today: date) -> tuple[Plan, date]:
    """Plan a day from a snapshot with all its evidence, as `decide` does."""
    return decide(begin(snapshot, today, ()), snapshot.evidence)
