"""What is done to a document: the words English has for approving it, going over it again, writing it.

Which sentences speak of the document itself: by its kind or name, by "it", by their heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.text.lines import Sentence

KIND = (
    r"(?:policy|policies|document|statement|procedures?|plan|guidance|guidelines?|code|protocol|scheme"
    r"|charter|agreement|notice|booklet|leaflet|handbook|strategy|framework|paper|rules)"
)
IT = rf"(?:it|(?:this|these|the|our)\s+(?:[\w-]+\s+){{0,4}}?{KIND})\b"
DECIDED = (
    r"(?:approved|ratified|adopted|agreed(?!\s+to\b)|endorsed|accepted|signed\s+off|authorised|determined"
    r"|passed(?!\s+(?:to|on|out|round|around)\b))"
)
REVIEWED = (
    r"(?:reviewed|updated|revised|amended|refreshed|revisited|renewed|(?:looked|gone)\s+(?:again\s+)?(?:at"
    r"|over|through)|brought\s+up\s+to\s+date)"
)
# What going over it has come to: "the trustees approved the result"
MADE = (
    r"the\s+(?:result|outcome|(?:new|revised|final|finished|amended|rewritten)\s+(?:text|version|draft"
    r"|wording))\b"
)
REVIEW = (
    r"(?:review|update|revise|refresh|revisit|renew|reconsider|look\s+(?:again\s+)?(?:at|over|through"
    r"|back\s+at)|go\s+(?:over|through|back\s+(?:to|over))|(?:return|come\s+back)\s+to"
    r"|(?:take|have)\s+(?:a|another)\s+(?:\w+\s+)?look\s+at)"
)
WENT_OVER = (
    r"(?:reviewed|updated|revised|amended|refreshed|revisited|looked\s+(?:again\s+)?(?:at|over|through)"
    r"|went\s+(?:back\s+)?(?:over|through))"
)
MEANS_TO = (
    r"(?:will|shall|should|must|['’]ll|(?:means?|meant|intends?|plans?|aims?|expects?|hopes?|wants?"
    r"|promised?|agreed?|resolved|undertaken|undertook|decided|due|going|ha(?:s|ve)|is|are)(?:\s+then)?\s+to)"
)

# In this order: "next review" is no review that was, "reviewed and approved" is an approval.
DEEDS: dict[str, re.Pattern[str]] = {
    "next": re.compile(
        r"\bnext\b|\bdue\b|\bre-?(?:adoption|approval)\b|\bto be (?:re|look|gone|check|updat|brought)"
        r"|\b(?:will|shall|must|should)\b.{0,40}\b(?:review|look|updat|revis|renew|(?:brought|bring|come|go)"
        r"\b.{0,30}\bback\b)"
        rf"|\b{MEANS_TO}\s+{REVIEW}\b"
        r"|['’]ll\b.{0,20}\b(?:review|look|updat|revis|renew)|\brenewal\b|\bexpir|\bvalid (?:until|to)\b",
        re.IGNORECASE,
    ),
    "approve": re.compile(
        r"\bapprov(?:ed?|al)\b|\bratif\w+|\badopt(?:ed|s|ion)\b|\bagreed?\b|\bsigned off\b|\bendorsed\b"
        r"|\baccepted\b|\bsaid yes\b|\bpassed\b",
        re.IGNORECASE,
    ),
    "last": re.compile(
        r"\breview(?:ed|s)\b|\b(?:last|latest|previous)\s+(?:\w+\s+)?review\b|\bupdated?\b|\brevi(?:sed"
        r"|sion|sited)\b|\bamend(?:ed|ments?)\b|\brefreshed\b|\b(?:look(?:ed|s)|gone|went) (?:at|over"
        r"|through)\b"
        r"|\bchang(?:ed|es) made\b|\bchanged$|\bmodified\b|\bedited\b|\brenewed\b|\bbrought up to date\b"
        r"|\blast read\b",
        re.IGNORECASE,
    ),
    "written": re.compile(
        r"\bwritten\b|\bcreated\b|\bdrafted\b|\bissued?\b|\bpublished\b|\bfirst (?:version|draft)\b",
        re.IGNORECASE,
    ),
}

_THIS = re.compile(
    rf"\b(?:this|these)\s+(?:\w+[ -]){{0,4}}?{KIND}\b|\b(?:this|it)\s+(?:will|is|shall|should|must"
    rf"|is to)\s+(?:also\s+|then\s+)?(?:be\s+)?(?:\w+ly\s+)?(?:review|updat|revis|look)"
    rf"|\b{DECIDED}\s+this\s+(?:on|in|at)\b"
    rf"|^it\s+was\s+(?:\w+ly\s+)?{DECIDED}\s+by\s+(?!.*\bthat\b)[^.]{{0,60}}?(?:govern|trustee|board|committee|council)[^.]{{0,60}}\b20\d\d\b"
    r"|^it\s+(?:is\s+a\s+living\b|is\s+subject\s+to\b|has\s+an?\b).{0,80}\breview"
    r"|\bit\s+is\s+(?:next\s+)?due\s+(?:for|to\s+be)\s+(?:its\s+)?(?:\w+\s+)?review",
    re.IGNORECASE,
)
_THE = re.compile(
    rf"\b(?:the|our|each|every|all)\s+(?:(?:whole|full|entire|present|current|existing|written)\s+)?"
    rf"{KIND}(?!\s+for\b)\b|^{KIND}\b|\bpolicy\s+review\b"
    rf"|\breview\s+of\s+(?:the|this|our)\b",
    re.IGNORECASE,
)
_ANY = re.compile(rf"\b((?:[\w’'&/-]+\s+){{1,6}}?){KIND}\b", re.IGNORECASE)
_DETERMINERS = re.compile(r"\b(?:the|our|this|its|each|every|any|an?)\b", re.IGNORECASE)
_BY_NAME = re.compile(rf"\b(?:our|the)\s+(?P<name>(?:\w+\s+){{1,4}}?){KIND}\b", re.IGNORECASE)
OTHER = re.compile(
    r"\b(?:training|risk assessments?|DBS|register|records?|EHC|EHCP|care plans?|IEPs?|appraisal|insurance"
    r"|contacts?|staff will|filter(?:ing|s)?|consent|curriculum|targets?|provision|passwords?|objectives"
    r"|healthcare plans?|audits?|data|school improvement|home.school|fees?|acceptable use agreements?|asset"
    r"|complaints log|KCSIE|safeguarding training)\b",
    re.IGNORECASE,
)
_OF_ITS_OWN = re.compile(
    r"\b(?:plans?|agreements?|contracts?|charters?|notices?|schemes?|papers?)\b", re.IGNORECASE
)
_EMPTY = frozenset(
    "whole full entire present current existing written new the our a an all and of setting school s"
    " ensure that is are will be s governing body its their academy"
    " trust headteacher review reviews reviewed effective".split()
)
_LONGEST = 700
# "as this policy requires", "under this policy": something else is done
_BY_IT = re.compile(
    rf"\b(?:mentioned|described|named|set\s+out|explained|listed|covered)\s+(?:in|by)\s+{IT}|"
    rf"\b(?:as\s+{IT}\s+(?:requires?|says|sets\s+out|asks|describes)|(?:under|in\s+line\s+with|in\s+accordance\s+with"
    rf"|according\s+to)\s+{IT})",
    re.IGNORECASE,
)
# "An individual plan is written": what the next sentence says of "it" is said of that
_OF_SOME_PLAN = re.compile(
    r"^(?:each|every|any|an?)\s+(?:[\w’'-]+\s+){0,5}?(?:plan|record|log|register|assessment|statement|agreement|form|list"
    r"|risk\s+assessment|contract|chart|file|passport|profile)\b",
    re.IGNORECASE,
)
# The sentence after one about this document goes on about it: "It ...", "Governors will look at it again".
_GOES_ON = re.compile(
    rf"^(?:It|(?:Reviews?|Updates?|Revisions?)(?=\s+(?:occurs?|happens?|takes?|are|is|comes?|follows?)\b))\s|\b(?:{REVIEW}|{REVIEWED}|{WENT_OVER}|{DECIDED}|gave|keep(?:s|ing)?|reviews|renews|revisits|looks\s+(?:again\s+)?at"
    rf"|goes\s+(?:over|through|back\s+to)|comes\s+back\s+to|{MEANS_TO}\s+{REVIEW})\s+it\b|\btook\s+it\s+through\b|\b{DECIDED}\s+{MADE}"
)
_ITS_REVIEW = re.compile(
    r"(?:the|its)\s+(?:next|last|latest|most\s+recent)\s+(?:\w+\s+)?(?:review|look)\b", re.IGNORECASE
)
_HEADING_LONGEST = 60
_DOCUMENT_OR_IT = rf"(?:(?:this|the|our)\s+(?:\w+\s+)?{KIND}|it|this)"
_OF_ITS_REVIEW = re.compile(
    r"(?:[\d.]+\s+)?(?:(?:policy|document|monitoring|evaluation|evaluating|approval|date|annual|regular"
    r"|arrangements|for|the|and|&|,)\s*)*\s*(?:review(?:ing|s)?|looking\s+again|look\s+again|refresh(?:ing)?"
    r"|going\s+(?:over|through)\s+(?:it|this)|updates?|updating)"
    rf"(?:\s+(?:of|at)\s+{_DOCUMENT_OR_IT})?(?:\s+(?:and|&)\s+(?:monitoring|evaluation|approval))?"
    rf"|.{{0,30}}\b(?:review(?:ing)?|look(?:ing)?\s+(?:again\s+)?at|keep(?:ing)?|reviewed)\s+{_DOCUMENT_OR_IT}\b"
    r".{0,25}"
    rf"|(?:how|when|why)\s+{_DOCUMENT_OR_IT}\s+(?:is|will\s+be|stays)\s+(?:kept|reviewed|looked\s+at|up\s+to\s+date)\b.{{0,25}}",
    re.IGNORECASE,
)

# Under "About this leaflet" or "How new is it?" whatever is not named is the document.
_ABOUT_ITSELF = re.compile(
    rf"(?:[\d.]+\s+)?(?:(?:a\s+word|a\s+note|notes?|more|something)\s+)?(?:about|history\s+of|(?:approval|status)\s+of)"
    rf"\s+(?:this|the)\s+{KIND}|(?:[\d.]+\s+)?{KIND}\s+(?:history|status)"
    rf"|how\s+(?:new|old|recent|current|up[\s-]to[\s-]date)\s+is\s+{_DOCUMENT_OR_IT}",
    re.IGNORECASE,
)
_WITHOUT_SUBJECT = re.compile(
    rf"(?:(?:last|first|formally)\s+)?(?:{DECIDED}|(?:to\s+be\s+)?{REVIEWED})\s+(?:by|on|in|at)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, how surely it speaks of this document (1 surest), and whether its heading does."""

    sentence: Sentence
    rank: int | None
    headed: bool
    of_another: bool = False


