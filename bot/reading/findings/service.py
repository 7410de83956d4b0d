"""Instructions that cannot both be followed, where two wordings tell it reliably.

What the header leaves out or says twice: dates, cycle, owner, approver and the people of each role.

Words that nobody can act on: intervals without a length, and what a template left behind.

What a person should look at in a document: gaps, contradictions, old guidance, words nobody can act on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.reading.facts import DateFact, Finding, Header, Text
from bot.reading.findings.guidance import superseded
from bot.reading.review_state import acts_of, cycle_in_words, due_of, in_words
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
_HEAD = re.compile(
    r"\b(?:to|by|from|with|and|or|inform|tell) (?:the )?(?:head ?teacher|principal|manager)\b", re.IGNORECASE
)
_GOVERNOR = re.compile(
    r"\b(?:named|link|lead|nominated|designated|safeguarding|online safety) governor\b(?!s)", re.IGNORECASE
)
_NAMED = re.compile(r"\bnamed (?:administrators?|members? of staff|individuals|staff)\b", re.IGNORECASE)
_LOGGED_IN_AS = re.compile(r"\blogged (?:in|on)(?:to)? (?:as|under|with|using)\b", re.IGNORECASE)
_HEAD_AS_DSL = re.compile(
    r"\b(?:head ?teacher|manager|principal)\b[^.]{0,20}\b(?:as|is) (?:the |our )?"
    r"(?:DSL|designated safeguarding lead)\b",
    re.IGNORECASE,
)
_GAPS = (
    ("no-owner", "owner", "No owner is named. Say whose job it is to keep this policy up to date."),
    (
        "no-approver",
        "approver",
        "No approver is named. Say who approves it: the governing body, a committee or the head.",
    ),
)


def about_dates(header: Header, on: date) -> Iterator[Finding]:
    """No date at all; dates that disagree; a cycle that the printed date does not keep."""
    if not (header.last_reviewed or header.approved_on or header.next_review):
        yield Finding(
            "no-date",
            "problem",
            "No review, approval or next review date is printed, so nobody can tell whether it is in force. "
            "Print the date it was approved and the date of the next review.",
        )
    yield from _order(header)
    yield from _cycle_against_printed(header, on)
    # The last date and the next say how often, even where no sentence does.
    spans = header.next_review is not None and any(acts_of(header, on))
    if not header.review_cycle_months and not spans:
        yield Finding(
            "no-cycle", "warning", "It does not say how often it is reviewed. State it, such as “every year”."
        )


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
    """Who is not named though the text relies on them, who is named twice, who holds two roles."""
    for code, field, says in _GAPS:
        if getattr(header, field) is None:
            yield Finding(code, "warning", says)
    yield from _unnamed(header, sentences)
    if len(header.lead_governors) > 1:
        names = " and ".join(header.lead_governors)
        yield Finding(
            "role-twice", "warning", f"Two governors are named for one role: {names}. Say who does what."
        )
    yield from _two_roles(header, sentences)


def _unnamed(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    looks = (
        (
            not header.dsl,
            _DSL,
            "role-without-name",
            "The designated safeguarding lead is given duties but not named.",
        ),
        (
            not header.headteacher,
            _HEAD,
            "role-without-name",
            "The headteacher or manager is given duties but not named.",
        ),
        (
            not header.lead_governors,
            _GOVERNOR,
            "role-without-name",
            "A governor has a named role here but no name.",
        ),
        (
            not header.deputy_dsl,
            _DEPUTY,
            "no-deputy",
            "A deputy is relied on but no deputy safeguarding lead is named.",
        ),
        (True, _NAMED, "role-without-name", "It speaks of named people and does not name them here."),
    )
    for missing, words, code, says in looks:
        if missing:
            yield from _first(sentences, words, code, f"{says} Name them, or say where the name is kept.")


def _two_roles(header: Header, sentences: list[Sentence]) -> Iterator[Finding]:
    if header.headteacher and header.headteacher in header.dsl:
        yield Finding(
            "role-collision",
            "warning",
            f"{header.headteacher} is both headteacher and safeguarding lead, so whoever reports "
            "to either reports to one person. Name a deputy, "
            "and the chair for a concern about the headteacher.",
        )
    else:
        yield from _first(
            sentences,
            _HEAD_AS_DSL,
            "role-collision",
            "The head or manager is also the safeguarding lead. "
            "Name a deputy, and the chair for a concern about them.",
        )
    yield from _first(
        sentences,
        _LOGGED_IN_AS,
        "role-collision",
        "An account is used under one person's login. "
        "Give each person their own access, and a second way in.",
    )


def _first(sentences: list[Sentence], words: re.Pattern[str], code: str, says: str) -> Iterator[Finding]:
    for sentence in sentences:
        found = words.search(sentence.words)
        if found:
            yield Finding(code, "warning", says, sentence.words, sentence.places[found.start()][0])
            return


_VAGUE = r"\b(?:regular(?:ly)?|periodic(?:ally)?|from time to time|as and when)\b"
_TOPICS = (
    ("review", r"\b(?:review\w*|evaluat\w*)\b"),
    ("training", r"\btraining\b"),
    ("reports", r"\breports? (?:to|on)\b"),
    ("checks", r"\b(?:check\w*|monitor\w*|audit\w*)\b"),
)
_NEAR = r"\W+(?:\w+\W+){0,4}?"
_PLACEHOLDER = re.compile(
    r"[\[<{(](?:please |to )?(?:insert|add|enter|name of"
    r"|school(?:[’']?s)? name|setting name|your (?:school|setting)"
    r"|date|dd/mm)"
    r"\b[^\]>})]{0,60}[\]>})]"
    r"|[\[<](?:(?:the )?(?:school|setting|head ?teacher|DSL|academy)(?: name)?|name|names)[\]>]"
    r"|\bX{3,}\b|\bxxx+\b|\bdelete (?:as|where|if) (?:appropriate|applicable|not applicable)\b|\bTBC\b"
    r"|\binsert (?:school|setting|name|date|details?)\b(?: name| here)?"
    r"|\bschool/setting\b|\bsetting/school\b|\bcontrol/monitor/restrict\b|\blorem ipsum\b",
    re.IGNORECASE,
)
_STALE = (
    (
        re.compile(r"\b(?:covid(?:-19)?|coronavirus)\b", re.IGNORECASE),
        "It still speaks of Covid-19. Remove what no longer applies.",
    ),
)


def vague_cadences(sentences: list[Sentence]) -> Iterator[Finding]:
    """One finding for each matter, naming every line."""
    told: set[int] = set()
    for topic, words in _TOPICS:
        near = re.compile(f"{_VAGUE}{_NEAR}{words}|{words}{_NEAR}{_VAGUE}", re.IGNORECASE)
        places = [(each, match) for each in sentences if (match := near.search(each.words))]
        if places and places[0][0].places[0][0] not in told:
            first, match = places[0]
            lines = [each.places[found.start()][0] for each, found in places]
            more = f" Also on line {', '.join(map(str, lines[1:]))}." if lines[1:] else ""
            says = (
                f"How often ({topic})? “{match[0]}” sets no interval. State one, such as “each term”.{more}"
            )
            told.add(first.places[0][0])
            yield Finding("vague-cadence", "warning", says, first.words, lines[0])


def residue(text: Text) -> Iterator[Finding]:
    """What a template left in, each wording once; and passages that time has overtaken."""
    seen: set[str] = set()
    for number, line in enumerate(text.lines, 1):
        for found in _PLACEHOLDER.finditer(line):
            if found[0].lower() not in seen:
                seen.add(found[0].lower())
                says = f"“{found[0]}” looks like a template's words. Put your own in its place."
                yield Finding("template-residue", "warning", says, line.strip(), number)
    for words, says in _STALE:
        for number, line in enumerate(text.lines, 1):
            if words.search(line):
                yield Finding("out-of-date-text", "info", says, line.strip(), number)
                break


_MOST_WORDS = 25
_ORDER = {"problem": 0, "warning": 1, "info": 2}


def find_findings(text: Text, header: Header, on: date) -> tuple[Finding, ...]:
    """Everything noticed on a day, the gravest first, then in reading order."""
    said = list(sentences(text.lines))
    found = [
        *about_dates(header, on),
        *about_people(header, said),
        *contradictions(said),
        *vague_cadences(said),
        *superseded(said, on),
        *residue(text),
    ]
    return tuple(sorted(map(_shorten, found), key=lambda each: (_ORDER[each.level], each.line or 0)))


def _shorten(finding: Finding) -> Finding:
    """At most 25 words of the quote."""
    words = (finding.quote or "").split(" ")
    return replace(finding, quote=" ".join(words[:_MOST_WORDS])) if len(words) > _MOST_WORDS else finding
