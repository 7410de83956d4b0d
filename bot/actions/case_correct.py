"""Correcting what a case is about: the clocks follow, and so does whoever may have it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.actions.case_notices import hand_on, tell_data_officer
from bot.actions.case_pen import NotYet, Pen, at_work
from bot.domain.case_routes import ABOUT_HEAD, is_about_head
from bot.services import Services
from bot.store import case_timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a case turns out to be about. None leaves a thing as it is; "" clears a policy or clause."""

    category: str | None = None
    policy: str | None = None
    clause: str | None = None
    named: frozenset[str] | None = None
    personal_data: bool | None = None


def correct_facts(
    services: Services, setting: str, number: str, person: str, *, correction: Correction, now: datetime
) -> None:
    """Correct a case. Whoever turns out to be named loses it at once; it goes on by its route."""
    with at_work(services, setting, number, person, now) as pen:
        _check(pen, correction)
        about_head = _is_about_head(pen)
        said = list(_differences(pen, correction))
        if not said:
            return
        _apply(pen, correction)
        entry = pen.say("Corrected.", "\n".join(said))
        _restart_clocks(pen)
        _hand_on(pen, was_about_head=about_head)
        tell_data_officer(pen.desk, pen.file, f"data {entry}")


def _check(pen: Pen, correction: Correction) -> None:
    if correction.category is not None and correction.category not in pen.desk.categories():
        raise NotYet("Choose one of the categories.")
    policies = pen.desk.snapshot.policies
    if correction.policy and (pen.desk.setting.key, correction.policy) not in policies:
        raise NotYet("Choose one of the policies.")
    if correction.named is not None and not correction.named <= pen.desk.snapshot.people.keys():
        raise NotYet("Choose the people from the list.")


def _differences(pen: Pen, correction: Correction) -> Iterator[str]:
    """Say what changes, one line each."""
    case, desk = pen.file.case, pen.desk
    if correction.category not in {None, case.category}:
        yield f"It is about: {desk.title(correction.category or '')}."
    if correction.policy is not None and (correction.policy or None) != case.policy:
        policy = desk.snapshot.policies.get((desk.setting.key, correction.policy))
        yield f"The policy: {policy.title if policy else 'none'}."
    if correction.clause is not None and (correction.clause or None) != case.clause:
        yield f"The clause: {correction.clause or 'none'}."
    if correction.named is not None and correction.named != case.named:
        names = ", ".join(sorted(map(desk.name, correction.named)))
        yield f"It is about these people: {names or 'nobody here'}."
    if correction.personal_data not in {None, case.personal_data}:
        yield f"Personal data may be involved: {'yes' if correction.personal_data else 'no'}."


def _apply(pen: Pen, correction: Correction) -> None:
    sheet, case = pen.file.sheet, pen.file.case
    named = case.named if correction.named is None else correction.named
    if correction.category == ABOUT_HEAD:
        named |= frozenset(pen.desk.roll.holders("headteacher"))
    data = sheet.personal_data if correction.personal_data is None else correction.personal_data
    category = correction.category or case.category
    pen.file = pen.file.moved(category=category)
    pen.change(
        policy=sheet.policy if correction.policy is None else correction.policy or None,
        clause=sheet.clause if correction.clause is None else correction.clause or None,
        named=tuple(sorted(named)),
        personal_data=data,
        watchers=tuple(sorted(case.watchers - named)),
        asks=pen.desk.asked_of(category, personal_data=data),
    )


def _restart_clocks(pen: Pen) -> None:
    """Start the clocks the case has come to need, and stop those it does not; what is done stays done."""
    case, known = pen.file.case, {clock.action: clock for clock in pen.file.clocks}
    wanted = pen.desk.clocks_for(case.category, case.aware_at, personal_data=case.personal_data)
    kept = [known.get(clock.action, clock) for clock in wanted]
    actions = {clock.action for clock in kept}
    kept += [clock for clock in known.values() if clock.done_at and clock.action not in actions]
    stopped = known.keys() - {clock.action for clock in kept}
    case_timeline.save_clocks(pen.desk.conn, case.number, kept)
    pen.file = replace(pen.file, clocks=tuple(kept))
    for action in sorted(actions - known.keys()):
        pen.say(f"This clock began: {action}.")
    for action in sorted(stopped):
        pen.say(f"This clock does not count any more: {action}.")


def _hand_on(pen: Pen, *, was_about_head: bool) -> None:
    """Move the case on when its owner is named in it, or when it turned out to be about the head."""
    case = pen.file.case
    newly_about_head = _is_about_head(pen) and not was_about_head
    if case.assignee is not None and case.assignee not in case.named and not newly_about_head:
        return
    if newly_about_head and case.watchers:
        pen.change(watchers=())
    routed = pen.desk.route(case.category, case.named)
    if routed.person != case.assignee:
        pen.file = hand_on(pen.desk, pen.file, routed.person, "It goes on by its route", pen.person)


def _is_about_head(pen: Pen) -> bool:
    return pen.file.case.category == ABOUT_HEAD or is_about_head(pen.file.case.named, pen.desk.roll)
