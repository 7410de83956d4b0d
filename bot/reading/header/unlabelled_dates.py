"""Dates without a label: in a short line with what was done, beside a signature, or in a sentence.

"Looked at again July 2024"; "adopted by ... on ..., will next be reviewed in ...".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from bot.reading.header.self_reference import (
    DECIDED,
    DEEDS,
    IT,
    KIND,
    MADE,
    MEANS_TO,
    REVIEW,
    REVIEWED,
    WENT_OVER,
    about_this_document,
    names_another,
    told,
)
from bot.reading.text.dates import FoundDate, find_dates
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import BLANK, WEBSITE, Line, Sentence
from bot.reading.text.person_names import body

_FRONT = 60  # lines at either end of a document in which it speaks of its own making
_LONGEST = 130
_LONGEST_DEED = 60
_YEAR_ONLY = 4
_EDGES = " \t:;,.–-|("
_IN_BRACKETS = re.compile(r"\s*\(([A-Z][^)]{2,50})\)")
_UNTIL = re.compile(r"\b(?:until|till|years\s+to|up\s+to)$", re.IGNORECASE)
_REVIEW_THEN = re.compile(
    r"\(?(?:to\s+)?(?:review|check|look\s+again)(?:\s+(?:due|by|in|on|date))?", re.IGNORECASE
)
_DASHED = re.compile(r"\s[-–|•·]\s")
_PARTED = re.compile(rf"\t|\s/\s|{_DASHED.pattern}")
_TO_DO_SOMETHING = re.compile(r"\s+(?:to|that|how)\s")  # "agreed in May 2025 to buy a fence"
_THE_NEXT = re.compile(r"(?:the\s+)?next(?:\s+(?:one\s+)?is)?(?:\s+(?:in|on|due))?", re.IGNORECASE)
# The governing body did it again: the latest counts.
AGAIN = re.compile(r"\bre-?(?:adopt|approv|ratif)", re.IGNORECASE)
_NUMBER = re.compile(r"(?:v|ver|version|issue)?\.?\s?\d{1,2}(?:\.\d{1,2})*", re.IGNORECASE)
_ANSWERED = re.compile(r"^[A-Z].{3,60}:\s*\S*\s?\d{1,4}")  # "Ratified by full governors: 1st October 2024"
_ASIDE = re.compile(r"\s*\([^)]{0,40}\)")
_NOT_YET = re.compile(
    r"\b(?:to be|for|awaiting|due for|subject to|before|until)\s+(?:\w+\s+){0,3}?"
    r"(?:ratif|approv|adopt|agree|sign|endors)",
    re.IGNORECASE,
)
# Before a deed stands who did it, by name, or the document: a website or a risk assessment has its own dates.
_OURS = re.compile(
    r"(?:[A-Z][\w’'.&-]*|I|minuted|as|minor|major|full|annual|final|first|last|latest|date|dated|of|and|by|on|at|in|a|was"
    r"|were|is|are|has|have|been|be|to|the|this|our|its?|we|presented|policy|document|version|copy|text|statement"
    r"|procedures?|plan|code|notice|booklet|handbook|governors?['’]?|governing|body|board|committee"
    r"|trustees['’]?|directors|staff|local|advisory|group|written|drafted|prepared|formally|annually|yearly"
    r"|termly|(?:\d+|six|two|three)-?(?:monthly|yearly)?|[–-])[,:;.]*"
)
# "Approved the new boiler": the deed was done to another thing.
_OF_ANOTHER = re.compile(
    r"\s+(?:of\s+|(?:(?:at|over|through|to|back)\s+){1,2})?(?:the|an?|our|its|new)\s+(?!polic|document|version|statement|procedure|plan|code|notice"
    r"|booklet|handbook|text|full\b|govern|trust|board|committee|head|school|setting|council)[a-z]"
)
_BY_THEM = re.compile(r"\bby\s+(?:the|our)\s+\w+(?:\s+on)?$", re.IGNORECASE)
_PREPOSITIONS = (" at", " over", " through")
# "Looked at uniform prices"
_A_THING = re.compile(
    r"\s+(?!(?:again|in|on|by|and|with|no|date|this|it|during|annually|every|each|afresh|together)\b)[a-z]"
)
# A line about something else that has a date.
_ANOTHER = re.compile(
    r"\b(?:(?:web\s?)?page|web\s?site|site\s+(?:last\s+)?updated"
    r"|act|regulations?|guidance|kcsie|keeping children|dfe|department"
    r"|ofsted|inspect|training|trained"
    r"|course|certificate|insur|dbs|audit|circular|statutory framework|eyfs|law|policy dated|replaces"
    r"|supersedes|takes the place|model|template|circulated|shared with|sent to|born|census|meeting with"
    r"|consult|360\b|self-?(?:review|evaluation))",
    re.IGNORECASE,
)


# A file in a list of files has a day of its own, as other files have.
_A_FILE = re.compile(r"(?P<stem>[\w&(][\w&()' -]{0,80}?)\.(?:docx?|pdf|odt|xlsx?|pptx?)\b", re.IGNORECASE)
_WORDS = re.compile(r"[a-z]{4,}", re.IGNORECASE)


def dated_lines(found: list[Sentence], lines: list[Line], title: str | None) -> list[Stated]:
    """What short lines at the document's head and end say was done, or will be, on a date they give."""
    pairs: list[Stated] = []
    labelled = [Sentence(line.text, line.number) for line in lines if _ANSWERED.search(line.text)]
    already = {sentence.line for sentence in labelled}
    rest = [sentence for sentence in found if sentence.line not in already]
    for sentence in sorted([*labelled, *rest], key=lambda sentence: sentence.line):
        near = sentence.line <= _FRONT or sentence.line > len(lines) - _FRONT
        another = WEBSITE.search(lines[sentence.line - 1].text) or _of_another_file(sentence.text, title)
        if near and not another and len(sentence.text) <= _LONGEST:
            pairs += _deeds(sentence, title or "")
    return pairs


