"""Official channels the document claims, and other policies it leans on."""

from __future__ import annotations

import re

from bot.reading.lines import Line, Sentence

_PLATFORMS = {
    "facebook": "Facebook", "instagram": "Instagram", "twitter": "Twitter", "x": "X", "youtube": "YouTube",
    "tiktok": "TikTok", "threads": "Threads", "linkedin": "LinkedIn", "bluesky": "Bluesky", "whatsapp": "WhatsApp",
    "snapchat": "Snapchat", "tapestry": "Tapestry", "class dojo": "ClassDojo", "classdojo": "ClassDojo",
    "seesaw": "Seesaw", "pinterest": "Pinterest", "flickr": "Flickr", "vimeo": "Vimeo",
}  # fmt: skip
_PLATFORM = re.compile(
    r"\b(facebook|instagram|twitter|youtube|tiktok|threads|linkedin|bluesky|whatsapp|snapchat|tapestry|class ?dojo|seesaw"
    r"|pinterest|flickr|vimeo)\b|(?<=\s)(X)(?=\s*(?:\(|\bformerly|account|,|\.|and\b|page))",
    re.IGNORECASE,
)
_CLAIM = re.compile(
    r"\bofficial\s+(?:social\s+(?:media|networking)\s+)?(?:channels?|accounts?|pages?|sites?|platforms?|presence|feeds?)\b[^.]{0,60}?\b(?:is|are|includes?|on|:)"
    r"|\b(?:the|our)\s+(?:school|academy|nursery|pre-?school|trust|setting)(?:['’]s)?\s+(?:currently\s+)?(?:has|uses?|operates?|runs?|maintains?)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,6}?(?:facebook|twitter|instagram|youtube|social media (?:accounts?|channels?|pages?|sites?))"
    r"|\bwe\s+(?:also\s+)?(?:use|share|post)\b[^.]{0,40}?\b(?:facebook|twitter|instagram|youtube|X)\b[^.]{0,60}?\bto\s+(?:share|celebrate|communicate|inform|post|promote|keep|tell|publish|update|show)"
    r"|\bour\s+(?:school\s+|own\s+)?(?:facebook|twitter|instagram|youtube)\s+(?:page|account|channel|feed)"
    r"|\b(?:the school|our|school|academy)(?:['’]s)?\s+official\s+(?:facebook|twitter|instagram|youtube)"
    r"|\bwe\s+(?:currently\s+)?(?:have|use|run|operate)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,5}?(?:facebook|twitter|instagram|youtube)\s+(?:page|account|channel|feed)",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"\b(?:no|not|never|without)\b[^.]{0,40}\b(?:official|channels?|facebook|accounts?)|\bdoes not\b|\bPTA\b|\bmust not\b|\bshould not\b|\bpersonal\b|\bprivate\b|\bsuch as\b|\be\.?g\b",
    re.IGNORECASE,
)
_FORMER = re.compile(r"\bformerly\s+(?:known\s+as\s+)?\w+", re.IGNORECASE)
_FURTHER = re.compile(r"^(?:these|other|closed|we also|in addition|both)\b", re.IGNORECASE)


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
    r"^(?:(?:\d|[a-z])[\d.]*\)?\s*)?(?:links?\s+(?:with|to)\s+(?:other|our|school|related)\s+(?:\w+\s+)?polic(?:y|ies)|see\s+also|(?:other\s+)?(?:related|linked|associated|relevant|supporting|connected)\s+(?:school\s+|trust\s+)?(?:polic(?:y|ies)|documents?|documentation)(?:\s+(?:and|&|/)\s+\w+)?|(?:policy\s+)?links?(?:\s+to\s+(?:other\s+)?policies)?|linked\s+(?:to|with)|cross[\s-]references?|links\s+with\s+policies|other\s+(?:relevant\s+)?policies)\s*[:.]?$",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"\b(?:(?:in\s+conjunction|together|alongside|in\s+line)\s+with|links?\s+(?:to|with)|linked\s+(?:to|with)|related\s+to|refers?\s+to|see\s+also|cross-referenced?\s+(?:to|with))\b.{0,80}\bpolic(?:y|ies)\b.{0,80}$",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(r"\b(?:polic(?:y|ies)|following|links?|linked|conjunction|alongside)\b", re.IGNORECASE)
_INLINE = re.compile(
    r"\bpolicy\b[^.]{0,60}?\b(?:in\s+conjunction|together|alongside)\s+with\s+(?:the\s+|our\s+)?(?:following\s+)?(?:school\s+|other\s+)*(?:policies(?:\s+(?:on|for))?[:\s-]*)?([^.]+)",
    re.IGNORECASE,
)
_ITEM_RAW = re.compile(r"^\s*(?:[-*•·▪◦➢✓❖○●■o\uf0b7\uf0a7\uf0d8]\s|\d+[.)]\s)")
_POLICY_WORD = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|code|agreements?|plan|statement|scheme|safety|AUPs?|guidance|security|protocol|conduct|strategy|protection|GDPR|whistleblowing|handbook|curriculum|notices?|bullying|behaviour|SEND?|safeguarding|PSHE|RSE)\b",
    re.IGNORECASE,
)
_NAMED_POLICY = re.compile(
    r"\bpolic(?:y|ies)\b|\bprocedure|\bplan\b|\bcode of\b|\bstatement\b|\bagreement|\bnotice\b|\bhandbook\b",
    re.IGNORECASE,
)
_NOT_ITEM = re.compile(
    r"^links? to (?!our)|^appendix|\b(?:is|are|will|must|should|shall|creates?|has|have|please)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|our)\s+", re.IGNORECASE)
_LONGEST_ITEM = 110
_LONGEST_PLAIN_ITEM = 75


def find_linked(lines: list[Line]) -> tuple[str, ...]:
    """Policies listed under "Links with other policies", "See also" and their like, or in one sentence."""
    worded = [line for line in lines if line.cells]
    found: list[str] = []
    for place, line in enumerate(worded):
        text = line.text
        if _HEADING.match(text) or (
            _OPENING.search(text) and (text.rstrip().endswith((":", "following", "policies")))
        ):
            found += _list_after(worded, place + 1)
        elif len(text) < 500:
            found += _in_sentence(text)
    return tuple(dict.fromkeys(found))


def _list_after(worded: list[Line], place: int) -> list[str]:
    items: list[str] = []
    for line in worded[place : place + 40]:
        text = line.text.strip(" .;,:\t")
        if not items and line.text.endswith(":") and _LEADS_IN.search(line.text):
            continue
        if not _is_item(line, text):
            break
        items.append(_ARTICLE.sub("", text))
    return items


def _is_item(line: Line, text: str) -> bool:
    if not text or "\t" in line.text or _HEADING.match(text) or _NOT_ITEM.search(text):
        return False
    if _ITEM_RAW.match(line.raw):
        return len(text) <= _LONGEST_ITEM
    return len(text) <= _LONGEST_PLAIN_ITEM and _NAMED_POLICY.search(text) is not None


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
