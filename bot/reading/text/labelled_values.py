"""Pairs of label and value as the document lays them out: one line, two lines, cells, columns, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.text.dates import begins_with_date, find_dates
from bot.reading.text.labelled_lines import LONGEST_HEAD, NEAR, ROLES, LabelledLines, Stated
from bot.reading.text.labels import Label
from bot.reading.text.lines import BLANK, Line
from bot.reading.text.person_names import TITLE, has_body_word, names
from bot.reading.text.tables import blocks, columns, paragraphs

_ANSWERED_BY_DATES = frozenset({"next", "last", "approve", "review"})
_LONGEST_VALUE = 160
_GOES_ON = frozenset({"approve", "approve_by", "review_by"})
_UNFINISHED = re.compile(r"(?::|\b(?:of|by|at|the))\s*$", re.IGNORECASE)
_TITLED = re.compile(rf"{TITLE}\s")
_HELD = ROLES | {"owner"}
# A dotted line behind one of these is to be written on: what stands below it answers nothing.
_OWN_LABEL = re.compile(r"[A-Z][^:\t\d]{2,45}:\s+\S")
_WRITTEN_ON = frozenset(
    {"next", "last", "approve", "review", "date", "written", "effective", "approve_by", "review_by", "owner"}
)
_ANSWERED_BY_ROLES = frozenset({"owner", "approve_by", "review_by"})


def stated(sheet: LabelledLines) -> list[Stated]:
    """Every label that has a value, in reading order."""
    found, taken = columns(sheet)
    found += paragraphs(sheet, taken)
    under_labels, blocked = blocks(sheet, taken)
    found += under_labels
    for number, labels in sheet.labels.items():
        if number in taken:
            continue
        for place, label in enumerate(labels):
            if not label.blank:
                found.append(_beside(sheet, label))
                found += _dates_under(sheet, label)
            elif label.group in _ANSWERED_BY_ROLES and _next_is_a_role(labels, place):
                found.append(_answered_by_role(sheet, label, labels[place + 1]))
            elif number not in blocked and place == len(labels) - 1:
                titled = _answers_another(labels, place)
                below = [one for one in _below(sheet, label) if not titled or _TITLED.match(one.value)]
                found += below or ([_beside(sheet, label)] if label.group == "approve_by" else [])
    return sorted(found, key=lambda item: item.label_line)


def _dates_under(sheet: LabelledLines, label: Label) -> Iterator[Stated]:
    """ "Reviewed: June 2024, no change" and under it the later reviews, each with its date first."""
    if label.group != "last" or not label.strong or not find_dates(label.value):
        return
    for line in sheet.lines[label.line :]:
        under = begins_with_date(line.text) or (line.raw[:1] in " \t" and find_dates(line.text))
        if not line.cells or line.number in sheet.labels or not under:
            return
        yield Stated(label.group, label.words, line.text, line.number, line.raw.strip(), True, label.line)


def _next_is_a_role(labels: list[Label], place: int) -> bool:
    return place + 1 < len(labels) and labels[place + 1].group not in _ANSWERED_BY_ROLES


def _answers_another(labels: list[Label], place: int) -> bool:
    """ "Person in charge: Headteacher": the role is the answer; "Mrs Low" below it may say who that is."""
    return place > 0 and labels[place - 1].group in _ANSWERED_BY_ROLES and labels[place - 1].blank


def _beside(sheet: LabelledLines, label: Label) -> Stated:
    line = sheet.lines[label.line - 1]
    quote = _quote(line.raw, label.words, label.value)
    value = label.value
    if label.group in _GOES_ON and _UNFINISHED.search(value):
        more = _rest_of(sheet, label)
        value, quote = f"{value} {more}".strip(), f"{line.raw.strip()} {more}" if more else quote
    return Stated(label.group, label.words, value, label.line, quote, label.strong, label.line)


def _rest_of(sheet: LabelledLines, label: Label) -> str:
    """ "Ratified by Governing Body:" or "adopted at a meeting of": the next line goes on."""
    for line in sheet.lines[label.line : label.line + NEAR]:
        if line.cells:
            return line.text if line.number not in sheet.labels and len(line.text) <= LONGEST_HEAD else ""
    return ""


def _answered_by_role(sheet: LabelledLines, label: Label, role: Label) -> Stated:
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


def _below(sheet: LabelledLines, label: Label) -> Iterator[Stated]:
    """A label alone on its line: the value stands on the next line that has words."""
    if not (label.strong or label.start == 0) or (BLANK in label.value and label.group in _WRITTEN_ON):
        return
    words_before = sheet.lines[label.line - 1].text[: label.start].rsplit("\t", maxsplit=1)[-1]
    if label.group in _HELD and words_before.strip(" :–-/|"):
        return  # "Jane Smith - Headteacher" has its answer before it
    if label.group in ROLES and names(_cell_before(sheet, label)):
        return  # so has the last cell of a signature: "J Smith | Headteacher"
    for line in sheet.lines[label.line : label.line + NEAR]:
        if not line.cells:
            continue
        others = sheet.labels.get(line.number, [])
        named = len(others) == 1 and others[0].group == "stop" and others[0].words.lower() == "name"
        if not named and _answers_itself(line):
            return
        if len(line.text) <= _LONGEST_VALUE and (not others or others[0].start > 0 or named):
            value = others[0].value if named else _up_to_a_date(sheet, label, line)
            yield Stated(
                label.group, label.words, value, line.number, line.raw.strip(), label.strong, label.line
            )
        elif label.group in ROLES:
            yield from _signed_above(sheet, label)
        return


def _answers_itself(line: Line) -> bool:
    """ "Shared with staff: 4 May 2024" is a label of its own with its answer, though one we do not know."""
    own = _OWN_LABEL.match(line.text)
    return own is not None and not has_body_word(own.group()) and not names(own.group())


def _cell_before(sheet: LabelledLines, label: Label) -> str:
    return "\t".join(sheet.lines[label.line - 1].text[: label.start].split("\t")[-2:-1])


def _up_to_a_date(sheet: LabelledLines, label: Label, first: Line) -> str:
    """ "Date approved", below it the committee, and below that the day: together they answer."""
    words = [first.text]
    if label.group not in _ANSWERED_BY_DATES or find_dates(first.text) or not has_body_word(first.text):
        return first.text
    for line in sheet.lines[first.number : first.number + NEAR]:
        if not line.cells:
            continue
        if line.number in sheet.labels or len(line.text) > LONGEST_HEAD:
            break
        words.append(line.text)
    joined = " ".join(words)
    return joined if find_dates(joined) else first.text


def _signed_above(sheet: LabelledLines, label: Label) -> Iterator[Stated]:
    """A signature: the name stands above the role, and under the role begins something else."""
    if sheet.lines[label.line - 1].text != label.words:
        return
    above = [line for line in sheet.lines[max(0, label.line - 1 - NEAR) : label.line - 1] if line.cells]
    if above and len(above[-1].text) < LONGEST_HEAD and above[-1].number not in sheet.labels:
        line = above[-1]
        yield Stated(label.group, label.words, line.text, line.number, line.raw.strip(), True, label.line)
