"""Obligations: rules with a source. Who (audience) must do what (kind) by when (cadence)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.domain.audience import Audience
from bot.domain.cadence import Cadence
from bot.domain.check_questions import CheckQuestion
from bot.domain.ladder import Ladder


class Kind(StrEnum):
    """What has to be done. The evidence that discharges it follows from the kind."""

    ACKNOWLEDGE = "acknowledge"
    TRAIN = "train"
    SIGN = "sign"
    REVIEW = "review"
    CHECK = "check"
    REPORT = "report"
    DECIDE = "decide"


# The only record of these is kept by Handbell itself: what has no record is still to do. The others may have
# been done where we cannot see; until the day by which somebody was asked, nothing is known of them.
RECORDED_HERE = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})

# Whoever did these says on which day, which may lie years back. All others are dated by their answer.
TELLS_ITS_DAY = frozenset({Kind.TRAIN, Kind.REVIEW})

CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rule comes from. `stated` False: the setting's own choice, not the document's words."""

    policy: str | None = None
    clause: str | None = None
    stated: bool = True

    def cites(self) -> str:
        """Say in a few words why somebody is asked."""
        if self.policy is None:
            return "the setting's own choice"
        place = f"{self.policy} {self.clause}" if self.clause else self.policy
        return place if self.stated else f"{place} (timing is the setting's own choice)"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A promise the setting has confirmed. `policy` and `statement` say what the act is about.

    Of a course: `at_least` so many must hold it at once; once they do, nobody else is asked for it. A renewal
    counts as due soon from `renew_weeks` before its day; None: it is asked for as usual. `questions` are
    answered right before a yes counts. `proof` CERTIFICATE: only what the office has seen counts.
    `since`: the day on which it was added to a register that was there before; None: it came with it.
    """

    key: str
    setting: str
    kind: Kind
    title: str
    audience: Audience
    cadence: tuple[Cadence, ...]
    ladder: Ladder
    source: Source = field(default_factory=Source)
    policy: str | None = None
    statement: str | None = None
    minutes: int | None = None
    active: bool = True
    at_least: int | None = None
    renew_weeks: int | None = None
    questions: tuple[CheckQuestion, ...] = ()
    proof: str | None = None
    since: date | None = None

    @property
    def named(self) -> str:
        """Give the title as it stands behind words that say what sort it is: no "Training" twice."""
        bare = self.title.removeprefix("Training: ") if self.kind is Kind.TRAIN else self.title
        return bare[:1].upper() + bare[1:]
