"""The roles a school policy names people in, wherever in a text they are mentioned.

Who the document names: safeguarding leads, head, lead governors, owner, approver.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reading.text.dates import find_dates
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import BLANK, Sentence
from bot.reading.text.person_names import body, is_strange, names, names_with_places

_DSL = (
    r"(?:designated (?:(?:safeguarding|senior|child protection) teachers?|(?:safeguarding |senior "
    r"|child(?:ren)? protection )?(?:leads?|leaders?|persons?|officers?|members? of staff"
    r"|co-?ordinators?))(?: \(?(?:DSLs?|DSPs?)\)?)?"
    r"(?: for (?:safeguarding|child protection)(?: (?:and|&) (?:safeguarding"
    r"|child protection))?)?|(?:designated|lead|named|nominated) (?:practitioner|person|people|officer"
    r"|teacher|member of staff|staff member)s? for (?:safeguarding|child protection)(?: (?:and"
    r"|&) (?:safeguarding|child protection))?|(?:strategic |overall )?lead for (?:safeguarding"
    r"|child protection)|safeguarding lead practitioners?|(?:lead )?DSLs?|(?-i:DSPs?|DSOs?)|(?:safeguarding"
    r"|child protection) (?:leads?|officers?|co-?ordinators?|lead persons?)"
    r"|(?:the )?(?:person|member of staff|teacher|practitioner|leader) (?:with|who has|who takes) lead"
    r" responsibility for (?:safeguarding|child protection)"
    r"|(?:the |our )?(?:person|member of staff|practitioner) (?:who is )?(?:responsible for|in charge of)"
    r" (?:safeguarding|child protection)"
    r"|(?:has|takes|holds|carries) (?:the )?lead responsibility for (?:safeguarding|child protection)"
    r"|leads? on (?:safeguarding|child protection)|(?:safeguarding"
    r"|child protection)(?= [^.;,]{0,40}\bis led by\b))"
)
TOPIC = (
    r"(?:safeguarding|child[ -]protection|online[ -]safety|e-?safety|SEND?|special educational needs"
    r"|inclusion|prevent|behaviour|anti-bullying|health (?:and|&) safety|whistle-?blowing|attendance"
    r"|equalit(?:y|ies)"
    r"|diversity|curriculum|early years|EYFS|pupil premium|looked[- ]after children|(?:data"
    r"|GDPR)(?: protection)?"
    r"|religious education|RE|PSHE|RS?H?E|literacy|english|phonics|reading|maths|mathematics|science"
    r"|computing"
    r"|ICT|well-?being|mental health|first aid|medical needs|premises|complaints|careers|sports? premium"
    r"|pupil voice|ethos|cyber[ -]?security|training|safer recruitment|sustainability)"
)
_GOVERNOR = r"(?:governor|trustee|director|(?:committee|board|council) member)s?"
_WATCHES = (
    r"(?:oversees?|monitors?|leads?|follows?|watch(?:es)?|champions?|visits?|checks?|supports?|scrutinises?"
    r"|keeps? (?:an? (?:\w+ )?(?:eye|watch|check)|in touch)|takes? (?:an?|the|particular|special"
    r"|close)(?: \w+)?"
    r" (?:interest|lead|responsibility)|looks? (?:after|at|into)|works? with|speaks? (?:up )?for|answers? for"
    r"|is (?:linked|attached|assigned|responsible)|has (?:an? |the |particular "
    r"|special )?(?:\w+ )?(?:responsibility"
    r"|oversight|interest)|links? (?:with|to))"
)
# Words in small letters, for a capital may begin the name: "governor for SEND Jane Poe".
_TAIL = rf"(?:\s+(?:{TOPIC}\b|(?-i:[a-z])[\w&/’'-]*|&)){{0,8}}?(?=\s*(?:[:,()–.;\t]|-\s|\bis\b|\bare\b|$))"
_DUTY_OF = rf"(?:responsib(?:le|ility) for|{TOPIC}|lead for)"
_ANY_POST = (
    r"(?:head ?-?teacher|headmaster|headmistress|head|principal|manager|leader|lead|teacher|SEND?Co"
    r"|co-?ordinator|mentor|supervisor|officer|champion|administrator|bursar|practitioner"
    r"|chair(?:man|person|woman)?)"
)
# What may stand before the noun of a post: "Assistant Head", "Year 6 teacher", "nursery manager".
_OF_A_POST = (
    r"(?:(?-i:[A-Z])[\w&/’'-]*|deputy|assistant|executive|acting|nursery|pre-?school|school|class|year|room"
    r"|senior|pastoral|office|business|family|playgroup|subject|phase|setting|\d)"
)
POST = (
    rf"(?:(?:{_OF_A_POST}\s+){{0,4}}?{_ANY_POST}\b(?: (?:of|for) (?:the )?(?-i:[A-Z])[\w&’'-]*"
    r"(?: (?:and |& )?(?-i:[A-Z])[\w&’'-]*){0,3})?)"
)
_DEPUTY_ROLE = (
    rf"(?P<deputy>\b(?:deput[ey]|deputies|alternate|assistant|back-?up|additional)\b"
    rf"(?:(?!head|principal|manager|leader|\band\b|[,&(:/])[^.;\t]){{0,25}}?{_DSL}|\bDDSLs?\b"
    rf"|\b{_DSL}\s*[-–(]?\s*(?:deputy|deputies)\b(?!\s+(?:head|principal|manager|leader))"
    r"|\bdeputy designated teachers?\b(?! for (?:looked|LAC|CLA))|\bdeputy leads? for (?:safeguarding"
    r"|child protection)|\bsafeguarding deput(?:y|ies)\b)"
)
_GOVERNOR_ROLE = (
    r"(?P<governor>\bdesignated officer(?=\s*\((?:a )?(?:committee )?member)|\b(?:(?:nominated|named|link"
    r"|lead|linked|designated|responsible|safeguarding"
    r"|child protection|online[ -]safety|e-?safety)(?:\s*/\s*|\s*,?\s+(?:and |& )?)){1,4}?"
    rf"(?:{TOPIC}\s+(?:(?:and|&|/)\s+{TOPIC}\s+)?)?(?:link |lead )?{_GOVERNOR}\b"
    rf"(?:,\s+{TOPIC}\b|\s+(?:for|(?:with )?responsib(?:le|ility) for"
    r"|in charge of)\s+(?:[\w&/-]+\s+){0,6}?[\w-]+(?=\s*(?:[:,(–]|\bis\b|\bare\b|$)))?"
    rf"|\b{TOPIC}(?:\s+(?:and|&|/)\s+{TOPIC})?\s+(?:link |lead )?(?:governor|trustee)s?\b"
    rf"|\b{_GOVERNOR}\s*\(\s*{TOPIC}(?:\s*(?:and|&|/|,)\s*{TOPIC})*\s*\)"
    rf"|\b{_GOVERNOR}\b(?:,?\s+(?:the |our )?(?:link|lead)\s+(?:for|on)\b"
    rf"|\s+(?:who|that)\s+(?:also\s+)?{_WATCHES}\b|\s+(?:linked|attached|assigned)\s+(?:with|to)\b"
    r"|\s+with\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:interest\s+in|oversight\s+of|brief\s+for)\b"
    r"|\s+(?:(?:with|for|who has|who have|who is|who are)\s+)?"
    rf"(?:(?:special|specific|lead|particular|overall)\s+)?{_DUTY_OF}\b)(?:{_TAIL})?"
    rf"|\b(?:governing (?:body|board)|governors|board|trustees|committee)(?:['’]s|s['’]"
    rf"|['’])\s+(?:\w+\s+)?{TOPIC}"
    r"\s+(?:link|lead|champion|rep(?:resentative)?)\b"
    rf"|\b(?:nominated|named|designated|lead|link|(?:(?:academy|school|local)\s+)?(?:council|committee|board))\s+member\s+for\s+{TOPIC}(?:\s+(?:and|&)\s+{TOPIC})?\b"
    rf"|\bleads? on\s+[\w -]{{2,40}}?\s+(?:for|on behalf of)\s+(?:the\s+)?(?:governors|governing|trustees"
    rf"|board"
    r"|committee)\b)"
)
_HEAD_ROLE = (
    r"(?P<head>(?<!deputy )(?<!depute )(?<!deputy-)(?<!assistant )(?<!associate )(?<!vice )(?<!former )(?<!previous )(?<!virtual )(?<!virtual school )"
    r"(?<!vice-)\b(?:(?:executive|acting|interim|co|joint)[\s-]+)*"
    r"(?:(?:head ?-?teacher|headmaster|headmistress|head of school|principal)s?\b(?!['’]s?\s)"
    r"|(?:(?<=\()|(?<=, )|(?<=[–-] ))(?-i:Head|HT)(?=\s*(?:[),;]|\band\b|$))"
    r"|(?<=our )head(?=\s*(?:[,(]|\bis\b|$))|(?<=the )head(?=, (?:Mr|Mrs|Ms|Miss|Dr)\b)"
    r"|(?<=the )(?-i:Head)\b(?=\s*(?:[,:(–]|\bis\b|\s(?:Mr|Mrs|Ms|Miss|Dr)\b))))"
)
ROLE = re.compile(rf"{_DEPUTY_ROLE}|{_GOVERNOR_ROLE}|(?P<dsl>\b{_DSL}\b)|{_HEAD_ROLE}", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:(?:local authority|LA|council|county|area|regional|borough|LSCP|partnership|diocese)(?:['’]s)?"
    r"|trust[- ]wide|former|previous|(?:its|their|his|her) own)\s+$",
    re.IGNORECASE,
)
_OF_OUTSIDE = re.compile(
    r"\s*(?:\([^)]*\)\s*)?(?:for|at|of|in|within)\s+(?:the\s+)?(?:[\w’']+\s+){0,3}?(?:local authority|LA\b"
    r"|council|county|borough|partnership|diocese)",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"\babsence of (?:the |our |a )?(?:school['’]s )?$|\bnot the $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Role:
    """A role mentioned in a text: whose it is stands beside it, if anywhere."""

    group: str
    start: int
    end: int


def roles_in(text: str) -> Iterator[Role]:
    """Every role the text mentions; officers of the authority have none in the setting."""
    for found in ROLE.finditer(text):
        if _OUTSIDE.search(text, 0, found.start()) or _OF_OUTSIDE.match(text, found.end()):
            continue
        group = str(found.lastgroup)
        if group == "dsl" and _ABSENT.search(text, 0, found.start()):
            group = "deputy"
        yield Role(group, found.start(), found.end())


_LEAD_IN = re.compile(r"^(?:\d+(?:\.\d+)*\.?\s+|[a-z]\)\s+)?(?:the |our )?", re.IGNORECASE)
_WITH_DUTY = re.compile(r",?\s+with (?:\w+ )?responsibility for\b.*$", re.IGNORECASE)
_LEFT_OVER = re.compile(
    rf"(?:\s|[,&/:()*.'’–-]|\b(?:and|the|s|team|members?|details?)\b|{POST})*", re.IGNORECASE
)


def roles_alone(words: str) -> list[str]:
    """The roles the words name when they say nothing else: a heading, a cell, a caption."""
    return _alone(words) or _alone(_WITH_DUTY.sub("", words))


def _alone(words: str) -> list[str]:
    bare = _LEAD_IN.sub("", words.strip())
    bare = re.sub(r"\s*\([^)]{0,30}\)", "", bare)
    found = list(roles_in(bare))
    edges = [0, *(edge for role in found for edge in (role.start, role.end)), len(bare)]
    rest = [bare[one:other] for one, other in zip(edges[::2], edges[1::2], strict=True)]
    return [role.group for role in found] if all(map(_LEFT_OVER.fullmatch, rest)) else []


NAME_LINE = 90
_STOP = re.compile(
    r"\b(?:tel|telephone|phone|email|e-mail|mobile|contact|ext)\b|[\w.]+@|\d{5}", re.IGNORECASE
)
_ROLE_OWNERS = re.compile(
    r"\b(?:head ?teacher|head|principal|DSL|designated safeguarding lead|SEND?Co|business manager"
    r"|manager|play ?leader|supervisor|proprietor|owner|childminder|caretaker|bursar|DPO"
    r"|data protection officer|CEO|chief executive|director|deputy|assistant head|SLT"
    r"|leadership team|leader|lead|co-?ordinator|officer|governors?|committee|chair|board|trust|team"
    r"|secretary|administrator|clerk|HR)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"[\[<{]|\binsert\b|\bxx+|\bTB[AC]\b|\bn/?a\b|\bnone\b|\bname\b", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|rev|revd|rev['’]d|reverend|sir|dame|canon|deacon|father|fr|sister|sr|cllr|prof|professor)\b\.?\s*"
)
_CONNECT = re.compile(
    r"^(?:for\b[^\t]{0,40}\t)?[\s:–—,(\-\t]*(?:(?:in|at|for|of)\s+(?:this|our|the)\s+\w+\s*)?(?:(?:is|are"
    r"|:|=|[-–])\s*)?(?:the\s+)?"
    r"(?:(?:head ?teacher|principal|manager|deputy head ?teacher|executive|head"
    r"|assistant head ?teacher)\b[\s,:–(-]*)?$",
    re.IGNORECASE,
)
_A_POST = re.compile(rf"(?:the |our )?{POST}", re.IGNORECASE)
_HEAD = re.compile(
    r"(?:the |our )?(?:(?:acting|interim|executive) )?(?:head ?-?teacher|head|headmaster|headmistress"
    r"|principal|head of school)",
    re.IGNORECASE,
)
_DECIDED_BY = re.compile(
    r"(?:ed(?:\s+off)?|off|al|ion)(?:\s+(?:by|at))?\s+(?:the\s+|our\s+)?(?=\S)", re.IGNORECASE
)
_NAMED_COMMITTEE = re.compile(r"[A-Z][\w’'-]*(?:(?:,|\sand|\s&)?\s[A-Z][\w’'-]*){0,5}")
_BY = re.compile(r"^\s*(?:by|(?:at\s+)?(?:a|the|our)\s+(?:\w+\s+)?meeting\s+of)\s+", re.IGNORECASE)
# A member of staff responsible for medicines, an owner with oversight of safeguarding: not of the policy.
_FOR_ELSE = re.compile(
    r"(?:for|with|of)\s+(?!(?:this|the|our)\s+(?:policy|document))[^:]{1,50}:", re.IGNORECASE
)
_ALSO_BY = re.compile(r"\band\s+by\s+(?=\S)", re.IGNORECASE)
_WHOSE_BUSINESS = re.compile(r"committee|responsible|delegated", re.IGNORECASE)
_INITIALS = re.compile(r"([A-Z]{2,6})\s*(?::|\bon\b|\d|$)")  # "CDCS: 20th June 2017", "FGB on"


_OF_THE_NEXT = re.compile(
    rf"deput|alternate|absence|cover|chair|governor|{POST}\s*(?::|[–-]\s)", re.IGNORECASE
)
_SCHOOL = re.compile(
    r"\b(?:pre-?school|playgroup|nursery|school|academy|college|kindergarten)\b", re.IGNORECASE
)


def _head_of(value: str) -> str:
    """The value up to telephone numbers and addresses."""
    stop = _STOP.search(value)
    return value[: stop.start()] if stop else value


def _unique(found: list[str]) -> tuple[str, ...]:
    """Each person once, with the first name where the document gives it somewhere."""
    kept: list[str] = []
    for name in found:
        same = next((place for place, other in enumerate(kept) if _same_person(name, other)), None)
        if same is None:
            kept.append(name)
        elif len(_given(name)) > len(_given(kept[same])) > 0 or not _given(kept[same]):
            kept[same] = name if _given(name) else kept[same]
    return tuple(kept)


def _parts(name: str) -> list[str]:
    return _TITLE.sub("", name.lower()).replace(".", " ").split()


def _given(name: str) -> str:
    """The first name or the initials; nothing in "Mrs Smith"."""
    return " ".join(_parts(name)[:-1])


def _same_person(one: str, other: str) -> bool:
    """ "Mrs Smith", "J Smith" and "Jane Smith" are one person; "Mr Smith" and "Mrs Smith" are two."""
    if _parts(one)[-1:] != _parts(other)[-1:]:
        return False
    given = _given(one), _given(other)
    if not all(given):
        titles = {title.group() for name in (one, other) if (title := _TITLE.match(name.lower()))}
        return any(given) or len(titles) < 2
    return given[0] == given[1] or (
        given[0][0] == given[1][0] and min(len(given[0].split()[0]), len(given[1].split()[0])) == 1
    )


def people_in(pairs: list[Stated], group: str) -> tuple[str, ...]:
    """Names given beside a role's label."""
    found: list[str] = []
    for pair in pairs:
        if pair.group == group:
            found += _named(pair)
    return _unique(found)