def _of_another_file(text: str, title: str | None) -> bool:
    """ "Snow days 2024.docx - Modified 3 May": a file whose name has no word of this one's title."""
    file = _A_FILE.search(text)
    if file is None or not title:
        return False
    stem, own = (set(_WORDS.findall(words.lower())) - {"policy"} for words in (file["stem"], title))
    return bool(stem) and not stem & own


def _deeds(sentence: Sentence, title: str) -> Iterator[Stated]:
    text, line = sentence.text, sentence.line
    dates = [date for date in find_dates(text) if len(date.value) > _YEAR_ONLY]
    for place, date in enumerate(dates):
        said = _ASIDE.sub("", _words_of(text, dates, place)).strip(_EDGES)
        words = _last_part(said)
        if _THE_NEXT.fullmatch(words) and words != said and _ANOTHER.search(said):
            continue  # "full training every three years - the next is in January"
        if len(words) > _LONGEST_DEED or _NOT_YET.search(words) or _of_another(text, date, words):
            continue
        strong = text.startswith(words) or words != said
        group = _group_of(words, title, after_another=place > 0)
        if not group and len(dates) == 1:
            group, words = _done_behind(text, date, words, title)
        if group:
            aside = _IN_BRACKETS.match(text, date.end) if group == "approve" else None
            words = f"{words}, {aside.group(1)}" if aside else words  # "Signed off 4 March (Trust Board)"
            yield Stated(group, words, text[date.start : date.end], line, text, strong, line)


def _last_part(words: str) -> str:
    """A running footer has the deed in its last part: "Hill School - Online Safety - agreed by FGB"."""
    last = (_PARTED if len(words) > _LONGEST_DEED else _DASHED).split(words)[-1].strip(_EDGES)
    told = any(pattern.search(last) for pattern in DEEDS.values())
    return last if told or len(words) > _LONGEST_DEED else words


def _of_another(text: str, date: FoundDate, words: str) -> bool:
    """ "Model policy of March 2021 (revised June 2024)", "agreed in May 2025 to buy a fence"."""
    before = text[: date.start]
    inside = before.count("(") > before.count(")")
    return (
        _ANOTHER.search(before if inside else words) is not None
        or _TO_DO_SOMETHING.match(text, date.end) is not None
    )


def _group_of(words: str, title: str, *, after_another: bool) -> str | None:
    group = _deed_in(words, title)
    if not group and after_another and _REVIEW_THEN.fullmatch(words):
        return "next"  # "June 2025 (review June 2027)"
    return "next" if group in {"approve", "last"} and _UNTIL.search(words) else group  # "agreed until July"


def _done_behind(text: str, date: FoundDate, words: str, title: str) -> tuple[str | None, str]:
    """ "Trust Board, 4 March 2025: approved"."""
    after = text[date.end :].strip(_EDGES)
    group = _deed_in(after, title) if len(after) <= _LONGEST_DEED and not _ANOTHER.search(after) else None
    return (None if group == "next" else group), f"{words}, {after}"


def _deed_in(words: str, title: str) -> str | None:
    """The deed the words name, if what stands before it speaks of no other thing than this document."""
    for group, pattern in DEEDS.items():
        deed = pattern.search(words)
        if deed:
            before = words[: deed.start()].replace("\t", " ")
            ours = all(map(_OURS.fullmatch, before.split())) and not names_another(before, title)
            another = _OF_ANOTHER.match(words, deed.end()) or (
                deed.group().endswith(_PREPOSITIONS) and _A_THING.match(words, deed.end())
            )
            return group if ours and not another else None
    return None


