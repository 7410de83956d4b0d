"""What is meant by other words: "her deputy", "the two leads", the first name alone, "Mrs Poe"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.reading.people import TITLE, is_strange, names_with_places
from bot.reading.people_roles import POST, TOPIC, Role

_NO_LEAD_OF_THIS = (
    r"(?![\s-]+(?:head|principal|manager|leader|supervisor|designated|safeguarding|DSL|child|chair|lead))"
)
_HIS_DEPUTY = re.compile(
    rf"\b(?:(?:his|her|their|the|our|my|whose|with|or|and|by)\s+(?:two |three |a )?(?:deput(?:y|ies)"
    rf"|stand-in)\b"
    rf"{_NO_LEAD_OF_THIS}"
    r"|(?:deputis(?:es?|ing)|stands? in|steps? in|covers?) for (?:him|her|them|both|either|the (?:DSL"
    r"|lead)s?)\b"
    r"|(?:deputis(?:es?|ing)|stands? in|steps? in|takes? over|covers?) (?:when|if|whenever"
    r"|while)(?= (?:he|she"
    r"|they|the)\b)|deputises?(?=\s*[.;,])"
    r"|in (?:his|her|their|the DSL['’]s|whose) absence,?\s*(?:please )?(?:contact|speak (?:to|with)|see|tell"
    r"|ask|go to|report to)?)"
    rf"|(?<=\bas )deput(?:y|ies)\b(?: leads?\b)?{_NO_LEAD_OF_THIS}|(?<=\()deput(?:y|ies)(?=\))"
    r"|(?:when|if) (?:he|she|they) (?:is|are)(?:n['’]t| not) (?:in|here|there|available"
    r"|at work|around),? it(?:['’]s| is)(?=\s)"
    r"|(?<=[;,] )(?:the |our )?deput(?:y|ies)(?=\s*[,:]\s)|^deput(?:y|ies)(?=\s*–|\s-)"
    r"|\bdeput(?:y|ies)(?=\s*:)"
    r"|\bdeputy leads?\b(?! for)",
    re.IGNORECASE,
)
_WHEN_AWAY = re.compile(
    r"\b(?:when|if|while|whenever)\s+(?:he|she|they|neither|the (?:DSL|lead))\s+(?:is|are|can(?:not"
    r"|['’]t))\s+"
    r"[^.;]{0,80}?(?P<does>(?:takes? (?:over|charge|this on|it on|on the role)|steps? in|stands? in"
    r"|deputises?"
    r"|covers?|is in charge|acts? (?:instead|in (?:his|her|their) place))\b)(?! as\b)",
    re.IGNORECASE,
)
# "the lead" is the safeguarding lead where safeguarding has just been spoken of.
_THE_LEAD = re.compile(
    r"(?<=\()lead(?=\))|\b(?:the|our|these|both|whose)\s+(?:two\s+|three\s+"
    r"|other\s+)?leads?(?=\s*(?:[(:,.]|$)|\s+(?:is|are|at"
    r"|in|and)\s)",
    re.IGNORECASE,
)
_SAFEGUARDING_STAFF = re.compile(
    r"\b(?:look|looks|looking)\s+after\s+safeguarding\b|\bsafeguarding\s+(?:people|persons?|team|staff|officers?|contacts?|leads?)\b",
    re.IGNORECASE,
)
_LINK_OF_THE_BOARD = re.compile(
    rf"\b(?:governors|governing|board|trustees"
    rf"|committee)\b[^.]{{0,200}}\bthe (?P<link>link (?:person )?for {TOPIC})\b",
    re.IGNORECASE,
)
# "this is the headteacher, Mrs Poe": whatever role was spoken of last.
_THIS_IS = re.compile(
    r"\b(?:this|that)(?:\s+(?:person|role|post|duty))?(?=\s+(?:is|will be|has been|falls to)\b)",
    re.IGNORECASE,
)
_FIRST_NAME = re.compile(r"(?<![\w’'.-])[A-Z][a-zà-öø-ÿ]+(?=[ ][A-Z][\w’'-])")
_WORD_BEFORE = re.compile(r"([A-Z][\w’'-]*)[ ]$")
_TITLED = re.compile(rf"{TITLE}\s*$")
_HAS_POST = re.compile(
    rf"\s*(?:[,(–\t]|-\s)\s*(?:the |our |a |who is )?(?:{POST}|owner|proprietor)", re.IGNORECASE
)
_IS_POST = re.compile(
    rf"\b{POST}\s*(?:is|:|,|\t)\s*$|\b(?:treasurer|secretary) is $|\b(?:the|our) deputy,\s*$", re.IGNORECASE
)
_CAPITAL_WORD = re.compile(r"(?<![\w’'.-])[A-Z][a-zà-öø-ÿ]+(?![\w’'-])")
_CAPITAL_BEFORE = re.compile(r"(?:[A-Z][\w’'-]*|[A-Z]\.|\b(?:[Aa]t|[Ii]n|[Oo]f|[Ff]or))[ ]$")
_NEAR = 60


def meant(text: str, said: list[Role], last: str | None) -> list[Role]:
    """Roles that are meant by other words, told from those the text has said, or from the last one before."""
    found = list(said)
    for lead in _THE_LEAD.finditer(text):
        known = _SAFEGUARDING_STAFF.search(text, 0, lead.start())
        if known or _last_of(found, lead.start(), last) == "dsl":
            found.append(Role("dsl", lead.start(), lead.end()))
    found += [Role("governor", link.start("link"), link.end()) for link in _LINK_OF_THE_BOARD.finditer(text)]
    for this in _THIS_IS.finditer(text):
        group = _last_of(found, this.start(), last)
        if group and group != "head":
            found.append(Role(group, this.start(), this.end()))
    return [*found[len(said) :], *_deputies(text, found, last)]


def _deputies(text: str, found: list[Role], last: str | None) -> Iterator[Role]:
    for his in _HIS_DEPUTY.finditer(text):
        if _last_of(found, his.start(), last) in {"dsl", "deputy"} or _has_lead(found, his.start()):
            yield Role("deputy", his.start(), his.end())
    for away in _WHEN_AWAY.finditer(text):
        if last == "dsl" or _has_lead(found, away.start()):
            yield Role("deputy", away.start("does"), away.end("does"))


def _last_of(said: list[Role], place: int, last: str | None) -> str | None:
    return next((role.group for role in reversed(said) if role.end <= place), last)


def _has_lead(said: list[Role], place: int) -> bool:
    return any(role.group == "dsl" and role.end <= place for role in said)


@dataclass(frozen=True, slots=True)
class Known:
    """The people a document names with first name and surname, and how to tell them by less."""

    by_given: dict[str, str]
    by_surname: dict[str, dict[str, set[str]]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Known:
        given: dict[str, set[str]] = {}
        surnames: dict[str, dict[str, set[str]]] = {}
        for text in texts:
            for name, start, end in _whole_names(text):
                first, *_, last = name.split()
                before = text[max(0, start - _NEAR) : start]
                title = _TITLED.search(before)
                titles = surnames.setdefault(last.lower(), {}).setdefault(name, set())
                titles.update({_plain(title.group())} if title else ())
                if title or _IS_POST.search(before) or _HAS_POST.match(text, end):
                    given.setdefault(first, set()).add(name)
        return cls({word: min(full) for word, full in given.items() if len(full) == 1}, surnames)

    def filled(self, text: str) -> str:
        """The text with surnames behind the first names that stand alone: "Beth is the lead"."""
        if not self.by_given:
            return text
        return _CAPITAL_WORD.sub(lambda found: self._full(text, found), text)

    def _full(self, text: str, found: re.Match[str]) -> str:
        full = self.by_given.get(found.group())
        part = (
            full is None
            or re.match(r" [A-Z]", text[found.end() :]) is not None
            or _CAPITAL_BEFORE.search(text[max(0, found.start() - _NEAR) : found.start()]) is not None
        )
        return found.group() if part or full is None else full

    def in_full(self, name: str) -> str:
        """ "Mrs Poe" or "J Poe" as "Jane Poe", when the document names one such person and no other."""
        title = re.match(TITLE, name)
        bare = name[title.end() :].strip() if title else name
        *first, surname = bare.split() or [""]
        if len(first) > 1 or (first and (title or len(first[0].strip(".")) > 1)):
            return name
        called = _plain(title.group()) if title else ""
        fits = [
            full
            for full, titles in self.by_surname.get(surname.lower(), {}).items()
            if (not first or full[0] == first[0][0]) and (not called or not titles or called in titles)
        ]
        return fits[0] if len(fits) == 1 and (first or called) else name


def _plain(title: str) -> str:
    return title.strip(" .").lower()


def _whole_names(text: str) -> Iterator[tuple[str, int, int]]:
    """Names of a first name and a surname, where each begins and ends."""
    for found in _FIRST_NAME.finditer(text):
        before = _WORD_BEFORE.search(text, max(0, found.start() - _NEAR), found.start())
        inside = before and is_strange(before.group(1)) and not _TITLED.match(before.group(1))
        if inside or not is_strange(found.group()):
            continue
        people = names_with_places(text[found.start() : found.start() + _NEAR])
        if people and not people[0][1]:
            yield people[0][0], found.start(), found.start() + people[0][2]
