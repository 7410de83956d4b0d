"""Who does a deed that is told of a post: the governor who leads on safeguarding, whoever looks after computers."""

from __future__ import annotations

import re

from bot.reading.clause_sentences import Sentence
from bot.reading.kinds import wording

LEAD_GOVERNOR, IT = "role:safeguarding-governor", "role:it"

_TOPIC = "(?:safeguarding|child[ -]protection|online[ -]safety|e-?safety|filtering|monitoring|digital|safety)"
_OF_TOPIC = (
    f"(?:,? (?:for|with (?:\\w+ )?responsibility for|responsible for|in charge of|who leads on|linked to) "
    f"(?:\\w+ ){{0,2}}?{_TOPIC}(?:,? (?:and|&) (?:\\w+ )?{_TOPIC})?(?:\\s+and monitoring)?)"
)
_SEAT = "(?:governor|trustee|director|(?:committee|board) member|member of the (?:committee|board))s?"
# "The link governor for maths" watches something else.
_GOVERNOR = (
    f"(?:(?:{_TOPIC}|link|lead|named|nominated|designated)(?:,? and |, | ?[&/] ?| )){{1,4}}{_SEAT}"
    f"(?:{_OF_TOPIC}|(?! (?:for|with|responsible|in charge|who leads)\\b))|{_SEAT}{_OF_TOPIC}"
)
_ABOUT_COMPUTERS = "(?:ICT|IT|computers?|network|internet|broadband|filtering|technical|managed|web)"
_IT = (
    f"(?:(?:{_ABOUT_COMPUTERS}|services?|support|and|systems?)(?: |-)){{1,4}}"
    "(?:technician|provider|company|contractor|engineer|supplier|consultant|partner|firm|manager|administrator"
    "|team|support|services?)s?|technicians?"
)
_COMPANY = "(?-i:[A-Z])[\\w&'’-]*(?: (?-i:[A-Z&])[\\w&'’-]*){0,4}?(?: (?:Ltd|Limited|plc|LLP)\\b\\.?)"
_BEFORE = (
    "^(?:(?:in|at|on|during|before|after|each|every|once|twice|annually|termly|weekly|monthly)\\b[^,.;]{0,40}, )?"
    "(?:(?:it is|they are) (?:expected|required|agreed) that )?"
    "(?:the |our |a |an |each |every |any )?(?:[\\w-]+'s? )?(?:(?:school|external|outside|visiting|own|contracted) )*"
)
_ASIDE = (
    "(?: ?\\([^()]{1,80}\\)|, (?!who\\b|which\\b)[^,.;]{2,70},|, (?:who|which) (?:is|are) [^,.;]{2,60},)?"
)
# "And the head", "or deputy": one of several who do it.
_BESIDE = "(?:,? (?:and|or|with|together with) (?:the |our |an? )?(?:[\\w-]+ ){1,4}?)?"
_ADVERBS = "(?:also |always |then |\\w+ly )*"
_DEED = f"{_ADVERBS}(?:<acts>|spends|reports|checks|tests|reviews|audits|backs up|carries|liaises|oversees)"
_TO_DO = (
    f"{_ADVERBS}(?:<must>|is responsible for|are responsible for|<act>) "
    "(?!(?:\\w+ )?(?:be|receive|get|hear|have|been)\\b)"
)
_DOES = f"(?:{_BESIDE} (?:{_DEED}|{_TO_DO})| ?: (?:{_DEED}|{_TO_DO}|<act>))"
_HEARS = "(?: (?:also |then )?(?:receives|gets|hears|is|are|was|needs)\\b)"
_BY = (
    "(?<!received )(?<!provided )(?<!supplied )(?<!and )by (?:the |our |a |an )?(?:[\\w-]+'s? )?"
    "(?:(?:school|external|outside|visiting) )*"
)
_LEAD_GOVERNOR_DOES = wording(
    f"{_BEFORE}(?:{_GOVERNOR}){_ASIDE}(?!{_HEARS}){_DOES}",
    f"{_BY}(?:{_GOVERNOR})",
    # Whoever visits does so for all of them.
    "^(?:(?:the|our|termly|regular|annual|monitoring) )*(?:governors?'?s?|trustees?'?s?|committee members?)"
    " (?:(?:<must>|monitoring|termly|regular|annual|safeguarding|school|then|also) )*visits?\\b(?! (?:the|our) web)",
    "visits? .. by (?:an? |the |one of the )?(?:governor|trustee|committee member|member of the committee)s?",
    "^(?:the |our )?(?:governor|trustee)s? (?:<must> )?(?:make|carry out|undertake|conduct)s? .. visits?",
)
_IT_DOES = wording(
    f"{_BEFORE}(?:{_IT}){_ASIDE}(?!{_HEARS}){_DOES}",
    f"^{_COMPANY},? (?:who (?:is|are) |which is |as )?(?:our|the (?:\\w+'s ?)?) ?(?:\\w+ )?(?:{_IT}),? {_DEED}",
    f"{_BY}(?:{_IT})",
)
# A cell of a table's row: "Filter test | IT technician | Weekly".
_LEAD_GOVERNOR_CELL, _IT_CELL = (
    re.compile(rf"(?<![^\t])(?:the |our )?(?:{post}){_ASIDE}(?![^\t])", re.IGNORECASE)
    for post in (_GOVERNOR, _IT)
)
# Of training, a duty tells who is trained and not who trains.
_OF_THOSE_TRAINED = frozenset({"TRN", "IND"})


def post_of(said: Sentence, kind: str) -> str | None:
    """The post that does what the sentence asks, as an audience; None where it is neither of these.

    A deed in a list is done by whom its lead names: "The technician will: check the filter".
    """
    if kind in _OF_THOSE_TRAINED:
        return None
    doer = said.lead.rstrip(" :-")
    led = said.item and doer and not said.words.startswith(doer)
    words = f"{doer} {said.words}" if led else said.words
    if _IT_DOES.search(words) or ("\t" in said.words and _IT_CELL.search(said.words)):
        return IT
    of_cell = "\t" in said.words and _LEAD_GOVERNOR_CELL.search(said.words)
    theirs = of_cell or _LEAD_GOVERNOR_DOES.search(words)
    return LEAD_GOVERNOR if theirs else None
