"""Whom the layout gives a role: names under a heading, under a picture, by a signature, in a wrapped cell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.reading.header.people import POST, TOPIC, roles_alone, roles_in
from bot.reading.text.lines import BULLET, Line
from bot.reading.text.person_names import names_with_places

_LONGEST_HEAD = 80
_MOST_BELOW = 12  # lines of a section or a list that are looked at
_MOST_MORE = 3  # lines over which a cell is wrapped
_STEM = re.compile(  # asked first, because most lines name no post
    r"head|principal|manager|lead|teacher|SEN|ordinator|mentor|supervisor|officer|admin|bursar|chair|governor"
    r"|trustee|DSL|DSP|DSO|CPO|deput|designated|safeguarding|protection|sign",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[\w.]+@|\b(?:tel|telephone|phone|e-?mail|mobile|ext)\b|\d{5}|\d{3}[ -]\d{3}", re.IGNORECASE
)
_NUMBER = re.compile(r"^(?:\d+(?:\.\d+)*\.?\s+|[a-z]\)\s+)")
_SITE = re.compile(
    r"(?!(?i:name|tel|phone|e-?mail|sign|date|print|contact|role|deput|mrs?\b|ms\b|miss\b|dr\b))"
    r"[A-Z][\w’'&. -]{1,40}?\s*(?::|\s[–-]|\t)\s*"
)
_A_POST = re.compile(POST, re.IGNORECASE)
_DEPUTY = re.compile(
    r"^(?:name of )?deput(?:y|ies)(?:\(s\)|s)?\s*(?::|[–-]|\t|\bis\b|\bare\b)\s*$", re.IGNORECASE
)
_DEPUTY_FIRST = re.compile(r"deput(?:y|ies)(?:\(s\))?\s*(?::|[–-]|\t)", re.IGNORECASE)
_LEAD = re.compile(r"^lead\s*(?::|[–-]|\t)\s*$", re.IGNORECASE)
_GOVERNOR = re.compile(r"^(?:governor|trustee)\s*(?::|[–-]|\t)\s*$", re.IGNORECASE)
_SAFEGUARDING = re.compile(r"safeguarding|child protection|\bDSL", re.IGNORECASE)
_ACTS_AS = re.compile(
    r"^(?:(?:he|she|they)\s+)?(?:is|are|be|acts?|takes? on|undertakes?|holds?|serves?"
    r"|carries out)\s+(?:also\s+|both\s+)?"
    r"(?:as\s+)?(?:the |our |a |one of the )?(?:school['’]s |setting['’]s )?(?:(?:role|post"
    r"|duties) of )?(?:the )?$",
    re.IGNORECASE,
)
_VERB_NEXT = re.compile(r"\s+(?!(?:is|are) (?:the|our|a)\b)[a-z]{2,}\b(?!\s*[:,])")
_LEADS_ON = re.compile(r"(?::|\bis|\bare|-)\s*$")
_SIGNS = re.compile(r"\bsign(?:ed|ature)\b", re.IGNORECASE)
_PRINTED = re.compile(
    r"^(?:print(?:ed)?\s+name|name(?:\s*\(print(?:ed)?\))?|signed)\b[\s:._␣]*$", re.IGNORECASE
)
_SIGNED = re.compile(r"^(?:sign(?:ed|ature)|(?:print(?:ed)? )?name)\b[\s:._␣]*", re.IGNORECASE)
_TWO = 2
_GOVERNORS = re.compile(r"(?:(?:our|the|link|lead)\s+)?(?:governors|trustees)\s*[:\t]", re.IGNORECASE)
_WITH_TOPIC = re.compile(
    rf"(?P<who>[^,;()]+?)\s*\(\s*{TOPIC}(?:\s*(?:and|&|/|,)\s*{TOPIC})*\s*\)", re.IGNORECASE
)
_ROLES_PART = re.compile(r"\s*[;,/&]\s*|\s+and\s+")
_JOINS = re.compile(rf"^(?:\s|,|&|/|;|\+|\band\b|\([^)]*\)|[–-]\s*{POST}|,\s*{POST})*\.?$", re.IGNORECASE)
_HEAD_OF_SECTION = re.compile(rf"^(?:the |our )?(?P<post>{POST})\s*(?:[(,:]|[–-]\s)?\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Placed:
    """Names with their role, roles said of the person who holds a post, and the lines this used up."""

    named: list[tuple[str, str]] = field(default_factory=list)
    of_posts: list[tuple[str, str]] = field(default_factory=list)
    signed: list[tuple[str, str]] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def names(self, group: str) -> list[str]:
        return [name for role, name in self.named if role == group]


def placed(lines: list[Line]) -> Placed:
    worded = [line for line in lines if line.cells]
    found = Placed()
    _wrapped_cells(lines, found)
    _captions(worded, found)
    _side_by_side(worded, found)
    _signed_with_position(worded, found)
    _rows_of_people(worded, found)
    _governors_by_topic(worded, found)
    for place, line in enumerate(worded):
        below = worded[place + 1 : place + 1 + _MOST_BELOW]
        if line.number in found.taken or len(line.text) > _LONGEST_HEAD or not _STEM.search(line.text):
            continue
        head, groups, below = _whole_role(line, below)
        if groups and not (place and roles_alone(worded[place - 1].text)):
            found.named += _listed(head, groups[0], below)
        elif not groups and _LEADS_ON.search(line.text) and not names_with_places(line.text):
            group = next((role.group for role in roles_in(line.text)), None)
            found.named += _listed(line, group, below) if group else []
        _section(line, below, found)
        _signature(line, below, found)
        _short_label(line, worded[max(0, place - 3) : place], found)
    return found


def _whole_role(line: Line, below: list[Line]) -> tuple[Line, list[str], list[Line]]:
    """The role a line names, with the line under it where only both together are its name."""
    more = below[0] if below else None
    if more is not None and more.number - line.number == 1 and not roles_alone(more.text):
        groups = roles_alone(f"{line.text} {more.text}") if not names_with_places(more.text) else []
        if groups:
            return more, groups, below[1:]
    return line, roles_alone(line.text), below


def _only_names(text: str) -> list[str]:
    """The people a line names when it says nothing else, numbers to ring and posts aside."""
    stop = _STOP.search(text)
    bare = (text[: stop.start()] if stop else text).strip(" :–-\t(")
    people = names_with_places(bare)
    if not people or people[0][1] > 0:
        return []
    ends = [*(start for _, start, _ in people[1:]), len(bare)]
    gaps = [bare[end:until] for (_, _, end), until in zip(people, ends, strict=True)]
    return [name for name, _, _ in people] if all(map(_JOINS.match, gaps)) else []


def _listed(head: Line, group: str, below: list[Line]) -> Iterator[tuple[str, str]]:
    """ "Deputies:" and under it a line for each; "Leads" and under it "Oak Site: A", "Elm Site: B"."""
    last = head.number
    for place, line in enumerate(below):
        bullet = BULLET.match(line.raw) is not None
        if line.number - last > (3 if not place or bullet else 1):
            return
        last = line.number
        own, people = _item(line, group)
        if not people:
            if not place and (who := _subject(line)):
                yield group, who
            return
        if own == "head" and place:
            return  # one person is enough, and the next name is another's
        for name in people:
            yield own, name


def _item(line: Line, group: str) -> tuple[str, list[str]]:
    """The people of an item and their role: its own words may say deputy, or name a place."""
    text = line.text
    site = _SITE.match(text)
    here = _only_names(text[site.end() :]) if site else []
    if site and here and not _has_role(site.group()) and not _A_POST.search(site.group()):
        return group, here
    people = names_with_places(text)
    before = text[: people[0][1]] if people else ""
    if not before:
        own = next((role.group for role in roles_in(text) if role.group != "head"), group)
        bare = re.sub(r"(?:\s*[,(–-]\s*)?\b(?:deputy )?DD?SL\)?$", "", text)
        return own, _only_names(bare)
    rest = _only_names(text[people[0][1] :])
    if _DEPUTY.match(before) and group in {"dsl", "deputy"}:
        return "deputy", rest
    return group, []


def _has_role(text: str) -> bool:
    return next(roles_in(text), None) is not None


def _subject(line: Line) -> str | None:
    """ "Mrs Holt holds this post": whom the first sentence under a role's heading is about."""
    people = names_with_places(line.text)
    if not people or people[0][1] > 0 or _has_role(line.text[:60]):
        return None
    return people[0][0] if _VERB_NEXT.match(line.text, people[0][2]) else None


