"""A rule says how a kind of duty is worded, who usually has it and how often it falls due."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = {
    "head": (
        r"(?:head[\s-]?(?:teacher|master|mistress)|head of (?:school|cent(?:re|er)|setting)|executive head|principal"
        r"|(?<!line )(?<!business )(?<!network )manager|supervisor|the head)"
    ),
    "dsl": (
        r"(?:DSLs?|DSPs?|DSO|DCPO|CPO|CPC"
        r"|designated (?:\w+ )?(?:safeguarding|child protection|senior|person|teacher|lead|officer|staff|member)s?"
        r"|safeguarding (?:leads?|officers?|team|co-?ordinator)|child protection (?:officer|co-?ordinator|lead))"
    ),
    "governors": (
        r"(?:governors?|governing (?:body|board)|board of (?:governors|trustees|directors)|trustees|committee|the board)"
    ),
    "leaders": (
        r"(?:<head>|<dsl>|<governors>|leadership (?:team|staff)|senior (?:leader|leadership|member|management|staff|teacher)\w*"
        r"|SLT|SMT|line manager|chair(?:man|person)?|(?:school |main )?office|data protection (?:officer|lead)|DPO|DPL"
        r"|business manager|SENCO|class ?teacher|(?:IT|ICT|network) (?:manager|lead|team|technician|support)|deputy|proprietor)"
    ),
    "staff": (
        r"(?:staff(?: members?)?|members of staff|employees?|volunteers?|adults?|teachers?|practitioners?|everyone|anyone"
        r"|users?|governors?|colleagues|students|visitors?|contractors?|they|you|he/she|all)"
    ),
    "pupils": r"(?:learners?|pupils?|children|students)",
    "parents": r"(?:parents?|carers?|guardians?|famil(?:y|ies))",
    "must": (
        r"(?:will|must|shall|should|(?:is|are) (?:required|expected|asked|responsible|obliged|requested|to)"
        r"|ha(?:s|ve) an? (?:duty|responsibility|obligation)|needs? to)"
    ),
    "be": r"(?:(?:will|must|shall|should|can|may|need to) (?:always |also |only |never |normally )?be|is|are|being)",
    "policy": (
        r"(?:polic(?:y|ies)|procedures?|this document|statement|plan|scheme|guidance|agreements?|code of conduct|guidelines)"
    ),
    "device": (
        r"(?:(?:mobile |smart|cell)?phones?|devices?|cameras?|laptops?|equipment|tablets?|iPads?|(?:smart ?)?watch(?:es)?"
        r"|technology|memory (?:sticks?|cards?)|USB)"
    ),
    "image": r"(?:images?|photo\w*|videos?|pictures?|footage|recordings?|memory|films?)",
    "trouble": (
        r"(?:concerns?|breach(?:es)?|incidents?|misuse|suspicions?|disclosures?|allegations?|accidents?|losse?s?|damage"
        r"|faults?|communications?|abuse|hazards?|injur(?:y|ies)|contact)"
    ),
    "report": r"(?:report|inform|notify|alert|tell|refer|pass|raise|share|speak|discuss|consult)",
    "reported": r"(?:reported|referred|passed|notified|raised|recorded|logged|brought to|drawn to|shared with|discussed with)",
    "at once": r"(?:immediately|directly|promptly|straight ?away|without delay|first|in the first instance|then|also|always|,)",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One way a kind of duty is worded.

    `cues`: the sentence must hold one of these, in lower case; a cheap test before the pattern.
    `find`: the wording; `unless`: words that show it is something else.
    `who`, `when`: the audience and the cadence proposed where the document names none.
    `acts`: whether the sentence's subject is the doer ("Staff will report") and not the done-to ("Parents will
    be informed"). `once`: a document makes this duty once, however often it says so.
    """

    kind: str
    why: str
    cues: tuple[str, ...]
    find: re.Pattern[str]
    who: str
    when: str
    unless: re.Pattern[str] | None = None
    acts: bool = False
    once: bool = False

    def reads(self, words: str, lowered: str) -> re.Match[str] | None:
        """Where the sentence is worded as this rule says."""
        if not any(cue in lowered for cue in self.cues):
            return None
        found = self.find.search(words)
        if not found or (self.unless and self.unless.search(words)):
            return None
        return found


_NAMED = re.compile(r"<([a-z ]+)>")


def wording(*ways: str) -> re.Pattern[str]:
    """Ways to word a duty, as one pattern.

    Each is a regular expression of whole words in which "..." skips up to 130 letters of the same sentence,
    ".." up to 30, and <must>, <leaders> and so on stand for the words listed above. A trailing ~ takes any
    ending: "report~" is also "reporting".
    """
    return re.compile("|".join(_pattern(way) for way in ways), re.IGNORECASE)


def _pattern(way: str) -> str:
    said = way
    while _NAMED.search(said):
        said = _NAMED.sub(lambda name: _NAMES[name.group(1)], said)
    said = said.replace(" ... ", r"\b[^.;]{0,130}?\b").replace(" .. ", r"\b[^.;]{0,30}?\b")
    said = re.sub(r"([\w)])~", r"\1\\w*", said)
    before = "" if said.startswith(("^", r"\b", "(?<")) else r"\b"
    after = r"\b" if re.search(r"[\w)*]$", said) else ""
    return f"{before}(?:{said}){after}"
