"""The document's title: by its label, else the first heading in front that names a kind of document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.capitals import in_title_case
from bot.reading.dates import find_dates
from bot.reading.header_setting import is_setting
from bot.reading.labels import Label
from bot.reading.lines import BLANK, Line
from bot.reading.stated import Stated

_KIND = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|statement|plan|guidance|guidelines|code|agreement|protocol|strategy"
    r"|scheme"
    r"|charter|framework|handbook|principles|arrangements|manual)\b",
    re.IGNORECASE,
)
_HEADING_ONLY = re.compile(
    r"(?:\d[\d.]*\s*)?(?:(?:school|our|the|model)?\s*polic(?:y|ies)(?:\s+(?:and|&)\s+procedures?)?"
    r"|(?:policy\s+)?statement(?:\s+of\s+(?:intent|purpose|aims))?"
    r"|policy\s+(?:statement|aims?|document|details|review|control|information|number|ref\w*|scope|summary"
    r"|history|status|overview|approval|monitoring|context|rationale|content|title|name|owner).*"
    r"|mission statement.*|vision statement.*|statement of intent|procedures?|introduction.*|aims?.*"
    r"|contents?|key details|key contacts.*|document (?:control|history|details|information).*"
    r"|statutory (?:policy|statement|guidance)|non-statutory (?:policy|statement)|code of conduct statement"
    r"|purpose.*|rationale|scope.*|links.*"
    r"|policies and procedures|index|appendix.*|section.*|review.*|version.*|statement of .{0,12}purpose"
    r"|safeguarding statement|.*child protection statement|(?:our )?(?:school )?(?:aims|ethos|motto|vision"
    r"|values).*)[:.]?",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\b(?:model|template)\b|\bbased on\b|\bin line with\b|https?:|www\.|@|[“”]", re.IGNORECASE
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|has|have|should|must|we|shall|been|(?<!in )(?<!at )our"
    r"|aims|applies|sets out|includes?"
    r"|relates|refers|takes|can|may)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"^(?:\d+(?:\.\d+)*[.)]?|[A-Z]\d{1,3}[.:)]?|section \d+:?|appendix \w+:?)\s+(?=\D)", re.IGNORECASE
)
_TRAIL = re.compile(
    r"[\s:.,–(-]*(?:\b(?:(?:january|february|march|april|may|june|july|august|september|sept|october"
    r"|november|december"
    r"|autumn|spring|summer)\s+(?:term\s+)?)?(?:19|20)\d\d(?:\s?[/–-]\s?(?:20)?\d\d)?\)?"
    r"|\bv(?:ersion)?\.?\s?\d[\d.]*|␣.*|\t.*"
    r"|\bpage \d+.*)[\s.)]*$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"\[[^\]]{0,60}\]|<[^>]{0,60}>|\{[^}]{0,60}\}")
_CONTINUES = re.compile(
    r"(?:\b(?:and|of|the|for|to|with|in|on|&|regard|use|from|by|or)|[,&–:-])$", re.IGNORECASE
)
_TAIL_OF_TITLE = re.compile(
    r"(?:policy|statement|procedures?|plan|guidance|guidelines|code)\b", re.IGNORECASE
)
_RUNS_ON = re.compile(r"(?:to|and|of|for|policy|procedures?|including)\b", re.IGNORECASE)
_FRONT = 45
_FIRST_HEADINGS = 8
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class _Front:
    """The first worded lines, and what is needed to tell a heading from the rest."""

    lines: list[Line]
    labels: dict[int, list[Label]]
    setting: str | None

    def heading(self, line: Line) -> bool:
        text = line.text
        if not 4 <= len(text) <= _LONGEST or "\t" in text or BLANK in text or line.number in self.labels:
            return False
        if text.endswith((".", ";", ",")) and len(text.split()) > 8:
            return False
        if _VERB.search(text) or _TEMPLATE.search(text) or _HEADING_ONLY.fullmatch(text):
            return False
        dates = find_dates(text)
        if dates and dates[0].start < 3:
            return False
        return not is_setting(text, self.setting) and any(map(str.isalpha, text))

    def continues_prose(self, place: int) -> bool:
        """The line is the wrapped end of a sentence that begins above it."""
        if not place:
            return False
        above, line = self.lines[place - 1], self.lines[place]
        if (
            line.number - above.number > 1
            or is_setting(above.text, self.setting)
            or above.number in self.labels
        ):
            return False
        prose = len(above.text) > 50 and not self.heading(above) and not _HEADING_ONLY.fullmatch(above.text)
        return prose and not above.text.endswith((".", ":", "!", "?", "”"))


def find_title(
    lines: list[Line], pairs: list[Stated], labels: dict[int, list[Label]], setting: str | None
) -> str | None:
    for pair in pairs:
        if (
            pair.group == "title"
            and pair.strong
            and pair.label_line <= _FRONT
            and 3 < len(pair.value) < _LONGEST
        ):
            return _neat(pair.value, setting)
    front = _Front([line for line in lines[: 2 * _FRONT] if line.cells][:_FRONT], labels, setting)
    for place in _candidates(front):
        title = _neat(_put_together(front, place), setting)
        if title:
            return title
    return None


def _candidates(front: _Front) -> Iterator[int]:
    places = [
        place
        for place, line in enumerate(front.lines)
        if front.heading(line) and not front.continues_prose(place)
    ]
    named = [place for place in places if _KIND.search(_put_together(front, place))]
    yield from named[:1]
    yield from (place for place in places if place < _FIRST_HEADINGS)


def _put_together(front: _Front, place: int) -> str:
    """A title set over two or three lines, put together."""
    lines = front.lines
    first = last = place
    while first and place - first < 2 and _belongs_above(front, first - 1):
        first -= 1
    while last + 1 < len(lines) and last - place < 2 and _runs_on(front, last + 1):
        last += 1
    return " ".join(line.text for line in lines[first : last + 1])


def _belongs_above(front: _Front, place: int) -> bool:
    upper, lower = front.lines[place], front.lines[place + 1]
    if lower.number - upper.number > 2 or not front.heading(upper):
        return False
    open_end = _CONTINUES.search(upper.text) is not None
    return open_end or _TAIL_OF_TITLE.match(lower.text) is not None or lower.text[:1].islower()


def _runs_on(front: _Front, place: int) -> bool:
    upper, lower = front.lines[place - 1], front.lines[place]
    gap = lower.number - upper.number
    tail = _HEADING_ONLY.fullmatch(lower.text) is not None and lower.text.lower() in {
        "policy",
        "procedure",
        "procedures",
    }
    if gap > 2 or not (front.heading(lower) or tail):
        return False
    if tail:
        return _KIND.search(upper.text) is None
    open_end = _CONTINUES.search(upper.text) is not None or lower.text[:1] in "(&" or lower.text[:1].islower()
    short = len(lower.text) < 50
    plain = gap == 1 and _KIND.search(upper.text) is None and upper.number <= 3 and short
    return open_end or plain or (short and _RUNS_ON.match(lower.text) is not None)


def _neat(words: str, setting: str | None) -> str | None:
    text = _NUMBER.sub("", _PLACEHOLDER.sub("", words).strip(" *#_\"'“”"))
    if setting:
        name = re.escape(setting)
        text = re.sub(rf"^(?:the\s+)?{name}(?:['’]s)?[\s:,–-]*", "", text, flags=re.IGNORECASE) or text
        text = re.sub(rf"[\s,:–-]+(?:for\s+|at\s+)?{name}$", "", text, flags=re.IGNORECASE) or text
    text = _TRAIL.sub("", text).strip(" .:–-")
    return in_title_case(text) or None
