"""Obligations: rules with a source. Who (audience) must do what (kind) by when (cadence).

A proposed register cites lines of the text it was read from ("L226; other-policy L370"). Anyone who is asked
sees no lines; they are told the document, with a clause where there is one ("4.2", "Part 2").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.rules.audience import Audience
from bot.rules.cadence import Cadence
from bot.rules.check_items import CheckItem
from bot.rules.evidence import CheckQuestion
from bot.rules.policies import Policy
from bot.rules.reminder_ladder import Ladder

ABOUT_SAFETY = re.compile(
    r"safeguard|child protection|keeping children safe|allegation|abuse|radicalis|\bprevent duty\b|\blado\b"
    r"|filtering|monitoring|retention|retain|how long .{0,20}kept",
    re.IGNORECASE,
)


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
# been done where we cannot see; until the day by which someone was asked, nothing is known of them.
RECORDED_HERE = frozenset({Kind.ACKNOWLEDGE, Kind.SIGN})

# Anyone who did these says on which day, which may lie years back. All others are dated by their answer.
TELLS_ITS_DAY = frozenset({Kind.TRAIN, Kind.REVIEW})

CERTIFICATE = "certificate"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rule comes from. `stated` False: the school's own choice, not the document's words.

    `quotes`: the sentences of the policy it rests on, as they stood when someone decided about them.
    """

    policy: str | None = None
    clause: str | None = None
    stated: bool = True
    quotes: tuple[str, ...] = ()

    def cites(self) -> str:
        """Return a short reason why someone is asked."""
        if self.policy is None:
            return "the setting's own choice"
        place = f"{self.policy} {self.clause}" if self.clause else self.policy
        return place if self.stated else f"{place} (timing is the setting's own choice)"


@dataclass(frozen=True, slots=True)
class Obligation:
    """A promise the school has confirmed. `policy` and `statement` say what the act is about.

    Of a course: `at_least` so many must hold it at once; once they do, no one else is asked for it. A renewal
    counts as due soon from `renew_weeks` before its day; None: it is asked for as usual. `questions` are
    answered right before a yes counts. `proof` CERTIFICATE: only what the office has seen counts.
    `items`: a check counts once each of them is answered. `course_link`: the web page of a course.
    `since`: the day on which it was added to a register that was there before; None: it came with it.
    """

    key: str
    school: str
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
    items: tuple[CheckItem, ...] = ()
    course_link: str | None = None

    @property
    def named(self) -> str:
        """Return the title as it stands behind words that say what sort it is: no "Training" twice."""
        bare = self.title.removeprefix("Training: ") if self.kind is Kind.TRAIN else self.title
        return bare[:1].upper() + bare[1:]


Policies = Mapping[tuple[str, str], Policy]
LINES = re.compile(r"(?:L|[Ll]ines? )\d+(?:\s*[-–]\s*L?\d+)?")
# What ends a clause of one document and begins that of another.
BETWEEN = ";"


def source_citation(policies: Policies, one: Obligation) -> str:
    """Return the citation for the person asked: titles and clauses, no lines."""
    named = {title: _clauses(places) for title, places in _places(policies, one).items()}
    if not named:
        return one.source.cites()
    if any(named.values()):
        said = "; ".join(f"{title} {clauses}".strip() for title, clauses in named.items())
    else:
        said = f"as {' and '.join(named)} {'says' if len(named) == 1 else 'say'}"
    return said + _timing(one.source)


def in_full(policies: Policies, one: Obligation) -> str:
    """Return the citation for the office: titles, clauses and lines."""
    named = _places(policies, one)
    said = "; ".join(f"{title} {', '.join(places)}".strip() for title, places in named.items())
    return said + _timing(one.source) if named else one.source.cites()


def _clauses(places: Iterable[str]) -> str:
    return ", ".join(place for place in places if not LINES.fullmatch(place))


def _timing(source: Source) -> str:
    return "" if source.stated else " (timing is the setting's own choice)"


def _places(policies: Policies, one: Obligation) -> dict[str, list[str]]:
    """Map the documents' titles to their places; the first part is about the source's own policy."""
    own, found = one.source.policy, dict[str, list[str]]()
    if own is None:
        return found
    for number, part in enumerate((one.source.clause or "").split(BETWEEN)):
        key, _, rest = part.strip().partition(" ")
        other = policies.get((one.school, key)) if number else None
        known = other or policies.get((one.school, own))
        places = rest if other is not None else part.strip()
        title = known.title if known else own
        found.setdefault(title, []).extend(place for place in places.split(", ") if place)
    return found


SAFEGUARDING_WORDS = ("safeguarding", "child protection", "child-protection", "prevent", "kcsie")


def is_safeguarding_training(one: Obligation) -> bool:
    """Return whether a course is about safeguarding: its key, its title or its statement says so."""
    said = f"{one.key} {one.title} {one.statement or ''}".casefold()
    return one.kind is Kind.TRAIN and any(word in said for word in SAFEGUARDING_WORDS)


def is_about_safety(words: str) -> bool:
    """Return whether changing what says this is for those who lead on safeguarding."""
    return ABOUT_SAFETY.search(words) is not None


def is_about_filtering(one: Obligation) -> bool:
    """Return whether a promise is about filtering: its key, its title or its statement speaks of it."""
    said = f"{one.key} {one.title} {one.statement or ''}"
    return one.kind is not Kind.REVIEW and "filter" in said.casefold()
