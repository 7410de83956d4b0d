"""Pairs of label and value as the document lays them out: one line, two lines, cells, columns, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.labels import Label, labels_on
from bot.reading.lines import BLANK, Line

_NEAR = 4
_LONGEST_VALUE = 160
_LONGEST_HEAD = 45
_ROLES = frozenset({"head", "dsl", "deputy", "governor"})
_ANSWERED_BY_ROLES = frozenset({"owner", "approve_by", "review_by"})


_DEEDS = (
    (re.compile(r"\bapproved|\bratified|\badopted|\bagreed", re.IGNORECASE), "approve"),
    (re.compile(r"\breview\w*|\bupdate\w*|\brevis\w*|\bamend\w*|\brefresh", re.IGNORECASE), "last"),
    (
        re.compile(
            r"\bcreated|\bfirst\b|\binitial|\bwritten|\bnew policy|\bdraft|\boriginal|\bissued", re.IGNORECASE
        ),
        "written",
    ),
)


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
class Sheet:
    """A document's lines with the labels found on each."""

    lines: list[Line]
    labels: dict[int, list[Label]]

    @classmethod
    def of(cls, lines: list[Line]) -> Sheet:
        found = {line.number: labels_on(line) for line in lines}
        return cls(lines, {number: labels for number, labels in found.items() if labels})


def stated(sheet: Sheet) -> list[Stated]:
    """Every label that has a value, in reading order."""
    columns, taken = _columns(sheet)
    blocks, blocked = _blocks(sheet, taken)
    found = [*columns, *blocks]
    for number, labels in sheet.labels.items():
        if number in taken:
            continue
        for place, label in enumerate(labels):
            if not label.blank:
                found.append(_beside(sheet, label))
            elif label.group in _ANSWERED_BY_ROLES and place + 1 < len(labels):
                found.append(_answered_by_role(sheet, label, labels[place + 1]))
            elif number not in blocked and place == len(labels) - 1:
                found += _below(sheet, label)
    return sorted(found, key=lambda item: item.label_line)


def _beside(sheet: Sheet, label: Label) -> Stated:
    line = sheet.lines[label.line - 1]
    quote = _quote(line.raw, label.words, label.value)
    return Stated(label.group, label.words, label.value, label.line, quote, label.strong, label.line)


def _answered_by_role(sheet: Sheet, label: Label, role: Label) -> Stated:
    """ "Lead responsibility: Headteacher: Ms Smith": the role and the name together are the answer."""
    line = sheet.lines[label.line - 1]
    value = f"{role.words} {role.value}".strip()
    quote = _quote(line.raw, label.words, role.value or role.words)
    return Stated(label.group, label.words, value, label.line, quote, label.strong, label.line)


def _quote(raw: str, words: str, value: str) -> str:
    """The exact words from the label to the value's end, with the emphasis marks around them."""
    start = raw.find(words)
    last = value.split(BLANK, maxsplit=1)[0].strip()
    tail = last.split("\t")[-1].split(" ")[-1] if last else ""
    end = raw.rfind(tail) + len(tail) if tail else -1
    if start < 0 or end <= start:
        return raw.strip()
    while start and raw[start - 1] in "*_":
        start -= 1
    while end < len(raw) and raw[end] in "*_":
        end += 1
    return raw[start:end].strip()


def _below(sheet: Sheet, label: Label) -> Iterator[Stated]:
    """A label alone on its line: the value stands on the next line that has words."""
    if not (label.strong or label.start == 0):
        return
    for line in sheet.lines[label.line : label.line + _NEAR]:
        if not line.cells:
            continue
        others = sheet.labels.get(line.number, [])
        named = len(others) == 1 and others[0].group == "stop" and others[0].words.lower() == "name"
        if len(line.text) <= _LONGEST_VALUE and (not others or others[0].start > 0 or named):
            value = others[0].value if named else line.text
            yield Stated(
                label.group, label.words, value, line.number, line.raw.strip(), label.strong, label.line
            )
        return


def _columns(sheet: Sheet) -> tuple[list[Stated], set[int]]:
    """Tables whose first row names the columns: version histories, approval tables."""
    found: list[Stated] = []
    taken: set[int] = set()
    for number, labels in sheet.labels.items():
        head = sheet.lines[number - 1]
        if len(head.cells) < 2 or not _is_header(head, labels):
            continue
        rows = list(_rows(sheet, head))
        if not rows:
            continue
        taken.add(number)
        for row in rows:
            taken.add(row.number)
            found += _row(head, labels, row)
    return found, taken


def _is_header(line: Line, labels: list[Label]) -> bool:
    """Short cells without figures, at least half of them labels and nothing else."""
    if any(len(cell) > _LONGEST_HEAD or any(map(str.isdigit, cell)) for cell in line.cells):
        return False
    covered = [label for label in labels if _covers(line, label)]
    if len(line.cells) == 2 and any(label.group in _ROLES for label in covered):
        return False  # "Policy owner | Headteacher" is a label and its answer
    return len(covered) >= max(2, len(line.cells) / 2)


def _covers(line: Line, label: Label) -> bool:
    return len(line.cells[_cell_index(line, label.start)]) - len(label.words) <= 3


def _cell_index(line: Line, start: int) -> int:
    return line.text.count("\t", 0, start)


def _rows(sheet: Sheet, head: Line) -> Iterator[Line]:
    for line in sheet.lines[head.number :]:
        if not line.cells:
            if len(line.raw.strip()) > 2:  # the rule under a Markdown table's head
                continue
            return
        labels = sheet.labels.get(line.number, [])
        if len(line.cells) != len(head.cells) or (labels and labels[0].start == 0 and labels[0].strong):
            return
        yield line


def _row(head: Line, labels: list[Label], row: Line) -> Iterator[Stated]:
    """A cell under each label. A bare "Date" is what the row's other words say was done that day."""
    for label in labels:
        value = row.cells[_cell_index(head, label.start)]
        group = label.group
        words = label.words
        if group == "date":
            group, words = _done_in(row.text)
        if value:
            yield Stated(group, words, value, row.number, value, True, row.number, row=True)


def _done_in(words: str) -> tuple[str, str]:
    for pattern, group in _DEEDS:
        found = pattern.search(words)
        if found:
            return group, found.group()
    return "history", "version of"


def _blocks(sheet: Sheet, taken: set[int]) -> tuple[list[Stated], set[int]]:
    """Labels one under another and then their values one under another, as some converters print a table."""
    found: list[Stated] = []
    blocked: set[int] = set()
    worded = [line for line in sheet.lines if line.cells]
    place = 0
    while place < len(worded):
        run = _run_of_labels(sheet, worded, place, taken)
        if len(run) >= 2:
            values = worded[place + len(run) : place + 2 * len(run)]
            if len(values) == len(run) and all(_is_value(sheet, line) for line in values):
                for label, line in zip(run, values, strict=True):
                    blocked.add(label.line)
                    found.append(
                        Stated(
                            label.group,
                            label.words,
                            line.text,
                            line.number,
                            line.raw.strip(),
                            True,
                            label.line,
                        )
                    )
        place += max(len(run), 1)
    return found, blocked


def _run_of_labels(sheet: Sheet, worded: list[Line], place: int, taken: set[int]) -> list[Label]:
    run: list[Label] = []
    for line in worded[place:]:
        labels = sheet.labels.get(line.number, [])
        alone = len(labels) == 1 and labels[0].blank and labels[0].start == 0 and line.number not in taken
        if not alone:
            break
        run.append(labels[0])
    return run


def _is_value(sheet: Sheet, line: Line) -> bool:
    return len(line.text) < 60 and line.number not in sheet.labels
