"""Who the document names: safeguarding leads, head, lead governors, owner, approver."""

from __future__ import annotations

import re

from bot.reading.lines import BLANK, Line, Sentence
from bot.reading.people import body, has_body_word, names, names_with_places
from bot.reading.stated import Stated

_ROLE_GROUPS = frozenset({"dsl", "deputy", "head", "governor"})
_NAME_LINE = 90
_STOP = re.compile(
    r"\b(?:tel|telephone|phone|email|e-mail|mobile|contact|ext)\b|[\w.]+@|\d{5}", re.IGNORECASE
)
_ROLE_OWNERS = re.compile(
    r"\b(?:head ?teacher|head|principal|DSL|designated safeguarding lead|SEND?Co|business manager|bursar|manager|DPO"
    r"|data protection officer|CEO|chief executive|director|deputy|assistant head|SLT|leadership team|leader|lead"
    r"|co-?ordinator|officer|governors?|committee|chair|board|trust|team|secretary|administrator|clerk|HR)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[\[<{]|\binsert\b|\bxx+|\bTB[AC]\b|\bn/?a\b|\bnone\b|\bname\b", re.IGNORECASE)


def _head_of(value: str) -> str:
    """The value up to telephone numbers and addresses."""
    stop = _STOP.search(value)
    return value[: stop.start()] if stop else value


