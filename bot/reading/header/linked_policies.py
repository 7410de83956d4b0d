"""Other policies of the school that are to be read with this one: in a list, behind a label, in a sentence.

What opens such a list is a heading ("Related policies"), a line that ends in a colon ("Read this with:") or
the predicate of a sentence about the document ("This policy should be read alongside ..."). A policy that a
sentence only sends its reader to ("see the Complaints Policy") is not linked; laws and guidance are not the
school's policies, wherever they stand.
"""

from __future__ import annotations

import re

from bot.reading.header.policy_names import (
    LONGEST_ITEM,
    LONGEST_PLAIN_ITEM,
    MARK,
    NOUN,
    REMARK,
    STRONG,
    SUBJECT,
    TITLE_ENDS,
    VERB,
    is_anothers,
    names_in,
)
from bot.reading.header.title_words import NUMBER_ALONE
from bot.reading.text.lines import BULLET, Line, Sentence

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

_WORD = re.compile(r"\w")
_LONGEST_SENTENCE = 700
_LONGEST_SUBJECT = 6
_ON_ONE_LINE = re.compile(r"\w[^|]* \| \w[^|]* \| \w")  # "Fire Plan | Medical Needs | Visits"
_LONGEST_LEAD_IN = 300
_LONGEST_BETWEEN = 8
_LONGEST_LIST = 40
_WRAPPED_FROM, _WRAPPED_TO = 65, 125  # letters of a line that goes on below
_IS_DATED = re.compile(r"\b(?:19|20)\d\d\b|\d[/.]\d\d\b|^(?:not\s+yet|tbc|n/?a)\b", re.IGNORECASE)
_NEAR = 160  # how far before the verb its subject stands


def find_linked(lines: list[Line], spoken: list[Sentence]) -> tuple[str, ...]:
    """Policies listed under "Links with other policies", "See also" and their like, or in one sentence."""
    worded = [line for line in lines if any(map(_WORD.search, line.cells))]
    found: list[str] = []
    whole = {sentence.text for sentence in spoken}
    for place, line in enumerate(worded):
        heading = _heading(worded, place)
        if heading is not None:
            found += _List(heading).after(worded, place + 1)
        elif len(line.text) < _LONGEST_LEAD_IN and line.text in whole and _beside(line.text):
            found += [*_beside(line.text), *_List("").after(worded, place + 1)]
    for sentence in spoken:
        if len(sentence.text) < _LONGEST_SENTENCE:
            found += _beside(sentence.text) or _in_sentence(sentence.text)
    kept: dict[str, str] = {}
    for name in found:
        kept.setdefault(name.casefold(), name)
    return tuple(kept.values())


def _heading(worded: list[Line], place: int) -> str | None:
    """The words that open a list on the lines below, if this line does."""
    text = worded[place].text
    if _OF_OTHERS.search(text) and not _AND_OUR_OWN.search(text):
        return None
    if len(text) < LONGEST_PLAIN_ITEM and HEADING.fullmatch(text):
        return text
    if not text.endswith((":", "following", "policies", " with", " alongside")):
        return None
    before = worded[place - 1].text if place else ""
    whole = f"{before} {text}" if before and not before.endswith((".", ":", "?", "!")) else text
    whole = whole[-_LONGEST_LEAD_IN:]
    if _predicates_of_itself(whole):
        return text
    leads = text.endswith(":") and LEADS_IN.search(whole) and ABOUT_THIS.search(whole)
    return text if leads and not _in_sentence(whole) else None


