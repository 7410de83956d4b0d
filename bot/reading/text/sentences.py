"""Which words form one sentence: wrapped lines joined, list items kept apart, each word's line remembered."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from bot.reading.text.labels import control_label, heads_history
from bot.reading.text.wording import wording

_ITEM = re.compile(
    r"\s*(?:>\s*)?(?:[-*+•·▪◦‣➢✓❖○●♦■□◼–—\uf0b7\uf0a7\uf0d8\uf0fc]+|o(?=\s+\S)|\.(?=\s)"
    # A line that begins with "5 working days" goes on with the one above.
    r"|(?:(?!\d{1,2}\s+(?:clear |working |school |calendar |consecutive |full |more )*(?:minutes?|hours?|hrs|days?|weeks?|months?|years?|terms?|metres?)\b)"
    r"\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-z]{1,2}[.)]|\(?[ivx]{1,4}[.)])(?=[\s*]))[\s*]+"
)
_MARKS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|`+|!?\[(?=[^\]]*\]\()|\]\([^)]*\)")
_HEADING = re.compile(r"\s*#")
_END = re.compile(r"[.!?][\"”'’)]*\s+(?=[A-Z“\"‘'(\[]|\d{1,2}\.\d{1,2}\s+[A-Z])|;\s+|\t+")
_NOT_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|eg|ie|Mr|Mrs|Ms|Dr|St|No|para|Rev|Revd|Cllr|Prof|Fr|Hon|Asst|cf|inc)|\b[A-Z])\.\s+$"
)
_CLOSED = tuple(".:;!?")
_COLUMN_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_FEWEST_ROWS = 3
_REPEATED = 3
_WRAPPED = 140
# What share of the usual length a line has that was wrapped: behind a stop; behind a colon, where a list may begin.
_NEARLY, _FULL = 0.6, 0.85
_HEADING_WORDS = 8
_CELL_WORDS = 8
_TITLE_WORDS = 5
_PAIR_WORDS = 12
# A cell of a calendar of checks, or of a table of what to do: how often, or by when.
_TIME = re.compile(
    r"(?:(?:at least|normally|usually|on|by|in) )?(?:(?:half[- ]?)?(?:daily|weekly|fortnightly|monthly"
    r"|termly|quarterly|yearly|annual(?:ly)?|ongoing|immediately|at once|straight ?away|same (?:working "
    r"|school )?day)\b|(?:each|every|once|twice|after|before|within|by|start of|end of) |(?:january|february"
    r"|march|april|may|june|july|august|september|october|november|december|autumn|spring|summer)\b)",
    re.IGNORECASE,
)
# "Lost your key?" is said for "if you have lost your key"; "What is a key?" asks.
_ASKS = re.compile(
    r"(?:who|whom|whose|what|why|when|where|which|how|is|are|was|do|does|did|can|could|may|should|would|will|have|has)\b",
    re.IGNORECASE,
)
_CONDITION_WORDS = 10
# A column that says when, or by whom: each row under it is someone's duty.
_ASSIGNS = re.compile(
    r"(?:when|where and when|how often|frequency|by when|deleted|destroyed|kept (?:for|until)|by whom|owner"
    r"|who (?:checks|runs|does|is responsible|by)|(?:run|checked|done) by|responsible)\b",
    re.IGNORECASE,
)
# A column that says what follows: its cells are duties, each headed by the first of its row.
_FOLLOWS = re.compile(
    r"(?:(?:typical|usual|expected|likely|our|school|immediate|first|staff) )*(?:responses?|actions?|next steps?|what (?:we|to|you|happens|staff|the school|is done)"
    r"|then|report(?:ed)? to|tell|who to tell|duty|duties|responsibilities)\b",
    re.IGNORECASE,
)
_COLUMN_WORDS = 5
_INCLUDES = re.compile(r"(?:this|these|which|it) (?:will |may |should )?includes?\b", re.IGNORECASE)
_UNMARKED = "unmarked"
# How the items of a list begin, where a converter lost their bullets: "Checking", "to check", "Check".
_SMALL = re.compile(r"[a-z]")
_FORMS = (
    re.compile(r"(?:not |never )?(?:\w+ly )?\w{2,}ing\b", re.IGNORECASE),
    _SMALL,
    wording("^<act>"),
)
# A row of a table in Markdown, and the rule under its head.
_PIPED = re.compile(r"\s*\|.*\|\s*")
_AT_STROKES = re.compile(r"^\s*\||\|\s*$| +(?=\|)")
_RULED = re.compile(r"\s*\|[\s|:-]*-[\s|:-]*\|\s*")
_PAGE_NUMBER = re.compile(r"\s*(?:page )?\d{1,3}\s*", re.IGNORECASE)
# "Manager – Reports accidents": a list of who does what.
_POST_DASH = re.compile(r"(?P<post>[A-Z]\w+)[^–.;:]{0,60} [–-] ")
_PART = re.compile(r"(?:appendix|annex|section|part|schedule)\b", re.IGNORECASE)


# Two words at least, each with a capital, or a group of people: "Site Manager", "Class teachers and support staff".
_A_POST = re.compile(
    r"(?:(?:The )?[A-Z][\w'’/&-]*(?: (?:of|and|for|the|&|[A-Z(][\w'’/&)-]*)){0,5} "
    r"\(?(?:[Tt]eachers?|[Mm]anagers?|[Ll]eaders?|[Ll]eads?|[Cc]o-?ordinators?|[Oo]fficers?|[Gg]overnors|[Ss]taff|[Aa]ssistants?|[Ss]ecretary|[Tt]reasurer"
    r"|[Cc]hair(?:person)?|[Cc]lerk|[Cc]ommittee|[Tt]eam|[Bb]oard|[Bb]ody|[Tt]rustees|[Cc]aretaker|[Tt]echnician|[Pp]rincipal|[Cc]arers|[Tt]utors?|[Ww]ardens?|[Mm]arshals?|[Nn]urse|[Ss]ENDCo)"
    r"(?: \([A-Z][\w' ]{2,30}\))?|Pupils|Parents|Staff|Governors|Teachers|Trustees|Volunteers|Learners|Children|Students|Headteacher)(?: and [a-z]+(?: [a-z]+)?)?:?"
)
_OPEN_END = re.compile(
    r"(?:,|\b(?:the|a|an|and|or|of|to|by|with|for|from|their|our|its|as|in|at|on|all|any|each|Child|Data|Health))$"
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words without marks of layout. `places` says, for each letter, its line and its column.

    `lead` introduces the list that an item is of, or heads the row that a cell is of; `heading` is the section's.
    `row`: a table's whole row, one of whose cells says how often, by when or by whom; `columns` heads its table.
    """

    words: str
    places: tuple[tuple[int, int], ...]
    lead: str
    item: bool
    block: int
    heading: str = ""
    row: bool = False
    columns: str = ""

    def after(self, start: int, end: int | None = None) -> Sentence:
        """The rest of the sentence from `start`, or its part up to `end`."""
        return replace(self, words=self.words[start:end], places=self.places[start:end])


