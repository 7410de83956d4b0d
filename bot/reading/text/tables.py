"""Labels and values that stand apart: the columns of a table, a block of labels over a block of values.

Table rows wrapped over several printed lines put back together: the label's rest, the value's rest.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import partial

from bot.reading.header.self_reference import DEEDS
from bot.reading.text.dates import begins_with_date, find_dates
from bot.reading.text.labelled_lines import LONGEST_HEAD, NEAR, ROLES, LabelledLines, Stated
from bot.reading.text.labels import BODY, LABEL, Label, labels_on
from bot.reading.text.lines import BLANK, Line
from bot.reading.text.person_names import has_body_word, names

_LONGEST_ANSWER = 60
_LEAST_CELLS = 2
_LEAST_LINES = 3
_BY_THEM = re.compile(r"\b\w+(?:ed|off)\s+by\s+", re.IGNORECASE)
_VERSION = re.compile(r"(?:v|ver|version|issue)?\.?\s?\d{1,2}(?:\.\d{1,2})*", re.IGNORECASE)
_MOST_LINES = 14
_YEAR = re.compile(r"(?:19|20)\d\d\b(?=\s*[:–\t-]|\s+[a-z])")
_HISTORY = re.compile(
    r"(?:\d[\d.]*\s+)?(?:(?:policy|document|our|the)\s+)?(?:(?:change|amendment|version|revision|document|review|policy|update)s?"
    r"\s+(?:log|history|record|control|sheet)|(?:log|record|history|list|summary)\s+of\s+(?:the\s+)?(?:changes|amendments"
    r"|revisions|updates|reviews|versions)|amendments|revisions|changes(?:\s+made)?|history|what\s+(?:has\s+)?changed|(?:dates?|when)\s+(?:\w+[’']?\w*\s+){0,4}(?:changed|updated|amended|reviewed))(?:\s+it)?"
    r"(?:\s+(?:to|of|in)\s+(?:this|the)\s+\w+)?[:.]?",
    re.IGNORECASE,
)
_DATES_OF_AN_ACT = frozenset({"date", "approve", "last", "written"})
_ASKS_FOR_A_DATE = frozenset({"next", "last", "approve", "written", "effective", "review", "date"})
# "Name | Certificate | Expires": the dates are those of people's papers.
_OF_PEOPLE = re.compile(
    r"\b(?:certificat\w+|courses?|training|qualifications?|first\s?aiders?|DBS|insur\w+)\b", re.IGNORECASE
)
_SMALL_WORD = re.compile(r"[a-z][\w’'-]*\s*")
_BETWEEN_LABELS = re.compile(r"[ /|–-]*")
# "Minor change, no ratification needed"
_NOT_DONE = re.compile(
    r"\b(?:no|not|without|nor)\s+(?:\w+\s+){0,2}?(?:approv|ratif|adopt|agree)\w*", re.IGNORECASE
)
_BY = {"approve_by": "approve", "review_by": "last"}
_WHOM = re.compile(r"by(?:\s+whom)?|who", re.IGNORECASE)
_BY_WHOM = re.compile(rf"\s+(?:the\s+)?(?:full\s+|local\s+)?{BODY}", re.IGNORECASE)
# A row of a table tells a deed by a noun too: "Annual review", "Initial draft".
_DEED_NOUNS = {
    "last": re.compile(
        r"\breview\w*|\bupdate\w*|\brevis\w*|\bamend\w*|\brefresh|\bchanges to\b", re.IGNORECASE
    ),
    "written": re.compile(r"\binitial|\bnew policy|\bdraft|\boriginal|\bfirst\b(?! aid)", re.IGNORECASE),
}


def columns(sheet: LabelledLines) -> tuple[list[Stated], set[int]]:
    """Tables whose first row names the columns: version histories, approval tables."""
    found, taken = _rows_of_dates(sheet)
    found += _log_without_head(sheet, taken)
    found += _under_history(sheet, taken)
    for number, labels in sheet.labels.items():
        head = sheet.lines[number - 1]
        if len(head.cells) < _LEAST_CELLS or not (_is_header(head, labels) or _is_diary(sheet, head, labels)):
            continue
        rows = list(_rows(sheet, head))
        if not rows or _OF_PEOPLE.search(head.text):
            continue
        taken.add(number)
        for row in rows:
            taken.add(row.number)
            found += _row(head, labels, row)
    return found, taken


def _rows_of_dates(sheet: LabelledLines) -> tuple[list[Stated], set[int]]:
    """Tables whose cells a converter ran together: a line of labels, under it rows with a date for each."""
    found: list[Stated] = []
    taken: set[int] = set()
    for number in sheet.labels:
        groups = _labels_only(sheet.lines[number - 1])
        if len(groups) < _LEAST_CELLS or number in taken:
            continue
        for row in _worded_until_gap(sheet.lines[number:]):
            dates = find_dates(row.text)
            if len(dates) != len(groups):
                continue
            taken |= {number, row.number}
            for (group, words), date in zip(groups, dates, strict=True):
                value = row.text[date.start : date.end]
                found.append(
                    Stated(group, words, value, row.number, row.raw.strip(), True, row.number, row=True)
                )
    return found, taken


def _log_without_head(sheet: LabelledLines, taken: set[int]) -> list[Stated]:
    """Rows one under another that begin with a version and its day: a change log, though nothing heads it."""
    found: list[Stated] = []
    worded = (line for line in sheet.lines if line.cells)
    for logged, run in itertools.groupby(worded, key=_logs_a_version):
        rows = list(run)
        if not logged or len(rows) < _LEAST_CELLS or any(line.number in taken for line in rows):
            continue
        if all(_done_in(row.text)[0] == "history" for row in rows):
            continue  # no row tells what was done to a document: drills, trips
        for row in rows:
            group, words = _done_in(" ".join(row.cells[2:]))
            raw = row.raw.strip()
            for kind, label, value in ((group, words, row.cells[1]), ("version", "version", row.cells[0])):
                found.append(Stated(kind, label, value, row.number, raw, True, row.number, row=True))
            by = _BY_THEM.search(row.text)
            if group == "approve" and by:
                found.append(
                    Stated("approve_by", by.group(), row.text[by.end() :], row.number, raw, True, row.number)
                )
        taken.update(row.number for row in rows)
    return found


def _under_history(sheet: LabelledLines, taken: set[int]) -> list[Stated]:
    """Lines that begin with a day under "Change log", "Amendments": what was changed that day."""
    found: list[Stated] = []
    for number, head in enumerate(sheet.lines, 1):
        if len(head.cells) != 1 or not _HISTORY.fullmatch(head.text) or number in taken:
            continue
        if any(label.group == "next" for label in sheet.labels.get(number, ())):
            continue  # "Date to be reviewed": what stands under it is still to come
        worded = (line for line in sheet.lines[number:] if line.cells)
        for line in itertools.takewhile(_begins_with_its_day, worded):
            if line.number in taken or line.number in sheet.labels:
                break
            group, words = _done_in(line.text)
            group = group if group in {"approve", "next", "written"} else "history"
            days, raw = find_dates(line.text), line.raw.strip()
            value = line.text[days[0].start : days[0].end] if days else line.text[:4]
            found.append(Stated(group, words, value, line.number, raw, True, line.number, row=True))
            taken.add(line.number)
    return found


def _begins_with_its_day(line: Line) -> bool:
    """It begins with a day, a month or a year, or with these behind the number of a version."""
    numbered = _VERSION.match(line.text)
    return _YEAR.match(line.text) is not None or any(
        begins_with_date(text) or _YEAR.match(text)
        for text in (line.text, line.text[numbered.end() :].strip(" :–-\t") if numbered else "")
    )


def _logs_a_version(line: Line) -> bool:
    return (
        len(line.cells) > _LEAST_CELLS
        and _VERSION.fullmatch(line.cells[0]) is not None
        and begins_with_date(line.cells[1])
    )


def _labels_only(line: Line) -> list[tuple[str, str]]:
    """The labels that ask for a date, if the line is nothing but labels one after another."""
    text, place = line.text, 0
    groups: list[tuple[str, str]] = []
    if len(line.cells) != 1 or any(sign.isdigit() or sign in ":." for sign in text):
        return groups
    while place < len(text):
        found = LABEL.match(text, place)
        if not found or found.end() == place:
            word = _SMALL_WORD.match(text, place) if place else None
            if word is None:
                return []
            place = word.end()  # "Signed on behalf of the nursery": the rest of a label
            continue
        group, words = str(found.lastgroup), found.group()
        if group in _ASKS_FOR_A_DATE:
            groups.append((group, words))
        place = found.end()
        named = _BY_WHOM.match(text, place)
        if named and group in _BY:
            groups.append((_BY[group], words + named.group()))  # who is named: the column has the date
        between = _BETWEEN_LABELS.match(text, named.end() if named else place)
        place = between.end() if between else len(text)
    return groups


def _worded_until_gap(lines: list[Line]) -> Iterator[Line]:
    return itertools.takewhile(lambda line: bool(line.cells), lines)


def _is_header(line: Line, labels: list[Label]) -> bool:
    """Short cells without figures, at least half of them labels and nothing else."""
    if not _names_columns(line):
        return False
    covered = [label for label in labels if _covers(line, label)]
    held = [label.group in ROLES or label.words.lower().startswith("chair") for label in covered]
    if len(line.cells) == 2 and any(held) and not (len(held) == 2 and all(held)):
        return False  # "Policy owner | Headteacher" is a label and its answer
    return len(covered) >= max(2, len(line.cells) / 2)


def _names_columns(line: Line) -> bool:
    return all(len(cell) <= LONGEST_HEAD and not any(map(str.isdigit, cell)) for cell in line.cells)


def _is_diary(sheet: LabelledLines, line: Line, labels: list[Label]) -> bool:
    """ "Date | What was changed | By whom", and under it a row that begins with a date."""
    first = labels[0]
    if (
        first.group not in {"date", "last"}
        or first.start
        or not _covers(line, first)
        or not _names_columns(line)
    ):
        return False
    row = next((line for line in sheet.lines[line.number : line.number + NEAR] if line.cells), None)
    return row is not None and begins_with_date(row.cells[0])


def _covers(line: Line, label: Label) -> bool:
    return len(line.cells[_cell_index(line, label.start)]) - len(label.words) <= 3


def _cell_index(line: Line, start: int) -> int:
    return line.text.count("\t", 0, start)


def _rows(sheet: LabelledLines, head: Line) -> Iterator[Line]:
    below = sheet.lines[head.number : head.number + 2]
    spaced = len(below) > 1 and not below[0].cells and len(below[1].cells) == len(head.cells)
    last = head.number
    for line in sheet.lines[head.number :]:
        if not line.cells:
            # the rule under a Markdown table's head, or room between the rows of a PDF
            if len(line.raw.strip()) > 2 or (spaced and line.number - last == 1):
                continue
            return
        if spaced and len(line.cells) != len(head.cells):
            return
        last = line.number
        labels = sheet.labels.get(line.number, [])
        if (
            not 0 <= len(head.cells) - len(line.cells) <= 1
            or len(line.cells) < _LEAST_CELLS
            or (labels and labels[0].start == 0 and labels[0].strong)
        ):
            return
        yield line


def _row(head: Line, labels: list[Label], row: Line) -> Iterator[Stated]:
    """A cell under each label. A bare "Date" is what the row's other words say was done that day."""
    whom = row.cells[-1] if len(row.cells) == len(head.cells) and _WHOM.fullmatch(head.cells[-1]) else ""
    if whom and _done_in(row.text)[0] == "last" and has_body_word(whom):
        yield Stated("review_by", "reviewed by", whom, row.number, whom, True, row.number)
    for label in labels:
        column = _cell_index(head, label.start)
        value = row.cells[column] if column < len(row.cells) else ""
        group = label.group
        words = label.words
        if group == "last" and not column and DEEDS["approve"].search(row.text):
            group, words = _done_in(row.text)  # of one day among those of reviews: "policy adopted"
        elif group == "date":
            group, words = _done_that_day(head, labels, row)
        elif group == "review" and any(other.group in _DATES_OF_AN_ACT for other in labels):
            group = "next"  # beside the date of each version stands when that one was to be reviewed
        if value:
            yield Stated(group, words, value, row.number, value, True, row.number, row=True)
        by = _BY_THEM.search(row.text) if group == "approve" and label.group != "approve" else None
        if by:
            yield Stated("approve_by", by.group(), row.text[by.end() :], row.number, value, True, row.number)


