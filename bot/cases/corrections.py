"""Correcting what a case is about; clocks, access and owner follow. Also reopens a closed case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.cases.access import ABOUT_HEAD, is_about_head, leads
from bot.cases.content import CaseContent
from bot.cases.context import (
    HANDBELL,
    CaseContext,
    CaseSession,
    Outdated,
    TransitionBlocked,
    as_shown,
    case_transaction,
)
from bot.cases.emails import hand_on, on_its_way, tell_data_officer, tell_others, tell_owner
from bot.cases.model import Case, CaseState, is_open
from bot.rules.case_rules import Clock, thing_of
from bot.services import Services


def run_clocks(pen: CaseSession, clocks: Iterable[Clock]) -> None:
    """Make a case's clocks these and no others, and say which began and which do not count any more."""
    kept = tuple(clocks)
    before, after = {one.action for one in pen.file.clocks}, {one.action for one in kept}
    pen.file = pen.desk.save_clocks(pen.file, kept)
    for action in sorted(after - before):
        pen.say(f"This clock began: {action}.")
    for action in sorted(before - after):
        pen.say(f"This clock does not count any more: {action}.")


def open_again(pen: CaseSession, why: str) -> None:
    """Reopen a closed case and tell its owner: a closed one has no reminders, and its retention runs."""
    if is_open(pen.file.case):
        return
    pen.move(state=CaseState.TRIAGED.value, closed_at=None)
    entry = pen.say("Opened again.", why)
    pen.file, has_moved = on_its_way(pen.desk, pen.file)
    if not has_moved and pen.file.case.assignee != pen.person:
        tell_owner(pen.desk, pen.file, f"again {entry}")


