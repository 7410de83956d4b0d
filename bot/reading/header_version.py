"""The number of the version the document says it is: beside a label, or in words ("the third edition")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.reading.deeds import IT, KIND
from bot.reading.lines import Line
from bot.reading.sheet import Stated

_ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}
_COUNTED = {
    word: number for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)
}
_ANY_NTH = rf"{'|'.join(_ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th)"
_NTH = rf"(?P<nth>{_ANY_NTH})"
_NUMBER = rf"(?P<number>\d{{1,3}}(?:\.\d{{1,2}}){{0,3}}[a-z]?(?![\d/.-]*\d)|{'|'.join(_COUNTED)})\b"
_SORT = r"(?:version|edition|issue|revision)"
_LABELLED = re.compile(rf"^[\s:#.]*[vV]?(?:ersion)?\.?\s*(?:{_NUMBER}|{_NTH}\b)", re.IGNORECASE)
# "This is the seventh version", "now in its third edition", "This is version 3"
_SAID = re.compile(
    rf"\b(?:this|it)\s+is\s+(?:now\s+)?(?:the\s+|our\s+)?(?:{_NTH}\s+{_SORT}\b(?!\s+of\s+(?!{IT}))|{_SORT}\s+{_NUMBER})"
    rf"|\b(?:reading|holding)\s+(?:the\s+|our\s+)?(?:(?P<nth3>{_ANY_NTH})\s+{_SORT}|{_SORT}\s+(?P<number2>\d{{1,3}}(?:\.\d)?))\b"
    rf"|\bthis\s+(?P<nth4>{_ANY_NTH})\s+{_SORT}\b"
    rf"|\b{IT},?\s+(?:is\s+)?(?:now\s+)?(?:in|at)\s+{_SORT}\s+(?P<number3>\d{{1,3}}(?:\.\d)?)\b"
    rf"|\b{IT}\s+(?:is\s+)?(?:now\s+)?(?:in|at)\s+its\s+(?P<nth2>{_ANY_NTH})\s+{_SORT}\b",
    re.IGNORECASE,
)
# A short line that is this, or this and a date: "Third edition, March 2024", "v3 / reissued 02.2022"
_ALONE = re.compile(
    rf"(?:^|[,;|(/]\s?|\b(?:19|20)\d\d\s)(?:(?!first){_NTH}\s+{_SORT}\b|(?:v\.?|ver\.?|{_SORT})\s?{_NUMBER})"
    r"(?=\s*(?:[,;:|/()–-]|$|(?:19|20)\d\d|(?-i:[A-Z])))",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(rf"\b{KIND}[\s,(–-]+(?:v\.?|version|issue)\s?{_NUMBER}\)?$", re.IGNORECASE)
_LONGEST_LINE = 60
_PARTS = re.compile(r"\t|\s[-–|•·]\s")
_AT_EITHER_END = 40
_MODEL = re.compile(r"\bmodel\s+(?:policy|procedure|code)\b.{0,60}\bissued\s+by\b", re.IGNORECASE)


def version(pairs: list[Stated], lines: list[Line]) -> str | None:
    """The printed version; where a history lists several, the last."""
    models = any(_MODEL.search(line.text) for line in lines[:15])  # then its issues are the model's
    named = [pair for pair in pairs if pair.group == "version"]
    found = [
        number
        for pair in [pair for pair in named if pair.strong] or named
        if pair.group == "version"
        and not (models and "issue" in pair.label.lower())
        and (match := _LABELLED.match(pair.value))
        and (number := _figure(match)) is not None
    ]
    return max(found or ([] if models else _in_words(lines)), key=_order, default=None)


def _in_words(lines: list[Line]) -> Iterator[str]:
    worded = [line for line in lines if line.cells]
    for place, line in enumerate(worded):
        said = _SAID.search(line.text)
        ends = place < _AT_EITHER_END or place >= len(worded) - _AT_EITHER_END
        if not said and ends:
            parts = (part for part in _PARTS.split(line.text) if len(part) <= _LONGEST_LINE)
            said = next(
                (found for part in parts if (found := _ALONE.search(part) or _AT_THE_END.search(part))), None
            )
        number = _figure(said) if said else None
        if number is not None:
            yield number


def _figure(found: re.Match[str]) -> str | None:
    part = found.groupdict()
    nth = next((part[key] for key in part if key.startswith("nth") and part[key]), "").lower()
    number = next((part[key] for key in part if key.startswith("number") and part[key]), "").lower()
    if nth:
        return str(_ORDINALS.get(nth) or re.sub(r"\D", "", nth))
    number = str(_COUNTED.get(number, number))
    return None if len(number) == 4 and number.startswith(("19", "20")) else number


def _order(words: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", words))