def _done_that_day(head: Line, labels: list[Label], row: Line) -> tuple[str, str]:
    """What a row under a bare "Date" says was done: who approved or reviewed it that day may stand beside it."""
    if _approved_in(head, labels, row):
        return "approve", "approved"
    group, words = _done_in(row.text)
    if group == "history" and any(other.group == "review_by" for other in labels):
        return "last", "reviewed"
    if group == "history" and any(other.group == "approve_by" for other in labels):
        return "approve", "approved"
    return group, words


def _approved_in(head: Line, labels: list[Label], row: Line) -> bool:
    """Return whether a row of a version history names who approved that version."""
    approvers = (_cell_index(head, label.start) for label in labels if label.group == "approve_by")
    return len(row.cells) == len(head.cells) and any(has_body_word(row.cells[column]) for column in approvers)


def _done_in(words: str) -> tuple[str, str]:
    words = _NOT_DONE.sub(" ", words)
    for group, pattern in (*DEEDS.items(), *_DEED_NOUNS.items()):
        found = pattern.search(words)
        if found:
            return group, found.group()
    return "history", "version of"


def blocks(sheet: LabelledLines, taken: set[int]) -> tuple[list[Stated], set[int]]:
    """Labels one under another and then their values one under another, as some converters print a table."""
    found: list[Stated] = []
    blocked: set[int] = set()
    worded = [line for line in sheet.lines if line.cells]
    place = 0
    while place < len(worded):
        run = _run_of_labels(sheet, worded, place, taken)
        if len(run) >= 2:
            values = worded[place + len(run) : place + 2 * len(run)]
            if len(values) == len(run) and all(map(partial(_answers, sheet), run, values)):
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


