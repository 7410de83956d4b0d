"""What is done to a document: the words English has for approving it, going over it again, writing it."""

from __future__ import annotations

import re

KIND = (
    r"(?:policy|policies|document|statement|procedures?|plan|guidance|guidelines?|code|protocol|scheme"
    r"|charter|agreement|notice|booklet|leaflet|handbook|strategy|framework|paper)"
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
