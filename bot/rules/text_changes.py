"""What changed between two texts, as a person reads it: paragraph by paragraph, and word by word inside.

Nothing is left out: the words that stayed and those taken away are the old text's, in order; the words that
stayed and those added are the new text's. Marks that only stood for a shape (#, bullets, **) are no words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby, takewhile
from operator import eq

# A line that begins with one of these begins a passage of its own.
STARTS = re.compile(r"^(?:[-*+•·▪◦●○–]\s|#{1,6}\s|\||\(?(?:\d{1,2}(?:\.\d{1,2})*|[a-z]|[ivx]{1,4})[.)]\s)")
SHAPE = re.compile(r"^(?:[-*+•·▪◦●○–]|#{1,6}|\|)\s*")
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")
WORD = re.compile(r"\S+")
# Lines this long were only wrapped; a shorter one ends its passage (a heading, an address).
WRAPPED_FROM = 45
# A passage without a break for longer than this is cut at its sentences, and then anywhere.
MAX_PASSAGE_WORDS = 120
# Two passages are one that changed when they share this much of their words.
SIMILAR = 0.5
# So many pairs are compared; a text rewritten beyond that is shown as taken away and added.
MAX_PAIRS = 20_000
# What comparing one text may cost, in comparisons of words or passages: about a second, more than ten times
# what a long policy needs when half of it is rewritten. A file made to cost more would hold up the pages.
MAX_COST = 30_000_000


class ChangeKind(StrEnum):
    """What became of a passage, or of some words in one."""

    SAME = "same"
    ADDED = "added"
    TAKEN = "taken"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row, of one sort; never CHANGED."""

    sort: ChangeKind
    words: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, heading, list item or row. Only a CHANGED one has pieces of several sorts."""

    sort: ChangeKind
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> tuple[Piece, ...]:
        """Return the passage as it was."""
        return tuple(one for one in self.pieces if one.sort is not ChangeKind.ADDED)

    @property
    def after(self) -> tuple[Piece, ...]:
        """Return the passage as it is now."""
        return tuple(one for one in self.pieces if one.sort is not ChangeKind.TAKEN)


@dataclass(frozen=True, slots=True)
class TextChanges:
    """Two texts compared: every passage of both, in the order of reading."""

    passages: tuple[Passage, ...]

    def count(self, sort: ChangeKind) -> int:
        """Count the passages of one sort."""
        return sum(one.sort is sort for one in self.passages)

    @property
    def any(self) -> bool:
        """Return whether a single word is different."""
        return any(one.sort is not ChangeKind.SAME for one in self.passages)

    def runs(self) -> tuple[tuple[bool, tuple[Passage, ...]], ...]:
        """Gather passages into runs that stayed the same (True) and runs that did not (False)."""
        grouped = groupby(self.passages, key=lambda one: one.sort is ChangeKind.SAME)
        return tuple((same, tuple(some)) for same, some in grouped)

    def sentence(self) -> str:
        """Return in words how much changed: "3 paragraphs changed, 1 added, 2 taken out"."""
        words = {ChangeKind.CHANGED: "changed", ChangeKind.ADDED: "added", ChangeKind.TAKEN: "taken out"}
        counts = [(number, word) for sort, word in words.items() if (number := self.count(sort))]
        if not counts:
            return "No words changed"
        (first, what), *rest = counts
        said = f"{first} paragraph{'' if first == 1 else 's'} {what}"
        return ", ".join([said, *(f"{number} {word}" for number, word in rest)])


def compare(old: str, new: str) -> TextChanges:
    """Compare two texts. Where that would cost more than `MAX_COST`, the rest is compared in larger parts."""
    before, after = passages(old), passages(new)
    found: list[Passage] = []
    budget = _Budget()
    for is_same, (a, b, c, d) in _sections(before, after, budget):
        if is_same:
            found.extend(_whole(ChangeKind.SAME, after[c:d]))
        else:
            found.extend(_replaced(before[a:b], after[c:d], budget))
    return TextChanges(tuple(found))


class _Budget:
    """What comparing one text may still cost."""

    def __init__(self) -> None:
        self._left = MAX_COST

    def takes(self, cost: int) -> bool:
        """Spend a cost; return whether there was enough for it."""
        if cost > self._left:
            return False
        self._left -= cost
        return True


Section = tuple[bool, tuple[int, int, int, int]]


def _sections(before: Sequence[str], after: Sequence[str], budget: _Budget) -> Iterator[Section]:
    """Cut two sequences into what is the same in both and what is not, as `SequenceMatcher` does.

    Beyond the budget only what stands once in each, and what both begin and end with, is found again.
    """
    if budget.takes(_matching_costs(before, after)):
        matcher = SequenceMatcher(None, before, after, autojunk=False)
        for tag, *where in matcher.get_opcodes():
            yield tag == "equal", (where[0], where[1], where[2], where[3])
        return
    a = c = 0
    for left, right in [*_once_in_both(before, after), (len(before), len(after))]:
        yield from _ends_cut_off(before, after, (a, left, c, right))
        if left < len(before):
            yield True, (left, left + 1, right, right + 1)
        a, c = left + 1, right + 1


def _matching_costs(before: Sequence[str], after: Sequence[str]) -> int:
    """Return the most that `SequenceMatcher` does: each longest match looks at every pair that is equal."""
    numbers, others = Counter(before), Counter(after)
    equal = sum(number * others[one] for one, number in numbers.items())
    return min(len(before), len(after)) * (len(before) + equal)


def _once_in_both(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Return where passages stand that both have once: the longest row of them in the same order."""
    numbers, others = Counter(before), Counter(after)
    there = {one: at for at, one in enumerate(after) if others[one] == 1}
    pairs = [(at, there[one]) for at, one in enumerate(before) if numbers[one] == 1 and one in there]
    ends: list[int] = []
    last: list[int] = []
    came_from: list[int] = []
    for number, (_, right) in enumerate(pairs):
        length = bisect_left(ends, right)
        came_from.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [right]
        last[length : length + 1] = [number]
    row, number = [], last[-1] if last else -1
    while number >= 0:
        row.append(pairs[number])
        number = came_from[number]
    return row[::-1]


