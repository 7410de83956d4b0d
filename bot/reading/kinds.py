"""What kind of duty a sentence creates: a table of rules, the surest first; the first that matches decides."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One way a kind of duty is worded.

    `cues`: the sentence must hold one of these, in lower case; a cheap test before the pattern.
    `unless`: words that show it is something else. `who`: the audience when the sentence names no doer.
    `acts`: whether the sentence's subject is the doer ("Staff will report"), or is acted upon ("Parents will be
    informed"). `when`: the cadence proposed when the document states none. `once`: one clause a document.
    """

    kind: str
    cues: tuple[str, ...]
    find: re.Pattern[str]
    who: str
    when: str
    why: str
    acts: bool = True
    unless: re.Pattern[str] | None = None
    once: bool = False

    def reads(self, words: str, lowered: str) -> re.Match[str] | None:
        if not any(cue in lowered for cue in self.cues):
            return None
        found = self.find.search(words)
        if not found or (self.unless and self.unless.search(words)):
            return None
        return found


HEAD = r"(?:head[\s-]?teacher|head ?master|head of (?:school|centre)|principal|manager|supervisor|the head\b)"
DSL = (
    r"(?:DSLs?\b|DSPs?\b|DSO\b|DCPO\b|CPO\b|designated (?:senior )?(?:safeguarding|child protection|senior|person|teacher|lead|officer)"
    r"|safeguarding (?:lead|officer|team|co-?ordinator)|child protection (?:officer|co-?ordinator|lead))"
)
LEADERS = (
    rf"(?:{HEAD}|{DSL}|leadership (?:team|staff)|senior (?:leader|leadership|member|management|staff|teacher)|SLT\b|SMT\b|line manager"
    r"|chair(?:man|person)?\b|governor|trustee|committee|office|data protection officer|DPO\b|business manager"
    r"|SENCO|class ?teacher|IT (?:manager|lead|team)|e-?safety|online safety)"
)
POLICY = r"(?:polic(?:y|ies)|procedures?|document|statement|plan|scheme|guidance|agreement|code of conduct)"
MUST = r"(?:will|must|shall|should|(?:is|are|be) (?:required|expected|asked|responsible|obliged|to\b)|ha(?:s|ve) (?:a|the) (?:duty|responsibility)|needs? to)"


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
