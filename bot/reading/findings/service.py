"""What a person should look at in a document: gaps, contradictions, replaced laws, words no one can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.reading.document_sort import document_sort, draft_line
from bot.reading.facts import NOT_STATED, DateFact, Finding, Header, Text
from bot.reading.findings.guidance import superseded
from bot.reading.header.review_interval import find_cycles
from bot.reading.header.school import are_two_schools, names_in_cell
from bot.reading.review_state import acts_of, cycle_in_words, due_of, in_words
from bot.reading.text.lines import Line, read_lines
from bot.reading.text.lines import sentences as spoken
from bot.reading.text.person_names import names_with_places
from bot.reading.text.sentences import Sentence, sentences
from bot.rules.policies import PartialDate, add_months


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings of one matter. Where a document holds both, a person must say which it means."""

    says: str
    one: re.Pattern[str]
    other: re.Pattern[str]


def _pair(says: str, one: str, other: str) -> Pair:
    return Pair(says, re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))


_DEVICE = r"(?:phones?|devices?|mobiles?|watch(?:es)?|technology)"
_PUPIL = r"(?:pupils?|learners?|child(?:ren)?(?:[’']s)?|students?)"
PAIRS = (
    _pair(
        "Pupils' devices may not come on site, yet they are to be handed in. Say which, and for whom.",
        rf"^(?=.*\b{_PUPIL}\b)(?=.*\b{_DEVICE}\b)"
        r".*\b(?:not (?:permitted|allowed) (?:on|onto) (?:the )?(?:school )?(?:site|premises)"
        r"|(?:not|never) (?:be )?(?:brought|bring) (?:in)?to school)",
        rf"^(?=.*\b{_DEVICE}\b).*\b(?:hand(?:ed)? (?:them |it )?in(?:to)?\b"
        r"|(?:bring|brought|take|taken) .{0,60}\bto the (?:school )?office)",
    ),
    _pair(
        "The school is said to have no official channels, yet official channels are regulated. "
        "Say whose they are.",
        r"\b(?:has|have|there are) no official social media (?:channels?|accounts?|presence)",
        r"\bofficial social media (?:use|channels? (?:are|is|will)|accounts? (?:are|is|will))",
    ),
    _pair(
        "One rule forbids contact with pupils or parents on personal accounts; another only advises "
        "against it. Use one of “must not” and “advised not to”.",
        r"\bstaff (?:will|must|should) not .{0,80}\b(?:friends?|contact|communicat\w+|accept|follow)",
        r"\badvised not to (?:communicate|accept|have|add|contact|follow|become)",
    ),
    _pair(
        "A breach will be a disciplinary offence in one place and may be in another. Say which.",
        r"\bbreach\w*\b.{0,60}\bwill be (?:considered|treated|regarded) .{0,40}\bdisciplinary",
        r"\bbreach\w*\b.{0,80}\bmay (?:result in|lead to|be subject to) .{0,40}\bdisciplin",
    ),
    _pair(
        "Devices are to be switched off in one place and on silent in another. Say which, and when.",
        rf"\b{_DEVICE}\b.{{0,80}}\b(?:switched|turned) off\b(?!.{{0,20}}\bsilent)(?!\s*/)",
        rf"\b{_DEVICE}\b.{{0,80}}"
        r"\b(?:kept|placed|put|set|switched|turned|be|off\s*/\s*placed) (?:on|to|in|onto) silent\b",
    ),
    _pair(
        "Images may be kept for a while in one place, deleted at once in another. Say when to delete.",
        r"\b(?:week|fortnight|month|half[- ]term)(?:[’']s)? (?:worth )?(?:of )?"
        r"(?:images|photos|photographs)\b"
        r"|\b(?:images|photos|photographs)\b.{0,60}\bdeleted (?:weekly|monthly|each (?:week|term))",
        r"\b(?:as soon as|immediately|straight after)\b.{0,60}\b(?:deleted?|wiped?|erased?|cleared?)\b",
    ),
    _pair(
        "The device stays on a person at all times in one place, in a room in another. Say where it is kept.",
        rf"\b{_DEVICE}\b.{{0,60}}"
        r"\b(?:on (?:their|the) (?:person|personal possession)"
        r"|in (?:their )?personal possession)\b.{0,20}\ball times",
        rf"\b{_DEVICE}\b.{{0,60}}\b(?:remains?|is kept|stays?|lives?) (?:in|at) \b",
    ),
    _pair(
        "Parents may film or photograph in one place and only school cameras may be used in another. "
        "Say what parents may do at events.",
        r"\bparents\b.{0,60}\b(?:may|can|are (?:allowed|permitted|welcome) to) "
        r"(?:film|photograph|record|take)\b",
        r"\bonly (?:the )?school(?:[’']s)?(?:[- ]owned)? (?:cameras?|ipads?|devices?|equipment)"
        r" (?:may|can|should|must|are|will)\b",
    ),
)