def _predicates_of_itself(text: str) -> list[tuple[int, int]]:
    """Where the words stand that follow "this policy is read with", "it links to" and the like."""
    found = list(PREDICATES.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    return [
        (match.end(), end)
        for match, end in zip(found, ends, strict=True)
        if OF_THE_DOCUMENT.search(text[max(0, match.start() - _NEAR) : match.start()])
        or (STRONG_PREDICATE.search(match.group()) and SPEAKS_OF_ITSELF.search(text[: match.end()]))
    ]


def _beside(text: str) -> list[str]:
    """ "Related policies: Behaviour; Anti-bullying": the list stands on the heading's own line."""
    inner = text[1:].rstrip(").") if text.startswith("(") else text
    found = BESIDE.match(inner)
    if not found:
        return []
    named = SAYS_POLICIES.search(found["label"]) is not None or _mostly_titles(found["list"])
    return names_in(found["list"], named=named)


def _in_sentence(text: str) -> list[str]:
    return _said_of_this(text) or _said_of_others(text)


def _said_of_others(text: str) -> list[str]:
    """ "Our SEND Policy and our Fire Plan should be read with this one"; "See also the Fire Plan"."""
    for pattern in (READ_WITH_THIS, SEE_ALSO, USEFUL, ALONG_WITH_THIS, BESIDE_THIS, NAMED_AS):
        found = pattern.match(text)
        if found is None:
            continue
        sure = pattern is NAMED_AS or (_mostly_titles if pattern is SEE_ALSO else _titles)(found["list"])
        names = names_in(found["list"], named=sure)
        if len(names) > 1 or (names and pattern is SEE_ALSO):
            return names
    return []


def _said_of_this(text: str) -> list[str]:
    """ "It should be read with our Behaviour Policy and our Code of Conduct"."""
    found: list[str] = []
    for start, end in _predicates_of_itself(text):
        words = text[start:end]
        named = (
            text[:start].endswith(":") or _mostly_titles(words) or _THOSE_ON.match(words.strip()) is not None
        )
        found += names_in(words, named=named)
    return found if len(found) > 1 or (found and found[0][0].isupper()) else []


# "Links to national policy", "Further guidance": what follows is not the setting's own.
_OF_OTHERS = re.compile(
    r"\b(?:national|external|legislat\w+|laws?)\b|^\W*(?:\d[\d.]*\s+)?(?:further|useful)\s+(?:guidance|publications|documentation)",
    re.IGNORECASE,
)
_AND_OUR_OWN = re.compile(r"\b(?:our|other|related|linked|school)\s+polic", re.IGNORECASE)
_APART = re.compile(r"[,;]\s*(?:and\s+)?|\s+and\s+(?=[A-Z])")
_AND_OUR = re.compile(r"\s+and\s+(?=(?:our|the)\s+[A-Z])")
# "SHR/02" beside "Lettings Policy", and what heads the two columns
_REFERENCE = re.compile(r"[A-Z]{1,5}[/ .-]?\d{1,4}(?:\.\d+)?")
_REFERENCES = re.compile(
    r"(?:ref(?:erence)?|no\.?|number|code)\t(?:document|policy|title|name)s?(?:\s+title)?", re.IGNORECASE
)
# "Policy", and beside it where it is kept or who keeps it
_TABLE_HEAD = re.compile(
    r"(?:(?:linked|related|other)\s+)?(?:policy|document)(?:\s+(?:name|title))?(?:\t[^\t]{3,30}){1,3}",
    re.IGNORECASE,
)
_HANGS = re.compile(r"[\s,](?:the|our|its)$", re.IGNORECASE)
_OURS_AT_ONCE = re.compile(r"Our\s+(?P<list>[A-Z].+)$")
_BEFORE_TITLE = re.compile(r"^(?:our|the)\s+", re.IGNORECASE)
_THOSE_ON = re.compile(r"^(?:those|(?:our|the|other)\s+policies)\s+(?:on|for|about)\s+", re.IGNORECASE)


def _titles(words: str) -> bool:
    """ "Behaviour, Safeguarding and Online Safety": each in capitals and what policies are about."""
    parts = [part for part in _APART.split(_THOSE_ON.sub("", words.strip(" .:"))) if part]
    return len(parts) > 1 and _all_titles(parts)


def _all_titles(parts: list[str]) -> bool:
    return all(
        part[:1].isupper() and len(part.split()) < _LONGEST_SUBJECT and SUBJECT.search(part) for part in parts
    )


def _mostly_titles(words: str) -> bool:
    """ "Staff Behaviour, Confidentiality and our Privacy Notice": capitals, half about what policies are."""
    apart = [one for part in _APART.split(words.strip(" .:")) for one in _AND_OUR.split(part) if one]
    parts = [_BEFORE_TITLE.sub("", part) for part in apart]
    known = sum(SUBJECT.search(part) is not None or NOUN.search(part) is not None for part in parts)
    titles = all(
        part[:1].isupper() and (len(part.split()) < _LONGEST_SUBJECT or TITLE_ENDS.search(part))
        for part in parts
    )
    return len(parts) > 1 and titles and known * 2 >= len(parts)


class _List:
    """A list on lines of its own, read line by line until something is there that is no policy."""

    def __init__(self, heading: str) -> None:
        number = re.match(r"(\d+)", heading)
        self.next_section = int(number.group(1)) + 1 if number else 0
        self.says_policies = SAYS_POLICIES.search(heading) is not None
        self.items: list[str] = []
        self.bulleted = False
        self.gap = 0
        self.closed = False
        self.width = 0
        self.headed = False

    def after(self, worded: list[Line], place: int) -> list[str]:
        last = worded[place - 1].number
        for at, line in enumerate(worded[place : place + _LONGEST_LIST], place):
            if not self.items and self._leads_in(line.text):
                self.headed = _TABLE_HEAD.fullmatch(line.text) is not None
                last = line.number
                continue
            self.gap = self.gap or line.number - last
            if self._continues(line, line.number - last):
                self.items[-1] = f"{self.items[-1]} {line.text.strip(' .;,')}"
            elif not self._takes(line, line.number - last) and not self._between(worded, at):
                if not self.items:
                    return _said_under_heading(worded, at)
                break
            last = line.number
            self.closed = line.text.endswith((";", "."))
            self.width = len(line.text)
        return [name for item in self.items for name in names_in(item, named=True, listed=self.bulleted)]

    def _leads_in(self, text: str) -> bool:
        heads = (PLAIN_LEAD_IN, _REFERENCES, _TABLE_HEAD)
        return any(pattern.fullmatch(text) for pattern in heads) or (
            text.endswith(":") and len(text) < _LONGEST_LEAD_IN and LEADS_IN.search(text) is not None
        )

    def _continues(self, line: Line, gap: int) -> bool:
        """The line goes on with the item above: "Safeguarding and Child" / "Protection Policy"."""
        if not self.items or self.closed or gap > 1 or MARK.match(line.raw.strip()) or "\t" in line.text:
            return False
        above, text = self.items[-1], line.text
        if ";" in above and _WRAPPED_FROM <= self.width <= _WRAPPED_TO:
            return not text[:1].isdigit()
        if len(text) > LONGEST_PLAIN_ITEM or VERB.search(text):
            return False
        if text[:1].islower() or above.endswith((" and", " of", " &", " for", "-")):
            return self.bulleted or not TITLE_ENDS.search(above.strip(" .;,"))
        return (
            not NOUN.search(above)
            and len(text.split()) < 4
            and TITLE_ENDS.search(text) is not None
            and " and " in above
            and all(map(NOUN.search, self.items[:-1]))
        )

    def _takes(self, line: Line, gap: int) -> bool:
        if len(line.text) > (_LONGEST_SENTENCE if ";" in line.text else _LONGEST_LEAD_IN):
            return False
        raw = line.raw.strip()
        marked = BULLET.match(line.raw) is not None or MARK.match(raw) is not None
        number = re.match(r"(\d+)[.)]?\s", raw)
        if number and self.next_section and int(number.group(1)) == self.next_section:
            return False
        if (self.items and marked != self.bulleted) or (self.headed and len(line.cells) == 1):
            return False
        numbered = len(line.cells) == 2 and NUMBER_ALONE.fullmatch(line.cells[0])
        dated = self._is_dated(line)
        text = line.cells[0] if dated else self._named_cell(line)
        text = (" ".join(line.cells) if numbered else text).strip(" .;,:\t")
        if not dated and not self._is_item(text, gap, marked=marked):
            return False
        self.bulleted = marked
        self.items.append(text)
        return True

    def _between(self, worded: list[Line], at: int) -> bool:
        """A line without "policy" between two that have it: "Supporting Pupils with Medical Conditions"."""
        bare = MARK.sub("", self._named_cell(worded[at])).strip()
        following = worded[at + 1].text if at + 1 < len(worded) else ""
        named = self.items and NOUN.search(self.items[-1]) and TITLE_ENDS.search(following.strip(" .;,"))
        short = len(bare.split()) < _LONGEST_BETWEEN and bare[:1].isupper() and not bare.endswith((".", ":"))
        if not named or not short or VERB.search(bare) or is_anothers(bare) or OTHER_HEADING.search(bare):
            return False
        self.items.append(bare)
        return True

    def _named_cell(self, line: Line) -> str:
        """The cell with the title, where the others say who keeps the policy or where it is."""
        first, *more = line.cells
        if more and _REFERENCE.fullmatch(first):
            return more[0]
        if self.headed:
            return first
        if more and _ON_ONE_LINE.search(line.raw):
            return " / ".join(line.cells)
        alone = self.says_policies and TITLE_ENDS.search(first) and not any(map(NOUN.search, more))
        if not alone and more and ", " in line.text:
            return " / ".join(line.cells)  # what a line parts with a stroke, as names in two languages
        return first if alone else line.text

    def _is_dated(self, line: Line) -> bool:
        """A row of a table: the title, and the day on which it was adopted or that it was not yet."""
        first, *more = line.cells
        ours = bool(self.items) or SUBJECT.search(first) is not None
        named = ours and not VERB.search(first) and not any(map(NOUN.search, more))
        return named and any(map(_IS_DATED.search, more))

    def _is_item(self, text: str, gap: int, *, marked: bool) -> bool:
        bare = REMARK.sub("", MARK.sub("", text))
        # A sentence about the document is not an item, nor one that goes on below.
        other = not marked and (
            OTHER_HEADING.search(bare) or _HANGS.search(bare) or _predicates_of_itself(bare)
        )
        if not bare or HEADING.fullmatch(bare) or other:
            return False
        if is_anothers(bare):
            return marked or all(map(is_anothers, self.items))
        if "\t" in bare:
            cells = bare.split("\t")
            return all(map(NOUN.search, cells)) or (self.says_policies and _all_titles(cells))
        if STRONG.search(bare) or (", " in bare and not marked):
            return bool(names_in(bare, named=True))
        if len(bare) > (LONGEST_ITEM if marked else LONGEST_PLAIN_ITEM) or VERB.search(bare):
            return False
        return marked or self.headed or NOUN.search(bare) is not None or self._fits(bare, gap)

    def _fits(self, bare: str, gap: int) -> bool:
        """A line without "policy" under a heading that has it: "Health and safety", close to the others."""
        near = gap <= self.gap and (gap < 2 or not any(map(NOUN.search, self.items)))
        return self.says_policies and near and len(bare.split()) < 7 and SUBJECT.search(bare) is not None


def _said_under_heading(worded: list[Line], place: int) -> list[str]:
    """Under a heading that says so, "Please see our Behaviour Policy and ..." names linked policies."""
    text = ""
    for line in worded[place : place + 5]:
        text += f" {line.text[:_LONGEST_LEAD_IN]}"
        if line.text.endswith("."):
            break
    text = text.strip()
    if _in_sentence(text):
        return []
    found = _OURS_AT_ONCE.match(text) or POINTS_TO.search(text)
    names = names_in(found["list"], named=False) if found else []
    return names if len(names) > 1 else []
