"""Names of people in the text, read as the roles that the document gives them: "Ann" is "the headteacher".

A small setting writes "tell Ann", having said at its head "Manager: Ann Example".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.reading.text.person_names import names
from bot.reading.text.sentences import Sentence
from bot.reading.text.wording import wording

_CHUNK = re.compile(r"\s{3,}")
_LABEL = re.compile(r"\s*(?P<role>[^:\t]{3,80}?)\s*[:\t]\s*(?P<rest>\S.*)")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Revd|Fr|Sr)\b\.?\s+$")
_TITLED = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev|Revd|Fr|Sr)\b\.?\s+")
# The first that fits, so that a "Deputy DSL" is a deputy and a "Manager and DSL" a head.
_ROLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (wording("deput(?:y|ies)"), "the deputy"),
    (wording("chair(?:man|person|woman)?"), "the chair"),
    (wording("(?:business|office|site|premises|ICT|IT|network) manager"), "the office manager"),
    (wording("<head>"), "the headteacher"),
    (wording("<dsl>"), "the DSL"),
    (wording("governors?|committee|trustees?|board"), "the governor"),
    (wording("data protection (?:officer|lead)|DPO|DPL"), "the data protection officer"),
    (wording("lead(?:er)?|co-?ordinator|SENCO|officer|technician"), "the lead"),
)
_WORDS_TOO = frozenset(
    "Will May Mark Grace Hope Joy Faith April June Rose Dawn Sue Bill Art Penny Summer Autumn Miles".split()
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names as the document may write them, each with the role it stands for."""

    roles: dict[str, str]
    found: re.Pattern[str]

    def read(self, sentence: Sentence) -> Sentence:
        """The sentence with roles for names. Each letter keeps the place of a letter of the name."""
        words, places, end = "", list[tuple[int, int]](), 0
        for name in self.found.finditer(sentence.words):
            role = self.roles[name.group()]
            words += sentence.words[end : name.start()] + role
            places += sentence.places[end : name.start()]
            last = name.end() - name.start() - 1
            places += [sentence.places[name.start() + min(letter, last)] for letter in range(len(role))]
            end = name.end()
        if not end:
            return sentence
        return replace(sentence, words=words + sentence.words[end:], places=(*places, *sentence.places[end:]))


def names_of(lines: tuple[str, ...]) -> Names | None:
    """The people whom the document gives a role, in lines such as "Headteacher: Jane Example"."""
    roles: dict[str, str] = {}
    for line in lines:
        for role, name in _given(line):
            for form in _forms(name, line):
                roles.setdefault(form, role)
    if not roles:
        return None
    longest_first = sorted(roles, key=len, reverse=True)
    return Names(roles, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"))


def gives_roles(line: str) -> bool:
    """The line says who somebody is; a name in it stays a name."""
    return next(_given(line), None) is not None


def _given(line: str) -> Iterator[tuple[str, str]]:
    for chunk in _CHUNK.split(line) if "\t" not in line else [line]:
        label = _LABEL.match(chunk)
        role = next((role for known, role in _ROLES if label and known.search(label["role"])), None)
        if label and role and len(label["rest"]) < 90:
            yield from ((role, name) for name in names(label["rest"]))


def _forms(name: str, line: str) -> Iterator[str]:
    """Jane Example, or Jane; where the line calls her Mrs Jane Example, Mrs Example and never Jane."""
    yield name
    bare = _TITLED.sub("", name)
    title = _TITLE.search(line[: line.find(bare)])
    parts = bare.split()
    if title:
        yield title.group() + bare
        yield f"{title.group().strip()} {parts[-1]}"
    elif len(parts[0]) > 2 and parts[0] not in _WORDS_TOO:
        yield parts[0]