@dataclass(slots=True)
class _Block:
    """Lines being put together: one paragraph or one list item."""

    words: str
    places: list[tuple[int, int]]
    item: bool
    shape: str
    titled: bool = False

    def add(self, words: str, places: list[tuple[int, int]]) -> None:
        self.words += " " + words
        self.places += [places[0], *places]


@dataclass(slots=True)
class _Lists:
    """Where the reading stands among lists: what opens the present one, and those around it.

    `lead` opens it, in a block of the shape `introduced_by`; its items have the shape `listed`.
    """

    lead: str = ""
    introduced_by: str = ""
    listed: str = ""
    outer: list[tuple[str, str, str]] = field(default_factory=list)

    def reach(self, block: _Block) -> None:
        """End a list with its last item, or where the one that introduced it has a next of its own kind."""
        self.listed = self.listed or block.shape
        if not block.item or ("9" in block.shape and "9" not in self.listed):
            self.lead, self.introduced_by, self.outer = "", "", []
        elif block.shape == self.introduced_by and not self._goes_on_within(block):
            self.lead, self.introduced_by, self.listed = (
                self.outer.pop() if self.outer else ("", "", self.listed)
            )

    def _goes_on_within(self, block: _Block) -> bool:
        """ "- Keep a record stating:" goes on with "- the time;", in a list of the same bullets."""
        return bool(self.outer) and self.lead[:1].isupper() and block.words[:1].islower()

    def open(self, block: _Block, last: str, earlier: str) -> None:
        """Begin a list; what opened the one around it comes back behind it."""
        if self.lead and block.item:
            self.outer.append((self.lead, self.introduced_by, self.listed))
        self.lead, self.introduced_by, self.listed = _lead(last, earlier), block.shape, ""


