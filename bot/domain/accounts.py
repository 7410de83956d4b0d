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
