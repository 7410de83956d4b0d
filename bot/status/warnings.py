"""Data-quality checks: findings about a school's register and people that are not duties."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from bot.accounts.model import account_findings
from bot.core.dates import long_date
from bot.core.roles import MEANT, NOT_STAFF, employs, slip_of
from bot.planning.active_members import ActiveMembers
from bot.planning.duties import PlanningContext, planning_context
from bot.planning.events import events_of, never_asked, waiting
from bot.planning.occurrences import said_of
from bot.planning.review_duties import due_of
from bot.planning.snapshot import Snapshot
from bot.rules.duties import Finding, Level
from bot.rules.evidence import Outcome
from bot.rules.obligations import Kind
from bot.rules.people import ALIASES, STAND_INS
from bot.training.model import cover_of

AHEAD = timedelta(days=60)
KNOWN_ROLES = frozenset(
    {
        *ALIASES,
        *NOT_STAFF,
        *STAND_INS,
        *MEANT,
        "staff",
        *(one for chain in STAND_INS.values() for one in chain),
    }
)


def findings(snapshot: Snapshot, on: date) -> tuple[Finding, ...]:
    """List what a person should look at, school by school."""
    return count_warnings(planning_context(snapshot, on))


def count_warnings(looked: PlanningContext) -> tuple[Finding, ...]:
    """List it from what was looked at already."""
    return tuple(
        found for key in looked.snapshot.schools for see in LOOKS for found in see(looked, looked.rolls[key])
    )


def _found(
    roll: ActiveMembers, code: str, level: Level, says: str, hint: str = "", *, about: str = ""
) -> Finding:
    return Finding(code, level, says, hint, roll.school.key, about)


def _empty_roles(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    wanted = {
        term.name: one.title
        for one in looked.snapshot.obligations
        if one.school == roll.school.key and one.active
        for term in one.audience.any_of
        if term.sort == "role"
    }
    for role, title in sorted(wanted.items()):
        if roll.holders(role) or role == "staff":
            continue
        stand_in = roll.acting(role) if role in STAND_INS else None
        says = f'Nobody holds the role "{role}", so nobody is asked for: {title}.'
        hint = "Choose somebody under People in the office, and give them this role."
        yield _found(roll, "role-empty", "warning" if stand_in else "problem", says, hint)


def _empty_audiences(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for one in looked.snapshot.obligations:
        roles = all(term.sort == "role" for term in one.audience.any_of)
        if one.school != roll.school.key or not one.active or one.kind is Kind.REVIEW or roles:
            continue
        if not roll.asked(one.audience):
            says = f'"{one.audience}" is nobody here, so nobody is asked for: {one.title}.'
            hint = "Ask the office to check who it is for."
            yield _found(roll, "audience-empty", "warning", says, hint)


def _unknown_roles(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    asked = {
        term.name
        for one in looked.snapshot.obligations
        if one.school == roll.school.key
        for term in (*one.audience.any_of, *one.audience.but_not)
        if term.sort == "role"
    }
    for role in sorted(roll.by_role.keys() - asked - roll.school.staff_means):
        meant = None if employs(role) else slip_of(role, KNOWN_ROLES)
        if meant is not None:
            says = f'Somebody has the role "{role}", which nothing asks for.'
            hint = f'Did you mean "{meant}"? Mend it in the list of people, or under roles in the register.'
            yield _found(roll, "role-unknown", "warning", says, hint)


def _single_points(_looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    heads, leads = roll.holders("headteacher"), roll.holders("dsl")
    both = [key for key in heads if key in leads]
    if both and not roll.holders("deputy-dsl"):
        says = (
            f"The {roll.school.words.head} is also the Designated Safeguarding Lead, and no deputy is named."
        )
        yield _found(
            roll,
            "single-point",
            "warning",
            says,
            "Add a deputy DSL, so there are 2 people to take a concern to.",
        )
    if not roll.holders("chair"):
        says = f"No chair is named: a concern about the {roll.school.words.head} has nowhere to go."
        hint = "Choose the chair under People in the office, and give them this role."
        yield _found(roll, "no-chair", "problem", says, hint)


def _accounts(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for account in roll.accounts:
        if not account.ours:
            continue
        here = [key for key in account.holders if key in roll.here]
        if len(here) < 2:
            number = "one holder" if here else "no holders"
            says = f"{account.name} ({account.channel}) has {number} here."
            yield _found(
                roll, "one-holder", "warning", says, "Two people should be able to get in.", about=account.key
            )
        for key in sorted(account.holders - set(here)):
            person = looked.snapshot.people.get(key)
            gone = person.membership(roll.school.key) if person else None
            if person and gone and gone.leaves_on and gone.leaves_on < looked.on:
                says = f"{person.name} has left and still holds {account.name} ({account.channel})."
                hint = "Take their access away, and finish the hand-over on the account’s page."
                yield _found(roll, "leaver-holds", "problem", says, hint, about=account.key)


def _accounts_stand(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    yield from account_findings(looked.snapshot, roll.school.key, looked.on)


def _cannot_write(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for key in roll.here:
        person = looked.snapshot.people[key]
        if not person.email:
            says = f"{person.name} has no e-mail address."
            yield _found(
                roll, "no-address", "info", says, "Ask them in person, or add an address.", about=key
            )
        elif person.unreachable:
            says = f"Mail to {person.name} is refused: {person.unreachable}"
            hint = "Correct the address in the list of people."
            yield _found(roll, "unreachable", "warning", says, hint, about=key)


def _calendar(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    calendar = looked.snapshot.calendars[roll.school.key]
    if calendar.last_on and calendar.has_ended(looked.on):
        ended = long_date(calendar.last_on)
        says = f"The term dates ended on {ended}: ordinary reminders wait for the next ones."
        yield _found(roll, "terms-ended", "problem", says, "Add the term dates under Settings in the office.")
    elif not calendar.knows(looked.on) or not calendar.knows(looked.on + AHEAD):
        says = (
            "Term dates are missing for this school year or the next: every weekday counts as a school day."
        )
        hint = "Add the term dates under Settings in the office."
        yield _found(roll, "no-terms", "warning", says, hint)


def _phones(_looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    known = roll.school.phones
    missing = [] if known.office or known.dsl else ["the office or the DSL"]
    missing += [] if known.lado else ["your council’s LADO"]
    if missing:
        says = f"No telephone number is known for {' and '.join(missing)}: a report cannot say whom to ring."
        yield _found(roll, "no-phones", "warning", says, "Add the numbers under Settings in the office.")


def _bodies(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for body in roll.bodies.values():
        if not any(meeting.on >= looked.on for meeting in body.meetings):
            says = f"No coming meeting of the {body.name} is known."
            hint = "Whoever clerks can add them: the pages of reviews have one for meeting dates."
            yield _found(roll, "no-meetings", "warning", says, hint)


def _dates(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for one in looked.snapshot.obligations:
        policy = looked.snapshot.policies.get((one.school, one.policy or ""))
        if one.school != roll.school.key or one.kind is not Kind.REVIEW or policy is None:
            continue
        due = due_of(policy, one, looked.evidence.of_obligation(one.school, one.key))
        if due is not None and due.printed and due.computed_on and due.contradicts:
            printed, counted = due.printed.words, long_date(due.computed_on)
            says = f"{policy.title}: it prints {printed}, its own cycle gives {counted}."
            hint = "The earlier date applies. Correct the document."
            yield _found(roll, "dates-disagree", "warning", says, hint, about=policy.key)


def _cover(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    hint = "Book it for somebody; if they have it already, send in the certificate."
    for one in looked.snapshot.obligations:
        held = cover_of(looked, one) if one.school == roll.school.key and one.active else None
        if held is None:
            continue
        if not held.enough:
            says = f"{one.title}: {held.needed} must have it; we hold a record for {len(held.holders)}."
            says += f" {len(held.away)} more with it away for weeks." if held.away else ""
            yield _found(roll, "too-few-trained", "problem", says, hint)
        elif held.enough_until is not None and held.ends_soon(looked.on):
            says = (
                f"{one.title}: {held.needed} must have it; after {long_date(held.enough_until)} too few will."
            )
            yield _found(roll, "cover-ends", "warning", says, hint)


def _events(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    """Notice what is left undone because all who are asked came after it happened."""
    lately = [one for one in looked.events.get(roll.school.key, ()) if one.on <= looked.on < one.on + AHEAD]
    rules = waiting(one for one in looked.snapshot.obligations if one.school == roll.school.key)
    for event in lately:
        for rule in rules.get(event.name, ()):
            acts = looked.evidence.of_obligation(rule.school, rule.key)
            done = any(one.on >= event.on and one.outcome is Outcome.DONE for one in acts)
            came = [roll.here[one.person].starts_on or date.min for one in roll.asked(rule.audience)]
            if came and min(came) > event.on and not done:
                says = f"{said_of(event)} Whoever is asked for this came later: {rule.title}."
                yield _found(roll, "event-unasked", "warning", says, "See that it is done by somebody.")


def _never_asked(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for rule in never_asked(one for one in looked.snapshot.obligations if one.school == roll.school.key):
        waits = ", ".join(dict.fromkeys(events_of(rule)))
        says = f"Nobody is ever asked for this rule, because nothing records {waits}: {rule.title}."
        hint = "A report becomes a case, and the case asks. Switch the rule off, or name another event."
        yield _found(roll, "never-asked", "warning", says, hint)


def _retired(looked: PlanningContext, roll: ActiveMembers) -> Iterator[Finding]:
    for one in looked.snapshot.obligations:
        policy = looked.snapshot.policies.get((one.school, one.source.policy or ""))
        if one.school == roll.school.key and not one.active and policy is not None:
            says = f'{policy.title} says "{one.title}". Your school asks no one for it.'
            hint = "Change the policy at its next review, or start the rule again."
            yield _found(roll, "promise-retired", "warning", says, hint, about=one.key)


LOOKS: tuple[Callable[[PlanningContext, ActiveMembers], Iterator[Finding]], ...] = (
    _dates,
    _single_points,
    _empty_roles,
    _unknown_roles,
    _empty_audiences,
    _retired,
    _accounts,
    _accounts_stand,
    _calendar,
    _phones,
    _bodies,
    _cannot_write,
    _cover,
    _events,
    _never_asked,
)
