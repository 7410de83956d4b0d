"""One search over people, policies and tasks, as far as the reader may open the page of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from bot.core.roles import Permission
from bot.identity.member import Member
from bot.people.person_view import may_view
from bot.planning.duties import duties_of
from bot.status.links import person_page, policy_page, task_matrix_page

MAX_QUERY_LENGTH = 100
MAX_RESULTS = 20


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One thing with its page. `kind`: person, policy or task; `says`: what tells it from others."""

    kind: str
    title: str
    says: str
    href: str


def search(member: Member, typed: str, today: date) -> tuple[SearchResult, ...]:
    """Return what has every typed word in its name or in what is said of it, titles that begin so first."""
    wanted = typed[:MAX_QUERY_LENGTH].casefold().split()
    if not wanted:
        return ()
    found = [one for one in _all(member, today) if _has(wanted, one)]
    ranked = sorted(found, key=lambda one: (not one.title.casefold().startswith(wanted[0]), one.title))
    return tuple(ranked)


def _has(wanted: Iterable[str], one: SearchResult) -> bool:
    words = f"{one.title} {one.says}".casefold()
    return all(word in words for word in wanted)


def _all(member: Member, today: date) -> Iterator[SearchResult]:
    yield from _people(member, today)
    uses_office = member.may(Permission.USE_OFFICE)
    here = member.person.membership(member.school.key)
    if uses_office or (here is not None and here.is_staff):
        for (school, key), policy in member.snapshot.policies.items():
            if school == member.school.key and (uses_office or policy.versions):
                page = policy_page(key) if uses_office else f"/policies/{quote(key, safe='')}"
                yield SearchResult("policy", policy.title, "Policy", page)
    if member.may(Permission.VIEW_SCHOOL):
        for rule in member.snapshot.obligations:
            if rule.school == member.school.key and rule.active:
                yield SearchResult("task", rule.title, "Who has done it", task_matrix_page(rule.key))
    else:
        for duty in duties_of(member.snapshot, today, member.person.key):
            if duty.obligation.school == member.school.key:
                yield SearchResult(
                    "task",
                    duty.obligation.title,
                    "Your task",
                    f"/me/duty/{quote(duty.obligation.key)}/{quote(duty.cycle, safe='/:')}",
                )


def _people(member: Member, today: date) -> Iterator[SearchResult]:
    for person in member.snapshot.people.values():
        here = person.membership(member.school.key)
        if here is not None and may_view(member, person.key):
            left = here.leaves_on is not None and here.leaves_on < today
            roles = ", ".join(sorted(role.replace("-", " ") for role in here.roles if role != "staff"))
            yield SearchResult(
                "person", person.name, "Left" if left else roles or "Staff", person_page(person.key)
            )
