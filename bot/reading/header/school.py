"""The setting a document belongs to: by its label, else by the name that stands in front and recurs."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from bot.reading.header.school_names import (
    ADOPTED_BY,
    ADOPTED_FORM,
    ANOTHER_BODY,
    AS_SUBJECT,
    AT_OURS,
    GENERIC,
    HINT,
    HOSTED,
    ITS_CENTRE,
    LEADING,
    OUR_OWN,
    SCHOOL,
    TIMES,
)
from bot.reading.header.title_words import KIND, TOPIC
from bot.reading.text.labelled_lines import Stated
from bot.reading.text.lines import BLANK, SHOUTED_RUN, Line, in_title_case
from bot.reading.text.person_names import is_strange

_FRONT = 30
_NAMED_WITHIN = 12
_LABEL_LONGEST = 90
_LEAST = 4
_NAME_WORDS = 6
_IN_FRONT = 12
_FIRST_LINES = 3
_HEADS = 12  # a name that begins one of the first lines is twice a name in front
_OVER_LINES = 24
_OVER_SEVERAL = 3.0
_NEAR = 40
_A_PERSON = re.compile(r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sister|Canon|Rev|Fr)\b\.? [A-Z]")
_MINDER = re.compile(
    r"^\W*(?P<name>(?:[A-Z][\w'’-]+ ){1,3}?(?:[–-] )?(?:(?:Ofsted )?[Rr]egistered )?[Cc]hild-?[Mm]ind(?:er|ing)(?: [Ss]ervices?)?)\b"
)
_OVER_SCHOOLS = re.compile(r"\b(?:Trust|Federation|Partnership)\b")


def find_school(lines: list[Line], pairs: list[Stated]) -> str | None:
    several = of_several_schools(pairs)
    for pair in pairs:
        if (
            pair.group == "setting"
            and pair.strong
            and not (pair.row and several)
            and len(pair.value) < _LABEL_LONGEST
            and BLANK not in pair.value
        ):
            names = names_in_cell(pair.value)
            if names:
                return names[0][0]
    return _who_adopted(lines) or _by_recurrence(lines) or _childminder(lines) or _copyright(lines)


def _childminder(lines: list[Line]) -> str | None:
    """A childminder's own name or house on the first page: "Jo Bell – Registered Childminder"."""
    front = (line.text for line in itertools.islice((line for line in lines if line.cells), _FRONT))
    found = next(filter(None, map(_MINDER.search, front)), None)
    return found["name"].strip(" ,–-") if found else None


def _copyright(lines: list[Line]) -> str | None:
    """The name behind the sign of copyright at the foot of a page, where nothing else says whose it is."""
    signs = (line.text for line in lines if "\N{COPYRIGHT SIGN}" in line.text)
    names = (names_in_cell(text.partition("\N{COPYRIGHT SIGN}")[2]) for text in signs)
    return next((found[0][0] for found in names if found), None)


def of_several_schools(pairs: list[Stated]) -> bool:
    """A table has a row for each of several schools: whose the document is stands elsewhere."""
    return len({pair.value for pair in pairs if pair.row and pair.group == "setting"}) > 1


def _by_recurrence(lines: list[Line]) -> str | None:
    scores: Counter[str] = Counter()
    spelling: dict[str, str] = {}
    for name in _over_lines(lines):
        scores[_key(name)] += _OVER_LINES
        spelling.setdefault(_key(name), name)
    for place, line in enumerate(line for line in lines if line.cells):
        for cell in line.cells:
            for name, own in names_in_cell(cell):
                key = _key(name)
                front = place < _FRONT and not HOSTED.fullmatch(cell)
                scores[key] += (12 if front else 1) + 3 * own
                scores[key] += _HEADS if place < _FIRST_LINES and _key(cell).startswith(key) else 0
                spelling.setdefault(key, name)
    several = sum(
        score >= _IN_FRONT and not _OVER_SCHOOLS.search(spelling[key]) for key, score in scores.items()
    )
    enough = {
        key: _weight(spelling[key], score, of_several=several > 1)
        for key, score in scores.items()
        if score >= _LEAST
    }
    if not enough:
        return _as_they_say(lines)
    return _spelt_out(spelling[max(enough, key=lambda key: enough[key])], list(spelling.values()))


def _spelt_out(name: str, names: list[str]) -> str:
    """ "B&TH Federation" in the margin, where the cover has "The Birch and Tarn Hill Federation"."""
    short, _, kind = name.partition(" ")
    letters = re.sub(r"[^A-Z]", "", short)
    if not re.fullmatch(r"[A-Z&]{2,7}", short):
        return name
    return next((other for other in names if other.endswith(kind) and _initials(other) == letters), name)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split() if word[0].isupper() and word.lower() not in GENERIC)


