"""The setting a document belongs to: by its label, else by the name that stands in front and recurs."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from bot.reading.capitals import SHOUTED_RUN, in_title_case
from bot.reading.lines import BLANK, Line
from bot.reading.setting_words import (
    ANOTHER_BODY,
    AT_OURS,
    GENERIC,
    HINT,
    ITS_CENTRE,
    LEADING,
    OUR_OWN,
    SETTING,
    TIMES,
)
from bot.reading.sheet import Stated

_FRONT = 30
_NAMED_WITHIN = 12
_LABEL_LONGEST = 90
_LEAST = 4


def find_setting(lines: list[Line], pairs: list[Stated]) -> str | None:
    for pair in pairs:
        if (
            pair.group == "setting"
            and pair.strong
            and len(pair.value) < _LABEL_LONGEST
            and BLANK not in pair.value
        ):
            names = _names_in(pair.value)
            if names:
                return names[0][0]
    return _by_recurrence(lines)


def _by_recurrence(lines: list[Line]) -> str | None:
    scores: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for name in _over_lines(lines):
        scores[_key(name)] += 12
        spelling.setdefault(_key(name), name)
    for place, line in enumerate(line for line in lines if line.cells):
        for cell in line.cells:
            for name, own in _names_in(cell):
                key = _key(name)
                scores[key] += (12 if place < _FRONT else 1) + 3 * own
                spelling.setdefault(key, name)
    enough = {key: _weight(spelling[key], score) for key, score in scores.items() if score >= _LEAST}
    return spelling[max(enough, key=lambda key: enough[key])] if enough else _as_they_say(lines)


def _as_they_say(lines: list[Line]) -> str | None:
    """A name without a word for a school in it: said as "at Little Steps we", and said or headed again."""
    whole = "\n".join(line.text for line in lines)
    for found in AT_OURS.finditer(whole):
        name = found.group("name")
        words = {word.lower() for word in name.split()}
        if words <= GENERIC | TIMES or ANOTHER_BODY.search(name) or words & TIMES:
            continue
        if len(re.findall(rf"\b{re.escape(name)}\b", whole)) > 1:
            return name
    return None


def _weight(name: str, score: int) -> float:
    """A school before the trust it is part of, when both stand in front."""
    return score * (0.5 if re.search(r"\b(?:Trust|Federation|Partnership)\b", name) else 1.0)


def _key(name: str) -> str:
    plain = name.lower().replace("church of england", "ce").replace("c of e", "ce").replace("c.e.", "ce")
    plain = re.sub(r"\bcp\b", "community primary", plain).replace("cofe", "ce")
    return re.sub(r"[^a-z]+", " ", plain).strip()


def is_setting(text: str, setting: str | None) -> bool:
    return setting is not None and _key(text) == _key(setting)


def in_setting(text: str, setting: str | None) -> bool:
    """Say whether the words are a part of the setting's name, which may be printed over several lines."""
    return setting is not None and f" {_key(text)} " in f" {_key(setting)} "


def _over_lines(lines: list[Line]) -> Iterator[str]:
    """Names printed over two or three lines in front, the last of which is none by itself."""
    worded = [line for line in lines[: 2 * _NAMED_WITHIN] if line.cells][:_NAMED_WITHIN]
    for last in range(1, len(worded)):
        if len(worded[last].cells) > 1 or _names_in(worded[last].text):
            continue
        for first in range(max(0, last - 2), last):
            part = worded[first : last + 1]
            close = all(lower.number - upper.number == 1 for upper, lower in itertools.pairwise(part))
            whole = " ".join(line.text for line in part)
            names = _names_in(whole) if close and len(whole) < _LABEL_LONGEST else []
            if names and _key(names[0][0]) == _key(whole):
                yield names[0][0]
                break


def _names_in(cell: str) -> list[tuple[str, bool]]:
    """Names of settings in a cell, each with whether the words after it speak of it as the document's own."""
    if not HINT.search(cell):
        return []
    text = SHOUTED_RUN.sub(lambda found: in_title_case(found.group()), cell)
    found = []
    for match in SETTING.finditer(text):
        name = LEADING.sub("", match.group()).strip(" ,")
        words = {word.strip(".,()").lower() for word in name.split()}
        if (
            len(name.split()) >= 2
            and not words <= GENERIC
            and not ANOTHER_BODY.search(ITS_CENTRE.sub("", name))
        ):
            found.append((name, OUR_OWN.match(text, match.end()) is not None))
    return found