def contradictions(sentences: list[Sentence]) -> Iterator[Finding]:
    """Each pair that the document holds, with the place of both wordings."""
    for pair in PAIRS:
        one = next((each for each in sentences if pair.one.search(each.words)), None)
        other = next(
            (each for each in sentences if each is not one and pair.other.search(each.words)),
            None,
        )
        if one and other:
            line, second = one.places[0][0], other.places[0][0]
            says = f"{pair.says} Compare line {line} with line {second}: “{_short(other.words)}”"
            yield Finding("contradiction", "warning", says, one.words, line)


def _short(words: str) -> str:
    some = words.split()
    return " ".join(some[:25]) + (" …" if len(some) > 25 else "")


_DSL = re.compile(r"\b(?:DSL|designated safeguarding lead)s?\b")
_DEPUTY = re.compile(
    r"\bor (?:a |the |their )?deput(?:y|ies)\b|\bdeputy (?:DSL|designated safeguarding lead)s?\b"
)
_GOVERNOR = re.compile(
    r"\b(?:named|link|lead|nominated|designated|safeguarding|online safety) governor\b(?!s)", re.IGNORECASE
)
_NAMED = re.compile(r"\bnamed (?:administrators?|members? of staff|staff)\b", re.IGNORECASE)
_LOGGED_IN_AS = re.compile(r"\blogged (?:in|on)(?:to)? (?:as|under|with|using)\b", re.IGNORECASE)
_HEAD_AS_DSL = re.compile(
    r"\b(?:head ?teacher|manager|principal)\b[^.]{0,20}\b(?:as|is) (?:the |our )?"
    r"(?:DSL|designated safeguarding lead)\b",
    re.IGNORECASE,
)
# One person who minds children has no one to approve what they write, and keeps it themselves.
_ALONE = re.compile(r"\bchild ?minder\b|\bchild ?minding\b", re.IGNORECASE)
_GOVERNED = re.compile(
    r"\b(?<!pre-)(?<!pre )school\b|\bacademy\b|\bgovern(?:ors?|ing (?:body|board))\b", re.IGNORECASE
)
_FILLED_IN = re.compile(
    r"\b(?:adopted|approved|ratified|agreed|reviewed|review completed|signed|signature|on \(date\))\b[^␣]{0,60}␣",
    re.IGNORECASE,
)


