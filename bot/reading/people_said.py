"""Whom running text names in a role: "our DSL is ...", "... (DSL)", "..., the headteacher"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from bot.reading.lines import Line, Sentence
from bot.reading.people import names_with_places
from bot.reading.sheet import Stated

NAME_LINE = 90
_CONTACT = re.compile(r"\b(?:contact|details|information)\b[^\w]*$", re.IGNORECASE)
_LEADS_TO_NAMES = re.compile(r"\b(?:is|are)\s*[:–-]?\s*$")
_ROLE = re.compile(
    r"designated|\bDSL|safeguarding lead|head ?teacher|principal|governor|trustee|child protection officer",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(?:local authority|LA|council(?:['’]s)?|county|area|regional|former|previous)\s+$", re.IGNORECASE
)
_ROLE_BEFORE = re.compile(
    r"(?P<deputy>\b(?:deputy|deputies|alternate)\b[^.;]{0,25}?(?:designated (?:safeguarding |senior "
    r"|child protection )?(?:lead|person|officer|teacher|member of staff)s?|DSL(?:['’]?s)?"
    r"|safeguarding leads?)"
    r"|\bDDSLs?)"
    r"|(?P<governor>\b(?:(?:nominated|named|link|lead|designated|safeguarding"
    r"|child protection)\s+(?:safeguarding |child protection |link )?(?:governor|trustee)s?"
    r"|governor (?:with )?responsib(?:le|ility)|designated officer|governor (?:who|that) (?:oversees|monitors"
    r"|leads on|(?:is|has) (?:\w+ )?responsib(?:le|ility) for)(?: [\w&/-]+){1,6}?(?= is\b)))"
    r"|(?P<dsl>\b(?:designated (?:(?:safeguarding|senior|child protection) teachers?|(?:safeguarding "
    r"|senior |child protection )?(?:leads?|persons?|officers?|members? of staff|co-?ordinators?))|DSLs?"
    r"|safeguarding leads?|child protection (?:officer|co-?ordinator)s?))"
    r"|(?P<head>(?<!deputy )(?<!assistant )\b(?:executive )?(?:head ?teacher|headmaster|headmistress"
    r"|head of school|principal))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*\)?(?:\s*\([^)]{1,45}\))?\s+(?:is|are)\s+(?:the|our)\s+(?:[\w&-]+\s+){0,4}?[\w-]+,\s*"
    r"|\s*\)?(?:\s*\([^)]{1,45}\))?\s*(?:for (?:[\w&/-]+\s){1,6}?|(?:in|at) (?:this|our|the) \w+ "
    r"|who (?:[\w’'-]+ ){1,8})?"
    r"(?:\s*(?:is|are|,|:|–|-|\(|\*))*\s*(?:currently )?(?:the |our )?(?:(?:deputy |assistant |pre-school "
    r"|executive |school )*(?:head ?teacher|manager|principal|head|leader|SENCo|SENDCo)[\s,:*(–-]*)?",
    re.IGNORECASE,
)
_HELD = (
    r"(?:(?P<deputy>deputy (?:(?:designated )?safeguarding lead|DSL)|DDSL)"
    r"|(?P<dsl>(?:designated )?safeguarding lead|DSL|designated (?:lead|person))"
    r"|(?P<governor>(?:safeguarding|nominated|link|named|lead) (?:governor|trustee))"
    r"|(?P<head>head ?teacher|principal|head of school|headmaster|headmistress))s?\b"
)
_HELD_ONLY = re.sub(r"\?P<\w+>", "?:", _HELD)
_ROLE_AFTER = re.compile(
    rf"(?:\s*[,(–-]\s*|\s+/\s+|\s+(?={_HELD_ONLY}\s*(?:\t|$|[,;/&(]))|\s+(?:is"
    rf"|are)\s+(?:(?:both|also|all)\s+)?(?:the |our )?)(?:the |our )?"
    rf"(?:(?:school|pre-school|nursery|academy)['’]?s? )?{_HELD}",
    re.IGNORECASE,
)
_ROLE_IN_NEXT_CELL = re.compile(rf"[^\S\t]*\t\s*{_HELD}", re.IGNORECASE)
_ANOTHER_ROLE = re.compile(rf"\s*(?:and|&|/|,)\s*(?:the )?{_HELD}", re.IGNORECASE)
_AND_ANOTHER = re.compile(
    r"\s*(?:,|&|and|,\s*and|/)\s*(?:(?:the\s+)?(?:assistant\s+|deputy\s+)?(?:head ?teacher|head|manager"
    r"|principal"
    r"|SENCo|SENDCo)\s*,\s*)?",
    re.IGNORECASE,
)


def with_name_lines(found: list[Sentence], pairs: list[Stated], lines: list[Line]) -> list[Sentence]:
    """ "The DSL in this school is:" and, lines below, "Name: Jane Smith": one sentence to the reader."""
    joined = []
    for pair in pairs:
        if pair.group != "stop" or pair.label.lower() != "name" or len(pair.value) > NAME_LINE:
            continue
        above = [line.text for line in lines[max(0, pair.label_line - 6) : pair.label_line - 1] if line.cells]
        role = _ROLE_BEFORE.search(above[-1]) if above and _CONTACT.search(above[-1]) else None
        if role:
            joined.append(Sentence(f"{role.group()} is {pair.value}", pair.line))
        elif above and above[-1].endswith((":", " is", " are", "-")):
            joined.append(Sentence(f"{above[-1].rstrip(':- ')} {pair.value}", pair.line))
    return [*found, *joined, *_named_below(lines)]


def _named_below(lines: list[Line]) -> Iterator[Sentence]:
    """ "Our designated persons, who can be reached at any time, are:" and on the next line their names."""
    worded = [line for line in lines if line.cells]
    for upper, lower in itertools.pairwise(worded):
        role = _ROLE_BEFORE.search(upper.text) if _LEADS_TO_NAMES.search(upper.text) else None
        if role and len(lower.text) <= NAME_LINE and not _OUTSIDE.search(upper.text, 0, role.start()):
            yield Sentence(f"{role.group()} is {lower.text}", lower.number)


def in_sentences(found: list[Sentence]) -> dict[str, list[str]]:
    """Names that running text gives a role: "our DSL is ...", "... (DSL)", "..., the headteacher"."""
    roles: dict[str, list[str]] = {"dsl": [], "deputy": [], "head": [], "governor": []}
    for sentence in found:
        if len(sentence.text) < 700 and _ROLE.search(sentence.text):
            for group, name in _roles_in(sentence.text):
                roles[group].append(name)
    return roles


def _roles_in(text: str) -> list[tuple[str, str]]:
    places = names_with_places(text)
    found: list[tuple[str, str]] = []
    for index, (name, start, _) in enumerate(places):
        before = _role_before(text, start)
        if before and _joined(text, before.end(), start, places[:index]):
            found.append((str(before.lastgroup), name))
        found += [(str(role.lastgroup), name) for role in _roles_after(text, places, index)]
    return found


def _roles_after(text: str, places: list[tuple[str, int, int]], index: int) -> Iterator[re.Match[str]]:
    """The roles said after a name, and in a table those in the cell beside the row's first."""
    _, start, end = places[index]
    role = _ROLE_AFTER.match(text, end) or _shared(text, places, index)
    if role is None and "\t" not in text[:start]:
        role = _ROLE_IN_NEXT_CELL.match(text, end)
    while role:
        yield role
        role = _ANOTHER_ROLE.match(text, role.end())


