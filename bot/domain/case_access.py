"""Who may open a case: whoever it was given to, and the roles it belongs to; nobody it is about, ever.

A role counts once somebody else confirmed that this person holds it; that a role is held shuts out at once.

Every list, count, export and page of cases is made by asking `may_open` of each case, so that one about its
reader leaves no gap to notice.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.case_routes import ABOUT_HEAD, DEPUTY_TO, heads_among, shut_out
from bot.domain.cases import Case
from bot.domain.people import ALIASES
from bot.domain.roll import Roll

DATA = frozenset({"data-breach", "data-complaint"})
LEADERS = ("headteacher", "dsl", "deputy-dsl")


def may_open(case: Case, person: str, roll: Roll) -> bool:
    """Say whether a person may see a case and work on it today."""
    if case.setting != roll.setting.key or person in case.named or person not in roll.here:
        return False
    given = person == case.assignee or person in case.watchers
    return given or not _roles(case, roll).isdisjoint(_held(person, roll))


def is_about_head(case: Case, roll: Roll) -> bool:
    """Say whether a case is about the head, or about whoever was head when it came to be about them."""
    return case.category == ABOUT_HEAD or bool(heads_among(case.named, roll, case.heads))


def leads(case: Case, person: str, roll: Roll) -> bool:
    """Say whether somebody here sees a case as a leader, whoever has it."""
    return person in roll.here and not _leading(case, roll).isdisjoint(_held(person, roll))


def above_others(named: Iterable[str], roll: Roll) -> frozenset[str]:
    """List those named who hold a post today that others answer to: the head's, or one that has a deputy."""
    posts = ("headteacher", *DEPUTY_TO.values())
    return frozenset(named).intersection(key for role in posts for key in roll.holders(role))


def answers_to_named(case: Case, person: str, roll: Roll) -> bool:
    """Say whether somebody here is deputy to one a case is about, and no leader of it in another role."""
    roles = roll.here[person].roles if person in roll.here else frozenset[str]()
    held = {ALIASES.get(role, role) for role in roles}
    above = (post for deputy, post in DEPUTY_TO.items() if deputy in held)
    return any(shut_out(post, case.named, roll) for post in above) and not leads(case, person, roll)


def _roles(case: Case, roll: Roll) -> frozenset[str]:
    """Name the roles that see a case without being given it."""
    if is_about_head(case, roll):
        return frozenset({"chair"})
    data = frozenset({"dpo"}) if case.personal_data or case.category in DATA else frozenset()
    return data | _leading(case, roll)


def _leading(case: Case, roll: Roll) -> frozenset[str]:
    if is_about_head(case, roll):
        return frozenset()
    return frozenset(role for role in LEADERS if not shut_out(role, case.named, roll))


def _held(person: str, roll: Roll) -> frozenset[str]:
    """Name the roles of somebody here that count for cases."""
    held = (role for role in roll.here[person].roles if roll.is_confirmed(person, role))
    return frozenset(ALIASES.get(role, role) for role in held)
