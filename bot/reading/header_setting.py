"""The setting a document belongs to: by its label, else by the name that stands in front and recurs."""

from __future__ import annotations

import re
from collections import Counter

from bot.reading.capitals import in_title_case
from bot.reading.lines import BLANK, Line
from bot.reading.stated import Stated

_PLACE = (
    r"(?:Schools?|Academy|Academies|Pre-?[Ss]chool|Playgroup|Play ?[Gg]roup|Nursery|Nurseries|College|Trust"
    r"|Federation|Kindergarten|Montessori|Infants|Juniors|Childcare|Daycare|Partnership|Primary|Under Fives"
    r"|Pre-?[Pp]rep)"
)
_WORD = (
    r"(?:[A-Z][\w’'.&-]*|of|the|and|&|in|with|on|le|upon|St\.?|\((?:VA|VC|A|C|Aided|Controlled"
    r"|Voluntary \w+)\))"
)
_SETTING = re.compile(
    rf"[A-Z][\w’'.-]*,?(?:[ ]{_WORD},?){{0,8}}?[ ]{_PLACE}(?![\w-])(?:[ ](?:and|&)[ ]{_PLACE}(?![\w-])"
    rf"|[ ]{_PLACE}(?![\w-]))*"
)
_LEADING = re.compile(
    r"^(?:The|At|In|For|Of|And|All|Welcome to|By|To|With|When|If|As|From|Both|Here|While|Within|This|Our"
    r"|Name|Dear|Part of"
    r"|Staff|Parents|Pupils|Governors|Visitors|Children|Headteacher|Policy|Every|Any)\b\s*(?:(?:at|of|to"
    r"|for|and|in)\b\s*)?",
)
_GENERIC = frozenset(
    """
    the our a an primary infant infants junior juniors nursery school schools academy academies community
    pre-school preschool pre trust trusts multi multi-academy maintained independent special secondary
    federation voluntary aided controlled foundation state free mainstream college colleges village local
    catholic church of england ce rc cofe c e and & in for extended day early years centre healthy governing
    all member partner feeder family sending receiving boarding good eco green forest sunday high middle
    upper lower first boys girls new next previous other non whole academy's day-care playgroup childcare
    nurseries partnership international grammar faith elementary pupil learning
    """.split()
)
_ANOTHER_BODY = re.compile(
    r"\b(?:council|department|ofsted|education people|alliance|act|safeguarding|nspcc|handbook|association"
    r"|union|national"
    r"|university|internet|children’?'?s centre|health|nhs|police|standards|model|board|data|support|policy"
    r"|policies"
    r"|regulations?|government|charity|governors?|parents?|pupils?|staff|headteachers?|code|keeping"
    r"|academies trust"
    r" handbook|ministry|diocesan board|prevent|guidance|framework|procedure|plan|lucy faithfull|safer"
    r"|inclusion"
    r"|strategic|safety|head|teachers?|children|working|behaviour)\b",
    re.IGNORECASE,
)
_OUR_OWN = re.compile(
    r"\s*(?:['’]s?\b|is committed|recognises|believes|we\b|aims|has a|will|is a\b|policy|staff|community)|$"
)
_FRONT = 30
_LABEL_LONGEST = 90
_LEAST = 4


def find_setting(lines: list[Line], pairs: list[Stated]) -> str | None:
    for pair in pairs:
        if (
            pair.group == "setting"
            and pair.strong
            and len(pair.value) < _LABEL_LONGEST
            and BLANK not in pair.value
        ):
            names = _names_in(pair.value)
            if names:
                return names[0][0]
    return _by_recurrence(lines)


def _by_recurrence(lines: list[Line]) -> str | None:
    scores: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for line in lines:
        for cell in line.cells:
            for name, own in _names_in(cell):
                key = _key(name)
                scores[key] += (12 if line.number <= _FRONT else 1) + 3 * own
                spelling.setdefault(key, name)
    enough = {key: _weight(spelling[key], score) for key, score in scores.items() if score >= _LEAST}
    return spelling[max(enough, key=lambda key: enough[key])] if enough else None


def _weight(name: str, score: int) -> float:
    """A school before the trust it is part of, when both stand in front."""
    return score * (0.5 if re.search(r"\b(?:Trust|Federation|Partnership)\b", name) else 1.0)


def _key(name: str) -> str:
    plain = name.lower().replace("church of england", "ce").replace("c of e", "ce").replace("c.e.", "ce")
    plain = re.sub(r"\bcp\b", "community primary", plain).replace("cofe", "ce")
    return re.sub(r"[^a-z]+", " ", plain).strip()


def is_setting(text: str, setting: str | None) -> bool:
    return setting is not None and _key(text) == _key(setting)


def _names_in(cell: str) -> list[tuple[str, bool]]:
    """Names of settings in a cell, each with whether the words after it speak of it as the document's own."""
    if not re.search(r"school|academ|nurser|playgroup|trust|college|federation|primary|kinder|montess"
                     r"|infant|junior|care"
                     r"|under|prep|partner", cell, re.IGNORECASE):  # fmt: skip
        return []
    text = in_title_case(cell) if len(cell) < _LABEL_LONGEST + 30 else cell
    found = []
    for match in _SETTING.finditer(text):
        name = _LEADING.sub("", match.group()).strip(" ,")
        words = {word.strip(".,()").lower() for word in name.split()}
        if len(name.split()) >= 2 and not words <= _GENERIC and not _ANOTHER_BODY.search(name):
            found.append((name, _OUR_OWN.match(text, match.end()) is not None))
    return found
