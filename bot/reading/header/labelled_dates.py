"""Which of the dates a document prints is its last review, its approval, its next review."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from bot.reading.facts import DateFact
from bot.reading.text.dates import FoundDate, date_alone, find_dates
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import BLANK
from bot.rules.policies import PartialDate

_GAP = re.compile(
    rf"(?:[\s:;,.–—()\-=|\t/{BLANK}]|\b(?:on|staff|management|annual\s+general|parents?|in|by|the|before|or|and|end"
    r"|of|start|beginning|due|date|is|at|latest"
    r"|during|no|later"
    r"|than|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thurs|fri|term"
    r"|week|commencing"
    r"|w/c|meeting|fgb|governors?|governing|body|committee|full|board|trust|local|held|again|next|annually"
    r"|every|year"
    r"|academic|school|its|from|dated|academy|council|trustees|directors|was|carried|out|completed|approved"
    r"|reviewed|yearly"
    r"|annual|autumn|spring|summer|this|policy|document|for|being|earlier|required|if|sooner|unless|will|be"
    r"|review|mid)\b)*",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\s*(?:at|by)?\s*(?:a|the|our)?\s*(?:\w+\s+){0,3}meeting\s+(?:of|by|with)\s+.{2,70}?(?:on|in|dated"
    r"|,)?\s*(?:\(date\))?[\s:]*",
    re.IGNORECASE,
)
_BODY_SHORT = re.compile(  # "Agreed: P&F 17/11/25", "Approved: Resources Committee, 3 May 2025"
    r"\s*(?:[A-Z]{1,3}(?:&[A-Z]{1,3})?|[A-Z][a-z]+(?=,)|(?:(?:the|and|&|of)\s+"
    r"|[A-Z][\w’'-]+\s+){0,5}(?:Committee|Meeting|Board|Body|Governors|Trustees))[\s,:–-]*(?:on\s+)?"
)
_LIST_GOES_ON = re.compile(
    r"(?:\s*,\s*(?:not\s+(?:done|reviewed)|did(?:n['’]t|\s+not)\s+do|none|missed)(?:\s+in)?\s+(?:20)?\d\d(?=,))?"
    r"(?:\s*[A-Z]{2,3}\b(?=\s*[/,;|]))?[\s,;&/|\t]*(?:and\s+)?(?:(?:then\s+|again\s+|once\s+more\s+)?(?:in|on)\s+)?"
)
_GAP_AFTER_BODY = 110
_DATED_GROUPS = frozenset(
    {
        "next",
        "last",
        "approve",
        "approve_by",
        "review_by",
        "review",
        "written",
        "effective",
        "date",
        "owner",
        "history",
    }
)
_DATE_BELONGS = {
    "approve_by": "approve",
    "approve": "approve",
    "review_by": "last",
    "last": "last",
    "owner": "written",
    "written": "written",
    "stop": "approve",
    "effective": "effective",
    "title": "",
    "version": "written",
}
# What must happen first, and in brackets when it will: "when the hall is built (Feb. 27)"
_ASIDE_AT_END = re.compile(
    r"^(?:(?:when|at|after|once)\b[^().;]{5,60}|(?:every|each|annual\w*|\d|two|three|four|bi)[^().;]{0,30})\([^()]{3,18}\)$",
    re.IGNORECASE,
)
# "Updated by provider: May 2024" is the template's day, or may be
_MAKER = re.compile(r"(?:the\s+)?(?:provider|publisher|supplier|template)\b", re.IGNORECASE)
_SIGNED = re.compile(r"sign|chair", re.IGNORECASE)
# "Updated Aug 2025 (names only)": no one has gone over what it says, so the review it awaits is still to come
_ONLY_NAMES = re.compile(
    r"\((?:(?:staff|contact|phone|e-?mail)\s+)?(?:names?|contacts|details|numbers?|addresses|typos?|typing\s+errors?"
    r"|spelling|layout|formatting|logo|letterhead)(?:\s+(?:and|&)\s+\w+)?\s+(?:only|changed|corrected|updated)\)",
    re.IGNORECASE,
)
_BASIS = (
    ("ratif", "ratified"),
    ("adopt", "adopted"),
    ("adpot", "adopted"),
    ("approv", "approved"),
    ("agreed", "agreed"),
    ("endors", "endorsed"),
    ("sign", "signed"),
    ("accept", "accepted"),
    ("authoris", "authorised"),
    ("updat", "updated"),
    ("revis", "revised"),
    ("amend", "amended"),
    ("review", "review"),
    ("issue", "issued"),
    ("publi", "published"),
    ("written", "written"),
    ("creat", "written"),
    ("effective", "effective"),
    ("implement", "implemented"),
    ("renew", "renewal"),
    ("expir", "expiry"),
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A labelled date with the group it was finally put in."""

    group: str
    fact: DateFact
    strong: bool

    @property
    def when(self) -> PartialDate:
        return PartialDate.parse(self.fact.value)


