"""Who has set up 2-Step Verification: a property of each user, which the list of people's scope shows."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.google.client import GoogleClient
from connectors.google.directory import find_users


class UsersTwoStep:
    """The users of one Workspace, asked for the people named and for no one else."""

    def __init__(self, client: GoogleClient, domain: str) -> None:
        self._client = client
        self._domain = domain

    def two_step(self, people: Mapping[str, str | None]) -> Mapping[str, bool]:
        """Return whether each is enrolled; people without an account are left out."""
        found = find_users(self._client, people, "id,isEnrolledIn2Sv")
        return {
            key: bool(user["isEnrolledIn2Sv"])
            for key, user in found.items()
            if user.get("isEnrolledIn2Sv") is not None
        }

    def check(self) -> None:
        """Ask for no one. Raises TryAgain where users may not be read."""
        find_users(self._client, {f"no-one.handbell@{self._domain}": None}, "id,isEnrolledIn2Sv")