def paragraphs(sheet: LabelledLines, taken: set[int]) -> list[Stated]:
    """A paragraph of labels, a line for each, and under it paragraphs of as many lines: a table's columns."""
    found: list[Stated] = []
    runs = [
        list(run)
        for worded, run in itertools.groupby(sheet.lines, key=lambda line: bool(line.cells))
        if worded
    ]
    for place, run in enumerate(runs):
        head = _one_line(run)
        labels = labels_on(head) if head and _LEAST_LINES <= len(run) <= _MOST_LINES else []
        labels = [label for label in labels if _covers(head, label)] if head else []
        versions = {"version", "date"} <= {label.group for label in labels}
        if head is None or (2 * len(labels) < len(run) and not versions):
            continue
        rows = itertools.takewhile(partial(_as_many, len(run)), runs[place + 1 :])
        for under in rows:
            row = _one_line(under)
            if row is None or not find_dates(row.text):
                break
            taken.update(line.number for line in (*run, *under))
            found += _row(head, labels, row)
    return found


def _as_many(many: int, run: list[Line]) -> bool:
    return len(run) == many


def _one_line(run: list[Line]) -> Line | None:
    """The lines of a paragraph as the cells of one row, if each is short and has no cells of its own."""
    if any(len(line.cells) != 1 or len(line.text) > _LONGEST_ANSWER for line in run):
        return None
    return Line(run[0].number, "\t".join(line.raw for line in run), tuple(line.text for line in run))


