"""Evidence: what people did, in the form the rules need. The store keeps the whole record, append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Outcome(StrEnum):
    """What a person answered. A question and a refusal are outcomes too."""

    DONE = "done"
    QUESTION = "question"
    DECLINED = "declined"
    EXCUSED = "excused"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One act. `cycle` ties it to one occurrence; None: it counts for every cycle open on that day.

    `subject` is the account, policy stage or event the duty was about; `version` the SHA-256 shown.
    `until` limits an excuse; of an approval it is the next review that the approved text prints.
    For reviews, `person` is the body, and what is withdrawn names the `receipt` it takes back as `reference`.
    """

    setting: str
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

    `person`: whom it is about; where a rule asks them, it asks nobody else. `subject`: the account it is
    about; where a rule asks holders, it asks those of that account. `note`: what happened, for whoever is
    asked.
    """

    key: str
    setting: str
    name: str
    on: date
    person: str | None = None
    subject: str | None = None
    note: str = ""
