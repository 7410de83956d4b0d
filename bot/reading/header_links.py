"""Official channels the document claims, and other policies it leans on."""

from __future__ import annotations

import re

from bot.reading.lines import Line, Sentence

_PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "Twitter",
    "x": "X",
    "youtube": "YouTube",
    "you tube": "YouTube",
    "tiktok": "TikTok",
    "threads": "Threads",
    "linkedin": "LinkedIn",
    "bluesky": "Bluesky",
    "whatsapp": "WhatsApp",
    "snapchat": "Snapchat",
    "tapestry": "Tapestry",
    "class dojo": "ClassDojo",
    "classdojo": "ClassDojo",
    "seesaw": "Seesaw",
    "pinterest": "Pinterest",
    "flickr": "Flickr",
    "vimeo": "Vimeo",
}
_PLATFORM = re.compile(
    r"\b(facebook|instagram|twitter|you ?tube|tiktok|threads|linkedin|bluesky|whatsapp|snapchat|tapestry"
    r"|class ?dojo|seesaw"
    r"|pinterest|flickr|vimeo)\b|(?<=\s)(X)(?=\s*(?:\(|\bformerly|account|,|\.|and\b|page))",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\bofficial\s+(?:social\s+(?:media|networking)\s+)?(?:channels?|accounts?|pages?|sites?|platforms?"
    r"|presence|feeds?)\b[^.]{0,60}?\b(?:is|are|includes?|on|:)"
    r"|\b(?:the|our)\s+(?:school|academy|nursery|pre-?school|trust"
    r"|setting)(?:['’]s)?\s+(?:currently\s+)?(?:has|uses?|operates?|runs?|maintains?)\s+(?:an?\s+"
    r"|the\s+)?(?:[\w-]+\s+){0,6}?(?:facebook|twitter|instagram|youtube|social media (?:accounts?|channels?"
    r"|pages?|sites?))"
    r"|\bwe\s+(?:also\s+)?(?:use|share|post)\b[^.]{0,40}?\b(?:facebook|twitter|instagram|youtube"
    r"|X)\b[^.]{0,60}?\bto\s+(?:share|celebrate|communicate|inform|post|promote|keep|tell|publish|update"
    r"|show)"
    r"|\bour\s+(?:school\s+|own\s+)?(?:facebook|twitter|instagram|youtube)\s+(?:page|account|channel|feed)"
    r"|\b(?:the school|our|school|academy)(?:['’]s)?\s+official\s+(?:facebook|twitter|instagram|youtube)"
    r"|\bfollow\s+us\s+on\b|\bsocial\s+(?:media|networking)\s+(?:sites|channels|accounts"
    r"|pages)\s+(?:that\s+)?we"
    r"\s+(?:use|run|have)\b"
    r"|\b(?:we|I)\s+(?:currently\s+|also\s+)?(?:have|use|make\s+use\s+of|run|operate)\s+(?:an?\s+"
    r"|the\s+)?(?:[\w-]+\s+){0,5}?(?:facebook"
    r"|twitter|instagram|youtube)\s+(?:page|account|channel|feed)",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|without)\b[^.]{0,40}\b(?:official|channels?|facebook|accounts?)|\bdoes not\b"
    r"|\bPTA\b|\bmust not\b|\bshould not\b|\bpersonal\b|\bprivate\b|\bsuch as\b|\be\.?g\b",
    re.IGNORECASE,
)
_FORMER = re.compile(r"\bformerly\s+(?:known\s+as\s+)?\w+", re.IGNORECASE)
_FURTHER = re.compile(
    r"^(?:at (?:the moment|present)|currently|these|other|closed|we also|in addition|both)\b", re.IGNORECASE
)


def find_channels(found: list[Sentence]) -> tuple[str, ...]:
    channels: dict[str, None] = {}
    claimed = False
    for sentence in found:
        text = sentence.text
        claims = _CLAIM.search(text) is not None
        if (claims and not _DENIAL.search(text)) or (claimed and _FURTHER.match(text)):
            for match in _PLATFORM.finditer(_FORMER.sub("", text)):
                channels.setdefault(_PLATFORMS[match.group().lower().replace("class dojo", "classdojo")])
            claimed = True
        else:
            claimed = False
    return tuple(channels)