def absences(header: Header, lines: list[Line], sentences: list[Sentence], on: date) -> Iterator[Finding]:
    """What the document does not say of itself, in one finding: only what nothing else in it supplies."""
    alone = _ALONE.search(header.school or "") or any(_ALONE.search(line.text) for line in lines[:20])
    undated = not (header.last_reviewed or header.approved_on or header.next_review)
    governed = _GOVERNED.search(header.school or "")
    who = (
        "the governing body, a committee or the head" if governed else "the committee, the board or the owner"
    )
    spans = header.next_review is not None and any(acts_of(header, on))
    missing = [
        words
        for words, absent in (
            ("when it was approved or last reviewed, or when it is next", undated),
            ("how often it is reviewed", not header.review_cycle_months and not spans),
            ("who keeps it up to date", header.owner is None and not alone),
            (f"who approves it ({who})", header.approver is None and not alone),
        )
        if absent
    ]
    quote, line = None, None
    blank = next((each for each in lines if _FILLED_IN.search(each.text)), None)
    if undated and blank:
        quote, line = blank.raw.strip(), blank.number
        missing[0] += f" (the place for it is empty, line {line})"
    unnamed = []
    for role, held, words in (
        ("the designated safeguarding lead", header.dsl, _DSL),
        ("the deputy", header.deputy_dsl, _DEPUTY),
        ("the governor with that role", header.lead_governors, _GOVERNOR),
        ("the members of staff it calls named", (), _NAMED),
    ):
        place = None if held else _place_of(sentences, words)
        if place and not any(
            names_with_places(line.text) for line in lines[place[1] - 1 : place[1] + _WITHIN]
        ):
            unnamed.append(f"{role} (line {place[1]})")
            quote, line = (quote, line) if line else place
    if unnamed:
        missing.append(f"the name of {', of '.join(unnamed)}, or where it is kept")
    if missing:
        says = f"It does not say: {'; '.join(missing)}."
        yield Finding(NOT_STATED, "problem" if undated else "warning", says, quote, line)


_WITHIN = 2  # lines below the mention in which a name still answers it


def _place_of(sentences: list[Sentence], words: re.Pattern[str]) -> tuple[str, int] | None:
    for sentence in sentences:
        found = words.search(sentence.words)
        if found:
            return sentence.words, sentence.places[found.start()][0]
    return None


def about_dates(header: Header, on: date) -> Iterator[Finding]:
    """Dates that disagree; a cycle that the printed date does not keep."""
    yield from _order(header)
    yield from _cycle_against_printed(header, on)


def two_cycles(header: Header, lines: list[Line]) -> Iterator[Finding]:
    """Two promises of how often it is reviewed that are not the same."""
    plain = [
        cycle
        for cycle in find_cycles([], list(spoken(lines)), header.title)
        if cycle.months and cycle.rank < 3
    ]
    one, other = (
        plain[0] if plain else None,
        next((each for each in plain if each.months != plain[0].months), None),
    )
    if one and other and one.months and other.months:
        says = (
            f"It is reviewed {cycle_in_words(one.months)} in one place and {cycle_in_words(other.months)} in another. "
            f"Say which. Compare line {one.line} with line {other.line}: “{_short(other.quote)}”"
        )
        yield Finding("contradiction", "warning", says, one.quote, one.line)


def _order(header: Header) -> Iterator[Finding]:
    planned = header.next_review
    for verb, act in (("approved", header.approved_on), ("reviewed", header.last_reviewed)):
        if planned and act and PartialDate.parse(planned.value).last < PartialDate.parse(act.value).first:
            dates = (
                f"the next review ({in_words(planned.value)}) is before it was {verb} ({in_words(act.value)})"
            )
            says = f"The dates disagree: {dates}. Correct one."
            yield _dated("dates-disagree", says, planned)
    reviewed, approved = header.last_reviewed, header.approved_on
    if reviewed and approved:
        earlier, later = PartialDate.parse(reviewed.value), PartialDate.parse(approved.value)
        if later.last > add_months(earlier.last, 6):
            says = (
                f"Reviewed {in_words(reviewed.value)} but approved {in_words(approved.value)}, "
                "more than six months later. "
                "Say whether the approval was a review too."
            )
            yield _dated("dates-disagree", says, reviewed)


