"""Access to cases: routing, and who may open one.

A case is not routed to anyone it is about. A concern about the head goes to the chair whatever the register's
route says, because the head's deputies answer to the head. If no one is left, the result is a phone number.

A person may open a case that was given to them or belongs to one of their roles, and never one about them. A
role opens cases once a second person has confirmed it; it excludes its holder from a case about them
immediately. Every list, count, export and page filters cases by `may_open`, so that a case about its reader
leaves no gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.cases.model import Case
from bot.core.roles import CASE_ADVISERS, CASE_LEADERS, CASE_RESPONDERS
from bot.planning.active_members import ActiveMembers
from bot.rules.case_rules import DEFAULT_ROUTES
from bot.rules.people import ALIASES
from bot.rules.report_fields import ReportField

ABOUT_HEAD = "concern-about-head"
DEPUTY_TO = {"deputy-dsl": "dsl"}
ELSEWHERE = (
    "Nobody at the setting may look after this. Telephone the local authority designated officer (LADO){}, "
    "or the NSPCC whistleblowing line on 0800 028 0285."
)
UNHEARD = (
    "Nobody who may look after this can be reached by e-mail now. Telephone the local authority designated "
    "officer (LADO){}, or the NSPCC whistleblowing line on 0800 028 0285."
)

WAITS = (
    "Nobody who looks after reports is confirmed yet, so this waits unopened. If it cannot wait, telephone "
    "the local authority designated officer (LADO){}, or the NSPCC whistleblowing line on 0800 028 0285."
)


@dataclass(frozen=True, slots=True)
class RoutingResult:
    """Result of routing: `person`, in `role`; both None if no one here may take the case.

    `telephone` is a number to call where no one here may, or no email reaches any of them.
    """

    person: str | None
    role: str | None
    telephone: str | None = None


def route(
    category: str,
    named: Iterable[str],
    roll: ActiveMembers,
    told: Iterable[str] = (),
    heads: Iterable[str] = (),
) -> RoutingResult:
    """Return who takes a case. `named` are the people it is about; `told` is the register's route, if any.

    `heads`: those named who were head when it came to be about them. A person whom no email reaches is passed
    over while another may have the case.
    """
    involved = frozenset(named)
    about_head = category == ABOUT_HEAD or bool(heads_among(involved, roll, heads))
    sure = roll.of_confirmed()
    roles = tuple(_route_roles(category, involved, roll, tuple(told), about_head=about_head))
    lado = f" on {roll.school.phones.lado}" if roll.school.phones.lado else ""
    for role in roles:
        person = _holder(role, involved, sure, past=roll.out_of_reach)
        if person is not None:
            return RoutingResult(person, role)
    for role in roles:
        person = _holder(role, involved, sure)
        if person is not None:
            return RoutingResult(person, role, UNHEARD.format(lado))
    waits = any(_holder(role, involved, roll) for role in roles)
    return RoutingResult(None, None, (WAITS if waits else ELSEWHERE).format(lado))


def also_told(
    tell: Iterable[str], named: Iterable[str], roll: ActiveMembers, heads: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return who is told of a case other than its owner: each role of `tell` with a person, in order.

    A role is excluded as a whole as in routing, and only the chair is told of a case about the head. Where no
    holder is here and has an address, the person acting in the role is told too.
    """
    involved = frozenset(named)
    if heads_among(involved, roll, heads):
        return ()
    found: dict[str, str] = {}
    sure = roll.of_confirmed()
    for role in tell:
        if shut_out(role, involved, roll):
            continue
        holders = [key for key in sure.holders(role) if key not in roll.out_of_reach]
        if all(roll.here[key].away_on(roll.day) for key in holders):
            acting = _holder(role, involved, sure, past=roll.out_of_reach)
            holders += [acting] if acting else []
        for person in holders:
            found.setdefault(person, ALIASES.get(role, role))
    return tuple((role, person) for person, role in found.items())


def heads_among(named: Iterable[str], roll: ActiveMembers, known: Iterable[str] = ()) -> frozenset[str]:
    """Return those named who are head today, or are `known` to have been when the case came to be about them.

    A case about the head stays one when they have left or have a stand-in.
    """
    return frozenset(named).intersection({*roll.holders("headteacher"), *known})