def _who_adopted(lines: list[Line]) -> str | None:
    """ "... was adopted by ... (name of provider)": the form names the setting, whatever it is called."""
    for line in lines:
        found = ADOPTED_FORM.search(line.text.replace("\t", " "))
        name = found.group("name").replace(BLANK, " ").strip(" ,.") if found else ""
        if name[:1].isupper():
            return " ".join(name.split())
    return None


def _as_they_say(lines: list[Line]) -> str | None:
    """A name without a word for a school in it: said as "at Little Steps we", and said or headed again."""
    whole = "\n".join(line.text for line in lines)
    heads = {cell for line in lines[: 2 * _NAMED_WITHIN] for cell in line.cells}
    for pattern, headed in ((AT_OURS, False), (ADOPTED_BY, False), (AS_SUBJECT, True)):
        for found in pattern.finditer(whole):
            name = found.group("name")
            words = {word.lower() for word in name.split()}
            if words <= GENERIC | TIMES or ANOTHER_BODY.search(name) or words & TIMES:
                continue
            if not headed and len(re.findall(rf"\b{re.escape(name)}\b", whole)) > 1:
                return name
            if headed and heads & {name, f"The {name}", name.upper()}:
                return name
    return _before_the_colon(lines) or _organisation(lines)


# A club, a charity, a hall, a council of a parish or a company: what it is called by, and what only its own
# document says of it.
_NAME_OF_ONE = r"(?<![\w’'&-])(?:\d{1,3}(?:st|nd|rd|th)[ ])?(?:St\.[ ])?[A-Z][\w’'&-]{0,30}(?:[ ](?:&|of|and|the|in|for|St\.|[A-Z][\w’'&-]{0,30})){0,5}?"
_COMPANY = r"(?:CIC|CIO|Ltd\.?|Limited|LLP)"
_BODY_NOUN = (
    rf"(?:A?F\.?C\.?|R\.?F\.?C\.?|C\.?C\.?|{_COMPANY}|Association|Society|Charity|Foundation|Labs?|Church|Chapel|Scouts?|Brownies|Guides|Group"
    r"|Company|Theatre|Centre|Hackspace|Makerspace|Co-?operative|Studios?|Gym|Rovers|United|Athletic|Harriers|Orchestra|Choir|Band|Players"
    r"|League|Dance|Hub|Project|Museum|Library|Hospice|Allotments|Institute|(?:(?:Village|Community|Parish|Church|Town|Memorial)[ ])?Hall"
    r"|(?:Parish|Town|Community)[ ]Council)"
)
_ORGANISED = re.compile(rf"{_NAME_OF_ONE}[ ]{_BODY_NOUN}(?![\w’'-])(?:[ ]{_BODY_NOUN}(?![\w’'-]))*")
_OFFICES_OF = re.compile(r"^(?:Trustees|Directors|Members|Committee|Board) of (?:the )?", re.IGNORECASE)
_FRIENDS = re.compile(r"Friends of(?:[ ](?:the|St\.?|[A-Z][\w’'-]+)){1,5}$")
_LEGALLY = re.compile(rf"{_COMPANY}$")
_ITS_NOUN = re.compile(rf"(?:[ ]{_BODY_NOUN})+$")
_OF_EVERYBODY = re.compile(
    r"\b(?:Football Association|Government|Teachers|Alumni|National|Royal|British|English|England|UK|Scottish|Welsh|County|Pre-?school Learning|Early Years)\b"
)
_SAYS_OF_ITSELF = re.compile(
    r"(?:['’]s)?(?: (?:Management |Executive )?(?:Committee|Trustees|Board))?,? (?:\([^)]*\) )?(?:as the|is the|is committed|recogni[sz]es|believes|aims|understands|acknowledges|takes|has a|wishes|expects|welcomes|values|will|is run)\b"
)
_SPOKEN_OF = re.compile(
    r"(?:\b(?:directors|trustees|members|committee|board|policy|behalf|name|money|values|work|involved|related to|associated with|data controller:?)"
    rf"[ ](?:of[ ]|with[ ]|to[ ]|in[ ])?(?:the[ ])?[“\"]?|^(?:The )?)(?P<name>{_NAME_OF_ONE})(?=[ ](?:is|are|was|will|has|have|aims|believes|recognises|expects"
    r"|takes|money|official|and)\b|[ ]\(|[\"”.,]|$)",
    re.MULTILINE,
)
# "The Elm Residents Association (ERA)" is one's own; these are everyone's.
_ASSOCIATION = re.compile(r"(?<!Football)(?<!Government)(?<!Teachers)(?<!Alumni) Association$")
_LEAST_TIMES = 2
_LONG_REST = 8
_FEWEST_WORDS = 2


