"""Dates and bodies that running sentences give: "adopted by ... on ..., will next be reviewed in ..."."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.dates import FoundDate, find_dates
from bot.reading.deeds import DECIDED, IT, KIND, MADE, MEANS_TO, REVIEW, REVIEWED, WENT_OVER
from bot.reading.header_about import about_this_document, told
from bot.reading.lines import Sentence
from bot.reading.sheet import Stated

_WHO = (
    r"(?:(?:whole\s+|full\s+|local\s+|school\s+|management\s+)?(?:governing\s+(?:body|board)|governors"
    r"|trustees|board\s+of\s+(?:governors|trustees|directors)|trust\s+board|board|directors)"
    r"|(?:(?-i:(?:(?!The\b|Our\b)[A-Z][\w&]*(?:,|\s+and|\s+&)?\s+){1,5})|management\s+)?committee|academy\s+council"
    r"|(?:(?-i:(?!The\b|Our\b)[A-Z][\w&]*)\s+){1,4}(?:board|council|group|panel))"
)
_BODY = r"(?:governors?|governing|board|committee|trustees|directors|council|meeting)\b"
_CONSENT = r"(?:\w+\s+)?(?:approval|agreement|blessing|assent|consent|backing)"
_NEXT = rf"""
    \b(?:(?:will|shall|should|must|is|are)\s+(?:therefore\s+|then\s+|also\s+)?(?:due\s+)?(?:to\s+)?
      (?:next\s+)?be\s+(?:next\s+|fully\s+|formally\s+)?{REVIEWED}(?:\s+(?:and|or)\s+{REVIEWED})?
      (?:\s+(?:again|next|afresh))?
    |due\s+(?:to\s+be\s+{REVIEWED}|for\s+(?:its\s+)?(?:next\s+|full\s+)?(?:review|renewal)
      |back\s+(?:to|at|with|before)\s+(?:the\s+)?(?:[\w’']+\s+){{0,3}}?{_BODY})
    |(?:comes?|falls?)\s+(?:round|up)\s+again\b
    |(?:comes?|falls?)\s+(?:up\s+|due\s+)?for\s+(?:its\s+)?(?:next\s+|full\s+)?(?:review|renewal)
    |next\s+(?:(?:full|formal|annual|policy|scheduled|planned)\s+)?(?:review|look)(?:\s+date)?
      (?:\s+(?:at|of)\s+{IT})?(?:\s+(?:is|will\s+be|(?:will\s+)?takes?\s+place|due|planned|to\s+be\s+taken))*
    |(?:fresh|new|further|full)\s+(?:look|review)\s+(?:at|of)\s+{IT}
      \s+(?:is|will)\s+(?:due|(?:to\s+)?(?:be\s+\w+|take\s+place|follow))
    |will\s+next\s+be\s+{REVIEWED}
    |{MEANS_TO}\s+(?:next\s+|then\s+|have\s+)?(?:{REVIEW}\s+{IT}|{IT}\s+{REVIEWED})(?:\s+(?:again|next|afresh))?
    |(?:down|scheduled|set|timetabled|planned|booked)\s+for\s+(?:its\s+)?(?:next\s+|full\s+)?(?:review|renewal)
    |{DECIDED}\s+(?=until|till|for\s+the\s+[\w-]+\s+years\s+to)
    |(?:will|shall)\s+(?:ask|invite)\s+[\w’'\ ]{{3,40}}?\s+to\s+{REVIEW}\s+{IT}|(?:put|have
      |has)\s+{IT}\s+on\s+the\s+agenda
    |{IT}\s+(?:will|is\s+to)\s+next\s+(?:come|go)\s+(?:to|before)\s+(?:the\s+)?(?:[\w’']+\s+){{0,3}}?{_BODY}
    |{MEANS_TO}\s+(?:next\s+)?do\s+(?:so|this|that)\s+(?:again|next)
    |{MEANS_TO}\s+see\s+{IT}\s+again|its\s+next\s+(?:is|will\s+be)(?:\s+(?:planned|due|set))?
    |(?:was\s+)?(?:agreed|resolved)\s+that\s+{IT}\s+(?:should\s+)?(?:comes?|goe?s?|be\s+brought|return)\s+(?:back\s+)?(?:to|before)\b
    |{IT}\s+to\s+be\s+(?:brought\s+back|{REVIEWED})
    |(?:review|it|that|this|{IT})\s+(?:\w+\s+){{0,3}}?(?:put\s+(?:back|off)|postponed|deferred|delayed|carried\s+over)
      \s+(?=to|until|till)
    |(?:will|shall|must|should|is\s+to)\s+(?:(?:come|go|be\s+brought)\s+back\s+(?:to|before)
      |be\s+back\s+(?:with|before|at))\s+(?:the\s+)?
      (?:[\w’']+\s+){{0,3}}?{_BODY}
    |(?:will|shall|must)\s+(?:bring|take)\s+{IT}\s+back\s+(?:to|before)\s+(?:the\s+)?(?:[\w’']+\s+){{0,3}}?{_BODY}
    |(?:it|{IT})\s+(?:runs?|stands?|lasts?|holds?(?:\s+good)?|(?:is|stays?|remains?)\s+(?:valid|good|current
      |in\s+force))\s+(?=until|till|up\s+to))"""
_APPROVED_BY = rf"""
    \b(?:(?:(?:was|is|were|has\s+been|have\s+been)\s+(?:\w+ly\s+)?)?(?:(?:{REVIEWED}|\w+ed)\s+and\s+)?{DECIDED}
      (?:\s+and\s+(?:{DECIDED}|{REVIEWED}|signed))?(?:\s+(?:without|after
        |with)\s+[\w\ ]{{2,30}}?)?(?:\s+at\s+a\s+meeting\s+of|\s+by|\s+on\s+behalf\s+of)(?!\s+them\b)
    |(?:received|got|gained|won|was\s+given|has)\s+(?:the\s+|its\s+)?{_CONSENT}\s+(?:of|from)
    |{_CONSENT}\s+(?:for|of|to)\s+{IT}\s+was\s+(?:given|granted)\s+by)"""
_APPROVED = rf"""
    \b{DECIDED}\s+{IT}(?:\s+of\s+\w+)?|\bsigned\s+{IT}\s+off\b|\b(?:said\s+yes|gave\s+(?:the\s+nod|the\s+go-ahead|(?:its|their)\s+{_CONSENT}))\s+to\s+{IT}
    |\bvoted\s+(?:for|through)\s+{IT}|\bminuted\s+as\s+{DECIDED}
    |\b(?:chair(?:\s+of\s+[\w\ ]{{3,30}}?)?|governors|trustees|board)\s+signed\s+{IT}
    |\b(?:was|is|were|has\s+been|have\s+been)\s+(?:formally\s+|first\s+)?
      (?:\w+ed\s+and\s+)?{DECIDED}
    |which\s+(?:the\s+|our\s+)?{_WHO}\s+(?:\w+ly\s+|first\s+|last\s+)?{DECIDED}
    |\b{DECIDED}\s+{MADE}|\bapproved\s+by\s+them\b|\b(?:gave|given)\s+{IT}\s+(?:its|their|his|her)\s+{_CONSENT}"""
_GONE_OVER = rf"""
    \b(?:was|were|has\s+been|have\s+been)\s+(?:last\s+|most\s+recently\s+)?{REVIEWED}(?:\s+(?:and|or)\s+{REVIEWED})?
    |\btook\s+{IT}\s+through(?:\s+again)?|(?<!to\s)\b{WENT_OVER}\s+{IT}(?:\s+(?:again|afresh|together))?|\bbrought\s+{IT}\s+up\s+to\s+date
    |\b(?:last|most\s+recently|then|again|as)\s+{REVIEWED}\s+(?=(?:again\s+)?(?:on|in)\b)
    |\b(?:changes?|amendments?|corrections?|additions?|revisions?)\s+(?:was|were|has\s+been|have\s+been)\s+made\s+to\s+{IT}
    |\b(?:was|were|has\s+been|have\s+been)\s+(?:last|most\s+recently)\s+(?:changed|checked|discussed|considered)
    |\b(?:last|most\s+recently)\s+did\s+(?:so|this|that)
    |\bsince\s+(?:the|its|our)\s+(?:last\s+)?review\s+(?=of|in|on)
    |\b(?:had|received|got)\s+its\s+(?:last|latest|most\s+recent)\s+(?:\w+\s+)?(?:review|look)
    |\b(?:last|latest|most\s+recent)\s+(?!(?:360|risk|fire|self|website|filtering|performance|pay)\b)(?:\w+\s+)?(?:review|look)(?:\s+(?:at|of)\s+{IT})?
      \s+(?:was|took\s+place)(?:\s+(?:completed|finished|done|held|carried\s+out))?"""
_DEED = re.compile(
    rf"(?P<next>{_NEXT})|(?P<approve_by>{_APPROVED_BY})|(?P<approve>{_APPROVED})|(?P<last>{_GONE_OVER})",
    re.IGNORECASE | re.VERBOSE,
)
_ITSELF = re.compile(rf"\b{IT}", re.IGNORECASE)
_KIND_OR_IT = re.compile(rf"\b(?:{KIND}|it|this|these)\b", re.IGNORECASE)
_OBJECT = re.compile(rf"\b(?:the|our)\s+(?:[\w-]+\s+){{0,4}}?{KIND}\b", re.IGNORECASE)
# "the code, which was updated in June": said of what stands before "which"
_OF_WHICH = re.compile(r"(?P<what>(?:[\w’'-]+\s+){0,4}[\w’'-]+),?\s+(?:which|that)\s+$")
# "We look at it again every year, and last did so in March": the deed stands before
_DID_SO = re.compile(r"\bd(?:id|o)\s+(?:so|this|that)\b", re.IGNORECASE)
_GOING_OVER = re.compile(
    rf"\b(?:{REVIEW}|{WENT_OVER}|reviews|updates|revises|looks\s+at)\s+{IT}", re.IGNORECASE
)
_OURS = re.compile(r"\b(?:this|our)\s|\b(?:policy|document|it)\b", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|years\s+to)\s+(?:the\s+end\s+of\s+)?$", re.IGNORECASE)
_OF_A_PART = re.compile(
    r"\b(?:how|that|whether)\s+(?:the|an?|each|every|any|all)\s+(?P<what>[^,]{1,60})$", re.IGNORECASE
)
# Between the deed and its day: "again in full by Mrs Day and the staff in", "at its December"
_REACH = re.compile(
    r"[\s,]*(?:[^.;:()\t]{0,90}?\b(?:on|in|by|during|at|before|until|till|than|of)\s+(?:(?:the|its|their|our)\s+)?"
    r"(?:(?:end|start|beginning|close|middle|(?:first|second)\s+half)\s+of\s+(?:the\s+)?|early\s+|late\s+)?)?(?:\w+day,?\s+)?(?:the\s+)?",
    re.IGNORECASE,
)
_ANOTHERS_DATE = re.compile(
    r"\bbefore\s+the\b(?!\s+end)|\b(?:who|which|that|whose|after|because|since|when|where|if|following"
    r"|(?<=in )(?:light|line)"
    r"|reflect\w*|account|guidance"
    r"|acts?|regulations?|code|framework|version|model|template|changes?|according|inspection|training|train|born"
    r"|replac\w+|supersed\w+|published|issued|dated|to)\b|,\s+(?:and|but|so)\b",
    re.IGNORECASE,
)
# "On 5 May 2025 the governors agreed it": the day first, and then nothing but who did it
_DAY_FIRST = re.compile(
    r"^(?:(?:[\w’'-]+,?\s+){0,7}?(?:on|in|at|of|by|during)|It\s+was(?:\s+in)?|[\w’'-]+(?:\s+[\w’'-]+){0,4}(?=\s+\())\s+\(?(?:the\s+)?(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)
_THEN_DONE = re.compile(r"[,)]?,?\s+(?:[\w’'&-]+,?\s+){0,9}", re.IGNORECASE)
_DID_MORE = re.compile(r"\b(?:agreed|said|asked|told|decided|met|that|had|and)\b", re.IGNORECASE)
_WHO_DECIDED = re.compile(
    rf"(?:^|\b(?:the|our|and|by|full|to|before)\s+)(?P<who>{_WHO})(?:\s+of\s+[^.;,]{{2,70}}?)?"
    rf"(?:,\s+(?:meeting|at|on|in)\s[^,.;]{{3,50}}(?=,)|\s+\([^)]{{3,40}}\))?,?\s+(?:(?:which|who|has|have|had|also|then|"
    rf"formally|last|first)\s+)*"
    rf"(?:{DECIDED}\s+{MADE}|(?:{DECIDED}|(?:reviews?\s+and\s+)?(?:approves?|ratif(?:y|ies)|adopts?))\s+(?:{IT}|this\s+(?:version|edition)\b)"
    rf"|gave\s+{IT}\s+(?:its|their)\s+{_CONSENT}|signed\s+{IT}\s+off|{DECIDED}\s+this(?=\s+(?:on|in|at)\b))",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:was|were|ha(?:s|ve|d)|received|got|since|brought|(?:changes?|\w+ions?|amendments?)\s+\w+)\b",
    re.IGNORECASE,
)
# "This policy was written in 2019, looked at again in 2021 and most recently revised in 2025"
_ONE_AFTER_ANOTHER = re.compile(
    rf"(?:^It|{IT})(?:,?\s+|\s+(?:was|were|has\s+been|have\s+been)\b[^.;:()]*)$", re.IGNORECASE
)
_PUT_TO = re.compile(
    rf"\b(?:put|presented|taken|brought|submitted|went|gone)\s+(?:to|before)\s+(?:the\s+|our\s+)?(?P<who>{_WHO})\b"
    rf"[^.;]{{0,60}}?,?\s+(?:who|which|and)\s+(?:then\s+|was\s+|it\s+was\s+)?{DECIDED}\s+(?:it|by\s+them)\b",
    re.IGNORECASE,
)
_LEFT_TO = re.compile(
    rf"\b{IT}\s+is\s+for\s+(?:the\s+|our\s+)?(?P<who>{_WHO})\s+to\s+(?:approve|agree|adopt|ratify|decide)\b"
    rf"|\b(?:decision|last\s+word|final\s+say)\s+on\s+{IT}\s+(?:rests|lies|is)\s+with\s+(?:the\s+|our\s+)?(?P<with>{_WHO})\b"
    rf"|\b(?P<have>{_WHO})\s+(?:have|has)\s+the\s+(?:last\s+word|final\s+say)\s+on\s+{IT}"
    rf"|{IT},\s+which\s+(?:the\s+|our\s+)?(?P<which>{_WHO})\s+(?:\w+ly\s+|first\s+|last\s+)?{DECIDED}",
    re.IGNORECASE,
)
_HANDED_ON = re.compile(
    rf"\bdelegated\s+(?:its\s+|the\s+)?(?:approval|decision)(?:\s+(?:of|on|over)\s+{IT})?\s+to\s+(?:the\s+|our\s+)?"
    rf"(?P<who>{_WHO}|head\s?teacher|principal|manager)\b",
    re.IGNORECASE,
)
_ON_A_COMMITTEE = re.compile(
    r"\b(?:governors|trustees|members)\s+(?:on|of)\s+(?:the|our)\s+(?=(?:[A-Z][\w&]*,?\s+(?:and\s+|&\s+)?){1,5}Committee\b)"
)
_LONGEST = 600
_DATED_WITHIN = 140


def said_in(found: list[Sentence], title: str | None) -> list[Stated]:
    """What sentences about this document say was done or will be done, each as a label and its value."""
    pairs: list[Stated] = []
    for about in told(found, title):
        if about.rank is not None and len(about.sentence.text) <= _LONGEST:
            pairs += _deeds(about.sentence, title or "")
    return pairs


def _deeds(sentence: Sentence, title: str) -> list[Stated]:
    text = sentence.text
    deeds = [deed for deed in _DEED.finditer(text) if _done_to_this(text, deed, title)]
    ends = [*(deed.start() for deed in deeds), len(text)][1:]
    pairs = [*_subject(sentence, title), *_said(sentence, deeds, ends)]
    if any(map(str.isdigit, text)):
        return pairs
    by = [pair for pair in pairs if pair.group == "approve_by"]  # no date, but it may say who
    return [pair for pair in by if "agreed" not in pair.label.lower()] or by


def _done_to_this(text: str, deed: re.Match[str], title: str) -> bool:
    """Whether it was done to this document and not to another that the sentence names too."""
    if deed.group().lower().startswith("which"):
        return _OURS.search(text[max(0, deed.start() - 40) : deed.start()]) is not None
    if _DID_SO.search(deed.group()):
        return _GOING_OVER.search(text[: deed.start()]) is not None
    if _ITSELF.search(deed.group()):
        named = _OBJECT.search(deed.group())
        return named is None or about_this_document(named.group(), title) is not None
    if not _AUXILIARY.match(deed.group()) and deed.lastgroup == "last":
        return _ONE_AFTER_ANOTHER.search(text[: deed.start()]) is not None or "last review" in deed.group()
    subject = text[: deed.start()]
    if subject.strip() and not _KIND_OR_IT.search(subject) and _ITSELF.search(text, deed.end()):
        return False  # "The contract was agreed in May, and this policy does not change it"
    before = subject[-80:]
    other = _OF_WHICH.search(before) or _OF_A_PART.search(before)
    return other is None or _OURS.search(other.group("what")) is not None


def _subject(sentence: Sentence, title: str) -> Iterator[Stated]:
    """ "The governing body adopted this policy": who did it stands before the deed."""
    text = _ON_A_COMMITTEE.sub("the ", sentence.text)
    handed_on = _HANDED_ON.search(text)
    if handed_on:
        yield Stated(
            "approve_by", "approved by", handed_on["who"], sentence.line, sentence.text, False, sentence.line
        )
        return
    found = next((found for way in (_WHO_DECIDED, _PUT_TO, _LEFT_TO) if (found := way.search(text))), None)
    if found and _done_to_this(text, found, title):
        line, who = sentence.line, next(filter(None, found.groups()))
        yield Stated("approve_by", "approved by", who, line, sentence.text, False, line)


def _said(sentence: Sentence, deeds: list[re.Match[str]], ends: list[int]) -> list[Stated]:
    text = sentence.text
    days = find_dates(text)
    pairs: list[Stated] = []
    for deed, end in zip(deeds, ends, strict=True):
        group, line = str(deed.lastgroup), sentence.line
        value = _answer(text, deed, min(end, deed.end() + _DATED_WITHIN), days)
        pairs.append(Stated(group, deed.group(), value, line, text, False, line))
        first = _day_first(text, deed, days) if not find_dates(value) else None
        if first is not None:
            group = "approve" if group == "approve_by" else group
            pairs.append(Stated(group, deed.group(), first, line, text, False, line))
    return pairs


def _answer(text: str, deed: re.Match[str], end: int, days: list[FoundDate]) -> str:
    """The words after the deed; from its day on, where nothing before that tells of another day."""
    after = next((day for day in days if deed.end() <= day.start < end), None)
    if after is None or deed.lastgroup == "approve_by":
        return text[deed.end() : end].strip()
    between = text[deed.end() : after.start]
    if deed.lastgroup != "next" and _UNTIL.search(between):
        return ""
    if _REACH.fullmatch(between) and not _ANOTHERS_DATE.search(between):
        return text[after.start : end].strip()
    stop = after.start if _ANOTHERS_DATE.search(between) else end
    return text[deed.end() : stop].strip()


def _day_first(text: str, deed: re.Match[str], days: list[FoundDate]) -> str | None:
    """ "On 5 May 2025 the governors agreed it", "put to the governors on 5 May 2025, who agreed it"."""
    first = days[0] if days else None
    if first is None or first.end > deed.start():
        return None
    before, between = text[: first.start], text[first.end : deed.start()]
    told_first = _DAY_FIRST.match(before) and _THEN_DONE.fullmatch(between) and not _DID_MORE.search(between)
    put_to = re.fullmatch(r",?\s+(?:who|which)\s+(?:\w+\s+)?", between)
    return text[first.start : first.end] if told_first or put_to else None
