"""Promise by promise over the school year: kept, not kept, not recorded, or no one could; and what follows.

A promise is a rule in use. Nothing counts as not kept only because there is no record of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.core.text import count
from bot.planning.active_members import ActiveMembers, active_members
from bot.planning.review_duties import NO_MEETING
from bot.planning.snapshot import Snapshot
from bot.rules.duties import State
from bot.rules.evidence import Evidence
from bot.rules.obligations import Kind, Obligation
from bot.status.links import Deed, item_page, policy_page, task_matrix_page
from bot.status.model import StatusLine
from bot.status.year import ROW_OF, SchoolYear, YearMark, year_of


class PromiseStatus(StrEnum):
    """How a promise stands, the worst first. NOBODY: no one is there who could do it, or no meeting is."""

    NOT_KEPT = "not kept"
    NOBODY = "nobody could"
    NOT_RECORDED = "not recorded"
    PENDING = "not due yet"
    KEPT = "kept"


# The state whose shape and colour goes with a verdict.
SHAPES: Mapping[PromiseStatus, State] = {
    PromiseStatus.NOT_KEPT: State.OVERDUE,
    PromiseStatus.NOBODY: State.PAUSED,
    PromiseStatus.NOT_RECORDED: State.NO_RECORD,
    PromiseStatus.PENDING: State.DUE,
    PromiseStatus.KEPT: State.DONE,
}


@dataclass(frozen=True, slots=True)
class PromiseKept:
    """One promise. `counts`: state -> people; `by_half_term`: its marks of the year; `deed`: what to do."""

    rule: Obligation
    verdict: PromiseStatus
    counts: Mapping[State, int]
    by_half_term: tuple[YearMark, ...]
    deed: Deed

    @property
    def asked(self) -> int:
        """Return of how many people it is asked."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class UnansweredQuestion:
    """One question of an inspector that the records do not answer, with what would answer it."""

    asks: str
    says: str
    deed: Deed


@dataclass(frozen=True, slots=True)
class PromiseYear:
    """All promises of a school, the worst first, with the year in which they are looked at."""

    year: SchoolYear
    promises: tuple[PromiseKept, ...]

    @property
    def counts(self) -> dict[PromiseStatus, int]:
        counted = Counter(one.verdict for one in self.promises)
        return {verdict: counted[verdict] for verdict in PromiseStatus}


def promise_year(snapshot: Snapshot, school: str, lines: tuple[StatusLine, ...], on: date) -> PromiseYear:
    """Return how each promise of a school stands on a day. `lines`: those of the day's figures."""
    roll = active_members(snapshot, on)[school]
    of_rule: dict[str, list[StatusLine]] = defaultdict(list)
    for line in lines:
        of_rule[line.obligation].append(line)
    done: dict[str, list[Evidence]] = defaultdict(list)
    for act in snapshot.evidence:
        if act.school == school:
            done[act.obligation].append(act)
    bare = replace(snapshot, bodies={})
    found = []
    for rule in snapshot.obligations:
        if rule.school == school and rule.active:
            theirs = of_rule.get(rule.key, [])
            alone = replace(bare, evidence=tuple(done.get(rule.key, ())), obligations=(rule,))
            marks = year_of(alone, school, theirs, on).by_half_term(ROW_OF[rule.kind])
            found.append(_promise(roll, rule, theirs, marks))
    order = list(PromiseStatus)
    found.sort(key=lambda one: (order.index(one.verdict), one.rule.title))
    return PromiseYear(year_of(snapshot, school, lines, on), tuple(found))


def _promise(
    roll: ActiveMembers, rule: Obligation, lines: list[StatusLine], marks: tuple[YearMark, ...]
) -> PromiseKept:
    counts = Counter(one.state for one in lines)
    verdict = _verdict(roll, rule, lines, counts)
    deed = Deed("See who", task_matrix_page(rule.key))
    if rule.kind is Kind.REVIEW and lines:
        deed = Deed("See review", item_page(lines[0]))
    elif verdict is PromiseStatus.NOBODY or not lines:
        deed = Deed("See rule", policy_page(rule.policy) if rule.policy else "/office/rules")
    return PromiseKept(rule, verdict, counts, marks, deed)


def _verdict(
    roll: ActiveMembers, rule: Obligation, lines: list[StatusLine], counts: Mapping[State, int]
) -> PromiseStatus:
    is_review = rule.kind is Kind.REVIEW
    if any(one.subject == NO_MEETING for one in lines) or (
        not lines and not is_review and not roll.asked(rule.audience)
    ):
        return PromiseStatus.NOBODY
    if counts.get(State.OVERDUE):
        return PromiseStatus.NOT_KEPT
    if counts.get(State.NO_RECORD):
        return PromiseStatus.NOT_RECORDED
    is_kept = bool(lines) and set(counts) <= {State.DONE, State.EXCUSED}
    return PromiseStatus.KEPT if is_kept else PromiseStatus.PENDING


def unanswered(found: PromiseYear) -> tuple[UnansweredQuestion, ...]:
    """Return what an inspector would ask that the records of the school do not answer."""
    return tuple(_unanswered(found.promises))


def _unanswered(promises: tuple[PromiseKept, ...]) -> Iterator[UnansweredQuestion]:
    for one in promises:
        unknown = one.counts.get(State.NO_RECORD, 0)
        if one.verdict is PromiseStatus.NOBODY and one.rule.kind is Kind.REVIEW:
            asks = f"How will this be approved in time: {one.rule.title}?"
            yield UnansweredQuestion(asks, "No meeting is in time.", one.deed)
        elif one.verdict is PromiseStatus.NOBODY:
            asks = f"Who is to do this: {one.rule.title}?"
            yield UnansweredQuestion(asks, "No one here holds the role.", one.deed)
        elif unknown and one.rule.kind is Kind.REVIEW:
            yield UnansweredQuestion(f"When is this due: {one.rule.title}?", "No date is recorded.", one.deed)
        elif unknown:
            says = f"Not recorded for {unknown} of {count(one.asked, 'person', 'people')}."
            yield UnansweredQuestion(f"Has everyone done this: {one.rule.title}?", says, one.deed)
