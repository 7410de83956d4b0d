"""Names of people and of bodies, told from the words around them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev[’']d|Revd|Reverend|Rev|Sir|Dame|Cllr|Prof|Professor|Fr|Father|Sister|Sr"
    r"|Canon|Deacon|MR|MRS|MS|MISS|DR|REV)\b\.?"
)
_WORD = r"(?:(?:O|D|Mc|Mac|De|La|Le|St)['’.]?\s?)?[A-Z](?:[a-zà-öø-ÿ]+|[A-Z]+)(?:['’\-–][A-Za-zà-öø-ÿ]+)*"
_INITIAL = r"[A-Z](?:\.(?:\s?[A-Z]\.){0,2}|\b(?!['’]\w))"
_GLUED = rf"(?<![\w.@/-])(?:[A-Z]\.){{1,3}}{_WORD}"  # "P.Marsh"
_NAME = re.compile(
    rf"(?:{_GLUED}|{TITLE}\s*(?:{_INITIAL}\s*){{0,3}}(?:{_WORD})?(?:[^\S\t](?!{TITLE}\s)(?:(?:van|von|de|der|den|da"
    rf"|al)[^\S\t])?{_WORD}){{0,2}}"
    rf"|(?:{_WORD}|{_INITIAL})(?:[^\S\t](?!{TITLE}\s)(?:{_WORD}|{_INITIAL}|van|von|de|der|den|da|al)){{0,2}}"
    rf"[ ](?!{TITLE}\s){_WORD})"
)
# Titles that someone holds by office are kept also before a first name: "Canon Jane Poe".
_OF_OFFICE = re.compile(r"(?:Canon|Deacon|Father|Fr|Sister|Sr|Cllr|Rev[’']d|Reverend|Prof|Professor|Dame)\b")
_TITLED = re.compile(rf"^{TITLE}\s*")
_PARTED = re.compile(r"\s+|(?<=[A-Z]\.)(?=[A-Z])")

_NOT_NAMES = frozenset(
    """
    a about academy academies accepted acting action additional admin administrator adopted agreed agency
    all and annual annually any appendix approval approved as assembly assistant associate at august author
    authority autumn behaviour board body bursar business by care chair chairman chairperson chairwoman
    child children church clerk co coordinator committee community complaints computing contact contents
    coordinator council county curriculum data date day december department deputy designated development
    director directors document early education email england equality executive extended federation
    february finance first for foundation full general governing governor governors group guidance head
    headmaster headmistress headteacher head-teacher health high his home hub human in inclusion infant
    information insert interim is it january joint july junior keeping key kent lead leader leaders
    leadership learning link local london looked mail manager managers march medical member mental mentor
    middle minutes multi my name named national new next no nominated none north november number nursery
    october officer ofsted on online organisation or our owner page parent parents pastoral personnel phase
    phone playgroup plan police policies policy pre pre-school premises preschool previous primary principal
    procedure proprietor protection provision pupil pupils quality reception record registered resources
    responsible responsibility review reviewed revised role safe safeguarding safety school schools
    secretary section secondary send senco sendco senior september service services shared signature signed
    site sixth slt smt social south special specialist spring staff standards statement statutory strategic
    student students summer supply support system systems tbc tba teacher teachers teaching team tel
    telephone term the this to together training trust trustee trustees trusts under updated version vice
    virtual vision volunteer website welfare well wellbeing west what when wider with working year years
    youth written rshe co-ordinator
    hr dsl ddsl dpo fgb lgb lgc mat lado mash ict it pshe eyfs ks1 ks2 rse kcsie dfe chief
    operating cluster hall centre centres management proprietors subject academic appointed ratified
    responsibilities yes initial final draft model template source issue department bank council lsb lscb
    scp partnership office reviewer position job title both either customer dms sussex essex surrey
    hampshire yorkshire lancashire lincolnshire norfolk suffolk devon cornwall somerset dorset cheshire
    cumbria derbyshire durham gloucestershire hertfordshire leicestershire northamptonshire nottinghamshire
    oxfordshire shropshire staffordshire warwickshire wiltshire worcestershire bedfordshire berkshire
    buckinghamshire cambridgeshire east scotland wales scottish welsh facebook instagram twitter internet
    google microsoft these those where we he she they you who unless once please see note if their following
    formal informal stage mr mrs ms miss families family hours day week weekday
    monday tuesday wednesday thursday friday
    digital strategy room print infants juniors welcome thank dear yours sincerely depute
    governance professional professionals
    uwch berson person diogelu dynodedig llywodraethwr pennaeth cadeirydd dirprwy ysgol corff
    ba bsc bed hons ma msc med phd pgce qts npqh
    """.split()
)

_INITIAL_A = re.compile(r"A(?:\.|\s[A-Z]\b|\s[\w’'-]+\s*(?:$|[,;()\t/&–-]|and\b))")  # no article

_SURNAMES_TOO = frozenset("church hall kent page west young england bishop north day cook".split())

_BODY = re.compile(
    r"\b(?:governing body|governing board|governors?|board|trust(?:ees?)?|committee|FGB|LGB|LGC|LAB|GB"
    r"|directors?|council|SLT|leadership team|senior management team|SMT|head ?teacher|head of school"
    r"|principal|manager|chair(?:man|person|woman)?|CEO|chief executive|proprietors?|executive|management"
    r"|local authority|AGM|business manager|FPC|full governors|governance|members|head|headmaster"
    r"|headmistress|cabinet|owner)\b",
    re.IGNORECASE,
)
_BODY_END = re.compile(
    r"\s*(?:[.;:,(]|\bon\b|\bin\b(?!\s+charge)|\bat\b|\bdate\b|\bwho\b|\bwhich\b|\band will\b|\band is\b"
    r"|\bfollowing\b|\bwhen\b|\bas\b|\bwith\b|\bto\b|\bfor\b|\beach\b|\bevery\b|\bannually\b|\bafter\b"
    r"|\bto be\b"
    r"|\b(?:adopt|approv|agre|ratif|endors|accept)(?:ed|eed|ied|s|es|ees|ies)\b|\bha(?:s|ve)\b|\bis\b|\bare\b|\bwas\b"
    r"|\bduring\b|\bvia\b|\b(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b|\b(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|autumn|spring"
    r"|summer)\b\.?\s+(?:term\s+)?\d|\b\d{1,2}(?:st|nd|rd|th)?[\s./-]|\b(?:19|20)\d\d\b|\t|␣| [-–] "
    r"|\bsigned\b|\bversion\b|\breview\b|\breviewed\b|\bmeeting\b|\bheld\b|\s{2,}|$)",
    re.IGNORECASE,
)
_LISTED_BODY = re.compile(  # "Learning, Progress and Welfare Committee": a comma that ends nothing
    r"(?:[A-Z][\w’'&-]*\s){0,3}[A-Za-z][\w’'&-]*,\s(?:[\w’'&-]+,?\s){1,6}?(?:Sub-?)?Committee\b"
)
_GROUP = (
    r"(?:(?:the|our)\s+)?(?:(?:school|pupil|student|parent|full|whole)\s+)?(?:council|staff|governors|governing\s+(?:body"
    r"|board)|parents|carers|pupils|children|families|trustees|directors|committee|head\s?teacher)"
)
_LISTED_GROUPS = re.compile(
    rf"(?:{_GROUP},\s+){{1,4}}(?:and\s+)?{_GROUP}(?:\s+and\s+{_GROUP})?\b", re.IGNORECASE
)
# "Senior Team Reference": the next label's first word, where labels run together.
_WORD_AFTER_BODY = re.compile(
    r"(?<=[ ](?i:team|body))\s(?!(?i:and|committee|board|chair|meeting|governors?)\b)[A-Z][a-z]+$"
)
_THE = re.compile(r"^(?:the|our|its|a|school’s|school's)\s+", re.IGNORECASE)


def is_strange(word: str) -> bool:
    """Return whether the word is none of those that roles, bodies and documents are made of."""
    return word.lower() not in _NOT_NAMES


def _is_name(words: str, after: str = "") -> bool:
    bare = _TITLED.sub("", words)
    parts = [part.strip(".,'’") for part in _PARTED.split(bare) if part.strip(".,'’")]
    strange = [part for part in parts if part.lower() not in _NOT_NAMES]
    if bare == words and any(part.endswith(("'s", "’s")) for part in parts[:-1]):
        return False  # "Heron's Reach" is a place
    if parts[:1] == ["A"] and _INITIAL_A.match(bare + after):
        strange = ["A", *strange]
    if bare != words:  # after a title even "West" or "Church" is a name
        return bool(strange) or (len(parts) == 1 and parts[0].lower() in _SURNAMES_TOO)
    return len(parts) >= 2 and len(strange) == len(parts) and any(len(part) > 2 for part in parts)


def _neat(words: str) -> str:
    """Without the title when a first name is there; with it when only an initial or a surname is."""
    if words.isupper() and len(words) > 6:
        words = " ".join(part.capitalize() if part.isalpha() else part.title() for part in words.split())
    bare = _TITLED.sub("", words)
    parts = bare.split()
    first_name = len(parts) >= 2 and len(parts[0].strip(".")) > 1 and not parts[0].isupper()
    return bare if first_name and not _OF_OFFICE.match(words) else words


def _trim(words: str) -> str:
    """Drop role words that stand before or after a name: "Headteacher Jane Smith"."""
    parts = words.split()
    while parts and parts[0].strip(".,").lower() in _NOT_NAMES:
        parts.pop(0)
    while parts and parts[-1].strip(".,").lower() in _NOT_NAMES:
        parts.pop()
    return " ".join(parts)


def _without_role_after(words: str) -> str:
    """ "Ms J Doe Link Governor" is Ms J Doe: a role printed straight after a name is not a part of it."""
    parts = words.split()
    while len(parts) > 2 and parts[-1].lower() in _NOT_NAMES - _SURNAMES_TOO:
        parts.pop()
    return " ".join(parts)


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Runs of words that may be a name; the role words in front take no place from the name behind them."""
    place = 0
    while match := _NAME.search(text, place):
        words = match.group().split()
        roles = list(itertools.takewhile(_is_role_word, words))
        if roles and len(roles) < len(words) and not _TITLED.match(match.group()):
            place = match.start() + match.group().index(words[len(roles)], len(" ".join(roles)))
            match = _NAME.match(text, place) or match
        match = _up_to_a_role(text, match)
        place = max(match.end(), place + 1)
        yield match


