"""The social media accounts that a document says its school runs, by platform, under old names and new.

A platform named in a document is mostly someone else's: the pupils', the parents', the law's. It counts when
its owner stands before it ("our", "the school's"), when the school is the subject of a verb that reaches it
("we have", "the nursery posts news on"), when it is said to be run by the school, or when it is listed under
a heading that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.header.school_names import any_of, names_of, squeezed
from bot.reading.text.lines import Sentence

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


_NAMELY = (
    r"(?:\s*[:(,–-])?(?:\s*\b(?:is|are|includes?|including|namely|such\s+as|e\.?g\.?,?|like|being)\b"
    r"(?:\s+(?:these|currently|now|at\s+present|at\s+the\s+moment)\b)?)?"
    r"(?:\s*limited\s+to\b)?\s*:?"
)
_AT_WHAT = rf"{ACCOUNT}{_NAMELY}(?:\s*\b(?:both\s+)?(?:on|via)\b)?"
_FILL = (
    rf"(?:\s*(?:{_AT_WHAT}|{MEDIA}{_NAMELY}|{QUALITY}\b|{OTHER_MEANS}(?:\s+on\b)?|{AND}|(?:on|an?|the|both"
    r"|one|its|our)\b|[(:])\s*)*+\s*$"
)
_PLAIN_FILL = rf"(?:\s+{QUALITY}(?:\s+{ACCOUNT})?|\s+{OTHER_MEANS}\s*(?:,|and|&))*\s*$"
_HOW = (
    r"(?:also|itself|now|currently|already|regularly|often|sometimes|only|always|will|can|do|does|each"
    r"|proudly)"
)
_KEEPS = (
    r"(?:has|have|keeps?|runs?|operates?|manages?|maintains?|owns?|moderates?|administers?|hosts?"
    r"|(?:has|have)\s+(?:set\s+up|opened|created|launched|established)|(?:uses?|makes?\s+use\s+of))"
)
_POSTS = (
    r"(?:posts?|shares?|publish(?:es)?|puts?|uploads?|celebrates?|communicates?|tweets?|announces?"
    r"|advertises?|promotes?|broadcasts?|updates?|keeps?\s+(?:in\s+touch|\w+\s+(?:informed|updated"
    r"|up\s+to\s+date)))"
)
_RUN = (
    r"(?:run|managed|maintained|operated|administered|updated|monitored|moderated|looked\s+after|kept|owned"
    r"|controlled|overseen|used)"
)
_STAFF = (
    r"(?:office|head(?:\s?teacher)?|principal|manager|deputy|leadership|senior|business|admin\w*|computing"
    r"|class\s+teachers?|teachers?|staff|ICT|marketing|communications)"
)
_NOT_ITS_OWN = re.compile(
    r"\b(?:not|never|no|nor|without|n['’]t|personal|private\s+(?:use|lives?)|their|his|her|own\s+children"
    r"|PTA|PTFA|friends|pupils['’]|parents['’]|"
    r"polic\w+|rules?|guidance|lessons?|teach\w*|concerns?|comments?|dangers?|risks?|posting|commenting"
    r"|using|being|access|block\w*|filter\w*|ban\w*|aware\w*|ask|expect|remind|advise|who|how|whether)\b",
    re.IGNORECASE,
)
_TAIL_STOPS = re.compile(
    r"\b(?:of|for|to|with|in|about|against|by|that|which|pupils?|parents?|children|staff|students)\b"
    r"|(?<!accounts )(?<!account )(?<!page )(?<!pages )(?<!presence )(?<!channels )(?<!media )(?<!one )\bon\b"
    r"(?!\s*$)",
    re.IGNORECASE,
)
_ALLOWED_TAIL = re.compile(
    rf"\b(?:number|range|variety|couple)\s+of\b|\bof\s+(?:our|its)\s+own\b|\bparents?['’]?\s+(?={ACCOUNT})"
    r"|\bin\s+place\b|\b(?:such\s+as|including)\b",
    re.IGNORECASE,
)
_ENDS_ON = re.compile(
    rf"(?:\b{ACCOUNT}|\bmedia|\bpresence|\bactive|\bone|\bthem)(?:\s+\w+)?\s+on\s*$", re.IGNORECASE
)
_USES = re.compile(r"\b(?:uses?|makes?\s+use\s+of)\b", re.IGNORECASE)
_USED_FOR = re.compile(
    rf"\s*(?:[.,;:)]|\(\s*(?:@|[“\"]|(?-i:[A-Z][\w’']+\s+[A-Z]))|@\w|$|{ACCOUNT}\b|as\b|instead\b|too\b|with\s+(?:parents|families)|to\s+(?:share"
    rf"|celebrate|communicate|inform"
    r"|post|promote|keep|tell|publish|update|let|send|give|advertise|engage|announce|reach|remind|connect"
    r"|show\s+(?:what|parents|families|you|our|how)|contact|provide|help\s+(?:parents|families)|record"
    r"|report)"
    r"|for\s+(?:news|shar|communicat|inform|promot|celebrat|updates|announce|remind|marketing|advertis"
    r"|(?:whole|school|general|parents|families)))",
    re.IGNORECASE,
)
_ONLY_IF = re.compile(r"\b(?:if|whether|should|unless|until|before|where|were|once)\s+$", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:friends|parents|supporters|members|pupils|children|students|association|staff|families)\s+"
    r"(?:of|at|in|from)\s+(?:the\s+)?$|\b(?:unofficial|unauthori[sz]ed|fake|parent-run)\s+(?:\w+\s+)?$"
    r"|\b(?:any|no|another|every)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_DOES_NOT_KEEP = re.compile(
    r"(?:\b(?:not|never|no\s+longer|nor)\b|n['’]t)\s+(?:\w+\s+)?"
    r"(?:have|has|use|run|operate|own|keep|maintain|got|set\s+up|hold)"
    r"(?:\s+(?:an?|any|its|our|their))?\s*$|\b(?:before|to|not|without"
    r"|if)\s[^,]{0,40}\b(?:set(?:ting)?\s+up|creat\w+|open\w*|launch\w*"
    r"|establish\w*)(?:\s+(?:an?|any|its|our))?\s*$|\bno\s*$"
    r"|\b(?:closed|deleted|removed|shut|left)\s+(?:down\s+)?(?:its|our|the)?\s*$"
    r"|\b(?:old|former|previous)\s*$",
    re.IGNORECASE,
)
_HAD = re.compile(r"\bused\s+to\s+(?:have|run|keep|use)(?:\s+(?:an?|its|our))?\s*$", re.IGNORECASE)
_DISOWNED = re.compile(
    rf"\s*(?:{ACCOUNT}\s+)?(?:for|of)\s+the\s+(?:parent|PTA|PTFA|parents|friends)\b|\s*(?:{ACCOUNT}\s+)?(?:(?:and\s+)?(?:which|that)\s+)?(?:\w+\s+)?(?:(?:is|are|was|were)\s*"
    r"(?:not|n['’]t|no\s+longer)"
    r"\s+(?:ours|run|managed|owned|controlled|monitored|moderated|official|endorsed|part|in\s+use|used|active"
    rf"|associated|affiliated|connected|linked|the|(?:an?\s+)?(?:official\s+)?{KIND}\b)"
    rf"|,?\s*(?:which|that)\s+(?:we|(?:the|our)\s+{KIND})\s+(?:do(?:es)?\s+not|do(?:es)?n['’]t|did\s+not|cannot)\s+"
    r"(?:run|manage|own|control|monitor|moderate|operate|look\s+after)"
    r"|(?:has|have)\s+nothing\s+to\s+do|(?:is|are|was|were"
    r"|been)\s+(?:now\s+)?(?:closed(?:\s+down)?(?!\s+(?:group|page|account|to))|deleted|shut"
    r"|unofficial|suspended))"
    r"|\s*(?:polic|guid|rules?\b|lessons?\b|friends?\b|friendship|use\b|usage|etiquette|agreement|safety)",
    re.IGNORECASE,
)
_ITS_ACCOUNT = re.compile(rf"\s*(?:\([^)]*\)\s*)?{ACCOUNT}\b", re.IGNORECASE)
_ACCOUNT_IN = re.compile(rf"\b{ACCOUNT}\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r";\s+|,?\s+(?:but|however|although|whereas|though)\s+", re.IGNORECASE)
_FURTHER = re.compile(
    r"^(?:(?:at (?:the moment|present)|currently|these|this|they|other|closed|in addition|both|yes)\b"
    r"[^.]{0,40}?\b(?:is|are|includes?|on)\b)",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(rf"(?:(?:the|our|an?|{KIND}(?:['’]s)?|official)\s+)*$", re.IGNORECASE)
_NOT_IN_LIST = re.compile(
    r"\b(?:PTA|PTFA|Friends|(?:not|no longer)\s+(?:in\s+)?(?:use|run|active)\w*|none|unofficial"
    r"|personal)\b|\tNo\b|\t\W*(?:[Nn]ow\s+)?(?:[Cc]losed|[Dd]eleted|[Ss]uspended)\b(?!\s+group)|\b(?:closed|deleted|shut)\s+(?:down\s+)?(?:our|its|the|this)\b"
    rf"|\b{ACCOUNT}\s+(?:(?:was|is|has\s+been)\s+)?(?:now\s+)?(?:closed|deleted)\b"
)
_NEGATED = re.compile(
    r"\b(?:not|never|no|personal|pupils?|children|students|if|PTA|PTFA|friends)\b|n['’]t\b", re.IGNORECASE
)
_NO_OTHERS = re.compile(r"\bno\s+(?:others?|more)\b", re.IGNORECASE)
_SHOWN_ON = re.compile(
    r"\b(?:photo\w*|pictures?|images?|news|videos?|updates|reminders|notices|events|achievements|dates"
    r"|work)\b[^.]{0,60}"
    r"\b(?:are|is|will\s+be|may\s+be)\s+(?:also\s+|then\s+|often\s+|sometimes\s+)?(?:posted|shared"
    r"|published|put|uploaded"
    rf"|announced|celebrated)\s+(?:on|to|onto|via|through){_FILL}",
    re.IGNORECASE,
)
# "Platform", "Account", "Managed by": a table of accounts says who looks after them.
_TABLE_HEAD = re.compile(
    rf"(?:social\s+media\s+)?(?:{ACCOUNT}|{MEDIA})(?:\s+\w+)?\t.*\b(?:managed|runs?|looks\s+after|posts|uses|responsible|account"
    rf"|handle|admin\w*"
    r"|moderat\w+|maintained|owner|username|updated)\b",
    re.IGNORECASE,
)
_ITEM_MARK = re.compile(r"^\s*(?:\(?[a-z\d]{1,2}[.)]|§)\s*", re.IGNORECASE)
# "... a YouTube channel for concerts, and a LinkedIn page": the verb reaches the second too.
_ONE_MORE = re.compile(rf"(?:,|\b(?:and|plus))\s+(?:an?|our|its)\s+(?:{QUALITY}\s+)*$", re.IGNORECASE)
# Items that end without a stop run together: "Facebook - news Seesaw - work".
_NEXT_ITEM = re.compile(rf"\s+(?=(?:{PLATFORM.pattern})\s*[:–-]\s)")
# "X: @LarchSchool; Facebook - Larch School": the next clause begins with another and its name.
_NAMES_IT = re.compile(r"\s*(?:[:–(-]|@\w)")
_CLOSED = re.compile(r"\W*(?:(?:now|since)\s+)?closed\b", re.IGNORECASE)
_POSSESSIVE = "['’]s?"
_LONGEST_SENTENCE = 2000
_LONGEST_LEAD_IN = 300
_NEAR = 240  # how far from a platform's name the words stand that tell whose it is
_LONGEST_HEADING = 80
_LONGEST_CELL = 45
_LONGEST_LIST = 30
_MOST_BETWEEN = 4


def find_channels(found: list[Sentence]) -> tuple[str, ...]:
    """Platforms on which the setting says it is, in reading order."""
    owner = _Owner.of(found)
    channels: dict[str, None] = {}
    claimed = False
    for place, sentence in enumerate(found):
        if any(_CLOSED.match(after.text) for after in found[place + 1 : place + 2]):
            continue
        text = plain(sentence.text)
        mine = list(_claimed_in(text, owner))
        further = claimed and _FURTHER.match(text) is not None and not _NEGATED.search(text)
        if further and not mine:
            mine = [platform for run in runs(text) for platform in run.platforms]
        if owner.heads_list(text):
            mine += _listed(found[place + 1 : place + 1 + _LONGEST_LIST])
        mine += ["Twitter"] if " tweets " in text and owner.tweets.search(text) else []
        claimed = bool(mine) or further or owner.has_accounts(text)
        channels.update(dict.fromkeys(mine))
    if "X" in channels:
        channels.pop("Twitter", None)
    return tuple(channels)


def _claimed_in(text: str, owner: _Owner) -> Iterator[str]:
    if not PLATFORM.search(text):
        return
    goes_on = False
    for clause in _CLAUSE_END.split(text[:_LONGEST_SENTENCE]):
        claimed = False
        for run in runs(clause):
            before, after = clause[max(0, run.start - _NEAR) : run.start], clause[run.end : run.end + _NEAR]
            further = claimed and _ONE_MORE.search(before) and _ITS_ACCOUNT.match(after)
            further = further or (goes_on and not before.strip() and _NAMES_IT.match(after))
            claimed = not _DISOWNED.match(after) and (bool(further) or owner.claims(before, after))
            if claimed:
                yield from run.platforms
        goes_on = claimed


def _listed(following: list[Sentence]) -> list[str]:
    """Platforms that begin the lines of a list, or that fill cells of a table."""
    listed: list[str] = []
    between = 0
    for sentence in following:
        text = plain(sentence.text)
        mine = [platform for item in _NEXT_ITEM.split(text) for platform in _item(item)]
        between = 0 if mine else between + 1
        if between > _MOST_BETWEEN or (not mine and len(text) > _LONGEST_HEADING):
            break
        listed += mine
    return listed


def _item(text: str) -> list[str]:
    if _NOT_IN_LIST.search(text):
        return []
    for cell in _ITEM_MARK.sub("", text).split("\t"):
        named = runs(cell)
        if named and _LIST_ITEM.fullmatch(cell[: named[0].start]):
            rest = cell[named[0].end :]
            if "\t" not in text or len(cell) < _LONGEST_CELL:
                return [] if _DISOWNED.match(rest) else list(named[0].platforms)
    return []


def _whose(named: str) -> str:
    return rf"(?:our|(?:the|this)\s+{KIND}['’]?s['’]?{named and named + _POSSESSIVE})"


def _subject(named: str) -> str:
    return (
        rf"(?:we|^{KIND}|(?:the|our|this)\s+(?:(?:whole|primary|infants?|juniors?|first|village|special|{KIND})\s+)?{KIND}|(?:each|every)\s+(?:class|{KIND})"
        rf"|(?:all|some|most)\s+classes{named})"
    )


def _of_its_own(named: str) -> dict[str, str]:
    """What stands before or behind a platform that is the setting's; `named` is its name."""
    whose, subject = _whose(named), _subject(named)
    somebody = r"(?-i:[A-Z][a-z]+\s[A-Z][a-z’'-]+)(?!\s+(?:of|from)\b)"
    ours = rf"(?:us|(?:the|our)\s+(?:{KIND}|{_STAFF})|school\s+staff|Mrs?|Miss|Ms|{somebody}{named})"
    return {
        "owned": rf"(?:(?P<whose>\b{whose})(?=[\s:]){_FILL}|\b(?:the\s+{KIND}{named})(?=\s){_PLAIN_FILL}"
        rf"|(?:^|\b(?:on|via|through|to|and)\s+|,\s*){KIND}(?=\s){_FILL}"
        rf"|\b(?:the|this)\s+{KIND}\b(?:(?!\band\s+(?:the|our|some)\s).)*\b(?P<its>its){_FILL}|(?P<named>\bthe\s+(?:(?!){named}))\s+$"
        rf"|\bofficial(?=\s){_FILL})",
        "does": rf"(?<!of )(?<!at )\b{subject}\s+(?:{_HOW}\s+)*{_KEEPS}\b(?P<tail>[^.]{{0,110}})$",
        "posts": rf"\b{subject}\s+(?:{_HOW}\s+)*{_POSTS}\b(?P<tail>[^.]{{0,160}}?)"
        rf"(?:\b(?:on|to|onto|via|through|using|by|over)\b|:|,){_FILL}",
        "is_on": rf"\b{subject}(?:,\s+which)?\s+(?:(?:is|are|has\s+been|have\s+been)\s+"
        rf"(?:(?:{_HOW}|active|present|registered)\s+)*|can\s+(?:also\s+)?be\s+(?:found|followed"
        rf"|contacted)\s+)"
        r"(?:both\s+)?on\s+(?:the\s+)?$"
        r"|\b(?:find|follow|like|join|visit|see|connect\s+with)\s+(?:(?:and|or)\s+\w+\s+)?"
        rf"(?:us|(?:the|our)\s+{KIND})\s+(?:\w+\s+)?(?:on|at|via|through){_FILL}",
        "accounts_of": rf"\b{ACCOUNT}\s+(?:of|for|speak(?:s|ing)?\s+for|run\s+by|belonging\s+to|held\s+by"
        rf"|managed\s+by|owned\s+by|(?:that|which)?)\s+{subject}(?=[\s:])\s*"
        rf"(?:(?:{_HOW}|{_KEEPS}|{_RUN}|is|are|includes?|at\s+the\s+moment)"
        rf"[\s:,]+)*(?:on\s+)?{_FILL}",
        "run_by": rf"\s*(?:{ACCOUNT}\s+)?(?:,?\s*(?:both|all|which|that|is|are|{_HOW})\s+)*"
        rf"(?:{_RUN}\s+by\s+{ours}|belongs?\s+to\s+{ours}"
        rf"|(?:is|are)\s+{whose}\s+(?:{QUALITY}\s+)*{ACCOUNT})\b"
        rf"|,?\s*(?:is|are)\s+the\s+only\s+(?:\w+\s+)?(?:places?|ones?|{ACCOUNT})(?:\s+(?:in|on)\s+which"
        rf"|\s+where"
        rf"|\s+that)?\s+{subject}\s+(?:{_HOW}\s+)*(?:{_KEEPS}|{_POSTS})\b"
        rf"|,?\s*(?:on\s+which|where)\s+{subject}\s+(?:{_HOW}\s+)*(?:{_KEEPS}|{_POSTS})\b",
    }


