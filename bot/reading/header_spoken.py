"""Dates and bodies that running sentences give: "was adopted by ... on ... and will next be reviewed in ..."."""

from __future__ import annotations

import re

from bot.reading.header_cycle import about_this_document
from bot.reading.lines import Sentence
from bot.reading.stated import Stated

_DECIDED = r"(?:approved|ratified|adopted|agreed|endorsed|accepted|signed\s+off|authorised|determined)"
_REVIEWED = r"(?:reviewed|updated|revised|amended|refreshed|revisited)"
_DEED = re.compile(
    rf"""
      (?P<next>\b(?:(?:will|shall|should|must|is|are)\s+(?:therefore\s+|then\s+|also\s+)?(?:due\s+)?(?:to\s+)?
          (?:next\s+)?be\s+(?:next\s+|fully\s+|formally\s+)?{_REVIEWED}(?:\s+(?:and|or)\s+{_REVIEWED})?
          (?:\s+(?:again|next))?
        |due\s+(?:to\s+be\s+{_REVIEWED}|for\s+(?:its\s+)?(?:next\s+|full\s+)?review)
        |next\s+(?:(?:full|formal|annual|policy)\s+)?review(?:\s+date)?(?:\s+(?:is|will\s+be|takes\s+place|due))*
        |will\s+next\s+be\s+{_REVIEWED}))
    | (?P<approve_by>\b(?:(?:was|is|were|has\s+been|have\s+been)\s+(?:\w+ly\s+)?)?(?:{_REVIEWED}\s+and\s+)?{_DECIDED}(?:\s+and\s+(?:{_DECIDED}|{_REVIEWED}))?
        (?:\s+at\s+a\s+meeting\s+of|\s+by))
    | (?P<approve>\b{_DECIDED}\s+(?:this|the|our)\s+(?:[\w-]+\s+){{0,4}}?(?:policy|document|statement|procedure|plan|guidance)\b
        |\b(?:was|is|were|has\s+been|have\s+been)\s+(?:formally\s+|first\s+)?{_DECIDED})
    | (?P<last>\b(?:was|were|has\s+been|have\s+been)\s+(?:last\s+|most\s+recently\s+)?{_REVIEWED}
        (?:\s+(?:and|or)\s+{_REVIEWED})?)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST = 600
_DATED_WITHIN = 140


def said_in(found: list[Sentence], title: str | None) -> list[Stated]:
    """What sentences about this document say was done or will be done, each as a label and its value."""
    return [pair for sentence in found for pair in _deeds(sentence, title or "")]


def _deeds(sentence: Sentence, title: str) -> list[Stated]:
    text = sentence.text
    if len(text) > _LONGEST or not any(map(str.isdigit, text)):
        return []
    if about_this_document(text, title) is None:
        return []
    deeds = list(_DEED.finditer(text))
    ends = [*(deed.start() for deed in deeds), len(text)][1:]
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