def shut_out(role: str, named: Iterable[str], roll: ActiveMembers) -> bool:
    """Return whether a role is excluded as a whole.

    A holder is named, or one of the role that it deputises for.
    """
    above = DEPUTY_TO.get(ALIASES.get(role, role))
    holders = {*roll.holders(role), *(roll.holders(above) if above else ())}
    return not holders.isdisjoint(named)


def _route_roles(
    category: str, involved: frozenset[str], roll: ActiveMembers, told: tuple[str, ...], *, about_head: bool
) -> Iterator[str]:
    """Yield roles in the order they are asked, without any role that a named person holds."""
    if about_head:
        asked: tuple[str, ...] = ("chair",)
    else:
        asked = (*(told or DEFAULT_ROUTES.get(category, DEFAULT_ROUTES["other"])), *CASE_RESPONDERS)
    for role in asked:
        if not shut_out(role, involved, roll):
            yield ALIASES.get(role, role)


def _holder(
    role: str, involved: frozenset[str], roll: ActiveMembers, *, past: Collection[str] = frozenset()
) -> str | None:
    """Find who acts in a role today; an absent holder still, before the case goes to another role."""
    acting = roll.acting(role, besides=involved.union(past))
    if acting is not None:
        return acting
    return next((key for key in roll.holders(role) if key not in past), None)


DATA = frozenset({"data-breach", "data-complaint"})


def may_open(case: Case, person: str, roll: ActiveMembers) -> bool:
    """Return whether a person may see a case and work on it today."""
    if case.school != roll.school.key or person in case.named or person not in roll.here:
        return False
    given = person == case.assignee or person in case.watchers
    return given or not _roles(case, roll).isdisjoint(_held(person, roll))


def involves_personal_data(case: Case) -> bool:
    """Return whether a case is, or by its category must be, about personal data."""
    return case.personal_data or case.category in DATA


def may_be_given(case: Case, roll: ActiveMembers) -> tuple[str, ...]:
    """List who may be given a case: no one it is about, and no staff where it is about the head."""
    about_head = is_about_head(case, roll)
    return tuple(
        key
        for key, member in roll.here.items()
        if key not in case.named
        and not member.away_on(roll.day)
        and (not CASE_ADVISERS.isdisjoint(member.roles) or (member.is_staff and not about_head))
    )


def is_about_head(case: Case, roll: ActiveMembers) -> bool:
    """Return whether a case is about the head, or the person who was head when it came to be about them."""
    return case.category == ABOUT_HEAD or bool(heads_among(case.named, roll, case.heads))


def may_see(field: ReportField, person: str, roll: ActiveMembers) -> bool:
    """Return whether a person who may open a case is shown this field of its report."""
    return field.shown_to is None or not field.shown_to.isdisjoint(_held(person, roll))


def leads(case: Case, person: str, roll: ActiveMembers) -> bool:
    """Return whether a person sees a case as a leader, independently of who has it."""
    return person in roll.here and not _leading(case, roll).isdisjoint(_held(person, roll))


def above_others(named: Iterable[str], roll: ActiveMembers) -> frozenset[str]:
    """List those named who hold a post today that others answer to: the head's, or one that has a deputy."""
    posts = ("headteacher", *DEPUTY_TO.values())
    return frozenset(named).intersection(key for role in posts for key in roll.holders(role))


def answers_to_named(case: Case, person: str, roll: ActiveMembers) -> bool:
    """Return whether a person is deputy to one a case is about, and no leader of it in another role."""
    roles = roll.here[person].roles if person in roll.here else frozenset[str]()
    held = {ALIASES.get(role, role) for role in roles}
    above = (post for deputy, post in DEPUTY_TO.items() if deputy in held)
    return any(shut_out(post, case.named, roll) for post in above) and not leads(case, person, roll)


def _roles(case: Case, roll: ActiveMembers) -> frozenset[str]:
    """Return the roles that see a case without being given it."""
    if is_about_head(case, roll):
        return frozenset({"chair"})
    data = frozenset({"dpo"}) if involves_personal_data(case) else frozenset()
    return data | _leading(case, roll)


def _leading(case: Case, roll: ActiveMembers) -> frozenset[str]:
    if is_about_head(case, roll):
        return frozenset()
    return frozenset(role for role in CASE_LEADERS if not shut_out(role, case.named, roll))


def _held(person: str, roll: ActiveMembers) -> frozenset[str]:
    """Return the roles of a person that count for cases."""
    held = (role for role in roll.here[person].roles if roll.is_confirmed(person, role))
    return frozenset(ALIASES.get(role, role) for role in held)
