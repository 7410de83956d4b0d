"""Instructions that cannot both be followed, where two wordings tell it reliably."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.clause_sentences import Sentence
from bot.reading.facts import Finding


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of one matter. Where a document holds both, a person must say which it means."""

    says: str
    one: re.Pattern[str]
    other: re.Pattern[str]


def _pair(says: str, one: str, other: str) -> Pair:
    return Pair(says, re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))


_DEVICE = r"(?:phones?|devices?|mobiles?|watch(?:es)?|technology)"
_PUPIL = r"(?:pupils?|learners?|child(?:ren)?(?:[’']s)?|students?)"
PAIRS = (
    _pair(
        "Pupils' devices may not come on site, yet they are to be handed in. Say which, and for whom.",
        rf"^(?=.*\b{_PUPIL}\b)(?=.*\b{_DEVICE}\b)"
        r".*\b(?:not (?:permitted|allowed) (?:on|onto) (?:the )?(?:school )?(?:site|premises)"
        r"|(?:not|never) (?:be )?(?:brought|bring) (?:in)?to school)",
        rf"^(?=.*\b{_DEVICE}\b).*\b(?:hand(?:ed)? (?:them |it )?in(?:to)?\b"
        r"|(?:bring|brought|take|taken) .{0,60}\bto the (?:school )?office)",
    ),
    _pair(
        "The school is said to have no official channels, yet official channels are regulated. "
        "Say whose they are.",
        r"\b(?:has|have|there are) no official social media (?:channels?|accounts?|presence)",
        r"\bofficial social media (?:use|channels? (?:are|is|will)|accounts? (?:are|is|will))",
    ),
    _pair(
        "One rule forbids contact with pupils or parents on personal accounts; another only advises "
        "against it. Use one of “must not” and “advised not to”.",
        r"\bstaff (?:will|must|should) not .{0,80}\b(?:friends?|contact|communicat\w+|accept|follow)",
        r"\badvised not to (?:communicate|accept|have|add|contact|follow|become)",
    ),
    _pair(
        "A breach will be a disciplinary offence in one place and may be in another. Say which.",
        r"\bbreach\w*\b.{0,60}\bwill be (?:considered|treated|regarded) .{0,40}\bdisciplinary",
        r"\bbreach\w*\b.{0,80}\bmay (?:result in|lead to|be subject to) .{0,40}\bdisciplin",
    ),
    _pair(
        "Devices are to be switched off in one place and on silent in another. Say which, and when.",
        rf"\b{_DEVICE}\b.{{0,80}}\b(?:switched|turned) off\b(?!.{{0,20}}\bsilent)(?!\s*/)",
        rf"\b{_DEVICE}\b.{{0,80}}"
        r"\b(?:kept|placed|put|set|switched|turned|be|off\s*/\s*placed) (?:on|to|in|onto) silent\b",
    ),
    _pair(
        "Images may be kept for a while in one place, deleted at once in another. Say when to delete.",
        r"\b(?:week|fortnight|month|half[- ]term)(?:[’']s)? (?:worth )?(?:of )?"
        r"(?:images|photos|photographs)\b"
        r"|\b(?:images|photos|photographs)\b.{0,60}\bdeleted (?:weekly|monthly|each (?:week|term))",
        r"\b(?:as soon as|immediately|straight after)\b.{0,60}\b(?:deleted?|wiped?|erased?|cleared?)\b",
    ),
    _pair(
        "The device stays on a person at all times in one place, in a room in another. Say where it is kept.",
        rf"\b{_DEVICE}\b.{{0,60}}"
        r"\b(?:on (?:their|the) (?:person|personal possession)"
        r"|in (?:their )?personal possession)\b.{0,20}\ball times",
        rf"\b{_DEVICE}\b.{{0,60}}\b(?:remains?|is kept|stays?|lives?) (?:in|at) \b",
    ),
    _pair(
        "Parents may film or photograph in one place and only school cameras may be used in another. "
        "Say what parents may do at events.",
        r"\bparents\b.{0,60}\b(?:may|can|are (?:allowed|permitted|welcome) to) "
        r"(?:film|photograph|record|take)\b",
        r"\bonly (?:the )?school(?:[’']s)?(?:[- ]owned)? (?:cameras?|ipads?|devices?|equipment)"
        r" (?:may|can|should|must|are|will)\b",
    ),
)


def contradictions(sentences: list[Sentence]) -> Iterator[Finding]:
    """Each pair that the document holds, with the place of both wordings."""
    for pair in PAIRS:
        one = next((each for each in sentences if pair.one.search(each.words)), None)
        other = next(
            (each for each in sentences if each is not one and pair.other.search(each.words)),
            None,
        )
        if one and other:
            line, second = one.places[0][0], other.places[0][0]
            says = f"{pair.says} Compare line {line} with line {second}: “{_short(other.words)}”"
            yield Finding("contradiction", "warning", says, one.words, line)


def _short(words: str) -> str:
    some = words.split()
    return " ".join(some[:25]) + (" …" if len(some) > 25 else "")
