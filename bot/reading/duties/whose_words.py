"""Whose words a sentence is: lines of document control, what pupils promise, what a parent asks on a form.

Lines of document control tell who owns, wrote or approved a document, its versions and what is linked to it. They ask
nothing of staff: "Policy owner: the head, who is responsible for ...". A sentence of the text about the owner does.

Items of a list in the form of orders: "responsible for: Checking the filter" asks "Check the filter".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.reading.text.labels import control_label, is_control_cell
from bot.reading.text.sentences import Sentence
from bot.reading.text.wording import wording

# A line may go on to another label: that of its review is a duty with a date.
_OF_REVIEW = re.compile(
    r"[\t|.;,]?\s*\b(?:next |policy |date of (?:next )?)?(?:review|renewal)(?: (?:date|due|cycle|frequency))?\s*[:=\t|]",
    re.IGNORECASE,
)
# "Policy owner: checks the list each term" gives the owner a task.
_TASK = wording(
    "^(?:<acts>|<must>|responsible for|to <act>|(?:check|review|mak|ensur|keep|monitor|updat)ing)\\b"
)
_HISTORY = wording("^(?:version|document|amendment|revision|change|policy)s? (?:history|log|record|changes)$")
_ENTRY = re.compile(
    r"(?:v(?:ersion)?\.? ?)?\d|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.? (?:19|20)\d\d",
    re.IGNORECASE,
)
# A page that a converter put on one line begins with such a label, too.
_LONGEST = 300


# "Review cycle: annual" tells of the document as "Version: 2" does.
_CYCLE = re.compile(
    r"(?:policy |document )?(?:review(?: (?:cycle|period|frequency|interval|schedule))?|frequency(?: of review)?)s?\s*[:=\t|]\s*\S[^.]{2,30}",
    re.IGNORECASE,
)


def is_control(said: Sentence) -> bool:  # noqa: PLR0911 - each form of line with its answer
    """The words are a line of document control, a cell of its table or an entry of its history."""
    if len(said.words) > _LONGEST:
        return False
    if any(map(_CYCLE.fullmatch, (said.words, f"{said.lead.rstrip(' :')}: {said.words}"))):
        return True
    if said.item and is_control_cell(said.lead):
        return not _TASK.search(said.words)
    if said.lead.endswith(";") and control_label(said.lead):
        return True
    if _HISTORY.search(said.heading) and (said.item or _ENTRY.match(said.words)):
        return True
    label = control_label(said.words)
    if label is None or _OF_REVIEW.search(said.words, label.end()):
        return False
    return not _TASK.search(said.words[label.end() :])


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
# "Remaining adults will search": no order to remain.
_NO_DEEDS = re.compile(
    r"\b(?:committed|aims?|learn|principles|values|examples?|such as|may|can|could|legislation|guidance|documents|unacceptable|prohibited|forbidden|not (?:be )?(?:allowed|permitted|tolerated))\b",
    re.IGNORECASE,
)
_WILL_NEXT = re.compile(r"\w+ing [\w'-]+ (?:will|must|shall|should)\b", re.IGNORECASE)
_VOWELS = "aeiou"


def as_order(said: Sentence) -> Sentence:
    """The item with "check" for "checking", at its beginning and behind an "and"; other sentences as they are."""
    if (
        not said.item
        or not _DOING.match(said.words)
        or _WILL_NEXT.match(said.words)
        or not _gives_deeds(said.lead)
    ):
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


def _gives_deeds(lead: str) -> bool:
    """The opening line gives its items to someone, and tells no aims, examples or titles."""
    return lead.rstrip(" -").endswith(":") and not _NO_DEEDS.search(lead)


def as_said(said: Sentence) -> Sentence:
    """What is behind "Staff are reminded that": the sentence reminds them itself, and asks no one to do so."""
    begun = _REMINDED.match(said.words)
    return said.after(begun.end()) if begun else said


def _act(stem: str) -> str | None:
    """What someone does who is "providing", "putting" or "reporting"; None where no deed is known by it."""
    ways = [stem, f"{stem}e"]
    if stem[-1] == stem[-2] and stem[-1] not in _VOWELS:
        ways.append(stem[:-1])
    return next((way for way in ways if _ACT.search(way)), None)


_FIRST_PERSON = re.compile(r"(?:(?:If|When|Whenever) )?(?:I|We|My|we|my)\b")
_LEADS_FIRST_PERSON = wording("\\b(?:I|we) (?:will|agree|promise|must|should)")
# What pupils promise is taught and kept by them; the setting has no duty to follow up.
_PUPILS_PROMISE = wording("<pupils>'?s? .. (?:agreement|promise|rules|code|pledge|charter)")
_ADULT = "(?:an?|my|the|our|another|trusted) (?:\\w+ )?(?:adult|grown-?up|teacher)"
_CHILDS_OWN = wording("my (?:class |form )?(?:teacher|mum|dad|parents?|carers?)")
_CHILDS = wording(
    f"(?:tell|ask|show|talk to) {_ADULT}",
    f"(?:that|which|when|if) {_ADULT} (?:has|is|says)",
)
_PARENTS = wording("my (?:child|son|daughter)(?:ren)?")


def is_promised(said: Sentence, childrens: frozenset[str]) -> bool:
    """It is said by a child, or by a parent on a form. `childrens`: headings of sections that speak as children."""
    if _CHILDS_OWN.search(said.words):
        return True
    if not _in_first_person(said):
        return False
    if _PUPILS_PROMISE.search(said.heading) and said.words.startswith("I "):
        return True
    return (
        (said.item and said.heading in childrens)
        or _CHILDS.search(said.words) is not None
        or _is_parents(said.words)
    )


def sections_of_children(everything: Iterable[Sentence]) -> frozenset[str]:
    """Headings of lists in which a child speaks: "We tell an adult if something worries us"."""
    return frozenset(
        said.heading
        for said in everything
        if said.heading and said.item and _in_first_person(said) and _CHILDS.search(said.words)
    )


def _in_first_person(said: Sentence) -> bool:
    return bool(_FIRST_PERSON.match(said.words) or _LEADS_FIRST_PERSON.search(said.lead))


def _is_parents(words: str) -> bool:
    return words.startswith("I ") and _PARENTS.search(words) is not None
