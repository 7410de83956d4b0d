"""From the clauses of several policies to obligations: one for each act, with the clauses it carries out.

What a document's lines say that its header does not hold: the data protection officer, urgent numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.text import phones_in
from bot.planning.events import OF_CASES
from bot.reading.duties.timing import nearest
from bot.reading.facts import Clause, Reading
from bot.reading.text.person_names import names_with_places
from bot.register.grouping import READ, REVIEW, START_OF_YEAR, Group, group_of, grouped, is_asked, lines_of
from bot.rules import cadence as rule_cadence

LONGEST_QUOTE = 160
LONGEST_TITLE = 90
KNOWN_AUDIENCES = frozenset(
    "staff everyone role:head role:dsl role:deputy-dsl role:chair role:clerk role:safeguarding-governor "
    "role:dpo role:office role:it role:governor role:volunteer".split()
)


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One document with the key it gets in the register. `path` leads to it from beside the register."""

    key: str
    title: str
    reading: Reading
    path: str


@dataclass(frozen=True, slots=True)
class ProposedObligation:
    """One proposed obligation, and the comment lines that stand before it and before its timing."""

    fields: Mapping[str, Any]
    before: tuple[str, ...]
    before_when: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """The clauses of one obligation, by the policy they stand in."""

    group: Group
    clauses: list[tuple[ReadPolicy, Clause]] = field(default_factory=list)


def propose_rules(policies: Sequence[ReadPolicy], words: Mapping[str, str]) -> list[ProposedObligation]:
    """Propose the obligations of all policies. Every policy is read and reviewed, whatever it says."""
    rules: dict[str, _Gathered] = {}
    for policy in policies:
        found = grouped(policy.reading.clauses)
        for group in (READ, REVIEW):
            found.setdefault(group, [])
        for group, clauses in found.items():
            key = f"{group.key}-{policy.key}" if group.by_policy else group.key
            gathered = rules.setdefault(key, _Gathered(group))
            gathered.clauses += [(policy, clause) for clause in clauses]
            if not clauses:
                gathered.clauses.append((policy, _silent(group)))
    proposed = [_rule(key, gathered, words) for key, gathered in rules.items()]
    taken = {str(rule.fields["key"]) for rule in proposed}
    proposed += (
        _plain_rule(policy, clause, taken)
        for policy in policies
        for clause in policy.reading.clauses
        if group_of(clause) is None
    )
    return proposed


def _plain_rule(policy: ReadPolicy, clause: Clause, taken: set[str]) -> ProposedObligation:
    """Propose a clause as a rule of its own, in the document's own words."""
    timings = [_writable(one) for one in clause.cadence if is_asked(one)]
    when = list(dict.fromkeys(words for words, _ in timings if words))
    exact = all(same for _, same in timings)
    who = _known_audience(clause.audience)
    fields: dict[str, Any] = {
        "key": _key(clause.what, taken),
        "kind": "report" if all(words.startswith("on event") for words in when) else "check",
        "title": clause.what[:LONGEST_TITLE],
        "who": who or "role:head",
        "when": when or ["each term"],
        "reminders": "ask" if clause.audience == "staff" else "gentle",
    }
    fields["source"] = _source(policy, [(policy, clause)], stated=exact and who is not None)
    before = [*_quotes([(policy, clause)])]
    if clause.audience is None:
        before.insert(
            0, "QUESTION: is this asked at all? The document does not say of whom; delete it if not."
        )
    elif who is None:
        before.append(f"The document says: {clause.who}")
    printed = " ".join((clause.when or "").split()).replace('"', "'")
    asked = (
        ()
        if exact and when
        else (f"QUESTION: how often? The document says '{printed}'; this is a proposal.",)
    )
    return ProposedObligation(fields, tuple(before), asked)


def _known_audience(said: str | None) -> str | None:
    """Write the audience in roles that every register names; None where one is named that not all have."""
    terms = (said or "").replace("role:headteacher", "role:head").split(" or ")
    return " or ".join(terms) if all(one in KNOWN_AUDIENCES for one in terms) else None


