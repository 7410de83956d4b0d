"""Official social-media accounts and the people who run them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """An account the setting answers for, or watches (`ours` False: a PTA page, say). Never a password.

    `reach`: "open" to anybody, "closed" to those let in, empty where nobody said. `owner` is a role.
    """

    key: str
    setting: str
    channel: str
    name: str
    holders: frozenset[str] = frozenset()
    ours: bool = True
    address: str = ""
    purpose: str = ""
    reach: str = ""
    owner: str = ""

    @property
    def called(self) -> str:
        """Name it with its channel: "merriwellgreen on Instagram"; a name that says the channel alone."""
        says_it = self.channel.casefold() in self.name.casefold()
        return self.name if says_it else f"{self.name} on {self.channel}"
