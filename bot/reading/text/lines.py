"""A document's lines as a person sees them: marks stripped, cells apart, sentences put back together.

SHOUTED headings read as other headings do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SHOUTED = re.compile(r"[^a-z]*[A-Z][^a-z]*")
SHOUTED_RUN = re.compile(r"^[^a-z]{6,}$|(?:\(?\b[A-Z][A-Z’'.&]+\b\)?[ ]|&[ ]){2,}\(?[A-Z][A-Z’'.]+\b\)?")
_WORD = re.compile(r"[A-Z][A-Z’']*")
_SMALL = frozenset("a an and at by for from in of on or the to with".split())
_SHORT_FORMS = frozenset(
    "ICT CE C.E. RC R.C. SEND SEN EYFS PSHE RSE GDPR KS1 KS2 AI ADHD CCTV LAC PE RE DSL NHS DBS CPD COSHH H&S"
    " ELSA SMSC EAL FGM UK CP CPS VA VC AUP IT BYOD FOI SRE RSHE LGBT PTA HR TLR ECT NQT LSA MAT CIC".split()
)


def in_title_case(words: str) -> str:
    """Words all in capitals put in title case, short forms kept; anything else as it is."""
    if not _SHOUTED.fullmatch(words):
        return words
    return " ".join(_word(word, first=not place) for place, word in enumerate(words.split()))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("().,:’'")
    if bare in _SHORT_FORMS:
        return word
    if bare.lower() in _SMALL and not first:
        return word.lower()
    return _WORD.sub(lambda part: part.group().capitalize(), word)


def unabridged(title: str, headings: Iterable[str]) -> str:
    """ "SM&M Protocol" of a page's head as the heading has it: "Social Media and Messaging Protocol"."""
    short, _, kind = title.rpartition(" ")
    if not re.fullmatch(r"[A-Z&]{3,7}", short) or short in _SHORT_FORMS:
        return title
    for heading in headings:
        *words, last = heading.split()
        letters = "".join("&" if word.lower() == "and" else word[0].upper() for word in words)
        if last.lower() == kind.lower() and letters == short:
            return in_title_case(heading)
    return title