def _named(pair: Stated) -> list[str]:
    value = _head_of(pair.value)
    places = names_with_places(value)
    if not places or not _CONNECT.match(value[: places[0][1]]):
        return []
    if not pair.strong and len(value) > NAME_LINE and not re.match(r"\s*(?:is|are|,|\(|:)", value):
        return []
    kept = [places[0]]
    for place in places[1:]:
        between = value[kept[-1][2] : place[1]]
        if (
            not re.fullmatch(r"\s+|\s*(?:,|&|/|;|\band\b|\t|\+|\([^)]*\))+\s*(?:and\s+)?", between)
            and len(value) > 60
        ):
            break
        if _OF_THE_NEXT.search(between):
            break
        kept.append(place)
    return [name for name, _, _ in kept]


def posts_in(pairs: list[Stated]) -> list[tuple[str, str]]:
    """ "Designated Safeguarding Lead: Headteacher": a role given to the person who holds a post."""
    return [
        (pair.group, pair.value.strip(" .()"))
        for pair in pairs
        if pair.group in {"dsl", "deputy"} and _A_POST.fullmatch(pair.value.strip(" .()"))
    ]


def holders(posts: list[str], head: str | None, spoken: list[Sentence]) -> tuple[str, ...]:
    """Who holds the posts, as far as the document says."""
    found = (head if _HEAD.fullmatch(post) else holder(post, spoken) for post in posts)
    return _unique([name for name in found if name])


