"""How often: a stated review cycle in months, and words that only sound like one.

How often the document itself promises to be reviewed; cycles of other things are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reading.header.self_reference import IT, OTHER, Told, about_this_document, goes_on, told
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import Sentence

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "eighteen": 18, "twenty-four": 24, "twenty four": 24, "thirty-six": 36,
    "thirty six": 36,
}  # fmt: skip
_N = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_MONTH_NAME = (
    r"(?:january|february|march|april|may|june|july|august|september|sept|october|november|december)"
)
_TERM_NAME = r"(?:autumn|spring|summer)"

_COUNTED = re.compile(
    rf"""\b(?:
      (?:every|each|within|over|after|for)\s+(?:period\s+of\s+)?\(?{_N}\)?\s*(?:\(\w+\)\s*)?(?:(?:school|academic|calendar|full)\s+)?
        (?P<unit>years?|months?|yrs?|mths?)\b
    | {_N.replace("?P<n>", "?P<n2>")}[\s-]*(?P<unit2>year|month|yr|mth)(?:ly|\s+(?:cycle|basis|period|rolling
      |review|intervals?))?\b
    | {_N.replace("?P<n>", "?P<n3>")}\s*(?:\(\w+\)\s*)?(?P<unit3>years|months|yrs|mths)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_UNIT_FIRST = re.compile(r"\b(?P<unit>year|month)s?\)?\s*[:=]\s*(?P<n>\d{1,2})\b", re.IGNORECASE)
# As front matter has it: "review_period: 1y".
_BRIEF = re.compile(r"\s*(?P<n>\d{1,2}) ?(?P<unit>[ym])\W*", re.IGNORECASE)
_NAMED: tuple[tuple[re.Pattern[str], int], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), months)
    for pattern, months in (
        (
            (
                r"\bbiennial(?:ly)?\b|\balternate years\b|\b(?:every|each) (?:other|second) "
                rf"(?:(?:\w+ )?year|{_MONTH_NAME}|{_TERM_NAME})\b"
            ),
            24,
        ),
        (r"\btriennial(?:ly)?\b|\bevery third year\b", 36),
        (r"\bevery fourth year\b", 48),
        (r"\bevery fifth year\b", 60),
        (r"\b(?:six[\s-]monthly|half[\s-]yearly|twice (?:a|per|each|every) year|semi-annual(?:ly)?)\b", 6),
        (r"(?<!half)(?<!half[\s-])\b(?:termly|(?:every|each|once (?:a|per|every)) term)\b", 4),
        (r"\bquarterly\b|\bevery quarter\b", 3),
        (
            (
                r"(?<!bi-)(?<!bi )(?<!semi-)\b(?:annual(?:ly)?|yearly|(?:every|each) (?:academic |school "
                r"|calendar )?year"
                r"|once (?:a|per|every|each) (?:academic |school |calendar )?year|per annum"
                rf"|(?:every|each) {_MONTH_NAME}|(?:every|each) {_TERM_NAME}(?: term)?)\b"
            ),
            12,
        ),
        (r"\bevery month\b|(?<![\w-])monthly\b", 1),
    )
)
_VAGUE = re.compile(
    r"\b(?:regular(?:ly)?|periodic(?:ally)?|from time to time|on a rolling (?:programme|basis)"
    r"|rolling programme|frequent(?:ly)?|occasional(?:ly)?|at appropriate intervals"
    r"|as (?:and when )?(?:necessary|required|needed)|bi-?annual(?:ly)?|in due course|when appropriate)\b",
    re.IGNORECASE,
)


