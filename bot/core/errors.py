"""Every error Handbell raises on purpose. Commands and pages turn them into exit codes and answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class HandbellError(Exception):
    """Root of the tree. The message is a sentence for a person."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One error in an input: its place, what is wrong, what would be right."""

    file: str
    line: int | None
    field: str | None
    wrong: str
    right: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f"{place}: {self.field}" if self.field else place
        return f"{where}: {self.wrong}. {self.right}" if self.right else f"{where}: {self.wrong}."


class BadInput(HandbellError):
    """An input was refused and nothing was changed. Lists every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


class UnreadableDocument(HandbellError):
    """A policy file could not be read as text; the message says why and what to do."""


class DatabaseUnavailable(HandbellError):
    """The database is gone, full or held. Nothing is half-written; whether the last commit counts is open."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database cannot be used now. {why}")


class AlreadySubmitted(HandbellError):
    """What a form asks for was done when it was sent before, at that instant: answered as it was then."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        super().__init__("That is done already.")


class LinkRefused(HandbellError):
    """A personal link is forged, expired or withdrawn."""


class LinkExpired(LinkRefused):
    """A personal link was good once; its time is over."""


class LinkEnded(LinkRefused):
    """A personal link was mailed to an address that is not its person's any more, or its person has left."""

    def __init__(self) -> None:
        super().__init__("This link has ended.")


class SignInRefused(HandbellError):
    """A provider, or what it sent, does not vouch for anyone here. The message is for the log."""


class TryAgain(HandbellError):
    """A vendor could not take it now and certainly did not. `after` is seconds, or None when unknown."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        self.after = after
        super().__init__(reason)


class GiveUp(HandbellError):
    """A vendor refused for good (unknown address, refused content). Tell a person."""


class AddressRefused(GiveUp):
    """Refused for good because of the address itself: nothing more is sent there until it is corrected."""


class VendorNotFound(GiveUp):
    """The requested item does not exist any more. Nothing has to be done."""


class OutcomeUnknown(HandbellError):
    """The vendor may or may not have taken it: look it up before anything is sent again."""
