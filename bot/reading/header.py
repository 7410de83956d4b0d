"""Header facts: who, what and when, as the document states it and no more."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reading import header_people as people
from bot.reading import people_of_policy as of_policy
from bot.reading import people_said
from bot.reading.facts import Header, Text
from bot.reading.header_about import names_another, told
from bot.reading.header_channels import find_channels
from bot.reading.header_cycle import Cycle, find_cycles
from bot.reading.header_dated import AGAIN, approving_body, dated_lines
from bot.reading.header_dates import Dates, choose_dates, first_stated, later_reviews
from bot.reading.header_kept import author, keeper, keeping_role
from bot.reading.header_links import find_linked
from bot.reading.header_setting import find_setting, of_several_settings
from bot.reading.header_signed import signatures
from bot.reading.header_spoken import said_in
from bot.reading.header_title import find_title
from bot.reading.header_version import version
from bot.reading.lines import Line, Sentence, read_lines, sentences
from bot.reading.people_meant import Known
from bot.reading.people_placed import Placed, placed
from bot.reading.sheet import Sheet, Stated, of_this_document
from bot.reading.stated import stated
from bot.reading.wrapped import join_wrapped


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the header was chosen from, for those who look for contradictions."""

    header: Header
    lines: list[Line]
    sentences: list[Sentence]
    pairs: list[Stated]
    dates: Dates
    cycles: list[Cycle]


def find_header(text: Text) -> Found:
    lines = read_lines(text.lines)
    sheet = Sheet.of(join_wrapped(lines))
    pairs = of_this_document(stated(sheet))
    spoken = list(sentences(lines))
    setting = find_setting(lines, pairs)
    title = find_title(lines, pairs, sheet.labels, setting)
    pairs = [pair for pair in pairs if pair.strong or not names_another(pair.label, title)]
    said = said_in(spoken, title)
    loose = dated_lines(spoken, lines, title)
    dates = _dates(pairs, said, loose, list(signatures(lines)))
    cycles = find_cycles(pairs, spoken, title)
    cycle = next((cycle for cycle in cycles if cycle.months), None)
    where = placed(lines)
    dsl, deputies, head, governors = _people(pairs, _in_rows(sheet, pairs), where)
    header = Header(
        setting=setting,
        title=title,
        last_reviewed=dates.last_reviewed,
        approved_on=dates.approved_on,
        next_review=dates.next_review,
        written_on=dates.written_on,
        effective_on=dates.effective_on,
        review_cycle_months=cycle.months if cycle else None,
        review_cycle_quote=cycle.quote if cycle else None,
        review_cycle_line=cycle.line if cycle else None,
        approver=people.approver(pairs, setting)
        or people.approver(said, setting)
        or of_policy.approver_said(spoken, lines, pairs)
        or approving_body(loose),
        owner=_owner(pairs, spoken, where, title),
        dsl=dsl,
        deputy_dsl=deputies,
        headteacher=head,
        lead_governors=governors,
        version=version(pairs, lines),
        official_channels=find_channels(spoken),
        linked_policies=find_linked(lines, spoken),
    )
    return Found(header, lines, spoken, pairs, dates, cycles)


def _in_rows(sheet: Sheet, pairs: list[Stated]) -> list[Sentence]:
    """What is said, a row that goes on below in one piece."""
    return people_said.with_name_lines(list(sentences(sheet.lines)), pairs, sheet.lines)


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
    several = of_several_settings(pairs)
    beside = [
        pair
        for pair in pairs
        if not where.taken & {pair.line, pair.label_line}
        and not (several and pair.row and pair.group == "head")
    ]
    spoken = [sentence for sentence in spoken if sentence.line not in where.taken]
    known = Known.of(sentence.text for sentence in spoken)
    said = people_said.in_sentences(spoken, known)
    found = {
        group: people.merge(people.people_in(beside, group), [*said[group], *where.names(group)])
        for group in ("deputy", "dsl", "head", "governor")
    }
    head = found["head"][0] if found["head"] else None
    posts = [*where.of_posts, *people_said.roles_of_posts(spoken), *people.posts_in(beside)]
    for group in ("dsl", "deputy"):
        if not found[group]:
            found[group] = people.holders([post for role, post in posts if role == group], head, spoken)
    dsl = tuple(name for name in found["dsl"] if not people.among(name, found["deputy"]))
    leads, deputies, governors = (
        tuple(map(known.in_full, names)) for names in (dsl, found["deputy"], found["governor"])
    )
    return leads, deputies, known.in_full(head) if head else None, governors


def _owner(pairs: list[Stated], spoken: list[Sentence], where: Placed, title: str | None) -> str | None:
    free = [pair for pair in pairs if pair.line not in where.taken]
    named = people.owner(free) or of_policy.owner_said(spoken, where, title)
    if named:
        return named
    about = list(told(spoken, title))
    return keeper(about) or author(spoken) or people.reviewer(free) or keeping_role(about, spoken)