def _count(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[words.lower()]


def find_cycle(text: str) -> tuple[int, int, int] | None:
    """The first stated cycle: months, and where its words begin and end."""
    options: list[tuple[int, int, int]] = []
    counted = _COUNTED.search(text)
    if counted:
        part = counted.groupdict()
        number = _count(part["n"] or part["n2"] or part["n3"])
        unit = part["unit"] or part["unit2"] or part["unit3"]
        options.append((counted.start(), counted.end(), number * (12 if unit.lower()[0] == "y" else 1)))
    brief = _BRIEF.fullmatch(text)
    if brief:
        options.append((0, brief.end(), int(brief["n"]) * (12 if brief["unit"].lower() == "y" else 1)))
    unit_first = _UNIT_FIRST.search(text)
    if unit_first:
        months = int(unit_first["n"]) * (12 if unit_first["unit"].lower() == "year" else 1)
        options.append((unit_first.start(), unit_first.end(), months))
    for pattern, months in _NAMED:
        found = pattern.search(text)
        if found:
            options.append((found.start(), found.end(), months))
    if not options:
        return None
    start, end, months = min(options)
    return (months, start, end) if 0 < months <= 120 else None


def vague_words(text: str) -> str | None:
    """Words that promise a review without saying when; "biannually" may mean twice a year or every two."""
    found = _VAGUE.search(text)
    return found.group() if found else None


_BODY = r"(?:governors?|governing|board|committee|trustees|directors|council)\b"
_BEFORE_A_BODY = (
    rf"(?:(?:back|round)\s+)?(?:to|before)\s+(?:the\s+|our\s+|its\s+)?(?:[\w’']+\s+){{0,3}}?{_BODY}"
)
_REVIEW = re.compile(
    r"\b(?:re-?)?(?:review(?:ed|s|ing)?|updat(?:ed?|es)|revis(?:ed?|es|it(?:ed|s)?)|re-?adopt(?:ed|s)?|re-?approv(?:ed?|es)|reconsider(?:ed|s)?|re-?issued"
    # "Staff go through this policy with new colleagues" teaches it and reviews nothing
    r"|(?:look(?:s|ed)?|comes?|gone|go|goes|went|returns?)\s+(?:again\s+)?(?:at|over|through|(?:back\s+)?to(?=\s+(?:it|this|our|the\s+policy)\b))\b"
    r"(?!\s+(?:(?:[\w’']+\s+){1,6}?with|how|whether|what|who|which)\b)|refreshed|renew(?:ed|s)?|checked"
    rf"|brought\s+up\s+to\s+date)\b|\bchecks?\s+(?:that\s+|whether\s+)?{IT}"
    rf"|\b(?:it|{IT}|polic(?:y|ies))\s+(?:\w+\s+)?(?:go(?:es)?|comes?|(?:is|are)\s+(?:brought|taken|put|laid"
    rf"|presented))\s+{_BEFORE_A_BODY}"
    rf"|\b(?:discuss|consider)(?:s|es|ed)?\s+{IT}|\breads?\s+{IT}\s+(?:afresh|again)\b|\bbrings?\s+{IT}\s+up\s+to\s+date|\bapprov(?:es?|al\s+(?:of|for))\s+{IT}"
    rf"|\b(?:bring|take|put|lay)s?\s+{IT}\s+{_BEFORE_A_BODY}|\btakes?\s+{IT}\s+out\b"
    rf"|\b(?:approved|ratified|adopted|agreed)\s+by\s+(?:[\w’']+\s+){{1,6}}?(?=every\b|each\b|annually\b|yearly\b|once\b)"
    # how long it holds is how often it is gone over again
    r"|\b(?:under|on|to|has|have|follows?)\s+an?\s+[\w-]+(?:\s+[\w-]+)?\s+cycle\b"
    rf"|\b{IT}\s+(?:\w+\s+)?(?:stands?|lasts?|runs?|holds?(?:\s+good)?|is\s+(?:valid|good)"
    rf"|(?:is|remains?|stays?)\s+in\s+force)\s+for\b|\b(?:life|lifetime)\s+of\b|\b(?:approv|adopt|agre|ratifi)ed\s+{IT}\s+for\b",
    re.IGNORECASE,
)
# Under a heading about the review of the document: "Every two years, by the governors", "We do so each May".
_DOES_SO = re.compile(
    r"^.{0,45}\b(?:do|does|done|happens|takes\s+place)\b(?:\s+(?:so|this|it))?"
    r"|^there\s+(?:is|will\s+be)\s+an?\s+(?:[\w-]+\s+)?review\b",
    re.IGNORECASE,
)
_NO_VERB = re.compile(
    r"[\s.]*$|[\s,;(]+(?:usually\s+|normally\s+)?(?:by|in|at|with|or|and|unless|from)\b", re.IGNORECASE
)
# "We go over this every January", "The manager rewrites it each spring": said of the document it stands in.
_GOES_OVER_THIS = re.compile(
    rf"\b(?:looks?\s+(?:again\s+)?(?:at|over|through)|go(?:es)?\s+(?:over|through)|(?:re-?)?(?:reads?|writes?)|revises?|reviews?|updates?|checks?"
    rf"|refresh(?:es)?|approves?|agrees?|takes?|brings?|puts?)\s+(?:it|(?P<this>this)|(?P<named>{IT}"
    r"|(?:the|our|all\s+(?:the|our))\s+(?:whole\s+)?(?:folder|policies)))"
    r"(?=\s*[.,;]|\s+(?:together|again|through|back|over|each|every|once|in|at|with|to|yearly|annually|termly|and)\b|\s*$)"
    rf"|\b(?P<round>{IT}|it)\s+comes?\s+(?:back|round|up)\b",
    re.IGNORECASE,
)
# "The lead fills in the audit each year and this policy is looked at every two": two things, each its own
_APART = re.compile(r";|\t|,?\s+and\s+(?=(?:this|the)\s+policy\s)", re.IGNORECASE)
# "Approved by the Premises Committee and to be reviewed every three years": a document's own last line.
_DECIDED_FIRST = re.compile(r"\s*(?:approved|ratified|adopted|agreed)\s+(?:by|at|on)\b", re.IGNORECASE)
_REACHES = 60
_LAST_PART = 0.7  # of a document: there it speaks of its own review though no heading says so
_AT_ONCE = 8
_LONGEST_HEADED = 120
_MEETS = re.compile(r"\bmeets?\b", re.IGNORECASE)
_ONCE = re.compile(r"(?:after|within|over|for)\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|had\s+been)\s+(?:\w+\s+)?$", re.IGNORECASE)
_FAR = 130
_AFTER = 80


@dataclass(frozen=True, slots=True)
class Cycle:
    """A stated cycle, or the vague words that stand in its place."""

    months: int | None
    quote: str
    line: int
    rank: int


def find_cycles(pairs: list[Stated], sentences: list[Sentence], title: str | None) -> list[Cycle]:
    """Every statement of how often this document is reviewed, the plainest first."""
    found = [cycle for pair in pairs if (cycle := _labelled(pair)) is not None]
    begins_last = int(len(sentences) * _LAST_PART)
    for place, about in enumerate(told(sentences, title)):
        late = place >= begins_last
        cycle = _promised(about, title or "") or _under_its_heading(about) or _gone_over(about, late=late)
        if cycle:
            found.append(cycle)
    return sorted(found, key=lambda cycle: (cycle.months is None, cycle.rank))


def _labelled(pair: Stated) -> Cycle | None:
    """ "Review cycle: annual" and "Next review: annually"."""
    if pair.group not in {"cycle", "next", "review", "last"} or len(pair.value) > 90:
        return None
    if (
        pair.group == "cycle"
        and "\t" in pair.value
        and not re.search(r"review|polic", pair.value, re.IGNORECASE)
    ):
        return None  # how often a task of a table is done
    cycle = find_cycle(pair.value)
    aside = cycle is not None and "(" in pair.value[: cycle[1]] and ")" in pair.value[cycle[2] :]
    alone = cycle is not None and cycle[1] == 0 and len(pair.value) - cycle[2] < _AT_ONCE
    if cycle and alone and pair.group == "last" and "last" not in pair.label.lower():
        return Cycle(cycle[0], pair.quote, pair.line, 2)  # "Looked at: every other year"
    if cycle and (pair.group == "cycle" or ((cycle[1] < 12 or aside) and pair.group != "last")):
        return Cycle(cycle[0], pair.quote, pair.line, 0 if pair.group == "cycle" else 2)
    if pair.group == "cycle" and vague_words(pair.value):
        return Cycle(None, pair.quote, pair.line, 0)
    return None


def _promised(about: Told, title: str) -> Cycle | None:
    text = about.sentence.text
    if about.of_another or len(text) > 700 or not _REVIEW.search(text):
        return None
    above = about.rank
    for clause in _clauses(text):
        rank = about_this_document(clause, title)
        if rank is None and (clause.lstrip().startswith(("it ", "To be ")) or goes_on(clause)):
            rank = above
        elif rank is None and _DECIDED_FIRST.match(clause):
            rank = 2
        above = rank
        if rank is None or not _REVIEW.search(clause):
            continue
        cycle = find_cycle(clause)
        if cycle and _near(clause, cycle[1], cycle[2]):
            return Cycle(cycle[0], _short(text, clause), about.sentence.line, rank)
        if cycle is None and vague_words(clause) and rank == 1:
            return Cycle(None, _short(text, clause), about.sentence.line, rank)
    return None


def _under_its_heading(about: Told) -> Cycle | None:
    text, line = about.sentence.text, about.sentence.line
    cycle = find_cycle(text) if about.headed and len(text) <= _LONGEST_HEADED else None
    if cycle is None or OTHER.search(text):
        return None
    at_once = goes_on(text) or (cycle[1] <= _AT_ONCE and _NO_VERB.match(text, cycle[2]) is not None)
    does_so = _DOES_SO.match(text) is not None
    return Cycle(cycle[0], text, line, 3) if at_once or does_so else None


def _gone_over(about: Told, *, late: bool) -> Cycle | None:
    """Read how often someone goes over "this", or over "it" where the heading tells what "it" is."""
    text = about.sentence.text
    if about.of_another or len(text) > _LONGEST_HEADED * 2 or not (about.headed or late):
        return None
    for clause in _clauses(text):
        done, cycle = _GOES_OVER_THIS.search(clause), find_cycle(clause)
        surely = done and (about.headed or done["this"] or done["named"] or done["round"])
        if done and surely and cycle and 0 <= cycle[1] - done.end() <= _REACHES:
            between = clause[done.end() : cycle[1]]
            if not OTHER.search(between) and not _OF_ANOTHER.match(clause, cycle[2]):
                return Cycle(cycle[0], _short(text, clause), about.sentence.line, 4)
    return None


def _clauses(text: str) -> list[str]:
    return [piece for piece in _APART.split(text) if len(piece) > 10]


def _short(text: str, clause: str) -> str:
    return text if len(text) <= 240 else clause.strip()


_OF_ANOTHER = re.compile(
    r"\s+(?!(?:at|in|by|on|with|for|to)\b)(?:[\w’'-]+\s+){0,3}?(?:training|reports?|audits?|meetings?|checks?|assessments?|appraisals?"
    r"|surveys?|governors['’] report)\b",
    re.IGNORECASE,
)


def _near(text: str, start: int, end: int) -> bool:
    """The cadence belongs to the review: close to one of the review words, with nothing else between."""
    if _OF_ANOTHER.match(text, end):
        return False
    for found in _REVIEW.finditer(text):
        if _ONCE.match(text, start) and _WAS.search(text[: found.start()]):
            continue  # "It was looked at after one year": that once, and not every year
        if _MEETS.search(text, found.end(), max(start, found.end())):
            continue  # "The committee that approves it meets every term"
        if 0 <= start - found.end() < _FAR and not OTHER.search(text[found.end() : start]):
            return True
        if 0 <= found.start() - end < _AFTER and not OTHER.search(text[end : found.start()]):
            return True
        if found.start() <= start <= found.end():
            return True
    return False