def holder(post: str, spoken: list[Sentence]) -> str | None:
    """The person the document says holds the post."""
    words = re.escape(post).replace("\\-", "-?").replace("-?", "[- ]?")
    pattern = re.compile(rf"(?<!deputy )(?<!assistant )\b{words}\b", re.IGNORECASE)
    for sentence in spoken:
        for found in pattern.finditer(sentence.text):
            for name, start, end in names_with_places(sentence.text):
                before = re.fullmatch(
                    r"\s*(?:is|[:,(–\t-])\s*(?:the |our )?|\s+", sentence.text[found.end() : start]
                )
                after = re.fullmatch(
                    r"\s*(?:is|[,(–\t-])\s*(?:the |our )?|\s+", sentence.text[end : found.start()]
                )
                if (start > found.end() and before) or (end <= found.start() and after):
                    return name
    return None


def approver(pairs: list[Stated], school: str | None) -> str | None:
    # Whose business it is comes after who is said to have approved it.
    for pair in sorted(pairs, key=lambda one: _WHOSE_BUSINESS.search(one.label) is not None):
        if pair.group == "approve_by":
            who = (
                _body_in_label(pair.label)
                or _body_or_name(pair.value, school)
                or _committee(pair)
                or _second_body(pair.value)
            )
            if who:
                return who
    agreed = (
        body(_BY.sub("", _behind_its_date(pair.value)))
        for pair in pairs
        if pair.group == "approve" and (pair.strong or pair.label.lower().endswith(" at"))
    )
    return next((who for who in agreed if who and who.lower() != (school or "").lower()), None)


