"""From the clauses of several policies to obligations: one for each act, with the clauses it carries out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain import cadence
from bot.domain.happenings import OF_CASES
from bot.reading.clause_cadence import asks_on_joining
from bot.reading.facts import Clause, Reading
from bot.register.grouping import READ, REVIEW, START_OF_YEAR, Group, grouped, lines_of

LONGEST_QUOTE = 160
ON_JOINING = "on joining within 10 school days"


@dataclass(frozen=True, slots=True)
class ReadPolicy:
    """One document with the key it gets in the register. `path` leads to it from beside the register."""

    key: str
    title: str
    reading: Reading
    path: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One proposed obligation, and the comment lines that stand before it and before its timing."""

    fields: Mapping[str, Any]
    before: tuple[str, ...]
    before_when: tuple[str, ...] = ()


@dataclass(slots=True)
class _Gathered:
    """The clauses of one obligation, by the policy they stand in."""

    group: Group
    clauses: list[tuple[ReadPolicy, Clause]] = field(default_factory=list)


def propose_rules(policies: Sequence[ReadPolicy], words: Mapping[str, str]) -> list[Rule]:
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
    return [_rule(key, gathered, words) for key, gathered in rules.items()]


def _silent(group: Group) -> Clause:
    """Stand in for a clause the document does not have."""
    return Clause(group.key, "", "", stated=False, quote="", line=0)


def _rule(key: str, gathered: _Gathered, words: Mapping[str, str]) -> Rule:
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
        # A case asks for it; a rule in force would ask nobody.
        fields["active"] = False
    ask = () if stated else _ask(group, said)
    return Rule(fields, (*_doubt(said), *_quotes(gathered.clauses)), ask)


def _doubt(clauses: Sequence[Clause]) -> tuple[str, ...]:
    """Ask whether an obligation is meant at all, where no rule knows the words of any of its clauses."""
    if not clauses or not all(clause.likely for clause in clauses):
        return ()
    return ("QUESTION: is this asked at all? Handbell is not sure what these words ask; delete it if not.",)


def _when(group: Group, policy: ReadPolicy, clauses: Sequence[Clause]) -> tuple[tuple[str, ...], bool]:
    """Take the document's own timing where it states one that fits; propose the group's otherwise."""
    months = policy.reading.header.review_cycle_months
    if group is REVIEW and months is not None:
        return (f"every {months} months",), True
    if group.when[0].startswith("on event"):
        return group.when, False
    stated = dict.fromkeys(
        _for_review(clause.cadence) if group is REVIEW else clause.cadence
        for clause in clauses
        if clause.stated and _fits(clause.cadence)
    )
    if not stated:
        return group.when, False
    besides = group is READ or (group is START_OF_YEAR and _only_some_have_months(clauses, stated))
    proposed = (words for words in group.when if besides and words not in stated)
    return (*_on_joining(group, clauses, stated), *stated, *proposed), True


def _only_some_have_months(clauses: Sequence[Clause], stated: Iterable[str]) -> bool:
    """Say whether what has a month of its own stands beside what has none, which stays where it was."""
    months = all(isinstance(cadence.parse(words), cadence.EachMonth) for words in stated)
    return months and not all(clause.stated for clause in clauses)


def _for_review(words: str) -> str:
    """Count a review on from the one before: its month is that of the date the document prints."""
    return "every 12 months" if isinstance(cadence.parse(words), cadence.EachMonth) else words


def _on_joining(group: Group, clauses: Sequence[Clause], stated: Iterable[str]) -> tuple[str, ...]:
    """Ask on joining too where a sentence that states a rhythm names those who are new."""
    told = (
        group is not READ and group.who == "staff" and not any(one.startswith("on joining") for one in stated)
    )
    return (ON_JOINING,) if told and any(asks_on_joining(one.quote) for one in clauses) else ()


def _fits(words: str) -> bool:
    """Say whether words are a timing on the calendar: not an event, not a standing rule."""
    try:
        return not isinstance(cadence.parse(words), cadence.Always | cadence.OnEvent)
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
            unsure = " (not sure that it belongs here)" if clause.likely else ""
            lines.append(f'{policy.reading.text.file} line {clause.line}: "{short}"{unsure}')
    return lines