def _cycle_against_printed(header: Header, on: date) -> Iterator[Finding]:
    """A printed date later than the cycle allows. An earlier one keeps "at least" every so often."""
    due = due_of(header, on)
    acts = acts_of(header, on)
    printed = header.next_review
    if not (due and due.computed_on and printed and acts and header.review_cycle_months):
        return
    if PartialDate.parse(printed.value).first > due.computed_on:
        says = (
            f"The cycle and the printed date disagree: {cycle_in_words(header.review_cycle_months)} from "
            f"{in_words(acts[0].fact.value)} gives {in_words(due.computed_on.isoformat())}; "
            f"{in_words(printed.value)} is printed. The earlier counts until one is corrected."
        )
        yield _dated("cycle-against-date", says, printed)


def _dated(code: str, says: str, fact: DateFact) -> Finding:
    return Finding(code, "problem", says, fact.quote, fact.line)


def about_people(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    """Who is named twice, who holds two roles with no one beside them."""
    if len(header.lead_governors) > 1:
        names = " and ".join(header.lead_governors)
        yield Finding(
            "role-twice", "warning", f"Two governors are named for one role: {names}. Say who does what."
        )
    alone = "Name a deputy, and the chair for a concern about the headteacher."
    if header.headteacher and header.headteacher in header.dsl and not header.deputy_dsl:
        both = (
            f"{header.headteacher} is both headteacher and safeguarding lead, and no deputy is named. {alone}"
        )
        yield Finding("role-collision", "warning", both)
    elif not header.deputy_dsl:
        both = f"The head or manager is also the safeguarding lead, and no deputy is named. {alone}"
        yield from _first(sentences, _HEAD_AS_DSL, "role-collision", both)
    login = (
        "An account is used under one person's login. Give each person their own access, and a second way in."
    )
    yield from _first(sentences, _LOGGED_IN_AS, "role-collision", login)


def _first(sentences: list[Sentence], words: re.Pattern[str], code: str, says: str) -> Iterator[Finding]:
    for sentence in sentences:
        found = words.search(sentence.words)
        if found:
            yield Finding(code, "warning", says, sentence.words, sentence.places[found.start()][0])
            return


_VAGUE = r"\b(?:regular(?:ly)?|periodic(?:ally)?|from time to time|as and when)\b"
_NEAR = r"\W+(?:(?!and\b|or\b)\w+\W+){0,2}?"
_WHAT_IS_VAGUE = r"\b(?:review\w*|evaluat\w*|training|reports? (?:to|on)|check\w*|monitor\w*|audit\w*|drills?|inspect\w*)\b"
_VAGUE_NEAR = re.compile(f"{_VAGUE}{_NEAR}{_WHAT_IS_VAGUE}|{_WHAT_IS_VAGUE}{_NEAR}{_VAGUE}", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"[\[<{(](?:please |to )?(?:insert|add|enter|name of (?:the )?(?:school|setting|pre-?school|nursery|group|provider)"
    r"|school(?:[’']?s)? name|setting name|your (?:school|setting)|dd/mm)"
    r"\b(?![^\]>})]*\b(?:below|above)\b)[^\]>})]{0,60}[\]>})]"
    r"|[\[<](?:(?:the )?(?:school|setting|head ?teacher|DSL|academy)(?: name)?|name|names|date)[\]>](?!\()"
    r"|\bX{3,}\b|\bxxx+\b|\bXX(?= (?:incidents?|staff|children|pupils|days|weeks|people))|\bdelete (?:as|where|if) (?:appropriate|applicable|not applicable)\b|\bTBC\b"
    r"|\binsert (?:school|setting|name|date|details?)\b(?: name| here)?"
    r"|\bschool/setting\b|\bsetting/school\b|\bcontrol/monitor/restrict\b|\blorem ipsum\b"
    r"|\bthis (?:sample|model|template)(?: policy)?\b|\bsample policy\b|\bfill in the blank\b"
    r"|\bwhen reviewing your policy\b|\byour (?:setting|school)(?:['’]s)? (?:should|must|may|liable)\b|\bif your (?:setting|school)\b",
    re.IGNORECASE,
)
_STALE = (
    (
        re.compile(r"\b(?:covid(?:-19)?|coronavirus)\b", re.IGNORECASE),
        "It still speaks of Covid-19. Remove what no longer applies.",
    ),
)


def vague_cadences(sentences: list[Sentence]) -> Iterator[Finding]:
    """Intervals without a length, in one finding that names every line."""
    found = [(each, match) for each in sentences if (match := _VAGUE_NEAR.search(each.words))]
    if found:
        first, match = found[0]
        lines = [each.places[one.start()][0] for each, one in found]
        more = f" So do lines {', '.join(map(str, lines[1:]))}." if lines[1:] else ""
        says = f"How often? “{match[0]}” sets no interval. State one, such as “each term”.{more}"
        yield Finding("vague-cadence", "info", says, first.words, lines[0])


def residue(text: Text) -> Iterator[Finding]:
    """What a template left in, all of it in one finding; and passages that time has overtaken."""
    seen: dict[str, tuple[str, str, int]] = {}
    for number, line in enumerate(text.lines, 1):
        for found in _PLACEHOLDER.finditer(line):
            seen.setdefault(found[0].lower(), (found[0], line.strip(), number))
    if seen:
        (words, quote, first), *others = seen.values()
        more = "".join(f" So does “{also}” on line {number}." for also, _, number in others)
        says = f"“{words}” looks like a template's words. Put your own in its place.{more}"
        yield Finding("template-residue", "warning", says, quote, first)
    for pattern, says in _STALE:
        for number, line in enumerate(text.lines, 1):
            if pattern.search(line):
                yield Finding("out-of-date-text", "info", says, line.strip(), number)
                break


def other_school(header: Header, lines: list[Line]) -> Iterator[Finding]:
    """Another school spoken of as though the document were its own: what copying left in."""
    if header.school is None:
        return
    for line in lines:
        for cell in line.cells:
            for name, own in names_in_cell(cell):
                if own and not cell.endswith(name) and are_two_schools(name, header.school):
                    says = f"It is of {header.school}, yet speaks of {name} as its own. Put the right name in its place."
                    yield Finding("other-school", "warning", says, line.raw.strip(), line.number)
                    return


def draft(lines: list[str]) -> Iterator[Finding]:
    found = draft_line(lines)
    if found:
        says = "It calls itself a draft, or says that nobody has approved it: it does not bind anybody yet."
        yield Finding("draft", "warning", says, found[1].strip(), found[0])


_MOST_WORDS = 25
_ORDER = {"problem": 0, "warning": 1, "info": 2}


def find_findings(text: Text, header: Header, on: date) -> tuple[Finding, ...]:
    """Everything noticed on a day: first what it is if it is no policy, then the gravest, in reading order."""
    said, lines = list(sentences(text.lines)), read_lines(text.lines)
    sort = document_sort(header.title, text.lines)
    found = [*about_dates(header, on), *two_cycles(header, lines), *contradictions(said), *residue(text)]
    found += [*other_school(header, lines), *draft(list(text.lines))]
    if sort.country is None:
        found += [*about_people(header, said), *vague_cadences(said), *superseded(said, on)]
        if sort.is_ in {"policy", None}:
            found += absences(header, lines, said, on)
    found.sort(key=lambda each: (_ORDER[each.level], each.line or 0))
    if sort.first_line:
        code = "not-from-uk" if sort.country else "not-a-policy"
        found.insert(0, Finding(code, "problem" if sort.country else "warning", sort.first_line))
    return tuple(map(_shorten, found))


def _shorten(finding: Finding) -> Finding:
    """At most 25 words of the quote."""
    words = (finding.quote or "").split(" ")
    return replace(finding, quote=" ".join(words[:_MOST_WORDS])) if len(words) > _MOST_WORDS else finding