def _writable(words: str) -> tuple[str | None, bool]:
    """Write a timing as the register does, and return whether that is the same; None where it has no form."""
    try:
        return str(rule_cadence.parse(words)), True
    except ValueError:
        found = nearest(words)
        return (str(rule_cadence.parse(found)), False) if found else (None, False)


def _key(words: str, taken: set[str]) -> str:
    base = "-".join(re.findall(r"[a-z0-9]+", words.lower())[:6])[:40].strip("-") or "rule"
    key = next(one for one in (base, *(f"{base}-{number}" for number in range(2, 999))) if one not in taken)
    taken.add(key)
    return key


def _silent(group: Group) -> Clause:
    """Stand in for a clause the document does not have."""
    return Clause(None, "", None, None, (), None, group.key, stated=False, quote="", line=0, last_line=0)


def _rule(key: str, gathered: _Gathered, words: Mapping[str, str]) -> ProposedObligation:
    group, policy = gathered.group, gathered.clauses[0][0]
    said = [clause for _, clause in gathered.clauses if clause.line]
    names = {**words, "title": policy.title}
    when, stated = _when(group, policy, said)
    fields: dict[str, Any] = {
        "key": key,
        "kind": group.kind,
        "title": group.title.format_map(names),
        "who": group.who.format_map(names),
        "when": list(when),
        "reminders": group.reminders,
    }
    if group.by_policy:
        fields["about"] = policy.key
    if group.statement:
        fields["statement"] = group.statement.format_map(names)
    fields["source"] = _source(policy, gathered.clauses, stated=stated)
    if all(words.removeprefix("on event ").split()[0] in OF_CASES for words in when):
        # A case asks for it; a rule in force would ask no one.
        fields["active"] = False
    ask = () if stated else _ask(group, said)
    return ProposedObligation(fields, tuple(_quotes(gathered.clauses)), ask)


def _when(group: Group, policy: ReadPolicy, clauses: Sequence[Clause]) -> tuple[tuple[str, ...], bool]:
    """Return the document's own timing if it fits, else the proposed one of the group."""
    months = policy.reading.header.review_cycle_months
    if group is REVIEW and months is not None:
        return (f"every {months} months",), True
    if group.when[0].startswith("on event"):
        return group.when, False
    printed = dict.fromkeys(
        _for_review(words) if group is REVIEW else words for clause in clauses for words in _calendar(clause)
    )
    joining = group is READ or group.who != "staff"
    stated = [words for words in printed if not (joining and words.startswith("on joining"))]
    if not stated:
        return group.when, False
    besides = group is READ or (group is START_OF_YEAR and _only_some_have_months(clauses, stated))
    proposed = (words for words in group.when if besides and words not in stated)
    return (*sorted(stated, key=lambda words: not words.startswith("on joining")), *proposed), True


def _calendar(clause: Clause) -> list[str]:
    """List the timings of a clause that are on the calendar, as the register writes them."""
    written = (_writable(words)[0] for words in clause.cadence)
    return [words for words in written if words and _fits(words)]


def _only_some_have_months(clauses: Sequence[Clause], stated: Iterable[str]) -> bool:
    """Return whether what has a month of its own stands beside what has none, which stays where it was."""
    months = all(isinstance(rule_cadence.parse(words), rule_cadence.EachMonth) for words in stated)
    return months and not all(_calendar(clause) for clause in clauses)


def _for_review(words: str) -> str:
    """Count a review on from the one before: its month is that of the date the document prints."""
    return "every 12 months" if isinstance(rule_cadence.parse(words), rule_cadence.EachMonth) else words


def _fits(words: str) -> bool:
    """Return whether words are a timing on the calendar: not an event, not a standing rule."""
    try:
        return not isinstance(rule_cadence.parse(words), rule_cadence.Always | rule_cadence.OnEvent)
    except ValueError:
        return False


