"""Who the document names: safeguarding leads, head, lead governors, owner, approver."""

from __future__ import annotations

import re

from bot.reading.lines import BLANK
from bot.reading.people import body, is_strange, names, names_with_places
from bot.reading.sheet import Stated

NAME_LINE = 90
_STOP = re.compile(
    r"\b(?:tel|telephone|phone|email|e-mail|mobile|contact|ext)\b|[\w.]+@|\d{5}", re.IGNORECASE
)
_ROLE_OWNERS = re.compile(
    r"\b(?:head ?teacher|head|principal|DSL|designated safeguarding lead|SEND?Co|business manager|bursar"
    r"|manager|DPO"
    r"|data protection officer|CEO|chief executive|director|deputy|assistant head|SLT|leadership team"
    r"|leader|lead"
    r"|co-?ordinator|officer|governors?|committee|chair|board|trust|team|secretary|administrator|clerk|HR)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[\[<{]|\binsert\b|\bxx+|\bTB[AC]\b|\bn/?a\b|\bnone\b|\bname\b", re.IGNORECASE)


def _head_of(value: str) -> str:
    """The value up to telephone numbers and addresses."""
    stop = _STOP.search(value)
    return value[: stop.start()] if stop else value


def _unique(found: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for name in found:
        kept.setdefault(_key(name), name)
    return tuple(kept.values())


def _key(name: str) -> str:
    return re.sub(r"^(?:mr|mrs|ms|miss|mx|dr|rev|revd)\.? ", "", name.lower()).replace(".", "")


def people_in(pairs: list[Stated], group: str) -> tuple[str, ...]:
    """Names given beside a role's label."""
    found: list[str] = []
    for pair in pairs:
        if pair.group == group:
            found += _named(pair)
    return _unique(found)


_CONNECT = re.compile(
    r"^(?:for\b[^\t]{0,40}\t)?[\s:–—,(\-\t]*(?:(?:in|at|for|of)\s+(?:this|our|the)\s+\w+\s*)?(?:(?:is|are"
    r"|:|=|[-–])\s*)?(?:the\s+)?"
    r"(?:(?:head ?teacher|principal|manager|deputy head ?teacher|executive|head"
    r"|assistant head ?teacher)\b[\s,:–(-]*)?$",
    re.IGNORECASE,
)


def _named(pair: Stated) -> list[str]:
    value = _head_of(pair.value)
    places = names_with_places(value)
    if not places or not _CONNECT.match(value[: places[0][1]]):
        return []
    if not pair.strong and len(value) > NAME_LINE and not re.match(r"\s*(?:is|are|,|\(|:)", value):
        return []
    kept = [places[0]]
    for place in places[1:]:
        between = value[kept[-1][2] : place[1]]
        if (
            not re.fullmatch(r"\s*(?:,|&|/|;|\band\b|\t|\+|\([^)]*\))+\s*(?:and\s+)?", between)
            and len(value) > 60
        ):
            break
        if re.search(r"deput|alternate|absence|cover|chair|governor", between, re.IGNORECASE):
            break
        kept.append(place)
    return [name for name, _, _ in kept]


def approver(pairs: list[Stated], setting: str | None) -> str | None:
    for pair in pairs:
        if pair.group == "approve_by":
            who = _body_in_label(pair.label) or _body_or_name(pair.value, setting)
            if who:
                return who
    agreed = (
        body(pair.value)
        for pair in pairs
        if pair.group == "approve" and (pair.strong or pair.label.lower().endswith(" at"))
    )
    return next((who for who in agreed if who and who.lower() != (setting or "").lower()), None)


_DECIDED_BY = re.compile(r"(?:ed|off|al|ion)(?:\s+(?:by|at))?\s+(?:the\s+|our\s+)?(?=\S)", re.IGNORECASE)


def _body_in_label(label: str) -> str | None:
    """ "Approved by the Resources Committee: 3 May": the label names who, the value says when."""
    decided = _DECIDED_BY.search(label)
    return body(label[decided.end() :]) if decided else None


_INITIALS = re.compile(r"([A-Z]{2,6})\s*(?::|\bon\b|\d|$)")  # "CDCS: 20th June 2017", "FGB on"


def _body_or_name(value: str, setting: str | None) -> str | None:
    if _PLACEHOLDER.search(value[:25]) or value.startswith(BLANK):
        return None
    words = body(value)
    if words and setting and words.lower() == setting.lower():
        return None
    if words and len(words.split()) <= 9:
        return words
    initials = _INITIALS.match(value)
    if initials and is_strange(initials.group(1)):
        return initials.group(1)
    people = names_with_places(value[:80])
    if not people or people[0][1] > 6 or (setting and people[0][0].lower() in setting.lower()):
        return None
    return people[0][0]


def owner(pairs: list[Stated]) -> str | None:
    for pair in pairs:
        if pair.group == "owner" and (pair.strong or len(pair.value) < 60):
            who = _owner(pair.value)
            if who:
                return who
    return None


def _owner(value: str) -> str | None:
    head = _head_of(value).strip(" :–-,")
    if not head or _PLACEHOLDER.search(head[:25]) or head.startswith(BLANK) or len(head) > 110:
        return None
    people = names(head)
    if people and head.find(people[0].split()[0]) <= 40:
        return people[0]
    first = re.split(r"[.;\t␣]|\s[-–]\s|\s{2,}|\bon\b|\bdate\b", head)[0].strip(" ,(")
    return first if _ROLE_OWNERS.search(first) and len(first.split()) <= 8 else None


def merge(labelled: tuple[str, ...], said: list[str]) -> tuple[str, ...]:
    """Names beside labels first, then those from running text; one person once."""
    return _unique([*labelled, *said])


def among(name: str, others: tuple[str, ...]) -> bool:
    return _key(name) in {_key(other) for other in others}
