"""A document's lines with the labels found on each, and what a label with its value is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reading.text.labels import Label, labels_on
from bot.reading.text.lines import Line

ROLES = frozenset({"head", "dsl", "deputy", "governor"})
NEAR = 4  # lines in which a label's value stands under it
LONGEST_HEAD = 45


@dataclass(frozen=True, slots=True)
class Stated:
    """A label, the words that answer it, and the line where the value stands."""

    group: str
    label: str
    value: str
    line: int
    quote: str
    strong: bool
    label_line: int
    row: bool = False


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """A document's lines with the labels found on each."""

    lines: list[Line]
    labels: dict[int, list[Label]]

    @classmethod
    def of(cls, lines: list[Line]) -> LabelledLines:
        found = {line.number: labels_on(line) for line in lines}
        return cls(lines, {number: labels for number, labels in found.items() if labels})


def of_this_document(pairs: list[Stated]) -> list[Stated]:
    """Leave out a table of other policies, each row with a title and when it was adopted."""
    titled = [pair for pair in pairs if pair.group == "title" and pair.row]
    if len({pair.value for pair in titled}) < 2:
        return pairs
    others = {pair.line for pair in titled}
    return [pair for pair in pairs if not (pair.row and pair.line in others)]
