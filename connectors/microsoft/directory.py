"""People of a school from groups of its directory: staff, governors, volunteers, with their managers.

Only the groups that are named are read, and of each person a few properties. Changes of all users could be
followed more cheaply, but that reads every pupil; so the groups are read whole, once a morning.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiota_abstractions.request_information import RequestInformation

from bot.core.errors import BadInput, GiveUp, Problem, TryAgain
from bot.ports import AccountState, RosterEntry
from bot.rules.people import WEEKDAYS
from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph
from connectors.microsoft.errors import GraphResponse
from connectors.microsoft.middleware import Pace, directory_pace

log = logging.getLogger(__name__)

WANTED = ["id", "displayName", "mail", "userPrincipalName", "accountEnabled", "department"]
USER = "#microsoft.graph.user"
CONTACT = "#microsoft.graph.orgContact"
GUEST = "#EXT#"
PAGE = 100
IN_A_BATCH, FEW = 20, 5
# How often a part of a batch is asked, and the wait before the next time where Graph names none.
TRIES, PART_RESTS_S = 4, 1.0
FILE = "Microsoft 365"
ASK = "ask for managers"
READ_ACCOUNT = "read whether an account is in use"
REFUSED, NONE = 403, 404


class GroupDirectory:
    """The members, also of groups within, of one group for each role. A person's key is their object id."""

    def __init__(
        self, graph: Graph, groups: Mapping[str, str], *, most: int = 500, pace: Pace | None = None
    ) -> None:
        """`most`: how many people a group may hold. One that holds more holds pupils, or parents."""
        self._graph = graph
        self._most = most
        self._groups = groups
        self._left_out: dict[str, int] = {}
        self._pace = pace or directory_pace()

    def roster(self) -> Sequence[RosterEntry]:
        """Return every person once, sorted by name. A disabled account is left out, and so leaves.

        Raises TryAgain, also when a group shows no names; BadInput for a group that is too large or shows no
        members: Graph shows a group with hidden membership as empty.
        """
        people: dict[str, dict[str, Any]] = {}
        roles: dict[str, set[str]] = {}
        self._left_out = {}
        for role, group in self._groups.items():
            for member in self._members(role, group):
                people[member["id"]] = member
                roles.setdefault(member["id"], set()).add(role)
        here = {key: one for key, one in people.items() if one["accountEnabled"]}
        if not here:
            raise _refused("everybody", "has no members", "Check the groups in HANDBELL_MICROSOFT_GROUPS.")
        managers = self._managers(tuple(here))
        entries = [
            _entry(one, frozenset(roles[key]), _known(managers.get(key), here)) for key, one in here.items()
        ]
        return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.key))

    @property
    def left_out(self) -> Mapping[str, int]:
        """Return how many contacts the last reading found, by role.

        They have no account and no key of one.
        """
        return dict(self._left_out)

    def some(self) -> Sequence[str]:
        """List the accounts of a few members of every group; none where `check` says what is wrong."""
        try:
            return [key for role in self._groups for key in self._few(role)]
        except (TryAgain, GiveUp, BadInput):
            return ()

    def _few(self, role: str) -> list[str]:
        some = microsoft_errors.listed(
            self._graph.read(self._asked(self._groups[role], FEW), self._pace), _doing(role)
        )
        if not some:
            raise _shows_nobody(role)
        return [_whole(role, one)["id"] for one in filter(_is_person, some)]

    def check(self) -> None:
        """Read a few members of every group, and ask for their managers."""
        for role in self._groups:
            people = self._few(role)
            for manager in read_each(self._graph, self._managers_of(people), self._pace).values():
                if manager.status != NONE:
                    microsoft_errors.taken(manager, ASK)

    def accounts(self, people: Mapping[str, str | None]) -> Mapping[str, AccountState]:
        """Return the state of each account, and the groups it is still in; see `bot.ports.TellsAccounts`.

        Raises as `roster` does, and TryAgain where an account may not be read.
        """
        if not people:
            return {}
        found = find_users(self._graph, people, ["id", "accountEnabled"], self._pace)
        ids = {str(user["id"]): key for key, user in found.items()}
        roles: dict[str, set[str]] = {key: set() for key in people}
        for role, group in self._groups.items():
            for member in self._members(role, group):
                key = ids.get(str(member["id"]))
                if key is not None:
                    roles[key].add(role)
        return {
            key: AccountState(key in found, _is_enabled(found.get(key)), frozenset(roles[key]))
            for key in people
        }

    def _members(self, role: str, group: str) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        contacts: set[str] = set()
        for page in self._graph.pages(self._asked(group, PAGE), self._pace, doing=_doing(role)):
            for one in filter(_is_person, page.items):
                found[_whole(role, one)["id"]] = one
            contacts |= {str(one["id"]) for one in page.items if one.get("@odata.type") == CONTACT}
            if len(found) > self._most:
                right = "Name a group of staff alone, or raise HANDBELL_GROUP_LIMIT if it is one."
                raise _refused(role, f"has more than {self._most} members", right)
        if not found and not contacts:
            raise _shows_nobody(role)
        if contacts:
            self._left_out[role] = len(contacts)
            log.warning("%s in the group for %s are contacts, and are left out", len(contacts), role)
        return list(found.values())

    def _asked(self, group: str, top: int) -> RequestInformation:
        members = self._graph.builders.groups.by_group_id(group).transitive_members
        return microsoft_client.get(members, select=WANTED, top=top)

    def _managers(self, people: Sequence[str]) -> dict[str, str]:
        """Return the managers by person, read in batches of twenty; many have none.

        Microsoft's pages disagree whether an application may read them. If all are refused, no one has a
        manager.
        """
        told = read_each(self._graph, self._managers_of(people), self._pace)
        refused = [answer for answer in told.values() if answer.status == REFUSED]
        for answer in told.values():
            if not answer.taken and answer.status not in {REFUSED, NONE}:
                raise _not_now(answer)
        if refused and len(refused) < len(people):
            raise _not_now(refused[0])
        if refused:
            log.warning("Microsoft 365 does not tell Handbell anybody's manager; people are listed without")
        return {key: str(one.body["id"]) for key, one in told.items() if one.taken and one.body.get("id")}

    def _managers_of(self, people: Sequence[str]) -> dict[str, RequestInformation]:
        users = self._graph.builders.users
        return {key: microsoft_client.get(users.by_user_id(key).manager, select=["id"]) for key in people}