def _section(line: Line, below: list[Line], found: Placed) -> None:
    """ "The Headteacher (Mr Hall)" and under it "acts as Designated Safeguarding Lead"."""
    text = _NUMBER.sub("", line.text)
    people = names_with_places(text)
    before = text[: people[0][1]] if people else text
    if len(people) > 1 or (people and text[people[0][2] :].strip(" ).:")):
        return
    head = _HEAD_OF_SECTION.match(before)
    if not head:
        return
    for under in below:
        if under.number != line.number and (_starts_section(under) or len(under.cells) > 1):
            return
        role = next(roles_in(under.text), None)
        if role and _ACTS_AS.match(under.text[: role.start]):
            for group in _groups_from(under.text, role.start):
                if people:
                    found.named.append((group, people[0][0]))
                else:
                    found.of_posts.append((group, head.group("post")))


def _starts_section(line: Line) -> bool:
    if BULLET.match(line.raw) or not _STEM.search(line.text):
        return False
    text = _NUMBER.sub("", line.text)
    people = names_with_places(text)
    return _HEAD_OF_SECTION.match(text[: people[0][1]] if people else text) is not None


def _groups_from(text: str, start: int) -> Iterator[str]:
    return (role.group for role in roles_in(text) if role.start >= start)


def _signature(line: Line, below: list[Line], found: Placed) -> None:
    """ "Signature (Headteacher)" and, on a line under it, "Print name Jane Smith"."""
    if not _SIGNS.search(line.text) or names_with_places(line.text):
        return
    for under in below[:3]:
        people = names_with_places(under.text)
        if people and _PRINTED.match(under.text[: people[0][1]]):
            found.signed.append((line.text, people[0][0]))
            found.named += [(role.group, people[0][0]) for role in roles_in(line.text)]
            return
        if _SIGNS.search(under.text):
            return


