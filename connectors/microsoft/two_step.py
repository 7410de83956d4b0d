"""Who has set up a second step at sign-in: the report of authentication methods, person by person.

It needs one permission more than the list of people (AuditLog.Read.All) and a licence (Entra ID P1 or P2), so
it is switched on by a setting of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.microsoft import client as microsoft_client
from connectors.microsoft import errors as microsoft_errors
from connectors.microsoft.client import Graph
from connectors.microsoft.directory import NONE, find_users, read_each
from connectors.microsoft.middleware import Pace, directory_pace

REPORT = "reports.authentication_methods"
BUILDERS = (
    "reports.reports_request_builder",
    f"{REPORT}.authentication_methods_request_builder",
    f"{REPORT}.user_registration_details.user_registration_details_request_builder",
    f"{REPORT}.user_registration_details.item.user_registration_details_item_request_builder",
)
DOING = "read who has a second step at sign-in"
WRONG_ID = 400
# No one has this id: where the permission is there, the answer is that there is no such person.
NO_ONE = "00000000-0000-0000-0000-000000000000"


class RegistrationReport:
    """The report of one tenant, asked for the people named and for no one else."""

    def __init__(self, graph: Graph, *, pace: Pace | None = None) -> None:
        microsoft_client.load(BUILDERS)
        self._graph = graph
        self._pace = pace or directory_pace()

    def two_step(self, people: Mapping[str, str | None]) -> Mapping[str, bool]:
        """Return whether each has a second step; whom the report does not have is left out."""
        if not people:
            return {}
        users = find_users(self._graph, people, ["id"], self._pace)
        ids = {key: str(user["id"]) for key, user in users.items()}
        details = self._graph.builders.reports.authentication_methods.user_registration_details
        reads = {
            key: microsoft_client.get(
                details.by_user_registration_details_id(id_), select=["id", "isMfaRegistered"]
            )
            for key, id_ in ids.items()
        }
        told = read_each(self._graph, reads, self._pace) if reads else {}
        found = {
            key: microsoft_errors.taken(one, DOING).body for key, one in told.items() if one.status != NONE
        }
        return {
            key: bool(said["isMfaRegistered"])
            for key, said in found.items()
            if said.get("isMfaRegistered") is not None
        }

    def check(self) -> None:
        """Ask for no one. TryAgain, GiveUp: the permission or the licence is missing."""
        details = self._graph.builders.reports.authentication_methods.user_registration_details
        answer = self._graph.read(
            microsoft_client.get(details.by_user_registration_details_id(NO_ONE)), self._pace
        )
        if answer.status not in {WRONG_ID, NONE}:
            microsoft_errors.taken(answer, DOING)