def _of_its_lists(named: str) -> dict[str, str]:
    """What stands over or before a list of the setting's accounts."""
    whose, subject = _whose(named), _subject(named)
    return {
        "heading": rf"(?:\d[\d.]*\s*)?(?:(?:{whose}|the|{KIND}|official{named})\s+)+(?:{QUALITY}\s+)*"
        rf"(?:{ACCOUNT}|{MEDIA})(?:\s+(?:are|include))?\s*[:.]?"
        rf"|(?:\d[\d.]*\s*)?(?:official\s+)?{MEDIA}\s+{ACCOUNT}\s+"
        rf"(?:of|that|which|used\s+by|run\s+by|for|at|{subject}).*"
        rf"|[^.:]*\b{whose}\s+(?:{QUALITY}\s+)*(?:{ACCOUNT}|{MEDIA})\?",
        "label": rf"(?:{MEDIA}\s+{ACCOUNT}|(?:find|follow)\s+us)\s*:\s*\n(?:\s*\([^)]*\))?\W*$"
        rf"|(?:the\s+|our\s+)?{KIND}\s*:\s*\n"
        rf"|\W*(?:{MEDIA}\s+)?(?:channels|accounts)\s*:\s*(?:(?:one|two|three|an?|the|{QUALITY}"
        rf"|{ACCOUNT})\s+)*\n",
        "leads_in": rf"\b(?:{subject}|{whose})\s[^.]*\b(?:{ACCOUNT}|{MEDIA}|following|on)\b[^.]*:$",
        "tweets": rf"\b(?:{subject}|{KIND})\s+tweets\s+(?:as|at|from|under)\s+@\w",
        "speaks_of": rf"\b{ACCOUNT}\s+(?:(?:that|which)\s+)?{subject}\s+(?:{_HOW}\s+)*{_KEEPS}\b",
    }


