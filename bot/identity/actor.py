"""Who does something on a page, at which school, and how they were identified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.rules.people import Person, School


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something at a desk, where, and by what means we know them.

    `form`: the digest of what they sent, done once; None: no form. `was`: what their form started from, as
    `form_start` names it; empty: no page said what it was.
    """

    school: School
    person: Person
    identified_by: str
    form: str | None = None
    was: str = ""

    @property
    def actor(self) -> str:
        return f"person:{self.person.key}"


@dataclass(frozen=True, slots=True)
class Identification:
    """How a person was identified. `types_name`: a typed name counts as a signature.

    A signature on paper has its own day, a `witness`, and the key of the person who entered it.
    """

    by: str
    channel: str = "web"
    types_name: bool = False
    witness: str | None = None
    signed_on: date | None = None
    entered_by: str | None = None


BY_LINK = Identification("personal link", types_name=True)
