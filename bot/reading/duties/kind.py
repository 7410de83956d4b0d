"""The kind of a duty by what it means: who does what to what, and who hears of it.

The first rule that reads the words decides; the narrow stand before the wide:

1. Is somebody outside the school told or asked? The officer for allegations, the police, a regulator, an adviser
   (`kinds_outside`).
2. Is an act done that is of one kind whatever it is done to? A signature, training, a search, a second reading,
   pictures deleted, a code changed, a risk weighed, a role given (`kinds_acts`).
3. Is it about people who come in, or a place? Visitors, an audience, changing rooms, signs (`kinds_kept`).
4. Is a thing checked, kept or changed that has a kind of its own? The filter, accounts, consents, devices
   (`kinds_kept`): "tests the filter and tells the head" is about the filter, as that is what is done first.
5. Is leave asked, and of whom? Of parents it is consent, of a leader permission. Is something told, and to whom?
   What is wrong goes to a leader, what happened to those above and to families, news to everybody (`kinds_told`).
6. Is there only a rule about a thing, or a record? (`kinds_kept`)

A kind is a hint and no more. The kinds were made for phones, pictures and social media: a sentence of another topic
has none of them, be its words ever so like. Consent for medicine is no consent for photographs.
"""

from __future__ import annotations

import re

from bot.reading.duties.kind_rule import KindRule
from bot.reading.duties.kinds_acts import ACTS
from bot.reading.duties.kinds_kept import CHECKED, THINGS_ALONE, VISITS
from bot.reading.duties.kinds_outside import OUTSIDE
from bot.reading.duties.kinds_told import ASKED, TOLD

MEANINGS: tuple[KindRule, ...] = (*OUTSIDE, *ACTS, *VISITS, *CHECKED, *ASKED, *TOLD, *THINGS_ALONE)

_TOPIC = re.compile(
    r"\b(?:mobile|(?:smart)?phones?|telephones?|devices?|cameras?|photo\w*|images?|pictures?|video\w*|film\w*|footage|social media|social network\w*|online|e-?safety|internet|filter\w*"
    r"|passwords?|tablets?|laptops?|computers?|computing|network|apps?|accounts?|facebook|instagram|tapestry|smart ?watch\w*|technolog\w+|digital|IT|ICT|acceptable use|AUP|posts?)\b",
    re.IGNORECASE,
)
# Kinds that mean the same whatever a document is about.
_OF_ANY_TOPIC = frozenset({"REV", "TRN", "LADO"})


def kind_hint(words: str, heading: str, title: str) -> str | None:
    """The kind of a duty, or None where it is not sure."""
    rule = next((rule for rule in MEANINGS if rule.reads(words)), None)
    if rule is None:
        return None
    if rule.kind not in _OF_ANY_TOPIC and not _TOPIC.search(f"{words} {heading} {title}"):
        return None
    return rule.kind