def _organisation(lines: list[Line]) -> str | None:
    """The name of a body that is no school, said of as the document's own and said again."""
    whole = "\n".join(line.text for line in lines)
    whole = "\n".join(
        SHOUTED_RUN.sub(lambda found: in_title_case(found.group()), line) for line in whole.split("\n")
    )
    worded = [line for line in lines if line.cells][:_NAMED_WITHIN]
    for cell in (cell for line in worded for cell in line.cells):
        headed = _in_a_head(SHOUTED_RUN.sub(lambda found: in_title_case(found.group()), cell))
        if headed:
            return headed
    named = Counter(
        _OFFICES_OF.sub("", LEADING.sub("", found.group())) for found in _ORGANISED.finditer(whole)
    )
    said = Counter(found["name"] for found in _SPOKEN_OF.finditer(whole))
    for found in _ORGANISED.finditer(whole):
        name = _OFFICES_OF.sub("", LEADING.sub("", found.group()))
        if _is_body(name) and _SAYS_OF_ITSELF.match(whole, found.end()):
            return name
    alone = _alone_in_front([line.text for line in worded], whole)
    if alone:
        return alone
    for name, times in [*named.most_common(), *said.most_common()]:
        bare = _ASSOCIATION.sub("", name) if name in said else name
        if (
            times >= _LEAST_TIMES
            and (_is_body(name) if name in named else _is_proper(bare, whole=name))
            and (name in named or whole.count(name) > times)
        ):
            return name
    return None


def _alone_in_front(front: list[str], whole: str) -> str | None:
    """A name on the first line, above the title or said again below: "Bramblings", "The Pantry, Northwick"."""
    for place, text in enumerate(front[:2]):
        name = text.partition(",")[0].strip()
        words = LEADING.sub("", name).split()
        below = front[place + 1] if place + 1 < len(front) else ""
        plain = 0 < len(words) <= _NAME_WORDS and all(word[:1].isupper() for word in words)
        if not plain or KIND.search(name) or TOPIC.search(name) or re.search(r"[\d:.]", name):
            continue
        own = {word.lower() for word in words} - GENERIC - TIMES
        again = whole.count(" ".join(words)) > 1
        if own and any(map(is_strange, words)) and KIND.search(below) and (again or len(words) == 1):
            return name
    return None


def _in_a_head(cell: str) -> str | None:
    """ "Elm Village Hall" on a line of its own in front, or before what the document is about."""
    text = LEADING.sub("", cell).strip()
    friends = _FRIENDS.match(text)
    if friends:
        return friends.group()
    found = _ORGANISED.match(text)
    rest = text[found.end() :] if found else ""
    if found is None or not _is_body(found.group()):
        return None
    return (
        found.group()
        if not rest.strip(" .,") or (KIND.search(rest) and len(rest.split()) < _LONG_REST)
        else None
    )


def _is_body(name: str) -> bool:
    """A body's own name: not everyone's, no heading, and more than what kind of body it is."""
    bare = _ITS_NOUN.sub("", name)
    heading = KIND.search(name) or (TOPIC.search(bare) and not _LEGALLY.search(name))
    own = {word.lower() for word in bare.split()} - GENERIC - TIMES
    return bool(own) and bare != name and heading is None and _OF_EVERYBODY.search(name) is None


def _is_proper(name: str, *, whole: str = "") -> bool:
    """Two words or more, one of them no common word, and neither another body's name nor a heading's."""
    words = (whole or name).split()
    common = {word.lower() for word in words} <= GENERIC | TIMES or not any(map(is_strange, words))
    heading = ANOTHER_BODY.search(name) or TOPIC.search(whole or name) or KIND.search(whole or name)
    return len(words) >= _FEWEST_WORDS and not common and heading is None


def _before_the_colon(lines: list[Line]) -> str | None:
    """ "Otter Steps: phones and pictures" in front: a name, if the text speaks of it again."""
    whole = "\n".join(line.text for line in lines)
    for line in itertools.islice((line for line in lines if line.cells), _FIRST_LINES):
        name, colon, about = line.text.partition(": ")
        words = name.split()
        proper = 1 < len(words) < _NAME_WORDS and all(word[:1].isupper() for word in words)
        if not colon or not proper or len(line.cells) > 1 or not TOPIC.search(about):
            continue
        if not TOPIC.search(name) and not KIND.search(name) and whole.count(name) > 1:
            return name
    return None