_HEADING = re.compile(
    r"^(?:(?:\d|[a-z])[\d.]*\)?\s*)?(?:links?\s+(?:with|to)\s+(?:other|our|school"
    r"|related)\s+(?:\w+\s+)?polic(?:y|ies)|see\s+also|(?:other\s+)?(?:related|linked|associated|relevant"
    r"|supporting|connected)\s+(?:school\s+|trust\s+)?(?:polic(?:y|ies)|documents?"
    r"|documentation)(?:\s+(?:and|&|/)\s+\w+)?|(?:policy\s+)?links?(?:\s+to\s+(?:other\s+)?policies)?"
    r"|linked\s+(?:to|with)|cross[\s-]references?|links\s+with\s+policies"
    r"|other\s+(?:relevant\s+)?policies)\s*[:.]?$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:(?:in\s+conjunction|together|alongside|in\s+line)\s+with|links?\s+(?:to|with)|linked\s+(?:to"
    r"|with)|related\s+to|refers?\s+to|see\s+also|cross-referenced?\s+(?:to|with))\b.{0,80}\bpolic(?:y"
    r"|ies)\b.{0,80}$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(r"\b(?:polic(?:y|ies)|following|links?|linked|conjunction|alongside)\b", re.IGNORECASE)
_INLINE = re.compile(
    r"\b(?:policy|code|document)\b[^.]{0,60}?\b(?:in\s+conjunction|together|alongside)\s+with\s+(?:the\s+"
    r"|our\s+)?(?:following\s+)?(?:school\s+|other\s+)*(?:policies(?:\s+(?:on|for))?[:\s-]*)?([^.]+)",
    re.IGNORECASE,
)
_READ_WITH = re.compile(
    r"\b(?:policy|code|document)\b.{0,50}\b(?:in\s+conjunction|together|alongside|in\s+relation)\s+(?:with"
    r"|to)\b.{0,140}:$",
    re.IGNORECASE,
)
_THOSE_FOR = re.compile(
    r"\b(?:those|(?:the|our|school|other)\s+policies)\s+(?:for|on)\s+([^.]+)", re.IGNORECASE
)
_HEADED = re.compile(
    r"(?:\d[\d.]*\s*)?(?:other\s+)?(?:related|linked|associated|relevant|supporting"
    r"|connected)\s+(?:school\s+|trust\s+)?"
    r"(?:polic(?:y|ies)|documents?)(?:\s+(?:and|&|/)\s+\w+)?\s*[:–-]\s*(.+?)(?=\s+\d+\.\s|$)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"(?<=\w)\s+policies$", re.IGNORECASE)
_READ = re.compile(r"\b(?:polic(?:y|ies)|read|conjunction|alongside)\b", re.IGNORECASE)
_SMALL_WORDS = re.compile(r"^(?:(?:and|or|for|on|the|our|also)\s+)+", re.IGNORECASE)
_ITEM_RAW = re.compile(r"^\s*(?:[-*•·▪◦➢✓❖○●■o\uf0b7\uf0a7\uf0d8]\s|\d+[.)]\s)")
_NUMBERED = re.compile(r"\s*\d+[.)]\s")
_POLICY_WORD = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|code|agreements?|plan|statement|scheme|safety|AUPs?|guidance|security"
    r"|equality|equalit\w+|handling|special educational|mental health|exclusions?|attendance|medicines?"
    r"|visits|anti|teaching|learning|acceptable use|computing|homework|complaints|first aid|intimate care"
    r"|inclusion|disciplinary|grievance|protocol|conduct|strategy|protection|GDPR|whistleblowing|handbook"
    r"|curriculum|notices?|bullying"
    r"|behaviour|SEND?|safeguarding|PSHE|RSE)\b",
    re.IGNORECASE,
)
_NAMED_POLICY = re.compile(
    r"\bpolic(?:y|ies)\b|\bprocedure|\bplan\b|\bcode of\b|\bstatement\b|\bagreement|\bnotice\b|\bhandbook\b",
    re.IGNORECASE,
)
_NOT_ITEM = re.compile(
    r"^links? to (?!our)|^appendix|\b(?:is|are|was|were|by|will|must|should|shall|creates?|has|have"
    r"|please)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|our)\s+", re.IGNORECASE)
_LONGEST_ITEM = 110
_LONGEST_PLAIN_ITEM = 75
_LONGEST_SAID = 60


def find_linked(lines: list[Line], spoken: list[Sentence]) -> tuple[str, ...]:
    """Policies listed under "Links with other policies", "See also" and their like, or in one sentence."""
    worded = [line for line in lines if line.cells]
    found: list[str] = []
    for place, line in enumerate(worded):
        text = line.text
        if _HEADING.match(text) or _opens(text):
            found += _list_after(worded, place + 1, _POLICY_WORD if _opens(text) else _NAMED_POLICY)
    for sentence in spoken:
        if len(sentence.text) < 500 and not _opens(sentence.text):
            found += _in_sentence(sentence.text) or _those_for(sentence.text) or _beside(sentence.text)
    return tuple(dict.fromkeys(found))


def _opens(text: str) -> bool:
    """The line leads in to a list of policies."""
    ends = text.rstrip().endswith((":", "following", "policies"))
    return ends and (_OPENING.search(text) is not None or _READ_WITH.search(text) is not None)


def _those_for(text: str) -> list[str]:
    """ "... other policies including those for behaviour, bullying and child protection"."""
    found = _THOSE_FOR.search(text)
    if not found or not _READ.search(text):
        return []
    parts = re.split(r"[,;]\s*", found.group(1).strip(" .:"))
    parts = [*parts[:-1], *re.split(r"\s+and\s+", parts[-1])]
    return _all_titles([_SMALL_WORDS.sub("", part.strip(" .:()")) for part in parts])


def _beside(text: str) -> list[str]:
    """ "Related policies: Behaviour; Anti-bullying": the list stands on the heading's own line."""
    found = _HEADED.match(text)
    parts = re.split(r"[,;]\s*|\s+and\s+(?=[A-Z])", found.group(1)) if found else []
    return _all_titles([_PLURAL.sub("", _SMALL_WORDS.sub("", part.strip(" .:()"))) for part in parts])


def _all_titles(names: list[str]) -> list[str]:
    """The names, if there are several and each may be a title; else the words were no list of policies."""
    fit = [name for name in names if 1 < len(name) < _LONGEST_SAID and not _NOT_ITEM.search(name)]
    return fit if len(fit) == len(names) > 1 else []


def _list_after(worded: list[Line], place: int, names: re.Pattern[str]) -> list[str]:
    items: list[str] = []
    all_numbered = False
    for line in worded[place : place + 40]:
        text = line.text.strip(" .;,:\t")
        if not items and line.text.endswith(":") and _LEADS_IN.search(line.text):
            continue
        numbered = _NUMBERED.match(line.raw) is not None
        if not _is_item(line, text, names) or (items and numbered and not all_numbered):
            break
        all_numbered = numbered
        items += [_ARTICLE.sub("", part) for part in _parts(text)]
    return items


def _parts(text: str) -> list[str]:
    """ "Behaviour policy, Safeguarding policy" on one line are two; a comma inside a title parts nothing."""
    parts = re.split(r"[,;]\s+(?:and\s+)?", text)
    return parts if len(parts) > 1 and all(map(_NAMED_POLICY.search, parts)) else [text]


def _is_item(line: Line, text: str, names: re.Pattern[str]) -> bool:
    if not text or "\t" in line.text or _HEADING.match(text) or _NOT_ITEM.search(text):
        return False
    if _ITEM_RAW.match(line.raw):
        return len(text) <= _LONGEST_ITEM
    return len(text) <= _LONGEST_PLAIN_ITEM and names.search(text) is not None


def _in_sentence(text: str) -> list[str]:
    found = _INLINE.search(text)
    if not found:
        return []
    parts = re.split(
        r",\s*(?:and\s+)?(?:the\s+|our\s+)?|;\s*|\s+and\s+(?:the\s+|our\s+)(?=[A-Z])", found.group(1)
    )
    names = [
        re.sub(r"^(?:the|our|school['’]s?)\s+", "", part.strip(" .:()"), flags=re.IGNORECASE)
        for part in parts
    ]
    return [name for name in names if 3 < len(name) < 70 and name[:1].isupper() and _POLICY_WORD.search(name)]