def open_again_if_a_clock_runs(pen: CaseSession) -> None:
    if pen.file.running:
        open_again(pen, f"A clock runs: {', '.join(pen.file.running)}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Corrected facts of a case. None leaves a fact unchanged; "" clears a policy or clause.

    `was`: `as_shown` of the case as the form showed it; empty: not checked.
    """

    category: str | None = None
    policy: str | None = None
    clause: str | None = None
    named: frozenset[str] | None = None
    personal_data: bool | None = None
    was: str = ""


def correct_facts(
    services: Services, school: str, number: str, person: str, *, correction: Correction, now: datetime
) -> None:
    """Correct a case. A person who is named by it loses it immediately, and it is routed again."""
    with case_transaction(services, school, number, person, now) as pen:
        if correction.was not in {"", as_shown(pen.file.case)}:
            raise Outdated
        _check(pen, correction)
        before = pen.file.case
        said = list(_differences(pen, correction))
        if not said:
            return
        _apply(pen, correction)
        entry = pen.say("Corrected.", "\n".join(said))
        _restart_clocks(pen)
        _hand_on(pen, before)
        open_again_if_a_clock_runs(pen)
        if pen.file.case.category != before.category:
            pen.file = tell_others(pen.desk, pen.file)
        tell_data_officer(pen.desk, pen.file, f"data {entry}")


def name_also(desk: CaseContext, file: CaseContent, named: frozenset[str]) -> CaseContent:
    """Add people who are involved. If one of them has the case it is routed again."""
    if named <= file.case.named:
        return file
    pen = CaseSession(desk, file, HANDBELL)
    before = pen.file.case
    correction = Correction(named=file.case.named | named)
    said = list(_differences(pen, correction))
    _apply(pen, correction)
    pen.say("Somebody here is named.", "\n".join(said))
    _hand_on(pen, before)
    return pen.file


def _check(pen: CaseSession, correction: Correction) -> None:
    if correction.category is not None and correction.category not in pen.desk.categories():
        raise TransitionBlocked("Choose one of the categories.")
    policies = pen.desk.snapshot.policies
    if correction.policy and (pen.desk.school.key, correction.policy) not in policies:
        raise TransitionBlocked("Choose one of the policies.")
    if correction.named is not None and not correction.named <= pen.desk.snapshot.people.keys():
        raise TransitionBlocked("Choose the people from the list.")


def _differences(pen: CaseSession, correction: Correction) -> Iterator[str]:
    """Yield what changes, one line each."""
    case, desk = pen.file.case, pen.desk
    if correction.category not in {None, case.category}:
        yield f"It is about: {desk.title(correction.category or '')}."
    if correction.policy is not None and (correction.policy or None) != case.policy:
        policy = desk.snapshot.policies.get((desk.school.key, correction.policy))
        yield f"The policy: {policy.title if policy else 'none'}."
    if correction.clause is not None and (correction.clause or None) != case.clause:
        yield f"The clause: {correction.clause or 'none'}."
    if correction.named is not None and correction.named != case.named:
        names = ", ".join(sorted(map(desk.name, correction.named)))
        yield f"It is about these people: {names or 'nobody here'}."
    if correction.personal_data not in {None, case.personal_data}:
        yield f"Personal data may be involved: {'yes' if correction.personal_data else 'no'}."


def _apply(pen: CaseSession, correction: Correction) -> None:
    sheet, case = pen.file.sheet, pen.file.case
    named = case.named if correction.named is None else correction.named
    if correction.category == ABOUT_HEAD:
        named |= frozenset(pen.desk.roll.holders("headteacher"))
    data = sheet.personal_data if correction.personal_data is None else correction.personal_data
    category = correction.category or case.category
    pen.change(
        category=category,
        policy=sheet.policy if correction.policy is None else correction.policy or None,
        clause=sheet.clause if correction.clause is None else correction.clause or None,
        named=tuple(sorted(named)),
        personal_data=data,
        watchers=tuple(sorted(case.watchers - named)),
        asks=pen.desk.asked_of(category, personal_data=data),
    )


def _restart_clocks(pen: CaseSession) -> None:
    """Start the clocks the case has come to need, and stop those it does not; what is done stays done."""
    case = pen.file.case
    by_thing = {thing_of(clock.action): clock for clock in sorted(pen.file.clocks, key=_is_done)}
    wanted = pen.desk.clocks_for(case.category, case.aware_at, personal_data=case.personal_data)
    kept = [_as_it_runs(by_thing.get(thing_of(clock.action)), clock) for clock in wanted]
    actions = {clock.action for clock in kept}
    done = [clock for clock in pen.file.clocks if clock.done_at and clock.action not in actions]
    run_clocks(pen, (*kept, *done))


def _is_done(clock: Clock) -> bool:
    return clock.done_at is not None


def _as_it_runs(known: Clock | None, wanted: Clock) -> Clock:
    """Return the known clock if it is done or ends no later; otherwise the new one."""
    if known is None or (known.done_at is None and known.due_at > wanted.due_at):
        return wanted
    return known


def _hand_on(pen: CaseSession, before: Case) -> None:
    """Route the case again if it is now about its owner or the head, or its owner is no longer allowed.

    A person who answers to someone named loses access by role, and also as a follower.
    """
    case, roll = pen.file.case, pen.desk.roll
    newly_about_head = is_about_head(case, roll) and not is_about_head(before, roll)
    mine = case.watchers | ({case.assignee} if case.assignee else set())
    shut = {key for key in mine if leads(before, key, roll) and not leads(case, key, roll)}
    following = frozenset[str]() if newly_about_head else case.watchers - shut
    if following != case.watchers:
        pen.change(watchers=tuple(sorted(following)))
    if case.assignee is not None and case.assignee not in {*case.named, *shut} and not newly_about_head:
        pen.file = pen.desk.settled(pen.file)
        return
    routed = pen.desk.route(case.category, case.named, case.heads)
    if routed.person != case.assignee:
        pen.file = hand_on(pen.desk, pen.file, routed.person, "It goes on by its route", pen.person)
    pen.file = pen.desk.settled(pen.file)