def _ask(group: Group, clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Ask once where the calendar decides. How fast an event is answered is proposed and not asked."""
    if not clauses or group.when[0].startswith("on event"):
        return ()
    vague = f"The document does not say ({lines_of(clauses)})"
    return (f"QUESTION: how often? {vague}; this is a proposal.",)


def _source(
    policy: ReadPolicy, clauses: Sequence[tuple[ReadPolicy, Clause]], *, stated: bool
) -> dict[str, Any]:
    """Cite the first policy's lines as they are, those of others with the policy's key."""
    places = []
    for one in dict.fromkeys(where.key for where, clause in clauses if clause.line):
        lines = lines_of([clause for where, clause in clauses if where.key == one and clause.line])
        places.append(lines if one == policy.key else f"{one} {lines}")
    source: dict[str, Any] = {"policy": policy.key}
    if places:
        source["clause"] = "; ".join(places)
    return source if stated else {**source, "stated": False}


def _quotes(clauses: Sequence[tuple[ReadPolicy, Clause]]) -> list[str]:
    lines = []
    for policy, clause in clauses:
        if clause.line:
            quote = " ".join(clause.quote.split())
            short = quote if len(quote) <= LONGEST_QUOTE else f"{quote[:LONGEST_QUOTE].rstrip()} ..."
            lines.append(f'{policy.reading.text.file} line {clause.line}: "{short}"')
    return lines


DATA_OFFICER = re.compile(
    r"\b(?:data protection officer|DPO)s?\b(?:\s*\(\s*(?:DPO|data protection officer)\s*\))?"
    r"(?:\s+(?:for|at|of|in)\s+(?:the|our|this)\s+(?:school|trust|setting|pre-?school))?"
    r"\s*(?:[:–,|(-]|\b(?:is|are|will be)\b[: ]*|\bname\b[: ]*)[\s:–(-]*",
    re.IGNORECASE,
)
TO_BE_DATA_OFFICER = re.compile(
    r"^[\s(,–-]*(?:is|as|acts as|,)?\s*(?:the|our)?\s*(?:school['’]s\s+)?(?:data protection officer|DPO)\b",
    re.IGNORECASE,
)
FARTHEST = 4
# Whose number a line gives, by its words; the first that fits counts.
WHOSE = (
    ("lado", re.compile(r"\bLADO\b|local authority designated officer", re.IGNORECASE)),
    (
        "dsl",
        re.compile(
            r"^(?!.*\b(?:deputy|DDSL|alternate)\b).*(?:\bDSL\b|designated safeguarding lead)", re.IGNORECASE
        ),
    ),
    ("office", re.compile(r"\b(?:school|main|our|pre-?school|nursery) office\b|^\W*office\b", re.IGNORECASE)),
)
OTHERS = re.compile(
    r"\b(?:NSPCC|Ofsted|police|ICO|Childline|CEOP|helpline|MASH|MARU|front ?door|out of hours|fax)\b",
    re.IGNORECASE,
)


def data_officers(lines: Sequence[str]) -> tuple[str, ...]:
    """Return whom the lines call data protection officer: a name right behind the words, or right before."""
    return tuple(dict.fromkeys(name for line in lines for name in _officers(line)))


def _officers(line: str) -> Iterator[str]:
    if re.search(r"data protection officer|\bDPO\b", line, re.IGNORECASE) is None:
        return
    line = line.replace("\t", ": ")  # a cell of a table
    ends = [found.end() for found in DATA_OFFICER.finditer(line)]
    for name, start, end in names_with_places(line):
        follows = any(0 <= start - at <= FARTHEST for at in ends)
        if follows or TO_BE_DATA_OFFICER.match(line[end:]):
            yield name


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A telephone number and the line it stands in, counted from 1."""

    number: str
    line: int


def urgent_numbers(lines: Sequence[str]) -> dict[str, tuple[PrintedNumber, ...]]:
    """Find the numbers beside the words for the council's LADO, the DSL and the office, each number once."""
    found: dict[str, dict[str, PrintedNumber]] = {whose: {} for whose, _ in WHOSE}
    for at, line in enumerate(lines, start=1):
        whose = next((one for one, words in WHOSE if words.search(line)), None)
        numbers = list(phones_in(line))
        # Of two numbers in a line no one can tell which counts: two people's, or one by day and one by night.
        if whose is not None and len(numbers) == 1 and not OTHERS.search(line):
            found[whose].setdefault(numbers[0], PrintedNumber(numbers[0], at))
    return {whose: tuple(printed.values()) for whose, printed in found.items()}
