"""The likeliest kind of a duty that no rule knows, or that a rule reads otherwise than its words would have it.

What somebody has to do under a kind, and when, is not told by likeness: `USUAL` says who and when is proposed, for a
person to confirm. A kind told so is marked as likely, and stands in the register as a question.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.reading.kinds import Rule
from bot.reading.kinds_likeness import NO_DUTY, likeness

# How much liker another kind's examples a sentence must be than those of the kind that a rule read.
_MUCH_LIKER = 16
# Rules that read a plain deed, being trained or reporting, are right whatever the sentence goes on to speak of.
_READ_BY_DEEDS = frozenset({"ACK", "AUP", "IND", "LADO", "POL", "RPT", "TRN"})
# Who acts on an allegation depends on whom it is about: that is not left to likeness.
_NEVER_INSTEAD = frozenset({"LADO"})
# How much liker a duty than none a sentence must be: where it binds and says when it is done or how it would be
# shown; where it binds and does not, for most such are rules of conduct; and where no way of binding is known in it.
SHOWN, CONDUCT, TOLD = 2, 10, 12
# Rules of conduct speak as duties of these kinds do: to keep the rules, that breaches have consequences, how those
# who allege are treated; and what a cover says of its own making speaks as a review does.
_LIKE_CONDUCT = frozenset({"ACK", "INV", "LADO", "REV"})
_BESIDES = 10
# "It is done again every May" goes on with the duty before it in its section.
_SPEAKS_OF_BEFORE = re.compile(
    r"(?:it|they|this|these|that|those|each|both|all of (?:it|them))\b", re.IGNORECASE
)
_GOES_ON = 10
_KEPT_AT_HAND = 512
_ANYTHING = re.compile(r".+", re.DOTALL)
_INCIDENT = "on event incident within 10 school days"
_BREACH = "on event breach-reported within 1 school day"

# Kind -> who usually has such a duty, and how often it falls due.
USUAL: dict[str, tuple[str, str]] = {
    "LADO": ("role:headteacher or role:dsl", "on event allegation within 1 working day"),
    "POL": ("role:headteacher or role:dsl", "on event suspected-offence within 1 school day"),
    "EXT": ("role:dsl or role:headteacher", "on event advice-needed within 1 school day"),
    "CMP": ("role:headteacher", "each September"),
    "SRCH": ("role:headteacher", "on event search within 1 school day"),
    "LOCK": ("role:office", "every 12 months"),
    "2ND": ("holder", "on event post within 1 school day"),
    "AUP": ("holder", "on every new version within 10 school days"),
    "CON": ("role:office", "on joining within 10 school days"),
    "WIPE": ("staff", "weekly in term on Friday"),
    "FILT": ("role:headteacher", "every 12 months"),
    "MON": ("role:headteacher", "each term"),
    "CRED": ("holder", "each term"),
    "ACC": ("holder or role:headteacher", "each term"),
    "RSK": ("role:headteacher", "on event new-tool within 10 school days"),
    "REL": ("staff", "each September"),
    "IND": ("staff", "on joining within 10 school days"),
    "TRN": ("staff", "every 12 months"),
    "VIS": ("role:office", "each term"),
    "RPT": ("role:headteacher", _INCIDENT),
    "ROLE": ("role:headteacher", "each September"),
    "CONF": ("staff", "always"),
    "ACT": ("role:headteacher", "each term"),
    "INV": ("role:headteacher", _INCIDENT),
    "BRCH": ("staff", _BREACH),
    "PERM": ("role:headteacher", "on event permission-asked within 10 school days"),
    "EDU": ("staff", "each September"),
    "DEV": ("staff", "each term"),
    "ACK": ("staff", "on every new version within 10 school days"),
    "INFO": ("role:headteacher", "each September"),
    "REV": ("role:headteacher", "every 12 months"),
}
LIKELY = {
    kind: Rule(kind, "Its words are those of this kind", _ANYTHING, who, when, likely=True)
    for kind, (who, when) in USUAL.items()
}


def likeliest(words: str, heading: str, before: str, *, least: int) -> Rule | None:
    """The kind whose examples the sentence is most like; None where it is liker what asks nothing of anybody.

    `before`: the kind of the duty before it in its section. `least`: how much liker a duty.
    """
    scores = dict(_scores(words, heading))
    if before and _SPEAKS_OF_BEFORE.match(words):
        scores[before] += _GOES_ON
    kind = max(USUAL, key=lambda kind: scores[kind])
    if least == CONDUCT and kind in _LIKE_CONDUCT:
        least += _BESIDES
    return LIKELY[kind] if scores[kind] - scores[NO_DUTY] > least else None


def likelier(rule: Rule, words: str, heading: str) -> Rule | None:
    """The kind whose examples the sentence is much liker than those of the kind that a rule read; or None.

    A rule that reads a plain deed does not give way.
    """
    if rule.kind in _READ_BY_DEEDS:
        return None
    scores = _scores(words, heading)
    other = max((kind for kind in USUAL if kind not in _NEVER_INSTEAD), key=lambda kind: scores[kind])
    return LIKELY[other] if scores[other] - scores[rule.kind] > _MUCH_LIKER else None


@lru_cache(_KEPT_AT_HAND)
def _scores(words: str, heading: str) -> dict[str, float]:
    return likeness().scores(words, heading)
