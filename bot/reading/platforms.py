"""Social media platforms as a document names them: one by one or side by side, under old names and new.

Here are also the words for what is kept on them ("account", "page") and for who keeps it ("school").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KIND = (
    r"(?:pre-?school|school|academy|nursery|playgroup|setting|college|trust|federation|kindergarten|centre"
    r"|club)"
)
ACCOUNT = (
    r"(?:accounts?|pages?|channels?|feeds?|groups?|profiles?|sites?|presence|platforms?|streams?|handles?"
    r"|blogs?)"
)
MEDIA = r"(?:social\s+(?:media|networking|networks?)|media)"
QUALITY = (
    r"(?:own|official|main|only|public|private|closed|open|secure|dedicated|new|current|existing|active"
    r"|popular|shared|joint"
    rf"|online|digital|class|whole|parents?|{KIND}|{MEDIA})"
)
AND = r"(?:,|&|/|\band|\bplus|\bas\s+well\s+as)"
OTHER_MEANS = r"(?:websites?|web\s*(?:site|page)s?|newsletters?|app|blogs?|emails?|texts?(?:\s+messages?)?)"
_PLATFORMS = {
    "facebook": "Facebook",
    "instagram": "Instagram",
    "twitter": "Twitter",
    "x": "X",
    "youtube": "YouTube",
    "tiktok": "TikTok",
    "threads": "Threads",
    "linkedin": "LinkedIn",
    "bluesky": "Bluesky",
    "whatsapp": "WhatsApp",
    "snapchat": "Snapchat",
    "tapestry": "Tapestry",
    "classdojo": "ClassDojo",
    "seesaw": "Seesaw",
    "pinterest": "Pinterest",
    "flickr": "Flickr",
    "vimeo": "Vimeo",
}
# "Threads", "Tapestry" and "Seesaw" are also plain words: only their capital tells them.
PLATFORM = re.compile(
    r"\b(?:(?i:face ?book|instagram|twitter|you[ -]?tube|tik ?tok|linked-?in|bluesky|what['’]?s ?app|snapchat"
    r"|class ?dojo|pinterest|flickr|vimeo)|Threads|Tapestry|Seesaw)(?![\w-])|(?<![\w-])X(?![\w-])"
)
_RENAMED = re.compile(
    r"(?:\bTwitter\s*\(\s*X(?![\w-])\s+[^)]{1,30}\)"
    r"|\bTwitter\s*[(,/-]?\s*(?:and\s+)?(?:(?:now|currently)\s+(?:known\s+as\s+|called\s+)?)?X(?![\w-])\)?"
    r"|(?<![\w-])X\s*[(,/-]?\s*(?:(?:or|formerly|previously|once|which was|the old|was)\s+)?"
    r"(?:(?:known as|called)\s+)?Twitter\)?)(?=\W|$)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\s?<?\b(?:https?://|www\.)[^\s>]+>?")
_SITE = re.compile(
    r"(?<![\w./@-])<?(?:https?://)?(?:www\.|m\.)?(facebook|instagram|twitter|youtube|tiktok|linkedin)"
    r"\.com\b[^\s,;)>]*(?<![.])>?",
    re.IGNORECASE,
)
# A lone "X" may be a cross or an unknown: these words before and after it make it a platform.
_BEFORE_X = re.compile(
    r"(?:\b(?:on|via|through|using|uses?|our|school|academy|nursery|official|own)|['’]s|[,/&:]"
    r"|\b(?:accounts?|pages?|channels?|feeds?)(?=\s*\()|\band|\ban|\bor|\bboth|^)\s*\(?$",
    re.IGNORECASE,
)
_AFTER_X = re.compile(
    r"\s*(?:[(),.;:/&@\t–]|-\s|(?:and|or|to|for|with|by|as|at|accounts?|feeds?|pages?|is|are|was|has|may|can|will"
    r"|shows?)\b|$)",
    re.IGNORECASE,
)

_JOINT = re.compile(r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*|/\s*|\bor\s+)", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?:\s|\([^)]*\)|[“\"][^”\"]{{2,50}}[”\"]|/[\w.]+|[,&/():|•·–-]|@[\w.]+|\*+|\b(?:and|or|plus|also|as\s+well\s+as|together\s+with|an?"
    rf"|the|our"
    rf"|its|on|one|two|{QUALITY}|{ACCOUNT}|{OTHER_MEANS}|including|includes?)\b"
    r"|\bwill\s+soon\s+(?:include|be\s+on)\b)*+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """Platforms named side by side, and the places where their words begin and end."""

    platforms: tuple[str, ...]
    start: int
    end: int


def runs(text: str) -> list[Run]:
    """The platforms of a text; those of one enumeration together."""
    found: list[Run] = []
    for match in PLATFORM.finditer(text):
        beside = bool(found) and _BETWEEN.fullmatch(text[found[-1].end : match.start()]) is not None
        if match.group() == "X" and not (
            _listed_with_another(text, match.end())
            or (
                _BEFORE_X.search(text[max(0, match.start() - 20) : match.start()].rstrip())
                and (beside or _AFTER_X.match(text, match.end()))
            )
        ):
            continue
        name = _PLATFORMS[re.sub(r"[ '’-]", "", match.group().lower())]
        if beside:
            found[-1] = Run((*found[-1].platforms, name), found[-1].start, match.end())
        else:
            found.append(Run((name,), match.start(), match.end()))
    return found


def _listed_with_another(text: str, end: int) -> bool:
    """ "X and Facebook": beside another platform it is no cross."""
    joint = _JOINT.match(text, end)
    after = PLATFORM.match(text, joint.end()) if joint else None
    return after is not None and after.group() != "X"


def plain(text: str) -> str:
    """The words without addresses, and with one name for what has had two."""
    return _RENAMED.sub("X", _ADDRESS.sub(" ", _SITE.sub(r"\1", text)))