def sentences(lines: tuple[str, ...]) -> Iterator[Sentence]:
    """Sentences in reading order; a list item carries the words that introduce its list."""
    lists, heading = _Lists(), ""
    columns, width, following = "", 0, frozenset[int]()
    form: re.Pattern[str] | None = None
    for number, block in enumerate(_of_today(_blocks(lines))):
        # A list whose items are marked takes no unmarked ones.
        form = None if lists.listed not in {"", _UNMARKED} else _unmarked(block, lists.lead, form)
        if form:
            block.item, block.shape = True, _UNMARKED
        heading = block.words if _heads(block) else heading
        cells = block.words.split("\t")
        if len(cells) != width:
            columns, width = block.words if _assigns(cells) else "", len(cells)
            following = _following(cells)
        if columns and columns != block.words:
            yield Sentence(
                block.words, tuple(block.places), "", True, number, heading, row=True, columns=columns
            )
            continue
        if len(cells) > 1:
            yield from _cells(block, number, heading, following)
            continue
        lists.reach(block)
        last, title, earlier = "", heading, ""
        for start, end in _spans(block.words):
            before = last if last.endswith(";") else lists.lead
            earlier = last
            last = block.words[start:end]
            yield Sentence(last, tuple(block.places[start:end]), before, block.item, number, title)
            # "Passwords. They are changed each term": the paragraph begins with a title of its own.
            if not start and last.endswith(".") and last.count(" ") < _TITLE_WORDS:
                title = last.rstrip(".")
        if _introduces(last):
            lists.open(block, last, earlier)


def _of_today(blocks: Iterable[_Block]) -> Iterator[_Block]:
    """The blocks but for tables of a document's versions, whose rows tell of the past."""
    history = False
    for block in blocks:
        cells = block.words.split("\t")
        history = len(cells) > 1 and (history or heads_history(cells))
        if not history:
            yield block


def _unmarked(block: _Block, lead: str, form: re.Pattern[str] | None) -> re.Pattern[str] | None:
    """How an item without a bullet begins, as its list does; None where the block is none.

    The first behind what introduces the list tells how all of them begin.
    """
    if block.item or block.titled or not lead.endswith((":", ":-")) or "\t" in block.words:
        return None
    return next((one for one in ((form,) if form else _FORMS) if one.match(block.words)), None)


def _heads(block: _Block) -> bool:
    """A short line that is no sentence and no item of a list (a number in front may be the section's)."""
    few = block.words.count(" ") < _HEADING_WORDS
    listed = block.item and not block.shape.strip().startswith("9")
    return (
        few
        and not listed
        and not block.words[0].islower()
        and "\t" not in block.words
        and (":" not in block.words or _PART.match(block.words) is not None)
        and not block.words.endswith((*_CLOSED, ","))
    )


