"""Header facts: who, what and when, as the document states it and no more; and the number of its version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.facts import Header, Text
from bot.reading.header import owner_and_approver, people_in_sentences
from bot.reading.header import people as header_people
from bot.reading.header.channels import find_channels
from bot.reading.header.labelled_dates import Dates, choose_dates, first_stated, later_reviews
from bot.reading.header.linked_policies import find_linked
from bot.reading.header.owner_and_approver import author, keeper, keeping_role, kept_by
from bot.reading.header.people_in_layout import Placed, placed
from bot.reading.header.people_in_sentences import Known
from bot.reading.header.review_interval import find_cycles
from bot.reading.header.school import find_school, of_several_schools
from bot.reading.header.self_reference import IT, KIND, names_another, told
from bot.reading.header.title import find_title
from bot.reading.header.unlabelled_dates import AGAIN, approving_body, dated_lines, said_in, signatures
from bot.reading.text.labelled_lines import LabelledLines, Stated, of_this_document
from bot.reading.text.labelled_values import stated
from bot.reading.text.lines import Line, Sentence, read_lines, sentences
from bot.reading.text.tables import join_wrapped

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
_NUMBER = rf"(?P<number>(?:(?:19|20)\d\d(?=\.\d{{1,2}}\b)|\d{{1,3}})(?:\.\d{{1,2}}){{0,3}}[a-z]?(?![\d/.-]*\d)|{'|'.join(_COUNTED)})\b"
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


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the header was chosen from, for those who look for contradictions."""

    header: Header
    lines: list[Line]
    sentences: list[Sentence]
    pairs: list[Stated]
    dates: Dates


def find_header(text: Text) -> Found:
    lines = read_lines(text.lines)
    sheet = LabelledLines.of(join_wrapped(lines))
    pairs = of_this_document(stated(sheet))
    spoken = list(sentences(lines))
    school = find_school(lines, pairs)
    title = find_title(lines, pairs, sheet.labels, school)
    pairs = [pair for pair in pairs if pair.strong or not names_another(pair.label, title)]
    said = said_in(spoken, title)
    loose = dated_lines(spoken, lines, title)
    dates = _dates(pairs, said, loose, list(signatures(lines)))
    cycles = find_cycles(pairs, spoken, title)
    cycle = next((cycle for cycle in cycles if cycle.months), None)
    where = placed(lines)
    dsl, deputies, head, governors = _people(pairs, _in_rows(sheet, pairs), where)
    header = Header(
        school=school,
        title=title,
        last_reviewed=dates.last_reviewed,
        approved_on=dates.approved_on,
        next_review=dates.next_review,
        written_on=dates.written_on,
        effective_on=dates.effective_on,
        review_cycle_months=cycle.months if cycle else None,
        review_cycle_quote=cycle.quote if cycle else None,
        review_cycle_line=cycle.line if cycle else None,
        approver=_of_its_own(
            header_people.approver(pairs, school)
            or header_people.approver(said, school)
            or owner_and_approver.approver_said(spoken, pairs)
            or approving_body(loose),
            school,
        ),
        owner=_owner(pairs, spoken, where, title),
        dsl=dsl,
        deputy_dsl=deputies,
        headteacher=head,
        lead_governors=governors,
        version=version(pairs, lines),
        official_channels=find_channels(spoken),
        linked_policies=find_linked(lines, spoken),
    )
    return Found(header, lines, spoken, pairs, dates)


def _of_its_own(approver: str | None, school: str | None) -> str | None:
    """ "Board of Trustees of Elm Hall CIO" without the name of the setting, which is said elsewhere."""
    if approver is None or school is None:
        return approver
    begun = re.escape(" ".join(school.split()[:2]))
    return re.sub(rf"\s+(?:of|at)\s+(?:the\s+)?{begun}\b.*$", "", approver, flags=re.IGNORECASE)


def _in_rows(sheet: LabelledLines, pairs: list[Stated]) -> list[Sentence]:
    """What is said, a row that goes on below in one piece."""
    return people_in_sentences.with_name_lines(list(sentences(sheet.lines)), pairs, sheet.lines)


def _dates(pairs: list[Stated], said: list[Stated], loose: list[Stated], signed: list[Stated]) -> Dates:
    """The dates beside labels; else those of sentences, then of short lines, and last of signatures."""
    short = choose_dates(loose)
    if any(pair.group == "approve" for pair in said):
        said = [*said, *(pair for pair in loose if AGAIN.search(pair.label))]
    found = later_reviews(first_stated(first_stated(choose_dates(pairs), choose_dates(said)), short), short)
    return first_stated(found, choose_dates(signed))


def _people(
    pairs: list[Stated], spoken: list[Sentence], where: Placed
) -> tuple[tuple[str, ...], tuple[str, ...], str | None, tuple[str, ...]]:
    several = of_several_schools(pairs)
    beside = [
        pair
        for pair in pairs
        if not where.taken & {pair.line, pair.label_line}
        and not (several and pair.row and pair.group == "head")
    ]
    spoken = [sentence for sentence in spoken if sentence.line not in where.taken]
    known = Known.of(sentence.text for sentence in spoken)
    said = people_in_sentences.in_sentences(spoken, known)
    found = {
        group: header_people.merge(
            header_people.people_in(beside, group), [*said[group], *where.names(group)]
        )
        for group in ("deputy", "dsl", "head", "governor")
    }
    head = found["head"][0] if found["head"] else None
    posts = [*where.of_posts, *people_in_sentences.roles_of_posts(spoken), *header_people.posts_in(beside)]
    for group in ("dsl", "deputy"):
        if not found[group]:
            found[group] = header_people.holders(
                [post for role, post in posts if role == group], head, spoken
            )
    dsl = tuple(name for name in found["dsl"] if not header_people.among(name, found["deputy"]))
    leads, deputies, governors = (
        tuple(map(known.in_full, names)) for names in (dsl, found["deputy"], found["governor"])
    )
    return leads, deputies, known.in_full(head) if head else None, governors


def _owner(pairs: list[Stated], spoken: list[Sentence], where: Placed, title: str | None) -> str | None:
    free = [pair for pair in pairs if pair.line not in where.taken]
    named = header_people.owner(free) or next(kept_by(spoken), None)
    if named:
        return named
    about = list(told(spoken, title))
    return keeper(about) or author(spoken) or header_people.reviewer(free) or keeping_role(about, spoken)