def _behind_its_date(value: str) -> str:
    """ "Adopted: 12/09/2025 by the Committee": the words after the date."""
    dates = find_dates(value)
    return value[dates[0].end :].lstrip(" ,–-") if dates and dates[0].start == 0 else value


def _body_in_label(label: str) -> str | None:
    """ "Approved by the Resources Committee: 3 May": the label names who, the value says when."""
    decided = _DECIDED_BY.search(label)
    return body(label[decided.end() :]) if decided else None


def _second_body(value: str) -> str | None:
    """ "Agreed by staff on 3 May and by the Governing Body on 5 May"."""
    also = _ALSO_BY.search(value)
    return body(value[also.end() :]) if also else None


def _committee(pair: Stated) -> str | None:
    """ "Responsible committee: Resources": the label says it is one, the value which."""
    named = _NAMED_COMMITTEE.fullmatch(pair.value.strip()) if "committee" in pair.label.lower() else None
    return named.group() if named else None


def _body_or_name(value: str, school: str | None) -> str | None:
    if _PLACEHOLDER.search(value[:25]) or value.startswith(BLANK):
        return None
    words = body(value)
    if words and school and words.lower() == school.lower():
        return None
    if words and len(words.split()) <= 9:
        return words
    initials = _INITIALS.match(value)
    if initials and is_strange(initials.group(1)):
        return initials.group(1)
    people = names_with_places(value[:80])
    if (
        not people
        or people[0][1] > 6
        or _SCHOOL.search(value)
        or (school and people[0][0].lower() in school.lower())
    ):
        return None
    return people[0][0]