def _cells(block: _Block, number: int, heading: str, following: frozenset[int]) -> Iterator[Sentence]:
    """A table's row: whole, where a cell says how often or by when; else cell by cell, headed by the first.

    A cell of a column that says what follows binds as a whole row does.
    """
    cells = block.words.split("\t")
    if len(cells) > 2 and not following and any(_TIME.match(cell) for cell in cells[1:]):
        yield Sentence(block.words, tuple(block.places), "", True, number, heading, row=True)
        return
    if len(cells) == 2 and block.words.count(" ") < _PAIR_WORDS and not block.words.endswith(_CLOSED):
        yield Sentence(block.words, tuple(block.places), "", block.item, number, heading)
        return
    lead = cells[0] if cells[0].count(" ") < _CELL_WORDS else ""
    for start, end in _spans(block.words):
        if start == end:  # nothing stands in the cell
            continue
        led = lead if start else ""
        words, places = block.words[start:end], tuple(block.places[start:end])
        follows = block.words.count("\t", 0, start) in following
        yield Sentence(words, places, led, block.item or bool(led), number, heading, row=follows)


def _following(cells: list[str]) -> frozenset[int]:
    """Which columns of the table that this row heads say what is done in each case."""
    short = all(cell.count(" ") < _COLUMN_WORDS and not cell.endswith(_CLOSED) for cell in cells)
    return frozenset(index for index, cell in enumerate(cells) if index and short and _FOLLOWS.match(cell))


def _assigns(cells: list[str]) -> bool:
    """The head of a table that says who does each thing, or when."""
    short = all(cell.count(" ") < _COLUMN_WORDS and not cell.endswith(_CLOSED) for cell in cells)
    return len(cells) > 2 and short and any(_ASSIGNS.match(cell) for cell in cells)


def _lead(last: str, earlier: str) -> str:
    """What introduces a list; before "This includes:" that is the sentence before."""
    if earlier.endswith(".") and _INCLUDES.match(last):
        return f"{earlier.removesuffix('.')}:"
    return last


def _introduces(words: str) -> bool:
    return words.endswith(
        (":", ":-", " to", " that", " will", " must", " should", " include", " includes", " for")
    )


def _blocks(lines: tuple[str, ...]) -> Iterator[_Block]:
    running = _running_lines(lines)
    width = _width(lines)
    columned = _columned(lines)
    block: _Block | None = None
    gap = False
    for number, raw in enumerate(lines, 1):
        if not raw.strip() or raw.strip() in running:
            gap = True
            continue
        if _PAGE_NUMBER.fullmatch(raw) or _RULED.fullmatch(raw):
            continue
        item = None if _HEADING.match(raw) else _ITEM.match(raw)
        words, places = _clean(raw, number, item.end() if item else 0, columned=number in columned)
        if not words:
            continue
        below = lines[number] if number < len(lines) else ""
        if block and block.item and not item and _is_post_over_items(block.words, words, below):
            yield block
            block = _Block(words, places, item=False, shape="", titled=True)
            gap = False
            continue
        if block and not item and not _HEADING.match(raw) and _goes_on(block, words, gap=gap, width=width):
            block.add(words, places)
        else:
            if block:
                yield block
            block = _Block(words, places, item is not None, _shape(raw, places) if item else "")
            block.titled = _HEADING.match(raw) is not None
        gap = False
        if _HEADING.match(raw):
            yield block
            block = None
    if block:
        yield block


def _is_post_over_items(above: str, words: str, below: str) -> bool:
    """Return whether a line among bullets names the post that those below are about: "ICT Coordinator"."""
    return (
        _ITEM.match(below) is not None
        and _A_POST.fullmatch(words) is not None
        and _OPEN_END.search(above) is None
    )


def _length_of_last(places: list[tuple[int, int]]) -> int:
    """Count the letters of the last line, from behind: a block may have as many lines as a document."""
    last = places[-1][0]
    return sum(1 for _ in itertools.takewhile(lambda place: place[0] == last, reversed(places)))


def _shape(raw: str, places: list[tuple[int, int]]) -> str:
    """What stands before an item's words, with every number and letter alike: "- 8.3.5 " is "- 9.9.9 "."""
    return re.sub(r"[A-Za-z]", "a", re.sub(r"\d+", "9", raw[: places[0][1]]))


def _running_lines(lines: tuple[str, ...]) -> frozenset[str]:
    """Lines a page repeats, such as a motto or the school's name: they interrupt sentences."""
    seen = Counter(line.strip() for line in lines)
    return frozenset(line for line, times in seen.items() if times >= _REPEATED and len(line) > 1)