def _role_before(text: str, start: int) -> re.Match[str] | None:
    """The last role named before the place; an officer of the authority has no role in the setting."""
    roles = list(_ROLE_BEFORE.finditer(text, 0, start))
    if not roles or _OUTSIDE.search(text, 0, roles[-1].start()):
        return None
    return roles[-1]


def _joined(text: str, role_end: int, start: int, earlier: list[tuple[str, int, int]]) -> bool:
    """Nothing but small words stands between the role and the name, or only other names before it."""
    for _, begins, ends in earlier:
        if begins >= role_end:
            head = _BETWEEN.fullmatch(text[role_end:begins])
            return head is not None and _AND_ANOTHER.fullmatch(text[ends:start]) is not None
    return _BETWEEN.fullmatch(text[role_end:start]) is not None


def _shared(text: str, places: list[tuple[str, int, int]], index: int) -> re.Match[str] | None:
    """ "Both A and B are designated safeguarding leads": the role after B is A's too."""
    if index + 1 < len(places) and re.fullmatch(
        r"\s*(?:&|and)\s*", text[places[index][2] : places[index + 1][1]]
    ):
        after = _ROLE_AFTER.match(text, places[index + 1][2])
        return after if after and re.match(r"\s+are\b", text[places[index + 1][2] :]) else None
    return None
