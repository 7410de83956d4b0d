"""Every duty a policy creates: its kind, who must act, how often, and the words that say so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.reading.binding import HOLDER, binds, may_bind, provable, says_when
from bot.reading.clause_cadence import cadence_of
from bot.reading.clause_control import is_control
from bot.reading.clause_items import as_order, as_said
from bot.reading.clause_names import Names, gives_roles, names_of
from bot.reading.clause_sentences import Sentence, sentences
from bot.reading.clause_voices import is_promised, sections_of_children
from bot.reading.clause_who import audience_of
from bot.reading.facts import Clause, Header, Text
from bot.reading.kinds import Rule, wording
from bot.reading.kinds_kept import THINGS_ALONE
from bot.reading.kinds_likely import CONDUCT, SHOWN, TOLD, likelier, likeliest
from bot.reading.kinds_meaning import COLUMNS, MEANINGS, SECTIONS
from bot.reading.kinds_wordings import WORDINGS

_MOST_WORDS = 25
_TO_FILL_IN = re.compile(r"_{3}|\.{5}|…{2}")
_CHILDMINDER = re.compile(r"\bchild-?mind(?:er|ing)\b", re.IGNORECASE)
_FEWEST_WORDS = 4
_SAME = 0.7
_SAME_NEAR = 0.2
_SAME_ANYWHERE = 0.15
_WITHIN = 0.8
_BESIDE = 2
_STATEMENT = wording(
    "^(?:the )?(?:purpose|aims?|objectives?) of",
    "^we (?:believe|recognise|understand|acknowledge|aim|are aware)",
    "^this policy (?:applies|aims|links|has been|is written)",
    "^(?:it takes into account|the term|this will be achieved)",
    "[:\t] ?(?:yes|no|n/a)$",
    "ha(?:s|ve) no (?:power|right|authority) to",
    "^signed(?: by)?\\b[^.]{0,60}\\bdate",
    "^(?!(?:if|where|when|whenever|whoever|anyone|anybody|any|should)\\b)[^,]*?(?<!who )"
    "(?:recognises|acknowledges|identifies|believes|understands) (?:that|its|the)",
)
_ADVICE_TO_OTHERS = wording(
    "<pupils> .. (?:<be>|are) (?:advised|encouraged|taught|educated|reminded)",
    "all members of ... (?:community|staff) are (?:advised|encouraged)",
)
# A cover's review gives way to the one in the text; of the roles on a cover the last stands for all.
_LAST_STANDS = frozenset({"REV", "ROLE"})
_BESIDES = frozenset({("IND", "TRN")})  # two duties that often share a clause
# Where a sentence goes on with a clause of its own: ", and its number is given to families".
_JOINT = wording(
    r"\b,? and then |, and |, then |(?<=[\w)]) and (?=(?:the|an?|any|each|every|all|its?|their|they|we|i|he"
    r"|she|you|staff|parents|pupils|children|whoever|no one|nobody|new|copies|records?)\b)"
    r"|, (?:which|who) (?=(?:is|are|must|will|should)\b)"
    r"|, (?=(?:the |our |an? )?(?:<leaders>|<parents>) (?:<acts>|is|are|<must>)\b)",
)
# One deed with two names: the police and the officer for allegations are told, use is filtered and watched.
_ONE_DEED = (frozenset({"POL", "LADO"}), frozenset({"FILT", "MON"}))
_GOES_ON = wording("^(?:also |then |always |never )*(?:<act>|<acts>|<done>)")
_WORD = re.compile(r"\S+")
_WHOLE = re.compile(r".+", re.DOTALL)
_PLAIN = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class _Found:
    """A clause with what made it one."""

    clause: Clause
    rule: Rule
    sentence: Sentence


def find_clauses(text: Text, header: Header) -> tuple[Clause, ...]:
    """The document's duties in reading order, each once."""
    found: list[_Found] = []
    people = names_of(text.lines)
    alone = _CHILDMINDER.search("\n".join(text.lines)) is not None
    before, section = "", ""
    everything = tuple(sentences(text.lines))
    childrens = sections_of_children(everything)
    for said in everything:
        if is_promised(said, childrens) or is_control(said):
            continue
        sentence = _by_role(as_order(_of_the_house(said) if alone else as_said(said)), people, text.lines)
        before, section = before if section == said.heading else "", said.heading
        for clause in _read(sentence, text.lines, before):
            if not _is_printed(clause.clause, header):
                _keep(found, clause)
            before = clause.clause.kind
    clauses = [*_printed_review(header), *(each.clause for each in found)]
    return tuple(sorted(clauses, key=lambda clause: clause.line))