def _unique(found: list[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for name in found:
        kept.setdefault(_key(name), name)
    return tuple(kept.values())


def _key(name: str) -> str:
    return re.sub(r"^(?:mr|mrs|ms|miss|mx|dr|rev|revd)\.? ", "", name.lower()).replace(".", "")


def people_in(pairs: list[Stated], group: str) -> tuple[str, ...]:
    """Names given beside a role's label."""
    found: list[str] = []
    for pair in pairs:
        if pair.group == group:
            found += _named(pair)
    return _unique(found)


_CONNECT = re.compile(
    r"^[\s:–—,(\-\t]*(?:(?:in|at|for|of)\s+(?:this|our|the)\s+\w+\s*)?(?:(?:is|are|:|=|[-–])\s*)?(?:the\s+)?"
    r"(?:(?:head ?teacher|principal|manager|deputy head ?teacher|executive|head|assistant head ?teacher)\b[\s,:–(-]*)?$",
    re.IGNORECASE,
)


def _named(pair: Stated) -> list[str]:
    value = _head_of(pair.value)
    places = names_with_places(value)
    if not places or not _CONNECT.match(value[: places[0][1]]):
        return []
    if not pair.strong and len(value) > _NAME_LINE and not re.match(r"\s*(?:is|are|,|\(|:)", value):
        return []
    kept = [places[0]]
    for place in places[1:]:
        between = value[kept[-1][2] : place[1]]
        if (
            not re.fullmatch(r"\s*(?:,|&|/|;|\band\b|\t|\+|\([^)]*\))+\s*(?:and\s+)?", between)
            and len(value) > 60
        ):
            break
        if re.search(r"deput|alternate|absence|cover|chair|governor", between, re.IGNORECASE):
            break
        kept.append(place)
    return [name for name, _, _ in kept]


def approver(pairs: list[Stated], setting: str | None) -> str | None:
    for pair in pairs:
        if pair.group == "approve_by":
            who = _body_or_name(pair.value, setting)
            if who:
                return who
    agreed = (body(pair.value) for pair in pairs if pair.group == "approve" and pair.strong)
    return next((who for who in agreed if who and who.lower() != (setting or "").lower()), None)


def _body_or_name(value: str, setting: str | None) -> str | None:
    if _PLACEHOLDER.search(value[:25]) or value.startswith(BLANK):
        return None
    words = body(value)
    if words and setting and words.lower() == setting.lower():
        return None
    if words and len(words.split()) <= 9:
        return words
    people = names_with_places(value[:80])
    if not people or people[0][1] > 6 or (setting and people[0][0].lower() in setting.lower()):
        return None
    return people[0][0]


def owner(pairs: list[Stated]) -> str | None:
    for pair in pairs:
        if pair.group == "owner" and (pair.strong or len(pair.value) < 60):
            who = _owner(pair.value)
            if who:
                return who
    return None


def _owner(value: str) -> str | None:
    head = _head_of(value).strip(" :–-,")
    if not head or _PLACEHOLDER.search(head[:25]) or head.startswith(BLANK) or len(head) > 110:
        return None
    people = names(head)
    if people and head.find(people[0].split()[0]) <= 40:
        return people[0]
    first = re.split(r"[.;\t␣]|\s[-–]\s|\s{2,}|\bon\b|\bdate\b", head)[0].strip(" ,(")
    return first if _ROLE_OWNERS.search(first) and len(first.split()) <= 8 else None


def with_name_lines(found: list[Sentence], pairs: list[Stated], lines: list[Line]) -> list[Sentence]:
    """ "The DSL in this school is:" and, lines below, "Name: Jane Smith": one sentence to the reader."""
    joined = []
    for pair in pairs:
        if pair.group != "stop" or pair.label.lower() != "name" or len(pair.value) > _NAME_LINE:
            continue
        above = [line.text for line in lines[max(0, pair.label_line - 6) : pair.label_line - 1] if line.cells]
        if above and above[-1].endswith((":", " is", " are", "-")):
            joined.append(Sentence(f"{above[-1].rstrip(':- ')} {pair.value}", pair.line))
    return [*found, *joined]


def in_sentences(found: list[Sentence]) -> dict[str, list[str]]:
    """Names that running text gives a role: "our DSL is ...", "... (DSL)", "..., the headteacher"."""
    roles: dict[str, list[str]] = {"dsl": [], "deputy": [], "head": [], "governor": []}
    for sentence in found:
        if len(sentence.text) < 700 and _ROLE.search(sentence.text):
            for group, name in _roles_in(sentence.text):
                roles[group].append(name)
    return roles


_ROLE = re.compile(
    r"designated|\bDSL|safeguarding lead|head ?teacher|principal|governor|trustee|child protection officer",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(
    r"\b(?:local authority|LA|council(?:['’]s)?|county|area|regional|former|previous)\s+$", re.IGNORECASE
)
_ROLE_BEFORE = re.compile(
    r"(?P<deputy>\b(?:deputy|deputies|alternate)\b[^.;]{0,25}?(?:designated (?:safeguarding |senior |child protection )?(?:lead|person|officer|teacher|member of staff)s?|DSLs?|safeguarding leads?)|\bDDSLs?)"
    r"|(?P<governor>\b(?:(?:nominated|named|link|lead|designated|safeguarding|child protection)\s+(?:safeguarding |child protection |link )?(?:governor|trustee)s?|governor (?:with )?responsib(?:le|ility)|designated officer))"
    r"|(?P<dsl>\b(?:designated (?:(?:safeguarding|senior|child protection) teachers?|(?:safeguarding |senior |child protection )?(?:leads?|persons?|officers?|members? of staff|co-?ordinators?))|DSLs?|safeguarding leads?|child protection (?:officer|co-?ordinator)s?))"
    r"|(?P<head>(?<!deputy )(?<!assistant )\b(?:executive )?(?:head ?teacher|headmaster|headmistress|head of school|principal))",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\s*\)?(?:\s*\([^)]{1,45}\))?\s*(?:for (?:[\w&/-]+\s){1,6}?|(?:in|at) (?:this|our|the) \w+ |who (?:[\w’'-]+ ){1,8})?"
    r"\s*(?:is|are|,|:|–|-|\(|\*)*\s*(?:currently )?(?:the |our )?(?:(?:deputy |assistant |pre-school |executive |school )*(?:head ?teacher|manager|principal|head|leader|SENCo|SENDCo)[\s,:*(–-]*)?",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(
    r"(?:\s*[,(–-]\s*|\s+(?:is|are)\s+(?:(?:both|also|all)\s+)?(?:the |our )?)(?:the |our )?(?:(?:school|pre-school|nursery|academy)['’]?s? )?"
    r"(?:(?P<deputy>deputy (?:designated safeguarding lead|DSL)|DDSL)|(?P<dsl>designated safeguarding lead|DSL|designated (?:lead|person))"
    r"|(?P<governor>(?:safeguarding|nominated|link|named|lead) (?:governor|trustee))|(?P<head>head ?teacher|principal|head of school|headmaster|headmistress))s?\b",
    re.IGNORECASE,
)


def _roles_in(text: str) -> list[tuple[str, str]]:
    places = names_with_places(text)
    found: list[tuple[str, str]] = []
    for index, (name, start, end) in enumerate(places):
        before = _role_before(text, start)
        if before and _joined(text, before.end(), start, places[:index]):
            found.append((str(before.lastgroup), name))
        after = _ROLE_AFTER.match(text, end) or _shared(text, places, index)
        if after:
            found.append((str(after.lastgroup), name))
    return found


def _role_before(text: str, start: int) -> re.Match[str] | None:
    """The last role named before the place; an officer of the authority has no role in the setting."""
    roles = list(_ROLE_BEFORE.finditer(text, 0, start))
    if not roles or _OUTSIDE.search(text, 0, roles[-1].start()):
        return None
    return roles[-1]


def _joined(text: str, role_end: int, start: int, earlier: list[tuple[str, int, int]]) -> bool:
    """Nothing but small words stands between the role and the name, or only other names before it."""
    for _, begins, ends in earlier:
        if begins >= role_end:
            head = _BETWEEN.fullmatch(text[role_end:begins])
            return (
                head is not None
                and re.fullmatch(r"\s*(?:,|&|and|,\s*and|/)\s*", text[ends:start]) is not None
            )
    return _BETWEEN.fullmatch(text[role_end:start]) is not None


def _shared(text: str, places: list[tuple[str, int, int]], index: int) -> re.Match[str] | None:
    """ "Both A and B are designated safeguarding leads": the role after B is A's too."""
    if index + 1 < len(places) and re.fullmatch(
        r"\s*(?:&|and)\s*", text[places[index][2] : places[index + 1][1]]
    ):
        after = _ROLE_AFTER.match(text, places[index + 1][2])
        return after if after and re.match(r"\s+are\b", text[places[index + 1][2] :]) else None
    return None


def merge(labelled: tuple[str, ...], said: list[str]) -> tuple[str, ...]:
    """Names beside labels first, then those from running text; one person once."""
    return _unique([*labelled, *said])


def among(name: str, others: tuple[str, ...]) -> bool:
    return _key(name) in {_key(other) for other in others}