def _run_of_labels(sheet: LabelledLines, worded: list[Line], place: int, taken: set[int]) -> list[Label]:
    run: list[Label] = []
    for line in worded[place:]:
        labels = sheet.labels.get(line.number, [])
        alone = (
            BLANK not in line.text
            and len(labels) == 1
            and labels[0].blank
            and labels[0].start == 0
            and line.number not in taken
        )
        if not alone:
            break
        run.append(labels[0])
    return run


def _answers(sheet: LabelledLines, label: Label, line: Line) -> bool:
    """The line may be the label's value: short, no label itself, and for a role a name."""
    named = label.group not in ROLES or bool(names(line.text))
    return named and len(line.text) < _LONGEST_ANSWER and line.number not in sheet.labels


_MOST_MORE = 4
_LABEL_LONGEST = 60
_LABEL_REST_WORDS = 3
_NARROW = 16
_OPEN_END = re.compile(r"\b(?:for|of|and|the)$|&$", re.IGNORECASE)
_BODY_GOES_ON = re.compile(r"(?:Body|Board|Committee|Trustees|Governors)\b")


def join_wrapped(lines: list[Line]) -> list[Line]:
    """The same lines by number; a row's further lines are emptied into the row's first."""
    joined = _years_below(_narrow(lines))
    place = 0
    while place < len(joined):
        end = place + 1
        while end < len(joined) and end - place <= _MOST_MORE:
            whole = _together(joined[place], joined[end])
            if whole is None:
                break
            joined[place] = whole
            joined[end] = Line(joined[end].number, joined[end].raw, ())
            end += 1
        place = end
    return joined


_ENDS_IN_A_MONTH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$|\bterm$", re.IGNORECASE
)
_ENDS_IN_A_TITLE = re.compile(r"[:,] (?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Sister|Fr)\.?$")
_YEAR_ALONE = re.compile(r"(?:19|20)\d\d\.?")
_ENDS_IN_A_DAY = re.compile(r":.*\s\d{1,2}(?:st|nd|rd|th)?$")
_MONTH_ALONE = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december) (?:19|20)\d\d\.?",
    re.IGNORECASE,
)