def _by_role(said: Sentence, people: Names | None, lines: tuple[str, ...]) -> Sentence:
    """The sentence with roles for names; begun with its doer where a list is of one role's duties."""
    sentence = people.read(said) if people and not gives_roles(lines[said.places[0][0] - 1]) else said
    doer = sentence.lead.rstrip(" :")
    if not sentence.item or not HOLDER.search(doer) or HOLDER.search(sentence.words):
        return sentence
    begin = f"{doer}: "
    places = (sentence.places[0],) * len(begin) + sentence.places
    return replace(sentence, words=begin + sentence.words, places=places)


def _of_the_house(said: Sentence) -> Sentence:
    """A childminder's "I lock my phone away" as any other setting says it: "We lock"."""
    if not said.words.startswith("I "):
        return said
    return replace(said, words=f"We{said.words[1:]}", places=(said.places[0], *said.places))


def _read(sentence: Sentence, lines: tuple[str, ...], before: str) -> Iterator[_Found]:
    words = sentence.words
    if len(words.split()) < _FEWEST_WORDS or _STATEMENT.search(words) or _is_to_fill_in(sentence, lines):
        return
    if _ADVICE_TO_OTHERS.search(sentence.lead):
        return
    matched = _kind_of(sentence, before)
    taken = range(0)
    kinds = set[str]()
    if matched:
        rule, match = matched
        taken, kinds = range(*match.span()), {rule.kind}
        yield _found(sentence, rule, match, lines)
        also = _first(words[match.end() :], MEANINGS)
        if also and (rule.kind, also[0].kind) in _BESIDES:
            yield _found(sentence.after(match.end()), *also, lines)
    for start, part in _parts(sentence):
        other = _kind_of_part(part, sentence)
        if not other or _meet(range(*other[1].span()), taken, start):
            continue
        if other[0].kind in kinds or any({kind, other[0].kind} in _ONE_DEED for kind in kinds):
            continue
        kinds.add(other[0].kind)
        yield _found(part, *other, lines)


def _is_to_fill_in(sentence: Sentence, lines: tuple[str, ...]) -> bool:
    """There are blanks among its words: a form's line. They are asked of the line, as marks are gone."""
    line, start = sentence.places[0]
    end = max(column for number, column in sentence.places if number == line)
    return _TO_FILL_IN.search(lines[line - 1], start, end + 1) is not None


def _parts(sentence: Sentence) -> Iterator[tuple[int, Sentence]]:
    """The clauses of a sentence that has several, each with its place in it."""
    ends = [(joint.start(), joint.end()) for joint in _JOINT.finditer(sentence.words)]
    if not ends or sentence.row or sentence.columns:
        return
    starts = [0, *(end for _, end in ends)]
    for start, end in zip(starts, [*(begin for begin, _ in ends), len(sentence.words)], strict=True):
        words = sentence.words[start:end]
        if words.count(" ") >= _FEWEST_WORDS - 1:
            yield start, replace(sentence, words=words, places=sentence.places[start:end])


def _kind_of_part(part: Sentence, whole: Sentence) -> tuple[Rule, re.Match[str]] | None:
    """What a clause of a longer sentence asks; one that only goes on, asks what the sentence asks."""
    if not binds(part) and not (_GOES_ON.search(part.words) and binds(whole)):
        return None
    found = _first(part.words, MEANINGS)
    return None if found and found[0] in THINGS_ALONE else found


def _meet(one: range, other: range, shift: int) -> bool:
    return one.start + shift < other.stop and other.start < one.stop + shift


