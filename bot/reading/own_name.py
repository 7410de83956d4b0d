"""The setting by its own name, as running text and handles have it: "Marsh Lane", "@marshlaneprimary"."""

from __future__ import annotations

import re

from bot.reading.lines import Sentence
from bot.reading.setting_words import GENERIC, HINT, LEADING, SETTING

_SHORTEST_HANDLE = 5


def squeezed(names: list[str]) -> str:
    """The names as they stand in a handle: "@marshlaneprimary"."""
    joined = [re.sub(r"[^a-z]", "", name.lower()) for name in names]
    return "|".join(name for name in joined if len(name) >= _SHORTEST_HANDLE) or "(?!)"


def names_of(found: list[Sentence]) -> list[str]:
    """The setting by its name, without what kind it is: "Marsh Lane" of "Marsh Lane Primary School"."""
    heads: dict[str, int] = {}
    for sentence in found:
        if not HINT.search(sentence.text):
            continue
        for match in SETTING.finditer(sentence.text):
            words = LEADING.sub("", match.group()).split()
            own = [word for word in words if word.lower().strip(",()") not in GENERIC]
            head = " ".join(words[: words.index(own[-1]) + 1]) if own else ""
            if len(head) > 3 and head[0].isupper():
                heads[head] = heads.get(head, 0) + 1
    return sorted(heads, key=lambda head: -heads[head])[:3]


def any_of(names: list[str]) -> str:
    """A pattern for the names and what may follow them: "Marsh Lane", "Marsh Lane CofE School"."""
    tail = r"(?:\s+(?:[A-Z][\w.’'-]*|of|and|&))*?"
    return rf"|(?-i:(?:{'|'.join(map(re.escape, names))}){tail})" if names else ""