def _width(lines: tuple[str, ...]) -> int:
    """How long a wrapped line may be; 0 where each paragraph is one line."""
    lengths = sorted(len(line) for line in lines if len(line) > 20)
    if not lengths:
        return 0
    usual = lengths[len(lengths) * 9 // 10]
    return usual if usual < _WRAPPED else 0


def _columned(lines: tuple[str, ...]) -> frozenset[int]:
    """Numbers of lines that stand in the same columns as a neighbour, with nothing but spaces between."""
    counted = [(number, len(_COLUMN_GAP.findall(raw))) for number, raw in enumerate(lines, 1) if raw.strip()]
    found: set[int] = set()
    for gaps, run in itertools.groupby(counted, key=lambda line: line[1]):
        rows = [number for number, _ in run]
        if gaps and len(rows) >= (_FEWEST_ROWS if gaps == 1 else 2):
            found.update(rows)
    return frozenset(found)


def _goes_on(block: _Block, words: str, *, gap: bool, width: int) -> bool:
    """Whether these words continue the block, and do not begin a new one."""
    length = _length_of_last(block.places)
    closed = block.words.endswith(_CLOSED)
    if "\t" in words or "\t" in block.words or _is_next(block.words, words):
        return False
    if words[0].isupper() and (control_label(block.words) or control_label(words)):
        return False
    if gap:
        return not closed and words[0].islower() and length > 30
    if not width:
        return not closed and words[0].islower() and length > 60
    if closed:
        full = _FULL if block.words.endswith(":") and words[0].islower() else _NEARLY
        return length > width * full and (words[0].islower() or not block.words.endswith(":"))
    return (
        words[0].islower()
        or length > width * 0.7
        or block.words.endswith((",", " the", " and", " or", " of"))
    )


def _is_next(words: str, other: str) -> bool:
    """Both begin as items of one list do, each with a capital."""
    posts = _POST_DASH.match(words), _POST_DASH.match(other)
    if posts[0] and posts[1] and posts[0]["post"] == posts[1]["post"]:
        return True
    orders = (form for form in _FORMS if form is not _SMALL)
    return other[0].isupper() and any(form.match(words) and form.match(other) for form in orders)


def _clean(raw: str, number: int, start: int, *, columned: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """The words of a line without marks or doubled spaces, and where each letter stood."""
    marks = itertools.chain(
        _MARKS.finditer(raw, start), _AT_STROKES.finditer(raw) if _PIPED.fullmatch(raw) else ()
    )
    hidden = {column for found in marks for column in range(*found.span())}
    raw = raw.replace("|", "\t") if _PIPED.fullmatch(raw) else raw
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    start = max(start, _heading_marks(raw))
    while True:
        again = _ITEM.match(raw, start) if start else None
        if not again:
            break
        start = again.end()
    for column in range(start, len(raw)):
        letter = raw[column]
        if column in hidden:
            continue
        if letter == "\t":
            pass
        elif letter.isspace():
            if not letters or letters[-1] in " \t":
                continue
            letter = "\t" if columned and _COLUMN_GAP.match(raw, column) else " "
        letters.append({"’": "'", "‘": "'"}.get(letter, letter))
        places.append((number, column))
    while letters and letters[-1].isspace():
        letters.pop()
        places.pop()
    return "".join(letters), places


def _heading_marks(raw: str) -> int:
    return len(raw) - len(raw.lstrip("# ")) if _HEADING.match(raw) else 0


def _spans(words: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(words):
        if found.group()[0] == "." and _NOT_END.search(words, max(start, found.start() - 8), found.end()):
            continue
        if found.group()[0] == "?" and _is_condition(words[start : found.start()]):
            continue
        yield start, found.end() - len(found.group()) + len(found.group().rstrip())
        start = found.end()
    if start < len(words):
        yield start, len(words)


def _is_condition(question: str) -> bool:
    return question.count(" ") < _CONDITION_WORDS and not _ASKS.match(question)