def _is_role_word(word: str) -> bool:
    return word.strip(".,").lower() in _NOT_NAMES and not _TITLED.match(word) and word not in {"A", "A."}


def _up_to_a_role(text: str, match: re.Match[str]) -> re.Match[str]:
    """ "Jane Smith Headteacher Ann Poe": the name ends before the next one's role."""
    for word in itertools.islice(re.finditer(r"\S+", match.group()), 2, None):
        shouts = len(word.group()) > 2 and word.group().isupper() and not match.group().isupper()
        if shouts or word.group().strip(".,").lower() in _NOT_NAMES - _SURNAMES_TOO:
            return _NAME.match(text, match.start(), match.start() + word.start()) or match
    return match


def names_with_places(text: str) -> list[tuple[str, int, int]]:
    """Names of people, each with where its words begin and end."""
    found = []
    for match in _matches(text):
        words = match.group().strip()
        after = text[match.end() : match.end() + 5]
        trimmed = _without_role_after(words) if _is_name(words, after) else _trim(words)
        if trimmed and _is_name(trimmed, after):
            parts = trimmed.split()
            start = match.start() + match.group().index(parts[0])
            end = match.start() + match.group().rindex(parts[-1]) + len(parts[-1])
            found.append((_neat(trimmed), start, end))
    return found


def names(text: str) -> list[str]:
    return [name for name, _, _ in names_with_places(text)]


def body(text: str) -> str | None:
    """The body or role at the head of the text ("the Full Governing Body on ..."), or None."""
    rest = _THE.sub("", text.strip(" :–-\t"))
    end = _BODY_END.search(rest)
    words = rest[: end.start()].strip(" ,.;:–-") if end else rest
    words = _THE.sub("", words)
    listed = _LISTED_BODY.match(rest) or _LISTED_GROUPS.match(rest)
    words = re.sub(r"\s+of$", "", listed.group() if listed else words)
    words = _WORD_AFTER_BODY.sub("", words)
    if not 2 <= len(words) <= 70 or not _BODY.search(words) or words.lower().endswith(("approval", "policy")):
        return None
    return words


def has_body_word(text: str) -> bool:
    return _BODY.search(text) is not None