def _short_label(line: Line, above: list[Line], found: Placed) -> None:
    """ "Deputy: Jane Smith" under the line of the lead whose deputy she is; so "Governor:"."""
    people = names_with_places(line.text)
    if not people or not above:
        return
    before, rest = line.text[: people[0][1]], _only_names(line.text[people[0][1] :])
    of_safeguarding = any(_SAFEGUARDING.search(other.text) for other in above)
    if not of_safeguarding or not rest:
        return
    named_above = {
        role.group for other in above if names_with_places(other.text) for role in roles_in(other.text)
    }
    if _DEPUTY.match(before):
        found.named += [("deputy", name) for name in rest]
    elif _LEAD.match(before) and not named_above:
        found.named += [("dsl", name) for name in rest]
        found.taken.add(line.number)
    elif _GOVERNOR.match(before) and (named_above & {"dsl", "deputy"} or _DEPUTY_FIRST.match(above[-1].text)):
        found.named += [("governor", name) for name in rest]


_POSITION = re.compile(
    r"(?:position|role|designation|(?:job )?title|post)\s*[:\t]\s*(?P<post>\S.*)", re.IGNORECASE
)


def _signed_with_position(worded: list[Line], found: Placed) -> None:
    """ "Signed: Jane Smith" and on the next line "Position: Headteacher"."""
    for upper, lower in itertools.pairwise(worded):
        position = _POSITION.fullmatch(lower.text)
        people = _only_names(_SIGNED.sub("", upper.text)) if position and _SIGNED.match(upper.text) else []
        if position and len(people) == 1:
            found.named += [(group, people[0]) for group in roles_alone(position["post"])]


def _side_by_side(worded: list[Line], found: Placed) -> None:
    """Signatures beside one another: names in one line and, each under its name, the posts in the next."""
    for upper, lower in itertools.pairwise(worded):
        if (
            len(upper.cells) < _TWO
            or len(upper.cells) != len(lower.cells)
            or lower.number - upper.number > _TWO
        ):
            continue
        people = [_only_names(_SIGNED.sub("", cell)) for cell in upper.cells]
        posts = [roles_alone(cell) or _A_POST.match(cell) for cell in lower.cells]
        if not all(len(names) == 1 for names in people) or not all(posts):
            continue
        for names, cell in zip(people, lower.cells, strict=True):
            found.named += [(group, names[0]) for group in roles_alone(cell)]


def _rows_of_people(worded: list[Line], found: Placed) -> None:
    """ "Mrs Hill", "Assistant Head", "DSL; Online Safety Lead": a role in any cell but the first."""
    for line in worded:
        name, *others = line.cells
        people = _only_names(name) if len(others) >= _TWO else []
        if len(people) != 1 or any(map(names_with_places, others)):
            continue
        roles = [group for cell in others for part in _ROLES_PART.split(cell) for group in roles_alone(part)]
        found.named += [(group, people[0]) for group in roles]


