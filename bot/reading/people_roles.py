"""The roles a school policy names people in, wherever in a text they are mentioned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DSL = (
    r"(?:designated (?:(?:safeguarding|senior|child protection) teachers?|(?:safeguarding |senior "
    r"|child(?:ren)? protection )?(?:leads?|leaders?|persons?|officers?|members? of staff"
    r"|co-?ordinators?))(?: \(?(?:DSLs?|DSPs?)\)?)?"
    r"(?: for (?:safeguarding|child protection)(?: (?:and|&) (?:safeguarding"
    r"|child protection))?)?|(?:designated|lead|named|nominated) (?:practitioner|person|people|officer"
    r"|teacher|member of staff|staff member)s? for (?:safeguarding|child protection)(?: (?:and"
    r"|&) (?:safeguarding|child protection))?|(?:strategic |overall )?lead for (?:safeguarding"
    r"|child protection)|safeguarding lead practitioners?|(?:lead )?DSLs?|(?-i:DSPs?|DSOs?)|(?:safeguarding"
    r"|child protection) (?:leads?|officers?|co-?ordinators?|lead persons?)"
    r"|(?:the )?(?:person|member of staff|teacher|practitioner|leader) (?:with|who has|who takes) lead"
    r" responsibility for (?:safeguarding|child protection)"
    r"|(?:the |our )?(?:person|member of staff|practitioner) (?:who is )?(?:responsible for|in charge of)"
    r" (?:safeguarding|child protection)"
    r"|(?:has|takes|holds|carries) (?:the )?lead responsibility for (?:safeguarding|child protection)"
    r"|leads? on (?:safeguarding|child protection)|(?:safeguarding"
    r"|child protection)(?= [^.;,]{0,40}\bis led by\b))"
)
TOPIC = (
    r"(?:safeguarding|child[ -]protection|online[ -]safety|e-?safety|SEND?|special educational needs"
    r"|inclusion|prevent|behaviour|anti-bullying|health (?:and|&) safety|whistle-?blowing|attendance"
    r"|equalit(?:y|ies)"
    r"|diversity|curriculum|early years|EYFS|pupil premium|looked[- ]after children|(?:data"
    r"|GDPR)(?: protection)?"
    r"|religious education|RE|PSHE|RS?H?E|literacy|english|phonics|reading|maths|mathematics|science"
    r"|computing"
    r"|ICT|well-?being|mental health|first aid|medical needs|premises|complaints|careers|sports? premium"
    r"|pupil voice|ethos|cyber[ -]?security|training|safer recruitment|sustainability)"
)
_GOVERNOR = r"(?:governor|trustee|director|(?:committee|board|council) member)s?"
_WATCHES = (
    r"(?:oversees?|monitors?|leads?|follows?|watch(?:es)?|champions?|visits?|checks?|supports?|scrutinises?"
    r"|keeps? (?:an? (?:\w+ )?(?:eye|watch|check)|in touch)|takes? (?:an?|the|particular|special"
    r"|close)(?: \w+)?"
    r" (?:interest|lead|responsibility)|looks? (?:after|at|into)|works? with|speaks? (?:up )?for|answers? for"
    r"|is (?:linked|attached|assigned|responsible)|has (?:an? |the |particular "
    r"|special )?(?:\w+ )?(?:responsibility"
    r"|oversight|interest)|links? (?:with|to))"
)
# Words in small letters, for a capital may begin the name: "governor for SEND Jane Poe".
_TAIL = rf"(?:\s+(?:{TOPIC}\b|(?-i:[a-z])[\w&/’'-]*|&)){{0,8}}?(?=\s*(?:[:,()–.;\t]|-\s|\bis\b|\bare\b|$))"
_DUTY_OF = rf"(?:responsib(?:le|ility) for|{TOPIC}|lead for)"
_ANY_POST = (
    r"(?:head ?-?teacher|headmaster|headmistress|head|principal|manager|leader|lead|teacher|SEND?Co"
    r"|co-?ordinator|mentor|supervisor|officer|champion|administrator|bursar|practitioner"
    r"|chair(?:man|person|woman)?)"
)
# What may stand before the noun of a post: "Assistant Head", "Year 6 teacher", "nursery manager".
_OF_A_POST = (
    r"(?:(?-i:[A-Z])[\w&/’'-]*|deputy|assistant|executive|acting|nursery|pre-?school|school|class|year|room"
    r"|senior|pastoral|office|business|family|playgroup|subject|phase|setting|\d)"
)
POST = (
    rf"(?:(?:{_OF_A_POST}\s+){{0,4}}?{_ANY_POST}\b(?: (?:of|for) (?:the )?(?-i:[A-Z])[\w&’'-]*"
    r"(?: (?:and |& )?(?-i:[A-Z])[\w&’'-]*){0,3})?)"
)
_DEPUTY_ROLE = (
    rf"(?P<deputy>\b(?:deput[ey]|deputies|alternate|assistant|back-?up|additional)\b"
    rf"(?:(?!head|principal|manager|leader|\band\b|[,&(:/])[^.;\t]){{0,25}}?{_DSL}|\bDDSLs?\b"
    rf"|\b{_DSL}\s*[-–(]?\s*(?:deputy|deputies)\b(?!\s+(?:head|principal|manager|leader))"
    r"|\bdeputy designated teachers?\b(?! for (?:looked|LAC|CLA))|\bdeputy leads? for (?:safeguarding"
    r"|child protection)|\bsafeguarding deput(?:y|ies)\b)"
)
_GOVERNOR_ROLE = (
    r"(?P<governor>\bdesignated officer(?=\s*\((?:a )?(?:committee )?member)|\b(?:(?:nominated|named|link"
    r"|lead|linked|designated|responsible|safeguarding"
    r"|child protection|online[ -]safety|e-?safety)(?:\s*/\s*|\s*,?\s+(?:and |& )?)){1,4}?"
    rf"(?:{TOPIC}\s+(?:(?:and|&|/)\s+{TOPIC}\s+)?)?(?:link |lead )?{_GOVERNOR}\b"
    rf"(?:,\s+{TOPIC}\b|\s+(?:for|(?:with )?responsib(?:le|ility) for"
    r"|in charge of)\s+(?:[\w&/-]+\s+){0,6}?[\w-]+(?=\s*(?:[:,(–]|\bis\b|\bare\b|$)))?"
    rf"|\b{TOPIC}(?:\s+(?:and|&|/)\s+{TOPIC})?\s+(?:link |lead )?(?:governor|trustee)s?\b"
    rf"|\b{_GOVERNOR}\s*\(\s*{TOPIC}(?:\s*(?:and|&|/|,)\s*{TOPIC})*\s*\)"
    rf"|\b{_GOVERNOR}\b(?:,?\s+(?:the |our )?(?:link|lead)\s+(?:for|on)\b"
    rf"|\s+(?:who|that)\s+(?:also\s+)?{_WATCHES}\b|\s+(?:linked|attached|assigned)\s+(?:with|to)\b"
    r"|\s+with\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:interest\s+in|oversight\s+of|brief\s+for)\b"
    r"|\s+(?:(?:with|for|who has|who have|who is|who are)\s+)?"
    rf"(?:(?:special|specific|lead|particular|overall)\s+)?{_DUTY_OF}\b)(?:{_TAIL})?"
    rf"|\b(?:governing (?:body|board)|governors|board|trustees|committee)(?:['’]s|s['’]"
    rf"|['’])\s+(?:\w+\s+)?{TOPIC}"
    r"\s+(?:link|lead|champion|rep(?:resentative)?)\b"
    rf"|\b(?:nominated|named|designated|lead|link|(?:(?:academy|school|local)\s+)?(?:council|committee|board))\s+member\s+for\s+{TOPIC}(?:\s+(?:and|&)\s+{TOPIC})?\b"
    rf"|\bleads? on\s+[\w -]{{2,40}}?\s+(?:for|on behalf of)\s+(?:the\s+)?(?:governors|governing|trustees"
    rf"|board"
    r"|committee)\b)"
)
_HEAD_ROLE = (
    r"(?P<head>(?<!deputy )(?<!deputy-)(?<!assistant )(?<!associate )(?<!vice )(?<!former )(?<!previous )"
    r"(?<!vice-)\b(?:(?:executive|acting|interim|co|joint)[\s-]+)*"
    r"(?:(?:head ?-?teacher|headmaster|headmistress|head of school|principal)s?\b(?!['’]s?\s)"
    r"|(?:(?<=\()|(?<=, )|(?<=[–-] ))(?-i:Head|HT)(?=\s*(?:[),;]|\band\b|$))"
    r"|(?<=our )head(?=\s*(?:[,(]|\bis\b|$))|(?<=the )head(?=, (?:Mr|Mrs|Ms|Miss|Dr)\b)"
    r"|(?<=the )(?-i:Head)\b(?=\s*(?:[,:(–]|\bis\b|\s(?:Mr|Mrs|Ms|Miss|Dr)\b))))"
)
ROLE = re.compile(rf"{_DEPUTY_ROLE}|{_GOVERNOR_ROLE}|(?P<dsl>\b{_DSL}\b)|{_HEAD_ROLE}", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:(?:local authority|LA|council|county|area|regional|borough|LSCP|partnership|diocese)(?:['’]s)?"
    r"|trust[- ]wide|former|previous|(?:its|their|his|her) own)\s+$",
    re.IGNORECASE,
)
_OF_OUTSIDE = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:for|at|of|in|within)\s+(?:the\s+)?(?:[\w’']+\s+){0,3}?(?:local authority|LA\b"
    r"|council|county|borough|partnership|diocese)",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"\babsence of (?:the |our |a )?(?:school['’]s )?$|\bnot the $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Role:
    """A role mentioned in a text: whose it is stands beside it, if anywhere."""

    group: str
    start: int
    end: int


def roles_in(text: str) -> Iterator[Role]:
    """Every role the text mentions; officers of the authority have none in the setting."""
    for found in ROLE.finditer(text):
        if _OUTSIDE.search(text, 0, found.start()) or _OF_OUTSIDE.match(text, found.end()):
            continue
        group = str(found.lastgroup)
        if group == "dsl" and _ABSENT.search(text, 0, found.start()):
            group = "deputy"
        yield Role(group, found.start(), found.end())


_LEAD_IN = re.compile(r"^(?:\d+(?:\.\d+)*\.?\s+|[a-z]\)\s+)?(?:the |our )?", re.IGNORECASE)
_WITH_DUTY = re.compile(r",?\s+with (?:\w+ )?responsibility for\b.*$", re.IGNORECASE)
_LEFT_OVER = re.compile(
    rf"(?:\s|[,&/:()*.'’–-]|\b(?:and|the|s|team|members?|details?)\b|{POST})*", re.IGNORECASE
)


def roles_alone(words: str) -> list[str]:
    """The roles the words name when they say nothing else: a heading, a cell, a caption."""
    return _alone(words) or _alone(_WITH_DUTY.sub("", words))


def _alone(words: str) -> list[str]:
    bare = _LEAD_IN.sub("", words.strip())
    bare = re.sub(r"\s*\([^)]{0,30}\)", "", bare)
    found = list(roles_in(bare))
    edges = [0, *(edge for role in found for edge in (role.start, role.end)), len(bare)]
    rest = [bare[one:other] for one, other in zip(edges[::2], edges[1::2], strict=True)]
    return [role.group for role in found] if all(map(_LEFT_OVER.fullmatch, rest)) else []