def _weight(name: str, score: int, *, of_several: bool) -> float:
    """A school before the trust it is part of, both in front; the trust before several schools of its own."""
    return score * (_OVER_SEVERAL if of_several else 0.5) if _OVER_SCHOOLS.search(name) else score


def _key(name: str) -> str:
    plain = (
        name.lower()
        .replace("church of england", "ce")
        .replace("c of e", "ce")
        .replace("c.e.", "ce")
        .replace("r.c.", "rc")
    )
    plain = re.sub(r"\bcp\b", "community primary", plain).replace("cofe", "ce")
    return re.sub(r"[^a-z]+", " ", plain).strip()


def is_school(text: str, school: str | None) -> bool:
    return school is not None and _key(school) in {_key(text), _key(text.removeprefix("The "))}


def are_two_schools(name: str, school: str) -> bool:
    """Whether a name is that of another school, and not of this one in fewer words or of what it belongs to."""
    words, own = ({*_key(one).split()} - _OF_MANY for one in (name, school))
    return bool(words) and not words & own and not _OVER_SCHOOLS.search(name)


_OF_MANY = GENERIC | {"st", "saint", "the", "road", "lane", "street"}


def in_school(text: str, school: str | None) -> bool:
    """Return whether the words are a part of the setting's name, which may be printed over several lines."""
    return school is not None and f" {_key(text)} " in f" {_key(school)} "


def _over_lines(lines: list[Line]) -> Iterator[str]:
    """Names printed over two or three lines in front, the last of which is none by itself, each in full."""
    found: dict[int, str] = {}
    worded = [line for line in lines[: 2 * _NAMED_WITHIN] if line.cells][:_NAMED_WITHIN]
    for last in range(1, len(worded)):
        if len(worded[last].cells) > 1 or names_in_cell(worded[last].text):
            continue
        for first in range(max(0, last - 2), last):
            part = worded[first : last + 1]
            close = all(lower.number - upper.number == 1 for upper, lower in itertools.pairwise(part))
            whole = " ".join(line.text for line in part)
            names = names_in_cell(whole) if close and len(whole) < _LABEL_LONGEST else []
            if names and _key(names[0][0]) in {
                _key(LEADING.sub("", words)) for words in (whole, whole.split(",")[0])
            }:
                found[first] = names[0][0]
                break
    yield from found.values()


# "Hire of School Premises", "Use of Nursery Grounds": no name ends so.
_A_SCHOOL_AS_SUCH = re.compile(r" (?:of|for|in|at|to|on|by|the|our) \w+$|, \w+$")


# "Religious Education. The Federation", "Vision and Values The Larch School": the name begins behind.
_BEFORE_IT = re.compile(
    r"^.*(?:[a-z]{3}[.!?]"
    r"|\b(?:[Vv]ision|[Vv]alues|[Aa]ims|[Ee]thos|[Ii]ntroduction|[Pp]urpose|[Rr]ationale|[Ss]cope|[Mm]ission"
    r"|[Cc]ontents|[Cc]ontext|[Bb]ackground|[Ss]tatement|[Pp]olicy)) (?=The [A-Z])"
)


def _of_a_county(name: str) -> bool:
    """ "Kent Schools" are no one's name; "Larch Schools" may be a trust's."""
    county, _, rest = name.partition(" ")
    return rest == "Schools" and not is_strange(county)


def _begun_rightly(name: str) -> str:
    before = _BEFORE_IT.match(name)
    return LEADING.sub("", name[before.end() :]).strip(" ,") if before else name


# "in the grounds of Hill Primary": whose hall a club uses.
_ON_ITS_GROUND = re.compile(
    r"\b(?:grounds|buildings?|hall|premises|annexe?)\s+of\s+(?:the\s+)?$", re.IGNORECASE
)


def names_in_cell(cell: str) -> list[tuple[str, bool]]:
    """Names of settings in a cell, each with whether the words after it speak of it as the document's own."""
    if not HINT.search(cell):
        return []
    text = SHOUTED_RUN.sub(lambda found: in_title_case(found.group()), cell)
    found = []
    for match in SCHOOL.finditer(text):
        name = _begun_rightly(LEADING.sub("", match.group()).strip(" ,"))
        words = {word.strip(".,()").lower() for word in name.split()}
        if (
            len(name.split()) >= 2
            and not _A_PERSON.match(name)
            and not words <= GENERIC
            and not _A_SCHOOL_AS_SUCH.search(name)
            and not _of_a_county(name)
            and not _ON_ITS_GROUND.search(text[max(0, match.start() - _NEAR) : match.start()])
            and not ANOTHER_BODY.search(ITS_CENTRE.sub("", name))
        ):
            found.append((name, OUR_OWN.match(text, match.end()) is not None))
    return found
