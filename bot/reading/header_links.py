"""Other policies of the setting that are to be read with this one: in a list, behind a label, in a sentence.

What opens such a list is a heading ("Related policies"), a line that ends in a colon ("Read this with:") or
the predicate of a sentence about the document ("This policy should be read alongside ..."). A policy that a
sentence only sends its reader to ("see the Complaints Policy") is not linked; laws and guidance are not the
setting's policies, wherever they stand.
"""

from __future__ import annotations

import re

from bot.reading.lines import BULLET, Line, Sentence
from bot.reading.policy_names import (
    LONGEST_ITEM,
    LONGEST_PLAIN_ITEM,
    MARK,
    NOT_OURS,
    NOUN,
    REMARK,
    STRONG,
    SUBJECT,
    TITLE_ENDS,
    VERB,
    names_in,
)
from bot.reading.title_words import NUMBER_ALONE

_PAPERS = r"(?:polic(?:y|ies)|documents?|documentation|procedures?|guidelines|guidance|publications|papers)"
_LINKED = r"(?:related|linked|associated|relevant|supporting|connected|complementary|accompanying|companion)"
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
    rf"|(?:{_OTHER}\s+)*(?:other|further)\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"|(?:the\s+)?(?:policy\s+)?(?:links?|connections?)(?:\s+(?:with|to|between"
    rf"|and\s+\w+\s+to))?(?:\s+(?:{_OTHER}|{_LINKED}))*"
    rf"(?:\s+{_PAPERS}{_TOPIC})?|{_PAPERS}\s+links?"
    rf"|(?:{_LINKED}|connected|linking)\s+(?:to|with)(?:\s+(?:{_OTHER}|{_PAPERS}))*"
    rf"|cross[\s-]*referenc(?:e|es|ed|ing)(?:\s+(?:to|with))?(?:\s+(?:{_OTHER}\s+)*{_PAPERS})?|see\s+also"
    rf"|also\s+see"
    r"|(?:please\s+)?(?:to\s+be\s+)?(?:also\s+)?read\s+(?:this\s+(?:\w+\s+)?)?(?:together\s+|alongside"
    r"|along\s+"
    rf"|in\s+conjunction\s+)?(?:with)?|{_PAPERS}{_TOPIC}\s+(?:(?:which|that|to|are|should|must|be)\s+)*"
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
    rf"|(?:where|how)\s+(?:{_THIS}|this|it)\s+(?:fits|sits|links|connects)(?:\s+(?:in|with|to|beside"
    rf"|alongside))?"
    rf"(?:\s+{_OTHER})*(?:\s+{_PAPERS})?"
    rf"|relationship\s+(?:to|with)\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"|this\s+(?:\w+\s+)?links\s+(?:to|with)(?:\s+(?:{_OTHER}|{_LINKED}|{_PAPERS}))*)"
)
_SAYS_POLICIES = re.compile(rf"\b(?:{_PAPERS}|linked|read)\b", re.IGNORECASE)
_HEADING = re.compile(rf"{_NUMBER}{_LABEL}(?:\s+\(.*\))?(?:\s+(?:include|are))?\s*[:.–-]?", re.IGNORECASE)
_BESIDE = re.compile(
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
_PREDICATE = (
    rf"(?:read\s+(?:it|{_THIS}|this)\s+{_WITH}|links?\s+between\s+{_THIS}\s+and|(?:read|considered|used"
    rf"|seen|viewed|understood|applied|implemented"
    rf"|followed|taken|interpreted|consulted"
    rf"|operated|treated|reviewed|looked\s+at)\s+(?:both\s+|also\s+|\w+ly\s+)?{_WITH}"
    rf"|(?:goes|belongs?|works?|stands?|sits?|operates?|ties?|fits?|links?|connects?|is\s+to\s+go"
    rf"|should\s+go)\s+(?:in\s+"
    rf"|closely\s+|directly\s+|up\s+)?{_WITH}"
    r"|(?:links?|relates?|refers?|connects?|cross-refers?|closely\s+linked|linked|related|connected|tied"
    r"|cross-referenced)\s+(?:closely\s+|directly\s+|also\s+)?(?:to|with|in\s+with)"
    r"|(?:clear\s+|close\s+|strong\s+|direct\s+)?(?:links?|references?)\s+(?:to|with)"
    r"|(?:is|forms)\s+(?:one|part)\s+of\s+(?:an?|our|the)\s+(?:suite|set|family|group|series)\s+of"
    r"|with\s+reference\s+to|(?:having|with|has|have)\s+(?:due\s+)?regard\s+(?:to|for)"
    r"|in\s+conjunction\s+with"
    rf"|to\s+be\s+read\s+{_WITH}|(?:complements?|supplements?|underpins|(?:is\s+)?(?:also\s+)?(?:supported"
    rf"|underpinned"
    r"|complemented|supplemented|informed)\s+by|supports(?:\s+and\s+is\s+supported\s+by)?|draws?\s+on"
    r"|builds?\s+on))"
)
_STRONG_PREDICATE = re.compile(
    rf"\b(?:read|considered|used|seen|viewed|understood|consulted"
    rf"|interpreted)\s+(?:(?:it|{_THIS}|this)\s+)?(?:\w+ly\s+|also\s+"
    rf"|both\s+)?{_WITH}|\bin\s+conjunction\s+with|\blinks?\s+between\b",
    re.IGNORECASE,
)
_PREDICATES = re.compile(rf"\b{_PREDICATE}\b\s*:?", re.IGNORECASE)
_OF_THE_DOCUMENT = re.compile(
    r"(?:^|(?<!of )(?<!under )(?<!with )(?<!to )(?<!in )(?<!from )(?<!by )(?<!for )\b)(?:it|this|(?:this|the"
    r"|our|these|each|both)\s+(?:[\w'’&()/-]+\s+){0,8}?(?:policy|policies|code|document|statement|plan"
    r"|procedures?|guidance|agreement|handbook|guidelines|strategy|scheme"
    r"|protocol))\s+(?:\([^)]*\)\s*)?(?:[\w'’-]+,?\s+){0,8}$",
    re.IGNORECASE,
)
_SPEAKS_OF_ITSELF = re.compile(
    r"(?:^|[.;,]\s+|\b(?:and|please|should|to)\s+)(?:it|this|read|be\s+read)\b"
    r"|\b(?:this|the|our|these)\s+(?:[\w'’&()/-]+\s+){0,8}?(?:policy|policies|code|document|statement|plan"
    r"|procedures?|guidance|agreement|handbook|guidelines|strategy|scheme|protocol)\b",
    re.IGNORECASE,
)
_NAMED_AS = re.compile(
    rf"^(?:[\d.]+\s*)?(?:(?:{_OTHER}|following|all|some)\s+)*(?:{_PAPERS}\b[^.:]{{0,70}}?\b(?:read|linked"
    rf"|related|relevant|relat\w+|connected|associated|considered"
    rf"|support\w*|relevance|apply|inform)\b[^.:]{{0,60}}?|(?:{_LINKED}|other"
    rf"|further)\s+(?:{_OTHER}\s+)*{_PAPERS}"
    rf"[^.:]{{0,60}}?)\s*(?:\b(?:are|is|include|includes|including|being|namely|comprise)\b|:)\s*(?::)?\s*"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
_SEE_ALSO = re.compile(
    r"\W*(?:please\s+)?(?:see\s+also\b\s*:?|also\s+see\b\s*:?|(?:linked|related|links)\s+(?:with"
    r"|to)\s+(?:our|the))\s+(?P<list>.+)$",
    re.IGNORECASE,
)
_ALONG_WITH_THIS = re.compile(
    rf"(?:in\s+addition\s+to|as\s+well\s+as|together\s+with|along(?:side|\s+with)|with|besides?)\s+{_THIS}\W+"
    r"(?:(?:please|you|should|also|parents|staff|everyone)\s+)*(?:read|see|refer\s+to|look\s+at|consult)\s+"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
_BESIDE_THIS = re.compile(
    rf"(?:sitting\s+|standing\s+)?(?:alongside|beside|next\s+to|with)\s+{_THIS}\s+(?:sit|are|stand|come"
    rf"|go|we\s+have)\s+"
    r"(?P<list>.+)$",
    re.IGNORECASE,
)
_READ_WITH_THIS = re.compile(
    rf"(?P<list>.+?)\s+(?:(?:should|must|are|is|need|to|all|also|be|may|can|each)\s+)*(?:read|considered"
    rf"|seen|used|linked|related|relevant|connected)\s+(?:{_WITH}|to)\s+{_THIS}\b",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(
    rf"\b{_PAPERS}\b[^.]*\b(?:linked|links?|related?|relevant|read|connect\w*|associated|conjunction"
    rf"|alongside)\b|\b(?:{_LINKED}|other|further)\s+(?:{_OTHER}\s+)*{_PAPERS}\b[^.]*:$|\bread\b.*\bwith\b"
    rf"|^(?:(?:please|also|see|refer|to|our|the|these|following)\s+)+{_PAPERS}:$",
    re.IGNORECASE,
)
_ABOUT_THIS = re.compile(
    r"\b(?:this|policy|policies|code|document|documents|procedures?|it|read|linked|related)\b", re.IGNORECASE
)
_PLAIN_LEAD_IN = re.compile(
    r"(?:\b(?:our|the|these|to|with|on|including|include|are|other|following|school|policies|documents"
    r"|procedures|for|in|particular|see|please|refer|and|also|this|policy)\b|[:\s])++",
    re.IGNORECASE,
)

_POINTS_TO = re.compile(
    r"\b(?:see|refer\s+to|read|includes?|are|with|to"
    r"|alongside)\b(?:\s+also)?\s*:?\s+(?P<list>.+)$",
    re.IGNORECASE,
)
_OTHER_HEADING = re.compile(
    r"^links? to (?!our)|^appendi|\b(?:this|the) policy\b|^policy (?:review|statement|aims|history|details"
    r"|owner)|^(?:monitoring|reviews?|aims?|introduction|definitions|purpose|contents|scope|roles|signed"
    r"|approved|date|version|author|next|policy\s+(?:approved|agreed|adopted|date)|statement of intent"
    r"|legislation|statutory)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_LONGEST_SENTENCE = 700
_LONGEST_SUBJECT = 6
_LONGEST_LEAD_IN = 300
_LONGEST_LIST = 40
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
    if len(text) < LONGEST_PLAIN_ITEM and _HEADING.fullmatch(text):
        return text
    if not text.endswith((":", "following", "policies", " with", " alongside")):
        return None
    before = worded[place - 1].text if place else ""
    whole = f"{before} {text}" if before and not before.endswith((".", ":", "?", "!")) else text
    whole = whole[-_LONGEST_LEAD_IN:]
    if _predicates_of_itself(whole):
        return text
    leads = text.endswith(":") and _LEADS_IN.search(whole) and _ABOUT_THIS.search(whole)
    return text if leads and not _in_sentence(whole) else None


def _predicates_of_itself(text: str) -> list[tuple[int, int]]:
    """Where the words stand that follow "this policy is read with", "it links to" and the like."""
    found = list(_PREDICATES.finditer(text))
    ends = [*(match.start() for match in found), len(text)][1:]
    return [
        (match.end(), end)
        for match, end in zip(found, ends, strict=True)
        if _OF_THE_DOCUMENT.search(text[max(0, match.start() - _NEAR) : match.start()])
        or (_STRONG_PREDICATE.search(match.group()) and _SPEAKS_OF_ITSELF.search(text[: match.end()]))
    ]


def _beside(text: str) -> list[str]:
    """ "Related policies: Behaviour; Anti-bullying": the list stands on the heading's own line."""
    inner = text[1:].rstrip(").") if text.startswith("(") else text
    found = _BESIDE.match(inner)
    return names_in(found["list"], named=_SAYS_POLICIES.search(found["label"]) is not None) if found else []


def _in_sentence(text: str) -> list[str]:
    return _said_of_this(text) or _said_of_others(text)


def _said_of_others(text: str) -> list[str]:
    """ "Our SEND Policy and our Fire Plan should be read with this one"; "See also the Fire Plan"."""
    for pattern in (_READ_WITH_THIS, _SEE_ALSO, _ALONG_WITH_THIS, _BESIDE_THIS, _NAMED_AS):
        found = pattern.match(text)
        names = names_in(found["list"], named=pattern is _NAMED_AS or _titles(found["list"])) if found else []
        if len(names) > 1 or (names and pattern is _SEE_ALSO):
            return names
    return []


def _said_of_this(text: str) -> list[str]:
    """ "It should be read with our Behaviour Policy and our Code of Conduct"."""
    found: list[str] = []
    for start, end in _predicates_of_itself(text):
        found += names_in(text[start:end], named=text[:start].endswith(":") or _titles(text[start:end]))
    return found if len(found) > 1 or (found and found[0][0].isupper()) else []


_APART = re.compile(r"[,;]\s*(?:and\s+)?|\s+and\s+(?=[A-Z])")
_THOSE_ON = re.compile(r"^(?:those|(?:our|the|other)\s+policies)\s+(?:on|for|about)\s+", re.IGNORECASE)


def _titles(words: str) -> bool:
    """ "Behaviour, Safeguarding and Online Safety": each in capitals and what policies are about."""
    parts = [part for part in _APART.split(_THOSE_ON.sub("", words.strip(" .:"))) if part]
    return len(parts) > 1 and _all_titles(parts)


def _all_titles(parts: list[str]) -> bool:
    return all(
        part[:1].isupper() and len(part.split()) < _LONGEST_SUBJECT and SUBJECT.search(part) for part in parts
    )


class _List:
    """A list on lines of its own, read line by line until something stands there that is no policy."""

    def __init__(self, heading: str) -> None:
        number = re.match(r"(\d+)", heading)
        self.next_section = int(number.group(1)) + 1 if number else 0
        self.says_policies = _SAYS_POLICIES.search(heading) is not None
        self.items: list[str] = []
        self.bulleted = False
        self.gap = 0
        self.closed = False

    def after(self, worded: list[Line], place: int) -> list[str]:
        last = worded[place - 1].number
        for at, line in enumerate(worded[place : place + _LONGEST_LIST], place):
            if not self.items and self._leads_in(line.text):
                last = line.number
                continue
            self.gap = self.gap or line.number - last
            if self._continues(line, line.number - last):
                self.items[-1] = f"{self.items[-1]} {line.text.strip(' .;,')}"
            elif not self._takes(line, line.number - last):
                if not self.items:
                    return _said_under_heading(worded, at)
                break
            last = line.number
            self.closed = line.text.endswith((";", "."))
        return [name for item in self.items for name in names_in(item, named=True, listed=self.bulleted)]

    def _leads_in(self, text: str) -> bool:
        return _PLAIN_LEAD_IN.fullmatch(text) is not None or (
            text.endswith(":") and len(text) < _LONGEST_LEAD_IN and _LEADS_IN.search(text) is not None
        )

    def _continues(self, line: Line, gap: int) -> bool:
        """The line goes on with the item above: "Safeguarding and Child" / "Protection Policy"."""
        if not self.items or self.closed or gap > 1 or MARK.match(line.raw.strip()) or "\t" in line.text:
            return False
        above, text = self.items[-1], line.text
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
        if len(line.text) > _LONGEST_LEAD_IN:
            return False
        raw = line.raw.strip()
        marked = BULLET.match(line.raw) is not None or MARK.match(raw) is not None
        number = re.match(r"(\d+)[.)]?\s", raw)
        if number and self.next_section and int(number.group(1)) == self.next_section:
            return False
        if self.items and marked != self.bulleted:
            return False
        numbered = len(line.cells) == 2 and NUMBER_ALONE.fullmatch(line.cells[0])
        text = (" ".join(line.cells) if numbered else line.text).strip(" .;,:\t")
        if not self._is_item(text, gap, marked=marked):
            return False
        self.bulleted = marked
        self.items.append(text)
        return True

    def _is_item(self, text: str, gap: int, *, marked: bool) -> bool:
        bare = REMARK.sub("", MARK.sub("", text))
        if not bare or _HEADING.fullmatch(bare) or (not marked and _OTHER_HEADING.search(bare)):
            return False
        if NOT_OURS.search(bare):
            return marked or all(map(NOT_OURS.search, self.items))
        if "\t" in bare:
            cells = bare.split("\t")
            return all(map(NOUN.search, cells)) or (self.says_policies and _all_titles(cells))
        if STRONG.search(bare) or (", " in bare and not marked):
            return bool(names_in(bare, named=True))
        if len(bare) > (LONGEST_ITEM if marked else LONGEST_PLAIN_ITEM) or VERB.search(bare):
            return False
        return marked or NOUN.search(bare) is not None or self._fits(bare, gap)

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
    if _in_sentence(text.strip()):
        return []
    found = _POINTS_TO.search(text)
    names = names_in(found["list"], named=False) if found else []
    return names if len(names) > 1 else []
