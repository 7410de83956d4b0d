"""The document's title: by its label, else the first heading in front that names a kind of document."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.header.school import in_school, is_school
from bot.reading.header.title_words import (
    ADDRESS,
    CONTENTS,
    CONTINUES,
    COUNCIL,
    DOING,
    FILE_NAME,
    FILE_PLACE,
    FURNITURE,
    GLUED,
    HEADING_ONLY,
    HEADS_THE_LINE,
    KIND,
    KIND_LAST,
    MENU,
    MOTTO,
    NUMBER,
    NUMBER_ALONE,
    OF_A_SHELF,
    OPEN,
    PARTS,
    PLACE,
    PLACEHOLDER,
    QUOTED,
    QUOTED_LAW,
    RUNS_ON,
    SCHOOLS_FIRST,
    SENTENCES,
    SERIES,
    SHELF,
    SIGNATORY,
    SUBTITLE,
    TAIL_ALONE,
    TAIL_OF_TITLE,
    TEMPLATE,
    THIS_IS,
    TOPIC,
    TRAIL,
    VERB,
    YES_OR_NO,
)
from bot.reading.text.dates import find_dates
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.labels import Label
from bot.reading.text.lines import BLANK, BULLET, SHOUTED_RUN, Line, in_title_case, unabridged

_FRONT = 45
_FIRST_HEADINGS = 8
_LONGEST = 110
_EMPTY = frozenset({"", "the", "of", "at", "for"})
_PLAIN_WORDS = 12
_CELLS_IN_FRONT = 3
_HEAD_LINES = 6
_CLOSED_WORDS = 8
_LEAST = 6
_INTRODUCES = 4
_LIST_GAP = 2
_SHELF_LINES = 4
_LIST_ITEM = 70
_SENTENCE = 60
_WRAPPED = 75
_TAIL_WORDS = 3
_WORD = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class _Front:
    """The first worded lines, and what is needed to tell a heading from the rest."""

    lines: list[Line]
    labels: dict[int, list[Label]]
    school: str | None
    listed: frozenset[int]

    @classmethod
    def of(cls, lines: list[Line], labels: dict[int, list[Label]], school: str | None) -> _Front:
        worded = [line for line in lines[: 2 * _FRONT] if line.cells][:_FRONT]
        front = [
            _own_cell(_before_its_labels(line, found), found)
            for line in worded
            for found in [labels.get(line.number, [])]
        ]
        cut = {line.number for line, whole in zip(front, worded, strict=True) if line is not whole}
        rest = {number: found for number, found in labels.items() if number not in cut}
        return cls(front, rest, school, frozenset(_listed(front)))

    def heading(self, line: Line) -> bool:
        text = line.text
        if not 4 <= len(text) <= _LONGEST or "\t" in text or BLANK in text or line.number in self.labels:
            return False
        closed = text.endswith((".", ";", ",")) and len(text.split()) > _CLOSED_WORDS
        several = "," in text and len(KIND.findall(text)) > 1 and not text.isupper()
        if closed or several:
            return False
        if BULLET.match(line.raw) or line.number in self.listed or _introduces(text):
            return False
        if (
            VERB.search(text)
            or SENTENCES.search(text)
            or ADDRESS.search(text)
            or TEMPLATE.search(text)
            or QUOTED.fullmatch(text)
            or (MOTTO.search(text) and not KIND.search(text))
            or HEADING_ONLY.fullmatch(text)
            or (FURNITURE.fullmatch(text) and not KIND.search(text))
            or FILE_NAME.fullmatch(text)
            or MENU.fullmatch(text)
            or FILE_PLACE.search(text)
            or COUNCIL.search(text)
            or SHELF.fullmatch(text)
            or SIGNATORY.fullmatch(text)
            or not _WORD.search(text)
        ):
            return False
        dates = find_dates(text)
        if dates and dates[0].start < 3:
            return False
        own = is_school(text, self.school) or (KIND.search(text) is None and in_school(text, self.school))
        return not own and any(map(str.isalpha, text))

    def is_asked(self, place: int) -> bool:
        """The line is a question of the front sheet, answered below it: "Staff handbook", "Yes"."""
        return place + 1 < len(self.lines) and YES_OR_NO.fullmatch(self.lines[place + 1].text) is not None

    def continues_prose(self, place: int) -> bool:
        """The line is the wrapped end of a sentence that begins above it."""
        if not place:
            return False
        above, line = self.lines[place - 1], self.lines[place]
        if (
            line.number - above.number > 1
            or len(above.cells) > 1
            or is_school(above.text, self.school)
            or above.number in self.labels
            or COUNCIL.search(above.text)
        ):
            return False
        prose = len(above.text) > 50 and not self.heading(above) and not HEADING_ONLY.fullmatch(above.text)
        return prose and not above.text.endswith((".", ":", "!", "?", "”"))


def find_title(
    lines: list[Line], pairs: list[Stated], labels: dict[int, list[Label]], school: str | None
) -> str | None:
    for pair in pairs:
        if (
            pair.group == "title"
            and pair.strong
            and pair.label_line <= _FRONT
            and 3 < len(pair.value) < _LONGEST
            and not OPEN.search(pair.value)
            and _WORD.search(pair.value)
        ):
            named = _neat(_with_kind(pair, pairs), school)
            return named and _in_full(named, lines)
    front = _Front.of(lines, labels, school)
    for place in _candidates(front):
        title = _neat(_put_together(front, place), school)
        title = title and unabridged(title, filter(KIND.search, (line.text for line in front.lines)))
        if title and not HEADING_ONLY.fullmatch(title):
            return title
    said = next(filter(None, (THIS_IS.match(line.text) for line in front.lines)), None)
    if said:
        return _neat(said["title"], school)
    files = filter(None, (FILE_NAME.fullmatch(line.text) for line in front.lines))
    stems = (re.sub(r"[-_]+", " ", found["stem"]) for found in files)
    return next((_neat(stem, school) for stem in stems if KIND.search(stem)), None)


def _in_full(named: str, lines: list[Line]) -> str:
    """ "Policy name: Attendance" under the heading "Attendance Policy": the heading has the whole title."""
    if KIND.search(named):
        return named
    whole = re.compile(rf"{re.escape(named)}\s+{KIND.pattern}", re.IGNORECASE)
    found = next((line.text for line in lines[:_FRONT] if whole.fullmatch(line.text)), None)
    return in_title_case(found) if found else named


def _before_its_labels(line: Line, labels: list[Label]) -> Line:
    """A title and its labels on one line: the words before the first label, "Policy" of its own kept."""
    shouted = SHOUTED_RUN.match(line.text)
    if shouted and len(line.text) > _LONGEST:
        return Line(line.number, line.raw, (shouted.group(),))
    if len(line.text) > 2 * _LONGEST and line.number <= _HEAD_LINES:
        headed = HEADS_THE_LINE.match(line.text)
        if headed and not (labels and labels[0].start < headed.end()):
            return Line(line.number, line.raw, (headed["title"],))
    if not labels or labels[0].start < _LEAST:
        return line
    words = _ending_in_kind(line.text[: labels[0].start], labels[0].words)
    return Line(line.number, line.raw, (words.strip(" (:–-|\t"),))


def _own_cell(line: Line, labels: list[Label]) -> Line:
    """A line whose cells are the school, the title and perhaps a date: the cell that names the document."""
    if len(line.cells) == 2 and NUMBER_ALONE.fullmatch(line.cells[0]):
        return Line(line.number, line.raw, (" ".join(line.cells),))
    few = (
        1 < len(line.cells) <= _CELLS_IN_FRONT
        and line.number <= _HEAD_LINES
        and len(line.text) < 2 * _LONGEST
    )
    if not few:
        return line
    others = [cell for cell in line.cells if not HEADING_ONLY.fullmatch(cell)]
    named = [cell for cell in others if KIND.search(cell)]
    if labels and labels[0].start == 0 and named[:1] == [line.cells[0]]:
        return line  # "Policy held by" names a keeper and no document
    if len(named) == 1 or (not named and len(others) == 1):  # "Settling in", and in the corner "Policy no. 4"
        return Line(line.number, line.raw, tuple((named or others)[:1]))
    return line


def _ending_in_kind(words: str, label: str) -> str:
    """ "Lettings" before "Policy approved": the label's first word is the title's last."""
    first = label.split(maxsplit=1)[0]
    return f"{words.rstrip()} {first}" if KIND.fullmatch(first) and not KIND.search(words) else words


def _with_kind(title: Stated, pairs: list[Stated]) -> str:
    after = pairs[pairs.index(title) + 1 :]
    beside = after and after[0].label_line == title.label_line and not title.row
    return _ending_in_kind(title.value, after[0].label) if beside else title.value


def _introduces(text: str) -> bool:
    return text.endswith(":") and len(text.split()) >= _INTRODUCES


def _listed(lines: list[Line]) -> Iterator[int]:
    """The lines under "Contents" or a colon, as long as they stand as close as the first of them."""
    gap = 0
    for upper, lower in itertools.pairwise(lines):
        here = lower.number - upper.number
        if _introduces(upper.text) or CONTENTS.fullmatch(upper.text):
            gap = here
        if gap and here <= gap <= _LIST_GAP and len(lower.text) < _LIST_ITEM:
            yield lower.number
        else:
            gap = 0


def _candidates(front: _Front) -> Iterator[int]:
    """Places where the title may begin, the likeliest first: those before the text begins, then the rest."""
    places = [
        place
        for place, line in enumerate(front.lines)
        if front.heading(line) and not front.continues_prose(place) and not _cut_off(line.text)
    ]
    places = [*places[:1], *(place for place in places[1:] if not front.is_asked(place))]
    named = [_under_title(front, place) for place in places if KIND.search(_put_together(front, place))]
    text = next((place for place, line in enumerate(front.lines) if _is_text(line)), _FRONT)
    yield from [place for place in places if _on_its_shelf(front, place)][:1]
    sure = [place for place in named if KIND_LAST.search(_put_together(front, place))]
    yield from [place for place in sure if place < text][:1]
    plain = [place for place in places if place < min(text, _FIRST_HEADINGS) and _may_be_plain(front, place)]
    yield from [place for place in places if _of_a_series(front, place, within=plain)][:1]
    yield from [place for place in plain if TOPIC.search(front.lines[place].text)]
    yield from sure[:1]
    yield from plain
    yield from named[:1]


def _under_title(front: _Front, place: int) -> int:
    """ "A policy for staff and pupils" goes with the title above it, which is the line meant."""
    above = place and front.heading(front.lines[place - 1]) and SUBTITLE.match(front.lines[place].text)
    return place - 1 if above else place


def _of_a_series(front: _Front, place: int, within: list[int]) -> bool:
    """A numbered policy in front, or one with its policy statement under it, as pre-schools print them."""
    below = front.lines[place + 1].text.lower() if place + 1 < len(front.lines) else ""
    numbered = SERIES.match(front.lines[place].text) is not None
    return numbered and (place in within or below == "policy statement")


def _on_its_shelf(front: _Front, place: int) -> bool:
    """A numbered document under the name of the shelf that has the first part of its number."""
    numbered = OF_A_SHELF.match(front.lines[place].text)
    if numbered is None or place >= _SHELF_LINES:
        return False
    shelf = numbered["shelf"]
    return any(re.match(rf"{shelf}\.?\s+[A-Z]", line.text) for line in front.lines[:place])


def _cut_off(words: str) -> bool:
    """The end of a wrapped sentence; a title in small letters names its kind, "social media policy"."""
    return words[:1].islower() and (KIND.search(words) is None or len(words.split()) > _CLOSED_WORDS)


def _is_text(line: Line) -> bool:
    """The line is running text: with it the front has ended."""
    words = line.text
    if words[:1] in '“"‘':
        return False  # a motto or a verse
    if QUOTED_LAW.match(words):
        return False
    if len(words) > _LONGEST:
        return True
    ends = words.endswith(".") or len(words) > _WRAPPED
    return len(words) > _SENTENCE and ends and VERB.search(words) is not None


def _may_be_plain(front: _Front, place: int) -> bool:
    """A title without a word for its kind, "Mobile phones and cameras"."""
    words = front.lines[place].text
    before, _, about = words.partition(": ")
    named = ":" not in words or TOPIC.search(before) or (before == front.school and TOPIC.search(about))
    marked = not named or words.endswith((".", ",", ":"))
    return not marked and len(words.split()) <= _PLAIN_WORDS


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
    if ":" in upper.text[:-1]:
        return False  # "Status: non-statutory" is a label and its answer
    if _is_motto(upper.text):
        return False
    open_end = CONTINUES.search(upper.text) is not None
    close = lower.number - upper.number == 1 or len(lower.text.split()) <= _TAIL_WORDS
    tail = close and TAIL_OF_TITLE.match(lower.text) is not None
    return open_end or tail or lower.text[:1].islower()


def _runs_on(front: _Front, place: int) -> bool:
    upper, lower = front.lines[place - 1], front.lines[place]
    gap = lower.number - upper.number
    tail = TAIL_ALONE.fullmatch(lower.text) is not None
    if gap > 2 or ":" in lower.text or not (front.heading(lower) or tail):
        return False
    if tail:
        return KIND.search(upper.text) is None or OPEN.search(upper.text) is not None
    aside = lower.text.startswith("(") and lower.text.endswith(")") and KIND.search(upper.text) is not None
    if aside or HEADING_ONLY.fullmatch(lower.text):
        return False
    open_end = gap == 1 and CONTINUES.search(upper.text) is not None
    open_end = open_end or OPEN.search(upper.text) is not None
    open_end = open_end or lower.text[:1] in "(&" or lower.text[:1].islower()
    short = len(lower.text) < 50
    alike = upper.text.isupper() == lower.text.isupper()
    plain = (
        gap == 1
        and alike
        and not PLACE.search(upper.text)
        and KIND.search(upper.text) is None
        and upper.number <= 3
        and short
        and not _is_motto(upper.text)
    )
    return open_end or plain or (short and RUNS_ON.match(lower.text) is not None)


def _is_motto(words: str) -> bool:
    """ "Learning together, growing strong"."""
    said = "," in words[:-1] and KIND.search(words) is None
    return said and (TOPIC.search(words) is None or DOING.fullmatch(words) is not None)


def _own_part(text: str) -> str:
    """ "Lettings Policy - Ash School": the part that names the document, where others name the school."""
    headed = SCHOOLS_FIRST.match(text)
    if headed and KIND.search(headed["own"]) and not KIND.search(headed["place"]):
        return headed["own"]
    parts = PARTS.split(text)
    named = [part for part in parts if KIND.search(part)]
    others = [part for part in parts if part not in named]
    return named[0] if len(named) == 1 and others and all(map(PLACE.search, others)) else text


def _neat(words: str, school: str | None) -> str | None:
    words = words.replace(" _ ", " ")
    text = NUMBER.sub("", PLACEHOLDER.sub("", words).strip(" *#_\"'“”"))
    text = _own_part(GLUED.sub(" ", text))
    if school:
        name = re.escape(school)
        owned = rf"^(?:the\s+)?{name}(?:['’]s|\s+(?:ltd|limited|CIO)\b)?[\s:,–-]*"
        text = re.sub(owned, "", text, flags=re.IGNORECASE) or text
        parted = rf"(?:[\s,:–-]*[,:–-]\s*|\s+(?=(?:for|at|of|by)\s))(?:(?:for|at|of|by)\s+)?{name}$"
        text = re.sub(parted, "", text, flags=re.IGNORECASE) or text
        bare = re.sub(rf"\s+{name}$", "", text, flags=re.IGNORECASE)
        text = bare if KIND.search(bare) or TOPIC.search(bare) else text  # "About Ash Nursery" is whole
    text = TRAIL.sub("", text).strip(" .:–-")
    if school and re.match(r"(?:and|&|with)\s", text) and KIND.search(text) is None:
        return None  # the rest of the setting's own name
    return in_title_case(text) if text.lower() not in _EMPTY else None
