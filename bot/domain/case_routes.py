"""Whom a case goes to: the route the policy demands, past everybody it is about, and never to nobody.

A concern about the head goes to the chair whatever the route says, because the head's own deputies answer to
the head. Where everybody is shut out, the answer is whom to telephone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from bot.domain.people import ALIASES, STAND_INS
from bot.domain.roll import Roll

DSL_FIRST = ("dsl", "deputy-dsl", "headteacher", "chair")
HEAD_FIRST = ("headteacher", "dsl", "chair")
DEFAULT_ROUTES = {
    "staff-devices": HEAD_FIRST,
    "official-accounts": HEAD_FIRST,
    "images-and-consent": DSL_FIRST,
    "online-conduct": DSL_FIRST,
    "filtering": DSL_FIRST,
    "data-breach": ("dpo", "headteacher", "business-manager", "chair"),
    "data-complaint": ("dpo", "headteacher", "business-manager", "chair"),
    "allegation": ("headteacher", "chair"),
    "pupil-device": DSL_FIRST,
    "visitor": DSL_FIRST,
    "other": HEAD_FIRST,
}
ABOUT_HEAD = "concern-about-head"
DEPUTY_TO = {"deputy-dsl": "dsl"}
# Beyond the route, before anybody outside: someone who can act is found in the setting if there is one.
LAST_RESORT = ("headteacher", "dsl", "deputy-dsl", "chair")
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
class Routed:
    """Who looks after a case: `person`, in `role`; both None: nobody here may.

    `telephone` says whom to ring where nobody here may, or no mail reaches any of them.
    """

    person: str | None
    role: str | None
    telephone: str | None = None


def route(
    category: str, named: Iterable[str], roll: Roll, told: Iterable[str] = (), heads: Iterable[str] = ()
) -> Routed:
    """Find who takes a case. `named` are the people it is about; `told` is the register's route, if any.

    `heads`: those named who were head when it came to be about them.

    Whoever no mail reaches would hear of it from nobody, so it goes past them while anybody else may have it.
    """
    involved = frozenset(named)
    about_head = category == ABOUT_HEAD or bool(heads_among(involved, roll, heads))
    sure = roll.of_confirmed()
    roles = tuple(_roles(category, involved, roll, tuple(told), about_head=about_head))
    lado = f" on {roll.setting.phones.lado}" if roll.setting.phones.lado else ""
    for role in roles:
        person = _holder(role, involved, sure, past=roll.out_of_reach)
        if person is not None:
            return Routed(person, role)
    for role in roles:
        person = _holder(role, involved, sure)
        if person is not None:
            return Routed(person, role, UNHEARD.format(lado))
    waits = any(_holder(role, involved, roll) for role in roles)
    return Routed(None, None, (WAITS if waits else ELSEWHERE).format(lado))


def opening_roles(told: Iterable[Iterable[str]]) -> frozenset[str]:
    """Name every role, by its usual name, whose holder may come to have a case by a route, or to open one.

    `told`: the roles that the register's own routes name.
    """
    named = {"dpo", *LAST_RESORT, *chain(*DEFAULT_ROUTES.values()), *chain(*told)}
    known = {ALIASES.get(role, role) for role in named}
    return frozenset(ALIASES.get(one, one) for role in known for one in STAND_INS.get(role, (role,)))


def also_told(
    tell: Iterable[str], named: Iterable[str], roll: Roll, heads: Iterable[str] = ()
) -> tuple[tuple[str, str], ...]:
    """List who is told of a case beside who takes it: each role of `tell` with a person, in order.

    A role keeps out whole as on a route, and nobody beside the chair is told of a case about the head. Where
    no holder is here and has an address, whoever acts in the role is told too.
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


def heads_among(named: Iterable[str], roll: Roll, known: Iterable[str] = ()) -> frozenset[str]:
    """List those named who are head today, or are `known` to have been when the case came to be about them.

    A case about the head stays one when they have left, or somebody stands in for them.
    """
    return frozenset(named).intersection({*roll.holders("headteacher"), *known})


def shut_out(role: str, named: Iterable[str], roll: Roll) -> bool:
    """Say whether a role keeps out of it whole: a holder is named, or one of the role above a deputy."""
    above = DEPUTY_TO.get(ALIASES.get(role, role))
    holders = {*roll.holders(role), *(roll.holders(above) if above else ())}
    return not holders.isdisjoint(named)


def _roles(
    category: str, involved: frozenset[str], roll: Roll, told: tuple[str, ...], *, about_head: bool
) -> Iterator[str]:
    """List roles in the order they are asked: one that somebody named holds is passed over whole."""
    if about_head:
        asked: tuple[str, ...] = ("chair",)
    else:
        asked = (*(told or DEFAULT_ROUTES.get(category, DEFAULT_ROUTES["other"])), *LAST_RESORT)
    for role in asked:
        if not shut_out(role, involved, roll):
            yield ALIASES.get(role, role)


def _holder(
    role: str, involved: frozenset[str], roll: Roll, *, past: Collection[str] = frozenset()
) -> str | None:
    """Find who acts in a role today; an absent holder still, before the case goes to another role."""
    acting = roll.acting(role, besides=involved.union(past))
    if acting is not None:
        return acting
    return next((key for key in roll.holders(role) if key not in past), None)
