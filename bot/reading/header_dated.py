"""Dates in a short line with what was done that day, in whatever words: "Looked at again July 2024"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.dates import FoundDate, find_dates
from bot.reading.deeds import DEEDS
from bot.reading.header_about import names_another
from bot.reading.lines import BLANK, WEBSITE, Line, Sentence
from bot.reading.people import body
from bot.reading.sheet import Stated

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
# The governing body did it anew: the latest counts.
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
    r"|were|is|are|has|have|been|be|to|the|this|our|its?|we|presented|policy|document|version|statement"
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
