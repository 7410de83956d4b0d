"""Input that is refused: which field is wrong, and what to enter instead."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import HandbellError

MAX_TEXT_LENGTH = 4000
# Shown where a form comes with no CSRF token of its session, or with one that has expired.
PAGE_EXPIRED = "This page was open too long. Nothing was recorded. Check it and send it again."


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing to correct: the name of the field, and what to enter instead."""

    field: str
    says: str


class ValidationFailed(HandbellError):
    """The input was refused and nothing was written. `refusals` has an error for each field."""

    def __init__(self, *refusals: FieldError) -> None:
        self.refusals = refusals
        super().__init__("; ".join(refusal.says for refusal in refusals))


class FieldErrors(dict[str, str]):
    """The message of each field that is wrong; "" for every other field."""

    def __missing__(self, field: str) -> str:
        return ""