def _governors_by_topic(worded: list[Line], found: Placed) -> None:
    """ "Governors: A Hill (chair), B Low (safeguarding)": anyone who watches over something leads on it."""
    for line in worded:
        head = _GOVERNORS.match(line.text)
        rest = line.text[head.end() :] if head else ""
        for said in _WITH_TOPIC.finditer(rest):
            found.named += [("governor", name) for name in _only_names(said["who"])]


def _captions(worded: list[Line], found: Placed) -> None:
    """A name and close under it the role, as under a picture or a signature, again and again."""
    place = 0
    while place + 1 < len(worded):
        run = _run_of_captions(worded, place)
        for name, role in run:
            found.taken.add(role.number)
            found.named += [(group, _only_names(name.text)[0]) for group in roles_alone(role.text)]
        place += max(1, 2 * len(run))


def _run_of_captions(worded: list[Line], place: int) -> list[tuple[Line, Line]]:
    """Pairs from this line on, none when the first name answers a line above or a name is left over."""
    if not _is_post(worded[place + 1]) or _answers_above(worded, place):
        return []
    run: list[tuple[Line, Line]] = []
    while place + 1 < len(worded):
        name, role = worded[place], worded[place + 1]
        if not (_near(name, role) and _is_post(role) and len(_only_names(name.text)) == 1):
            break
        run.append((name, role))
        place += 2
    if not run:
        return []
    left_over = (
        place < len(worded) and _near(run[-1][1], worded[place]) and bool(_only_names(worded[place].text))
    )
    return [] if left_over else run


def _answers_above(worded: list[Line], place: int) -> bool:
    """The line above, or the two above together, name the role of whom this line names."""
    if not place or not _near(worded[place - 1], worded[place]):
        return False
    two = place > 1 and _near(worded[place - 2], worded[place - 1])
    return _is_label(worded[place - 1]) or (
        two and bool(roles_alone(f"{worded[place - 2].text} {worded[place - 1].text}"))
    )


def _near(upper: Line, lower: Line) -> bool:
    return lower.number - upper.number == 1


def _is_label(line: Line) -> bool:
    return line.text.rstrip().endswith(":") or _is_post(line)


def _is_post(line: Line) -> bool:
    if BULLET.match(line.raw) or len(line.cells) > 1 or not _STEM.search(line.text):
        return False
    return (
        bool(roles_alone(line.text))
        or re.fullmatch(rf"{POST}(?:(?:,| and| &|\s?/) {POST})*", line.text) is not None
    )


def _wrapped_cells(lines: list[Line], found: Placed) -> None:
    """A role printed over several lines of its column, with the names beside it in the next."""
    for place, line in enumerate(lines):
        if line.number in found.taken or len(line.cells) < 2:
            continue
        for index in range(1, len(line.cells)):
            people = _only_names(line.cells[index])
            if people and line.cells[index - 1] and not roles_alone(line.cells[index - 1]):
                _wrapped(lines[place : place + 1 + _MOST_MORE], index, people, found)


def _wrapped(rows: list[Line], index: int, people: list[str], found: Placed) -> None:
    words, names = rows[0].cells[index - 1], list(people)
    if words.endswith(":") or _A_POST.fullmatch(words):
        return  # whole as it is
    for many, row in enumerate(rows[1:], 1):
        label, value = _columns(rows[0], row, index)
        if not label or (value and not _only_names(value)):
            return
        words = f"{words} {label}"
        names += _only_names(value)
        groups = roles_alone(words)
        if groups:
            found.named += [(group, name) for group in groups for name in names]
            found.taken.update(line.number for line in rows[: many + 1])
            return


def _columns(row: Line, more: Line, index: int) -> tuple[str, str]:
    """What stands in the next line under the row's label and under its value."""
    if "\t" in row.raw:
        cells = (*more.cells, *[""] * len(row.cells))
        return cells[index - 1], cells[index]
    label = row.raw.find(row.cells[index - 1])
    value = row.raw.find(row.cells[index], label + 1)
    if label < 0 or value < 0 or more.raw[max(0, label - 1) : label].strip():
        return "", ""
    return more.raw[label : value - 1].strip(), re.split(r"\s{3,}", more.raw[value - 1 :].strip())[0]
