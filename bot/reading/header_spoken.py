"""Dates and bodies that running sentences give: "adopted by ... on ..., will next be reviewed in ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.header_cycle import about_this_document
from bot.reading.lines import Sentence
from bot.reading.sheet import Stated

_DECIDED = r"(?:approved|ratified|adopted|agreed|endorsed|accepted|signed\s+off|authorised|determined)"
_REVIEWED = r"(?:reviewed|updated|revised|amended|refreshed|revisited|renewed|looked\s+at)"
_DEED = re.compile(
    rf"""
      (?P<next>\b(?:(?:will|shall|should|must|is|are)\s+(?:therefore\s+|then\s+|also\s+)?(?:due\s+)?(?:to\s+)?
          (?:next\s+)?be\s+(?:next\s+|fully\s+|formally\s+)?{_REVIEWED}(?:\s+(?:and|or)\s+{_REVIEWED})?
          (?:\s+(?:again|next))?
        |due\s+(?:to\s+be\s+{_REVIEWED}|for\s+(?:its\s+)?(?:next\s+|full\s+)?review)
        |next\s+(?:(?:full|formal|annual|policy|scheduled|planned)\s+)?review(?:\s+date)?(?:\s+(?:is|will\s+be
          |(?:will\s+)?takes?\s+place|due))*
        |will\s+next\s+be\s+{_REVIEWED}
        |(?:will|shall|should|must)\s+(?:next\s+)?(?:review|look\s+at|revisit|return\s+to|come\s+back\s+to)\s+
          (?:it|them|(?:this|the|our)\s+(?:[\w-]+\s+){{0,3}}?(?:policy|document|statement|procedure|plan|guidance
          |code|agreement))(?:\s+again|\s+next)?))
    | (?P<approve_by>\b(?:(?:was|is|were|has\s+been
      |have\s+been)\s+(?:\w+ly\s+)?)?(?:{_REVIEWED}\s+and\s+)?{_DECIDED}(?:\s+and\s+(?:{_DECIDED}
        |{_REVIEWED}))?
        (?:\s+at\s+a\s+meeting\s+of|\s+by))
    | (?P<approve>\b{_DECIDED}\s+it\b|\b{_DECIDED}\s+(?:this|the|our)\s+(?:[\w-]+\s+){{0,4}}?
        (?:policy|document|statement
      |procedure|plan|guidance|code|agreement)\b(?:\s+of\s+\w+)?
        |\b(?:was|is|were|has\s+been|have\s+been)\s+(?:formally\s+|first\s+)?{_DECIDED})
    | (?P<last>\b(?:was|were|has\s+been|have\s+been)\s+(?:last\s+|most\s+recently\s+)?{_REVIEWED}
        (?:\s+(?:and|or)\s+{_REVIEWED})?)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The sentence after one about this document goes on about it: "It ...", "Governors will look at it again".
_OF_THE_SAME = re.compile(r"^It\s|\b(?:reviews?|look\s+at|revisit|return\s+to|come\s+back\s+to)\s+it\b")
_ITS_REVIEW = re.compile(r"(?:the|its)\s+next\s+(?:\w+\s+)?review\b", re.IGNORECASE)
_WHO_DECIDED = re.compile(
    r"(?:[\d.]+\s+)?(?:the\s+)?(?P<who>(?:full\s+|local\s+)?(?:governing\s+(?:body|board)|governors|trustees"
    r"|board\s+of\s+(?:governors|trustees|directors)|trust\s+board))(?:\s+of\s+.{2,70}?)?\s+(?:has\s+"
    r"|have\s+)?"
    rf"(?:formally\s+)?(?:{_DECIDED}|(?:reviews?\s+and\s+)?(?:approves?|ratif(?:y|ies)|adopts?))\s+(?:this"
    rf"|the|our)\s+(?:[\w-]+\s+){{0,4}}?(?:policy|document|statement|procedure"
    r"|plan|guidance|code|agreement)\b",
    re.IGNORECASE,
)
_LONGEST = 600
_DATED_WITHIN = 140


def said_in(found: list[Sentence], title: str | None) -> list[Stated]:
    """What sentences about this document say was done or will be done, each as a label and its value."""
    pairs: list[Stated] = []
    ours = False
    for sentence in found:
        text = sentence.text
        ours = len(text) <= _LONGEST and (
            _about_it(text, title or "") or (ours and _OF_THE_SAME.search(text) is not None)
        )
        if ours:
            pairs += _deeds(sentence)
    return pairs


def _about_it(text: str, title: str) -> bool:
    return about_this_document(text, title) is not None or _ITS_REVIEW.match(text) is not None


def _deeds(sentence: Sentence) -> list[Stated]:
    text = sentence.text
    deeds = list(_DEED.finditer(text))
    if not any(map(str.isdigit, text)):  # no date, but it may say who
        deeds = [deed for deed in deeds if deed.lastgroup == "approve_by"]
        deeds = [deed for deed in deeds if "agreed" not in deed.group().lower()] or deeds
    ends = [*(deed.start() for deed in deeds), len(text)][1:]
    return [
        *_subject(sentence),
        *_said(sentence, deeds, ends),
    ]


def _subject(sentence: Sentence) -> Iterator[Stated]:
    """ "The governing body adopted this policy": who did it stands before the deed."""
    found = _WHO_DECIDED.match(sentence.text)
    if found:
        line, who = sentence.line, found.group("who")
        yield Stated("approve_by", "approved by", who, line, sentence.text, False, line)


def _said(sentence: Sentence, deeds: list[re.Match[str]], ends: list[int]) -> list[Stated]:
    text = sentence.text
    return [
        Stated(
            group=str(deed.lastgroup),
            label=deed.group(),
            value=text[deed.end() : min(end, deed.end() + _DATED_WITHIN)].strip(),
            line=sentence.line,
            quote=text,
            strong=False,
            label_line=sentence.line,
        )
        for deed, end in zip(deeds, ends, strict=True)
    ]