def told(found: list[Sentence], title: str | None) -> Iterator[Told]:
    """Every sentence in turn. What goes on about "it" is as sure as the sentence before it."""
    above: int | None = None
    headed = of_itself = some_plan = False
    for sentence in found:
        text = sentence.text
        if _is_heading(text):
            headed = _OF_ITS_REVIEW.fullmatch(text.rstrip(" ?:")) is not None
            of_itself = headed or _ABOUT_ITSELF.fullmatch(text.rstrip(" ?:")) is not None
        rank = _rank(text, title or "") if len(text) <= _LONGEST else None
        if rank is None and above is not None and _GOES_ON.search(text):
            rank = above
        if rank is None and of_itself and (_GOES_ON.search(text) or _WITHOUT_SUBJECT.match(text)):
            rank = 3
        of_another = some_plan and text.startswith("It ")
        rank = None if of_another else rank
        some_plan = of_another or _OF_SOME_PLAN.match(text) is not None
        above = rank
        yield Told(sentence, rank, headed, of_another)


def _rank(text: str, title: str) -> int | None:
    return about_this_document(text, title) or (2 if _ITS_REVIEW.match(text) else None)


def _is_heading(text: str) -> bool:
    return len(text) <= _HEADING_LONGEST and "\t" not in text and not text.endswith((".", ";", ","))