@dataclass(frozen=True, slots=True)
class _Owner:
    """The ways in which this document speaks of its setting, as patterns that end before a platform."""

    owned: re.Pattern[str]
    does: re.Pattern[str]
    posts: re.Pattern[str]
    is_on: re.Pattern[str]
    accounts_of: re.Pattern[str]
    run_by: re.Pattern[str]
    heading: re.Pattern[str]
    handle: re.Pattern[str]
    label: re.Pattern[str]
    leads_in: re.Pattern[str]
    speaks_of: re.Pattern[str]
    tweets: re.Pattern[str]

    @classmethod
    def of(cls, found: list[Sentence]) -> _Owner:
        names = names_of(found)
        patterns = _of_its_own(any_of(names)) | _of_its_lists(any_of(names))
        patterns["handle"] = rf"\s*(?:{ACCOUNT}\s*)?[:(–-]?\s*@\w*?(?:{squeezed(names)})"
        return cls(**{part: re.compile(pattern, re.IGNORECASE) for part, pattern in patterns.items()})

    def claims(self, before: str, after: str) -> bool:
        if _HAD.search(before):
            return False
        return (
            self._owns(before, after)
            or self._keeps(before, after)
            or self._posts(before)
            or self.is_on.search(before) is not None
            or self.accounts_of.search(before) is not None
            or self.handle.match(after) is not None
            or self.label.match(f"{before}\n{after}") is not None
            or self._is_shown(before, after)
            or (self.run_by.match(after) is not None and not _NOT_ITS_OWN.search(before))
        )

    def _owns(self, before: str, after: str) -> bool:
        found = self.owned.search(before)
        if not found:
            return False
        says_account = _ITS_ACCOUNT.match(after) or _ACCOUNT_IN.search(found.group())
        if not (found["whose"] or found["its"] or found["named"] or says_account):
            return False
        start = before[: found.start("its") if found["its"] else found.start()]
        return not any(said.search(start) for said in (_OTHERS, _DOES_NOT_KEEP, _HAD))

    def _keeps(self, before: str, after: str) -> bool:
        found = self.does.search(before)
        if not found or _ONLY_IF.search(before[: found.start()]) or _OTHERS.search(before[: found.start()]):
            return False
        tail = _ALLOWED_TAIL.sub(" ", found["tail"])
        if _NOT_ITS_OWN.search(tail) or _TAIL_STOPS.search(tail):
            return False
        if re.search(r"\bon\s*$", tail) and not _ENDS_ON.search(tail):
            return False
        return not _USES.search(found.group()) or _USED_FOR.match(after) is not None

    def _posts(self, before: str) -> bool:
        found = self.posts.search(before)
        return (
            found is not None
            and not _NOT_ITS_OWN.search(found["tail"])
            and not _ONLY_IF.search(before[: found.start()])
            and not _OTHERS.search(before[: found.start()])
        )

    def _is_shown(self, before: str, after: str) -> bool:
        """ "News and photographs are shared on ...": by the setting, unless it is said by whom."""
        return (
            _SHOWN_ON.search(before) is not None
            and not _NOT_ITS_OWN.search(before)
            and not _NEGATED.search(before)
            and (
                " by " not in after
                or self.run_by.search(f"run {after[after.index(' by ') + 1 :]}") is not None
            )
        )

    def heads_list(self, text: str) -> bool:
        """ "Our social media accounts", "The school uses these platforms:"."""
        if len(text) > _LONGEST_LEAD_IN:
            return False
        if "\t" in text:
            return _TABLE_HEAD.match(text) is not None
        short = len(text) < _LONGEST_HEADING and self.heading.fullmatch(text) is not None
        leads = text.endswith(":") and self.leads_in.search(text) is not None
        return (short or leads) and not _NEGATED.search(_NO_OTHERS.sub("", text))

    def has_accounts(self, text: str) -> bool:
        """ "... on the social media sites that we use": the next sentence says which."""
        return self.speaks_of.search(text[:_LONGEST_LEAD_IN]) is not None and not _NEGATED.search(text)