def _years_below(lines: list[Line]) -> list[Line]:
    """ "Date approved: 4 March" and on the next line "2025": the year goes with its day, a name with its "Mrs"."""
    joined = list(lines)
    for place, (upper, lower) in enumerate(itertools.pairwise(lines)):
        year = _ENDS_IN_A_MONTH.search(upper.text) and _YEAR_ALONE.fullmatch(lower.text)
        name = _ENDS_IN_A_TITLE.search(upper.text) and len(lower.cells) == 1 and lower.text[:1].isupper()
        if year or name or (_ENDS_IN_A_DAY.search(upper.text) and _MONTH_ALONE.fullmatch(lower.text)):
            *before, last = upper.cells
            cells = (*before, f"{last} {lower.text}")
            joined[place] = Line(upper.number, f"{upper.raw}\n{lower.raw}", cells)
            joined[place + 1] = Line(lower.number, lower.raw, ())
    return joined


def _narrow(lines: list[Line]) -> list[Line]:
    """Paragraphs of a narrow column that are one label ("Date / of / next / review") or one date."""
    joined = list(lines)
    for worded, run in itertools.groupby(lines, key=lambda line: bool(line.cells)):
        rows = list(run)
        if not worded or not 1 < len(rows) <= _MOST_MORE or any(len(row.text) > _NARROW for row in rows):
            continue
        text = " ".join(row.text for row in rows)
        first, *rest = rows
        if (_is_label(text) and all(row.text[:1].islower() for row in rest)) or _is_date(text, first):
            joined[first.number - 1] = Line(first.number, "\n".join(row.raw for row in rows), (text,))
            for row in rest:
                joined[row.number - 1] = Line(row.number, row.raw, ())
    return joined


def _is_label(text: str) -> bool:
    found = labels_on(Line(1, text, (text,)))
    return bool(found) and found[0].start == 0 and len(found[0].words) == len(text)


def _is_date(text: str, first: Line) -> bool:
    found = find_dates(text)
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(text)
    return whole and not find_dates(first.text)


def _together(row: Line, more: Line) -> Line | None:
    """The row with what continues it, or None when the next line is a row or a paragraph of its own."""
    if len(row.cells) < 2 or not row.cells[0] or not more.cells or len(row.cells[0]) > _LABEL_LONGEST:
        return None
    rest = more.cells if len(more.cells) > 1 else (more.cells[0], *[""] * (len(row.cells) - 1))
    if _under_the_value(row, more) or _names_a_body(row, more):
        rest = ("", *more.cells)
    if len(rest) > len(row.cells) or not _continues(row, rest) or (not rest[0] and _dated(row, rest)):
        return None
    rest = (*rest, *[""] * (len(row.cells) - len(rest)))
    cells = tuple(_joined(*pair) for pair in zip(row.cells, rest, strict=True))
    return Line(row.number, f"{row.raw}\n{more.raw}", cells)


def _dated(row: Line, rest: tuple[str, ...]) -> bool:
    """Under one date another: each has a line of its own, as reviews have one after another."""
    return bool(find_dates(row.cells[1]) and find_dates(rest[1]))


def _under_the_value(row: Line, more: Line) -> bool:
    """The line stands where the row's second cell does, with nothing under its first."""
    if len(more.cells) >= len(row.cells):
        return False
    indent = len(more.raw) - len(more.raw.lstrip(" "))
    tabbed = more.raw.startswith("\t") and not row.raw.startswith("\t")
    return tabbed or (indent > 2 and abs(indent - row.raw.find(row.cells[1])) <= 2)


def _names_a_body(row: Line, more: Line) -> bool:
    """ "Approved by: Full Governing" and below it "Body": the rest of the value, under whichever cell."""
    return row.cells[1].endswith(("Governing", " of", " &", " and")) and bool(_BODY_GOES_ON.match(more.text))


def _joined(above: str, below: str) -> str:
    """One cell of both lines; two whole names under one another are two people."""
    people = above and below and all(names(words) == [words] for words in (above, below))
    return f"{above}, {below}" if people else " ".join(filter(None, (above, below)))


def _continues(row: Line, rest: tuple[str, ...]) -> bool:
    if not rest[0]:
        return _first_label(row.cells[0]) is not None
    if len(rest[0].split()) > _LABEL_REST_WORDS:
        return False
    cell = f"{row.cells[0]} {rest[0]}"
    if not rest[0][:1].islower():
        # "Foundation governor for" and below it "Safeguarding"
        return _OPEN_END.search(row.cells[0]) is not None and not any(rest[1:]) and not _is_label(rest[0])
    label = _first_label(cell)
    if label is None:
        return False
    beyond = cell[len(label.words) :].strip(" :()")
    return not beyond or (has_body_word(beyond) and len(beyond.split()) <= 2)


def _first_label(cell: str) -> Label | None:
    """The label at the head of a table's cell, which there needs no colon."""
    labels = labels_on(Line(1, cell, (cell, "")))
    return labels[0] if labels and labels[0].start == 0 else None
