"""Says of which obligations one person's duty can be told without looking at anybody else."""

from __future__ import annotations

from bot.domain.cadence import BeforeMeeting, OnEvent
from bot.domain.obligations import Kind, Obligation

# Whether one of these names somebody, their own membership says; the others look at accounts and bodies, or
# at everybody's addresses, old and new.
OF_THEIR_OWN = frozenset({"everyone", "staff", "role", "group"})


def stands_alone(one: Obligation) -> bool:
    """Say whether nobody else's doing, no account, meeting or event changes what one person owes of it."""
    terms = (*one.audience.any_of, *one.audience.but_not)
    return (
        one.kind is not Kind.REVIEW
        and one.at_least is None
        and all(term.sort in OF_THEIR_OWN for term in terms)
        and not any(isinstance(cadence, BeforeMeeting | OnEvent) for cadence in one.cadence)
    )