def _kind_of(sentence: Sentence, before: str) -> tuple[Rule, re.Match[str]] | None:
    """By its meaning where it binds, or its section; else by a wording that is a duty however it stands.

    What binds and could be proved is a duty even if no rule knows its kind; then it is of the likeliest. So
    it is where its words are much liker another kind's than those of the kind that a rule read. What does not
    seem to bind is a duty where its words are far liker those of one kind than of none.
    """
    words, heading = sentence.words, sentence.heading
    titled = _first(sentence.columns, COLUMNS)
    everything = _WHOLE.match(words)
    if titled and everything:
        return titled[0], everything
    bound = binds(sentence)
    matched = (bound and _first(words, MEANINGS)) or _first(words, WORDINGS)
    if matched:
        rule, match = matched
        return likelier(rule, words, heading) or rule, match
    if not everything:
        return None
    if not bound:
        surely = likeliest(words, heading, "", least=TOLD) if may_bind(sentence) else None
        return (surely, everything) if surely else None
    section = _first(heading, SECTIONS) if says_when(words) else None
    if section:
        return section[0], everything
    likely = likeliest(words, heading, before, least=SHOWN if provable(words) else CONDUCT)
    return (likely, everything) if likely else None


def _first(words: str, rules: tuple[Rule, ...]) -> tuple[Rule, re.Match[str]] | None:
    for rule in rules:
        match = rule.reads(words)
        if match:
            return rule, match
    return None


def _found(sentence: Sentence, rule: Rule, match: re.Match[str], lines: tuple[str, ...]) -> _Found:
    quote, line = _quote(sentence, match, lines)
    cadence, stated = cadence_of(sentence.words, rule)
    clause = Clause(rule.kind, audience_of(sentence, rule), cadence, stated, quote, line, likely=rule.likely)
    return _Found(clause, rule, sentence)


def _keep(found: list[_Found], new: _Found) -> None:
    """Add the clause, unless the same duty is there."""
    for index, old in enumerate(found):
        if old.clause.kind != new.clause.kind:
            continue
        if new.rule.once and old.rule is new.rule:
            if new.clause.kind in _LAST_STANDS:
                found[index] = new
            return
        if _alike(old.sentence.words, new.sentence.words, _same(old, new)):
            return
        beside = new.sentence.block - old.sentence.block <= _BESIDE
        if old.rule is new.rule and beside and _within(old.sentence.words, new.sentence.words):
            return
    found.append(new)


def _same(old: _Found, new: _Found) -> float:
    """What share of their words two that say the same duty have in common."""
    if old.rule is not new.rule:
        return _SAME
    if old.sentence.block == new.sentence.block:
        return _SAME_NEAR
    return _SAME_ANYWHERE if new.rule.nearly_once else _SAME


def _alike(one: str, other: str, share: float) -> bool:
    first, second = set(_PLAIN.findall(one.lower())), set(_PLAIN.findall(other.lower()))
    both = len(first & second)
    return both >= share * max(1, len(first | second))


def _within(one: str, other: str) -> bool:
    """One says hardly anything that the other does not."""
    first, second = set(_PLAIN.findall(one.lower())), set(_PLAIN.findall(other.lower()))
    return len(first & second) >= _WITHIN * max(1, min(len(first), len(second)))


def _is_printed(clause: Clause, header: Header) -> bool:
    return header.next_review is not None and (clause.kind, clause.line) == ("REV", header.next_review.line)


def _printed_review(header: Header) -> Iterator[Clause]:
    """The next review a cover prints is a duty of its own: it has a date."""
    printed = header.next_review
    if printed:
        months = header.review_cycle_months
        cadence = f"every {months or 12} months"
        yield Clause("REV", "role:headteacher", cadence, months is not None, printed.quote, printed.line)


def _quote(sentence: Sentence, match: re.Match[str], lines: tuple[str, ...]) -> tuple[str, int]:
    """At most 25 words of the line on which the duty is worded, as they stand there."""
    places = sentence.places[match.start() : match.end()]
    line = Counter(number for number, _ in places).most_common(1)[0][0]
    columns = [column for number, column in sentence.places if number == line]
    raw = lines[line - 1]
    found = list(_WORD.finditer(raw, columns[0], columns[-1] + 1))
    if len(found) > _MOST_WORDS:
        duty = next(column for number, column in places if number == line)
        begin = next(index for index, word in enumerate(found) if word.end() > duty)
        first = 0 if begin < _MOST_WORDS // 2 else min(begin, len(found) - _MOST_WORDS)
        found = found[first : first + _MOST_WORDS]
    return raw[found[0].start() : found[-1].end()], line