@dataclass(frozen=True, slots=True)
class Dates:
    """The chosen dates, and all that were read, for the findings."""

    last_reviewed: DateFact | None
    approved_on: DateFact | None
    next_review: DateFact | None
    written_on: DateFact | None
    effective_on: DateFact | None
    every: tuple[Dated, ...]


def choose_dates(pairs: list[Stated]) -> Dates:
    dated = _place_reviews(_place_bare_dates(pairs))
    return Dates(
        last_reviewed=_latest(dated, "last") or _latest_of_history(dated),
        approved_on=_latest(dated, "approve"),
        next_review=_latest(dated, "next"),
        written_on=_latest(dated, "written"),
        effective_on=_latest(dated, "effective"),
        every=tuple(dated),
    )


def later_reviews(chosen: Dates, told: Dates) -> Dates:
    """The review that a short line tells of, where it is later than the one that a label gives."""
    last, more = chosen.last_reviewed, told.last_reviewed
    if (
        last is None
        or more is None
        or PartialDate.parse(more.value).first <= PartialDate.parse(last.value).last
    ):
        return chosen
    return replace(chosen, last_reviewed=more)


def first_stated(labelled: Dates, spoken: Dates) -> Dates:
    """Each date as its label gives it, and where no label does, as a sentence says it."""
    return Dates(
        last_reviewed=labelled.last_reviewed or spoken.last_reviewed,
        approved_on=labelled.approved_on or spoken.approved_on,
        next_review=labelled.next_review or spoken.next_review,
        written_on=labelled.written_on or spoken.written_on,
        effective_on=labelled.effective_on or spoken.effective_on,
        every=(*labelled.every, *spoken.every),
    )


_OF_THE_NEXT = re.compile(r"\bnext\b|\bdue\b", re.IGNORECASE)


def _dates_after(pair: Stated) -> list[FoundDate]:
    """Dates that answer the label: at the head of the value, or after the body that approved."""
    value = pair.value
    found = find_dates(value)
    if not found:
        alone = date_alone(value)
        return [FoundDate(alone, 0, len(value))] if alone else []
    first = found[0]
    gap = value[: first.start]
    if pair.group in {"last", "approve"} and _OF_THE_NEXT.search(gap):
        return []  # "reviewed yearly and the next review is due in May"
    near = _GAP.fullmatch(gap) is not None or _MEETING.fullmatch(gap) is not None
    if pair.group in {"approve", "next", "last"} and pair.strong:
        near = near or _BODY_SHORT.fullmatch(gap) is not None
    if pair.group in {"approve_by", "review_by", "owner"}:
        near = len(gap) < _GAP_AFTER_BODY and ". " not in gap and ":" not in gap.strip(" :\t/")
    if not near and not (
        pair.group in {"next", "review"} and pair.strong and _ASIDE_AT_END.search(value[: first.end + 1])
    ):
        return []
    return _list_from(value, found)


def _list_from(value: str, found: list[FoundDate]) -> list[FoundDate]:
    """The first date and those that follow it in a plain list ("September 2022, September 2023")."""
    kept = [found[0]]
    for before, after in itertools.pairwise(found):
        between = value[before.end : after.start]
        if not (_LIST_GOES_ON.fullmatch(between) or _BODY_SHORT.fullmatch(between)):
            break
        kept.append(after)
    return kept