def read_each(graph: Graph, reads: Mapping[str, RequestInformation], pace: Pace) -> dict[str, GraphResponse]:
    """Send reads in batches of twenty, each part that Graph throttled again; return the answers by key."""
    told: dict[str, GraphResponse] = {}
    waiting = list(reads)
    for _ in range(TRIES):
        for place in range(0, len(waiting), IN_A_BATCH):
            some = waiting[place : place + IN_A_BATCH]
            told |= _batch(graph, {key: reads[key] for key in some}, pace)
        busy = {key: one for key, one in told.items() if one.status in microsoft_errors.BUSY}
        if not busy:
            break
        pace.rest(max(PART_RESTS_S if one.after is None else one.after for one in busy.values()))
        waiting = list(busy)
    return told


def _batch(
    graph: Graph, reads: Mapping[str, RequestInformation], pace: Pace
) -> Iterator[tuple[str, GraphResponse]]:
    people = list(reads)
    answer = graph.read(
        microsoft_client.batch({str(place): reads[key] for place, key in enumerate(people)}), pace
    )
    said = microsoft_errors.taken(answer, ASK).body.get("responses", ())
    heard = {int(one["id"]): microsoft_errors.of_part(one) for one in said}
    for place, key in enumerate(people):
        yield key, heard.get(place, GraphResponse(504, {}))


def find_users(
    graph: Graph, people: Mapping[str, str | None], wanted: list[str], pace: Pace
) -> dict[str, Mapping[str, Any]]:
    """Read the accounts of people by their key, else by their address; people without one are left out."""

    def ask(names: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        users = graph.builders.users
        reads = {
            key: microsoft_client.get(users.by_user_id(name), select=wanted) for key, name in names.items()
        }
        told = read_each(graph, reads, pace)
        return {
            key: microsoft_errors.taken(one, READ_ACCOUNT).body
            for key, one in told.items()
            if one.status != NONE
        }

    found = ask({key: key for key in people})
    missing = {key: email for key, email in people.items() if key not in found and email}
    return found | (ask(missing) if missing else {})


def _is_enabled(user: Mapping[str, Any] | None) -> bool:
    """Return whether an account is in use. Graph hides what an application may not read."""
    if user is None:
        return False
    if user.get("accountEnabled") is None:
        raise TryAgain(f"Handbell could not {READ_ACCOUNT}: the permission User.Read.All is missing.")
    return bool(user["accountEnabled"])


def _not_now(answer: GraphResponse) -> Exception:
    """Return the error for a failed part of a batch.

    It is temporary, so that no manager is removed for it.
    """
    no = microsoft_errors.refused(answer, ASK)
    return no if isinstance(no, TryAgain) else TryAgain(str(no))


def _is_person(one: Mapping[str, Any]) -> bool:
    """Return whether a member is a person and not a group or device."""
    return bool(one.get("@odata.type", USER) == USER)


def _whole(role: str, one: dict[str, Any]) -> dict[str, Any]:
    """Refuse a member without a name: Graph hides what an application may not read, and says nothing."""
    if one.get("displayName") is None or one.get("accountEnabled") is None:
        raise TryAgain(
            f"Handbell could not {_doing(role)}: Microsoft 365 hides their names or whether their accounts"
            " are in use. The application permission User.Read.All is missing."
        )
    return one


def _entry(one: Mapping[str, Any], roles: frozenset[str], manager: str | None) -> RosterEntry:
    department = " ".join(str(one.get("department") or "").split())
    return RosterEntry(
        key=str(one["id"]),
        name=" ".join(str(one["displayName"]).split()),
        email=_email(one),
        roles=roles,
        groups=frozenset({_slug(department)} if department else ()),
        starts_on=None,
        leaves_on=None,
        working_days=WEEKDAYS,
        manager=manager,
    )


def _email(one: Mapping[str, Any]) -> str | None:
    """Return the mail address, or the sign-in name if there is none (which for a guest is not an address)."""
    said = one.get("mail") or one.get("userPrincipalName") or ""
    return said.casefold() if "@" in said and GUEST not in said else None


def _slug(words: str) -> str:
    return "-".join("".join(sign if sign.isalnum() else " " for sign in words.casefold()).split())


def _known(manager: str | None, here: Mapping[str, Any]) -> str | None:
    """Return the manager if they are in the list; a person of the trust's office may not be."""
    return manager if manager in here else None


def _doing(role: str) -> str:
    return f"read who is in the group for {role}"


def _shows_nobody(role: str) -> BadInput:
    right = (
        "Put its members in, or take it out of HANDBELL_MICROSOFT_GROUPS. A group with hidden membership"
        " looks empty: name another, or grant the permission Member.Read.Hidden. Nobody was changed."
    )
    return _refused(role, "shows no members", right)


def _refused(role: str, wrong: str, right: str) -> BadInput:
    return BadInput([Problem(FILE, None, f"group for {role}", wrong, right)])
