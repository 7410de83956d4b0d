"""The wordings that open a list of linked policies: headings, predicates of the document, lead-ins."""

from __future__ import annotations

import re

_PAPERS = r"(?:polic(?:y|ies)|documents?|documentation|procedures?|guidelines|guidance|publications|papers)"
_LINKED = (
    r"(?:related|linked|associated|relevant|supporting|connected|complementary|accompanying|companion|sister"
    r"|partner|allied)"
)
_OTHER = (
    r"(?:other|further|key|our|school|trust|academy|nursery|setting|the|internal|statutory|in-house|main)"
)
_NUMBER = r"(?:(?:section|appendix|annex|part|chapter)\s+\w{1,6}\s*[:.–-]?\s*|(?:\d[\d.]*|[a-z][.)])\)?\s*)?"
_TOPIC = (
    rf"(?:(?:\s*(?:,|/|&|\band\b|\bor\b))+\s*(?:{_OTHER}\s+|{_LINKED}\s+)*[\w-]+(?:\s+(?:of|to)\s+\w+)?)?"
)
_THIS = r"(?:this|the\s+present)\s+(?:policy|one|document|code|procedure|statement|plan|agreement)"
_TOUCHES = (
    r"(?:touch(?:es)?|bears?|matters?|appl(?:y|ies)|affects?|supports?|informs?|relates?|deals?|helps?"
    r"|goes?|sits?"
    r"|belongs?|stands?|links?)(?:\s+(?:up)?on|\s+to|\s+with|\s+beside|\s+alongside)?"
)
_LABEL = (
    rf"(?:(?:\w+\s+(?:and|&|/)\s+)?(?:{_OTHER}\s+)*(?:{_LINKED}\s+)(?:{_OTHER}\s+)*{_PAPERS}{_TOPIC}"
    rf"|(?:{_OTHER}\s+)*(?:other|further)\s+(?:{_OTHER}\s+)*{_PAPERS}(?:\s+to\s+(?:read|see|look\s+at))?"
    rf"|what\s+(?:else\s+)?(?:goes|belongs|sits)\s+with\s+(?:{_THIS}|this|it)"
    rf"|(?:the\s+)?(?:policy\s+)?(?:links?|connections?)(?:\s+(?:with|to|between"
    rf"|and\s+\w+\s+to))?(?:\s+(?:{_OTHER}|{_LINKED}))*"
    rf"(?:\s+{_PAPERS}{_TOPIC})?|{_PAPERS}\s+links?"
    rf"|(?:{_LINKED}|connected|linking)\s+(?:to|with)(?:\s+(?:{_OTHER}|{_PAPERS}))*"
    rf"|cross[\s-]*referenc(?:e|es|ed|ing)(?:\s+(?:to|with))?(?:\s+(?:{_OTHER}\s+)*{_PAPERS})?|see\s+also"
    rf"|also\s+see"
    r"|(?:please\s+)?(?:to\s+be\s+)?(?:also\s+)?read\s+(?:this\s+(?:\w+\s+)?)?(?:together\s+|alongside"
    r"|along\s+"
    rf"|in\s+conjunction\s+)?(?:with)?|(?:{_OTHER}\s+)*{_PAPERS}{_TOPIC}\s+(?:(?:to|with)\s+which|which|that)"
    rf"\s+(?:{_THIS}|it)\s+(?:relates?|refers?|links?|connects?|is\s+linked|is\s+related)(?:\s+(?:to|with))?"
    rf"|(?:{_OTHER}\s+)*{_PAPERS}{_TOPIC}\s+(?:(?:which|that|to|are|should|must|be)\s+)*"
    rf"(?:read|linked|related|relevant|connected|considered|associated|relating|go|belong)(?:\s+(?:together"
    rf"|alongside|with|to|in"
    rf"|conjunction)\b)*(?:\s+(?:{_THIS}|it|this))?"
    r"|(?:this\s+\w+\s+)?(?:goes|works|sits|stands)\s+(?:together\s+)?(?:with|alongside)|related(?=\s*:)"
    rf"|(?:you\s+)?(?:might|may|could|should)\s+(?:also\s+)?(?:like|want|wish|need)\s+to\s+(?:read|see"
    rf"|look\s+at)"
    r"|read\s+also|also\s+read|(?:also|things)\s+(?:worth\s+reading|to\s+read)"
    rf"|(?:working|fitting|tying|linking)\s+(?:in\s+)?with\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"|(?:{_OTHER}\s+)+{_PAPERS}\s+(?:(?:which|that)\s+)?(?:may\s+|also\s+)?{_TOUCHES}(?:\s+{_THIS}"
    rf"|\s+it|\s+this)?"
    rf"|(?:{_OTHER}\s+)*{_PAPERS}\s+(?:(?:which|that)\s+)?(?:{_THIS}|this|it)\s+(?:sits?|goes|works?|belongs"
    r"|stands?|fits)\s+(?:beside|alongside|with|next\s+to)"
    rf"|(?:{_OTHER}\s+)*{_PAPERS}\s+(?:(?:which|that)\s+)?(?:{_THIS}|this|it)\s+(?:leans?|relies|rely|draws?|builds?|rests?"
    r"|depends?|calls?|touches|refers?|points?)\s+(?:up)?(?:on|to)"
    rf"|{_PAPERS}\s+(?:which|that)\s+(?:may\s+|also\s+)?{_TOUCHES}\s+(?:{_THIS}|it|this)"
    rf"|(?:{_OTHER}\s+)+{_PAPERS}\s+(?:that\s+|which\s+)?(?:you|parents|staff|readers)\s+(?:may|might|should"
    r"|will|can)\s+(?:also\s+)?(?:need|want|find|read|see|like)(?:\s+to\s+(?:read|see|know)|\s+(?:useful"
    r"|helpful))?"
    rf"|see\s+(?:also\s+)?our\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"|(?:where|how)\s+(?:{_THIS}|this|it)\s+(?:fits|sits|links|connects)(?:\s+(?:in|with|to|beside"
    rf"|alongside))?"
    rf"(?:\s+{_OTHER})*(?:\s+{_PAPERS})?"
    rf"|relationship\s+(?:to|with)\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"|this\s+(?:\w+\s+)?links\s+(?:to|with)(?:\s+(?:{_OTHER}|{_LINKED}|{_PAPERS}))*)"
)
SAYS_POLICIES = re.compile(rf"\b(?:{_PAPERS}|linked|read)\b", re.IGNORECASE)
HEADING = re.compile(
    rf"{_NUMBER}{_LABEL}(?:\s+\(.*\)|\s+and\s+where\s+to\s+find\s+them)?(?:\s+(?:include|are))?\s*[:.?–-]?",
    re.IGNORECASE,
)
BESIDE = re.compile(
    rf"{_NUMBER}(?P<label>{_LABEL})(?:\s*\([^)]*\))?\s*(?:[:–]|-(?=\s)|\t)\s*(?P<list>\S.*)$", re.IGNORECASE
)
_TOGETHER = (
    r"(?:together|in\s+conjunction|in\s+combination|in\s+tandem|hand\s+in\s+hand|along|side\s+by\s+side"
    r"|in\s+association|jointly|closely|in\s+parallel)"
)
_WITH = (
    rf"(?:(?:{_TOGETHER}\s+)?with|alongside(?:\s+(?:of|with))?|beside|next\s+to|in\s+(?:the\s+)?(?:light"
    rf"|context)\s+of)"
)
_USES = r"(?:look\s+at|operate|apply|use|follow)"
_PREDICATE = (
    rf"(?:(?:read|{_USES})\s+(?:it|{_THIS}|this)\s+{_WITH}|links?\s+between\s+{_THIS}\s+and|(?:read|considered|used"
    rf"|seen|viewed|understood|applied|implemented"
    rf"|followed|taken|interpreted|consulted"
    rf"|operated|treated|reviewed|looked\s+at)\s+(?:both\s+|also\s+|\w+ly\s+)?{_WITH}"
    rf"|(?:(?:takes|has)\s+its\s+place|goes|belongs?|works?|stands?|sits?|operates?|ties?|fits?|links?"
    rf"|connects?|(?:be\s+|is\s+)?(?:kept|filed)(?:\s+in\s+[\w’' ]{{3,25}}?)?|is\s+to\s+go"
    rf"|should\s+go)\s+(?:in\s+"
    rf"|closely\s+|directly\s+|up\s+)?{_WITH}"
    r"|(?:links?|relates?|refers?|connects?|cross-refers?|closely\s+linked|linked|related|connected|tied"
    r"|cross-referenced)\s+(?:closely\s+|directly\s+|also\s+)?(?:to|with|in\s+with)"
    r"|(?:clear\s+|close\s+|strong\s+|direct\s+)?(?:links?|references?)\s+(?:to|with)"
    r"|(?:is|forms)\s+(?:one|part)\s+of\s+(?:an?|our|the)\s+(?:suite|set|family|group|series)\s+of"
    r"|with\s+reference\s+to"
    r"|in\s+conjunction\s+with"
    r"|(?:is|are|comes?|applies|apply)\s+in\s+addition\s+to"
    rf"|to\s+be\s+read\s+{_WITH}|(?:complements?|supplements?|underpins|(?:is\s+)?(?:also\s+)?(?:supported"
    rf"|underpinned"
    r"|complemented|supplemented|informed)\s+by|supports(?:\s+and\s+is\s+supported\s+by)?|draws?\s+on"
    r"|builds?\s+on))"
)
STRONG_PREDICATE = re.compile(
    rf"\b(?:read|{_USES}|considered|used|seen|viewed|understood|consulted"
    rf"|interpreted)\s+(?:(?:it|{_THIS}|this)\s+)?(?:\w+ly\s+|also\s+"
    rf"|both\s+)?{_WITH}|\bin\s+conjunction\s+with|\blinks?\s+between\b",
    re.IGNORECASE,
)
PREDICATES = re.compile(rf"\b{_PREDICATE}\b\s*:?", re.IGNORECASE)
OF_THE_DOCUMENT = re.compile(
    r"(?:^|(?<!of )(?<!under )(?<!with )(?<!to )(?<!in )(?<!from )(?<!by )(?<!for )\b)(?:it|this|(?:this|the"
    r"|our|these|each|both)\s+(?:[\w'’&()/-]+\s+){0,8}?(?:policy|policies|code|document|statement|plan"
    r"|procedures?|guidance|agreement|handbook|guidelines|strategy|scheme"
    r"|protocol))\s+(?:\([^)]*\)\s*)?(?:[\w'’-]+,?\s+){0,8}$",
    re.IGNORECASE,
)
SPEAKS_OF_ITSELF = re.compile(
    r"(?:^|[.;,]\s+|\b(?:and|please|should|to)\s+)(?:it|this|read|be\s+read|look\s+at\s+(?:it|this))\b"
    r"|\b(?:this|the|our|these)\s+(?:[\w'’&()/-]+\s+){0,8}?(?:policy|policies|code|document|statement|plan"
    r"|procedures?|guidance|agreement|handbook|guidelines|strategy|scheme|protocol)\b",
    re.IGNORECASE,
)
NAMED_AS = re.compile(
    rf"^(?:[\d.]+\s*)?(?:(?:{_OTHER}|following|all|some)\s+)*(?:{_PAPERS}\b[^.:]{{0,70}}?\b(?:read|linked"
    rf"|related|relevant|relat\w+|connected|associated|considered"
    rf"|support\w*|relevance|apply|inform)\b[^.:]{{0,60}}?|(?:{_LINKED}|other"
    rf"|further)\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"[^.:]{{0,60}}?)\s*(?:\b(?:are|is|include|includes|including|being|namely|comprise)\b|:)\s*(?::)?\s*"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
SEE_ALSO = re.compile(
    r"\W*(?:please\s+)?(?:see(?=\s+(?:my|our)\s[^.;:()]{5,120}\spolicies\s+(?:too|also|as\s+well)\b)|see\s+also\b\s*:?|also\s+see\b\s*:?|(?:linked|related|links)\s+(?:with"
    r"|to)\s+(?:our|the))\s+(?P<list>.+)$",
    re.IGNORECASE,
)
USEFUL = re.compile(
    rf"[^.:]{{0,60}}\b(?:these|(?:the\s+)?following"
    rf"|{_OTHER})\s+(?:{_OTHER}\s+)*{_PAPERS}\s+(?:\w+\s+){{0,3}}(?:useful|helpful"
    r"|relevant|of\s+interest|matter)\b[^.:]{0,30}:\s*(?P<list>.+)$",
    re.IGNORECASE,
)
ALONG_WITH_THIS = re.compile(
    rf"(?:in\s+addition\s+to|as\s+well\s+as|together\s+with|along(?:side|\s+with)|with|besides?)\s+{_THIS}\W+"
    r"(?:(?:please|you|should|also|parents|staff|everyone)\s+)*(?:read|see|refer\s+to|look\s+at|consult)\s+"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
BESIDE_THIS = re.compile(
    rf"(?:sitting\s+|standing\s+)?(?:alongside|beside|next\s+to|with)\s+{_THIS}\s+(?:sit|are|stand|come"
    rf"|go|we\s+have)\s+"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
READ_WITH_THIS = re.compile(
    rf"(?P<list>.+?)\s+(?:(?:should|must|are|is|need|to|all|also|be|may|can|each)\s+)*(?:read|considered"
    rf"|seen|used|linked|related|relevant|connected|companions?|sit|stand|go|belong|work)\s+(?:{_WITH}"
    rf"|to)\s+{_THIS}\b",
    re.IGNORECASE,
)
LEADS_IN = re.compile(
    rf"\b{_PAPERS}\b[^.]*\b(?:linked|links?|related?|relevant|read|connect\w*|associated|conjunction"
    rf"|alongside)\b|\b(?:{_LINKED}|other|further)\s+(?:{_OTHER}\s+)*{_PAPERS}\b[^.]*:$|\bread\b.*\bwith\b"
    rf"|^(?:(?:please|also|see|refer|to|our|the|these|following)\s+)+{_PAPERS}:$",
    re.IGNORECASE,
)
ABOUT_THIS = re.compile(
    r"\b(?:this|policy|policies|code|document|documents|procedures?|it|read|linked|related)\b", re.IGNORECASE
)
PLAIN_LEAD_IN = re.compile(
    r"(?:\b(?:our|the|these|to|with|on|including|include|are|other|following|school|policies|documents"
    r"|procedures|for|in|particular|see|please|refer|and|also|this|policy)\b|[:\s])++",
    re.IGNORECASE,
)

POINTS_TO = re.compile(
    r"\b(?:see|refer\s+to|read|includes?|are|with|to"
    r"|alongside)\b(?:\s+also)?\s*:?\s+(?P<list>.+)$",
    re.IGNORECASE,
)
OTHER_HEADING = re.compile(
    r"^links? to (?!our)|^appendi|\b(?:this|the) policy\b|^policy (?:review|statement|aims|history|details"
    r"|owner)|^(?:monitoring|reviews?|aims?|introduction|definitions|purpose|contents|scope|roles|signed"
    r"|approved|date|version|author|next|policy\s+(?:approved|agreed|adopted|date)|statement of intent"
    r"|legislation|statutory)\b",
    re.IGNORECASE,
)
