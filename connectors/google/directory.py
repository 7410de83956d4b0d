"""People of a school from Google Workspace: org units and groups, each with a role.

Users are only listed by an org unit that the configuration names, so no pupil is read. A member of a group
who has one of the school's own addresses and is in none of these org units is left out: it may be a pupil.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from bot.core.errors import BadInput, Problem
from bot.ports import AccountState, RosterEntry
from bot.rules.people import WEEKDAYS
from connectors.google.client import GoogleClient, list_all_pages
from connectors.google.errors import RequestRefused

log = logging.getLogger(__name__)

ABOUT = (
    "id,primaryEmail,name/fullName,orgUnitPath,suspended,archived,relations,organizations(department,primary)"
)
MEMBER = "id,email,type,status"
# Members that are people; the others are groups, whose own members are listed too.
PEOPLE = frozenset({"USER", "EXTERNAL"})
USERS_A_PAGE, MEMBERS_A_PAGE = 500, 200
OF_PUPILS = re.compile(r"(.*\W)?(pupils?|students?|learners?)|children")
FILE = "Google Workspace"
# A key that is no id and no address of theirs is refused as wrong, another as not found.
NO_SUCH_USER = frozenset({400, 404})


class GoogleDirectory:
    """One source for each role: an org unit (/Staff) or a group's address. A person's key is Google's id."""

    def __init__(
        self, client: GoogleClient, domains: Sequence[str], sources: Mapping[str, str], *, most: int = 500
    ) -> None:
        """`most`: how many people an org unit or group may hold. One with more holds pupils, or parents."""
        problems = list(_refused_sources(domains, sources))
        if problems:
            raise BadInput(problems)
        self._client = client
        self._most = most
        self._left_out: dict[str, int] = {}
        self._domains = tuple(domain.casefold() for domain in domains)
        self._units = {role: source for role, source in sources.items() if source.startswith("/")}
        self._groups = {role: source for role, source in sources.items() if not source.startswith("/")}

    def roster(self) -> Sequence[RosterEntry]:
        """Return every person once, sorted by name.

        A suspended or archived account is left out, and so leaves. Raises TryAgain (a source was not read to
        its end), or BadInput for a source that cannot be right.
        """
        people: dict[str, dict[str, Any]] = {}
        roles: dict[str, set[str]] = {}
        self._left_out = {}
        for role, unit in self._units.items():
            for user in self._some(role, self._users(role, unit)):
                people[str(user["id"])] = user
                roles.setdefault(str(user["id"]), set()).add(role)
        for role, group in self._groups.items():
            for member in self._members(role, group):
                if str(member["id"]) in people or self._is_outside(role, member):
                    people.setdefault(str(member["id"]), member)
                    roles.setdefault(str(member["id"]), set()).add(role)
        here = {
            key: one for key, one in people.items() if not one.get("suspended") and not one.get("archived")
        }
        if not here:
            raise BadInput([_problem("everybody", "has no members", "Check HANDBELL_GOOGLE_PEOPLE.")])
        by_address = {_address(one): key for key, one in here.items()}
        entries = [_entry(one, frozenset(roles[key]), by_address) for key, one in here.items()]
        return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.key))

    def accounts(self, people: Mapping[str, str | None]) -> Mapping[str, AccountState]:
        """Return the state of each account, and where it still is; see `bot.ports.TellsAccounts`.

        An org unit is where an account is filed: one that is suspended may stay there.
        """
        if not people:
            return {}
        users = find_users(self._client, people, "id,primaryEmail,suspended,archived,orgUnitPath")
        ids = {str(user["id"]): key for key, user in users.items()}
        by_address = {_address(user): key for key, user in users.items()}
        by_address |= {email.casefold(): key for key, email in people.items() if email and key not in users}
        roles: dict[str, set[str]] = {key: set() for key in people}
        for role, group in self._groups.items():
            for member in self._members(role, group):
                key = ids.get(str(member["id"])) or by_address.get(_address(member))
                if key is not None:
                    roles[key].add(role)
        enabled = {key for key, one in users.items() if not one.get("suspended") and not one.get("archived")}
        for key in enabled:
            place = f"{users[key].get('orgUnitPath', '')}/"
            roles[key] |= {
                role for role, unit in self._units.items() if place.startswith(f"{unit.rstrip('/')}/")
            }
        return {key: AccountState(key in users, key in enabled, frozenset(roles[key])) for key in people}

    @property
    def left_out(self) -> Mapping[str, int]:
        """Return how many members without a Google account the last reading found, by role."""
        return dict(self._left_out)

    def check(self) -> None:
        """Read one user of every org unit and one member of every group."""
        for unit in self._units.values():
            self._client.read(self._asked_users(self._domains[0], unit, 1))
        for role, group in self._groups.items():
            self._of_group(role, partial(self._client.read, self._asked_members(group, 1)))

    def _users(self, role: str, unit: str) -> Iterator[dict[str, Any]]:
        users = self._client.service("admin", "directory_v1").users()
        for domain in self._domains:
            ask = partial(self._asked_users, domain, unit, USERS_A_PAGE)
            found = list_all_pages(self._client, ask, users.list_next, under="users")
            _refuse_pupils(role, found)
            yield from found

    def _members(self, role: str, group: str) -> Iterator[dict[str, Any]]:
        """Read a group with the groups within it, which Google lists as its own members."""
        members = self._client.service("admin", "directory_v1").members()
        ask = partial(self._asked_members, group, MEMBERS_A_PAGE)
        read = partial(list_all_pages, self._client, ask, members.list_next, under="members")
        found: list[dict[str, Any]] = self._of_group(role, read)
        for member in self._some(role, found):
            if member.get("type") == "CUSTOMER":
                right = "Name a group of people who work here."
                raise BadInput([_problem(role, "has everybody in it, pupils too", right)])
            if member.get("type") == "USER" and member.get("id"):
                yield member
            elif member.get("type") in PEOPLE:
                self._left_out[role] = self._left_out.get(role, 0) + 1
        if role in self._left_out:
            log.warning(
                "%s in the group for %s have no account, and are left out", self._left_out[role], role
            )

    def _some(self, role: str, found: Iterable[Any]) -> list[Any]:
        """Refuse an empty source, all of whose people would leave, and one of too many members."""
        every_one = list(found)
        if not every_one:
            right = "Put its members in, or take it out of HANDBELL_GOOGLE_PEOPLE. Nobody was changed."
            raise BadInput([_problem(role, "shows no members", right)])
        if len(every_one) > self._most:
            right = "Name an org unit or a group of staff alone, or raise HANDBELL_GROUP_LIMIT if it is one."
            raise BadInput([_problem(role, f"has more than {self._most} members", right)])
        return every_one

    def _of_group(self, role: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except RequestRefused as refused:
            if refused.status != 404:
                raise
            right = "Write the group's address as Google shows it."
            raise BadInput([_problem(role, "is no group Google knows", right)]) from refused

    def _is_outside(self, role: str, member: Mapping[str, Any]) -> bool:
        """Return whether a member has an address elsewhere, as governors may.

        No other member of a group is taken.
        """
        outside = _address(member).rpartition("@")[2] not in self._domains
        if not outside:
            log.warning("a member of the group for %s is in none of the org units, and is left out", role)
        return outside and member.get("status", "ACTIVE") != "SUSPENDED"

    def _asked_users(self, domain: str, unit: str, most: int) -> Any:
        quoted = unit.replace("\\", "\\\\").replace("'", "\\'")
        return (
            self._client.service("admin", "directory_v1")
            .users()
            .list(
                domain=domain,
                query=f"orgUnitPath='{quoted}'",
                maxResults=most,
                orderBy="email",
                fields=f"nextPageToken,users({ABOUT})",
            )
        )

    def _asked_members(self, group: str, most: int) -> Any:
        members = self._client.service("admin", "directory_v1").members()
        fields = f"nextPageToken,members({MEMBER})"
        return members.list(groupKey=group, includeDerivedMembership=True, maxResults=most, fields=fields)


def find_users(
    client: GoogleClient, people: Mapping[str, str | None], fields: str
) -> dict[str, dict[str, Any]]:
    """Read the accounts of people by their key, else by their address; people without one are left out."""
    users = client.service("admin", "directory_v1").users()
    found: dict[str, dict[str, Any]] = {}
    for key, email in people.items():
        for name in filter(None, (key, email)):
            try:
                found[key] = client.read(users.get(userKey=name, fields=fields))
            except RequestRefused as refused:
                if refused.status not in NO_SUCH_USER:
                    raise
            else:
                break
    return found


def _refused_sources(domains: Sequence[str], sources: Mapping[str, str]) -> Iterator[Problem]:
    if not domains:
        yield _problem("everybody", "has no domain", "Set HANDBELL_GOOGLE_DOMAIN.")
    for role, source in sources.items():
        if source.startswith("/"):
            if not source.strip("/ ") or _holds_pupils(source):
                yield _problem(role, f"{source} holds pupils", "Name the org unit of the staff alone.")
        elif "@" not in source:
            yield _problem(role, f"{source} is neither", "Write an org unit (/Staff) or a group's address.")


def _refuse_pupils(role: str, found: Iterable[Mapping[str, Any]]) -> None:
    """Refuse an org unit above one of pupils: Google lists the users of all units below the one named."""
    below = next(
        (str(one.get("orgUnitPath")) for one in found if _holds_pupils(one.get("orgUnitPath"))), None
    )
    if below is not None:
        right = "Name the org unit of the staff alone; nothing was kept."
        raise BadInput([_problem(role, f"has pupils below it, in {below}", right)])


def _holds_pupils(unit: object) -> bool:
    words = str(unit or "").casefold().split("/")
    return any(OF_PUPILS.fullmatch(" ".join(word.split())) for word in words)


def _entry(one: Mapping[str, Any], roles: frozenset[str], by_address: Mapping[str, str]) -> RosterEntry:
    name = " ".join(str((one.get("name") or {}).get("fullName") or "").split())
    return RosterEntry(
        key=str(one["id"]),
        name=name or _address(one),
        email=_address(one) or None,
        roles=roles,
        groups=frozenset(_departments(one.get("organizations") or ())),
        starts_on=None,
        leaves_on=None,
        working_days=WEEKDAYS,
        manager=_manager(one, by_address),
    )


def _manager(one: Mapping[str, Any], by_address: Mapping[str, str]) -> str | None:
    """Return the manager if they are another person in the list."""
    for relation in one.get("relations") or ():
        if relation.get("type") == "manager":
            found = by_address.get(str(relation.get("value", "")).casefold())
            if found is not None and found != str(one["id"]):
                return found
    return None


def _departments(organizations: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in organizations:
        said = "".join(
            sign if sign.isalnum() else " " for sign in str(one.get("department") or "").casefold()
        )
        if said.strip():
            yield "-".join(said.split())


def _address(one: Mapping[str, Any]) -> str:
    return str(one.get("primaryEmail") or one.get("email") or "").casefold()


def _problem(role: str, wrong: str, right: str) -> Problem:
    return Problem(FILE, None, f"people for {role}", wrong, right)