def _ends_cut_off(
    before: Sequence[str], after: Sequence[str], within: tuple[int, int, int, int]
) -> Iterator[Section]:
    a, b, c, d = within
    begins = sum(1 for _ in takewhile(bool, map(eq, before[a:b], after[c:d])))
    yield True, (a, a + begins, c, c + begins)
    a, c = a + begins, c + begins
    same = sum(1 for _ in takewhile(bool, map(eq, before[a:b][::-1], after[c:d][::-1])))
    yield False, (a, b - same, c, d - same)
    yield True, (b - same, b, d - same, d)


def passages(text: str) -> list[str]:
    """Cut a text into passages: words with one space between them, no marks of shape."""
    lines = (line.strip() for line in text.replace("\f", "\n\n").splitlines())
    return [piece for passage in _joined(lines) for piece in _cut(_bare(passage)) if piece]


def _joined(lines: Iterable[str]) -> Iterator[str]:
    passage, last = "", ""
    for line in lines:
        if passage and (not line or len(last) < WRAPPED_FROM or STARTS.match(line)):
            yield passage
            passage = ""
        passage = f"{passage} {line}" if passage else line
        last = line
    yield passage


def _bare(passage: str) -> str:
    bare = SHAPE.sub("", passage.replace("**", "")).replace("|", " ")
    return " ".join(WORD.findall(bare))


def _cut(passage: str) -> Iterator[str]:
    """Cut a passage that goes on for too long at its sentences; each piece is compared by itself."""
    if passage.count(" ") < MAX_PASSAGE_WORDS:
        yield passage
        return
    for sentence in SENTENCE_ENDS.split(passage):
        words = sentence.split(" ")
        for start in range(0, len(words), MAX_PASSAGE_WORDS):
            yield " ".join(words[start : start + MAX_PASSAGE_WORDS])


def _replaced(before: Sequence[str], after: Sequence[str], budget: _Budget) -> Iterator[Passage]:
    """Show what stood here and what stands here now: passages that are still similar, side by side."""
    a = b = 0
    for left, right in [*_pairs(before, after, budget), (len(before), len(after))]:
        yield from _whole(ChangeKind.TAKEN, before[a:left])
        yield from _whole(ChangeKind.ADDED, after[b:right])
        if left < len(before):
            yield Passage(ChangeKind.CHANGED, tuple(_words(before[left], after[right], budget)))
        a, b = left + 1, right + 1


def _pairs(before: Sequence[str], after: Sequence[str], budget: _Budget) -> list[tuple[int, int]]:
    """Pair passages that are similar, in order, so that as much as possible is shared."""
    if not before or not after or len(before) * len(after) > MAX_PAIRS:
        return []
    words = [sum(one.count(" ") + 1 for one in some) for some in (before, after)]
    if not budget.takes(len(after) * words[0] + len(before) * words[1]):
        return []
    left, right = [Counter(one.split(" ")) for one in before], [Counter(one.split(" ")) for one in after]
    similarity = [[_similarity(one, other) for other in right] for one in left]
    best = _best_from(similarity)
    pairs, a, b = [], 0, 0
    while a < len(before) and b < len(after):
        if similarity[a][b] >= SIMILAR and best[a][b] == similarity[a][b] + best[a + 1][b + 1]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif best[a][b] == best[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs


def _best_from(similarity: list[list[float]]) -> list[list[float]]:
    """Work out, from the end, how much can be shared by pairing what is left."""
    rows, columns = len(similarity), len(similarity[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for a in range(rows - 1, -1, -1):
        for b in range(columns - 1, -1, -1):
            paired = similarity[a][b] + best[a + 1][b + 1] if similarity[a][b] >= SIMILAR else 0.0
            best[a][b] = max(paired, best[a + 1][b], best[a][b + 1])
    return best


def _similarity(one: Counter[str], other: Counter[str]) -> float:
    shared = sum((one & other).values())
    return 2 * shared / (one.total() + other.total())


def _words(old: str, new: str, budget: _Budget) -> Iterator[Piece]:
    before, after = old.split(" "), new.split(" ")
    for is_same, (a, b, c, d) in _sections(before, after, budget):
        kept = ((ChangeKind.SAME, after[c:d]),)
        changed = ((ChangeKind.TAKEN, before[a:b]), (ChangeKind.ADDED, after[c:d]))
        for kind, words in kept if is_same else changed:
            if words:
                yield Piece(kind, " ".join(words))


def _whole(sort: ChangeKind, some: Iterable[str]) -> Iterator[Passage]:
    return (Passage(sort, (Piece(sort, words),)) for words in some)