_LEAD = re.compile(r"^(?:#{1,6}(?=\s|\*)|>+|[-–*](?=\s)|[•·▪◦‣➢✓❖○●■□◼\uf0b7\uf0a7\uf0d8]|o(?=\s+[A-Z])|\s)+")
_CLOSING_MARK = re.compile(r"(?<=\w)\s+#{1,6}\s*$")  # "## Aims ##"
_LINK = re.compile(r"!?\[([^\]]{0,300})\]\([^)]{0,600}\)")
_TAG = re.compile(
    r"</?(?:br|p|b|i|u|em|strong|span|div|td|tr|th|table|tbody|sup"
    r"|a)\b[^>]{0,600}>",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*{2,3}|__|`+")
_ITALIC = re.compile(r"(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)")
_RULE = re.compile(r"\|?[\s:|-]{3,}\|?")
_GAP = re.compile(r"\s*\t\s*|\s{3,}")
_COLUMNS_APART = re.compile(r"(?<=[^\s.!?:;])  (?=\S)")
_LEADERS = re.compile(r"(?:[._…‥·]\s?){4,}|_{2,}|…+|-{4,}")
# "Spring 2022Next review", "Date created05/2019", "Review dateSpringTerm 2028": a converter lost the space.
_GLUED = re.compile(
    r"(?:(?<=\bis)|(?<=\bby)|(?<=\bon)|(?<=\bof))(?=[A-Z][a-z])|(?<=\b(?:19|20)\d\d)(?=[A-Z][a-z])"
    r"|(?<=[a-z]{2})(?=(?:[0-3]?\d/)?[01]?\d/20\d\d\b|20\d\d\b|[0-3]?\d[./-][01]?\d[./-](?:20)?\d\d\b)"
    r"|(?<=[a-z]{2})(?=(?:Spring|Summer|Autumn|January|February|March|April|June|July|August|September|October"
    r"|November|December)\s?(?:Term\s)?20\d\d\b)|(?:(?<=Spring)|(?<=Summer)|(?<=Autumn))(?=Term\b)"
)
_SLASHED = " / "
_SPACED_DATE = re.compile(r"(?<![\d/])(\d{1,2}) / (\d{1,2}) / (\d{2,4})(?![\d/])")
# "1 7th January 2 0 2 5": a converter put a space between the figures.
_SPACED_YEAR = re.compile(r"\b(2) (0) (\d) (\d)\b")
_SPACED_DAY = re.compile(r"\b([123]) (\d ?(?:st|nd|rd|th)\b)")
_SPACE = re.compile(r"\s+")

_QUOTES = "\"'"

_SHORT = 42
_LONGEST_ROW = 120

# The foot of a web page or a blog, which has a day of its own.
WEBSITE = re.compile(
    r"©.*\b(?:web\s?site|design)\b|\bweb\s?site\s+design|^\W*posted\s+on\s.*\bby\s", re.IGNORECASE
)
BLANK = "␣"  # what stands for a dotted line to write on


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, the words as written, and the cells a reader sees."""

    number: int
    raw: str
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\t".join(self.cells)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, wrapped lines put together, with the line on which it begins."""

    text: str
    line: int


def clean(raw: str) -> str:
    """The words without the marks of Markdown and with dotted lines shown as one sign."""
    text = _SPACED_YEAR.sub(r"\1\2\3\4", _SPACED_DAY.sub(r"\1\2", raw))
    if text.startswith("#"):
        text = _CLOSING_MARK.sub("", text)
    if text.count("|") >= 2:
        text = "" if _RULE.fullmatch(text.strip()) else text.strip().strip("|").replace("|", "\t")
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    text = _GLUED.sub(" ", _ITALIC.sub("", _BOLD.sub("", _LEAD.sub("", text))))
    return _LEADERS.sub(f" {BLANK} ", text)


def read_lines(lines: tuple[str, ...]) -> list[Line]:
    front = _front_matter_ends(lines)
    slashed, spaced = _slashed_rows(lines), _spaced_rows(lines)
    return [
        Line(
            number,
            raw,
            _front_matter(raw)
            if number < front
            else _cells(_parted(raw, slashed=number in slashed, spaced=number in spaced)),
        )
        for number, raw in enumerate(lines, 1)
    ]


def _compact(raw: str) -> str:
    """ "21 / 06 / 2022" without its spaces: it is a date and no row of a table."""
    return _SPACED_DATE.sub(r"\1/\2/\3", raw)


def _slashed_rows(lines: tuple[str, ...]) -> set[int]:
    """Numbers of the lines of a table whose cells a converter parted by " / "."""
    # where cells stand apart by tabs, a stroke parts words in two languages
    worded = [
        (number, 0 if "\t" in raw else _compact(raw).count(_SLASHED))
        for number, raw in enumerate(lines, 1)
        if raw.strip()
    ]
    found: set[int] = set()
    for slashed, run in itertools.groupby(worded, key=lambda line: line[1] > 0):
        rows = list(run)
        if slashed and len(rows) > 1 and max(many for _, many in rows) > 1:
            found.update(number for number, _ in rows)
    return found


def _spaced_rows(lines: tuple[str, ...]) -> set[int]:
    """Numbers of lines one under another with the same three columns or more, two spaces between them."""
    counted = [(number, _columns(raw)) for number, raw in enumerate(lines, 1) if raw.strip()]
    found: set[int] = set()
    for many, run in itertools.groupby(counted, key=lambda line: line[1]):
        rows = list(run)
        if many > 1 and len(rows) > 1:
            found.update(number for number, _ in rows)
    return found


def _columns(raw: str) -> int:
    """Count the gaps of two spaces in a line that has no wider ones; prose has some behind a stop."""
    text = raw.strip()
    if len(text) > _LONGEST_ROW or "\t" in text:
        return 0
    return len(_COLUMNS_APART.findall(text)) + len(_GAP.findall(text))


def _parted(raw: str, *, slashed: bool, spaced: bool) -> str:
    text = _compact(raw).replace(_SLASHED, "\t") if slashed else raw
    return _COLUMNS_APART.sub("\t", text) if spaced else text


def _front_matter_ends(lines: tuple[str, ...]) -> int:
    """The number of the line that closes the YAML block at the head of a Markdown file; 0 when none."""
    if not lines or lines[0].strip() != "---":
        return 0
    return next((number for number, line in enumerate(lines[1:60], 2) if line.strip() in {"---", "..."}), 0)


def _front_matter(raw: str) -> tuple[str, ...]:
    """`review_date: 2024-09-01` read as "review date: 2024-09-01"."""
    key, colon, value = raw.partition(":")
    words = (
        f"{key.strip(' -').replace('_', ' ').replace('-', ' ')}{colon} {value.strip().strip(_QUOTES)}".strip()
    )
    return (words,) if words else ()


def _cells(raw: str) -> tuple[str, ...]:
    if not raw or raw.isspace():
        return ()
    indented = clean(raw).strip(" ")
    tabbed = "\t" in indented
    parts = indented.split("\t") if tabbed else [indented]
    cells: list[str] = []
    for part in parts:
        cells += [_SPACE.sub(" ", piece).strip() for piece in _GAP.split(part.strip())]
    return tuple(cells) if any(cells) else ()


_SENTENCE_END = re.compile(
    r"(?<=[.!?])(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)(?<!\bRev\.)(?<!\bRevd\.)(?<!\bCllr\.)(?<!\bProf\.)(?<!\bFr\.)(?<!\bSt\.)(?<!\b[A-Z]\.)"
    r"\s+(?=[A-Z“\"'‘(])"
)
BULLET = re.compile(r"\s*(?:[-–*]\s|[•·▪◦‣➢✓❖○●■□◼\uf0b7\uf0a7\uf0d8]|o\s+[A-Z])")
_ITEM = re.compile(
    r"\s*(?:[-*•·▪◦➢o\uf0b7]|\(?[a-z\d]{1,3}[.)](?!\s+(?:months?|years?)\b)|\d+(?:\.\d+)+\*{0,2})\s"
)

# "Manager: Jo Bell", with another such row below.
_NUMBERED_HEADING = re.compile(r"\d{1,2}\s+[A-Z][^.;:,]{2,50}")
_ROW = re.compile(r"[A-Z][^.:;?!]{1,45}:\s+\S")


def sentences(lines: list[Line]) -> Iterator[Sentence]:
    """Sentences in reading order. A blank line, a list item or a table row begins a new one."""
    gathered: list[Line] = []
    for line in lines:
        if gathered and (_stands_alone(line) or _ends(gathered[-1], line)):
            yield from _split(gathered)
            gathered = []
        if line.cells:
            gathered.append(line)
    yield from _split(gathered)


def _stands_alone(line: Line) -> bool:
    return len(line.cells) != 1 or _ITEM.match(line.raw) is not None


def _ends(line: Line, after: Line) -> bool:
    """A short line, or one that closes a sentence, is not continued on the next."""
    text = line.text
    if len(line.cells) > 1 or (text.endswith((".", ":", "?", "!")) and len(text) < 60):
        return True
    if _ROW.match(text) and _ROW.match(after.text):
        return True
    if text.endswith(".") and _NUMBERED_HEADING.fullmatch(after.text):
        return True
    opens = after.text[:1].islower() or (after.text[:1] == "(" and not text.endswith("."))
    return len(text) < _SHORT and not opens and text[-1:] not in ",-–("


def _split(lines: list[Line]) -> Iterator[Sentence]:
    if not lines:
        return
    starts: list[tuple[int, int]] = []
    text = ""
    for line in lines:
        text += " " if text else ""
        starts.append((len(text), line.number))
        text += line.text
    offset = 0
    for piece in _SENTENCE_END.split(text):
        place = text.index(piece, offset)
        offset = place + len(piece)
        yield Sentence(piece, max(number for start, number in starts if start <= place))