def _words_of(text: str, dates: list[FoundDate], place: int) -> str:
    """The words before the date, from the date before it; where none stand there, those after it."""
    begins = dates[place - 1].end if place else 0
    before = text[begins : dates[place].start].replace(BLANK, " ").strip(" \t:,–-|")
    if len(before) > 2 and not _NUMBER.fullmatch(before):
        return before
    ends = dates[place + 1].start if place + 1 < len(dates) else len(text)
    return text[dates[place].end : ends].strip(" \t:,–-|")


def approving_body(pairs: list[Stated]) -> str | None:
    """Who approved, where a dated line says so: "Trustees' Board   Approved 9 December"."""
    for pair in pairs:
        if pair.group == "approve" and pair.strong:
            by_them = _BY_THEM.search(pair.label) is not None
            parts = re.split(
                rf"\t|\bby\b|,|\s[–-]\s|{DEEDS['approve'].pattern}", pair.label, flags=re.IGNORECASE
            )
            named = (body(part) for part in reversed(parts) if part and ":" not in part)
            who = next((who for who in named if who and (who[:1].isupper() or by_them)), None)
            if who and len(who.split()) <= 6:
                return who.rstrip("’'")
    return None


_SIGNED = re.compile(
    r"(?:signed|signature)\b(?!\s+(?:off|copy|copies|agreements?|forms?|consent))", re.IGNORECASE
)
_WHO_DECIDES = re.compile(
    r"\b(?:chair(?:person|man|woman)?|governors?|governing|trustees?|committee|proprietor|board|registered\s+person)\b",
    re.IGNORECASE,
)
# What is signed with a policy and is not the policy: "I have read it", a form, another's agreement.
_ANOTHER_DOCUMENT = re.compile(
    r"\b(?:i\s|parents?|carers?|pupil|child|employee|staff|borrower|witness|consent|review\w*)\b",
    re.IGNORECASE,
)
# "Draft 2, November 2025": the day of what no one has approved yet.
_DRAFT = re.compile(r"\bdraft\b|\bfor\s+consultation\b", re.IGNORECASE)
# "Hill Nursery, 3 High Road. Updated 2 May 2024": a footer under the empty place for a signature.
_OF_ANOTHER_DEED = re.compile(
    r"[a-z][.;]\s|\b(?:updated|shared|circulated|issued|printed|published|version|sent|written)\b",
    re.IGNORECASE,
)
_LINES = 6
_LONGEST_SIGNED_LINE = 110


def signatures(lines: list[Line]) -> Iterator[Stated]:
    """An approval for each block of signature lines that names a chair or a board, and a day."""
    worded = [line for line in lines if line.cells]
    for place, line in enumerate(worded):
        if not _SIGNED.match(line.text):
            continue
        block = list(itertools.takewhile(_short, worded[place : place + _LINES]))
        words = " ".join(one.text for one in block)
        if _ANOTHER_DOCUMENT.search(words) or not _WHO_DECIDES.search(words):
            continue
        days = [
            (one, day)
            for one in block
            for day in _days(one)
            if not _OF_ANOTHER_DEED.search(one.text[: day.start])
        ]
        if len({day.value for _, day in days}) == 1:
            one, day = days[0]
            value = one.text[day.start : day.end]
            yield Stated("approve", "signed", value, one.number, one.raw.strip(), True, line.number)


def _short(line: Line) -> bool:
    if _DRAFT.search(line.text):
        return False
    return len(line.text) <= _LONGEST_SIGNED_LINE and not line.raw.lstrip().startswith("#")


def _days(line: Line) -> list[FoundDate]:
    return [day for day in find_dates(line.text) if len(day.value) > _YEAR_ONLY]


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
    |will\s+next\s+be\s+{REVIEWED}|(?:(?<=,\s)|\bis\s+)next\s+due
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
_OURS_IN_SENTENCE = re.compile(r"\b(?:this|our)\s|\b(?:policy|document|it)\b", re.IGNORECASE)
_UNTIL_IN_SENTENCE = re.compile(r"\b(?:until|till|years\s+to)\s+(?:the\s+end\s+of\s+)?$", re.IGNORECASE)
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
_LONGEST_SENTENCE = 600
_DATED_WITHIN = 140


def said_in(found: list[Sentence], title: str | None) -> list[Stated]:
    """What sentences about this document say was done or will be done, each as a label and its value."""
    pairs: list[Stated] = []
    for about in told(found, title):
        if about.rank is not None and len(about.sentence.text) <= _LONGEST_SENTENCE:
            pairs += _sentence_deeds(about.sentence, title or "")
    return pairs


def _sentence_deeds(sentence: Sentence, title: str) -> list[Stated]:
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
        return _OURS_IN_SENTENCE.search(text[max(0, deed.start() - 40) : deed.start()]) is not None
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
    return other is None or _OURS_IN_SENTENCE.search(other.group("what")) is not None


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
    if deed.lastgroup != "next" and _UNTIL_IN_SENTENCE.search(between):
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
