"""Evidence: what people did, in the form the rules need. The store keeps the whole record, append-only.

Short questions after reading: which of someone's answers to look at again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

OLDEST = timedelta(days=3653)

MAX_QUESTIONS = 5

# What the school decided of one person's task, by the code kept as its record's reference. A reason for not
# asking is one of these and never free text, so that no record of health comes about.
EXCUSED_FOR: Mapping[str, str] = {
    "other-work": "Other work at school comes first",
    "next-session": "Will do it with the next group",
    "not-yet-set-up": "Waiting for equipment or an account",
    "agreed": "A later date was agreed",
}
NOT_APPLICABLE: Mapping[str, str] = {
    "other-role": "Not part of their job here",
    "other-rule": "Another rule covers it",
    "nothing-to-use": "They do not use what it is about",
}


@dataclass(frozen=True, slots=True)
class CheckQuestion:
    """One question with its answers to choose from; `right` counts them from 1."""

    ask: str
    answers: tuple[str, ...]
    right: int


def unanswered(questions: Sequence[CheckQuestion], given: Sequence[int]) -> tuple[int, ...]:
    """Number the questions, from 1, to which no answer of theirs was chosen."""
    return tuple(
        number
        for number, question in enumerate(questions, start=1)
        if number > len(given) or not 1 <= given[number - 1] <= len(question.answers)
    )


def wrong(questions: Sequence[CheckQuestion], given: Sequence[int]) -> tuple[int, ...]:
    """Number the questions, from 1, that were answered otherwise than right, or not at all."""
    return tuple(
        number
        for number, question in enumerate(questions, start=1)
        if number > len(given) or given[number - 1] != question.right
    )


class Outcome(StrEnum):
    """What a person answered. A question and a refusal are outcomes too."""

    DONE = "done"
    QUESTION = "question"
    DECLINED = "declined"
    EXCUSED = "excused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


# What a person answers instead of a yes, and a leader or the policy's owner has to deal with.
ASKS = frozenset({Outcome.QUESTION, Outcome.DECLINED})


@dataclass(frozen=True, slots=True)
class Evidence:
    """One act. `cycle` ties it to one occurrence; None: it counts for every cycle open on that day.

    `subject` is the account, policy stage or event the duty was about; `version` the SHA-256 shown.
    `until` limits an excuse; of an approval it is the next review that the approved text prints.
    For reviews, `person` is the body, and what is withdrawn names the `receipt` it takes back as `reference`.
    """

    school: str
    obligation: str
    person: str
    on: date
    outcome: Outcome = Outcome.DONE
    cycle: str | None = None
    subject: str | None = None
    version: str | None = None
    until: date | None = None
    reference: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and sets clocks running: a trip came back, a holder left.

    `person`: whom it is about; where a rule asks them, it asks no one else. `subject`: the account it is
    about; where a rule asks holders, it asks those of that account. `note`: what happened, for anyone who is
    asked. `due_on`: its own day, in the place of the one its rule counts.
    """

    key: str
    school: str
    name: str
    on: date
    person: str | None = None
    subject: str | None = None
    note: str = ""
    due_on: date | None = None
