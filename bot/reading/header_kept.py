"""Who keeps the document, where a sentence says it of "it" or names the keeper behind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.reading.deeds import IT, KIND, REVIEWED
from bot.reading.header_about import Told
from bot.reading.header_people import holder
from bot.reading.lines import Sentence
from bot.reading.people import names_with_places

_KEPT = (
    r"(?:written|rewritten|drafted|drawn\s+up|put\s+together|prepared|compiled|produced|looked\s+after|kept"
    r"(?:\s+up\s+to\s+date)?|maintained|held|owned|led|overseen|taken\s+care\s+of)"
)
_KEEPS = (
    r"(?:keeps|looks\s+after|owns|maintains|revises|updates|wrote|writes|drafted|leads(?:\s+on)?|takes\s+care\s+of|has\s+charge\s+of"
    r"|(?:is|are)\s+(?:in\s+charge\s+of|the\s+(?:keeper|author|owner|guardian|writer|custodian)\s+of)"
    r"|(?:is|are)\s+answerable\s+for\s+the\s+upkeep\s+of)"
)
# Behind these words stands who it is.
_BEHIND = re.compile(
    rf"(?<!copy of )(?<!copies of )\b{IT}\s+(?:(?:was|is|has\s+been|were|are)\s+(?:(?:then|first|mostly"
    rf"|also|\w+ly)\s+)?"
    rf"(?:{_KEPT}(?:\s+(?:in|for|with)\s+[\w ]{{2,30}}?)?\s+by|in\s+the\s+(?:care|hands|charge|keeping)\s+of"
    rf"|the\s+work\s+of)|belongs\s+to"
    rf"|(?:rests|lies|sits)\s+with)"
    rf"|\bresponsibility\s+for\s+(?:keeping\s+|the\s+upkeep\s+of\s+)?{IT}(?:\s+up\s+to\s+date)?\s+(?:rests|lies|sits|is)"
    r"\s+with"
    rf"|\b(?:job|task)\s+of\s+(?:keeping|writing|looking\s+after)\s+{IT}(?:\s+up\s+to\s+date)?\s+(?:is|falls\s+to|belongs\s+to)"
    rf"|\b(?:keeper|leader|lead|author|owner|guardian|writer|custodian)\s+of\s+{IT}(?:,\s+who\s+[^,.;]{{3,50}},)?\s+is"
    rf"|\b(?:person|member\s+of\s+staff|colleague|one|leader|teacher)\s+who\s+(?:{_KEEPS})\s+{IT}(?:\s+up\s+to\s+date)?\s+is",
    re.IGNORECASE,
)
_ROLE_FIRST = re.compile(r"\s*(?:by\s+)?(?:(?:the|our|its|their)\s+[\w’'& /-]{2,60}?,?\s*)?", re.IGNORECASE)
# Before these words stands who it is: "Mrs Holt, our SENCO, looks after it".
_BEFORE = re.compile(rf"\b(?:{_KEEPS}\s+{IT}|drew\s+{IT}\s+up)", re.IGNORECASE)
_ROLE_AFTER = re.compile(
    r"(?:\s*\([^)]{2,50}\)|,\s+(?:who\s+is\s+)?[^,.;]{2,50},?)?,?\s+(?:who\s+)?(?:also\s+|now\s+|\w+ly\s+)?",
    re.IGNORECASE,
)
_STAFF = (
    r"(?:leads?|leaders?|champions?|co-?ordinators?|officer|manager|practitioner|SENDCo|SENCo|DSL|head\s?teacher|principal"
    r"|bursar|secretary)"
)
_ROLE = rf"(?P<role>(?:[\w&/’'-]+\s+){{0,5}}?{_STAFF})"
_THIS = rf"(?:this|our|the)\s+(?:(?!school\b)[\w&/’'-]+\s+){{0,3}}?{KIND}\b(?!['’]s)"
_UPKEEP = r"(?:writing|keeping|reviewing|updating|maintaining|drafting|upkeep)"
# "The attendance champion leads the work and writes this policy"
_ROLE_KEEPS = re.compile(
    rf"^(?:The|Our)\s+{_ROLE}\s+(?:[a-z][^.;]{{2,60}}?(?:,|\band)\s+)?(?:(?:keeps|looks\s+after|owns|maintains|wrote|writes|drafted)\s+{_THIS}"
    rf"|(?:is|has)\s+(?:the\s+person\s+)?responsib(?:le|ility)\s+for\s+(?:{_UPKEEP}\s+(?:of\s+)?)?(?:this|our)\s+{KIND}\b)",
    re.IGNORECASE,
)
# "It is gone over every year by the online safety lead", where nobody else is said to keep it
_ROLE_REVIEWS = re.compile(
    rf"\b{IT}\s+(?:is|will\s+be)\s+{REVIEWED}\s+(?:[\w-]+\s+){{0,3}}?by\s+(?:the|our)\s+(?!head|principal|manager){_ROLE}\b(?=\s*[.;]|$)",
    re.IGNORECASE,
)
_WROTE_THIS = re.compile(
    r"\b(?:wrote|drew\s+up|put\s+together)\s+this(?=\s*[.,;(]|\s+(?:and|in|for|with)\b|$)"
    r"|\b(?:looks\s+after|wrote|keeps)\s+these\s+(?:sheets|pages|notes|rules)\b"
)
_DRAWN_UP_BY = re.compile(r"(?:Drawn\s+up|Put\s+together)\s+by\s+(?=[A-Z])")
_NAME = 60
_LONGEST = 500


def keeper(told: Iterable[Told]) -> str | None:
    """The first who is said to write or keep the document."""
    about = (one.sentence.text for one in told if one.rank is not None and len(one.sentence.text) < _LONGEST)
    return next((who for text in about if (who := _named(text))), None)


def author(spoken: list[Sentence]) -> str | None:
    """ "Jane Poe, the owner, wrote this": said of the document wherever it stands."""
    for sentence in spoken:
        drawn = _DRAWN_UP_BY.match(sentence.text)
        behind = names_with_places(sentence.text[drawn.end() : drawn.end() + _NAME]) if drawn else []
        if behind and not behind[0][1]:
            return behind[0][0]
        found = _WROTE_THIS.search(sentence.text) if len(sentence.text) < _LONGEST else None
        people = names_with_places(sentence.text[: found.start()]) if found else []
        if found and people and _ROLE_AFTER.fullmatch(sentence.text[people[-1][2] : found.start()]):
            return people[-1][0]
    return None


def _named(text: str) -> str | None:
    behind, before = _BEHIND.search(text), _BEFORE.search(text)
    if not behind and not before:
        return None
    people = names_with_places(text)
    for name, start, end in people:
        if behind and start >= behind.end() and _ROLE_FIRST.fullmatch(text[behind.end() : start]):
            return name.removesuffix("'s").removesuffix("’s")
        if before and end <= before.start() and _ROLE_AFTER.fullmatch(text[end : before.start()]):
            return name
    return None


def keeping_role(told: list[Told], spoken: list[Sentence]) -> str | None:
    """The role that is said to keep the document, or to review it: by name where the document has one."""
    about = [one.sentence.text for one in told if one.rank is not None and len(one.sentence.text) < _LONGEST]
    for pattern in (_ROLE_KEEPS, _ROLE_REVIEWS):
        found = next((found for text in about if (found := pattern.search(text))), None)
        if found:
            return holder(found["role"], spoken) or found["role"]
    return None