def _facts(pair: Stated) -> list[DateFact]:
    basis = basis_of(pair.label)
    return [DateFact(found.value, pair.quote, pair.line, basis) for found in _dates_after(pair)]


def basis_of(label: str) -> str:
    words = label.lower()
    return next((basis for stem, basis in _BASIS if stem in words), "stated")


def _place_bare_dates(pairs: list[Stated]) -> list[Dated]:
    """A bare "Date:" belongs to the label that stands just before it, or to the signature above."""
    dated: list[Dated] = []
    for place, pair in enumerate(pairs):
        if not _tells_a_day(pair):
            continue
        group, owner = pair.group, pair
        if group == "date":
            before = _label_before(pairs, place)
            if before is None:
                continue
            group, owner = _DATE_BELONGS[before.group], before
        elif group == "approve_by":
            group = "approve"
        elif group == "review_by":
            group = "last"
        elif group == "owner":
            group = "written"
        for fact in _facts(pair):
            basis = fact.basis if owner is pair else basis_of(owner.label)
            dated.append(Dated(group, DateFact(fact.value, fact.quote, fact.line, basis), pair.strong))
            if group == "approve" and re.search(r"review", owner.label, re.IGNORECASE):
                dated.append(
                    Dated("last", DateFact(fact.value, fact.quote, fact.line, "review"), pair.strong)
                )
    return dated


def _tells_a_day(pair: Stated) -> bool:
    if pair.group == "review_by":
        return _MAKER.match(pair.value) is None
    if pair.group == "last":
        return _ONLY_NAMES.search(pair.value) is None
    return pair.group in _DATED_GROUPS


def _label_before(pairs: list[Stated], place: int) -> Stated | None:
    here = pairs[place]
    for other in reversed(pairs[:place]):
        if here.label_line - other.label_line > 14 or other.row != here.row:
            return None
        if other.group in {"approve_by", "approve", "review_by", "owner"} or (
            other.group == "stop" and _SIGNED.search(other.label)
        ):
            return other
    return None


def _place_reviews(dated: list[Dated]) -> list[Dated]:
    """ "Review date" says neither last nor next: the dates beside it decide."""
    unclear = [item for item in dated if item.group == "review"]
    if not unclear:
        return dated
    acts = [item.when.first for item in dated if item.group in {"last", "approve", "written", "effective"}]
    nexts = {item.fact.value for item in dated if item.group == "next"}
    placed = [item for item in dated if item.group != "review"]
    latest = max(item.when.first for item in unclear)
    for item in unclear:
        first = item.when.first
        past = first < latest or (acts and first <= max(acts))
        overtaken = any(PartialDate.parse(value).first >= first for value in nexts - {item.fact.value})
        group = "last" if past or overtaken else "next"
        placed.append(Dated(group, item.fact, item.strong))
    return placed


def _latest_of_history(dated: list[Dated]) -> DateFact | None:
    """The last row of a version history, when it lists more than one version and nothing else says more."""
    rows = [item for item in dated if item.group == "history"]
    approved = [item.when.last for item in dated if item.group == "approve"]
    if approved:
        later = any(item.when.first > max(approved) for item in rows)
        return _latest(dated, "history") if later else None
    return _latest(dated, "history") if len(rows) > 1 else None


def _latest(dated: list[Dated], group: str) -> DateFact | None:
    """The latest date of the group; of equal ones the more exact, then the first printed."""
    items = [item for item in dated if item.group == group]
    if not items:
        return None
    best = max(item.when.last for item in items)
    top = [item for item in items if item.when.last == best]
    if not any(item.when.exact for item in top):  # "March 2024" beside a day of that month: the day says more
        days = [
            item
            for item in items
            if item.when.exact and item.when.first.replace(day=1) == best.replace(day=1)
        ]
        top = [item for item in days if item.when.last == max(day.when.last for day in days)] or top
    exact = [item for item in top if item.when.exact]
    return min(exact or top, key=lambda item: item.fact.line).fact
