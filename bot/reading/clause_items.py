"""Items of a list in the form of orders: "responsible for: Checking the filter" asks "Check the filter"."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.reading.binding import leads
from bot.reading.clause_sentences import Sentence
from bot.reading.kinds import wording

# "Training" and "teaching" are also things, and known as such; "Filtering is tested" speaks of a thing.
_DOING = re.compile(
    r"(?:(?:^|\band )(?:\w+ly )?|^\w+ly and )(?!train|teach)(?P<stem>[A-Za-z]{2,}?)ing\b"
    r"(?! (?:is|are|must|will|should|shall|may|can|has|have|needs?|to be)\b)",
    re.IGNORECASE,
)
_ACT = wording("^<act>$")
_REMINDED = re.compile(
    r"(?:all )?(?:staff|members of staff|employees|colleagues|practitioners|volunteers|users|everyone)(?: and \w+)? "
    r"(?:are|is|should be|must be) (?:also |again |kindly |politely |respectfully )?reminded that ",
    re.IGNORECASE,
)
_VOWELS = "aeiou"


def as_order(said: Sentence) -> Sentence:
    """The item with "check" for "checking", at its beginning and behind an "and"; other sentences as they are."""
    if not said.item or not _DOING.match(said.words) or not leads(said.lead):
        return said
    words, places, end = "", list[tuple[int, int]](), 0
    for doing in _DOING.finditer(said.words):
        act = _act(doing["stem"])
        if not act:
            continue
        start = doing.start("stem")
        words += said.words[end:start] + act
        places += said.places[end : start + len(act)]
        end = doing.end()
    if not end:
        return said
    return replace(said, words=words + said.words[end:], places=(*places, *said.places[end:]))


def as_said(said: Sentence) -> Sentence:
    """What is behind "Staff are reminded that": the sentence reminds them itself, and asks nobody to do so."""
    begun = _REMINDED.match(said.words)
    return said.after(begun.end()) if begun else said


def _act(stem: str) -> str | None:
    """What somebody does who is "providing", "putting" or "reporting"; None where no deed is known by it."""
    ways = [stem, f"{stem}e"]
    if stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        ways.append(stem[:-1])
    return next((way for way in ways if _ACT.search(way)), None)