def goes_on(text: str) -> bool:
    """Return whether the words go on about what was spoken of before them."""
    return _GOES_ON.search(text) is not None


def names_another(text: str, title: str | None) -> bool:
    """Return whether the words are of a document by a name that has no word of this one's title."""
    named = _BY_NAME.search(text) if title else None
    words = set(re.findall(r"[a-z]+", named.group("name").lower())) - _EMPTY if named else set()
    return bool(words) and not words & set(re.findall(r"[a-z]+", str(title).lower()))


def about_this_document(text: str, title: str) -> int | None:
    """How surely the sentence speaks of this document: 1 "this policy", 2 "the policy", 3 by its title."""
    text = _BY_IT.sub("", text)
    if _THIS.search(text):
        return 1
    named = _ANY.search(text)
    if named and not _THE.search(text):
        if (_DETERMINERS.findall(named.group(1)) or ["the"])[-1].lower().startswith("a"):
            return None  # "an allergy plan" is drawn up for someone
        words = [word for word in re.findall(r"[a-z]+", named.group(1).lower()) if word not in _EMPTY]
        known = set(re.findall(r"[a-z]+", title.lower()))
        return 3 if words and 2 * len(set(words) & known) >= len(set(words)) else None
    meant = _THE.search(text)
    return 2 if meant and not OTHER.search(text) and not _other_kind(meant.group(), title) else None


def _other_kind(words: str, title: str) -> bool:
    """ "The plan" is another document where this one calls itself a policy."""
    kind = _OF_ITS_OWN.search(words)
    return kind is not None and bool(title) and kind.group().lower().rstrip("s") not in title.lower()