def owner(pairs: list[Stated]) -> str | None:
    """The owner beside a label; of the authors of a version history, the last version's."""
    versions = {pair.line for pair in pairs if pair.group == "version" and pair.row}
    of_versions = [pair for pair in pairs if pair.line in versions and pair.row]
    for pair in (*(pair for pair in pairs if pair not in of_versions), *reversed(of_versions)):
        begins = names_with_places(pair.value)[:1] if pair.group == "owner" else []
        named = bool(begins) and begins[0][1] == 0 and pair.label.lower().endswith(" by")
        short = len(pair.value) < 60 and not _FOR_ELSE.match(pair.value)
        if pair.group == "owner" and (pair.strong or short or named):
            who = _owner(pair.value)
            if who:
                return who
    return None


def reviewer(pairs: list[Stated]) -> str | None:
    """ "Reviewed by: Jane Smith", where no one else is said to keep the policy."""
    for pair in pairs:
        people = names_with_places(pair.value) if pair.group == "review_by" else []
        if people and people[0][1] == 0:
            return people[0][0]
    return None


def _owner(value: str) -> str | None:
    head = _head_of(value).strip(" :–-,")
    first_named = names_with_places(head)
    if first_named and first_named[0][1] == 0:
        return first_named[0][0]
    if not head or _PLACEHOLDER.search(head[:25]) or head.startswith(BLANK) or len(head) > 110:
        return None
    people = names(head)
    if people and head.find(people[0].split()[0]) <= 40:
        return people[0]
    first = re.split(
        r"[.;\t␣]|,\s+(?:who|after|with|in)\b|\s[-–]\s|\s{2,}|\bon\b|\bdate\b|\band\s+\w+ed\b", head
    )[0].strip(" ,(")
    return first if _ROLE_OWNERS.search(first) and len(first.split()) <= 8 else None


def merge(labelled: tuple[str, ...], said: list[str]) -> tuple[str, ...]:
    """Names beside labels first, then those from running text; one person once.

    A name that goes on behind a labelled one ("Jane Smith Clerk") has run into the words of the next line.
    """
    return _unique([*labelled, *(name for name in said if not name.startswith(_begun(labelled)))])


def _begun(labelled: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{name} " for name in labelled)


def among(name: str, others: tuple[str, ...]) -> bool:
    return any(_same_person(name, other) for other in others)
